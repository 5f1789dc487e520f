package lessons_test

import (
	"bytes"
	"fmt"
	"strings"
	"testing"
	"time"

	"byhand/lessons"
	"byhand/session/text"
)

const (
	oldLine  = `{"time":"2026-01-02T10:00:00+08:00","lesson":"x","step":"a","result":"done","tries":1,"hints":0,"lang":"zh"}`
	newLine  = `{"time":"2026-01-02T03:00:00Z","lesson":"x","step":"b","hash":"00000000","result":"shown","tries":0,"hints":3,"seconds":12.5,"transcript":"20260102-030000.000000","lang":"en"}`
	sameLine = `{"lang":"zh", "hints":0, "tries":1, "result":"done", "step":"a", "lesson":"x", "time":"2026-01-02T10:00:00+08:00"}`
	later    = `{"time":"2027-01-01T00:00:00Z","lesson":"x","step":"c","result":"helped","tries":0,"hints":1,"lang":"en","mood":"good"}`
)

func TestRecords(t *testing.T) {
	src := "\ufeff" + oldLine + "\r\n\n" + newLine + "\n" + later
	all, errs := lessons.Records("p.jsonl", []byte(src))
	if len(errs) > 0 || len(all) != 3 {
		t.Fatal(all, errs)
	}
	if got, want := all[0].Line()+all[1].Line()+all[2].Line(), oldLine+"\n"+newLine+"\n"+later+"\n"; got != want {
		t.Errorf("lines are written as\n%s", got)
	}
	if r := all[1]; r.Result != lessons.ResultShown || r.Seconds != 12.5 || r.Transcript == "" || r.Result.In(text.ZH) == "" {
		t.Errorf("%+v", r)
	}
}

func TestBadRecords(t *testing.T) {
	for _, c := range []struct{ line, want string }{
		{`hello`, "p.jsonl:2: this is no result of a step: hello; a line of progress is a JSON object"},
		{`{"time":"2026-01-02T10:00:00Z","lesson":"x","step":"a","result":"do`, "p.jsonl:2: "},
		{`[1]`, "JSON object"},
		{`null`, `it has no "lesson"`},
		{strings.Replace(oldLine, `"x"`, `""`, 1), `it has no "lesson"`},
		{strings.Replace(oldLine, `"a"`, `""`, 1), `it has no "step"`},
		{strings.Replace(oldLine, `"time"`, `"tim"`, 1), `it has no "time"`},
		{strings.Replace(oldLine, `2026-01-02`, `yesterday`, 1), "JSON object"},
		{strings.Replace(oldLine, `"done"`, `"perfect"`, 1), `its result is "perfect"`},
		{strings.Replace(oldLine, `"done"`, `""`, 1), `its result is ""`},
		{strings.Replace(oldLine, `1,`, `-1,`, 1), "less than nothing"},
		{strings.Replace(oldLine, `1,`, `"1",`, 1), "JSON object"},
		{strings.Repeat("x", 500), "x…; "},
	} {
		all, errs := lessons.Records("p.jsonl", []byte(oldLine+"\n"+c.line+"\n"+later+"\n"))
		if len(all) != 2 || len(errs) != 1 || !strings.Contains(errs.Error(), c.want) || errs[0].Line != 2 || errs[0].Text != c.line {
			t.Errorf("%s: %d records, errors: %v, wanted %s", c.line, len(all), errs, c.want)
		}
	}
}

func TestUnknownRecords(t *testing.T) {
	read := func(lines ...string) []lessons.Record {
		all, errs := lessons.Records("p", []byte(strings.Join(lines, "\n")))
		if len(errs) > 0 {
			t.Fatal(errs)
		}
		return all
	}
	for _, c := range []struct {
		own, more []lessons.Record
		want      int
	}{
		{nil, nil, 0},
		{nil, read(oldLine, newLine), 2},
		{read(oldLine), read(oldLine, newLine), 1},
		{read(oldLine), read(sameLine), 0},
		{nil, read(oldLine, sameLine, later, later), 2},
		{read(later), read(strings.Replace(later, "good", "bad", 1)), 1},
	} {
		added := lessons.Unknown(c.own, c.more)
		if len(added) != c.want || len(lessons.Unknown(append(c.own, added...), c.more)) != 0 {
			t.Errorf("%v and %v: %v", c.own, c.more, added)
		}
	}
}

