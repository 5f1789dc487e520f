package transcripts

import (
	"strings"

	"byhand/session"
	"byhand/session/proto"
)

// Refuse gives the reply to a line that missed, in the words of the protocol: that it is not in the recording, and what the recording goes
// on with, its verb or (whole) its line. To QUIT it says goodbye. Nothing of the line stands in it, since that may hold a secret, and
// nothing that the recording hides.
func (p *Player) Refuse(is session.Protocol, line []byte, whole bool) string {
	next := p.Next()
	goes := "the recording is over: QUIT"
	if next != nil {
		goes = "it goes on with: " + next.Wanted(whole)
	}
	switch pop3, verb := is == session.POP3, firstWord(line); {
	case verb == "QUIT" && pop3:
		return "+OK [byhand] goodbye\r\n"
	case verb == "QUIT":
		return "221 2.0.0 [byhand] goodbye\r\n"
	case pop3:
		return "-ERR [byhand] not in this recording; " + goes + "\r\n"
	case next == nil || p.elsewhere(verb):
		return "503 5.5.1 [byhand] not here in this recording; " + goes + "\r\n"
	}
	return "500 5.5.1 [byhand] not in this recording; " + goes + "\r\n"
}

// Cancelled is the reply to a client that gives up an AUTH (RFC 4954 §4, RFC 5034 §4).
func Cancelled(is session.Protocol) string {
	if is == session.POP3 {
		return "-ERR [byhand] AUTH given up; it goes on with: AUTH\r\n"
	}
	return "501 5.7.0 [byhand] AUTH given up; it goes on with: AUTH\r\n"
}

func firstWord(line []byte) string {
	verb, _ := proto.Split(line)
	return verb
}

// elsewhere tells whether a verb is in the recording, but not where the connection stands.
func (p *Player) elsewhere(verb string) bool {
	found, phase := false, p.phase()
	for i := range p.call.Turns {
		if t := &p.call.Turns[i]; t.Role == session.Command && t.Verb == verb {
			if t.Phase == phase {
				return false
			}
			found = true
		}
	}
	return found
}

// Wanted names a turn to somebody who is to type it: by its verb, or whole. A secret is a mask in it.
func (t *Turn) Wanted(whole bool) string {
	switch {
	case t.Role == session.Data:
		return "the letter"
	case t.Role == session.Answer && !whole:
		return "the answer to AUTH"
	case whole:
		first, _, _ := strings.Cut(t.Line(), "\n")
		return string(appendVisible(nil, []byte(strings.TrimRight(first, "\r"))))
	}
	return string(appendVisible(nil, []byte(t.Verb)))
}
