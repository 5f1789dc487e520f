package main

import (
	"bufio"
	"bytes"
	"context"
	"io"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"byhand/session/practice"
)

// TestPracticeOverTLS starts the practice server as the program does, and speaks with it by the program: by the door that begins
// with TLS, and with STLS and STARTTLS typed by hand. The certificate is verified.
func TestPracticeOverTLS(t *testing.T) {
	ca := filepath.Join(t.TempDir(), "ca.pem")
	any := "127.0.0.1:0"
	fields := startedPractice(t, practice.Config{POP3: any, SMTP: any, POP3S: any, SMTPS: any}, ca)
	port := map[string]string{}
	for i, name := range []string{"pop3", "smtp", "pop3s", "smtps"} {
		value, ok := strings.CutPrefix(fields[i+1], name+"=")
		if !ok {
			t.Fatalf("field %d is %q, want %s", i+1, fields[i+1], name)
		}
		port[name] = portOf(value)
	}
	for _, c := range []struct{ door, flags, typed, hears string }{
		{"pop3s", "--tls --protocol pop3", "USER alice\nPASS wonderland\nQUIT\n", `\+OK 0 message\(s\)`},
		{"smtps", "--tls --protocol smtp", "EHLO me\nQUIT\n", `250-AUTH `},
		{"pop3", "--protocol pop3", "STLS\nUSER alice\nPASS wonderland\nQUIT\n", `\+OK Begin TLS[^\n]*\n\+OK core mail\r\n\+OK 0 message`},
		{"smtp", "--protocol smtp", "EHLO me\nSTARTTLS\nMAIL FROM:<a@example.com>\nEHLO me\nQUIT\n", `220 2.0.0 Ready[^\n]*\n503 [^\n]*\n250-mail`},
	} {
		var out, errs bytes.Buffer
		args := append(strings.Fields(c.flags), "--ca", ca, "localhost", port[c.door])
		if rc := run(args, strings.NewReader(c.typed), &out, &errs); rc != 0 || !regexp.MustCompile(c.hears).MatchString(out.String()) {
			t.Errorf("%s: status %d, heard %q\n%s", c.door, rc, out.String(), errs.String())
		}
	}
}

func TestPracticeWithoutTLSDoors(t *testing.T) {
	if got := startedPractice(t, practice.Config{POP3: "127.0.0.1:0", SMTP: "127.0.0.1:0"}, ""); len(got) != 3 {
		t.Errorf("the ready line is %q", got)
	}
}

// startedPractice runs byhand practice until the test ends, and gives the words of the line that it is ready with.
func startedPractice(t *testing.T, cfg practice.Config, ca string) []string {
	t.Helper()
	r, w := io.Pipe()
	ctx, stop := context.WithCancel(context.Background())
	ended := make(chan error, 1)
	state := t.TempDir()
	a := &app{out: w, err: io.Discard, env: func(name string) string { return map[string]string{"XDG_STATE_HOME": state}[name] }}
	go func() { // ends with the context
		ended <- a.servePractice(ctx, practiceRun{cfg: cfg, ca: ca})
		_ = w.Close()
	}()
	t.Cleanup(func() {
		stop()
		if err := <-ended; err != nil {
			t.Error(err)
		}
	})
	line, err := bufio.NewReader(r).ReadString('\n')
	if err != nil {
		t.Fatal(err)
	}
	return strings.Fields(line)
}

func TestPracticeRefuses(t *testing.T) {
	for _, c := range []struct {
		args []string
		rc   int
		says string
	}{
		{[]string{"--pop3", ""}, 2, "--smtp"},
		{[]string{"--pop3", ":0"}, 2, "--listen"},
		{[]string{"--smtps", "0.0.0.0:0"}, 2, "--listen"},
		{[]string{"--voice", "opera"}, 2, "postfix"},
		{[]string{"--voice", "testdata/voice/bad.yaml"}, 1, "line 2: no reply is called"},
		{[]string{"--pop3", "127.0.0.1:0", "--smtp", "127.0.0.1:0", "--ca-out", filepath.Join(t.TempDir(), "no", "ca.pem")}, 1, "--ca-out"},
		{[]string{"--pop3", "127.0.0.1:0", "--smtp", "nowhere"}, 1, "SMTP"},
	} {
		var out, errs bytes.Buffer
		if rc := run(append([]string{"practice"}, c.args...), nil, &out, &errs); rc != c.rc || !strings.Contains(errs.String(), c.says) || out.Len() > 0 {
			t.Errorf("%q: status %d, %q, %q", c.args, rc, out.String(), errs.String())
		}
	}
}

func TestVoiceOf(t *testing.T) {
	file := filepath.Join(t.TempDir(), "ours.yaml")
	if err := os.WriteFile(file, []byte("like: exim\nhost: our.test\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	for name, host := range map[string]string{"coremail": "practice.test", "qq": "mail.practice.test", file: "our.test"} {
		if v, err := voiceOf(name); err != nil || v.Host != host {
			t.Errorf("%s: %+v, %v", name, v, err)
		}
	}
}

func TestConfined(t *testing.T) {
	for _, c := range []struct{ smtp, listen, want string }{
		{"127.0.0.1:2525", "", "127.0.0.1:2525"},
		{"localhost:0", "", "localhost:0"},
		{"[::1]:25", "", "[::1]:25"},
		{"127.0.0.1:2525", "0.0.0.0", "0.0.0.0:2525"},
		{"127.0.0.1:2525", "fe80::1", "[fe80::1]:2525"},
		{"192.0.2.1:25", "", ""},
		{"mail.example.com:25", "", ""},
		{"nonsense", "", "nonsense"},
	} {
		cfg := practice.Config{SMTP: c.smtp}
		if err := confined(&cfg, c.listen); (err != nil) != (c.want == "") || err == nil && cfg.SMTP != c.want {
			t.Errorf("%+v: %q, %v", c, cfg.SMTP, err)
		}
	}
}
