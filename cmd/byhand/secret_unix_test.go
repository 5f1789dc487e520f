//go:build unix

package main

import (
	"bytes"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"errors"
	"html"
	"io/fs"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"byhand/session/annotate"
	"byhand/session/text"
	"byhand/transcripts"
)

// secret is a password that each way of writing writes in another way.
const secret = `Hun+er2/<&>"é%=`

// plainLogin is the answer to AUTH PLAIN (RFC 4616 §2).
var plainLogin = b64("\x00alice\x00" + secret)

// secretTalks are the ways to type a password: keys, and what the server says to the line; without an answer the keys are typed and
// nothing is waited for.
var secretTalks = []struct {
	name, protocol string
	steps          [][2]string
}{
	{"PASS", "pop3", [][2]string{{"USER alice", "+OK"}, {"PASS " + secret, "+OK"}}},
	{"PASS in small letters, after blanks", "pop3", [][2]string{{"USER alice", "+OK"}, {"  pass \t " + secret, "-ERR no"}}},
	{"PASS echoed by the server", "pop3", [][2]string{{"PASS " + secret, "-ERR no such password: " + secret}, {"RETR 1", "+OK\r\n" + secret + "\r\n" + b64(secret) + "\r\n."}}},
	{"slips of the keyboard", "pop3", [][2]string{{"PSAS " + secret, "-ERR"}, {"PAS " + secret, "-ERR"}, {"PASSS " + secret, "-ERR"}, {"PASS" + secret, "-ERR"}, {"oPASS " + secret, "-ERR"}}},
	{"words of other protocols", "pop3", [][2]string{{"LOGIN alice " + secret, "-ERR"}, {"PASSWORD " + secret, "-ERR"}, {"PASSWD " + secret, "-ERR"}}},
	{"AUTH LOGIN", "smtp", [][2]string{{"AUTH LOGIN", "334 VXNlcm5hbWU6"}, {b64("alice"), "334 UGFzc3dvcmQ6"}, {b64(secret), "235 in"}}},
	{"AUTH LOGIN with the name", "smtp", [][2]string{{"AUTH LOGIN " + b64("alice"), "334 UGFzc3dvcmQ6"}, {b64(secret), "535 no"}}},
	{"AUTH LOGIN not in Base64", "smtp", [][2]string{{"AUTH LOGIN", "334 VXNlcm5hbWU6"}, {"alice", "334 UGFzc3dvcmQ6"}, {secret, "501 no"}}},
	{"AUTH LOGIN, an answer too late", "smtp", [][2]string{{"AUTH LOGIN", "334 VXNlcm5hbWU6"}, {"alice", "535 no"}, {b64(secret), "500 what"}}},
	{"AUTH PLAIN with the answer", "smtp", [][2]string{{"AUTH PLAIN " + plainLogin, "235 in"}}},
	{"AUTH PLAIN", "smtp", [][2]string{{"AUTH PLAIN", "334 "}, {plainLogin, "535 no"}}},
	{"AUTH PLAIN mistyped", "smtp", [][2]string{{"AUHT PLAIN " + plainLogin, "500 what"}, {"AUT PLAIN " + plainLogin, "500 what"}}},
	{"AUTH PLAIN of POP3", "pop3", [][2]string{{"AUTH PLAIN", "+ "}, {plainLogin, "+OK"}}},
	{"AUTH XOAUTH2", "smtp", [][2]string{{"AUTH XOAUTH2 " + b64("user=alice\x01auth=Bearer "+secret+"\x01\x01"), "535 no"}}},
	{"pasted", "pop3", [][2]string{{"\x1b[200~USER alice\nPASS " + secret + "\nSTAT\x1b[201~", ""}, {"y", "+OK"}, {"", "+OK"}, {"", "+OK 0 0"}}},
	{"pasted alone", "pop3", [][2]string{{"\x1b[200~PASS " + secret + "\x1b[201~", "+OK"}}},
	{"pasted and not sent", "pop3", [][2]string{{"\x1b[200~USER alice\nPASS " + secret + "\x1b[201~", ""}, {"n", ""}}},
	{"encoded by byhand", "pop3", [][2]string{{":plain alice " + secret, ""}, {":b64 " + secret, ""}, {"NOOP", "+OK"}}},
	{"for a digest by byhand", "pop3", [][2]string{{":apop alice " + secret, ""}, {":cram alice " + secret, ""}, {"NOOP", "+OK"}}},
	{"given up", "pop3", [][2]string{{"PASS " + secret + "\x03", ""}, {"NOOP", "+OK"}}},
	{"half typed at the end", "pop3", [][2]string{{"NOOP", "+OK"}, {"PASS " + secret + "\x1dquit", ""}}},
}

