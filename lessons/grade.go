package lessons

import (
	"bytes"
	"maps"
	"slices"
	"time"

	"byhand/session"
	"byhand/session/text"
)

// Verdict tells what a saved session shows of a step.
type Verdict string

// The verdicts.
const (
	VerdictPassed  Verdict = "passed"
	VerdictFailed  Verdict = "failed"
	VerdictUnknown Verdict = "unknown" // the events cannot show it: an answer to a question, a look into a mailbox of a server that is not byhand's
)

// A StepGrade is the verdict on one step.
type StepGrade struct {
	Step     string
	Line     int // of the step in the lesson's file
	Verdict  Verdict
	Points   int
	Optional bool
	Missing  []text.Said // what was missing, of a step that failed

	Took time.Duration // of a step that passed: since the step before it; 0 where the transcript holds no times
	At   time.Duration // when it had passed, since the recording began
}

// A Grader judges a saved session by the checks of the live lesson. Its zero value has seen nothing.
type Grader struct {
	// LinesOnly says that the session comes from a file of lines, as of a screen, which tells nothing of how they ended.
	LinesOnly bool

	events []session.Event
}

// Sink takes events. It keeps copies of them.
func (g *Grader) Sink(events []session.Event) error {
	for _, e := range events {
		e.Raw = bytes.Clone(e.Raw)
		g.events = append(g.events, e)
	}
	return nil
}

// Grade gives the verdict on each step that asks for something. A step that is nowhere to be seen fails by itself: the next one is looked
// for from where the step before it ended. vars are the learner's (Lesson.Values), or those of Lesson.Away for a session on a server that
// is not byhand's own: what that server may answer otherwise than the lesson's world is then unknown.
func (g *Grader) Grade(l *Lesson, vars Vars) (all []StepGrade) {
	r := &reading{g: g, l: l, known: map[spot]*stretch{}, patience: maxObserved, away: vars.away()}
	for _, s := range l.Steps {
		if !s.telling() {
			r.steps = append(r.steps, s)
		}
	}
	for one := r.from(spot{}, vars); one != nil; one = one.rest {
		all = append(all, one.grade)
	}
	return all
}

// A reading of a session tells which events belong to which step, for nobody has written it down. Of all readings the one counts in which
// the fewest steps fail, and of those the one that passes over the fewest commands: when a LIST was left out, the LIST of a later step is
// not taken for it, unless nothing else was left out by that.
type reading struct {
	g        *Grader
	l        *Lesson
	steps    []*Step
	known    map[spot]*stretch // read before; what was captured on the way there is taken to be the same
	patience int
	away     bool // the server was not byhand's own
}

// maxObserved bounds the events that are looked at again to find the best reading. Beyond it each step is taken where it is first seen.
const maxObserved = 20_000_000

// spot is where a reading stands: before a step, and before an event.
type spot struct{ step, event int }

// stretch is the rest of a reading from a place on.
type stretch struct {
	grade   StepGrade
	rest    *stretch
	failed  int // steps
	skipped int // commands that belong to no step
}

func (s *stretch) before(one StepGrade, skipped int) *stretch {
	n := &stretch{grade: one, rest: s, skipped: skipped}
	if one.Verdict == VerdictFailed {
		n.failed++
	}
	if s != nil {
		n.failed, n.skipped = n.failed+s.failed, n.skipped+s.skipped
	}
	return n
}

func (s *stretch) betterThan(other *stretch) bool {
	return s.failed < other.failed || s.failed == other.failed && s.skipped < other.skipped
}

