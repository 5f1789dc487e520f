package main

import (
	"bufio"
	"bytes"
	"context"
	"io"
	"net"
	"strings"
	"testing"

	"byhand/session/practice"
)

// anyLines are lines that other tools eat, change or cut.
var anyLines = []string{
	"R", "Q", "K", "k", "RETR 1", "RCPT TO:<a@example.com>", "RSET", "QUIT ", "Q: what", "KEEP", "\x1b[D", "~.", "\x1d", "\x03\x04\x1a", "\xff\xf4\xff\xfb\x01",
	"\xc4\xe3\xba\xc3", "你好", " blanks  and\ttabs ", "", ".", "..", "::colon", strings.Repeat("x", 5000), "a\x00b", "a\rb",
}

// TestAnyLineReachesTheServer sends them in a pipe, in the clear: each comes as one piece with its CRLF, and what the server says comes
// out as it is, odd bytes and all.
func TestAnyLineReachesTheServer(t *testing.T) {
	l, err := net.Listen("tcp4", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	const odd = "250 \xff\xc4\xe3 \x1b[2J\rx\r\n"
	got := make(chan string, 1)
	go func() { // ends with the connection
		defer close(got)
		c, err := l.Accept()
		if err != nil {
			return
		}
		defer c.Close()
		io.WriteString(c, "220 ready\r\n")
		in := bufio.NewReader(c)
		var all strings.Builder
		for range anyLines {
			line, err := in.ReadString('\n')
			all.WriteString(line)
			if err != nil {
				break
			}
			io.WriteString(c, odd)
		}
		got <- all.String()
	}()
	var typed, want strings.Builder
	for _, line := range anyLines {
		typed.WriteString(line + "\n")
		want.WriteString(strings.Replace(line, "::", ":", 1) + "\r\n")
	}
	var out bytes.Buffer
	a := &app{in: strings.NewReader(typed.String()), out: &out, err: io.Discard, env: func(string) string { return "" }}
	host, port, _ := net.SplitHostPort(l.Addr().String())
	root := a.root(nil)
	root.SetArgs([]string{"--no-record", "--protocol", "smtp", host, port})
	_ = root.ExecuteContext(context.Background()) // the server ends the talk, which is told
	if sent := <-got; sent != want.String() {
		t.Errorf("the server got\n%q, want\n%q", sent, want.String())
	}
	if said := "220 ready\r\n" + strings.Repeat(odd, len(anyLines)); out.String() != said {
		t.Errorf("out came\n%q, want\n%q", out.String(), said)
	}
}

// TestALineOfTenMegabytes passes one through a session in a pipe.
func TestALineOfTenMegabytes(t *testing.T) {
	const size = 10 << 20
	srv, err := practice.Start(practice.Config{POP3: "127.0.0.1:0", World: practice.World{Users: map[string]string{"a": "b"},
		Mail: map[string][]practice.Mail{"a": {{Raw: "Subject: long\r\n\r\n" + strings.Repeat("A", size) + "\r\n"}}}}})
	if err != nil {
		t.Fatal(err)
	}
	defer srv.Close()
	var out bytes.Buffer
	a := &app{in: strings.NewReader("USER a\nPASS b\nRETR 1\nQUIT\n"), out: &out, err: io.Discard, env: func(string) string { return "" }}
	host, port, _ := net.SplitHostPort(srv.POP3Addr().String())
	root := a.root(nil)
	root.SetArgs([]string{"--no-record", host, port})
	if err := root.ExecuteContext(t.Context()); err != nil {
		t.Fatal(err)
	}
	if n := strings.Count(out.String(), "A"); n < size {
		t.Errorf("%d of %d bytes came through", n, size)
	}
}
