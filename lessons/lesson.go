package lessons

import "strings"

// Version is the version of the format that this package reads.
const Version = 1

// A Lesson is what an author wrote.
type Lesson struct {
	File string // where it was read from, for messages
	Line int

	ID      string
	Title   Prose
	Goal    Prose
	End     Prose
	Lang    string // language of the plain keys
	Minutes int
	Level   string // "", beginner, intermediate, advanced

	Requires []string
	Tags     []string
	Authors  []string
	License  string

	Connect []string // pop3, smtp, or names of connections; the first is opened at the start
	Replay  string   // a transcript this lesson is about
	Vars    []Var
	World   World
	Real    string // never, ask, only; "" means ask
	Grading Grading
	Steps   []*Step
	Tests   []*Test

	lines map[string]int // where the top-level keys stand
	stale Errors         // translations whose source has changed since
}

// A Var is a value for ${Name}: plain, or drawn for each learner.
type Var struct {
	Name   string
	Value  string
	Pick   []string
	Digits int
	Word   int
	Line   int
}

// Grading tells what a step is worth that was done with help; percentages of its points.
type Grading struct {
	Pass              int
	Hint, Shown, Skip float64
}

// A Step is one thing to achieve, to answer or to read.
type Step struct {
	ID    string // "" if the author gave none
	Index int    // from 0
	Line  int

	Via      string
	Say      Prose
	Do       []Line
	Also     [][]Line
	Way      []Pattern
	Expect   *Expect
	Fresh    bool
	Hints    []Prose
	Oops     []*Oops
	After    Prose
	Ask      *Ask
	Free     bool
	Optional bool
	Points   int
	NoSkip   bool
	Play     string

	doLine int // where do: stands
}

// Name gives the step's id, or its number from 1 where the author gave none.
func (s *Step) Name() string {
	if s.ID != "" {
		return s.ID
	}
	return itoa(s.Index + 1)
}

// telling reports whether the step asks for nothing: it is there to be read.
func (s *Step) telling() bool {
	return len(s.Do) == 0 && s.Ask == nil && s.Expect == nil && !s.Free
}

// An Oops is a mistake that the author foresaw, and the advice.
type Oops struct {
	When *Expect
	Say  Prose
	Try  []string // lines that make the mistake
	Line int
}

// An Ask is a question to the learner.
type Ask struct {
	Q       Prose
	Answer  string
	Choices []Prose
	At      int // line of the transcript to point at, or 0
	Wrong   Prose
	Line    int
}

// A Test is an author's own case for the self-test: what is typed at a step, and what comes of it.
type Test struct {
	Name   string
	At     string // step; "" means the first
	Type   []string
	Passes *bool // nil: not looked at
	Advice string
	State  *StateTest
	Line   int
}

// Step gives the step with that id or number from 1, or nil.
func (l *Lesson) Step(name string) *Step {
	for _, s := range l.Steps {
		if s.Name() == name || itoa(s.Index+1) == name {
			return s
		}
	}
	return nil
}

// Protocol gives the protocol of a connection by its name: the part before the first dash, so that a lesson with two
// POP3 connections can name them pop3 and pop3-again.
func Protocol(name string) string {
	proto, _, _ := strings.Cut(name, "-")
	return proto
}
