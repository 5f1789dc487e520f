package proto

import (
	"bytes"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"byhand/session"
)

var update = flag.Bool("update", false, "write the golden readings anew; read their diff")

// talk reads a conversation: "C: " and "S: " lines, which end in CRLF, C"..." and S"..." exactly as quoted, "@KIND NAME=VALUE"
// changes of the connection, "#" remarks. Lines of one side that follow each other are one chunk.
func talk(t testing.TB, text string) []session.Chunk {
	t.Helper()
	var chunks []session.Chunk
	for _, line := range strings.Split(text, "\n") {
		from := map[byte]session.Side{'C': session.Client, 'S': session.Server}[(line + "#")[0]]
		switch {
		case line == "" || line[0] == '#':
		case line[0] == '@':
			word := strings.Fields(line[1:])
			m := session.NewMark(word[0])
			for _, w := range word[1:] {
				name, value, _ := strings.Cut(w, "=")
				var v any = value
				if n, err := strconv.Atoi(value); err == nil {
					v = n
				}
				m.Fields = append(m.Fields, session.NewMark("", name, v).Fields...)
			}
			chunks = append(chunks, session.Chunk{Conn: 1, Mark: m})
		case from == session.Nobody:
			t.Fatalf("line %q is neither C nor S", line)
		default:
			data := strings.TrimPrefix(line[2:], " ") + "\r\n"
			if line[1] == '"' {
				var err error
				if data, err = strconv.Unquote(line[1:]); err != nil {
					t.Fatalf("line %q: %v", line, err)
				}
			}
			if n := len(chunks); n > 0 && chunks[n-1].From == from {
				chunks[n-1].Data = append(chunks[n-1].Data, data...)
				continue
			}
			chunks = append(chunks, session.Chunk{Conn: 1, From: from, Data: []byte(data)})
		}
	}
	return chunks
}

// reading feeds chunks and prints each event on a line of its own.
func reading(f *Framer, chunks []session.Chunk) string {
	var b strings.Builder
	for _, c := range append(chunks, session.Chunk{Flush: true}) {
		for _, e := range f.Feed(c) {
			e := e
			fmt.Fprintf(&b, "%d %s %s", e.N, e.From, e.Role)
			for _, f := range []struct{ name, value string }{{"verb", e.Verb}, {"code", e.Code}} {
				if f.value != "" {
					fmt.Fprintf(&b, " %s=%s", f.name, f.value)
				}
			}
			if e.Re != 0 {
				fmt.Fprintf(&b, " re=%d", e.Re)
			}
			if e.More {
				b.WriteString(" more")
			}
			if e.Cont {
				b.WriteString(" cont")
			}
			for _, s := range e.Secret {
				fmt.Fprintf(&b, " hide=%s", s.Label)
			}
			if e.Mark == nil {
				raw, _ := e.Masked(nil)
				if len(raw) > 100 {
					raw = fmt.Appendf(nil, "%d bytes", len(raw))
				}
				fmt.Fprintf(&b, " %q", raw)
			}
			b.WriteByte('\n')
		}
	}
	return b.String()
}

// TestConversations holds the reading of each conversation in testdata against its golden reading, whole and cut into single bytes.
func TestConversations(t *testing.T) {
	files, err := filepath.Glob("testdata/*.txt")
	if err != nil || len(files) < 10 {
		t.Fatalf("%d conversations, %v", len(files), err)
	}
	for _, file := range files {
		t.Run(strings.TrimSuffix(filepath.Base(file), ".txt"), func(t *testing.T) {
			text, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			got := reading(New(session.Untold), talk(t, string(text)))
			golden := strings.TrimSuffix(file, ".txt") + ".golden"
			if *update {
				if err := os.WriteFile(golden, []byte(got), 0o644); err != nil {
					t.Fatal(err)
				}
			}
			want, err := os.ReadFile(golden)
			if err != nil {
				t.Fatal(err)
			}
			if got != string(want) {
				t.Errorf("read as\n%s\nwant\n%s", got, want)
			}
			if single := reading(New(session.Untold), singles(talk(t, string(text)))); single != got {
				t.Errorf("byte by byte it is read as\n%s\nwhole as\n%s", single, got)
			}
		})
	}
}

// singles cuts every chunk into chunks of one byte.
func singles(chunks []session.Chunk) []session.Chunk {
	var out []session.Chunk
	for _, c := range chunks {
		if c.Mark != nil {
			out = append(out, c)
		}
		for _, b := range c.Data {
			out = append(out, session.Chunk{Conn: c.Conn, From: c.From, Data: []byte{b}})
		}
	}
	return out
}

