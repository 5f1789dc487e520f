//go:build unix

// Package ptytest is a terminal for tests: a pseudo-terminal whose other side is read by a terminal emulator. A test
// types, and waits until the screen looks as it should. It knows nothing of what is tested.
package ptytest

import (
	"bytes"
	"fmt"
	"os"
	"os/exec"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/creack/pty"
	"github.com/gdamore/tcell/v3/vt"
)

// Patience is how long a test waits for a screen before it fails.
const Patience = time.Minute

// Term is a window.
type Term struct {
	tb  testing.TB
	far *os.File // the keyboard and screen side
	tty *os.File // the program's side, if it runs in this process
	vt  vt.MockTerm

	mu   sync.Mutex
	raw  bytes.Buffer
	news chan struct{} // closed and replaced when something was written
}

// Open opens a window for a program that runs inside the test; TTY is its terminal.
func Open(tb testing.TB, cols, rows int) *Term {
	tb.Helper()
	far, tty, err := pty.Open()
	if err != nil {
		tb.Fatal(err)
	}
	t := start(tb, far, cols, rows)
	t.tty = tty
	tb.Cleanup(func() { tty.Close() })
	return t
}

// Run starts cmd in a window of its own; the test's end kills it if it still runs.
func Run(tb testing.TB, cols, rows int, cmd *exec.Cmd) *Term {
	tb.Helper()
	far, err := pty.StartWithSize(cmd, &pty.Winsize{Cols: uint16(cols), Rows: uint16(rows)})
	if err != nil {
		tb.Fatal(err)
	}
	t := start(tb, far, cols, rows)
	tb.Cleanup(func() { // before the window is closed
		syscall.Kill(-cmd.Process.Pid, syscall.SIGKILL) // and what it started: they are a session of their own
		cmd.Wait()
	})
	return t
}

func start(tb testing.TB, far *os.File, cols, rows int) *Term {
	t := &Term{tb: tb, far: far, news: make(chan struct{})}
	t.vt = vt.NewMockTerm(vt.MockOptSize{X: vt.Col(cols), Y: vt.Row(rows)})
	t.vt.Start()
	pty.Setsize(far, &pty.Winsize{Cols: uint16(cols), Rows: uint16(rows)})
	var both sync.WaitGroup
	both.Go(t.screen)
	both.Go(t.answers)
	tb.Cleanup(func() {
		far.Close()
		t.vt.Close()
		both.Wait()
	})
	return t
}

// screen carries what the program writes to the emulator. It ends when the window is closed.
func (t *Term) screen() {
	buf := make([]byte, 64<<10)
	for {
		n, err := t.far.Read(buf)
		if n > 0 {
			t.mu.Lock()
			t.raw.Write(buf[:n])
			t.vt.Write(buf[:n])
			t.vt.Drain()
			close(t.news)
			t.news = make(chan struct{})
			t.mu.Unlock()
		}
		if err != nil {
			return
		}
	}
}

// answers carries what the emulator says to the program. It ends when the emulator is closed.
func (t *Term) answers() {
	buf := make([]byte, 4096)
	for {
		n, err := t.vt.Read(buf)
		if n > 0 {
			t.far.Write(buf[:n])
		}
		if err != nil {
			return
		}
	}
}

// TTY gives the program's side of a window from Open.
func (t *Term) TTY() *os.File { return t.tty }

// Type sends keys.
func (t *Term) Type(keys string) {
	t.tb.Helper()
	if _, err := t.far.Write([]byte(keys)); err != nil {
		t.tb.Errorf("typing %.40q: %v", keys, err)
	}
}

// Resize changes the size of the window. A program in a window of its own gets the signal.
func (t *Term) Resize(cols, rows int) {
	t.mu.Lock()
	t.vt.SetSize(vt.Coord{X: vt.Col(cols), Y: vt.Row(rows)})
	t.mu.Unlock()
	pty.Setsize(t.far, &pty.Winsize{Cols: uint16(cols), Rows: uint16(rows)})
}

// Raw gives all that the program has written.
func (t *Term) Raw() string {
	t.mu.Lock()
	defer t.mu.Unlock()
	return t.raw.String()
}

// Text gives what the screen shows: its rows without the spaces at their ends, without empty rows at the end.
func (t *Term) Text() string {
	t.mu.Lock()
	defer t.mu.Unlock()
	size := t.vt.Backend().GetSize()
	rows := make([]string, size.Y)
	for y := range rows {
		rows[y] = t.row(vt.Row(y), size.X)
	}
	return strings.TrimRight(strings.Join(rows, "\n"), "\n")
}

func (t *Term) row(y vt.Row, cols vt.Col) string {
	var b strings.Builder
	for x := vt.Col(0); x < cols; x++ {
		c := t.vt.GetCell(vt.Coord{X: x, Y: y})
		if c.C == "" {
			b.WriteByte(' ')
			continue
		}
		b.WriteString(c.C)
		x += vt.Col(max(int(c.W)-1, 0))
	}
	return strings.TrimRight(b.String(), " ")
}

// Cursor gives where the cursor stands, from 0.
func (t *Term) Cursor() (col, row int) {
	t.mu.Lock()
	defer t.mu.Unlock()
	p := t.vt.Pos()
	return int(p.X), int(p.Y)
}

// Wait waits until ok; it looks again whenever the program has written. what says for the failure what was waited for.
func (t *Term) Wait(what string, ok func() bool) {
	t.tb.Helper()
	end := time.After(Patience)
	for {
		t.mu.Lock()
		news := t.news
		t.mu.Unlock()
		if ok() {
			return
		}
		select {
		case <-news:
		case <-end:
			col, row := t.Cursor()
			t.tb.Fatalf("waited for %s; the screen (cursor in column %d of row %d):\n%s", what, col, row, t.Text())
		}
	}
}

// WaitRaw waits until the program has written s.
func (t *Term) WaitRaw(s string) {
	t.tb.Helper()
	seen := 0 // where s is not: a program may write so much that to look through all of it each time would take for ever
	t.Wait("the bytes "+s, func() bool {
		t.mu.Lock()
		defer t.mu.Unlock()
		if bytes.Contains(t.raw.Bytes()[seen:], []byte(s)) {
			return true
		}
		seen = max(0, t.raw.Len()-len(s)+1)
		return false
	})
}

// WaitText waits until the screen shows s somewhere.
func (t *Term) WaitText(s string) {
	t.tb.Helper()
	t.Wait(s, func() bool { return strings.Contains(t.Text(), s) })
}

// WaitScreen waits until the screen shows these rows and no others, with the cursor in column col of the last one.
func (t *Term) WaitScreen(col int, rows ...string) {
	t.tb.Helper()
	want := strings.Join(rows, "\n")
	t.Wait("the screen\n"+want, func() bool {
		x, y := t.Cursor()
		return t.Text() == strings.TrimRight(want, "\n") && x == col && y == len(rows)-1
	})
}

// WaitCursor waits until the cursor stands there, both counted from 0.
func (t *Term) WaitCursor(col, row int) {
	t.tb.Helper()
	t.Wait(fmt.Sprintf("the cursor in column %d of row %d", col, row), func() bool {
		x, y := t.Cursor()
		return x == col && y == row
	})
}
