package practice

import (
	"errors"
	"io"
	"strings"
	"testing"
	"testing/iotest"
)

// chunks gives its text in pieces of n octets.
type chunks struct {
	text string
	n    int
}

func (c *chunks) Read(p []byte) (int, error) {
	if c.text == "" {
		return 0, io.EOF
	}
	n := copy(p[:min(len(p), c.n)], c.text)
	c.text = c.text[n:]
	return n, nil
}

// FuzzLine wants every line of any text, cut in any way, exactly once and in order, and long ones told as long.
func FuzzLine(f *testing.F) {
	f.Add("NOOP\r\nQUIT\r\n", 1, 512)
	f.Add("a\nb\r\r\n\r\n\n"+strings.Repeat("x", 3000)+"\r\nend\r\n", 7, 100)
	f.Fuzz(func(t *testing.T, text string, cut, bound int) {
		cut, bound = min(max(cut, 1), 5000), min(max(bound, 2), 5000)
		r := newReader(&chunks{text, cut}, nil)
		for rest := text; ; {
			line, end, err := r.line(bound)
			i := strings.IndexByte(rest, '\n')
			if err != nil {
				if i >= 0 && i < endlessLine {
					t.Fatalf("%v before the line %q", err, rest[:i])
				}
				return
			}
			if i < 0 {
				t.Fatalf("a line %q out of nothing", line)
			}
			want, whole := strings.CutSuffix(rest[:i], "\r")
			switch {
			case i+1 > bound:
				if end != endLong {
					t.Fatalf("%d octets, bound %d: told %v", i+1, bound, end)
				}
			case string(line) != want || (end == endCRLF) != whole:
				t.Fatalf("got %q %v, want %q %v", line, end, want, whole)
			}
			rest = rest[i+1:]
		}
	})
}

func TestLineWithoutEnd(t *testing.T) {
	r := newReader(&chunks{strings.Repeat("A", 1<<20), 4096}, nil)
	if _, _, err := r.line(popLine); !errors.Is(err, errEndless) {
		t.Fatalf("got %v", err)
	}
	if cap(r.long) > popLine {
		t.Errorf("%d octets are held of a line of %d", cap(r.long), popLine)
	}
}

func TestReaderWidensAndNarrows(t *testing.T) {
	r := newReader(iotest.HalfReader(strings.NewReader("MAIL\r\n"+strings.Repeat("0123456789", 5000)+"QUIT\r\n")), nil)
	if line, _, err := r.line(smtpLine); string(line) != "MAIL" || err != nil {
		t.Fatal(line, err)
	}
	r.widen()
	for left := 50000; left > 0; {
		have, err := r.chunk()
		if err != nil {
			t.Fatal(err)
		}
		n := min(left, len(have))
		r.use(n)
		left -= n
	}
	if line, _, err := r.line(smtpLine); string(line) != "QUIT" || err != nil {
		t.Fatalf("%q %v", line, err)
	}
	r.narrow()
	if r.large != nil {
		t.Error("the large buffer is still held")
	}
}
