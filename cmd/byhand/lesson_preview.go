package main

import (
	"strconv"
	"strings"

	"byhand/lessons"
	"byhand/session/render"
	"byhand/session/text"

	"github.com/spf13/cobra"
)

// previewLesson shows all that a lesson says, without a server: for reading aloud, and for reading a translation.
func (a *app) previewLesson() *cobra.Command {
	return &cobra.Command{
		Use:   "preview NAME",
		Short: sayPreviewShort.In(a.lang),
		Args:  words(1, 1, sayPreviewArgs),
		RunE: func(_ *cobra.Command, args []string) error {
			l, err := a.loadLesson(args[0])
			if err != nil {
				return err
			}
			p := preview{screen: a.renderer(a.out, a.depth), lang: a.lang}
			p.lesson(l)
			_, err = a.out.Write(p.lines)
			return err
		},
	}
}

// preview gathers the lines of a lesson in the voices in which a learner would hear them.
type preview struct {
	screen *render.Renderer
	lang   text.Lang
	lines  []byte
}

func (p *preview) say(v render.Voice, s text.Said) {
	if strings.TrimSpace(s.In(p.lang)) != "" {
		p.lines = p.screen.Say(p.lines, v, s)
	}
}

func (p *preview) prose(v render.Voice, t lessons.Prose) {
	s := t.In(p.lang)
	p.say(v, text.T{EN: "%s", ZH: "%s"}.With(s))
}

func (p *preview) lesson(l *lessons.Lesson) {
	p.prose(render.Heading, l.Title)
	p.prose(render.Lesson, l.Goal)
	for _, s := range l.Steps {
		p.lines = append(p.lines, '\n')
		p.step(s)
	}
	p.lines = append(p.lines, '\n')
	p.prose(render.Heading, l.End)
}

func (p *preview) step(s *lessons.Step) {
	p.say(render.Heading, sayPreviewStep.With(s.Index+1, s.Name()))
	p.prose(render.Task, s.Say)
	for _, line := range s.Do {
		p.say(render.Lesson, text.T{EN: "C: %s", ZH: "C: %s"}.With(line.Text))
	}
	if s.Ask != nil {
		p.ask(s.Ask)
	}
	for _, h := range s.Hints {
		p.prose(render.Hint, h)
	}
	for _, o := range s.Oops {
		p.prose(render.Advice, o.Say)
	}
	p.prose(render.Passed, s.After)
}

func (p *preview) ask(a *lessons.Ask) {
	p.prose(render.Task, a.Q)
	for i, c := range a.Choices {
		p.say(render.Lesson, text.T{EN: "%s  %s", ZH: "%s  %s"}.With(strconv.Itoa(i+1), c.In(p.lang)))
	}
	if a.Answer != "" {
		p.say(render.Lesson, sayPreviewAnswer.With(a.Answer))
	}
	p.prose(render.Advice, a.Wrong)
}

var (
	sayPreviewShort  = text.T{EN: "show all that a lesson says, in one language", ZH: "显示一课的全部文字（一种语言）"}
	sayPreviewArgs   = text.T{EN: "lesson preview wants the name of a lesson, as in `byhand lesson preview pop3-read --lang zh`.", ZH: "lesson preview 需要课程名，例如 `byhand lesson preview pop3-read --lang zh`。"}
	sayPreviewStep   = text.T{EN: "%d. %s", ZH: "%d. %s"}
	sayPreviewAnswer = text.T{EN: "answer: %s", ZH: "答案：%s"}
)
