//go:build peers

package main_test

import (
	"bufio"
	"fmt"
	"net"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"
)

// TestPeersKill kills a practice server that keeps its maildrops on disk while letters come in from many clients. After a new start
// each letter that was answered with 250 is there, and none is there twice.
func TestPeersKill(t *testing.T) {
	b, store := build(t), filepath.Join(folder(t), "store")
	const clients, enough = 8, 200
	for round := range 3 {
		cmd := exec.Command(b.bin, "practice", "--pop3", "127.0.0.1:0", "--smtp", "127.0.0.1:0", "--store", store)
		cmd.Env = b.env
		out, err := cmd.StdoutPipe()
		if err != nil {
			t.Fatal(err)
		}
		if err := cmd.Start(); err != nil {
			t.Fatal(err)
		}
		line, err := bufio.NewReader(out).ReadString('\n')
		m := regexp.MustCompile(`smtp=(\S+)`).FindStringSubmatch(line)
		if m == nil {
			t.Fatalf("%q %v", line, err)
		}
		accepted := make(chan string, clients)
		var all sync.WaitGroup
		for i := range clients {
			all.Go(func() { sendUntilCut(m[1], fmt.Sprintf("%d.%d", round, i), accepted) })
		}
		go func() { // ends when the last client was cut
			all.Wait()
			close(accepted)
		}()
		var told []string
		for id := range accepted {
			if told = append(told, id); len(told) == enough {
				if err := cmd.Process.Kill(); err != nil {
					t.Fatal(err)
				}
			}
		}
		_ = cmd.Wait() // it was killed
		if len(told) < enough {
			t.Fatalf("only %d letters were accepted", len(told))
		}
		b.findEach(t, store, told)
	}
}

// sendUntilCut sends letters to bob for as long as the server answers, and tells those that got 250.
func sendUntilCut(addr, name string, accepted chan<- string) {
	c, err := net.Dial("tcp", addr)
	if err != nil {
		return
	}
	defer c.Close()
	_ = c.SetDeadline(time.Now().Add(patience))
	r := bufio.NewReader(c)
	ask := func(text, want string) bool {
		if _, err := fmt.Fprint(c, text); err != nil {
			return false
		}
		line, err := r.ReadString('\n')
		return err == nil && strings.HasPrefix(line, want)
	}
	if !ask("", "220") || !ask("HELO me\r\n", "250") {
		return
	}
	for n := 0; ; n++ {
		id := fmt.Sprintf("%s.%d", name, n)
		if !ask("MAIL FROM:<>\r\n", "250") || !ask("RCPT TO:<bob@practice.test>\r\n", "250") || !ask("DATA\r\n", "354") ||
			!ask("Message-ID: <"+id+"@kill.test>\r\n\r\nhello\r\n.\r\n", "250") {
			return
		}
		accepted <- id
	}
}

// findEach starts the server again and reads what bob has.
func (b *byhand) findEach(t *testing.T, store string, told []string) {
	t.Helper()
	cmd := exec.Command(b.bin, "practice", "--pop3", "127.0.0.1:0", "--smtp", "127.0.0.1:0", "--store", store)
	cmd.Env = b.env
	line := firstLine(t, cmd, func() error { return cmd.Process.Signal(syscall.SIGTERM) })
	m := regexp.MustCompile(`pop3=(\S+)`).FindStringSubmatch(line)
	if m == nil {
		t.Fatalf("byhand practice said %q", line)
	}
	pop3 := server(m[1])
	lines := []string{"USER bob", "PASS builder"}
	for i := range len(pop3.list(t, "bob", "builder")) {
		lines = append(lines, fmt.Sprintf("RETR %d", i+1))
	}
	times := map[string]int{}
	for _, id := range regexp.MustCompile(`(?m)^Message-ID: <(.*)@kill\.test>\r$`).FindAllSubmatch(pop3.say(t, append(lines, "QUIT")...), -1) {
		times[string(id[1])]++
	}
	for _, id := range told {
		if times[id] != 1 {
			t.Errorf("letter %s got 250 and is there %d times", id, times[id])
		}
	}
	for id, n := range times {
		if n != 1 {
			t.Errorf("letter %s is there %d times", id, n)
		}
	}
}
