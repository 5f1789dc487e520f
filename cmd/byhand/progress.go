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
	dir, err := a.stateDir()
	if err != nil {
		return nil
	}
	f, err := os.Open(filepath.Join(dir, "progress.jsonl"))
	if err != nil {
		return nil
	}
	defer f.Close()
	steps, count := map[[2]string]bool{}, map[string]int{}
	for sc := bufio.NewScanner(f); sc.Scan(); {
		var p progressLine
		if json.Unmarshal(sc.Bytes(), &p) == nil && !steps[[2]string{p.Lesson, p.Step}] {
			steps[[2]string{p.Lesson, p.Step}] = true
			count[p.Lesson]++
		}
	}
	return count
}
