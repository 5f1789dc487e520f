package lessons

import (
	"maps"
	"slices"

	"byhand/session/text"
)

// truth is what can be said of a facet: on a real server nobody sees into the mailbox, so that there is a third value.
type truth uint8

const (
	no truth = iota
	unknown
	yes
)

func truthOf(b bool) truth {
	if b {
		return yes
	}
	return no
}

// judge tells whether a step is passed: it compares what was seen with what was asked for.
type judge struct {
	w        *watch
	vars     Vars
	box      Mailbox
	away     bool           // the server is not byhand's own
	people   []string       // away: the accounts of the practice server, which the learner's own stands for
	accepted int            // letters accepted when the step began
	early    int            // letters accepted before their end when the step began
	counts   map[string]int // letters in the mailboxes when the step began, as far as they are known
	ways     []way          // the step's solutions: do, and each also
	caught   Vars           // what their holes caught so far
}

// way is one of the author's solutions with what has been achieved of it.
type way struct {
	deeds []deed
	hit   []bool // deeds that were achieved, even if a later one used it up
}

// begin notes what there was when step s began.
func (j *judge) begin(s *Step) {
	j.w.begin()
	j.accepted, j.early, j.counts, j.ways = j.w.accepted, j.w.early, map[string]int{}, nil
	for _, lines := range append([][]Line{s.Do}, s.Also...) {
		if len(lines) > 0 {
			d := deeds(lines)
			j.ways = append(j.ways, way{deeds: d, hit: make([]bool, len(d))})
		}
	}
	for _, m := range s.Expect.mails() {
		if n, known := j.count(j.vars.Expand(m.Box)); known {
			j.counts[m.Box] = n
		}
	}
}

// silent reports whether lines that get no reply of their own are looked for: of a letter, or in an AUTH exchange.
func (x *Expect) silent() bool {
	if x == nil {
		return false
	}
	return x.In != InCommand || slices.ContainsFunc(x.Any, (*Expect).silent)
}

// mails lists the looks into mailboxes that an expectation takes.
func (x *Expect) mails() (all []*MailTest) {
	if x == nil {
		return nil
	}
	if x.Mail != nil {
		all = append(all, x.Mail)
	}
	for _, a := range x.Any {
		all = append(all, a.mails()...)
	}
	return append(all, x.Not.mails()...)
}

// passed tells whether the step is passed, and what was caught on the way.
func (j *judge) passed(s *Step) (truth, Vars) {
	t, caught, done := no, Vars{}, len(j.ways) == 0
	j.caught = Vars{}
	for _, w := range j.ways {
		met, c := j.achieved(w)
		done = done || met
		maps.Copy(j.caught, c)
		if met && t == no {
			t, caught = yes, c
		}
	}
	if s.Expect != nil {
		var c Vars
		t, c = j.expect(s.Expect)
		caught = maps.Clone(j.caught)
		maps.Copy(caught, c)
	}
	if t == unknown && !done {
		t = no // what cannot be seen may be there only once the step's own commands have gone through
	}
	if t == no || !j.way(s) || s.Fresh && !j.fresh(s) {
		return no, nil
	}
	return t, caught
}

// achieved tells whether everything is achieved that the author's lines achieve: it must hold now, or, where the lines
// themselves use it up, must have held in this step.
func (j *judge) achieved(w way) (met bool, caught Vars) {
	met, caught = true, Vars{}
	for i, d := range w.deeds {
		c, now := j.met(d.goal)
		w.hit[i] = w.hit[i] || now
		met = met && (now || d.spent && w.hit[i])
		maps.Copy(caught, c)
	}
	return met, caught
}

// way tells whether one of the ways that alone count was taken in this step.
func (j *judge) way(s *Step) bool {
	if len(s.Way) == 0 {
		return true
	}
	return slices.ContainsFunc(s.Way, func(p Pattern) bool {
		return slices.ContainsFunc(j.w.step, func(x *exchange) bool {
			if x.in != InCommand || !x.done || !x.last().good() {
				return false
			}
			_, same := j.starts(p, x.line)
			return same
		})
	})
}

