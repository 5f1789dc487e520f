package practice

import (
	"bytes"
	"io"
	"net"
	"strings"
	"testing"
	"time"
)

// The attacks here are bounded, and named after what they do. What a server must do about each is a limit of its own: an answer,
// an end of the session, and no memory that grows with the attack.

// TestLinesWithoutEnd sends a megabyte without a line end: the session ends with a reply, long before all of it is taken.
func TestLinesWithoutEnd(t *testing.T) {
	s := start(t, nil)
	for _, addr := range []net.Addr{s.SMTPAddr(), s.POP3Addr()} {
		c := dial(t, addr)
		c.line()
		go func() { _, _ = c.Write(bytes.Repeat([]byte{'A'}, 1<<20)) }() // ends when the server has closed
		if got, _ := io.ReadAll(c.r); !strings.HasPrefix(string(got), "421 ") && !strings.HasPrefix(string(got), "-ERR ") && len(got) > 0 {
			t.Errorf("%s: %q", addr, got)
		}
	}
}

// TestSlowLines sends a command an octet at a time: the limit is for the whole line, not for each octet.
func TestSlowLines(t *testing.T) {
	s := start(t, func(c *Config) { c.Limits.Command, c.Limits.Idle = 100*time.Millisecond, 100*time.Millisecond })
	for addr, want := range map[net.Addr]string{s.SMTPAddr(): "421 ", s.POP3Addr(): ""} {
		c := dial(t, addr)
		c.line()
		done := make(chan struct{})
		go func() { // ends when the server has closed
			defer close(done)
			for err := error(nil); err == nil; {
				_, err = c.Write([]byte{'N'})
				pause(5 * time.Millisecond)
			}
		}()
		if got, _ := io.ReadAll(c.r); !strings.HasPrefix(string(got), want) {
			t.Errorf("%s: %q", addr, got)
		}
		<-done
	}
}

// pause is how an attacker paces himself; no test's verdict hangs on how long it is.
func pause(d time.Duration) { <-time.After(d) }

// TestSlowLetter sends a letter line by line, each in time: all together must be in time, too.
func TestSlowLetter(t *testing.T) {
	for name, begin := range map[string][]string{"DATA": {"DATA", "354"}, "BDAT": nil} {
		t.Run(name, func(t *testing.T) {
			s := start(t, func(c *Config) { c.Limits.Whole = 100 * time.Millisecond })
			c := dial(t, s.SMTPAddr())
			c.line()
			c.ask(append([]string{"EHLO me", "250", "MAIL FROM:<>", "250", "RCPT TO:<bob@practice.test>", "250"}, begin...)...)
			if name == "BDAT" {
				c.send("BDAT 1000000 LAST")
			}
			done := make(chan struct{})
			go func() { // ends when the server has closed
				defer close(done)
				for err := error(nil); err == nil; {
					_, err = io.WriteString(c, "a line\r\n")
					pause(5 * time.Millisecond)
				}
			}()
			if got, _ := io.ReadAll(c.r); !strings.HasPrefix(string(got), "421 4.4.2") {
				t.Errorf("%q", got)
			}
			<-done
			if n := len(s.Letters("bob")); n != 0 {
				t.Errorf("%d letters", n)
			}
		})
	}
}

// TestLetterWithoutEnd sends twice what SIZE allows, in lines and in one line: 552, and the server closes.
func TestLetterWithoutEnd(t *testing.T) {
	s := start(t, func(c *Config) { c.Limits.Letter = 64 << 10 })
	for name, piece := range map[string]string{"lines": "a line of the letter\r\n", "one line": "and so on "} {
		t.Run(name, func(t *testing.T) {
			c := dial(t, s.SMTPAddr())
			c.line()
			c.ask("EHLO me", "250", "MAIL FROM:<>", "250", "RCPT TO:<bob@practice.test>", "250", "DATA", "354")
			go func() { // ends when the server has closed
				for err := error(nil); err == nil; {
					_, err = io.WriteString(c, strings.Repeat(piece, 100))
				}
			}()
			if got := c.line(); !strings.HasPrefix(got, "552 5.3.4") {
				t.Errorf("%q", got)
			}
			if _, err := c.r.ReadByte(); err == nil {
				t.Error("the session goes on")
			}
		})
	}
	if st := s.Status(); st.Held != 0 {
		t.Errorf("%d octets are held", st.Held)
	}
}

