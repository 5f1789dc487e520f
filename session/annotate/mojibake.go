package annotate

import (
	"strings"
	"unicode/utf8"

	"byhand/session/text"

	"golang.org/x/text/encoding"
	"golang.org/x/text/encoding/charmap"
	"golang.org/x/text/encoding/simplifiedchinese"
)

// mojibake recognises text that was read in a wrong charset before it was sent, and gives what it should say; how is the sentence
// for it, with one verb for what it should say.
func mojibake(s string) (fixed string, how text.T, ok bool) {
	if isASCII([]byte(s)) {
		return "", text.T{}, false
	}
	if strings.Contains(s, "锟斤拷") {
		return "锟斤拷", sayLost, true
	}
	if strings.IndexFunc(s, asian) >= 0 {
		if raw, ok := backTo(simplifiedchinese.GBK, s); ok && looksUTF8(raw) && utf8.Valid(raw) {
			return decodeAll(raw, "utf-8"), sayWasGBK, true
		}
		return "", text.T{}, false
	}
	if raw, ok := backTo(charmap.Windows1252, s); ok {
		switch {
		case sequences(raw) >= 2:
			return decodeAll(raw, "utf-8"), sayWasLatin, true
		case len(raw) >= 4 && looksGBK(raw) && doubles(raw):
			return decodeAll(raw, "gb18030"), sayWasGBKAsLatin, true
		}
	}
	return "", text.T{}, false
}

// asian tells the characters of East Asia, which no Western charset has.
func asian(r rune) bool { return r >= 0x2e80 }

// backTo gives the bytes of s in an encoding, if all of s can be written in it.
func backTo(enc encoding.Encoding, s string) ([]byte, bool) {
	raw, err := enc.NewEncoder().Bytes([]byte(s))
	return raw, err == nil
}

// sequences counts the characters of several bytes in raw, or gives 0 if raw is no UTF-8.
func sequences(raw []byte) int {
	if !utf8.Valid(raw) {
		return 0
	}
	n := 0
	for _, c := range raw {
		if c >= 0xc2 {
			n++
		}
	}
	return n
}

// doubles tells whether raw has at least two bytes above 127 side by side twice: Western words do not.
func doubles(raw []byte) bool {
	n := 0
	for i := 0; i+1 < len(raw); i++ {
		if raw[i] >= 0xa1 && raw[i+1] >= 0xa1 {
			n, i = n+1, i+1
		}
	}
	return n >= 2
}

// decodeAll decodes raw and cleans it.
func decodeAll(raw []byte, charset string) string {
	s := newScript(charset)
	return strings.TrimSpace(string(clean(nil, s.decode(nil, raw, true))))
}

// charsetTip makes the advice on a charset.
func charsetTip(said text.Said) Note {
	return Note{Tone: Tip, Depth: Brief, Text: said, Ref: "RFC 2046 §4.1.2", ID: "charset"}
}

var (
	sayLost = text.T{
		EN: "%s is what is left when text was replaced by question marks in UTF-8 and read as GBK: what it said is lost.",
		ZH: "“%s”是文字被换成替换符（U+FFFD）后又按 GBK 读出来的结果，原文已经丢失。",
	}
	sayWasLatin = text.T{
		EN: "Mojibake: UTF-8 was read as Latin-1 before it was sent. It should say: %s",
		ZH: "乱码：UTF-8 的字节在发送前被当成了 Latin-1。原文应为：%s",
	}
	sayWasGBKAsLatin = text.T{
		EN: "Mojibake: GBK was read as Latin-1 before it was sent. It should say: %s",
		ZH: "乱码：GBK 的字节在发送前被当成了 Latin-1。原文应为：%s",
	}
	sayWasGBK = text.T{
		EN: "Mojibake: UTF-8 was read as GBK before it was sent. It should say: %s",
		ZH: "乱码：UTF-8 的字节在发送前被当成了 GBK。原文应为：%s",
	}
)
