package annotate

import (
	"bytes"
	"encoding/base64"
	"fmt"
	"slices"
	"strings"
	"testing"

	"byhand/session/text"
)

// saidIn joins what notes say, in both languages.
func saidIn(notes []Note) string {
	var b strings.Builder
	for _, n := range notes {
		fmt.Fprintf(&b, "%s [%s] %s / %s\n", n.Tone, n.ID, n.Text.In(text.EN), n.Text.In(text.ZH))
	}
	return b.String()
}

func TestChallenge(t *testing.T) {
	cases := []struct {
		mech    string
		step    int
		b64     string
		decoded string
		says    string // in one of the notes
	}{
		{"LOGIN", 0, "VXNlcm5hbWU6", "Username:", "asks for the user name"},
		{"LOGIN", 0, "dXNlcm5hbWU6", "username:", "服务器要用户名"},
		{"LOGIN", 1, "UGFzc3dvcmQ6", "Password:", "asks for the password"},
		{"LOGIN", 1, "cGFzc3dvcmQ6", "password:", "服务器要密码"},
		{"LOGIN", 0, "VXNlciBOYW1lAA==", "User Name", "asks for the user name"},
		{"LOGIN", 1, "UGFzc3dvcmQA", "Password", "asks for the password"},
		{"LOGIN", 0, "VXNlcjo=", "User:", "asks for the user name"},
		{"LOGIN", 0, "TG9naW46", "Login:", "asks for the user name"},
		{"LOGIN", 0, "UGFzc3dvcmQ6", "Password:", "asks for the password"}, // its words count more than its turn
		{"LOGIN", 0, "", "", "asks for the user name"},
		{"LOGIN", 1, "", "", "asks for the password"},
		{"LOGIN", 0, "Log on", "", "no Base64"},
		{"LOGIN", 0, "dxNlcm5hbWU6", `w\x13ername:`, "w"}, // a slip printed in many pages
		{"PLAIN", 0, "", "", "plain USER PASS"},
		{"PLAIN", 0, "UGxhaW46", "Plain:", "plain USER PASS"},
		{"PLAIN", 0, "Log on", "", "plain USER PASS"},
		{"CRAM-MD5", 0, "PDQyNDIuMTE4MDkxNTIwMEBwcmFjdGljZS5leGFtcGxlPg==", "<4242.1180915200@practice.example>", "HMAC-MD5"},
		{"SCRAM-SHA-1", 1, "cj1meWtvK2QybGJiRmdPTlJ2OXFreGRhd0wzcmZjTkhZSlkxWlZ2V1ZzN2oscz1RU1hDUitRNnNlazhiZjkyLGk9NDA5Ng==",
			"r=fyko+d2lbbFgONRv9qkxdawL3rfcNHYJY1ZVvWVs7j,s=QSXCR+Q6sek8bf92,i=4096", "i=4096"},
		{"SCRAM-SHA-256", 2, "dj02cnJpVFJCaTIzV3BSUi93dHVwK21NaFVaVW4vZEI1bkxUSlJzamw5NUc0PQ==",
			"v=6rriTRBi23WpRR/wtup+mMhUZUn/dB5nLTJRsjl95G4=", "empty line"},
		{"SCRAM-SHA-1", 0, "", "", "first message of SCRAM-SHA-1"},
		{"DIGEST-MD5", 0, "cmVhbG09InByYWN0aWNlLmV4YW1wbGUiLG5vbmNlPSJiM2xBZUcxd2JHVSIscW9wPSJhdXRoIixjaGFyc2V0PXV0Zi04LGFsZ29yaXRobT1tZDUtc2Vzcw==",
			`realm="practice.example",nonce="b3lAeG1wbGU",qop="auth",charset=utf-8,algorithm=md5-sess`, "realm=practice.example"},
		{"DIGEST-MD5", 1, "cnNwYXV0aD02YmRiNDA3MjQxNTY3ZTI1NWEwMWQ3YjJmYTVmMDY0ZQ==", "rspauth=6bdb407241567e255a01d7b2fa5f064e", "empty line"},
		{"XOAUTH2", 1, "eyJzdGF0dXMiOiI0MDAiLCJzY2hlbWVzIjoiQmVhcmVyIiwic2NvcGUiOiJodHRwczovL21haWwuZ29vZ2xlLmNvbS8ifQ==",
			`{"status":"400","schemes":"Bearer","scope":"https://mail.google.com/"}`, "no question for a password"},
		{"OAUTHBEARER", 1, "eyJzdGF0dXMiOiJpbnZhbGlkX3Rva2VuIiwic2NvcGUiOiJleGFtcGxlX3Njb3BlIn0=",
			`{"status":"invalid_token","scope":"example_scope"}`, "AQ=="},
		{"NTLM", 0, "ntlm supported", "", "no Base64"},
		{"NTLM", 1, "TlRMTVNTUAACAAAAAAAAAA==", "", "type 2"},
		{"GSSAPI", 1, "YIGCBgkqhkiG9xIBAgIC", "", "Kerberos"},
		{"X-NOVEL", 0, "aGVsbG8=", "hello", "hello"},
	}
	for _, c := range cases {
		decoded, notes := decodeChallenge(c.mech, c.step, c.b64)
		if decoded != c.decoded {
			t.Errorf("%s %d %q decodes to %q, want %q", c.mech, c.step, c.b64, decoded, c.decoded)
		}
		if len(notes) == 0 || !strings.Contains(saidIn(notes), c.says) {
			t.Errorf("%s %d %q: want %q in\n%s", c.mech, c.step, c.b64, c.says, saidIn(notes))
		}
	}
}

