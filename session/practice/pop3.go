package practice

import (
	"errors"
	"strings"
	"time"
)

// popState is where a POP3 session stands (RFC 1939 §3).
type popState uint8

const (
	popAuthorization popState = 1 << iota
	popTransaction
)

// A popSession speaks POP3 with one client. Its goroutine is the only one that touches it.
type popSession struct {
	*conn
	srv   *Server
	state popState
	stamp string // what APOP digests; "" if the greeting has none
	name  string // what USER said last
	visit *visit // the maildrop, in TRANSACTION
	gone  []bool // by message: marked by DELE
	bad   int    // refused commands
	wrong int    // refused passwords
}

// popCommand is a row of the table of commands.
type popCommand struct {
	states popState
	least  int // number of arguments
	most   int
	run    func(*popSession, []string) error
}

// popCommands are the commands of RFC 1939, 2449, 2595, 5034 and 6856.
// PASS is not split at blanks, because a password may have some; its row takes the rest of the line.
var popCommands = map[string]popCommand{
	"USER": {popAuthorization, 1, 1, (*popSession).user},
	"PASS": {popAuthorization, 1, 1, (*popSession).pass},
	"APOP": {popAuthorization, 2, 2, (*popSession).apop},
	"AUTH": {popAuthorization, 1, 2, (*popSession).auth},
	"UTF8": {popAuthorization, 0, 0, (*popSession).utf8},
	"LANG": {popAuthorization | popTransaction, 0, 1, (*popSession).lang},
	"STLS": {popAuthorization, 0, 0, (*popSession).stls},
	"CAPA": {popAuthorization | popTransaction, 0, 0, (*popSession).capa},
	"QUIT": {popAuthorization | popTransaction, 0, 0, (*popSession).quit},
	"STAT": {popTransaction, 0, 0, (*popSession).stat},
	"LIST": {popTransaction, 0, 1, (*popSession).list},
	"UIDL": {popTransaction, 0, 1, (*popSession).uidl},
	"RETR": {popTransaction, 1, 1, (*popSession).retr},
	"TOP":  {popTransaction, 2, 2, (*popSession).top},
	"DELE": {popTransaction, 1, 1, (*popSession).dele},
	"NOOP": {popTransaction, 0, 0, (*popSession).noop},
	"RSET": {popTransaction, 0, 0, (*popSession).rset},
}

func newPOPSession(s *Server, c *conn) *popSession {
	p := &popSession{conn: c, srv: s, state: popAuthorization}
	if strings.Contains(s.voice.Replies[keyPOPGreeting], "{stamp}") {
		p.stamp = s.stamp()
	}
	return p
}

func (p *popSession) say(key Key, fill ...string) { p.srv.say(&p.out, key, fill...) }

// refuse says no. Too many refusals end the session.
func (p *popSession) refuse(key Key, fill ...string) error {
	p.say(key, fill...)
	if p.bad++; p.bad >= p.srv.limits.BadCommands {
		return errHangUp
	}
	return nil
}

func (p *popSession) greet() error {
	if handled, err := p.srv.meet(p.conn, whenGreeting); handled || err != nil {
		return err
	}
	p.say(keyPOPGreeting, "id", nonce(16)+"s", "stamp", p.stamp, "ip", p.remote())
	return nil
}

func (p *popSession) patience() time.Duration { return p.srv.limits.Idle }

func (p *popSession) step() error {
	line, end, err := p.command(saslLine, p.patience())
	if err != nil {
		return err
	}
	verb, rest, args := strings.Cut(string(line), " ")
	verb = strings.ToUpper(verb)
	switch {
	case end == endLong || len(line)+2 > popLine && verb != "AUTH":
		return p.refuse(keyPOPLong)
	case end == endLF && !p.srv.takesLF():
		return p.refuse(keyPOPBareLF)
	}
	if p.srv.counts.command("pop3", verb); p.pace.over(&p.srv.limits) {
		return errLimit
	}
	if handled, err := p.srv.meet(p.conn, string(line)); handled || err != nil {
		return err
	}
	row, known := popCommands[verb]
	switch {
	case !known || !p.does(verb):
		return p.refuse(keyPOPUnknown, "verb", verb)
	case row.states&p.state == 0:
		return p.refuse(keyPOPState, "verb", verb)
	}
	arg := arguments(verb, rest, args)
	if len(arg) < row.least || len(arg) > row.most {
		return p.refuse(keyPOPSyntax, "verb", verb)
	}
	return row.run(p, arg)
}

// does tells whether a command is offered: APOP by the stamp in the greeting, TOP and UIDL by CAPA (RFC 2449 §6).
func (p *popSession) does(verb string) bool {
	switch verb {
	case "APOP":
		return p.stamp != ""
	case "TOP", "UIDL":
		return offers(p.srv.voice.CAPA, verb)
	}
	return true
}

// arguments splits what follows the verb. The argument of PASS is the rest of the line, blanks and all.
func arguments(verb, rest string, any bool) []string {
	if !any || rest == "" {
		return nil
	}
	if verb == "PASS" {
		return []string{rest}
	}
	return strings.Fields(rest)
}

func (p *popSession) farewell(why error) {
	switch {
	case errors.Is(why, errClosing):
		p.say(keyPOPClosing)
	case errors.Is(why, errHangUp), errors.Is(why, errEndless):
		p.say(keyPOPTooMany)
	case errors.Is(why, errLimit):
		p.srv.counts.limited.Add(1)
		p.say(keyPOPRate)
	}
	// A client that was silent too long hears nothing (RFC 1939 §3).
}

// done gives the lock back. Nothing is deleted: only QUIT does that (RFC 1939 §6).
func (p *popSession) done() {
	if p.visit != nil {
		p.visit.leave()
	}
}
