package lessons

import "testing"

func TestPattern(t *testing.T) {
	vars := Vars{"user": "alice"}
	for _, c := range []struct {
		pattern, line string
		in            Where
		want          bool
	}{
		{"RETR 2", "retr 02", InCommand, true},
		{"RETR 2", "RETR 3", InCommand, false},
		{"RETR 2", "RETR 2 3", InCommand, false},
		{"RETR *", "RETR 17", InCommand, true},
		{"RETR *", "RETR", InCommand, false},
		{"RETR ...", "RETR", InCommand, true},
		{"TOP {n:int} {k:int}", "top 1 0", InCommand, true},
		{"TOP {n:int} {k:int}", "top 1 x", InCommand, false},
		{"USER ${user}", "user alice", InCommand, true},
		{"USER ${user}", "user Alice", InCommand, false},
		{"PASS *", "PASS two words", InCommand, true},
		{"PASS two  words", "PASS two words", InCommand, false},
		{"MAIL FROM:<a@B.test>", "mail from: <a@b.TEST> SIZE=3", InCommand, false},
		{"MAIL FROM:<a@B.test> ...", "mail from: <a@b.TEST> SIZE=3", InCommand, true},
		{"MAIL FROM:<a@b.test>", "MAIL FROM:a@b.test", InCommand, true},
		{"MAIL FROM:<a@b.test>", "MAIL FROM:<A@b.test>", InCommand, false},
		{"RCPT TO:*", "RCPT TO:<x@y.test>", InCommand, true},
		{"RCPT TO:...", "rcpt to:<x@y.test> NOTIFY=NEVER", InCommand, true},
		{"RCPT TO:<*@y.test>", "rcpt to:<x@Y.test>", InCommand, true},
		{"DELE 1 | DELE 2", "DELE 2", InCommand, true},
		{"DELE 1 | DELE 2", "DELE 3", InCommand, false},
		{"AUTH LOGIN", "auth login", InCommand, true},
		{"AUTH PLAIN AGEAYg==", "AUTH plain AGEAYg==", InCommand, true},
		{"AUTH PLAIN AGEAYg==", "AUTH plain AGeAYg==", InCommand, false},
		{"YWxpY2U=", "YWxpY2U=", InAuth, true},
		{"/^subject:/i", "Subject: x", InData, true},
		{"/^subject:/", "Subject: x", InData, false},
		{".", ".", InData, true},
		{"HELO", "HELO x", InCommand, false},
		{"HELO My-PC", "helo my-pc", InCommand, true},
	} {
		if _, got := (Pattern{Text: c.pattern}).match(c.line, c.in, vars); got != c.want {
			t.Errorf("%q on %q: %v", c.pattern, c.line, got)
		}
	}
}

func TestReply(t *testing.T) {
	stat := answer{code: "+OK", text: "+OK 3  705 octets"}
	full := answer{code: "452", enhanced: "4.2.2", text: "452 4.2.2 Mailbox full"}
	for _, c := range []struct {
		want string
		a    answer
		ok   bool
	}{
		{"ok", stat, true}, {"ok", full, false}, {"ok", answer{code: "354"}, false},
		{"err", full, true}, {"err", stat, false}, {"any", full, true},
		{"+OK", stat, true}, {"-ERR", stat, false},
		{"452", full, true}, {"451", full, false}, {"4yz", full, true}, {"45z", full, true}, {"5yz", full, false}, {"44z", full, false},
		{"4.2.2", full, true}, {"4.2.1", full, false},
		{"+OK {count:int} {octets:int}", stat, true}, {"+OK {count:int} octets", stat, false}, {"+OK ${n}", stat, true},
		{"452 4.2.2 Mail", full, false}, {"452 4.2.2 Mailbox", full, true},
		{"/mailbox FULL/i", full, true}, {"/^Mailbox/", full, false},
	} {
		r := &reader{}
		w := r.reply(c.want, 1)
		if len(r.errs) > 0 {
			t.Fatal(r.errs)
		}
		if _, ok := w.match(c.a, Vars{"n": "3"}); ok != c.ok {
			t.Errorf("%q on %q: %v", c.want, c.a.text, ok)
		}
	}
	w := (&reader{}).reply("+OK {count:int} message(s) [{octets:int} byte(s)]", 1)
	if got, _ := w.match(answer{code: "+OK", text: "+OK 60 message(s) [72208371 byte(s)]"}, nil); got["count"] != "60" || got["octets"] != "72208371" {
		t.Errorf("caught %v", got)
	}
}

