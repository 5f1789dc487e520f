//go:build peers

package main_test

import (
	"bufio"
	"bytes"
	"context"
	"fmt"
	"io"
	"net"
	"net/textproto"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"syscall"
	"testing"
	"time"
)

// patience is how long anything in these tests may take before it counts as stuck. Nothing waits for it to pass.
const patience = 90 * time.Second

func deadline(t *testing.T) context.Context {
	ctx, cancel := context.WithTimeout(context.Background(), patience)
	t.Cleanup(cancel)
	return ctx
}

// A server is the address of one.
type server string

func (s server) hostPort() (host, port string) {
	host, port, _ = net.SplitHostPort(string(s))
	return host, port
}

// freePort gives a server that does not listen yet.
func freePort(t *testing.T) server {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	return server(l.Addr().String())
}

// site is a mail server with its two doors, and the folder in which it lives.
type site struct {
	pop3, smtp server
	dir        string
}

// practice starts byhand practice on free ports.
func (b *byhand) practice(t *testing.T) site {
	t.Helper()
	cmd := exec.Command(b.bin, "practice", "--pop3", "127.0.0.1:0", "--smtp", "127.0.0.1:0")
	cmd.Env = b.env
	line := firstLine(t, cmd, func() error { return cmd.Process.Signal(syscall.SIGTERM) })
	m := regexp.MustCompile(`^ready pop3=(\S+) smtp=(\S+)$`).FindStringSubmatch(line)
	if m == nil {
		t.Fatalf("byhand practice said %q", line)
	}
	return site{pop3: server(m[1]), smtp: server(m[2])}
}

func startDovecot(t *testing.T) site {
	t.Helper()
	s := site{pop3: freePort(t), dir: folder(t)}
	s.script(t, "dovecot.sh", s.pop3)
	return s
}

func startPostfix(t *testing.T, dovecot site) site {
	t.Helper()
	s := site{smtp: freePort(t), dir: folder(t)}
	s.script(t, "postfix.sh", s.smtp, dovecot.dir)
	return s
}

// script starts one of the scripts of testdata/peers, which keeps its server for as long as its standard input is open.
func (s site) script(t *testing.T, name string, at server, more ...string) {
	t.Helper()
	_, port := at.hostPort()
	cmd := exec.Command(filepath.Join("testdata", "peers", name), append([]string{s.dir, port}, more...)...)
	hold, err := cmd.StdinPipe()
	if err != nil {
		t.Fatal(err)
	}
	if line := firstLine(t, cmd, hold.Close); line != "ready" {
		t.Fatalf("%s said %q", name, line)
	}
	t.Cleanup(func() {
		if t.Failed() {
			logs, _ := filepath.Glob(filepath.Join(s.dir, "*.log"))
			for _, log := range logs {
				text, _ := os.ReadFile(log)
				t.Logf("%s:\n%s", filepath.Base(log), text)
			}
		}
	})
}

// firstLine starts cmd, gives the first line that it writes, and has it ended by stop when the test is over.
func firstLine(t *testing.T, cmd *exec.Cmd, stop func() error) string {
	t.Helper()
	var stderr bytes.Buffer
	cmd.Stderr = &stderr
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	line, err := bufio.NewReader(out).ReadString('\n')
	if err != nil {
		cmd.Wait()
		t.Fatalf("%s: %v\n%s", cmd.Path, err, stderr.Bytes())
	}
	t.Cleanup(func() {
		if err := stop(); err != nil {
			t.Errorf("%s: %v", cmd.Path, err)
		}
		if err := cmd.Wait(); err != nil {
			t.Errorf("%s: %v\n%s", cmd.Path, err, stderr.Bytes())
		}
	})
	return strings.TrimSuffix(line, "\n")
}

// folder makes a folder with a short name, which sockets need, that every account may pass through.
func folder(t *testing.T) string {
	t.Helper()
	dir, err := os.MkdirTemp("", "peers")
	if err == nil {
		err = os.Chmod(dir, 0o711)
	}
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { os.RemoveAll(dir) })
	return dir
}

// say sends the lines in one go and gives all that the server says until it closes.
func (s server) say(t *testing.T, lines ...string) []byte {
	t.Helper()
	conn, err := (&net.Dialer{}).DialContext(deadline(t), "tcp", string(s))
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close()
	conn.SetDeadline(time.Now().Add(patience))
	if _, err := io.WriteString(conn, strings.Join(lines, "\r\n")+"\r\n"); err != nil {
		t.Fatal(err)
	}
	all, err := io.ReadAll(conn)
	if err != nil {
		t.Fatalf("%v after %q", err, all)
	}
	return all
}

// list gives the rows of LIST.
func (s server) list(t *testing.T, user, password string) []string {
	t.Helper()
	all := s.say(t, "USER "+user, "PASS "+password, "LIST", "QUIT")
	rows := regexp.MustCompile(`(?m)^\d+ \d+\r$`).FindAllString(string(all), -1)
	return rows
}

// arrived waits until the maildrop has n letters, and gives the last of them, its dots undone, its line ends as they came.
func (s server) arrived(t *testing.T, user, password string, n int) []byte {
	t.Helper()
	ctx := deadline(t)
	again := time.NewTicker(20 * time.Millisecond)
	defer again.Stop()
	for len(s.list(t, user, password)) < n {
		select {
		case <-again.C:
		case <-ctx.Done():
			t.Fatalf("letter %d of %s did not arrive", n, user)
		}
	}
	all := s.say(t, "USER "+user, "PASS "+password, fmt.Sprintf("RETR %d", n), "QUIT")
	r := textproto.NewReader(bufio.NewReader(bytes.NewReader(all)))
	for range 4 { // greeting, USER, PASS, RETR
		if line, err := r.ReadLine(); err != nil || !strings.HasPrefix(line, "+OK") {
			t.Fatalf("%q, %v in %q", line, err, all)
		}
	}
	return undot(t, r.R)
}

// undot reads a multi-line reply to its end (RFC 1939 §3). It changes nothing but the dots.
func undot(t *testing.T, r *bufio.Reader) (text []byte) {
	t.Helper()
	for {
		line, err := r.ReadBytes('\n')
		switch {
		case err != nil:
			t.Fatalf("%v before the final dot, after %q", err, text)
		case string(line) == ".\r\n":
			return text
		case line[0] == '.':
			line = line[1:]
		}
		text = append(text, line...)
	}
}
