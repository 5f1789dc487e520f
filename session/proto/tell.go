package proto

import (
	"bytes"
	"strings"

	"byhand/session"
)

// verbProtocol tells the protocol by a client's first verb, where only one of them has it.
var verbProtocol = map[string]session.Protocol{
	"HELO": session.SMTP, "EHLO": session.SMTP, "LHLO": session.SMTP, "MAIL": session.SMTP, "RCPT": session.SMTP,
	"DATA": session.SMTP, "BDAT": session.SMTP, "STARTTLS": session.SMTP, "VRFY": session.SMTP, "EXPN": session.SMTP, "ETRN": session.SMTP,
	"USER": session.POP3, "PASS": session.POP3, "APOP": session.POP3, "STAT": session.POP3, "LIST": session.POP3,
	"UIDL": session.POP3, "RETR": session.POP3, "DELE": session.POP3, "TOP": session.POP3, "CAPA": session.POP3, "STLS": session.POP3,
}

// enough is how much of the client's first line tells its verb.
const enough = 512

// tell settles the protocol by the first thing that the client typed, when its first line is whole or long enough.
func (d *dialogue) tell(data []byte) {
	line := d.ahead[:min(len(d.ahead), enough)]
	line = append(line[:len(line):len(line)], data[:min(enough-len(line), len(data))]...)
	i := bytes.IndexByte(line, '\n')
	if i < 0 && len(line) < enough {
		return
	}
	if i >= 0 {
		line = line[:i+1]
	}
	verb, arg := Split(line)
	if verb == "CONNECT" && strings.Contains(arg, " HTTP/1.") {
		d.mode, d.proxied, d.early = tunnel, true, false
		if len(d.ahead) > 0 {
			d.release()
		}
		return
	}
	if p, ok := verbProtocol[verb]; ok {
		d.speak(p)
		if len(d.ahead) > 0 {
			d.release()
		}
	}
}

// protocolOf tells the protocol by a server's first line. FTP and NNTP have three-digit replies, too, and are neither.
func protocolOf(line []byte) session.Protocol {
	if s := pop3Status(line); s == "+OK" || s == "-ERR" {
		return session.POP3
	}
	code, _ := smtpReply(line)
	switch code {
	case "":
		return session.Raw
	case "220", "421", "521", "554", "250", "500", "501", "502", "503", "530", "550":
		if bytes.Contains(bytes.ToUpper(line), []byte("FTP")) && !bytes.Contains(bytes.ToUpper(line), []byte("SMTP")) {
			return session.Raw
		}
		return session.SMTP
	}
	return session.Raw
}
