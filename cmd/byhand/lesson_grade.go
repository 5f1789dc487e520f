package main

import (
	"cmp"
	"context"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"time"

	"byhand/lessons"
	"byhand/session"
	"byhand/session/annotate"
	"byhand/session/proto"
	"byhand/session/text"
	"byhand/transcripts"

	"github.com/spf13/cobra"
)

// graded is what became of one transcript.
type graded struct {
	File    string
	Learner string
	Class   string // that of --class, or ""
	Steps   []lessons.StepGrade
	Tips    []annotate.Note // the advice that was given, in its order
	Remarks []text.Said     // what the instructor should look at; no verdict hangs on it
	Err     error           // it could not be read

	Answers []lessons.Answered // to questions, as far as the recording tells
	Start   time.Time          // of the recording
	Took    time.Duration      // from its first line to its last

	print [32]byte // of the session
	timed bool     // it holds times, so that no two that are alike have been had apart
}

// failed reports whether the transcript is broken, or lacks a step that is not optional.
func (g *graded) failed() bool {
	for _, s := range g.Steps {
		if s.Verdict == lessons.VerdictFailed && !s.Optional {
			return true
		}
	}
	return g.Err != nil
}

// points gives the points that were earned, those that nobody can tell of, and all there are.
func (g *graded) points() (earned, unknown, all int) {
	for _, s := range g.Steps {
		all += s.Points
		switch s.Verdict {
		case lessons.VerdictPassed:
			earned += s.Points
		case lessons.VerdictUnknown:
			unknown += s.Points
		}
	}
	return earned, unknown, all
}

// gradeLesson judges saved sessions by the checks of a lesson.
func (a *app) gradeLesson() *cobra.Command {
	format, how, class := "table", grading{}, ""
	var on []string
	cmd := &cobra.Command{
		Use:   "grade LESSON TRANSCRIPT...",
		Short: sayGradeShort.In(a.lang),
		Long:  sayGradeLong.In(a.lang),
		Args:  words(2, 1000, sayGradeArgs),
		RunE: func(cmd *cobra.Command, args []string) error {
			write := gradeForms[format]
			if write == nil {
				return usage(sayGradeForm.With(format, strings.Join(gradeFormNames, ", ")))
			}
			l, err := a.loadLesson(args[0])
			if err != nil {
				return err
			}
			if how.class, err = a.classOf(class); err != nil {
				return err
			}
			if how.seed, err = seedTyped(how.seed); err != nil {
				return err
			}
			if _, err = placesOf(on, l); err != nil {
				return err
			}
			how.away = len(on) > 0
			for _, name := range args[1:] {
				how.class.note(learnerOf(name, l.ID))
			}
			var all []*graded
			failed := 0
			for _, name := range args[1:] {
				g := a.grade(cmd.Context(), l, name, learnerOf(name, l.ID), how)
				if g.failed() {
					failed++
				}
				all = append(all, g)
			}
			twins(all)
			if err := write(a, l, all); err != nil {
				return err
			}
			if failed > 0 {
				return &failure{what: sayGradeFailed.With(failed, len(all))}
			}
			return nil
		},
	}
	cmd.Flags().StringVar(&format, "format", format, sayGradeFormat.With(strings.Join(gradeFormNames, ", ")).In(a.lang))
	cmd.Flags().StringVar(&how.seed, "seed", "", sayGradeSeed.In(a.lang))
	cmd.Flags().StringVar(&class, "class", "", sayGradeClass.In(a.lang))
	cmd.Flags().StringArrayVar(&on, "on", nil, sayGradeOn.In(a.lang))
	a.foreign.add(cmd, a.lang)
	return cmd
}

// grading says how transcripts are judged.
type grading struct {
	seed  string // of the learner's values, if it is not the class that knows
	class *class
	away  bool // the sessions were had on a real server, whether they tell it or not
}

// learnerOf tells whose a transcript of a lesson is: the folder's, where the file is named after the lesson (amy/pop3-read.rec.jsonl); else
// the file's (handed-in/amy.rec.jsonl).
func learnerOf(name, lesson string) string {
	own, _, _ := strings.Cut(filepath.Base(name), ".")
	dir := filepath.Base(filepath.Dir(name))
	if own == lesson && dir != "." && dir != ".." && dir != string(filepath.Separator) {
		return dir
	}
	return own
}

// grade judges one transcript.
func (a *app) grade(ctx context.Context, l *lessons.Lesson, name, learner string, how grading) *graded {
	g := &graded{File: name, Learner: learner, Class: how.class.name()}
	rd, end, err := a.open(name)
	if err != nil {
		g.Err = err
		return g
	}
	defer end()
	grader := lessons.Grader{LinesOnly: slices.Contains(transcripts.Imports(), rd.Form())}
	explain := annotate.New()
	g.Err = session.Run(ctx, rd, proto.New(session.Untold), func(events []session.Event) error {
		for i := range events {
			for _, n := range explain.Event(&events[i]).Notes {
				if n.Tone == annotate.Tip && n.ID != "" {
					g.Tips = append(g.Tips, n)
				}
			}
		}
		return grader.Sink(events)
	})
	if g.Err != nil {
		return g
	}
	own := cmp.Or(how.seed, how.class.seed(learner))
	g.print, g.timed = grader.Fingerprint()
	g.Answers, g.Start, g.Took = grader.Answers(l), rd.Header().Start, grader.Length()
	if how.away || grader.Away() {
		g.Steps, g.Remarks = grader.Grade(l, l.Away(own)), []text.Said{sayGradeAway.With()}
		return g
	}
	g.Steps = grader.Grade(l, l.Values(own))
	if how.seed == "" {
		g.Remarks = how.class.remarks(&grader, l, g.Steps, learner)
	}
	return g
}

