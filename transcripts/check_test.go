package transcripts

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"strings"
	"testing"

	"byhand/session"
	"byhand/session/proto"
	"byhand/session/text"
)

// Each talk, and the lines on which a secret can be read.
var leaks = []struct{ name, talk, want string }{
	{"nothing", "S: +OK\nC: USER student\nS: +OK\n@hide password\nC: PASS ********\nS: +OK\n", ""},
	{"a password", "S: +OK\nC: USER student\nS: +OK\nC: PASS builder\nS: +OK\n", "4 a password can be read here\n"},
	{"stars by hand", "S: +OK\nC: PASS ********\n", ""},
	{"an answer of AUTH", "S: 220 hi ESMTP\nC: AUTH LOGIN\nS: 334 VXNlcm5hbWU6\nC: c3R1ZGVudA==\nS: 334 UGFzc3dvcmQ6\nC: YnVpbGRlcg==\nS: 235 ok\n", "6 a password can be read here\n"},
	{"AUTH PLAIN", "S: 220 hi ESMTP\nC: AUTH PLAIN AHN0dWRlbnQAYnVpbGRlcg==\nS: 235 ok\n", "2 the credentials of a login can be read here\n"},
	{"a digest", "S: +OK\nC: APOP student 0123456789abcdef0123456789abcdef\nS: +OK\n", "2 the digest of a password can be read here, and guessed from\n"},
	{"an echo", "S: +OK\nC: USER a\nS: +OK\nC: PASS builder\nS: -ERR builder is wrong\n", "4 a password can be read here\n5 a password that was hidden elsewhere can be read here\n"},
	{"a token in a note", "S: +OK\n> it said eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiJzdHVkZW50In0.c2ln\n", "2 an access token can be read here\n"},
	{"in a block", "S<<\n+OK\n.\nC: PASS builder\n", "4 a password can be read here\n"},
}

func TestCheck(t *testing.T) {
	for _, c := range leaks {
		t.Run(c.name, func(t *testing.T) {
			r, err := Open(strings.NewReader(c.talk), "a")
			if err != nil {
				t.Fatal(err)
			}
			found, err := Check(r)
			var got strings.Builder
			for _, f := range found {
				fmt.Fprintln(&got, f.Line, f.Said.In(text.EN))
			}
			if err != nil || got.String() != c.want {
				t.Errorf("%v; got\n%swant\n%s", err, &got, c.want)
			}
			// A copy that was scrubbed holds none of them.
			var clean bytes.Buffer
			r, _ = Open(strings.NewReader(c.talk), "a")
			if err := WriteScrubbed(&clean, FormRecorded, r, Scrub{Values: []string{"eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiJzdHVkZW50In0.c2ln"}}); err != nil {
				t.Fatal(err)
			}
			noControl(t, clean.Bytes(), "\n")
			r, err = Open(&clean, "b")
			if err != nil {
				t.Fatal(err)
			}
			if found, err := Check(r); err != nil || len(found) > 0 || len(r.Remarks()) > 0 {
				t.Errorf("after scrub: %v %v %v", found, r.Remarks(), err)
			}
		})
	}
}

func TestScrub(t *testing.T) {
	const talk = `@open proto=smtp addr=192.0.2.1:25 ip=192.0.2.1
S: 220 mx.practice.test ESMTP
C: EHLO [192.0.2.7]
S: 250 hello [2001:db8::7]
C: MAIL FROM:<"a b"@practice.test>
S: 250 ok
C: RCPT TO:<bob@practice.test>
S: 250 bob@practice.test ok
C: DATA
S: 354 go
C: From: Bob <bob@practice.test>
C: Date: Mon, 17 Sep 2007 10:00:00 +0800
C: Subject: one
C: 	two
C:
C: builder, YnVpbGRlcg== and AGJvYgBidWlsZGVy
C: ..
C: .
S: 250 ok
> to bob@practice.test
`
	for _, c := range []struct {
		what Scrub
		want []string
		gone []string
	}{
		{Scrub{}, []string{"bob@practice.test", "192.0.2.7", "builder, "}, nil},
		{Scrub{Addresses: true}, []string{"RCPT TO:<********>", "MAIL FROM:<********>", "> to ********", "192.0.2.1"}, []string{"bob@", "a b"}},
		{Scrub{IPs: true}, []string{"EHLO [********]", "hello [********]", "addr=********:25 ip=********"}, []string{"192.0.2", "2001:db8"}},
		{Scrub{Bodies: true}, []string{"C: Subject: ********\n", "C: Date: Mon, 17", "C: .\n", "RCPT TO:<bob@"}, []string{"one", "two", "builder", ".."}},
		{Scrub{Values: []string{"builder"}}, []string{"********, ******** and ********"}, []string{"builder", "YnVpbGRlcg", "AGJvYgBidWlsZGVy"}},
	} {
		r, err := Open(strings.NewReader(talk), "a")
		if err != nil {
			t.Fatal(err)
		}
		var out bytes.Buffer
		if err := WriteScrubbed(&out, FormDialogue, r, c.what); err != nil {
			t.Fatal(err)
		}
		for _, w := range c.want {
			if !strings.Contains(out.String(), w) {
				t.Errorf("%+v: no %q in\n%s", c.what, w, &out)
			}
		}
		for _, g := range c.gone {
			if strings.Contains(out.String(), g) {
				t.Errorf("%+v: %q in\n%s", c.what, g, &out)
			}
		}
	}
}

