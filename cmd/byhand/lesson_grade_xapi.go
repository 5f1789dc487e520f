package main

import (
	"crypto/sha1" // names of statements, no secrets (RFC 9562 §5.5)
	"fmt"
	"math"
	"net/url"
	"strconv"
	"time"

	"byhand/lessons"
	"byhand/session/text"
)

// A statement of the Experience API 1.0.3 (its part two, §2.4). Empty members are left out, as §2.2 wants it.
type statement struct {
	ID        string       `json:"id"`
	Actor     xapiActor    `json:"actor"`
	Verb      xapiVerb     `json:"verb"`
	Object    xapiActivity `json:"object"`
	Result    *xapiResult  `json:"result,omitempty"`
	Context   xapiContext  `json:"context"`
	Timestamp string       `json:"timestamp,omitempty"`
	Version   string       `json:"version"`
}

type xapiActor struct {
	Type    string      `json:"objectType"`
	Account xapiAccount `json:"account"`
}

type xapiAccount struct {
	Home string `json:"homePage"`
	Name string `json:"name"`
}

type xapiVerb struct {
	ID      string            `json:"id"`
	Display map[string]string `json:"display"`
}

type xapiActivity struct {
	Type       string          `json:"objectType"`
	ID         string          `json:"id"`
	Definition *xapiDefinition `json:"definition,omitempty"`
}

type xapiDefinition struct {
	Name map[string]string `json:"name"`
	Type string            `json:"type"`
}

type xapiResult struct {
	Score      *xapiScore `json:"score,omitempty"`
	Success    *bool      `json:"success,omitempty"`
	Completion *bool      `json:"completion,omitempty"`
	Duration   string     `json:"duration,omitempty"`
}

type xapiScore struct {
	Scaled float64 `json:"scaled"`
	Raw    int     `json:"raw"`
	Min    int     `json:"min"`
	Max    int     `json:"max"`
}

type xapiContext struct {
	Registration string                    `json:"registration"`
	Platform     string                    `json:"platform"`
	Language     string                    `json:"language"`
	Activities   map[string][]xapiActivity `json:"contextActivities"`
}

// The names of xAPI's registry that are used.
const (
	adlVerbs      = "http://adlnet.gov/expapi/verbs/"
	adlActivities = "http://adlnet.gov/expapi/activities/"
)

// xapiVerbs are the verbs with their names for people.
var xapiVerbs = map[string]text.T{
	"attempted": {EN: "attempted", ZH: "尝试了"},
	"answered":  {EN: "answered", ZH: "回答了"},
	"passed":    {EN: "passed", ZH: "通过了"},
	"failed":    {EN: "failed", ZH: "未通过"},
	"completed": {EN: "completed", ZH: "完成了"},
}

// xapiWriter makes the statements on one transcript.
type xapiWriter struct {
	a    *app
	l    *lessons.Lesson
	g    *graded
	made []statement
}

// gradeXAPI writes a list of statements: that the lesson was attempted, what became of each step that is known, the questions that were
// answered, and whether the lesson was passed and completed. The same transcript gives the same ids, so that a store takes each statement
// once. Nothing is sent anywhere.
func gradeXAPI(a *app, l *lessons.Lesson, all []*graded) error {
	list := []statement{}
	for _, g := range all {
		if g.Err != nil {
			continue // nothing is known of it; the exit status tells
		}
		w := &xapiWriter{a: a, l: l, g: g}
		w.write()
		list = append(list, w.made...)
	}
	return indented(a, list)
}

