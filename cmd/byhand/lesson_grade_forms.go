package main

import (
	"encoding/csv"
	"encoding/json"
	"encoding/xml"
	"fmt"
	"strconv"
	"strings"

	"byhand/lessons"
)

// gradeForms are the ways to write verdicts; gradeFormNames is their order in messages.
var (
	gradeForms = map[string]func(*app, *lessons.Lesson, []*graded) error{
		"table": gradeTable, "csv": gradeCSV, "json": gradeJSON, "junit": gradeJUnit, "tap": gradeTAP,
		"github-classroom": gradeClassroom, "xapi": gradeXAPI,
	}
	gradeFormNames = []string{"table", "csv", "json", "junit", "tap", "github-classroom", "xapi"}
)

// gradeCSV writes a row a step. A transcript that could not be read is a row without a step.
func gradeCSV(a *app, l *lessons.Lesson, all []*graded) error {
	w := csv.NewWriter(a.out)
	rows := [][]string{{"transcript", "learner", "lesson", "step", "verdict", "points", "missing", "remarks"}}
	for _, g := range all {
		if g.Err != nil {
			rows = append(rows, []string{g.File, g.Learner, l.ID, "", "error", "0", a.broken(g), ""})
		}
		remarks := strings.Join(a.remarks(g), sayAnd.In(a.lang))
		for _, s := range g.Steps {
			rows = append(rows, []string{g.File, g.Learner, l.ID, s.Step, string(s.Verdict), strconv.Itoa(s.Points), a.missing(s), remarks})
		}
	}
	return w.WriteAll(rows)
}

type jsonStep struct {
	Step    string `json:"step"`
	Verdict string `json:"verdict"`
	Points  int    `json:"points"`
	Missing string `json:"missing,omitempty"`
}

type jsonGrade struct {
	Transcript string     `json:"transcript"`
	Learner    string     `json:"learner"`
	Lesson     string     `json:"lesson"`
	Passed     bool       `json:"passed"`
	Points     int        `json:"points"`
	Unknown    int        `json:"unknown"`
	Max        int        `json:"max"`
	Error      string     `json:"error,omitempty"`
	Remarks    []string   `json:"remarks"`
	Steps      []jsonStep `json:"steps"`
}

func gradeJSON(a *app, l *lessons.Lesson, all []*graded) error {
	list := []jsonGrade{}
	for _, g := range all {
		j := jsonGrade{Transcript: g.File, Learner: g.Learner, Lesson: l.ID, Passed: !g.failed(), Remarks: a.remarks(g), Steps: []jsonStep{}}
		j.Points, j.Unknown, j.Max = g.points()
		if g.Err != nil {
			j.Error = a.broken(g)
		}
		for _, s := range g.Steps {
			j.Steps = append(j.Steps, jsonStep{s.Step, string(s.Verdict), s.Points, a.missing(s)})
		}
		list = append(list, j)
	}
	return indented(a, list)
}

type junitText struct {
	Message string `xml:"message,attr"`
}

type junitCase struct {
	Class   string     `xml:"classname,attr"`
	Name    string     `xml:"name,attr"`
	Error   *junitText `xml:"error"`
	Failure *junitText `xml:"failure"`
	Skipped *junitText `xml:"skipped"`
}

type junitSuite struct {
	Name     string      `xml:"name,attr"`
	Tests    int         `xml:"tests,attr"`
	Failures int         `xml:"failures,attr"`
	Errors   int         `xml:"errors,attr"`
	Skipped  int         `xml:"skipped,attr"`
	Cases    []junitCase `xml:"testcase"`
	Out      string      `xml:"system-out,omitempty"`
}

type junitSuites struct {
	XMLName xml.Name     `xml:"testsuites"`
	Suites  []junitSuite `xml:"testsuite"`
}

// write writes the document that reporters of JUnit read.
func (doc *junitSuites) write(a *app) error {
	b, err := xml.MarshalIndent(doc, "", "  ")
	if err == nil {
		_, err = fmt.Fprintf(a.out, "%s%s\n", xml.Header, b)
	}
	return err
}

