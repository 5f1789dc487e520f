package lessons

import (
	"cmp"
	"runtime"
	"slices"
	"strings"
	"sync"

	"byhand/session/text"
)

// A Check is one thing that the self-test tried.
type Check struct {
	Name text.Said // what was tried
	File string    // where it hangs, if that is not the lesson's own file: a translation
	Line int       // where it hangs
	OK   bool
	Why  text.Said // why not
}

// In gives a failed check as a message: FILE:LINE: what: why.
func (c Check) In(file string, lang text.Lang) string {
	e := Error{File: cmp.Or(c.File, file), Line: c.Line, What: c.Name}
	if !c.OK {
		e.Hint = c.Why
	}
	return e.In(lang)
}

// tester tests one lesson. Every check has a server of its own.
type tester struct {
	b      *Bench
	l      *Lesson
	checks []Check
}

// Test tries a lesson as learners would: its solution and variants of it, nonsense, each mistake that its author
// foresaw, each other way, a lost line, and the author's own tests. The error is for a bench that does not work.
func (b *Bench) Test(l *Lesson) ([]Check, error) {
	t := &tester{b: b, l: l}
	if !t.solution() {
		return t.checks, nil // what cannot be solved tells nothing more
	}
	t.each(t.jobs())
	for _, e := range unanswerable(l) {
		t.add(sayCheckQuestion.With(), e.Line, e.What)
	}
	for _, e := range Incomplete(l) {
		t.add(sayCheckLanguage.With(), e.Line, e.What)
	}
	for _, e := range l.stale {
		c := Check{Name: sayCheckStale.With(), Line: e.Line, Why: e.What}
		if e.File != l.File {
			c.File = e.File
		}
		t.checks = append(t.checks, c)
	}
	slices.SortStableFunc(t.checks, func(a, b Check) int { return cmp.Compare(a.Line, b.Line) })
	return t.checks, nil
}

// jobs lists what is tried, each on servers of its own.
func (t *tester) jobs() (jobs []func(*tester)) {
	for _, v := range slices.Concat(variants, t.otherWords()) {
		jobs = append(jobs, func(t *tester) { t.variant(v) })
	}
	jobs = append(jobs, (*tester).extras)
	for _, s := range t.l.Steps {
		if s.telling() || s.Ask != nil || s.Free {
			continue
		}
		for _, try := range []func(*tester, *Step){(*tester).nonsense, (*tester).dropped, (*tester).alternatives, (*tester).greeted, (*tester).loggedIn, (*tester).mistakes} {
			jobs = append(jobs, func(t *tester) { try(t, s) })
		}
	}
	for _, c := range t.l.Tests {
		jobs = append(jobs, func(t *tester) { t.author(c) })
	}
	return jobs
}

// each does jobs beside one another, as many as there are processors, and keeps what they found in the order of the jobs.
func (t *tester) each(jobs []func(*tester)) {
	found := make([]tester, len(jobs))
	next := make(chan int)
	var workers sync.WaitGroup
	for range min(runtime.GOMAXPROCS(0), len(jobs)) {
		workers.Go(func() { // ends when next is closed
			for i := range next {
				found[i] = tester{b: t.b, l: t.l}
				jobs[i](&found[i])
			}
		})
	}
	for i := range jobs {
		next <- i
	}
	close(next)
	workers.Wait()
	for _, f := range found {
		t.checks = append(t.checks, f.checks...)
	}
}

// add keeps the outcome of a check; an empty why is a success.
func (t *tester) add(name text.Said, line int, why text.Said) {
	t.checks = append(t.checks, Check{Name: name, Line: line, OK: why.Empty(), Why: why})
}

// learner begins the lesson and plays the author's lines up to step s. why is not empty if that fails.
func (t *tester) learner(s *Step) (r *run, why text.Said) {
	r, err := t.b.start(t.l)
	if err != nil {
		if r != nil {
			r.end()
		}
		return nil, sayCheckBroken.With(err)
	}
	if why := r.playTo(s.Index, nil); !why.Empty() {
		r.end()
		return nil, why
	}
	return r, why
}

// playTo plays the author's lines until step i is the current one.
func (r *run) playTo(i int, retype func(Line) Line) text.Said {
	for r.g.at < i && !r.g.Finished() {
		if why := r.solved(retype); !why.Empty() {
			return why
		}
	}
	return text.Said{}
}

// solved plays the current step and tells why it did not pass.
func (r *run) solved(retype func(Line) Line) text.Said {
	at, s := r.g.at, r.g.Step()
	if err := r.solve(retype); err != nil {
		return sayCheckStuck.With(s.Name(), err)
	}
	if r.g.at == at {
		return r.stuck(s)
	}
	return text.Said{}
}

