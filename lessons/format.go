package lessons

import (
	"slices"
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
		one("byhand", r.version(&version)),
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
		r.require(root, has, key)
	}
	if has["byhand"] && version != Version {
		r.fail(l.lines["byhand"], "", sayVersion.With(version, Version), text.Said{})
	}
}

// version reads the version of the format. check tells of one that is not ours.
func (r *reader) version(to *int) func(*node) {
	return func(n *node) {
		if n.kind == asking {
			n.form.number("integer", Version, Version)
			return
		}
		r.number(to)(n)
	}
}

func (r *reader) steps(n *node, l *Lesson) {
	for i, item := range r.entries(n, "steps", 1) {
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
			for _, item := range r.some(n) {
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
		one("play", r.formed(&s.Play, spanPattern, sayNotSpan)),
	})
	s.NoSkip = !skip
	any := slices.ContainsFunc(stepNeeds, func(key string) bool { return has[key] })
	if n.kind == asking {
		n.form.table.anyOf = stepNeeds
	}
	if n.kind == table && !any {
		r.fail(n.line, "", sayEmptyStep.With(), text.Said{})
	}
}

// stepNeeds are the keys of which a step has one at least.
var stepNeeds = []string{"say", "do", "ask", "expect", "play"}

func (r *reader) oops(n *node, s *Step) {
	for _, item := range r.entries(n, "oops", 0) {
		o := &Oops{Line: item.line}
		has := r.table(item, sayWordOops, []field{
			one("when", func(n *node) { o.When = r.expect(n, replyAny) }),
			r.prose("say", &o.Say),
			one("try", func(n *node) {
				for _, t := range r.some(n) {
					o.Try = append(o.Try, strings.Split(r.words(t), "\n")...)
				}
			}),
		})
		if !r.require(item, has, "when", "say") {
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
		r.prosesOf("choices", &a.Choices, func(n *node) []*node { return r.entries(n, "choices", 2) }),
		one("line", r.number(&a.At)),
		r.prose("wrong", &a.Wrong),
	})
	r.require(n, has, "q")
}

func (r *reader) tests(n *node, l *Lesson) {
	for _, item := range r.entries(n, "tests", 0) {
		t := &Test{Line: item.line}
		has := r.table(item, sayWordTest, []field{
			one("name", r.text(&t.Name)),
			one("at", func(n *node) { t.At = r.value(n) }),
			one("type", func(n *node) {
				for _, i := range r.some(n) {
					t.Type = append(t.Type, strings.Split(r.words(i), "\n")...)
				}
			}),
			one("passes", func(n *node) { t.Passes = new(bool); r.yes(t.Passes)(n) }),
			one("advice", r.text(&t.Advice)),
			one("state", func(n *node) { t.State = r.state(n) }),
		})
		r.require(item, has, "type")
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