// TestUnknownVerbs sends five hundred of them: after some, 421 and the end.
func TestUnknownVerbs(t *testing.T) {
	s := start(t, nil)
	for addr, want := range map[net.Addr]string{s.SMTPAddr(): "421 ", s.POP3Addr(): "-ERR "} {
		c := dial(t, addr)
		c.line()
		go func() { _, _ = io.WriteString(c, strings.Repeat("WHAT\r\n", 500)) }() // ends when the server has closed
		got, _ := io.ReadAll(c.r)
		replies := strings.Split(strings.TrimSpace(string(got)), "\r\n")
		if n := len(replies); n > 100 || n > 0 && replies[0] != "" && !strings.HasPrefix(replies[n-1], want) {
			t.Errorf("%s: %d replies, the last is %q", addr, n, replies[n-1])
		}
	}
}

// TestGuessedPasswords tries one after the other: each waits longer than the one before, and after a few the session is over.
func TestGuessedPasswords(t *testing.T) {
	s := start(t, func(c *Config) { c.Limits.Penalty = time.Millisecond })
	tries := map[net.Addr][2]string{
		s.SMTPAddr(): {"AUTH PLAIN AGFsaWNlAGd1ZXNz\r\n", "535 "},
		s.POP3Addr(): {"USER alice\r\nPASS guess\r\n", "-ERR [AUTH]"},
	}
	for addr, try := range tries {
		c := dial(t, addr)
		c.line()
		if addr == s.SMTPAddr() {
			c.ask("EHLO me", "250")
		}
		go func() { _, _ = io.WriteString(c, strings.Repeat(try[0], 200)) }() // ends when the server has closed
		got, _ := io.ReadAll(c.r)
		if n := strings.Count(string(got), try[1]); n != 5 {
			t.Errorf("%s: %d refusals in %q", addr, n, got)
		}
	}
	if st := s.Status(); st.BadLogins != 10 || st.Logins != 0 {
		t.Errorf("%d refused, %d taken", st.BadLogins, st.Logins)
	}
}

// TestPenalty: two slips of the finger cost nothing.
func TestPenalty(t *testing.T) {
	stop := make(chan struct{})
	close(stop) // a wait is cut short and tells so
	c := &conn{stop: stop}
	for wrong, waits := range map[int]bool{1: false, 2: false, 3: true, 9: true} {
		if err := c.penalty(wrong, time.Hour); (err != nil) != waits {
			t.Errorf("%d: %v", wrong, err)
		}
	}
}

// TestStrangeVerbs sends octets that are no text where a verb belongs. None comes back as it is: a reply goes to a screen.
func TestStrangeVerbs(t *testing.T) {
	s := start(t, nil)
	for addr, want := range map[net.Addr]string{s.SMTPAddr(): "5", s.POP3Addr(): "-ERR"} {
		for _, verb := range []string{"\x00", "NO\x00OP", "\xff\xfe", "NO\rOP", "NO\vOP", "\x1b[2JNOOP", "\u009bNOOP", "\xc0\x80", strings.Repeat("\x07", 100)} {
			c := dial(t, addr)
			c.line()
			c.send(verb)
			got := c.line()
			if !strings.HasPrefix(got, want) || strings.ContainsFunc(got, func(r rune) bool { return r < ' ' || r >= 0x7f && r < 0xa0 || r == 0xfffd }) {
				t.Errorf("%s: %q gets %q", addr, verb, got)
			}
		}
	}
}
