package lessons

import (
	"bytes"
	"net/netip"
	"strings"

	"byhand/session"
)

// Away reports whether the session was had on a server that is not byhand's own: it was reached over the network, and its greeting does
// not name the practice server.
func (g *Grader) Away() bool {
	far := map[int]bool{}
	for i := range g.events {
		e := &g.events[i]
		switch e.Role {
		case session.Open:
			ip := e.Mark.Text("ip")
			far[e.Conn] = !loopback(e.Mark.Text("addr")) && (ip == "" || !loopback(ip))
		case session.Greeting:
			if bytes.Contains(bytes.ToLower(e.Raw), []byte(Builtin()["host"])) {
				delete(far, e.Conn)
			} else if far[e.Conn] {
				return true
			}
		}
	}
	return false
}

// loopback reports whether an address, with or without a port, is this machine's own; one that nobody noted may be.
func loopback(addr string) bool {
	if at, err := netip.ParseAddrPort(addr); err == nil {
		return at.Addr().IsLoopback()
	}
	if at, err := netip.ParseAddr(addr); err == nil {
		return at.IsLoopback()
	}
	host, _, _ := strings.Cut(addr, ":")
	return host == "" || host == "localhost"
}

// tried reports whether the learner did what a step asks for as far as it lay with the learner: all that does not hang on the server's
// own letters and rules was achieved, and for the rest the command was typed and answered. Another server has other letters, so that its
// answer says nothing.
func (j *judge) tried(s *Step) bool {
	if s.Expect != nil && !j.triedOf(s.Expect) {
		return false
	}
	if len(j.ways) == 0 {
		return s.Expect != nil
	}
	for i, d := range j.ways[0].deeds {
		if _, met := j.met(d.goal); met || d.spent && j.ways[0].hit[i] {
			continue
		}
		if !d.goal.worldly() || !j.answered(verbOf(d.goal.line.Text)) {
			return false
		}
	}
	return true
}

// worldly reports whether it hangs on a server's letters and rules what comes of the command: on a number of a message, or on a reply that
// the author asks for.
func (g goal) worldly() bool {
	return g.kind == goalReply || g.kind == goalMarked || g.kind == goalEarly
}

// ownFacets are the facets of the state that hold numbers of messages, names or addresses: those of another server, or the learner's own.
var ownFacets = map[string]bool{"marked": true, "seen": true, "user": true, "from": true, "to": true}

// triedOf is tried for what a step expects besides.
func (j *judge) triedOf(x *Expect) bool {
	if x.State != nil {
		for _, f := range x.State.facets {
			if one := (&StateTest{facets: []stateFacet{f}}); !ownFacets[f.name] && !j.holds(one) {
				return false
			}
		}
	}
	if len(x.Sent) > 0 && !j.sentAlike(x) {
		return false
	}
	if len(x.Any) == 0 {
		return true
	}
	for _, a := range x.Any {
		if j.triedOf(a) {
			return true
		}
	}
	return false
}

// sentAlike reports whether a line that is looked for was sent, or at least its command.
func (j *judge) sentAlike(x *Expect) bool {
	for _, e := range j.w.step {
		if j.typed(x, e) {
			return true
		}
	}
	for verb := range strings.SplitSeq(x.command(), " | ") {
		if x.In == InCommand && verb != "" && j.answered(verb) {
			return true
		}
	}
	return false
}

// answered reports whether a command of that verb got a whole answer in this step.
func (j *judge) answered(verb string) bool {
	for _, e := range j.w.step {
		if e.in == InCommand && e.verb == verb && e.done {
			return true
		}
	}
	return false
}
