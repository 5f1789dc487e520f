package render

import (
	"encoding/binary"
	"strconv"
	"unicode"
	"unicode/utf8"
)

// Bytes from a server, a file or a paste may drive a terminal: set its title, fill its clipboard, turn the reading
// order around, hide a word. Here they are made visible instead. A byte that is no character is shown as \xE9, a
// character that would act or that nobody could see as \u{202E}, a TAB as an arrow; all else stays as it is.

// tab is how a TAB is shown: that it is one can matter (a folded header), the column where it would end cannot.
const tab = "→   "

// Visible appends line, which has no line end, to dst with everything made visible that a terminal would obey or
// not show. A backslash that could be taken for the start of such a mark is doubled, so that without colour, too,
// a mark and the same text typed by a person differ.
func Visible(dst, line []byte) []byte {
	var s Safe
	return s.Append(dst, line, false)
}

// Safe is Visible for a line that comes in pieces: a character that is cut between two of them stays whole.
// The zero value is ready for the start of a line.
type Safe struct {
	On, Off string // written around marks: SGR sequences. With On set no backslash is doubled: the style tells.

	held [utf8.UTFMax]byte // the first bytes of a character whose rest is in the next piece
	n    int
}

// Append appends piece to dst, made visible. With more set the line goes on, and up to three bytes may be held back
// until the next call.
func (s *Safe) Append(dst, piece []byte, more bool) []byte {
	if s.n > 0 {
		piece = append(s.held[:s.n:s.n], piece...)
		s.n = 0
	}
	if more {
		if cut := unfinished(piece); cut < len(piece) {
			s.n = copy(s.held[:], piece[cut:])
			piece = piece[:cut]
		}
	}
	for len(piece) > 0 {
		n := plain(piece, s.On == "")
		dst, piece = append(dst, piece[:n]...), piece[n:]
		if len(piece) == 0 {
			break
		}
		dst, n = s.odd(dst, piece)
		piece = piece[n:]
	}
	return dst
}

// odd appends the characters at the start of piece that are not plain, and tells how many bytes they were.
func (s *Safe) odd(dst, piece []byte) (_ []byte, n int) {
	marked := false
	for n < len(piece) {
		r, size := utf8.DecodeRune(piece[n:])
		mark := Mark(r)
		switch {
		case r == utf8.RuneError && size == 1:
			mark = MarkByte(piece[n])
		case r == '\t':
			mark = tab
		case r == '\\' && s.On == "":
			mark = backslashes(piece[n:])
			size = max(1, len(mark)/2)
		}
		if mark == "" && (r < utf8.RuneSelf || marked) {
			break // back to the fast path, or to unmarked text
		}
		switch {
		case mark == "":
			dst = append(dst, piece[n:n+size]...)
		case !marked:
			marked = true
			dst = append(append(dst, s.On...), mark...)
		default:
			dst = append(dst, mark...)
		}
		n += size
	}
	if marked {
		dst = append(dst, s.Off...)
	}
	return dst, n
}

// Mark gives how a character is shown that a terminal would obey or would not show, and "" for any other: controls
// (C0, DEL, C1), format characters (bidirectional overrides, zero-width, tags), line and paragraph separators.
func Mark(r rune) string {
	switch {
	case r >= ' ' && r < 0x7f:
		return ""
	case r < utf8.RuneSelf:
		return MarkByte(byte(r))
	case !hidden(r):
		return ""
	}
	return `\u{` + upperHex(uint64(r)) + `}`
}

// MarkByte gives how a byte is shown that is no character by itself: \xE9.
func MarkByte(b byte) string {
	const hex = "0123456789ABCDEF"
	return string([]byte{'\\', 'x', hex[b>>4], hex[b&15]})
}

func upperHex(n uint64) string {
	b := strconv.AppendUint(nil, n, 16)
	for i, c := range b {
		if c >= 'a' {
			b[i] = c - 'a' + 'A'
		}
	}
	return string(b)
}

// hidden reports whether nobody would see r: what Unicode calls control or format characters and separators of
// lines, and a few letters that are drawn as nothing.
func hidden(r rune) bool {
	switch r {
	case 0x034F, 0x115F, 0x1160, 0x17B4, 0x17B5, 0x3164, 0xFFA0, 0xFFFE, 0xFFFF:
		return true
	}
	switch {
	case r >= 0x2E80 && r < 0xD800: // CJK and Hangul hold none but those above: most of a Chinese letter ends here
		return false
	case r >= 0xA0 && r < 0x0300:
		return r == 0xAD // the soft hyphen
	}
	return unicode.In(r, unicode.Cc, unicode.Cf, unicode.Zl, unicode.Zp)
}

// plain gives how many bytes at the start of p are printable ASCII; with slash set a backslash is not plain
// if it could be taken for a mark.
func plain(p []byte, slash bool) int {
	n := ascii(p)
	if !slash {
		return n
	}
	for i := 0; i < n; i++ {
		if p[i] == '\\' && backslashes(p[i:]) != "" {
			return i
		}
	}
	return n
}

// ascii gives how many bytes at the start of p are printable ASCII. It looks at eight bytes at a time: this is where
// a letter of 72 MB passes.
func ascii(p []byte) int {
	const ones, highs = 0x0101010101010101, 0x8080808080808080
	i := 0
	for ; i+8 <= len(p); i += 8 {
		x := binary.LittleEndian.Uint64(p[i:])
		del := x ^ 0x7f*ones
		if (x|(x-0x20*ones)|(del-ones))&highs != 0 { // a byte over 7f, under 20, or 7f itself
			break
		}
	}
	for i < len(p) && p[i] >= ' ' && p[i] < 0x7f {
		i++
	}
	return i
}

// backslashes gives the run of backslashes at the start of p twice over if what follows would make it read as a
// mark, or is a mark; else "".
func backslashes(p []byte) string {
	n := 0
	for n < len(p) && p[n] == '\\' {
		n++
	}
	rest := p[n:]
	switch {
	case n == 0 || len(rest) == 0:
		return ""
	case len(rest) >= 3 && rest[0] == 'x' && hexDigit(rest[1]) && hexDigit(rest[2]):
	case len(rest) >= 2 && rest[0] == 'u' && rest[1] == '{':
	case oddByte(rest):
	default:
		return ""
	}
	both := make([]byte, 2*n)
	for i := range both {
		both[i] = '\\'
	}
	return string(both)
}

func hexDigit(b byte) bool { return b >= '0' && b <= '9' || b >= 'A' && b <= 'F' }

// oddByte reports whether p starts with what is shown as a mark with a backslash.
func oddByte(p []byte) bool {
	r, size := utf8.DecodeRune(p)
	return r == utf8.RuneError && size == 1 || r != '\t' && Mark(r) != ""
}

// unfinished gives where the last character of p begins if its end is still to come, else len(p).
func unfinished(p []byte) int {
	for i := len(p) - 1; i >= 0 && i >= len(p)-utf8.UTFMax; i-- {
		if utf8.RuneStart(p[i]) {
			if !utf8.FullRune(p[i:]) {
				return i
			}
			break
		}
	}
	return len(p)
}
