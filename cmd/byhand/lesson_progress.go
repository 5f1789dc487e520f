package main

import (
	"cmp"
	"fmt"
	"io"
	"os"
	"slices"
	"strings"

	"byhand/lessons"
	"byhand/session/render"
	"byhand/session/text"

	"github.com/spf13/cobra"
)

// maxProgress is how much is read of a file of progress; a learner's is a thousandth of it.
const maxProgress = 64 << 20

// lessonProgress shows what was done of the lessons, and takes it from one machine to another.
func (a *app) lessonProgress() *cobra.Command {
	var to, from string
	cmd := &cobra.Command{
		Use:   "progress [NAME|FILE]...",
		Short: sayProgressShort.In(a.lang),
		Long:  sayProgressLong.In(a.lang),
		RunE: func(cmd *cobra.Command, args []string) error {
			out, in := cmd.Flags().Changed("export"), cmd.Flags().Changed("import")
			switch {
			case out && in:
				return usage(sayProgressBoth.With())
			case (out || in) && len(args) > 0:
				return usage(sayProgressWhole.With(args[0]))
			case in:
				return a.importProgress(from)
			}
			all, errs, err := a.progress()
			if err != nil {
				return err
			}
			a.passedOver(errs)
			if out {
				return a.exportProgress(to, all)
			}
			return a.showProgress(all, args)
		},
	}
	cmd.Flags().StringVar(&to, "export", "", sayExportFlag.In(a.lang))
	cmd.Flags().StringVar(&from, "import", "", sayImportFlag.In(a.lang))
	return cmd
}

// passedOver tells of lines of the learner's own file that cannot be read.
func (a *app) passedOver(errs lessons.Errors) {
	for _, e := range errs {
		a.err.Write(a.renderer(a.err, a.depth).Say(nil, render.Remark, sayPassedOver.With(visible(e.In(a.lang)))))
	}
}

// exportProgress writes the results into a new file, or to the standard output.
func (a *app) exportProgress(to string, all []lessons.Record) error {
	var b strings.Builder
	for _, r := range all {
		b.WriteString(r.Line())
	}
	if to == "-" {
		_, err := io.WriteString(a.out, b.String())
		return err
	}
	if err := newFile(to, []byte(b.String())); err != nil {
		return err
	}
	return a.page(a.out, sayExported.With(len(all), visible(to)).In(a.lang)+"\n")
}

// importProgress adds the results of a file to the learner's own. A file with a bad line adds nothing.
func (a *app) importProgress(from string) error {
	in := a.in
	if from != "-" {
		f, err := os.Open(from)
		if err != nil {
			return err
		}
		defer f.Close()
		in = f
	}
	src, err := io.ReadAll(io.LimitReader(in, maxProgress+1))
	switch {
	case err != nil:
		return err
	case len(src) > maxProgress:
		return &failure{what: sayProgressHuge.With(from)}
	}
	more, errs := lessons.Records(from, src)
	if len(errs) > 0 {
		return &importErrors{lessonErrors{errs}}
	}
	own, bad, err := a.progress()
	if err != nil {
		return err
	}
	a.passedOver(bad)
	added := lessons.Unknown(own, more)
	file, err := a.progressFile()
	if err != nil {
		return err
	}
	if err := appendRecords(file, added); err != nil {
		return err
	}
	return a.page(a.out, sayImported.With(len(added), len(more)-len(added)).In(a.lang)+"\n")
}

// importErrors are the bad lines of a file that was not taken over.
type importErrors struct{ lessonErrors }

// In gives the lines in one language, and what to do.
func (e *importErrors) In(l text.Lang) string {
	return e.lessonErrors.In(l) + "\n" + sayNotImported.In(l)
}

// showProgress lists the steps of lessons with what became of them: of those named all steps, otherwise those that were done.
func (a *app) showProgress(all []lessons.Record, names []string) error {
	var b strings.Builder
	for _, name := range names {
		l, err := a.loadLesson(name)
		if err != nil {
			return err
		}
		a.progressOf(&b, l, all, true)
	}
	if len(names) > 0 {
		return a.page(a.out, b.String())
	}
	for _, id := range begun(all) {
		l, err := lessons.Load(id)
		if err != nil {
			l = &lessons.Lesson{ID: id} // a file of somebody's, which is not named here: its steps are known by the results alone
		}
		a.progressOf(&b, l, all, false)
	}
	if b.Len() == 0 {
		b.WriteString(sayNoProgress.In(a.lang) + "\n")
	}
	return a.page(a.out, b.String())
}

// begun lists the lessons that there are results of: those of the course in their order, then the others.
func begun(all []lessons.Record) (ids []string) {
	course := lessons.Embedded()
	for _, r := range all {
		if !slices.Contains(ids, r.Lesson) {
			ids = append(ids, r.Lesson)
		}
	}
	place := func(id string) int {
		if i := slices.Index(course, id); i >= 0 {
			return i
		}
		return len(course)
	}
	slices.SortFunc(ids, func(a, b string) int { return cmp.Or(cmp.Compare(place(a), place(b)), cmp.Compare(a, b)) })
	return ids
}

