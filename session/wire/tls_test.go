package wire

import (
	"context"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/pem"
	"errors"
	"io"
	"math/big"
	"net"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"byhand/session"

	"go.uber.org/goleak"
)

// identity makes a certificate for a name, and the file by which it is trusted.
func identity(t *testing.T, name string) (*tls.Config, string) {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	leaf := &x509.Certificate{SerialNumber: big.NewInt(1), Subject: pkix.Name{CommonName: name}, DNSNames: []string{name},
		NotBefore: time.Now().Add(-time.Hour), NotAfter: time.Now().Add(time.Hour), IsCA: true, BasicConstraintsValid: true}
	der, err := x509.CreateCertificate(rand.Reader, leaf, leaf, &key.PublicKey, key)
	if err != nil {
		t.Fatal(err)
	}
	file := filepath.Join(t.TempDir(), "ca.pem")
	if err := os.WriteFile(file, pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: der}), 0o600); err != nil {
		t.Fatal(err)
	}
	return &tls.Config{Certificates: []tls.Certificate{{Certificate: [][]byte{der}, PrivateKey: key}}}, file
}

// story takes what passes until the connection has closed; on is called for each chunk.
func story(t *testing.T, w *Wire, on func(c session.Chunk)) string {
	t.Helper()
	var got []string
	for {
		c, err := w.Next(context.Background())
		if err != nil {
			t.Fatal(err)
		}
		switch {
		case c.Mark != nil && c.Mark.Kind == "tls":
			got = append(got, "tls "+c.Mark.Text("is")+" "+c.Mark.Text("verify"))
		case c.Mark != nil:
			got = append(got, c.Mark.Kind)
		default:
			got = append(got, strings.TrimSpace(c.From.String()[:1]+" "+string(c.Data)))
		}
		on(c)
		if c.Mark != nil && c.Mark.Kind == "close" {
			w.Close()
			return strings.Join(got, "|")
		}
	}
}

// upgrading is a server that agrees to STARTTLS, sends extra in clear after that, and answers one line behind TLS.
func upgrading(cfg *tls.Config, extra string) func(net.Conn) {
	return func(c net.Conn) {
		buf := make([]byte, 100)
		io.WriteString(c, "220 hi\r\n")
		c.Read(buf)
		io.WriteString(c, "220 go\r\n"+extra)
		if extra != "" {
			c.Read(buf)
			return
		}
		secure := tls.Server(c, cfg)
		n, err := secure.Read(buf)
		if err == nil {
			io.WriteString(secure, "250 "+string(buf[:n]))
		}
		secure.Close()
	}
}

func TestStartTLSInPlace(t *testing.T) {
	cfg, ca := identity(t, "mx.example.com")
	other, _ := identity(t, "other.example.com")
	for _, c := range []struct {
		name   string
		server *tls.Config
		extra  string
		tls    TLS
		want   string
	}{
		{"verified", cfg, "", TLS{CA: ca, Name: "mx.example.com"}, "open|s 220 hi|c STARTTLS|s 220 go|tls start |tls done ok|c EHLO me|s 250 EHLO me|close"},
		{"another name", cfg, "", TLS{CA: ca, Name: "mail.example.com"}, "open|s 220 hi|c STARTTLS|s 220 go|tls start |tls fail |close"},
		{"not trusted", other, "", TLS{CA: ca, Name: "mx.example.com"}, "open|s 220 hi|c STARTTLS|s 220 go|tls start |tls fail |close"},
		{"bytes in clear behind the reply", cfg, "250 injected\r\n", TLS{Insecure: true}, "open|s 220 hi|c STARTTLS|s 220 go\r\n250 injected|tls start |tls fail |close"},
	} {
		t.Run(c.name, func(t *testing.T) {
			defer goleak.VerifyNone(t)
			port := serve(t, "tcp4", "127.0.0.1:0", upgrading(c.server, c.extra))
			w := New()
			if err := w.Dial(context.Background(), Target{Host: "127.0.0.1", Port: port, Limit: 5 * time.Second}); err != nil {
				t.Fatal(err)
			}
			seen := int64(0)
			got := story(t, w, func(ch session.Chunk) {
				if ch.From == session.Server {
					seen += int64(len(ch.Data))
				}
				switch s := string(ch.Data); {
				case s == "220 hi\r\n":
					w.Send(t.Context(), []byte("STARTTLS\r\n"))
				case strings.HasPrefix(s, "220 go"):
					w.StartTLS(c.tls, 5*time.Second, seen-int64(len(s))+int64(len("220 go\r\n")))
				case ch.Mark != nil && ch.Mark.Text("is") == "done":
					w.Send(t.Context(), []byte("EHLO me\r\n"))
				}
			})
			if got != c.want {
				t.Errorf("it went\n%s\nwant\n%s", got, c.want)
			}
		})
	}
}

