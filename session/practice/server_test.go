package practice

import (
	"context"
	"crypto/hmac"
	"crypto/md5"
	"encoding/base64"
	"encoding/hex"
	"errors"
	"fmt"
	"regexp"
	"strings"
	"testing"
	"time"
)

func TestTutorialMaildropByPOP3(t *testing.T) {
	s := start(t, func(c *Config) { c.World = World{} })
	c := dial(t, s.POP3Addr())
	c.line()
	c.ask("USER student", "+OK core mail", "PASS secret", "+OK 60 message(s) [72208371 byte(s)]", "STAT", "+OK 60 72208371", "LIST", "+OK 60 72208371")
	sizes := strings.Split(strings.TrimSpace(c.multi()), "\r\n")
	if len(sizes) != 60 {
		t.Fatalf("LIST has %d lines", len(sizes))
	}
	for i, want := range sizes {
		c.ask(fmt.Sprintf("RETR %d", i+1), "+OK")
		octets := 0
		for line := c.line(); line != "."; line = c.line() {
			octets += len(strings.TrimPrefix(line, ".")) + 2
		}
		if got := fmt.Sprintf("%d %d", i+1, octets); got != want {
			t.Errorf("RETR sent %s, LIST said %s", got, want)
		}
	}
}

func TestTopIsTheStartOfRetr(t *testing.T) {
	s := start(t, func(c *Config) { c.World = World{} })
	c := pop(t, s, "student", "secret")
	for n := 1; n <= 36; n++ {
		c.ask(fmt.Sprintf("RETR %d", n), "+OK")
		whole := c.multi()
		head, body, _ := strings.Cut(whole, "\r\n\r\n")
		lines := strings.SplitAfter(body, "\r\n")
		for _, k := range []int{0, 1, 3, len(lines) + 5} {
			want := head + "\r\n\r\n" + strings.Join(lines[:min(k, len(lines))], "")
			c.ask(fmt.Sprintf("TOP %d %d", n, k), "+OK")
			if got := c.multi(); got != want {
				t.Fatalf("TOP %d %d: got %q, want %q", n, k, got, want)
			}
		}
	}
}

// TestLetterComesBack sends a letter in which every octet occurs and reads it back by POP3.
func TestLetterComesBack(t *testing.T) {
	var b strings.Builder
	for i := range 256 {
		if i != '\n' && i != '\r' {
			fmt.Fprintf(&b, ".%c%s\r\n", i, string([]byte{byte(i)}))
		}
	}
	letter := "Subject: all\r\n\r\n" + b.String() + strings.Repeat("0123456789\r\n", 20000) + ".\r\n..\r\n"
	s := start(t, nil)
	c := dial(t, s.SMTPAddr())
	c.line()
	c.ask("EHLO me", "250", "MAIL FROM:<a@example.com> BODY=8BITMIME", "250", "RCPT TO:<bob@practice.test>", "250", "DATA", "354")
	stuffed := strings.ReplaceAll("\r\n"+letter, "\r\n.", "\r\n..")[2:]
	c.ask(stuffed+".", "250 2.6.0 Mail OK queued")

	p := pop(t, s, "bob", "builder")
	p.ask("LIST 1", fmt.Sprintf("+OK 1 %d", s.Letters("bob")[0].Size), "RETR 1", "+OK")
	got := p.multi()
	trace := regexp.MustCompile(`(?s)^Return-Path: <a@example\.com>\r\nReceived: from me \(\[127\.0\.0\.1\]\)\r\n\tby [^\r]+\r\n\tfor <bob@practice\.test>; [^\r]+\r\n`).FindString(got)
	if trace == "" || got[len(trace):] != letter {
		t.Fatalf("trace %q, %d octets of letter, sent %d", trace, len(got)-len(trace), len(letter))
	}
}

func TestLockEndsWithTheConnection(t *testing.T) {
	s := start(t, nil)
	for range 20 {
		c := pop(t, s, "alice", "wonderland") // waits for the session before, whose client is gone
		c.send("RETR 1")
		_ = c.Close()
	}
	if n := len(s.Letters("alice")); n != 3 {
		t.Errorf("%d letters are left", n)
	}
}

