//go:build peers

package main_test

import (
	"cmp"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"syscall"
	"testing"
)

// doors are the addresses of a practice server, by their names in its ready line.
type doors map[string]server

// practiceTLS starts byhand practice with the doors that speak TLS from the first octet, too. ca is the file of its authority,
// log that of its access log.
func (b *byhand) practiceTLS(t *testing.T) (d doors, ca, log string) {
	t.Helper()
	dir := folder(t)
	ca, log = filepath.Join(dir, "ca.pem"), filepath.Join(dir, "log")
	cmd := exec.Command(b.bin, "practice", "--pop3", "127.0.0.1:0", "--smtp", "127.0.0.1:0", "--pop3s", "127.0.0.1:0", "--smtps", "127.0.0.1:0", "--ca-out", ca, "--log", log)
	cmd.Env = b.env
	line := firstLine(t, cmd, func() error { return cmd.Process.Signal(syscall.SIGTERM) })
	d = doors{}
	for _, m := range regexp.MustCompile(`(\w+)=(\S+)`).FindAllStringSubmatch(line, -1) {
		d[m[1]] = server(m[2])
	}
	if len(d) != 4 {
		t.Fatalf("byhand practice said %q", line)
	}
	return d, ca, log
}

// A road is how a client comes to TLS, or does not.
type road struct {
	name    string
	door    string // what stands behind pop3 and smtp
	curl    string
	tls     string // of msmtp and mpop: $TLS, and $WAY for STARTTLS
	way     string
	mutt    string // $STARTTLS
	fetch   string // $SSL
	swaks   string
	secured string // in the access log
}

var roads = []road{
	{"clear", "", "--no-ssl-reqd", "off", "on", "no", `sslproto ""`, "--protocol=ESMTP", "in the clear"},
	{"starttls", "", "--ssl-reqd", "on", "on", "yes", `sslproto tls1.2+ sslcertck sslcertfile "$CA"`, "--tls", "over TLS"},
	{"tls", "s", "--ssl-reqd", "on", "off", "no", `ssl sslcertck sslcertfile "$CA"`, "--tls-on-connect", "over TLS"},
}

// loginClients log in as alice in the clear and under TLS, where they verify the certificate. $CA is the file of the authority, $MECH
// the mechanism; the other names are a road's.
var loginClients = []struct {
	client
	protocol   string
	mechanisms string
}{
	{client{name: "curl", args: []string{"curl", "-sS", "$CURL", "--cacert", "$CA", "--user", "alice:wonderland", "--login-options", "AUTH=$MECH",
		"$SCHEME://localhost:$PORT/"}}, "pop3", "PLAIN LOGIN CRAM-MD5 +APOP"},
	{client{name: "mpop", args: []string{"mpop", "--quiet", "--file=$DIR/rc"}, file: clientFile + "uidls_file $DIR/uidls\ndelivery maildir $DIR/in\n"},
		"pop3", "user apop plain login cram-md5 scram-sha-256"},
	{client{name: "fetchmail", args: []string{"fetchmail", "--silent", "--check", "--fetchmailrc", "$DIR/rc"}, none: 1, file: `poll localhost protocol pop3 port $PORT auth $MECH
  user alice password wonderland keep $SSL
`}, "pop3", "password cram-md5"},
	{muttClient, "pop3", "user apop plain login cram-md5 scram-sha-256"},
	{client{name: "curl", args: []string{"curl", "-sS", "$CURL", "--cacert", "$CA", "--user", "alice:wonderland", "--login-options", "AUTH=$MECH",
		"--mail-from", "alice@practice.test", "--mail-rcpt", "bob@practice.test", "--upload-file", "$DIR/letter", "$SCHEME://localhost:$PORT/client.test"}}, "smtp", "PLAIN LOGIN CRAM-MD5"},
	{client{name: "msmtp", lf: true, args: []string{"msmtp", "--file=$DIR/rc", "bob@practice.test"}, file: clientFile + "from alice@practice.test\n"},
		"smtp", "plain login cram-md5 scram-sha-256"},
	{client{name: "swaks", args: []string{"swaks", "--server", "localhost", "--port", "$PORT", "$SWAKS", "--tls-ca-path", "$CA", "--tls-verify", "--auth", "$MECH", "--auth-user", "alice",
		"--auth-password", "wonderland", "--from", "alice@practice.test", "--to", "bob@practice.test"}}, "smtp", "PLAIN LOGIN CRAM-MD5"},
}

// clientFile is what msmtp and mpop want to know.
const clientFile = `account default
host localhost
port $PORT
auth $MECH
user alice
password wonderland
tls $TLS
tls_starttls $WAY
tls_trust_file $CA
`

// logNames are what the access log calls a mechanism that a client calls otherwise.
var logNames = map[string]string{"USER": "PASS", "PASSWORD": "PASS", "+APOP": "APOP"}

// loginsWanted are the ways in that somebody else's program must have tried.
var loginsWanted = map[string]string{"POP3": "PASS APOP PLAIN LOGIN CRAM-MD5 SCRAM-SHA-256", "SMTP": "PLAIN LOGIN CRAM-MD5 SCRAM-SHA-256"}

// TestPeersLogIn has each client log in by each mechanism that it knows, on each road, and reads in the access log that it did.
func TestPeersLogIn(t *testing.T) {
	at, ca, log := build(t).practiceTLS(t)
	seen := 0
	for _, c := range loginClients {
		for mech := range strings.FieldsSeq(c.mechanisms) {
			for _, r := range roads {
				t.Run(c.name+" "+c.protocol+" "+r.name+" "+mech, func(t *testing.T) {
					r.client(c.client, c.protocol, mech, ca).run(t, at[c.protocol+r.door], map[string]string{"smtp": letter}[c.protocol])
					name := strings.ToUpper(mech)
					name = cmp.Or(logNames[name], name)
					all, _ := os.ReadFile(log)
					want := fmt.Sprintf(`%s login "alice" by %s %s`, strings.ToUpper(c.protocol), name, r.secured)
					if !strings.Contains(string(all[seen:]), want) {
						t.Errorf("the log has no %q:\n%s", want, all[seen:])
					}
					seen = len(all)
				})
			}
		}
	}
	all, _ := os.ReadFile(log)
	for protocol, mechanisms := range loginsWanted {
		for mech := range strings.FieldsSeq(mechanisms) {
			for _, r := range roads {
				if want := fmt.Sprintf("%s login \"alice\" by %s %s\n", protocol, mech, r.secured); !strings.Contains(string(all), want) {
					t.Errorf("nobody has tried %s", want)
				}
			}
		}
	}
}

// client gives a client that takes this road with that mechanism.
func (r road) client(c client, protocol, mech, ca string) client {
	scheme := protocol + r.door
	told := strings.NewReplacer("$SSL", r.fetch, "$CURL", r.curl, "$TLS", r.tls, "$WAY", r.way, "$STARTTLS", r.mutt, "$SWAKS", r.swaks,
		"$MECH", mech, "$SCHEME", scheme, "$POP", strings.Replace(scheme, "3", "", 1))
	trust := strings.NewReplacer("$CA", ca)
	c.file = trust.Replace(told.Replace(c.file))
	args := make([]string, len(c.args))
	for i, a := range c.args {
		args[i] = trust.Replace(told.Replace(a))
	}
	c.args = args
	return c
}
