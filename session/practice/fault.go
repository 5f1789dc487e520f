package practice

import (
	"fmt"
	"regexp"
	"strings"
	"time"
)

// A Fault makes the server answer wrongly on purpose: a full mailbox, greylisting, a line that goes dead.
type Fault struct {
	// When is the command line that it waits for: as typed, in any case of letters; * stands for one word and a
	// last ... for the rest of the line; /regexp/ and /regexp/i are matched against the whole line. "greeting" is
	// the moment before the server's first line, "." the end of a letter.
	When  string
	Reply string        // said instead of the true reply ("452 4.2.2 Mailbox full"); "" with Delay or Drop: the true reply, late, or none
	Times int           // how often; 0 means always
	Drop  bool          // close the connection after Reply
	Delay time.Duration // wait before the reply
}

const (
	whenGreeting = "greeting"
	whenLetter   = "."
)

func (f Fault) check() error {
	if f.When == "" {
		return fmt.Errorf("world: a fault without when")
	}
	if f.Reply == "" && !f.Drop && f.Delay == 0 {
		return fmt.Errorf("world: fault %q does nothing", f.When)
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
		out = append(out, faultState{Fault: f, re: re, left: or(f.Times, -1)})
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
		f := &st.faults[i]
		if f.left == 0 || !f.re.MatchString(line) {
			continue
		}
		if f.left > 0 {
			f.left--
		}
		return f.Fault, true
	}
	return Fault{}, false
}

// meet plays the fault of line, if there is one. handled tells that the command is answered with it.
func (s *Server) meet(c *conn, line string) (handled bool, err error) {
	f, ok := s.store.fault(line)
	if !ok {
		return false, nil
	}
	if f.Delay > 0 {
		if err := c.out.flush(); err != nil {
			return true, err
		}
		if err := c.pause(f.Delay); err != nil {
			return true, err
		}
	}
	if f.Reply != "" {
		s.sayText(&c.out, f.Reply)
	}
	if f.Drop {
		return true, errDropped
	}
	return f.Reply != "", nil
}