func TestNewMailWaitsForTheNextSession(t *testing.T) {
	s := start(t, nil)
	p := pop(t, s, "bob", "builder")
	if err := s.store.deliver([]string{"bob"}, "a@example.com", s.now(), []byte("x\r\n")); err != nil {
		t.Fatal(err)
	}
	p.ask("STAT", "+OK 0 0", "QUIT", "+OK")
	pop(t, s, "bob", "builder").ask("STAT", "+OK 1 3")
}

func TestDigestLogins(t *testing.T) {
	s := start(t, nil)
	c := dial(t, s.POP3Addr())
	stamp := regexp.MustCompile(`<[^>]+>`).FindString(c.line())
	sum := md5.Sum([]byte(stamp + "wonderland"))
	c.ask("APOP alice "+hex.EncodeToString(make([]byte, 16)), "-ERR", "APOP alice "+hex.EncodeToString(sum[:]), "+OK 3")

	m := dial(t, s.SMTPAddr())
	m.line()
	m.ask("EHLO me", "250")
	for _, try := range []struct{ pass, want string }{{"wrong", "535"}, {"wonderland", "235"}} {
		m.send("AUTH CRAM-MD5")
		challenge, err := base64.StdEncoding.DecodeString(strings.TrimPrefix(m.reply(), "334 "))
		if err != nil {
			t.Fatal(err)
		}
		mac := hmac.New(md5.New, []byte(try.pass))
		mac.Write(challenge)
		m.ask(base64.StdEncoding.EncodeToString(fmt.Appendf(nil, "alice %x", mac.Sum(nil))), try.want)
	}
}

func TestSnapshotAndReset(t *testing.T) {
	s := start(t, func(c *Config) {
		c.World.Faults = []Fault{{When: "RCPT TO:<bob@practice.test>", Reply: "451 4.7.1 later", Times: 1}}
	})
	snap := s.Snapshot()
	send := func(first string) {
		c := dial(t, s.SMTPAddr())
		c.line()
		c.ask("HELO me", "250", "MAIL FROM:<>", "250", "RCPT TO:<bob@practice.test>", first, "RCPT TO:<bob@practice.test>", "250", "DATA", "354", ".", "250")
	}
	send("451")
	if got := s.Letters("bob@practice.test"); len(got) != 1 || got[0].From != "" {
		t.Fatalf("%v", got)
	}
	if err := s.Restore(snap); err != nil {
		t.Fatal(err)
	}
	if len(s.Letters("bob")) != 0 {
		t.Error("the letter is still there")
	}
	send("451") // the fault is as it was
	w := Default()
	w.Users["carol"] = "x"
	w.Mail["carol"] = []Mail{{From: "bob@practice.test", Subject: "hi", Body: "there"}}
	if err := s.Reset(w); err != nil {
		t.Fatal(err)
	}
	if got := s.Letters("carol"); len(got) != 1 || got[0].From != "bob@practice.test" || len(s.Letters("student")) != 60 || len(s.Letters("bob")) != 0 {
		t.Errorf("carol has %v", got)
	}
	if s.Letters("nobody") != nil || s.Letters("carol@elsewhere.test") != nil {
		t.Error("letters of nobody")
	}
	send("250")
}

func TestWorldIsChecked(t *testing.T) {
	for name, w := range map[string]World{
		"no user": {Mail: map[string][]Mail{"x": {{}}}}, "bad name": {Users: map[string]string{"a b": ""}},
		"full name": {Users: map[string]string{"a@b": ""}}, "no stock": {Users: map[string]string{"a": ""}, Stock: map[string]string{"a": "b"}},
		"empty fault": {Faults: []Fault{{When: "NOOP"}}}, "bad pattern": {Faults: []Fault{{When: "/(/", Drop: true}}}, "no when": {Faults: []Fault{{Drop: true}}},
	} {
		if s, err := Start(Config{POP3: "127.0.0.1:0", World: w}); err == nil {
			t.Errorf("%s: taken", name)
			_ = s.Close()
		}
	}
}

