// Package wire is the socket: it dials, sends exactly what it is given, and gives what passed as a session.Source.
// One Wire may carry several connections, one after the other; it says nothing to people and parses nothing.
package wire

import (
	"context"
	"errors"
	"io"
	"net"
	"sync"
	"time"

	"byhand/session"
)

// Silence is how long a server may pause in the middle of a line before what has come of it is given (a prompt
// without a line end).
const Silence = 100 * time.Millisecond

// readSize is the most that one read gives; two such buffers are in use at a time.
const readSize = 64 << 10

// ErrClosed is what Send gives when there is no connection.
var ErrClosed = errors.New("not connected")

// Wire is a succession of connections, as one Source.
type Wire struct {
	start  time.Time
	chunks chan session.Chunk
	free   chan []byte // buffers that Next has done with
	done   chan struct{}

	order sync.Mutex // held while a chunk is stamped and queued, so that At never decreases
	last  time.Duration

	mu      sync.Mutex
	conn    net.Conn
	number  int
	leaving bool // Hangup or Close came from our side
	readers sync.WaitGroup
	once    sync.Once

	given []byte // the buffer of the chunk given last
}

// New gives a Wire without a connection; its clock starts now.
func New() *Wire {
	w := &Wire{
		start:  time.Now(),
		chunks: make(chan session.Chunk, 16),
		free:   make(chan []byte, 4),
		done:   make(chan struct{}),
	}
	for range cap(w.free) {
		w.free <- nil // allocated when first used
	}
	return w
}

// Start is the time at which the session began: At of every chunk is measured from it.
func (w *Wire) Start() time.Time { return w.start }

// Dial opens a connection to host and port; the one before must be closed. limit bounds it in time. Its error is a *DialError.
func (w *Wire) Dial(ctx context.Context, host, port string, proto session.Protocol, limit time.Duration) error {
	begin := time.Now()
	dialer := net.Dialer{Timeout: limit}
	conn, err := dialer.DialContext(ctx, "tcp", net.JoinHostPort(host, port))
	ms := int(time.Since(begin).Milliseconds())
	if err != nil {
		return &DialError{Host: host, Port: port, Cause: causeOf(err), Err: err}
	}
	w.mu.Lock()
	w.number++
	w.conn, w.leaving = conn, false
	number := w.number
	w.readers.Add(1)
	w.mu.Unlock()
	ip, _, _ := net.SplitHostPort(conn.RemoteAddr().String())
	w.put(session.Chunk{Conn: number, Mark: session.NewMark("open", "proto", string(proto), "addr", net.JoinHostPort(host, port), "ip", ip, "ms", ms)})
	go w.read(conn, number)
	return nil
}

// read carries what the server sends into the queue. It ends when the connection does.
func (w *Wire) read(conn net.Conn, number int) {
	defer w.readers.Done()
	pending := false // the last byte given was not a line end, and no Flush was given for it
	for {
		limit := time.Time{}
		if pending {
			limit = time.Now().Add(Silence)
		}
		if err := conn.SetReadDeadline(limit); err != nil {
			w.closed(conn, number, err)
			return
		}
		var buf []byte
		select {
		case buf = <-w.free:
		case <-w.done:
			w.closed(conn, number, nil)
			return
		}
		if buf == nil {
			buf = make([]byte, readSize)
		}
		n, err := conn.Read(buf)
		if n > 0 {
			pending = buf[n-1] != '\n'
			w.put(session.Chunk{Conn: number, From: session.Server, Data: buf[:n]})
		} else {
			w.free <- buf
		}
		var timeout net.Error
		switch {
		case err == nil:
		case errors.As(err, &timeout) && timeout.Timeout() && pending:
			pending = false
			w.put(session.Chunk{Conn: number, From: session.Server, Flush: true})
		default:
			w.closed(conn, number, err)
			return
		}
	}
}

// closed gives the close mark of a connection, once.
func (w *Wire) closed(conn net.Conn, number int, err error) {
	w.mu.Lock()
	by, why := "server", ""
	switch {
	case w.leaving:
		by = "client"
	case err != nil && !errors.Is(err, io.EOF):
		by, why = "error", plainError(err)
	}
	if w.conn == conn {
		w.conn = nil
	}
	w.mu.Unlock()
	conn.Close() // the error of closing a connection that has ended tells nothing
	w.put(session.Chunk{Conn: number, Mark: session.NewMark("close", "by", by, "err", why)})
}

// Send writes line to the server exactly as it is, in one write, and gives it to the Source first, so that no reply can
// come before it.
func (w *Wire) Send(line []byte) error {
	w.mu.Lock()
	conn, number := w.conn, w.number
	w.mu.Unlock()
	if conn == nil {
		return ErrClosed
	}
	w.put(session.Chunk{Conn: number, From: session.Client, Data: append([]byte(nil), line...)})
	_, err := conn.Write(line)
	return err
}

// Mark puts a remark beside the bytes.
func (w *Wire) Mark(m *session.Mark) {
	w.mu.Lock()
	number := max(w.number, 1)
	w.mu.Unlock()
	w.put(session.Chunk{Conn: number, Mark: m})
}

// Connected reports whether there is a connection.
func (w *Wire) Connected() bool {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.conn != nil
}

// Hangup closes the connection from our side; the close mark follows in the Source.
func (w *Wire) Hangup() {
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.conn != nil {
		w.leaving = true
		w.conn.Close() // ends the reader, which gives the mark
	}
}

// Close hangs up and ends the Source: Next gives what is queued, then io.EOF.
func (w *Wire) Close() {
	w.once.Do(func() {
		w.Hangup()
		go func() { // ends when the readers have; Next may have to make room for them
			w.readers.Wait()
			close(w.done)
		}()
	})
}

// put stamps a chunk and queues it.
func (w *Wire) put(c session.Chunk) {
	w.order.Lock()
	defer w.order.Unlock()
	c.At = max(time.Since(w.start).Truncate(time.Microsecond), w.last+time.Microsecond)
	w.last = c.At
	select {
	case w.chunks <- c:
	case <-w.done:
	}
}

// Next gives the next chunk, in the order in which they passed; io.EOF after Close.
func (w *Wire) Next(ctx context.Context) (session.Chunk, error) {
	if w.given != nil {
		select {
		case w.free <- w.given:
		default:
		}
		w.given = nil
	}
	select {
	case c := <-w.chunks:
		return w.give(c), nil
	default:
	}
	select {
	case c := <-w.chunks:
		return w.give(c), nil
	case <-ctx.Done():
		return session.Chunk{}, ctx.Err()
	case <-w.done:
		select {
		case c := <-w.chunks:
			return w.give(c), nil
		default:
			return session.Chunk{}, io.EOF
		}
	}
}

func (w *Wire) give(c session.Chunk) session.Chunk {
	if c.From == session.Server && cap(c.Data) == readSize {
		w.given = c.Data[:readSize]
	}
	return c
}
