package shell

import (
	"bytes"
	"fmt"
	"strings"
	"testing"
)

// TestNarrowWindowLeavesNothingBehind draws a line, lets the window become narrower, and looks how far up the next drawing begins: at the
// row to which a terminal that breaks its lines anew has moved the beginning of the line.
func TestNarrowWindowLeavesNothingBehind(t *testing.T) {
	for _, c := range []struct {
		line     string
		from, to int
		up       int // rows from the cursor, at the end of the line, to its beginning
	}{
		{"short", 60, 30, 0},
		{strings.Repeat("a", 50), 120, 60, 0},
		{strings.Repeat("a", 50), 60, 30, 1},
		{strings.Repeat("a", 100), 60, 30, 3},
		{strings.Repeat("a", 100), 60, 25, 2 + 1 + 1},
		{strings.Repeat("a", 100), 60, 59, 1 + 1}, // one column too wide
		{strings.Repeat("学", 20), 60, 31, 1},
		{strings.Repeat("学", 28), 60, 20, 2 + 1},
		{strings.Repeat("a", 100), 30, 60, 3}, // rows that we ended ourselves are not joined again
	} {
		var out bytes.Buffer
		p := picture{out: &out}
		v := view{prompt: "pop3> ", line: []rune(c.line), pos: len([]rune(c.line))}
		note := func(rune) string { return "" }
		p.draw(layout(&v, c.from, note))
		p.buf.Reset()
		p.reflow(c.to)
		p.erase()
		want := "\r\x1b[J"
		if c.up > 0 {
			want = fmt.Sprintf("\x1b[%dA", c.up) + want
		}
		if got := p.buf.String(); got != want {
			t.Errorf("%d letters, from %d to %d columns: %q, want %q", len([]rune(c.line)), c.from, c.to, got, want)
		}
	}
}
