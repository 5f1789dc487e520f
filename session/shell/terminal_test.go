package shell

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"strings"
	"sync"
	"testing"
	"testing/iotest"
	"time"

	"go.uber.org/goleak"
)

// newTerminal makes a Terminal without a terminal: it reads in and draws into nothing.
func newTerminal(t *testing.T, in io.Reader, change func(*Options)) *Terminal {
	t.Helper()
	o := Options{In: in, Out: io.Discard, Size: func() (cols, rows int) { return 20, 6 }}
	if change != nil {
		change(&o)
	}
	term, err := NewTerminal(o)
	if err != nil {
		t.Fatal(err)
	}
	return term
}

// [15] A Terminal that was never read is closed like any other, and twice does no harm.
func TestCloseUnread(t *testing.T) {
	defer goleak.VerifyNone(t)
	term := newTerminal(t, strings.NewReader(""), nil)
	for range 2 {
		if err := term.Close(); err != nil {
			t.Error(err)
		}
	}
}

// [16] After the end each Read gives the end, and a line without an end is not taken for one that was sent.
func TestEOF(t *testing.T) {
	defer goleak.VerifyNone(t)
	term := newTerminal(t, strings.NewReader("STAT\rhalf"), nil)
	defer term.Close()
	for i, want := range []Input{{Kind: Line, Line: []byte("STAT")}, {Kind: EOF, Line: []byte("half")}, {Kind: EOF}, {Kind: EOF}} {
		if in, err := term.Read("> ", false); err != nil || in.Kind != want.Kind || !bytes.Equal(in.Line, want.Line) {
			t.Errorf("read %d gives %+v, %v, want %+v", i, in, err, want)
		}
	}
}

func TestReadError(t *testing.T) {
	defer goleak.VerifyNone(t)
	broken := errors.New("the cable is out")
	term := newTerminal(t, io.MultiReader(strings.NewReader("half"), iotest.ErrReader(broken)), nil)
	defer term.Close()
	if in, err := term.Read("> ", false); in.Kind != EOF || string(in.Line) != "half" || !errors.Is(err, broken) {
		t.Errorf("got %+v, %v", in, err)
	}
}

// A mode that cannot be restored is told.
func TestCloseError(t *testing.T) {
	gone := errors.New("gone")
	term := newTerminal(t, strings.NewReader(""), func(o *Options) { o.Restore = func() error { return gone } })
	if err := term.Close(); !errors.Is(err, gone) {
		t.Errorf("got %v", err)
	}
}

// Lines printed by many while lines are read: nobody waits for another for ever, nothing is mixed.
func TestPrintFromMany(t *testing.T) {
	defer goleak.VerifyNone(t)
	in, keys := io.Pipe()
	var out bytes.Buffer // written under the Terminal's lock
	term := newTerminal(t, in, func(o *Options) { o.Out = &out })
	const many, lines = 4, 200
	var printers sync.WaitGroup
	for g := range many {
		printers.Go(func() {
			for i := range lines {
				term.Print(fmt.Sprintf("printed %d %d.", g, i))
				term.SetPrompt(fmt.Sprintf("%d> ", i), i%5 == 0)
			}
		})
	}
	go func() { // ends when all is read
		for i := range lines {
			fmt.Fprintf(keys, "line %d 中文\x1b[D\x1b[D\x1b[C\x1b[A\x1b[B\r", i)
		}
	}()
	for i := range lines {
		if in, err := term.Read("> ", false); err != nil || in.Kind != Line || !strings.HasPrefix(string(in.Line), "line") {
			t.Fatalf("line %d: %+v, %v", i, in, err)
		}
	}
	printers.Wait()
	term.Close()
	keys.Close()
	if n := strings.Count(out.String(), ".\n"); n != many*lines {
		t.Errorf("%d whole lines were printed, want %d", n, many*lines)
	}
}

// Printing costs what is printed and one drawing of the line, however much was printed before.
func TestPrintIsLinear(t *testing.T) {
	var p picture
	counted := &counter{}
	p.out = counted
	v := view{prompt: "> ", line: []rune("half a line"), pos: 11}
	p.draw(layout(&v, 80, nil))
	for range 20_000 {
		p.above("* 1 FETCH\n")
		p.flush()
	}
	if counted.writes > 20_001 || counted.bytes > 20_000*60 {
		t.Errorf("%d bytes in %d writes", counted.bytes, counted.writes)
	}
	counted.bytes = 0
	p.above(strings.Repeat("* 1 FETCH\n", 20_000))
	p.flush()
	if extra := counted.bytes - 200_000; extra > 60 {
		t.Errorf("one print of many lines draws the line again with %d bytes", extra)
	}
}

type counter struct{ writes, bytes int }

func (c *counter) Write(p []byte) (int, error) {
	c.writes++
	c.bytes += len(p)
	return len(p), nil
}

// Whatever is typed: no key makes the library panic or wait, and each Read ends.
func FuzzTerminal(f *testing.F) {
	for _, s := range []string{
		"abc\r", "\x12\x07\x14\x0b\x19\r", "\x1b[200~a\nb\x1b[201~\x01\x0b\x19\x19\r", "\t\t\tR\t\r", "\x16\x03\x1d\x03\x04", "\xff\xe4\r",
		"中\x1b[D\x1b[3~\x1b[3~\r\x1b[A\x1b[A\x7f\x1b[B\r", "PASS x\x17\x19\x15\x19\r", "a\x12a\x12\x7f\x7f\x7f\x1b[A\x12\r", "e\u0301\x02x\x0c\r",
	} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		if len(s) > 300 {
			return
		}
		var out bytes.Buffer
		term := newTerminal(t, strings.NewReader(s), func(o *Options) {
			o.Out = &out
			o.Complete = func(string, int) ([]string, int) { return []string{"RETR", "RSET"}, 0 }
			o.Hint = func(line string, pos int) string { return line[:pos] }
			o.Secret = func(line string) (int, int) { return min(5, len(line)), len(line) }
		})
		ended := make(chan struct{})
		go func() {
			defer close(ended)
			for i := 0; ; i++ {
				in, err := term.Read("> ", i%3 == 2)
				if err != nil {
					t.Error(err)
				}
				if in.Kind == EOF && term.over {
					break
				}
				term.Remember(string(in.Line))
			}
			term.Close()
		}()
		select {
		case <-ended:
		case <-time.After(10 * time.Second):
			t.Fatalf("%q is never read to its end", s)
		}
		own := strings.NewReplacer("\x1b[", "", "\r\n", "", "\r", "", "\a", "").Replace(out.String())
		if i := strings.IndexFunc(own, func(r rune) bool { return r < ' ' || r == 0x7f }); i >= 0 {
			t.Errorf("%q draws a control character: %.20q", s, own[i:])
		}
	})
}
