package practice

import (
	"io"
	"net"
	"strings"
	"testing"
	"time"
)

// FuzzSession sends any octets to a session of either protocol. The session must end when the client does, must
// answer in whole lines, and must leave the maildrop free.
func FuzzSession(f *testing.F) {
	f.Add(true, "USER alice\r\nPASS wonderland\r\nLIST\r\nTOP 1 1\r\nDELE 1\r\nRSET\r\n")
	f.Add(true, "AUTH PLAIN\r\nAGFsaWNlAHdvbmRlcmxhbmQ=\r\nRETR 3\r\nUIDL\r\nQUIT\r\n")
	f.Add(true, "AUTH CRAM-MD5\r\n*\r\n\x00\xff\nCAPA\r\n")
	f.Add(false, "EHLO me\r\nAUTH LOGIN\r\nYWxpY2U=\r\nd29uZGVybGFuZA==\r\nMAIL FROM:<a@b.test> SIZE=9\r\nRCPT TO:<bob@practice.test>\r\nDATA\r\n.\r\n.\r\nQUIT\r\n")
	f.Add(false, "HELO x\r\nMAIL FROM:<>\r\nRCPT TO:<bob@practice.test>\r\nBDAT 5 LAST\r\nabcdeNOOP\r\nBDAT x\r\n")
	s, err := Start(Config{POP3: "127.0.0.1:0", World: small(), Limits: Limits{Letter: 4096}})
	if err != nil {
		f.Fatal(err)
	}
	f.Cleanup(func() { _ = s.Close() })
	f.Fuzz(func(t *testing.T, pop bool, octets string) {
		if err := s.Reset(small()); err != nil {
			t.Fatal(err)
		}
		near, far := net.Pipe()
		c := newConn(far, s.limits, s.stop)
		open := func() protocolSession { return newSMTPSession(s, c) }
		if pop {
			open = func() protocolSession { return newPOPSession(s, c) }
		}
		ended := make(chan struct{})
		go func() { // ends with the pipe
			defer close(ended)
			session := open()
			_ = converse(c, session, session.greet())
		}()
		said := make(chan string, 1)
		go func() { // ends with the pipe
			b, _ := io.ReadAll(near)
			said <- string(b)
		}()
		_ = near.SetWriteDeadline(time.Now().Add(10 * time.Second))
		_, _ = io.WriteString(near, octets) // fails when the session ends first
		_ = near.Close()
		<-ended
		if text := <-said; strings.Contains(strings.ReplaceAll(text, "\r\n", ""), "\n") {
			t.Fatalf("a reply line without CR: %q", text)
		}
		v, ok := s.store.visit("alice")
		if !ok {
			t.Fatal("the maildrop is still locked")
		}
		v.leave()
	})
}
