package transcripts

import (
	"context"

	"byhand/session"
	"byhand/session/annotate"
	"byhand/session/proto"
)

// lines are events on their way from one goroutine to another, and what is said of them. They own their bytes and notes.
//
// What is handed over crosses from one processor to the other, which costs more than to compare: lines of a letter that
// differ in number and bytes only are one run.
type lines struct {
	runs  []alike
	raw   []byte
	sizes []int         // of the lines in raw
	event session.Event // the one that each gives

	notes []annotate.Note // of all lines
	said  []telling       // of those lines of which something is said
}

// alike is an event, without its bytes, and how many more like it follow.
type alike struct {
	event session.Event
	more  int
}

// telling is what is said of one line: some of the notes, and what it decodes to.
type telling struct {
	line     int // of the lines, from 0
	from, to int // of the notes
	decoded  string
}

// Handed over at once are at most about so many runs, and bytes of lines.
const (
	maxRuns  = 512
	maxBytes = 256 << 10
)

func (l *lines) large() bool { return len(l.runs) >= maxRuns || len(l.raw) >= maxBytes }

func (l *lines) reset() {
	l.runs, l.raw, l.sizes, l.notes, l.said = l.runs[:0], l.raw[:0], l.sizes[:0], l.notes[:0], l.said[:0]
}

// add appends e, to the last run where it is like it.
func (l *lines) add(e *session.Event) {
	l.raw, l.sizes = append(l.raw, e.Raw...), append(l.sizes, len(e.Raw))
	if last := len(l.runs) - 1; last >= 0 && l.runs[last].goesOn(e) {
		l.runs[last].more++
		return
	}
	l.runs = append(l.runs, alike{event: *e})
}

// goesOn tells whether e is one more like those of the run.
func (a *alike) goesOn(e *session.Event) bool {
	was := &a.event
	return e.Role == session.Data && was.Role == session.Data && e.N == was.N+a.more+1 &&
		e.At == was.At && e.Conn == was.Conn && e.From == was.From && e.Proto == was.Proto &&
		e.Verb == was.Verb && e.Code == was.Code && e.More == was.More && e.Cont == was.Cont && e.Re == was.Re &&
		len(e.Secret) == 0 && len(was.Secret) == 0
}

// each gives the events until f fails. An event is valid until the next.
func (l *lines) each(f func(*session.Event) error) error {
	raw, sizes := l.raw, l.sizes
	for i := range l.runs {
		r, e := &l.runs[i], &l.event
		*e = r.event
		for range r.more + 1 {
			e.Raw, raw, sizes = raw[:sizes[0]], raw[sizes[0]:], sizes[1:]
			if err := f(e); err != nil {
				return err
			}
			e.N++
		}
	}
	return nil
}

// explain keeps what a says of the events, as far as it is shown at a depth.
func (l *lines) explain(a *annotate.Annotator, depth annotate.Depth) {
	line := 0
	_ = l.each(func(e *session.Event) error {
		x := a.Event(e)
		from := len(l.notes)
		l.notes = shallow(l.notes, x.Notes, depth)
		if to := len(l.notes); to > from || x.Decoded != "" {
			l.said = append(l.said, telling{line, from, to, x.Decoded})
		}
		line++
		return nil
	})
}

// explained gives the events, and what was said of each.
func (l *lines) explained(f func(*session.Event, annotate.Explanation)) {
	line, said := 0, l.said
	_ = l.each(func(e *session.Event) error {
		var x annotate.Explanation
		if len(said) > 0 && said[0].line == line {
			x = annotate.Explanation{Notes: l.notes[said[0].from:said[0].to], Decoded: said[0].decoded}
			said = said[1:]
		}
		f(e, x)
		line++
		return nil
	})
}

// framed reads a transcript and frames it in a goroutine of its own, and gives the events to f until f fails.
func framed(src *Reader, f func(*session.Event) error) error {
	ctx, stop := context.WithCancel(context.Background())
	defer stop()
	var failed error
	free := make(chan *lines, 4)
	err := handed(ctx, src, free, func(l *lines) {
		if failed == nil {
			failed = l.each(f)
		}
		if failed != nil {
			stop()
		}
		l.reset()
		free <- l
	})
	if failed != nil {
		return failed
	}
	return err
}

// handed reads a transcript and frames it in a goroutine of its own until ctx is done, and gives f the events, many at once: to wake
// another goroutine costs as much as to explain dozens. As many lines as free can hold are under way; f, or whoever has them from f,
// puts them back, reset.
func handed(ctx context.Context, src *Reader, free chan *lines, f func(*lines)) error {
	full, done := make(chan *lines, cap(free)), make(chan error, 1)
	for range cap(free) {
		free <- &lines{}
	}
	go func() { // ends with the transcript, or with ctx
		defer close(full)
		done <- frameInto(ctx, src, full, free)
	}()
	for l := range full {
		f(l)
	}
	return <-done
}

func frameInto(ctx context.Context, src *Reader, full chan<- *lines, free <-chan *lines) error {
	l := <-free
	err := session.Run(ctx, src, proto.New(session.Untold), func(events []session.Event) error {
		for i := range events {
			if l.add(&events[i]); l.large() {
				full <- l
				l = <-free
			}
		}
		return ctx.Err()
	})
	full <- l
	return err
}
