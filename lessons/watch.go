package lessons

import (
	"bytes"

	"byhand/session"
	"byhand/session/annotate"
	"byhand/session/proto"
)

// exchange is a line that the client sent, with what came of it.
type exchange struct {
	n       int // of its event
	in      Where
	verb    string
	line    string // as it was typed, passwords too: it lives as long as its step, and is never shown
	answers []answer
	done    bool // the last reply is complete
	notes   []annotate.Note
}

// last gives the answer that came last.
func (x *exchange) last() answer {
	if len(x.answers) == 0 {
		return answer{}
	}
	return x.answers[len(x.answers)-1]
}

// maxAnswer bounds what is kept of one reply, maxExchanges what is kept of one step.
const (
	maxAnswer    = 64 << 10
	maxExchanges = 2000
)

// happened is what an event brought.
type happened uint8

const (
	nothing  happened = iota // a reply that goes on, a line that waits for its reply
	said                     // the client sent a line that is not answered: of a letter
	answered                 // the reply to a command, or a challenge, is complete
	changed                  // the connection was opened or closed, or changed to TLS
)

// watch is what an observer of the session knows: the state of each connection, and the exchanges of this step.
type watch struct {
	states   map[int]*proto.State
	conn     int // the connection that was opened or spoken on last
	step     []*exchange
	open     map[int]*exchange        // waiting for their replies, by N
	accepted int                      // letters, in all connections
	letter   bool                     // a letter has begun, and its lone dot has not come
	early    int                      // letters that were accepted all the same
	greeting map[int]session.Protocol // connections whose greeting is to come
	opened   []session.Protocol       // connections whose greeting came in this step
	unnamed  bool                     // POP3: PASS was refused, so that USER must be given again (RFC 1939 §7)
}

func newWatch() *watch {
	return &watch{states: map[int]*proto.State{}, greeting: map[int]session.Protocol{}, open: map[int]*exchange{}}
}

// state gives the state of the connection in use.
func (w *watch) state() *proto.State {
	s := w.states[w.conn]
	if s == nil {
		s = &proto.State{}
		w.states[w.conn] = s
	}
	return s
}

// begin forgets the exchanges of the step before. What still waits for its reply belongs to the new step.
func (w *watch) begin() {
	w.step, w.opened = nil, nil
	for _, x := range w.open {
		w.step = append(w.step, x)
	}
}

// observe takes an event and its notes into account; x is the exchange that it belongs to, if any.
func (w *watch) observe(e *session.Event, notes []annotate.Note) (h happened, x *exchange) {
	if e.Role != session.Note && e.Role != session.Unknown {
		w.conn = e.Conn
	}
	s := w.state()
	before := s.Accepted
	s.Observe(e)
	if s.Accepted > before {
		w.accepted += s.Accepted - before
		if w.letter {
			w.early++
		}
		w.letter = false
	}
	switch e.Role {
	case session.Open:
		if e.Mark.Text("err") != "" {
			s.Left = "dropped" // it could not be opened
			return changed, nil
		}
		w.greeting[e.Conn] = e.Proto
		if e.Proto == session.Untold {
			w.greeting[e.Conn] = session.Protocol(e.Mark.Text("proto"))
		}
		return changed, nil
	case session.TLS, session.Close:
		return changed, nil
	case session.Greeting:
		if e.More {
			return nothing, nil
		}
		if p, ok := w.greeting[e.Conn]; ok {
			if p == session.Untold {
				p = greets(e)
			}
			w.opened = append(w.opened, p)
			delete(w.greeting, e.Conn)
		}
		return changed, nil
	}
	if e.From == session.Client {
		return w.client(e, notes)
	}
	return w.server(e, notes)
}

// greets tells the protocol by the greeting, where nobody said what was opened, as in a typescript: +OK is POP3's (RFC 1939 §4), three
// digits are SMTP's (RFC 5321 §4.2).
func greets(e *session.Event) session.Protocol {
	if e.Code == "+OK" || e.Code == "-ERR" {
		return session.POP3
	}
	return session.SMTP
}

func (w *watch) client(e *session.Event, notes []annotate.Note) (happened, *exchange) {
	in, ok := map[session.Role]Where{session.Command: InCommand, session.Data: InData, session.Answer: InAuth}[e.Role]
	if !ok || e.Cont {
		return nothing, nil
	}
	x := &exchange{n: e.N, in: in, verb: e.Verb, line: string(e.Line()), notes: advice(notes)}
	w.letter = in == InData && e.More
	if len(w.step) >= maxExchanges {
		w.step = append(w.step[:0], w.step[maxExchanges/2:]...)
	}
	w.step = append(w.step, x)
	switch in {
	case InCommand:
		w.open[e.N] = x
		return nothing, x
	case InAuth:
		w.open[e.Re] = w.join(e.Re, x)
		return said, x
	}
	return said, x
}

// join lets an answer of AUTH share the fate of its command: notes on it are told with the command's reply.
func (w *watch) join(re int, x *exchange) *exchange {
	c := w.open[re]
	if c == nil {
		return x
	}
	c.notes = append(c.notes, x.notes...)
	return c
}

func (w *watch) server(e *session.Event, notes []annotate.Note) (happened, *exchange) {
	x := w.open[e.Re]
	if x == nil {
		return nothing, nil
	}
	x.notes = append(x.notes, advice(notes)...)
	switch {
	case e.Role == session.Data || x.unfinished(e):
		x.more(e)
	case e.Role == session.Reply || e.Role == session.Challenge:
		x.answers = append(x.answers, answer{code: e.Code, enhanced: e.Enhanced(), text: string(e.Line())})
	default:
		return nothing, nil
	}
	x.done = !e.More
	if !x.done {
		return nothing, nil
	}
	if e.Role != session.Challenge && e.Code != "354" {
		delete(w.open, e.Re)
	}
	switch x.verb {
	case "PASS":
		w.unnamed = !x.last().good()
	case "USER":
		w.unnamed = false
	}
	return answered, x
}

// agreesToTLS reports whether the handshake is still to come: until then nobody knows what came of the command.
func (x *exchange) agreesToTLS() bool {
	return (x.verb == "STARTTLS" || x.verb == "STLS") && x.last().good()
}

// unfinished reports whether the event goes on with the reply before it (250-).
func (x *exchange) unfinished(e *session.Event) bool {
	return len(x.answers) > 0 && !x.done && e.Role == session.Reply
}

// more adds a line to the answer under way.
func (x *exchange) more(e *session.Event) {
	if len(x.answers) == 0 {
		return
	}
	a := &x.answers[len(x.answers)-1]
	if line := bytes.TrimSpace(e.Line()); len(a.text)+len(line) < maxAnswer {
		a.text += "\n" + string(line)
	}
}

// advice gives the notes that lessons know by name.
func advice(notes []annotate.Note) (known []annotate.Note) {
	for _, n := range notes {
		if n.ID != "" && (n.Tone == annotate.Tip || n.Tone == annotate.Warning) {
			known = append(known, n)
		}
	}
	return known
}
