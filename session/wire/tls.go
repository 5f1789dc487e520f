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
	"crypto/x509/pkix"
	"encoding/asn1"
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
	_, err := t.config("", &proof{})
	return err
}

// ErrNoKey says that a certificate of ours came without its key, or the key without its certificate.
var ErrNoKey = errors.New("a certificate needs its key, and a key its certificate")

// ErrNoCA says that a file of authorities holds no certificate.
var ErrNoCA = errors.New("no certificate in PEM form")

// config makes the configuration for one host; p will tell whether the server asked who we are.
func (t TLS) config(host string, p *proof) (*tls.Config, error) {
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
	c.GetClientCertificate = p.answer(c.Certificates)
	p.useless = len(c.Certificates) > 0
	c.InsecureSkipVerify = t.Insecure // then the chain is verified below, for what is told of it
	return c, nil
}

// answer gives what a server gets that asks who we are: our certificate, be its authority among those that the server names or not,
// so that the server says itself what it thinks of it.
func (p *proof) answer(ours []tls.Certificate) func(*tls.CertificateRequestInfo) (*tls.Certificate, error) {
	return func(r *tls.CertificateRequestInfo) (*tls.Certificate, error) {
		p.asked, p.useless = true, false
		p.accepts = authorities(r.AcceptableCAs)
		if len(ours) == 0 {
			return &tls.Certificate{}, nil
		}
		p.given = true
		return &ours[0], nil
	}
}

// maxAccepts bounds how many authorities are kept: some servers name all that their system trusts.
const maxAccepts = 6

// authorities gives the names of authorities as people write them (RFC 4514).
func authorities(raw [][]byte) (all []string) {
	for _, der := range raw[:min(len(raw), maxAccepts)] {
		var name pkix.RDNSequence
		if rest, err := asn1.Unmarshal(der, &name); err == nil && len(rest) == 0 {
			all = append(all, name.String())
		}
	}
	return all
}

// Shake does the handshake of a client with host on conn, within limit, and gives the encrypted connection with the mark that tells of
// it; the mark of a handshake that failed tells of the error.
func (t TLS) Shake(ctx context.Context, conn net.Conn, host string, limit time.Duration) (*tls.Conn, *session.Mark, error) {
	secure, mark, _, err := t.shake(ctx, conn, host, limit, false)
	return secure, mark, err
}

// shake is Shake, which also tells whether the server asked who we are; upgraded is for a connection that was in clear before.
func (t TLS) shake(ctx context.Context, conn net.Conn, host string, limit time.Duration, upgraded bool) (*tls.Conn, *session.Mark, proof, error) {
	var p proof
	cfg, err := t.config(host, &p)
	if err != nil {
		return nil, failed(cfg, p, err, upgraded), p, err
	}
	ctx, cancel := context.WithTimeout(ctx, limit)
	defer cancel()
	secure := tls.Client(conn, cfg)
	if err := secure.HandshakeContext(ctx); err != nil {
		return nil, failed(cfg, p, err, upgraded), p, err
	}
	state := secure.ConnectionState()
	leaf := state.PeerCertificates[0]
	sum := sha256.Sum256(leaf.Raw)
	verify, why := verdict(cfg, state)
	return secure, session.NewMark("tls", append([]any{"is", "done",
		"version", strings.Replace(tls.VersionName(state.Version), "TLS ", "TLSv", 1), "cipher", tls.CipherSuiteName(state.CipherSuite),
		"sni", cfg.ServerName, "verify", verify, "why", why, "fp", hex.EncodeToString(sum[:]),
		"asked", p.word(), "accepts", strings.Join(p.accepts, "; ")}, described(leaf)...)...), p, nil
}

// described are the fields of a mark that tell of a certificate.
func described(c *x509.Certificate) []any {
	return []any{"subject", c.Subject.String(), "issuer", c.Issuer.String(), "names", strings.Join(names(c), " "),
		"from", c.NotBefore.UTC().Format(time.DateOnly), "until", c.NotAfter.UTC().Format(time.DateOnly), "key", keyKind(c.PublicKey)}
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

// verdict tells "ok", or what is wrong with the certificate of a connection that was made in spite of it, and the word for that.
func verdict(cfg *tls.Config, state tls.ConnectionState) (verify, why string) {
	if !cfg.InsecureSkipVerify {
		return "ok", ""
	}
	between := x509.NewCertPool()
	for _, c := range state.PeerCertificates[1:] {
		between.AddCert(c)
	}
	_, err := state.PeerCertificates[0].Verify(x509.VerifyOptions{DNSName: cfg.ServerName, Roots: cfg.RootCAs, Intermediates: between})
	if err != nil {
		return TLSError(err), shakeWords[certCause(err)]
	}
	return "ok", ""
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
