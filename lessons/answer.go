package lessons

import (
	"regexp"
	"slices"
	"strconv"
	"strings"

	"byhand/session"
	"byhand/session/proto"
)

// answer gives the right answer of the current question, as it could be typed.
func (g *Guide) answer() string {
	a := g.Step().Ask
	want := g.j.vars.Expand(a.Answer)
	if i, err := strconv.Atoi(want); err == nil && i >= 1 && i <= len(a.Choices) {
		return want + ". " + g.prose(a.Choices[i-1])
	}
	return want
}

// Answer takes the learner's answer to the question that is asked.
func (g *Guide) Answer(line string) []Action {
	g.acts = nil
	s := g.Step()
	if s == nil || s.Ask == nil {
		return nil
	}
	if g.right(s.Ask, line) {
		g.pass(nil, false)
		return g.acts
	}
	g.refusals++
	id, said := "wrong-answer", g.prose(s.Ask.Wrong)
	switch verb, _ := proto.Split([]byte(line)); {
	case isVerb(verb) && !g.wantsVerb(s.Ask):
		id, said = "answer-command", sayCommandAnswer.With(verb).In(g.lang)
	case g.lastTip == id:
		said = sayWrongAgain.In(g.lang)
	case said == "":
		said = sayWrong.In(g.lang)
	}
	g.lastTip = id
	g.act(Action{Kind: Advice, Step: s, ID: id, Text: said})
	return g.acts
}

// isVerb tells whether a word in upper case is a command of one of the protocols.
func isVerb(word string) bool {
	return slices.Contains(proto.Verbs(session.POP3), word) || slices.Contains(proto.Verbs(session.SMTP), word)
}

// wantsVerb tells whether a command may be the answer of a question.
func (g *Guide) wantsVerb(a *Ask) bool {
	return slices.ContainsFunc(strings.FieldsFunc(strings.ToUpper(g.j.vars.Expand(a.Answer)), func(r rune) bool { return r < 'A' || r > 'Z' }), isVerb)
}

func (g *Guide) right(a *Ask, line string) bool {
	want, got := plainText(g.j.vars.Expand(a.Answer)), plainText(line)
	if re, ok := regex(g.j.vars.Expand(a.Answer)); ok {
		compiled, err := regexp.Compile(re)
		return err == nil && compiled.MatchString(strings.TrimSpace(line))
	}
	if want == "" || compare(want, got) {
		return got != "" || want != ""
	}
	i, err := strconv.Atoi(want)
	if err != nil || i < 1 || i > len(a.Choices) {
		return false
	}
	c := a.Choices[i-1]
	for _, s := range []string{c.Own, c.T.EN, c.T.ZH} {
		if s != "" && strings.EqualFold(plainText(s), got) {
			return true
		}
	}
	return false
}

// fullWidth turns what a Chinese keyboard makes of digits, letters and signs into their plain forms.
func fullWidth(r rune) rune {
	switch {
	case r >= 0xFF01 && r <= 0xFF5E:
		return r - 0xFEE0
	case r == 0x3000:
		return ' '
	case r == '。':
		return '.'
	}
	return r
}

// plainText gives an answer without what does not matter in it: width, blanks around words, a final stop.
func plainText(s string) string {
	s = strings.Join(strings.Fields(strings.Map(fullWidth, s)), " ")
	if len(s) > 1 {
		s = strings.TrimRight(s, ".!")
	}
	return strings.TrimSpace(s)
}
