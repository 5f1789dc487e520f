package main

import (
	"slices"
	"time"
)

// A seat is one learner's way through the connections of a recording. Learners are told apart by the host that they come from, and on one
// host by being there at the same time.
type seat struct {
	host string
	next int       // the connection of the recording that comes next
	open int       // connections that are open
	left time.Time // when the last of them ended
}

// absence is after how long a learner who has no connection open has gone for good: who comes from that host then is a newcomer.
const absence = 10 * time.Minute

// turnover is how long a new connection waits for another of its host to end, before it counts as somebody else's: who hangs up and calls
// again may be here before the end of the first call is seen.
const turnover = 500 * time.Millisecond

// sit finds the seat of a new connection and the connection of the recording that it gets: the next one of a learner who has none open;
// else the first, for somebody new.
func (s *troupe) sit(host string) (*seat, int) {
	patience := time.NewTimer(s.turnover)
	defer patience.Stop()
	for waits := len(s.calls) > 1; ; {
		s.mu.Lock()
		s.clear()
		at := s.free(host)
		if at == nil && (!waits || !s.known(host)) {
			at = &seat{host: host}
			s.seats = append(s.seats, at)
		}
		if at != nil {
			defer s.mu.Unlock()
			return at, at.take(len(s.calls))
		}
		left := s.left
		s.mu.Unlock()
		select {
		case <-left:
		case <-patience.C:
			waits = false
		case <-s.done:
			waits = false
		}
	}
}

// free gives a seat of a host from which one goes on: nobody sits there, or the recording has its next connection open beside the last.
func (s *troupe) free(host string) *seat {
	for _, c := range s.seats {
		if c.host == host && (c.open == 0 || s.calls[c.next].Beside) {
			return c
		}
	}
	return nil
}

// clear takes away the seats of those who have gone for good.
func (s *troupe) clear() {
	s.seats = slices.DeleteFunc(s.seats, func(c *seat) bool { return c.open == 0 && s.now().Sub(c.left) >= absence })
}

func (s *troupe) known(host string) bool {
	return slices.ContainsFunc(s.seats, func(c *seat) bool { return c.host == host })
}

// take gives the connection of the recording that comes next; after the last it begins again.
func (c *seat) take(calls int) int {
	call := c.next
	c.next = (call + 1) % calls
	c.open++
	return call
}

// leave ends a connection. One in which nothing was played does not count, as of somebody who only looked whether the server is there.
func (s *troupe) leave(c *seat, call int, played bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	c.open--
	c.left = s.now()
	if !played && c.open == 0 {
		c.next = call
	}
	close(s.left)
	s.left = make(chan struct{})
}
