package practice

import (
	"bytes"
	"errors"
	"io"
	"runtime"
	"sync"
	"sync/atomic"
)

// lineEnd tells how a command line ended.
type lineEnd uint8

const (
	endCRLF lineEnd = iota // as the RFCs want it
	endLF                  // LF alone
	endLong                // longer than the bound; all of it has been read and dropped
)

// errEndless is a line that goes on long after its bound: the session cannot be brought back in step.
var errEndless = errors.New("line without an end")

const (
	smallBuffer = 256 // what an idle connection holds
	largeBuffer = 32 << 10
	endlessLine = 64 << 10 // octets of one line that are dropped before the server hangs up
)

var largeBuffers = sync.Pool{New: func() any { b := make([]byte, largeBuffer); return &b }}

// A reader takes bounded lines and raw bytes from a client. It holds a small buffer while lines are read and borrows
// a large one for a letter, so that an idle connection costs little.
type reader struct {
	src    io.Reader
	before func() error  // called before each wait for bytes: sends what is still to be sent
	crowd  *atomic.Int32 // clients that are connected; nil if nobody counts them
	buf    []byte        // buf[r:w] is read and not yet used
	r, w   int
	small  []byte
	large  *[]byte
	long   []byte // a line that did not fit into the buffer
}

func newReader(src io.Reader, before func() error) *reader {
	small := make([]byte, smallBuffer)
	return &reader{src: src, before: before, buf: small, small: small}
}

// fill waits for more bytes. It must be called with an empty buffer only.
func (r *reader) fill() error {
	if r.before != nil {
		if err := r.before(); err != nil {
			return err
		}
	}
	if r.crowd != nil && r.crowd.Load() > 1 {
		runtime.Gosched() // while others are served the client may answer: then there is no need to wait for it
	}
	for range 100 {
		n, err := r.src.Read(r.buf)
		if n > 0 {
			r.r, r.w = 0, n
			return nil
		}
		if err != nil {
			return err
		}
	}
	return io.ErrNoProgress
}

// widen borrows a large buffer, for the octets of a letter. What is buffered moves along.
func (r *reader) widen() {
	if r.large != nil {
		return
	}
	r.large = largeBuffers.Get().(*[]byte)
	r.w = copy(*r.large, r.buf[r.r:r.w])
	r.r, r.buf = 0, *r.large
}

// narrow gives the large buffer back once it is used up.
func (r *reader) narrow() {
	if r.large == nil || r.r < r.w {
		return
	}
	r.r, r.w, r.buf = 0, 0, r.small
	largeBuffers.Put(r.large)
	r.large = nil
}

// release gives back what was borrowed; the reader is not used after it.
func (r *reader) release() { r.discard() }

// discard throws away what was read and not used.
func (r *reader) discard() {
	r.r, r.w = 0, 0
	r.narrow()
}

// chunk gives what is buffered, waiting for more only if there is nothing. use tells how much of it was taken.
func (r *reader) chunk() ([]byte, error) {
	if r.r == r.w {
		if err := r.fill(); err != nil {
			return nil, err
		}
	}
	return r.buf[r.r:r.w], nil
}

func (r *reader) use(n int) { r.r += n }

// line gives the next line without its line end; it is valid until the next call. A line longer than bound octets
// (line end included) is dropped whole and told by endLong, so that the session stays in step.
func (r *reader) line(bound int) ([]byte, lineEnd, error) {
	r.narrow()
	r.long = r.long[:0]
	if cap(r.long) > smallBuffer {
		r.long = nil
	}
	dropped := 0
	for {
		have, err := r.chunk()
		if err != nil {
			return nil, endCRLF, err
		}
		i := bytes.IndexByte(have, '\n')
		piece := have[:i+1]
		if i < 0 {
			piece = have
		}
		r.use(len(piece))
		if dropped += len(piece); dropped > bound {
			r.long = r.long[:0]
			if i >= 0 {
				return nil, endLong, nil
			}
			if dropped > bound+endlessLine {
				return nil, endLong, errEndless
			}
			continue
		}
		if i >= 0 && len(r.long) == 0 {
			line, end := trimEnd(piece)
			return line, end, nil
		}
		r.long = append(r.long, piece...)
		if i >= 0 {
			line, end := trimEnd(r.long)
			return line, end, nil
		}
	}
}

// trimEnd takes the line end off a line that ends with LF.
func trimEnd(line []byte) ([]byte, lineEnd) {
	line = line[:len(line)-1]
	if n := len(line); n > 0 && line[n-1] == '\r' {
		return line[:n-1], endCRLF
	}
	return line, endLF
}
