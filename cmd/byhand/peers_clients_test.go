//go:build peers

package main_test

import (
	"bytes"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// The tutorial's maildrop.
const (
	maildropLetters = 60
	maildropOctets  = 72208371
)

// A client is another person's mail program: how it is told what to do, and how it is started.
type client struct {
	name string
	file string // written as DIR/rc, readable by its owner only; see fill
	args []string
	lf   bool // letters pass through it with bare LF as line ends
	ends bool // it puts a line end of its own behind the letter
	none int  // the exit code by which it says that there are no letters; 0 if it does not
}

// fill puts the words of this run into a file or an argument.
func fill(s string, at server, dir string) string {
	host, port := at.hostPort()
	return strings.NewReplacer("$HOST", host, "$PORT", port, "$DIR", dir).Replace(s)
}

// run starts the client in a folder of its own and gives that folder.
func (c client) run(t *testing.T, at server, letter string) (dir string) {
	t.Helper()
	dir = t.TempDir()
	for _, sub := range []string{"in/new", "in/cur", "in/tmp"} {
		if err := os.MkdirAll(filepath.Join(dir, sub), 0o700); err != nil {
			t.Fatal(err)
		}
	}
	if c.lf {
		letter = strings.ReplaceAll(letter, "\r\n", "\n")
	}
	if c.ends {
		letter = strings.TrimSuffix(letter, "\n")
	}
	for name, text := range map[string]string{"rc": fill(c.file, at, dir), "letter": letter} {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	args := make([]string, len(c.args))
	for i, a := range c.args {
		args[i] = fill(a, at, dir)
	}
	cmd := exec.CommandContext(deadline(t), args[0], args[1:]...)
	cmd.Env = append(os.Environ(), "HOME="+dir, "FETCHMAILHOME="+dir, "TERM=xterm")
	cmd.Dir = dir
	cmd.Stdin, cmd.WaitDelay = strings.NewReader(letter), time.Second
	out, err := cmd.CombinedOutput()
	if code := cmd.ProcessState.ExitCode(); err != nil && (code <= 0 || code != c.none) {
		t.Fatalf("%s: %v\n%s", c.name, err, out)
	}
	return dir
}

// fetchers read every letter of student and put each into a file under in/.
var fetchers = []client{
	{name: "curl", args: []string{"curl", "-sS", "--user", "student:secret", "--output", "$DIR/in/new/#1", "pop3://$HOST:$PORT/[1-60]"}},
	{name: "mpop", lf: true, args: []string{"mpop", "--quiet", "--file=$DIR/rc"}, file: `account default
host $HOST
port $PORT
user student
password secret
auth user
tls off
keep on
received_header off
uidls_file $DIR/uidls
delivery maildir $DIR/in
`},
	{name: "fetchmail", lf: true, args: []string{"fetchmail", "--silent", "--invisible", "--fetchmailrc", "$DIR/rc"}, file: `poll $HOST protocol pop3 port $PORT user student password secret
  keep fetchall no rewrite sslproto ""
  mda "/bin/sh -c 'cat > $DIR/in/new/$$'"
`},
}

func fetchAll(t *testing.T, c client, pop3 server) {
	dir := c.run(t, pop3, "")
	files, err := filepath.Glob(filepath.Join(dir, "in", "new", "*"))
	if err != nil {
		t.Fatal(err)
	}
	octets := 0
	for _, f := range files {
		letter, err := os.ReadFile(f)
		if err != nil {
			t.Fatal(err)
		}
		octets += len(letter)
		if c.lf { // each line end was two octets on the wire
			octets += bytes.Count(letter, []byte("\n"))
		}
	}
	if len(files) != maildropLetters || octets != maildropOctets {
		t.Errorf("%s read %d letters, %d octets; want %d, %d", c.name, len(files), octets, maildropLetters, maildropOctets)
	}
}

// letter has all that a program between could break: dots, blanks at the end, empty lines, a long line, octets over 127.
var letter = strings.ReplaceAll(`From: alice@practice.test
To: bob@practice.test
Subject: =?utf-8?B?5omL5bel5Y+R5L+h?=
Date: Tue, 18 Sep 2007 10:15:00 +0800
Message-ID: <4.peers@practice.test>
MIME-Version: 1.0
Content-Type: text/plain; charset=utf-8
Content-Transfer-Encoding: 8bit

.one dot
..two dots
...
..
blanks at the end  
	a tab, and 你好
From here on nobody may put a > before this line.
QUIT
`+strings.Repeat("0123456789", 99)+`

  end, and an empty line after it

`, "\n", "\r\n")

// stuffed gives a letter with a dot before each line that begins with one (RFC 5321 §4.5.2).
func stuffed(letter string) string {
	return strings.TrimPrefix(strings.ReplaceAll("\r\n"+letter, "\r\n.", "\r\n.."), "\r\n")
}

// senders send $DIR/letter, which they have on standard input too, as alice to bob.
var senders = []client{
	{name: "curl", args: []string{"curl", "-sS", "--user", "alice:wonderland", "--login-options", "AUTH=LOGIN", "--mail-from", "alice@practice.test",
		"--mail-rcpt", "bob@practice.test", "--upload-file", "$DIR/letter", "smtp://$HOST:$PORT/client.test"}},
	{name: "msmtp", lf: true, args: []string{"msmtp", "--file=$DIR/rc", "bob@practice.test"}, file: `account default
host $HOST
port $PORT
auth login
user alice
password wonderland
from alice@practice.test
tls off
set_from_header off
set_date_header off
`},
	{name: "swaks", lf: true, ends: true, args: []string{"swaks", "--server", "$HOST", "--port", "$PORT", "--auth", "LOGIN", "--auth-user", "alice", "--auth-password", "wonderland",
		"--from", "alice@practice.test", "--to", "bob@practice.test", "--data", "@$DIR/letter"}},
}

// sendAndReadBack holds that the letter is in the maildrop byte for byte, below what the server put on top of it.
func sendAndReadBack(t *testing.T, c client, at site) {
	c.run(t, at.smtp, letter)
	got := at.pop3.arrived(t, "bob", "builder", 1)
	top, ok := bytes.CutSuffix(got, []byte(letter))
	if !ok {
		t.Fatalf("%s sent %q, read back %q", c.name, letter, got)
	}
	for line := range bytes.Lines(top) {
		if !bytes.HasPrefix(line, []byte("Return-Path: ")) && !bytes.HasPrefix(line, []byte("Received: ")) && line[0] != ' ' && line[0] != '\t' {
			t.Errorf("%q stands above the letter", line)
		}
	}
	if rows, want := at.pop3.list(t, "bob", "builder"), fmt.Sprintf("1 %d\r", len(got)); len(rows) != 1 || rows[0] != want {
		t.Errorf("LIST has %q, want %q", rows, want)
	}
}
