package practice

import (
	"errors"
	"slices"
	"strings"
)

// A Class says how many people share one server. The zero value is one learner alone.
type Class struct {
	Anyone  bool      // whoever logs in by an unknown name and any password gets an account of that name and password
	Like    string    // the account with whose letters such an account begins; "" means none
	Isolate Isolation // how those who share a name are kept apart
}

// Isolation is how far the people who share one name see each other's maildrop.
type Isolation string

// The isolations.
const (
	Together  Isolation = ""        // one maildrop, one at a time (RFC 1939 §4)
	ByLogin   Isolation = "login"   // each POP3 login gets a copy of its own, which is gone when it ends
	ByAddress Isolation = "address" // those who come from one IP address share a copy, which stays
)

// seats is what stands between a name and an address in the name of a copy. No account name has it.
const seats = "\x00"

// seat gives the name of the maildrop that name stands for when it comes from an address: a copy, if people are kept apart by
// address. The copy is made when it is first asked for; where that cannot be, they share the one there is.
func (st *store) seat(name, from string) string {
	if st.class.Isolate != ByAddress {
		return name
	}
	st.mu.Lock()
	defer st.mu.Unlock()
	b, seat := st.boxes[strings.ToLower(name)], name+seats+strings.Trim(from, "[]") // it comes as an address literal
	if b == nil {
		return name
	}
	if key := strings.ToLower(seat); st.boxes[key] == nil {
		if len(st.boxes) >= st.limits.Accounts {
			return name
		}
		c := b.copy()
		if st.copyOnDisk(c, b, key) != nil {
			return name
		}
		st.boxes[key] = c
	}
	return seat
}

// copy gives a maildrop of the same letters. They are in memory once, and counted once.
func (b *box) copy() *box {
	c := newBox(b.name, b.password, b.login)
	c.letters, c.serial = slices.Clone(b.letters), b.serial
	for i := range c.letters {
		c.letters[i].held = 0
	}
	c.first = slices.Clone(b.first)
	for i := range c.first {
		c.first[i].held = 0
	}
	return c
}

// enroll makes an account for a name that nobody has, if anyone may come in.
func (st *store) enroll(name, password string) (who string, ok bool) {
	if !st.class.Anyone || password == "" {
		return "", false
	}
	st.mu.Lock()
	defer st.mu.Unlock()
	if local, domain, has := cutAddress(name); has {
		if !strings.EqualFold(domain, st.domain) {
			return "", false
		}
		name = local
	}
	key := strings.ToLower(name)
	if !validLocal(name) || len(name) > maxLocal || strings.ContainsAny(name, "@\"") || callsForFault(key) || st.boxes[key] != nil || len(st.boxes) >= st.limits.Accounts {
		return "", false
	}
	b := newBox(name, password, true)
	if like := st.boxes[strings.ToLower(st.class.Like)]; like != nil {
		b.letters = slices.Clone(like.first)
		for i := range b.letters {
			b.letters[i].held = 0
		}
		b.first = b.letters
	}
	if st.onDisk(b) != nil {
		return "", false
	}
	st.boxes[key] = b
	return name, true
}

// ResetUser puts the maildrop of a name back to what it was when the world began, copies by address as well; ok is false if
// there is none. Sessions that are open keep the letters that they saw at login. An error is one of the disk.
func (s *Server) ResetUser(name string) (ok bool, err error) {
	st := s.store
	st.mu.Lock()
	defer st.mu.Unlock()
	b := st.find(name)
	if b == nil {
		return false, nil
	}
	key := strings.ToLower(b.name)
	for k, other := range st.boxes {
		if k != key && !strings.HasPrefix(k, key+seats) {
			continue
		}
		for _, l := range other.letters {
			st.held -= l.held
		}
		err = errors.Join(err, other.become(other.first))
		for _, l := range other.letters {
			st.held += l.held
		}
	}
	return true, err
}

// fullBox tells whether a maildrop holds as much as it may.
func (st *store) fullBox(name string) bool {
	if st.limits.Maildrop == 0 {
		return false
	}
	st.mu.Lock()
	defer st.mu.Unlock()
	total := int64(0)
	if b := st.boxes[strings.ToLower(name)]; b != nil {
		for _, l := range b.letters {
			total += l.Size
		}
	}
	return total >= st.limits.Maildrop
}

// admitted counts and notes a login: who came in, by which command or mechanism, and whether others could read along.
func (s *Server) admitted(c *conn, protocol, who, by string) {
	s.counts.logins.Add(1)
	how := "in the clear"
	if c.secure != nil {
		how = "over TLS"
	}
	s.logf("%s %s login %q by %s %s", c.RemoteAddr(), protocol, who, by, how)
}

// refusedLogin counts and notes a login that was refused. The name is not noted: it may be a password in the wrong place.
func (s *Server) refusedLogin(c *conn) {
	s.counts.wrong.Add(1)
	s.logf("%s login refused", c.RemoteAddr())
}
