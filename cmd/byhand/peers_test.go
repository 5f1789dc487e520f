//go:build peers

package main_test

import (
	"bytes"
	"encoding/base64"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

// These tests hold byhand against other people's programs: its shell against Dovecot and Postfix, its practice server
// against curl, mpop, fetchmail, mutt, swaks, msmtp and smtp-source. They want Debian's packages of those (.ci/run installs them) and, for
// Postfix, root. `go test -tags peers ./cmd/byhand` runs them.

func TestPeers(t *testing.T) {
	b := build(t)
	practice := b.practice(t)
	dovecot := startDovecot(t)
	postfix := startPostfix(t, dovecot)

	t.Run("dialogue", func(t *testing.T) {
		for _, tt := range []struct {
			name string
			pop3 server
			want popWords
		}{
			{"practice", practice.pop3, popWords{total: `60 72208371`, letters: 60, unique: `\S+`}},
			{"dovecot", dovecot.pop3, popWords{total: `3 1224`, letters: 3, unique: `[0-9a-f]{16}`}},
		} {
			t.Run(tt.name, func(t *testing.T) { readByHand(t, b, tt.pop3, tt.want) })
		}
		for _, tt := range []struct {
			name       string
			smtp, pop3 server
			prompt     string
		}{
			{"practice", practice.smtp, practice.pop3, "username:"},
			{"postfix", postfix.smtp, dovecot.pop3, "Username:"},
		} {
			t.Run(tt.name+" smtp", func(t *testing.T) { sendByHand(t, b, tt.smtp, tt.pop3, tt.prompt) })
		}
	})
	t.Run("exact", func(t *testing.T) { sameBytes(t, b, dovecot.pop3) })
	t.Run("fetch", func(t *testing.T) {
		fresh := b.practice(t)
		for _, c := range fetchers {
			t.Run(c.name, func(t *testing.T) { fetchAll(t, c, fresh.pop3) })
		}
	})
	t.Run("send", func(t *testing.T) {
		for _, c := range senders {
			t.Run(c.name, func(t *testing.T) { sendAndReadBack(t, c, b.practice(t)) })
		}
	})
}

// popWords are the words of one POP3 server in the dialogue; all but letters are regular expressions.
type popWords struct {
	total   string // what STAT answers
	letters int
	unique  string // a unique-id
}

// readByHand speaks the dialogue of the tutorial, and looks afterwards whether QUIT took away what DELE marked.
func readByHand(t *testing.T, b *byhand, pop3 server, w popWords) {
	out, notes := b.talk(t, pop3, "USER student", "PASS secret", "STAT", "LIST", "UIDL 1", "TOP 1 0", "RETR 2", "DELE 1", "NOOP", "QUIT")
	inOrder(t, out,
		`^\+OK `,         // greeting
		`^\+OK`, `^\+OK`, // USER, PASS
		`^\+OK `+w.total,
		`^\+OK`, `^1 \d+$`, fmt.Sprintf(`^%d \d+$`, w.letters), `^\.$`, // LIST
		`^\+OK 1 `+w.unique+`$`,
		`^\+OK`, `(?i)^From: `, `^\.$`, // TOP
		`^\+OK`, `(?i)^Subject: `, `^\.$`, // RETR
		`^\+OK`, `^\+OK`, `^\+OK`, // DELE, NOOP, QUIT
	)
	for _, want := range []string{"USER student", "PASS ********", "RFC 1939"} {
		if !strings.Contains(notes, want) {
			t.Errorf("the notes lack %q:\n%s", want, notes)
		}
	}
	if strings.Contains(notes, "PASS secret") {
		t.Errorf("the notes show the password:\n%s", notes)
	}
	out, _ = b.talk(t, pop3, "USER student", "PASS secret", "STAT", "QUIT")
	inOrder(t, out, `^\+OK `, `^\+OK`, `^\+OK`, fmt.Sprintf(`^\+OK %d `, w.letters-1), `^\+OK`)
}

// sendByHand speaks the dialogue of the tutorial with AUTH LOGIN, and reads the letter back by POP3.
func sendByHand(t *testing.T, b *byhand, smtp, pop3 server, prompt string) {
	code := func(s string) string { return base64.StdEncoding.EncodeToString([]byte(s)) }
	before := pop3.list(t, "bob", "builder")
	lines := []string{"HELO vkill", "AUTH LOGIN", code("student"), code("secret"),
		"MAIL FROM:<student@practice.test>", "RCPT TO:<stranger@far.example>", "RCPT TO:<bob@practice.test>", "DATA"}
	lines = append(lines, strings.Split(strings.TrimSuffix(stuffed(letter), "\r\n"), "\r\n")...)
	out, notes := b.talk(t, smtp, append(lines, ".", "QUIT")...)
	inOrder(t, out, `^220 `, `^250 `, `^334 `, `^334 `, `^235 `, `^250 `, `^55[04] `, `^250 `, `^354 `, `^250 `, `^221 `)
	for _, want := range []string{prompt, "student", "********"} {
		if !strings.Contains(notes, want) {
			t.Errorf("the notes lack %q:\n%s", want, notes)
		}
	}
	if strings.Contains(notes, code("secret")) {
		t.Errorf("the notes show the password:\n%s", notes)
	}
	if got := pop3.arrived(t, "bob", "builder", len(before)+1); !bytes.HasSuffix(got, []byte(letter)) {
		t.Errorf("read back %q, want it to end with %q", got, letter)
	}
}

// sameBytes holds that what byhand writes into a pipe is what the server says to somebody who speaks without it.
func sameBytes(t *testing.T, b *byhand, pop3 server) {
	lines := []string{"USER student", "PASS secret", "CAPA", "STAT", "LIST", "UIDL", "TOP 1 1", "RETR 1", "RETR 99", "XYZZY", "NOOP", "QUIT"}
	out, _ := b.talk(t, pop3, lines...)
	if want := pop3.say(t, lines...); out != string(want) {
		t.Errorf("byhand wrote\n%q\nthe server said\n%q", out, want)
	}
}

// inOrder holds that the lines of out match the patterns in their order; lines between them may be anything.
func inOrder(t *testing.T, out string, patterns ...string) {
	t.Helper()
	lines := strings.Split(out, "\r\n")
	next := 0
	for _, p := range patterns {
		re := regexp.MustCompile(p)
		at := next
		for at < len(lines) && !re.MatchString(lines[at]) {
			at++
		}
		if at == len(lines) {
			t.Fatalf("after line %d nothing matches %q in:\n%s", next, p, out)
		}
		next = at + 1
	}
}

// byhand is the program as people have it.
type byhand struct {
	bin string
	env []string
}

func build(t *testing.T) *byhand {
	t.Helper()
	home := t.TempDir()
	b := &byhand{
		bin: filepath.Join(home, "byhand"),
		env: append(os.Environ(), "HOME="+home, "XDG_STATE_HOME="+home, "XDG_CONFIG_HOME="+home, "XDG_DATA_HOME="+home, "LC_ALL=C.UTF-8", "BYHAND_LANG=en"),
	}
	if out, err := exec.Command("go", "build", "-o", b.bin, ".").CombinedOutput(); err != nil {
		t.Fatalf("go build: %v\n%s", err, out)
	}
	return b
}

// talk gives the lines to byhand in a pipe, and what it wrote to standard output and standard error.
func (b *byhand) talk(t *testing.T, s server, lines ...string) (out, notes string) {
	t.Helper()
	host, port := s.hostPort()
	cmd := exec.CommandContext(deadline(t), b.bin, host, port)
	cmd.Env = b.env
	cmd.Stdin = strings.NewReader(strings.Join(lines, "\n") + "\n")
	var stdout, stderr bytes.Buffer
	cmd.Stdout, cmd.Stderr = &stdout, &stderr
	if err := cmd.Run(); err != nil {
		t.Fatalf("byhand %s %s: %v\n%s\n%s", host, port, err, stdout.Bytes(), stderr.Bytes())
	}
	return stdout.String(), stderr.String()
}
