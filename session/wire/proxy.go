package wire

import (
	"context"
	"encoding/base64"
	"errors"
	"fmt"
	"io"
	"net"
	"net/netip"
	"net/url"
	"strings"
	"time"

	"golang.org/x/net/proxy"
)

// Proxy is a machine that connects in our place: SOCKS5 (RFC 1928) or HTTP's CONNECT (RFC 9110 §9.3.6). SOCKS5 is spoken by
// golang.org/x/net/proxy; CONNECT, which that package does not know, here. It is told the host by name, and asks the DNS itself.
type Proxy struct {
	url    *url.URL
	except []string
}

// ErrProxy says that the words which name a proxy are not understood.
var ErrProxy = errors.New("not the address of a proxy")

// proxyPorts are the schemes that are known, with their ports.
var proxyPorts = map[string]string{"socks5": "1080", "socks5h": "1080", "http": "8080"}

// ParseProxy reads the address of a proxy, as socks5://HOST:PORT or http://HOST:PORT, and the hosts to which it does not apply,
// as the variable NO_PROXY lists them: names with all below them, addresses, networks, or * for all.
func ParseProxy(address, except string) (*Proxy, error) {
	u, err := url.Parse(address)
	if err != nil || u.Hostname() == "" || proxyPorts[u.Scheme] == "" {
		return nil, ErrProxy // the error of url.Parse would show a password in the address
	}
	p := &Proxy{url: u}
	for word := range strings.SplitSeq(except, ",") {
		if word = strings.TrimSpace(word); word != "" {
			p.except = append(p.except, strings.ToLower(word))
		}
	}
	return p, nil
}

// HasPassword tells whether the address holds one. It may come from the environment, but not from the command line, which
// everybody on the machine can read.
func (p *Proxy) HasPassword() bool {
	_, has := p.url.User.Password()
	return has
}

// String gives the address without what proves who we are.
func (p *Proxy) String() string { return p.url.Scheme + "://" + p.addr() }

func (p *Proxy) addr() string {
	port := p.url.Port()
	if port == "" {
		port = proxyPorts[p.url.Scheme]
	}
	return net.JoinHostPort(p.url.Hostname(), port)
}

// For tells whether a connection to host goes by the proxy.
func (p *Proxy) For(host string) bool {
	if p == nil {
		return false
	}
	host = strings.ToLower(host)
	ip, isIP := netip.ParseAddr(host)
	for _, word := range p.except {
		name := strings.TrimPrefix(strings.TrimPrefix(word, "*"), ".")
		block, err := netip.ParsePrefix(word)
		if word == "*" || host == name || strings.HasSuffix(host, "."+name) || err == nil && isIP == nil && block.Contains(ip) {
			return false
		}
	}
	return true
}

// byProxy has the proxy connect. ctx has a deadline.
func (to Target) byProxy(ctx context.Context, host string) (net.Conn, error) {
	dialer := &net.Dialer{}
	if to.Source.IsValid() {
		dialer.LocalAddr = net.TCPAddrFromAddrPort(netip.AddrPortFrom(to.Source, 0))
	}
	p, target := to.Proxy, net.JoinHostPort(host, to.Port)
	conn, err := p.connect(ctx, dialer, target)
	if err != nil {
		return nil, to.failed(ByProxy, fmt.Errorf("%s: %w", p, err))
	}
	return conn, nil
}

func (p *Proxy) connect(ctx context.Context, dialer *net.Dialer, target string) (net.Conn, error) {
	if p.url.Scheme == "http" {
		return p.ask(ctx, dialer, target)
	}
	var auth *proxy.Auth
	if u := p.url.User; u != nil {
		auth = &proxy.Auth{User: u.Username()}
		auth.Password, _ = u.Password()
	}
	socks, err := proxy.SOCKS5("tcp", p.addr(), auth, dialer)
	if err != nil {
		return nil, err
	}
	conn, err := socks.(proxy.ContextDialer).DialContext(ctx, "tcp", target)
	var op *net.OpError
	if errors.As(err, &op) {
		err = op.Err // without the address, told already
	}
	return conn, err
}

// ask speaks CONNECT.
func (p *Proxy) ask(ctx context.Context, dialer *net.Dialer, target string) (net.Conn, error) {
	conn, err := dialer.DialContext(ctx, "tcp", p.addr())
	if err != nil {
		return nil, errors.New(plainError(err))
	}
	stop := context.AfterFunc(ctx, func() { conn.SetDeadline(time.Unix(1, 0)) })
	defer stop()
	request := "CONNECT " + target + " HTTP/1.1\r\nHost: " + target + "\r\n"
	if u := p.url.User; u != nil {
		password, _ := u.Password()
		request += "Proxy-Authorization: Basic " + base64.StdEncoding.EncodeToString([]byte(u.Username()+":"+password)) + "\r\n"
	}
	if _, err = io.WriteString(conn, request+"\r\n"); err == nil {
		err = agreed(conn)
	}
	if err != nil {
		conn.Close()
		return nil, err
	}
	return conn, nil
}

// maxAnswer bounds what a proxy may say before it connects.
const maxAnswer = 8 << 10

// agreed reads the answer to CONNECT up to the empty line, and no byte more: what follows is the mail server's.
func agreed(r io.Reader) error {
	var head []byte
	for b := make([]byte, 1); !strings.HasSuffix(string(head[max(0, len(head)-4):]), "\r\n\r\n"); {
		if _, err := io.ReadFull(r, b); err != nil {
			return fmt.Errorf("no answer to CONNECT: %s", plainError(err))
		}
		if head = append(head, b[0]); len(head) > maxAnswer {
			return errors.New("the answer to CONNECT does not end")
		}
	}
	status, _, _ := strings.Cut(string(head), "\r\n")
	version, rest, _ := strings.Cut(status, " ")
	if !strings.HasPrefix(version, "HTTP/1.") || !strings.HasPrefix(rest, "2") {
		return errors.New(status)
	}
	return nil
}
