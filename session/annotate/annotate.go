// Package annotate is what byhand knows: it says of every event what it means, in the state in which it happens.
//
// Grammar is here, in Go: which part of a line is what. Knowledge is in know/*.yaml, English and Chinese side by side, where a
// teacher can edit it. The package does no input or output, prints nothing, and keeps nothing of a letter's body.
package annotate

import (
	"bytes"
	"cmp"
	"maps"
	"slices"
	"strings"

	"byhand/session"
	"byhand/session/proto"
	"byhand/session/text"
)

// Annotator explains the events of one session, all its connections. It is not safe for use by several goroutines.
type Annotator struct {
	book  book
	know  facts
	talks map[int]*talk
	now   *talk // of the last event, so that a long letter costs no look-up a line
	conn  int   // its connection

	closed []int // connections that were closed, the last few
}

// maxClosed is how many closed connections are kept in mind: one that is opened again is not told everything anew.
const maxClosed = 64

// maxTalks bounds how many connections are kept in mind that were never closed.
const maxTalks = 1024

// New gives an annotator for a session that has not begun.
func New() *Annotator { return &Annotator{talks: map[int]*talk{}} }

// talk is what is known of one connection.
type talk struct {
	book   *book
	state  proto.State
	before proto.State // as it was when the event under way came
	notes  []Note      // of the event under way; used again for the next
	letter letter
	used   int // N of the event with which the talk last went on after another's

	sent     map[int]*command // commands whose reply is not complete, by N
	last     *command         // the client's last command
	ahead    int              // commands typed before the greeting
	software string           // key of the greeting's row in know/voice.yaml, or ""
	stamp    bool             // the greeting had an APOP stamp
	port     string           // of the open mark, or ""
	toTLS    bool             // STARTTLS or STLS was agreed to, and no handshake has been seen
	heard    bool             // the server has said something
	told     map[string]bool  // what is told once a connection
	auth     exchange
	utf8     bool // the last MAIL had SMTPUTF8
	named    named
	lmtp     lmtp
	noLetter bool // DATA was refused, and nothing has been accepted since
}

// command is a client's command that waits for the end of its reply.
type command struct {
	n         int
	verb, arg string // secrets in arg are masked
	slip      lapse  // what is odd in its form
	phase     proto.Phase
	text      []byte // what the reply said so far, in lower case
	lines     int    // lines of the reply so far, the status line of a POP3 list aside
	octets    int64  // sum of the sizes that LIST told
}

// exchange is an AUTH exchange under way.
type exchange struct {
	mech  string
	step  int    // answers given, an initial response counts
	tip   string // the advice that an answer of it got
	asked bool   // the server has asked for an answer
	bare  bool   // POP3: AUTH without a mechanism, which lists them

	name      string // the user name that was sent
	twice     bool   // LOGIN: the password's answer was the name again
	swapped   bool   // LOGIN: the name has the form of an authorization code, and the password has not
	cancelled bool   // the last answer was *
}

// Bounds of what is kept of commands that never get a reply: so many, and far fewer beside a line that is longer than commands are.
const (
	maxSent  = 1000
	maxShort = 4 << 10
)

// Event says what e means. Events must come in their order, each once. The explanation is valid until the next call.
func (a *Annotator) Event(e *session.Event) Explanation {
	t := a.now
	if t == nil || a.conn != e.Conn {
		t = a.talks[e.Conn]
		if t == nil {
			if len(a.talks) >= maxTalks {
				a.drop()
			}
			t = &talk{book: &a.book, sent: map[int]*command{}, told: map[string]bool{}, letter: letter{know: &a.know, book: &a.book}}
			a.talks[e.Conn] = t
		}
		t.used = e.N
		a.now, a.conn = t, e.Conn
	}
	t.notes = t.notes[:0]
	if e.Role == session.Data {
		return t.data(e)
	}
	t.before = t.state
	t.state.Observe(e)
	decoded := t.event(e)
	if e.Proto == session.POP3 {
		papersOfPOP3(t.notes)
	}
	if e.Role == session.Close {
		a.forget(e.Conn)
	}
	return Explanation{Notes: t.notes, Decoded: decoded}
}

// forget notes that a connection was closed, and drops the one that was so long ago: a capture may hold any number of them.
func (a *Annotator) forget(conn int) {
	if a.closed = append(a.closed, conn); len(a.closed) <= maxClosed {
		return
	}
	old := a.closed[0]
	a.closed = slices.Delete(a.closed, 0, 1)
	if t := a.talks[old]; t != nil && t != a.now && t.state.Phase == proto.Closed {
		delete(a.talks, old)
	}
}

// drop forgets the half of the connections that nothing was heard of for longest.
func (a *Annotator) drop() {
	order := slices.SortedFunc(maps.Keys(a.talks), func(x, y int) int { return cmp.Or(a.talks[x].used-a.talks[y].used, x-y) })
	for _, conn := range order[:len(order)/2] {
		delete(a.talks, conn)
	}
}

// event explains what is no line of a letter and no row of a list.
func (t *talk) event(e *session.Event) (decoded string) {
	t.heard = t.heard || e.From == session.Server
	if e.Cont && e.Role != session.Reply {
		return ""
	}
	if e.From == session.Server && !t.state.TLS && tlsAlert(e.Raw) {
		t.note(Warning, Brief, sayTLSAlert.With(), "RFC 8314 §3")
		return ""
	}
	switch e.Role {
	case session.Open:
		t.open(e)
	case session.TLS:
		t.tls(e)
	case session.Close:
		t.close(e)
	case session.Greeting:
		decoded = t.greeting(e)
	case session.Command:
		decoded = t.command(e)
	case session.Challenge:
		decoded = t.challenge(e)
	case session.Answer:
		decoded = t.answer(e)
	case session.Reply:
		decoded = t.reply(e)
	case session.Unknown:
		t.unknown(e)
	}
	return decoded
}