func TestRedact(t *testing.T) {
	in := "@open proto=pop3 addr=192.0.2.1:110\nS: +OK hi\nC: USER wanderer\nS: +OK wanderer\nC: PASS builder\nS: +OK\nC: RETR 1\nS<<\n+OK\nSubject: x\n\nbody\n.\nC: QUIT\nS: +OK\n"
	for level, want := range map[Redact][3]bool{RedactSecrets: {true, false, true}, RedactStrict: {false, false, false}, RedactNone: {true, true, true}} {
		r, err := Open(strings.NewReader(in), "a")
		if err != nil {
			t.Fatal(err)
		}
		out := &limited{room: 1 << 20}
		f := NewFile(out, Header{Redact: level.String()}, FileOptions{Now: newClock().Now, Redact: level})
		if err := runInto(r, f.Sink); err != nil {
			t.Fatal(err)
		}
		f.Close()
		if got := [3]bool{strings.Contains(out.String(), "wanderer"), strings.Contains(out.String(), "builder"), strings.Contains(out.String(), "body\\r")}; got != want {
			t.Errorf("%s: name, password and letter are there: %v\n%s", level, got, out.String())
		}
	}
}

func TestCompare(t *testing.T) {
	const a = "S: +OK ready <1.2@practice.test>\nC: USER bob\nS: +OK\n@hide password\nC: PASS ********\nS: +OK 2 message(s) [200 byte(s)]\nC: STAT\nS: +OK 2 200\nC: DELE 1\nS: +OK\nC: QUIT\nS: +OK bye\n"
	for _, c := range []struct{ name, b, want string }{
		{"the same again", strings.ReplaceAll(a, "200", "4711"), "same same same same same same"},
		{"other words", strings.Replace(a, "+OK bye", "+OK farewell", 1), "same same same same same same code, other words"},
		{"another answer", strings.Replace(a, "DELE 1\nS: +OK", "DELE 1\nS: -ERR", 1), "same same same same DIFFERENT same"},
		{"a command less", strings.Replace(a, "C: STAT\nS: +OK 2 200\n", "", 1), "same same same missing same same"},
		{"a command more", strings.Replace(a, "C: STAT", "C: NOOP\nS: +OK\nC: STAT", 1), "same same same extra same same same"},
	} {
		one, _ := Open(strings.NewReader(a), "a")
		two, err := Open(strings.NewReader(c.b), "b")
		if err != nil {
			t.Fatal(err)
		}
		pairs, err := Compare(one, two)
		var got []string
		for _, p := range pairs {
			got = append(got, p.Grade.String())
		}
		if err != nil || strings.Join(got, " ") != c.want {
			t.Errorf("%s: %v %v", c.name, got, err)
		}
	}
}

// runInto carries a transcript to a sink as a session.
func runInto(r *Reader, sink session.Sink) error {
	return session.Run(context.Background(), r, proto.New(session.Untold), sink)
}

// TestFormattedTellsWhatItChanges compares as it writes: what is formatted stays the same, and all else does not.
func TestFormattedTellsWhatItChanges(t *testing.T) {
	good := "@byhand 1\n@header {\"start\":\"2024-01-01T00:00:00.000000Z\"}\nS: +OK hi\nC: QUIT\n"
	long := good + strings.Repeat("S: "+strings.Repeat("x", 97)+"\n", 5000)
	for _, c := range []struct {
		name, in string
		same     bool
	}{
		{"as it is written", good, true},
		{"a long one", long, true},
		{"without its last line end", good[:len(good)-1], false},
		{"with a line too many", good + "\n", false},
		{"with a blank too many", strings.Replace(good, "C: QUIT", "C:QUIT", 1), false},
		{"a long one that differs late", long + "C:QUIT\n", false},
		{"a long one that differs soon", "\n" + long, false},
		{"nothing", "", false},
	} {
		var out bytes.Buffer
		same, err := Formatted(&out, strings.NewReader(c.in), "a.dialog.txt")
		if err != nil || same != c.same || same != (out.String() == c.in) {
			t.Errorf("%s: %v, %v, written as %.200q", c.name, same, err, out.String())
		}
	}
	var told *Error
	if same, err := Formatted(io.Discard, strings.NewReader(good+"nonsense\n"), "a.dialog.txt"); same || !errors.As(err, &told) {
		t.Errorf("%v, %v", same, err)
	}
}
