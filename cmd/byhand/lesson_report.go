package main

import (
	"cmp"
	"encoding/csv"
	"fmt"
	"io/fs"
	"path/filepath"
	"slices"
	"strconv"
	"strings"

	"byhand/lessons"
	"byhand/session/text"

	"github.com/spf13/cobra"
)

// stepCount is how a class did in one step.
type stepCount struct {
	Lesson  string   `json:"lesson"`
	Step    string   `json:"step"`
	Passed  int      `json:"passed"`
	Failed  int      `json:"failed"`
	Unknown int      `json:"unknown"`
	Stuck   []string `json:"stuck"` // transcripts in which it is the first step that failed
}

// classReport is what the transcripts of a class show.
type classReport struct {
	Steps  []*stepCount `json:"steps"`
	Broken []string     `json:"broken"`
}

// reportLesson tells of a directory of transcripts who is stuck where.
func (a *app) reportLesson() *cobra.Command {
	format, only := "table", ""
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
			r := &classReport{Steps: []*stepCount{}, Broken: []string{}}
			err := filepath.WalkDir(args[0], func(path string, d fs.DirEntry, err error) error {
				if err != nil || d.IsDir() {
					return err
				}
				id, _, _ := strings.Cut(d.Name(), ".")
				l, err := a.loadLesson(cmp.Or(only, id))
				if err != nil {
					what, _ := a.told(err)
					r.Broken = append(r.Broken, path+": "+what)
					return nil
				}
				r.add(a, l, a.grade(cmd.Context(), l, path, ""))
				return nil
			})
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
	return cmd
}

// add counts one transcript.
func (r *classReport) add(a *app, l *lessons.Lesson, g *graded) {
	if g.Err != nil {
		r.Broken = append(r.Broken, g.File+": "+a.broken(g))
	}
	stuck := false
	for _, s := range g.Steps {
		i := slices.IndexFunc(r.Steps, func(c *stepCount) bool { return c.Lesson == l.ID && c.Step == s.Step })
		if i < 0 {
			i = len(r.Steps)
			r.Steps = append(r.Steps, &stepCount{Lesson: l.ID, Step: s.Step, Stuck: []string{}})
		}
		c := r.Steps[i]
		switch s.Verdict {
		case lessons.VerdictPassed:
			c.Passed++
		case lessons.VerdictUnknown:
			c.Unknown++
		default:
			c.Failed++
			if !stuck && !s.Optional {
				c.Stuck, stuck = append(c.Stuck, g.File), true
			}
		}
	}
}

func (a *app) reportTable(r *classReport) error {
	for _, c := range r.Steps {
		fmt.Fprintln(a.out, sayReportRow.With(c.Lesson, c.Step, c.Passed, c.Failed, c.Unknown).In(a.lang))
		for _, f := range c.Stuck {
			fmt.Fprintln(a.out, "  "+sayReportStuck.With(visible(f)).In(a.lang))
		}
	}
	for _, b := range r.Broken {
		fmt.Fprintln(a.out, visible(b))
	}
	return nil
}

func (a *app) reportCSV(r *classReport) error {
	rows := [][]string{{"lesson", "step", "passed", "failed", "unknown", "stuck", "error"}}
	for _, c := range r.Steps {
		rows = append(rows, []string{c.Lesson, c.Step, strconv.Itoa(c.Passed), strconv.Itoa(c.Failed), strconv.Itoa(c.Unknown), strings.Join(c.Stuck, " "), ""})
	}
	for _, b := range r.Broken {
		rows = append(rows, []string{"", "", "", "", "", "", b})
	}
	return csv.NewWriter(a.out).WriteAll(rows)
}

var (
	sayReportShort = text.T{EN: "tell who of a class is stuck where", ZH: "查看班里谁卡在哪一步"}
	sayReportLong  = text.T{
		EN: "Grades each transcript in DIR. The lesson is named by the file: amy/pop3-read.rec.jsonl; or by --lesson for all files. A file that cannot be read is told of, and does not hide the others.",
		ZH: "给目录里每份会话记录评分。课程由文件名决定，如 amy/pop3-read.rec.jsonl；也可用 --lesson 统一指定。读不出的文件会列出，不影响其他文件。",
	}
	sayReportArgs   = text.T{EN: "lesson report wants a directory, as in `byhand lesson report handed-in`.", ZH: "lesson report 需要一个目录，例如 `byhand lesson report handed-in`。"}
	sayReportLesson = text.T{EN: "the lesson of all files", ZH: "所有文件所属的课程"}
	sayReportBroken = text.T{EN: "Files that could not be graded: %d.", ZH: "无法评分的文件：%d 个。"}
	sayReportRow    = text.T{EN: "%s  %s  passed %d, failed %d, unknown %d", ZH: "%s  %s  通过 %d，未通过 %d，无法判断 %d"}
	sayReportStuck  = text.T{EN: "stuck: %s", ZH: "卡住：%s"}
)