func TestAnswer(t *testing.T) {
	b := Base64
	cases := []struct {
		mech    string
		step    int
		line    string
		decoded string
		id      string // of the one advice; "" for none
	}{
		// LOGIN
		{"LOGIN", 0, b("student"), "student", ""},
		{"LOGIN", 0, b("student@example.com"), "student@example.com", ""},
		{"LOGIN", 0, b("王老师"), "王老师", ""},
		{"LOGIN", 0, "c3R1ZGVudAo=", "student", "b64-newline"},
		{"LOGIN", 0, b("student\r\n"), "student", "b64-newline"},
		{"LOGIN", 0, "c3R1ZGVudA", "student", "b64-padding"},
		{"LOGIN", 0, "student", "", "b64-raw"},
		{"LOGIN", 0, "student@localhost", "", "b64-raw"},
		{"LOGIN", 0, "my name", "", "b64-raw"},
		{"LOGIN", 0, ":b64 student", "", "local-sent"},
		{"LOGIN", 0, "test", "", "b64-word"},
		{"LOGIN", 0, "Student1", "", "b64-word"},
		{"LOGIN", 0, "c3r1zgvuda==", "", "b64-case"},
		{"LOGIN", 0, b(b("student")), b("student"), "b64-twice"},
		{"LOGIN", 0, b(" student"), " student", "b64-blank"},
		{"LOGIN", 0, Plain("student", "secret"), "", "login-plain"},
		{"LOGIN", 0, "", "", "auth-empty"},
		{"LOGIN", 0, "*", "", ""},
		{"LOGIN", 0, "=", "", ""},
		{"LOGIN", 0, "QUIT", "", "auth-command"},
		{"LOGIN", 0, "EHLO me", "", "auth-command"},
		{"LOGIN", 0, "AUTH LOGIN", "", "auth-command"},
		{"LOGIN", 1, b("hunter2"), "", ""},
		{"LOGIN", 1, b("letmein"), "", ""},
		{"LOGIN", 1, b("hunter2\n"), "", "b64-newline"},
		{"LOGIN", 1, strings.TrimRight(b("hunter2"), "="), "", "b64-padding"},
		{"LOGIN", 1, "hunter2", "", "b64-raw"},
		{"LOGIN", 1, "passwort", "", "b64-word"},
		{"LOGIN", 1, strings.ToLower(b("hunter2hunter2")), "", "b64-case"},
		{"LOGIN", 1, b("student@example.com"), "", "auth-name-again"},
		{"LOGIN", 1, b("abcd efgh ijkl mnop"), "", "code-blanks"},
		{"LOGIN", 1, b("hunter2 "), "", "b64-blank"},
		// PLAIN
		{"PLAIN", 0, Plain("student", "secret"), "student", ""},
		{"PLAIN", 0, "dGVzdAB0ZXN0ADEyMzQ=", "test", ""},
		{"PLAIN", 0, b("student\x00letmein"), "", "plain-nul"},
		{"PLAIN", 0, b("student:letmein"), "", "plain-nul"},
		{"PLAIN", 0, b(`\0student\0letmein`), "", "plain-nul"},
		{"PLAIN", 0, b("\x00student"), "", "plain-nul"},
		{"PLAIN", 0, b("\x00student\x00"), "student", "plain-nul"},
		{"PLAIN", 0, b("\x00student\x00letmein\n"), "student", "b64-newline"},
		{"PLAIN", 0, "c3R1ZGVudHNlY3JldA==", "", "plain-nul"},
		// the others
		{"CRAM-MD5", 0, "dGltIGI5MTNhNjAyYzdlZGE3YTQ5NWI0ZTZlNzMzNGQzODkw", "tim", ""},
		{"CRAM-MD5", 0, b("tim B913A602C7EDA7A495B4E6E7334D3890"), "tim", "cram-form"},
		{"CRAM-MD5", 0, b("b913a602c7eda7a495b4e6e7334d3890"), "", "cram-form"},
		{"SCRAM-SHA-1", 0, "biwsbj11c2VyLHI9ZnlrbytkMmxiYkZnT05Sdjlxa3hkYXdM", "user", ""},
		{"SCRAM-SHA-1", 0, b("n=user,r=abc"), "user", "scram-form"},
		{"SCRAM-SHA-1", 1, "Yz1iaXdzLHI9ZnlrbytkMmxiYkZnT05Sdjlxa3hkYXdMM3JmY05IWUpZMVpWdldWczdqLHA9djBYOHYzQnoyVDBDSkdiSlF5RjBYK0hJNFRzPQ==", "", ""},
		{"SCRAM-SHA-1", 2, "", "", ""},
		{"XOAUTH2", 0, "dXNlcj1zdHVkZW50QGV4YW1wbGUuY29tAWF1dGg9QmVhcmVyIHlhMjkuRVhBTVBMRQEB", "student@example.com", ""},
		{"XOAUTH2", 0, b("student:hunter2"), "", "xoauth2-form"},
		{"OAUTHBEARER", 0, "bixhPXN0dWRlbnRAZXhhbXBsZS5jb20sAWhvc3Q9c210cC5leGFtcGxlLmNvbQFwb3J0PTU4NwFhdXRoPUJlYXJlciB5YTI5LkVYQU1QTEUBAQ==", "student@example.com", ""},
		{"OAUTHBEARER", 1, "AQ==", "", ""},
		{"DIGEST-MD5", 0, b(`charset=utf-8,username="student",realm="practice.example",nonce="b3lAeG1wbGU",cnonce="OA6MHXh6",nc=00000001,qop=auth,digest-uri="smtp/practice.example",response=cb46fc0fa246424f9002408ab5788a42`), "student", ""},
		{"DIGEST-MD5", 1, "", "", ""},
		{"EXTERNAL", 0, "=", "", ""},
		{"ANONYMOUS", 0, "c2lyaGM=", "sirhc", ""},
		{"NTLM", 0, "TlRMTVNTUAABAAAAB4IIAA==", "", ""},
		{"GSSAPI", 0, "YIGCBgkqhkiG9xIBAgIC", "", ""},
	}
	for _, c := range cases {
		decoded, notes := checkAnswer(c.mech, c.step, []byte(c.line), false)
		if decoded != c.decoded {
			t.Errorf("%s %d %q: decoded %q, want %q", c.mech, c.step, c.line, decoded, c.decoded)
		}
		var ids []string
		for _, n := range notes {
			if n.ID != "" {
				ids = append(ids, n.ID)
			}
		}
		if want := slices.DeleteFunc([]string{c.id}, func(s string) bool { return s == "" }); !slices.Equal(ids, want) {
			t.Errorf("%s %d %q: advice %v, want %v", c.mech, c.step, c.line, ids, want)
		}
		if len(notes) == 0 {
			t.Errorf("%s %d %q: nothing is said", c.mech, c.step, c.line)
		}
	}
}

