package annotate

import (
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"byhand/session/text"
)

// preludes are what many conversations begin with.
var preludes = strings.NewReplacer(
	"@pop3\n", "@open proto=pop3 addr=mail.example.com:110\nS: +OK Dovecot ready. <1896.6971@mail.example.com>\n",
	"@login\n", "@open proto=pop3 addr=mail.example.com:110\nS: +OK Dovecot ready. <1896.6971@mail.example.com>\nC: USER student\nS: +OK\nC: PASS secret\nS: +OK Logged in.\n",
	"@smtp\n", smtpPrelude,
	"@auth\n", smtpPrelude+authPrelude,
	"@rcpt\n", smtpPrelude+rcptPrelude,
	"@authrcpt\n", smtpPrelude+authPrelude+rcptPrelude,
	"@data\n", smtpPrelude+rcptPrelude+"C: DATA\nS: 354 End data with <CR><LF>.<CR><LF>\n",
)

const (
	smtpPrelude = "@open proto=smtp addr=mail.example.com:25\nS: 220 mail.example.com ESMTP Postfix\nC: EHLO me\nS: 250-mail.example.com\nS: 250 AUTH LOGIN PLAIN\n"
	authPrelude = "C: AUTH LOGIN\nS: 334 VXNlcm5hbWU6\nC: c3R1ZGVudA==\nS: 334 UGFzc3dvcmQ6\nC: c2VjcmV0\nS: 235 2.7.0 Authentication successful\n"
	rcptPrelude = "C: MAIL FROM:<student@example.com>\nS: 250 2.1.0 Ok\nC: RCPT TO:<bob@example.com>\nS: 250 2.1.5 Ok\n"
)

func TestAdvice(t *testing.T) {
	given := map[string]bool{}
	for _, f := range slices.Concat(cases(t, "testdata/advice.txtar"), cases(t, "testdata/voices.txtar")) {
		t.Run(f.name, func(t *testing.T) {
			conversation, want := expected(preludes.Replace(f.text))
			got := map[int]string{}
			list := explainAll(t, conversation)
			for i, x := range list {
				for _, n := range x.notes {
					if n.Tone == Tip && got[i] != "" {
						t.Errorf("%s: a second advice, %s beside %s", x.line, n.ID, got[i])
					}
					if n.Tone == Tip {
						got[i], given[n.ID] = n.ID, true
						checkSaid(t, n)
					}
				}
			}
			for i, x := range list {
				if got[i] != want[i] {
					t.Errorf("%s\n got advice %q, want %q", x.line, got[i], want[i])
				}
			}
		})
	}
	for _, id := range keysOf(adviceYAML) {
		if !given[id] {
			t.Errorf("no conversation in testdata/*.txtar leads to %s", id)
		}
	}
}

// expected takes the "> NAME" lines out of a conversation, and tells at which event each stands.
func expected(conversation string) (rest string, want map[int]string) {
	want = map[int]string{}
	n := -1
	var b strings.Builder
	for _, line := range strings.Split(conversation, "\n") {
		if id, ok := strings.CutPrefix(line, "> "); ok {
			want[n] = id
			continue
		}
		if line != "" && !strings.HasPrefix(line, "@hide") {
			n++
		}
		b.WriteString(line + "\n")
	}
	return b.String(), want
}

// checkSaid holds a sentence to be whole in each language: no verb of fmt without its argument, none left over.
func checkSaid(t *testing.T, n Note) {
	t.Helper()
	for _, l := range text.Langs() {
		if s := n.Text.In(l); s == "" || strings.Contains(s, "%!") {
			t.Errorf("%s in %s: %q", n.ID, l, s)
		}
	}
}

// numbered is the name of a conversation that shows one of the forty mistakes: "16b QQ wants the code".
var numbered = regexp.MustCompile(`^(\d+)[a-z]?\d* `)

// TestEachMistakeInOtherWords holds that voices.txtar has each of the forty mistakes, by its number.
func TestEachMistakeInOtherWords(t *testing.T) {
	seen := map[int]bool{}
	for _, c := range cases(t, "testdata/voices.txtar") {
		if m := numbered.FindStringSubmatch(c.name); m != nil {
			n, _ := strconv.Atoi(m[1])
			seen[n] = true
		}
	}
	for n := 1; n <= 40; n++ {
		if !seen[n] {
			t.Errorf("mistake %d is not there", n)
		}
	}
}

// idInCode is where code gives an advice with a sentence of its own.
var idInCode = regexp.MustCompile(`(?:tip\("([a-z0-9-]+)", (say\w+)|Text: (say\w+)\..*ID: +"([a-z0-9-]+)"|say, id :?= (say\w+), "([a-z0-9-]+)")`)

// TestOneIDOneAdvice holds that an id means one thing: its sentences stand in know/advice.yaml or in one file of code, not in both.
func TestOneIDOneAdvice(t *testing.T) {
	early := []string{"auth-name-again", "code-blanks"} // the same advice: here on the answer that was typed, there on the refusal
	files, err := filepath.Glob("*.go")
	if err != nil {
		t.Fatal(err)
	}
	listed, origin, found := keysOf(adviceYAML), map[string]string{}, map[string]bool{}
	for _, file := range files {
		src, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		for _, m := range idInCode.FindAllStringSubmatch(string(src), -1) {
			id, say := m[1]+m[4]+m[6], m[2]+m[3]+m[5]
			found[id] = true
			if slices.Contains(listed, id) && !slices.Contains(early, id) {
				t.Errorf("%s: %s is an advice of know/advice.yaml; %s needs an id of its own", file, id, say)
			}
			if at := origin[id]; at != "" && at != file && origin[say] != id {
				t.Errorf("%s: %s is an advice of %s; %s needs an id of its own", file, id, at, say)
			}
			origin[id], origin[say] = file, id
		}
	}
	if len(found) < 30 {
		t.Errorf("found %d advices in code: the pattern no longer fits", len(found))
	}
}

