package lessons_test

import (
	"slices"
	"testing"
	"time"

	"byhand/lessons"
	"byhand/session"
)

// TestAnswers reads what a recording tells of questions: the last answer to each counts, and those of other lessons or steps do not.
func TestAnswers(t *testing.T) {
	l, err := lessons.Load("pop3-read")
	if err != nil {
		t.Fatal(err)
	}
	var all []session.Event
	for i, m := range []*session.Mark{
		lessons.AnswerMark("pop3-read", "dot", false), lessons.AnswerMark("errors", "dot", true), lessons.AnswerMark("pop3-read", "list", true),
		session.NewMark("step", "id", "pop3-read/dot", "is", "pass"), lessons.AnswerMark("pop3-read", "dot", true),
	} {
		all = append(all, session.Event{N: i + 1, At: time.Duration(i) * time.Second, Role: session.Note, Mark: m})
	}
	want := []lessons.Answered{{Step: "dot", Right: true, Wrong: 1, At: 4 * time.Second}}
	if got := handed(t, all).Answers(l); !slices.Equal(got, want) {
		t.Errorf("%+v, want %+v", got, want)
	}
}
