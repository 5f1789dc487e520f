package proto

import (
	"bytes"
	"slices"
	"strconv"
	"strings"

	"byhand/session"
)

// Phase is where a dialogue stands.
type Phase uint8

// The phases: of POP3 the states of RFC 1939 §3; of SMTP how far the transaction has come (RFC 5321 §4.1.4).
const (
	Connected     Phase = iota // nothing has been heard yet, or the greeting alone (SMTP)
	Authorization              // POP3: greeted, not logged in
	Transaction                // POP3: logged in
	Update                     // POP3: QUIT was answered, marked messages are gone
	Greeted                    // SMTP: HELO or EHLO was answered with 250
	Mail                       // SMTP: the reverse-path was accepted
	Rcpt                       // SMTP: at least one recipient was accepted
	Letter                     // SMTP: the letter is being sent (after 354, or between BDATs)
	Closed                     // the connection is closed
)

var phaseNames = [...]string{"connected", "authorization", "transaction", "update", "greeted", "mail", "rcpt", "data", "closed"}

// String gives the phase's name in lower case, as lessons write it.
func (p Phase) String() string { return phaseNames[p] }

// State is what an observer of the wire knows of one connection. Observe keeps it; it depends on nothing but the events.
type State struct {
	Proto   session.Protocol
	Phase   Phase
	TLS     bool
	Greeted bool   // a greeting, and for SMTP an accepted HELO or EHLO
	ESMTP   bool   // it was EHLO
	User    string // the name given by USER, APOP or AUTH as far as it can be read, whether or not it was accepted
	Authed  bool
	Mech    string   // "USER", "APOP", or the SASL mechanism by which the login went
	Offers  []string // the lines of the last EHLO or CAPA reply, as sent

	Marked []int // POP3: messages marked by DELE
	Seen   []int // POP3: messages fetched by RETR

	From     string   // SMTP: the accepted reverse-path without its brackets
	HasFrom  bool     // tells the null reverse-path from none
	To       []string // SMTP: accepted forward-paths without their brackets
	Accepted int      // letters accepted in this connection

	Left string // "", "quit" or "dropped": how the connection ended

	sent map[int]sent // commands whose reply has not come, by their N
	step int          // answers given in the AUTH exchange under way
	mech string       // its mechanism
}

// maxKept bounds the messages and the recipients that a connection is remembered by.
const maxKept = 10_000

// with adds a number that a list does not have yet.
func with(list []int, n int) []int {
	if len(list) >= maxKept || slices.Contains(list, n) {
		return list
	}
	return append(list, n)
}

// sent is a command that waits for its reply.
type sent struct{ verb, arg string }

// Split parts a command line into its verb in upper case and its argument without outer blanks.
func Split(line []byte) (verb, arg string) {
	s := string(bytes.Trim(session.TrimEOL(line), " \t"))
	i := strings.IndexAny(s, " \t")
	if i < 0 {
		return upper(s), ""
	}
	return upper(s[:i]), strings.TrimLeft(s[i:], " \t")
}

// Path reads the argument of MAIL or RCPT: the address without its brackets, the parameters after it, and whether it
// had the strict form FROM:<address> or TO:<address> (RFC 5321 §4.1.2). Lenient forms are read as servers read them.
func Path(arg string) (addr string, params []string, strict bool) {
	word, rest, found := strings.Cut(arg, ":")
	if !found || !(strings.EqualFold(strings.TrimSpace(word), "FROM") || strings.EqualFold(strings.TrimSpace(word), "TO")) {
		return "", nil, false
	}
	strict = word == strings.TrimSpace(word) && strings.HasPrefix(rest, "<")
	rest = strings.TrimLeft(rest, " \t")
	if strings.HasPrefix(rest, "<") {
		end := strings.IndexByte(rest, '>')
		if end < 0 {
			return rest[1:], nil, false
		}
		return rest[1:end], strings.Fields(rest[end+1:]), strict
	}
	words := strings.Fields(rest)
	if len(words) == 0 {
		return "", nil, false
	}
	return words[0], words[1:], false
}

// Observe takes the next event of the connection into account.
func (s *State) Observe(e *session.Event) {
	switch e.Role {
	case session.Open:
		*s = State{Proto: e.Proto, TLS: e.Mark.Text("tls") != ""}
	case session.TLS:
		if e.Mark.Text("is") == "done" {
			s.startTLS()
		}
	case session.Close:
		s.Phase = Closed
		if s.Left == "" {
			s.Left = "dropped"
		}
	case session.Command:
		s.command(e)
	case session.Answer:
		s.answer(e)
	case session.Greeting:
		s.Proto = e.Proto
		if e.Proto == session.POP3 && e.Code == "+OK" {
			s.Phase, s.Greeted = Authorization, true
		}
	case session.Reply:
		s.reply(e)
	case session.Data:
		s.data(e)
	}
}

// startTLS forgets what was learnt in clear, as both ends must (RFC 3207 §4.2, RFC 2595 §4).
func (s *State) startTLS() {
	proto, phase := s.Proto, Connected
	if proto == session.POP3 {
		phase = Authorization
	}
	*s = State{Proto: proto, Phase: phase, TLS: true, Greeted: proto == session.POP3, Accepted: s.Accepted}
}

