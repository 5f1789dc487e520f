package practice

import (
	"context"
	"crypto/tls"
	"errors"
	"net"
	"sync"
	"sync/atomic"
	"time"
)

// Config says where a practice server listens, who lives there and how it behaves. Only an address is needed.
type Config struct {
	POP3 string // address to listen on, "127.0.0.1:0" for any free port; "" for no POP3
	SMTP string // the same for SMTP

	POP3S string // the same for POP3 that speaks TLS from the first octet (RFC 8314 §3.2)
	SMTPS string // the same for SMTP (RFC 8314 §3.3)

	World  World  // accounts, letters, faults; the zero World means Default()
	Store  string // a folder that keeps the maildrops as Maildir; "" keeps them in memory
	Voice  *Voice // what is said; nil means the World's style, or Coremail()
	Rules  Rules
	Class  Class // how many people share it; the zero Class is one
	Limits Limits
	Names  []string // what the certificate names beside this machine: host names and IP addresses

	Now  func() time.Time                 // the clock of Received, Date and ids; nil means time.Now
	Logf func(format string, args ...any) // one line for each thing worth knowing, no secrets; nil means silence
}

// A Server is a running practice server.
type Server struct {
	voice    *Voice
	enhanced map[Key]string // what the voice says to a client that was offered enhanced codes
	rules    Rules
	limits   Limits
	names    []string
	counts   *counts
	started  time.Time
	base     func() time.Time // the clock of Config
	clock    atomic.Pointer[clock]
	logf     func(format string, args ...any)
	store    *store

	secret    []byte // the salts of SCRAM come from it
	tls       *tls.Config
	authority func() (*authority, error) // makes it when it is first called

	listeners [doors]net.Listener
	work      sync.WaitGroup // accept loops and sessions

	crowd   atomic.Int32 // len(conns)
	mu      sync.Mutex
	conns   map[*conn]struct{}
	from    map[string]int // connections by address, if they are limited
	closing bool
	stop    chan struct{} // closed with closing
}

// Start listens on the addresses of cfg and serves until Close or Shutdown. When it returns without an error both
// protocols answer.
func Start(cfg Config) (*Server, error) {
	if cfg.World.empty() {
		cfg.World = Default()
	}
	voice, limits, err := cfg.World.spoken(cfg.Voice, cfg.Limits)
	if err != nil {
		return nil, err
	}
	s := &Server{
		voice: voice, rules: cfg.Rules, limits: limits.withDefaults(), names: cfg.Names, counts: newCounts(), from: map[string]int{},
		base: cfg.Now, logf: cfg.Logf, conns: make(map[*conn]struct{}), stop: make(chan struct{}),
	}
	s.enhanced = s.voice.enhanced()
	if s.base == nil {
		s.base = time.Now
	}
	if s.logf == nil {
		s.logf = func(string, ...any) {}
	}
	s.authority = sync.OnceValues(func() (*authority, error) { return newAuthority(s.voice.Host, s.names, time.Now()) })
	s.tls, s.secret = s.tlsConfig(), newSecret()
	s.store = newStore(s.limits, s.rules)
	s.store.dir = cfg.Store
	s.store.class, s.started = cfg.Class, s.base()
	if err := s.Reset(cfg.World); err != nil {
		return nil, err
	}
	if err := s.listen(cfg); err != nil {
		return nil, err
	}
	return s, nil
}

// serve starts the accept loop of one door. The goroutine ends when the listener is closed.
func (s *Server) serve(l net.Listener, d doorRow) {
	s.work.Add(1)
	go func() {
		defer s.work.Done()
		for wait := time.Duration(0); ; {
			c, err := l.Accept()
			if errors.Is(err, net.ErrClosed) {
				return
			}
			if err != nil { // out of file descriptors, or a client that was gone at once: back off and go on
				s.logf("accept: %v", err)
				wait = min(2*wait+5*time.Millisecond, time.Second)
				select {
				case <-s.stop:
				case <-time.After(wait):
				}
				continue
			}
			wait = 0
			k := newConn(c, s.limits, s.stop)
			k.in.crowd = &s.crowd
			s.accept(k, d)
		}
	}()
}

// accept starts the session of one client, or tells it to come later.
func (s *Server) accept(c *conn, d doorRow) {
	s.mu.Lock()
	full := !s.room(c)
	if !full {
		s.conns[c] = struct{}{}
		s.crowd.Add(1)
		s.work.Add(1)
	}
	s.mu.Unlock()
	if full {
		s.counts.refused.Add(1)
		s.logf("%s %s turned away", c.RemoteAddr(), d.name)
		if !d.secure { // a handshake would hold up those who wait behind
			s.say(&c.out, d.busy)
		}
		c.end()
		return
	}
	s.counts.opened.Add(1)
	s.logf("%s %s opened", c.RemoteAddr(), d.name)
	go s.welcome(c, d) // ends with the greeting
}

// welcome greets a client, and lets the session go on in a goroutine of its own: a greeting, and TLS more so, needs a deep
// stack, which a client that only waits would hold for as long as it waits.
func (s *Server) welcome(c *conn, d doorRow) {
	if d.secure {
		if err := s.handshake(c); err != nil {
			c.end()
			s.leave(c, err)
			return
		}
	}
	session := d.open(s, c)
	err := session.greet()
	if err == nil {
		err = c.out.flush()
	}
	go func() { s.leave(c, converse(c, session, err)) }() // ends with the session
}

// leave forgets a client that is gone.
func (s *Server) leave(c *conn, why error) {
	s.mu.Lock()
	delete(s.conns, c)
	s.unroom(c)
	s.crowd.Add(-1)
	s.mu.Unlock()
	s.logf("%s closed after %d commands: %v", c.RemoteAddr(), c.pace.all, why)
	s.work.Done()
}

// Close ends the server: no new clients, 421 or -ERR to those that wait, a short time for letters in flight.
func (s *Server) Close() error {
	ctx, cancel := context.WithTimeout(context.Background(), s.limits.Goodbye)
	defer cancel()
	return s.Shutdown(ctx)
}

// Shutdown ends the server as Close does, but lets letters in flight finish until ctx is done; then the connections
// are cut, and Shutdown gives the context's error. A letter that was cut is not delivered, a DELE not carried out.
func (s *Server) Shutdown(ctx context.Context) error {
	s.mu.Lock()
	if !s.closing {
		s.closing = true
		close(s.stop)
	}
	s.closeListeners()
	for c := range s.conns {
		c.interrupt()
	}
	s.mu.Unlock()

	ended := make(chan struct{})
	go func() { // ends when the last session has ended
		s.work.Wait()
		close(ended)
	}()
	select {
	case <-ended:
		return nil
	case <-ctx.Done():
	}
	s.mu.Lock()
	for c := range s.conns {
		_ = c.Close()
	}
	s.mu.Unlock()
	<-ended
	return ctx.Err()
}
