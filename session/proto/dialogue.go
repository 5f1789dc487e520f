package proto

import (
	"bytes"
	"strings"
	"time"

	"byhand/session"
)

// mode tells what the client's next bytes are.
type mode uint8

const (
	untold   mode = iota // the protocol is not known yet: what the client types is held, unless its verb tells
	commands             // command lines
	letter               // after 354: lines up to the lone dot
	octets               // after BDAT: a counted run of bytes (RFC 3030 §2)
	asked                // a challenge was sent: the next line answers it
	held                 // DATA, AUTH, STARTTLS or an answer has no reply yet: that decides what follows
	shaking              // STARTTLS or STLS was agreed to: a TLS handshake, no lines
	plain                // neither POP3 nor SMTP: lines without a meaning
	tunnel               // CONNECT was asked of a proxy: the rest of the request (RFC 9110 §9.3.6)
)

// command is a command that waits for its reply.
type command struct {
	n     int
	verb  string
	multi bool // POP3: +OK is followed by lines up to a lone dot
	auth  auth
}

// dialogue is one connection. Its state changes in finish, mark, client and server only.
type dialogue struct {
	f    *Framer
	conn int
	at   time.Duration
	used int // N of the event before the last chunk

	weight int // what the framer counts as held here
	proto  session.Protocol
	mode   mode

	in, out half           // what the client and the server are in the middle of
	ahead   []byte         // typed ahead while mode is held or untold
	hide    []session.Span // of ahead

	heldLines int // in ahead

	opened  bool // an open mark was seen: this is the connection from its beginning, and the greeting will come
	early   bool // no open mark, and the client was heard first: the greeting may be missing
	greeted bool
	open    string // SMTP: the code of a multi-line reply that goes on
	body    bool   // POP3: inside a multi-line reply
	pending []command
	authed  bool
	failed  bool   // an AUTH exchange was refused, and no known command was typed since
	passing []byte // a value that is hidden in the server's lines until the client's next
	named   bool   // USER or PASS was the last known command: a password may follow without its verb
	left    int    // octets of BDAT still to come

	data    command // the DATA under way
	textual bool    // the letter's last line ended in CRLF, so that a dot may end it (RFC 5321 §4.1.1.4)
	doubted bool    // the last line was a dot that a lenient server may take for the end
	proxied bool    // a proxy was asked to connect: up to an empty line its answer comes before the server's greeting
	torn    bool    // client's bytes are missing: the next line may be the end of one
	shred   int     // N of such a line
	gap     bool    // bytes of the letter are missing, so that its lone dot may be among them
	holed   bool    // POP3: bytes of the multi-line reply are missing
	lmtp    bool
	rcpts   int // LMTP: recipients accepted, each with a reply of its own after the letter (RFC 2033 §4.2)

	secrets [][]byte // values that were hidden, looked for in all later lines
}

func newDialogue(f *Framer, conn int) *dialogue {
	d := &dialogue{f: f, conn: conn}
	d.speak(f.proto)
	return d
}

// speak settles the protocol.
func (d *dialogue) speak(p session.Protocol) {
	d.proto = p
	switch p {
	case session.Untold:
		d.mode = untold
	case session.Raw:
		d.mode, d.greeted = plain, true
	default:
		d.mode = commands
	}
}

// mark gives the event of a change of the connection, and lets the state follow it.
func (d *dialogue) mark(m *session.Mark) {
	role := m.Role()
	switch role {
	case session.Open:
		d.finish() // what a connection without a close mark left
		secrets := d.secrets
		*d = dialogue{f: d.f, conn: d.conn, at: d.at, used: d.used, weight: d.weight, secrets: secrets, opened: m.Text("first") != "client"}
		p := d.f.proto
		if p == session.Untold {
			p = session.Protocol(m.Text("proto"))
		}
		d.speak(p)
	case session.TLS:
		if is := m.Text("is"); is == "done" || is == "fail" && d.mode == shaking {
			d.shaken()
		}
	case session.Close:
		d.finish()
	case session.Note:
		if m.Kind == "lost" {
			d.lost(m.Text("dir"), m.Int("bytes"))
		}
	}
	e := d.event(session.Nobody, role, nil)
	e.Mark = m
	if role == session.Close {
		d.mode, d.pending, d.greeted = held, nil, true
	}
}

// shaken goes on after a handshake: what was agreed in clear is forgotten (RFC 3207 §4.2).
func (d *dialogue) shaken() {
	d.end(&d.out, session.Server) // half a line, and what was typed ahead, was sent in clear
	if mode := d.mode; len(d.ahead) > 0 && mode != untold {
		d.mode = plain
		d.release()
		d.mode = mode
	}
	d.end(&d.in, session.Client)
	d.pending, d.body, d.failed, d.named, d.authed = nil, false, false, false, false
	d.in, d.out = half{}, half{}
	if d.mode != untold && d.mode != plain {
		d.mode = commands
	}
}

