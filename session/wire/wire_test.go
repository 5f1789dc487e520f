package wire

import (
	"context"
	"errors"
	"io"
	"net"
	"strings"
	"testing"
	"time"

	"byhand/session"

	"go.uber.org/goleak"
)

// serve listens on loopback and hands the first connection to f; it gives the port.
func serve(t *testing.T, network, addr string, f func(net.Conn)) string {
	t.Helper()
	l, err := net.Listen(network, addr)
	if err != nil {
		t.Fatal(err)
	}
	done := make(chan struct{})
	go func() { // ends when f does, or with the listener
		defer close(done)
		if c, err := l.Accept(); err == nil {
			f(c)
			c.Close()
		}
	}()
	t.Cleanup(func() { l.Close(); <-done })
	_, port, _ := net.SplitHostPort(l.Addr().String())
	return port
}

// read takes chunks until the wire ends or stop says so, and gives them as lines.
func read(t *testing.T, w *Wire, stop func(string) bool) []string {
	t.Helper()
	var got []string
	for {
		c, err := w.Next(context.Background())
		if err == io.EOF {
			return got
		}
		if err != nil {
			t.Fatal(err)
		}
		s := c.From.String() + " " + string(c.Data)
		if c.Mark != nil {
			s = c.Mark.Kind + " " + c.Mark.Text("by")
		}
		if c.Flush {
			s += "flush"
		}
		got = append(got, s)
		if stop(s) {
			w.Close()
		}
	}
}

func TestBytesPassInOrder(t *testing.T) {
	defer goleak.VerifyNone(t)
	for _, at := range []struct{ network, addr, host string }{{"tcp4", "127.0.0.1:0", "127.0.0.1"}, {"tcp6", "[::1]:0", "::1"}} {
		t.Run(at.network, func(t *testing.T) {
			port := serve(t, at.network, at.addr, func(c net.Conn) {
				io.WriteString(c, "+OK hi\r\n")
				buf := make([]byte, 100)
				n, _ := c.Read(buf)
				io.WriteString(c, "-ERR "+string(buf[:n]))
			})
			w := New()
			if err := w.Dial(context.Background(), Target{Host: at.host, Port: port, Proto: session.POP3, Limit: 5 * time.Second}); err != nil {
				t.Fatal(err)
			}
			sent := false
			got := read(t, w, func(s string) bool {
				if strings.HasPrefix(s, "server") && !sent {
					sent = true
					if err := w.Send(t.Context(), []byte("NOOP\xff\r\n")); err != nil {
						t.Error(err)
					}
				}
				return strings.HasPrefix(s, "close")
			})
			want := "open |server +OK hi\r\n|client NOOP\xff\r\n|server -ERR NOOP\xff\r\n|close server"
			if strings.Join(got, "|") != want {
				t.Errorf("got %q, want %q", got, want)
			}
		})
	}
}

func TestAPromptWithoutLineEndIsGiven(t *testing.T) {
	defer goleak.VerifyNone(t)
	stay := make(chan struct{})
	port := serve(t, "tcp4", "127.0.0.1:0", func(c net.Conn) {
		io.WriteString(c, "login: ")
		<-stay
	})
	w := New()
	if err := w.Dial(context.Background(), Target{Host: "127.0.0.1", Port: port, Limit: 5 * time.Second}); err != nil {
		t.Fatal(err)
	}
	got := read(t, w, func(s string) bool { return strings.HasSuffix(s, "flush") })
	close(stay)
	if strings.Join(got, "|") != "open |server login: |server flush|close client" {
		t.Errorf("got %q", got)
	}
}

func TestConnectAgain(t *testing.T) {
	defer goleak.VerifyNone(t)
	w := New()
	var all []string
	for i := range 2 {
		port := serve(t, "tcp4", "127.0.0.1:0", func(c net.Conn) { io.WriteString(c, "+OK\r\n") })
		if err := w.Dial(context.Background(), Target{Host: "127.0.0.1", Port: port, Limit: 5 * time.Second}); err != nil {
			t.Fatal(err)
		}
		for {
			c, err := w.Next(context.Background())
			if err != nil {
				t.Fatal(err)
			}
			if c.Conn != i+1 {
				t.Errorf("chunk of connection %d during connection %d", c.Conn, i+1)
			}
			if c.Mark != nil && c.Mark.Kind == "close" {
				all = append(all, c.Mark.Text("by"))
				break
			}
		}
	}
	if err := w.Send(t.Context(), []byte("x")); !errors.Is(err, ErrClosed) {
		t.Errorf("sending without a connection gives %v", err)
	}
	w.Close()
	if _, err := w.Next(context.Background()); err != io.EOF {
		t.Errorf("after Close: %v", err)
	}
	if strings.Join(all, " ") != "server server" {
		t.Errorf("closed by %v", all)
	}
}

