package main

import (
	"io"
	"strings"

	"byhand/session/render"

	"golang.org/x/term"
)

// width gives what tells the columns of the window behind w, which may change; 0 where there is none, and lines stay as they are.
func (a *app) width(w io.Writer) func() int {
	f, terminal := tty(w)
	if !terminal {
		return func() int { return a.columns }
	}
	return func() int {
		cols, _, err := term.GetSize(int(f.Fd()))
		if err != nil {
			return a.columns
		}
		return cols
	}
}

// page writes lists for reading. A row that is wider than the window goes on under its own last column.
func (a *app) page(w io.Writer, s string) error {
	_, err := io.WriteString(w, rows(s, a.width(w)()))
	return err
}

// rows cuts the lines of s to a width in columns; 0 leaves them.
func rows(s string, width int) string {
	if width <= 0 {
		return s
	}
	lines := strings.Split(s, "\n")
	for i, line := range lines {
		if render.Width(line) > width {
			lines[i] = strings.Join(render.Wrap(line, width, hang(line, width)), "\n")
		}
	}
	return strings.Join(lines, "\n")
}

// hang gives the column in which the rest of a row stands: under the last column of a list, which two blanks set apart, unless that
// leaves less than half of the window.
func hang(line string, width int) int {
	text := strings.TrimLeft(line, " ")
	lead := len(line) - len(text)
	if i := strings.LastIndex(text, "  "); i > 0 {
		if col := lead + render.Width(text[:i+2]); col <= width/2 {
			return col
		}
	}
	return lead + 2
}
