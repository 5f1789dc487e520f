package practice

import (
	"errors"
	"strings"
	"time"
)

// smtpState is where a mail transaction stands (RFC 5321 §4.1.4).
type smtpState uint8

const (
	smtpConnected smtpState = iota // the greeting was sent
	smtpGreeted                    // HELO or EHLO was taken
	smtpMailed                     // MAIL was taken
	smtpRcpted                     // at least one RCPT was taken
	smtpChunking                   // a BDAT was taken that was not the last (RFC 3030 §2)
)

// A smtpSession speaks SMTP with one client. Its goroutine is the only one that touches it.
type smtpSession struct {
	*conn
	srv    *Server
	state  smtpState
	helo   string // what the client calls itself
	esmtp  bool   // it said EHLO
	user   string // who has logged in; "" if nobody
	bad    int    // refused commands
	wrong  int    // refused passwords
	mail   transaction
	letter []byte // what BDAT has brought so far
	line   string // the command line being answered
}

// A transaction is the envelope of one letter.
type transaction struct {
	from   mailbox
	to     []string // names of local accounts, each once
	first  string   // the first recipient, as the client wrote it
	rcpts  int      // RCPT commands that were taken
	binary bool     // BODY=BINARYMIME: only BDAT can bring it
	utf8   bool     // SMTPUTF8
	ends   Ends     // what ends its text beside CRLF dot CRLF, where a recipient asked for it
}

// smtpCommand is a row of the table of commands.
type smtpCommand struct {
	bare bool // it takes no argument
	run  func(*smtpSession, string) error
}

// smtpCommands are the commands of RFC 5321, 4954, 3030 and 3207.
var smtpCommands = map[string]smtpCommand{
	"HELO":     {false, (*smtpSession).heloCommand},
	"EHLO":     {false, (*smtpSession).ehlo},
	"AUTH":     {false, (*smtpSession).auth},
	"MAIL":     {false, (*smtpSession).mailFrom},
	"RCPT":     {false, (*smtpSession).rcptTo},
	"DATA":     {true, (*smtpSession).data},
	"BDAT":     {false, (*smtpSession).bdat},
	"RSET":     {true, (*smtpSession).rset},
	"NOOP":     {false, (*smtpSession).noop},
	"VRFY":     {false, (*smtpSession).vrfy},
	"EXPN":     {false, (*smtpSession).expn},
	"HELP":     {false, (*smtpSession).help},
	"QUIT":     {true, (*smtpSession).quit},
	"STARTTLS": {true, (*smtpSession).starttls},

	"ETRN": {false, (*smtpSession).undone},
	"TURN": {false, (*smtpSession).undone},
	"SEND": {false, (*smtpSession).undone},
	"SOML": {false, (*smtpSession).undone},
	"SAML": {false, (*smtpSession).undone},
}

func newSMTPSession(s *Server, c *conn) *smtpSession { return &smtpSession{conn: c, srv: s} }

func (s *smtpSession) say(key Key, fill ...string) {
	replies := s.srv.voice.Replies
	if s.esmtp {
		replies = s.srv.enhanced
	}
	s.srv.sayText(&s.out, replies[key], fill...)
}

// refuse says no. Too many refusals end the session.
func (s *smtpSession) refuse(key Key, fill ...string) error {
	s.say(key, fill...)
	if s.bad++; s.bad >= s.srv.limits.BadCommands {
		return errHangUp
	}
	return nil
}

// decline says no to a command that is well formed: a recipient who is not here is no error of the client's.
func (s *smtpSession) decline(key Key, fill ...string) error {
	s.say(key, fill...)
	return nil
}

func (s *smtpSession) greet() error {
	if handled, err := s.srv.meet(s.conn, whenGreeting); handled || err != nil {
		return err
	}
	return s.decline(keySMTPGreeting, "id", nonce(8), "ip", s.remote())
}

func (s *smtpSession) patience() time.Duration { return s.srv.limits.Command }

