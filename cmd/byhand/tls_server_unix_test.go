//go:build unix

package main

import (
	"bufio"
	"crypto"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/rsa"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/pem"
	"fmt"
	"io"
	"math/big"
	"net"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// An issuer signs certificates.
type issuer struct {
	cert *x509.Certificate
	key  crypto.Signer
}

// newIssuer makes an authority and the file by which it is trusted.
func newIssuer(t *testing.T, name string) (issuer, string) {
	t.Helper()
	is := issuer{key: ecKey(t)}
	self := &x509.Certificate{SerialNumber: big.NewInt(1), Subject: pkix.Name{CommonName: name}, IsCA: true, BasicConstraintsValid: true,
		NotBefore: time.Now().Add(-time.Hour), NotAfter: time.Now().Add(time.Hour)}
	der, err := x509.CreateCertificate(rand.Reader, self, self, is.key.Public(), is.key)
	if err == nil {
		is.cert, err = x509.ParseCertificate(der)
	}
	if err != nil {
		t.Fatal(err)
	}
	return is, pemFile(t, "CERTIFICATE", der)
}

func ecKey(t *testing.T) crypto.Signer {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	return key
}

func rsaKey(t *testing.T, bits int) crypto.Signer {
	t.Helper()
	key, err := rsa.GenerateKey(rand.Reader, bits)
	if err != nil {
		t.Fatal(err)
	}
	return key
}

func pemFile(t *testing.T, kind string, der []byte) string {
	t.Helper()
	file := filepath.Join(t.TempDir(), strings.ReplaceAll(strings.ToLower(kind), " ", "-")+".pem")
	if err := os.WriteFile(file, pem.EncodeToMemory(&pem.Block{Type: kind, Bytes: der}), 0o600); err != nil {
		t.Fatal(err)
	}
	return file
}

// sign makes a certificate; the zero issuer lets it sign itself. change may be nil.
func (is issuer) sign(t *testing.T, name string, key crypto.Signer, change func(*x509.Certificate)) tls.Certificate {
	t.Helper()
	leaf := &x509.Certificate{SerialNumber: big.NewInt(2), Subject: pkix.Name{CommonName: name}, DNSNames: []string{name},
		NotBefore: time.Now().Add(-time.Hour), NotAfter: time.Now().Add(time.Hour),
		ExtKeyUsage: []x509.ExtKeyUsage{x509.ExtKeyUsageServerAuth, x509.ExtKeyUsageClientAuth}}
	if change != nil {
		change(leaf)
	}
	by, signer := is.cert, is.key
	if by == nil {
		by, signer = leaf, key
	}
	der, err := x509.CreateCertificate(rand.Reader, leaf, by, key.Public(), signer)
	if err != nil {
		t.Fatal(err)
	}
	return tls.Certificate{Certificate: [][]byte{der}, PrivateKey: key}
}

// A way is how a client of these tests comes to TLS: by a line typed by hand, or at once.
type way struct {
	name   string
	args   []string
	script string
	greets string
	agrees string // to the line that asks for TLS; "" is TLS from the first byte
	ends   string // the reply to the last line
}

var ways = []way{
	{"STARTTLS", []string{"--protocol", "smtp"}, "STARTTLS\nEHLO me\nQUIT\n", "220 mx.test ESMTP\r\n", "220 go\r\n", "221 bye"},
	{"STLS", []string{"--protocol", "pop3"}, "STLS\nNOOP\nQUIT\n", "+OK ready\r\n", "+OK go\r\n", "+OK bye"},
	{"--tls", []string{"--protocol", "smtp", "--tls"}, "EHLO me\nQUIT\n", "220 mx.test ESMTP\r\n", "", "221 bye"},
}

// secured is a server that comes to TLS this way and then answers each line. A nil cfg is one that goes on in clear.
func (w way) secured(t *testing.T, cfg *tls.Config) (port string) {
	t.Helper()
	l, err := net.Listen("tcp4", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { l.Close() })
	go func() { // ends with the listener
		for {
			c, err := l.Accept()
			if err != nil {
				return
			}
			go w.serve(c, cfg) // ends with the connection
		}
	}()
	return portOf(l.Addr().String())
}

func (w way) serve(c net.Conn, cfg *tls.Config) {
	defer c.Close()
	in := bufio.NewReader(c)
	if w.agrees != "" {
		io.WriteString(c, w.greets)
		in.ReadString('\n')
		io.WriteString(c, w.agrees)
		if cfg == nil {
			in.Peek(1) // what comes before the handshake begins is another fault
		}
	}
	if cfg != nil {
		secure := tls.Server(c, cfg)
		if secure.Handshake() != nil {
			c.(*net.TCPConn).CloseWrite()
			io.Copy(io.Discard, c) // or the alert could be lost in a reset
			return
		}
		c, in = secure, bufio.NewReader(secure)
		defer secure.Close()
	}
	if w.agrees == "" || cfg == nil {
		io.WriteString(c, w.greets)
	}
	code := w.ends[:3]
	for {
		line, err := in.ReadString('\n')
		switch {
		case err != nil:
			return
		case line == "QUIT\r\n":
			io.WriteString(c, w.ends+"\r\n")
			return
		case code == "221":
			io.WriteString(c, "250 ok\r\n")
		default:
			io.WriteString(c, "+OK\r\n")
		}
	}
}

// talk runs byhand through the script of this way. It gives what the server said and what a person reads.
func (w way) talk(t *testing.T, port string, args ...string) (said, told string, err error) {
	t.Helper()
	cmd := program(t.TempDir(), append(append(append([]string{}, w.args...), args...), "127.0.0.1", port)...)
	cmd.Stdin = strings.NewReader(w.script)
	var out, errOut strings.Builder
	cmd.Stdout, cmd.Stderr = &out, &errOut
	err = cmd.Run()
	return out.String(), errOut.String(), err
}

// whole tells whether the talk came to its last line.
func (w way) whole(said string, err error) error {
	if !strings.HasSuffix(strings.TrimSpace(said), w.ends) {
		return fmt.Errorf("the talk ended at %q, %v", said, err)
	}
	return err
}
