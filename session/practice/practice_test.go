package practice

import (
	"bufio"
	"crypto/tls"
	"crypto/x509"
	"io"
	"net"
	"strings"
	"testing"
	"time"

	"go.uber.org/goleak"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// start runs a server for one test.
func start(t *testing.T, change func(*Config)) *Server {
	t.Helper()
	cfg := Config{POP3: "127.0.0.1:0", SMTP: "127.0.0.1:0", POP3S: "127.0.0.1:0", SMTPS: "127.0.0.1:0", World: small(), Limits: Limits{LockWait: 10 * time.Second},
		Now: func() time.Time { return time.Date(2007, 10, 18, 9, 30, 0, 0, time.FixedZone("", 8*3600)) }}
	if change != nil {
		change(&cfg)
	}
	s, err := Start(cfg)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := s.Close(); err != nil {
			t.Errorf("close: %v", err)
		}
	})
	return s
}

// small is a world without the tutorial's maildrop.
func small() World {
	w := Default()
	w.Stock = nil
	w.Mail["alice"] = []Mail{
		{From: "bob@practice.test", Subject: "Lunch?", Body: "Noon, by the west gate.\n.bring an umbrella\n.\nBob"},
		{From: "lin@school.test", Raw: "From: lin@school.test\nSubject: two\n\nL1\nL2\nL3\n"},
		{From: "wei@lab.test", Subject: "你好", Body: "看见了吗？"},
	}
	return w
}

// A client speaks to the server under test.
type client struct {
	net.Conn
	r *bufio.Reader
	t *testing.T
}

func dial(t *testing.T, addr net.Addr) *client {
	t.Helper()
	c, err := net.Dial("tcp", addr.String())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = c.Close() })
	if err := c.SetDeadline(time.Now().Add(20 * time.Second)); err != nil {
		t.Fatal(err)
	}
	return &client{c, bufio.NewReader(c), t}
}

// secure shakes hands. Octets that came in the clear behind the reply would be lost, so there must be none.
func (c *client) secure(s *Server) *client {
	c.t.Helper()
	if n := c.r.Buffered(); n > 0 {
		c.t.Fatalf("%d octets in the clear before the handshake", n)
	}
	k := tls.Client(c.Conn, trust(c.t, s, "localhost"))
	if err := k.Handshake(); err != nil {
		c.t.Fatal(err)
	}
	return &client{k, bufio.NewReader(k), c.t}
}

// trust is the configuration of a client that trusts the authority of s and nobody else.
func trust(t *testing.T, s *Server, name string) *tls.Config {
	t.Helper()
	ca, err := s.CA()
	if err != nil {
		t.Fatal(err)
	}
	pool := x509.NewCertPool()
	if !pool.AppendCertsFromPEM(ca) {
		t.Fatalf("no certificate in %q", ca)
	}
	return &tls.Config{RootCAs: pool, ServerName: name}
}

func (c *client) line() string {
	c.t.Helper()
	s, err := c.r.ReadString('\n')
	if err != nil {
		c.t.Fatalf("after %q: %v", s, err)
	}
	text, ok := strings.CutSuffix(s, "\r\n")
	if !ok {
		c.t.Fatalf("reply line %q does not end with CRLF", s)
	}
	return text
}

func (c *client) send(line string) {
	c.t.Helper()
	if _, err := io.WriteString(c, line+"\r\n"); err != nil {
		c.t.Fatal(err)
	}
}

// reply reads one SMTP reply or POP3 status line.
func (c *client) reply() string {
	c.t.Helper()
	for {
		if s := c.line(); len(s) < 4 || s[3] != '-' || s[0] == '-' {
			return s
		}
	}
}

// ask sends lines one by one and wants each reply to begin as told: line, beginning, line, beginning.
func (c *client) ask(pairs ...string) {
	c.t.Helper()
	for i := 0; i < len(pairs); i += 2 {
		c.send(pairs[i])
		if got := c.reply(); !strings.HasPrefix(got, pairs[i+1]) {
			c.t.Fatalf("%.200q: got %q, want %q", pairs[i], got, pairs[i+1])
		}
	}
}

// pop gives a client that is logged in by POP3.
func pop(t *testing.T, s *Server, user, pass string) *client {
	t.Helper()
	c := dial(t, s.POP3Addr())
	c.line()
	c.ask("USER "+user, "+OK", "PASS "+pass, "+OK")
	return c
}

// multi reads the rest of a multi-line reply, dots undone.
func (c *client) multi() string {
	c.t.Helper()
	var b strings.Builder
	for {
		s := c.line()
		if s == "." {
			return b.String()
		}
		b.WriteString(strings.TrimPrefix(s, ".") + "\r\n")
	}
}

// closed wants the server to have closed the connection, and gives what it said before.
func (c *client) closed() string {
	c.t.Helper()
	rest, err := io.ReadAll(c.r)
	if err != nil {
		c.t.Fatalf("connection not closed in order: %v", err)
	}
	return string(rest)
}
