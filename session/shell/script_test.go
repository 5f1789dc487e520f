package shell

import (
	"context"
	"errors"
	"io"
	"slices"
	"strings"
	"testing"
	"time"

	"byhand/session"
	"byhand/session/proto"
)

func TestScript(t *testing.T) {
	for _, c := range []struct {
		name, script string
		sent         []string
		said         string
		want         error
	}{
		{"in order", "HELO me\nQUIT\n", []string{"HELO me\r\n", "QUIT\r\n"}, "", nil},
		{"no line end at the end, CRLF in the file", "HELO me\r\nQUIT", []string{"HELO me\r\n", "QUIT\r\n"}, "", nil},
		{"a local command", ":echo one two\nQUIT\n", []string{"QUIT\r\n"}, "echo one two", nil},
		{"a doubled prefix", "::x\nQUIT\n", []string{":x\r\n", "QUIT\r\n"}, "", nil},
		{"inside a letter all is sent", "DATA\n:echo a\n::b\n..\n.\n:echo c\nQUIT\n",
			[]string{"DATA\r\n", ":echo a\r\n", "::b\r\n", "..\r\n", ".\r\n", "QUIT\r\n"}, "echo c", nil},
		{"an answer is sent", "AUTH LOGIN\n:quit\n", []string{"AUTH LOGIN\r\n", ":quit\r\n"}, "", nil},
		{"quit leaves", "HELO me\n:quit\nNOOP\n", []string{"HELO me\r\n"}, "", nil},
		{"no QUIT", "HELO me\n", []string{"HELO me\r\n"}, "", nil},
		{"the server hangs up", "DROP\nNOOP\n", []string{"DROP\r\n"}, "", ErrDropped},
		{"the letter has no end", "DATA\nhello\n", []string{"DATA\r\n", "hello\r\n"}, "", ErrLetter},
		{"bytes as they are", "x \t\xff\x00 \nQUIT\n", []string{"x \t\xff\x00 \r\n", "QUIT\r\n"}, "", nil},
	} {
		t.Run(c.name, func(t *testing.T) {
			d := sit(t, newPeer("220 ready ESMTP\r\n", smtpAnswers()), nil)
			if err := d.Script(context.Background(), strings.NewReader(c.script)); !errors.Is(err, c.want) {
				t.Errorf("ended with %v, want %v", err, c.want)
			}
			if !slices.Equal(d.peer.sent, c.sent) {
				t.Errorf("sent %q, want %q", d.peer.sent, c.sent)
			}
			if got := strings.Join(d.said, "|"); got != c.said {
				t.Errorf("said %q, want %q", got, c.said)
			}
		})
	}
}

func TestScriptWaitsForTheWholeReply(t *testing.T) {
	var d *desk
	early := 0
	p := newPeer("+OK hi\r\n", func(line string) string {
		if line == "NOOP" && d.Status().Waiting != 0 {
			early++
		}
		if line == "LIST" {
			return "+OK\r\n1 2\r\n2 3\r\n.\r\n"
		}
		return "+OK\r\n"
	})
	d = sit(t, p, nil)
	if err := d.Script(context.Background(), strings.NewReader("LIST\nNOOP\nLIST\nNOOP\n")); err != nil {
		t.Fatal(err)
	}
	if early != 0 || len(p.sent) != 4 {
		t.Errorf("%d lines went out early; sent %q", early, p.sent)
	}
}

func TestScriptGivesUpOnASilentServer(t *testing.T) {
	d := sit(t, newPeer("+OK hi\r\n", func(string) string { return "" }), func(c *Config) { c.Limit = time.Millisecond })
	if err := d.Script(context.Background(), strings.NewReader("NOOP\nNOOP\n")); !errors.Is(err, ErrNoReply) {
		t.Errorf("ended with %v", err)
	}
}

// TestScriptDoesNotWait is a script at a server that greets when the last line has come: it must not wait for the greeting.
func TestScriptDoesNotWait(t *testing.T) {
	d := sit(t, newPeer("", func(line string) string {
		if line == "QUIT" {
			return "220 late ESMTP\r\n250 me\r\n221 bye\r\nHANGUP"
		}
		return ""
	}), func(c *Config) { c.Wait, c.Tell, c.Framer = false, time.Minute, proto.New(session.SMTP) })
	if err := d.Script(context.Background(), strings.NewReader("HELO me\nQUIT\n")); err != nil {
		t.Errorf("ended with %v", err)
	}
	if got := strings.Join(d.peer.sent, ""); got != "HELO me\r\nQUIT\r\n" || len(d.said) > 0 {
		t.Errorf("sent %q, said %q", got, d.said)
	}
}

// TestScriptTellsForWhatItWaits is a script at a server that never greets: that it waits is said, and the wait has an end.
func TestScriptTellsForWhatItWaits(t *testing.T) {
	for _, c := range []struct {
		wait, said bool
		sent       int
	}{{true, true, 0}, {false, true, 2}} {
		d := sit(t, newPeer("", func(string) string { return "" }), func(o *Config) {
			o.Wait, o.Limit, o.Greet, o.Shy, o.Tell = c.wait, time.Minute, 20*time.Millisecond, 20*time.Millisecond, time.Millisecond
			o.Framer = proto.New(session.SMTP)
		})
		if err := d.Script(context.Background(), strings.NewReader("HELO me\nNOOP\n")); !errors.Is(err, ErrNoReply) {
			t.Errorf("wait %v: ended with %v", c.wait, err)
		}
		if said := len(d.said) == 1 && strings.Contains(d.said[0], map[bool]string{true: "greeting", false: "All lines are sent"}[c.wait]); said != c.said || len(d.peer.sent) != c.sent {
			t.Errorf("wait %v: said %q, sent %q", c.wait, d.said, d.peer.sent)
		}
	}
}

// TestScriptHearsOut is a script at servers of neither protocol: one that speaks first, and one that waits for the client. What they say
// is waited for, until they close.
func TestScriptHearsOut(t *testing.T) {
	for _, greeting := range []string{"hello\r\n", ""} {
		d := sit(t, newPeer(greeting, func(string) string { return "one\r\ntwo\r\nHANGUP" }), func(c *Config) {
			c.Limit, c.Shy, c.Quiet = time.Minute, time.Millisecond, time.Minute
		})
		if err := d.Script(context.Background(), strings.NewReader("hi\n")); err != nil {
			t.Errorf("greeting %q: ended with %v", greeting, err)
		}
		if !slices.Equal(d.peer.sent, []string{"hi\r\n"}) || d.Status().Open {
			t.Errorf("greeting %q: sent %q, open is %v", greeting, d.peer.sent, d.Status().Open)
		}
		if silent := len(d.said) > 0; silent != (greeting == "") {
			t.Errorf("greeting %q: said %q", greeting, d.said)
		}
	}
}

// TestScriptStaysToListen ends the wait from outside once the input has ended: a script that did not wait would end in order.
func TestScriptStaysToListen(t *testing.T) {
	ctx, stop := context.WithCancel(context.Background())
	defer stop()
	d := sit(t, newPeer("hello\r\n", func(string) string { return "one\r\n" }), func(c *Config) { c.Quiet = time.Minute })
	in := io.MultiReader(strings.NewReader("hi\n"), endReader(stop))
	if err := d.Script(ctx, in); !errors.Is(err, context.Canceled) {
		t.Errorf("ended with %v", err)
	}
}

// endReader is the end of an input, and calls a function when it is read.
type endReader func()

func (f endReader) Read([]byte) (int, error) { f(); return 0, io.EOF }
