package transcripts

import (
	"bytes"
	"encoding/base64"
	"slices"
	"strings"

	"byhand/session"
	"byhand/session/proto"
)

// Match is how closely a line must follow the recording.
type Match uint8

// The ways to match, from loose to strict.
const (
	Lenient Match = iota // case of verbs, blanks and line ends may differ, steps may be left out
	Exact                // byte by byte, in order; secrets excepted, which nobody knows
	ByVerb               // the verb alone decides
)

// MatchNames are the names of the ways to match, in the order of their constants.
func MatchNames() []string { return []string{"lenient", "exact", "verb"} }

// Heard tells how a line of a learner fits the recording.
type Heard uint8

// How a line fits.
const (
	AsRecorded Heard = iota // it is the one that comes next
	Skipped                 // it comes later in the same phase
	Again                   // it was answered before, and asking again changes nothing
	Miss                    // the recording has nothing to say to it here
)

// A Player plays the server's side of one connection of a recording. It is pure: lines go in, turns come out.
type Player struct {
	call  *Call
	match Match
	next  int
}

// NewPlayer begins a connection.
func NewPlayer(call *Call, match Match) *Player { return &Player{call: call, match: match} }

// Next gives the turn that the recording goes on with, or nil at its end.
func (p *Player) Next() *Turn {
	if p.next < len(p.call.Turns) {
		return &p.call.Turns[p.next]
	}
	return nil
}

// At gives the number of a turn in the recording, from 1; of nil that of the next one.
func (p *Player) At(t *Turn) int {
	for i := range p.call.Turns {
		if &p.call.Turns[i] == t {
			return i + 1
		}
	}
	return p.next + 1
}

// Nearest gives the command still to come that a line which missed is likest to: the next one, unless a later one has the line's verb and
// the next one has not.
func (p *Player) Nearest(line []byte) *Turn {
	verb, _ := proto.Split(session.TrimEOL(line))
	for i := p.next; i < len(p.call.Turns); i++ {
		if t := &p.call.Turns[i]; t.Role == session.Command && t.Verb == verb {
			return t
		}
	}
	return p.Next()
}

// Wants tells what the client's next line is: a letter after 354, an answer after a challenge, else a command.
func (p *Player) Wants() session.Role {
	if t := p.Next(); t != nil {
		return t.Role
	}
	return session.Command
}

// repeatable are the commands that change nothing, so that their answers serve again, and they may be left out.
var repeatable = []string{"NOOP", "RSET", "HELP", "CAPA", "EHLO", "HELO", "STAT", "LIST", "UIDL", "TOP", "RETR", "VRFY"}

// Hear takes a line, or a whole letter up to its final dot, and gives the turn that answers it; nil for a miss.
func (p *Player) Hear(line []byte) (*Turn, Heard) {
	now := p.Next()
	if now != nil && p.fits(now, line) {
		p.next++
		return now, AsRecorded
	}
	if p.match == Exact || now != nil && now.Role != session.Command {
		return nil, Miss
	}
	phase, left := p.phase(), false // left: a step lies between that may not be left out
	for i := p.next + 1; i < len(p.call.Turns); i++ {
		t := &p.call.Turns[i]
		if t.Verb == "QUIT" && t.Role == session.Command && p.fits(t, line) { // whoever leaves early is bidden farewell as recorded
			p.next = i + 1
			return t, Skipped
		}
		if left || t.Phase != phase || t.Role != session.Command || !slices.Contains(repeatable, p.call.Turns[i-1].Verb) {
			left = true
			continue
		}
		if p.fits(t, line) {
			p.next = i + 1
			return t, Skipped
		}
	}
	for i := range p.call.Turns {
		if t := &p.call.Turns[i]; t.Phase == phase && slices.Contains(repeatable, t.Verb) && !t.Secure && p.fits(t, line) {
			return t, Again
		}
	}
	return nil, Miss
}

// phase is where the connection stands in the recording.
func (p *Player) phase() proto.Phase {
	if t := p.Next(); t != nil {
		return t.Phase
	}
	if n := len(p.call.Turns); n > 0 {
		return p.call.Turns[n-1].Phase
	}
	return proto.Connected
}

// fits compares a line with the client's line of a turn.
func (p *Player) fits(t *Turn, line []byte) bool {
	switch {
	case t.Role == session.Data && p.match != Exact:
		return true // any letter will do
	case t.Label != "":
		return t.hides(line, p.match)
	case p.match == Exact:
		return bytes.Equal(t.Said, line)
	}
	verb, arg := proto.Split(session.TrimEOL(line))
	if t.Role == session.Command && p.match == ByVerb || verb == t.Verb && (verb == "HELO" || verb == "EHLO") {
		return verb == t.Verb
	}
	if t.Role == session.Answer {
		return sameBase64(string(session.TrimEOL(line)), t.Line())
	}
	was, wasArg := proto.Split(session.TrimEOL(t.Said))
	if verb == "AUTH" && was == verb {
		return sameAuth(strings.Fields(arg), strings.Fields(wasArg))
	}
	return verb == was && plainArgument(arg) == plainArgument(wasArg)
}

// SameWords tells whether two lines differ in the case of their letters and in how they end, at most.
func SameWords(a, b []byte) bool {
	return bytes.EqualFold(session.TrimEOL(a), session.TrimEOL(b))
}

// sameAuth compares the arguments of AUTH: the mechanism in any case, the initial response decoded (RFC 4954 §4).
func sameAuth(a, b []string) bool {
	if len(a) != len(b) || len(a) == 0 || !strings.EqualFold(a[0], b[0]) {
		return false
	}
	for i := 1; i < len(a); i++ {
		if !sameBase64(a[i], b[i]) {
			return false
		}
	}
	return true
}

// sameBase64 compares what two words of Base64 say; padding that was left out does not count. Words that are no Base64 are compared as
// they are.
func sameBase64(a, b string) bool {
	a, b = strings.TrimSpace(a), strings.TrimSpace(b)
	x, errX := base64.RawStdEncoding.DecodeString(strings.TrimRight(a, "="))
	y, errY := base64.RawStdEncoding.DecodeString(strings.TrimRight(b, "="))
	if errX != nil || errY != nil {
		return a == b
	}
	return bytes.Equal(x, y)
}

// plainArgument gives an argument without what may be written in several ways.
func plainArgument(s string) string {
	s = strings.Join(strings.Fields(s), " ")
	if key, path, ok := strings.Cut(s, ":"); ok && (strings.EqualFold(key, "FROM") || strings.EqualFold(key, "TO")) {
		s = strings.ToUpper(key) + ":" + strings.TrimSpace(path)
	}
	if at := strings.LastIndexByte(s, '@'); at >= 0 {
		s = s[:at] + strings.ToLower(s[at:])
	}
	return s
}

// hides compares a line with one of which a part is hidden: any text that is not empty may stand there.
func (t *Turn) hides(line []byte, m Match) bool {
	before, after, _ := strings.Cut(string(t.Said), session.Mask)
	said := string(line)
	if m != Exact {
		before, after, said = strings.Join(strings.Fields(before), " "), strings.TrimRight(after, " \r\n"), strings.TrimRight(said, " \r\n")
		said = strings.Join(strings.Fields(said), " ")
	}
	n := len(before)
	if len(said) <= n+len(after) || !strings.HasSuffix(said, after) {
		return false
	}
	if m == Exact {
		return said[:n] == before
	}
	return strings.EqualFold(said[:n], before) && (n == 0 || said[n] == ' ')
}
