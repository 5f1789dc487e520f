// Package proto is the grammar of the mail protocols: it cuts what passed into lines and tells what each line is.
// It reads both sides, because a line's meaning hangs on the other side's: "+OK" is followed by more or not by the
// command that it answers, QUIT inside DATA is text, an answer to 334 is no command.
//
// It is pure: no input or output, no clock, no sentences for people.
package proto

import (
	"bytes"
	"cmp"
	"maps"
	"slices"

	"byhand/session"
)

// MaxLine is where a line without an end is cut; the rest follows in events with Cont set.
const MaxLine = 64 << 10

// Bounds of what a client may type ahead of a reply that decides what it was; each line becomes an event, which is larger than it.
const (
	maxHeld      = 1 << 20
	maxHeldLines = 16 << 10
)

// Bounds of what is kept in mind: so many connections, and so many bytes of lines without an end. A capture or a recording may name any
// number of connections, close none, and end no line of theirs.
const (
	maxConns = 1024
	maxParts = 4 << 20
)

// Framer cuts the chunks of a session into events, for all its connections.
type Framer struct {
	proto session.Protocol
	runs  bool // see Runs
	n     int
	conns map[int]*dialogue
	parts int // bytes that the connections hold
	out   []session.Event
}

// New gives a framer for all connections of one session. With session.Untold the protocol of each connection is told
// by its open mark or by its talk; any other value holds for all of them.
func New(p session.Protocol) *Framer {
	return &Framer{proto: p, conns: map[int]*dialogue{}}
}

// Count makes n the number of the next event: for one who begins to read in the middle of a session.
func (f *Framer) Count(n int) { f.n = n - 1 }

// Feed gives the events that c completes; they are valid until the next Feed.
func (f *Framer) Feed(c session.Chunk) []session.Event {
	f.out = f.out[:0]
	if c.From == session.Nobody && c.Mark == nil {
		for _, conn := range slices.Sorted(maps.Keys(f.conns)) {
			d := f.conns[conn]
			d.at = c.At
			d.finish()
		}
		return f.out
	}
	d := f.dialogue(c.Conn)
	if d.at = c.At; len(f.conns) > maxConns || f.parts > maxParts {
		f.forget(d)
	}
	d.used = f.n
	defer f.weigh(d)
	switch {
	case c.Mark != nil:
		d.mark(c.Mark)
	case c.From == session.Client:
		d.client(c.Data, c.Hide)
		if c.Flush {
			d.flush(session.Client)
		}
	default:
		d.server(c.Data, c.Hide)
		if c.Flush {
			d.flush(session.Server)
		}
	}
	return f.out
}

// Next tells what the client's next line on connection conn will be: Command, Data or Answer; Unknown while that
// hangs on a reply that has not come (after DATA, AUTH, STARTTLS) or while TLS is being agreed.
func (f *Framer) Next(conn int) session.Role {
	switch f.dialogue(conn).mode {
	case commands, untold, plain:
		return session.Command
	case letter, octets:
		return session.Data
	case asked:
		return session.Answer
	}
	return session.Unknown
}

// Waiting gives how many replies the server of connection conn still owes; the greeting counts as one.
// A challenge that waits for the client's answer is not counted.
func (f *Framer) Waiting(conn int) int {
	d := f.dialogue(conn)
	n := len(d.pending)
	if !d.greeted {
		n++
	}
	if d.mode == asked {
		n--
	}
	return n
}

// Secret finds what must be hidden of the line that the client is typing on connection conn, as far as it has been typed;
// Len is 0 if nothing must.
func (f *Framer) Secret(conn int, line []byte) session.Span {
	d := f.dialogue(conn)
	switch d.mode {
	case asked, held:
		a := d.waiting().auth
		a.step++
		if label := a.label(); d.waiting().verb == "AUTH" && label != "" && string(line) != "*" {
			return session.Span{Len: len(line), Label: label}
		}
	case commands, untold, plain:
		return SecretOf(line, d.authed, d.late())
	}
	return session.Span{}
}

// Protocol gives the protocol of connection conn, as far as it has been told.
func (f *Framer) Protocol(conn int) session.Protocol { return f.dialogue(conn).proto }

func (f *Framer) dialogue(conn int) *dialogue {
	if conn == 0 {
		conn = 1
	}
	d := f.conns[conn]
	if d == nil {
		d = newDialogue(f, conn)
		f.conns[conn] = d
	}
	return d
}

// forget drops the half of the connections that nothing was heard of for longest, but not the one given. What they hold is given.
func (f *Framer) forget(kept *dialogue) {
	order := slices.SortedFunc(maps.Values(f.conns), func(a, b *dialogue) int { return cmp.Or(a.used-b.used, a.conn-b.conn) })
	for _, d := range order[:len(order)/2] {
		if d != kept {
			d.at = kept.at
			d.finish()
			f.parts -= d.weight
			delete(f.conns, d.conn)
		}
	}
}

// weigh notes what a connection holds.
func (f *Framer) weigh(d *dialogue) {
	weight := cap(d.in.buf) + cap(d.in.spare) + cap(d.out.buf) + cap(d.out.spare) + cap(d.ahead)
	f.parts, d.weight = f.parts+weight-d.weight, weight
}

// half is one direction of a connection: the line that is being assembled.
type half struct {
	buf   []byte // the line so far, when it came in pieces
	spare []byte // the other buffer: events of this Feed may still point into buf
	given int    // how much of buf was given already, as events without a line end
	hide  []session.Span
	long  *session.Event // what the line was found to be when it was cut at MaxLine; later pieces are the same
}

// cut takes the next line, or the next piece of an over-long one, off data. ok is false when the line has no end yet:
// then all of data was kept. line is the line so far, raw what of it has not been given yet.
func (h *half) cut(data []byte, hide []session.Span) (line, raw []byte, spans []session.Span, rest []byte, ok bool) {
	end := bytes.IndexByte(data, '\n') + 1
	room := MaxLine - len(h.buf)
	if end == 0 && len(data) < room {
		h.keep(data, hide)
		return nil, nil, nil, nil, false
	}
	if end == 0 || end > room {
		end = room
	}
	if len(h.buf) == 0 {
		return data[:end], data[:end], within(hide, 0, end), data[end:], true
	}
	h.keep(data[:end], within(hide, 0, end))
	line, raw, spans = h.buf, h.buf[h.given:], h.hide
	h.buf, h.spare, h.given, h.hide = h.spare[:0], h.buf, 0, nil
	return line, raw, spans, data[end:], true
}

func (h *half) keep(data []byte, hide []session.Span) {
	for _, s := range hide {
		s.Off += len(h.buf)
		h.hide = append(h.hide, s)
	}
	h.buf = append(h.buf, data...)
}

// within gives the spans that lie inside [from, to), measured from from.
func within(spans []session.Span, from, to int) []session.Span {
	var in []session.Span
	for _, s := range spans {
		a, b := max(s.Off, from), min(s.Off+s.Len, to)
		if a < b {
			s.Off, s.Len = a-from, b-a
			in = append(in, s)
		}
	}
	return in
}

// Late reports whether the next line of connection conn may be a secret without its command: an AUTH exchange was refused, so that an
// answer may come that the server did not wait for, or USER or PASS was typed, so that a password may; no known command came since.
func (f *Framer) Late(conn int) bool { return f.dialogue(conn).late() }

// InLetter reports whether the client of connection conn is inside a letter that has not been ended.
func (f *Framer) InLetter(conn int) bool {
	d := f.dialogue(conn)
	return d.mode == letter || d.mode == octets
}
