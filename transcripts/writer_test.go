package transcripts

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"io"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"time"

	"byhand/session"
	"byhand/session/proto"

	"github.com/google/go-cmp/cmp"
)

// writes counts the calls of Write.
type writes struct {
	bytes.Buffer
	calls int
}

func (w *writes) Write(b []byte) (int, error) {
	w.calls++
	return w.Buffer.Write(b)
}

func ms(n int) time.Duration { return time.Duration(n) * time.Millisecond }

// line makes the event of a line.
func line(at time.Duration, from session.Side, raw string, secret ...session.Span) session.Event {
	return session.Event{At: at, Conn: 1, From: from, Raw: []byte(raw), Secret: secret}
}

func TestWriter(t *testing.T) {
	var out writes
	start := time.Date(2024, 2, 29, 8, 0, 0, 123456789, time.FixedZone("", 8*3600))
	w := NewWriter(&out, Header{Start: start, By: "byhand 1.0.0", Redact: "default", Title: "a <title>", Lang: "zh"})
	for _, events := range [][]session.Event{
		{{At: 0, Conn: 1, Role: session.Open, Mark: session.NewMark("open", "proto", "pop3", "addr", "127.0.0.1:2110", "ms", 3)}},
		{line(ms(1), session.Server, "+OK\r\n")},
		{line(ms(2), session.Client, "PASS secret\r\n", session.Span{Off: 5, Len: 6, Label: "password"})},
		{line(ms(3), session.Server, "+OK \xc4\xe3\r\n"), line(ms(3), session.Server, ".\r\n")},
		{line(ms(3), session.Server, "another read\r\n"), line(ms(3), session.Client, "a write\r\n")},
		{line(ms(2), session.Client, "typed ahead\r\n")},
		{line(ms(9)+999*time.Nanosecond, session.Server, "no line end")},
		{{At: ms(9), Conn: 2, Role: session.Close, Mark: session.NewMark("close", "by", "server")}},
		{{At: ms(9), Conn: 1, Role: session.Note, Mark: session.NewMark("end", "C", 5)}},
	} {
		before := out.calls
		if err := w.Sink(events); err != nil {
			t.Fatal(err)
		}
		if n := out.calls - before; n > 1 || n == 0 && events[0].Role != session.Note {
			t.Errorf("%d writes for one call", n)
		}
	}
	if err := w.End(); err != nil {
		t.Fatal(err)
	}
	want := `{"byhand":"transcript","v":1,"start":"2024-02-29T08:00:00.123456+08:00","by":"byhand 1.0.0","redact":"default","title":"a \u003ctitle\u003e","lang":"zh"}
{"t":0.000000,"k":"open","proto":"pop3","addr":"127.0.0.1:2110","ms":3}
{"t":0.001000,"k":"S","text":"+OK\r\n"}
{"t":0.002000,"k":"C","text":"PASS ********\r\n","hide":[[5,8,"password"]]}
{"t":0.003000,"k":"S","text":"+OK �\r\n","b64":"K09LIMTjDQo="}
{"t":0.003000,"k":"S","text":".\r\n"}
{"t":0.003001,"k":"S","text":"another read\r\n"}
{"t":0.003001,"k":"C","text":"a write\r\n"}
{"t":0.003002,"k":"C","text":"typed ahead\r\n"}
{"t":0.009000,"k":"S","text":"no line end"}
{"t":0.009001,"k":"close","c":2,"by":"server"}
`
	got, end, _ := strings.Cut(out.String(), `{"t":0.009001,"k":"end"`)
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	if !strings.HasPrefix(end, `,"C":37,"S":41,"sha256":"`) {
		t.Errorf("end%s", end)
	}
	r, err := Open(&out.Buffer, "out")
	if err == nil {
		err = Convert(io.Discard, FormRecorded, r, Options{})
	}
	if err != nil || len(r.Remarks()) > 0 {
		t.Errorf("read again: %v %v", err, r.Remarks())
	}
}

// A writer that fails fails for good, and writes nothing more.
func TestWriterFails(t *testing.T) {
	full := errors.New("no space left")
	out := &limited{room: 150, err: full}
	w := NewWriter(out, Header{})
	for range 5 {
		w.Sink([]session.Event{line(0, session.Server, strings.Repeat("x", 40))})
	}
	if err := w.Sink(nil); err != full || out.after > 0 {
		t.Errorf("%v, %d writes after the failure", err, out.after)
	}
}

// limited takes some bytes and then fails.
type limited struct {
	bytes.Buffer
	room  int
	err   error
	after int // writes after the first failure
	sick  bool
	syncs int
}

func (l *limited) Write(b []byte) (int, error) {
	if l.sick {
		l.after++
	}
	n := min(len(b), l.room)
	l.room -= n
	l.Buffer.Write(b[:n])
	if n < len(b) {
		l.sick = true
		return n, l.err
	}
	return n, nil
}

func (l *limited) Sync() error  { l.syncs++; return nil }
func (l *limited) Close() error { return nil }

// chunks is a Source of given chunks.
type chunks []session.Chunk

func (c *chunks) Next(context.Context) (session.Chunk, error) {
	if len(*c) == 0 {
		return session.Chunk{}, io.EOF
	}
	next := (*c)[0]
	*c = (*c)[1:]
	return next, nil
}

