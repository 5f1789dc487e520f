package main

import (
	"context"
	"io"
	"os"
	"path/filepath"
	"strings"

	"byhand/lessons"
	"byhand/session"
	"byhand/session/annotate"
	"byhand/session/proto"
	"byhand/session/render"
	"byhand/session/text"
	"byhand/transcripts"
)

// replayed appends the lines of a saved session that a lesson wants shown, as replay shows them.
func (a *app) replayed(lines []byte, l *lessons.Lesson, act lessons.Action) []byte {
	screen := a.renderer(a.out, a.depth)
	in, err := lessonTalk(l, act.Name)
	if err != nil {
		return screen.Say(lines, render.Fault, sayNoReplay.With(act.Name))
	}
	defer in.Close()
	rd, err := transcripts.Open(in, act.Name)
	if err != nil {
		return screen.Say(lines, render.Fault, sayNoReplay.With(act.Name))
	}
	notes := annotate.New()
	err = session.Run(context.Background(), rd, proto.New(session.Untold), func(events []session.Event) error { // ends with the file
		for i := range events {
			e := &events[i]
			x := notes.Event(e) // also of lines that are not shown: later notes hang on them
			if e.N >= act.From && (act.To == 0 || e.N <= act.To) {
				lines = screen.Event(lines, e, x)
			}
		}
		return nil
	})
	if err != nil {
		return screen.Say(lines, render.Fault, sayNoReplay.With(act.Name))
	}
	return lines
}

// lessonTalk finds a saved session by the name that a lesson gives it: a sample, or a file beside the lesson. A stranger's
// lesson reaches no other file.
func lessonTalk(l *lessons.Lesson, name string) (io.ReadCloser, error) {
	if sample, ok := transcripts.Sample(name); ok {
		return io.NopCloser(strings.NewReader(string(sample))), nil
	}
	return os.OpenInRoot(filepath.Dir(l.File), name)
}

var sayNoReplay = text.T{EN: "The saved session %s of this lesson cannot be shown.", ZH: "无法显示本课的会话记录 %s。"}
