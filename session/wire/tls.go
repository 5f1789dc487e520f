package wire

import (
	"cmp"
	"context"
	"crypto/ecdsa"
	"crypto/ed25519"
	"crypto/rsa"
	"crypto/sha256"
	"crypto/tls"
	"crypto/x509"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"net"
	"os"
	"strconv"
	"strings"
	"time"

	"byhand/session"
)

// TLS says how a server's certificate is judged. The zero value verifies it against the system's authorities.
type TLS struct {
	Insecure bool   // go on with a certificate that does not verify; what is wrong with it is told all the same
	CA       string // file of certificates (PEM) to trust in place of the system's
	Roots    []byte // the same certificates themselves, for who has no file of them
	Name     string // the name that the certificate must bear; "" is the host that was dialled

	Min, Max  uint16    // versions, as crypto/tls numbers them; 0 is TLS 1.2 and the newest
	Cert, Key string    // files (PEM) of the certificate by which we prove who we are, and of its key
	KeyLog    io.Writer // gets the session's keys, for those who read a capture (the form of NSS); or nil
}

// Check reads the files and tells what is wrong with them, before anything is dialled.
func (t TLS) Check() error {
	_, err := t.config("")
	return err
}

// ErrNoKey says that a certificate of ours came without its key, or the key without its certificate.
var ErrNoKey = errors.New("a certificate needs its key, and a key its certificate")

// ErrNoCA says that a file of authorities holds no certificate.
var ErrNoCA = errors.New("no certificate in PEM form")

// config makes the configuration for one host.
func (t TLS) config(host string) (*tls.Config, error) {
	c := &tls.Config{ServerName: host, MinVersion: cmp.Or(t.Min, tls.VersionTLS12), MaxVersion: t.Max, KeyLogWriter: t.KeyLog}
	if t.Name != "" {
		c.ServerName = t.Name
	}
	pem := t.Roots
	if t.CA != "" {
		var err error
		if pem, err = os.ReadFile(t.CA); err != nil {
			return nil, err
		}
	}
	if t.CA != "" || pem != nil {
		c.RootCAs = x509.NewCertPool()
		if !c.RootCAs.AppendCertsFromPEM(pem) {
			return nil, &os.PathError{Op: "read", Path: t.CA, Err: ErrNoCA}
		}
	}
	switch {
	case t.Cert == "" && t.Key == "":
	case t.Cert == "" || t.Key == "":
		return nil, ErrNoKey
	default:
		ours, err := tls.LoadX509KeyPair(t.Cert, t.Key)
		if err != nil {
			return nil, err
		}
		c.Certificates = []tls.Certificate{ours}
	}
	c.InsecureSkipVerify = t.Insecure // then the chain is verified below, for what is told of it
	return c, nil
}

// Shake does the handshake of a client with host on conn, within limit, and gives the encrypted connection with the mark that tells of
// it; the mark of a handshake that failed tells of the error.
func (t TLS) Shake(ctx context.Context, conn net.Conn, host string, limit time.Duration) (*tls.Conn, *session.Mark, error) {
	cfg, err := t.config(host)
	if err != nil {
		return nil, failed(cfg, err), err
	}
	ctx, cancel := context.WithTimeout(ctx, limit)
	defer cancel()
	secure := tls.Client(conn, cfg)
	if err := secure.HandshakeContext(ctx); err != nil {
		return nil, failed(cfg, err), err
	}
	state := secure.ConnectionState()
	leaf := state.PeerCertificates[0]
	sum := sha256.Sum256(leaf.Raw)
	return secure, session.NewMark("tls", "is", "done",
		"version", strings.Replace(tls.VersionName(state.Version), "TLS ", "TLSv", 1), "cipher", tls.CipherSuiteName(state.CipherSuite),
		"sni", cfg.ServerName, "verify", verdict(cfg, state), "fp", hex.EncodeToString(sum[:]),
		"subject", leaf.Subject.String(), "issuer", leaf.Issuer.String(), "names", strings.Join(names(leaf), " "),
		"until", leaf.NotAfter.UTC().Format(time.DateOnly), "key", keyKind(leaf.PublicKey)), nil
}

// keyKind names a certificate's key with its length in bits, as in "RSA 2048".
func keyKind(public any) string {
	switch key := public.(type) {
	case *rsa.PublicKey:
		return fmt.Sprintf("RSA %d", key.N.BitLen())
	case *ecdsa.PublicKey:
		return fmt.Sprintf("ECDSA %d", key.Curve.Params().BitSize)
	case ed25519.PublicKey:
		return "Ed25519"
	}
	return ""
}

// failed is the mark of a handshake that did not succeed.
func failed(cfg *tls.Config, err error) *session.Mark {
	sni := ""
	if cfg != nil {
		sni = cfg.ServerName
	}
	return session.NewMark("tls", "is", "fail", "sni", sni, "err", TLSError(err))
}

// verdict tells "ok", or what is wrong with the certificate of a connection that was made in spite of it.
func verdict(cfg *tls.Config, state tls.ConnectionState) string {
	if !cfg.InsecureSkipVerify {
		return "ok"
	}
	between := x509.NewCertPool()
	for _, c := range state.PeerCertificates[1:] {
		between.AddCert(c)
	}
	_, err := state.PeerCertificates[0].Verify(x509.VerifyOptions{DNSName: cfg.ServerName, Roots: cfg.RootCAs, Intermediates: between})
	if err != nil {
		return TLSError(err)
	}
	return "ok"
}

func names(c *x509.Certificate) []string {
	all := append([]string{}, c.DNSNames...)
	for _, ip := range c.IPAddresses {
		all = append(all, ip.String())
	}
	return all
}

// TLSError gives what is wrong in few words of the field: which rule of certificates or of the handshake was broken.
func TLSError(err error) string {
	var header tls.RecordHeaderError
	switch {
	case errors.As(err, &header):
		return "the server did not answer in TLS; it said " + strconv.Quote(string(header.RecordHeader[:])) + "..."
	case errors.Is(err, context.DeadlineExceeded):
		return "no answer to the handshake in time"
	}
	return strings.TrimPrefix(strings.TrimPrefix(plainError(err), "tls: failed to verify certificate: "), "tls: ")
}
