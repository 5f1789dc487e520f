package session

import (
	"context"
	"errors"
	"io"
)

// A Source gives what passed, in order: a live connection, a transcript, an importer. Next ends with io.EOF.
type Source interface {
	Next(ctx context.Context) (Chunk, error)
}

// A Framer cuts chunks into events. It is pure: equal bytes give equal events, however they are cut.
// The events are valid until the next Feed.
type Framer interface {
	Feed(Chunk) []Event
}

// A Sink takes the events of one chunk together, so that it can write once a read: screen, recorder, guide.
// It may not keep the slice or any Raw in it.
type Sink func([]Event) error

// Run carries chunks from src through f to the sinks, in their order, until src ends or a sink fails.
// It gives nil at the end of src, and the first error otherwise.
func Run(ctx context.Context, src Source, f Framer, sinks ...Sink) error {
	give := func(events []Event) error {
		if len(events) == 0 {
			return nil
		}
		for _, sink := range sinks {
			if err := sink(events); err != nil {
				return err
			}
		}
		return nil
	}
	for {
		c, err := src.Next(ctx)
		if err != nil {
			last := give(f.Feed(Chunk{At: c.At, Flush: true}))
			if errors.Is(err, io.EOF) {
				err = nil
			}
			return errors.Join(err, last)
		}
		if err := give(f.Feed(c)); err != nil {
			return err
		}
	}
}
