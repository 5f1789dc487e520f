package main

import (
	"bytes"
	"context"
	"io"
	"sync"
	"sync/atomic"

	"byhand/session"
	"byhand/session/annotate"
	"byhand/session/render"
)

// view is where a session becomes visible: it annotates each event once and hands the result to the screen, to the one who
// asks again (:explain N), and to a guide. Live sessions, replays and lessons all have one, so they all look the same.
type view struct {
	notes  *annotate.Annotator // nil when nothing is explained
	screen *render.Renderer
	show   func([]byte) error                                                  // whole lines for a person
	raw    io.Writer                                                           // the server's bytes, exact; nil on a terminal
	guide  func(lines []byte, e *session.Event, x annotate.Explanation) []byte // appends what it has to say; nil without one
	left   atomic.Bool                                                         // whoever looked has gone: only the end of the connection is still shown
	past   past
	lines  []byte
	bytes  []byte
}

// sink is the session.Sink of the view.
func (v *view) sink(events []session.Event) error {
	v.lines, v.bytes = v.lines[:0], v.bytes[:0]
	for i := range events {
		e := &events[i]
		if v.left.Load() && e.Mark == nil {
			continue // a server that floods would keep them for a minute
		}
		var x annotate.Explanation
		if v.notes != nil {
			x = v.notes.Event(e)
		}
		v.past.keep(e, x)
		switch {
		case v.raw == nil:
			v.lines = v.screen.Event(v.lines, e, x)
		case v.notes != nil:
			v.lines = v.screen.Notes(v.lines, e, x)
		}
		if v.raw != nil && e.From == session.Server {
			if err := v.pass(e.Raw); err != nil {
				return err
			}
		}
		if v.guide != nil {
			v.lines = v.guide(v.lines, e, x)
		}
	}
	if len(v.bytes) > 0 {
		if _, err := v.raw.Write(v.bytes); err != nil {
			return err
		}
	}
	if len(v.lines) > 0 {
		return v.show(v.lines)
	}
	return nil
}

// large is from where on bytes are written by themselves: to copy them would cost more.
const large = 16 << 10

// pass gives the server's bytes to raw, short lines together.
func (v *view) pass(raw []byte) error {
	if len(raw) < large {
		v.bytes = append(v.bytes, raw...)
		return nil
	}
	if len(v.bytes) > 0 {
		if _, err := v.raw.Write(v.bytes); err != nil {
			return err
		}
		v.bytes = v.bytes[:0]
	}
	_, err := v.raw.Write(raw)
	return err
}

// past keeps the last lines of the session with what was said of them, for :explain and :hex. Its memory is bounded and is used
// again and again.
type past struct {
	mu   sync.Mutex
	ring [512]moment
	n    int // moments kept so far
}

// moment is one event that can be asked about again.
type moment struct {
	e session.Event
	x annotate.Explanation
}

// maxKept bounds what is kept of one line.
const maxKept = 4 << 10

func (p *past) keep(e *session.Event, x annotate.Explanation) {
	p.mu.Lock()
	defer p.mu.Unlock()
	m := &p.ring[p.n%len(p.ring)]
	p.n++
	raw, notes := m.e.Raw[:0], m.x.Notes[:0]
	m.e, m.x = *e, x
	if len(e.Secret) > 0 {
		m.e.Raw, m.e.Secret = e.Masked(raw)
	} else {
		m.e.Raw = append(raw, e.Raw[:min(len(e.Raw), maxKept)]...)
	}
	m.x.Notes = append(notes, x.Notes...)
}

// find gives the moment with the number n, or with 0 the last line of the server's that has a status.
func (p *past) find(n int) (m moment, ok bool) {
	p.mu.Lock()
	defer p.mu.Unlock()
	for i := p.n - 1; i >= 0 && i >= p.n-len(p.ring); i-- {
		at := &p.ring[i%len(p.ring)]
		if at.e.N == n || n == 0 && at.e.From == session.Server && at.e.Code != "" {
			m = moment{at.e, at.x}
			m.e.Raw = bytes.Clone(at.e.Raw)
			m.x.Notes = append([]annotate.Note(nil), at.x.Notes...)
			return m, true
		}
	}
	return moment{}, false
}

// flow runs a session until its source ends. The sinks are called on one goroutine. The context that it gives ends with the
// session, so that nobody waits for a reply that cannot come; wait gives how the session ended.
func flow(ctx context.Context, src session.Source, f session.Framer, sinks ...session.Sink) (_ context.Context, wait func() error) {
	live, end := context.WithCancelCause(ctx)
	done := make(chan error, 1)
	go func() { // ends with the source, or with the first sink that fails
		err := session.Run(ctx, src, f, sinks...)
		end(err)
		done <- err
	}()
	return live, func() error { return <-done }
}
