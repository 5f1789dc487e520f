package lessons

import (
	"cmp"
	"slices"
	"strings"

	"byhand/session/text"
)

// lacksOf says what an expectation still lacks, a facet at a time. Patterns are told by their command alone: the rest
// may be a password, and is what the hints are for.
func (j *judge) lacksOf(x *Expect) []text.Said {
	_, caught := j.expect(x)
	all := j.lacksSent(x)
	if x.State != nil {
		all = append(all, j.lacksState(x.State)...)
	}
	for _, v := range x.Vars {
		one := &Expect{Vars: []VarTest{v}}
		if j.standing(one, caught) == no {
			all = append(all, sayMissVar.With(v.Name, j.vars.Expand(v.Want)))
		}
	}
	if x.Mail != nil && j.mail(x.Mail) == no {
		all = append(all, j.lacksMail(x.Mail))
	}
	if len(x.Any) > 0 {
		all = append(all, j.lacksAny(x.Any)...)
	}
	if x.Not != nil {
		if t, _ := j.literal().expect(x.Not); t == yes {
			all = append(all, sayMissNot.With())
		}
	}
	return all
}

// lacksSent tells of a line that was not sent, or that got another reply.
func (j *judge) lacksSent(x *Expect) []text.Said {
	if len(x.Sent) == 0 && x.Reply == nil {
		return nil
	}
	sent, got := 0, 0
	for _, e := range j.w.step {
		if _, ok := j.exchange(x, e); ok {
			got++
		}
		if j.typed(x, e) {
			sent++
		}
	}
	name := x.command()
	switch want := max(1, x.Times); {
	case got >= want:
		return nil
	case got > 0:
		return []text.Said{sayMissTimes.With(got, want)}
	case len(x.Sent) == 0:
		return []text.Said{sayMissAnyReply.With(x.Reply.words())}
	case x.In == InData:
		return []text.Said{sayMissData.With()}
	case x.In == InAuth && sent == 0:
		return []text.Said{sayMissAuth.With()}
	case sent > 0 && x.named:
		return []text.Said{sayMissReply.With(name, x.Reply.words())}
	case sent > 0 && x.Reply.kind == replyGood:
		return []text.Said{sayMissTaken.With(name)}
	}
	return []text.Said{sayMissSent.With(name)}
}

// typed tells whether an exchange is one of those that an expectation looks for, whatever the reply.
func (j *judge) typed(x *Expect, e *exchange) bool {
	return e.in == x.In && slices.ContainsFunc(x.Sent, func(p Pattern) bool {
		_, ok := j.matches(p, e.line, e.in)
		return ok
	})
}

// lacksAny tells of the branch that lacks least; of none, if one holds.
func (j *judge) lacksAny(branches []*Expect) []text.Said {
	var best []text.Said
	for i, a := range branches {
		if t, _ := j.expect(a); t != no {
			return nil
		}
		if lacks := j.lacksOf(a); i == 0 || len(lacks) < len(best) {
			best = lacks
		}
	}
	return best
}

// lacksMail tells how many letters there are where another number is asked for; else it names the mailbox.
func (j *judge) lacksMail(m *MailTest) text.Said {
	box := j.vars.Expand(m.Box)
	n, _ := j.count(box) // known, or the look would not have failed
	if m.Count >= 0 && n != m.Count {
		return sayMissCount.With(box, n, m.Count)
	}
	if m.Subject != "" && j.mail(&MailTest{Box: m.Box, Subject: m.Subject, Count: -1, Gone: -1}) == no {
		return sayMissSubject.With(box, j.vars.Expand(m.Subject))
	}
	return sayMissMail.With(box)
}

// lacksState tells which facets of the state are not as they should be.
func (j *judge) lacksState(t *StateTest) (all []text.Said) {
	for _, f := range t.facets {
		if one := (&StateTest{facets: []stateFacet{f}}); !j.holds(one) {
			want := make([]string, len(f.want))
			for i, w := range f.want {
				want[i] = j.vars.Expand(w)
			}
			all = append(all, sayMissFacet.With(f.name, cmp.Or(strings.Join(want, ", "), "-")))
		}
	}
	return all
}

// command names what an expectation wants sent: the verb, in any of its forms.
func (x *Expect) command() string {
	var verbs []string
	for _, p := range x.Sent {
		for _, one := range strings.Split(p.Text, " | ") {
			verb := verbOf(one)
			if _, isRegex := regex(p.Text); isRegex || strings.ContainsAny(verb, "*{$") {
				return ""
			}
			if !slices.Contains(verbs, verb) {
				verbs = append(verbs, verb)
			}
		}
	}
	return strings.Join(verbs, " | ")
}

// words gives a reply as its author wrote it.
func (w *Reply) words() string { return cmp.Or(w.Text, "ok") }
