package proto

import (
	"bytes"
	"strconv"
	"strings"

	"byhand/session"
)

// smtpCommand notes a command, and gives what the client's next bytes are.
func (d *dialogue) smtpCommand(c *command, arg string) mode {
	switch c.verb {
	case "DATA":
		d.data = *c
		return held
	case "AUTH", "STARTTLS":
		return held
	case "BDAT":
		if n := chunkSize(arg); n > 0 {
			d.left, d.data = n, *c
			return octets
		}
	}
	return commands
}

// chunkSize gives how many octets follow a BDAT command, or 0 if its argument is malformed: then none do (RFC 3030 §2).
func chunkSize(arg string) int {
	word := strings.Fields(arg)
	if len(word) == 0 || len(word) > 2 || len(word) == 2 && !strings.EqualFold(word[1], "LAST") {
		return 0
	}
	n, err := strconv.Atoi(word[0])
	if err != nil || n < 0 {
		return 0
	}
	return n
}

// letterLine reads a line of a letter. A lone dot ends it, but only where line ends are CRLF on both sides of the dot
// (RFC 5321 §4.1.1.4): other forms are text, unless the server answers them.
func (d *dialogue) letterLine(e *session.Event, line []byte) {
	e.Role, e.Verb, e.Re, e.More = session.Data, "DATA", d.data.n, true
	text := session.TrimEOL(line)
	dot := len(text) == 1 && text[0] == '.'
	if dot && d.textual && len(line) == 3 {
		e.More, d.mode = false, commands
		d.letterEnds()
		return
	}
	d.doubted = dot
	d.textual = bytes.HasSuffix(line, []byte("\r\n"))
}

// letterEnds waits for what the server says of the letter: once, or in LMTP once a recipient (RFC 2033 §4.2).
func (d *dialogue) letterEnds() {
	times := 1
	if d.lmtp && d.rcpts > 1 {
		times = d.rcpts
	}
	end := d.data
	end.multi = true // the second reply to DATA
	for range times {
		d.pending = append(d.pending, end)
	}
	d.rcpts = 0
}

// octets gives the bytes of a BDAT chunk, cut at line ends, and leaves the rest of data.
func (d *dialogue) octets(data []byte, hide []session.Span) []byte {
	n := min(len(data), d.left)
	if i := bytes.IndexByte(data[:n], '\n'); i >= 0 {
		n = i + 1
	}
	n = min(n, MaxLine-len(d.in.buf))
	d.left -= n
	whole := d.left == 0 || data[n-1] == '\n' || len(d.in.buf)+n == MaxLine
	if !whole {
		d.in.keep(data[:n], within(hide, 0, n))
		return data[n:]
	}
	raw, spans := data[:n], within(hide, 0, n)
	if len(d.in.buf) > 0 {
		d.in.keep(raw, spans)
		raw, spans = d.in.buf[d.in.given:], d.in.hide
		d.in.buf, d.in.spare, d.in.given, d.in.hide = d.in.spare[:0], d.in.buf, 0, nil
	}
	e := d.event(session.Client, session.Data, raw)
	e.Verb, e.Re, e.More = "BDAT", d.data.n, d.left > 0
	e.Secret = d.hidden(e, session.Client, raw, spans, 0)
	if d.left == 0 {
		d.mode = commands
	}
	return data[n:]
}

// smtp reads a line of the server's (RFC 5321 §4.2).
func (d *dialogue) smtp(e *session.Event, line []byte) {
	code, more := smtpReply(line)
	if code == "" {
		return
	}
	d.greeted = d.greeted || d.early && code != "220"
	d.skipTo(code)
	c := d.waiting()
	e.Code, e.More = code, more
	switch {
	case !d.greeted:
		e.Role, d.greeted = session.Greeting, !more
	case code == "334" && c.verb == "AUTH" && d.mode == held:
		e.Role, e.Verb, e.Re = session.Challenge, c.verb, c.n
		if !more {
			d.mode = asked
		}
	case len(d.pending) == 0 && d.mode == letter && (d.doubted || d.gap):
		e.Role, e.Verb, e.Re = session.Reply, "DATA", d.data.n
		if !more {
			d.mode, d.doubted, d.gap = commands, false, false
		}
	default:
		e.Role, e.Verb, e.Re = session.Reply, c.verb, c.n
		d.open = ""
		if more {
			d.open = code
		} else {
			d.smtpReplied(d.replied(), code)
		}
	}
}

// skipTo drops commands whose reply will not come any more: a multi-line reply that another code cuts short has ended,
// and 354 answers nothing but DATA, 334 nothing but AUTH (RFC 5321 §4.3.2, RFC 4954 §4).
func (d *dialogue) skipTo(code string) {
	if d.open != "" && d.open != code {
		d.open = ""
		d.smtpReplied(d.replied(), code)
	}
	only := ""
	switch code {
	case "354":
		only = "DATA"
	case "334":
		only = "AUTH"
	default:
		return
	}
	for i, c := range d.pending {
		if c.verb == only {
			d.pending = append(d.pending[:0], d.pending[i:]...)
			return
		}
	}
}

func (d *dialogue) smtpReplied(c command, code string) {
	good := code[0] == '2'
	switch c.verb {
	case "DATA":
		switch {
		case c.multi:
		case code == "354":
			d.mode, d.textual, d.doubted, d.gap = letter, true, false, false
		default:
			d.data = command{}
			d.follow()
		}
	case "AUTH":
		d.authed, d.failed = d.authed || good, !good
		d.follow()
	case "STARTTLS":
		d.follow()
		if good {
			d.mode = shaking
		}
	case "LHLO": // a server of SMTP refuses it and goes on in SMTP
		d.lmtp = d.lmtp || good
	case "MAIL", "RSET":
		if good {
			d.rcpts = 0
		}
	case "RCPT":
		if good {
			d.rcpts++
		}
	}
}

// smtpReply gives the code of a reply line and whether the reply goes on; "" if it is no reply line.
func smtpReply(line []byte) (code string, more bool) {
	text := session.TrimEOL(line)
	if len(text) < 3 || text[0] < '2' || text[0] > '5' || !digit(text[1]) || !digit(text[2]) {
		return "", false
	}
	if len(text) == 3 {
		return string(text[:3]), false
	}
	switch text[3] {
	case ' ', '\t':
		return string(text[:3]), false
	case '-':
		return string(text[:3]), true
	}
	return "", false
}

func digit(b byte) bool { return '0' <= b && b <= '9' }
