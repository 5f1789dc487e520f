package transcripts

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"byhand/session"
	"byhand/session/annotate"
	"byhand/session/proto"
)

// throughout gives all lines of a transcript as they are shown from its beginning to its end.
func throughout(t *testing.T, text string) (all []string) {
	t.Helper()
	rd, err := Open(strings.NewReader(text), "x")
	if err != nil {
		t.Fatal(err)
	}
	notes := annotate.New()
	err = session.Run(context.Background(), rd, proto.New(session.Untold), func(events []session.Event) error {
		for i := range events {
			x := notes.Event(&events[i])
			all = append(all, shownAs(&events[i], x))
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return all
}

func shownAs(e *session.Event, x annotate.Explanation) string {
	s := fmt.Sprintf("%v %v %q %v %v", e.Role, e.Verb, e.MaskedLine(), e.More, e.Cont)
	if e.Mark != nil {
		s = fmt.Sprint(e.Mark.Kind, e.Mark.Text("text"))
	}
	for _, n := range x.Notes {
		s += "\n  " + n.Text.In(0)
	}
	return s
}

func tapeOf(t *testing.T, text string) *Tape {
	t.Helper()
	tape, err := OpenTape(strings.NewReader(text), "x", Import{})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { tape.Close() })
	return tape
}

// upTo gives what the tape shows from place a to place b.
func upTo(t *testing.T, tape *Tape, a, b int) (all []string) {
	t.Helper()
	for place := a; place <= b; place++ {
		lines, err := tape.Lines(place)
		if err != nil && !errors.Is(err, io.EOF) {
			t.Fatal(err)
		}
		for _, l := range lines {
			all = append(all, shownAs(&l.Event, l.Said))
		}
	}
	return all
}

// TestTapeShowsWhatTheReaderShows plays every sample from a tape, forward and backward.
func TestTapeShowsWhatTheReaderShows(t *testing.T) {
	for _, name := range Samples() {
		text, _ := Sample(name)
		want := strings.Join(throughout(t, string(text)), "\n")
		tape := tapeOf(t, string(text))
		n := length(t, tape)
		if got := strings.Join(upTo(t, tape, 1, n), "\n"); got != want {
			t.Errorf("%s: forward\n%s\nwant\n%s", name, got, want)
		}
		var back []string
		for place := n; place > 0; place-- {
			back = append(upTo(t, tape, place, place), back...)
		}
		if got := strings.Join(back, "\n"); got != want {
			t.Errorf("%s: backward\n%s\nwant\n%s", name, got, want)
		}
	}
}

func length(t *testing.T, tape *Tape) int {
	t.Helper()
	for more := true; more; {
		var err error
		if more, err = tape.Scan(); err != nil {
			t.Fatal(err)
		}
	}
	n, all := tape.Len()
	if !all {
		t.Fatal("the scan is over, and the length is not known")
	}
	return n
}

// long makes a recording with many letters: too large for all that comes before a place to be read again.
func long(letters, lines int) string {
	var b bytes.Buffer
	b.WriteString(`{"byhand":"transcript","v":1,"start":"2026-11-01T10:00:00.000000+08:00"}` + "\n")
	at := time.Duration(0)
	put := func(kind, format string, args ...any) {
		at += time.Millisecond
		e := entry{at: at, kind: kind, conn: 1, data: fmt.Appendf(nil, format+"\r\n", args...)}
		b.Write(appendEntry(nil, &e))
	}
	b.WriteString(`{"t":0.000000,"k":"open","proto":"pop3","addr":"pop.example.com:110"}` + "\n")
	put("S", "+OK ready")
	put("C", "USER student")
	put("S", "+OK")
	put("C", "APOP student 0123")
	put("S", "+OK in")
	for i := range letters {
		b.WriteString(fmt.Sprintf(`{"t":%.6f,"k":"mark","name":"letter %d"}`, at.Seconds(), i+1) + "\n")
		put("C", "RETR %d", i+1)
		put("S", "+OK")
		put("S", "Subject: letter %d", i+1)
		put("S", "")
		for j := range lines {
			put("S", "%d QUIT -ERR 550 line %d of a letter that is as long as letters are, with a line of some length", j, j)
		}
		put("S", ".")
		if i%3 == 2 {
			put("C", "DELE 99")
			put("S", "-ERR no such message")
		}
	}
	return b.String()
}

// TestTapeJumps jumps far into a long recording, and sees there what one sees who has read all of it.
func TestTapeJumps(t *testing.T) {
	text := long(9, 5000)
	want := throughout(t, text)
	path := filepath.Join(t.TempDir(), "long.rec.jsonl")
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	tape := openTape(t, path)
	n := length(t, tape)
	if n != len(want) {
		t.Fatalf("%d places, and %d lines", n, len(want))
	}
	for _, place := range []int{n, n - 1, 30000, 12345, 40000, 5017, 5018, 2, 25013, 25014, 25015, 25016, n / 2, 1} {
		to := min(place+40, n)
		got, should := strings.Join(upTo(t, tape, place, to), "\n"), strings.Join(want[place-1:to], "\n")
		if got != should {
			t.Errorf("from %d: %s", place, firstDifference(got, should))
		}
	}
}

func TestTapeFinds(t *testing.T) {
	tape := tapeOf(t, long(6, 1500))
	texts, err := Texts("letter 5$")
	if err != nil {
		t.Fatal(err)
	}
	var errs, back []int
	for at := 0; ; {
		place, ok, err := tape.Find(at, false, Errors())
		if err != nil {
			t.Fatal(err)
		}
		if at = place; !ok {
			break
		}
		errs = append(errs, place)
	}
	n := length(t, tape)
	for at := n + 1; ; {
		place, ok, err := tape.Find(at, true, Errors())
		if err != nil {
			t.Fatal(err)
		}
		if at = place; !ok {
			break
		}
		back = append(back, place)
	}
	if len(errs) != 2 || len(back) != 2 || errs[0] != back[1] || errs[1] != back[0] {
		t.Errorf("errors at %v, and backward at %v", errs, back)
	}
	for what, c := range map[string]struct {
		h    Hunt
		back bool
		want string
	}{
		"mark forward":  {Marks("mark"), false, "letter 1"},
		"mark backward": {Marks("mark"), true, "letter 6"},
		"text":          {texts, false, "letter 5"},
		"command":       {Commands(), true, "DELE 99"},
	} {
		from := 0
		if c.back {
			from = n + 1
		}
		place, ok, err := tape.Find(from, c.back, c.h)
		if err != nil || !ok {
			t.Errorf("%s: %v, %v", what, ok, err)
			continue
		}
		lines, err := tape.Lines(place)
		if err != nil || !bytes.Contains(said(&lines[0].Event), []byte(c.want)) {
			t.Errorf("%s: line %d is %q, want %q (%v)", what, place, said(&lines[0].Event), c.want, err)
		}
	}
}

// TestTapeGrows reads a file while it is written, with half a line at its end.
func TestTapeGrows(t *testing.T) {
	text := long(1, 20)
	path := filepath.Join(t.TempDir(), "grows.rec.jsonl")
	half := strings.Index(text, "line 9") + 3
	if err := os.WriteFile(path, []byte(text[:half]), 0o600); err != nil {
		t.Fatal(err)
	}
	f, err := os.OpenFile(path, os.O_WRONLY|os.O_APPEND, 0)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	tape := openTape(t, path)
	tape.Follow()
	before := length(t, tape)
	shown := upTo(t, tape, 1, before)
	if _, err := f.WriteString(text[half:]); err != nil {
		t.Fatal(err)
	}
	if grown, err := tape.Grow(); !grown || err != nil {
		t.Fatalf("grown %v, %v", grown, err)
	}
	after := length(t, tape)
	shown = append(shown, upTo(t, tape, before+1, after)...)
	if got, want := strings.Join(shown, "\n"), strings.Join(throughout(t, text), "\n"); got != want {
		t.Error(firstDifference(got, want))
	}
}

// firstDifference gives the first line that differs.
func firstDifference(got, want string) string {
	g, w := strings.Split(got, "\n"), strings.Split(want, "\n")
	for i := range min(len(g), len(w)) {
		if g[i] != w[i] {
			return fmt.Sprintf("line %d is\n%s\nwant\n%s", i, g[i], w[i])
		}
	}
	return fmt.Sprintf("%d lines, want %d", len(g), len(w))
}

// TestRequired holds the word that is looked for in place of an expression.
func TestRequired(t *testing.T) {
	for expr, want := range map[string]string{
		"LETTER 3.0,$": "letter 3", "a|b": "", "[RS]ETR": "etr", "x*": "", `<b@example\.com>`: "b@example.com", "(Fehler)": "fehler", "中文 mail": " mail", "(": "", "STAT": "tat",
	} {
		if got := required(expr); got != want {
			t.Errorf("%q requires %q, want %q", expr, got, want)
		}
	}
}

// TestTapeGivesUp ends a search in the middle.
func TestTapeGivesUp(t *testing.T) {
	tape := tapeOf(t, long(3, 2000))
	h, err := Texts("nowhere")
	if err != nil {
		t.Fatal(err)
	}
	rows := 0
	h.Stop = func() bool { rows++; return rows > 2 }
	for _, back := range []bool{false, true} {
		rows = 0
		if _, ok, err := tape.Find(3000, back, h); ok || !errors.Is(err, ErrStopped) {
			t.Errorf("%v, %v after %d rows", ok, err, rows)
		}
	}
}

// TestTapePassesAnEnd reads a recording that was ended, and went on.
func TestTapePassesAnEnd(t *testing.T) {
	file := filepath.Join(t.TempDir(), "twice.rec.jsonl")
	f, err := Create(file, Header{V: Version, By: "test"}, FileOptions{})
	if err != nil {
		t.Fatal(err)
	}
	for range 2 {
		note := session.Event{Role: session.Note, Conn: 1, Mark: session.NewMark("mark", "name", "here")}
		if err := errors.Join(f.Sink([]session.Event{note}), f.Close()); err != nil {
			t.Fatal(err)
		}
		if f, err = Append(file, FileOptions{}); err != nil {
			t.Fatal(err)
		}
	}
	if err := f.Close(); err != nil {
		t.Fatal(err)
	}
	tape := openTape(t, file)
	if got := len(upTo(t, tape, 1, length(t, tape))); got != 4 {
		t.Errorf("%d lines, want two marks and what says that the recording went on", got)
	}
}

// openTape opens the transcript that path names; it is closed when the test ends.
func openTape(t *testing.T, path string) *Tape {
	t.Helper()
	f, err := os.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { f.Close() })
	tape, err := OpenTape(f, path, Import{})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { tape.Close() })
	return tape
}
