package lessons_test

import (
	"fmt"
	"strings"
	"testing"

	"byhand/lessons"
	"byhand/session/text"
)

// TestPlanted plants faults in lessons and wants the self-test to find each, with its line.
func TestPlanted(t *testing.T) {
	for _, c := range []struct{ what, src, want string }{
		{"cannot be solved", "steps:\n  - do: USER ${user}\n  - do: TOP 1\n", "x.yaml:6: the solution passes; step 2 does not pass: "},
		{"solved at its start", "steps:\n  - do: USER ${user}\n  - do: USER ${user}\n", "x.yaml:6: step 2 is not passed at its start"},
		{"dead oops", "steps:\n  - do: USER ${user}\n    oops:\n      - {when: NOOP -> ok, try: NOOP, say: x}\n", "x.yaml:7: step 1: oops[0]"},
		{"oops without try", "steps:\n  - do: USER ${user}\n    oops:\n      - {when: \"/^x/\", say: x}\n", "x.yaml:7: step 1: oops[0] is advised and can be made good; try is missing"},
		{"a mistake that passes", "steps:\n  - do: USER ${user}\n    oops:\n      - {when: USER *, try: USER alice, say: x}\n", "x.yaml:7: step 1: oops[0] is advised and can be made good; \"USER alice\" passes it"},
		{"also does not pass", "steps:\n  - do: USER ${user}\n    also: [USER]\n", "x.yaml:6: step 1: \"USER\" passes, and the rest after it; step 1 does not pass"},
		{"passed by NOOP", "steps:\n  - do: USER ${user}\n    expect: {reply: any}\n", "x.yaml:5: step 1: not by NOOP, not by nonsense, solvable after it; \"NOOP\" passes it"},
		{"an extra command is punished", "steps:\n  - do: |\n      USER ${user}\n      PASS ${pass}\n  - do: LIST\n    expect: {sent: LIST, not: {sent: STAT}}\n", "x.yaml:8: the same with an extra NOOP, RSET and STAT before each command; step 2 does not pass"},
		{"HELO leads nowhere", "connect: smtp\nsteps:\n  - do: EHLO a\n  - do: NOOP\n    expect: {sent: NOOP, state: {esmtp: true}, not: {sent: EHLO ...}}\n", "x.yaml:5: step 1: \"HELO a\" greets as well, and the rest can be solved after it; step 2 does not pass"},
		{"one login counts", "steps:\n  - do: |\n      USER ${user}\n      PASS ${pass}\n  - do: STAT\n    expect: {sent: STAT, state: {mech: USER}}\n", "x.yaml:7: step 1: a login by AUTH PLAIN counts as well, and the rest can be solved after it; step 2 does not pass"},
		{"author's test fails", "steps:\n  - do: USER ${user}\ntests:\n  - {name: n, type: NOOP, advice: typo}\n", "x.yaml:7: test: n; "},
		{"half a translation", "steps:\n  - do: USER ${user}\n    say: a\n    say.zh: 甲\n", "x.yaml:2: every language is complete"},
		{"no such choice", "steps:\n  - ask: {q: a, choices: [b, c], answer: 3}\n  - do: USER ${user}\n", "x.yaml:5: the question can be answered; the answer \"3\" is none of the 2 choices"},
		{"a server ends a letter, but not so early", "connect: smtp\nsteps:\n  - do: |\n      HELO a\n      MAIL FROM:<>\n      RCPT TO:<lax@practice.test>\n      DATA\n      one${lf}. -> 451\n", "x.yaml:5: the solution passes; step 1 does not pass"},
		{"letters for a full stop", "connect: smtp\nsteps:\n  - do: |\n      HELO a\n      MAIL FROM:<>\n      RCPT TO:<bob@practice.test>\n      DATA\n\n      One. Two\n      .\n    expect: {mail: {box: bob, body: .}}\n", "x.yaml:1: the same with other words in every letter; step 1 does not pass: the mailbox bob"},
	} {
		t.Run(c.what, func(t *testing.T) {
			src := "lesson: x\ntitle: t\nconnect: pop3\n" + c.src
			if strings.HasPrefix(c.src, "connect") {
				src = "lesson: x\ntitle: t\n" + c.src
			}
			l, errs := lessons.Parse("x.yaml", []byte(src))
			if len(errs) > 0 {
				t.Fatal(errs)
			}
			if all := strings.Join(failing(t, l), "\n"); !strings.Contains("\n"+all, "\n"+c.want) {
				t.Errorf("found:\n%s\nwanted: %s", all, c.want)
			}
		})
	}
}