// starts is match for a pattern whose arguments may go on: way: AUTH LOGIN is also gone with an initial response.
func (j *judge) starts(p Pattern, line string) (Vars, bool) {
	if caught, ok := j.matches(p, line, InCommand); ok {
		return caught, true
	}
	return j.matches(Pattern{Text: p.Text + " ..."}, line, InCommand)
}

// fresh tells whether one of the step's own commands was answered in this step, or another that achieves the same.
func (j *judge) fresh(s *Step) bool {
	verbs, kinds := map[string]bool{}, map[goalKind]bool{goalLogin: false, goalGreeted: false, goalTLS: false, goalLetter: false}
	for _, lines := range append([][]Line{s.Do}, s.Also...) {
		for _, l := range lines {
			if l.In == InCommand {
				verb := verbOf(l.Text)
				verbs[verb] = true
				if _, alike := kinds[goalKinds[verb]]; alike {
					kinds[goalKinds[verb]] = true
				}
			}
		}
	}
	return slices.ContainsFunc(j.w.step, func(x *exchange) bool {
		return (verbs[x.verb] || kinds[goalKinds[x.verb]]) && x.done && x.last().good()
	})
}

// expect tells whether all facets of an expectation hold.
func (j *judge) expect(x *Expect) (truth, Vars) {
	t, caught := yes, Vars{}
	if len(x.Sent) > 0 || x.Reply != nil {
		n := 0
		for _, e := range j.w.step {
			if c, ok := j.exchange(x, e); ok {
				n++
				caught = c
			}
		}
		t = truthOf(n >= max(1, x.Times))
	}
	if caught == nil {
		caught = Vars{}
	}
	t = min(t, j.standing(x, caught))
	if len(x.Any) > 0 {
		best := no
		for _, a := range x.Any {
			one, c := j.expect(a)
			if one > best {
				best, caught = one, c
			}
		}
		t = min(t, best)
	}
	if x.Not != nil {
		not, _ := j.literal().expect(x.Not)
		t = min(t, yes-not)
	}
	return t, caught
}

// standing tells whether the facets hold that do not hang on one exchange.
func (j *judge) standing(x *Expect, caught Vars) truth {
	t := yes
	if x.State != nil {
		t = truthOf(j.holds(x.State))
	}
	for _, v := range x.Vars {
		got, ok := caught[v.Name]
		if !ok {
			got, ok = j.caught[v.Name]
		}
		if !ok {
			got, ok = j.vars[v.Name]
		}
		t = min(t, truthOf(ok && compare(j.vars.Expand(v.Want), got)))
	}
	if x.Mail != nil {
		t = min(t, j.mail(x.Mail))
	}
	return t
}

// exchange tells whether one exchange is what an expectation asks for.
func (j *judge) exchange(x *Expect, e *exchange) (Vars, bool) {
	caught := Vars{}
	if len(x.Sent) > 0 {
		if e.in != x.In {
			return nil, false
		}
		same := false
		for _, p := range x.Sent {
			if c, ok := j.matches(p, e.line, e.in); ok {
				caught, same = c, true
				break
			}
		}
		if !same {
			return nil, false
		}
	}
	if e.in == InData || e.in == InAuth && !x.named {
		return caught, len(x.Sent) > 0
	}
	for _, a := range e.answers {
		if !e.done {
			break
		}
		if c, ok := x.Reply.match(a, j.vars); ok {
			maps.Copy(caught, c)
			return caught, true
		}
	}
	return nil, false
}

// lacks says what is still missing for the step to pass.
func (j *judge) lacks(s *Step) []text.Said {
	var all []text.Said
	if s.Expect != nil {
		all = j.lacksOf(s.Expect)
	}
	if len(j.ways) > 0 && len(all) == 0 { // what is expected may hang on what nobody can see
		w := j.ways[0]
		for i, d := range w.deeds {
			if _, ok := j.met(d.goal); !ok && !(d.spent && w.hit[i]) {
				all = append(all, j.missing(d.goal))
			}
		}
	}
	if len(all) == 0 && !j.way(s) {
		all = append(all, sayMissWay.With(j.vars.Expand(s.Way[0].Text)))
	}
	return all
}