// gradeJUnit writes a suite a transcript, a case a step. What is unknown was skipped.
func gradeJUnit(a *app, l *lessons.Lesson, all []*graded) error {
	var doc junitSuites
	for _, g := range all {
		s := junitSuite{Name: l.ID, Out: strings.Join(a.remarks(g), "\n")}
		if g.Err != nil {
			s.Errors++
			s.Cases = append(s.Cases, junitCase{Class: g.File, Name: "transcript", Error: &junitText{a.broken(g)}})
		}
		for _, step := range g.Steps {
			c := junitCase{Class: g.File, Name: step.Step}
			switch {
			case step.Verdict == lessons.VerdictFailed && !step.Optional:
				s.Failures++
				c.Failure = &junitText{a.missing(step)}
			case step.Verdict != lessons.VerdictPassed:
				s.Skipped++
				c.Skipped = &junitText{verdictWords[step.Verdict].In(a.lang)}
			}
			s.Cases = append(s.Cases, c)
		}
		s.Tests = len(s.Cases)
		doc.Suites = append(doc.Suites, s)
	}
	return doc.write(a)
}

// gradeTAP writes TAP 13, a test a step.
func gradeTAP(a *app, _ *lessons.Lesson, all []*graded) error {
	var lines []string
	tests := 0
	for _, g := range all {
		name := func(s string) string { return strings.ReplaceAll(visible(g.File+": "+s), "#", `\#`) }
		if g.Err != nil {
			tests++
			lines = append(lines, fmt.Sprintf("not ok %d - %s", tests, name(a.broken(g))))
		}
		for _, s := range g.Steps {
			tests++
			line := fmt.Sprintf("ok %d - %s", tests, name(s.Step))
			switch {
			case s.Verdict == lessons.VerdictFailed && !s.Optional:
				line = "not " + line
			case s.Verdict != lessons.VerdictPassed:
				line += " # SKIP " + verdictWords[s.Verdict].In(a.lang)
			}
			lines = append(lines, line)
		}
		for _, r := range a.remarks(g) {
			lines = append(lines, "# "+visible(g.File+": "+r))
		}
	}
	_, err := fmt.Fprintf(a.out, "TAP version 13\n1..%d\n%s\n", tests, strings.Join(lines, "\n"))
	return err
}

type classroomTest struct {
	Name    string `json:"name"`
	Status  string `json:"status"` // pass, fail, error
	Score   int    `json:"score"`
	Message string `json:"message,omitempty"`
	Line    int    `json:"line_no"`
}

type classroomResult struct {
	Version int             `json:"version"`
	Status  string          `json:"status"`
	Max     int             `json:"max_score"`
	Tests   []classroomTest `json:"tests"`
}

// gradeClassroom writes the result of a runner of GitHub Classroom's autograding, with the points of each step. That form has no word
// for what is unknown: such a step is left out, and so are its points. An optional step can only earn.
func gradeClassroom(a *app, l *lessons.Lesson, all []*graded) error {
	r := classroomResult{Version: 1, Status: "pass", Tests: []classroomTest{}}
	for _, g := range all {
		if g.failed() {
			r.Status = "fail"
		}
		if g.Err != nil {
			r.Tests = append(r.Tests, classroomTest{Name: g.File, Status: "error", Message: a.broken(g), Line: l.Line})
		}
		for _, s := range g.Steps {
			if s.Verdict == lessons.VerdictUnknown || s.Optional && s.Verdict == lessons.VerdictFailed {
				continue
			}
			t := classroomTest{Name: g.File + ": " + s.Step, Status: "fail", Message: a.missing(s), Line: s.Line}
			if s.Verdict == lessons.VerdictPassed {
				t.Status, t.Score = "pass", s.Points
			}
			r.Max += s.Points
			r.Tests = append(r.Tests, t)
		}
	}
	return indented(a, r)
}

// indented writes JSON for people and programs.
func indented(a *app, v any) error {
	e := json.NewEncoder(a.out)
	e.SetIndent("", "  ")
	e.SetEscapeHTML(false) // addresses have < and >
	return e.Encode(v)
}
