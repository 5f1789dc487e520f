package lessons

import (
	"strings"
	"time"

	"byhand/session"
)

// An Answered is a question of a lesson that was answered while the session was recorded. What was said is not kept.
type Answered struct {
	Step  string
	Right bool
	Wrong int           // answers before the last
	At    time.Duration // of the last answer, since the recording began
}

// AnswerMark notes in a recording that a step's question was answered.
func AnswerMark(lesson, step string, right bool) *session.Mark {
	return session.NewMark("step", "id", lesson+"/"+step, "is", "answer", "right", yesNo(right)[0])
}

// Answers gives the questions of a lesson that the recording tells of, in the order in which they were answered first. A capture holds
// none: no verdict hangs on them.
func (g *Grader) Answers(l *Lesson) (all []Answered) {
	at := map[string]int{}
	for i := range g.events {
		m := g.events[i].Mark
		if m == nil || m.Kind != "step" || m.Text("is") != "answer" {
			continue
		}
		step, own := strings.CutPrefix(m.Text("id"), l.ID+"/")
		if s := l.Step(step); !own || s == nil || s.Ask == nil {
			continue
		}
		k, again := at[step]
		if !again {
			k = len(all)
			at[step], all = k, append(all, Answered{Step: step})
		} else {
			all[k].Wrong++
		}
		all[k].Right, all[k].At = m.Text("right") == "true", g.events[i].At
	}
	return all
}
