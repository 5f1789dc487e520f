package practice

import (
	"errors"
	"fmt"
	"net"
)

// The doors of a server: each protocol in the clear, and with TLS from the first octet.
const (
	doorPOP3 = iota
	doorSMTP
	doorPOP3S
	doorSMTPS
	doors
)

// doorRow says what is spoken behind a door.
type doorRow struct {
	name   string
	secure bool
	busy   Key // what a client hears when there are too many
	open   func(*Server, *conn) protocolSession
}

var doorRows = [doors]doorRow{
	doorPOP3:  {"POP3", false, keyPOPBusy, openPOP},
	doorSMTP:  {"SMTP", false, keySMTPBusy, openSMTP},
	doorPOP3S: {"POP3 over TLS", true, keyPOPBusy, openPOP},
	doorSMTPS: {"SMTP over TLS", true, keySMTPBusy, openSMTP},
}

func openPOP(s *Server, c *conn) protocolSession  { return newPOPSession(s, c) }
func openSMTP(s *Server, c *conn) protocolSession { return newSMTPSession(s, c) }

// listen opens all doors before it serves at any.
func (s *Server) listen(cfg Config) error {
	none := true
	for i, address := range [doors]string{cfg.POP3, cfg.SMTP, cfg.POP3S, cfg.SMTPS} {
		if address == "" {
			continue
		}
		l, err := net.Listen("tcp", address)
		if err != nil {
			s.closeListeners()
			return fmt.Errorf("practice server, %s: %w", doorRows[i].name, err)
		}
		s.listeners[i], none = l, false
	}
	if none {
		return errors.New("practice server: no address to listen on")
	}
	for i, l := range s.listeners {
		if l != nil {
			s.serve(l, doorRows[i])
		}
	}
	return nil
}

func (s *Server) closeListeners() {
	for _, l := range s.listeners {
		if l != nil {
			_ = l.Close()
		}
	}
}

// POP3Addr is the address that POP3 listens on, nil if it does not.
func (s *Server) POP3Addr() net.Addr { return s.address(doorPOP3) }

// SMTPAddr is the address that SMTP listens on, nil if it does not.
func (s *Server) SMTPAddr() net.Addr { return s.address(doorSMTP) }

// POP3SAddr is the address that POP3 with TLS from the first octet listens on, nil if it does not.
func (s *Server) POP3SAddr() net.Addr { return s.address(doorPOP3S) }

// SMTPSAddr is the address that SMTP with TLS from the first octet listens on, nil if it does not.
func (s *Server) SMTPSAddr() net.Addr { return s.address(doorSMTPS) }

func (s *Server) address(door int) net.Addr {
	if s.listeners[door] == nil {
		return nil
	}
	return s.listeners[door].Addr()
}