// data explains a row of a multi-line reply, or a line of a letter.
func (t *talk) data(e *session.Event) Explanation {
	t.state.Observe(e)
	if e.From == session.Server && e.Verb != "RETR" && e.Verb != "TOP" {
		t.row(e)
		return Explanation{Notes: t.notes}
	}
	var decoded string
	t.notes, decoded = t.letter.line(e, t.notes)
	if !e.More && e.From == session.Server {
		t.next(t.book.find("pop3", e.Verb))
		delete(t.sent, e.Re)
	}
	return Explanation{Notes: t.notes, Decoded: decoded}
}

// note adds a note to the event under way.
func (t *talk) note(tone Tone, depth Depth, said text.Said, ref string) {
	if !said.Empty() {
		t.notes = append(t.notes, Note{Tone: tone, Depth: depth, Text: said, Ref: ref})
	}
}

// more adds an entry's reasons; in a long session they are told once.
func (t *talk) more(e *entry) {
	if e == nil || e.More.EN == "" {
		return
	}
	depth := Full
	if !t.once(e.More.EN) {
		depth = All
	}
	t.note(Info, depth, e.More.With(), e.Ref)
}

// next adds what can be typed now, as an entry says it.
func (t *talk) next(e *entry) {
	if e != nil && e.Next.EN != "" {
		t.note(Next, Full, t.book.said("next", e.Next.EN, func() text.Said { return sayNext.With(e.Next) }), "")
	}
}

// once tells whether key comes up for the first time in this connection, and notes it.
func (t *talk) once(key string) bool {
	if t.told[key] {
		return false
	}
	t.told[key] = true
	return true
}

// onceOf is once for a key of two words; it allocates nothing for one that came up before.
func (t *talk) onceOf(sort, word string) bool {
	return !t.told[sort+word] && t.once(sort+word)
}

// file names the file of know/ that holds the commands of the protocol.
func file(p session.Protocol) string {
	if p == session.SMTP {
		return "smtp"
	}
	return "pop3"
}

// protocolName gives a protocol's name as people write it.
func protocolName(p session.Protocol) string { return strings.ToUpper(string(p)) }

// otherGreeting tells whether the server greets as the other protocol does.
func otherGreeting(e *session.Event) bool {
	return e.Proto == session.POP3 && (bytes.HasPrefix(e.Raw, []byte("220 ")) || bytes.HasPrefix(e.Raw, []byte("220-"))) ||
		e.Proto == session.SMTP && bytes.HasPrefix(e.Raw, []byte("+OK"))
}

// The sentences on lines that fit nowhere, and the frame of the others.
var (
	sayIs            = text.T{EN: "%s: %s.", ZH: "%s：%s。"}
	sayNext          = text.T{EN: "Next: %s", ZH: "接下来：%s"}
	saySyntax        = text.T{EN: "Form: %s", ZH: "写法：%s"}
	sayRaw1          = text.T{EN: "Neither POP3 nor SMTP: the line is shown as it is.", ZH: "既不是 POP3 也不是 SMTP，原样显示。"}
	sayProxy         = text.T{EN: "This asks a web proxy (HTTP) to pass the connection on; the mail server comes behind it.", ZH: "这是请网页代理（HTTP）转接连接，邮件服务器在它后面。"}
	sayProxyAnswer   = text.T{EN: "This is an answer in HTTP, of a web server or proxy, not of a mail server.", ZH: "这是网页服务器或代理的 HTTP 答复，不是邮件服务器说的。"}
	sayOtherGreeting = text.T{
		EN: "%s was expected, but this is a greeting of the other protocol. Check the port, or say which it is with --protocol.",
		ZH: "预期的是 %s，但这是另一种协议的问候。请检查端口，或用 --protocol 指明协议。",
	}
	sayNowhere = text.T{EN: "This line of the server's fits nowhere in the dialogue.", ZH: "服务器的这一行与对话对不上。"}
	sayLoose   = text.T{EN: "This line was typed where no line was expected.", ZH: "这一行出现在不该输入的地方。"}
)

// unknown explains a line that is no part of the dialogue.
func (t *talk) unknown(e *session.Event) {
	switch {
	case bytes.HasPrefix(e.Raw, []byte("CONNECT ")) && e.From == session.Client:
		t.note(Info, Brief, sayProxy.With(), "RFC 9110 §9.3.6")
	case bytes.HasPrefix(e.Raw, []byte("HTTP/1.")) && e.From == session.Server:
		t.note(Info, Brief, sayProxyAnswer.With(), "RFC 9110 §9.3.6")
	case e.From == session.Server && !t.state.Greeted && otherGreeting(e):
		t.note(Warning, Brief, sayOtherGreeting.With(protocolName(e.Proto)), "")
	case e.Proto == session.Raw:
		if t.once("raw") {
			t.note(Info, Brief, sayRaw1.With(), "")
		}
	case e.From == session.Client && t.toTLS:
		if t.once("tls-now") {
			t.advise("tls-now")
		}
	case e.From == session.Client:
		t.note(Info, Full, sayLoose.With(), "")
	default:
		t.note(Info, Brief, sayNowhere.With(), "")
	}
}
