package practice

import (
	"io"
	"net"
	"slices"
	"strings"
	"testing"
	"time"

	"byhand/session"
	"byhand/session/proto"
)

// What the fuzzed client may say: right and wrong, in and out of order. Its octets choose.
var (
	popSayings = []string{
		"USER alice", "PASS wonderland", "PASS wrong", "STAT", "LIST", "LIST 1", "LIST 9", "UIDL", "UIDL 2", "RETR 1", "RETR 3", "TOP 2 0", "TOP 1", "TOP 3 99",
		"DELE 1", "DELE 1", "RSET", "NOOP", "CAPA", "LANG", "LANG en", "LANG x", "UTF8", "AUTH", "AUTH PLAIN", "AUTH PLAIN =", "AUTH PLAIN AGFsaWNlAHdvbmRlcmxhbmQ=",
		"AGFsaWNlAHdvbmRlcmxhbmQ=", "AUTH LOGIN", "YWxpY2U=", "d29uZGVybGFuZA==", "AUTH CRAM-MD5", "AUTH SCRAM-SHA-256", "*", "", ".", "..", "APOP alice 0", "xyzzy",
		"EHLO me", "\x00\xff", "noop ", "QUIT",
	}
	smtpSayings = []string{
		"HELO me", "EHLO me", "EHLO", "MAIL FROM:<a@example.com>", "MAIL FROM:<>", "MAIL FROM a", "RCPT TO:<bob@practice.test>", "RCPT TO:<carol@example.com>", "RCPT TO:bob",
		"DATA", "DATA x", "Subject: a", "", ".", "..", ". ", ".\r", "QUIT", "RSET", "NOOP", "NOOP .", "VRFY bob", "EXPN x", "HELP", "AUTH", "AUTH LOGIN", "AUTH LOGIN YWxpY2U=",
		"YWxpY2U=", "d29uZGVybGFuZA==", "AUTH PLAIN", "AUTH PLAIN AGFsaWNlAHdvbmRlcmxhbmQ=", "AUTH CRAM-MD5", "AUTH SCRAM-SHA-256 biwsbj1hbGljZSxyPWFi", "*", "BDAT 0 LAST",
		"BDAT 2", "BDAT 4 LAST", "BDAT", "ab", "\x00", "xyzzy", "LHLO me", "MAIL FROM:<a@example.com> BODY=BINARYMIME",
		"x\n.", ".\nx", "x\n.\nMAIL FROM:<>", "a\r.\rb", "..\r\n.y\n.z", "BDAT 6", "a\n.\nb", "NOOP\nNOOP",
	}
)

// FuzzFramer speaks conversations with a session and gives both sides to the framer of session/proto: two readings of the RFCs that must
// agree on where replies and letters end, and on what is in the letters. Each octet is a turn: its low bits tell whether the line goes out
// at once, in two pieces, or with the next one; the others which line. A lenient server takes LF alone.
func FuzzFramer(f *testing.F) {
	lenient := false
	say := func(pop bool, lines ...string) {
		all := smtpSayings
		if pop {
			all = popSayings
		}
		var turns []byte
		for _, l := range lines {
			how, line := byte(0), strings.TrimLeft(l, "+~")
			switch {
			case strings.HasPrefix(l, "+"):
				how = together
			case strings.HasPrefix(l, "~"):
				how = inPieces
			}
			at := slices.Index(all, line)
			if at < 0 {
				f.Fatal(line)
			}
			turns = append(turns, how|byte(at)<<2)
		}
		f.Add(pop, lenient, turns)
	}
	say(true, "USER alice", "PASS wonderland", "LIST", "+UIDL", "~RETR 1", "TOP 2 0", "DELE 1", "+RSET", "CAPA", "LANG", "LANG en", "QUIT")
	say(true, "AUTH PLAIN", "*", "AUTH LOGIN", "YWxpY2U=", "d29uZGVybGFuZA==", "STAT", "LIST 9", "UTF8", "AUTH")
	say(true, "+USER alice", "+PASS wonderland", "+RETR 1", "+LIST 1", "QUIT")
	say(false, "EHLO me", "MAIL FROM:<>", "RCPT TO:<bob@practice.test>", "DATA", "Subject: a", "", "..", ".", "NOOP", "QUIT")
	say(false, "EHLO me", "+MAIL FROM:<>", "+RCPT TO:<bob@practice.test>", "DATA", "+.", "+MAIL FROM:<>", "+RCPT TO:<bob@practice.test>", "BDAT 4 LAST", "ab", "NOOP")
	say(false, "HELO me", "AUTH LOGIN YWxpY2U=", "d29uZGVybGFuZA==", "AUTH PLAIN", "AUTH CRAM-MD5", "*", "DATA", "~HELP", "RSET")
	say(false, "EHLO me", "MAIL FROM:<>", "RCPT TO:<bob@practice.test>", "BDAT 6", "a\n.\nb", "BDAT 4 LAST", "ab", "MAIL FROM:<>", "+RCPT TO:<bob@practice.test>", "BDAT 0 LAST")
	for _, lenient = range []bool{false, true} {
		for _, text := range []string{"x\n.", ".\nx", "x\n.\nMAIL FROM:<>", "a\r.\rb", "..\r\n.y\n.z", ".\r", "NOOP\nNOOP"} {
			say(false, "EHLO me", "MAIL FROM:<>", "RCPT TO:<bob@practice.test>", "DATA", "~"+text, "+"+text, "..", ".", "NOOP")
		}
	}
	servers := map[bool]*Server{}
	for _, lf := range []bool{false, true} {
		s, err := Start(Config{POP3: "127.0.0.1:0", World: small(), Rules: Rules{BareLF: lf}, Limits: Limits{Letter: 4096, Penalty: 1, BadCommands: 1000, BadLogins: 1000}})
		if err != nil {
			f.Fatal(err)
		}
		f.Cleanup(func() { _ = s.Close() })
		servers[lf] = s
	}
	f.Fuzz(func(t *testing.T, pop, lenient bool, turns []byte) {
		s := servers[lenient]
		if err := s.Reset(small()); err != nil {
			t.Fatal(err)
		}
		converses(t, s, pop, turns[:min(len(turns), 60)])
	})
}

