package annotate

import (
	"byhand/session"
	"byhand/session/proto"
	"byhand/session/text"
)

// command explains what the client asks for, in the state in which it asks. Decoded is the user name that AUTH brings along.
func (t *talk) command(e *session.Event) (decoded string) {
	c := t.asked(e)
	if !t.state.Greeted && !t.heard {
		t.ahead++
		t.note(Info, Full, sayBeforeGreeting.With(), "RFC 5321 §4.3.1")
	}
	if hiddenWhole(e) {
		t.note(Info, Brief, sayHiddenLine.With(), "")
		return ""
	}
	known := t.book.find(file(e.Proto), c.verb)
	if known == nil {
		t.note(Info, Brief, t.stranger(e, c), "")
		return ""
	}
	t.note(Info, Brief, t.book.said(file(e.Proto), c.verb, func() text.Said { return sayIs.With(c.verb, known.T) }), known.Ref)
	if e.Proto == session.POP3 {
		decoded = t.pop3Command(e, c)
	} else {
		decoded = t.smtpCommand(e, c)
	}
	t.more(known)
	if known.Syntax != "" {
		t.note(Info, All, t.book.said("syntax", known.Syntax, func() text.Said { return saySyntax.With(known.Syntax) }), "")
	}
	return decoded
}

// asked notes a command, its secrets aside, until its reply is complete.
func (t *talk) asked(e *session.Event) *command {
	line := e.Raw
	if len(e.Secret) > 0 {
		line = []byte(e.MaskedLine())
	}
	verb, arg := proto.Split(line)
	c := &command{n: e.N, verb: verb, arg: arg, slip: t.lapse(e, verb, arg), phase: t.before.Phase}
	if len(t.sent) >= maxSent || len(line) > maxShort && len(t.sent) >= maxSent/100 {
		t.sent = map[int]*command{}
	}
	t.sent[e.N] = c
	t.last = c
	return c
}

// hiddenWhole tells whether nothing of the line may be seen, so that it has no verb to speak of.
func hiddenWhole(e *session.Event) bool {
	return len(e.Secret) > 0 && e.Secret[0].Off == 0
}

// stranger says what an unknown command is.
func (t *talk) stranger(e *session.Event, c *command) text.Said {
	other := session.SMTP
	if e.Proto == session.SMTP {
		other = session.POP3
	}
	switch {
	case c.verb == "":
		return sayEmptyCommand.With()
	case t.book.find(file(other), c.verb) != nil && len(c.verb) < 12:
		return sayOtherProtocol.With(c.verb, protocolName(other))
	}
	return sayNoCommand.With(short([]byte(c.verb)), protocolName(e.Proto))
}

// readableOnWire warns that what was sent can be read by anybody on the way.
func (t *talk) readableOnWire(depth Depth, what text.T) {
	if !t.state.TLS {
		t.note(Warning, depth, sayReadable.With(what), "RFC 8314 §3")
	}
}

// The sentences on commands.
var (
	sayBeforeGreeting = text.T{EN: "This was typed before the server's greeting.", ZH: "这一行是在服务器问候之前输入的。"}
	sayHiddenLine     = text.T{EN: "A line that may hold a secret, sent as a command.", ZH: "这一行可能含有密码，却被当作命令发出。"}
	sayEmptyCommand   = text.T{EN: "An empty line.", ZH: "空行。"}
	sayNoCommand      = text.T{EN: "%s is no command of %s.", ZH: "%[2]s 没有 %[1]s 这个命令。"}
	sayOtherProtocol  = text.T{EN: "%s is a command of %s, not of this protocol.", ZH: "%s 是 %s 的命令，不属于当前协议。"}
	sayReadable       = text.T{EN: "Anybody on the way can read %s: the connection is not encrypted.", ZH: "连接没有加密，途中任何人都能看到%s。"}

	thisLine    = text.T{EN: "this line", ZH: "这一行"}
	theName     = text.T{EN: "the name", ZH: "用户名"}
	thePassword = text.T{EN: "the password", ZH: "密码"}
)
