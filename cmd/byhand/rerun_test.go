package main

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"encoding/xml"
	"io"
	"net"
	"slices"
	"strings"
	"testing"

	"byhand/session"
	"byhand/session/text"
	"byhand/transcripts"
)

// served starts a recording as a server on this machine, and gives its address.
func served(t *testing.T, name string, f serveFlags) string {
	t.Helper()
	var errOut bytes.Buffer
	a := &app{in: strings.NewReader(""), out: &bytes.Buffer{}, err: &errOut, env: func(string) string { return "" }}
	s, err := a.troupe(name, &f)
	if err != nil {
		t.Fatal(err)
	}
	l, err := net.Listen("tcp", f.addr)
	if err != nil {
		t.Fatal(err)
	}
	ctx, stop := context.WithCancel(context.Background())
	done := make(chan error, 1)
	go func() { done <- s.run(ctx, l) }() // ends with the test
	t.Cleanup(func() {
		stop()
		if err := <-done; err != nil {
			t.Error(err)
		}
		if strings.Contains(errOut.String(), "secret-2718") {
			t.Error("the console shows the secret")
		}
	})
	return l.Addr().String()
}

var usual = serveFlags{addr: "127.0.0.1:0", match: "lenient", timing: "none", onMiss: "error"}

// TestServeAndRerunAreTheSame runs every sample against itself, with each way to match.
func TestServeAndRerunAreTheSame(t *testing.T) {
	t.Setenv("RERUN_SECRET", "secret-2718")
	t.Setenv("XDG_STATE_HOME", t.TempDir())
	for _, match := range transcripts.MatchNames() {
		f := usual
		f.match = match
		for _, name := range transcripts.Samples() {
			var out, errOut bytes.Buffer
			status := run([]string{"rerun", name, served(t, name, f), "--secret-env", "RERUN_SECRET", "--insecure", "--no-record", "--lang", "en", "--timeout", "10s"},
				strings.NewReader(""), &out, &errOut)
			if status != 0 || !strings.HasSuffix(out.String(), "\nsame\n") {
				t.Errorf("%s, %s: status %d\n%s%s", name, match, status, out.Bytes(), errOut.Bytes())
			}
			if strings.Contains(out.String()+errOut.String(), "secret-2718") {
				t.Errorf("%s shows the secret", name)
			}
		}
	}
}

// TestRerunTellsWhatDiffers runs a recording against the server of another.
func TestRerunTellsWhatDiffers(t *testing.T) {
	t.Setenv("RERUN_SECRET", "secret-2718")
	for _, tt := range []struct {
		name, server string
		more         []string
		status       int
		want         string
	}{
		{"pop3-163", "pop3-dele-without-quit", nil, 1, "DIFFERENT"},
		{"smtp-sequence", "smtp-relay-denied", nil, 1, "\n    500: the server does not know"},
		{"smtp-163", "smtp-greylisting", nil, 1, "missing: QUIT"},
		{"pop3-163", "smtp-163", []string{"--timeout", "5s"}, 1, "missing: QUIT"},
		{"pop3-163", "pop3-163", []string{"--mask", "("}, 2, ""},
		{"pop3-163", "pop3-163", []string{"--dry-run"}, 0, "C1: PASS ********"},
		{"pop3-apop", "pop3-apop", []string{"--no-mask"}, 0, "same"},
	} {
		var out, errOut bytes.Buffer
		args := append([]string{"rerun", tt.name, served(t, tt.server, usual), "--secret-env", "RERUN_SECRET", "--no-record", "--lang", "en"}, tt.more...)
		if status := run(args, strings.NewReader(""), &out, &errOut); status != tt.status || !strings.Contains(out.String(), tt.want) {
			t.Errorf("%s at %s: status %d\n%s%s", tt.name, tt.server, status, out.Bytes(), errOut.Bytes())
		}
	}
}

