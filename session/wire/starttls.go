package wire

import (
	"context"
	"errors"
	"net"
	"os"
	"time"

	"byhand/session"
)

// ErrInjected says that the server, or somebody on the way, sent bytes in clear between the reply to STARTTLS and the
// handshake. They would be read as if they had come encrypted (RFC 3207 §6; CVE-2011-0411), so the connection is given up.
var ErrInjected = errors.New("bytes in clear between the reply to STARTTLS and the handshake: somebody may have put them there")

// upgrade is an order to the reader: do the handshake, and read on encrypted.
type upgrade struct {
	tls   TLS
	limit time.Duration
	seen  int64 // the server's bytes up to the end of the reply
	done  chan struct{}
}

// StartTLS changes the connection to TLS in place: the server has just agreed to STARTTLS or STLS. seen is how many bytes of
// the server's had passed when that reply ended. It returns at once; the marks in the Source tell how it went, and Send waits
// until then. A handshake that fails ends the connection.
func (w *Wire) StartTLS(t TLS, limit time.Duration, seen int64) {
	up := &upgrade{tls: t, limit: limit, seen: seen, done: make(chan struct{})}
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.conn == nil || w.up != nil || w.shaking != nil {
		return
	}
	w.up = up
	w.conn.SetReadDeadline(time.Unix(1, 0)) // wakes the reader, which does the rest
}

// handed takes the order to upgrade, if the reader was woken for one.
func (w *Wire) handed(err error) *upgrade {
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.up != nil && errors.Is(err, os.ErrDeadlineExceeded) {
		return w.up
	}
	return nil
}

// upgrade does the handshake on the reader's goroutine and gives the connection to read from now on.
func (w *Wire) upgrade(conn net.Conn, number int, up *upgrade, got int64) (net.Conn, error) {
	w.mu.Lock()
	w.up, w.shaking = nil, up
	w.mu.Unlock()
	defer func() {
		w.mu.Lock()
		w.shaking = nil
		w.mu.Unlock()
		close(up.done)
	}()
	w.put(session.Chunk{Conn: number, Mark: session.NewMark("tls", "is", "start")})
	if got > up.seen {
		w.put(session.Chunk{Conn: number, Mark: session.NewMark("tls", "is", "fail", "why", "injected", "err", ErrInjected.Error())})
		return nil, errShake{ErrInjected}
	}
	if err := conn.SetReadDeadline(time.Time{}); err != nil {
		return nil, err
	}
	secure, mark, p, err := up.tls.shake(context.Background(), conn, w.host, up.limit, true)
	w.put(session.Chunk{Conn: number, Mark: mark})
	if err != nil {
		return nil, errShake{err}
	}
	w.mu.Lock()
	w.conn, w.proof = secure, p
	w.mu.Unlock()
	return secure, nil
}
