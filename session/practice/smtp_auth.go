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
		return s.refuse(keySmtpUndone)
	case s.state == smtpConnected:
		return s.refuse(keySmtpNeedHelo, "verb", "AUTH")
	case s.user != "":
		return s.refuse(keySmtpAuthTwice)
	case s.state > smtpGreeted:
		return s.refuse(keySmtpAuthInMail)
	case name == "":
		return s.refuse(keySmtpNoMech)
	}
	x := &exchange{srv: s.srv, ask: s.ask}
	var err error
	if x.initial, err = initialResponse(strings.TrimSpace(initial)); err != nil {
		return s.refuse(keySmtpBase64)
	}
	who, known, err := x.authenticate(name, offered)
	if !known {
		return s.refuse(keySmtpMechanism)
	}
	return s.loggedIn(who, err)
}

func (s *smtpSession) ask(challenge string) (string, error) {
	_, _ = s.out.Write([]byte("334 " + encode(challenge) + "\r\n"))
	return s.answer(s.srv.limits.Command, s.srv.rules.BareLF)
}

func (s *smtpSession) loggedIn(who string, err error) error {
	switch {
	case errors.Is(err, errCancelled):
		return s.refuse(keySmtpCancelled)
	case errors.Is(err, errBase64):
		return s.refuse(keySmtpBase64)
	case errors.Is(err, errTooLong):
		return s.refuse(keySmtpLong)
	case errors.Is(err, errRefused):
		s.say(keySmtpRefused)
		if s.wrong++; s.wrong >= s.srv.limits.BadLogins {
			return errHangUp
		}
		return nil
	case err != nil:
		return err
	}
	s.user = who
	s.say(keySmtpLogin)
	s.srv.logf("%s smtp login %q", s.RemoteAddr(), who)
	return nil
}