// stuck says what is missing for step s, and what the server said last.
func (r *run) stuck(s *Step) text.Said {
	if lacks := r.g.j.lacks(s); len(lacks) > 0 {
		return sayCheckLacks.With(s.Name(), lacks[0], r.last)
	}
	return sayCheckStuck.With(s.Name(), r.last)
}

// solution plays the author's lines from beginning to end, and looks for steps that need nothing.
func (t *tester) solution() bool {
	r, err := t.b.start(t.l)
	if err != nil {
		t.add(sayCheckSolution.With(), t.l.Line, sayCheckBroken.With(err))
		if r != nil {
			r.end()
		}
		return false
	}
	defer r.end()
	for !r.g.Finished() {
		s := r.g.Step()
		r.acts = nil
		if why := r.solved(nil); !why.Empty() {
			t.add(sayCheckSolution.With(), s.Line, why)
			return false
		}
		t.add(sayCheckStep.With(s.Name()), s.Line, text.Said{})
		for _, a := range r.acts {
			if a.Kind == Passed && a.Already {
				t.add(sayCheckStart.With(a.Step.Name()), a.Step.Line, sayCheckAlready.With())
			}
		}
	}
	return true
}

// variant is another way to type the same lines.
type variant struct {
	name   text.T
	retype func(Line) Line
}

// variants are the ways of typing that must make no difference.
var variants = []variant{
	{sayCheckLower, func(l Line) Line {
		if l.In == InCommand && !l.meta() {
			verb := verbOf(l.Text)
			l.Text = strings.ToLower(verb) + l.Text[min(len(l.Text), len(verb)):]
			if i := strings.IndexByte(l.Text, ':'); i > 0 && (verb == "MAIL" || verb == "RCPT") {
				l.Text = strings.ToLower(l.Text[:i]) + l.Text[i:]
			}
		}
		return l
	}},
	{sayCheckSpaced, func(l Line) Line {
		if verb := verbOf(l.Text); l.In == InCommand && (verb == "MAIL" || verb == "RCPT") {
			l.Text = strings.Replace(l.Text, ":<", ": <", 1)
		}
		return l
	}},
}

// variant plays the lesson typed in another way, if that changes anything in it.
func (t *tester) variant(v variant) {
	if !t.changes(v) {
		return
	}
	r, err := t.b.start(t.l)
	why := sayCheckBroken.With(err)
	if err == nil {
		why = r.playTo(len(t.l.Steps), v.retype)
	}
	if r != nil {
		r.end()
	}
	t.add(v.name.With(), t.l.Line, why)
}

// changes reports whether a variant changes any line of the lesson.
func (t *tester) changes(v variant) bool {
	for _, s := range t.l.Steps {
		for _, l := range s.Do {
			if v.retype(l).Text != l.Text {
				return true
			}
		}
	}
	return false
}

// otherWords writes every letter in other words: what a learner writes must do. Lessons that ask for certain words
// keep the lines that hold them.
func (t *tester) otherWords() []variant {
	var wanted []string
	for _, s := range t.l.Steps {
		for _, m := range s.Expect.mails() {
			if m.Body != "*" && strings.ContainsFunc(m.Body, letterOrDigit) {
				wanted = append(wanted, m.Body)
			}
		}
	}
	encoded := map[string]bool{} // lines of letters that are encoded: other words would be encoded otherwise
	for _, s := range t.l.Steps {
		if slices.ContainsFunc(s.Do, func(l Line) bool { return l.In == InData && encodes().MatchString(l.Text) }) {
			for _, l := range s.Do {
				encoded[l.Text] = true
			}
		}
	}
	return []variant{{sayCheckWords, func(l Line) Line {
		isText := !encoded[l.Text] && !strings.Contains(l.Text, "\n") && l.In == InData && len(l.Text) > 1 && l.Text[0] != '.' && !strings.Contains(l.Text, ":") && !strings.HasPrefix(l.Text, "-")
		if isText && !slices.ContainsFunc(wanted, func(w string) bool { return strings.Contains(l.Text, w) || strings.Contains(w, l.Text) }) {
			l.Text = "other words of my own"
		}
		return l
	}}}
}

// encodes finds the field after which the text of a letter is not written as it reads (RFC 2045 §6).
var encodes = lazy(`(?i)^Content-Transfer-Encoding:\s*(base64|quoted-printable)`)

func letterOrDigit(r rune) bool {
	return r >= '0' && r <= '9' || r >= 'A' && r <= 'Z' || r >= 'a' && r <= 'z' || r > 0x7f
}
