package annotate

import (
	"bytes"
	"encoding/base64"
	"encoding/binary"
	"unicode/utf8"
)

// packing is how a body is packed for its way (RFC 2045 §6).
type packing uint8

// The packings. unpacked stands for 7bit, 8bit and binary, and for names that nobody knows.
const (
	unpacked packing = iota
	quotedPrintable
	base64Packed
)

// packingOf reads the value of Content-Transfer-Encoding.
func packingOf(name string) packing {
	switch name {
	case "quoted-printable":
		return quotedPrintable
	case "base64":
		return base64Packed
	}
	return unpacked
}

// unpacker decodes the body of a text part line by line. It holds no more than three letters of Base64, one character that is
// not complete, and two buffers that it uses again.
type unpacker struct {
	packing packing
	script  script
	quad    [4]byte // letters of Base64 that wait for their four
	quads   int
	octets  int64 // decoded so far, line ends of the text included
	raw     []byte
	out     []byte
	soft    bool // the line before ended with a soft line break
	lie     lie  // what is wrong with the label
}

// start sets the unpacker to the begin of a body.
func (u *unpacker) start(p packing, charset string) {
	*u = unpacker{packing: p, script: newScript(charset), raw: u.raw[:0], out: u.out[:0]}
}

// plain tells whether the line says what it is: no decoding would change it.
func (u *unpacker) plain(line []byte) bool {
	if !u.script.ascii || u.script.restLen > 0 || u.packing == base64Packed {
		return false
	}
	return printable(line) && (u.packing != quotedPrintable || bytes.IndexByte(line, '=') < 0)
}

// printable tells whether line is ASCII without controls, the tab aside. It looks at eight bytes at once: bodies are long.
func printable(line []byte) bool {
	const each = 0x0101010101010101 // times a byte: eight of it
	for ; len(line) >= 8; line = line[8:] {
		w := binary.LittleEndian.Uint64(line)
		// The high bit of a byte tells: from 0x80; below the blank; or DEL, whose difference from DEL is 0.
		if (w|(w-' '*each)|((w^0x7f*each)-each))&(0x80*each) != 0 && !printableEach(line[:8]) {
			return false
		}
	}
	return printableEach(line)
}

func printableEach(line []byte) bool {
	for _, c := range line {
		if c >= 0x7f || c < ' ' && c != '\t' {
			return false
		}
	}
	return true
}

// line gives the decoded text of a line; ended tells that the line is whole. The bytes are valid until the next call.
func (u *unpacker) line(line []byte, ended bool) []byte {
	src, whole := line, ended
	switch u.packing {
	case quotedPrintable:
		if ended {
			src = bytes.TrimRight(src, " \t") // RFC 2045 §6.7 (3): blanks at the end were added on the way
		}
		u.soft = ended && len(src) > 0 && src[len(src)-1] == '='
		if u.soft {
			src = src[:len(src)-1]
		}
		u.raw = quoted(u.raw[:0], src, false)
		src, whole = u.raw, ended && !u.soft
	case base64Packed:
		u.raw = u.base64(u.raw[:0], src)
		src, whole = u.raw, false
	}
	u.octets += int64(len(src))
	if whole && u.packing != base64Packed {
		u.octets += 2
	}
	if found := u.script.settle(src, whole); found != honest {
		u.lie = found
	}
	u.out = u.script.decode(u.out[:0], src, whole)
	return u.out
}

// base64 appends the bytes of a line's letters; up to three letters are kept for the next line. Other characters are skipped,
// as RFC 2045 §6.8 asks.
func (u *unpacker) base64(dst, src []byte) []byte {
	if u.quads == 0 && len(src)%4 == 0 {
		dst = grow(dst, len(src))
		if n, err := base64.StdEncoding.Decode(dst[len(dst):cap(dst)], src); err == nil {
			return dst[:len(dst)+n] // nearly every line is whole groups of four
		}
	}
	for _, c := range src {
		if !base64Letter(c) {
			continue
		}
		u.quad[u.quads] = c
		if u.quads++; u.quads == 4 {
			dst, u.quads = appendQuad(dst, u.quad[:]), 0
		}
	}
	return dst
}

// appendQuad decodes four letters, of which the last may be padding.
func appendQuad(dst, quad []byte) []byte {
	var three [3]byte
	n, _ := base64.StdEncoding.Decode(three[:], quad)
	return append(dst, three[:n]...)
}

func base64Letter(c byte) bool {
	return c >= 'A' && c <= 'Z' || c >= 'a' && c <= 'z' || c >= '0' && c <= '9' || c == '+' || c == '/' || c == '='
}

// lie says what was found when the bytes of a text were compared with its label.
type lie uint8

const (
	honest     lie = iota
	unlabelled     // bytes above 127, and no charset (or US-ASCII) named
	really         // the bytes are another charset than the label says
)

// enough is how many bytes above 127 must be seen before a label is believed.
const enough = 6

// settle compares the label with the first bytes that can tell, and reads on in the charset that they are in.
func (s *script) settle(src []byte, whole bool) lie {
	if s.settled || s.restLen > 0 || !s.ascii || !whole && isASCII(trimPartial(src)) {
		return honest
	}
	high := 0
	for _, c := range src {
		if c >= 0x80 {
			high++
		}
	}
	if high == 0 {
		return honest
	}
	s.settled = high >= enough || s.unknown
	if s.unknown {
		s.be(guessCharset(src))
		return unlabelled
	}
	is := s.truth(src)
	if is == "" {
		return honest
	}
	s.be(is)
	s.settled = true
	return really
}

// truth names the charset that src is in if that is surely not the one of the label, and "" otherwise.
func (s *script) truth(src []byte) string {
	switch {
	case s.utf8 && !utf8.Valid(trimPartial(src)) && looksGBK(src):
		return "gb18030"
	case !s.utf8 && looksUTF8(src):
		return "utf-8"
	case (s.label == "iso-8859-1" || s.label == "iso-8859-15" || s.label == "windows-1252") && looksGBK(src) && len(src) >= 4:
		return "gb18030"
	}
	return ""
}
