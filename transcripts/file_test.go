package transcripts

import (
	"bytes"
	"context"
	"errors"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"byhand/session"
)

// clock is a clock that the test moves.
type clock struct{ now time.Time }

func (c *clock) Now() time.Time { return c.now }

func newClock() *clock { return &clock{time.Date(2024, 2, 29, 8, 0, 0, 0, time.UTC)} }

func mark(kind string) []session.Event {
	return []session.Event{{Conn: 1, Role: session.Note, Mark: session.NewMark(kind, "name", "x")}}
}

func TestCreate(t *testing.T) {
	dir := t.TempDir()
	path := filepath.Join(dir, "s.rec.jsonl")
	f, err := Create(path, Header{By: "test"}, FileOptions{})
	if err != nil {
		t.Fatal(err)
	}
	f.Sink([]session.Event{line(0, session.Server, "+OK\r\n")})
	written, err := os.ReadFile(path)
	if err != nil || !strings.HasSuffix(string(written), `"text":"+OK\r\n"}`+"\n") {
		t.Errorf("not in the file when Sink gave back: %v %q", err, written)
	}
	if err := f.Close(); err != nil {
		t.Fatal(err)
	}
	if info, err := os.Stat(path); err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("mode %v, %v", info.Mode(), err)
	}
	if _, err := Create(path, Header{}, FileOptions{}); !errors.Is(err, fs.ErrExist) {
		t.Errorf("an existing file: %v", err)
	}
	link := filepath.Join(dir, "link.rec.jsonl")
	if err := os.Symlink(filepath.Join(dir, "elsewhere"), link); err != nil {
		t.Fatal(err)
	}
	if _, err := Create(link, Header{}, FileOptions{}); !errors.Is(err, fs.ErrExist) {
		t.Errorf("a link that leads nowhere: %v", err)
	}
	if _, err := os.Lstat(filepath.Join(dir, "elsewhere")); err == nil {
		t.Error("the link was followed")
	}
}

// Marks outlive a loss of power at once, all else within five seconds of talk.
func TestSync(t *testing.T) {
	c, out := newClock(), &limited{room: 1 << 20}
	f := NewFile(out, Header{}, FileOptions{Now: c.Now})
	talk := []session.Event{line(0, session.Server, "+OK\r\n")}
	for i, step := range []struct {
		events []session.Event
		after  time.Duration
		want   int
	}{
		{talk, time.Second, 0}, {mark("note"), 0, 0}, {talk, 4 * time.Second, 1}, {talk, time.Second, 1},
		{mark("step"), 0, 2}, {mark("mark"), 0, 3}, {talk, 4 * time.Second, 3}, {mark("close"), 0, 4},
	} {
		c.now = c.now.Add(step.after)
		f.Sink(step.events)
		if out.syncs != step.want {
			t.Fatalf("step %d: %d syncs, want %d", i, out.syncs, step.want)
		}
	}
	if err := f.Close(); err != nil || out.syncs != 5 {
		t.Errorf("close: %v, %d syncs", err, out.syncs)
	}
}

// A full disk is told once, and the session goes on.
func TestDiskFull(t *testing.T) {
	full := errors.New("no space left on device")
	out := &limited{room: 300, err: full}
	var told []error
	f := NewFile(out, Header{}, FileOptions{Now: newClock().Now, Fail: func(err error) { told = append(told, err) }})
	for range 20 {
		if err := f.Sink([]session.Event{line(0, session.Server, "+OK to the last byte of the disk\r\n")}); err != nil {
			t.Fatal(err)
		}
	}
	if err := f.Close(); err != nil || len(told) != 1 || !errors.Is(told[0], full) || out.after > 0 {
		t.Errorf("close %v, told %v, %d writes after", err, told, out.after)
	}
	r, err := Open(bytes.NewReader(out.Bytes()), "full")
	if err != nil {
		t.Fatal(err)
	}
	if err := Convert(io.Discard, FormRecorded, r, Options{}); err != nil || len(r.Remarks()) != 1 {
		t.Errorf("%v %v", err, r.Remarks())
	}
}

// However a recording was cut, all whole lines are read, and it can be gone on with.
func TestCutAnywhere(t *testing.T) {
	var whole bytes.Buffer
	w := NewWriter(&whole, Header{By: "test"})
	for i := range 3 {
		w.Sink([]session.Event{line(ms(i), session.Server, "+OK \"你好\"\xff\r\n")})
	}
	w.End()
	header := bytes.IndexByte(whole.Bytes(), '\n') + 1
	for n := header; n < whole.Len(); n++ {
		path := filepath.Join(t.TempDir(), "cut.rec.jsonl")
		if err := os.WriteFile(path, whole.Bytes()[:n], 0o600); err != nil {
			t.Fatal(err)
		}
		lines := bytes.Count(whole.Bytes()[header:n], []byte{'\n'})
		f, err := Append(path, FileOptions{Now: newClock().Now})
		if err != nil {
			t.Fatalf("cut at %d: %v", n, err)
		}
		f.Sink([]session.Event{line(ms(1), session.Client, "NOOP\r\n")})
		f.Close()
		got := entries(t, path)
		at := "2024-02-29T08:00:00.000000Z"
		if len(got) < lines+3 || !strings.Contains(strings.Join(got, ""), `"resume","start":"`+at+`"}`) {
			t.Fatalf("cut at %d: %d lines before, then\n%s", n, lines, strings.Join(got, ""))
		}
		if last := got[len(got)-2]; !strings.Contains(last, "NOOP") || strings.HasPrefix(last, `{"t":0.000`) && lines > 1 && last < got[lines-1] {
			t.Fatalf("cut at %d: %s", n, last)
		}
	}
}

