package shell

import (
	"bytes"
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"

	"github.com/gdamore/tcell/v3/vt"
)

// emulator is a terminal that pictures are drawn on.
type emulator struct{ vt.MockTerm }

func newEmulator(t *testing.T, cols, rows int) emulator {
	e := emulator{vt.NewMockTerm(vt.MockOptSize{X: vt.Col(cols), Y: vt.Row(rows)})}
	e.Start()
	t.Cleanup(func() { e.Close() })
	return e
}

// String gives the cells of the screen, and the cursor.
func (e emulator) String() string {
	e.Drain()
	var b strings.Builder
	size := e.Backend().GetSize()
	for y := vt.Row(0); y < size.Y; y++ {
		for x := vt.Col(0); x < size.X; x++ {
			c := e.GetCell(vt.Coord{X: x, Y: y})
			if c.C == "" {
				c.C = " "
			}
			b.WriteString(c.C)
			x += vt.Col(max(int(c.W)-1, 0))
		}
		b.WriteString("|\n")
	}
	p := e.Pos()
	return b.String() + fmt.Sprintf("cursor in column %d of row %d", p.X, p.Y)
}

// Whatever was on the screen before: what is drawn as a difference looks like what is drawn whole.
func TestDrawDiffers(t *testing.T) {
	const cols, rows = 11, 30
	// no accents: the emulator loses the one before the place from which it erases
	pieces := []rune("ab 中，é👍" + string(byteBase+0xe9) + string(byteBase+'\t') + string(chipBase))
	note := func(rune) string { return "[粘贴]" }
	r := rand.New(rand.NewPCG(1, 2))
	screen := newEmulator(t, cols, rows)
	one := picture{out: screen}
	v := view{prompt: "\x1b[1m>\x1b[0m "}
	for step := range 600 {
		switch n := r.IntN(10); {
		case n < 5 && len(v.line) < 60:
			v.line = append(v.line[:v.pos:v.pos], append([]rune{pieces[r.IntN(len(pieces))]}, v.line[v.pos:]...)...)
			v.pos++
		case n < 7 && v.pos > 0:
			v.line = append(v.line[:v.pos-1:v.pos-1], v.line[v.pos:]...)
			v.pos--
		case n == 7:
			v.pos = r.IntN(len(v.line) + 1)
		case n == 8:
			v.hint = []string{"", "hint", "一条很长的提示"}[r.IntN(3)]
		default:
			v.below = []string{"", "search: 中"}[r.IntN(2)]
			v.masked = r.IntN(8) == 0
		}
		f := layout(&v, cols, note)
		one.draw(f)
		log := fmt.Sprintf("%q", one.buf.String())
		one.flush()

		fresh := newEmulator(t, cols, rows)
		whole := picture{out: fresh}
		whole.draw(f)
		whole.flush()
		if got, want := screen.String(), fresh.String(); got != want {
			t.Fatalf("step %d: the line %q, cursor %d:\n%s\nwant\n%s\n%s", step, string(v.line), v.pos, got, want, log)
		}
	}
}

// A line that is longer than the window shows the rows around the cursor.
func TestDrawWindow(t *testing.T) {
	screen := newEmulator(t, 10, 5)
	p := picture{out: screen}
	v := view{prompt: "> "}
	show := func(pos int) string {
		v.pos = pos
		f := layout(&v, 10, nil)
		p.top = f.window(p.top, 5)
		p.draw(f)
		p.flush()
		return screen.String()
	}
	for i := range 10 {
		v.line = append(v.line, []rune(strings.Repeat(string(rune('0'+i)), 10))...)
	}
	if got := show(100); !strings.Contains(got, "7788888888|") || !strings.Contains(got, "cursor in column 2 of row 4") || strings.Contains(got, ">") {
		t.Error("at the end:\n" + got)
	}
	if got := show(0); !strings.Contains(got, "> 00000000|") || !strings.Contains(got, "cursor in column 2 of row 0") {
		t.Error("at the start:\n" + got)
	}
	if got := show(60); !strings.Contains(got, "cursor in column 2 of row 4") {
		t.Error("in the middle:\n" + got)
	}
}

// The editor's own sequences are few; a hostile prompt, line, hint or note adds none.
func TestDrawSafe(t *testing.T) {
	hostile := "\x1b]0;x\x07\x9b31m\u009b\u202e\ufeff\x1b[2J\x1b[31"
	v := view{prompt: hostile, line: encode(nil, []byte(hostile)), hint: hostile, below: hostile, tail: hostile}
	v.line = append(v.line, chipBase)
	v.pos = len(v.line)
	var out bytes.Buffer
	p := picture{out: &out}
	p.draw(layout(&v, 40, func(rune) string { return hostile }))
	p.flush()
	rest := strings.NewReplacer("\x1b[7m", "", "\x1b[2m", "", "\x1b[0m", "", "\r\n", "", "\r", "").Replace(out.String())
	for rest != "" {
		before, after, found := strings.Cut(rest, "\x1b[")
		if strings.ContainsFunc(before, func(r rune) bool { return r < ' ' || r >= 0x7f }) {
			t.Errorf("a control character in %q", before)
		}
		if rest = strings.TrimLeft(after, "0123456789"); found && !strings.ContainsAny(rest[:1], "ABC") {
			t.Errorf("a sequence that is not ours: %.10q", after)
		}
	}
}
