package render

import (
	"bytes"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"unicode/utf8"

	"byhand/session"
	"byhand/session/annotate"
	"byhand/session/text"

	"github.com/google/go-cmp/cmp"
)

var update = flag.Bool("update", false, "write the golden screens anew; read their difference before committing")

func fixed(w int) func() int { return func() int { return w } }

// screen renders the session, the voices and a dump, as one screen.
func screen(o Options) []byte {
	r, out := New(o), []byte(nil)
	for i := range talk {
		out = r.Event(out, &talk[i].e, talk[i].x)
	}
	for _, s := range says {
		out = r.Say(out, s.voice, s.said)
	}
	return r.Hex(out, []byte("+OK \xc4\xe3\xba\xc3 core mail\x1b[2J\r\n"))
}

// beside renders what stands on stderr while stdout has the bytes.
func beside(o Options) (out []byte) {
	r := New(o)
	for i := range talk {
		out = r.Notes(out, &talk[i].e, talk[i].x)
	}
	return out
}

func TestScreens(t *testing.T) {
	for _, lang := range text.Langs() {
		for _, width := range []int{60, 120} {
			o := Options{Width: fixed(width), Lang: lang, Depth: annotate.Full}
			name := fmt.Sprintf("%s-%d", lang, width)
			golden(t, name, screen(o))
			o.Color = true
			golden(t, name+"-color", screen(o))
		}
		golden(t, lang.String()+"-brief", screen(Options{Width: fixed(80), Lang: lang, Depth: annotate.Brief}))
		golden(t, lang.String()+"-plain", screen(Options{Width: fixed(80), Lang: lang, Depth: annotate.Full, Plain: true}))
		golden(t, lang.String()+"-beside", beside(Options{Lang: lang, Depth: annotate.Full}))
	}
}

