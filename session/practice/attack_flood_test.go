package practice

import (
	"fmt"
	"io"
	"net"
	"strings"
	"testing"
	"time"
)

// TestRecipientsWithoutEnd names ten thousand: from the hundredth on it is 452, and the letter to the first hundred is delivered.
func TestRecipientsWithoutEnd(t *testing.T) {
	s := start(t, func(c *Config) { c.Limits.BadCommands = 20000 })
	c := dial(t, s.SMTPAddr())
	c.line()
	c.ask("EHLO me", "250", "MAIL FROM:<>", "250")
	const n = 10000
	go func() { _, _ = io.WriteString(c, strings.Repeat("RCPT TO:<bob@practice.test>\r\n", n)) }() // ends when all is sent
	taken, later := 0, 0
	for range n {
		switch got := c.line(); {
		case strings.HasPrefix(got, "250 "):
			taken++
		case strings.HasPrefix(got, "452 4.5.3"):
			later++
		default:
			t.Fatalf("%q", got)
		}
	}
	if taken != 100 || later != n-100 {
		t.Errorf("%d taken, %d not", taken, later)
	}
	c.ask("DATA", "354", "hi\r\n.", "250", "QUIT", "221")
	if len(s.Letters("bob")) != 1 {
		t.Errorf("%d letters", len(s.Letters("bob")))
	}
}

// TestLettersWithoutEnd fills the memory that letters may take: what comes then is told to come again, and nothing is lost.
func TestLettersWithoutEnd(t *testing.T) {
	s := start(t, func(c *Config) { c.Limits.Held = 64 << 10 })
	c := dial(t, s.SMTPAddr())
	c.line()
	c.ask("EHLO me", "250")
	taken := 0
	for range 100 {
		c.ask("MAIL FROM:<>", "250", "RCPT TO:<bob@practice.test>", "250", "DATA", "354")
		c.send(strings.Repeat("a line\r\n", 500) + ".")
		if got := c.line(); strings.HasPrefix(got, "250 ") {
			taken++
		} else if !strings.HasPrefix(got, "452 4.3.1") {
			t.Fatalf("%q", got)
		}
	}
	if st := s.Status(); taken == 0 || taken != len(s.Letters("bob")) || st.Held > 64<<10 {
		t.Errorf("%d taken, %d there, %d octets held", taken, len(s.Letters("bob")), st.Held)
	}
}

// TestBombs delivers letters that would cost a reader of MIME dearly: on the wire they are octets.
func TestBombs(t *testing.T) {
	var nested strings.Builder
	for i := range 10000 {
		fmt.Fprintf(&nested, "Content-Type: multipart/mixed; boundary=b%d\r\n\r\n--b%d\r\n", i, i)
	}
	s := start(t, nil)
	c := dial(t, s.SMTPAddr())
	c.line()
	c.ask("EHLO me", "250")
	for i, letter := range []string{nested.String(), strings.Repeat("X-Header: of many\r\n", 100000)} {
		c.ask("MAIL FROM:<>", "250", "RCPT TO:<bob@practice.test>", "250", "DATA", "354", letter+".", "250")
		if got := s.Letters("bob"); len(got) != i+1 || !strings.HasSuffix(string(got[i].Bytes()), letter) {
			t.Errorf("the letter of %d octets is another one now", len(letter))
		}
	}
}

// TestConnectionsWithoutEnd opens and closes three hundred, and holds a few thousand that say nothing; the next one is served.
func TestConnectionsWithoutEnd(t *testing.T) {
	s := start(t, nil)
	for range 300 {
		c, err := net.Dial("tcp", s.SMTPAddr().String())
		if err != nil {
			t.Fatal(err)
		}
		_ = c.Close()
	}
	var idle []net.Conn
	for i := range 500 {
		c, err := net.Dial("tcp", []net.Addr{s.SMTPAddr(), s.POP3Addr()}[i%2].String())
		if err != nil {
			t.Fatal(err)
		}
		idle = append(idle, c)
	}
	pop(t, s, "alice", "wonderland").ask("STAT", "+OK 3", "QUIT", "+OK")
	for _, c := range idle {
		_ = c.Close()
	}
	for s.Status().Connections > 0 { // each is let go
		pause(time.Millisecond)
	}
}

// TestRepliesThatNobodyReads sends commands and reads nothing: the server gives the session up when its reply does not go out.
func TestRepliesThatNobodyReads(t *testing.T) {
	s := start(t, func(c *Config) { c.Limits.Write = 50 * time.Millisecond })
	c := dial(t, s.SMTPAddr())
	for err := error(nil); err == nil; { // fails when the server has closed
		_, err = io.WriteString(c, strings.Repeat("NOOP\r\n", 10000))
	}
	for s.Status().Connections > 0 {
		pause(time.Millisecond)
	}
}

// TestHandshakeWithoutEnd agrees to TLS and says nothing: the session ends by itself.
func TestHandshakeWithoutEnd(t *testing.T) {
	s := start(t, func(c *Config) { c.Limits.Handshake = 50 * time.Millisecond })
	for addr, lines := range map[net.Addr][]string{s.SMTPAddr(): {"EHLO me", "250", "STARTTLS", "220"}, s.POP3Addr(): {"STLS", "+OK"}} {
		c := dial(t, addr)
		c.line()
		c.ask(lines...)
		if got, err := io.ReadAll(c.r); len(got) > 0 && got[0] != 0x15 { // an alert of TLS (RFC 8446 §6), or the end
			t.Errorf("%s: %q, %v", addr, got, err)
		}
	}
}

// TestDeadClientHoldsTheMaildrop: until the first one is given up, the second is told that the maildrop is in use; then it comes in.
func TestDeadClientHoldsTheMaildrop(t *testing.T) {
	s := start(t, func(c *Config) { c.Limits.Idle, c.Limits.LockWait = 300*time.Millisecond, time.Millisecond })
	dead := pop(t, s, "alice", "wonderland")
	_ = dead // it says nothing more, and does not close
	refused := false
	for {
		c := dial(t, s.POP3Addr())
		c.line()
		c.ask("USER alice", "+OK")
		c.send("PASS wonderland")
		got := c.line()
		if strings.HasPrefix(got, "+OK") {
			break
		}
		if refused = true; !strings.HasPrefix(got, "-ERR [IN-USE]") {
			t.Fatalf("%q", got)
		}
	}
	if !refused {
		t.Error("the lock was not held")
	}
}
