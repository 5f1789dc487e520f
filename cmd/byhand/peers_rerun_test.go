//go:build peers

package main_test

import (
	"encoding/base64"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

// TestPeersRerun records a talk with Dovecot and one with Postfix, and runs each again at the server itself: it says "same",
// whatever unique-ids, queue ids and dates have changed meanwhile. At the recording of another talk it differs.
func TestPeersRerun(t *testing.T) {
	b := build(t)
	dovecot := startDovecot(t)
	postfix := startPostfix(t, dovecot)
	plain := base64.StdEncoding.EncodeToString([]byte("\x00student\x00secret"))
	for _, tt := range []struct {
		name  string
		at    server
		lines []string
	}{
		{"dovecot", dovecot.pop3, []string{"CAPA", "USER student", "PASS secret", "STAT", "LIST", "UIDL", "TOP 1 0", "RETR 2", "NOOP", "FOO", "QUIT"}},
		{"dovecot AUTH PLAIN", dovecot.pop3, []string{"AUTH PLAIN " + plain, "STAT", "QUIT"}},
		{"postfix", postfix.smtp, []string{"EHLO client.test", "AUTH PLAIN " + plain, "MAIL FROM:<student@practice.test>", "RCPT TO:<bob@practice.test>",
			"DATA", "Subject: rerun", "", "Again.", "..a dot", ".", "RSET", "FOO", "QUIT"}},
		{"postfix refuses", postfix.smtp, []string{"HELO client.test", "RCPT TO:<bob@practice.test>", "MAIL FROM:<student@practice.test>",
			"RCPT TO:<stranger@far.example>", "QUIT"}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			file := filepath.Join(t.TempDir(), "talk.rec.jsonl")
			host, port := tt.at.hostPort()
			record := exec.CommandContext(deadline(t), b.bin, host, port, "--record", file, "--explain", "off")
			record.Env, record.Stdin = b.env, strings.NewReader(strings.Join(tt.lines, "\n")+"\n")
			if out, err := record.CombinedOutput(); err != nil {
				t.Fatalf("%v\n%s", err, out)
			}
			status, out := b.rerun(t, file, tt.at)
			if status != 0 || !strings.HasSuffix(out, "same\n") {
				t.Errorf("status %d\n%s", status, out)
			}
			if strings.Contains(out, "secret") || strings.Contains(out, plain) {
				t.Errorf("the secret is shown:\n%s", out)
			}
			if status, out := b.rerun(t, "smtp-greylisting", tt.at); status != 1 {
				t.Errorf("another talk: status %d\n%s", status, out)
			}
		})
	}
}

// rerun runs a recording at a server; the password is Dovecot's of student.
func (b *byhand) rerun(t *testing.T, name string, at server) (status int, out string) {
	t.Helper()
	cmd := exec.CommandContext(deadline(t), b.bin, "rerun", name, string(at), "--secret-env", "RERUN_SECRET", "--no-record", "--lang", "en", "--timeout", "20s")
	cmd.Env = append(b.env[:len(b.env):len(b.env)], "RERUN_SECRET=secret")
	all, _ := cmd.CombinedOutput()
	return cmd.ProcessState.ExitCode(), string(all)
}
