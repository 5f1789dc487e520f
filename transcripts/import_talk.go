package transcripts

import (
	"bytes"
	"strings"

	"byhand/session"
	"byhand/session/proto"
)

// mailPorts tells the protocol by the server's port. 465 and 995 begin with TLS (RFC 8314 §3); 24 is LMTP's by custom,
// 2525 a second submission port of many providers.
var mailPorts = map[uint16]session.Protocol{
	24: session.SMTP, 25: session.SMTP, 465: session.SMTP, 587: session.SMTP, 2525: session.SMTP,
	110: session.POP3, 995: session.POP3,
}

// maxHeldTalk is how much of a connection is held until it has told what it speaks.
const maxHeldTalk = 8 << 10

// decide tells, as soon as enough has passed, whether the connection is one of mail, and then gives what was held.
func (f *flow) decide() {
	f.orient()
	server, client := f.said(1-f.client), f.said(f.client)
	mail, proto, sure := talkOf(f.ends[1-f.client].Port(), client, server)
	if !sure && f.size < maxHeldTalk {
		return
	}
	f.settled(mail, proto)
}

// settle decides with what there is: nothing more will come.
func (f *flow) settle() {
	if f.phase != flowNew {
		return
	}
	f.orient()
	mail, proto, sure := talkOf(f.ends[1-f.client].Port(), f.said(f.client), f.said(1-f.client))
	f.settled(mail && (sure || f.started), proto)
}

func (f *flow) settled(mail bool, proto session.Protocol) {
	held := f.held
	f.held, f.size = nil, 0
	if !mail {
		f.phase = flowForeign
		f.sides = [2]tcpStream{}
		return
	}
	f.c.conns = min(f.c.conns+1, maxConn)
	f.phase, f.conn = flowMail, f.c.conns
	hello := f.firstOf(held)
	implicit := handshake(hello)
	if f.started {
		secure, first := "", ""
		switch {
		case implicit:
			secure = "implicit"
		case hello != nil:
			first = "client" // it did not wait for the greeting, or that is missing
		}
		f.mark("open", "proto", string(proto), "addr", f.ends[1-f.client].String(), "tls", secure, "first", first)
	}
	if implicit {
		f.cipher(0)
	}
	for _, h := range held {
		f.pass(h.side, h.data, h.lost)
	}
}

// firstOf gives the first bytes of the connection, if it was the client that sent them.
func (f *flow) firstOf(held []heldPiece) []byte {
	if len(held) == 0 || held[0].side != f.client {
		return nil
	}
	return held[0].data
}

// said gives what one side has said so far, holes left out.
func (f *flow) said(side int) []byte {
	var all []byte
	for _, h := range f.held {
		if h.side == side {
			all = append(all, h.data...)
		}
	}
	return all
}

// orient tells which end is the client, where no SYN has: the one whose port is no server's; else the one that does
// not greet; else the one that does not speak first, for mail servers do.
func (f *flow) orient() {
	if f.client >= 0 {
		return
	}
	a, b := f.ends[0].Port(), f.ends[1].Port()
	switch {
	case mailPorts[a] != mailPorts[b] && mailPorts[a] == "":
		f.client = 0
	case mailPorts[a] != mailPorts[b] && mailPorts[b] == "":
		f.client = 1
	case a < 1024 && b >= 1024:
		f.client = 1
	case b < 1024 && a >= 1024:
		f.client = 0
	case len(f.held) == 0:
		f.client = 0
	case clientVerb(f.held[0].data) != session.Untold || tunnels(f.held[0].data):
		f.client = f.held[0].side
	default:
		f.client = 1 - f.held[0].side
	}
}

// talkOf tells whether a connection to port is one of mail, and in which protocol as far as its talk has told; sure is
// false while what passed does not suffice. On a mail port the port is trusted, and the framer reads the talk.
func talkOf(port uint16, client, server []byte) (mail bool, p session.Protocol, sure bool) {
	byPort := mailPorts[port]
	switch greets := greeting(server); {
	case handshake(client) && len(server) == 0:
		return byPort != "", byPort, true
	case greets == session.POP3:
		return true, greets, len(client) == 0 || clientVerb(client) != session.SMTP
	case greets == session.SMTP && (byPort == session.SMTP || bytes.Contains(bytes.ToUpper(server), []byte("SMTP"))):
		return true, greets, true
	case greets == session.SMTP && clientVerb(client) == session.SMTP:
		return true, greets, true
	case byPort != "":
		told := clientVerb(client)
		return true, told, told == byPort || len(server) > 4 || len(client) > 512
	case len(client) == 0 && len(server) < 4, len(client) > 0 && bytes.IndexByte(client, '\n') < 0 && len(client) < 512:
		return false, "", false
	case tunnels(client):
		mail, _, sure = talkOf(port, after(client, headEnd(client)), after(server, headEnd(server)))
		return mail, session.Untold, sure // the framer must see the proxy's lines first
	case clientVerb(client) == session.SMTP:
		return true, session.SMTP, true
	case greets == session.SMTP:
		return false, "", len(client) > 0 // other servers greet with 220 as well, so the client's verb decides
	case len(server) == 0 && clientVerb(client) == session.POP3:
		return false, "", false // FTP has USER, too
	}
	return false, "", len(client)+len(server) > 0
}

// greeting tells the protocol by what a server said first.
func greeting(b []byte) session.Protocol {
	word, _, _ := bytes.Cut(b, []byte(" "))
	word = bytes.TrimRight(word, "\r\n")
	switch {
	case bytes.EqualFold(word, []byte("+OK")) || bytes.EqualFold(word, []byte("-ERR")):
		return session.POP3
	case len(b) >= 4 && (string(b[:3]) == "220" || b[0] == '5' || b[0] == '4' || string(b[:3]) == "250") && (b[3] == ' ' || b[3] == '-' || b[3] == '\r'):
		first, _, _ := bytes.Cut(b, []byte("\n"))
		if up := bytes.ToUpper(first); bytes.Contains(up, []byte("FTP")) && !bytes.Contains(up, []byte("SMTP")) {
			return session.Untold
		}
		return session.SMTP
	}
	return session.Untold
}

// clientVerb tells the protocol by a client's first verb.
func clientVerb(b []byte) session.Protocol {
	line, _, _ := bytes.Cut(b, []byte("\n"))
	if len(line) > 512 {
		return session.Untold
	}
	verb, _ := proto.Split(line)
	switch verb {
	case "HELO", "EHLO", "LHLO", "MAIL", "RCPT":
		return session.SMTP
	case "USER", "APOP", "CAPA", "STLS", "STAT", "UIDL":
		return session.POP3
	}
	return session.Untold
}

// tunnels tells whether a client asks a proxy to connect it (RFC 9110 §9.3.6).
func tunnels(b []byte) bool {
	line, _, found := strings.Cut(string(b[:min(len(b), 512)]), "\n")
	return found && strings.HasPrefix(line, "CONNECT ") && strings.Contains(line, " HTTP/1.")
}

// headEnd gives where the head of an HTTP message ends; all of b while it does not.
func headEnd(b []byte) int {
	if i := bytes.Index(b, []byte("\r\n\r\n")); i >= 0 {
		return i + 4
	}
	return len(b)
}
