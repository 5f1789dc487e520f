package wire

import (
	"bytes"
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"io"
	"os"
	"strconv"
	"strings"
	"syscall"
	"time"

	"byhand/session"
)

// shakeWords are the words by which the marks of a session name why TLS could not be agreed, or what is wrong with a certificate.
// A recording keeps the word, and whoever explains it has the sentences.
var shakeWords = map[Cause]string{
	Handshake: "handshake", NotTLS: "not-tls", OldTLS: "old-tls", WeakKey: "weak-key", SilentTLS: "silent", Expired: "expired", NotYet: "not-yet",
	SelfSigned: "self-signed", WrongName: "wrong-name", UnknownCA: "unknown-ca", WantsCert: "wants-cert", CertRefused: "cert-refused", NoCipher: "no-cipher", ServerFault: "server-fault", HungUp: "hung-up",
}

// upgradeWords are those that mean something else where TLS was agreed to in clear before.
var upgradeWords = map[Cause]string{NotTLS: "clear-on", SilentTLS: "never-began"}

// shakeCause tells why a handshake failed, in which the server may have asked who we are. Package crypto/tls has no names for most of
// its errors; its words are the only sign.
func shakeCause(err error, p proof) Cause {
	var header tls.RecordHeaderError
	switch said := err.Error(); {
	case errors.As(err, &header):
		return NotTLS
	case errors.Is(err, context.DeadlineExceeded), errors.Is(err, os.ErrDeadlineExceeded):
		return SilentTLS
	case strings.Contains(said, "protocol version"):
		return OldTLS
	case strings.Contains(said, "keys are insecure"):
		return WeakKey
	case p.unmet(err):
		return WantsCert
	case p.refused(err):
		return CertRefused
	case strings.Contains(said, "remote error: tls: handshake failure"):
		return NoCipher
	case strings.Contains(said, "remote error: tls: internal error"):
		return ServerFault
	case errors.Is(err, io.EOF), errors.Is(err, syscall.ECONNRESET), errors.Is(err, syscall.EPIPE):
		return HungUp
	}
	return certCause(err)
}

// certCause tells which rule a server's certificate breaks (RFC 5280 §6; RFC 9525 §6).
func certCause(err error) Cause {
	var invalid x509.CertificateInvalidError
	var name x509.HostnameError
	var unknown x509.UnknownAuthorityError
	switch {
	case errors.As(err, &invalid) && invalid.Reason == x509.Expired && time.Now().Before(invalid.Cert.NotBefore):
		return NotYet
	case errors.As(err, &invalid) && invalid.Reason == x509.Expired:
		return Expired
	case errors.As(err, &name):
		return WrongName
	case errors.As(err, &unknown) && selfSigned(unknown.Cert):
		return SelfSigned
	case errors.As(err, &unknown):
		return UnknownCA
	}
	return Handshake
}

func selfSigned(c *x509.Certificate) bool {
	return c != nil && bytes.Equal(c.RawSubject, c.RawIssuer) && c.CheckSignature(c.SignatureAlgorithm, c.RawTBSCertificate, c.Signature) == nil
}

// proof is whether a server asked who we are (RFC 8446 §4.3.2, RFC 5246 §7.4.4), and what it got.
type proof struct {
	asked   bool
	given   bool     // our certificate, which is not to say that the server likes it
	useless bool     // there is one, and nobody asked
	accepts []string // the authorities that the server names
}

// alertsOfProof are how servers say, in the words of crypto/tls, that they do not take what they got (RFC 8446 §6.2).
var alertsOfProof = []string{"certificate required", "bad certificate", "unsupported certificate", "revoked certificate", "expired certificate", "unknown certificate",
	"unknown certificate authority", "handshake failure", "access denied", "error decrypting message"}

func (p proof) turnedDown(err error) bool {
	for _, words := range alertsOfProof {
		if strings.HasSuffix(err.Error(), "remote error: tls: "+words) {
			return true
		}
	}
	return false
}

// unmet tells that the server demanded a certificate and got none.
func (p proof) unmet(err error) bool { return p.asked && !p.given && p.turnedDown(err) }

// refused tells that the server does not take the certificate that it got.
func (p proof) refused(err error) bool { return p.given && p.turnedDown(err) }

// word is how a mark names it.
func (p proof) word() string {
	switch {
	case p.given:
		return "given"
	case p.asked:
		return "none"
	case p.useless:
		return "no"
	}
	return ""
}

// failed is the mark of a handshake that did not succeed; it tells of the certificate, too, if there was one.
func failed(cfg *tls.Config, p proof, err error, upgraded bool) *session.Mark {
	sni := ""
	if cfg != nil {
		sni = cfg.ServerName
	}
	cause := shakeCause(err, p)
	word := shakeWords[cause]
	if other := upgradeWords[cause]; upgraded && other != "" {
		word = other
	}
	pairs := []any{"is", "fail", "why", word, "sni", sni, "err", TLSError(err), "asked", p.word(), "accepts", strings.Join(p.accepts, "; ")}
	var header tls.RecordHeaderError
	if errors.As(err, &header) {
		pairs = append(pairs, "said", strconv.Quote(string(header.RecordHeader[:])))
	}
	var verify *tls.CertificateVerificationError
	if errors.As(err, &verify) && len(verify.UnverifiedCertificates) > 0 {
		pairs = append(pairs, described(verify.UnverifiedCertificates[0])...)
	}
	return session.NewMark("tls", pairs...)
}

// errShake says that a handshake failed, of which a mark has told; nothing may go out in clear after it (RFC 3207 §4.1).
type errShake struct{ error }

// whyClosed gives the word for the end of a connection: because of a handshake, or because of our certificate. In TLS 1.3 the server
// judges that when our side of the handshake is over already (RFC 8446 §4.4.2.4).
func whyClosed(p proof, err error) string {
	switch {
	case errors.As(err, &errShake{}):
		return "tls"
	case p.unmet(err):
		return shakeWords[WantsCert]
	case p.refused(err):
		return shakeWords[CertRefused]
	}
	return ""
}
