package practice

import (
	"regexp"
	"strings"
	"testing"
)

// TestVoices reads every voice and starts a server with it: what EHLO and CAPA announce works, and no name in braces is left.
func TestVoices(t *testing.T) {
	if got := strings.Join(Voices(), " "); got != "coremail exchange exim gbk gmail lax plain postfix qq" {
		t.Errorf("the voices are %s", got)
	}
	braces := regexp.MustCompile(`\{\w+\}`)
	for _, name := range Voices() {
		v, ok := FindVoice(name)
		if !ok {
			t.Fatalf("%s cannot be read", name)
		}
		if v.Name != name || len(v.Replies) != len(keys(t)) {
			t.Errorf("%s calls itself %s and has %d replies", name, v.Name, len(v.Replies))
		}
		s := start(t, func(c *Config) { c.Voice = v })
		c := dial(t, s.SMTPAddr())
		said := c.reply()
		for _, line := range []string{"EHLO me", "AUTH PLAIN AGFsaWNlAHdvbmRlcmxhbmQ=", "XYZZY", "MAIL FROM:<a@example.com>", "RCPT TO:<x@far.test>", "RCPT TO:<x@practice.test>",
			"RCPT TO:<full@practice.test>", "RCPT TO:<bob@practice.test>", "ETRN x", "HELP", "VRFY x", "RSET", "NOOP", "STARTTLS"} {
			c.send(line)
			said += "\n" + c.all()
		}
		c = c.secure(s)
		c.ask("HELO me", "250")
		p := dial(t, s.POP3Addr())
		said += "\n" + p.line()
		for _, line := range []string{"USER alice", "PASS wonderland", "STAT", "LIST 1", "DELE 1", "NOOP", "RETR 99", "QUIT"} {
			p.send(line)
			said += "\n" + p.line()
		}
		if left := braces.FindAllString(said, -1); left != nil {
			t.Errorf("%s leaves %v in\n%s", name, left, said)
		}
	}
}

// all reads one reply with all its lines.
func (c *client) all() string {
	c.t.Helper()
	said := ""
	for {
		s := c.line()
		said += s + "\n"
		if len(s) < 4 || s[3] != '-' {
			return said
		}
	}
}

func TestVoiceOfOnesOwn(t *testing.T) {
	v, err := ReadVoice("mine", []byte("like: postfix\nhost: mine.test\nreplies:\n  smtp.mail: 250 Fine.\n  smtp.helo: |\n    250 one\n    two\n"))
	if err != nil {
		t.Fatal(err)
	}
	s := start(t, func(c *Config) { c.Voice = v })
	c := dial(t, s.SMTPAddr())
	c.ask("HELO me", "220 mine.test ESMTP Postfix")
	if got := c.all(); got != "250-one\n250 two\n" {
		t.Errorf("HELO: %q", got)
	}
	c.ask("MAIL FROM:<>", "250 Fine.", "DATA", "554 5.5.1")
	if w, _ := FindVoice("postfix"); w.Replies[keySMTPMail] != "250 2.1.0 Ok" {
		t.Error("the built-in voice has changed")
	}
}

func TestVoiceIsChecked(t *testing.T) {
	for text, want := range map[string]string{
		"replise: {}":                                "replise",
		"like: nobody":                               "coremail, exchange",
		"like: bad":                                  "bad",
		"ends_data: [lf.lf, dot]":                    `"dot" is not of the form`,
		"prompts: [a]":                               "two prompts",
		"replies:\n  smtp.male: 250 x":               "line 2",
		"replies:\n  smtp.mail: 550 no":              "smtp.mail",
		"replies:\n  smtp.no-user: 250 yes":          "smtp.no-user",
		"replies:\n  smtp.data: 250 go":              "smtp.data",
		"replies:\n  smtp.quit: bye":                 "smtp.quit",
		"replies:\n  pop3.user: 250 x":               "pop3.user",
		"replies:\n  pop3.user: |\n    +OK a\n    b": "pop3.user",
		"ehlo: []":                                   "ehlo",
		"ehlo: [me, ATRN]":                           "ATRN",
		"ehlo: [me, AUTH GSSAPI]":                    "GSSAPI",
		"capa: [PIGEON]":                             "PIGEON",
		"capa: [SASL OTP]":                           "OTP",
		"\t":                                         "bad",
	} {
		if _, err := ReadVoice("bad", []byte(text)); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%q: %v", text, err)
		}
	}
}

func FuzzReadVoice(f *testing.F) {
	f.Add("like: exim\nreplies:\n  smtp.mail: 250 x\n")
	f.Add("ehlo: [a, SIZE]\ncapa: []\nprompts: [a, b]")
	f.Fuzz(func(t *testing.T, text string) {
		if v, err := ReadVoice("x", []byte(text)); err == nil && (len(v.EHLO) == 0 || len(v.Replies) != len(Coremail().Replies)) {
			t.Errorf("%+v", v)
		}
	})
}

func BenchmarkCoremail(b *testing.B) {
	for b.Loop() {
		Coremail()
	}
}
