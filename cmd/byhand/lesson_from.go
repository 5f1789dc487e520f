package main

import (
	"bytes"
	"fmt"
	"path/filepath"
	"strings"

	"byhand/lessons"
	"byhand/session/text"
	"byhand/transcripts"

	"github.com/spf13/cobra"
)

// lessonFrom makes the draft of a lesson from a saved session.
func (a *app) lessonFrom() *cobra.Command {
	cmd := &cobra.Command{
		Use:   "from TRANSCRIPT ID",
		Short: sayFromShort.In(a.lang),
		Long:  sayFromLong.In(a.lang),
		Args:  words(1, 2, sayFromArgs),
		RunE: func(_ *cobra.Command, args []string) error {
			name := draftID(args[0])
			if len(args) > 1 {
				name = args[1]
			}
			id, file := lessonID(name)
			if !lessons.IsID(id) {
				return usage(sayNewID.With(id))
			}
			rd, end, err := a.open(args[0])
			if err != nil {
				return err
			}
			defer end()
			var b bytes.Buffer
			if err := transcripts.Convert(&b, "yaml-lesson", rd, transcripts.Options{Lang: a.lang}); err != nil {
				return err
			}
			src := lessons.Draft(id, b.Bytes())
			l, errs := lessons.Parse(file, src)
			if len(l.Steps) == 0 {
				return &failure{what: sayFromNothing.With(args[0])}
			}
			if err := a.startLesson(file, src); err != nil {
				return err
			}
			a.listErrors(errs)
			return a.leftToDo(l, errs)
		},
	}
	a.foreign.add(cmd, a.lang)
	return cmd
}

// draftID gives a lesson's id from the name of a transcript: mine.rec.jsonl makes mine.
func draftID(name string) string {
	base, _, _ := strings.Cut(filepath.Base(name), ".")
	id := strings.Trim(strings.Map(func(r rune) rune {
		if r >= 'a' && r <= 'z' || r >= '0' && r <= '9' {
			return r
		}
		return '-'
	}, strings.ToLower(base)), "-")
	if len(id) > 32 {
		id = strings.Trim(id[:32], "-")
	}
	if id == "" {
		id = "draft"
	}
	return id
}

// leftToDo tells the author of a draft what is still to be written, and where the practice server does other than the
// server of the session did.
func (a *app) leftToDo(l *lessons.Lesson, errs lessons.Errors) error {
	for _, s := range l.Steps {
		if s.Say.In(text.EN) == transcripts.Blank.EN {
			fmt.Fprintf(a.out, "%s:%d: %s\n", visible(l.File), s.Say.Line, sayFromSay.With(s.Name()).In(a.lang))
		}
	}
	if errs.Failed() {
		return nil
	}
	bench := lessons.Bench{Start: startBench, Explain: explainer}
	checks, err := bench.Test(l)
	if err != nil {
		return err
	}
	failed := 0
	for _, c := range checks {
		if !c.OK {
			failed++
			fmt.Fprintln(a.out, visible(c.In(l.File, a.lang)))
		}
	}
	if failed > 0 {
		fmt.Fprintln(a.out, sayFromOther.In(a.lang))
	} else {
		fmt.Fprintln(a.out, sayTested.With(len(checks)).In(a.lang))
	}
	return nil
}

var (
	sayFromShort = text.T{EN: "make the draft of a lesson from a saved session", ZH: "把保存的会话做成一课的草稿"}
	sayFromLong  = text.T{
		EN: "Writes ID.yaml: a step for each command of the session (or for each of its chapters), with what was typed as the solution and refusals as `-> CODE`. What to say is left to you; the draft is tested at once, and what is still to do is listed with its line.",
		ZH: "写出 ID.yaml：会话里每条命令（或每一章）是一步，输入的内容就是解法，被拒绝的写成 `-> 代码`。说明文字留给你写；草稿会立即自测，并逐行列出还要做的事。",
	}
	sayFromArgs    = text.T{EN: "lesson from wants a transcript and a name, as in `byhand lesson from last my-lesson`.", ZH: "lesson from 需要会话记录和名字，例如 `byhand lesson from last my-lesson`。"}
	sayFromNothing = text.T{EN: "In %s nothing was typed of which a lesson could be made.", ZH: "%s 里没有输入任何可以做成课程的内容。"}
	sayFromSay     = text.T{EN: "step %s: write what is to be achieved", ZH: "步骤 %s：请写明要做到什么"}
	sayFromOther   = text.T{EN: "The practice server did otherwise than the server of the session. `world:` gives it accounts, letters and faults; or mend the lines of `do`.",
		ZH: "练习服务器的反应与会话里的服务器不同。可以在 `world:` 里设帐号、信件和故障，或修改 `do` 里的命令。"}
)
