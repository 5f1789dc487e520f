package practice

import (
	"bytes"
	"strings"
	"testing"
)

// slowLetter takes a letter apart the plain way: lines end with CRLF, and one that is a dot alone ends the letter.
func slowLetter(in string) (letter string, rest string, over bool) {
	var b strings.Builder
	for {
		line, tail, whole := strings.Cut(in, "\r\n")
		if !whole {
			return b.String(), in, false
		}
		if line == "." {
			return b.String(), tail, true
		}
		b.WriteString(strings.TrimPrefix(line, ".") + "\r\n")
		in = tail
	}
}

func FuzzDotReader(f *testing.F) {
	for _, seed := range []string{"a\r\n.\r\n", ".\r\nNOOP\r\n", "..\r\n.x\r\n.\r\n", "a\n.\n.\r\nb\r.\r\r\n.\r\n", ".\r.\r\n.\r\n", "\r\r\n.\r\n", ".\n.\r\n"} {
		f.Add(seed, 3)
	}
	f.Fuzz(func(t *testing.T, in string, cut int) {
		want, rest, over := slowLetter(in)
		var d dotReader
		var got []byte
		used, done := 0, false
		for piece := []byte(in); len(piece) > 0 && !done; {
			n := min(max(cut, 1), len(piece))
			var u int
			got, u, done = d.feed(piece[:n], got)
			used, piece = used+u, piece[n:]
		}
		if done != over {
			t.Fatalf("%q: over is %v", in, done)
		}
		if over && (string(got) != want || in[used:] != rest) {
			t.Fatalf("%q: got %q and %q, want %q and %q", in, got, in[used:], want, rest)
		}
		if lone := strings.Count(want, "\n") != strings.Count(want, "\r\n"); over && lone != d.bareLF {
			t.Fatalf("%q: bareLF is %v", in, d.bareLF)
		}
	})
}

func TestStufferUndoesDots(t *testing.T) {
	for _, letter := range []string{"", ".\r\n", "..\r\na.b\r\n.c\r\n", "x\r\n.\r\n", "a\n.b\r\n"} {
		for cut := 1; cut <= max(1, len(letter)); cut++ {
			var wire bytes.Buffer
			s := stuffer{dst: &wire}
			for rest := letter; rest != ""; {
				n := min(cut, len(rest))
				if m, err := s.Write([]byte(rest[:n])); m != n || err != nil {
					t.Fatal(m, err)
				}
				rest = rest[n:]
			}
			if strings.Contains("\r\n"+wire.String(), "\r\n.\r\n") {
				t.Errorf("%q in pieces of %d ends early on the wire: %q", letter, cut, wire.String())
			}
			if back, _, over := slowLetter(wire.String() + ".\r\n"); strings.Count(letter, "\n") == strings.Count(letter, "\r\n") && (!over || back != letter) {
				t.Errorf("%q in pieces of %d comes back as %q", letter, cut, back)
			}
		}
	}
}
