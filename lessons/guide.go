package lessons

import (
	"maps"
	"slices"
	"strconv"
	"strings"

	"byhand/session"
	"byhand/session/annotate"
	"byhand/session/text"
)

// Kind tells what an Action is.
type Kind string

// The kinds of actions.
const (
	Opening  Kind = "opening"  // the lesson begins: Text is its title, More its goal
	Task     Kind = "task"     // a step begins: Text is what to do
	Question Kind = "question" // a step asks: Text is the question, Choices may be given; the next line goes to Answer
	Advice   Kind = "advice"   // a mistake, and what to do: ID is its name
	Hint     Kind = "hint"     // help that the learner asked for
	Remark   Kind = "remark"   // a word of the guide's own
	Passed   Kind = "passed"   // the step is passed: Text is what to take home, Result how it was done
	Type     Kind = "type"     // Lines are to be typed, visibly, each when the reply to the one before is complete
	Connect  Kind = "connect"  // Name is to be connected to, in place of the connection there is; Fresh: on a server put back to its start
	Replay   Kind = "replay"   // the lines From to To of the saved session Name are to be shown; To 0 is its end
	Done     Kind = "done"     // the lesson has ended: Text is its last word
)

// Result tells how a step was passed.
type Result string

// The results of a step.
const (
	ResultDone    Result = "done"
	ResultHelped  Result = "helped"  // with a hint
	ResultShown   Result = "shown"   // after the solution was shown
	ResultSkipped Result = "skipped" // typed by byhand, or left out
)

// An Action is one thing that the guide wants shown or done. Its texts are in the learner's language, values filled in.
type Action struct {
	Kind    Kind
	Step    *Step // the step it belongs to; nil before the first and after the last
	Text    string
	More    string
	ID      string
	Note    *annotate.Note // of an Advice from the library: the note, which may be on the screen already
	Choices []string
	Lines   []Line // of Type
	Name    string // of Connect and Replay
	From    int    // of Replay
	To      int    // of Replay
	Fresh   bool   // of Connect
	Result  Result // of Passed
	Already bool   // of Passed: what the step asks for was there when it began
}

// A Guide walks one learner through one lesson. It watches events and never stands between learner and wire.
// It is not safe for use by several goroutines.
type Guide struct {
	l    *Lesson
	lang text.Lang
	j    *judge

	at   int // the current step; len(l.Steps) at the end
	held []deed
	acts []Action

	hints    int // given in this step
	result   Result
	refusals int
	offered  bool
	looked   bool // the learner was asked to look for what cannot be seen from here
	left     bool // the connection had been left by QUIT when the step began
	back     int  // how many steps before this one :back has shown
	off      bool // the learner has sent the guide away (:free), until :next
	onWire   bool // what is typed goes to the server although a question was put (:raw)
	moving   bool // a connection is being put in place of another: what happens to the old one is no mishap
	lastTip  string
	lost     map[string]bool
	results  []StepResult
}

// A StepResult is what became of one step.
type StepResult struct {
	Step    string
	Result  Result
	Tries   int // refusals before it passed
	Hints   int
	Seconds float64 // left to the caller, who has a clock
}

// NewGuide gives a guide for one run of a lesson. vars are the lesson's values (Lesson.Values; Lesson.Away on a real
// server); box is the way to look into mailboxes, Blind{} where there is none.
func NewGuide(l *Lesson, lang text.Lang, vars Vars, box Mailbox) *Guide {
	if box == nil {
		box = Blind{}
	}
	return &Guide{l: l, lang: lang, j: &judge{w: newWatch(), vars: maps.Clone(vars), box: box, away: vars.away(), people: l.people()}}
}

// Start gives the first actions: the opening and the first task. The connection is opened by the caller: Connection
// tells which.
func (g *Guide) Start() []Action {
	g.acts = nil
	g.act(Action{Kind: Opening, Text: g.prose(g.l.Title), More: g.prose(g.l.Goal)})
	g.begin(0)
	return g.acts
}

// Resume begins at step i in place of the first, on a server put back to its start: what the steps before leave behind is typed again.
// It is called after Start.
func (g *Guide) Resume(i int) []Action {
	g.acts = nil
	g.restart(min(max(i, 0), len(g.l.Steps)-1))
	return g.acts
}

// Connection gives the name of the connection that the current step works on ("pop3", "smtp"), or "" if the step's own
// first line opens one.
func (g *Guide) Connection() string {
	if s := g.Step(); s != nil && len(s.Do) > 0 && s.Do[0].meta() {
		return ""
	}
	return g.l.connection(g.at)
}

// Step gives the current step, or nil when the lesson has ended.
func (g *Guide) Step() *Step {
	if g.at >= len(g.l.Steps) {
		return nil
	}
	return g.l.Steps[g.at]
}

// Lesson gives the lesson.
func (g *Guide) Lesson() *Lesson { return g.l }

// Finished reports whether the lesson has ended.
func (g *Guide) Finished() bool { return g.Step() == nil }

