package main

import (
	"cmp"
	"context"
	"io/fs"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"byhand/lessons"
	"byhand/session/annotate"
	"byhand/session/text"

	"github.com/spf13/cobra"
)

// classReport is what the transcripts of a class show.
type classReport struct {
	Learners []*learnerReport `json:"learners"`
	Steps    []*stepReport    `json:"steps"`
	Advice   []*adviceReport  `json:"advice"`
	Remarks  []string         `json:"remarks"`
	Broken   []string         `json:"broken"`
}

// learnerReport is how far a learner came, by lesson.
type learnerReport struct {
	Learner string                `json:"learner"`
	Lessons map[string]*lessonRow `json:"lessons"`
}

// lessonRow counts the steps of one learner's best transcript of a lesson. What nobody can tell is in neither number.
type lessonRow struct {
	Transcript string `json:"transcript"`
	Passed     int    `json:"passed"`
	Of         int    `json:"of"`
}

// stepReport is how a class did in one step.
type stepReport struct {
	Lesson  string   `json:"lesson"`
	Step    string   `json:"step"`
	Passed  int      `json:"passed"`
	Failed  int      `json:"failed"`
	Unknown int      `json:"unknown"`
	Median  float64  `json:"median_seconds"` // of those who passed it; 0 where no transcript holds times
	Stuck   []string `json:"stuck"`          // learners for whom it is the first step that failed

	took []time.Duration
}

// adviceReport is how often one advice was given.
type adviceReport struct {
	ID       string `json:"id"`
	Text     string `json:"text"`
	Times    int    `json:"times"`
	Learners int    `json:"learners"`

	whom map[string]bool
}

// reportLesson tells of a directory of transcripts who is stuck where.
func (a *app) reportLesson() *cobra.Command {
	format, only, class := "table", "", ""
	cmd := &cobra.Command{
		Use:   "report DIR",
		Short: sayReportShort.In(a.lang),
		Long:  sayReportLong.In(a.lang),
		Args:  words(1, 1, sayReportArgs),
		RunE: func(cmd *cobra.Command, args []string) error {
			write := map[string]func(*classReport) error{"table": a.reportTable, "csv": a.reportCSV, "json": func(r *classReport) error { return indented(a, r) }}[format]
			if write == nil {
				return usage(sayGradeForm.With(format, "table, csv, json"))
			}
			c, err := a.classOf(class)
			if err != nil {
				return err
			}
			r, err := a.report(cmd.Context(), args[0], only, c)
			if err != nil {
				return err
			}
			if err := write(r); err != nil {
				return err
			}
			if len(r.Broken) > 0 {
				return &failure{what: sayReportBroken.With(len(r.Broken))}
			}
			return nil
		},
	}
	cmd.Flags().StringVar(&format, "format", format, sayGradeFormat.With("table, csv, json").In(a.lang))
	cmd.Flags().StringVar(&only, "lesson", "", sayReportLesson.In(a.lang))
	cmd.Flags().StringVar(&class, "class", "", sayGradeClass.In(a.lang))
	return cmd
}

// handed is one file of those handed in.
type handed struct {
	path, learner string
	lesson        *lessons.Lesson
}

// handedIn lists the transcripts below dir, with lesson and learner; what belongs to no lesson is broken.
func (a *app) handedIn(dir, only string) (all []handed, broken []string, err error) {
	broken = []string{}
	err = filepath.WalkDir(dir, func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		id, _, _ := strings.Cut(d.Name(), ".")
		l, err := a.loadLesson(cmp.Or(only, id))
		if err != nil {
			what, _ := a.told(err)
			broken = append(broken, path+": "+what)
			return nil
		}
		inside, err := filepath.Rel(dir, path)
		if err == nil {
			all = append(all, handed{path, learnerOf(inside, l.ID), l})
		}
		return err
	})
	return all, broken, err
}

