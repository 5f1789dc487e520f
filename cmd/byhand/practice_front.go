package main

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"strings"
	"sync"
	"time"

	"byhand/session/practice"
)

// A front answers what programs ask about a running practice server: HTTP/1.0, one request a connection. It is as much HTTP as
// Prometheus and `byhand practice status` need; net/http would make every start of the program slower.
type front struct {
	srv    *practice.Server
	secret string // the first part of paths that change something; "" for a front that changes nothing

	listener net.Listener
	work     sync.WaitGroup
	ctx      context.Context
	stop     context.CancelFunc
}

// frontPatience is how long a request and its answer may take.
const frontPatience = 5 * time.Second

// openFront listens at an address until close.
func openFront(srv *practice.Server, address, secret string) (*front, error) {
	l, err := net.Listen("tcp", address)
	if err != nil {
		return nil, err
	}
	f := &front{srv: srv, secret: secret, listener: l}
	f.ctx, f.stop = context.WithCancel(context.Background())
	f.work.Add(1)
	go f.accept() // ends with the listener
	return f, nil
}

func (f *front) close() {
	f.stop()
	_ = f.listener.Close()
	f.work.Wait()
}

func (f *front) accept() {
	defer f.work.Done()
	room := make(chan struct{}, 16) // requests at once
	for {
		c, err := f.listener.Accept()
		if errors.Is(err, net.ErrClosed) {
			return
		}
		if err != nil {
			select {
			case <-f.ctx.Done():
			case <-time.After(time.Second): // out of file descriptors: others will close some
			}
			continue
		}
		select {
		case room <- struct{}{}:
		default:
			_ = c.Close()
			continue
		}
		f.work.Add(1)
		go func() { // ends with the request, at the latest when its time is up
			defer f.work.Done()
			defer func() { <-room }()
			f.serve(c)
		}()
	}
}

func (f *front) serve(c net.Conn) {
	defer c.Close()
	defer context.AfterFunc(f.ctx, func() { _ = c.Close() })()
	_ = c.SetDeadline(time.Now().Add(frontPatience))
	path, ok := request(c)
	if !ok {
		return
	}
	kind, body := f.answer(path)
	status := "200 OK"
	if kind == "" {
		status, kind, body = "404 Not Found", "text/plain", "metrics, status\n"
	}
	fmt.Fprintf(c, "HTTP/1.0 %s\r\nContent-Type: %s\r\nContent-Length: %d\r\nConnection: close\r\n\r\n%s", status, kind, len(body), body)
}

// request reads the head of a request and gives its path (RFC 9112 §3).
func request(r io.Reader) (path string, ok bool) {
	in := bufio.NewReader(io.LimitReader(r, 8<<10))
	first, err := in.ReadString('\n')
	words := strings.Fields(first)
	if err != nil || len(words) < 2 || words[0] != "GET" && words[0] != "POST" {
		return "", false
	}
	for {
		line, err := in.ReadString('\n')
		if err != nil {
			return "", false
		}
		if strings.TrimSpace(line) == "" {
			path, _, _ = strings.Cut(words[1], "?")
			return path, true
		}
	}
}

// answer gives the kind and the text of an answer; no kind if there is none.
func (f *front) answer(path string) (kind, body string) {
	if f.secret != "" {
		name, ok := strings.CutPrefix(path, "/"+f.secret+"/reset/")
		if ok {
			if known, err := f.srv.ResetUser(name); known && err == nil {
				return "text/plain", "done\n"
			}
		}
	}
	switch path {
	case "/metrics":
		var b strings.Builder
		if f.srv.WriteMetrics(&b) == nil {
			return "text/plain; version=0.0.4; charset=utf-8", b.String()
		}
	case "/status":
		if b, err := json.Marshal(f.srv.Status()); err == nil {
			return "application/json", string(b) + "\n"
		}
	}
	return "", ""
}

// errNoAnswer is a front that answers something else than what was asked for.
var errNoAnswer = errors.New("no such answer")

// askFront asks the front at an address.
func askFront(ctx context.Context, address, path string) (body []byte, err error) {
	dialer := net.Dialer{Timeout: frontPatience}
	c, err := dialer.DialContext(ctx, "tcp", address)
	if err != nil {
		return nil, err
	}
	defer c.Close()
	_ = c.SetDeadline(time.Now().Add(frontPatience))
	fmt.Fprintf(c, "GET %s HTTP/1.0\r\nHost: %s\r\n\r\n", path, address)
	all, err := io.ReadAll(io.LimitReader(c, 1<<20))
	if err != nil {
		return nil, err
	}
	head, rest, _ := strings.Cut(string(all), "\r\n\r\n")
	if words := strings.Fields(head); len(words) < 2 || words[1] != "200" {
		return nil, errNoAnswer
	}
	return []byte(rest), nil
}