func TestHangupBeforeTheHandshakeLetsNobodyWait(t *testing.T) {
	defer goleak.VerifyNone(t)
	w := New()
	for range 20 {
		stay := make(chan struct{})
		port := serve(t, "tcp4", "127.0.0.1:0", func(c net.Conn) { <-stay })
		if err := w.Dial(context.Background(), Target{Host: "127.0.0.1", Port: port, Limit: 5 * time.Second}); err != nil {
			t.Fatal(err)
		}
		w.StartTLS(TLS{}, 5*time.Second, 0)
		w.Hangup()
		for {
			c, err := w.Next(context.Background())
			if err != nil {
				t.Fatal(err)
			}
			if c.Mark != nil && c.Mark.Kind == "close" {
				break
			}
		}
		close(stay)
		if err := w.Send(t.Context(), []byte("x")); !errors.Is(err, ErrClosed) {
			t.Fatalf("sending gives %v", err)
		}
	}
	w.Close()
}

func TestInsecureTellsWhatIsWrong(t *testing.T) {
	defer goleak.VerifyNone(t)
	cfg, _ := identity(t, "mx.example.com")
	port := serve(t, "tcp4", "127.0.0.1:0", upgrading(cfg, ""))
	w := New()
	if err := w.Dial(context.Background(), Target{Host: "127.0.0.1", Port: port, Limit: 5 * time.Second}); err != nil {
		t.Fatal(err)
	}
	verify := ""
	seen := int64(0)
	story(t, w, func(c session.Chunk) {
		if c.From == session.Server {
			seen += int64(len(c.Data))
		}
		switch {
		case string(c.Data) == "220 hi\r\n":
			w.Send(t.Context(), []byte("STARTTLS\r\n"))
		case string(c.Data) == "220 go\r\n":
			w.StartTLS(TLS{Insecure: true}, 5*time.Second, seen)
		case c.Mark != nil && c.Mark.Text("is") == "done":
			verify = c.Mark.Text("verify")
			w.Send(t.Context(), []byte("EHLO me\r\n"))
		}
	})
	if !strings.Contains(verify, "x509") {
		t.Errorf("the verdict is %q", verify)
	}
}

func TestImplicitTLS(t *testing.T) {
	defer goleak.VerifyNone(t)
	cfg, ca := identity(t, "mx.example.com")
	secure := func(c net.Conn) {
		s := tls.Server(c, cfg)
		io.WriteString(s, "+OK hi\r\n")
		s.Close()
	}
	port := serve(t, "tcp4", "127.0.0.1:0", secure)
	w := New()
	to := Target{Host: "127.0.0.1", Port: port, Limit: 5 * time.Second, Implicit: true, TLS: TLS{CA: ca, Name: "mx.example.com"}}
	if err := w.Dial(context.Background(), to); err != nil {
		t.Fatal(err)
	}
	if got := story(t, w, func(session.Chunk) {}); got != "open|tls done ok|s +OK hi|close" {
		t.Errorf("it went %s", got)
	}
}

func TestImplicitTLSRefusesAWrongName(t *testing.T) {
	defer goleak.VerifyNone(t)
	cfg, ca := identity(t, "mx.example.com")
	port := serve(t, "tcp4", "127.0.0.1:0", func(c net.Conn) { tls.Server(c, cfg).Handshake() })
	w := New()
	err := w.Dial(context.Background(), Target{Host: "127.0.0.1", Port: port, Limit: 5 * time.Second, Implicit: true, TLS: TLS{CA: ca}})
	var dial *DialError
	if !errors.As(err, &dial) || dial.Cause != WrongName || dial.Mark.Text("why") != "wrong-name" {
		t.Errorf("got %v", err)
	}
	if got := story(t, w, func(session.Chunk) {}); got != "open|tls fail |close" {
		t.Errorf("it went %s", got)
	}
}
