package main

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"time"

	"byhand/lessons"
	"byhand/session/practice"
	"byhand/session/text"

	"github.com/spf13/cobra"
)

// lesson is the family of subcommands on lessons.
func (a *app) lesson() *cobra.Command {
	cmd := &cobra.Command{
		Use:   "lesson",
		Short: sayLessonShort.In(a.lang),
		Args:  noArgs,
		RunE:  func(*cobra.Command, []string) error { return a.listLessons() },
	}
	cmd.AddCommand(
		&cobra.Command{Use: "list", Short: sayListShort.In(a.lang), Args: noArgs, RunE: func(*cobra.Command, []string) error { return a.listLessons() }},
		a.runLesson(),
		a.lintLesson(),
		a.testLesson(),
		a.newLesson(),
		a.lessonFrom(),
		a.playLesson(),
		a.previewLesson(),
		a.watchLesson(),
		a.lessonSchema(),
		a.lessonI18n(),
		a.gradeLesson(),
		a.reportLesson(),
		a.lessonClass(),
		a.lessonProgress(),
	)
	return cmd
}

func (a *app) runLesson() *cobra.Command {
	var on []string
	how := taking{pace: time.Second}
	cmd := &cobra.Command{
		Use:   "run NAME",
		Short: sayRunShort.In(a.lang),
		Args:  words(1, 1, sayRunArgs),
		RunE: func(cmd *cobra.Command, args []string) error {
			l, err := a.loadLesson(args[0])
			if err != nil {
				return err
			}
			if how.seed, err = seedTyped(how.seed); err != nil {
				return err
			}
			if how.on, err = placesOf(on, l); err != nil {
				return err
			}
			if err := how.on.admits(l, args[0], how.auto); err != nil {
				return err
			}
			_, terminal := tty(a.in)
			if !how.auto && !terminal {
				return &failure{what: sayNeedsTerminal.With(), hint: sayAutoHint.With()}
			}
			if len(how.on) > 0 && !a.agreed(l, how.on) {
				return nil
			}
			how.keep.off = how.keep.off || how.auto || !terminal // only a file that was named is written
			return a.guideThrough(cmd.Context(), l, how)
		},
	}
	cmd.Flags().BoolVar(&how.auto, "auto", false, sayAutoFlag.In(a.lang))
	cmd.Flags().DurationVar(&how.pace, "pace", how.pace, sayPaceFlag.In(a.lang))
	cmd.Flags().BoolVar(&how.anew, "restart", false, sayRestartFlag.In(a.lang))
	cmd.Flags().StringVar(&how.seed, "seed", "", saySeedFlag.In(a.lang))
	cmd.Flags().StringArrayVar(&on, "on", nil, sayOnFlag.In(a.lang))
	cmd.Flags().StringVar(&how.trust.CA, "ca", "", sayCAFlag.In(a.lang))
	how.keep.add(cmd, a.lang)
	return cmd
}

// loadLesson gives an embedded lesson by its name, or the lesson in a file.
func (a *app) loadLesson(name string) (*lessons.Lesson, error) {
	if !strings.HasSuffix(name, ".yaml") {
		l, err := lessons.Load(name)
		if err != nil {
			return nil, &failure{what: sayNoLesson.With(name), hint: sayLessonNames.With(strings.Join(lessons.Embedded(), ", "))}
		}
		return l, nil
	}
	src, err := os.ReadFile(name)
	if err != nil {
		return nil, err
	}
	l, errs := lessons.Read(os.DirFS(filepath.Dir(name)), name, src)
	if len(errs) > 0 {
		return nil, &lessonErrors{errs}
	}
	return l, nil
}

// lessonErrors are all that is wrong with a lesson's file, one a line.
type lessonErrors struct{ all lessons.Errors }

func (e *lessonErrors) Error() string { return e.all.Error() }

// In gives the messages in one language.
func (e *lessonErrors) In(l text.Lang) string {
	var lines []string
	for _, err := range e.all {
		lines = append(lines, err.In(l))
	}
	return strings.Join(lines, "\n")
}

func (a *app) listLessons() error {
	return a.page(a.out, a.courseList()+sayHowToRun.In(a.lang)+"\n")
}