func TestDialErrorsNameTheirCause(t *testing.T) {
	l, err := net.Listen("tcp4", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	_, free, _ := net.SplitHostPort(l.Addr().String())
	l.Close() // nothing listens there now
	gone, cancel := context.WithDeadline(context.Background(), time.Unix(1, 0))
	defer cancel()
	for _, c := range []struct {
		ctx        context.Context
		host, port string
		want       Cause
	}{
		{context.Background(), "127.0.0.1", free, Refused},
		{context.Background(), "no-such-name.invalid", "25", UnknownHost},
		{context.Background(), "127.0.0.1", "no-such-port", BadPort},
		{context.Background(), "127.0.0.1", "99999", BadPort},
		{gone, "127.0.0.1", free, TimedOut},
	} {
		err := New().Dial(c.ctx, Target{Host: c.host, Port: c.port, Limit: 5 * time.Second})
		var dial *DialError
		if !errors.As(err, &dial) || dial.Cause != c.want {
			t.Errorf("%s:%s gives %v (cause %v), want cause %d", c.host, c.port, err, dial, c.want)
		}
	}
}

func TestReadGivesItsBuffersBack(t *testing.T) {
	const size = 8 << 20
	port := serve(t, "tcp4", "127.0.0.1:0", func(c net.Conn) { c.Write(make([]byte, size)) })
	w := New()
	if err := w.Dial(context.Background(), Target{Host: "127.0.0.1", Port: port, Limit: 5 * time.Second}); err != nil {
		t.Fatal(err)
	}
	total, buffers := 0, map[*byte]bool{}
	for {
		c, err := w.Next(context.Background())
		if err != nil {
			t.Fatal(err)
		}
		if c.Mark != nil && c.Mark.Kind == "close" {
			break
		}
		if len(c.Data) > 0 {
			total += len(c.Data)
			buffers[&c.Data[0]] = true
		}
	}
	w.Close()
	if total != size || len(buffers) > 4 {
		t.Errorf("%d bytes of %d in %d buffers", total, size, len(buffers))
	}
}

// TestSendToAServerThatDoesNotRead gives the wait up: the next line comes after all of the one before.
func TestSendToAServerThatDoesNotRead(t *testing.T) {
	defer goleak.VerifyNone(t)
	reads := make(chan struct{})
	got := make(chan []byte, 1)
	port := serve(t, "tcp", "127.0.0.1:0", func(c net.Conn) {
		<-reads
		all, _ := io.ReadAll(c)
		got <- all
	})
	w := New()
	if err := w.Dial(t.Context(), Target{Host: "127.0.0.1", Port: port, Limit: time.Minute}); err != nil {
		t.Fatal(err)
	}
	passed := make(chan []string)
	go func() { // ends with the wire
		passed <- read(t, w, func(string) bool { return false })
	}()
	ctx, stop := context.WithCancel(t.Context())
	long := strings.Repeat("x", 32<<20) // more than the buffers of both sides hold
	sent := make(chan error)
	go func() { sent <- w.Send(ctx, []byte(long)) }() // ends with ctx
	stop()
	if err := <-sent; !errors.Is(err, context.Canceled) {
		t.Errorf("a line that nobody takes gave %v", err)
	}
	if err := w.Send(ctx, []byte("y")); !errors.Is(err, context.Canceled) {
		t.Errorf("a line behind it gave %v", err)
	}
	close(reads)
	if err := w.Send(t.Context(), []byte("z")); err != nil {
		t.Error(err)
	}
	w.Close()
	if all := <-got; string(all) != long+"z" && string(all) != "z" {
		t.Errorf("the server got %d bytes, that end with %q", len(all), all[max(0, len(all)-3):])
	}
	<-passed
}
