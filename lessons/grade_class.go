package lessons

import (
	"crypto/sha256"
	"fmt"
	"maps"
	"math"
	"slices"
	"time"
)

// rare is how many values there must be to choose from before those of one learner say anything: of two in a room who drew one of six
// words, many have the same.
const rare = 1000

// Whose tells whose values a session has that shows fewer steps with its learner's own than with another's: it was copied, or the names
// were mixed up. own is the grade with the learner's seed; others gives the seeds of the class by name, and may hold the learner's.
// differ are the values by which the two can be told apart. learner is "" where nothing speaks for another, or nothing can.
func (g *Grader) Whose(l *Lesson, own []StepGrade, seed string, others map[string]string) (learner string, differ Vars) {
	best, mine := count(own, VerdictPassed), l.Values(seed)
	if best == len(own) {
		return "", nil
	}
	for _, name := range slices.Sorted(maps.Keys(others)) {
		theirs := l.Values(others[name])
		apart := l.unlike(mine, theirs)
		if apart == nil {
			continue
		}
		if n := count(g.Grade(l, theirs), VerdictPassed); n > best {
			best, learner, differ = n, name, apart
		}
	}
	return learner, differ
}

// unlike gives those of the drawn values that differ, if they are too many to differ from a third's by chance.
func (l *Lesson) unlike(mine, theirs Vars) Vars {
	differ, among := Vars{}, 1.0
	for _, d := range l.Vars {
		if choice := d.choice(); choice > 1 && mine[d.Name] != theirs[d.Name] {
			differ[d.Name] = theirs[d.Name]
			among *= choice
		}
	}
	if among < rare {
		return nil
	}
	return differ
}

// choice tells among how many values a variable's is drawn.
func (d Var) choice() float64 {
	switch {
	case len(d.Pick) > 0:
		return float64(len(d.Pick))
	case d.Digits > 0:
		return math.Pow(10, float64(d.Digits))
	case d.Word > 0:
		return math.Pow(24, float64(d.Word))
	}
	return 1
}

func count(steps []StepGrade, v Verdict) (n int) {
	for _, s := range steps {
		if s.Verdict == v {
			n++
		}
	}
	return n
}

// Fingerprint is the same for sessions whose bytes passed at the same times: nobody types the same twice to the millisecond. ok is
// false where the session holds no times, as in a dialogue that was written down.
func (g *Grader) Fingerprint() (print [32]byte, ok bool) {
	h, last := sha256.New(), time.Duration(0)
	for i := range g.events {
		e := &g.events[i]
		last = max(last, e.At)
		fmt.Fprintf(h, "%d %d %d %q\n", e.Conn, e.At/time.Millisecond, e.From, e.Raw)
	}
	return [32]byte(h.Sum(nil)), last > 0
}
