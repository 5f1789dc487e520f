package main

import (
	"context"
	"fmt"
	"io"
	"strings"
	"time"

	"byhand/session/render"
)

// paper is the screen of the player: blocks of lines below each other, and under them a line that tells where one is. The last
// blocks can be taken away again, where the terminal can do that and they are still in the window.
type paper struct {
	out   io.Writer
	size  func() (cols, rows int)
	plain bool // nothing is taken away and no status is drawn: for screen readers
	err   error

	blocks []block
	cols   int    // of the window when the blocks were shown
	below  string // the status line that stands there
}

// block is what was shown at one place of the transcript, or beside it (place 0).
type block struct{ place, rows int }

// maxBlocks bounds what is known of the screen: a window has no more rows.
const maxBlocks = 500

func (s *paper) write(text string) {
	if s.err == nil {
		_, s.err = io.WriteString(s.out, text)
	}
}

// width gives the columns of the window, and forgets what was shown in a window of another width: its rows are elsewhere now.
func (s *paper) width() int {
	cols, _ := s.size()
	if cols != s.cols {
		s.blocks, s.cols = nil, cols
	}
	return cols
}

// put shows a block.
func (s *paper) put(place int, text []byte) {
	s.status("")
	s.write(string(text))
	s.keep(place, text)
}

// keep notes that a block was shown.
func (s *paper) keep(place int, text []byte) {
	cols := s.width()
	if len(s.blocks) >= maxBlocks {
		s.blocks = append(s.blocks[:0], s.blocks[maxBlocks/2:]...)
	}
	s.blocks = append(s.blocks, block{place, rowsOf(string(text), cols)})
}

// top gives the place of the last block.
func (s *paper) top() int {
	if len(s.blocks) == 0 {
		return -1
	}
	return s.blocks[len(s.blocks)-1].place
}

// backTo takes away all blocks after a place. It tells whether that could be done.
func (s *paper) backTo(place int) bool {
	cols := s.width()
	_, window := s.size()
	if s.plain || cols <= 0 {
		return false
	}
	rows, keep := 0, len(s.blocks)
	for keep > 0 && (s.blocks[keep-1].place > place || s.blocks[keep-1].place == 0) {
		keep--
		rows += s.blocks[keep].rows
	}
	if keep == len(s.blocks) || rows > window-2 {
		return false
	}
	s.status("")
	s.erase(rows)
	s.blocks = s.blocks[:keep]
	return true
}

// again shows the last block anew, changed. Where it cannot be taken away it is shown below.
func (s *paper) again(place int, text []byte) {
	cols := s.width()
	_, window := s.size()
	if n := len(s.blocks); n > 0 && s.blocks[n-1].place == place && !s.plain && cols > 0 && s.blocks[n-1].rows <= window-2 {
		s.status("")
		s.erase(s.blocks[n-1].rows)
		s.blocks = s.blocks[:n-1]
	}
	s.put(place, text)
}

// erase takes away the rows above the cursor, which stands at the beginning of a row (ECMA-48 §8.3.22 CUU, §8.3.39 ED).
func (s *paper) erase(rows int) {
	if rows > 0 {
		s.write(fmt.Sprintf("\x1b[%dA\r\x1b[J", rows))
	}
}

// narrowStatus is the width under which there is no room for a status line.
const narrowStatus = 60

// status shows a line below all others, in place of the one before.
func (s *paper) status(line string) {
	if cols := s.width(); s.plain || cols < narrowStatus {
		line = ""
	} else {
		line = render.Cut(line, cols-1)
	}
	if line != s.below {
		s.bottom(line)
	}
}

// bottom draws the line that the cursor stands in.
func (s *paper) bottom(line string) {
	if s.below != "" {
		s.write("\r\x1b[K")
	}
	s.below = line
	s.write(line)
}

// perKey is how long a character takes to be typed.
const perKey = 30 * time.Millisecond

// maxTyped bounds what is shown as typed: of a long line the rest comes at once.
const maxTyped = 60

// typed shows the first row of a block as if it was typed. A key ends that, and is given.
func (s *paper) typed(ctx context.Context, keys presses, text []byte, speed float64) (key string) {
	s.status("")
	line, rest, _ := strings.Cut(string(text), "\n")
	for n := 0; line != "" && key == "" && n < maxTyped; n++ {
		c := next(line)
		line = line[len(c):]
		s.write(c)
		if n > 2 && !strings.HasPrefix(c, "\x1b") { // who speaks stands there at once
			key, _ = keys.Wait(ctx, time.Duration(float64(perKey)/speed))
		}
	}
	s.write(line + "\n" + rest)
	return key
}

// next gives the first sign of a line: a cluster, or a sequence that sets the colour.
func next(line string) string {
	if strings.HasPrefix(line, "\x1b[") {
		if i := strings.IndexByte(line, 'm'); i > 0 {
			return line[:i+1]
		}
	}
	c, _ := render.Cluster(line)
	if c == "" {
		return line
	}
	return c
}

// rowsOf counts the rows that text takes in a window: a wide character that does not fit begins the next row.
func rowsOf(text string, cols int) (rows int) {
	for line := range strings.SplitSeq(strings.TrimSuffix(text, "\n"), "\n") {
		rows++
		if cols <= 0 || render.Width(line) <= cols {
			continue
		}
		for at := 0; line != ""; {
			c := next(line)
			line = line[len(c):]
			w := render.Width(c)
			if at+w > cols {
				rows, at = rows+1, 0
			}
			at += w
		}
	}
	return rows
}
