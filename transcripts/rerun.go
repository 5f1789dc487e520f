package transcripts

import (
	"bytes"
	"context"
	"slices"
	"strings"
	"time"

	"byhand/session"
	"byhand/session/proto"
)

// A Turn is what the client of a recording said in one go, a command, an answer or a whole letter, with what the server said
// to it. Secrets are masks, as they stand in the recording.
type Turn struct {
	Verb   string
	Mech   string // of AUTH and its answers: the mechanism, in upper case
	Phase  proto.Phase
	Role   session.Role  // Command, Answer, or Data for a letter
	Said   []byte        // the client's lines, line ends included
	Label  string        // what is hidden in Said; "" if nothing is
	Reply  []byte        // the server's lines, exact
	Code   string        // of the first line of Reply
	Secure bool          // TLS was agreed by this reply
	Ahead  bool          // it was sent before the reply to the command before it (RFC 2920)
	Pause  time.Duration // from what the client said to the first line of Reply
	Accept []string      // patterns of what may be said instead

	at time.Duration
}

// Line gives the client's line without its end.
func (t *Turn) Line() string { return string(session.TrimEOL(t.Said)) }

// A Call is one connection of a recording.
type Call struct {
	Greeting []byte
	Implicit bool // TLS from the first byte
	Turns    []Turn
	Left     bool // the client closed it
	Beside   bool // the connection opened before it went on after it was opened

	accept []string // for the client's next line
}

// Calls gathers the connections of a recording, in the order in which they were opened, with the protocol that they speak.
// It holds them all: recordings that people play against are small.
func Calls(src *Reader) (calls []*Call, p session.Protocol, err error) {
	g := gathering{at: map[int]*place{}, calls: map[int]*Call{}, states: map[int]*proto.State{}}
	err = session.Run(context.Background(), src, proto.New(session.Untold), func(events []session.Event) error {
		for i := range events {
			g.take(&events[i])
		}
		return nil
	})
	return g.order, g.proto, err
}

// gathering is what Calls knows on its way.
type gathering struct {
	order  []*Call
	calls  map[int]*Call // by number of the connection
	states map[int]*proto.State
	at     map[int]*place // where the replies to a command go, by its N
	proto  session.Protocol
}

// place is a turn of a call: its index, since turns move as they are appended.
type place struct {
	call *Call
	turn int
}

func (p *place) get() *Turn { return &p.call.Turns[p.turn] }

func (g *gathering) take(e *session.Event) {
	if e.Role == session.Note && (e.Mark == nil || e.Mark.Kind != "accept") {
		return
	}
	call := g.calls[e.Conn]
	if call == nil {
		call = &Call{}
		g.calls[e.Conn], g.states[e.Conn] = call, &proto.State{}
		g.order = append(g.order, call)
	} else if i := slices.Index(g.order, call); e.Mark == nil && i+1 < len(g.order) {
		g.order[i+1].Beside = true
	}
	if e.Proto == session.POP3 || e.Proto == session.SMTP {
		g.proto = e.Proto
	}
	switch {
	case e.Mark != nil:
		g.mark(call, e.Mark)
	case e.From == session.Client:
		g.client(call, e)
	case e.From == session.Server:
		g.server(call, e)
	}
	g.states[e.Conn].Observe(e)
}

func (g *gathering) mark(call *Call, m *session.Mark) {
	switch last := len(call.Turns) - 1; {
	case m.Kind == "accept":
		call.accept = append(call.accept, m.Text("glob"))
	case m.Kind == "close":
		call.Left = m.Text("by") == "client"
	case m.Kind == "open" && m.Text("tls") == "implicit", m.Kind == "tls" && m.Text("is") == "done" && last < 0:
		call.Implicit = true
	case m.Kind == "tls" && m.Text("is") == "done":
		call.Turns[last].Secure = true
	}
}

func (g *gathering) client(call *Call, e *session.Event) {
	raw, hidden := e.Masked(nil)
	if at := g.at[e.Re]; at != nil && e.Role == session.Data && (at.get().Role == session.Data || e.Verb == "BDAT") || e.Cont && len(call.Turns) > 0 {
		last := &call.Turns[len(call.Turns)-1]
		if at != nil {
			last = at.get()
		}
		last.Said, last.at = append(last.Said, raw...), e.At
		return
	}
	t := Turn{Verb: e.Verb, Role: e.Role, Said: raw, Phase: g.states[e.Conn].Phase, Accept: call.accept, at: e.At}
	call.accept = nil
	if len(hidden) > 0 {
		t.Label = hidden[0].Label
	}
	if words := strings.Fields(string(raw)); e.Role == session.Command && e.Verb == "AUTH" && len(words) > 1 {
		t.Mech = strings.ToUpper(words[1])
	} else if at := g.at[e.Re]; at != nil && e.Role == session.Answer {
		t.Mech = at.get().Mech
	}
	if n := len(call.Turns); n > 0 && e.Role == session.Command {
		t.Ahead = call.Turns[n-1].Role == session.Command && len(call.Turns[n-1].Reply) == 0
	}
	call.Turns = append(call.Turns, t)
	to := e.N
	if e.Role != session.Command && e.Re != 0 {
		to = e.Re // what comes next to AUTH or DATA answers this
	}
	g.at[to] = &place{call, len(call.Turns) - 1}
}

func (g *gathering) server(call *Call, e *session.Event) {
	raw, _ := e.Masked(nil)
	at := g.at[e.Re]
	switch {
	case at != nil && at.call == call:
	case len(call.Turns) == 0:
		call.Greeting = append(call.Greeting, raw...)
		return
	default: // said unasked: it follows what was said before
		at = &place{call, len(call.Turns) - 1}
	}
	t := at.get()
	if len(t.Reply) == 0 {
		t.Pause = e.At - t.at
	}
	t.Reply = append(t.Reply, raw...)
	if t.Code == "" {
		t.Code = e.Code
	}
}

// Fill gives what the client says with value in place of what is hidden. There is one hidden span in a line of a client.
func (t *Turn) Fill(value string) []byte {
	if t.Label == "" {
		return t.Said
	}
	return bytes.Replace(t.Said, []byte(session.Mask), []byte(value), 1)
}
