package shell

import (
	"bytes"
	"slices"
	"unicode/utf8"

	"byhand/session/text"
)

// A paste of one line is text like any other. A paste of several lines, or a very long one, stays one thing in the
// line: it is shown as a note of its size, one Backspace takes it out, and its bytes are never redrawn.

const (
	maxInline = 4096 // characters of a paste of one line that are shown and can be edited
	maxChips  = 4096 // pastes kept; the oldest is forgotten first
)

var sayPasted = text.T{EN: "[pasted, lines: %[1]d, bytes: %[2]d]", ZH: "[已粘贴，%[1]d 行，%[2]d 字节]"}

// chips are the pastes that stand in a line as one rune each.
type chips struct {
	texts map[int][]byte
	last  int
}

// add keeps a paste and gives its rune.
func (c *chips) add(paste []byte) rune {
	if c.texts == nil {
		c.texts = map[int][]byte{}
	}
	c.last = (c.last + 1) % maxChips
	c.texts[c.last] = paste
	return chipBase + rune(c.last)
}

func (c *chips) text(n int) []byte { return c.texts[n] }

// drop forgets the pastes of a line that is done, but for those that can still be brought back from kept.
func (c *chips) drop(line, kept []rune) {
	for _, r := range line {
		if isChip(r) && !slices.Contains(kept, r) {
			delete(c.texts, int(r-chipBase))
		}
	}
}

// note says what stands behind a chip.
func (c *chips) note(r rune, lang text.Lang) string {
	paste := c.texts[int(r-chipBase)]
	n := bytes.Count(paste, []byte("\n"))
	if len(paste) > 0 && paste[len(paste)-1] != '\n' {
		n++
	}
	return sayPasted.With(n, len(paste)).In(lang)
}

// insert gives the runes of what was typed or pasted. A line end after the only line is left to Enter. Behind a mask
// a paste is its first line: nobody could see that there is more.
func (c *chips) insert(k key, masked bool) []rune {
	if k.paste {
		line, rest, more := bytes.Cut(k.text, []byte("\n"))
		if more && len(rest) == 0 || masked {
			k.text, more = line, false
		}
		if more || !masked && utf8.RuneCount(k.text) > maxInline {
			return []rune{c.add(k.text)}
		}
	}
	return encode(nil, k.text)
}
