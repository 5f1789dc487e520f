package transcripts

import (
	"slices"

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

// Left tells how many turns of the recording are still to come.
func (p *Player) Left() int { return len(p.call.Turns) - p.next }

// At gives the number of a turn in the recording, from 1; of nil that of the next one.
func (p *Player) At(t *Turn) int {
	for i := range p.call.Turns {
		if &p.call.Turns[i] == t {
			return i + 1
		}
	}
	return p.next + 1
}

// Nearest gives the command still to come that a line which missed is likest to: the first with the line's verb, else the first whose verb
// is a slip of the keyboard away from it, else the next one.
func (p *Player) Nearest(line []byte) *Turn {
	verb, _ := proto.Split(line)
	for _, like := range []func(string) bool{func(s string) bool { return s == verb }, func(s string) bool { return proto.OneEdit(verb, s) }} {
		for i := p.next; i < len(p.call.Turns); i++ {
			if t := &p.call.Turns[i]; t.Role == session.Command && like(t.Verb) {
				return t
			}
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
	if now != nil && now.fits(line, p.match) {
		p.next++
		return now, AsRecorded
	}
	if p.match == Exact || now != nil && now.Role != session.Command {
		return nil, Miss
	}
	phase, left := p.phase(), false // left: a step lies between that may not be left out
	for i := p.next + 1; i < len(p.call.Turns); i++ {
		t := &p.call.Turns[i]
		if t.Verb == "QUIT" && t.Role == session.Command && t.fits(line, p.match) { // whoever leaves early is bidden farewell as recorded
			p.next = i + 1
			return t, Skipped
		}
		if left || t.Phase != phase || t.Role != session.Command || !slices.Contains(repeatable, p.call.Turns[i-1].Verb) {
			left = true
			continue
		}
		if t.fits(line, p.match) {
			p.next = i + 1
			return t, Skipped
		}
	}
	for i := range p.call.Turns {
		if t := &p.call.Turns[i]; t.Phase == phase && slices.Contains(repeatable, t.Verb) && !t.Secure && t.fits(line, p.match) {
			return t, Again
		}
	}
	return nil, Miss
}

// Cancel tells whether a line gives up the AUTH that the recording is in the middle of (RFC 4954 §4); the player goes back to before it.
func (p *Player) Cancel(line []byte) bool {
	t := p.Next()
	if t == nil || t.Role != session.Answer || string(session.TrimEOL(line)) != "*" {
		return false
	}
	for p.next > 0 && p.call.Turns[p.next].Role == session.Answer {
		p.next--
	}
	return true
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