// FuzzFramer feeds any two sides' bytes, cut in any way: no byte is lost or changed, and the cutting makes no difference.
// script is a run of records: a byte for the side, a byte for the length, the bytes.
func FuzzFramer(f *testing.F) {
	seeds, err := filepath.Glob("testdata/*.txt")
	if err != nil {
		f.Fatal(err)
	}
	for _, file := range seeds {
		text, err := os.ReadFile(file)
		if err != nil {
			f.Fatal(err)
		}
		f.Add(pack(talk(f, string(text))), uint8(7))
	}
	f.Fuzz(func(t *testing.T, script []byte, step uint8) {
		chunks := unpack(script)
		var recut []session.Chunk
		for _, c := range chunks {
			if c.Mark != nil {
				recut = append(recut, c)
			}
			for data := c.Data; len(data) > 0; {
				n := min(int(step)%50+1, len(data))
				recut = append(recut, session.Chunk{Conn: 1, From: c.From, Data: data[:n]})
				data = data[n:]
			}
		}
		whole, parts := reading(New(session.Untold), chunks), reading(New(session.Untold), recut)
		if whole != parts {
			t.Fatalf("whole\n%s\ncut\n%s", whole, parts)
		}
		for _, side := range []session.Side{session.Client, session.Server} {
			in, out := bytesOf(chunks, side), eventBytes(New(session.Untold), recut, side)
			if !bytes.Equal(in, out) {
				t.Fatalf("%s: in %q, out %q", side, in, out)
			}
		}
	})
}

func bytesOf(chunks []session.Chunk, side session.Side) []byte {
	var all []byte
	for _, c := range chunks {
		if c.From == side {
			all = append(all, c.Data...)
		}
	}
	return all
}

func eventBytes(f *Framer, chunks []session.Chunk, side session.Side) []byte {
	var all []byte
	for _, c := range append(chunks[:len(chunks):len(chunks)], session.Chunk{Flush: true}) {
		for _, e := range f.Feed(c) {
			if e.From == side {
				all = append(all, e.Raw...)
			}
			for i, s := range e.Secret {
				if s.Off < 0 || s.Len < 0 || s.Off+s.Len > len(e.Raw) || i > 0 && s.Off < e.Secret[i-1].Off+e.Secret[i-1].Len {
					panic(fmt.Sprintf("secret %v of %q", e.Secret, e.Raw))
				}
			}
		}
	}
	return all
}

func pack(chunks []session.Chunk) []byte {
	var b []byte
	for _, c := range chunks {
		for data := c.Data; len(data) > 0; {
			n := min(len(data), 255)
			b = append(b, byte(c.From), byte(n))
			b = append(b, data[:n]...)
			data = data[n:]
		}
	}
	return b
}

func unpack(script []byte) []session.Chunk {
	var chunks []session.Chunk
	for len(script) > 2 {
		n := min(int(script[1]), len(script)-2)
		side := session.Client
		if script[0]%2 == 0 {
			side = session.Server
		}
		switch {
		case script[0]%8 == 7:
			kind := []string{"open", "tls", "tls", "close"}[n%4]
			chunks = append(chunks, session.Chunk{Conn: 1, Mark: session.NewMark(kind, "is", []string{"done", "fail"}[n%2])})
			n = 0
		case n > 0:
			chunks = append(chunks, session.Chunk{Conn: 1, From: side, Data: script[2 : 2+n]})
		}
		script = script[2+n:]
	}
	return chunks
}

func TestLongLineIsCutAndCarriedOn(t *testing.T) {
	line := bytes.Repeat([]byte("A"), 3*MaxLine)
	f := New(session.POP3)
	chunks := []session.Chunk{
		{Conn: 1, From: session.Server, Data: []byte("+OK ready\r\n")},
		{Conn: 1, From: session.Client, Data: []byte("PASS ")},
		{Conn: 1, From: session.Client, Data: append(line, '\r', '\n')},
		{Conn: 1, From: session.Server, Data: []byte("-ERR no\r\n")},
	}
	var n int
	for _, c := range chunks {
		for _, e := range f.Feed(c) {
			if e.From != session.Client {
				continue
			}
			n++
			if e.Role != session.Command || e.Verb != "PASS" || e.Cont != (n > 1) || len(e.Raw) > MaxLine {
				t.Errorf("piece %d: %s %s cont %v, %d bytes", n, e.Role, e.Verb, e.Cont, len(e.Raw))
			}
			if masked, _ := e.Masked(nil); bytes.Contains(masked, []byte("AA")) {
				t.Errorf("piece %d shows the password", n)
			}
		}
	}
	if n != 4 {
		t.Errorf("%d pieces, want 4", n)
	}
	if f.Waiting(1) != 0 {
		t.Errorf("%d replies waited for after the refusal", f.Waiting(1))
	}
}

