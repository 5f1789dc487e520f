package lessons

import (
	"fmt"

	"byhand/session"
	"byhand/session/annotate"
	"byhand/session/text"
)

// tip is an advice that may be given.
type tip struct {
	id   string
	text string
	note *annotate.Note
}

// refusalsBeforeOffer is after how many refusals a hint is offered.
const refusalsBeforeOffer = 3

// advise gives the sharpest advice on an exchange that did not pass the step, at most one, never the same twice in a
// row. A legal command that is mere looking round gets none.
func (g *Guide) advise(x *exchange, h happened) {
	if h == answered && x.last().bad() {
		g.refusals++
	}
	if t, ok := g.sharpest(x, h); ok && t.id != g.lastTip {
		g.lastTip = t.id
		g.act(Action{Kind: Advice, Step: g.Step(), ID: t.id, Text: t.text, Note: t.note})
	}
	if g.refusals >= refusalsBeforeOffer && !g.offered {
		g.offered = true
		g.say(sayOfferHint.With())
	}
}

// byReply are the advices that the library draws from the words of a refusal alone. An author who foresaw that refusal
// at this step knows better; all other advice of the library is sharper than what an author says of a bare reply.
var byReply = map[string]bool{
	"app-password": true, "login-failed": true, "oauth-only": true, "pop-off": true, "mailbox-busy": true, "login-delay": true,
	"unknown-recipient": true, "relay": true, "recipient-or-relay": true, "too-large": true, "greylist": true, "no-domain": true, "spam": true,
	"sender-login": true, "letter-form": true, "too-many-errors": true, "idle": true, "typo-none": true,
	"relay-login": true, "recipient-domain": true, "mailbox-full": true, "ip-blocked": true, "login-throttle": true, "name-unknown": true,
	"name-whole": true, "token-refused": true, "not-here": true,
}

// sharpest looks for advice in the order: what the author said of that very command, the library, what is peculiar to
// this step, what the author said of the reply alone.
func (g *Guide) sharpest(x *exchange, h happened) (tip, bool) {
	if t, ok := g.authors(x, true); ok {
		return t, true
	}
	if n := len(x.notes); n > 0 {
		note := x.notes[n-1]
		if t, ok := g.authors(x, false); ok && byReply[note.ID] && h == answered {
			return t, true
		}
		return tip{id: note.ID, text: note.Text.In(g.lang), note: &note}, true
	}
	if h != answered {
		return tip{}, false
	}
	if t, ok := g.nearMiss(x); ok {
		return t, true
	}
	return g.authors(x, false)
}

// authors looks through the step's oops: those that name what was sent, or those that name the reply alone.
func (g *Guide) authors(x *exchange, sent bool) (tip, bool) {
	s := g.Step()
	for i, o := range s.Oops {
		if (len(o.When.Sent) > 0 || len(o.When.Any) > 0) == sent && g.j.madeBy(x, o.When) {
			return tip{id: fmt.Sprintf("oops[%d]", i), text: g.prose(o.Say)}, true
		}
	}
	return tip{}, false
}

// madeBy tells whether exchange x makes the mistake.
func (j *judge) madeBy(x *exchange, when *Expect) bool {
	if when.Times > 1 {
		t, _ := j.expect(when)
		return t == yes
	}
	w, one := *j.w, *j.literal()
	w.step = []*exchange{x}
	one.w = &w
	t, _ := one.expect(when)
	return t == yes
}

// nearMiss is advice that hangs on the step: what was lost, or done otherwise than the step wants.
func (g *Guide) nearMiss(x *exchange) (tip, bool) {
	if g.j.w.state().Left == "quit" && !g.left && !g.Step().Free {
		return g.tell("quit-early", sayQuitEarly.With())
	}
	s, lost := g.Step(), g.missed(x)
	if (x.verb == "DATA" || x.verb == "BDAT") && x.last().good() && s.Expect != nil && g.j.w.accepted > g.j.accepted {
		return g.tell("other-letter", sayOtherLetter.With())
	}
	if len(lost) > 0 {
		return g.tell("lost", sayLost.With(lost[0]))
	}
	if !x.last().good() {
		return tip{}, false // a refusal is the annotator's to explain
	}
	other := false
	for _, w := range g.j.ways {
		for _, d := range w.deeds {
			if verbOf(d.goal.line.Text) != x.verb || d.goal.line.Want.refusal() {
				continue
			}
			if _, same := g.j.matches(Pattern{Text: d.goal.line.Text}, x.line, InCommand); same {
				return tip{}, false // one of several that the step wants
			}
			_, ok := g.j.met(d.goal)
			other = other || !ok
		}
	}
	if other {
		return g.tell("other-args", sayOtherArgs.With(x.shown()))
	}
	return tip{}, false
}

func (g *Guide) tell(id string, said text.Said) (tip, bool) {
	return tip{id: id, text: said.In(g.lang)}, true
}

// shown gives the command as it may be shown: of PASS, APOP and AUTH the verb alone.
func (x *exchange) shown() string {
	switch x.verb {
	case "PASS", "APOP", "AUTH":
		return x.verb
	}
	return x.line
}

// missed lists what held when the step began and is gone, unless the step's own lines are on their way through it.
func (g *Guide) missed(x *exchange) (lost []text.Said) {
	if x != nil && len(g.j.ways) > 0 {
		d := g.j.ways[0].deeds
		for i := range d[:max(0, len(d)-1)] {
			if verbOf(d[i].goal.line.Text) == x.verb {
				return nil
			}
		}
	}
	for _, d := range g.held {
		key := d.goal.line.Text
		_, ok := g.j.met(d.goal)
		if !ok && !g.lost[key] {
			lost = append(lost, g.j.missing(d.goal))
		}
		g.lost[key] = !ok
	}
	return lost
}

// disconnected tells what a lost connection means for the step.
func (g *Guide) disconnected(e *session.Event) {
	s := g.Step()
	if e.Role != session.Close || g.left || s.Ask != nil || s.Free {
		return
	}
	if len(s.Do) > 0 && s.Do[0].meta() {
		return
	}
	g.missed(nil)
	id, said := "closed", sayClosed
	if g.j.w.state().Left == "quit" {
		id, said = "quit-early", sayQuitEarly
	}
	if id != g.lastTip {
		g.act(Action{Kind: Advice, Step: s, ID: id, Text: said.In(g.lang)})
	}
	g.lastTip = id
}
