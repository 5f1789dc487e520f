package annotate

import (
	"strings"
	"unicode/utf8"

	"byhand/session"
	"byhand/session/proto"
)

// misspelt tells what an unknown command may have been meant to be.
func (t *talk) misspelt(e *session.Event, verb, arg string) lapse {
	typed := short([]byte(verb))
	bare, line := strings.TrimRight(verb, ":;,.-_="), e.MaskedLine()
	switch v := meant(e.Proto, bare); {
	case verb == "." && e.Proto == session.POP3:
		return lapse{id: "dot-pop3"}
	case verb == ".":
		return lapse{id: "dot-outside"}
	case verb == "*":
		return lapse{id: "cancel-outside"}
	case strings.HasPrefix(verb, "FROM:<"):
		return lapse{"typo", "FROM:", "MAIL FROM:<" + address(line) + ">"}
	case strings.HasPrefix(verb, "TO:<"), strings.HasPrefix(verb, "CC:<"), strings.HasPrefix(verb, "BCC:<"):
		return lapse{"typo", verb[:strings.IndexByte(verb, '<')], "RCPT TO:<" + address(line) + ">"}
	case verb == "FROM:" || verb == "TO:" || verb == "SENDER:":
		return lapse{id: "letter-outside"}
	case v != "":
		return lapse{"typo", typed, v}
	case bare != verb && t.book.find(file(e.Proto), bare) != nil:
		return lapse{"typo", typed, bare}
	case strings.HasSuffix(verb, ":") && bare != "" && bare != "C" && bare != "S" && arg != "":
		return lapse{id: "letter-outside"}
	case e.Proto == session.SMTP && (bare == "LOGIN" || strings.HasPrefix(bare, "AUTH") && strings.HasSuffix(bare, "LOGIN")):
		return lapse{id: "auth-login-word"}
	case bare == "LOGIN":
		return lapse{id: "login-first"}
	case imap(verb, arg):
		return lapse{id: "imap"}
	}
	if l := t.copied(e, verb, arg); l.id != "" {
		return l
	}
	if l := t.otherProtocol(e, verb); l.id != "" {
		return l
	}
	best := ""
	for _, v := range proto.Verbs(e.Proto) {
		if l := glued(e, verb, v); l.id != "" {
			return l
		}
		if best == "" && near(verb, v) {
			best = v
		}
	}
	switch {
	case best != "":
		return lapse{"typo", typed, best}
	case t.noLetter && arg != "":
		return lapse{id: "letter-outside"}
	case t.before.Accepted > 0 && t.before.Phase == proto.Greeted && arg != "":
		return lapse{id: "after-dot"}
	}
	return lapse{"typo-none", typed, t.legal()}
}

// copied finds what belongs to a page or a shell and not to the command: a prompt before it, quotation marks round it, or the name of
// the program that makes the connection.
func (t *talk) copied(e *session.Event, verb, arg string) lapse {
	rest, _, _ := strings.Cut(strings.ToUpper(arg), " ")
	unquoted := strings.Trim(verb, "\"'`>$#")
	switch {
	case len(e.Secret) > 0, rest == "PASS", rest == "APOP", rest == "AUTH", unquoted == "PASS", unquoted == "APOP", unquoted == "AUTH":
		return lapse{} // never quote what may be a password
	case strings.Trim(verb, "$#%>") == "" || verb == "C:" || verb == "S:":
		if t.book.find(file(e.Proto), rest) != nil {
			return lapse{"copied", short([]byte(verb)), arg}
		}
	case unquoted != verb && t.book.find(file(e.Proto), unquoted) != nil:
		return lapse{"copied", short([]byte(verb[:len(verb)-len(strings.TrimLeft(verb, "\"'`>$#"))])), strings.Trim(unquoted+" "+arg, "\"'` ")}
	case verb == "TELNET" || verb == "NC" || verb == "NCAT" || verb == "OPENSSL" || verb == "BYHAND":
		return lapse{id: "shell-word", typed: strings.ToLower(verb)}
	}
	return lapse{}
}

// otherProtocol finds a command of the protocol that is not spoken here.
func (t *talk) otherProtocol(e *session.Event, verb string) lapse {
	other, name := "pop3", "POP3"
	if e.Proto == session.POP3 {
		other, name = "smtp", "SMTP"
	}
	if utf8.RuneCountInString(verb) < 12 && t.book.find(other, verb) != nil {
		return lapse{"other-protocol", short([]byte(verb)), name}
	}
	return lapse{}
}

// glued finds verb v with its argument behind it without a blank.
func glued(e *session.Event, verb, v string) lapse {
	rest, ok := strings.CutPrefix(verb, v)
	hello := v == "HELO" || v == "EHLO" || v == "LHLO"
	if !ok || rest == "" || len(rest) <= 2 && rest[0] >= 'A' && !(hello && len(rest) == 2) {
		return lapse{}
	}
	line := strings.TrimLeft(strings.TrimSpace(e.MaskedLine()), " \t")
	l := lapse{"glued", short([]byte(verb)), v + " " + strings.TrimLeft(line[min(len(v), len(line)):], " :;,.-_=")}
	if v == "MAIL" || v == "RCPT" {
		want := "MAIL FROM:"
		if v == "RCPT" {
			want = "RCPT TO:"
		}
		l.better = want + "<" + address(line[min(len(v), len(line)):]) + ">"
	}
	return l
}

// meant gives the command for words that people type in its place, or "".
func meant(p session.Protocol, word string) string {
	switch word {
	case "EXIT", "BYE", "LOGOUT", "LOGOFF", "CLOSE", "END", "Q":
		return "QUIT"
	case "RESET", "UNDO":
		return "RSET"
	}
	if p == session.POP3 {
		switch word {
		case "USERNAME", "NAME":
			return "USER"
		case "PASSWORD", "PASSWD", "PASSWORT":
			return "PASS"
		case "DELETE", "DEL", "RM":
			return "DELE"
		case "RETRIEVE", "READ", "FETCH", "OPEN", "SHOW", "GET", "VIEW":
			return "RETR"
		case "LS", "DIR":
			return "LIST"
		case "STATUS":
			return "STAT"
		case "UNDELETE", "UNDELE", "UNDEL":
			return "RSET"
		case "STARTTLS", "TLS", "SSL":
			return "STLS"
		case "CAPABILITY", "CAPABILITIES":
			return "CAPA"
		}
		return ""
	}
	switch word {
	case "STLS", "TLS", "SSL", "STARTSSL":
		return "STARTTLS"
	case "FROM", "SENDER":
		return "MAIL FROM"
	case "TO", "RECIPIENT", "CC", "BCC":
		return "RCPT TO"
	case "HI":
		return "HELO"
	}
	return ""
}

// imap tells a command of IMAP by its form: a tag, then the command (RFC 9051 §2.2.1).
func imap(tag, arg string) bool {
	word, _, _ := strings.Cut(strings.ToUpper(arg), " ")
	switch word {
	case "LOGIN", "SELECT", "EXAMINE", "CAPABILITY", "FETCH", "AUTHENTICATE", "LOGOUT", "NAMESPACE":
		return len(tag) <= 6
	}
	return false
}