// Asking reports whether the next line that is typed answers a question.
func (g *Guide) Asking() bool {
	s := g.Step()
	return s != nil && s.Ask != nil && !g.onWire && !g.off
}

// Results gives what became of the steps so far.
func (g *Guide) Results() []StepResult { return g.results }

// Vars gives the values known so far, captured ones included.
func (g *Guide) Vars() Vars { return maps.Clone(g.j.vars) }

// Observe takes the next event of the session into account, with the annotator's notes on it, and gives what follows.
// Nothing of e is kept.
func (g *Guide) Observe(e *session.Event, notes []annotate.Note) []Action {
	g.acts = nil
	g.moving = g.moving && e.Role != session.Open
	h, x := g.j.w.observe(e, notes)
	s := g.Step()
	if s == nil || h == nothing || g.moving || g.off {
		return nil
	}
	t, caught := g.j.passed(s)
	switch {
	case s.Ask != nil || s.Free || h == said && !s.Expect.silent():
	case t == yes:
		g.pass(caught, false)
		return g.acts
	case t == unknown && h != said:
		g.look()
		return g.acts
	}
	switch {
	case h == changed:
		g.disconnected(e)
	case x != nil && !x.agreesToTLS():
		g.advise(x, h)
	}
	return g.acts
}

func (g *Guide) act(a Action) { g.acts = append(g.acts, a) }

func (g *Guide) say(t text.Said) {
	g.act(Action{Kind: Remark, Step: g.Step(), Text: t.In(g.lang)})
}

// prose gives a text of the lesson in the learner's language, with values filled in.
func (g *Guide) prose(p Prose) string { return reflow(g.j.vars.Expand(p.In(g.lang))) }

// begin makes step i the current one. Steps that only tell something are told and passed at once.
func (g *Guide) begin(i int) {
	for g.at = i; ; g.at++ {
		s := g.Step()
		if s == nil {
			g.act(Action{Kind: Done, Text: g.prose(g.l.End)})
			return
		}
		g.enter(s)
		if !s.telling() {
			break
		}
		g.record(s)
	}
	s := g.Step()
	if s.Ask != nil || s.Free {
		return
	}
	if t, caught := g.j.passed(s); t == yes {
		g.pass(caught, true)
	}
}

// enter sets everything that is counted by the step, and gives the task.
func (g *Guide) enter(s *Step) {
	g.j.begin(s)
	g.hints, g.result, g.refusals = 0, ResultDone, 0
	g.back, g.onWire = 0, false
	g.offered, g.looked, g.lastTip, g.lost = false, false, "", map[string]bool{}
	g.left = g.j.w.state().Left == "quit"
	g.held = nil
	for _, d := range g.l.lasting(g.at) {
		if _, ok := g.j.met(d.goal); ok {
			g.held = append(g.held, d)
		}
	}
	g.replay(s)
	g.act(Action{Kind: Task, Step: s, Text: g.prose(s.Say)})
	g.ask(s)
}

// ask puts the step's question, if it has one; the line that it is about is shown above it.
func (g *Guide) ask(s *Step) {
	if s.Ask == nil {
		return
	}
	if s.Ask.At > 0 && g.l.Replay != "" {
		g.act(Action{Kind: Replay, Step: s, Name: g.l.Replay, From: s.Ask.At, To: s.Ask.At})
	}
	a := Action{Kind: Question, Step: s, Text: g.prose(s.Ask.Q)}
	for _, c := range s.Ask.Choices {
		a.Choices = append(a.Choices, g.prose(c))
	}
	g.act(a)
}

// replay shows the step's part of the saved session that the lesson is about. A lesson that names no parts shows all of it
// at its first step.
func (g *Guide) replay(s *Step) {
	if g.l.Replay == "" {
		return
	}
	a := Action{Kind: Replay, Step: s, Name: g.l.Replay}
	if from, to, ok := strings.Cut(s.Play, "-"); ok {
		a.From, _ = strconv.Atoi(from) // the reader has checked them
		a.To, _ = strconv.Atoi(to)
		g.act(a)
	} else if s.Index == 0 && !slices.ContainsFunc(g.l.Steps, func(s *Step) bool { return s.Play != "" }) {
		g.act(a)
	}
}

// pass ends the current step and begins the next.
func (g *Guide) pass(caught Vars, already bool) {
	s := g.Step()
	maps.Copy(g.j.vars, caught)
	if already {
		g.say(sayAlready.With())
	}
	g.act(Action{Kind: Passed, Step: s, Text: g.prose(s.After), Result: g.result, Already: already})
	g.record(s)
	g.begin(g.at + 1)
}

func (g *Guide) record(s *Step) {
	g.results = append(g.results, StepResult{Step: s.Name(), Result: g.result, Tries: g.refusals, Hints: g.hints})
}

// look asks the learner to see for himself what byhand cannot see on a server that is not its own.
func (g *Guide) look() {
	if g.looked {
		return
	}
	g.looked = true
	box := ""
	if mails := g.Step().Expect.mails(); len(mails) > 0 {
		box = g.j.vars.Expand(mails[0].Box)
	}
	g.say(sayLook.With(box))
}
