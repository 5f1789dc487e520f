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
	"slices"
	"time"
)

// How long certificates are good for: a course, but not for ever. They begin a day early, for clocks that go wrong.
const (
	certEarly = 24 * time.Hour
	certLife  = 400 * 24 * time.Hour
)

// An authority is a certificate authority of one server, with the certificate that it has signed. Its key never leaves the
// memory; it is kept for the certificates that a fault wants wrong.
type authority struct {
	pem  []byte // its own certificate
	leaf tls.Certificate

	root *x509.Certificate
	key  *ecdsa.PrivateKey
}

// newAuthority makes the authority's key pair, and the server's certificate: for host, for this machine, and for the names
// and IP addresses in also.
func newAuthority(host string, also []string, now time.Time) (*authority, error) {
	root := template("byhand practice CA", now)
	root.IsCA, root.BasicConstraintsValid, root.MaxPathLenZero = true, true, true
	root.KeyUsage = x509.KeyUsageCertSign | x509.KeyUsageCRLSign
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		return nil, fmt.Errorf("certificate authority: %w", err)
	}
	der, err := x509.CreateCertificate(rand.Reader, root, root, key.Public(), key)
	if err != nil {
		return nil, fmt.Errorf("certificate authority: %w", err)
	}
	a := &authority{pem: pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: der}), key: key}
	if a.root, err = x509.ParseCertificate(der); err != nil { // with the key identifier that the leaf points at
		return nil, fmt.Errorf("certificate authority: %w", err)
	}
	a.leaf, err = a.sign(leafFor(host, also, now))
	return a, err
}

// leafFor is what the server's certificate says.
func leafFor(host string, also []string, now time.Time) *x509.Certificate {
	leaf := template(host, now)
	leaf.KeyUsage, leaf.ExtKeyUsage = x509.KeyUsageDigitalSignature, []x509.ExtKeyUsage{x509.ExtKeyUsageServerAuth}
	leaf.IPAddresses = []net.IP{net.IPv4(127, 0, 0, 1), net.IPv6loopback}
	for _, name := range append([]string{"localhost", DefaultDomain, host}, also...) {
		ip := net.ParseIP(name)
		switch {
		case ip == nil && !slices.Contains(leaf.DNSNames, name):
			leaf.DNSNames = append(leaf.DNSNames, name)
		case ip != nil && !slices.ContainsFunc(leaf.IPAddresses, ip.Equal):
			leaf.IPAddresses = append(leaf.IPAddresses, ip)
		}
	}
	return leaf
}

// sign makes a key pair for leaf, and a certificate that the authority has signed.
func (a *authority) sign(leaf *x509.Certificate) (tls.Certificate, error) {
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		return tls.Certificate{}, fmt.Errorf("server certificate: %w", err)
	}
	der, err := x509.CreateCertificate(rand.Reader, leaf, a.root, key.Public(), a.key)
	if err != nil {
		return tls.Certificate{}, fmt.Errorf("server certificate: %w", err)
	}
	return tls.Certificate{Certificate: [][]byte{der, a.root.Raw}, PrivateKey: key}, nil
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