// missing says what a step lacks, in one line.
func (a *app) missing(s lessons.StepGrade) string {
	var all []string
	for _, m := range s.Missing {
		all = append(all, m.In(a.lang))
	}
	return visible(strings.Join(all, sayAnd.In(a.lang)))
}

// broken says why a transcript could not be read.
func (a *app) broken(g *graded) string {
	return visible(a.inWords(g.Err))
}

var verdictWords = map[lessons.Verdict]text.T{
	lessons.VerdictPassed:  {EN: "passed", ZH: "通过"},
	lessons.VerdictFailed:  {EN: "failed", ZH: "未通过"},
	lessons.VerdictUnknown: {EN: "unknown", ZH: "无法判断"},
}

// gradeTable writes the verdicts for people.
func gradeTable(a *app, l *lessons.Lesson, all []*graded) error {
	var b strings.Builder
	for _, g := range all {
		if g.Err != nil {
			b.WriteString(a.broken(g) + "\n")
			continue
		}
		earned, unknown, points := g.points()
		b.WriteString(sayGradePoints.With(visible(g.File), l.ID, earned, points, unknown).In(a.lang) + "\n")
		var table [][]string
		for _, s := range g.Steps {
			table = append(table, []string{"  " + verdictWords[s.Verdict].In(a.lang), s.Step, strconv.Itoa(s.Points), a.missing(s)})
		}
		text, _ := columns(table)
		b.WriteString(text)
		for _, r := range a.remarks(g) {
			b.WriteString("  " + sayGradeRemark.With(r).In(a.lang) + "\n")
		}
	}
	return a.page(a.out, b.String())
}

// remarks gives what is remarkable of a transcript, in words.
func (a *app) remarks(g *graded) []string {
	all := []string{}
	for _, r := range g.Remarks {
		all = append(all, visible(r.In(a.lang)))
	}
	return all
}

var (
	sayGradeShort = text.T{EN: "judge saved sessions by the checks of a lesson", ZH: "用一课的检查给保存的会话评分"}
	sayGradeLong  = text.T{
		EN: "Each step is passed, failed or unknown. What a saved session cannot show, such as an answer to a question, is unknown. What lies in mailboxes is told from what the session did to the lesson's world; of another server it is unknown, and there the learner's own name and addresses stand for the lesson's. The exit status is 1 if a step that is not optional failed, or a transcript could not be read.",
		ZH: "每一步的结果是通过、未通过或无法判断。会话记录里看不到的（例如问题的回答）算无法判断。邮箱里有什么，由会话对本课邮箱做过的事推算；在别的服务器上则无法判断，那里学生自己的用户名和地址等同于课文里的。有必做步骤未通过，或有记录读不出时，退出码是 1。",
	}
	sayGradeArgs   = text.T{EN: "lesson grade wants a lesson and transcripts, as in `byhand lesson grade pop3-read last`.", ZH: "lesson grade 需要课程名和会话记录，例如 `byhand lesson grade pop3-read last`。"}
	sayGradeForm   = text.T{EN: "--format %s: the formats are %s.", ZH: "--format %s：可用的格式有 %s。"}
	sayGradeFormat = text.T{EN: "how to write the verdicts: %s", ZH: "输出格式：%s"}
	sayGradeSeed   = text.T{EN: "the seed from which the learner's values were drawn", ZH: "生成该学生变量所用的种子"}
	sayGradeClass  = text.T{EN: "the class: FILE.json of `lesson class new`, or a code, with which each learner's seed is CODE/NAME; the name is that of the transcript's folder if the file is named after the lesson, else that of the file", ZH: "班级：`lesson class new` 写出的 FILE.json；或一个代号，这时每个学生的种子是“代号/姓名”。文件以课程命名时姓名取目录名，否则取文件名"}
	sayGradeOn     = text.T{EN: "the sessions were had on a real server, as by `lesson run --on HOST:PORT`; what is not byhand's own machine and names itself otherwise is taken for one anyway", ZH: "这些会话是在真实的服务器上进行的，如 `lesson run --on HOST:PORT`；不在本机、报的也不是练习服务器名字的，自动视为真实的服务器"}
	sayGradeAway   = text.T{EN: "had on another server; what only the lesson's own server can show is unknown", ZH: "在别的服务器上进行；只有本课服务器才看得到的，算无法判断"}
	sayGradeRemark = text.T{EN: "note: %s", ZH: "注意：%s"}
	sayGradeFailed = text.T{EN: "Transcripts that did not pass: %d of %d.", ZH: "%[2]d 份会话记录中有 %[1]d 份未通过。"}
	sayAnd         = text.T{EN: "; ", ZH: "；"}
	sayGradePoints = text.T{EN: "%s  %s  points %d of %d, unknown %d", ZH: "%s  %s  得分 %d／%d，无法判断 %d"}
)
