//go:build unix

package main

import (
	"bufio"
	"io"
	"net"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
)

// university is a server of SMTP that knows nobody of practice.test: it gives its replies by the verb, and refuses strange recipients.
func university(t *testing.T) (addr string) {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { l.Close() })
	go func() { // ends with the listener
		for {
			c, err := l.Accept()
			if err != nil {
				return
			}
			go answerMail(c) // ends with the connection
		}
	}()
	return l.Addr().String()
}

func answerMail(c net.Conn) {
	defer c.Close()
	io.WriteString(c, "220 mail.university.test ESMTP\r\n")
	in, letter := bufio.NewScanner(c), false
	for in.Scan() {
		verb, rest, _ := strings.Cut(strings.ToUpper(in.Text()), " ")
		reply := "250 ok"
		switch {
		case letter && in.Text() != ".":
			continue
		case letter:
			letter = false
		case verb == "DATA":
			letter, reply = true, "354 go on"
		case verb == "RCPT" && !strings.Contains(rest, "@UNIVERSITY.TEST"):
			reply = "550 Invalid recipient"
		case verb == "QUIT":
			io.WriteString(c, "221 bye\r\n")
			return
		}
		io.WriteString(c, reply+"\r\n")
	}
}

// TestLessonWithOwnAddresses takes a lesson of practice.test's people on a server where they do not live: the learner's own addresses count.
func TestLessonWithOwnAddresses(t *testing.T) {
	const lesson = "lesson: own\ntitle: Own\nconnect: smtp\nsteps:\n" +
		"  - id: hello\n    say: Task number 1.\n    do: EHLO me\n" +
		"  - id: from\n    say: Task number 2.\n    do: MAIL FROM:<student@practice.test>\n    expect: {state: {from: student@practice.test}}\n" +
		"  - id: to\n    say: Task number 3.\n    do: RCPT TO:<bob@practice.test>\n    expect: {state: {to: [bob@practice.test]}}\n" +
		"  - id: nobody\n    say: Task number 4.\n    do: RCPT TO:<nobody@practice.test> -> 550\n" +
		"  - id: quit\n    say: Task number 5.\n    do: QUIT\n"
	file := filepath.Join(t.TempDir(), "own.yaml")
	if err := os.WriteFile(file, []byte(lesson), 0o600); err != nil {
		t.Fatal(err)
	}
	w := window(t, 76, 60, t.TempDir(), "lesson", "run", file, "--on", university(t))
	w.WaitText("Type yes to begin")
	w.Type("yes\r")
	for i, line := range []string{"EHLO li", "MAIL FROM:<li@university.test>", "RCPT TO:<li@university.test>", "RCPT TO:<x@elsewhere.test>", "QUIT"} {
		w.WaitText("Task number " + strconv.Itoa(i+1))
		w.WaitText("smtp>")
		w.Type(line + "\r")
	}
	w.WaitText("done: quit")
}
