package proto

import (
	"slices"
	"strings"

	"byhand/session"
)

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

// everyday tells words that people type to a server because shells, telnet or other protocols have them (FTP: RFC 959 §4.1, IMAP:
// RFC 9051 §6, HTTP: RFC 9110 §9.3). Where a password may have been typed without its command, such a word alone is none. Words of
// less than four letters are never taken for one.
func everyday(word string) bool {
	switch word {
	case "EXIT", "LOGOUT", "LOGOFF", "LOGIN", "CLOSE", "STOP", "ABORT", "CANCEL", "HELP", "HELLO", "INFO", "STATUS", "CLEAR",
		"RESET", "UNDO", "DELETE", "UNDELETE", "RETRIEVE", "READ", "SHOW", "OPEN", "VIEW", "FETCH", "NEXT", "COUNT", "SEND",
		"INBOX", "CONNECT", "DISCONNECT", "USERNAME", "NAME", "ECHO", "WHOAMI", "SUDO", "PING", "TELNET", "NETCAT", "NCAT",
		"OPENSSL", "BYHAND", "CURL", "NSLOOKUP", "FROM", "SENDER", "RECIPIENT", "SUBJECT", "CAPABILITY", "CAPABILITIES",
		"AUTHENTICATE", "SELECT", "EXAMINE", "CREATE", "RENAME", "SUBSCRIBE", "LSUB", "SEARCH", "STORE", "COPY", "MOVE", "IDLE",
		"EXPUNGE", "NAMESPACE", "ENABLE", "ACCT", "NLST", "MLSD", "PORT", "PASV", "EPSV", "STOR", "SYST", "TYPE", "SIZE", "CDUP",
		"HEAD", "POST", "OPTIONS", "STARTSSL":
		return true
	}
	return false
}

// Legal gives the commands that make sense in state s, for completion: what the RFCs allow there and the server has not left out of
// its EHLO reply, likeliest first.
func (s *State) Legal() []string {
	switch {
	case s.Proto == session.POP3 && s.Phase == Transaction:
		return []string{"STAT", "LIST", "UIDL", "RETR", "TOP", "DELE", "QUIT", "RSET", "NOOP", "CAPA", "LANG"}
	case s.Proto == session.POP3:
		return []string{"USER", "PASS", "AUTH", "CAPA", "STLS", "APOP", "QUIT", "UTF8", "LANG"}
	case s.Proto != session.SMTP:
		return append(append([]string{}, pop3Verbs...), smtpVerbs...)
	case s.Phase == Mail:
		return s.asking("RCPT TO:<", "RSET", "NOOP")
	case s.Phase == Rcpt:
		return s.asking("DATA", "RCPT TO:<", "RSET", "NOOP", "BDAT")
	case !s.Greeted:
		return []string{"HELO", "EHLO", "NOOP", "QUIT", "HELP"}
	}
	legal := []string{"MAIL FROM:<"}
	if !s.Authed && s.mayHave("AUTH") {
		legal = append(legal, "AUTH") // after HELO, too: the tutorial's way
	}
	if !s.TLS && s.ESMTP && s.mayHave("STARTTLS") {
		legal = append(legal, "STARTTLS")
	}
	return append(s.asking(append(legal, "RSET", "NOOP")...), "HELO", "EHLO")
}

// asking adds to first the commands that only ask (RFC 5321 §3.5): VRFY belongs to every server, EXPN is listed by those that have it.
func (s *State) asking(first ...string) []string {
	list := append(first, "QUIT", "VRFY")
	for _, v := range []string{"EXPN", "HELP"} {
		if s.mayHave(v) {
			list = append(list, v)
		}
	}
	return list
}

// mayHave tells whether the server lists a keyword, or was never asked what it has.
func (s *State) mayHave(keyword string) bool {
	return !s.ESMTP || slices.ContainsFunc(s.Offers, func(line string) bool {
		word, _, _ := strings.Cut(line, " ")
		return strings.EqualFold(word, keyword)
	})
}
