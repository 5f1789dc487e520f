//go:build peers

package main_test

import (
	"os/exec"
	"testing"
)

// pythonTalks are programs for Python's own smtplib and poplib, which verify the certificate: each mechanism, in the clear, after
// STARTTLS or STLS, and with TLS from the first octet. They end with an error if the server does other than they expect.
const pythonTalks = `
import poplib, smtplib, ssl, sys
ca, smtp, smtps, pop3, pop3s = sys.argv[1], *map(int, sys.argv[2:])
trust = lambda: ssl.create_default_context(cafile=ca)
letter = "From: alice@practice.test\r\nSubject: by Python\r\n\r\n.dot\r\nend\r\n"
for way in "clear", "starttls", "tls":
    for mech in "plain", "login", "cram_md5":
        s = smtplib.SMTP_SSL("localhost", smtps, context=trust()) if way == "tls" else smtplib.SMTP("localhost", smtp)
        s.ehlo("client.test")
        if way == "starttls":
            assert s.starttls(context=trust())[0] == 220
            s.ehlo("client.test")
        s.user, s.password = "alice", "wonderland"
        assert s.auth(mech.upper().replace("_", "-"), getattr(s, "auth_" + mech))[0] == 235
        assert s.sendmail("alice@practice.test", ["bob@practice.test"], letter) == {}
        s.quit()
for way in "clear", "stls", "tls":
    for mech in "user", "apop":
        p = poplib.POP3_SSL("localhost", pop3s, context=trust()) if way == "tls" else poplib.POP3("localhost", pop3)
        if way == "stls":
            p.stls(context=trust())
        if mech == "apop":
            p.apop("bob", "builder")
        else:
            p.user("bob")
            p.pass_("builder")
        count, octets = p.stat()
        assert count == 9 and len(p.list()[1]) == 9 and len(p.uidl()[1]) == 9
        lines = p.retr(1)[1]
        assert lines[-2:] == [b".dot", b"end"] and b"Subject: by Python" in p.top(1, 0)[1]
        p.quit()
`

func TestPeersPython(t *testing.T) {
	at, ca, _ := build(t).practiceTLS(t)
	args := []string{"-c", pythonTalks, ca}
	for _, door := range []string{"smtp", "smtps", "pop3", "pop3s"} {
		_, port := at[door].hostPort()
		args = append(args, port)
	}
	if out, err := exec.CommandContext(deadline(t), "python3", args...).CombinedOutput(); err != nil {
		t.Errorf("%v\n%s", err, out)
	}
}
