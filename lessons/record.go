package lessons

import (
	"bytes"
	"cmp"
	"encoding/json"
	"slices"
	"strings"
	"time"

	"byhand/session/text"
)

// A Record is what became of one step, as a learner's progress keeps it: one line of JSON. Lines of earlier versions
// have no hash, seconds or transcript.
type Record struct {
	Time       time.Time `json:"time"`
	Lesson     string    `json:"lesson"`
	Step       string    `json:"step"` // its id, or its number where the author gave none
	Hash       string    `json:"hash"` // of what the step asks for (TextHash); "" if nobody noted it
	Result     Result    `json:"result"`
	Tries      int       `json:"tries"` // refusals before it passed
	Hints      int       `json:"hints"`
	Seconds    float64   `json:"seconds"`
	Transcript string    `json:"transcript"` // the kept session, by the name under which it is found; "" if it was not kept
	Lang       string    `json:"lang"`

	line string // as it was read; what a later version wrote into it stays
}

// Line gives the record as a line of JSON, with its line end: as it was read, or anew.
func (r Record) Line() string {
	if r.line != "" {
		return r.line + "\n"
	}
	line, _ := json.Marshal(r) // strings, numbers and a time that was read or is now
	return string(line) + "\n"
}

// key is the same for lines that say the same, whatever the order of their fields.
func (r Record) key() string {
	d := json.NewDecoder(strings.NewReader(r.Line()))
	d.UseNumber()
	var fields map[string]any
	_ = d.Decode(&fields) // a line that was read is an object, and so is one that Line made
	key, _ := json.Marshal(fields)
	return string(key)
}

// Records reads a learner's progress; file is its name in messages. Lines that are none come as errors, each with its
// text, and hide no other. Empty lines are nothing.
func Records(file string, src []byte) (all []Record, errs Errors) {
	n := 0
	for line := range bytes.Lines(bytes.TrimPrefix(src, []byte("\ufeff"))) {
		n++
		line = bytes.TrimSpace(line)
		if len(line) == 0 {
			continue
		}
		r, why := record(line)
		if !why.Empty() {
			shown := string(line)
			if len(shown) > maxShown {
				shown = strings.ToValidUTF8(shown[:maxShown], "") + "…"
			}
			errs = append(errs, &Error{File: file, Line: n, What: sayNoRecord.With(shown), Hint: why, Text: string(line)})
			continue
		}
		all = append(all, r)
	}
	return all, errs
}

// maxShown is how many bytes of a bad line are shown.
const maxShown = 120

// record reads one line; why is not empty if it is no record.
func record(line []byte) (r Record, why text.Said) {
	r.line = string(line)
	if err := json.Unmarshal(line, &r); err != nil {
		return r, sayNoRecordJSON.With(err)
	}
	switch {
	case r.Lesson == "":
		return r, sayNoRecordKey.With("lesson")
	case r.Step == "":
		return r, sayNoRecordKey.With("step")
	case r.Time.IsZero():
		return r, sayNoRecordKey.With("time")
	case resultWords[r.Result].EN == "":
		return r, sayNoRecordResult.With(string(r.Result))
	case r.Tries < 0 || r.Hints < 0 || r.Seconds < 0:
		return r, sayNoRecordNumber.With()
	}
	return r, why
}

// Unknown gives those of more that are not among own, each once and in their order: what there is to add.
func Unknown(own, more []Record) (added []Record) {
	known := map[string]bool{}
	for _, r := range own {
		known[r.key()] = true
	}
	for _, r := range more {
		if k := r.key(); !known[k] {
			known[k] = true
			added = append(added, r)
		}
	}
	return added
}

// A Standing is where a learner stands with one step.
type Standing struct {
	Step    *Step   // nil if the lesson has it no more
	Record  *Record // of the last time; nil if it was never passed
	Changed bool    // what the step asks for has changed since
}

// Standing tells of each step of the lesson where a learner stands, and then of the steps that were passed and are
// there no more.
func (l *Lesson) Standing(records []Record) (all []Standing) {
	last := map[string]*Record{}
	var gone []string
	for _, r := range byTime(records) {
		if r.Lesson != l.ID {
			continue
		}
		if last[r.Step] == nil && !slices.ContainsFunc(l.Steps, func(s *Step) bool { return s.Name() == r.Step }) {
			gone = append(gone, r.Step)
		}
		last[r.Step] = &r
	}
	for _, s := range l.Steps {
		r := last[s.Name()]
		all = append(all, Standing{Step: s, Record: r, Changed: r != nil && r.Hash != "" && r.Hash != l.TextHash(s)})
	}
	for _, name := range gone {
		all = append(all, Standing{Record: last[name]})
	}
	return all
}

// Reached gives the step that comes after the one passed last, and when that was: 0 for a lesson that was not begun, or
// was taken to its end.
func (l *Lesson) Reached(records []Record) (at int, when time.Time) {
	for _, r := range byTime(records) {
		i := slices.IndexFunc(l.Steps, func(s *Step) bool { return s.Name() == r.Step })
		if r.Lesson == l.ID && i >= 0 {
			at, when = (i+1)%len(l.Steps), r.Time
		}
	}
	return at, when
}

// byTime gives records in the order of their times: a merged file has them in the order of its merging.
func byTime(records []Record) []Record {
	return slices.SortedStableFunc(slices.Values(records), func(a, b Record) int { return a.Time.Compare(b.Time) })
}

// TextHash gives eight hexadecimal digits of what a step says and asks for, in the lesson's own language. They change
// when the author changes the step; translations, hints and advice leave them as they are.
func (l *Lesson) TextHash(s *Step) string {
	own := func(p Prose) string { return cmp.Or(p.Own, p.T.EN, p.T.ZH) }
	parts := []string{own(s.Say)}
	for _, line := range s.Do {
		parts = append(parts, line.Text)
		if line.Want != nil {
			parts = append(parts, arrow+line.Want.Text)
		}
	}
	if s.Ask != nil {
		parts = append(parts, own(s.Ask.Q), s.Ask.Answer)
		for _, c := range s.Ask.Choices {
			parts = append(parts, own(c))
		}
	}
	return hash(strings.Join(parts, "\x00"))
}

// In gives the word for a result.
func (r Result) In(lang text.Lang) string { return strings.TrimSpace(resultWords[r].In(lang)) }

// What is said of lines that are no records.
var (
	sayNoRecord       = text.T{EN: "this is no result of a step: %s", ZH: "这一行不是步骤的成绩：%s"}
	sayNoRecordJSON   = text.T{EN: "a line of progress is a JSON object (%v)", ZH: "进度的每一行是一个 JSON 对象（%v）"}
	sayNoRecordKey    = text.T{EN: "it has no %q", ZH: "缺少 %q"}
	sayNoRecordResult = text.T{EN: "its result is %q, and should be done, helped, shown or skipped", ZH: "result 是 %q，应为 done、helped、shown 或 skipped"}
	sayNoRecordNumber = text.T{EN: "a number in it is less than nothing", ZH: "其中有负数"}
)
