package shell

import (
	"bytes"
	"io"
	"strconv"
)

// picture is what stands on the screen of the line being read. Each row ends where we end it, not where the terminal
// would wrap: so we know the row of the cursor whatever becomes of the window's width.
type picture struct {
	out io.Writer
	buf bytes.Buffer // what goes out with the next flush: one write for one change

	shown    frame
	up       bool // shown is on the screen
	top      int  // first row of the line that is on the screen, if it has more rows than the window
	row, col int  // where the terminal's cursor is, in shown; col is unknown if it is negative
}

const unknown = -1

// draw shows f, writing only what differs.
func (p *picture) draw(f frame) {
	if p.up && p.shown.width != f.width {
		p.reflow(f.width)
		p.erase()
	}
	if !p.up {
		p.row, p.col = 0, 0
		p.write(&f, 0, 0)
	} else if row, same, col, differs := p.differ(&f); differs {
		p.clear(&f, row, same, col)
		p.write(&f, row, same)
	}
	p.move(f.row, f.col)
	p.shown, p.up = f, true
}

// differ gives the first place where f is not what is on the screen: a row, and a cell of it with its column.
func (p *picture) differ(f *frame) (row, same, col int, differs bool) {
	rows := min(len(f.starts), len(p.shown.starts))
	for row = range rows {
		was, is := p.shown.rowCells(row), f.rowCells(row)
		same, col = 0, 0
		for same < len(was) && same < len(is) && was[same] == is[same] {
			col += is[same].width
			same++
		}
		if same < len(was) || same < len(is) {
			return row, same, col, true
		}
	}
	return row, same, col, len(f.starts) != len(p.shown.starts)
}

// clear goes to a place and takes what is on the screen from there on.
func (p *picture) clear(f *frame, row, same, col int) {
	rest := len(p.shown.starts) > row+1
	switch {
	case same < len(p.shown.rowCells(row)):
		p.move(row, col)
		p.buf.WriteString("\x1b[J") // erase to the end of the screen
	case rest && same == len(f.rowCells(row)): // the row stays: at its right edge terminals would erase its last column
		p.move(row+1, 0)
		p.buf.WriteString("\x1b[J")
		p.move(row, col)
	case rest:
		p.move(row, col)
		p.buf.WriteString("\x1b[J")
	default:
		p.move(row, col)
	}
}

// write writes f from a cell of a row on; the cursor stands there.
func (p *picture) write(f *frame, row, same int) {
	cs := f.rowCells(row)
	p.cells(cs[same:])
	for row++; row < len(f.starts); row++ {
		p.buf.WriteString("\r\n")
		cs = f.rowCells(row)
		p.cells(cs)
	}
	p.row, p.col = len(f.starts)-1, 0
	for _, c := range cs {
		p.col += c.width
	}
	if p.col >= f.width {
		p.col = unknown // at the right edge some terminals wait and some have turned
	}
}

// cells writes cells of one row.
func (p *picture) cells(cs []cell) {
	style := ""
	for _, c := range cs {
		if c.style != style {
			if style != "" {
				p.buf.WriteString("\x1b[0m")
			}
			if style = c.style; style != "" {
				p.buf.WriteString("\x1b[" + style + "m")
			}
		}
		p.buf.WriteString(c.s)
	}
	if style != "" {
		p.buf.WriteString("\x1b[0m")
	}
}

// move moves the cursor within the rows on the screen.
func (p *picture) move(row, col int) {
	switch {
	case row == p.row && col == p.col:
		return
	case row < p.row:
		p.sequence(p.row-row, 'A')
	case row > p.row:
		p.sequence(row-p.row, 'B')
	}
	p.buf.WriteByte('\r')
	if col > 0 {
		p.sequence(col, 'C')
	}
	p.row, p.col = row, col
}

func (p *picture) sequence(n int, final byte) {
	p.buf.WriteString("\x1b[" + strconv.Itoa(n) + string(final))
}

// reflow finds the row of the cursor in a window that has become narrower. Terminals of today break their lines anew then: a row of
// ours that is too wide has become several, and the line begins further up. (One that cuts rows off instead loses a row or two of what
// stood above; to leave half a prompt behind at each step of a resize is worse.)
func (p *picture) reflow(width int) {
	if !p.up || width <= 0 || width >= p.shown.width {
		return
	}
	row := broken(p.shown.rowCells(p.row), width, p.col)
	for r := range p.row {
		row += broken(p.shown.rowCells(r), width, unknown) + 1
	}
	p.row = row
}

// broken gives how many times a row breaks in a window of width columns, before its column upTo if that is known.
func broken(cs []cell, width, upTo int) (breaks int) {
	col, at := 0, 0
	for _, c := range cs {
		if upTo != unknown && col >= upTo {
			break
		}
		if at+c.width > width { // a wide character is not cut in two
			breaks, at = breaks+1, 0
		}
		at, col = at+c.width, col+c.width
	}
	if upTo != unknown && col >= upTo && at >= width {
		breaks++ // the cursor stands behind the last column
	}
	return breaks
}

// erase takes the line off the screen; the cursor stands where it began.
func (p *picture) erase() {
	if !p.up {
		return
	}
	p.col = unknown
	p.move(0, 0)
	p.buf.WriteString("\x1b[J")
	p.up = false
}

// above writes whole lines above the line being read, which is then drawn again as it was.
func (p *picture) above(s string) {
	was, f := p.up, p.shown
	p.erase()
	p.buf.WriteString(s)
	if was {
		p.draw(f)
	}
}

// wipe clears the screen; the line is to be drawn again.
func (p *picture) wipe() {
	p.buf.WriteString("\x1b[H\x1b[2J")
	p.up = false
}

// leave writes f for good and ends the line. If it has several rows it is written anew without row ends of ours, so
// that it can be copied as one line.
func (p *picture) leave(f frame) {
	if len(f.starts) == 1 && (!p.up || len(p.shown.starts) == 1) {
		p.draw(f)
	} else {
		p.erase()
		p.cells(f.cells)
	}
	p.buf.WriteString("\r\n")
	p.up = false
}

// flush writes what was drawn. A screen that is gone cannot be told so; reading ends with it.
func (p *picture) flush() {
	if p.buf.Len() > 0 {
		p.out.Write(p.buf.Bytes())
	}
	if p.buf.Reset(); p.buf.Cap() > 1<<20 {
		p.buf = bytes.Buffer{} // what one long reply needed is not kept
	}
}
