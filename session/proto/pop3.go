package proto

import (
	"bytes"

	"byhand/session"
)

// pop3Multi tells which POP3 commands have a multi-line +OK: always, or only without an argument
// (RFC 1939 §5 and §7, RFC 2449 §5, RFC 6856 §3; a bare AUTH lists mechanisms by custom).
var pop3Multi = map[string]struct{ always, bare bool }{
	"CAPA": {always: true},
	"RETR": {always: true},
	"TOP":  {always: true},
	"LIST": {bare: true},
	"UIDL": {bare: true},
	"LANG": {bare: true},
	"AUTH": {bare: true},
}

// pop3Command notes what kind of reply a command has, and gives what the client's next bytes are.
func pop3Command(c *command, arg string) mode {
	m := pop3Multi[c.verb]
	c.multi = m.always || m.bare && arg == ""
	if c.verb == "AUTH" || c.verb == "STLS" {
		return held
	}
	return commands
}

// pop3 reads a line of the server's (RFC 1939 §3).
func (d *dialogue) pop3(e *session.Event, line []byte) {
	c := d.waiting()
	if d.body && (c.verb == "LIST" || c.verb == "UIDL" || d.holed) && len(d.pending) > 1 && pop3Status(line) != "" {
		d.body, d.holed = false, false // the list has no end: this is the reply to the command after it
		d.replied()
		c = d.waiting()
	}
	if d.body {
		e.Role, e.Verb, e.Re, e.More = session.Data, c.verb, c.n, true
		if text := session.TrimEOL(line); len(text) == 1 && text[0] == '.' {
			e.More, d.body = false, false
			if d.replied().verb == "AUTH" { // the list of mechanisms; an AUTH or STLS behind another list still waits
				d.follow()
			}
		}
		return
	}
	code := pop3Status(line)
	d.greeted = d.greeted || d.early
	switch {
	case code == "":
	case !d.greeted && code != "+":
		e.Role, e.Code, d.greeted = session.Greeting, code, true
	case code == "+":
		if c.verb == "AUTH" && d.mode == held {
			e.Role, e.Verb, e.Code, e.Re = session.Challenge, c.verb, code, c.n
			d.mode = asked
		}
	default:
		e.Role, e.Code, e.Verb, e.Re = session.Reply, code, c.verb, c.n
		if code == "+OK" && c.multi {
			e.More, d.body = true, true
			return
		}
		d.pop3Replied(d.replied(), code == "+OK")
	}
}

func (d *dialogue) pop3Replied(c command, good bool) {
	switch {
	case c.verb == "PASS" || c.verb == "APOP":
		d.authed = d.authed || good
	case c.verb == "AUTH":
		d.authed, d.failed = d.authed || good, !good
		d.follow()
	case c.verb == "STLS":
		d.follow()
		if good {
			d.mode = shaking
		}
	}
}

// follow goes back to command lines, when it was a reply that was waited for.
func (d *dialogue) follow() {
	if d.mode == held || d.mode == asked {
		d.mode = commands
	}
}

// pop3Status gives the status indicator of a line: "+OK", "-ERR", "+" for a challenge (RFC 5034 §4), or "".
func pop3Status(line []byte) string {
	word := session.TrimEOL(line)
	if i := bytes.IndexByte(word, ' '); i >= 0 {
		word = word[:i]
	}
	switch {
	case bytes.EqualFold(word, []byte("+OK")):
		return "+OK"
	case bytes.EqualFold(word, []byte("-ERR")):
		return "-ERR"
	case len(word) == 1 && word[0] == '+':
		return "+"
	}
	return ""
}
