package wire

import (
	"bufio"
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

// connects is an HTTP proxy that gives one answer, with the mail server's greeting close behind it; it keeps the request.
func connects(answer string, request chan<- string) func(net.Conn) {
	return func(c net.Conn) {
		asked := ""
		for r := bufio.NewReader(c); ; {
			line, err := r.ReadString('\n')
			asked += line
			if err != nil || line == "\r\n" {
				break
			}
		}
		request <- asked
		io.WriteString(c, answer)
	}
}

// socks is a SOCKS5 proxy that answers with a code (RFC 1928 §6), and the greeting close behind it.
func socks(code byte, request chan<- string) func(net.Conn) {
	return func(c net.Conn) {
		buf := make([]byte, 300)
		c.Read(buf) // version, number of methods, methods
		c.Write([]byte{5, 0})
		n, _ := c.Read(buf)
		request <- string(buf[:n])
		c.Write(append([]byte{5, code, 0, 1, 0, 0, 0, 0, 0, 0}, "+OK behind\r\n"...))
	}
}

func TestProxiesConnect(t *testing.T) {
	for _, c := range []struct {
		name, scheme, user string
		serve              func(chan<- string) func(net.Conn)
		request            string // is in what the proxy was asked
		want               string // the talk, or what the error says
	}{
		{"CONNECT", "http", "", func(r chan<- string) func(net.Conn) {
			return connects("HTTP/1.1 200 go\r\nX: y\r\n\r\n+OK behind\r\n", r)
		},
			"CONNECT xn--fsqu00a.test:110 HTTP/1.1\r\nHost: ", "open|s +OK behind|close"},
		{"CONNECT with a password", "http", "me:hunter2@", func(r chan<- string) func(net.Conn) { return connects("HTTP/1.1 200 go\r\n\r\n", r) },
			"Proxy-Authorization: Basic bWU6aHVudGVyMg==\r\n", "open|close"},
		{"CONNECT refused", "http", "me:hunter2@", func(r chan<- string) func(net.Conn) { return connects("HTTP/1.1 407 Who are you\r\n\r\n", r) },
			"CONNECT ", "407 Who are you"},
		{"CONNECT answered by silence", "http", "", func(r chan<- string) func(net.Conn) { return connects("", r) }, "CONNECT ", "no answer to CONNECT"},
		{"CONNECT answered without end", "http", "", func(r chan<- string) func(net.Conn) { return connects(strings.Repeat("X: y\r\n", 9000), r) },
			"CONNECT ", "does not end"},
		{"SOCKS5", "socks5", "", func(r chan<- string) func(net.Conn) { return socks(0, r) }, "xn--fsqu00a.test\x00\x6e", "open|s +OK behind|close"},
		{"SOCKS5 refused", "socks5h", "", func(r chan<- string) func(net.Conn) { return socks(5, r) }, "", "connection refused"},
	} {
		t.Run(c.name, func(t *testing.T) {
			defer goleak.VerifyNone(t)
			request := make(chan string, 1)
			port := serve(t, "tcp4", "127.0.0.1:0", c.serve(request))
			p, err := ParseProxy(c.scheme+"://"+c.user+"127.0.0.1:"+port, "")
			if err != nil {
				t.Fatal(err)
			}
			w := New()
			err = w.Dial(context.Background(), Target{Host: "例子.test", Port: "110", Limit: 5 * time.Second, Proxy: p})
			if err != nil {
				var dial *DialError
				if !errors.As(err, &dial) || dial.Cause != ByProxy || !strings.Contains(err.Error(), c.want) || strings.Contains(err.Error(), "hunter2") {
					t.Errorf("got %v, want %s", err, c.want)
				}
			} else if got := story(t, w, func(session.Chunk) {}); got != c.want {
				t.Errorf("it went %s, want %s", got, c.want)
			}
			if asked := <-request; !strings.Contains(asked, c.request) {
				t.Errorf("the proxy was asked %q", asked)
			}
		})
	}
}

func TestProxyAddresses(t *testing.T) {
	for address, want := range map[string]string{"socks5://p.test": "socks5://p.test:1080", "http://u:hunter2@p.test:3128": "http://p.test:3128",
		"ftp://p.test": "", "p.test:1080": "", "socks5://": "", "http://u:hunter2@p.test:x": ""} {
		p, err := ParseProxy(address, "")
		if (err == nil) != (want != "") || err == nil && p.String() != want || err != nil && strings.Contains(err.Error(), "hunter2") {
			t.Errorf("%s is %v, %v; want %q", address, p, err, want)
		}
	}
}

func TestProxyExceptions(t *testing.T) {
	p, err := ParseProxy("socks5://p.test", "example.com, .example.org,192.0.2.0/24,::1")
	if err != nil {
		t.Fatal(err)
	}
	for host, want := range map[string]bool{"example.com": false, "MX.Example.com": false, "notexample.com": true, "a.example.org": false,
		"192.0.2.7": false, "192.0.3.7": true, "::1": false, "other.test": true} {
		if p.For(host) != want {
			t.Errorf("%s by the proxy: %v, want %v", host, !want, want)
		}
	}
	if all, _ := ParseProxy("socks5://p.test", "*"); all.For("other.test") {
		t.Error("* excepts not all")
	}
}
