package lessons

import (
	"fmt"
	"slices"
	"strings"

	"byhand/session/text"
)

// nonsense types what no step is about, and then solves the lesson from there.
func (t *tester) nonsense(s *Step) {
	name := sayCheckNonsense.With(s.Name())
	r, why := t.learner(s)
	if r == nil {
		t.add(name, s.Line, why)
		return
	}
	defer r.end()
	own := slices.Concat(append([][]Line{s.Do}, s.Also...)...)
	for _, line := range []string{"NOOP", "XYZZY 1"} {
		if r.conn == nil || slices.ContainsFunc(own, func(l Line) bool { return verbOf(l.Text) == verbOf(line) }) {
			continue
		}
		if err := r.send(line); err != nil {
			t.add(name, s.Line, sayCheckStuck.With(s.Name(), err))
			return
		}
		if r.g.at != s.Index {
			t.add(name, s.Line, sayCheckPassedBy.With(line))
			return
		}
	}
	t.add(name, s.Line, r.playTo(len(t.l.Steps), nil))
}

// dropped loses the line at the start of the step, catches up and goes on.
func (t *tester) dropped(s *Step) {
	if len(s.Do) > 0 && s.Do[0].meta() {
		return
	}
	name := sayCheckDropped.With(s.Name())
	r, why := t.learner(s)
	if r == nil {
		t.add(name, s.Line, why)
		return
	}
	defer r.end()
	r.drop()
	if err := r.command(":catchup"); err != nil {
		t.add(name, s.Line, sayCheckStuck.With(s.Name(), err))
		return
	}
	t.add(name, s.Line, r.playTo(len(t.l.Steps), nil))
}

// alternatives takes each other way through the step, and goes on to the end of the lesson.
func (t *tester) alternatives(s *Step) {
	for _, also := range s.Also {
		name := sayCheckAlso.With(s.Name(), also[0].Text)
		r, why := t.learner(s)
		if r == nil {
			t.add(name, also[0].At, why)
			continue
		}
		if err := r.change(); err != nil {
			why = sayCheckStuck.With(s.Name(), err)
		} else if err := r.sendAll(r.g.filled(also)); err != nil {
			why = sayCheckStuck.With(s.Name(), err)
		} else if r.g.at == s.Index {
			why = r.stuck(s)
		} else {
			why = r.playTo(len(t.l.Steps), nil)
		}
		r.end()
		t.add(name, also[0].At, why)
	}
}

// mistakes makes each mistake that the author foresaw: its advice must come, the step must not pass by it, and can
// still be solved.
func (t *tester) mistakes(s *Step) {
	for i, o := range s.Oops {
		try := o.Try
		if len(try) == 0 && len(o.When.Sent) > 0 && o.When.Sent[0].plain() {
			try = []string{strings.Split(o.When.Sent[0].Text, " | ")[0]}
		}
		name := sayCheckOops.With(s.Name(), i)
		if len(try) == 0 {
			t.add(name, o.Line, sayCheckNoTry.With())
			continue
		}
		r, why := t.learner(s)
		if r == nil {
			t.add(name, o.Line, why)
			continue
		}
		t.add(name, o.Line, r.mistake(s, fmt.Sprintf("oops[%d]", i), try))
		r.end()
	}
}

// mistake types the lines of a mistake, looks for its advice and solves the step all the same.
func (r *run) mistake(s *Step, advice string, try []string) text.Said {
	if why := r.types(s, try); !why.Empty() {
		return why
	}
	if r.g.at != s.Index {
		return sayCheckPassedBy.With(try[len(try)-1])
	}
	if !r.advised(advice) {
		return sayCheckNoAdvice.With(strings.Join(try, " / "), advice, r.advices(), r.last)
	}
	return r.recover()
}

// recover brings the session back to where the step began, and solves the step.
func (r *run) recover() text.Said {
	s := r.g.Step()
	if err := r.leave(); err != nil {
		return sayCheckStuck.With(s.Name(), err)
	}
	if err := r.command(":catchup"); err != nil {
		return sayCheckStuck.With(s.Name(), err)
	}
	return r.solved(nil)
}

// types types lines at step s.
func (r *run) types(s *Step, lines []string) text.Said {
	r.acts = nil
	for _, line := range lines {
		if err := r.send(r.g.j.vars.Expand(line)); err != nil {
			return sayCheckStuck.With(s.Name(), err)
		}
	}
	return text.Said{}
}

// advised reports whether the guide gave that advice.
func (r *run) advised(id string) bool {
	return slices.ContainsFunc(r.acts, func(a Action) bool { return a.Kind == Advice && a.ID == id })
}

// advices lists the names of the advice that was given, "-" for none.
func (r *run) advices() string {
	var ids []string
	for _, a := range r.acts {
		if a.Kind == Advice {
			ids = append(ids, a.ID)
		}
	}
	if len(ids) == 0 {
		return "-"
	}
	return strings.Join(ids, ", ")
}

// author does one of the author's own tests.
func (t *tester) author(c *Test) {
	s := t.l.Steps[0]
	if c.At != "" {
		s = t.l.Step(c.At)
	}
	name := sayCheckAuthor.With(c.Name)
	r, why := t.learner(s)
	if r == nil {
		t.add(name, c.Line, why)
		return
	}
	defer r.end()
	why = r.types(s, c.Type)
	passed := r.g.at != s.Index
	switch {
	case !why.Empty():
	case c.Passes != nil && *c.Passes && !passed:
		why = r.stuck(s)
	case c.Passes != nil && !*c.Passes && passed:
		why = sayCheckPassedBy.With(c.Type[len(c.Type)-1])
	case c.Advice != "" && !r.advised(c.Advice):
		why = sayCheckNoAdvice.With(strings.Join(c.Type, " / "), c.Advice, r.advices(), r.last)
	case c.State != nil && !r.g.j.holds(c.State):
		why = sayMissState.With()
	}
	t.add(name, c.Line, why)
}