// TestRerunForms looks at the result as programs read it, and at the status: 0 the same, 1 it differs, 2 it could not be done.
func TestRerunForms(t *testing.T) {
	t.Setenv("XDG_STATE_HOME", t.TempDir())
	call := func(args ...string) (string, int) {
		var out, errOut bytes.Buffer
		status := run(append([]string{"rerun", "--no-record", "--lang", "en", "--timeout", "10s"}, args...), strings.NewReader(""), &out, &errOut)
		return out.String(), status
	}
	same := served(t, "smtp-sequence", usual)
	out, status := call("smtp-sequence", "--to", same, "--as", "json")
	var pairs []pairLine
	if err := json.Unmarshal([]byte(out), &pairs); err != nil || status != 0 || len(pairs) < 8 || pairs[1].Command == "" || pairs[1].Result != "same" || len(pairs[1].After) == 0 {
		t.Errorf("status %d, %v: %s", status, err, out)
	}
	other := served(t, "smtp-relay-denied", usual)
	out, status = call("smtp-sequence", other, "--as", "junit")
	var doc junitSuites
	if err := xml.Unmarshal([]byte(out), &doc); err != nil || status != 1 || len(doc.Suites) != 1 || doc.Suites[0].Failures == 0 || doc.Suites[0].Tests != len(doc.Suites[0].Cases) {
		t.Errorf("status %d, %v: %s", status, err, out)
	}
	out, _ = call("smtp-sequence", other, "--as", "json")
	pairs = nil
	if err := json.Unmarshal([]byte(out), &pairs); err != nil || len(pairs) != len(doc.Suites[0].Cases) {
		t.Fatalf("%d cases, %v: %s", len(doc.Suites[0].Cases), err, out)
	}
	for i, c := range doc.Suites[0].Cases { // each exchange is a case; a failure holds what was expected and what came
		p := pairs[i]
		if !strings.HasSuffix(c.Name, p.Command) || (c.Failure != nil) != (p.Result != "same") {
			t.Errorf("case %+v of %+v", c, p)
		}
		for _, line := range slices.Concat(p.Before, p.After) {
			if c.Failure != nil && !strings.Contains(c.Failure.Message, line) {
				t.Errorf("%q is not in the failure %q", line, c.Failure.Message)
			}
		}
	}
	for _, args := range [][]string{{"smtp-sequence", "--to", "127.0.0.1:1"}, {"no-such-sample", "127.0.0.1:1"}, {"smtp-sequence"}, {"smtp-sequence", same, "--as", "html"}} {
		if out, status := call(args...); status != 2 {
			t.Errorf("%q: status %d, %s", args, status, out)
		}
	}
}

// TestRerunTogether runs a pipelined recording at a server that answers nothing until DATA has come: who waits for each reply waits in
// vain. A refusal in the middle of them ends the run, as it would one by one.
func TestRerunTogether(t *testing.T) {
	t.Setenv("XDG_STATE_HOME", t.TempDir())
	for sender, want := range map[string]struct {
		status int
		said   string
	}{
		"250 2.1.0 Ok":                {0, "same"},
		"550 5.7.1 Sender is refused": {1, "went another way"},
	} {
		at, done := awaitsData(t, sender)
		var out, errOut bytes.Buffer
		status := run([]string{"rerun", "smtp-pipelining", at, "--no-record", "--lang", "en", "--timeout", "5s"}, strings.NewReader(""), &out, &errOut)
		if err := <-done; err != nil && want.status == 0 || status != want.status || !strings.Contains(out.String()+errOut.String(), want.said) {
			t.Errorf("%s: %v, status %d\n%s%s", sender, err, status, out.Bytes(), errOut.Bytes())
		}
	}
}

// awaitsData is the server of the recording smtp-pipelining, with its own reply to MAIL. It takes one connection; done gives why that ended.
func awaitsData(t *testing.T, sender string) (addr string, done <-chan error) {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { l.Close() })
	ended := make(chan error, 1)
	go func() { // ends with the connection
		c, err := l.Accept()
		if err != nil {
			ended <- err
			return
		}
		defer c.Close()
		in := bufio.NewReader(c)
		for _, turn := range []struct{ until, reply string }{
			{"", "220 mx.practice.test ESMTP Postfix\r\n"},
			{"EHLO", "250-mx.practice.test\r\n250-PIPELINING\r\n250-SIZE 10240000\r\n250 8BITMIME\r\n"},
			{"DATA", sender + "\r\n550 5.1.1 <nobody@practice.test>: Recipient address rejected: User unknown\r\n250 2.1.5 Ok\r\n354 End data with <CR><LF>.<CR><LF>\r\n"},
			{".", "250 2.0.0 Ok: queued as 7A1C05D2B\r\n"},
			{"QUIT", "221 2.0.0 Bye\r\n"},
		} {
			for line := ""; turn.until != "" && !strings.HasPrefix(line, turn.until); {
				if line, err = in.ReadString('\n'); err != nil {
					ended <- err
					return
				}
			}
			if _, err := io.WriteString(c, turn.reply); err != nil {
				ended <- err
				return
			}
		}
		ended <- nil
	}()
	return l.Addr().String(), ended
}

