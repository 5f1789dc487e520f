package shell

import (
	"strings"
	"unicode/utf8"

	"byhand/session/render"
)

// The library keeps a line as runes, and knows neither bytes that are no characters nor a control character as
// text. Such bytes live in the line as private runes: byteBase + the byte. Runes of the planes that hold them never
// come in from outside as themselves (their bytes are kept one by one), so that the way back is exact.

const (
	private  = '\U000F0000'    // runes from here on (planes 15 and 16) are ours
	doRune   = private         // an action: the editor takes the next one from its queue
	chipBase = private + 0x100 // + number: a paste that is shown as a note of its size
	byteBase = '\U00100000'    // + byte
)

// encode appends text to line, each byte in its place.
func encode(line []rune, text []byte) []rune {
	for len(text) > 0 {
		r, n := utf8.DecodeRune(text)
		if r == utf8.RuneError && n == 1 || r < ' ' || r == 0x7f || r >= private {
			for _, b := range text[:n] {
				line = append(line, byteBase+rune(b))
			}
		} else {
			line = append(line, r)
		}
		text = text[n:]
	}
	return line
}

// decode appends the exact bytes of line to text; chip gives what stands behind the number of a chip.
func decode(text []byte, line []rune, chip func(n int) []byte) []byte {
	for _, r := range line {
		switch {
		case isByte(r):
			text = append(text, byte(r-byteBase))
		case isChip(r):
			text = append(text, chip(int(r-chipBase))...)
		case r < private:
			text = utf8.AppendRune(text, r)
		}
	}
	return text
}

func isByte(r rune) bool { return r >= byteBase && r <= byteBase+0xff }
func isChip(r rune) bool { return r >= chipBase && r < chipBase+maxChips }

// glance gives line as text for those who advise on it while it is typed. A chip is U+FFFC, the object replacement
// character, so that this costs the same for any paste.
func glance(line []rune) string {
	return string(decode(nil, line, func(int) []byte { return []byte("\uFFFC") }))
}

// runeAt gives how many runes of line come before byte off of glance(line).
func runeAt(line []rune, off int) int {
	for i, r := range line {
		if off <= 0 {
			return i
		}
		off -= glanceLen(r)
	}
	return len(line)
}

// byteAt gives how many bytes of glance(line) come before rune pos.
func byteAt(line []rune, pos int) (off int) {
	for _, r := range line[:pos] {
		off += glanceLen(r)
	}
	return off
}

func glanceLen(r rune) int {
	switch {
	case isByte(r):
		return 1
	case isChip(r):
		return len("\uFFFC")
	case r >= private:
		return 0
	}
	return utf8.RuneLen(r)
}

// shown gives how a rune of the line is drawn if not as itself.
func shown(r rune) string {
	if isByte(r) {
		return render.MarkByte(byte(r - byteBase))
	}
	return render.Mark(r)
}

// lines gives pasted text with each line end, be it CRLF, CR or LF, as LF: terminals paste a line end as CR,
// whatever it was in the text.
func lines(text []byte) []byte {
	s := strings.ReplaceAll(string(text), "\r\n", "\n")
	return []byte(strings.ReplaceAll(s, "\r", "\n"))
}