// seen is what a screen may show of an event.
type seen struct {
	N, Conn, Re              int
	From                     session.Side
	Role                     session.Role
	Proto                    session.Protocol
	Line, Verb, Code, Fields string
	More, Cont               bool
	Labels                   string
}

func look(e *session.Event) seen {
	b, spans := e.Masked(nil)
	s := seen{N: e.N, Conn: e.Conn, Re: e.Re, From: e.From, Role: e.Role, Proto: e.Proto, Line: string(b), Verb: e.Verb, Code: e.Code, More: e.More, Cont: e.Cont}
	for _, span := range spans {
		s.Labels += span.Label + " "
	}
	if e.Mark != nil {
		f, _ := json.Marshal(e.Mark)
		s.Fields = string(f)
	}
	return s
}

// replayed runs a session live and records it, then runs the recording, and gives what was seen of both.
func replayed(t *testing.T, live chunks) (a, b []seen, file []byte) {
	t.Helper()
	var out bytes.Buffer
	w := NewWriter(&out, Header{Start: time.Unix(1e9, 0).UTC(), By: "test"})
	keep := func(dst *[]seen) session.Sink {
		return func(events []session.Event) error {
			for i := range events {
				*dst = append(*dst, look(&events[i]))
			}
			return nil
		}
	}
	if err := session.Run(context.Background(), &live, proto.New(session.Untold), keep(&a), w.Sink); err != nil {
		t.Fatal(err)
	}
	if err := w.End(); err != nil {
		t.Fatal(err)
	}
	file = bytes.Clone(out.Bytes())
	r, err := Open(&out, "live")
	if err != nil {
		t.Fatal(err)
	}
	if err := session.Run(context.Background(), r, proto.New(session.Untold), keep(&b)); err != nil {
		t.Fatal(err)
	}
	return a, b, file
}

// A session that was recorded is read as it was seen live, however its bytes were cut into reads.
func TestReplayIsLive(t *testing.T) {
	type part struct {
		from session.Side
		text string
	}
	sessions := map[string][]part{
		"pop3": {{session.Server, "+OK ready\r\n"}, {session.Client, "USER bob\r\n"}, {session.Server, "+OK\r\n"}, {session.Client, "PASS builder builder\r\n"},
			{session.Server, "-ERR builder builder is wrong\r\n"}, {session.Client, "PASS builder\r\nLIST\r\nRETR 1\r\n"},
			{session.Server, "+OK\r\n+OK\r\n1 20\r\n.\r\n+OK\r\nSubject: \xc4\xe3\r\n\r\n..\r\n.\r\n"}, {session.Client, "QUIT"}},
		"smtp": {{session.Server, "220 hi\r\n"}, {session.Client, "EHLO me\r\n"}, {session.Server, "250-hi\r\n250 AUTH LOGIN\r\n"}, {session.Client, "AUTH LOGIN\r\n"},
			{session.Server, "334 dXNlcm5hbWU6\r\n"}, {session.Client, "Ym9i\r\n"}, {session.Server, "334 UGFzc3dvcmQ6\r\n"}, {session.Client, "YnVpbGRlcg==\r\n"},
			{session.Server, "235 ok\r\n"}, {session.Client, "MAIL FROM:<a@example.com>\r\nRCPT TO:<b@example.com>\r\nDATA\r\n"},
			{session.Server, "250 ok\r\n250 ok\r\n354 go\r\n"}, {session.Client, "Subject: x\n\r\nQUIT\r\n.\r\nQUIT\r\n"}, {session.Server, "250 queued\r\n221 bye\r\n"}},
	}
	secrets := []string{"builder", "YnVpbGRlcg=="}
	hides := func(p part) bool {
		return slices.ContainsFunc(secrets, func(s string) bool { return strings.Contains(p.text, s) })
	}
	rng := rand.New(rand.NewPCG(1, 2))
	for name, parts := range sessions {
		for range 200 {
			live := chunks{{Conn: 1, Mark: session.NewMark("open", "proto", name, "addr", "127.0.0.1:1")}}
			at := time.Duration(0)
			for _, p := range parts {
				for b := []byte(p.text); len(b) > 0; {
					n := min(len(b), 1+rng.IntN(30))
					at += time.Duration(rng.IntN(3)) * time.Microsecond
					live = append(live, session.Chunk{At: at, Conn: 1, From: p.from, Data: b[:n]})
					b = b[n:]
					if rng.IntN(8) == 0 && !hides(p) { // silence within a secret is proto's to test
						live = append(live, session.Chunk{At: at, Conn: 1, From: p.from, Flush: true})
					}
				}
			}
			live = append(live, session.Chunk{At: at + time.Microsecond*time.Duration(rng.IntN(2)), Conn: 1, Mark: session.NewMark("close", "by", "server")})
			a, b, file := replayed(t, live)
			if diff := cmp.Diff(a, b); diff != "" {
				t.Fatalf("%s (-live +replayed):\n%s\n%s", name, diff, file)
			}
			for _, secret := range secrets {
				if bytes.Contains(file, []byte(secret)) {
					t.Fatalf("%s: %s is in the recording:\n%s", name, secret, file)
				}
			}
		}
	}
}
