package transcripts

import (
	"encoding/binary"
	"unicode/utf8"
)

const hexDigits = "0123456789abcdef"

// plain holds the ASCII characters that a JSON string carries as they are. < > & are escaped so that a transcript
// is safe inside a page, DEL and the controls so that it is safe on a terminal.
var plain = func() (t [256]bool) {
	for c := byte(' '); c < 0x7f; c++ {
		t[c] = c != '"' && c != '\\' && c != '<' && c != '>' && c != '&'
	}
	return t
}()

// risky tells whether a character could drive a terminal or turn the order of a line around: DEL, C1, line and
// paragraph separators, the marks of bidirectional text, and the byte order mark.
func risky(r rune) bool {
	switch {
	case r < 0x7f:
		return false
	case r <= 0x9f:
		return true
	case r < 0x61c:
		return false
	}
	return r == 0x61c || r == 0x200e || r == 0x200f || r >= 0x2028 && r <= 0x202e || r >= 0x2066 && r <= 0x2069 || r == 0xfeff
}

// control tells whether a character may not stand raw in a dialogue: C0 without the tab, and what is risky.
func control(r rune) bool { return r < ' ' && r != '\t' || risky(r) }

// appendString appends s as a JSON string, quotes included. A run of bytes that are not UTF-8 becomes one U+FFFD;
// exact tells whether there was none.
func appendString(dst, s []byte) (_ []byte, exact bool) {
	dst, exact = append(dst, '"'), true
	from, bad := 0, -1 // bad is where a run of bad bytes would go on
	for i := plainRun(s); i < len(s); i += plainRun(s[i:]) {
		dst = append(dst, s[from:i]...)
		r, n := rune(s[i]), 1
		if r >= utf8.RuneSelf {
			r, n = utf8.DecodeRune(s[i:])
		}
		switch {
		case r == utf8.RuneError && n == 1:
			if bad != i {
				dst = append(dst, "\uFFFD"...)
			}
			bad, exact = i+1, false
		case r < utf8.RuneSelf || risky(r):
			dst = appendEscape(dst, r)
		default:
			dst = append(dst, s[i:i+n]...)
		}
		i += n
		from = i
	}
	return append(append(dst, s[from:]...), '"'), exact
}

// plainRun counts the bytes that s begins with and that are plain. It looks at eight at once: most lines are plain to their end.
func plainRun(s []byte) int {
	const each = 0x0101010101010101 // times a byte: eight of it
	n := 0
	for ; len(s)-n >= 8; n += 8 {
		w := binary.LittleEndian.Uint64(s[n:])
		odd := w | (w - ' '*each) // from 0x80, and below the blank
		for _, x := range [...]uint64{w ^ '\\'*each, w ^ 0x7f*each, (w | 4*each) ^ '&'*each, (w | 2*each) ^ '>'*each} {
			odd |= x - each // a byte of x that is 0 is a backslash, DEL, " or &, < or >
		}
		if odd&(0x80*each) != 0 {
			break
		}
	}
	for n < len(s) && plain[s[n]] {
		n++
	}
	return n
}

// appendEscape appends the JSON escape of a character of the first plane.
func appendEscape(dst []byte, r rune) []byte {
	switch r {
	case '"', '\\':
		return append(dst, '\\', byte(r))
	case '\n':
		return append(dst, `\n`...)
	case '\r':
		return append(dst, `\r`...)
	case '\t':
		return append(dst, `\t`...)
	}
	return append(dst, '\\', 'u', hexDigits[r>>12&15], hexDigits[r>>8&15], hexDigits[r>>4&15], hexDigits[r&15])
}

// quotedString gives s as a JSON string.
func quotedString(s string) []byte {
	b, _ := appendString(nil, []byte(s))
	return b
}

// appendQuoted appends the quoted form of a dialogue's line: bytes that are no text, that could drive a terminal or
// that end a line are written as escapes.
func appendQuoted(dst, s []byte) []byte {
	dst = append(dst, '"')
	for i := 0; i < len(s); {
		r, n := utf8.DecodeRune(s[i:])
		switch {
		case r == '"' || r == '\\' || r == '\r' || r == '\n' || r == '\t':
			dst = appendEscape(dst, r)
		case r == utf8.RuneError && n == 1 || control(r):
			dst = appendHex(dst, s[i:i+n])
		default:
			dst = append(dst, s[i:i+n]...)
		}
		i += n
	}
	return append(dst, '"')
}

// appendHex appends each byte as \xHH.
func appendHex(dst, s []byte) []byte {
	for _, c := range s {
		dst = append(dst, '\\', 'x', hexDigits[c>>4], hexDigits[c&15])
	}
	return dst
}

// appendVisible appends s as people may see it on any screen: what is no text or could drive a terminal is shown
// as \xHH, all else as it is.
func appendVisible(dst, s []byte) []byte {
	for i := 0; i < len(s); {
		if from := i; plain[s[i]] {
			for i < len(s) && plain[s[i]] {
				i++
			}
			dst = append(dst, s[from:i]...)
			continue
		}
		r, n := utf8.DecodeRune(s[i:])
		if r == utf8.RuneError && n == 1 || control(r) {
			dst = appendHex(dst, s[i:i+n])
		} else {
			dst = append(dst, s[i:i+n]...)
		}
		i += n
	}
	return dst
}

// visible is appendVisible for a string, cut to a length that fits in a message.
func visible(s string) string {
	const most = 60
	if len(s) > most {
		end := most
		for end > 0 && !utf8.RuneStart(s[end]) {
			end--
		}
		s = s[:end] + "…"
	}
	return string(appendVisible(nil, []byte(s)))
}

// badRune gives the offset and the bytes of the first character that may not stand raw in a dialogue, or -1.
func badRune(s []byte) (at int, raw []byte) {
	for i := plainRun(s); i < len(s); i += plainRun(s[i:]) {
		r, n := utf8.DecodeRune(s[i:])
		if r == utf8.RuneError && n == 1 || control(r) {
			return i, s[i : i+n]
		}
		i += n
	}
	return -1, nil
}
