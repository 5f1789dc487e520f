package main

import (
	"bytes"
	"encoding/json"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"byhand/lessons"
	"byhand/session/practice"
)

// TestGradeElsewhere types the solutions of lessons at a server with other people, other letters and no faults, records them, and hands
// them in as sessions on a real server: nothing that was typed fails, and what was left out does.
func TestGradeElsewhere(t *testing.T) {
	w := practice.Default()
	w.Users, w.Mail = map[string]string{"student": "x", "li": "geheim", "bob": "y"}, map[string][]practice.Mail{"li": {{From: "zhang@practice.test", To: "li@practice.test", Subject: "one", Body: "only"}}}
	srv, err := practice.Start(practice.Config{POP3: "127.0.0.1:0", SMTP: "127.0.0.1:0", World: w})
	if err != nil {
		t.Fatal(err)
	}
	defer srv.Close()
	for _, c := range []struct {
		lesson         string
		without, fails string // a line that is left out, and the step that asks for it
	}{
		{"pop3-read", "UIDL", "uidl"}, {"smtp-send", "QUIT", "quit"}, {"auth-login", "QUIT", "quit"},
		{"mime-text", "", ""}, {"mime-parts", "", ""}, {"errors", "", ""},
	} {
		l, err := lessons.Load(c.lesson)
		if err != nil {
			t.Fatal(err)
		}
		addr := map[string]string{"pop3": srv.POP3Addr().String(), "smtp": srv.SMTPAddr().String()}[lessons.Protocol(l.Connect[0])]
		for _, without := range slices.Compact([]string{"", c.without}) {
			file := filepath.Join(t.TempDir(), "amy.rec.jsonl")
			host, port, _ := strings.Cut(addr, ":")
			var out, errOut bytes.Buffer
			run([]string{host, port, "--record", file}, strings.NewReader(ownLines(l, without)), &out, &errOut)
			out.Reset()
			status := run([]string{"lesson", "grade", l.ID, file, "--on", addr, "--format", "json", "--lang", "en"}, strings.NewReader(""), &out, &errOut)
			var grades []jsonGrade
			if err := json.Unmarshal(out.Bytes(), &grades); err != nil || len(grades) != 1 {
				t.Fatalf("%s: %v, %s%s", l.ID, err, out.String(), errOut.String())
			}
			failed := ""
			for _, s := range grades[0].Steps {
				if s.Verdict == string(lessons.VerdictFailed) && (without == "" || s.Step != c.fails) {
					t.Errorf("%s without %q: step %s failed: %s", l.ID, without, s.Step, s.Missing)
				} else if s.Verdict == string(lessons.VerdictFailed) {
					failed = s.Step
				}
			}
			if without != "" && failed != c.fails || (status == 0) != (failed == "") {
				t.Errorf("%s without %q: status %d, failed %q, want %q", l.ID, without, status, failed, c.fails)
			}
		}
	}
}

// ownLines gives the lines of a lesson's solution as somebody with an account of their own types them.
func ownLines(l *lessons.Lesson, without string) string {
	v := l.Values("")
	v["user"], v["pass"], v["me"] = "li", "geheim", "li@practice.test"
	var b strings.Builder
	for _, s := range l.Steps {
		for _, line := range s.Do {
			if text := v.Expand(line.Text); (without == "" || text != without) && !strings.HasPrefix(text, ":") {
				b.WriteString(text + "\n")
			}
		}
	}
	return b.String()
}