func (s *smtpSession) step() error {
	line, end, err := s.command(saslLine, s.patience())
	if err != nil {
		return err
	}
	s.line = string(line)
	verb, arg, _ := strings.Cut(s.line, " ")
	verb, arg = strings.ToUpper(verb), strings.Trim(arg, " ")
	switch {
	case end == endLong || len(line)+2 > smtpLine && verb != "AUTH":
		return s.refuse(keySMTPLong)
	case end == endLF && !s.srv.takesLF():
		return s.refuse(keySMTPBareLF)
	}
	if s.srv.counts.command("smtp", verb); s.pace.over(&s.srv.limits) {
		return errLimit
	}
	if handled, err := s.srv.meet(s.conn, s.line); handled || err != nil {
		return err
	}
	row, known := smtpCommands[verb]
	switch {
	case !known || strings.ContainsAny(s.line, "\x00\r"):
		return s.refuse(keySMTPUnknown, "verb", verb, "ip", s.remote())
	case row.bare && arg != "":
		return s.refuse(keySMTPArgument, "verb", verb)
	}
	return row.run(s, arg)
}

func (s *smtpSession) farewell(why error) {
	switch {
	case errors.Is(why, errClosing):
		s.say(keySMTPClosing)
	case errors.Is(why, errHangUp), errors.Is(why, errEndless):
		s.say(keySMTPErrors)
	case errors.Is(why, errLimit):
		s.srv.counts.limited.Add(1)
		s.say(keySMTPRate)
	case timedOut(why):
		s.say(keySMTPTimeout)
	}
}

func (s *smtpSession) done() {}

func (s *smtpSession) heloCommand(arg string) error {
	if !s.hello(arg, false) {
		return s.refuse(keySMTPHeloSyntax, "verb", "HELO")
	}
	s.say(keySMTPHelo, "arg", arg, "ip", s.remote())
	return nil
}

func (s *smtpSession) ehlo(arg string) error {
	if !s.hello(arg, true) {
		return s.refuse(keySMTPHeloSyntax, "verb", "EHLO")
	}
	s.srv.sayText(&s.out, "250 "+strings.Join(s.offered(s.srv.voice.EHLO, "STARTTLS"), "\n"), "arg", arg, "ip", s.remote())
	return nil
}

// hello takes the client's name and forgets a transaction under way (RFC 5321 §4.1.4). The name is one word; what is
// in it matters to nobody, and learners write what they like.
func (s *smtpSession) hello(arg string, esmtp bool) bool {
	if arg == "" || len(arg) > maxDomain || strings.ContainsFunc(arg, func(r rune) bool { return r <= ' ' || r == 0x7f }) {
		return false
	}
	s.forget()
	s.helo, s.esmtp, s.state = arg, esmtp, smtpGreeted
	return true
}

// forget drops the transaction.
func (s *smtpSession) forget() {
	s.mail, s.letter = transaction{}, nil
	if s.state > smtpGreeted {
		s.state = smtpGreeted
	}
}

func (s *smtpSession) rset(string) error {
	s.forget()
	s.say(keySMTPRset)
	return nil
}

func (s *smtpSession) quit(string) error {
	s.say(keySMTPQuit)
	return errQuit
}

// vrfy does not tell who lives here (RFC 5321 §3.5.3, §7.3).
func (s *smtpSession) vrfy(arg string) error {
	if arg == "" {
		return s.refuse(keySMTPValue, "arg", "VRFY")
	}
	return s.decline(keySMTPVrfy, "arg", arg)
}

func (s *smtpSession) noop(string) error { return s.decline(keySMTPNoop) }
func (s *smtpSession) help(string) error { return s.decline(keySMTPHelp) }
func (s *smtpSession) expn(string) error { return s.decline(keySMTPExpn) }
func (s *smtpSession) undone(string) error {
	verb, _, _ := strings.Cut(s.line, " ")
	return s.refuse(keySMTPUndone, "verb", strings.ToUpper(verb))
}
