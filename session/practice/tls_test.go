package practice

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"strings"
	"testing"
	"time"
)

func TestCertificateStandsForEveryName(t *testing.T) {
	s := start(t, nil)
	for _, name := range []string{"localhost", "practice.test", "127.0.0.1", "::1"} {
		k := tls.Client(dial(t, s.POP3SAddr()).Conn, trust(t, s, name))
		if err := k.Handshake(); err != nil {
			t.Errorf("%s: %v", name, err)
		}
		if v := k.ConnectionState().Version; v != tls.VersionTLS13 {
			t.Errorf("%s: TLS version %x", name, v)
		}
	}
	var wrong x509.HostnameError
	err := tls.Client(dial(t, s.SMTPSAddr()).Conn, trust(t, s, "elsewhere.test")).Handshake()
	if !errors.As(err, &wrong) {
		t.Errorf("elsewhere.test: %v", err)
	}
	var unknown x509.UnknownAuthorityError
	err = tls.Client(dial(t, s.SMTPSAddr()).Conn, trust(t, start(t, nil), "localhost")).Handshake()
	if !errors.As(err, &unknown) {
		t.Errorf("another server's authority: %v", err)
	}
}

// TestNoHandshake wants a client that asks for TLS and then does something else to be let go, without a word in the clear.
func TestNoHandshake(t *testing.T) {
	for name, send := range map[string]string{"another language": "NOOP\r\nQUIT\r\n\r\n\r\n", "silence": ""} {
		s := start(t, func(c *Config) {
			if send == "" {
				c.Limits.Handshake = time.Millisecond
			}
		})
		c := dial(t, s.POP3Addr())
		c.line()
		c.ask("STLS", "+OK")
		if send != "" {
			c.send(send)
		}
		said := make([]byte, 100)
		n, _ := c.r.Read(said) // a TLS alert, or nothing
		if strings.Contains(string(said[:n]), "OK") || strings.Contains(string(said[:n]), "ERR") {
			t.Errorf("%s: the server said %q", name, said[:n])
		}
		pop(t, s, "alice", "wonderland")
	}
}

// TestShutdownUnderTLS wants a client under TLS to be told, and one in mid-handshake not to hold the server up.
func TestShutdownUnderTLS(t *testing.T) {
	s := start(t, nil)
	told := dial(t, s.SMTPSAddr()).secure(s)
	told.line()
	half := dial(t, s.POP3Addr())
	half.line()
	half.ask("STLS", "+OK")
	dial(t, s.POP3SAddr())
	if err := s.Shutdown(context.Background()); err != nil {
		t.Fatal(err)
	}
	if got := told.closed(); !strings.HasPrefix(got, "421 ") {
		t.Errorf("under TLS the client heard %q", got)
	}
	if got := half.closed(); got != "" {
		t.Errorf("in mid-handshake the client heard %q", got)
	}
}

func TestVoiceWithoutTLS(t *testing.T) {
	s := start(t, func(c *Config) {
		c.Voice = Coremail()
		c.Voice.EHLO, c.Voice.CAPA = []string{"mail"}, []string{"USER"}
	})
	c := dial(t, s.SMTPAddr())
	c.line()
	c.ask("EHLO me", "250 mail", "STARTTLS", "502 ")
	p := dial(t, s.POP3Addr())
	p.line()
	p.ask("STLS", "-ERR Unknown command")
}

// TestCertificateNamesAddress: a server that others can reach has a certificate for the address by which they come.
func TestCertificateNamesAddress(t *testing.T) {
	s := start(t, func(c *Config) { c.Names = []string{"192.0.2.7", "mx.school.test"} })
	for name, want := range map[string]bool{"192.0.2.7": true, "mx.school.test": true, "localhost": true, "192.0.2.8": false, "school.test": false} {
		c := dial(t, s.POP3SAddr())
		if err := tls.Client(c.Conn, trust(t, s, name)).Handshake(); (err == nil) != want {
			t.Errorf("%s: %v", name, err)
		}
	}
}
