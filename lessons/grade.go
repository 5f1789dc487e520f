package lessons

import (
	"bytes"
	"maps"

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
}

// A Grader judges a saved session by the checks of the live lesson. Its zero value has seen nothing.
type Grader struct{ events []session.Event }

// Sink takes events. It keeps copies of them.
func (g *Grader) Sink(events []session.Event) error {
	for _, e := range events {
		e.Raw = bytes.Clone(e.Raw)
		g.events = append(g.events, e)
	}
	return nil
}

// Grade gives the verdict on each step that asks for something. A step that is nowhere to be seen fails by itself: the
// next one is looked for from where the step before it ended.
func (g *Grader) Grade(l *Lesson, vars Vars) (all []StepGrade) {
	at, vars := 0, maps.Clone(vars)
	for _, s := range l.Steps {
		if s.telling() {
			continue
		}
		one := StepGrade{Step: s.Name(), Line: s.Line, Verdict: VerdictUnknown, Points: s.Points, Optional: s.Optional}
		if s.Ask == nil && !s.Free {
			one.Verdict, one.Missing, at = g.step(s, vars, at, newShadow(l, vars))
		}
		all = append(all, one)
	}
	return all
}

// step looks for step s from event at on. It gives where the step ended, which is at if it was not there.
func (g *Grader) step(s *Step, vars Vars, at int, box *shadow) (Verdict, []text.Said, int) {
	j := &judge{w: newWatch(), vars: vars, box: box}
	for i := range g.events[:at] {
		box.observe(&g.events[i])
		j.w.observe(&g.events[i], nil)
	}
	j.begin(s)
	if t, caught := j.passed(s); t == yes {
		maps.Copy(vars, caught)
		return VerdictPassed, nil, at
	}
	for i := at; i < len(g.events); i++ {
		box.observe(&g.events[i])
		h, _ := j.w.observe(&g.events[i], nil)
		if h == nothing || h == said && !s.Expect.silent() {
			continue
		}
		switch t, caught := j.passed(s); {
		case t == yes:
			maps.Copy(vars, caught)
			return VerdictPassed, nil, i + 1
		case t == unknown && h != said:
			return VerdictUnknown, nil, i + 1
		}
	}
	if g.unseen(at) {
		return VerdictUnknown, nil, at
	}
	return VerdictFailed, j.lacks(s), at
}

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
