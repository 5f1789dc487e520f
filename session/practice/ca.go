package practice

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/pem"
	"fmt"
	"math/big"
	"net"
	"time"
)

// How long certificates are good for: a course, but not for ever. They begin a day early, for clocks that go wrong.
const (
	certEarly = 24 * time.Hour
	certLife  = 400 * 24 * time.Hour
)

// An authority is a certificate authority of one server, with the one certificate that it has signed.
type authority struct {
	pem  []byte // its own certificate
	leaf tls.Certificate
}

// newAuthority makes two key pairs and signs: the authority itself, then the server. The authority's key is
// forgotten.
func newAuthority(host string, now time.Time) (*authority, error) {
	root := template("byhand practice CA", now)
	root.IsCA, root.BasicConstraintsValid, root.MaxPathLenZero = true, true, true
	root.KeyUsage = x509.KeyUsageCertSign | x509.KeyUsageCRLSign
	rootKey, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		return nil, fmt.Errorf("certificate authority: %w", err)
	}
	rootDER, err := x509.CreateCertificate(rand.Reader, root, root, rootKey.Public(), rootKey)
	if err != nil {
		return nil, fmt.Errorf("certificate authority: %w", err)
	}

	leaf := template(host, now)
	leaf.KeyUsage, leaf.ExtKeyUsage = x509.KeyUsageDigitalSignature, []x509.ExtKeyUsage{x509.ExtKeyUsageServerAuth}
	leaf.DNSNames = []string{"localhost", DefaultDomain}
	if host != DefaultDomain {
		leaf.DNSNames = append(leaf.DNSNames, host)
	}
	leaf.IPAddresses = []net.IP{net.IPv4(127, 0, 0, 1), net.IPv6loopback}
	leafKey, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		return nil, fmt.Errorf("server certificate: %w", err)
	}
	if root, err = x509.ParseCertificate(rootDER); err != nil { // with the key identifier that the leaf points at
		return nil, fmt.Errorf("certificate authority: %w", err)
	}
	leafDER, err := x509.CreateCertificate(rand.Reader, leaf, root, leafKey.Public(), rootKey)
	if err != nil {
		return nil, fmt.Errorf("server certificate: %w", err)
	}
	return &authority{
		pem:  pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: rootDER}),
		leaf: tls.Certificate{Certificate: [][]byte{leafDER, rootDER}, PrivateKey: leafKey},
	}, nil
}

// template is what both certificates have in common.
func template(name string, now time.Time) *x509.Certificate {
	serial := make([]byte, 16)
	_, _ = rand.Read(serial) // never fails
	serial[0] &= 0x7f        // RFC 5280 §4.1.2.2: positive
	serial[0] |= 0x40
	return &x509.Certificate{
		SerialNumber: new(big.Int).SetBytes(serial),
		Subject:      pkix.Name{CommonName: name, Organization: []string{"byhand practice server"}},
		NotBefore:    now.Add(-certEarly),
		NotAfter:     now.Add(certLife),
	}
}
