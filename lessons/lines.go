package lessons

import (
	"strconv"
	"strings"

	"byhand/session/proto"
)

// Where tells what a client's line is.
type Where uint8

// A line is a command, a line of a letter, or an answer in an AUTH exchange.
const (
	InCommand Where = iota
	InData
	InAuth
)

var wheres = [...]string{"command", "data", "auth"}

// A Line is one line of the author's, as it is to be typed.
type Line struct {
	Text string // values still written ${name}
	Want *Reply // the reply that the author named; nil if any good one will do
	In   Where
	At   int // line of the lesson's file
}

// Waits reports whether the line may be typed only when the reply to the one before it is complete. Lines of a letter
// are not answered, so only the first waits, for 354: it stands after DATA, which is a command.
func (l Line) Waits() bool { return l.In != InData }

// Ends reports whether the server ends the letter at this line, though it is no lone dot between CRLF and CRLF: a lax
// server does so, and its reply comes in mid letter. The author says it by the reply.
func (l Line) Ends() bool { return l.In == InData && l.Want != nil && l.Text != "." }

// bareDot is how an author writes a dot behind LF alone.
const bareDot = "${lf}."

// meta reports whether the line is for byhand, not for the wire.
func (l Line) meta() bool { return l.In == InCommand && strings.HasPrefix(l.Text, ":") }

const arrow = " -> "

// lines reads the author's lines and tells what each of them is.
func (r *reader) lines(n *node) []Line {
	var lines []Line
	var t typist
	for i, s := range strings.Split(r.words(n), "\n") {
		at := n.line
		if n.block {
			at += 1 + i
		}
		l := Line{Text: s, In: t.next(), At: at}
		if l.In == InCommand && strings.TrimSpace(s) == "" {
			continue
		}
		if i := strings.LastIndex(s, arrow); i >= 0 && (l.In != InData || s[:i] == "." || strings.HasSuffix(s[:i], bareDot)) {
			l.Text = strings.TrimRight(s[:i], " ")
			l.Want = r.reply(s[i+len(arrow):], at)
		}
		t.typed(l)
		lines = append(lines, l)
	}
	return lines
}

// typist knows what the next line of a script is, from the lines before it and no server.
type typist struct {
	where  Where
	left   int // answers, or octets of BDAT, still to come
	counts bool
}

func (t *typist) next() Where { return t.where }

func (t *typist) typed(l Line) {
	switch t.where {
	case InAuth:
		if t.left--; t.left <= 0 || l.Text == "*" {
			t.where = InCommand
		}
	case InData:
		if t.counts {
			t.left -= len(l.Text) + len("\r\n")
		}
		if t.counts && t.left <= 0 || !t.counts && (l.Text == "." || l.Ends()) {
			t.where = InCommand
		}
	default:
		t.command(l)
	}
}

func (t *typist) command(l Line) {
	verb, arg := proto.Split([]byte(l.Text))
	word := strings.Fields(arg)
	switch {
	case verb == "AUTH" && len(word) > 0 && (l.Want == nil || l.Want.goesOn()):
		t.where, t.left = InAuth, answers(strings.ToUpper(word[0]))-(len(word)-1)
	case verb == "DATA" && (l.Want == nil || l.Want.goesOn()):
		t.where, t.counts = InData, false
	case verb == "BDAT" && len(word) > 0:
		t.left, _ = strconv.Atoi(word[0])
		t.where, t.counts = InData, true
	}
	if (t.where == InAuth || t.counts) && t.left <= 0 {
		t.where, t.counts = InCommand, false
	}
}

// answers gives how many lines a client sends after AUTH: two for LOGIN and SCRAM (RFC 5802 §5), one for the others.
func answers(mech string) int {
	if mech == "LOGIN" || strings.HasPrefix(mech, "SCRAM-") {
		return 2
	}
	return 1
}
