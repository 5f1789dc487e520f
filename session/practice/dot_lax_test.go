package practice

import (
	"strings"
	"testing"
)

// takeLax gives a letter to a laxReader in pieces of cut octets.
func takeLax(ends Ends, in string, cut int) (letter, rest string, over bool) {
	d := laxReader{ends: ends}
	var out []byte
	for len(in) > 0 && !over {
		n, used := min(max(cut, 1), len(in)), 0
		out, used, over = d.feed([]byte(in[:n]), out)
		in = in[used:]
	}
	return string(out), in, over
}

// TestEachEndOfALetter gives every pair of line ends around a dot to every reader that takes one pair.
func TestEachEndOfALetter(t *testing.T) {
	octets := map[string]string{"CRLF": "\r\n", "LF": "\n", "CR": "\r"}
	for _, before := range eolNames {
		for _, behind := range eolNames {
			ends, err := readEnds([]string{strings.ToLower(before) + "." + behind})
			if err != nil {
				t.Fatal(err)
			}
			for _, a := range eolNames {
				for _, b := range eolNames {
					in := "one" + octets[a] + "." + octets[b] + "NOOP\r\n"
					want := a == before && b == behind || a == "CRLF" && b == "CRLF"
					early := a == before && b == "CRLF" && behind == "CR" // its CR is an end already; LF begins the next line
					for cut := 1; cut <= len(in); cut++ {
						_, rest, over := takeLax(ends, in, cut)
						if over != (want || early) || over && strings.TrimPrefix(rest, "\n") != "NOOP\r\n" {
							t.Errorf("%s.%s in pieces of %d at a server of %s.%s: over is %v, %q is left", a, b, cut, before, behind, over, rest)
						}
					}
				}
			}
		}
	}
	for _, word := range []string{"", "LF", "LF.", ".LF", "LF.LF.LF", "NL.NL"} {
		if _, err := readEnds([]string{word}); err == nil || !strings.Contains(err.Error(), "CRLF, LF, CR") {
			t.Errorf("%q: %v", word, err)
		}
	}
}

// FuzzLaxReader holds that a laxReader without leniencies reads as the strict reader does, and that one with them ends no later.
func FuzzLaxReader(f *testing.F) {
	for _, seed := range []string{"a\r\n.\r\n", "..\r\n.x\r\n.\r\n", "a\n.\n.\r\nb\r.\r\r\n.\r\n", ".\r.\r\n.\r\n", "\r\r\n.\r\n", ".\n.\r\n", "\n..\r\n.\r\n"} {
		f.Add(seed, 3, uint16(smuggled))
	}
	f.Fuzz(func(t *testing.T, in string, cut int, ends uint16) {
		strict := dotReader{makeLF: true}
		want, used, over := strict.feed([]byte(in), nil)
		letter, rest, laxOver := takeLax(0, in, cut)
		if letter != string(want) || rest != in[used:] || over != laxOver {
			t.Fatalf("%q: got %q and %q, want %q and %q", in, letter, rest, want, in[used:])
		}
		if _, early, laxOver := takeLax(Ends(ends), in, cut); over && (!laxOver || len(early) < len(rest)) {
			t.Fatalf("%q: the lax reader goes on to %q, the strict one to %q", in, early, rest)
		}
	})
}