// from gives the best reading from a place on; nil behind the last step.
func (r *reading) from(at spot, vars Vars) *stretch {
	if at.step == len(r.steps) {
		return nil
	}
	if best := r.known[at]; best != nil {
		return best
	}
	s, next := r.steps[at.step], spot{at.step + 1, at.event}
	one := StepGrade{Step: s.Name(), Line: s.Line, Verdict: VerdictUnknown, Points: s.Points, Optional: s.Optional}
	if s.Ask != nil || s.Free {
		return r.from(next, vars).before(one, 0)
	}
	f := r.g.step(s, at.event, r.box(vars), &judge{w: newWatch(), vars: vars, away: r.away, people: r.l.people()})
	r.patience -= f.looked
	later := maps.Clone(vars)
	maps.Copy(later, f.caught)
	one.Verdict, one.Missing, one.At = f.verdict, f.missing, r.g.when(f.end)
	one.Took = one.At - r.g.when(at.event)
	best := r.from(spot{next.step, f.end}, later).before(one, r.g.skipped(s, at.event, f.end))
	if f.verdict == VerdictPassed && best.failed > 0 && r.patience > 0 {
		one.Verdict, one.Missing, one.Took = VerdictFailed, f.before, 0
		if without := r.from(next, vars).before(one, 0); without.betterThan(best) {
			best = without
		}
	}
	r.known[at] = best
	return best
}

// box gives the mailboxes as the events tell of them; of another server's they tell nothing.
func (r *reading) box(vars Vars) *shadow {
	box := newShadow(r.l, vars)
	box.lost = r.away
	return box
}

// when gives the time of the event before a place among them.
func (g *Grader) when(at int) time.Duration {
	if at == 0 {
		return 0
	}
	return g.events[at-1].At
}

// Length gives how long the session was; 0 where it holds no times.
func (g *Grader) Length() time.Duration { return g.when(len(g.events)) }

// skipped counts the commands from one event up to another that are more than a step has lines for.
func (g *Grader) skipped(s *Step, from, to int) int {
	n := 0
	for i := range g.events[from:to] {
		if g.events[from+i].Role == session.Command {
			n++
		}
	}
	for _, line := range s.Do {
		if line.In == InCommand && !line.meta() {
			n--
		}
	}
	return max(n, 0)
}

// found is what a session shows of a step.
type found struct {
	verdict Verdict
	end     int         // the event behind the step's last; where it was looked for, if it was not there
	looked  int         // how many events were looked at
	caught  Vars        // by the step's patterns
	before  []text.Said // what was missing where it began
	missing []text.Said // what was missing in the end
}

// step looks for step s from event at on; j has seen nothing yet.
func (g *Grader) step(s *Step, at int, box *shadow, j *judge) found {
	j.box = box
	for i := range g.events[:at] {
		box.observe(&g.events[i])
		j.w.observe(&g.events[i], nil)
	}
	j.begin(s)
	if t, caught := j.passed(s); t == yes {
		return found{verdict: VerdictPassed, end: at, looked: at, caught: caught}
	}
	before := j.lacks(s)
	for i := at; i < len(g.events); i++ {
		box.observe(&g.events[i])
		h, _ := j.w.observe(&g.events[i], nil)
		if h == nothing || h == said && !s.Expect.silent() {
			continue
		}
		switch t, caught := j.passed(s); {
		case t == yes:
			return found{verdict: VerdictPassed, end: i + 1, looked: i + 1, caught: caught, before: before}
		case t == unknown && h != said:
			return found{verdict: VerdictUnknown, end: i + 1, looked: i + 1}
		}
	}
	if g.unseen(at) || j.away && j.tried(s) || g.LinesOnly && s.endings() {
		return found{verdict: VerdictUnknown, end: at, looked: len(g.events)}
	}
	return found{verdict: VerdictFailed, end: at, looked: len(g.events), missing: j.lacks(s)}
}

// endings reports whether the step's solution ends a letter otherwise than by CRLF, dot, CRLF.
func (s *Step) endings() bool { return slices.ContainsFunc(s.Do, Line.Ends) }

// unseen reports whether a handshake is missing from the events: the server agreed to TLS after event at, and
// nothing tells how that went, as in a capture. Nobody can say then what TLS was used for.
func (g *Grader) unseen(at int) bool {
	agreed := map[int]bool{}
	for i := range g.events[at:] {
		e := &g.events[at+i]
		switch {
		case agreesToTLS(e):
			agreed[e.Conn] = true
		case e.Role == session.TLS:
			delete(agreed, e.Conn)
		}
	}
	return len(agreed) > 0
}