// secrets of all forms, in every turn of every mechanism.
var secrets = []string{"hunter2", "correct horse", "pa:ss", "passwort", "密码四个字", "user@example.com", "a", "Tr0ub4dor&3", "abcd efgh ijkl mnop"}

// TestAnswerShowsNoSecret looks for any trace of a password in what is said of the answer that holds it.
func TestAnswerShowsNoSecret(t *testing.T) {
	for _, secret := range secrets {
		code := Base64(secret)
		lines := map[string][]string{
			"LOGIN":       {secret, code, Base64(secret + "\n"), strings.TrimRight(code, "="), strings.ToLower(code), " " + code, Base64(code), "AUTH " + code},
			"PLAIN":       {Plain("student", secret), Base64("student\x00" + secret), Base64("student:" + secret), Base64(`\0student\0` + secret), secret, Plain("student", secret) + "x"},
			"XOAUTH2":     {Base64("user=student\x01auth=Bearer " + secret + "\x01\x01"), Base64("student:" + secret), secret, code},
			"OAUTHBEARER": {Base64("n,a=student,\x01auth=Bearer " + secret + "\x01\x01"), Base64(secret), secret},
			"CRAM-MD5":    {secret, code, Base64("student " + secret), Base64(secret + " x")},
			"X-NOVEL":     {secret, code},
		}
		for mech, typed := range lines {
			step := 0
			if mech == "LOGIN" {
				step = 1
			}
			for _, line := range typed {
				decoded, notes := checkAnswer(mech, step, []byte(line), false)
				said := decoded + saidIn(notes)
				for _, trace := range []string{secret, code, strings.TrimRight(code, "=")} {
					if len(trace) >= 4 && strings.Contains(said, trace) {
						t.Errorf("%s %q tells %q:\n%s", mech, line, trace, said)
					}
				}
			}
		}
	}
}