func golden(t *testing.T, name string, got []byte) {
	t.Helper()
	path := filepath.Join("testdata", name+".screen")
	if *update {
		if err := os.WriteFile(path, got, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(string(want), string(got)); diff != "" {
		t.Errorf("%s (-want +got):\n%s", name, diff)
	}
}

// every gives each set of options that the properties are held against.
func every() (all []Options) {
	for _, lang := range text.Langs() {
		for _, width := range []int{20, 37, 60, 80, 120} {
			for _, depth := range []annotate.Depth{annotate.Off, annotate.Brief, annotate.Full, annotate.All} {
				for _, plain := range []bool{false, true} {
					all = append(all, Options{Width: fixed(width), Lang: lang, Depth: depth, Plain: plain})
				}
			}
		}
	}
	return all
}

var sgr = regexp.MustCompile("\x1b\\[[0-9;]*m")

// safe holds that out is whole lines of text in which nothing drives a terminal but the sequences of our own styles.
func safe(t *testing.T, out []byte) {
	t.Helper()
	if !utf8.Valid(out) {
		t.Fatalf("not UTF-8: %q", out)
	}
	if len(out) > 0 && out[len(out)-1] != '\n' {
		t.Fatalf("no whole line: %q", out)
	}
	for _, c := range string(sgr.ReplaceAll(out, nil)) {
		if c != '\n' && Mark(c) != "" {
			t.Fatalf("%q passed: %q", c, out)
		}
	}
}

// ours gives every sequence that the styles write.
func ours() map[string]bool {
	s, set := newStyles(true), map[string]bool{}
	for _, one := range []style{s.server, s.client, s.typed, s.good, s.bad, s.ask, s.guide, s.decoded, s.aside, s.head} {
		set[one.on], set[one.off] = true, true
	}
	return set
}

func TestNothingPasses(t *testing.T) {
	known := ours()
	for _, o := range every() {
		bare := screen(o)
		safe(t, bare)
		if bytes.ContainsRune(bare, '\x1b') {
			t.Fatalf("%+v: a sequence without colour: %q", o, bare)
		}
		o.Color = true
		coloured := screen(o)
		safe(t, coloured)
		for _, seq := range sgr.FindAll(coloured, -1) {
			if !known[string(seq)] {
				t.Fatalf("%q is no style", seq)
			}
		}
		if diff := cmp.Diff(string(bare), string(sgr.ReplaceAll(coloured, nil))); diff != "" {
			t.Fatalf("colour changes the text (-bare +coloured):\n%s", diff)
		}
	}
}

func TestNoSecretPasses(t *testing.T) {
	for _, o := range every() {
		for _, out := range [][]byte{screen(o), beside(o)} {
			if bytes.Contains(out, []byte("wonderland")) || bytes.Contains(out, []byte("c2VjcmV0")) {
				t.Fatalf("a secret stands in %q", out)
			}
		}
	}
}

// wire tells a line that came from the wire, whose width is its own affair.
var wire = regexp.MustCompile(`^[SC][0-9]*(:|…|\.\.\.) `)

func TestWidths(t *testing.T) {
	for _, o := range every() {
		for line := range strings.Lines(string(screen(o))) {
			line = strings.TrimSuffix(line, "\n")
			dump := strings.HasSuffix(line, "|") && strings.HasPrefix(line, "  0")
			if w := Width(line); w > min(o.Width(), widest) && !wire.MatchString(line) && !dump {
				t.Errorf("%d columns in %d: %q", w, o.Width(), line)
			}
		}
		for line := range strings.Lines(string(beside(o))) {
			if w := Width(strings.TrimSuffix(line, "\n")); w > min(o.Width(), widest) {
				t.Errorf("beside: %d columns in %d: %q", w, o.Width(), line)
			}
		}
	}
}

// TestWireWhole holds that the lines of the wire are all there, whatever the width and the depth.
func TestWireWhole(t *testing.T) {
	for _, o := range every() {
		out := string(screen(o))
		for i := range talk {
			e := &talk[i].e
			if e.Mark != nil {
				continue
			}
			raw, _ := e.Masked(nil)
			line := " " + string(Visible(nil, bytes.TrimSuffix(raw, []byte("\r\n")))) + "\n"
			at := strings.Index(out, line)
			if at < 0 {
				t.Fatalf("%+v: %q is not on the screen:\n%s", o, line, out)
			}
			out = out[at+len(line):]
		}
	}
}

func TestOff(t *testing.T) {
	if out := beside(Options{}); len(out) != 0 {
		t.Errorf("%q", out)
	}
	for line := range strings.Lines(string(screen(Options{}))) {
		if strings.HasPrefix(line, "  ·") {
			t.Errorf("a note: %q", line)
		}
	}
}

func TestAt(t *testing.T) {
	o := Options{Width: fixed(60), Depth: annotate.Brief, Lang: text.ZH}
	last := &talk[5]
	got := New(o).At(annotate.All).Event(nil, &last.e, last.x)
	o.Depth = annotate.All
	want := New(o).Event(nil, &last.e, last.x)
	if !bytes.Equal(got, want) || !bytes.Contains(got, []byte("问了才显示")) {
		t.Errorf("got %q, want %q", got, want)
	}
}

// TestMarks holds that each kind of mark is said in both languages, and in its own words.
func TestMarks(t *testing.T) {
	seen := map[string]bool{}
	for _, row := range marks {
		m := session.NewMark(row.kind)
		for _, f := range row.fields {
			m.Fields = append(m.Fields, session.NewMark("", f, f).Fields...)
		}
		if row.field != "" && value(m, row.field) == "" {
			v := row.value
			if v == "" {
				v = "x"
			}
			m.Fields = append(m.Fields, session.NewMark("", row.field, v).Fields...)
		}
		for _, lang := range text.Langs() {
			out := string(New(Options{Lang: lang}).Event(nil, &session.Event{Mark: m}, annotate.Explanation{}))
			if !strings.HasPrefix(out, "-- ") || strings.Contains(out, "%!") || seen[out] {
				t.Errorf("%s %s %s: %q", row.kind, row.field, row.value, out)
			}
			seen[out] = true
		}
	}
}

func TestLineNoAlloc(t *testing.T) {
	r, e := New(Options{Color: true, Depth: annotate.Full}), server(session.Data, "", strings.Repeat("QmFzZTY0", 9)+"\r\n").e
	dst := make([]byte, 0, 1<<10)
	if n := testing.AllocsPerRun(100, func() { dst = r.Event(dst[:0], &e, annotate.Explanation{}) }); n != 0 {
		t.Errorf("%v allocations a line", n)
	}
}

func BenchmarkLetter(b *testing.B) {
	r, e := New(Options{Color: true, Depth: annotate.Full}), server(session.Data, "", strings.Repeat("QmFzZTY0", 9)+"QUJD\r\n").e
	dst := make([]byte, 0, 1<<16)
	b.SetBytes(int64(len(e.Raw)))
	b.ReportAllocs()
	for b.Loop() {
		if len(dst) > 1<<15 {
			dst = dst[:0]
		}
		dst = r.Event(dst, &e, annotate.Explanation{})
	}
}

func FuzzEvent(f *testing.F) {
	for i := range talk {
		f.Add(talk[i].e.Raw, talk[i].e.Code, talk[i].x.Decoded, "RFC 1939 §5", uint8(talk[i].e.Role), uint8(i), uint8(60))
	}
	f.Fuzz(func(t *testing.T, raw []byte, code, said, ref string, role, bits, width uint8) {
		e := session.Event{Raw: raw, Code: code, Role: session.Role(role) % (session.Note + 1), From: session.Side(bits % 3), Conn: int(bits >> 6), Cont: bits&8 != 0}
		if len(raw) > 8 && bits&16 != 0 {
			e.Secret = []session.Span{{Off: len(raw) / 4, Len: len(raw) / 2}}
		}
		x := annotate.Explanation{Decoded: said, Notes: []annotate.Note{note(annotate.Tip, annotate.Brief, ref, text.T{EN: "%s: %q"}, said, code)}}
		o := Options{Width: fixed(int(width)), Depth: annotate.Full, Plain: bits&32 != 0}
		bare := New(o).Event(nil, &e, x)
		o.Color = true
		coloured := New(o).Event(nil, &e, x)
		safe(t, bare)
		safe(t, coloured)
		if !bytes.Equal(bare, sgr.ReplaceAll(coloured, nil)) {
			t.Fatalf("colour changes the text:\n%q\n%q", bare, coloured)
		}
		safe(t, New(o).Notes(nil, &e, x))
		first, _, _ := strings.Cut(string(bare), "\n")
		if kept, _ := e.Masked(nil); !strings.HasSuffix(first, string(Visible(nil, bytes.TrimSuffix(kept, []byte("\r\n"))))) {
			t.Fatalf("%q is not whole in %q", raw, first)
		}
	})
}

// TestSaidOnce holds that a change of the connection is not told by the line and again by the first note.
func TestSaidOnce(t *testing.T) {
	out := string(New(Options{Depth: annotate.All}).Event(nil, &talk[0].e, talk[0].x))
	want := "-- connected to pop.practice.test:110 at 127.0.0.1\n  · Port 110: POP3 in clear text [RFC 1939 §3]\n"
	if out != want {
		t.Errorf("got %q, want %q", out, want)
	}
}
