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

	writeBy time.Time // the deadline that is set for writing
	from    string    // see remote
	pace    pace

	mu      sync.Mutex
	closing bool      // the server wants to end
	waiting bool      // the session waits for a command, so it may be woken
	readBy  time.Time // the deadline that is set for reading
}

func newConn(c net.Conn, limits Limits, stop <-chan struct{}) *conn {
	k := &conn{Conn: c, write: limits.Write, stop: stop}
	k.out = writer{dst: c, before: k.extendWrite}
	k.in = newReader(c, k.out.flush)
	return k
}

// due gives the deadline of a wait that begins now. The one that is set may stay if it leaves the client all its time and not
// much more: to set it anew for each line would cost more than to read the line.
func due(set time.Time, wait time.Duration) (by time.Time, stays bool) {
	now := time.Now()
	if left := set.Sub(now); left >= wait && left <= 2*wait {
		return set, true
	}
	return now.Add(wait + wait/16), false
}

func (c *conn) extendWrite() {
	by, stays := due(c.writeBy, c.write)
	if stays {
		return
	}
	c.writeBy = by
	_ = c.SetWriteDeadline(by)
}

// extendRead gives the client time to say something. The caller holds c.mu.
func (c *conn) extendRead(wait time.Duration) error {
	by, stays := due(c.readBy, wait)
	if stays {
		return nil
	}
	c.readBy = by
	return c.SetReadDeadline(by)
}

// command waits for the next command line. The time limit is for the whole line, so that a client that sends one
// octet at a time does not hold the connection for ever.
func (c *conn) command(bound int, wait time.Duration) ([]byte, lineEnd, error) {
	if err := c.await(wait); err != nil {
		return nil, endCRLF, err
	}
	line, end, err := c.in.line(bound)
	return line, end, c.awake(err)
}

// expect waits until the client says something. It is called where the stack is shallow: the first wait of a session is
// the longest of most, and a small stack is most of what such a client costs.
func (c *conn) expect(wait time.Duration) error {
	if c.in.r < c.in.w {
		return nil
	}
	c.in.narrow()
	if err := c.await(wait); err != nil {
		return err
	}
	return c.awake(c.in.fill())
}

// awake ends a wait that came to err.
func (c *conn) awake(err error) error {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.waiting = false
	if err != nil && c.closing {
		return errClosing
	}
	return err
}

func (c *conn) await(wait time.Duration) error {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.closing {
		return errClosing
	}
	c.waiting = true
	return c.extendRead(wait)
}

// piece waits for more octets of a letter. It is not woken when the server closes: a letter in flight may finish.
func (c *conn) piece(wait time.Duration) ([]byte, error) {
	if c.in.r < c.in.w {
		return c.in.chunk()
	}
	c.mu.Lock()
	err := c.extendRead(wait)
	c.mu.Unlock()
	if err != nil {
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
		c.readBy = time.Unix(1, 0)
		_ = c.SetReadDeadline(c.readBy)
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

// penalty makes a client wait that gave wrong passwords: the more, the longer.
func (c *conn) penalty(wrong int, each time.Duration) error {
	if wrong <= 2 {
		return nil
	}
	return c.pause(time.Duration(wrong-2) * each)
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
	// patience is how long a client may say nothing between commands.
	patience() time.Duration
	// farewell answers a client that is told to go: closing, timed out, too many errors.
	farewell(why error)
	// done gives back what the session holds.
	done()
}

// converse runs a session on c, whose greeting came to err. It ends when the client quits or drops the connection, a limit
// is met, or the server closes.
func converse(c *conn, s protocolSession, err error) error {
	defer c.end()
	defer s.done()
	for err == nil {
		if err = c.expect(s.patience()); err == nil {
			err = s.step()
		}
	}
	s.farewell(err)
	return err
}

// remote is the client's address for the log and for Received.
func (c *conn) remote() string {
	if c.from == "" {
		c.from = addressLiteral(c.RemoteAddr())
	}
	return c.from
}

func addressLiteral(addr net.Addr) string {
	host, _, err := net.SplitHostPort(addr.String())
	if err != nil {
		return "unknown"
	}
	if ip := net.ParseIP(host); ip != nil && ip.To4() == nil {
		return fmt.Sprintf("[IPv6:%s]", host) // RFC 5321 §4.1.3
	}
	return "[" + host + "]"
}
