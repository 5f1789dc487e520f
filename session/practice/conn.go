package practice

import (
	"crypto/tls"
	"errors"
	"fmt"
	"net"
	"sync"
	"time"
)

// Why a session ends, beside the errors of the socket.
var (
	errClosing = errors.New("the server is closing")
	errHangUp  = errors.New("the server hangs up")
	errQuit    = errors.New("the client has quit")
	errDropped = errors.New("dropped by a fault")
)

// A conn is one client's connection. Its own goroutine reads and writes; interrupt and Close come from others.
type conn struct {
	net.Conn           // the socket, also under TLS: deadlines and Close go there
	secure   *tls.Conn // what in and out go through; nil in the clear
	in       *reader
	out      writer
	write    time.Duration
	stop     <-chan struct{} // closed when the server closes

	mu      sync.Mutex
	closing bool // the server wants to end
	waiting bool // the session waits for a command, so it may be woken
}

func newConn(c net.Conn, limits Limits, stop <-chan struct{}) *conn {
	k := &conn{Conn: c, write: limits.Write, stop: stop}
	k.out = writer{dst: c, before: k.extendWrite}
	k.in = newReader(c, k.out.flush)
	return k
}

func (c *conn) extendWrite() { _ = c.SetWriteDeadline(time.Now().Add(c.write)) }

// command waits for the next command line. The time limit is for the whole line, so that a client that sends one
// octet at a time does not hold the connection for ever.
func (c *conn) command(bound int, wait time.Duration) ([]byte, lineEnd, error) {
	if err := c.await(wait); err != nil {
		return nil, endCRLF, err
	}
	line, end, err := c.in.line(bound)
	c.mu.Lock()
	c.waiting = false
	if err != nil && c.closing {
		err = errClosing
	}
	c.mu.Unlock()
	return line, end, err
}

func (c *conn) await(wait time.Duration) error {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.closing {
		return errClosing
	}
	c.waiting = true
	return c.SetReadDeadline(time.Now().Add(wait))
}

// piece waits for more octets of a letter. It is not woken when the server closes: a letter in flight may finish.
func (c *conn) piece(wait time.Duration) ([]byte, error) {
	if c.in.r < c.in.w {
		return c.in.chunk()
	}
	if err := c.SetReadDeadline(time.Now().Add(wait)); err != nil {
		return nil, err
	}
	return c.in.chunk()
}

// interrupt wakes a session that waits for a command, and lets any other end after what it is doing.
func (c *conn) interrupt() {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.closing = true
	if c.waiting {
		_ = c.SetReadDeadline(time.Unix(1, 0))
	}
}

// pause waits, as a fault wants it; it ends early when the server closes.
func (c *conn) pause(d time.Duration) error {
	wait := time.NewTimer(d)
	defer wait.Stop()
	select {
	case <-wait.C:
		return nil
	case <-c.stop:
		return errClosing
	}
}

// end sends what is buffered and closes.
func (c *conn) end() {
	if c.out.flush() == nil && c.secure != nil {
		c.extendWrite()
		_ = c.secure.CloseWrite() // close_notify: the client can tell an end from a cut
	}
	c.in.release()
	_ = c.Close()
}

// timedOut tells whether a read ended because the client was silent.
func timedOut(err error) bool {
	var e net.Error
	return errors.As(err, &e) && e.Timeout()
}

// A protocolSession speaks one protocol with one client until the client or the server ends it.
type protocolSession interface {
	// greet speaks first.
	greet() error
	// step waits for one command and answers it; an error ends the session.
	step() error
	// farewell answers a client that is told to go: closing, timed out, too many errors.
	farewell(why error)
	// done gives back what the session holds.
	done()
}

// converse runs a session on c. It ends when the client quits or drops the connection, a limit is met, or the
// server closes.
func converse(c *conn, s protocolSession) (err error) {
	defer c.end()
	defer s.done()
	for err = s.greet(); err == nil; {
		err = s.step()
	}
	s.farewell(err)
	return err
}

// remote is the client's address for the log and for Received.
func (c *conn) remote() string {
	host, _, err := net.SplitHostPort(c.RemoteAddr().String())
	if err != nil {
		return "unknown"
	}
	if ip := net.ParseIP(host); ip != nil && ip.To4() == nil {
		return fmt.Sprintf("[IPv6:%s]", host) // RFC 5321 §4.1.3
	}
	return "[" + host + "]"
}
