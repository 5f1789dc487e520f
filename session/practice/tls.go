package practice

import (
	"crypto/tls"
	"errors"
	"fmt"
	"slices"
	"time"
)

// errTLS is a handshake that came to nothing. Nothing can be said in the clear after it.
var errTLS = errors.New("no TLS")

// tlsConfig is made once a server. The certificate is made when the first client asks for it, or CA does, so that the
// start of the server does not wait for it.
func (s *Server) tlsConfig() *tls.Config {
	return &tls.Config{
		MinVersion: tls.VersionTLS12, // RFC 8996, RFC 8997
		GetCertificate: func(*tls.ClientHelloInfo) (*tls.Certificate, error) {
			a, err := s.authority()
			if err != nil {
				return nil, err
			}
			return &a.leaf, nil
		},
	}
}

// CA gives the certificate of the authority that signed this server's, as PEM. A client that trusts it can verify
// the server by the names localhost and practice.test and the addresses 127.0.0.1 and ::1. The authority lives as long as
// the server, and its key never leaves the memory.
func (s *Server) CA() ([]byte, error) {
	a, err := s.authority()
	if err != nil {
		return nil, err
	}
	return a.pem, nil
}

// startTLS makes the connection speak TLS. What the client sent behind the command is thrown away: whoever stands
// between could have put it there (RFC 3207 §6, RFC 2595 §4; CVE-2011-0411).
func (c *conn) startTLS(config *tls.Config, wait time.Duration) error {
	if err := c.out.flush(); err != nil {
		return err
	}
	c.in.discard()
	if err := c.await(wait); err != nil { // the server closes: the client expects TLS, so no farewell in the clear
		return fmt.Errorf("%w: %v", errTLS, err)
	}
	c.extendWrite()
	secure := tls.Server(c.Conn, config)
	err := secure.Handshake() // the deadline that await has set ends it
	c.mu.Lock()
	c.waiting = false
	c.mu.Unlock()
	if err != nil {
		return fmt.Errorf("%w: %v", errTLS, err)
	}
	c.in.src, c.out.dst, c.secure = secure, secure, secure
	return nil
}

// offered gives the capabilities without the keyword that starts TLS once it is on (RFC 3207 §4.2, RFC 2595 §4).
func (c *conn) offered(capabilities []string, keyword string) []string {
	if c.secure == nil {
		return capabilities
	}
	return slices.DeleteFunc(slices.Clone(capabilities), func(line string) bool { return line == keyword })
}

// starttls is RFC 3207 §4. The client starts over: what it said before is forgotten (§4.2).
func (s *smtpSession) starttls(string) error {
	switch {
	case !offers(s.srv.voice.EHLO, "STARTTLS"):
		return s.refuse(keySMTPUndone)
	case s.secure != nil:
		return s.refuse(keySMTPTLSTwice)
	case s.state == smtpConnected:
		return s.refuse(keySMTPNeedHelo, "verb", "STARTTLS")
	}
	s.say(keySMTPTLS)
	s.forget()
	s.state, s.helo, s.esmtp, s.user = smtpConnected, "", false, ""
	return s.srv.handshake(s.conn)
}

// stls is RFC 2595 §4. A name that USER gave in the clear is forgotten.
func (p *popSession) stls([]string) error {
	switch {
	case !offers(p.srv.voice.CAPA, "STLS"):
		return p.refuse(keyPOPUnknown, "verb", "STLS")
	case p.secure != nil:
		return p.refuse(keyPOPTLSTwice)
	}
	p.say(keyPOPTLS)
	p.name = ""
	return p.srv.handshake(p.conn)
}
