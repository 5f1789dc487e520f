package main

import (
	"bytes"
	"context"
	"net"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"byhand/session"
	"byhand/session/text"
	"byhand/transcripts"
)

// TestServeTellsAndKeeps plays a recording to a learner who makes mistakes: the console points at what differs and counts, the learner's
// session is recorded with its steps, and the password is nowhere.
func TestServeTellsAndKeeps(t *testing.T) {
	var console bytes.Buffer
	file := filepath.Join(t.TempDir(), "learner.rec.jsonl")
	a := &app{in: strings.NewReader(""), out: &bytes.Buffer{}, err: &console, lang: text.EN, env: func(string) string { return "" }}
	f := usual
	f.keep.record = file
	s, err := a.troupe("pop3-163", &f)
	if err != nil {
		t.Fatal(err)
	}
	if s.book.keep, err = a.keeper(f.keep, s.book.start); err != nil {
		t.Fatal(err)
	}
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	ctx, stop := context.WithCancel(context.Background())
	done := make(chan error, 1)
	go func() { done <- s.book.keep.end(s.run(ctx, l)) }() // ends with stop
	conn, err := net.Dial("tcp", l.Addr().String())
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close()
	if err := conn.SetDeadline(time.Now().Add(20 * time.Second)); err != nil {
		t.Fatal(err)
	}
	heard := make([]byte, 0, 4096)
	hear := func() {
		buf := make([]byte, 4096)
		n, err := conn.Read(buf)
		if err != nil {
			t.Fatal(err)
		}
		heard = append(heard, buf[:n]...)
	}
	hear()
	for _, line := range []string{"USER studemt\r\n", "user  student\r\n", "PASS secret-2718\r\n", "secret-2718\r\n", "stat\n", "QUIT\r\n"} {
		if _, err := conn.Write([]byte(line)); err != nil {
			t.Fatal(err)
		}
		hear()
	}
	stop()
	if err := <-done; err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{
		"   recorded: USER student\n   typed:    USER studemt\n                       ^\n",
		"the recording has it as: USER student",
		"LF alone",
		"3 of 6 lines as recorded, 3 remarks.",
	} {
		if !strings.Contains(console.String(), want) {
			t.Errorf("%q is not on the console:\n%s", want, console.String())
		}
	}
	kept, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{`"id":"pop3-163/1","is":"fail"`, `"id":"pop3-163/1","is":"pass"`, `"id":"pop3-163/2","is":"pass"`, `studemt`, `[byhand]`} {
		if !bytes.Contains(kept, []byte(want)) {
			t.Errorf("%s is not in the recording:\n%s", want, kept)
		}
	}
	if all := string(heard) + console.String() + string(kept); strings.Contains(all, "secret-2718") {
		t.Errorf("the password is shown:\n%s", all)
	}
}

// TestCarets points at what differs, with Chinese two columns wide.
func TestCarets(t *testing.T) {
	for _, c := range []struct{ was, typed, want string }{
		{"STAT", "STST", "  ^"},
		{"LIST", "LISTE", "    ^"},
		{"RCPT TO:<a@b.test>", "RCPT TO <a@b.test>", "       ^"},
		{"DELE 1", "DELE", "    ^"},
		{"NOOP 你好", "NOOP 你们好", "       ^^"},
		{"QUIT", "退出", "^^^^"},
		{"STAT", "STAT", "    ^"},
		{"AUTH LOGIN", "STST", "^^^^"},
		{"MAIL FROM:<a@b.test>", "MIAL FROM: <a@b.test>", " ^^^^^^^^^^"},
		{"RCPT TO:<王@b.test>", "RCPT TO:<李四@b.test>", "         ^^^^"},
	} {
		if got := carets(c.was, c.typed); got != c.want {
			t.Errorf("%q, %q: %q, want %q", c.was, c.typed, got, c.want)
		}
	}
}

// TestServeSpeaksTheConsolesLanguage names in Chinese what the recording goes on with.
func TestServeSpeaksTheConsolesLanguage(t *testing.T) {
	r := &rehearsal{s: &troupe{a: &app{lang: text.ZH}}}
	for role, want := range map[session.Role]string{session.Data: "信的内容", session.Answer: "AUTH 的回答", session.Command: "STAT"} {
		if got := r.wanted(&transcripts.Turn{Role: role, Verb: "STAT"}, false); got != want {
			t.Errorf("%v: %s", role, got)
		}
	}
}
