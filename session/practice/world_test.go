package practice

import (
	"encoding/base64"
	"io"
	"mime"
	"net/mail"
	"strings"
	"testing"
)

func TestMailOfAWorld(t *testing.T) {
	raw := Mail{From: "lin@school.test", Subject: "你好，同学", Body: "第一行\n" + strings.Repeat("很长的一行", 40)}.letter("bob@practice.test")
	m, err := mail.ReadMessage(strings.NewReader(string(raw)))
	if err != nil {
		t.Fatal(err)
	}
	subject, err := new(mime.WordDecoder).DecodeHeader(m.Header.Get("Subject"))
	if err != nil || subject != "你好，同学" || m.Header.Get("To") != "bob@practice.test" || m.Header.Get("Return-Path") != "<lin@school.test>" {
		t.Errorf("%q %v %v", subject, m.Header, err)
	}
	body, err := io.ReadAll(base64.NewDecoder(base64.StdEncoding, m.Body))
	if err != nil || string(body) != "第一行\r\n"+strings.Repeat("很长的一行", 40)+"\r\n" {
		t.Errorf("%q %v", body, err)
	}
	if got := string(Mail{Raw: "A: b\n\n\xb2\xe2\r\n.\n"}.letter("x")); got != "A: b\r\n\r\n\xb2\xe2\r\n.\r\n" {
		t.Errorf("raw letter %q", got)
	}
}

func TestFaultPatterns(t *testing.T) {
	for _, c := range []struct {
		when, line string
		want       bool
	}{
		{"RCPT TO:<bob@practice.test>", "rcpt  to: <bob@practice.test> ", true},
		{"RCPT TO:<bob@practice.test>", "RCPT TO:<bob@practice.test> NOTIFY=NEVER", false},
		{"RCPT TO:<b*@practice.test>", "RCPT TO:<bob@practice.test>", true},
		{"RETR *", "RETR 12", true},
		{"RETR *", "RETR", false},
		{"RETR *", "RETR 1 2", false},
		{"RETR ...", "RETR 1 2", true},
		{"NOOP ...", "NOOP", true},
		{"NOOP", "NOOP.", false},
		{"/^retr [0-9]+$/i", "RETR 7", true},
		{"/^retr [0-9]+$/", "RETR 7", false},
		{".", ".", true},
		{".", "x", false},
	} {
		st := store{faults: newFaults([]Fault{{When: c.when, Drop: true}})}
		if _, got := st.fault(c.line); got != c.want {
			t.Errorf("when %q, line %q: %v", c.when, c.line, got)
		}
	}
}

// TestSessionKeepsItsLetters: the letters of a session do not move when others come and go.
func TestSessionKeepsItsLetters(t *testing.T) {
	s := start(t, func(c *Config) { c.Rules.ShareMaildrop = true })
	one, two := pop(t, s, "alice", "wonderland"), pop(t, s, "alice", "wonderland")
	one.ask("DELE 1", "+OK", "QUIT", "+OK")
	two.ask("LIST 2", "+OK 2 51", "RETR 1", "+OK")
	if got := two.multi(); !strings.Contains(got, "Subject: Lunch?") {
		t.Errorf("letter 1 is now %q", got)
	}
	two.ask("DELE 1", "+OK", "DELE 3", "+OK", "QUIT", "+OK")
	if n := len(s.Letters("alice")); n != 1 {
		t.Errorf("%d letters are left", n)
	}
}
