package practice

import (
	"bytes"
	"io"
)

// A writer gathers replies and sends them together when the server is about to wait (RFC 2920 §3.2: a server may
// send the replies to pipelined commands in one segment). It holds a buffer only while there is something in it.
type writer struct {
	dst    io.Writer
	before func() // called before each write to the client: sets the deadline
	buf    *[]byte
	n      int
	err    error // the first error; after it nothing is sent
}

// Write puts p into the buffer and sends the buffer when it is full.
func (w *writer) Write(p []byte) (int, error) {
	total := len(p)
	for len(p) > 0 && w.err == nil {
		if w.buf == nil {
			w.buf = largeBuffers.Get().(*[]byte)
		}
		n := copy((*w.buf)[w.n:], p)
		w.n, p = w.n+n, p[n:]
		if w.n == len(*w.buf) {
			w.send()
		}
	}
	return total - len(p), w.err
}

func (w *writer) send() {
	if w.n == 0 || w.err != nil {
		return
	}
	if w.before != nil {
		w.before()
	}
	_, w.err = w.dst.Write((*w.buf)[:w.n])
	w.n = 0
}

// flush sends what is buffered and gives the buffer back.
func (w *writer) flush() error {
	w.send()
	if w.buf != nil {
		largeBuffers.Put(w.buf)
		w.buf, w.n = nil, 0
	}
	return w.err
}

// A stuffer doubles the dot at the start of each line that passes (RFC 1939 §3, byte-stuffing).
type stuffer struct {
	dst io.Writer
	mid bool // the last octet that passed was not a line end
}

var dot = []byte{'.'}

// Write passes p on with dots doubled; n counts octets of p.
func (s *stuffer) Write(p []byte) (int, error) {
	total := len(p)
	for len(p) > 0 {
		if !s.mid && p[0] == '.' {
			if _, err := s.dst.Write(dot); err != nil {
				return total - len(p), err
			}
		}
		n := len(p)
		if i := bytes.Index(p, []byte("\n.")); i >= 0 {
			n = i + 1
		}
		if _, err := s.dst.Write(p[:n]); err != nil {
			return total - len(p), err
		}
		s.mid, p = p[n-1] != '\n', p[n:]
	}
	return total, nil
}
