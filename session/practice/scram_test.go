package practice

import (
	"bytes"
	"encoding/base64"
	"strings"
	"testing"

	"github.com/xdg-go/scram"
)

// scramLogin runs the client's side of AUTH SCRAM-SHA-256 and gives the reply that ends it. before is what a challenge begins with.
func scramLogin(t *testing.T, c *client, before, user, password, authz string) string {
	t.Helper()
	side, err := scram.SHA256.NewClient(user, password, authz)
	if err != nil {
		t.Fatal(err)
	}
	talk := side.NewConversation()
	step := func(challenge string) string {
		answer, err := talk.Step(challenge)
		if err != nil {
			t.Fatalf("challenge %q: %v", challenge, err)
		}
		return base64.StdEncoding.EncodeToString([]byte(answer))
	}
	c.send("AUTH SCRAM-SHA-256 " + step(""))
	for {
		reply := c.reply()
		challenge, ok := strings.CutPrefix(reply, before)
		if !ok {
			if wants := strings.HasPrefix(reply, "235") || strings.HasPrefix(reply, "+OK"); wants != talk.Valid() {
				t.Errorf("%q, but the client has verified the server: %v", reply, talk.Valid())
			}
			return reply
		}
		text, err := base64.StdEncoding.DecodeString(challenge)
		if err != nil {
			t.Fatal(err)
		}
		c.send(step(string(text)))
	}
}

func TestSCRAM(t *testing.T) {
	s := start(t, func(c *Config) { c.World.Users["a=b"] = "x" })
	for _, c := range []struct{ user, password, authz, smtp, pop string }{
		{"alice", "wonderland", "", "235", "+OK 3"},
		{"ALICE@practice.test", "wonderland", "", "235", "+OK 3"},
		{"alice", "wonderland", "alice", "235", "+OK 3"},
		{"alice", "wonderland", "bob", "535", "-ERR [AUTH]"},
		{"alice", "wrong", "", "535", "-ERR [AUTH]"},
		{"nobody", "wonderland", "", "535", "-ERR [AUTH]"},
		{"a=b", "x", "", "235", "+OK 0"},
	} {
		m, p := dial(t, s.SMTPSAddr()).secure(s), dial(t, s.POP3Addr())
		m.line()
		p.line()
		m.ask("EHLO me", "250")
		if got := scramLogin(t, m, "334 ", c.user, c.password, c.authz); !strings.HasPrefix(got, c.smtp) {
			t.Errorf("%v: SMTP said %q", c, got)
		}
		if got := scramLogin(t, p, "+ ", c.user, c.password, c.authz); !strings.HasPrefix(got, c.pop) {
			t.Errorf("%v: POP3 said %q", c, got)
		}
		p.ask("QUIT", "+OK")
	}
}

// TestSCRAMRefuses sends what no client should; the session goes on after each.
func TestSCRAMRefuses(t *testing.T) {
	b64 := base64.StdEncoding.EncodeToString
	s := start(t, func(c *Config) { c.Limits.BadLogins = 100 })
	c := dial(t, s.SMTPAddr())
	c.line()
	c.ask("EHLO me", "250")
	first := b64([]byte("n,,n=alice,r=abc"))
	for _, lines := range [][]string{
		{"AUTH SCRAM-SHA-256 =", "535"},
		{"AUTH SCRAM-SHA-256", "334 ", "", "535"},
		{"AUTH SCRAM-SHA-256 " + b64([]byte("p=tls-exporter,,n=alice,r=abc")), "535"},
		{"AUTH SCRAM-SHA-256 " + b64([]byte("n,,n=al=ice,r=abc")), "535"},
		{"AUTH SCRAM-SHA-256 " + first, "334 ", "*", "501"},
		{"AUTH SCRAM-SHA-256 " + first, "334 ", b64([]byte("c=biws,r=abc,p=")), "535"},
		{"AUTH SCRAM-SHA-256 " + first, "334 ", "", "535"},
		{"AUTH SCRAM-SHA-1 " + first, "504"},
	} {
		c.ask(lines...)
		c.ask("NOOP", "250")
	}
	if !bytes.Equal(s.saltOf("alice"), s.saltOf("alice")) || bytes.Equal(s.saltOf("alice"), s.saltOf("alica")) {
		t.Error("a salt belongs to a name")
	}
}

// TestSCRAMExample is the conversation of RFC 7677 §3.
func TestSCRAMExample(t *testing.T) {
	const first, challenge = "n=user,r=rOprNGfwEbeRWgbNEkqO", "r=rOprNGfwEbeRWgbNEkqO%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0,s=W22ZaJ0SNY7soEsUEjb6gQ==,i=4096"
	const last = "c=biws,r=rOprNGfwEbeRWgbNEkqO%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0,p=dHzbZapWIk4jUhN+Ute9ytag9zjfMHgsqmmiz7AndVQ="
	salt, err := base64.StdEncoding.DecodeString("W22ZaJ0SNY7soEsUEjb6gQ==")
	if err != nil {
		t.Fatal(err)
	}
	bare, proof, ok := parseScramFinal(last, "n,,", "rOprNGfwEbeRWgbNEkqO%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0")
	verifier, right := scramVerify("pencil", salt, proof, first+","+challenge+","+bare)
	if got := base64.StdEncoding.EncodeToString(verifier); !ok || !right || got != "6rriTRBi23WpRR/wtup+mMhUZUn/dB5nLTJRsjl95G4=" {
		t.Errorf("%v %v %s", ok, right, got)
	}
	if _, right := scramVerify("pencils", salt, proof, first+","+challenge+","+bare); right {
		t.Error("a wrong password is taken")
	}
}

func FuzzSCRAM(f *testing.F) {
	for _, seed := range []string{"n,,n=user,r=abc", "y,a=a=3Db,n=x=2Cy,r=abc,ext=1", "p=tls-unique,,n=u,r=a", "n,,m=x,n=u,r=a", "c=biws,r=abc,p=AAAA", ",,,"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		if m, ok := parseScramFirst(text); ok && (m.header+m.bare != text || m.nonce == "" || m.name == "") {
			t.Errorf("%q: %+v", text, m)
		}
		if bare, _, ok := parseScramFinal(text, "n,,", "abc"); ok && !strings.HasPrefix(text, bare+",p=") {
			t.Errorf("%q: %q", text, bare)
		}
	})
}
