//go:build unix

package main

import (
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

// TestDigestLogins logs in by APOP and by CRAM-MD5 as somebody at a terminal does, in both languages. Neither password nor digest is
// seen on the screen or written into the recording.
func TestDigestLogins(t *testing.T) {
	pop3, smtp := startPractice(t)
	for _, c := range []struct {
		name, lang string
		at         []string
		prompt     string
		keys       [][2]string // what is typed, and what is waited for
		ready      string
		in         string
		times      int // how often that has been said then
	}{
		{"APOP", "en", pop3, "pop3>", [][2]string{{":apop student", "***>"}}, "It stands in the line", "+OK", 2},
		{"APOP in Chinese", "zh", pop3, "pop3>", [][2]string{{":apop student", "***>"}}, "已放进输入行", "+OK", 2},
		{"CRAM-MD5", "en", smtp, "smtp>", [][2]string{{"EHLO me", "250 "}, {"AUTH CRAM-MD5", "334 "}, {"\x1dcram student", "***>"}}, "It stands in the line", "235", 1},
		{"CRAM-MD5 in Chinese", "zh", smtp, "smtp>", [][2]string{{"EHLO me", "250 "}, {"AUTH CRAM-MD5", "334 "}, {"\x1dcram student", "***>"}}, "已放进输入行", "235", 1},
	} {
		t.Run(c.name, func(t *testing.T) {
			home := t.TempDir()
			file := filepath.Join(home, "x.rec.jsonl")
			w := window(t, 100, 200, home, c.at[0], c.at[1], "--lang", c.lang, "--record", file)
			w.WaitText(c.prompt)
			for _, k := range c.keys {
				w.Type(k[0] + "\r")
				w.WaitText(k[1])
			}
			w.Type("secret\r")
			w.WaitText(c.ready)
			w.Type("\r")
			w.Wait("the login", func() bool { return strings.Count(w.Text(), "S: "+c.in) == c.times })
			w.Type("\x1dquit\r")
			w.WaitRaw("\x1b[?2004l")
			b, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			digest := regexp.MustCompile(`[^0-9a-f][0-9a-f]{32}[^0-9a-f]`)
			for where, seen := range map[string]string{"the screen": w.Raw(), "the recording": string(b)} {
				for _, line := range strings.Split(seen, "\n") {
					if strings.Contains(line, "secret") || strings.Contains(line, b64("student ")[:10]) || digest.MatchString(line) && !strings.Contains(line, "Welcome") {
						t.Errorf("%s shows %q", where, line)
					}
				}
			}
		})
	}
}
