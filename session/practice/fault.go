package practice

import (
	"fmt"
	"io"
	"regexp"
	"slices"
	"strings"
	"time"
)

// A Fault makes the server answer wrongly on purpose: a full mailbox, greylisting, a line that goes dead.
type Fault struct {
	// When is the command line that it waits for: as typed, in any case of letters; * stands for one word and a
	// last ... for the rest of the line; /regexp/ and /regexp/i are matched against the whole line. "greeting" is
	// the moment before the server's first line, "." the end of a letter, "tls" the handshake.
	When   string
	Reply  string        // said instead of the true reply ("452 4.2.2 Mailbox full"); "": the true reply, or none with Drop
	Times  int           // how often; 0 means always
	After  int           // how many times all goes well before it
	Chance float64       // how likely it is each time, drawn from the world's seed; 0 means certain
	Drop   bool          // close the connection after Reply
	Cut    int           // close it when so many octets of the reply are sent; CutHalf for half of it
	Delay  time.Duration // wait before the reply
	Drip   time.Duration // wait after each octet of the reply
	TLS    string        // what is wrong with the handshake; see TLSFaults
}

// CutHalf is a Fault.Cut in the middle of what is sent, however long it is.
const CutHalf = -1

const (
	whenGreeting = "greeting"
	whenLetter   = "."
	whenTLS      = "tls"
)

// does tells whether the fault has an effect.
func (f Fault) does() bool {
	return f.Reply != "" || f.Drop || f.Cut != 0 || f.Delay != 0 || f.Drip != 0 || f.TLS != ""
}

func (f Fault) check() error {
	switch {
	case f.When == "":
		return fmt.Errorf("world: a fault without when")
	case !f.does():
		return fmt.Errorf("world: fault %q does nothing", f.When)
	case f.TLS != "" && (f.When != whenTLS || !slices.Contains(TLSFaults(), f.TLS)):
		return fmt.Errorf("world: fault %q: tls is one of %s, when: tls", f.When, strings.Join(TLSFaults(), ", "))
	case f.Times < 0 || f.After < 0 || f.Cut < CutHalf || f.Chance < 0 || f.Chance > 1 || f.Delay < 0 || f.Drip < 0:
		return fmt.Errorf("world: fault %q has a number out of range", f.When)
	}
	_, err := f.pattern()
	return err
}

// pattern makes a regular expression of When.
func (f Fault) pattern() (*regexp.Regexp, error) {
	if re, ok := strings.CutPrefix(f.When, "/"); ok {
		flags := ""
		if cut, ok := strings.CutSuffix(re, "/i"); ok {
			re, flags = cut, "(?i)"
		} else {
			re = strings.TrimSuffix(re, "/")
		}
		p, err := regexp.Compile(flags + re)
		if err != nil {
			return nil, fmt.Errorf("world: fault %q: %w", f.When, err)
		}
		return p, nil
	}
	text, rest := strings.CutSuffix(normal(f.When), "...")
	re := strings.ReplaceAll(regexp.QuoteMeta(text), `\*`, `[^ ]+`)
	if rest {
		return regexp.Compile(`(?is)^` + strings.TrimSuffix(re, " ") + `.*$`)
	}
	return regexp.Compile(`(?i)^` + re + `$`)
}

// normal writes a command line as faults compare it: single blanks, none after a colon and none at the end.
func normal(line string) string {
	return strings.ReplaceAll(strings.Join(strings.Fields(line), " "), ": <", ":<")
}

// faultState is a fault with the number of times that are left.
type faultState struct {
	Fault
	re   *regexp.Regexp
	wait int // times that still go well
	left int // below 0: without end
}

// newFaults expects faults that were checked.
func newFaults(faults []Fault) []faultState {
	out := make([]faultState, 0, len(faults))
	for _, f := range faults {
		re, err := f.pattern()
		if err != nil {
			continue
		}
		out = append(out, faultState{Fault: f, re: re, wait: f.After, left: or(f.Times, -1)})
	}
	return out
}

// fault gives the fault that a command line meets, and uses it up by one.
func (st *store) fault(line string) (Fault, bool) {
	st.mu.Lock()
	defer st.mu.Unlock()
	if len(st.faults) == 0 {
		return Fault{}, false
	}
	line = normal(line)
	for i := range st.faults {
		if f := &st.faults[i]; f.left != 0 && f.re.MatchString(line) && st.strikes(f) {
			return f.Fault, true
		}
	}
	return Fault{}, false
}

// strikes tells whether a fault that waits for this line comes this time.
func (st *store) strikes(f *faultState) bool {
	switch {
	case f.wait > 0:
		f.wait--
		return false
	case f.Chance > 0 && st.dice.Float64() >= f.Chance:
		return false
	case f.left > 0:
		f.left--
	}
	return true
}

// meet plays the fault of line, if there is one. handled tells that the command is answered with it.
func (s *Server) meet(c *conn, line string) (handled bool, err error) {
	if err := c.calm(); err != nil {
		return true, err
	}
	f, ok := s.store.fault(line)
	if !ok {
		return false, nil
	}
	s.counts.faults.Add(1)
	if err := s.trouble(c, f); err != nil {
		return true, err
	}
	if f.Reply != "" {
		s.sayText(&c.out, f.Reply)
	}
	if f.Drop {
		return true, errDropped
	}
	return f.Reply != "", nil
}

// trouble makes the line as bad as the fault wants it for the reply that comes next.
func (s *Server) trouble(c *conn, f Fault) error {
	if f.Delay == 0 && f.Drip == 0 && f.Cut == 0 {
		return nil
	}
	if err := c.out.flush(); err != nil { // what was said before is not meant
		return err
	}
	if f.Drip != 0 || f.Cut != 0 {
		c.out.dst = &badLine{dst: c.out.dst, c: c, drip: f.Drip, left: f.Cut}
	}
	if f.Delay == 0 {
		return nil
	}
	return c.pause(f.Delay)
}

// calm makes a bad line good again: a fault is for one reply.
func (c *conn) calm() error {
	bad, ok := c.out.dst.(*badLine)
	if !ok {
		return nil
	}
	err := c.out.flush()
	c.out.dst = bad.dst
	return err
}

// A badLine is a line that is slow, or goes dead in the middle of a reply.
type badLine struct {
	dst  io.Writer
	c    *conn
	drip time.Duration
	left int // octets until it goes dead; 0 if it does not
}

// Write sends p as badly as it should.
func (b *badLine) Write(p []byte) (int, error) {
	dead := b.left != 0
	if b.left == CutHalf {
		b.left = len(p) / 2
	}
	if dead = dead && b.left <= len(p); dead {
		p = p[:b.left]
	}
	n, err := b.send(p)
	if b.left -= n; b.left < 0 {
		b.left = 0
	}
	if err == nil && dead {
		err = errDropped
	}
	return n, err
}

func (b *badLine) send(p []byte) (int, error) {
	if b.drip == 0 {
		return b.dst.Write(p)
	}
	for i := range p {
		b.c.extendWrite()
		if _, err := b.dst.Write(p[i : i+1]); err != nil {
			return i, err
		}
		if err := b.c.pause(b.drip); err != nil {
			return i + 1, err
		}
	}
	return len(p), nil
}
