package lessons

import (
	"slices"
	"strconv"
	"strings"

	"byhand/session/text"
)

// Lint finds what reads well for the program and badly for a learner: words that make small of a difficulty, hints
// that say no more than the solution, lines too long for a terminal, translations that are not whole or hang on
// numbers. Some of it is a warning only. known lists the ids of lessons that requires may name; nil leaves requires alone.
func Lint(l *Lesson, known []string) Errors {
	c := &linter{l: l}
	c.requires(known)
	for _, p := range l.proses() {
		c.words(p.Prose)
		c.width(p.Prose)
	}
	for _, s := range l.Steps {
		c.hints(s)
		if s.ID == "" && l.translated() {
			c.warn(s.Line, sayLintNoID.With(s.Index+1), sayLintGiveID.With())
		}
	}
	for _, s := range l.Steps {
		for _, m := range s.Expect.mails() {
			if m.Body != "" && m.Body != "*" && !strings.ContainsFunc(m.Body, letterOrDigit) {
				c.fail(m.At, sayLintBody.With(m.Body), sayLintBodyStar.With())
			}
		}
	}
	return slices.Concat(c.errs, unanswerable(l), Incomplete(l)).sorted()
}

type linter struct {
	l    *Lesson
	errs Errors
}

func (c *linter) fail(line int, what, hint text.Said) {
	c.errs = append(c.errs, &Error{File: c.l.File, Line: line, What: what, Hint: hint})
}

func (c *linter) warn(line int, what, hint text.Said) {
	c.errs = append(c.errs, &Error{File: c.l.File, Line: line, What: what, Hint: hint, Warn: true})
}

func (c *linter) requires(known []string) {
	if known == nil {
		return
	}
	words := map[string]bool{}
	for _, k := range known {
		words[k] = true
	}
	for _, want := range c.l.Requires {
		if !words[want] {
			c.fail(c.l.lines["requires"], sayLintRequires.With(want), text.Said{})
		}
	}
}

// belittling are words that tell a learner who is stuck that it is his fault.
var belittling = lazy(`(?i)\b(just|simply|obviously)\b|显而易见|显然`)

func (c *linter) words(p Prose) {
	for _, s := range []string{p.Own, p.T.EN, p.T.ZH} {
		if w := belittling().FindString(s); w != "" {
			c.fail(p.Line, sayLintWord.With(w), sayLintLeaveOut.With())
			return
		}
	}
}

// maxWidth is how many columns a line of prose may take.
const maxWidth = 80

// width looks for lines that an author broke himself and that are still too long; texts of one line are wrapped.
func (c *linter) width(p Prose) {
	for _, s := range []string{p.T.EN, p.T.ZH} {
		lines := strings.Split(s, "\n")
		if len(lines) < 2 {
			continue
		}
		for _, line := range lines {
			if n := columns(line); n > maxWidth {
				c.warn(p.Line, sayLintWide.With(n, maxWidth), text.Said{})
			}
		}
	}
}

// columns counts the columns of a terminal that a line takes: two for each character of Chinese writing.
func columns(s string) (n int) {
	for _, r := range s {
		n++
		if r >= 0x1100 && (r <= 0x115f || r >= 0x2e80 && r <= 0xd7a3 || r >= 0xf900 && r <= 0xfaff ||
			r >= 0xfe30 && r <= 0xfe6f || r >= 0xff00 && r <= 0xff60 || r >= 0xffe0 && r <= 0xffe6 || r >= 0x1f300 && r <= 0x3fffd) {
			n++
		}
	}
	return n
}

func (c *linter) hints(s *Step) {
	for _, h := range s.Hints {
		for _, d := range s.Do {
			if strings.EqualFold(strings.TrimSpace(h.Own), strings.TrimSpace(d.Text)) && d.In == InCommand {
				c.fail(h.Line, sayLintHint.With(d.Text), sayLintHintOut.With())
			}
		}
	}
}

// named prose, for messages.
type namedProse struct {
	Prose
	name string
}

