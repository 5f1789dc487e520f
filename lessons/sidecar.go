package lessons

import (
	"strings"

	"byhand/session/text"
)

// Translate adds the texts of a translation that lies in a file of its own; file is its name in messages. Such a file
// holds texts only: title, goal, end, and by step id or number say, after, hints, oops and ask.
func (l *Lesson) Translate(file string, src []byte) Errors {
	root, errs := parseYAML(file, src)
	if root == nil {
		return errs
	}
	r := &reader{file: file, errs: errs}
	for _, row := range root.rows {
		if row.key == "lang" {
			r.lang = row.value.text
		}
	}
	if parts := strings.Split(file, "."); r.lang == "" && len(parts) > 2 {
		r.lang = parts[len(parts)-2]
	}
	var translates, lang string
	r.table(root, sayWordLesson, []field{
		one("translates", r.text(&translates)),
		one("lang", r.text(&lang)),
		r.translated("title", &l.Title),
		r.translated("goal", &l.Goal),
		r.translated("end", &l.End),
		one("steps", func(n *node) { r.translatedSteps(n, l) }),
	})
	if translates != "" && translates != l.ID {
		r.fail(root.line, translates, sayOtherLesson.With(translates, l.ID), text.Said{})
	}
	return r.errs.sorted()
}

// translated is a text in the language of the file.
func (r *reader) translated(key string, to *Prose) field {
	return one(key, func(n *node) { to.set(r.words(n), r.lang, false, n.line) })
}

func (r *reader) translatedList(key string, to []Prose) field {
	return one(key, func(n *node) {
		items := r.list(n)
		if len(items) != len(to) {
			r.fail(n.line, "", sayOtherCount.With(key, r.lang, len(items), len(to)), text.Said{})
			return
		}
		for i, item := range items {
			to[i].set(r.words(item), r.lang, false, item.line)
		}
	})
}

func (r *reader) translatedSteps(n *node, l *Lesson) {
	if n.kind != table {
		r.fail(n.line, "", sayNotTable.With(sayWordStep), text.Said{})
		return
	}
	for _, row := range n.rows {
		s := l.Step(row.key)
		if s == nil {
			r.fail(row.line, row.key, sayNoSuchStep.With(row.key), text.Said{})
			continue
		}
		r.table(row.value, sayWordStep, []field{
			r.translated("say", &s.Say),
			r.translated("after", &s.After),
			r.translatedList("hints", s.Hints),
			one("oops", func(n *node) { r.translatedOops(n, s) }),
			one("ask", func(n *node) { r.translatedAsk(n, s) }),
		})
	}
}

// translatedOops reads the advice on a step's mistakes, in their order.
func (r *reader) translatedOops(n *node, s *Step) {
	items := r.list(n)
	if len(items) != len(s.Oops) {
		r.fail(n.line, "", sayOtherCount.With("oops", r.lang, len(items), len(s.Oops)), text.Said{})
		return
	}
	for i, item := range items {
		if item.kind == table {
			r.table(item, sayWordOops, []field{r.translated("say", &s.Oops[i].Say)})
			continue
		}
		s.Oops[i].Say.set(r.words(item), r.lang, false, item.line)
	}
}

func (r *reader) translatedAsk(n *node, s *Step) {
	if s.Ask == nil {
		r.fail(n.line, "", sayNoQuestion.With(s.Name()), text.Said{})
		return
	}
	r.table(n, sayWordAsk, []field{
		r.translated("q", &s.Ask.Q),
		r.translated("wrong", &s.Ask.Wrong),
		r.translatedList("choices", s.Ask.Choices),
	})
}