// courseList gives the embedded lessons, numbered, with what was done of each.
func (a *app) courseList() string {
	var b strings.Builder
	done := a.passed()
	for i, id := range lessons.Embedded() {
		l, err := lessons.Load(id)
		if err != nil {
			continue // a test reads every one
		}
		fmt.Fprintf(&b, "%3d  %-20s %s (%s)", i+1, id, l.Title.In(a.lang), sayMinutes.With(l.Minutes).In(a.lang))
		if n := done[id]; n > 0 {
			b.WriteString(" " + sayProgress.With(min(n, len(l.Steps)), len(l.Steps)).In(a.lang))
		}
		b.WriteByte('\n')
	}
	return b.String()
}

// practiceWorld gives a lesson's world to the practice server.
func practiceWorld(w lessons.World) (p practice.World, err error) {
	p = practice.Default()
	if w.Line == 0 {
		return p, nil
	}
	p.Style, p.Caps = w.Style, w.Caps
	if w.Clock != "" {
		if p.Clock, err = practice.ParseClock(w.Clock); err != nil {
			return p, err
		}
	}
	for name, pass := range w.Users {
		p.Users[name] = pass
	}
	for box, letters := range w.Mail {
		for _, l := range letters {
			p.Mail[box] = append(p.Mail[box], practice.Mail{From: l.From, To: l.To, Subject: l.Subject, Body: l.Body, Date: l.Date, Raw: l.Raw})
		}
	}
	for _, f := range w.Faults {
		delay, _ := time.ParseDuration(f.Delay) // the reader of lessons has checked it
		p.Faults = append(p.Faults, practice.Fault{When: f.When, Reply: f.Reply, Times: f.Times, Drop: f.Drop, Delay: delay})
	}
	return p, nil
}

// mailbox lets a guide look into the practice server's maildrops.
type mailbox struct{ srv *practice.Server }

// Count gives how many letters lie in a maildrop.
func (m mailbox) Count(box string) (int, bool) { return len(m.srv.Letters(box)), true }

// Letter gives one of them.
func (m mailbox) Letter(box string, i int) (lessons.Received, bool) {
	all := m.srv.Letters(box)
	if i < 0 || i >= len(all) {
		return lessons.Received{}, false
	}
	return lessons.Received{From: all[i].From, Raw: all[i].Bytes()}, true
}

var (
	sayLessonShort   = text.T{EN: "lessons on a practice server that starts by itself", ZH: "课程，自带练习服务器"}
	sayListShort     = text.T{EN: "list the lessons", ZH: "列出课程"}
	sayRunShort      = text.T{EN: "take a lesson", ZH: "上一课"}
	sayRunArgs       = text.T{EN: "lesson run wants the name of a lesson, as in `byhand lesson run pop3-read`.", ZH: "lesson run 需要课程名，例如 `byhand lesson run pop3-read`。"}
	sayAutoFlag      = text.T{EN: "byhand types the author's lines, as a demonstration", ZH: "由 byhand 输入作者的命令，用于演示"}
	saySeedFlag      = text.T{EN: "draw the lesson's values from your own code, as the instructor gave it to you, or from any text", ZH: "用老师发给你的个人代码（或任意一段文字）生成本课的变量"}
	sayRestartFlag   = text.T{EN: "begin with the first step, not where you stopped", ZH: "从第一步开始，不接着上次"}
	sayPaceFlag      = text.T{EN: "pause before each line that --auto types", ZH: "--auto 每输入一行之前的停顿"}
	sayNeedsTerminal = text.T{EN: "A lesson needs a terminal to type in.", ZH: "上课需要在终端里输入。"}
	sayAutoHint      = text.T{EN: "`--auto` plays it without one.", ZH: "用 `--auto` 可以自动演示。"}
	sayNoLesson      = text.T{EN: "There is no lesson %s.", ZH: "没有名为 %s 的课程。"}
	sayLessonNames   = text.T{EN: "There are: %s. A file's name ends in .yaml.", ZH: "现有课程：%s。课程文件的名字以 .yaml 结尾。"}
	sayMinutes       = text.T{EN: "%d minutes", ZH: "%d 分钟"}
	sayProgress      = text.T{EN: "[%d of %d steps done]", ZH: "[已完成 %d/%d 步]"}
	sayHowToRun      = text.T{EN: "`byhand lesson run NAME` begins one.", ZH: "用 `byhand lesson run 课程名` 开始。"}
)
