package lessons

import (
	"strings"

	"byhand/session"
	"byhand/session/proto"
	"byhand/session/text"
)

// move is one of the learner's commands to the guide.
type move struct {
	name string
	help text.T
	do   func(g *Guide, arg string)
}

// moves are the learner's commands to the guide, in the order in which :help lists them.
func moves() []move {
	return []move{
		{":hint", sayHelpHint, (*Guide).hint},
		{":say", sayHelpSay, func(g *Guide, _ string) { g.again() }},
		{":back", sayHelpBack, func(g *Guide, _ string) { g.older() }},
		{":why", sayHelpWhy, func(g *Guide, _ string) { g.why() }},
		{":skip", sayHelpSkip, func(g *Guide, _ string) { g.skip() }},
		{":next", sayHelpNext, func(g *Guide, _ string) { g.next() }},
		{":free", sayHelpFree, func(g *Guide, _ string) { g.free() }},
		{":raw", sayHelpRaw, func(g *Guide, _ string) { g.raw() }},
		{":list", sayHelpList, func(g *Guide, _ string) { g.list() }},
		{":goto", sayHelpGoto, (*Guide).jump},
		{":again", sayHelpAgain, func(g *Guide, _ string) { g.restart(g.at) }},
		{":open", sayHelpOpen, (*Guide).open},
		{":catchup", sayHelpCatchup, func(g *Guide, _ string) { g.catchUp() }},
		{":yes", sayHelpYes, func(g *Guide, _ string) { g.confirm() }},
	}
}

// Moves lists the commands that Command knows, with what they do, in one language.
func Moves(lang text.Lang) (list [][2]string) {
	for _, m := range moves() {
		list = append(list, [2]string{m.name, m.help.In(lang)})
	}
	return list
}

// Command does one of the learner's commands to the guide (":hint"). ok is false if the guide does not know it.
func (g *Guide) Command(line string) (actions []Action, ok bool) {
	name, arg, _ := strings.Cut(strings.TrimSpace(line), " ")
	for _, m := range moves() {
		if m.name == strings.ToLower(name) {
			g.acts = nil
			if g.Finished() {
				g.say(sayOver.With())
			} else {
				m.do(g, strings.TrimSpace(arg))
			}
			return g.acts, true
		}
	}
	return nil, false
}

// hint gives the next hint: the author's, then the command's shape, then the solution.
func (g *Guide) hint(string) {
	s := g.Step()
	var all []string
	for _, h := range s.Hints {
		all = append(all, g.prose(h))
	}
	shown := len(all)
	if s.Ask != nil {
		all = append(all, sayTheAnswer.With(g.answer()).In(g.lang))
	} else if len(s.Do) > 0 {
		if shape := g.shape(); !shape.Empty() {
			all = append(all, shape.In(g.lang))
			shown++
		}
		all = append(all, sayTheLines.With(strings.Join(g.typed(s.Do), "\n")).In(g.lang))
	}
	if len(all) == 0 {
		g.say(sayNoHint.With())
		return
	}
	i := min(g.hints, len(all)-1)
	g.hints++
	if g.result != ResultShown {
		g.result = ResultHelped
	}
	if i >= shown {
		g.result = ResultShown
	}
	g.act(Action{Kind: Hint, Step: s, Text: all[i]})
}

// shape tells what the first command that is still missing looks like, without giving it away.
func (g *Guide) shape() text.Said {
	for _, d := range g.j.ways[0].deeds {
		if _, ok := g.j.met(d.goal); ok {
			continue
		}
		verb, arg := proto.Split([]byte(d.goal.line.Text))
		if d.goal.line.meta() {
			return text.Said{}
		}
		switch n := len(strings.Fields(arg)); n {
		case 0:
			return sayShapeAlone.With(verb)
		case 1:
			return sayShapeOne.With(verb)
		default:
			return sayShapeMany.With(verb, n)
		}
	}
	return text.Said{}
}