func TestMaskedAnswer(t *testing.T) {
	decoded, notes := checkAnswer("LOGIN", 1, []byte("********"), true)
	if decoded != "" || len(notes) != 1 || !strings.Contains(saidIn(notes), "The password, in Base64") {
		t.Errorf("decoded %q, %s", decoded, saidIn(notes))
	}
}

// FuzzAnswer looks for panics, for control characters, and for a LOGIN password in the notes.
func FuzzAnswer(f *testing.F) {
	for _, s := range []string{"c3R1ZGVudAo=", "student", "*", "=", "", "AAAA", "QUIT", "AHN0dWRlbnQAeA==", "\xff\xfe", "TlRMTVNTUAAB"} {
		for i := range mechs {
			f.Add(s, uint8(i), uint8(i%3))
		}
	}
	f.Fuzz(func(t *testing.T, line string, mech, step uint8) {
		m := mechs[int(mech)%len(mechs)]
		for _, ask := range []func() (string, []Note){
			func() (string, []Note) { return checkAnswer(m, int(step%4), []byte(line), false) },
			func() (string, []Note) { return decodeChallenge(m, int(step%4), line) },
		} {
			decoded, notes := ask()
			if bad := uncleanRune(decoded); bad != "" {
				t.Errorf("%s %q: decoded %q holds %s", m, line, decoded, bad)
			}
			if bad := uncleanRune(saidIn(notes)); bad != "" {
				t.Errorf("%s %q: notes hold %s", m, line, bad)
			}
		}
		if decoded, _ := checkAnswer("LOGIN", 1, []byte(line), false); decoded != "" {
			t.Errorf("a password is decoded: %q", line)
		}
	})
}

var mechs = []string{"LOGIN", "PLAIN", "CRAM-MD5", "DIGEST-MD5", "SCRAM-SHA-1", "XOAUTH2", "OAUTHBEARER", "EXTERNAL", "ANONYMOUS", "NTLM", "GSSAPI", ""}

func TestBase64Helpers(t *testing.T) {
	if got := Base64("student"); got != "c3R1ZGVudA==" {
		t.Error(got)
	}
	if raw, _ := base64.StdEncoding.DecodeString(Plain("student", "secret")); !bytes.Equal(raw, []byte("\x00student\x00secret")) {
		t.Errorf("%q", raw)
	}
	cases := []struct{ code, shown, id string }{
		{"dXNlcm5hbWU6", "username:", ""},
		{"c3R1ZGVudAo=", `student\n`, "b64-newline"},
		{"c3R1ZGVudA", "student", "b64-padding"},
		{"AHN0dWRlbnQAc2VjcmV0", `\0student\0secret`, ""},
		{" 5L2g5aW9 ", "你好", ""},
		{"xOO6ww==", `\xc4\xe3\xba\xc3`, ""},
		{"你好", "", "b64-none"},
		{"a b", "", "b64-none"},
		{"", "", ""},
	}
	for _, c := range cases {
		shown, notes := Unbase64(c.code)
		id := ""
		for _, n := range notes {
			id += n.ID
		}
		if shown != c.shown || id != c.id {
			t.Errorf("%q: %q %q, want %q %q", c.code, shown, id, c.shown, c.id)
		}
	}
}
