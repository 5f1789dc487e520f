package lessons

import (
	"strings"

	"byhand/session/text"
)

// Parse reads the lesson in src; file is its name in messages. All errors of the file are told, in the order of lines.
// The lesson is never nil, so that what could be read of it can be shown.
func Parse(file string, src []byte) (*Lesson, Errors) {
	l := &Lesson{File: file, Line: 1, Lang: "en", lines: map[string]int{}}
	root, errs := parseYAML(file, src)
	if root == nil {
		return l, errs
	}
	r := &reader{file: file, errs: errs}
	r.lesson(root, l)
	r.check(l)
	return l, r.errs.sorted()
}

func (r *reader) lesson(root *node, l *Lesson) {
	l.Line, r.lang = root.line, "en"
	for _, row := range root.rows { // prose hangs on the language, wherever it stands in the file
		l.lines[row.key] = row.line
		if row.key == "lang" && row.value.kind == scalar {
			r.lang, l.Lang = row.value.text, row.value.text
		}
	}
	var version int
	has := r.table(root, sayWordLesson, []field{
		one("byhand", r.number(&version)),
		one("lesson", r.name(&l.ID)),
		r.prose("title", &l.Title),
		r.prose("goal", &l.Goal),
		r.prose("end", &l.End),
		one("lang", r.text(&l.Lang)),
		one("minutes", r.number(&l.Minutes)),
		one("level", r.oneOf(&l.Level, "beginner", "intermediate", "advanced")),
		one("requires", r.texts(&l.Requires)),
		one("tags", r.texts(&l.Tags)),
		one("authors", r.texts(&l.Authors)),
		one("license", r.text(&l.License)),
		one("connect", r.texts(&l.Connect)),
		one("replay", r.text(&l.Replay)),
		one("vars", func(n *node) { r.vars(n, &l.Vars) }),
		one("world", func(n *node) { r.world(n, &l.World) }),
		one("real", r.oneOf(&l.Real, "never", "ask", "only")),
		one("grading", func(n *node) { r.grading(n, &l.Grading) }),
		one("steps", func(n *node) { r.steps(n, l) }),
		one("tests", func(n *node) { r.tests(n, l) }),
	})
	for _, key := range []string{"lesson", "title", "steps"} {
		if root.kind == table && !has[key] {
			r.fail(root.line, "", sayMissingKey.With(key), text.Said{})
		}
	}
	if has["byhand"] && version != Version {
		r.fail(l.lines["byhand"], "", sayVersion.With(version, Version), text.Said{})
	}
}

func (r *reader) steps(n *node, l *Lesson) {
	if n.kind != list || len(n.items) == 0 {
		r.fail(n.line, "", sayNotList.With("steps"), text.Said{})
		return
	}
	for i, item := range n.items {
		s := &Step{Index: i, Line: item.line, Points: 1}
		r.step(item, s)
		l.Steps = append(l.Steps, s)
	}
}

func (r *reader) step(n *node, s *Step) {
	skip := true
	has := r.table(n, sayWordStep, []field{
		one("id", r.name(&s.ID)),
		one("via", r.text(&s.Via)),
		r.prose("say", &s.Say),
		one("do", func(n *node) { s.doLine = n.line; s.Do = r.lines(n) }),
		one("also", func(n *node) {
			for _, item := range r.list(n) {
				s.Also = append(s.Also, r.lines(item))
			}
		}),
		one("way", r.patterns(&s.Way)),
		one("expect", func(n *node) { s.Expect = r.expect(n, replyGood) }),
		one("fresh", r.yes(&s.Fresh)),
		r.proses("hints", &s.Hints),
		one("oops", func(n *node) { r.oops(n, s) }),
		r.prose("after", &s.After),
		one("ask", func(n *node) { s.Ask = &Ask{Line: n.line}; r.ask(n, s.Ask) }),
		one("free", r.yes(&s.Free)),
		one("optional", r.yes(&s.Optional)),
		one("points", r.number(&s.Points)),
		one("skip", r.yes(&skip)),
		one("play", r.span(&s.Play)),
	})
	s.NoSkip = !skip
	if n.kind == table && !has["say"] && !has["do"] && !has["ask"] && !has["expect"] && !has["play"] {
		r.fail(n.line, "", sayEmptyStep.With(), text.Said{})
	}
}