// The low bits of a turn: 0 and 1 send the line.
const (
	inPieces = 2
	together = 3
)

func converses(t *testing.T, s *Server, pop bool, turns []byte) {
	protocol, sayings := session.SMTP, smtpSayings
	if pop {
		protocol, sayings = session.POP3, popSayings
	}
	wire := newTurns()
	ended := make(chan struct{})
	go func() { // ends with the session, or when the test is done
		defer close(ended)
		defer wire.over()
		c := newConn(wire, s.limits, s.stop)
		if pop {
			session := newPOPSession(s, c)
			_ = converse(c, session, session.greet())
			return
		}
		session := newSMTPSession(s, c)
		_ = converse(c, session, session.greet())
	}()
	defer func() { close(wire.done); <-ended }()

	framer, seen := proto.New(protocol), newWitness(s)
	var talk strings.Builder
	feed := func(from session.Side, octets string) {
		talk.WriteString(from.String() + " " + octets)
		for _, e := range framer.Feed(session.Chunk{Conn: 1, From: from, Data: []byte(octets)}) {
			if e.From == session.Server && e.Role == session.Unknown {
				t.Fatalf("the framer does not know what %q answers, after\n%q", e.Raw, talk.String())
			}
			seen.observe(&e)
		}
	}
	defer func() {
		if why := seen.differs(); why != "" {
			t.Fatalf("%s, after\n%q", why, talk.String())
		}
	}()
	held := ""
	said, alive := wire.turn("")
	feed(session.Server, said)
	for i, turn := range turns {
		held += sayings[int(turn>>2)%len(sayings)] + "\r\n"
		how := turn & 3
		if how == together && i < len(turns)-1 {
			continue
		}
		pieces := []string{held}
		if how == inPieces {
			pieces = []string{held[:len(held)/2], held[len(held)/2:]}
		}
		held = ""
		for _, piece := range pieces {
			if !alive {
				return
			}
			feed(session.Client, piece)
			said, alive = wire.turn(piece)
			feed(session.Server, said)
		}
		owed := framer.Waiting(1)
		if owed == 1 && framer.Next(1) == session.Data { // BDAT is answered behind its octets
			owed = 0
		}
		if alive && owed != 0 {
			t.Fatalf("the server waits for the client, and the framer for %d replies, after\n%q", owed, talk.String())
		}
	}
}

// turns is a connection in memory on which one side waits while the other works.
type turns struct {
	in, out []byte
	input   chan []byte
	idle    chan bool // the session has read all and waits for more; false: it has ended
	done    chan struct{}
}

func newTurns() *turns {
	return &turns{input: make(chan []byte), idle: make(chan bool), done: make(chan struct{})}
}

// turn sends octets and gives what the session says until it waits for more, and whether it goes on.
func (w *turns) turn(octets string) (said string, alive bool) {
	if octets != "" {
		w.input <- []byte(octets)
	}
	alive = <-w.idle
	said, w.out = string(w.out), nil
	return said, alive
}

// over tells that the session has ended.
func (w *turns) over() {
	select {
	case w.idle <- false:
	case <-w.done:
	}
}

func (w *turns) Read(p []byte) (int, error) {
	for len(w.in) == 0 {
		select {
		case w.idle <- true:
		case <-w.done:
			return 0, io.EOF
		}
		select {
		case w.in = <-w.input:
		case <-w.done:
			return 0, io.EOF
		}
	}
	n := copy(p, w.in)
	w.in = w.in[n:]
	return n, nil
}

func (w *turns) Write(p []byte) (int, error) {
	w.out = append(w.out, p...)
	return len(p), nil
}

func (w *turns) Close() error                     { return nil }
func (w *turns) LocalAddr() net.Addr              { return &net.TCPAddr{IP: net.IPv4(127, 0, 0, 1)} }
func (w *turns) RemoteAddr() net.Addr             { return w.LocalAddr() }
func (w *turns) SetDeadline(time.Time) error      { return nil }
func (w *turns) SetReadDeadline(time.Time) error  { return nil }
func (w *turns) SetWriteDeadline(time.Time) error { return nil }
