package practice

import (
	"errors"
	"net"
	"time"
)

// errLimit is a client that wanted more than its share.
var errLimit = errors.New("a limit is met")

// pace counts a client's commands.
type pace struct {
	all    int       // in this session
	second time.Time // when the present second began
	now    int       // in it
}

// over counts one command and tells whether it is too many for a session or for a second.
func (p *pace) over(l *Limits) bool {
	if p.all++; l.Commands > 0 && p.all > l.Commands {
		return true
	}
	if l.Rate == 0 {
		return false
	}
	if now := time.Now(); now.Sub(p.second) >= time.Second {
		p.second, p.now = now, 0
	}
	p.now++
	return p.now > l.Rate
}

// host is the address that connections are counted by.
func host(a net.Addr) string {
	h, _, err := net.SplitHostPort(a.String())
	if err != nil {
		return a.String()
	}
	return h
}

// room tells whether one more client may come in, and counts it. The caller holds s.mu.
func (s *Server) room(c *conn) bool {
	if s.closing || len(s.conns) >= s.limits.Conns {
		return false
	}
	if s.limits.PerAddress == 0 {
		return true
	}
	from := host(c.RemoteAddr())
	if s.from[from] >= s.limits.PerAddress {
		return false
	}
	s.from[from]++
	return true
}

// unroom counts a client that is gone. The caller holds s.mu.
func (s *Server) unroom(c *conn) {
	if s.limits.PerAddress == 0 {
		return
	}
	from := host(c.RemoteAddr())
	if s.from[from]--; s.from[from] <= 0 {
		delete(s.from, from)
	}
}
