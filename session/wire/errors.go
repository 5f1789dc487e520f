package wire

import (
	"context"
	"errors"
	"net"
	"os"
	"syscall"

	"byhand/session"
)

// Cause tells why a connection could not be opened.
type Cause uint8

// The causes.
const (
	Other       Cause = iota
	Refused           // nothing listens there
	UnknownHost       // the name has no address
	TimedOut          // no answer at all: a firewall, or the wrong address
	Unreachable       // no way to that network or host
	Reset             // closed at once
	BadPort           // the port is no number and no known name
	Handshake         // TLS could not be agreed, for none of the causes that have a name here
	NotTLS            // the server answered the handshake in clear
	OldTLS            // the server speaks no version of TLS that we accept
	WeakKey           // the key of the server's certificate is shorter than any that crypto/tls takes
	SilentTLS         // the server did not answer the handshake
	NoAddress         // the name has no address that the source address can reach
	ByProxy           // the proxy could not be reached, or could not connect
	NoMail            // the domain says that it takes no mail (RFC 7505)
	Expired           // the server's certificate is too old
	NotYet            // the server's certificate is not valid yet
	SelfSigned        // the server's certificate is signed with its own key, and is not trusted here
	WrongName         // the server's certificate is for other names
	UnknownCA         // the server's certificate is signed by an authority that is not trusted here
	WantsCert         // the server demands a certificate of ours, and got none
	CertRefused       // the server does not take our certificate
	NoCipher          // the two sides share no cipher
	ServerFault       // the server says that it met an error of its own
	HungUp            // the server closed the connection in place of a handshake
)

// DialError tells what was dialled and why it failed.
type DialError struct {
	Host, Port string
	Cause      Cause
	Err        error
	Mark       *session.Mark // of the handshake that failed, or nil
}

// Error gives the plain error; what is said to people is made of Cause.
func (e *DialError) Error() string {
	return "dial " + net.JoinHostPort(e.Host, e.Port) + ": " + e.Err.Error()
}

// Unwrap gives the error of package net.
func (e *DialError) Unwrap() error { return e.Err }

func causeOf(err error) Cause {
	var dns *net.DNSError
	var addr *net.AddrError
	switch {
	case errors.As(err, &dns) && dns.IsTimeout, errors.Is(err, os.ErrDeadlineExceeded), errors.Is(err, context.DeadlineExceeded), errors.Is(err, syscall.ETIMEDOUT):
		return TimedOut
	case errors.As(err, &dns) && dns.Err == "unknown port", errors.As(err, &addr):
		return BadPort
	case errors.As(err, &dns):
		return UnknownHost
	case errors.Is(err, syscall.ECONNREFUSED):
		return Refused
	case errors.Is(err, syscall.ECONNRESET):
		return Reset
	case errors.Is(err, syscall.EHOSTUNREACH), errors.Is(err, syscall.ENETUNREACH):
		return Unreachable
	}
	var timeout net.Error
	if errors.As(err, &timeout) && timeout.Timeout() {
		return TimedOut
	}
	return Other
}

// plainError gives the system's words of a network error, without addresses and the call that failed.
func plainError(err error) string {
	var sys syscall.Errno
	if errors.As(err, &sys) {
		return sys.Error()
	}
	var op *net.OpError
	if errors.As(err, &op) {
		return op.Err.Error()
	}
	return err.Error()
}