// TestGrave tells what is asked about before it is sent, on this machine and beyond it.
func TestGrave(t *testing.T) {
	for _, c := range []struct {
		line         string
		here, beyond bool
	}{
		{"DELE 1", false, true},
		{"DATA", false, true},
		{"BDAT 3 LAST", false, true},
		{"RETR 1", false, false},
		{"MAIL FROM:<me@qq.com>", false, false},
		{"RCPT TO:<postmaster>", false, false},
		{"RCPT TO:<a@practice.test>", false, false},
		{"rcpt to: <a@Mail.Example.ORG> NOTIFY=NEVER", false, false},
		{"RCPT TO:<a@example.com.>", false, false},
		{"RCPT TO:<a@localhost>", false, false},
		{"RCPT TO:<a@qq.com>", true, true},
		{"RCPT TO:<a@notexample.com>", true, true},
		{"RCPT TO:<a@example.com.cn>", true, true},
		{"RCPT TO:<a@test.de>", true, true},
		{"RCPT TO:<\"@x.test \"@qq.com>", true, true},
		{"RCPT TO:<\"@x.test> \"@qq.com>", true, true},
		{"RCPT TO:<a@practice.test> ORCPT=rfc822;a@qq.com", false, false},
		{"RCPT TO:<a@[192.0.2.1]>", true, true},
	} {
		verb, _, _ := strings.Cut(strings.ToUpper(c.line), " ")
		calls := []*transcripts.Call{{Turns: []transcripts.Turn{{Verb: verb, Role: session.Command, Said: []byte(c.line + "\r\n")}}}}
		if here, beyond := len(grave(calls, true)) > 0, len(grave(calls, false)) > 0; here != c.here || beyond != c.beyond {
			t.Errorf("%s: here %v, beyond %v", c.line, here, beyond)
		}
	}
}

// TestDryRunMarksWhatIsGrave holds the marks of a dry run against what the real run asks --yes for: the same lines, here and beyond.
func TestDryRunMarksWhatIsGrave(t *testing.T) {
	turn := func(role session.Role, said string) transcripts.Turn {
		verb, _, _ := strings.Cut(strings.TrimSpace(said), " ")
		return transcripts.Turn{Verb: verb, Role: role, Said: []byte(said)}
	}
	calls := []*transcripts.Call{{Turns: []transcripts.Turn{
		turn(session.Command, "RCPT TO:<a@practice.test>\r\n"), turn(session.Command, "RCPT TO:<a@qq.com>\r\n"), turn(session.Command, "DATA\r\n"),
		turn(session.Data, "DELE 9\r\n.\r\n"), turn(session.Command, "DELE 1\r\n"), turn(session.Command, "QUIT\r\n"),
	}}}
	for _, lang := range []text.Lang{text.EN, text.ZH} {
		for _, here := range []bool{true, false} {
			var out bytes.Buffer
			a := &app{out: &out, lang: lang}
			if err := a.dryRun(calls, here); err != nil {
				t.Fatal(err)
			}
			var marked []string
			for line := range strings.Lines(out.String()) {
				if said, ok := strings.CutSuffix(line, "  <-- "+sayLasting.In(lang)+"\n"); ok {
					marked = append(marked, strings.Replace(said, "C1:", " ", 1))
				}
			}
			if want := grave(calls, here); !slices.Equal(marked, want) || len(want) == 0 {
				t.Errorf("here %v: marked %q, asked for %q", here, marked, want)
			}
		}
	}
}
