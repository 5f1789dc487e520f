package practice

import (
	"bufio"
	"fmt"
	"io"
	"maps"
	"slices"
	"strings"
	"sync/atomic"
	"time"
)

// counts are what a server has seen since it started.
type counts struct {
	opened, refused     atomic.Int64 // connections
	logins, wrong       atomic.Int64
	letters, octets     atomic.Int64 // taken by SMTP
	fetched, faults     atomic.Int64
	limited, handshakes atomic.Int64
	verbs               map[string]*atomic.Int64 // commands by protocol and verb; not changed after start
}

const otherVerb = " other"

func newCounts() *counts {
	c := &counts{verbs: map[string]*atomic.Int64{"pop3" + otherVerb: {}, "smtp" + otherVerb: {}}}
	for verb := range popCommands {
		c.verbs["pop3 "+verb] = new(atomic.Int64)
	}
	for verb := range smtpCommands {
		c.verbs["smtp "+verb] = new(atomic.Int64)
	}
	return c
}

// command counts one command; a verb that is none counts as other, so that nobody can make up as many as he likes.
func (c *counts) command(proto, verb string) {
	n := c.verbs[proto+" "+verb]
	if n == nil {
		n = c.verbs[proto+otherVerb]
	}
	n.Add(1)
}

// A Status is what a server can tell of itself. There are no secrets in it, and no names.
type Status struct {
	Started     time.Time         `json:"started"`
	Addresses   map[string]string `json:"addresses"` // "pop3", "smtp", "pop3s", "smtps"
	Voice       string            `json:"voice"`
	Domain      string            `json:"domain"`
	Accounts    int               `json:"accounts"`
	Letters     int               `json:"letters"` // in all maildrops
	Held        int64             `json:"held"`    // octets of received letters that are kept
	HeldLimit   int64             `json:"held_limit"`
	Connections int               `json:"connections"`
	ConnLimit   int               `json:"connections_limit"`
	Opened      int64             `json:"opened"`
	Refused     int64             `json:"refused"`
	Logins      int64             `json:"logins"`
	BadLogins   int64             `json:"bad_logins"`
	Received    int64             `json:"received"`
	Octets      int64             `json:"received_octets"`
	Fetched     int64             `json:"fetched"`
	Faults      int64             `json:"faults"`
	Limited     int64             `json:"limited"`
	Handshakes  int64             `json:"handshakes"`
	Commands    map[string]int64  `json:"commands"` // by protocol and verb
}

// Status gives the state of the server now.
func (s *Server) Status() Status {
	c := s.counts
	out := Status{
		Started: s.started, Addresses: map[string]string{}, Voice: s.voice.Name, HeldLimit: s.limits.Held, ConnLimit: s.limits.Conns,
		Opened: c.opened.Load(), Refused: c.refused.Load(), Logins: c.logins.Load(), BadLogins: c.wrong.Load(), Received: c.letters.Load(),
		Octets: c.octets.Load(), Fetched: c.fetched.Load(), Faults: c.faults.Load(), Limited: c.limited.Load(), Handshakes: c.handshakes.Load(),
		Commands: map[string]int64{},
	}
	for i, name := range [doors]string{"pop3", "smtp", "pop3s", "smtps"} {
		if a := s.address(i); a != nil {
			out.Addresses[name] = a.String()
		}
	}
	for name, n := range c.verbs {
		out.Commands[name] = n.Load()
	}
	s.mu.Lock()
	out.Connections = len(s.conns)
	s.mu.Unlock()
	st := s.store
	st.mu.Lock()
	defer st.mu.Unlock()
	out.Domain, out.Held = st.domain, st.held
	for key, b := range st.boxes {
		if b.login && !strings.Contains(key, seats) {
			out.Accounts++
		}
		out.Letters += len(b.letters)
	}
	return out
}

// WriteMetrics writes the state in the text format of Prometheus, version 0.0.4.
func (s *Server) WriteMetrics(w io.Writer) error {
	st := s.Status()
	out := bufio.NewWriter(w)
	for _, m := range []struct {
		name, kind, help string
		value            int64
	}{
		{"start_time_seconds", "gauge", "When the server started, in seconds since 1970.", st.Started.Unix()},
		{"connections", "gauge", "Connections that are open.", int64(st.Connections)},
		{"connections_limit", "gauge", "Connections that may be open.", int64(st.ConnLimit)},
		{"connections_total", "counter", "Connections that were let in.", st.Opened},
		{"connections_refused_total", "counter", "Connections that were told to come later.", st.Refused},
		{"tls_handshakes_total", "counter", "TLS handshakes that went well.", st.Handshakes},
		{"logins_total", "counter", "Logins that went well.", st.Logins},
		{"logins_refused_total", "counter", "Logins that were refused.", st.BadLogins},
		{"letters_received_total", "counter", "Letters that were taken by SMTP.", st.Received},
		{"letter_octets_received_total", "counter", "Octets of these letters.", st.Octets},
		{"letters_fetched_total", "counter", "Letters that were sent by RETR.", st.Fetched},
		{"faults_total", "counter", "Faults that were met on purpose.", st.Faults},
		{"limited_total", "counter", "Sessions that were ended because they wanted too much.", st.Limited},
		{"accounts", "gauge", "Accounts that can log in.", int64(st.Accounts)},
		{"letters", "gauge", "Letters in all maildrops.", int64(st.Letters)},
		{"held_octets", "gauge", "Octets of received letters that are kept.", st.Held},
		{"held_octets_limit", "gauge", "Octets of received letters that may be kept.", st.HeldLimit},
	} {
		fmt.Fprintf(out, "# HELP byhand_practice_%[1]s %[2]s\n# TYPE byhand_practice_%[1]s %[3]s\nbyhand_practice_%[1]s %[4]d\n", m.name, m.help, m.kind, m.value)
	}
	fmt.Fprint(out, "# HELP byhand_practice_commands_total Commands that clients have sent.\n# TYPE byhand_practice_commands_total counter\n")
	for _, name := range slices.Sorted(maps.Keys(st.Commands)) {
		proto, verb, _ := strings.Cut(name, " ")
		fmt.Fprintf(out, "byhand_practice_commands_total{protocol=%q,command=%q} %d\n", proto, verb, st.Commands[name])
	}
	return out.Flush()
}