// proses lists every text of the lesson that people read.
func (l *Lesson) proses() []namedProse {
	all := []namedProse{{l.Title, "title"}, {l.Goal, "goal"}, {l.End, "end"}}
	for _, s := range l.Steps {
		all = append(all, namedProse{s.Say, "say"}, namedProse{s.After, "after"})
		for _, h := range s.Hints {
			all = append(all, namedProse{h, "hints"})
		}
		for _, o := range s.Oops {
			all = append(all, namedProse{o.Say, "oops say"})
		}
		if s.Ask != nil {
			all = append(all, namedProse{s.Ask.Q, "q"}, namedProse{s.Ask.Wrong, "wrong"})
			for _, c := range s.Ask.Choices {
				all = append(all, namedProse{c, "choices"})
			}
		}
	}
	return all
}

// unanswerable lists the questions whose answer is none of their choices.
func unanswerable(l *Lesson) (errs Errors) {
	for _, s := range l.Steps {
		a := s.Ask
		if a == nil || len(a.Choices) == 0 || strings.Contains(a.Answer, "${") {
			continue
		}
		g := &Guide{l: l, j: &judge{}}
		right := slices.ContainsFunc(a.Choices, func(p Prose) bool { return g.right(a, p.Own) || g.right(a, p.T.EN) || g.right(a, p.T.ZH) })
		if i, err := strconv.Atoi(a.Answer); !right && (err != nil || i < 1 || i > len(a.Choices)) {
			errs = append(errs, &Error{File: l.File, Line: a.Line, What: sayLintAnswer.With(a.Answer, len(a.Choices))})
		}
	}
	return errs
}

// translated reports whether any text of the lesson is there in more than one language.
func (l *Lesson) translated() bool {
	for _, p := range l.proses() {
		if p.Has(text.EN) && p.Has(text.ZH) {
			return true
		}
	}
	return false
}

// Incomplete lists the texts that are missing in one language of a lesson that has texts in that language.
func Incomplete(l *Lesson) (errs Errors) {
	for _, lang := range text.Langs() {
		all, some := l.proses(), false
		for _, p := range all {
			some = some || p.Has(lang)
		}
		for _, p := range all {
			if some && !p.Empty() && !p.Has(lang) {
				errs = append(errs, &Error{File: l.File, Line: p.Line, What: sayLintMissing.With(p.name, lang)})
			}
		}
	}
	return errs.sorted()
}

var (
	sayLintRequires = text.T{EN: "requires names %q, which is no lesson", ZH: "requires 里的 %q 不是任何一课"}
	sayLintWord     = text.T{EN: "%q makes small of what a learner may find hard", ZH: "“%s”会让觉得难的学生泄气"}
	sayLintLeaveOut = text.T{EN: "leave the word out", ZH: "请去掉这个词"}
	sayLintWide     = text.T{EN: "a line of %d columns; a terminal shows %d", ZH: "有一行占 %d 列，终端只有 %d 列"}
	sayLintHint     = text.T{EN: "the hint is the solution itself: %s", ZH: "提示就是答案本身：%s"}
	sayLintHintOut  = text.T{EN: "leave it out: the program adds the solution as the last hint", ZH: "请去掉：程序会自动把答案作为最后一个提示"}
	sayLintNoID     = text.T{EN: "step %d has no id, and the lesson has translations", ZH: "第 %d 步没有 id，而这一课有译文"}
	sayLintGiveID   = text.T{EN: "give it an id: progress and translations hang on it", ZH: "请加上 id：进度和译文都靠它对应"}
	sayLintMissing  = text.T{EN: "%s is missing in %s", ZH: "缺少 %[2]s 的 %[1]s"}
	sayLintAnswer   = text.T{EN: "the answer %q is none of the %d choices", ZH: "答案 %q 不在 %d 个选项之中"}
	sayLintBody     = text.T{EN: "body: %q asks that the letter holds this sign", ZH: "body: %q 要求信里有这个符号"}
	sayLintBodyStar = text.T{EN: `body: "*" asks for any text`, ZH: `要求任意文字请写 body: "*"`}
)
