package transcripts

import (
	"context"
	"time"

	"byhand/session"
)

// change is the pause before the other side speaks in a dialogue that tells no times.
const change = 500 * time.Millisecond

// Pace gives the chunks of a transcript when they are due. The zero Speed and Idle stand for 1 and no limit.
type Pace struct {
	Source session.Source
	Speed  float64       // 2 is twice as fast
	Idle   time.Duration // longest pause, before Speed; 0 for none
	Now    func() time.Time
	Sleep  func(context.Context, time.Duration) error

	due  time.Time     // when the chunk before was due
	last time.Duration // its time in the recording
	from session.Side  // the last side that spoke
}

// Next waits until the next chunk is due, and gives it. Time that the one who shows a chunk took counts as pause; a
// replay that fell behind goes on from where it is and hurries after nothing.
func (p *Pace) Next(ctx context.Context) (session.Chunk, error) {
	c, err := p.Source.Next(ctx)
	if err != nil {
		return c, err
	}
	now := p.Now()
	if p.due.IsZero() {
		p.due = now
	}
	p.due = p.due.Add(p.pause(c))
	if p.due.Before(now) {
		p.due = now
	}
	if wait := p.due.Sub(now); wait > 0 {
		err = p.Sleep(ctx, wait)
	}
	return c, err
}

// pause gives how long to wait before c: the recorded time, limited, by the speed. Chunks of one time follow each
// other at once; where no time has ever been told, a change of side takes half a second.
func (p *Pace) pause(c session.Chunk) time.Duration {
	pause := c.At - p.last
	p.last = max(p.last, c.At)
	if c.At == 0 && c.From != p.from && p.from != session.Nobody && c.From != session.Nobody {
		pause = change
	}
	if c.From != session.Nobody {
		p.from = c.From
	}
	if p.Idle > 0 {
		pause = min(pause, p.Idle)
	}
	if p.Speed > 0 {
		pause = time.Duration(float64(pause) / p.Speed)
	}
	return max(pause, 0)
}
