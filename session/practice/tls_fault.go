package practice

import (
	"crypto/tls"
	"crypto/x509"
	"errors"
	"maps"
	"net"
	"slices"
	"time"
)

// tlsFaults are the ways in which a handshake can go wrong on purpose. Each changes what the certificate says; nil ends the
// handshake with an alert.
var tlsFaults = map[string]func(leaf *x509.Certificate){
	"fail": nil,
	"expired": func(leaf *x509.Certificate) {
		leaf.NotBefore, leaf.NotAfter = leaf.NotBefore.Add(-certLife), time.Now().Add(-certEarly)
	},
	"not-yet": func(leaf *x509.Certificate) { leaf.NotBefore = time.Now().Add(certEarly) },
	"wrong-name": func(leaf *x509.Certificate) {
		leaf.Subject.CommonName, leaf.DNSNames, leaf.IPAddresses = "other.test", []string{"other.test"}, []net.IP(nil)
	},
	"untrusted": func(*x509.Certificate) {}, // signed by an authority that nobody knows
}

// TLSFaults gives what Fault.TLS can be, sorted.
func TLSFaults() []string { return slices.Sorted(maps.Keys(tlsFaults)) }

// errOnPurpose ends a handshake that a fault wants to fail.
var errOnPurpose = errors.New("failed on purpose")

// handshake makes the connection speak TLS, or meets the fault that waits for it.
func (s *Server) handshake(c *conn) error {
	if err := c.calm(); err != nil {
		return err
	}
	config := s.tls
	if f, ok := s.store.fault(whenTLS); ok {
		s.counts.faults.Add(1)
		if err := c.out.flush(); err != nil {
			return err
		}
		if err := c.pause(f.Delay); err != nil {
			return err
		}
		if f.Reply != "" { // in the clear, where the client waits for a handshake
			s.sayText(&c.out, f.Reply)
		}
		if f.Drop || f.Reply != "" {
			return errDropped
		}
		if f.TLS != "" {
			config = s.wrongTLS(f.TLS)
		}
	}
	err := c.startTLS(config, s.limits.Handshake)
	if err == nil {
		s.counts.handshakes.Add(1)
	}
	return err
}

// wrongTLS is a configuration with one thing wrong.
func (s *Server) wrongTLS(kind string) *tls.Config {
	config := s.tls.Clone()
	config.GetCertificate = func(*tls.ClientHelloInfo) (*tls.Certificate, error) {
		change := tlsFaults[kind]
		if change == nil {
			return nil, errOnPurpose
		}
		a, err := s.authority()
		if err == nil && kind == "untrusted" {
			a, err = newAuthority(s.voice.Host, s.names, time.Now())
		}
		if err != nil {
			return nil, err
		}
		leaf := leafFor(s.voice.Host, s.names, time.Now())
		change(leaf)
		cert, err := a.sign(leaf)
		return &cert, err
	}
	return config
}
