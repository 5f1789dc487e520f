package practice

import (
	"bytes"
	"io"
	"strings"
	"sync"
	"testing"
	"time"
)

// TestClientThatNeverReads asks for a large letter and does not read: the maildrop must come free all the same.
func TestClientThatNeverReads(t *testing.T) {
	s := start(t, func(c *Config) { c.World, c.Limits.Write = World{}, 50*time.Millisecond })
	c := pop(t, s, "student", "secret")
	for range 10 { // more than the buffers of the two sockets hold
		c.send("RETR 39")
	}
	pop(t, s, "student", "secret").ask("STAT", "+OK 60 72208371", "QUIT", "+OK")
}

// TestFlood sends a great many commands at once; each gets its reply, in order.
func TestFlood(t *testing.T) {
	s := start(t, nil)
	c := dial(t, s.SMTPAddr())
	c.line()
	const n = 50000
	sent := make(chan error, 1)
	go func() { // ends when all is sent
		_, err := io.WriteString(c, strings.Repeat("NOOP\r\n", n)+"QUIT\r\n")
		sent <- err
	}()
	if got := c.closed(); got != strings.Repeat("250 OK\r\n", n)+"221 Bye\r\n" {
		t.Errorf("%d octets of replies", len(got))
	}
	if err := <-sent; err != nil {
		t.Error(err)
	}
}

// TestEndlessLines sends a line without an end to each protocol.
func TestEndlessLines(t *testing.T) {
	s := start(t, nil)
	for _, addr := range []string{s.SMTPAddr().String(), s.POP3Addr().String()} {
		c := dial(t, s.SMTPAddr())
		if addr == s.POP3Addr().String() {
			c = dial(t, s.POP3Addr())
		}
		c.line()
		_, _ = c.Write(bytes.Repeat([]byte{'A'}, saslLine+endlessLine+1)) // not more than is read: nothing is left to reset the connection
		if got := c.closed(); !strings.HasPrefix(got, "421 ") && !strings.HasPrefix(got, "-ERR ") {
			t.Errorf("%s: %q", addr, got)
		}
	}
}

// TestManySenders delivers from many connections at once; no letter is lost, none is twice, each has its own id.
func TestManySenders(t *testing.T) {
	s := start(t, nil)
	const senders, letters = 8, 25
	var all sync.WaitGroup
	for range senders {
		c := dial(t, s.SMTPAddr())
		all.Add(1)
		go func() { // ends when its letters are sent
			defer all.Done()
			if _, err := io.WriteString(c, "EHLO me\r\n"+strings.Repeat("MAIL FROM:<>\r\nRCPT TO:<bob@practice.test>\r\nDATA\r\nhi\r\n.\r\n", letters)+"QUIT\r\n"); err != nil {
				t.Error(err)
			}
			if rest, err := io.ReadAll(c.r); err != nil || strings.Count(string(rest), "queued") != letters {
				t.Errorf("%v, %d letters accepted", err, strings.Count(string(rest), "queued"))
			}
		}()
	}
	all.Wait()
	uids := map[string]bool{}
	for _, l := range s.Letters("bob") {
		uids[l.UID] = true
	}
	if len(uids) != senders*letters {
		t.Errorf("%d letters", len(uids))
	}
}