// inEveryWriting gives a text as it is and as the forms of this world write it.
func inEveryWriting(s string) []string {
	j, _ := json.Marshal(s)
	all := []string{s, strings.Trim(string(j), `"`), html.EscapeString(s), url.QueryEscape(s), url.PathEscape(s), strings.ReplaceAll(url.QueryEscape(s), "%", "="),
		hex.EncodeToString([]byte(s)), strings.ToUpper(hex.EncodeToString([]byte(s))), base64.URLEncoding.EncodeToString([]byte(s))}
	for shift := range 3 { // Base64 of anything that it stands in: but for the letters at the seams
		code := b64(strings.Repeat("x", shift) + s)
		all = append(all, code[4:len(code)-4])
	}
	return all
}

// TestNoPasswordOnDisk types a password in each of the ways, recorded among the recent sessions and into a file, and looks for it in
// all that was written and in every form that is made of it.
func TestNoPasswordOnDisk(t *testing.T) {
	for _, c := range secretTalks {
		t.Run(c.name, func(t *testing.T) {
			home, greeting := t.TempDir(), map[string]string{"pop3": "+OK ready\r\n", "smtp": "220 ready ESMTP\r\n"}[c.protocol]
			s := listen(t, greeting)
			w := window(t, 100, 200, home, s.addr[0], s.addr[1], "--protocol", c.protocol, "--record", filepath.Join(home, "named.rec.jsonl"))
			w.WaitText(c.protocol + ">")
			conn := <-s.conn
			for _, step := range c.steps {
				before := strings.Count(w.Text(), "\nS: ")
				if step[0] != "" {
					w.Type(step[0] + "\r")
				}
				if step[1] == "" {
					continue
				}
				<-s.lines
				conn.Write([]byte(step[1] + "\r\n"))
				w.Wait("the answer to "+step[0], func() bool { return strings.Count(w.Text(), "\nS: ") > before })
			}
			w.Type("\x15\x1dquit\r")
			w.WaitRaw("\x1b[?2004l")
			written := map[string]string{}
			if !strings.HasPrefix(c.name, "encoded by") { // what :b64 was asked for it shows
				written["the screen"] = w.Raw()
			}
			collect(t, home, written)
			rec := []byte(written[filepath.Join(home, "named.rec.jsonl")])
			for _, form := range transcripts.Forms() {
				for _, lang := range text.Langs() {
					written["as "+form] += converted(t, rec, form, lang)
				}
			}
			written["replayed"] = replayed(t, home)
			if len(written) < 10 {
				t.Errorf("only %d things were looked at", len(written))
			}
			for where, text := range written {
				for _, hidden := range append(inEveryWriting(secret), plainLogin) {
					if i := strings.Index(text, hidden); i >= 0 {
						t.Errorf("%s holds %q: %q", where, hidden, text[max(0, i-40):min(len(text), i+60)])
					}
				}
			}
		})
	}
}

// collect reads every file below home, and holds that nobody else may.
func collect(t *testing.T, home string, into map[string]string) {
	t.Helper()
	err := filepath.WalkDir(home, func(path string, d fs.DirEntry, err error) error {
		if err != nil || path == home {
			return err
		}
		info, err := d.Info()
		if err == nil && info.Mode().Perm()&0o077 != 0 {
			t.Errorf("%s has mode %v", path, info.Mode().Perm())
		}
		if d.Type().IsRegular() {
			b, err := os.ReadFile(path)
			into[path] = string(b)
			return err
		}
		return err
	})
	if err != nil {
		t.Error(err)
	}
}

// converted gives what a form makes of the recording; a form may refuse a session.
func converted(t *testing.T, rec []byte, form string, lang text.Lang) string {
	t.Helper()
	r, err := transcripts.Open(bytes.NewReader(rec), "named.rec.jsonl")
	if err != nil {
		t.Fatal(err)
	}
	var out bytes.Buffer
	var told *transcripts.Error
	o := transcripts.Options{Lang: lang, Depth: annotate.All, Times: true, Full: true}
	if err := transcripts.Convert(&out, form, r, o); err != nil && !errors.As(err, &told) {
		t.Errorf("%s: %v", form, err)
	}
	return out.String()
}

// replayed gives what byhand replay shows of the recording.
func replayed(t *testing.T, home string) string {
	t.Helper()
	cmd := exec.Command(os.Args[0], "replay", "--instant", filepath.Join(home, "named.rec.jsonl"))
	cmd.Args[0] = "byhand"
	cmd.Env = append(os.Environ(), "HOME="+home, "XDG_STATE_HOME="+home, "LC_ALL=C.UTF-8")
	out, err := cmd.CombinedOutput()
	if err != nil {
		t.Errorf("%v\n%s", err, out)
	}
	return string(out)
}

// TestEveryWritingIsLookedFor: what the test above looks for is found where it is.
func TestEveryWritingIsLookedFor(t *testing.T) {
	for _, leak := range []string{"PASS " + secret, b64("\x00alice\x00" + secret), b64("x" + secret + "y"), hex.EncodeToString([]byte("ab" + secret)), url.QueryEscape(secret), html.EscapeString(secret)} {
		if !slices.ContainsFunc(inEveryWriting(secret), func(w string) bool { return strings.Contains(leak, w) }) {
			t.Errorf("%q passes", leak)
		}
	}
}
