//go:build peers

package main_test

import (
	"bytes"
	"fmt"
	"os/exec"
	"strconv"
	"testing"
)

// TestPeersSource has smtp-source, of Postfix, send letters over several connections at once: each dialogue anew, and many letters a
// connection. Every letter is there afterwards, and whole.
func TestPeersSource(t *testing.T) {
	const letters, octets = 400, 3000
	at := build(t).practice(t)
	sent := 0
	for _, kept := range []bool{false, true} {
		for _, sessions := range []int{1, 10, 100} {
			t.Run(fmt.Sprintf("%d sessions, kept %v", sessions, kept), func(t *testing.T) {
				args := []string{"-s", strconv.Itoa(sessions), "-m", strconv.Itoa(letters), "-l", strconv.Itoa(octets), "-f", "alice@practice.test", "-t", "bob@practice.test", string(at.smtp)}
				if kept {
					args = append([]string{"-d"}, args...) // no QUIT between letters
				}
				if out, err := exec.CommandContext(deadline(t), "smtp-source", args...).CombinedOutput(); err != nil {
					t.Fatalf("%v\n%s", err, out)
				}
				sent += letters
				rows := at.pop3.list(t, "bob", "builder")
				if len(rows) != sent {
					t.Fatalf("%d letters sent, %d there", sent, len(rows))
				}
				for _, row := range rows {
					var n, size int
					if _, err := fmt.Sscan(row, &n, &size); err != nil || size < octets {
						t.Errorf("letter %q, %v", row, err)
					}
				}
			})
		}
	}
	if got := at.pop3.arrived(t, "bob", "builder", sent); bytes.Count(got, []byte("X")) < octets/2 || bytes.Contains(got, []byte("\n\n")) {
		t.Errorf("the last letter is %q", got)
	}
}