func TestVoicesNameKnownAdvice(t *testing.T) {
	var b book
	rows, err := parseEntries(voiceYAML)
	if err != nil || len(rows) < 50 {
		t.Fatal(len(rows), err)
	}
	cut := map[string][]string{}
	for _, list := range voices(voiceYAML) {
		for _, v := range list {
			cut[v.key] = v.has
		}
	}
	for key, row := range rows {
		if !slices.Equal(cut[key], row.Has) {
			t.Errorf("know/voice.yaml: %s: has is read as %q, YAML says %q", key, cut[key], row.Has)
		}
		if row.Tip != "" && b.find("advice", row.Tip) == nil {
			t.Errorf("know/voice.yaml: %v has the tip %q, which is not in know/advice.yaml", row.Has, row.Tip)
		}
		for _, words := range row.Has {
			if words != strings.ToLower(words) {
				t.Errorf("know/voice.yaml: %q must be in lower case", words)
			}
		}
	}
}

func TestNear(t *testing.T) {
	for _, c := range []struct {
		typed, verb string
		want        bool
	}{
		{"MIAL", "MAIL", true}, {"MAI", "MAIL", true}, {"MAILL", "MAIL", true}, {"MAOL", "MAIL", true},
		{"LIAM", "MAIL", false}, {"HLEO", "HELO", true}, {"X", "RSET", false}, {"SAVE", "STAT", false},
	} {
		if got := near(c.typed, c.verb); got != c.want {
			t.Errorf("near(%q, %q) = %v", c.typed, c.verb, got)
		}
	}
}

// TestSecretsStaySecret holds that no note and nothing decoded ever has the password, whatever goes wrong with it.
func TestSecretsStaySecret(t *testing.T) {
	const secret, b64 = "hunter2hunter2", "aHVudGVyMmh1bnRlcjI="
	for _, conversation := range []string{
		"@pop3\nC: USER student\nS: +OK\nC: PASS hunter2hunter2\nS: -ERR no\n",
		"@pop3\nC: PAS hunter2hunter2\nS: -ERR Unknown command.\n",
		"@pop3\nC: PASShunter2hunter2\nS: -ERR Unknown command.\n",
		"@pop3\nC: APOP student hunter2hunter2\nS: -ERR no\n",
		"@pop3\nC" + `"PASS hunter2hunter2 \r\n"` + "\nS: -ERR no\n",
		"@smtp\nC: AUTH LOGIN\nS: 334 VXNlcm5hbWU6\nC: c3R1ZGVudA==\nS: 334 UGFzc3dvcmQ6\nC: hunter2hunter2\nS: 535 no\n",
		"@smtp\nC: AUTH LOGIN\nS: 334 VXNlcm5hbWU6\nC: c3R1ZGVudA==\nS: 334 UGFzc3dvcmQ6\nC: aHVudGVyMmh1bnRlcjI=\nS: 535 no\nC: aHVudGVyMmh1bnRlcjI=\nS: 500 no\n",
		"@smtp\nC: AUTH LOGIN\nS: 334 VXNlcm5hbWU6\nC: c3R1ZGVudAo=\nS: 535 no\nC: aHVudGVyMmh1bnRlcjI=\nS: 500 unknown command aHVudGVyMmh1bnRlcjI=\n",
		"@smtp\nC: AUTH PLAIN AHN0dWRlbnQAaHVudGVyMmh1bnRlcjI=\nS: 535 no\n",
		"@smtp\nC: AUTH PLAIN student:hunter2hunter2\nS: 535 no\n",
		"@smtp\nC: STARTTLS\nS: 220 go\nC: PASS hunter2hunter2\n",
	} {
		all := show(explainAll(t, preludes.Replace(conversation)), All, text.EN, text.ZH)
		for _, word := range []string{secret, b64, strings.ToUpper(secret), strings.ToUpper(b64)} {
			if strings.Contains(all, word) {
				t.Errorf("the password is told:\n%s", all)
			}
		}
	}
}

// TestTipsAreShort holds that a brief tip reads in two lines of 80 columns. What it quotes may be longer.
func TestTipsAreShort(t *testing.T) {
	const most = 140 // 2 x 80 less the margin, the mark and room for the paper
	for _, f := range slices.Concat(cases(t, "testdata/advice.txtar"), cases(t, "testdata/voices.txtar")) {
		conversation, _ := expected(preludes.Replace(f.text))
		for _, x := range explainAll(t, conversation) {
			for _, n := range x.notes {
				if n.Tone != Tip || n.Depth != Brief {
					continue
				}
				for _, l := range text.Langs() {
					if s := n.Text.In(l); width(s) > most {
						t.Errorf("%s in %s has %d columns: %s", n.ID, l, width(s), s)
					}
				}
			}
		}
	}
}

// width counts columns, two for a character outside ASCII.
func width(s string) (n int) {
	for _, r := range s {
		n++
		if r > '~' {
			n++
		}
	}
	return n
}
