package proto

import "byhand/session"

// Verbs lists the commands of a protocol, as the RFCs spell them, those of everyday use first.
func Verbs(p session.Protocol) []string {
	switch p {
	case session.POP3:
		return pop3Verbs
	case session.SMTP:
		return smtpVerbs
	}
	return nil
}

// RFC 1939 §9, RFC 2449, RFC 2595, RFC 5034, RFC 6856.
var pop3Verbs = []string{"USER", "PASS", "STAT", "LIST", "UIDL", "RETR", "TOP", "DELE", "RSET", "NOOP", "QUIT", "CAPA", "APOP", "AUTH", "STLS", "UTF8", "LANG"}

// RFC 5321 §4.1, RFC 4954, RFC 3207, RFC 3030, RFC 1985, RFC 2033 (LHLO); SEND SOML SAML TURN are of RFC 821.
var smtpVerbs = []string{"HELO", "EHLO", "AUTH", "MAIL", "RCPT", "DATA", "RSET", "NOOP", "VRFY", "EXPN", "HELP", "QUIT", "STARTTLS", "BDAT", "ETRN", "LHLO",
	"SEND", "SOML", "SAML", "TURN", "XCLIENT", "XFORWARD"}

// known holds the verbs of both protocols: a known verb is no slip of the keyboard for another.
var known = func() map[string]bool {
	m := map[string]bool{}
	for _, list := range [][]string{pop3Verbs, smtpVerbs} {
		for _, v := range list {
			m[v] = true
		}
	}
	return m
}()

// Legal gives the commands that make sense in state s, for completion: what the RFCs allow there, likeliest first.
func (s *State) Legal() []string {
	switch {
	case s.Proto == session.POP3 && s.Phase == Transaction:
		return []string{"STAT", "LIST", "UIDL", "RETR", "TOP", "DELE", "RSET", "NOOP", "CAPA", "QUIT", "LANG"}
	case s.Proto == session.POP3:
		return []string{"USER", "PASS", "APOP", "AUTH", "STLS", "CAPA", "QUIT", "UTF8", "LANG"}
	case s.Proto != session.SMTP:
		return append(append([]string{}, pop3Verbs...), smtpVerbs...)
	case s.Phase == Mail:
		return []string{"RCPT TO:<", "RSET", "NOOP", "VRFY", "EXPN", "HELP", "QUIT"}
	case s.Phase == Rcpt:
		return []string{"DATA", "BDAT", "RCPT TO:<", "RSET", "NOOP", "VRFY", "EXPN", "HELP", "QUIT"}
	case !s.Greeted:
		return []string{"HELO", "EHLO", "NOOP", "HELP", "QUIT"}
	}
	legal := []string{"MAIL FROM:<", "RSET", "NOOP", "VRFY", "EXPN", "HELP", "HELO", "EHLO", "QUIT"}
	if s.ESMTP && !s.Authed {
		legal = append(legal, "AUTH")
	}
	if s.ESMTP && !s.TLS {
		legal = append(legal, "STARTTLS")
	}
	if !s.ESMTP {
		legal = append(legal, "AUTH") // the tutorial's way: HELO, then AUTH LOGIN
	}
	return legal
}