// report grades all transcripts below dir.
func (a *app) report(ctx context.Context, dir, only string, c *class) (*classReport, error) {
	all, broken, err := a.handedIn(dir, only)
	r := &classReport{Learners: []*learnerReport{}, Steps: []*stepReport{}, Advice: []*adviceReport{}, Remarks: []string{}, Broken: broken}
	for _, h := range all {
		c.note(h.learner)
	}
	var good []*graded
	for _, h := range all {
		g := a.grade(ctx, h.lesson, h.path, h.learner, grading{class: c})
		if g.Err != nil {
			r.Broken = append(r.Broken, a.broken(g))
			continue
		}
		r.add(a, h.lesson, g)
		good = append(good, g)
	}
	twins(good)
	for _, g := range good {
		for _, remark := range a.remarks(g) {
			r.Remarks = append(r.Remarks, visible(g.File)+": "+remark)
		}
	}
	for _, s := range r.Steps {
		s.Median = median(s.took)
	}
	for _, one := range r.Advice {
		one.Learners = len(one.whom)
	}
	slices.SortStableFunc(r.Advice, func(x, y *adviceReport) int { return cmp.Compare(y.Times, x.Times) })
	return r, err
}

// add counts one transcript.
func (r *classReport) add(a *app, l *lessons.Lesson, g *graded) {
	row, stuck := &lessonRow{Transcript: g.File}, false
	for _, s := range g.Steps {
		c := r.step(l.ID, s.Step)
		switch s.Verdict {
		case lessons.VerdictPassed:
			c.Passed++
			row.Passed, row.Of = row.Passed+1, row.Of+1
			if s.Took > 0 {
				c.took = append(c.took, s.Took)
			}
		case lessons.VerdictUnknown:
			c.Unknown++
		default:
			c.Failed++
			if s.Optional {
				continue
			}
			row.Of++
			if !stuck {
				c.Stuck, stuck = append(c.Stuck, g.Learner), true
			}
		}
	}
	who := r.learner(g.Learner)
	if best := who.Lessons[l.ID]; best == nil || best.Passed < row.Passed {
		who.Lessons[l.ID] = row
	}
	for _, n := range g.Tips {
		one := r.advice(a, n)
		one.Times++
		one.whom[g.Learner] = true
	}
}

func (r *classReport) step(lesson, name string) *stepReport {
	for _, s := range r.Steps {
		if s.Lesson == lesson && s.Step == name {
			return s
		}
	}
	s := &stepReport{Lesson: lesson, Step: name, Stuck: []string{}}
	r.Steps = append(r.Steps, s)
	return s
}

func (r *classReport) learner(name string) *learnerReport {
	for _, l := range r.Learners {
		if l.Learner == name {
			return l
		}
	}
	l := &learnerReport{Learner: name, Lessons: map[string]*lessonRow{}}
	r.Learners = append(r.Learners, l)
	return l
}

func (r *classReport) advice(a *app, n annotate.Note) *adviceReport {
	for _, one := range r.Advice {
		if one.ID == n.ID {
			return one
		}
	}
	one := &adviceReport{ID: n.ID, Text: n.Text.In(a.lang), whom: map[string]bool{}}
	r.Advice = append(r.Advice, one)
	return one
}

// median gives the middle of some times in seconds, the lower of two; 0 of none.
func median(took []time.Duration) float64 {
	if len(took) == 0 {
		return 0
	}
	slices.Sort(took)
	return took[(len(took)-1)/2].Round(time.Second / 10).Seconds()
}

var (
	sayReportShort = text.T{EN: "tell who of a class is stuck where", ZH: "查看班里谁卡在哪一步"}
	sayReportLong  = text.T{
		EN: "Grades each transcript in DIR, and shows how far each learner came, who is stuck where, which steps took longest and which advice was given most. The lesson is named by the file and the learner by its folder: amy/pop3-read.rec.jsonl; with --lesson all files are of that lesson, and amy.rec.jsonl is amy's. Of several transcripts of one lesson the best counts. A file that cannot be read is told of, and does not hide the others.",
		ZH: "给目录里每份会话记录评分，列出每个学生的进度、谁卡在哪一步、哪些步骤最费时、哪些提示给得最多。课程由文件名决定，学生由所在目录决定，如 amy/pop3-read.rec.jsonl；用 --lesson 统一指定课程时，amy.rec.jsonl 就是 amy 的。同一课有多份记录时取最好的一份。读不出的文件会列出，不影响其他文件。",
	}
	sayReportArgs   = text.T{EN: "lesson report wants a directory, as in `byhand lesson report handed-in`.", ZH: "lesson report 需要一个目录，例如 `byhand lesson report handed-in`。"}
	sayReportLesson = text.T{EN: "the lesson of all files", ZH: "所有文件所属的课程"}
	sayReportBroken = text.T{EN: "Files that could not be graded: %d.", ZH: "无法评分的文件：%d 个。"}
)
