package shell

import (
	"strings"
	"unicode/utf8"

	"byhand/session/render"
)

// cell is what stands in one place of the screen: a cluster of characters, or a part of a mark.
type cell struct {
	s     string
	width int
	style string // SGR parameters ("1;32"), "" for none
}

// The styles of the editor's own marks (ECMA-48 §8.3.117).
const (
	styleMark = "7" // reverse: a byte that is no character, a paste
	styleHint = "2" // faint
)

// view is all that is to be seen of a line being read.
type view struct {
	prompt string // may hold SGR sequences; nothing else of it reaches the terminal unseen
	line   []rune
	pos    int
	masked bool
	stars  span   // runes of line that are drawn as stars
	hint   string // after the line
	below  string // on a row of its own
	tail   string // after the line, as text: ^C
}

// frame is a view laid out in rows of a width.
type frame struct {
	cells    []cell
	starts   []int // of each row, the index of its first cell
	row, col int   // of the cursor
	width    int   // that it was laid out for
}

// layout lays v out in width columns.
func layout(v *view, width int, note func(chip rune) string) frame {
	f := filler{frame: frame{width: width, starts: []int{0}, cells: make([]cell, 0, len(v.line)+64)}}
	f.prompt(v.prompt)
	f.line(v, note)
	if v.hint != "" && !v.masked && v.pos == len(v.line) {
		f.text(v.hint, styleHint)
	}
	f.text(v.tail, "")
	if v.below != "" {
		f.turn()
		f.text(v.below, styleHint)
	}
	return f.frame
}

// rowCells gives the cells of row i.
func (f *frame) rowCells(i int) []cell {
	if i+1 < len(f.starts) {
		return f.cells[f.starts[i]:f.starts[i+1]]
	}
	return f.cells[f.starts[i]:]
}

// window keeps height rows, the cursor's among them, and if it can be those from top on. It gives the new top.
func (f *frame) window(top, height int) int {
	if height < 1 || len(f.starts) <= height {
		return 0
	}
	top = max(min(top, f.row, len(f.starts)-height), f.row-height+1, 0)
	first, end := f.starts[top], len(f.cells)
	if top+height < len(f.starts) {
		end = f.starts[top+height]
	}
	f.cells = f.cells[first:end]
	starts := make([]int, height)
	for i := range starts {
		starts[i] = f.starts[top+i] - first
	}
	f.starts, f.row = starts, f.row-top
	return top
}

// filler fills a frame from left to right.
type filler struct {
	frame
	at int // column where the next cell goes
}

func (f *filler) put(s string, width int, style string) {
	if f.at+width > f.width && f.at > 0 {
		f.turn()
	}
	f.cells = append(f.cells, cell{s, width, style})
	f.at += width
}

func (f *filler) turn() {
	f.starts = append(f.starts, len(f.cells))
	f.at = 0
}

// cursor marks where the cursor stands: where the next cell goes.
func (f *filler) cursor() {
	if f.at >= f.width {
		f.turn() // past the right edge terminals differ
	}
	f.row, f.col = len(f.starts)-1, f.at
}

// prompt puts text that may hold SGR sequences.
func (f *filler) prompt(s string) {
	style := ""
	for {
		before, rest, found := strings.Cut(s, "\x1b[")
		f.text(before, style)
		if !found {
			return
		}
		params, after, ok := strings.Cut(rest, "m")
		if !ok || strings.Trim(params, "0123456789;:") != "" {
			f.mark(render.Mark(0x1b)) // no style
			s = "[" + rest
			continue
		}
		if style, s = params, after; params == "0" {
			style = ""
		}
	}
}

// text puts text; what a terminal would obey is made visible.
func (f *filler) text(s, style string) {
	for s != "" {
		c, width := render.Cluster(s)
		s = s[len(c):]
		f.cluster(c, width, style)
	}
}

// cluster puts one cluster. One that holds anything that must not reach the terminal is put rune by rune.
func (f *filler) cluster(c string, width int, style string) {
	if len(c) == 1 && c[0] >= ' ' && c[0] < 0x7f {
		f.put(c, 1, style)
		return
	}
	if safe(c) {
		f.put(c, width, style)
		return
	}
	for i := 0; i < len(c); {
		r, n := utf8.DecodeRuneInString(c[i:])
		mark := render.Mark(r)
		if r == utf8.RuneError && n == 1 {
			mark = render.MarkByte(c[i])
		}
		if mark == "" {
			f.put(c[i:i+n], render.Width(c[i:i+n]), style)
		} else {
			f.mark(mark)
		}
		i += n
	}
}

// mark puts ASCII text that stands for something else, column by column.
func (f *filler) mark(s string) {
	for i := range len(s) {
		f.put(s[i:i+1], 1, styleMark)
	}
}

func safe(c string) bool {
	for _, r := range c {
		if render.Mark(r) != "" || r == utf8.RuneError {
			return false
		}
	}
	return true
}

// line puts what is typed, and the cursor.
func (f *filler) line(v *view, note func(chip rune) string) {
	placed := false
	for i := 0; i < len(v.line); {
		n := v.run(i)
		if v.pos < i+n && !placed && (n == 1 || v.pos == i) {
			f.cursor()
			placed = true
		}
		r := v.line[i]
		switch {
		case v.hidden(i):
			f.put("*", 1, "")
		case isChip(r):
			f.text(note(r), styleMark)
		case shown(r) != "":
			f.mark(shown(r))
		case r >= private:
		default:
			placed = f.plain(string(v.line[i:i+n]), v.pos-i, placed)
		}
		i += n
	}
	if !placed {
		f.cursor()
	}
}

// plain puts text of whole characters, with the cursor after at runes of it if that is within.
func (f *filler) plain(s string, at int, placed bool) bool {
	for n := 0; s != ""; {
		c, width := render.Cluster(s)
		s = s[len(c):]
		k := utf8.RuneCountInString(c)
		if !placed && at >= n && at < n+k {
			f.cursor()
			placed = true
		}
		n += k
		f.cluster(c, width, "")
	}
	return placed
}

func (v *view) hidden(i int) bool {
	return v.line[i] != doRune && (v.masked || i >= v.stars.from && i < v.stars.to)
}

// run gives how many runes from i on are drawn as themselves, at least 1.
func (v *view) run(i int) (n int) {
	for n = i; n < len(v.line); n++ {
		r := v.line[n]
		if r >= private || v.hidden(n) || r >= 0x80 && shown(r) != "" {
			break
		}
	}
	return max(n-i, 1)
}
