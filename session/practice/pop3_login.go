package practice

import (
	"errors"
	"strings"
)

// user takes any name: to tell here which names exist would help a guesser (RFC 1939 §13).
func (p *popSession) user(arg []string) error {
	p.name = arg[0]
	p.say(keyPOPUser)
	return nil
}

func (p *popSession) pass(arg []string) error {
	if p.name == "" {
		return p.refuse(keyPOPNeedUser)
	}
	who, err := p.srv.login(p.name, arg[0])
	p.name = ""
	return p.enter(who, "PASS", err)
}

func (p *popSession) apop(arg []string) error {
	who, err := p.srv.apop(arg[0], p.stamp, strings.ToLower(arg[1]))
	return p.enter(who, "APOP", err)
}

// auth is RFC 5034: challenges begin with "+ ".
func (p *popSession) auth(arg []string) error {
	offered := mechanisms(p.srv.voice.CAPA, "SASL")
	x := &exchange{srv: p.srv, ask: p.ask}
	var err error
	if len(arg) == 2 {
		if x.initial, err = initialResponse(arg[1]); err != nil {
			return p.refuse(keyPOPBase64)
		}
	}
	who, known, err := x.authenticate(arg[0], offered)
	switch {
	case !known:
		return p.refuse(keyPOPMechanism)
	case errors.Is(err, errCancelled):
		return p.refuse(keyPOPCancelled)
	case errors.Is(err, errBase64):
		return p.refuse(keyPOPBase64)
	case errors.Is(err, errTooLong):
		return p.refuse(keyPOPLong)
	}
	return p.enter(who, strings.ToUpper(arg[0]), err)
}

func (p *popSession) ask(challenge string) (string, error) {
	_, _ = p.out.Write([]byte("+ " + encode(challenge) + "\r\n"))
	return p.answer(p.srv.limits.Idle, p.srv.takesLF())
}

// enter opens the maildrop of who and goes to TRANSACTION; by is the command or the mechanism.
func (p *popSession) enter(who, by string, err error) error {
	if errors.Is(err, errRefused) {
		p.srv.refusedLogin(p.conn)
		p.wrong++
		if err := p.penalty(p.wrong, p.srv.limits.Penalty); err != nil {
			return err
		}
		p.say(keyPOPRefused)
		if p.wrong >= p.srv.limits.BadLogins {
			return errHangUp
		}
		return nil
	}
	if err != nil {
		return err
	}
	v, ok := p.srv.store.visit(p.srv.store.seat(who, p.remote()))
	if !ok {
		return p.refuse(keyPOPInUse)
	}
	p.visit, p.gone, p.state = v, make([]bool, len(v.letters)), popTransaction
	p.total(keyPOPLogin)
	p.srv.admitted(p.conn, "POP3", who, by)
	return nil
}

func (p *popSession) capa([]string) error {
	p.say(keyPOPCapa)
	for _, line := range p.offered(p.srv.voice.CAPA, "STLS") {
		p.srv.line(&p.out, line, nil)
	}
	p.period()
	return nil
}

// utf8 is RFC 6856 §2.1. Letters are sent as they are in any case, so there is nothing to switch.
func (p *popSession) utf8([]string) error {
	if !offers(p.srv.voice.CAPA, "UTF8") {
		return p.refuse(keyPOPUnknown, "verb", "UTF8")
	}
	p.say(keyPOPUTF8)
	return nil
}

// Languages of the server's own sentences: the one that RFC 6856 §3.2 wants of every server, and what the voices speak.
var popLanguages = []struct{ tag, name string }{{"i-default", "English"}, {"en", "English"}}

// lang is RFC 6856 §3: it lists the languages, or takes one. "*" leaves the choice to the server.
func (p *popSession) lang(arg []string) error {
	switch {
	case !offers(p.srv.voice.CAPA, "LANG"):
		return p.refuse(keyPOPUnknown, "verb", "LANG")
	case len(arg) == 0:
		p.say(keyPOPLangs)
		for _, l := range popLanguages {
			p.srv.line(&p.out, l.tag+" "+l.name, nil)
		}
		p.period()
		return nil
	}
	want, _, _ := strings.Cut(strings.ToLower(arg[0]), "-") // en-GB is served by en (RFC 4647 §3.4)
	for _, l := range popLanguages {
		if strings.EqualFold(arg[0], l.tag) || want == l.tag || want == "*" {
			p.say(keyPOPLang, "lang", l.tag)
			return nil
		}
	}
	return p.refuse(keyPOPNoLang, "arg", arg[0])
}

// quit ends the session; from TRANSACTION it goes through UPDATE, where marked letters are removed (RFC 1939 §6).
// The lock is given back before the reply, so that the client can log in again at once.
func (p *popSession) quit([]string) error {
	if p.state != popTransaction {
		p.say(keyPOPQuit)
		return errQuit
	}
	uids := map[string]bool{}
	for i, l := range p.visit.letters {
		if p.gone[i] {
			uids[l.UID] = true
		}
	}
	err := p.visit.remove(uids)
	p.visit.leave()
	if err != nil {
		p.srv.logf("%s remove: %v", p.RemoteAddr(), err)
		p.say(keyPOPNotGone)
		return errQuit
	}
	p.say(keyPOPUpdate, "count", itoa(int64(len(uids))))
	return errQuit
}
