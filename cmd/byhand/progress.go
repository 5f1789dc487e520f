package main

import (
	"errors"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"time"

	"byhand/lessons"
	"byhand/session/text"
)

// progressFile is the file of the learner's progress, one result of a step in a line. Deleting it forgets all.
func (a *app) progressFile() (string, error) {
	dir, err := a.stateDir()
	return filepath.Join(dir, "progress.jsonl"), err
}

// learned appends results of a lesson to the progress. A home that cannot be written to costs the progress, not the lesson: that is
// said once.
func (g *guided) learned(records []lessons.Record) {
	file, err := g.a.progressFile()
	if err == nil {
		err = appendRecords(file, records)
	}
	if err != nil && !g.unkept {
		g.unkept = true
		what, _ := g.a.told(err)
		g.say(sayUnkept.With(what))
	}
}

// appendRecords writes records behind what is in a file, in one piece, so that two lessons at once do not mix their lines. A line that a
// crash left without its end is ended first: it must not take the next one with it.
func appendRecords(file string, records []lessons.Record) error {
	if len(records) == 0 {
		return nil
	}
	if err := os.MkdirAll(filepath.Dir(file), 0o700); err != nil {
		return err
	}
	f, err := openOwn(file, os.O_RDWR|os.O_APPEND)
	if errors.Is(err, fs.ErrNotExist) {
		f, err = os.OpenFile(file, os.O_RDWR|os.O_APPEND|os.O_CREATE|os.O_EXCL, 0o600)
	}
	if errors.Is(err, fs.ErrExist) { // another lesson made it meanwhile
		f, err = openOwn(file, os.O_RDWR|os.O_APPEND)
	}
	if err != nil {
		return err
	}
	var b strings.Builder
	last := make([]byte, 1)
	if info, err := f.Stat(); err == nil && info.Size() > 0 {
		if _, err := f.ReadAt(last, info.Size()-1); err == nil && last[0] != '\n' {
			b.WriteByte('\n')
		}
	}
	for _, r := range records {
		b.WriteString(r.Line())
	}
	_, err = f.WriteString(b.String())
	return errors.Join(err, f.Close())
}

// openOwn opens the progress that is there. In its place nothing is followed that could lead into any file of the user's: a symbolic
// link, a device, a pipe. The folder that it lies in may be a link.
func openOwn(file string, flag int) (*os.File, error) {
	before, err := os.Lstat(file)
	if err != nil {
		return nil, err
	}
	if !before.Mode().IsRegular() {
		return nil, &failure{what: sayProgressLink.With(file), hint: hintProgressLink.With()}
	}
	f, err := os.OpenFile(file, flag, 0)
	if err != nil {
		return nil, err
	}
	if now, err := f.Stat(); err != nil || !os.SameFile(before, now) {
		return nil, errors.Join(&failure{what: sayProgressLink.With(file), hint: hintProgressLink.With()}, f.Close())
	}
	return f, nil
}

// progress reads the learner's progress. Lines that are none, as a crash or an editor leaves them, come as errors and hide no other.
func (a *app) progress() ([]lessons.Record, lessons.Errors, error) {
	file, err := a.progressFile()
	if err != nil {
		return nil, nil, err
	}
	f, err := openOwn(file, os.O_RDONLY)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil, nil
	}
	if err != nil {
		return nil, nil, err
	}
	defer f.Close()
	src, err := io.ReadAll(f)
	if err != nil {
		return nil, nil, err
	}
	all, errs := lessons.Records(file, src)
	return all, errs, nil
}

// passed gives how many steps of each lesson were passed so far. Of an embedded lesson only those count that it still has.
func (a *app) passed() map[string]int {
	steps, count := map[[2]string]bool{}, map[string]int{}
	all, _, _ := a.progress() // a file that cannot be read costs the marks behind the lessons, not the list
	has := map[string]*lessons.Lesson{}
	for _, p := range all {
		l, ok := has[p.Lesson]
		if !ok {
			l, _ = lessons.Load(p.Lesson) // nil for a lesson of somebody else's
			has[p.Lesson] = l
		}
		key := [2]string{p.Lesson, p.Step}
		if !steps[key] && (l == nil || l.Step(p.Step) != nil) {
			steps[key] = true
			count[p.Lesson]++
		}
	}
	return count
}

// place is where a learner goes on with a lesson.
type place struct {
	at      int // the step
	when    time.Time
	changed []string // steps before it whose text has changed since they were passed
}

// reached gives the place after the step that was passed last.
func (a *app) reached(l *lessons.Lesson) (p place) {
	all, _, _ := a.progress() // as in passed
	p.at, p.when = l.Reached(all)
	for _, s := range l.Standing(all) {
		if s.Changed && s.Step.Index < p.at {
			p.changed = append(p.changed, s.Step.Name())
		}
	}
	return p
}

// note writes what was passed into the progress, at once: a lesson may end by a window that is closed. The time since the last note is
// that of the step named. A demonstration teaches nobody.
func (g *guided) note(step string) {
	if g.demo {
		return
	}
	g.noted.Lock()
	defer g.noted.Unlock()
	g.mu.Lock()
	all := g.guide.Results()
	g.mu.Unlock()
	now := time.Now()
	l, fresh := g.guide.Lesson(), []lessons.Record(nil)
	for _, r := range all[g.keptN:] {
		record := lessons.Record{
			Time: now.Truncate(time.Second), Lesson: l.ID, Step: r.Step, Hash: l.TextHash(l.Step(r.Step)), Result: r.Result,
			Tries: r.Tries, Hints: r.Hints, Transcript: g.keep.name(), Lang: g.a.lang.String(),
		}
		if r.Step == step {
			record.Seconds = now.Sub(g.since).Round(100 * time.Millisecond).Seconds()
		}
		fresh = append(fresh, record)
	}
	g.learned(fresh)
	g.keptN, g.since = len(all), now
}

// name gives the name under which `byhand replay` finds the session; "" if it is not kept.
func (k *keeper) name() string {
	if k.own {
		return strings.TrimSuffix(filepath.Base(k.path), kept)
	}
	return k.path
}

var (
	sayProgressLink  = text.T{EN: "%s is not a plain file; the progress of the lessons is not kept behind a link.", ZH: "%s 不是普通文件；学习进度不会顺着链接读写。"}
	hintProgressLink = text.T{EN: "Put the file itself there. The folder may be a link.", ZH: "请把文件本身放在那里；所在的文件夹可以是链接。"}
	sayUnkept        = text.T{EN: "Your progress is not kept: %s", ZH: "学习进度没有保存：%s"}
)
