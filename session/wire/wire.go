// Package wire is the socket: it dials, sends exactly what it is given, and gives what passed as a session.Source.
// One Wire may carry several connections, one after the other; it says nothing to people and parses nothing.
package wire

import (
	"context"
	"errors"
	"io"
	"net"
	"net/netip"
	"os"
	"strings"
	"sync"
	"time"

	"byhand/session"
)

// Silence is how long a server may pause in the middle of a line before what has come of it is given (a prompt
// without a line end).
const Silence = 100 * time.Millisecond

// readSize is the most that one read gives: large, so that who reads and who shows wake each other seldom.
const readSize = 256 << 10

// ErrClosed is what Send gives when there is no connection.
var ErrClosed = errors.New("not connected")

// Wire is a succession of connections, as one Source.
type Wire struct {
	start  time.Time
	chunks chan session.Chunk
	free   chan []byte // buffers that Next has done with
	done   chan struct{}

	writing chan struct{} // has one token while a line is on its way out

	order sync.Mutex // held while a chunk is stamped and queued, so that At never decreases
	last  time.Duration

	mu      sync.Mutex
	conn    net.Conn
	number  int
	host    string   // that was dialled
	leaving bool     // Hangup or Close came from our side
	up      *upgrade // ordered, not yet taken by the reader
	shaking *upgrade // taken
	proof   proof    // of who we are, that the server asked for
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

		writing: make(chan struct{}, 1),
	}
	for range cap(w.free) {
		w.free <- nil // allocated when first used
	}
	return w
}

// Start is the time at which the session began: At of every chunk is measured from it.
func (w *Wire) Start() time.Time { return w.start }

// Target is where to connect to, and how.
type Target struct {
	Host, Port string
	Proto      session.Protocol // what is known of it beforehand; session.Untold otherwise
	Limit      time.Duration    // for the connection, and again for the handshake
	Implicit   bool             // TLS from the first byte (RFC 8314 §3)
	TLS        TLS

	Source netip.Addr                         // our own address; none leaves it to the system
	Proxy  *Proxy                             // that connects in our place, or nil
	Missed func(address string, e *DialError) // is told of each address that did not answer while there is another; or nil
}

// Dial opens a connection; the one before must be closed. Its error is a *DialError, or that of the handshake: then the marks
// in the Source have told of it, too.
func (w *Wire) Dial(ctx context.Context, to Target) error {
	begin := time.Now()
	conn, err := to.reach(ctx)
	if err != nil {
		return err
	}
	ms := int(time.Since(begin).Milliseconds())
	w.mu.Lock()
	w.number++
	w.conn, w.leaving, w.host, w.proof = conn, false, to.Host, proof{}
	number := w.number
	w.readers.Add(1)
	w.mu.Unlock()
	ip := ""
	if !to.Proxy.For(to.Host) {
		ip, _, _ = net.SplitHostPort(conn.RemoteAddr().String())
	}
	how := ""
	if to.Implicit {
		how = "implicit"
	}
	w.put(session.Chunk{Conn: number, Mark: session.NewMark("open",
		"proto", string(to.Proto), "addr", net.JoinHostPort(to.Host, to.Port), "tls", how, "ip", ip, "ms", ms)})
	if to.Implicit {
		secure, mark, p, err := to.TLS.shake(ctx, conn, to.Host, to.Limit, false)
		w.put(session.Chunk{Conn: number, Mark: mark})
		if err != nil {
			w.closed(number, errShake{err})
			w.readers.Done()
			failed := to.failed(shakeCause(err, p), err)
			failed.Mark = mark
			return failed
		}
		w.mu.Lock()
		w.conn, w.proof = secure, p
		w.mu.Unlock()
		go w.read(secure, number)
		return nil
	}
	go w.read(conn, number)
	return nil
}

// read carries what the server sends into the queue. It ends when the connection does.
func (w *Wire) read(conn net.Conn, number int) {
	defer w.readers.Done()
	var got int64
	pending := false // the last byte given was not a line end, and no Flush was given for it
	for {
		n, unended, err := w.readOnce(conn, number, pending)
		got += int64(n)
		if n > 0 {
			pending = unended
		}
		if up := w.handed(err); up != nil {
			if conn, err = w.upgrade(conn, number, up, got); err != nil {
				w.closed(number, err)
				return
			}
			pending = false
			continue
		}
		switch {
		case err == nil:
		case errors.Is(err, os.ErrDeadlineExceeded):
			pending = false
			w.put(session.Chunk{Conn: number, From: session.Server, Flush: true})
		default:
			w.closed(number, err)
			return
		}
	}
}

// readOnce gives one read to the queue. In the middle of a line it waits for Silence only.
func (w *Wire) readOnce(conn net.Conn, number int, pending bool) (n int, unended bool, err error) {
	var buf []byte
	select {
	case buf = <-w.free:
	case <-w.done:
		return 0, false, io.EOF
	}
	if buf == nil {
		buf = make([]byte, readSize)
	}
	w.mu.Lock()
	if w.up == nil { // else the reader has been woken already
		limit := time.Time{}
		if pending {
			limit = time.Now().Add(Silence)
		}
		err = conn.SetReadDeadline(limit)
	}
	w.mu.Unlock()
	if err == nil {
		n, err = conn.Read(buf)
	}
	if n == 0 {
		w.free <- buf
		return 0, false, err
	}
	w.put(session.Chunk{Conn: number, From: session.Server, Data: buf[:n]})
	return n, buf[n-1] != '\n', err
}

// closed gives the close mark of a connection, once.
func (w *Wire) closed(number int, err error) {
	w.mu.Lock()
	by, said, why, accepts := "server", "", "", ""
	switch {
	case w.leaving:
		by = "client"
	case err != nil && !errors.Is(err, io.EOF):
		by, said, why = "error", plainError(err), whyClosed(w.proof, err)
		accepts = strings.Join(w.proof.accepts, "; ")
	}
	last, up := w.conn, w.up
	w.conn, w.up = nil, nil
	w.mu.Unlock()
	if up != nil {
		close(up.done) // the connection ended before the reader took the order
	}
	if last != nil {
		last.Close() // the error of closing a connection that has ended tells nothing
	}
	w.put(session.Chunk{Conn: number, Mark: session.NewMark("close", "by", by, "err", said, "why", why, "accepts", accepts)})
}

// Send writes line to the server exactly as it is, in one write, and gives it to the Source first, so that no reply can
// come before it. Where ctx ends before the server has taken it all, Send gives the error of ctx: the rest goes on its way by
// itself, and before whatever is sent later.
func (w *Wire) Send(ctx context.Context, line []byte) error {
	w.mu.Lock()
	up := w.up
	if up == nil {
		up = w.shaking
	}
	w.mu.Unlock()
	if up != nil {
		<-up.done // nothing may go out in clear while TLS is being agreed
	}
	select {
	case w.writing <- struct{}{}:
	case <-ctx.Done():
		return ctx.Err()
	}
	w.mu.Lock()
	conn, number := w.conn, w.number
	w.mu.Unlock()
	err := ctx.Err() // both may have come
	if conn == nil {
		err = ErrClosed
	}
	if err != nil {
		<-w.writing
		return err
	}
	line = append([]byte(nil), line...)
	w.put(session.Chunk{Conn: number, From: session.Client, Data: line})
	written := make(chan error, 1)
	go func() { // ends when the server has taken the line, or the connection ends
		_, err := conn.Write(line)
		<-w.writing
		written <- err
	}()
	select {
	case err := <-written:
		return err
	case <-ctx.Done():
		return ctx.Err()
	}
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