func (w *xapiWriter) write() {
	w.add("attempted", w.lesson(), 0, nil)
	for _, s := range w.g.Steps {
		if s.Verdict == lessons.VerdictUnknown {
			continue
		}
		passed := s.Verdict == lessons.VerdictPassed
		earned := 0
		if passed {
			earned = s.Points
		}
		w.add(verdictVerb(passed), w.part(s.Step, "objective"), s.At, &xapiResult{Score: scored(earned, s.Points), Success: &passed, Duration: isoDuration(s.Took)})
	}
	for _, q := range w.g.Answers {
		w.add("answered", w.part(q.Step, "question"), q.At, &xapiResult{Success: &q.Right})
	}
	earned, unknown, all := w.g.points()
	passed := !w.g.failed()
	took := isoDuration(w.g.Took)
	w.add(verdictVerb(passed), w.lesson(), w.g.Took, &xapiResult{Score: scored(earned, all-unknown), Success: &passed, Completion: &passed, Duration: took})
	if passed {
		w.add("completed", w.lesson(), w.g.Took, &xapiResult{Completion: &passed, Duration: took})
	}
}

func verdictVerb(passed bool) string {
	if passed {
		return "passed"
	}
	return "failed"
}

// scored gives a score; none where there are no points, for its highest must be above its lowest.
func scored(earned, of int) *xapiScore {
	if of <= 0 {
		return nil
	}
	return &xapiScore{Scaled: math.Round(float64(earned)/float64(of)*10000) / 10000, Raw: earned, Max: of}
}

// isoDuration writes a duration as ISO 8601 §4.4.3.2 has it, to a hundredth of a second; "" for one that nobody knows.
func isoDuration(d time.Duration) string {
	if d <= 0 {
		return ""
	}
	return "PT" + strconv.FormatFloat(d.Round(10*time.Millisecond).Seconds(), 'f', -1, 64) + "S"
}

// add makes one statement, of what came to be at a time after the recording began.
func (w *xapiWriter) add(verb string, object xapiActivity, at time.Duration, result *xapiResult) {
	s := statement{
		ID:     w.uuid(verb + " " + object.ID),
		Actor:  xapiActor{"Agent", xapiAccount{"http://practice.test/" + url.PathEscape(w.g.Class), w.g.Learner}},
		Verb:   xapiVerb{adlVerbs + verb, map[string]string{"en": xapiVerbs[verb].EN, "zh": xapiVerbs[verb].ZH}},
		Object: object, Result: result, Version: "1.0.3",
		Context: xapiContext{Registration: w.uuid("session"), Platform: "byhand", Language: w.a.lang.String(), Activities: map[string][]xapiActivity{
			"grouping": {{Type: "Activity", ID: "urn:byhand"}}}},
	}
	if object.ID != w.lesson().ID {
		s.Context.Activities["parent"] = []xapiActivity{{Type: "Activity", ID: w.lesson().ID}}
	}
	if w.g.timed {
		s.Timestamp = w.g.Start.Add(at).Format("2006-01-02T15:04:05.000Z07:00") // RFC 3339, as xAPI's part two §4.5 asks
	}
	w.made = append(w.made, s)
}

func (w *xapiWriter) lesson() xapiActivity {
	name := map[string]string{"en": w.l.Title.In(text.EN), "zh": w.l.Title.In(text.ZH)}
	return xapiActivity{"Activity", "urn:byhand:" + w.l.ID, &xapiDefinition{name, adlActivities + "lesson"}}
}

func (w *xapiWriter) part(step, kind string) xapiActivity {
	return xapiActivity{"Activity", "urn:byhand:" + w.l.ID + ":" + step, &xapiDefinition{map[string]string{"en": step, "zh": step}, adlActivities + kind}}
}

// uuid gives a name-based UUID (version 5, RFC 9562 §5.5) for something about this learner's session.
func (w *xapiWriter) uuid(of string) string {
	h := sha1.New()
	fmt.Fprintf(h, "byhand\x00%x\x00%s\x00%s\x00%s", w.g.print, w.g.Learner, w.l.ID, of)
	u := h.Sum(nil)[:16]
	u[6], u[8] = u[6]&0x0f|0x50, u[8]&0x3f|0x80
	return fmt.Sprintf("%x-%x-%x-%x-%x", u[:4], u[4:6], u[6:8], u[8:10], u[10:])
}