func TestAddressInUse(t *testing.T) {
	s := start(t, nil)
	if _, err := Start(Config{POP3: "127.0.0.1:0", SMTP: s.SMTPAddr().String()}); err == nil || !strings.Contains(err.Error(), "SMTP") {
		t.Errorf("got %v", err)
	}
	if _, err := Start(Config{}); err == nil {
		t.Error("a server without an address")
	}
}

func TestTooManyConnections(t *testing.T) {
	s := start(t, func(c *Config) { c.Limits.Conns = 1 })
	first := dial(t, s.SMTPAddr())
	first.line()
	if got := dial(t, s.SMTPAddr()).closed(); !strings.HasPrefix(got, "421 ") {
		t.Errorf("SMTP: %q", got)
	}
	if got := dial(t, s.POP3Addr()).closed(); !strings.HasPrefix(got, "-ERR [SYS/TEMP]") {
		t.Errorf("POP3: %q", got)
	}
	first.ask("NOOP", "250")
}

// TestShutdown wants those who wait to be told, a letter in flight to be taken, and no DELE to be carried out.
func TestShutdown(t *testing.T) {
	s := start(t, nil)
	idle, flying, reader := dial(t, s.SMTPAddr()), dial(t, s.SMTPAddr()), pop(t, s, "alice", "wonderland")
	idle.line()
	flying.line()
	flying.ask("HELO me", "250", "MAIL FROM:<>", "250", "RCPT TO:<bob@practice.test>", "250", "DATA", "354")
	reader.ask("DELE 1", "+OK")

	ctx, cancel := context.WithTimeout(context.Background(), 10*time.Second)
	defer cancel()
	ended := make(chan error, 1)
	go func() { ended <- s.Shutdown(ctx) }()
	if got := idle.closed(); !strings.HasPrefix(got, "421 practice.test ") {
		t.Errorf("idle client was told %q", got)
	}
	if got := reader.closed(); !strings.HasPrefix(got, "-ERR [SYS/TEMP]") {
		t.Errorf("reader was told %q", got)
	}
	flying.ask("hello\r\n.", "250 Mail OK queued")
	if got := flying.closed(); !strings.HasPrefix(got, "421 ") {
		t.Errorf("sender was told %q", got)
	}
	if err := <-ended; err != nil {
		t.Error(err)
	}
	if len(s.Letters("alice")) != 3 || len(s.Letters("bob")) != 1 {
		t.Error("letters", len(s.Letters("alice")), len(s.Letters("bob")))
	}
}

func TestShutdownCutsWhatDoesNotEnd(t *testing.T) {
	s := start(t, nil)
	c := dial(t, s.SMTPAddr())
	c.line()
	c.ask("HELO me", "250", "MAIL FROM:<>", "250", "RCPT TO:<bob@practice.test>", "250", "DATA", "354")
	c.send("half a letter")
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	if err := s.Shutdown(ctx); !errors.Is(err, context.Canceled) {
		t.Errorf("got %v", err)
	}
	if len(s.Letters("bob")) != 0 {
		t.Error("half a letter was delivered")
	}
}

func TestDelayedFaultEndsWithTheServer(t *testing.T) {
	s := start(t, func(c *Config) {
		c.World.Faults = []Fault{{When: "NOOP", Delay: time.Hour}, {When: "HELO *", Delay: time.Millisecond}, {When: whenGreeting, Reply: "554 no", Drop: true, Times: 1}}
	})
	if got := dial(t, s.SMTPAddr()).closed(); got != "554 no\r\n" {
		t.Errorf("greeting %q", got)
	}
	c := dial(t, s.SMTPAddr())
	c.line()
	c.ask("HELO me", "250 OK")
	c.send("RSET\r\nNOOP")
	c.reply() // the reply before the delay is not held back
	if err := s.Close(); err != nil {
		t.Error(err)
	}
	if got := c.closed(); !strings.HasPrefix(got, "421 ") {
		t.Errorf("got %q", got)
	}
}
