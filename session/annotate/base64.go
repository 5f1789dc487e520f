package annotate

import (
	"encoding/base64"
	"strings"
	"unicode"
	"unicode/utf8"

	"byhand/session/text"
)

// Base64 gives the Base64 of text, as AUTH wants it: no line end inside, padding kept (RFC 4648 §4).
func Base64(text string) string { return base64.StdEncoding.EncodeToString([]byte(text)) }

// Plain gives the answer for AUTH PLAIN: NUL user NUL password, in Base64 (RFC 4616 §2).
func Plain(user, pass string) string { return Base64("\x00" + user + "\x00" + pass) }

// Unbase64 gives what Base64 text says, with what cannot be seen written as \n, \0, \xff, and notes on what is odd about it.
// If it is no Base64 at all, shown is "".
func Unbase64(text string) (shown string, notes []Note) {
	text = strings.TrimSpace(text)
	raw, fault := unbase64(text)
	if fault == notBase64 {
		return "", append(notes, tip("b64-none", sayNotBase64.With()))
	}
	if fault == noPadding {
		notes = append(notes, tip("b64-padding", sayPadding.With(padding(text))))
	}
	if end := lineEnd(raw); end != "" {
		notes = append(notes, tip("b64-newline", sayNewline.With(end)))
	}
	if !readable(raw) {
		notes = append(notes, Note{Tone: Info, Depth: Brief, Text: sayBinary.With(len(raw))})
	}
	return visible(raw), notes
}

// The sentences on Base64 as such.
var (
	sayNotBase64 = text.T{
		EN: "This is not Base64: Base64 has the letters A-Z a-z 0-9 + /, with = at the end only.",
		ZH: "这不是 Base64：Base64 只用 A-Z、a-z、0-9、+、/，末尾可以有 =。",
	}
	sayPadding = text.T{
		EN: "The padding is not right: Base64 comes in groups of four letters, so %q belongs at the end.",
		ZH: "填充不对：Base64 每四个字母一组，末尾应是 %q。",
	}
	sayNewline = text.T{
		EN: "A line end (%s) is inside the encoded text. That comes from echo; use printf '%%s', or b64 behind Ctrl-].",
		ZH: "编码里混进了换行（%s）。这多半是 echo 造成的，请用 printf '%%s'，或按 Ctrl-] 再输入 b64。",
	}
	sayBinary = text.T{
		EN: "That is no readable text (bytes: %d).",
		ZH: "这不是可读的文字（%d 字节）。",
	}
)

// fault is what is wrong with the form of Base64.
type fault uint8

const (
	noFault fault = iota
	noPadding
	notBase64
)

// unbase64 decodes text; without its padding it is decoded all the same, and the fault told.
func unbase64(text string) ([]byte, fault) {
	raw, err := base64.StdEncoding.DecodeString(text)
	if err == nil && !strings.ContainsAny(text, "\r\n") {
		return raw, noFault
	}
	bare := strings.TrimRight(text, "=")
	if raw, err = base64.RawStdEncoding.DecodeString(bare); err == nil && !strings.ContainsAny(text, "\r\n") {
		return raw, noPadding
	}
	return nil, notBase64
}

// padding gives the = signs that text lacks.
func padding(text string) string {
	return strings.Repeat("=", (4-len(strings.TrimRight(text, "="))%4)%4)
}

// lineEnd names the line end with which raw ends: \n, \r\n, \r or "".
func lineEnd(raw []byte) string {
	rest := strings.TrimRight(string(raw), "\r\n")
	return strings.NewReplacer("\r", `\r`, "\n", `\n`).Replace(string(raw[len(rest):]))
}

// readable tells whether raw is UTF-8 of characters that can be seen.
func readable(raw []byte) bool {
	return utf8.Valid(raw) && strings.IndexFunc(string(raw), unseen) < 0
}

func unseen(r rune) bool { return !unicode.IsGraphic(r) }

// visible gives raw with everything that cannot be seen, and the backslash, written as an escape.
func visible(raw []byte) string {
	var b strings.Builder
	for len(raw) > 0 {
		r, n := utf8.DecodeRune(raw)
		switch {
		case r == '\n':
			b.WriteString(`\n`)
		case r == '\r':
			b.WriteString(`\r`)
		case r == '\t':
			b.WriteString(`\t`)
		case r == 0:
			b.WriteString(`\0`)
		case r == '\\':
			b.WriteString(`\\`)
		case r == utf8.RuneError && n == 1 || r < ' ' || r == 0x7f:
			const hex = "0123456789abcdef"
			b.WriteString(`\x` + string(hex[raw[0]>>4]) + string(hex[raw[0]&15]))
		case r >= 0x80 && !unicode.IsPrint(r):
			b.WriteRune(utf8.RuneError)
		default:
			b.WriteRune(r)
		}
		raw = raw[n:]
	}
	return b.String()
}

// tip makes an advice.
func tip(id string, said text.Said) Note {
	return Note{Tone: Tip, Depth: Brief, Text: said, ID: id}
}