// progressOf lists one lesson: how many steps were done, and each of them with how and when; with todo, the others, too.
func (a *app) progressOf(b *strings.Builder, l *lessons.Lesson, all []lessons.Record, todo bool) {
	standing := l.Standing(all)
	done := 0
	for _, s := range standing {
		if s.Step != nil && s.Record != nil {
			done++
		}
	}
	head := sayLessonDone.With(visible(l.ID), done, len(l.Steps))
	if len(l.Steps) == 0 {
		head = sayLessonElsewhere.With(visible(l.ID), len(standing))
	}
	b.WriteString(head.In(a.lang) + "\n")
	for _, s := range standing {
		switch {
		case s.Record != nil:
			a.progressRow(b, s, len(l.Steps) > 0)
		case todo:
			fmt.Fprintf(b, "  %-12s %s\n", visible(s.Step.Name()), sayStepToDo.In(a.lang))
		}
	}
}

// progressRow lists one step that was done.
func (a *app) progressRow(b *strings.Builder, s lessons.Standing, known bool) {
	r := s.Record
	parts := []string{r.Result.In(a.lang), sayDoneOn.With(r.Time.Local().Format("2006-01-02 15:04")).In(a.lang)}
	for _, p := range []struct {
		n    int
		said text.T
	}{{r.Tries, sayRefusals}, {r.Hints, sayHints}, {int(r.Seconds + 0.5), saySeconds}} {
		if p.n > 0 {
			parts = append(parts, p.said.With(p.n).In(a.lang))
		}
	}
	if s.Changed {
		parts = append(parts, sayStepChanged.In(a.lang))
	}
	if s.Step == nil && known {
		parts = append(parts, sayStepGone.In(a.lang))
	}
	fmt.Fprintf(b, "  %-12s %s\n", visible(r.Step), strings.Join(parts, sayBetween.In(a.lang)))
}

var (
	sayProgressShort = text.T{EN: "show what you have done, step by step; take it to another machine", ZH: "查看每一步的学习进度；把进度带到另一台电脑"}
	sayProgressLong  = text.T{
		EN: "Lists the steps that you have done, and how: done, helped (with a hint), shown (after the solution was shown), skipped. With a name, the steps that are still to do, too. A step whose text has changed since still counts, and says so.",
		ZH: "列出你做过的步骤和完成方式：完成、有提示（看过提示）、看答案（看过答案）、跳过。写上课程名，就连没做的步骤也列出。做完之后内容有改动的步骤照样算数，并会注明。",
	}
	sayExportFlag    = text.T{EN: "write the progress into FILE, one result in a line of JSON; - is the standard output", ZH: "把进度写入文件 FILE，每行一条 JSON；- 表示标准输出"}
	sayImportFlag    = text.T{EN: "add the results in FILE to your own; - is the standard input", ZH: "把文件 FILE 里的成绩并入自己的进度；- 表示标准输入"}
	sayProgressBoth  = text.T{EN: "--export and --import are two calls: one at a time.", ZH: "--export 和 --import 要分两次用。"}
	sayProgressWhole = text.T{EN: "--export and --import are about the whole progress; leave %s away.", ZH: "--export 和 --import 处理的是全部进度，请去掉 %s。"}
	sayProgressHuge  = text.T{EN: "%s is too long for a file of progress.", ZH: "%s 太长，不像是进度文件。"}
	sayPassedOver    = text.T{EN: "A line of your progress is passed over: %s", ZH: "进度中有一行读不懂，已略过：%s"}
	sayNotImported   = text.T{EN: "Nothing was added. Mend these lines or take them out, and import the file again.", ZH: "没有并入任何内容。请改好或删去这些行，再导入一次。"}
	sayExported      = text.T{EN: "Results written: %d, into %s. `byhand lesson progress --import FILE` adds them on another machine.", ZH: "已写出 %d 条成绩到 %s。在另一台电脑上用 `byhand lesson progress --import FILE` 并入。"}
	sayImported      = text.T{EN: "Results added: %d. Known before: %d.", ZH: "新增成绩 %d 条，原来已有 %d 条。"}
	sayNoProgress    = text.T{EN: "Nothing is done yet. `byhand lesson list` shows the course.", ZH: "还没有做过任何步骤。用 `byhand lesson list` 查看课程。"}

	sayLessonDone      = text.T{EN: "%s: %d of %d steps", ZH: "%s：%d/%d 步"}
	sayLessonElsewhere = text.T{EN: "%s: steps done: %d; the lesson is not in byhand, so name its file to see more", ZH: "%s：已做 %d 步；这一课不在 byhand 里，写上它的文件名可看详情"}
	sayStepToDo        = text.T{EN: "to do", ZH: "未做"}
	sayDoneOn          = text.T{EN: "on %s", ZH: "%s"}
	sayRefusals        = text.T{EN: "refusals %d", ZH: "被拒 %d 次"}
	sayHints           = text.T{EN: "hints %d", ZH: "提示 %d 次"}
	saySeconds         = text.T{EN: "%d s", ZH: "%d 秒"}
	sayStepChanged     = text.T{EN: "its text has changed since", ZH: "之后内容有改动"}
	sayStepGone        = text.T{EN: "no longer in the lesson", ZH: "课程里已没有这一步"}
	sayBetween         = text.T{EN: ", ", ZH: "，"}
)
