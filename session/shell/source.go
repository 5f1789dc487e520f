package shell

import (
	"errors"
	"io"
	"sync"
	"time"
)

// escapeWait is how long the rest of a sequence may take; after it ESC is the key of that name.
const escapeWait = 50 * time.Millisecond

var errClosed = errors.New("the terminal was closed")

// source reads keys from a terminal such that a read that waits can be given up.
type source struct {
	in     io.Reader
	cancel func() error // ends a pending in.Read, if that can be done
	parser parser
	err    error // why there is nothing more

	ask  chan struct{} // one token: read once
	got  chan gulp     // what that gave
	open bool          // a token is out
	stop chan struct{} // closed by close
	once sync.Once
	done chan struct{} // closed when pump has ended
}

type gulp struct {
	b   []byte
	err error
}

func newSource(in io.Reader, cancel func() error) *source {
	s := &source{
		in: in, cancel: cancel,
		ask: make(chan struct{}, 1), got: make(chan gulp, 1), stop: make(chan struct{}), done: make(chan struct{}),
	}
	go s.pump()
	return s
}

// pump reads when asked. It ends at an error of the reader and at close; if a read cannot be cancelled, when that
// read comes back.
func (s *source) pump() {
	defer close(s.done)
	for {
		select {
		case <-s.ask:
		case <-s.stop:
			return
		}
		b := make([]byte, 4096)
		n, err := s.in.Read(b)
		s.got <- gulp{b[:n], err}
		if err != nil {
			return
		}
	}
}

// key waits for the next key. One goroutine only.
func (s *source) key() (key, error) {
	for {
		select {
		case <-s.stop:
			return key{}, errClosed
		default:
		}
		if k, ok := s.parser.next(); ok {
			return k, nil
		}
		if s.err != nil {
			return key{}, s.err
		}
		s.wait()
	}
}

// wait takes what comes: bytes, silence, the end.
func (s *source) wait() {
	if !s.open {
		s.open = true
		s.ask <- struct{}{}
	}
	var silence <-chan time.Time
	if s.parser.waiting() {
		silence = time.After(escapeWait)
	}
	select {
	case g := <-s.got:
		s.open = false
		s.parser.feed(g.b)
		if g.err != nil {
			s.err = g.err
			s.parser.end()
		}
	case <-silence:
		s.parser.flush()
	case <-s.stop:
	}
}

// close gives up reading: key returns at once. It waits for pump where the read can be cancelled.
func (s *source) close() {
	s.once.Do(func() {
		close(s.stop)
		if s.cancel != nil && s.cancel() == nil {
			<-s.done
		}
	})
}
