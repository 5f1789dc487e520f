package lessons

import (
	"bytes"
	"maps"
	"slices"
	"strconv"
	"strings"

	"byhand/session"
	"byhand/session/proto"
)

// A shadow is what the mailboxes of the practice server must hold, told from the events of a session and the lesson's world: what was
// accepted is in, what was marked at QUIT is out. Where the events contradict it, as on another server, it knows nothing.
type shadow struct {
	boxes map[string][]Received
	conns map[int]*shadowed
	lost  bool
}

// shadowed is one connection.
type shadowed struct {
	state   proto.State
	letter  []byte     // since DATA, dots undone
	letters []Received // of the mailbox as it was at the login
	box     string
}

// newShadow gives the mailboxes as the lesson's world begins. student's holds the tutorial's letters, which nobody has counted here.
func newShadow(l *Lesson, vars Vars) *shadow {
	s := &shadow{boxes: map[string][]Received{}, conns: map[int]*shadowed{}}
	w := l.World.With(vars)
	for _, name := range append(slices.Collect(maps.Keys(w.Users)), residents...) {
		if name != "student" {
			s.boxes[name] = nil
		}
	}
	for name, letters := range w.Mail {
		for _, m := range letters {
			raw := m.Raw
			if raw == "" {
				raw = "From: " + m.From + "\nTo: " + m.To + "\nSubject: " + m.Subject + "\n\n" + m.Body
			}
			s.boxes[name] = append(s.boxes[name], Received{From: m.From, Raw: []byte(raw)})
		}
	}
	delete(s.boxes, "student")
	return s
}

// Count gives how many letters lie in a mailbox.
func (s *shadow) Count(box string) (int, bool) {
	letters, known := s.boxes[box]
	return len(letters), known && !s.lost
}

// Letter gives one of them.
func (s *shadow) Letter(box string, i int) (Received, bool) {
	letters, known := s.boxes[box]
	if !known || s.lost || i < 0 || i >= len(letters) {
		return Received{}, false
	}
	return letters[i], true
}

// observe takes the next event into account.
func (s *shadow) observe(e *session.Event) {
	c := s.conns[e.Conn]
	if c == nil || e.Role == session.Open {
		c = &shadowed{}
		s.conns[e.Conn] = c
	}
	authed := c.state.Authed
	if e.From == session.Client && e.Role == session.Data && e.More {
		line := append(bytes.TrimRight(e.Line(), "\r\n"), "\r\n"...)
		c.letter = append(c.letter, bytes.TrimPrefix(line, []byte("."))...)
	}
	if e.Role == session.Reply && e.From == session.Server && !e.More {
		s.replied(c, e)
	}
	c.state.Observe(e)
	if c.state.Authed && !authed && c.state.Proto == session.POP3 {
		c.box, _, _ = strings.Cut(c.state.User, "@")
		c.letters = slices.Clone(s.boxes[c.box])
	}
}

// replied is called before the state has heard of the reply.
func (s *shadow) replied(c *shadowed, e *session.Event) {
	good := strings.HasPrefix(e.Code, "2") || e.Code == "+OK"
	switch e.Verb {
	case "DATA", "BDAT":
		if good && c.state.HasFrom {
			for _, to := range slices.Compact(slices.Sorted(slices.Values(c.state.To))) {
				s.deliver(to, Received{From: c.state.From, Raw: bytes.Clone(c.letter)})
			}
		}
		c.letter = nil
	case "QUIT":
		if good && c.state.Authed && c.state.Proto == session.POP3 {
			s.remove(c)
		}
	case "STAT":
		if f := strings.Fields(string(e.Line())); good && len(f) > 1 && c.state.Authed {
			n, err := strconv.Atoi(f[1])
			if _, known := s.boxes[c.box]; known && (err != nil || n != len(c.letters)-len(c.state.Marked)) {
				s.lost = true // it is another server, or another world
			}
		}
	}
}

func (s *shadow) deliver(to string, l Received) {
	name, _, _ := strings.Cut(strings.ToLower(to), "@")
	if letters, known := s.boxes[name]; known {
		s.boxes[name] = append(letters[:len(letters):len(letters)], l)
	}
}

// remove takes the marked letters of c out of its mailbox; what came in meanwhile stays.
func (s *shadow) remove(c *shadowed) {
	if _, known := s.boxes[c.box]; !known {
		return
	}
	var stay []Received
	for i, l := range c.letters {
		if !slices.Contains(c.state.Marked, i+1) {
			stay = append(stay, l)
		}
	}
	s.boxes[c.box] = append(stay, s.boxes[c.box][min(len(c.letters), len(s.boxes[c.box])):]...)
}
