package annotate

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"byhand/session/text"

	"github.com/google/go-cmp/cmp"
)

// TestTalks holds what is said of whole conversations to the golden files beside them.
func TestTalks(t *testing.T) {
	files, err := filepath.Glob("testdata/talks/*.txt")
	if err != nil || len(files) < 60 {
		t.Fatal("testdata/talks", len(files), err)
	}
	real := 0 // from captures, or spoken with real servers
	for _, name := range files {
		if word, _, _ := strings.Cut(filepath.Base(name), "-"); word == "capture" || word == "dovecot" || word == "postfix" {
			real++
		}
	}
	if real < 20 {
		t.Errorf("only %d talks are real", real)
	}
	for _, name := range files {
		t.Run(filepath.Base(name), func(t *testing.T) {
			raw, err := os.ReadFile(name)
			if err != nil {
				t.Fatal(err)
			}
			list := explainAll(t, string(raw))
			for _, x := range list {
				for _, n := range x.notes {
					checkSaid(t, n)
				}
			}
			golden := strings.TrimSuffix(name, ".txt") + ".golden"
			got := show(list, All, text.EN, text.ZH)
			if *update {
				if err := os.WriteFile(golden, []byte(got), 0o644); err != nil {
					t.Fatal(err)
				}
			}
			want, err := os.ReadFile(golden)
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(string(want), got); diff != "" {
				t.Errorf("the notes changed (-want +got; -update writes them):\n%s", diff)
			}
		})
	}
}

// TestTutorial holds the table of what each line of the tutorial must show: a line of the talk, and words that its notes have.
func TestTutorial(t *testing.T) {
	for _, c := range []struct{ talk, line, words string }{
		{"pop3-tutorial", "S: +OK Welcome", "POP3|Coremail|not an APOP stamp|USER name"},
		{"apop", "S: +OK POP3 server ready", "<1896.697170952@mail.example.com> is the APOP stamp"},
		{"pop3-tutorial", "C: USER student", "whose mailbox|can read|AUTHORIZATION"},
		{"pop3-tutorial", "S: +OK core mail", "Yes to USER"},
		{"pop3-tutorial", "C: PASS", "the login itself|can read the password|AUTHORIZATION"},
		{"pop3-tutorial", "S: +OK 60 message(s)", "60 messages|72208371|72.2 MB|68.9 MiB|AUTHORIZATION before, TRANSACTION"},
		{"pop3-tutorial", "S: +OK 60 72208371", "Yes to STAT|60 messages|72208371|72.2 MB|68.9 MiB"},
		{"pop3-tutorial", "S: 1 1682", "Message 1|1682 octets"},
		{"pop3-tutorial", "S: .", "ends the list|2 messages"},
		{"pop3-tutorial", "S: +OK 1 1682", "Message 1|1682|no dot"},
		{"pop3-tutorial", "C: UIDL", "stays the same|LIST gives sizes, UIDL gives names"},
		{"pop3-tutorial", "S: 1 1tbi", "Message 1|1tbiThwZtUXluMbVxAAAsP"},
		{"pop3-tutorial", "S: +OK 2 1tbi", "Message 2|no dot"},
		{"pop3-tutorial", "C: TOP 1 0", "header alone"},
		{"pop3-tutorial", "S: Subject:", "你好|title"},
		{"pop3-tutorial", "C: RETR 1", "whole message|one dot more"},
		{"pop3-tutorial", "S: +OK 1682 octets", "a lone dot"},
		{"pop3-tutorial", "C: DELE 1", "not gone yet"},
		{"pop3-tutorial", "C: NOOP", "does nothing|idle"},
		{"pop3-tutorial", "C: QUIT", "UPDATE|removes the 2 marked messages"},
		{"dele-dropped", "S: +OK Marked", "QUIT will remove it|RSET takes the mark back"},
		{"dele-dropped", "@close", "nothing was deleted"},
		{"pop3-refusals", "S: -ERR Command not valid", "No to STAT|Log in first"},
		{"smtp-tutorial", "S: 220", "SMTP|Coremail|First digit 2|Second digit 2|service ready|EHLO"},
		{"smtp-tutorial", "C: HELO vkill", "names your computer|free text|EHLO is the newer greeting"},
		{"smtp-tutorial", "S: 250 OK", "Yes to HELO|250|First digit 2|Second digit 5"},
		{"smtp-tutorial", "C: AUTH LOGIN", "logs in|Base64"},
		{"smtp-tutorial", "S: 334 dXNlcm5hbWU6", "username:"},
		{"smtp-tutorial", "C: c3R1ZGVudA==", "student"},
		{"smtp-tutorial", "S: 334 UGFzc3dvcmQ6", "Password:"},
		{"smtp-tutorial", "S: 235", "logged in"},
		{"smtp-tutorial", "C: MAIL FROM", "envelope"},
		{"smtp-tutorial", "C: RCPT TO", "envelope"},
		{"smtp-tutorial", "S: 250 Mail OK", "Yes to MAIL"},
		{"ehlo-postfix", "S: 250 2.1.0", "2.1.0"},
		{"ehlo-coremail", "S: 500 Error: bad syntax", "MAIL FROM:<student@163.com>"},
		{"smtp-tutorial", "S: 354", "lone dot|First digit 3"},
		{"smtp-tutorial", "C: Subject:", "title"},
		{"smtp-tutorial", "C: .", "ends the letter"},
		{"smtp-tutorial", "S: 250 Mail OK queued as", "queued as smtp9,NeRpCgBne8.64937S2|the server is responsible"},
		{"smtp-tutorial", "S: 221", "closes the connection"},
	} {
		raw, err := os.ReadFile("testdata/talks/" + c.talk + ".txt")
		if err != nil {
			t.Fatal(err)
		}
		said := ""
		for _, x := range explainAll(t, string(raw)) {
			if strings.HasPrefix(x.line, c.line) {
				said = show([]explained{x}, Full, text.EN)
				break
			}
		}
		for _, word := range strings.Split(c.words, "|") {
			if !strings.Contains(said, word) {
				t.Errorf("%s: %q lacks %q:\n%s", c.talk, c.line, word, said)
			}
		}
	}
}
