package practice

import (
	"bufio"
	"regexp"
	"strings"
	"sync"
	"testing"
	"time"
)

// TestMetrics: the text is of the form that Prometheus reads, and tells what was done.
func TestMetrics(t *testing.T) {
	s := start(t, func(c *Config) { c.World.Faults = []Fault{{When: "HELP", Reply: "451 no"}} })
	c := dial(t, s.SMTPAddr())
	c.line()
	c.ask("EHLO me", "250", "AUTH PLAIN AGFsaWNlAHdyb25n", "535", "HELP", "451", "WHATEVER", "500",
		"MAIL FROM:<a@example.com>", "250", "RCPT TO:<bob@practice.test>", "250", "DATA", "354", "x\r\n.", "250")
	p := pop(t, s, "bob", "builder")
	p.ask("RETR 1", "+OK")
	p.multi()
	dial(t, s.POP3SAddr()).secure(s).line()
	var b strings.Builder
	if err := s.WriteMetrics(&b); err != nil {
		t.Fatal(err)
	}
	form := regexp.MustCompile(`^(# (HELP|TYPE) byhand_practice_\w+ .+|byhand_practice_\w+(\{\w+="[^"]*"(,\w+="[^"]*")*\})? \d+)$`)
	for sc := bufio.NewScanner(strings.NewReader(b.String())); sc.Scan(); {
		if !form.MatchString(sc.Text()) {
			t.Errorf("line %q", sc.Text())
		}
	}
	for _, want := range []string{"connections 3", "connections_total 3", "logins_total 1", "logins_refused_total 1", "letters_received_total 1", "letters_fetched_total 1",
		"tls_handshakes_total 1", "faults_total 1", "accounts 3", `commands_total{protocol="smtp",command="RCPT"} 1`, `commands_total{protocol="smtp",command="other"} 1`,
		`commands_total{protocol="pop3",command="RETR"} 1`, "letter_octets_received_total 3"} {
		if !strings.Contains(b.String(), "\nbyhand_practice_"+want+"\n") {
			t.Errorf("no %s in\n%s", want, b.String())
		}
	}
}

func TestPace(t *testing.T) {
	p, l := pace{}, Limits{Rate: 2}
	p.second = time.Now().Add(time.Hour) // a second that does not end while the test runs
	for i, want := range []bool{false, false, true, true} {
		if got := p.over(&l); got != want {
			t.Errorf("command %d of a second: %v", i+1, got)
		}
	}
	p.second = time.Time{}
	if p.over(&l) {
		t.Error("a new second does not begin anew")
	}
}

// TestRestoreOne puts back one learner's maildrop and leaves the others alone.
func TestRestoreOne(t *testing.T) {
	s := start(t, nil)
	snap := s.Snapshot()
	for _, who := range []string{"alice", "bob"} {
		if err := s.store.deliver([]string{who}, "", s.now(), []byte("x\r\n")); err != nil {
			t.Fatal(err)
		}
	}
	if err := s.Restore(snap, "Alice"); err != nil {
		t.Fatal(err)
	}
	if a, b := len(s.Letters("alice")), len(s.Letters("bob")); a != 3 || b != 1 {
		t.Errorf("alice has %d, bob %d", a, b)
	}
	if ok, _ := s.ResetUser("nobody"); ok {
		t.Error("nobody is reset")
	}
	if ok, err := s.ResetUser("bob"); !ok || err != nil || len(s.Letters("bob")) != 0 {
		t.Errorf("bob is not reset: %v", err)
	}
	if st := s.Status(); st.Held != heldOf(s) {
		t.Errorf("held %d, want %d", st.Held, heldOf(s))
	}
}

func heldOf(s *Server) (total int64) {
	for _, name := range s.Users() {
		for _, l := range s.Letters(name) {
			total += l.held
		}
	}
	return total
}

// TestLogKeepsSecrets: what is noted has no password, even one typed for a name.
func TestLogKeepsSecrets(t *testing.T) {
	var mu sync.Mutex
	var noted strings.Builder
	s := start(t, func(c *Config) {
		c.Logf = func(format string, args ...any) {
			mu.Lock()
			defer mu.Unlock()
			noted.WriteString(phrase{en: format, zh: format}.at("", 0, args...).English + "\n")
		}
	})
	c := dial(t, s.POP3Addr())
	c.line()
	c.ask("USER wonderland", "+OK", "PASS alice", "-ERR", "USER alice", "+OK", "PASS wonderland", "+OK", "QUIT", "+OK")
	c.closed()
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{"POP3 opened", "login refused", `POP3 login "alice" by PASS in the clear`, "closed after 5 commands: the client has quit"} {
		if !strings.Contains(noted.String(), want) {
			t.Errorf("no %q in\n%s", want, noted.String())
		}
	}
	if strings.Contains(noted.String(), "wonderland") {
		t.Errorf("a password in\n%s", noted.String())
	}
}
