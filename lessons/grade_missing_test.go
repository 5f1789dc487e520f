package lessons_test

import (
	"strings"
	"testing"

	"byhand/lessons"
	"byhand/session"
)

// TestGradeMissing takes one step after the other out of the solution of each lesson: the grade must fail on that step, by its name.
func TestGradeMissing(t *testing.T) {
	for _, id := range lessons.Embedded() {
		l, err := lessons.Load(id)
		if err != nil {
			t.Fatal(err)
		}
		all := solved(t, l)
		of := stepsOf(t, l, all)
		for i, s := range l.Steps {
			if len(s.Do) == 0 || s.Name() == "user" { // a login shows that the name was taken
				continue
			}
			var rest []session.Event
			for n, e := range all {
				if of[n] != i {
					rest = append(rest, e)
				}
			}
			if v := verdicts(rest, l)[s.Name()]; v != lessons.VerdictFailed {
				t.Errorf("%s: without the lines of step %s it is %s", id, s.Name(), v)
			}
		}
	}
}

// stepsOf tells for each event of a solution which step's lines it belongs to: a line of the client's to the step that has it in its do,
// all else to the line before it.
func stepsOf(t *testing.T, l *lessons.Lesson, events []session.Event) []int {
	t.Helper()
	vars := l.Values("")
	type piece struct{ step, left int } // left: octets of the client's, or 0 for what opens a connection
	var due []piece
	for i, s := range l.Steps {
		for _, line := range s.Do {
			if line.In == lessons.InCommand && strings.HasPrefix(line.Text, ":") {
				due = append(due, piece{i, 0})
				continue
			}
			due = append(due, piece{i, len(vars.Expand(line.Text)) + 2})
		}
	}
	of, at := make([]int, len(events)), -1
	for n, e := range events {
		switch {
		case e.Role == session.Open && len(due) > 0 && due[0].left == 0, e.From == session.Client && len(due) > 0:
			at = due[0].step
			if due[0].left -= len(e.Raw); due[0].left <= 0 {
				due = due[1:]
			}
		}
		of[n] = at
	}
	return of
}
