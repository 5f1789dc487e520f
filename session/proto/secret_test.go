package proto

import (
	"slices"
	"testing"

	"byhand/session"
)

// A password that was typed where no password belongs is hidden all the same.
func TestPasswordsWithoutTheirCommand(t *testing.T) {
	for _, c := range []struct{ said, typed, shown string }{
		{"S: +OK hi", "USER student PASS hunter22", "USER student PASS ********"},
		{"S: +OK hi", "user  student  pass  hunter 22", "user  student  pass  ********"},
		{"S: +OK hi", "USER student hunter22", "USER student ********"},
		{"S: +OK hi", "USER student PASS", "USER student ********"},
		{"S: +OK hi", "USER student ", "USER student "},
		{"S: +OK hi", "hunter22", "hunter22"},
		{"S: +OK hi\nC: USER student\nS: +OK", "hunter22", "********"},
		{"S: +OK hi\nC: USER student", "hunter22", "********"},
		{"S: +OK hi\nC: PASS\nS: -ERR", "hunter22", "********"},
		{"S: +OK hi\nC: USER student\nS: +OK\nC: hunter2\nS: -ERR", "hunter22", "********"},
		{"S: +OK hi\nC: USER student\nS: +OK", "QUTI", "QUTI"},
		{"S: +OK hi\nC: USER student\nS: +OK", "STAT", "STAT"},
		{"S: +OK hi\nC: USER student\nS: +OK", "exit", "exit"},
		{"S: +OK hi\nC: USER student\nS: +OK", " Logout ", " Logout "},
		{"S: +OK hi\nC: USER student\nS: +OK", "help", "help"},
		{"S: +OK hi\nC: USER student\nS: +OK", "login", "login"},
		{"S: +OK hi\nC: USER student\nS: +OK", "exit1", "********"},
		{"S: +OK hi\nC: USER student\nS: +OK", "helpme", "********"},
		{"S: +OK hi\nC: USER student\nS: +OK", "login hunter22", "login ********"},
		{"S: +OK hi\nC: USER student\nS: +OK\nC: STAT\nS: -ERR", "hunter22", "hunter22"},
		{"S: +OK hi\nC: USER student\nS: +OK\nC: PASS secret99\nS: +OK in", "hunter22", "hunter22"},
	} {
		f := New(session.POP3)
		for _, chunk := range talk(t, c.said) {
			f.Feed(chunk)
		}
		live := f.Secret(1, []byte(c.typed))
		events := f.Feed(session.Chunk{Conn: 1, From: session.Client, Data: []byte(c.typed + "\r\n")})
		if len(events) != 1 || events[0].MaskedLine() != c.shown {
			t.Errorf("after %q, %q shows %q, want %q", c.said, c.typed, events[0].MaskedLine(), c.shown)
			continue
		}
		if hidden := len(events[0].Secret) > 0; hidden != (live.Len > 0) {
			t.Errorf("after %q, %q is hidden when it was sent: %v; while it was typed: %v", c.said, c.typed, hidden, live.Len > 0)
		}
	}
}

// A server that repeats an unknown command in capitals repeats no password.
func TestEchoInCapitals(t *testing.T) {
	f := New(session.POP3)
	for _, chunk := range talk(t, "S: +OK hi\nC: USER student\nS: +OK\nC: hunter22") {
		f.Feed(chunk)
	}
	events := f.Feed(session.Chunk{Conn: 1, From: session.Server, Data: []byte("-ERR Unknown command: HUNTER22\r\n")})
	if got := events[0].MaskedLine(); got != "-ERR Unknown command: ********" {
		t.Errorf("the echo shows %q", got)
	}
}

// What is kept of the state has no part of the password.
func TestStateKeepsTheNameAlone(t *testing.T) {
	f, s := New(session.POP3), State{}
	for _, chunk := range talk(t, "S: +OK hi\nC: USER student PASS hunter22\nS: +OK") {
		for _, e := range f.Feed(chunk) {
			s.Observe(&e)
		}
	}
	if s.User != "student" {
		t.Errorf("the user is %q", s.User)
	}
}

// The user name that came with AUTH LOGIN, as it is, is hidden in the reply that repeats it, and not in all that follows.
func TestNameWithAuthLogin(t *testing.T) {
	f, shown := New(session.SMTP), []string{}
	for _, chunk := range talk(t, "S: 220 hi\nC: AUTH LOGIN alice\nS: 501 cannot decode alice\nC: MAIL FROM:<alice@practice.test>\nS: 250 alice is welcome") {
		for _, e := range f.Feed(chunk) {
			shown = append(shown, e.MaskedLine())
		}
	}
	want := []string{"220 hi", "AUTH LOGIN ********", "501 cannot decode ********", "MAIL FROM:<alice@practice.test>", "250 alice is welcome"}
	if !slices.Equal(shown, want) {
		t.Errorf("%q, want %q", shown, want)
	}
}
