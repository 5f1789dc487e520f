package lessons

import (
	"strings"
	"testing"

	"byhand/session/annotate"
	"byhand/session/proto"
	"byhand/session/text"
)

// TestWhy asks :why after a talk, for each facet of an expectation.
func TestWhy(t *testing.T) {
	for _, c := range []struct{ expect, talk, want string }{
		{"RETR 2 -> ok", "", "this command has not been sent as the step asks: RETR"},
		{"RETR 2 -> ok", "C: RETR 1|S: -ERR no", "this command has not been sent as the step asks: RETR"},
		{"RETR 2 -> +OK", "C: RETR 2|S: -ERR no", "RETR has not got the reply +OK"},
		{"{sent: RETR 2}", "C: RETR 2|S: -ERR no", "the server has not said yes to RETR"},
		{"{sent: [PASS secret, APOP ...]}", "", "as the step asks: PASS | APOP."},
		{"{sent: NOOP, times: 2}", "C: NOOP|S: +OK", "it was done 1 of 2 times"},
		{"{reply: -ERR}", "", "no reply like this has come in this step: -ERR"},
		{"{sent: x, in: data}", "", "the letter has no line yet"},
		{"{sent: x, in: auth}", "", "the answer in the login"},
		{"{state: {authed: true}}", "", "authed should be true"},
		{"{vars: {n: 3}}", "", "the value of n should be 3"},
		{"{any: [{sent: [NOOP], reply: ok, state: {authed: true}}, RSET]}", "", "as the step asks: RSET"},
		{"{sent: RSET, not: {sent: NOOP}}", "C: NOOP|S: +OK", "something was done that this step rules out"},
		{"{mail: {box: alice, count: 5}}", "", "the mailbox alice holds 2 letters, and the step asks for 5"},
		{"{mail: {box: alice, subject: Other}}", "", `no letter whose subject begins with "Other"`},
		{"{mail: {box: alice, body: Other}}", "", "the mailbox alice is not yet as the step asks"},
	} {
		l, errs := Parse("x.yaml", []byte("lesson: x\ntitle: t\nconnect: pop3\nvars: {n: 1}\nsteps:\n  - do: XYZZY\n    expect: "+c.expect+"\n"))
		if len(errs) > 0 {
			t.Errorf("%s: %v", c.expect, errs)
			continue
		}
		boxes := letters{"alice": 2}
		k := &talker{t: t, framer: proto.New("pop3"), notes: annotate.New(), g: NewGuide(l, text.EN, l.Values(""), boxes)}
		k.g.Start()
		k.line("open pop3", boxes)
		k.line("S: +OK ready", boxes)
		for _, line := range strings.Split(c.talk, "|") {
			if line != "" {
				k.line(line, boxes)
			}
		}
		k.b.Reset()
		k.line(":why", boxes)
		if said := k.b.String(); !strings.Contains(said, c.want) || strings.Contains(said, "secret") || strings.Contains(said, "%!") {
			t.Errorf("%s after %q: %swanted: %s", c.expect, c.talk, said, c.want)
		}
	}
}
