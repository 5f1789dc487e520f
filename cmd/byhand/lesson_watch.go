package main

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"time"

	"byhand/lessons"
	"byhand/session/text"

	"github.com/spf13/cobra"
)

// glance is how often a watched lesson is looked at.
const glance = 400 * time.Millisecond

// watchLesson looks at lessons again each time when they are saved, until it is stopped.
func (a *app) watchLesson() *cobra.Command {
	return &cobra.Command{
		Use:   "watch FILE|DIR...",
		Short: sayWatchShort.In(a.lang),
		Args:  words(1, -1, sayWatchArgs),
		RunE: func(cmd *cobra.Command, args []string) error {
			for _, name := range args {
				if _, err := os.Stat(name); err != nil {
					return err
				}
			}
			ctx, stop := untilTold(cmd.Context(), os.Interrupt)
			defer stop()
			tick := time.NewTicker(glance)
			defer tick.Stop()
			fmt.Fprintln(a.out, sayWatching.With(strings.Join(args, ", ")).In(a.lang))
			w := watch{names: args, tick: tick.C, look: a.lookAt}
			w.run(ctx)
			return nil
		},
	}
}

// watch calls look at the start, and at each tick at which a file of the lessons is another.
type watch struct {
	names []string
	tick  <-chan time.Time
	look  func(names []string)
}

// run ends with its context, or when no more ticks will come.
func (w watch) run(ctx context.Context) {
	seen := w.stamp()
	w.look(w.names)
	for {
		select {
		case <-ctx.Done():
			return
		case _, more := <-w.tick:
			if !more {
				return
			}
		}
		if now := w.stamp(); now != seen {
			seen = now
			w.look(w.names)
		}
	}
}

// stamp tells the files of the lessons apart from what they were: with the letters and translations beside them.
func (w watch) stamp() string {
	var b strings.Builder
	for _, name := range w.names {
		dir := name
		if info, err := os.Stat(name); err != nil || !info.IsDir() {
			dir = filepath.Dir(name)
		}
		entries, err := os.ReadDir(dir)
		if err != nil {
			fmt.Fprintln(&b, err)
			continue
		}
		for _, e := range entries {
			if info, err := e.Info(); err == nil && !e.IsDir() && !strings.HasPrefix(e.Name(), ".") {
				fmt.Fprintln(&b, e.Name(), info.Size(), info.ModTime().UnixNano())
			}
		}
	}
	return b.String()
}

// lookAt lints and tests lessons. Of the checks only those that fail are told.
func (a *app) lookAt(names []string) {
	fmt.Fprintf(a.out, "\n--- %s\n", strings.Join(names, " "))
	files, err := lessonFiles(names)
	if err != nil {
		a.complainOf(err)
		return
	}
	known := a.knownLessons(files)
	err = a.eachLesson(files, sayTested, sayTestFailed, func(l *lessons.Lesson) (tried, failed int, err error) {
		failed = a.listErrors(lessons.Lint(l, known))
		bench := lessons.Bench{Start: startBench, Explain: explainer}
		checks, err := bench.Test(l)
		for _, c := range checks {
			if !c.OK {
				failed++
				fmt.Fprintf(a.out, "  %s  %s\n", sayCheckFailed.In(a.lang), visible(c.In(l.File, a.lang)))
			}
		}
		return failed + len(checks), failed, err
	})
	if err != nil {
		a.complainOf(err)
	}
}

// complainOf tells of an error and goes on.
func (a *app) complainOf(err error) {
	what, hint := a.told(err)
	fmt.Fprintln(a.out, strings.TrimSpace(what+" "+hint))
}

var (
	sayWatchShort = text.T{EN: "lint and test lessons at each save, until Ctrl-C", ZH: "每次保存后检查并测试课程，按 Ctrl-C 结束"}
	sayWatchArgs  = text.T{EN: "lesson watch wants a file, as in `byhand lesson watch mine.yaml`.", ZH: "lesson watch 需要课程文件，例如 `byhand lesson watch mine.yaml`。"}
	sayWatching   = text.T{EN: "Watching %s. Ctrl-C ends it.", ZH: "正在监视 %s，按 Ctrl-C 结束。"}
)