// finish gives whatever is still held: the connection is closed, or the source has ended.
func (d *dialogue) finish() {
	if d.mode == untold {
		d.speak(session.Raw)
	}
	for len(d.ahead) > 0 {
		d.assume()
		d.release()
	}
	d.end(&d.in, session.Client)
	d.end(&d.out, session.Server)
}

func (d *dialogue) end(h *half, from session.Side) {
	if len(h.buf) == 0 {
		return
	}
	line, raw, hide, cont := h.buf, h.buf[h.given:], h.hide, h.given > 0 || h.long != nil
	h.buf, h.spare, h.given, h.hide = h.spare[:0], h.buf, 0, nil
	if len(raw) > 0 {
		d.line(h, from, line, raw, hide, cont)
	}
}

// assume goes on as after a yes, where the reply that decides is missing: a capture of one side, a server that fell silent.
func (d *dialogue) assume() {
	c := command{}
	if n := len(d.pending); n > 0 {
		c = d.pending[n-1]
	}
	d.mode = plain
	switch {
	case c.verb == "DATA" && !c.multi:
		d.mode, d.textual = letter, true
	case c.verb == "AUTH" && c.auth.step < c.auth.answers():
		d.pending, d.mode = []command{c}, asked
	case c.verb == "AUTH":
		d.mode, d.failed = commands, true
	}
}

// flush gives a line that has no end yet: its sender fell silent.
func (d *dialogue) flush(from session.Side) {
	h := &d.in
	if from == session.Server {
		h = &d.out
	}
	if len(h.buf) == h.given {
		return
	}
	role := session.Unknown
	if from == session.Server && d.body || from == session.Client && d.mode == letter {
		role = session.Data
	}
	e := d.event(from, role, h.buf[h.given:])
	e.More, e.Cont = true, h.given > 0 || h.long != nil
	e.Secret = d.hidden(e, from, h.buf, h.hide, h.given)
	h.given = len(h.buf)
}

// client takes what the client sent. While a reply must decide what it is, it is held.
func (d *dialogue) client(data []byte, hide []session.Span) {
	if !d.opened && !d.greeted && !d.proxied {
		d.early = true
	}
	for len(data) > 0 {
		if d.mode == untold {
			d.tell(data)
		}
		if d.mode == held || d.mode == untold {
			d.hold(data, hide)
			return
		}
		n := len(data)
		if d.mode == octets {
			data = d.octets(data, hide)
		} else {
			cont := d.in.given > 0 || d.in.long != nil
			line, raw, spans, rest, ok := d.in.cut(data, hide)
			if !ok {
				return
			}
			d.line(&d.in, session.Client, line, raw, spans, cont)
			data = rest
		}
		hide = within(hide, n-len(data), n)
	}
}

// hold keeps what was typed ahead; past a bound it is taken as it would be after a yes.
func (d *dialogue) hold(data []byte, hide []session.Span) {
	for _, s := range hide {
		s.Off += len(d.ahead)
		d.hide = append(d.hide, s)
	}
	d.ahead = append(d.ahead, data...)
	d.heldLines += bytes.Count(data, []byte{'\n'})
	if len(d.ahead) > maxHeld || d.heldLines > maxHeldLines {
		d.assume()
		d.release()
	}
}

// release reads again what was typed ahead, now that a reply has told what it is.
func (d *dialogue) release() {
	data, hide := d.ahead, d.hide
	d.ahead, d.hide, d.heldLines = nil, nil, 0
	d.client(data, hide)
}

// server takes what the server sent.
func (d *dialogue) server(data []byte, hide []session.Span) {
	for len(data) > 0 {
		if len(hide) == 0 {
			data = d.run(data)
		}
		n := len(data)
		cont := d.out.given > 0 || d.out.long != nil
		line, raw, spans, rest, ok := d.out.cut(data, hide)
		if !ok {
			return
		}
		d.line(&d.out, session.Server, line, raw, spans, cont)
		data = rest
		hide = within(hide, n-len(data), n)
		if len(d.ahead) > 0 && d.mode != held && d.mode != untold {
			d.release()
		}
	}
}