func TestFlushGivesAPromptAndKeepsInStep(t *testing.T) {
	f := New(session.Untold)
	first := f.Feed(session.Chunk{Conn: 1, From: session.Server, Data: []byte("22"), Flush: true})
	if len(first) != 1 || string(first[0].Raw) != "22" || !first[0].More {
		t.Fatalf("the prompt is %v", first)
	}
	rest := f.Feed(session.Chunk{Conn: 1, From: session.Server, Data: []byte("0 hi\r\n")})
	if len(rest) != 1 || rest[0].Role != session.Greeting || rest[0].Code != "220" || !rest[0].Cont || string(rest[0].Raw) != "0 hi\r\n" {
		t.Fatalf("the rest is %v", rest)
	}
}

func TestAnAnswerWithoutItsLineEndIsHidden(t *testing.T) {
	f := New(session.SMTP)
	for _, c := range talk(t, "S: 220 hi ESMTP\nC: AUTH PLAIN\nS: 334 ") {
		f.Feed(c)
	}
	events := f.Feed(session.Chunk{Conn: 1, From: session.Client, Data: []byte("AHN0dWRl"), Flush: true})
	if len(events) != 1 || events[0].MaskedLine() != session.Mask {
		t.Errorf("an answer in pieces shows %q", events[0].MaskedLine())
	}
}

func TestAVerbWithAForeignByteHidesItsPassword(t *testing.T) {
	span := SecretOf([]byte("PA\xffS hunter2"), false, false)
	if span.Off != 5 || span.Len != 7 {
		t.Errorf("of PA\\xffS hunter2, %v is hidden", span)
	}
}

func TestNextAndWaiting(t *testing.T) {
	f := New(session.Untold)
	for i, step := range []struct {
		line    string
		next    session.Role
		waiting int
	}{
		{"S220 ready", session.Command, 0},
		{"CAUTH LOGIN", session.Unknown, 1},
		{"S334 VXNlcm5hbWU6", session.Answer, 0},
		{"Cc3R1ZGVudA==", session.Unknown, 1},
		{"S334 UGFzc3dvcmQ6", session.Answer, 0},
		{"Cc2VjcmV0", session.Unknown, 1},
		{"S235 in", session.Command, 0},
		{"CDATA", session.Unknown, 1},
		{"S354 go on", session.Data, 0},
		{"CQUIT", session.Data, 0},
		{"C.", session.Command, 1},
		{"S250 queued", session.Command, 0},
	} {
		from := session.Client
		if step.line[0] == 'S' {
			from = session.Server
		}
		f.Feed(session.Chunk{Conn: 1, From: from, Data: []byte(step.line[1:] + "\r\n")})
		if f.Next(1) != step.next || f.Waiting(1) != step.waiting {
			t.Errorf("%d, after %q: next %s, waiting %d; want %s, %d", i, step.line, f.Next(1), f.Waiting(1), step.next, step.waiting)
		}
	}
}

func TestBodyLinesCostNoAllocation(t *testing.T) {
	f := New(session.POP3)
	for _, c := range talk(t, "S: +OK hi\nC: PASS secret99\nS: +OK in\nC: RETR 1\nS: +OK 999 octets") {
		f.Feed(c)
	}
	body := bytes.Repeat([]byte("QUJDREVGR0hJSktMQUJDREVGR0hJSktMQUJDREVGR0hJSktMQUJDREVGR0hJSktM\r\n"), 800)
	chunk := session.Chunk{Conn: 1, From: session.Server, Data: body}
	f.Feed(chunk)
	if n := testing.AllocsPerRun(20, func() { f.Feed(chunk) }); n != 0 {
		t.Errorf("%v allocations for 800 lines", n)
	}
}

func BenchmarkBody(b *testing.B) {
	f := New(session.POP3)
	for _, c := range talk(b, "S: +OK hi\nC: PASS secret99\nS: +OK in\nC: RETR 1\nS: +OK 999 octets") {
		f.Feed(c)
	}
	body := bytes.Repeat([]byte("QUJDREVGR0hJSktMQUJDREVGR0hJSktMQUJDREVGR0hJSktMQUJDREVGR0hJSktM\r\n"), 800)
	chunk := session.Chunk{Conn: 1, From: session.Server, Data: body}
	b.SetBytes(int64(len(body)))
	b.ReportAllocs()
	for b.Loop() {
		f.Feed(chunk)
	}
}