// typed gives lines with their values filled in.
func (g *Guide) typed(lines []Line) (all []string) {
	for _, l := range lines {
		all = append(all, g.j.vars.Expand(l.Text))
	}
	return all
}

func (g *Guide) filled(lines []Line) []Line {
	out := make([]Line, len(lines))
	for i, l := range lines {
		l.Text = g.j.vars.Expand(l.Text)
		out[i] = l
	}
	return out
}

// older shows the text of the step before, and each time it is asked for again, of the one before that. What was sent stays sent.
func (g *Guide) older() {
	if g.back >= g.at {
		g.say(sayNoOlder.With())
		return
	}
	g.back++
	s := g.l.Steps[g.at-g.back]
	text := g.prose(s.Say)
	if s.Ask != nil {
		text += "\n" + g.prose(s.Ask.Q)
	}
	g.say(sayOlder.With(s.Index+1, s.Name(), strings.TrimSpace(text)))
	if after := g.prose(s.After); after != "" {
		g.act(Action{Kind: Hint, Step: s, Text: after})
	}
}

// free sends the guide away: nothing counts until :next calls it back.
func (g *Guide) free() {
	g.off = true
	g.say(sayFree.With())
}

// raw lets the next lines go to the server although a question was put.
func (g *Guide) raw() {
	if g.Step().Ask == nil {
		g.say(sayRawAlready.With())
		return
	}
	g.onWire = true
	g.say(sayRaw.With())
}

// again reads the task once more.
func (g *Guide) again() {
	s := g.Step()
	g.onWire = false
	g.replay(s)
	if text := g.prose(s.Say); text != "" {
		g.act(Action{Kind: Task, Step: s, Text: text})
	}
	g.ask(s)
}

// why says what is still missing.
func (g *Guide) why() {
	s := g.Step()
	switch {
	case s.Ask != nil:
		g.say(sayWhyAsk.With())
		return
	case s.Free:
		g.say(sayWhyFree.With())
		return
	}
	lacks := g.j.lacks(s)
	if len(lacks) == 0 {
		g.say(sayWhyNothing.With())
	}
	for _, l := range lacks {
		g.say(sayWhy.With(l))
	}
}

// skip types the author's lines, or leaves the step out where there are none.
func (g *Guide) skip() {
	s := g.Step()
	if s.NoSkip {
		g.say(sayNoSkip.With())
		return
	}
	g.result = ResultSkipped
	switch {
	case s.Ask != nil:
		g.act(Action{Kind: Hint, Step: s, Text: sayTheAnswer.With(g.answer()).In(g.lang)})
		g.pass(nil, false)
	case len(s.Do) == 0:
		g.pass(nil, false)
	default:
		g.catchUp()
		g.act(Action{Kind: Type, Step: s, Lines: g.filled(s.Do)})
	}
}

// next leaves a step that is free or optional.
func (g *Guide) next() {
	s := g.Step()
	if g.off {
		g.off = false
		g.again()
		if t, caught := g.j.passed(s); t == yes && s.Ask == nil && !s.Free {
			g.pass(caught, true)
		}
		return
	}
	if !s.Free && !s.Optional {
		g.say(sayNotYet.With())
		return
	}
	if !s.Free {
		g.result = ResultSkipped
	}
	g.pass(nil, false)
}

// list shows the steps and what became of them.
func (g *Guide) list() {
	results := map[string]Result{}
	for _, r := range g.results {
		results[r.Step] = r.Result
	}
	for i, s := range g.l.Steps {
		word := resultWords[results[s.Name()]]
		if i == g.at {
			word = sayHere
		}
		about := s.Say
		if s.Ask != nil {
			about = s.Ask.Q
		}
		g.say(sayListed.With(i+1, s.Name(), word, firstSentence(g.prose(about))))
	}
}