func (s *State) command(e *session.Event) {
	s.Proto = e.Proto
	if s.sent == nil {
		s.sent = map[int]sent{}
	}
	if e.Cont {
		return
	}
	verb, arg := Split(e.Raw)
	switch {
	case len(e.Secret) == 0 || e.Verb == "APOP" || e.Verb == "AUTH":
	case e.Verb == "USER":
		arg, _, _ = strings.Cut(arg, " ")
	default:
		arg = "" // never keep a password
	}
	if len(s.sent) >= maxPending {
		clear(s.sent)
	}
	s.sent[e.N] = sent{clip(verb), clip(arg)}
	if verb == "EHLO" || verb == "LHLO" || verb == "CAPA" {
		s.Offers = nil
	}
	if verb == "AUTH" {
		word := strings.Fields(arg)
		s.step, s.mech = 0, ""
		if len(word) > 0 {
			s.mech = strings.ToUpper(word[0])
		}
		if len(word) > 1 {
			s.name(word[1])
		}
	}
}

func (s *State) answer(e *session.Event) {
	s.name(string(e.Line()))
	s.step++
}

// name keeps the user name of an AUTH answer, where it can be read; it never keeps a password.
func (s *State) name(b64 string) {
	if user := UserName(s.mech, s.step, b64); user != "" {
		s.User = user
	}
}

func (s *State) reply(e *session.Event) {
	if e.More && (e.Verb == "EHLO" || e.Verb == "LHLO") {
		s.offer(e, e.Verb)
	}
	if e.More && e.Proto == session.SMTP {
		return
	}
	c, ok := s.sent[e.Re]
	if !ok {
		return
	}
	if !e.More {
		delete(s.sent, e.Re)
	}
	good := e.Code == "+OK" || strings.HasPrefix(e.Code, "2")
	if e.Proto == session.POP3 {
		s.pop3(c, good)
	} else {
		s.smtp(c, e, good)
	}
}

// offer notes one line of an EHLO reply or of a CAPA listing.
func (s *State) offer(e *session.Event, verb string) {
	line := string(e.Line())
	if verb != "CAPA" {
		if len(line) < 4 {
			return
		}
		line = line[4:]
	}
	if len(s.Offers) < 100 {
		s.Offers = append(s.Offers, line)
	}
}

func (s *State) data(e *session.Event) {
	if e.From != session.Server {
		return
	}
	if e.Verb == "CAPA" && e.More {
		s.offer(e, "CAPA")
	}
	if !e.More {
		delete(s.sent, e.Re)
	}
}

func (s *State) pop3(c sent, good bool) {
	n, _ := strconv.Atoi(c.arg)
	switch {
	case c.verb == "USER" && good:
		s.User = c.arg
	case (c.verb == "PASS" || c.verb == "APOP" || c.verb == "AUTH") && good && (c.verb != "AUTH" || c.arg != ""):
		s.Phase, s.Authed, s.Mech = Transaction, true, c.verb
		switch c.verb {
		case "PASS":
			s.Mech = "USER"
		case "APOP":
			s.User, _, _ = strings.Cut(c.arg, " ")
		case "AUTH":
			s.Mech = s.mech
		}
	case c.verb == "DELE" && good:
		s.Marked = with(s.Marked, n)
	case c.verb == "RSET" && good:
		s.Marked = nil
	case c.verb == "RETR" && good:
		s.Seen = with(s.Seen, n)
	case c.verb == "QUIT":
		s.Left = "quit"
		if s.Phase == Transaction && good {
			s.Phase = Update
		}
	}
}

func (s *State) smtp(c sent, e *session.Event, good bool) {
	switch c.verb {
	case "HELO", "EHLO", "LHLO":
		if !good {
			return
		}
		if c.verb == "HELO" {
			s.Offers = nil
		} else {
			s.offer(e, c.verb)
		}
		s.forget()
		s.Phase, s.Greeted, s.ESMTP = Greeted, true, c.verb != "HELO"
	case "AUTH":
		if good {
			s.Authed, s.Mech = true, s.mech
		}
	case "MAIL":
		if good {
			s.From, _, _ = Path(c.arg)
			s.HasFrom, s.Phase = true, Mail
		}
	case "RCPT":
		if good {
			addr, _, _ := Path(c.arg)
			s.Phase = Rcpt
			if len(s.To) < maxKept {
				s.To = append(s.To, addr)
			}
		}
	case "DATA":
		if e.Code == "354" {
			s.Phase = Letter
			s.sent[e.Re] = c // the reply after the dot answers DATA, too
			return
		}
		s.letter(good, s.Phase == Letter)
	case "BDAT":
		last := strings.HasSuffix(strings.ToUpper(c.arg), " LAST")
		if good && !last {
			s.Phase = Letter
			return
		}
		s.letter(good, last)
	case "RSET":
		if good {
			s.forget()
		}
	case "QUIT":
		if good {
			s.Left = "quit"
		}
	}
}

// letter closes a transaction whose letter was sent to its end; a DATA that was refused leaves it open.
func (s *State) letter(good, ended bool) {
	if good {
		s.Accepted++
	}
	if good || ended {
		s.forget()
	}
}

// forget drops the envelope, as RSET, EHLO and the end of a letter do (RFC 5321 §4.1.1.5, §4.1.4).
func (s *State) forget() {
	s.From, s.HasFrom, s.To = "", false, nil
	if s.Phase > Greeted && s.Phase < Closed {
		s.Phase = Greeted
	}
}

// upper is strings.ToUpper for ASCII alone: every other byte stays as it is, so that the verb is as long as what was typed.
func upper(s string) string {
	if !strings.ContainsFunc(s, func(r rune) bool { return 'a' <= r && r <= 'z' }) {
		return s
	}
	b := []byte(s)
	for i, c := range b {
		if 'a' <= c && c <= 'z' {
			b[i] = c - ('a' - 'A')
		}
	}
	return string(b)
}
