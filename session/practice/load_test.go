package practice

import (
	"bufio"
	"fmt"
	"io"
	"net"
	"strings"
	"sync"
	"testing"

	"github.com/emersion/go-smtp"
)

// kibibyte is the letter of these measurements.
var kibibyte = "From: <bob@practice.test>\r\nTo: <alice@practice.test>\r\nSubject: load\r\n\r\n" +
	strings.Repeat("The quick brown fox jumps over the lazy dog, again and again.\r\n", 15) + ".\r\n"

// BenchmarkLetters sends letters of 1 KiB to this server and to one on github.com/emersion/go-smtp that keeps them in
// memory, as it does: at 1, 10 and 100 connections, over connections that are kept, and with a whole dialogue for each
// letter. The rates of the two stand side by side; their ratio is what counts, as they run on one machine.
//
//	go test -run '^$' -bench Letters -benchtime 2s ./session/practice
func BenchmarkLetters(b *testing.B) {
	servers := []struct {
		name  string
		start func(*testing.B) net.Addr
	}{{"byhand", benchOurs}, {"go-smtp", benchGoSMTP}}
	for _, way := range []struct {
		name string
		per  int // letters a connection; 0 is any number
	}{{"kept", 0}, {"dialogue", 1}} {
		for _, conns := range []int{1, 10, 100} {
			for _, s := range servers {
				b.Run(fmt.Sprintf("%s/%d/%s", way.name, conns, s.name), func(b *testing.B) {
					addr := s.start(b)
					b.ResetTimer()
					sendAll(b, addr, conns, way.per)
					b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "letters/s")
				})
			}
		}
	}
}

func benchOurs(b *testing.B) net.Addr {
	s, err := Start(Config{SMTP: "127.0.0.1:0", World: small(), Limits: Limits{Held: 4 << 30}})
	if err != nil {
		b.Fatal(err)
	}
	b.Cleanup(func() { _ = s.Close() })
	return s.SMTPAddr()
}

func benchGoSMTP(b *testing.B) net.Addr {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		b.Fatal(err)
	}
	s := smtp.NewServer(&memory{})
	s.Domain = "localhost"
	ended := make(chan error, 1)
	go func() { ended <- s.Serve(l) }() // ends with Close
	b.Cleanup(func() {
		_ = s.Close()
		<-ended
	})
	return l.Addr()
}

// memory keeps letters, and no more: the least that a server on go-smtp can do.
type memory struct {
	mu      sync.Mutex
	letters [][]byte
}

func (m *memory) NewSession(*smtp.Conn) (smtp.Session, error) { return &memorySession{m}, nil }

type memorySession struct{ *memory }

func (*memorySession) Mail(string, *smtp.MailOptions) error { return nil }
func (*memorySession) Rcpt(string, *smtp.RcptOptions) error { return nil }
func (*memorySession) Reset()                               {}
func (*memorySession) Logout() error                        { return nil }

func (m *memorySession) Data(r io.Reader) error {
	letter, err := io.ReadAll(r)
	m.mu.Lock()
	defer m.mu.Unlock()
	m.letters = append(m.letters, letter)
	return err
}

// sendAll sends b.N letters over conns connections at once, per of them in each.
func sendAll(b *testing.B, addr net.Addr, conns, per int) {
	b.Helper()
	var all sync.WaitGroup
	for i := range conns {
		n := b.N / conns
		if i < b.N%conns {
			n++
		}
		all.Go(func() {
			for n > 0 {
				batch := n
				if per > 0 {
					batch = min(per, n)
				}
				if err := sendSome(addr, batch); err != nil {
					b.Error(err)
					return
				}
				n -= batch
			}
		})
	}
	all.Wait()
}

// sendSome is one connection: it greets, sends n letters and takes leave, a command at a time.
func sendSome(addr net.Addr, n int) error {
	c, err := net.Dial("tcp", addr.String())
	if err != nil {
		return err
	}
	defer c.Close()
	r := bufio.NewReader(c)
	ask := func(text, want string) error {
		if _, err := io.WriteString(c, text); err != nil {
			return err
		}
		for {
			line, err := r.ReadSlice('\n')
			if err != nil {
				return err
			}
			if line[3] != '-' && !strings.HasPrefix(string(line), want) {
				return fmt.Errorf("%.20q was answered %q", text, line)
			}
			if line[3] != '-' {
				return nil
			}
		}
	}
	steps := [][2]string{{"", "220"}, {"EHLO client.example\r\n", "250"}}
	for range n {
		steps = append(steps, [2]string{"MAIL FROM:<bob@example.test>\r\n", "250"}, [2]string{"RCPT TO:<alice@practice.test>\r\n", "250"},
			[2]string{"DATA\r\n", "354"}, [2]string{kibibyte, "250"})
	}
	for _, s := range append(steps, [2]string{"QUIT\r\n", "221"}) {
		if err := ask(s[0], s[1]); err != nil {
			return err
		}
	}
	return nil
}
