package render

import (
	"bytes"
	"strings"
	"testing"
	"unicode/utf8"
)

func TestVisible(t *testing.T) {
	for _, c := range []struct{ name, in, want string }{
		{"text", "+OK 60 message(s)", "+OK 60 message(s)"},
		{"Chinese", "主题：你好", "主题：你好"},
		{"title of the window", "\x1b]0;owned\x07", `\x1B]0;owned\x07`},
		{"colour", "\x1b[31mred", `\x1B[31mred`},
		{"clipboard", "\x1b]52;c;cm0gLXJm\x1b\\", `\x1B]52;c;cm0gLXJm\x1B\`},
		{"C1, one byte", "a\x9b31m", `a\x9B31m`},
		{"C1, UTF-8", "a\u009b31m", `a\u{9B}31m`},
		{"NUL, BS, DEL", "a\x00\b\x7f", `a\x00\x08\x7F`},
		{"bare CR", "a\rb", `a\x0Db`},
		{"tab", "a\tb", "a→   b"},
		{"Latin-1", "caf\xe9", `caf\xE9`},
		{"GBK", "\xc4\xe3\xba\xc3", `\xC4\xE3\xBA\xC3`},
		{"bidi override", "a\u202etxt.exe", `a\u{202E}txt.exe`},
		{"bidi isolate and marks", "\u2066\u200e\u061c", `\u{2066}\u{200E}\u{61C}`},
		{"zero width", "pay\u200bpal\ufeff", `pay\u{200B}pal\u{FEFF}`},
		{"line separator", "a\u2028b\u2029", `a\u{2028}b\u{2029}`},
		{"tags", "\U000e0041", `\u{E0041}`},
		{"soft hyphen", "a\u00adb", `a\u{AD}b`},
		{"surrogate", "\xed\xa0\x80", `\xED\xA0\x80`},
		{"U+FFFD itself", "\ufffd", "\ufffd"},
		{"a path stays", `C:\temp\x`, `C:\temp\x`},
		{"text like a mark", `\x1B`, `\\x1B`},
		{"text like a mark, twice", `\\x1B`, `\\\\x1B`},
		{"text like the other mark", `\u{202E}`, `\\u{202E}`},
		{"backslash before a mark", "\\\x1b", `\\\x1B`},
	} {
		t.Run(c.name, func(t *testing.T) {
			if got := string(Visible(nil, []byte(c.in))); got != c.want {
				t.Errorf("%q shown as %s, want %s", c.in, got, c.want)
			}
		})
	}
}

func TestSafeStyle(t *testing.T) {
	s := Safe{On: "<", Off: ">"}
	got := string(s.Append(nil, []byte("a\x1b\x07b\xffé\\x1B\t"), false))
	if want := `a<\x1B\x07>b<\xFF>é\x1B<→   >`; got != want {
		t.Errorf("got %s, want %s", got, want)
	}
}

// A line of any length cut anywhere shows what it shows whole.
func TestSafePieces(t *testing.T) {
	line := []byte("你\u202e好\xe4\xbd\x1b中😀\xf0\x9f")
	want := string((&Safe{On: "<", Off: ">"}).Append(nil, line, false))
	want = strings.ReplaceAll(want, "><", "") // a run of marks that is cut is styled twice
	for size := 1; size < len(line); size++ {
		s, got := Safe{On: "<", Off: ">"}, []byte(nil)
		for rest := line; len(rest) > 0; {
			n := min(size, len(rest))
			got = s.Append(got, rest[:n], n < len(rest))
			rest = rest[n:]
		}
		if got := strings.ReplaceAll(string(got), "><", ""); got != want {
			t.Errorf("pieces of %d: got %s, want %s", size, got, want)
		}
	}
}

func TestSafePlainNoAlloc(t *testing.T) {
	line, dst := bytes.Repeat([]byte("plain text "), 7), make([]byte, 0, 100)
	if n := testing.AllocsPerRun(100, func() { dst = Visible(dst[:0], line) }); n != 0 {
		t.Errorf("%v allocations for a plain line, want none", n)
	}
}

// Nothing that a terminal obeys comes out, whatever goes in, and two different lines never look the same.
func FuzzVisible(f *testing.F) {
	for _, s := range []string{"\x1b[31m", "\u009b", "\xc2", "\u202e", "a\\\\x1B\\", "\\\xff", "\ufeff中\r\n\t"} {
		f.Add([]byte(s), 3)
	}
	f.Fuzz(func(t *testing.T, line []byte, cut int) {
		if cut < 0 || cut > len(line) {
			cut = len(line)
		}
		var s Safe
		pieces := s.Append(s.Append(nil, line[:cut], true), line[cut:], false)
		for _, out := range []string{string(Visible(nil, line)), string(pieces)} {
			if !utf8.ValidString(out) {
				t.Fatalf("%q: not UTF-8: %q", line, out)
			}
			for _, r := range out {
				if r < ' ' || r == 0x7f || hidden(r) && r >= 0x80 {
					t.Fatalf("%q: %U comes out: %q", line, r, out)
				}
			}
		}
		if bytes.ContainsRune(line, '→') {
			return // a TAB and an arrow with spaces may look the same
		}
		if back := read(Visible(nil, line)); !bytes.Equal(back, line) {
			t.Errorf("%q is shown as %s, which reads as %q", line, Visible(nil, line), back)
		}
	})
}

// read takes the marks back: it shows that Visible is not ambiguous.
func read(shown []byte) (line []byte) {
	shown = bytes.ReplaceAll(shown, []byte(tab), []byte("\t"))
	for len(shown) > 0 {
		n := len(shown) - len(bytes.TrimLeft(shown, `\`))
		if n == 0 {
			line, shown = append(line, shown[0]), shown[1:]
			continue
		}
		rest := shown[n:]
		isByte := len(rest) >= 3 && rest[0] == 'x' && hexDigit(rest[1]) && hexDigit(rest[2])
		isRune := len(rest) >= 2 && rest[0] == 'u' && rest[1] == '{'
		if !isByte && !isRune {
			line, shown = append(line, shown[:n]...), rest
			continue
		}
		line, shown = append(line, bytes.Repeat([]byte(`\`), n/2)...), rest
		if n%2 == 0 {
			continue // doubled: what follows is text
		}
		code, size := rest[1:3], 3
		if isRune {
			size = bytes.IndexByte(rest, '}') + 1
			code = rest[2 : size-1]
		}
		var r rune
		for _, c := range code {
			r = r<<4 | rune(bytes.IndexByte([]byte("0123456789ABCDEF"), c))
		}
		if isByte {
			line = append(line, byte(r))
		} else {
			line = utf8.AppendRune(line, r)
		}
		shown = rest[size:]
	}
	return line
}

func BenchmarkVisible(b *testing.B) {
	for _, c := range []struct{ name, line string }{
		{"ascii", strings.Repeat("TWFpbCBpcyBhIGxldHRlciB0aGF0IG5vYm9keSByZWFkcyBi", 2)},
		{"chinese", strings.Repeat("每一行都是一封信的一部分，", 3)},
		{"binary", string(bytes.Repeat([]byte{0, 0x9b, 'a', 0xff}, 20))},
	} {
		b.Run(c.name, func(b *testing.B) {
			line, dst := []byte(c.line), make([]byte, 0, 1024)
			b.SetBytes(int64(len(line)))
			for b.Loop() {
				dst = Visible(dst[:0], line)
			}
		})
	}
}
