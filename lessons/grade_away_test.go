package lessons_test

import (
	"bytes"
	"context"
	"testing"

	"byhand/lessons"
	"byhand/session"
	"byhand/session/proto"
	"byhand/transcripts"
)

// talked gives the events of a dialogue.
func talked(t *testing.T, talk string) *lessons.Grader {
	t.Helper()
	rd, err := transcripts.Open(bytes.NewReader([]byte("@byhand 1\n"+talk)), "x.dialog.txt")
	if err != nil {
		t.Fatal(err)
	}
	var g lessons.Grader
	if err := session.Run(context.Background(), rd, proto.New(session.Untold), g.Sink); err != nil {
		t.Fatal(err)
	}
	return &g
}

// TestAway tells the practice server from others: by how it was reached and what it calls itself.
func TestAway(t *testing.T) {
	for _, c := range []struct {
		addr, greeting string
		want           bool
	}{
		{"127.0.0.1:110", "+OK ready", false},
		{"[::1]:110", "+OK ready", false},
		{"localhost:110", "+OK ready", false},
		{"pop.example.com:110", "+OK ready", true},
		{"203.0.113.7:110", "+OK ready", true},
		{"10.1.2.3:110", "+OK <1.2@Practice.Test>", false}, // one practice server for a room
	} {
		g := talked(t, "@open proto=pop3 addr="+c.addr+"\nS: "+c.greeting+"\nC: QUIT\nS: +OK\n")
		if got := g.Away(); got != c.want {
			t.Errorf("%s, %s: %v", c.addr, c.greeting, got)
		}
	}
	if talked(t, "@open proto=pop3\nS: +OK ready\n").Away() {
		t.Error("a dialogue without an address is taken for another server's")
	}
}

// elsewhere is a session with a server that has other people and other letters: one letter, where the lesson counts on three.
const elsewhere = "@open proto=pop3 addr=pop.example.com:110\nS: +OK ready\nC: USER li\nS: +OK\nC: PASS ********\nS: +OK\nC: STAT\nS: +OK 1 320\n" +
	"C: LIST\nS: +OK\nS: 1 320\nS: .\nC: UIDL\nS: +OK\nS: 1 a\nS: .\nC: TOP 1 0\nS: -ERR not here\nC: RETR 2\nS: -ERR no such message\n" +
	"C: DELE 3\nS: -ERR no such message\nC: RSET\nS: +OK\nC: DELE 1\nS: +OK\nC: NOOP\nS: +OK\nC: QUIT\nS: +OK\n"

// TestGradeAway judges it: what the learner achieved in the own name passes, what only that mailbox keeps from passing is unknown, and
// only what was never typed fails.
func TestGradeAway(t *testing.T) {
	l, err := lessons.Load("pop3-read")
	if err != nil {
		t.Fatal(err)
	}
	all := func(talk string) map[string]lessons.Verdict {
		m := map[string]lessons.Verdict{}
		for _, s := range talked(t, talk).Grade(l, l.Away("")) {
			m[s.Step] = s.Verdict
		}
		return m
	}
	got := all(elsewhere)
	for step, v := range got {
		if v == lessons.VerdictFailed {
			t.Errorf("step %s failed", step)
		}
	}
	for step, want := range map[string]lessons.Verdict{"user": lessons.VerdictPassed, "pass": lessons.VerdictPassed, "stat": lessons.VerdictPassed, "top": lessons.VerdictUnknown} {
		if got[step] != want {
			t.Errorf("step %s: %s, want %s", step, got[step], want)
		}
	}
	for gone, step := range map[string]string{
		"C: TOP 1 0\nS: -ERR not here\n": "top", "C: UIDL\nS: +OK\nS: 1 a\nS: .\n": "uidl", "C: PASS ********\nS: +OK\n": "pass",
	} {
		if v := all(string(bytes.Replace([]byte(elsewhere), []byte(gone), nil, 1)))[step]; v != lessons.VerdictFailed {
			t.Errorf("without %q step %s is %s", gone, step, v)
		}
	}
}