func TestCompare(t *testing.T) {
	for _, c := range []struct {
		want, got string
		ok        bool
	}{
		{"3", "3", true}, {"3", "03", true}, {">=1", "1", true}, {">1", "1", false}, {"!=2", "1", true}, {"< 5", "4", true}, {"Yes", "yes", true}, {">=1", "x", false},
	} {
		if compare(c.want, c.got) != c.ok {
			t.Errorf("%q with %q", c.got, c.want)
		}
	}
}

// TestMailText reads a letter's text through its parts and encodings.
func TestMailText(t *testing.T) {
	raw := "From: a@b.test\r\nSubject: =?utf-8?b?5Y2I6aWt?= now\r\nContent-Type: multipart/mixed; boundary=x\r\n\r\n" +
		"--x\r\nContent-Transfer-Encoding: quoted-printable\r\n\r\nca=66=C3=A9\r\n--x\r\nContent-Transfer-Encoding: base64\r\n\r\n5L2g5aW9\r\n--x--\r\n"
	j := &judge{}
	for _, c := range []struct {
		m  MailTest
		ok bool
	}{
		{MailTest{Subject: "午饭"}, true}, {MailTest{Subject: "饭"}, false}, {MailTest{Body: "café"}, true}, {MailTest{Body: "你好"}, true},
		{MailTest{Body: "tea"}, false}, {MailTest{Body: "*"}, true}, {MailTest{Header: map[string]string{"From": "b.test"}}, true},
		{MailTest{From: "a@B.TEST"}, true}, {MailTest{From: "c@b.test"}, false},
	} {
		if got := j.letter(&c.m, Received{From: "a@b.test", Raw: []byte(raw)}); got != c.ok {
			t.Errorf("%+v: %v", c.m, got)
		}
	}
	if j.letter(&MailTest{Body: "*"}, Received{Raw: []byte("Subject: x\r\n\r\n\r\n")}) {
		t.Error("an empty letter has a text")
	}
}

// TestAwayPattern matches lines of a learner whose account nobody knows.
func TestAwayPattern(t *testing.T) {
	l := &Lesson{ID: "x", Vars: []Var{{Name: "both", Value: "${user}:${pass}"}, {Name: "word", Value: "tea"}}}
	known := l.Away("")
	known["me"] = "li@university.test"
	for _, c := range []struct {
		pattern, line string
		vars          Vars
		want          bool
	}{
		{"USER ${user}", "USER li", l.Away(""), true},
		{"USER ${user}", "USER li", l.Values(""), false},
		{"USER ${user}", "USER", l.Away(""), false},
		{"MAIL FROM:<${me}>", "mail from: <li@university.test>", l.Away(""), true},
		{"MAIL FROM:<${me}>", "MAIL FROM:<li@university.test>", known, true},
		{"MAIL FROM:<${me}>", "MAIL FROM:<wu@university.test>", known, false},
		{"AUTH PLAIN ${pass|plain}", "AUTH PLAIN AGxpAHg=", l.Away(""), true},
		{"VRFY ${both}", "VRFY li:x", l.Away(""), true},
		{"VRFY ${word}", "VRFY tea", l.Away(""), true},
		{"VRFY ${word}", "VRFY milk", l.Away(""), false},
		{"/^USER ${user}$/", "USER li", l.Away(""), true},
		{"/^USER ${word}$/", "USER li", l.Away(""), false},
	} {
		if _, got := (Pattern{Text: c.pattern}).match(c.line, InCommand, c.vars); got != c.want {
			t.Errorf("%s, %s: %v", c.pattern, c.line, got)
		}
	}
	if got, want := l.Away("").Expand("${user|b64} ${pass|plain} ${both} ${word|b64}"), `<Base64:<user>> <Base64:\0<user>\0<pass>> <user>:<pass> dGVh`; got != want {
		t.Errorf("%s, want %s", got, want)
	}
}
