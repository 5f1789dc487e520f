package annotate

import (
	"testing"

	"byhand/session"
)

// TestTalksAreBounded opens connections without end and closes none; the one that goes on is kept in mind.
func TestTalksAreBounded(t *testing.T) {
	a := New()
	n := 0
	event := func(conn int, e session.Event) {
		n++
		e.N, e.Conn, e.Proto = n, conn, session.SMTP
		a.Event(&e)
	}
	hi := session.Event{From: session.Server, Role: session.Greeting, Code: "220", Raw: []byte("220 hi\r\n")}
	event(1, hi)
	kept := a.talks[1]
	for conn := 2; conn < 4*maxTalks; conn++ {
		event(conn, hi)
		event(1, session.Event{From: session.Client, Role: session.Command, Verb: "NOOP", Raw: []byte("NOOP\r\n")})
		if len(a.talks) > maxTalks {
			t.Fatalf("%d connections are kept", len(a.talks))
		}
	}
	if a.talks[1] != kept {
		t.Error("the connection that goes on was forgotten")
	}
}
