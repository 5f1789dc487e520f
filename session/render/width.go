package render

import (
	"strings"
	"unicode/utf8"

	"github.com/clipperhouse/displaywidth"
)

// This file is the one door to the widths of characters: a Chinese character takes two columns, an accent none,
// and a person sees clusters of characters, not characters.

// columns counts by cluster and takes an SGR sequence for nothing, so that styled text has the width it shows.
var columns = displaywidth.Options{ControlSequences: true}

// Width gives the number of columns that s takes on a terminal.
func Width(s string) int { return columns.String(s) }

// Cluster gives the first cluster of s, that is what a person takes for one character, and its columns.
func Cluster(s string) (cluster string, width int) {
	g := columns.StringGraphemes(s)
	if !g.Next() {
		return "", 0
	}
	return g.Value(), g.Width()
}

// Cut gives s if it fits into width columns, else as much of it as fits with an ellipsis after it.
func Cut(s string, width int) string {
	if width <= 0 {
		return ""
	}
	return columns.TruncateString(s, width, "…")
}

// Wrap cuts text into lines of at most width columns. Lines after the first start with indent spaces, which count.
// English breaks at spaces; Chinese between any two characters, but no line starts with a closing mark (。，）》) or
// ends with an opening one (（《). A word that is longer than a line is cut. Line ends in s stay.
func Wrap(s string, width, indent int) []string {
	width = max(width, indent+2, 2) // a line must hold at least one Chinese character
	w := wrapper{width: width, indent: strings.Repeat(" ", indent)}
	for i, para := range strings.Split(s, "\n") {
		if i > 0 {
			w.flush()
		}
		w.text(para)
	}
	w.flush()
	return w.lines
}

// wrapper fills one line after the other; line is the one being filled, mark is where it can be cut.
type wrapper struct {
	width  int
	indent string
	lines  []string

	line  []byte
	col   int    // columns of line
	mark  int    // bytes of line up to the last place where it may end; 0 if there is none
	prior string // cluster before
}

func (w *wrapper) text(s string) {
	w.prior = ""
	g := columns.StringGraphemes(s)
	for g.Next() {
		w.cluster(g.Value(), g.Width())
	}
}

func (w *wrapper) cluster(c string, width int) {
	if mayBreak(w.prior, c) {
		w.mark = len(w.line)
	}
	for w.col+width > w.width && len(w.line) > w.blank() && c != " " {
		w.turn()
	}
	w.prior = c
	w.line = append(w.line, c...)
	w.col += width
}

// turn ends the line at the last mark, or where it is if there is none, and carries the rest over.
func (w *wrapper) turn() {
	if w.mark <= w.blank() {
		w.mark = len(w.line)
	}
	rest := strings.TrimLeft(string(w.line[w.mark:]), " ")
	w.line = w.line[:w.mark]
	w.flush()
	w.text(rest) // with the indent it may be too wide again
}

// blank gives the bytes of the indent that stand at the start of the line being filled.
func (w *wrapper) blank() int {
	if len(w.lines) == 0 {
		return 0
	}
	return len(w.indent)
}

func (w *wrapper) flush() {
	w.lines = append(w.lines, strings.TrimRight(string(w.line), " "))
	w.line = append(w.line[:0], w.indent...)
	w.col, w.mark = len(w.indent), 0
}

// Marks that may not stand at the start, or at the end, of a line (GB/T 15834-2011 §5.1.8 to §5.1.10, and their
// ASCII sisters). A straight quotation mark can be either.
const (
	closing = "。，、；：？！）》〉】』」〕”’…—～％·.,;:?!)]}>%\"'"
	opening = "（《〈【『「〔“‘￥([{<$\"'"
)

// mayBreak reports whether a line may end after cluster a when b follows.
func mayBreak(a, b string) bool {
	switch {
	case a == "" || b == " ":
		return false
	case a == " ":
		return true
	case strings.Contains(closing, b) || strings.Contains(opening, a):
		return false
	}
	return wide(a) || wide(b)
}

// wide reports whether c is written without spaces around it: CJK characters, their punctuation, emoji.
func wide(c string) bool {
	r, _ := utf8.DecodeRuneInString(c)
	return r >= 0x2E80 && Width(c) > 1
}
