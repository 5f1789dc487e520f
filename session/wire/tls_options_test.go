package wire

import (
	"bytes"
	"context"
	"crypto"
	"crypto/rsa"
	"crypto/tls"
	"crypto/x509"
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

// greets speaks TLS by cfg and says how it was met.
func greets(cfg *tls.Config) func(net.Conn) {
	return func(c net.Conn) {
		s := tls.Server(c, cfg)
		if s.Handshake() == nil {
			state := s.ConnectionState()
			io.WriteString(s, tls.VersionName(state.Version)+" "+strings.Repeat("known", len(state.PeerCertificates))+"\r\n")
		}
		s.Close()
	}
}

// keyFiles writes the certificate and the key of cfg as files.
func keyFiles(t *testing.T, cfg *tls.Config) (cert, key string) {
	t.Helper()
	der, err := x509.MarshalPKCS8PrivateKey(cfg.Certificates[0].PrivateKey)
	if err != nil {
		t.Fatal(err)
	}
	cert, key = filepath.Join(t.TempDir(), "cert.pem"), filepath.Join(t.TempDir(), "key.pem")
	for file, block := range map[string]*pem.Block{
		cert: {Type: "CERTIFICATE", Bytes: cfg.Certificates[0].Certificate[0]}, key: {Type: "PRIVATE KEY", Bytes: der},
	} {
		if err := os.WriteFile(file, pem.EncodeToMemory(block), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	return cert, key
}

// TestShortKeysHaveACause holds the words of crypto/rsa against the cause that is told from them.
func TestShortKeysHaveACause(t *testing.T) {
	short := &rsa.PublicKey{N: new(big.Int).SetBit(big.NewInt(1), 511, 1), E: 65537}
	err := rsa.VerifyPKCS1v15(short, crypto.SHA256, make([]byte, 32), make([]byte, 64))
	if err == nil || shakeCause(err, proof{}) != WeakKey {
		t.Errorf("%v: cause %d", err, shakeCause(err, proof{}))
	}
}

func TestImplicitTLSMeetsManyServers(t *testing.T) {
	cfg, ca := identity(t, "mx.example.com")
	old, asking := cfg.Clone(), cfg.Clone()
	old.MinVersion, old.MaxVersion = tls.VersionTLS10, tls.VersionTLS11
	asking.ClientAuth = tls.RequireAnyClientCert
	mine, _ := identity(t, "me.example.com")
	cert, key := keyFiles(t, mine)
	trust := TLS{CA: ca, Name: "mx.example.com"}
	with := func(change func(*TLS)) TLS { c := trust; change(&c); return c }
	for _, c := range []struct {
		name  string
		serve func(net.Conn)
		tls   TLS
		limit time.Duration
		want  string // what it said, or is in the error
		cause Cause
	}{
		{"newest", greets(cfg), trust, 0, "TLS 1.3", 0},
		{"at most 1.2", greets(cfg), with(func(t *TLS) { t.Max = tls.VersionTLS12 }), 0, "TLS 1.2", 0},
		{"an old server", greets(old), trust, 0, "protocol version", OldTLS},
		{"an old server, allowed", greets(old), with(func(t *TLS) { t.Min = tls.VersionTLS10 }), 0, "TLS 1.1", 0},
		{"asks who we are", greets(asking), with(func(t *TLS) { t.Cert, t.Key = cert, key }), 0, "TLS 1.3 known", 0},
		{"speaks in clear", func(c net.Conn) { io.WriteString(c, "220 mx.example.com\r\n"); io.Copy(io.Discard, c) }, trust, 0, `"220 m"`, NotTLS},
		{"hangs up", func(c net.Conn) {}, trust, 0, "", HungUp},
		{"waits", func(c net.Conn) { io.Copy(io.Discard, c) }, trust, time.Nanosecond, "", SilentTLS},
	} {
		t.Run(c.name, func(t *testing.T) {
			defer goleak.VerifyNone(t)
			conn, err := net.Dial("tcp4", "127.0.0.1:"+serve(t, "tcp4", "127.0.0.1:0", c.serve))
			if err != nil {
				t.Fatal(err)
			}
			defer conn.Close()
			limit := 5 * time.Second
			if c.limit > 0 {
				limit = c.limit
			}
			secure, mark, err := c.tls.Shake(context.Background(), conn, "127.0.0.1", limit)
			if c.cause != 0 {
				if err == nil || shakeCause(err, proof{}) != c.cause || !strings.Contains(mark.Text("err"), c.want) {
					t.Errorf("got %v (%q), cause %d; want %d", err, mark.Text("err"), shakeCause(err, proof{}), c.cause)
				}
				return
			}
			if err != nil {
				t.Fatal(err)
			}
			if said, _ := io.ReadAll(secure); !strings.HasPrefix(string(said), c.want) {
				t.Errorf("the server said %q, want %q", said, c.want)
			}
		})
	}
}

func TestKeysAreLogged(t *testing.T) {
	cfg, ca := identity(t, "mx.example.com")
	var log bytes.Buffer
	w := New()
	to := Target{Host: "127.0.0.1", Port: serve(t, "tcp4", "127.0.0.1:0", greets(cfg)), Limit: 5 * time.Second, Implicit: true,
		TLS: TLS{CA: ca, Name: "mx.example.com", KeyLog: &log}}
	if err := w.Dial(context.Background(), to); err != nil {
		t.Fatal(err)
	}
	story(t, w, func(session.Chunk) {})
	if !strings.Contains(log.String(), "CLIENT_TRAFFIC_SECRET_0 ") {
		t.Errorf("logged %q", log.String())
	}
}

func TestTLSFilesAreCheckedBeforehand(t *testing.T) {
	cfg, _ := identity(t, "me.example.com")
	cert, key := keyFiles(t, cfg)
	for _, c := range []struct {
		tls  TLS
		want error
	}{{TLS{Cert: cert, Key: key}, nil}, {TLS{Cert: cert}, ErrNoKey}, {TLS{Key: key}, ErrNoKey}, {TLS{CA: key}, ErrNoCA}, {TLS{CA: key + "x"}, os.ErrNotExist}} {
		if err := c.tls.Check(); !errors.Is(err, c.want) {
			t.Errorf("%v: %v, want %v", c.tls, err, c.want)
		}
	}
}
