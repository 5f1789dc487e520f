package main

import (
	"strings"
	"testing"
	"time"

	"byhand/session"
	"byhand/session/proto"
	"byhand/session/text"
)

// TestSilenceIsTold lets things pass by a clock that stands still until it is told how long nothing happens.
func TestSilenceIsTold(t *testing.T) {
	open := session.Event{Role: session.Open, Mark: session.NewMark("open", "addr", "mx.test:25")}
	secure := session.Event{Role: session.Open, Mark: session.NewMark("open", "addr", "mx.test:465", "tls", "implicit")}
	failed := session.Event{Role: session.Open, Mark: session.NewMark("open", "addr", "mx.test:25", "err", "refused")}
	from := func(side session.Side, p session.Protocol) session.Event {
		return session.Event{From: side, Proto: p, Role: session.Reply}
	}
	note := session.Event{Role: session.Note, Mark: session.NewMark("note", "text", "x")}
	closed := session.Event{Role: session.Close, Mark: session.NewMark("close", "by", "server")}
	for _, c := range []struct {
		name    string
		passes  []session.Event
		silence time.Duration
		phase   proto.Phase
		want    string
	}{
		{"no greeting", []session.Event{open}, 10 * time.Second, 0, "--tls"},
		{"no greeting, not long", []session.Event{open}, 9 * time.Second, 0, ""},
		{"no greeting behind TLS", []session.Event{secure}, 10 * time.Second, 0, "No greeting"},
		{"not connected", []session.Event{failed}, time.Hour, 0, ""},
		{"SMTP", []session.Event{open, from(session.Server, session.SMTP)}, smtpSilence, 0, "RFC 5321"},
		{"SMTP, not long", []session.Event{open, from(session.Server, session.SMTP)}, smtpSilence - time.Second, 0, ""},
		{"inside a letter", []session.Event{open, from(session.Server, session.SMTP), from(session.Client, session.SMTP)}, smtpSilence, proto.Letter, "letter"},
		{"POP3", []session.Event{open, from(session.Server, session.POP3)}, pop3Silence, 0, "RFC 1939"},
		{"POP3 waits longer", []session.Event{open, from(session.Server, session.POP3)}, smtpSilence, 0, ""},
		{"a remark is no line", []session.Event{open, from(session.Server, session.POP3), note}, pop3Silence, 0, "NOOP"},
		{"closed", []session.Event{open, from(session.Server, session.SMTP), closed}, time.Hour, 0, ""},
		{"another protocol", []session.Event{open, from(session.Server, session.Raw)}, time.Hour, 0, ""},
	} {
		var said []string
		var due time.Duration
		var then func()
		l := &lookout{
			say:   func(s text.Said) { said = append(said, s.In(text.EN)) },
			state: func() proto.State { return proto.State{Phase: c.phase} },
			after: func(d time.Duration, f func()) func() bool {
				due, then = d, f
				return func() bool { then = nil; return true }
			},
		}
		for i := range c.passes {
			if err := l.sink(c.passes[i : i+1]); err != nil {
				t.Fatal(err)
			}
		}
		if then != nil && c.silence >= due {
			then()
		}
		if got := strings.Join(said, "\n"); (got == "") != (c.want == "") || !strings.Contains(got, c.want) {
			t.Errorf("%s: said %q, want %q", c.name, got, c.want)
		}
		if l.end(); then != nil {
			t.Errorf("%s: something is waited for after the end", c.name)
		}
	}
}
