package transcripts

import (
	"bytes"
	"errors"
	"go/format"
	"strings"
	"testing"
)

// A script's talk has what a draft can stumble over: pipelining, a multi-line reply, each kind of secret, a list.
const scriptTalk = `@title A "talk" of $HOME
@open proto=smtp addr=mx.example.com:587
S: 220-hi
S: 220 there
C: EHLO me.example.com
S: 250-mx.example.com
S: 250 AUTH PLAIN LOGIN
@mark Log in
C: AUTH LOGIN
S: 334 VXNlcm5hbWU6
C: c3R1ZGVudA==
S: 334 UGFzc3dvcmQ6
@hide password-base64
C: ********
S: 235 ok
> Logged in.
> 登录成功。
@mark The letter
C: MAIL FROM:<student@practice.test>
C: RCPT TO:<bob@practice.test>
C: DATA
S: 250 ok
S: 250 ok
S: 354 go
C: Subject: ${x} 'quoted'
C:
C: hi
C: .
S: 250 queued
C: QUIT
S: 221 bye
`

func TestSwaksArguments(t *testing.T) {
	got := string(convert(t, []byte(scriptTalk), "swaks-args", Options{}))
	want := `swaks --server mx.example.com --port 587 --ehlo me.example.com --auth LOGIN --auth-user student --auth-password "$PASSWORD" ` +
		"--from student@practice.test --to bob@practice.test\n"
	if got != want {
		t.Errorf("got  %s\nwant %s", got, want)
	}
	r, err := read("S: +OK\nC: QUIT\nS: +OK\n")
	if err != nil {
		t.Fatal(err)
	}
	var told *Error
	if err := Convert(&bytes.Buffer{}, "swaks-args", r, Options{}); !errors.As(err, &told) {
		t.Errorf("POP3: %v", err)
	}
	if got := shellWord("a'b; rm -rf $HOME\n"); got != `'a'\''b; rm -rf $HOME\x0a'` {
		t.Errorf("shell word %s", got)
	}
}

// The Go test is formatted, waits for each reply of a pipeline, and asks for the password.
func TestGoTest(t *testing.T) {
	got := convert(t, []byte(scriptTalk), "go-test", Options{})
	formatted, err := format.Source(got)
	if err != nil || !bytes.Equal(formatted, got) {
		t.Errorf("not formatted: %v", err)
	}
	for _, want := range []string{
		`{nil, []string{"220"}},`,
		`{[]string{"EHLO me.example.com"}, []string{"250"}},`,
		`{[]string{b64([]byte(pass))}, []string{"235"}},`,
		`"DATA"}, []string{"250", "250", "354"}},`,
	} {
		if !strings.Contains(string(got), want) {
			t.Errorf("no %s in\n%s", want, got)
		}
	}
	pop := convert(t, []byte("S: +OK\nC: LIST\nS: +OK\nS: 1 2\nS: .\nC: APOP a d\nS: -ERR\n"), "go-test", Options{})
	if !strings.Contains(string(pop), `{[]string{"LIST"}, []string{"+OK..."}},`) {
		t.Errorf("%s", pop)
	}
}

// A lesson's steps are the chapters, its solution the client's lines, its text the remarks.
func TestLessonDraft(t *testing.T) {
	got := string(convert(t, []byte(scriptTalk), "yaml-lesson", Options{}))
	for _, want := range []string{
		"connect: smtp\n", "  - id: log-in\n    say: |2\n      Logged in.\n    say.zh: |2\n      登录成功。\n    do: |2\n      AUTH LOGIN\n      ${user|b64}\n      ${pass|b64}\n",
		"  - id: the-letter\n", "      Subject: $ {x} 'quoted'\n",
	} {
		if !strings.Contains(got, want) {
			t.Errorf("no %q in\n%s", want, got)
		}
	}
	bare := string(convert(t, []byte("S: +OK\nC: USER student\nS: +OK\n@hide password\nC: PASS ********\nS: +OK\nC: NOOP\nS: +OK\nC: NOOP\nS: +OK\n"), "yaml-lesson", Options{}))
	for _, want := range []string{"- id: user\n", "USER ${user}\n", "PASS ${pass}\n", "- id: noop\n", "- id: noop-2\n"} {
		if !strings.Contains(bare, want) {
			t.Errorf("no %q in\n%s", want, bare)
		}
	}
}

// The archive's one file is the dialogue, its secrets hidden.
func TestTxtar(t *testing.T) {
	got := string(convert(t, []byte("@title -- x --\nS: +OK\nC: PASS tr0ub4dor\nS: +OK\n"), "txtar", Options{}))
	if !strings.Contains(got, "\n-- talk.dialog.txt --\n@byhand 1\n") || !strings.Contains(got, "@hide password\nC: PASS ********\n") || strings.Contains(got, "tr0ub") {
		t.Errorf("%s", got)
	}
}