// line gives the event of one line, or of one piece of an over-long line, and lets the state follow it.
func (d *dialogue) line(h *half, from session.Side, line, raw []byte, hide []session.Span, cont bool) {
	ended := line[len(line)-1] == '\n'
	var e *session.Event
	if h.long != nil {
		e = d.event(from, h.long.Role, raw)
		e.Verb, e.Code, e.Re = h.long.Verb, h.long.Code, h.long.Re
		d.textual = bytes.HasSuffix(raw, []byte("\r\n"))
	} else {
		e = d.event(from, session.Unknown, raw)
		if from == session.Client {
			d.fromClient(e, line)
		} else {
			d.fromServer(e, line)
		}
		e.Proto = d.proto // it may be this line that has told it
	}
	e.Cont = cont
	e.Secret = d.hidden(e, from, line, hide, len(line)-len(raw))
	if h.long != nil && len(h.long.Secret) > 0 && len(raw) > 0 {
		e.Secret = []session.Span{{Len: len(session.TrimEOL(raw)), Label: h.long.Secret[0].Label}}
	}
	switch {
	case ended:
		h.long = nil
	case len(line) >= MaxLine:
		e.More = true
		if h.long == nil {
			kept := *e
			h.long = &kept
		}
	}
}

func (d *dialogue) fromClient(e *session.Event, line []byte) {
	switch d.mode {
	case letter:
		d.letterLine(e, line)
	case asked:
		d.answer(e, line)
	case commands:
		d.command(e, line)
	case octets: // cut off by a hole or the end
		e.Role, e.Verb, e.Re, e.More = session.Data, "BDAT", d.data.n, true
	case tunnel:
		if len(session.TrimEOL(line)) == 0 {
			d.mode, d.early = untold, false
		}
	}
}

func (d *dialogue) fromServer(e *session.Event, line []byte) {
	if d.proxied {
		d.proxied = len(session.TrimEOL(line)) > 0
		return
	}
	if d.proto == session.Untold {
		d.speak(protocolOf(line))
	}
	if d.mode == shaking {
		return
	}
	switch d.proto {
	case session.POP3:
		d.pop3(e, line)
	case session.SMTP:
		d.smtp(e, line)
	}
}

// command reads a command line, whatever the protocol, and tells what the client's next bytes are.
func (d *dialogue) command(e *session.Event, line []byte) {
	verb, arg := Split(line)
	if d.rest(e, verb) {
		return
	}
	switch {
	case verb == "HELP": // the password may still come next
	case known[verb]:
		d.named = verb == "USER" || verb == "PASS"
	default:
		verb = d.unglued(verb, session.TrimEOL(line))
	}
	e.Role, e.Verb = session.Command, verb
	c := command{n: e.N, verb: clip(verb)}
	if d.proto == session.POP3 {
		d.mode = pop3Command(&c, arg)
	} else {
		d.mode = d.smtpCommand(&c, arg)
	}
	if verb == "AUTH" {
		c.auth = newAuth(arg)
	}
	if len(d.pending) >= maxPending {
		d.pending = append(d.pending[:0], d.pending[maxPending/2:]...) // in a capture of one side no command is answered
	}
	d.pending = append(d.pending, c)
}

// Bounds of what is kept of commands that never get a reply: so many, and so much of each. RFC 5321 §4.5.3.1.4 allows 512 octets.
const (
	maxPending = 4096
	maxCommand = 1 << 10
)

// clip cuts off what no command has, and lets go of the line that it was cut from.
func clip(s string) string {
	if len(s) <= maxCommand {
		return s
	}
	return strings.Clone(s[:maxCommand])
}

// answer reads the client's line after a challenge.
func (d *dialogue) answer(e *session.Event, line []byte) {
	c := &d.pending[0]
	e.Role, e.Verb, e.Re = session.Answer, c.verb, c.n
	c.auth.step++
	d.mode = held
}

// replied takes the first waiting command off the queue, or gives one that stands for a reply nobody asked for.
func (d *dialogue) replied() command {
	if len(d.pending) == 0 {
		return command{}
	}
	c := d.pending[0]
	d.pending = append(d.pending[:0], d.pending[1:]...)
	if known[c.verb] {
		d.failed = false // unless this was AUTH, whose reply sets it anew
	}
	return c
}

// waiting gives the command that the server's next reply answers.
func (d *dialogue) waiting() command {
	if len(d.pending) == 0 {
		return command{}
	}
	return d.pending[0]
}

// event adds an event to those of this Feed.
func (d *dialogue) event(from session.Side, role session.Role, raw []byte) *session.Event {
	d.f.n++
	d.f.out = append(d.f.out, session.Event{N: d.f.n, At: d.at, Conn: d.conn, From: from, Role: role, Proto: d.proto, Raw: raw})
	return &d.f.out[len(d.f.out)-1]
}