// TestOtherWays looks at the steps in which the other greeting or another login is tried: not where the author asks for one of them.
func TestOtherWays(t *testing.T) {
	for _, c := range []struct{ what, connect, src, want string }{
		{"either greeting", "smtp", "do: EHLO a", `step 1: "HELO a" greets as well`},
		{"HELO, and then what needs EHLO", "smtp", "do: HELO a\n  - do: STARTTLS", `step 1: "EHLO a" greets as well`},
		{"EHLO, and then what needs it", "smtp", "do: EHLO a\n  - do: NOOP\n    expect: {sent: NOOP, state: {esmtp: true}}", `step 1: "HELO a" greets as well`},
		{"once more", "smtp", "do: EHLO a\n  - do: EHLO b\n    fresh: true", `step 2: "HELO b" greets as well`},
		{"the one way", "smtp", "do: EHLO a\n    way: EHLO", ""},
		{"its list is wanted", "smtp", "do: EHLO a\n    expect: EHLO ... -> /PIPELINING/", ""},
		{"its reply is named", "smtp", "do: EHLO a -> 250", ""},
		{"the server refuses it", "smtp", "do: EHLO a\nworld:\n  faults:\n    - {when: HELO ..., reply: \"502 no\", drop: true}", ""},

		{"PASS", "pop3", "do: |\n      USER ${user}\n      PASS ${pass}", "step 1: a login by AUTH PLAIN"},
		{"PASS, a step after USER", "pop3", "do: USER ${user}\n  - do: PASS ${pass}", "step 2: a login by AUTH PLAIN"},
		{"AUTH PLAIN in POP3", "pop3", "do: AUTH PLAIN ${pass|plain}", "step 1: a login by USER, PASS"},
		{"AUTH PLAIN in SMTP", "smtp", "do: |\n      EHLO a\n      AUTH PLAIN\n      ${pass|plain}\n      NOOP", "step 1: a login by AUTH LOGIN"},
		{"AUTH LOGIN", "smtp", "do: |\n      EHLO a\n      AUTH LOGIN\n      ${user|b64}\n      ${pass|b64}", "step 1: a login by AUTH PLAIN"},
		{"AUTH LOGIN, the name at once", "smtp", "do: |\n      EHLO a\n      AUTH LOGIN ${user|b64}\n      ${pass|b64}", "step 1: a login by AUTH PLAIN"},
		{"that login", "smtp", "do: |\n      EHLO a\n      AUTH PLAIN ${pass|plain}\n    way: AUTH PLAIN", ""},
		{"a login that fails", "smtp", "do: |\n      EHLO a\n      AUTH LOGIN\n      eA==\n      eA== -> 535", ""},
		{"the server does not offer it", "pop3", "do: |\n      USER ${user}\n      PASS ${pass}\nworld:\n  faults:\n    - {when: AUTH ..., reply: \"-ERR no\"}", ""},
		{"on another connection", "[smtp, pop3]", "do: NOOP\n  - via: pop3\n    do: |\n      USER ${user}\n      PASS ${pass}\n    also:\n      - |\n        USER ${user}\n        PASS ${pass}", "step 2: a login by AUTH PLAIN"},
	} {
		t.Run(c.what, func(t *testing.T) {
			l, errs := lessons.Parse("x.yaml", []byte("lesson: x\ntitle: t\nconnect: "+c.connect+"\nsteps:\n  - "+c.src+"\n"))
			if len(errs) > 0 {
				t.Fatal(errs)
			}
			checks, err := bench().Test(l)
			if err != nil {
				t.Fatal(err)
			}
			kind := "greets as well"
			if strings.Contains(c.src, "PASS") || strings.Contains(c.src, "AUTH") {
				kind = "a login by"
			}
			var found []string
			for _, check := range checks {
				name := check.In(l.File, text.EN)
				if !check.OK {
					t.Error(name)
				}
				if strings.Contains(name, kind) {
					found = append(found, name)
				}
			}
			all := strings.Join(found, "\n")
			if !strings.Contains(all, c.want) || (all == "") != (c.want == "") {
				t.Errorf("tried:\n%s\nwanted: %s", all, c.want)
			}
		})
	}
}

// TestBrokenBench holds the self-test to saying so when there is no server.
func TestBrokenBench(t *testing.T) {
	l, err := lessons.Load("pop3-read")
	if err != nil {
		t.Fatal(err)
	}
	b := &lessons.Bench{Start: func(*lessons.Lesson, lessons.Vars) (lessons.Server, error) { return nil, fmt.Errorf("no port") }}
	checks, err := b.Test(l)
	if err != nil || len(checks) != 1 || checks[0].OK || !strings.Contains(checks[0].In("x.yaml", text.EN), "no port") {
		t.Errorf("%v %v", checks, err)
	}
}