// firstSentence gives the beginning of a text, up to its first stop.
func firstSentence(s string) string {
	end := len(s)
	for _, stop := range []string{". ", "? ", ": ", "。", "？", "：", "\n"} {
		if i := strings.Index(s, stop); i >= 0 && i < end {
			end = i
		}
	}
	return strings.TrimRight(s[:end], " .:")
}

// jump goes to a step by its id or number.
func (g *Guide) jump(arg string) {
	s := g.l.Step(arg)
	if s == nil {
		g.say(sayNoSuchStep.With(arg))
		return
	}
	g.restart(s.Index)
}

// restart begins step i on a server put back to its start, with what the steps before leave behind typed again.
func (g *Guide) restart(i int) {
	name := g.l.connection(i)
	g.act(Action{Kind: Connect, Step: g.l.Steps[i], Name: name, Fresh: true})
	var lines []Line
	for _, d := range g.l.lasting(i) {
		lines = append(lines, d.lines...)
	}
	g.at, g.moving = i, true
	g.j.w = newWatch()
	g.enter(g.l.Steps[i])
	g.held = g.l.lasting(i)
	for _, d := range g.held {
		g.lost[d.goal.line.Text] = true // until it is typed again it is no news
	}
	if len(lines) > 0 {
		task := g.acts[len(g.acts)-1]
		g.acts = g.acts[:len(g.acts)-1]
		g.act(Action{Kind: Type, Step: g.l.Steps[i], Lines: g.filled(lines)})
		g.act(task)
	}
}

// catchUp types again what was lost of the results of earlier steps, on a new connection if there is none.
func (g *Guide) catchUp() {
	if g.j.w.state().Left != "" && !g.left {
		g.moving = true
		g.act(Action{Kind: Connect, Step: g.Step(), Name: g.l.connection(g.at)})
	}
	var lines []Line
	for _, d := range g.held {
		if _, ok := g.j.met(d.goal); !ok {
			lines = append(lines, d.lines...)
		}
	}
	if len(lines) > 0 {
		g.act(Action{Kind: Type, Step: g.Step(), Lines: g.filled(lines)})
	} else if len(g.acts) == 0 && g.result != ResultSkipped {
		g.say(sayNothingLost.With())
	}
}

// open connects where the learner says, in place of the connection there is.
func (g *Guide) open(name string) {
	switch session.Protocol(Protocol(strings.ToLower(name))) {
	case session.POP3, session.SMTP:
		g.moving = true
		g.act(Action{Kind: Connect, Step: g.Step(), Name: strings.ToLower(name)})
	default:
		g.say(sayOpenWhat.With())
	}
}

// confirm takes the learner's word for what cannot be seen on a server that is not byhand's own.
func (g *Guide) confirm() {
	s := g.Step()
	if s.Expect == nil {
		g.say(sayNothingToConfirm.With())
		return
	}
	if t, caught := g.j.passed(s); t != no {
		g.pass(caught, false)
		return
	}
	g.say(sayNotYetSeen.With())
}

// A Turn is what byhand does for the learner in a demonstration: lines to type, an answer, or a command to the guide.
type Turn struct {
	Lines   []Line // typed one after another, as Type is
	Answer  string // goes to Answer
	Command string // goes to Command
}

// Play gives the author's way through the current step, for demonstrations (--auto) and for the self-test. ok is false
// when the lesson has ended.
func (g *Guide) Play() (t Turn, ok bool) {
	s := g.Step()
	switch {
	case s == nil:
		return Turn{}, false
	case s.Ask != nil:
		want := g.j.vars.Expand(s.Ask.Answer)
		if _, isRegex := regex(want); isRegex || want == "" {
			return Turn{Command: ":skip"}, true
		}
		return Turn{Answer: want}, true
	case s.Free:
		return Turn{Command: ":next"}, true
	case len(s.Do) == 0:
		return Turn{Command: ":skip"}, true
	}
	return Turn{Lines: g.filled(s.Do)}, true
}
