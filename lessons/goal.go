package lessons

import (
	"slices"
	"strings"

	"byhand/session"
	"byhand/session/proto"
	"byhand/session/text"
)

// goalKind is a sort of thing that a command achieves.
type goalKind uint8

const (
	goalReply   goalKind = iota // the command got a reply in this step
	goalUser                    // the server took the name
	goalLogin                   // logged in, by any mechanism
	goalGreeted                 // HELO or EHLO was answered
	goalTLS                     // the connection is encrypted
	goalFrom                    // the envelope has the sender
	goalTo                      // the envelope has the recipient
	goalLetter                  // a letter was accepted since the step began
	goalEarly                   // a letter was accepted in this step before its lone dot came
	goalMarked                  // the message is marked for deletion
	goalQuit                    // the connection was closed by QUIT
	goalOpen                    // a connection was opened, and its greeting came in this step
)

// goalKinds tells what each command achieves; those that are not here get a reply, and that is all.
var goalKinds = map[string]goalKind{
	"USER": goalUser, "PASS": goalLogin, "APOP": goalLogin, "AUTH": goalLogin,
	"HELO": goalGreeted, "EHLO": goalGreeted, "STARTTLS": goalTLS, "STLS": goalTLS,
	"MAIL": goalFrom, "RCPT": goalTo, "DATA": goalLetter, "BDAT": goalLetter,
	"DELE": goalMarked, "QUIT": goalQuit, ":OPEN": goalOpen,
}

// goal is one thing to achieve, read off one of the author's commands.
type goal struct {
	kind goalKind
	arg  string // name, address, number
	line Line   // the command
}

// goalOf reads off a command what it achieves.
func goalOf(l Line) goal {
	verb, arg := proto.Split([]byte(l.Text))
	g := goal{kind: goalKinds[verb], arg: arg, line: l}
	if g.kind == goalOpen {
		return g
	}
	if l.Want != nil || (g.kind == goalMarked || g.kind == goalUser) && arg == "" {
		g.kind = goalReply
	}
	if g.kind == goalFrom || g.kind == goalTo {
		g.arg, _, _ = proto.Path(arg)
	}
	return g
}

// lasts reports whether what the goal achieves stays after its step, so that it can be lost again.
func (g goal) lasts() bool {
	switch g.kind {
	case goalReply, goalLetter, goalEarly, goalQuit, goalOpen:
		return false
	}
	return true
}

// met tells whether a goal is reached, and what the reply's holes caught.
func (j *judge) met(g goal) (Vars, bool) {
	s, arg := j.w.state(), j.vars.Expand(g.arg)
	if g.lasts() && s.Left != "" {
		return nil, false // a closed connection is logged in nowhere
	}
	if (g.kind == goalUser || g.kind == goalFrom || g.kind == goalTo) && j.ours(g.arg) {
		return j.metByOwn(g)
	}
	switch g.kind {
	case goalUser:
		return nil, s.Authed || s.User == arg && !j.w.unnamed
	case goalLogin:
		return nil, s.Authed
	case goalGreeted:
		return nil, s.Greeted
	case goalTLS:
		return nil, s.TLS
	case goalFrom:
		return nil, s.HasFrom && sameAddress(arg, s.From)
	case goalTo:
		return nil, slices.ContainsFunc(s.To, func(to string) bool { return sameAddress(arg, to) })
	case goalLetter:
		return nil, j.w.accepted > j.accepted
	case goalEarly:
		if j.w.early == j.early {
			return nil, false
		}
	case goalMarked:
		return nil, slices.ContainsFunc(s.Marked, func(n int) bool { return token{arg, word}.same(itoa(n)) })
	case goalQuit:
		return nil, s.Left == "quit"
	case goalOpen:
		return nil, slices.ContainsFunc(j.w.opened, func(p session.Protocol) bool { return string(p) == Protocol(strings.ToLower(arg)) })
	}
	return j.replied(g.line)
}

// replied tells whether in this step that command got the reply that is wanted.
func (j *judge) replied(l Line) (Vars, bool) {
	want := l.Want
	if want == nil {
		want = &Reply{kind: replyGood}
	}
	for _, x := range slices.Backward(j.w.step) {
		if x.in != InCommand || !x.done {
			continue
		}
		if _, same := j.matches(Pattern{Text: l.Text}, x.line, InCommand); !same {
			continue
		}
		for _, a := range x.answers {
			if caught, ok := want.match(a, j.vars); ok {
				return caught, true
			}
		}
	}
	return nil, false
}

// missing says in words what a goal still lacks.
func (j *judge) missing(g goal) text.Said {
	verb, _ := proto.Split([]byte(g.line.Text))
	arg := j.vars.Expand(g.arg)
	switch g.kind {
	case goalUser:
		return sayMissUser.With()
	case goalLogin:
		return sayMissLogin.With()
	case goalGreeted:
		return sayMissGreeted.With()
	case goalTLS:
		return sayMissTLS.With()
	case goalFrom:
		return sayMissFrom.With(arg)
	case goalTo:
		return sayMissTo.With(arg)
	case goalLetter:
		return sayMissLetter.With()
	case goalEarly:
		return sayMissEarly.With()
	case goalMarked:
		return sayMissMarked.With(arg)
	case goalQuit:
		return sayMissQuit.With()
	case goalOpen:
		return sayMissOpen.With(arg)
	}
	if g.line.Want != nil {
		return sayMissReply.With(verb, g.line.Want.Text)
	}
	return sayMissGood.With(verb)
}
