package main

import (
	"bufio"
	"encoding/json"
	"os"
	"path/filepath"
	"time"

	"byhand/lessons"
)

// progressLine is one step of a lesson that was passed, as progress.jsonl keeps it. Deleting the file forgets all.
type progressLine struct {
	Time   string `json:"time"`
	Lesson string `json:"lesson"`
	Step   string `json:"step"`
	Result string `json:"result"`
	Tries  int    `json:"tries"`
	Hints  int    `json:"hints"`
	Lang   string `json:"lang"`
}

// learned appends the results of a lesson to the progress. A home that cannot be written to costs the progress, not the lesson.
func (a *app) learned(l *lessons.Lesson, results []lessons.StepResult) {
	dir, err := a.stateDir()
	if err != nil || os.MkdirAll(dir, 0o700) != nil {
		return
	}
	f, err := os.OpenFile(filepath.Join(dir, "progress.jsonl"), os.O_WRONLY|os.O_APPEND|os.O_CREATE, 0o600)
	if err != nil {
		return
	}
	defer f.Close()
	enc := json.NewEncoder(f)
	for _, r := range results {
		line := progressLine{time.Now().Format(time.RFC3339), l.ID, r.Step, string(r.Result), r.Tries, r.Hints, a.lang.String()}
		if enc.Encode(line) != nil {
			return
		}
	}
}

// passed gives how many different steps of each lesson were passed so far.
func (a *app) passed() map[string]int {
	steps, count := map[[2]string]bool{}, map[string]int{}
	for _, p := range a.progress() {
		if !steps[[2]string{p.Lesson, p.Step}] {
			steps[[2]string{p.Lesson, p.Step}] = true
			count[p.Lesson]++
		}
	}
	return count
}

// reached gives the step that comes after the one passed last in a lesson, and when that was: 0 for a lesson that was not begun, or was
// taken to its end.
func (a *app) reached(l *lessons.Lesson) (at int, when time.Time) {
	for _, p := range a.progress() {
		if s := l.Step(p.Step); p.Lesson == l.ID && s != nil {
			at = (s.Index + 1) % len(l.Steps)
			when, _ = time.Parse(time.RFC3339, p.Time) // a line that somebody changed tells no time
		}
	}
	return at, when
}

// progress reads the file. Lines that are none, as a crash or an editor leaves them, are passed over.
func (a *app) progress() (all []progressLine) {
	dir, err := a.stateDir()
	if err != nil {
		return nil
	}
	f, err := os.Open(filepath.Join(dir, "progress.jsonl"))
	if err != nil {
		return nil
	}
	defer f.Close()
	for sc := bufio.NewScanner(f); sc.Scan(); {
		var p progressLine
		if json.Unmarshal(sc.Bytes(), &p) == nil && p.Lesson != "" {
			all = append(all, p)
		}
	}
	return all
}