// entries gives the lines of a recording that can be read, the header left out; the checksum must hold.
func entries(t *testing.T, path string) (lines []string) {
	t.Helper()
	f, err := os.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	r, err := Open(f, path)
	if err != nil {
		t.Fatal(err)
	}
	for {
		e, err := r.entry()
		if err != nil {
			break
		}
		lines = append(lines, string(appendEntry(nil, e)))
	}
	for _, m := range r.Remarks() {
		if m.Said.T != sayDamagedOne {
			t.Errorf("%v", m)
		}
	}
	return lines
}

func TestAppendRefuses(t *testing.T) {
	path := filepath.Join(t.TempDir(), "a.dialog.txt")
	if err := os.WriteFile(path, []byte("C: NOOP\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	var told *Error
	if _, err := Append(path, FileOptions{}); !errors.As(err, &told) {
		t.Errorf("a dialogue: %v", err)
	}
	if _, err := Append(path+"x", FileOptions{}); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("a missing file: %v", err)
	}
}

// Steps of a lesson stand beside what passed.
func TestFileMark(t *testing.T) {
	out := &limited{room: 1 << 20}
	f := NewFile(out, Header{}, FileOptions{Now: newClock().Now})
	step := session.NewMark("step", "id", "pop3-read/1", "is", "pass")
	f.Sink([]session.Event{{At: ms(5), Conn: 1, Role: step.Role(), Mark: step}})
	if !strings.HasSuffix(out.String(), `{"t":0.005000,"k":"step","id":"pop3-read/1","is":"pass"}`+"\n") {
		t.Errorf("%s", out.String())
	}
}

// stream is a recording without an end.
type stream struct {
	header, line []byte
	rest         []byte
}

func (s *stream) Read(b []byte) (int, error) {
	if len(s.rest) == 0 {
		s.rest = s.line
		if s.header != nil {
			s.rest, s.header = s.header, nil
		}
	}
	n := copy(b, s.rest)
	s.rest = s.rest[n:]
	return n, nil
}

// Reading and writing cost nothing that lasts, however long the session.
func TestNoGrowth(t *testing.T) {
	for name, s := range map[string]*stream{
		"recorded":   {header: []byte(`{"byhand":"transcript","v":1,"start":"2024-01-01T00:00:00Z"}` + "\n"), line: []byte(`{"t":0.000000,"k":"S","text":"a line of a letter of \"normal\" length\r\n"}` + "\n")},
		"not UTF-8":  {header: []byte(`{"byhand":"transcript","v":1,"start":"2024-01-01T00:00:00Z"}` + "\n"), line: []byte(`{"t":0.000000,"k":"S","text":"�\n","b64":"xOO6wwo="}` + "\n")},
		"dialogue":   {header: []byte("@byhand 1\n"), line: []byte("S: a line of a letter of normal length\n")},
		"in a block": {header: []byte("S<<\n"), line: []byte("a line of a letter\n")},
	} {
		t.Run(name, func(t *testing.T) {
			r, err := Open(s, "endless")
			if err != nil {
				t.Fatal(err)
			}
			w := NewWriter(io.Discard, r.Header())
			for range 100 { // let the buffers find their size
				r.Next(context.Background())
			}
			events := make([]session.Event, 1)
			if n := testing.AllocsPerRun(100, func() {
				c, err := r.Next(context.Background())
				if err != nil || len(c.Data) < 60<<10 || len(c.Data) > maxRead {
					t.Fatalf("chunk of %d bytes, %v", len(c.Data), err)
				}
				events[0] = session.Event{At: c.At, Conn: 1, From: c.From, Raw: c.Data}
				if err := w.Sink(events); err != nil {
					t.Fatal(err)
				}
			}); n > 1 {
				t.Errorf("%.0f allocations a chunk", n)
			}
		})
	}
}

func BenchmarkWriter(b *testing.B) {
	raw := bytes.Repeat([]byte("0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ+/0123456789==\r\n"), 1)
	events := make([]session.Event, 400)
	for i := range events {
		events[i] = session.Event{Conn: 1, From: session.Server, Raw: raw}
	}
	w := NewWriter(io.Discard, Header{})
	b.SetBytes(int64(len(raw) * len(events)))
	b.ReportAllocs()
	for b.Loop() {
		w.Sink(events)
	}
}

func BenchmarkReader(b *testing.B) {
	s := &stream{header: []byte(`{"byhand":"transcript","v":1,"start":"2024-01-01T00:00:00Z"}` + "\n"),
		line: []byte(`{"t":0.000000,"k":"S","text":"0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ+/0123456789==\r\n"}` + "\n")}
	r, err := Open(s, "endless")
	if err != nil {
		b.Fatal(err)
	}
	n := int64(0)
	b.ReportAllocs()
	for b.Loop() {
		c, _ := r.Next(context.Background())
		n = int64(len(c.Data))
	}
	b.SetBytes(n)
}
