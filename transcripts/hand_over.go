package transcripts

import (
	"context"

	"byhand/session"
	"byhand/session/proto"
)

// lines are events on their way from one goroutine to another. They own their bytes.
//
// What is handed over crosses from one processor to the other, which costs more than to compare: lines of a letter that
// differ in number and bytes only are one run.
type lines struct {
	runs  []alike
	raw   []byte
	sizes []int // of the lines in raw
}

// alike is an event, without its bytes, and how many more like it follow.
type alike struct {
	event session.Event
	more  int
}

// Handed over at once are at most about so many runs, and bytes of lines.
const (
	maxRuns  = 512
	maxBytes = 256 << 10
)

func (l *lines) large() bool { return len(l.runs) >= maxRuns || len(l.raw) >= maxBytes }

func (l *lines) reset() { l.runs, l.raw, l.sizes = l.runs[:0], l.raw[:0], l.sizes[:0] }

// add appends e, to the last run where it may be joined and is like it. It tells whether a run begins with e.
func (l *lines) add(e *session.Event, join bool) bool {
	l.raw, l.sizes = append(l.raw, e.Raw...), append(l.sizes, len(e.Raw))
	if last := len(l.runs) - 1; join && last >= 0 && l.runs[last].goesOn(e) {
		l.runs[last].more++
		return false
	}
	l.runs = append(l.runs, alike{event: *e})
	return true
}

// goesOn tells whether e is one more like those of the run.
func (a *alike) goesOn(e *session.Event) bool {
	was := &a.event
	return e.Role == session.Data && was.Role == session.Data && e.N == was.N+a.more+1 &&
		e.At == was.At && e.Conn == was.Conn && e.From == was.From && e.Proto == was.Proto &&
		e.Verb == was.Verb && e.Code == was.Code && e.More == was.More && e.Cont == was.Cont && e.Re == was.Re &&
		len(e.Secret) == 0 && len(was.Secret) == 0
}

// each gives the events, and in which run each stands, until f fails.
func (l *lines) each(f func(run int, e *session.Event) error) error {
	raw, sizes := l.raw, l.sizes
	for i := range l.runs {
		r := &l.runs[i]
		e := r.event
		for range r.more + 1 {
			e.Raw, raw, sizes = raw[:sizes[0]], raw[sizes[0]:], sizes[1:]
			if err := f(i, &e); err != nil {
				return err
			}
			e.N++
		}
	}
	return nil
}

// framed reads a transcript and frames it in a goroutine of its own, and gives the events to f until f fails. Events are handed over
// when f waits for some, or when there are many.
func framed(src *Reader, f func(*session.Event) error) error {
	ctx, stop := context.WithCancel(context.Background())
	defer stop()
	full, free, done := make(chan *lines), make(chan *lines, 2), make(chan error, 1)
	free <- &lines{}
	go func() { // ends with the transcript, or with ctx
		defer close(full)
		done <- frameInto(ctx, src, full, free)
	}()
	for l := range full {
		if err := l.each(func(_ int, e *session.Event) error { return f(e) }); err != nil {
			stop()
			<-done
			return err
		}
		l.reset()
		free <- l
	}
	return <-done
}

func frameInto(ctx context.Context, src *Reader, full chan<- *lines, free <-chan *lines) error {
	l := &lines{}
	give := func() {
		select {
		case full <- l:
			l = <-free
		case <-ctx.Done():
		}
	}
	err := session.Run(ctx, src, proto.New(session.Untold), func(events []session.Event) error {
		for i := range events {
			if l.add(&events[i], true); l.large() {
				give()
			}
		}
		select {
		case full <- l:
			l = <-free
		default: // f is busy: what comes next goes with these
		}
		return ctx.Err()
	})
	give()
	return err
}
