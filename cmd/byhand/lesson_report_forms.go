package main

import (
	"cmp"
	"encoding/csv"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"

	"byhand/session/render"
	"byhand/session/text"
)

// shownInReport is how many of the slowest steps and of the commonest advices people are shown; the other forms have all.
const shownInReport = 5

// reportTable writes the report for people.
func (a *app) reportTable(r *classReport) error {
	var b strings.Builder
	b.WriteString(a.progressTable(r))
	part(&b, sayReportStuck.In(a.lang), r.Steps, func(s *stepReport) string {
		if len(s.Stuck) == 0 {
			return ""
		}
		return s.Lesson + " / " + s.Step + "  " + visible(strings.Join(s.Stuck, ", "))
	})
	slow := slices.Clone(r.Steps)
	slices.SortStableFunc(slow, func(x, y *stepReport) int { return cmp.Compare(y.Median, x.Median) })
	part(&b, sayReportSlow.In(a.lang), slow[:min(len(slow), shownInReport)], func(s *stepReport) string {
		if s.Median == 0 {
			return ""
		}
		return s.Lesson + " / " + s.Step + "  " + sayTook.With(s.Median).In(a.lang)
	})
	part(&b, sayReportAdvice.In(a.lang), r.Advice[:min(len(r.Advice), shownInReport)], func(one *adviceReport) string {
		return one.ID + "  " + sayGiven.With(one.Times, one.Learners).In(a.lang) + " " + visible(one.Text)
	})
	part(&b, sayReportRemarks.In(a.lang), r.Remarks, func(line string) string { return line })
	for i, line := range r.Broken {
		if i == 0 {
			b.WriteString("\n")
		}
		b.WriteString(visible(line) + "\n")
	}
	return a.page(a.out, b.String())
}

// part writes a heading and the lines that are not empty; nothing if all are.
func part[T any](b *strings.Builder, heading string, all []T, line func(T) string) {
	for _, one := range all {
		s := line(one)
		if s == "" {
			continue
		}
		if heading != "" {
			b.WriteString("\n" + heading + "\n")
			heading = ""
		}
		b.WriteString("  " + s + "\n")
	}
}

// progressTable writes a row for each learner and a column for each lesson; where the window is too narrow for that, the lessons of a
// learner stand one after the other.
func (a *app) progressTable(r *classReport) string {
	ids := map[string]bool{}
	for _, l := range r.Learners {
		for id := range l.Lessons {
			ids[id] = true
		}
	}
	lessons := slices.Sorted(maps.Keys(ids))
	table := [][]string{append([]string{sayLearner.In(a.lang)}, lessons...)}
	for _, l := range r.Learners {
		row := []string{visible(l.Learner)}
		for _, id := range lessons {
			row = append(row, a.cell(l.Lessons[id]))
		}
		table = append(table, row)
	}
	text, wide := columns(table)
	if limit := a.width(a.out)(); limit == 0 || wide <= limit {
		return text
	}
	var b strings.Builder
	for _, l := range r.Learners {
		var all []string
		for _, id := range lessons {
			if l.Lessons[id] != nil {
				all = append(all, id+" "+a.cell(l.Lessons[id]))
			}
		}
		b.WriteString(visible(l.Learner) + "  " + strings.Join(all, ", ") + "\n")
	}
	return b.String()
}

func (a *app) cell(r *lessonRow) string {
	switch {
	case r == nil:
		return "-"
	case r.Passed == r.Of:
		return sayReportDone.In(a.lang)
	}
	return fmt.Sprintf("%d/%d", r.Passed, r.Of)
}

// columns aligns the cells of a table by the columns that they take on a screen, and gives the width of its widest row.
func columns(table [][]string) (text string, wide int) {
	width := map[int]int{}
	for _, row := range table {
		for i, cell := range row {
			width[i] = max(width[i], render.Width(cell))
		}
	}
	var b strings.Builder
	for _, row := range table {
		line := ""
		for i, cell := range row {
			line += cell + strings.Repeat(" ", width[i]-render.Width(cell)+2)
		}
		line = strings.TrimRight(line, " ")
		wide = max(wide, render.Width(line))
		b.WriteString(line + "\n")
	}
	return b.String(), wide
}

// reportCSV writes a row for each learner and lesson, then for each step, each advice, each remark, and each file that could not be read.
func (a *app) reportCSV(r *classReport) error {
	rows := [][]string{{"kind", "learner", "lesson", "step", "passed", "failed", "unknown", "median_seconds", "stuck", "advice", "times", "learners", "transcript", "error", "text"}}
	add := func(kind string, cells map[string]string) {
		row := []string{kind}
		for _, name := range rows[0][1:] {
			row = append(row, cells[name])
		}
		rows = append(rows, row)
	}
	for _, l := range r.Learners {
		for _, id := range slices.Sorted(maps.Keys(l.Lessons)) {
			c := l.Lessons[id]
			add("learner", map[string]string{"learner": l.Learner, "lesson": id, "passed": strconv.Itoa(c.Passed), "failed": strconv.Itoa(c.Of - c.Passed), "transcript": c.Transcript})
		}
	}
	for _, s := range r.Steps {
		add("step", map[string]string{"lesson": s.Lesson, "step": s.Step, "passed": strconv.Itoa(s.Passed), "failed": strconv.Itoa(s.Failed), "unknown": strconv.Itoa(s.Unknown),
			"median_seconds": strconv.FormatFloat(s.Median, 'f', -1, 64), "stuck": strings.Join(s.Stuck, " ")})
	}
	for _, one := range r.Advice {
		add("advice", map[string]string{"advice": one.ID, "times": strconv.Itoa(one.Times), "learners": strconv.Itoa(one.Learners), "text": visible(one.Text)})
	}
	for _, line := range r.Remarks {
		add("remark", map[string]string{"text": line})
	}
	for _, line := range r.Broken {
		add("error", map[string]string{"error": line})
	}
	return csv.NewWriter(a.out).WriteAll(rows)
}

var (
	sayLearner       = text.T{EN: "learner", ZH: "学生"}
	sayReportDone    = text.T{EN: "done", ZH: "完成"}
	sayReportStuck   = text.T{EN: "Stuck at:", ZH: "卡在："}
	sayReportSlow    = text.T{EN: "Slowest steps (half of those who passed took longer):", ZH: "最费时的步骤（通过的人里有一半用时更长）："}
	sayReportAdvice  = text.T{EN: "Commonest advice:", ZH: "给得最多的提示："}
	sayReportRemarks = text.T{EN: "To look at:", ZH: "需要留意："}
	sayTook          = text.T{EN: "%.1f s", ZH: "%.1f 秒"}
	sayGiven         = text.T{EN: "%d times, learners: %d.", ZH: "%d 次，涉及 %d 人。"}
)
