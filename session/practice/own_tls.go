package practice

import (
	"crypto/tls"
	"time"
)

// OwnTLS makes an authority and a certificate of its own for a server on this machine that is not the practice server, such
// as a recording that plays one. The key stays in the memory.
func OwnTLS(now time.Time) (*tls.Config, error) {
	a, err := newAuthority(DefaultDomain, []string{"mail." + DefaultDomain}, now)
	if err != nil {
		return nil, err
	}
	return &tls.Config{MinVersion: tls.VersionTLS12, Certificates: []tls.Certificate{a.leaf}}, nil // RFC 8996
}