// TestStanding tells of each step where a learner stands, by records that stand in no order.
func TestStanding(t *testing.T) {
	lesson := func(say string) *lessons.Lesson {
		l, errs := lessons.Parse("x.yaml", []byte("lesson: x\ntitle: t\nconnect: pop3\nsteps:\n  - {id: a, do: USER bob, say: "+say+", say.zh: 甲}\n  - {id: b, ask: {q: q, answer: r}}\n  - {do: PASS x -> err, say: three}\n"))
		if len(errs) > 0 {
			t.Fatal(errs)
		}
		return l
	}
	l := lesson("one")
	at := func(minute int, step, hash string, result lessons.Result) lessons.Record {
		return lessons.Record{Time: time.Date(2026, 1, 2, 3, minute, 0, 0, time.UTC), Lesson: "x", Step: step, Hash: hash, Result: result}
	}
	records := []lessons.Record{
		at(5, "b", "", lessons.ResultSkipped), at(2, "b", "", lessons.ResultDone), at(1, "a", l.TextHash(l.Steps[0]), lessons.ResultDone),
		at(3, "z", "", lessons.ResultHelped), {Time: time.Now(), Lesson: "y", Step: "3"},
	}
	for _, c := range []struct{ say, want string }{
		{"one", "a done false; b skipped false; 3 - false; gone z; "},
		{"two", "a done true; b skipped false; 3 - false; gone z; "},
	} {
		var got strings.Builder
		for _, s := range lesson(c.say).Standing(records) {
			switch {
			case s.Step == nil:
				fmt.Fprintf(&got, "gone %s; ", s.Record.Step)
			case s.Record == nil:
				fmt.Fprintf(&got, "%s - %v; ", s.Step.Name(), s.Changed)
			default:
				fmt.Fprintf(&got, "%s %s %v; ", s.Step.Name(), s.Record.Result, s.Changed)
			}
		}
		if got.String() != c.want {
			t.Errorf("%s: %s, want %s", c.say, &got, c.want)
		}
	}
	if at, when := l.Reached(records); at != 2 || when.Minute() != 5 {
		t.Errorf("reached %d at %v", at, when)
	}
	if at, _ := l.Reached(append(records, at(6, "3", "", lessons.ResultDone))); at != 0 {
		t.Errorf("after the end: %d", at)
	}
}

// FuzzRecords holds the reader to losing no line: each is a record, an error, or empty.
func FuzzRecords(f *testing.F) {
	for _, s := range []string{oldLine, newLine + "\n" + later, "\ufeff\n\r\n{", `{"time":"2026-01-02T10:00:00Z","lesson":"x","step":"a","result":"done","x":1e999}`} {
		f.Add([]byte(s))
	}
	f.Fuzz(func(t *testing.T, src []byte) {
		all, errs := lessons.Records("p", src)
		lines := 0
		for line := range bytes.Lines(bytes.TrimPrefix(src, []byte("\ufeff"))) {
			if len(bytes.TrimSpace(line)) > 0 {
				lines++
			}
		}
		if len(all)+len(errs) != lines {
			t.Errorf("%d records and %d errors in %d lines", len(all), len(errs), lines)
		}
		var again strings.Builder
		for _, r := range all {
			again.WriteString(r.Line())
		}
		back, errs := lessons.Records("p", []byte(again.String()))
		if len(errs) > 0 || len(lessons.Unknown(all, back)) > 0 {
			t.Errorf("%q does not come back as it was: %v", src, errs)
		}
	})
}
