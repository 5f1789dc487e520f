package practice

import (
	"errors"
	"strings"
)

// auth is RFC 4954 §4. It is taken after HELO, too: the tutorial greets with HELO, and no server has minded since.
func (s *smtpSession) auth(arg string) error {
	name, initial, _ := strings.Cut(arg, " ")
	offered := mechanisms(s.srv.voice.EHLO, "AUTH")
	switch {
	case offered == nil:
		return s.refuse(keySMTPUndone)
	case s.state == smtpConnected:
		return s.refuse(keySMTPNeedHelo, "verb", "AUTH")
	case s.user != "":
		return s.refuse(keySMTPAuthTwice)
	case s.state > smtpGreeted:
		return s.refuse(keySMTPAuthInMail)
	case name == "":
		return s.refuse(keySMTPNoMech)
	}
	x := &exchange{srv: s.srv, ask: s.ask}
	var err error
	if x.initial, err = initialResponse(strings.TrimSpace(initial)); err != nil {
		return s.refuse(keySMTPBase64)
	}
	who, known, err := x.authenticate(name, offered)
	if !known {
		return s.refuse(keySMTPMechanism)
	}
	return s.loggedIn(who, strings.ToUpper(name), err)
}

func (s *smtpSession) ask(challenge string) (string, error) {
	_, _ = s.out.Write([]byte("334 " + encode(challenge) + "\r\n"))
	return s.answer(s.srv.limits.Command, s.srv.takesLF())
}

func (s *smtpSession) loggedIn(who, by string, err error) error {
	switch {
	case errors.Is(err, errCancelled):
		return s.refuse(keySMTPCancelled)
	case errors.Is(err, errBase64):
		return s.refuse(keySMTPBase64)
	case errors.Is(err, errTooLong):
		return s.refuse(keySMTPLong)
	case errors.Is(err, errRefused):
		s.srv.refusedLogin(s.conn)
		s.wrong++
		if err := s.penalty(s.wrong, s.srv.limits.Penalty); err != nil {
			return err
		}
		s.say(keySMTPRefused)
		if s.wrong >= s.srv.limits.BadLogins {
			return errHangUp
		}
		return nil
	case err != nil:
		return err
	}
	s.user = who
	s.say(keySMTPLogin)
	s.srv.admitted(s.conn, "SMTP", who, by)
	return nil
}
