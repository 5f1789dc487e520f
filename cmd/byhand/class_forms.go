package main

import (
	"encoding/json"

	"byhand/lessons"
)

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

// gradeClassroom writes the result of a runner of GitHub Classroom's autograding, with the points of each step.
// That form has no word for what is unknown: it earns nothing there, and says so.
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
			t := classroomTest{Name: g.File + ": " + s.Step, Status: "fail", Message: a.missing(s), Line: s.Line}
			switch s.Verdict {
			case lessons.VerdictPassed:
				t.Status, t.Score = "pass", s.Points
			case lessons.VerdictUnknown:
				t.Status, t.Message = "error", verdictWords[s.Verdict].In(a.lang)
			}
			r.Max += s.Points
			r.Tests = append(r.Tests, t)
		}
	}
	return indented(a, r)
}

// gradeXAPI writes a list of statements (Experience API 1.0.3): one a step that is known, and one for the lesson.
// Nothing is sent anywhere.
func gradeXAPI(a *app, l *lessons.Lesson, all []*graded) error {
	type table = map[string]any
	list := []table{}
	for _, g := range all {
		if g.Err != nil {
			continue // nothing is known of it; the exit status tells
		}
		add := func(object, name string, passed bool, result table) {
			verb := "failed"
			if passed {
				verb = "passed"
			}
			result["success"] = passed
			list = append(list, table{
				"actor":  table{"objectType": "Agent", "account": table{"homePage": "http://practice.test/", "name": g.File}},
				"verb":   table{"id": "http://adlnet.gov/expapi/verbs/" + verb, "display": table{"en": verb}},
				"object": table{"objectType": "Activity", "id": "urn:byhand:" + object, "definition": table{"name": table{"en": name}}},
				"result": result,
			})
		}
		for _, s := range g.Steps {
			if s.Verdict != lessons.VerdictUnknown {
				add(l.ID+":"+s.Step, s.Step, s.Verdict == lessons.VerdictPassed, table{})
			}
		}
		earned, _, points := g.points()
		add(l.ID, l.ID, !g.failed(), table{"score": table{"raw": earned, "min": 0, "max": points}})
	}
	return indented(a, list)
}

func indented(a *app, v any) error {
	e := json.NewEncoder(a.out)
	e.SetIndent("", "  ")
	return e.Encode(v)
}
