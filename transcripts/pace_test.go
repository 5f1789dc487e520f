package transcripts

import (
	"context"
	"errors"
	"testing"
	"time"

	"byhand/session"
)

func at(t time.Duration, from session.Side) session.Chunk {
	return session.Chunk{At: t, Conn: 1, From: from, Data: []byte("x\r\n")}
}

func TestPace(t *testing.T) {
	const sec = time.Second
	recorded := chunks{at(sec, session.Server), at(sec, session.Server), at(11*sec, session.Client), at(11*sec+100*time.Millisecond, session.Server)}
	handmade := chunks{{Conn: 1, Mark: session.NewMark("open")}, at(0, session.Server), at(0, session.Server), at(0, session.Client), at(0, session.Server), at(3*sec, session.Client)}
	for _, c := range []struct {
		name   string
		pace   Pace
		source chunks
		busy   time.Duration // what showing a chunk takes
		want   []time.Duration
	}{
		{"as recorded", Pace{}, recorded, 0, []time.Duration{sec, 0, 10 * sec, sec / 10}},
		{"twice as fast", Pace{Speed: 2}, recorded, 0, []time.Duration{sec / 2, 0, 5 * sec, sec / 20}},
		{"long pauses cut", Pace{Idle: 2 * sec}, recorded, 0, []time.Duration{sec, 0, 2 * sec, sec / 10}},
		{"cut, then slowed", Pace{Idle: 2 * sec, Speed: 0.5}, recorded, 0, []time.Duration{2 * sec, 0, 4 * sec, sec / 5}},
		{"a slow screen", Pace{}, recorded, sec / 2, []time.Duration{sec, 0, 10*sec - sec, 0}},
		{"no times told", Pace{}, handmade, 0, []time.Duration{0, 0, 0, sec / 2, sec / 2, 3 * sec}},
		{"no times told, fast", Pace{Speed: 5}, handmade, 0, []time.Duration{0, 0, 0, sec / 10, sec / 10, 3 * sec / 5}},
	} {
		t.Run(c.name, func(t *testing.T) {
			clock := newClock()
			var slept time.Duration
			p, source := c.pace, append(chunks(nil), c.source...)
			p.Source, p.Now = &source, clock.Now
			p.Sleep = func(_ context.Context, d time.Duration) error {
				slept += d
				clock.now = clock.now.Add(d)
				return nil
			}
			for i, want := range c.want {
				slept = 0
				if _, err := p.Next(context.Background()); err != nil {
					t.Fatal(err)
				}
				clock.now = clock.now.Add(c.busy)
				if c.busy > 0 && i == 2 {
					want = 10*time.Second - time.Second/2 // the screen was busy twice: the first time between chunks of one read
				}
				if slept != want {
					t.Errorf("chunk %d: slept %v, want %v", i, slept, want)
				}
			}
		})
	}
}

// A replay that is stopped while it waits ends with the reason.
func TestPaceStops(t *testing.T) {
	source := chunks{at(time.Second, session.Server)}
	p := Pace{Source: &source, Now: newClock().Now, Sleep: func(context.Context, time.Duration) error { return context.Canceled }}
	if _, err := p.Next(context.Background()); !errors.Is(err, context.Canceled) {
		t.Errorf("got %v", err)
	}
}
