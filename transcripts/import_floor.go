package transcripts

import (
	"bytes"
	"strings"

	"byhand/session"
	"byhand/session/proto"
)

// A floor tells who has the floor, that is, whose a line of a screen is, by what the protocol lets each side say. It is a guess: a letter's line that
// begins with three digits is told from a reply by where the dialogue stands, and a line that nobody may say is the client's.
type floor struct {
	proto  session.Protocol
	lines  bool   // POP3: a list or a letter comes from the server
	letter bool   // SMTP: a letter goes to the server
	asked  bool   // the server waits for an answer of AUTH
	verb   string // the client's last command
	alone  bool   // it had no argument
}

// greet tells whether a line is a server's greeting, and begins with it.
func (t *floor) greet(line []byte) bool {
	t.proto = greeting(line)
	return t.proto != session.Untold
}

// busy tells whether a letter or a list is under way, so that any line may belong to it.
func (t *floor) busy() bool { return t.lines || t.letter }

// side tells who must speak next, as far as the protocol says.
func (t *floor) side() session.Side {
	switch {
	case t.lines:
		return session.Server
	case t.letter || t.asked:
		return session.Client
	}
	return session.Nobody
}

// whose tells who said a line.
func (t *floor) whose(line []byte) session.Side {
	if from := t.side(); from != session.Nobody {
		return from
	}
	if t.proto == session.POP3 && (popStatus(line) || string(line) == "+ " || string(line) == "+") || t.proto == session.SMTP && smtpReply(line) {
		return session.Server
	}
	return session.Client
}

// client lets the floor follow a line of the client.
func (t *floor) client(line []byte) {
	switch {
	case t.letter:
		t.letter = string(line) != "."
	case t.asked:
		t.asked = false
	default:
		verb, _ := proto.Split(line)
		t.verb, t.alone = verb, len(bytes.TrimSpace(line)) == len(verb)
	}
}

// server lets the floor follow a line of the server.
func (t *floor) server(line []byte) {
	switch {
	case t.lines:
		t.lines = string(line) != "."
	case t.proto == session.POP3:
		t.asked = bytes.HasPrefix(line, []byte("+ ")) || string(line) == "+"
		t.lines = bytes.HasPrefix(bytes.ToUpper(line), []byte("+OK")) && t.many()
		if popStatus(line) {
			t.verb = ""
		}
	default:
		t.letter = bytes.HasPrefix(line, []byte("354"))
		t.asked = bytes.HasPrefix(line, []byte("334"))
	}
}

// many tells whether the last command of POP3 is answered by several lines (RFC 1939 §5, RFC 2449 §5).
func (t *floor) many() bool {
	switch t.verb {
	case "RETR", "TOP", "CAPA":
		return true
	case "LIST", "UIDL", "AUTH":
		return t.alone
	}
	return false
}

// popStatus tells whether a line is a status of POP3.
func popStatus(line []byte) bool {
	word, _, _ := strings.Cut(string(line[:min(len(line), 5)]), " ")
	return strings.EqualFold(word, "+OK") || strings.EqualFold(word, "-ERR")
}

// smtpReply tells whether a line has the form of a reply of SMTP (RFC 5321 §4.2).
func smtpReply(line []byte) bool {
	return len(line) >= 3 && line[0] >= '2' && line[0] <= '5' && strings.Trim(string(line[1:3]), "0123456789") == "" &&
		(len(line) == 3 || line[3] == ' ' || line[3] == '-')
}
