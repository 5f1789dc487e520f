//go:build peers

package main_test

import (
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"syscall"
	"testing"
)

// doors are the addresses of a practice server, by their names in its ready line.
type doors map[string]server

// practiceTLS starts byhand practice with the doors that speak TLS from the first octet, too. ca is the file of its authority.
func (b *byhand) practiceTLS(t *testing.T) (d doors, ca string) {
	t.Helper()
	ca = filepath.Join(folder(t), "ca.pem")
	cmd := exec.Command(b.bin, "practice", "--pop3", "127.0.0.1:0", "--smtp", "127.0.0.1:0", "--pop3s", "127.0.0.1:0", "--smtps", "127.0.0.1:0", "--ca-out", ca)
	cmd.Env = b.env
	line := firstLine(t, cmd, func() error { return cmd.Process.Signal(syscall.SIGTERM) })
	d = doors{}
	for _, m := range regexp.MustCompile(`(\w+)=(\S+)`).FindAllStringSubmatch(line, -1) {
		d[m[1]] = server(m[2])
	}
	if len(d) != 4 {
		t.Fatalf("byhand practice said %q", line)
	}
	return d, ca
}

// tlsClients log in as alice under TLS, and verify the certificate. $CA is the file of the authority, $WAY on or off for
// STARTTLS, $MECH the mechanism.
var tlsClients = []struct {
	client
	mechanisms string
	smtp       bool
}{
	{client{name: "curl", args: []string{"curl", "-sS", "--ssl-reqd", "--cacert", "$CA", "--user", "alice:wonderland", "--login-options", "AUTH=$MECH",
		"$SCHEME://localhost:$PORT/"}}, "PLAIN LOGIN CRAM-MD5 +APOP", false},
	{client{name: "mpop", args: []string{"mpop", "--quiet", "--file=$DIR/rc"}, file: clientFile + "uidls_file $DIR/uidls\ndelivery maildir $DIR/in\n"},
		"plain login cram-md5 scram-sha-256", false},
	{client{name: "curl", args: []string{"curl", "-sS", "--ssl-reqd", "--cacert", "$CA", "--user", "alice:wonderland", "--login-options", "AUTH=$MECH",
		"--mail-from", "alice@practice.test", "--mail-rcpt", "bob@practice.test", "--upload-file", "$DIR/letter", "$SCHEME://localhost:$PORT/client.test"}}, "PLAIN LOGIN CRAM-MD5", true},
	{client{name: "msmtp", lf: true, args: []string{"msmtp", "--file=$DIR/rc", "bob@practice.test"}, file: clientFile + "from alice@practice.test\n"},
		"plain login cram-md5 scram-sha-256", true},
}

// clientFile is what msmtp and mpop want to know.
const clientFile = `account default
host localhost
port $PORT
auth $MECH
user alice
password wonderland
tls on
tls_starttls $WAY
tls_trust_file $CA
`

func TestPeersOverTLS(t *testing.T) {
	b := build(t)
	at, ca := b.practiceTLS(t)
	for _, c := range tlsClients {
		for mech := range strings.FieldsSeq(c.mechanisms) {
			for _, way := range []string{"on", "off"} {
				door := map[bool]string{true: "smtp", false: "pop3"}[c.smtp] + map[string]string{"on": "", "off": "s"}[way]
				t.Run(c.name+" "+door+" "+mech, func(t *testing.T) {
					told := strings.NewReplacer("$CA", ca, "$MECH", mech, "$WAY", way, "$SCHEME", door)
					k := c.client
					k.file, k.args = told.Replace(k.file), make([]string, len(c.args))
					for i, a := range c.args {
						k.args[i] = told.Replace(a)
					}
					k.run(t, at[door], letter)
				})
			}
		}
	}
}
