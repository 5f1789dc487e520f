package proto

import (
	"bytes"
	"fmt"
	"testing"

	"byhand/session"
)

// TestConnectionsAreBounded opens connections without end and leaves each in the middle of a line: what is kept is bounded, and what a
// forgotten one had said is given.
func TestConnectionsAreBounded(t *testing.T) {
	for _, size := range []int{5, 30_000} {
		f, said := New(session.SMTP), 0
		part := bytes.Repeat([]byte("x"), size)
		const opened = 5 * maxConns
		for conn := 1; conn <= opened; conn++ {
			for _, e := range f.Feed(session.Chunk{Conn: conn, From: session.Server, Data: part}) {
				said += len(e.Raw)
			}
			if len(f.conns) > maxConns+1 || f.parts > maxParts+2*cap(part) {
				t.Fatalf("after %d connections %d of them are kept, with %d bytes", conn, len(f.conns), f.parts)
			}
		}
		for _, e := range f.Feed(session.Chunk{}) {
			said += len(e.Raw)
		}
		if said != opened*size {
			t.Errorf("%d bytes were given of %d", said, opened*size)
		}
	}
}

// TestABusyConnectionIsKept speaks on one connection between others that fall silent: it is still in its letter.
func TestABusyConnectionIsKept(t *testing.T) {
	f := New(session.SMTP)
	feed := func(conn int, from session.Side, line string) session.Event {
		events := f.Feed(session.Chunk{Conn: conn, From: from, Data: []byte(line)})
		return events[len(events)-1]
	}
	feed(1, session.Server, "220 hi\r\n")
	feed(1, session.Client, "DATA\r\n")
	feed(1, session.Server, "354 go\r\n")
	for conn := 2; conn < 4*maxConns; conn++ {
		feed(conn, session.Server, "220 hi\r\n")
		if e := feed(1, session.Client, "QUIT\r\n"); e.Role != session.Data {
			t.Fatalf("after %d connections the letter is %v", conn, e.Role)
		}
	}
}

// TestUnansweredCommandsAreBounded reads a capture of the client alone.
func TestUnansweredCommandsAreBounded(t *testing.T) {
	f, s := New(session.SMTP), State{}
	f.Feed(session.Chunk{From: session.Server, Data: []byte("220 hi\r\n")})
	long := bytes.Repeat([]byte("x"), 2*maxCommand)
	for i := range 3 * maxPending {
		line := fmt.Appendf(nil, "NOOP %d\r\n", i)
		if i%64 == 0 {
			line = append(long, line...)
		}
		for _, e := range f.Feed(session.Chunk{From: session.Client, Data: line}) {
			s.Observe(&e)
		}
	}
	d := f.dialogue(1)
	if len(d.pending) > maxPending || len(s.sent) > maxPending {
		t.Errorf("%d and %d commands are kept", len(d.pending), len(s.sent))
	}
	for _, c := range d.pending {
		if len(c.verb) > maxCommand {
			t.Fatalf("a verb of %d bytes is kept", len(c.verb))
		}
	}
}

// TestWhatAConnectionIsKnownByIsBounded deletes and addresses without end.
func TestWhatAConnectionIsKnownByIsBounded(t *testing.T) {
	for _, c := range []struct {
		proto       session.Protocol
		begin, line string
		kept        func(*State) int
	}{
		{session.POP3, "+OK\r\n", "DELE %d\r\n", func(s *State) int { return len(s.Marked) }},
		{session.POP3, "+OK\r\n", "RETR %d\r\n", func(s *State) int { return len(s.Seen) }},
		{session.SMTP, "220 hi\r\n", "RCPT TO:<u%d@example.com>\r\n", func(s *State) int { return len(s.To) }},
	} {
		f, s := New(c.proto), State{}
		feed := func(from session.Side, line string) {
			for _, e := range f.Feed(session.Chunk{From: from, Data: []byte(line)}) {
				s.Observe(&e)
			}
		}
		feed(session.Server, c.begin)
		for i := range maxKept + 100 {
			feed(session.Client, fmt.Sprintf(c.line, i+1))
			if feed(session.Server, map[session.Protocol]string{session.POP3: "+OK\r\n", session.SMTP: "250 ok\r\n"}[c.proto]); c.line[:4] == "RETR" {
				feed(session.Server, ".\r\n")
			}
		}
		if got := c.kept(&s); got != maxKept {
			t.Errorf("%s: %d are kept", c.line, got)
		}
	}
}