var spanForm = lazy(`^\d+-\d+$`)

func (r *reader) span(to *string) func(*node) {
	return func(n *node) {
		if *to = r.words(n); !spanForm().MatchString(*to) {
			r.fail(n.line, n.text, sayNotSpan.With(n.text), text.Said{})
		}
	}
}

func (r *reader) oops(n *node, s *Step) {
	if n.kind != list {
		r.fail(n.line, "", sayNotList.With("oops"), text.Said{})
		return
	}
	for _, item := range n.items {
		o := &Oops{Line: item.line}
		has := r.table(item, sayWordOops, []field{
			one("when", func(n *node) { o.When = r.expect(n, replyAny) }),
			r.prose("say", &o.Say),
			one("try", func(n *node) {
				for _, t := range r.list(n) {
					o.Try = append(o.Try, strings.Split(r.words(t), "\n")...)
				}
			}),
		})
		if item.kind == table && (!has["when"] || !has["say"]) {
			r.fail(item.line, "", sayMissingKey.With("when, say"), text.Said{})
			continue
		}
		if o.When != nil {
			s.Oops = append(s.Oops, o)
		}
	}
}

func (r *reader) ask(n *node, a *Ask) {
	has := r.table(n, sayWordAsk, []field{
		r.prose("q", &a.Q),
		one("answer", func(n *node) { a.Answer = r.value(n) }),
		r.proses("choices", &a.Choices),
		one("line", r.number(&a.At)),
		r.prose("wrong", &a.Wrong),
	})
	if n.kind == table && !has["q"] {
		r.fail(n.line, "", sayMissingKey.With("q"), text.Said{})
	}
	if has["choices"] && len(a.Choices) < 2 {
		r.fail(n.line, "", sayOneChoice.With(), text.Said{})
	}
}

func (r *reader) tests(n *node, l *Lesson) {
	if n.kind != list {
		r.fail(n.line, "", sayNotList.With("tests"), text.Said{})
		return
	}
	for _, item := range n.items {
		t := &Test{Line: item.line}
		has := r.table(item, sayWordTest, []field{
			one("name", r.text(&t.Name)),
			one("at", func(n *node) { t.At = r.value(n) }),
			one("type", func(n *node) {
				for _, i := range r.list(n) {
					t.Type = append(t.Type, strings.Split(r.words(i), "\n")...)
				}
			}),
			one("passes", func(n *node) { t.Passes = new(bool); r.yes(t.Passes)(n) }),
			one("advice", r.text(&t.Advice)),
			one("state", func(n *node) { t.State = r.state(n) }),
		})
		if item.kind == table && !has["type"] {
			r.fail(item.line, "", sayMissingKey.With("type"), text.Said{})
		}
		l.Tests = append(l.Tests, t)
	}
}

// check looks at what several keys say together.
func (r *reader) check(l *Lesson) {
	ids := map[string]int{}
	for _, s := range l.Steps {
		if first, twice := ids[s.ID]; twice && s.ID != "" {
			r.fail(s.Line, s.ID, sayTwice.With(s.ID, first), text.Said{})
		}
		ids[s.ID] = s.Line
		r.via(l, s)
	}
	for _, t := range l.Tests {
		if t.At != "" && l.Step(t.At) == nil {
			r.fail(t.Line, t.At, sayNoSuchStep.With(t.At), text.Said{})
		}
	}
	r.checkVars(l)
}

func (r *reader) via(l *Lesson, s *Step) {
	if s.Via == "" {
		return
	}
	for _, c := range l.Connect {
		if c == s.Via {
			return
		}
	}
	r.fail(s.Line, s.Via, sayNoSuchConnection.With(s.Via), text.Said{})
}
