//go:build unix

package main

import (
	"net"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"byhand/lessons"
	"byhand/session/practice"
)

// TestLessonGoesOnWhereItStopped chooses a lesson by its number, leaves it after a step, and comes back: the step is the next one, and
// the name that was given to the server has been given again.
func TestLessonGoesOnWhereItStopped(t *testing.T) {
	home := t.TempDir()
	w := window(t, 76, 60, home)
	w.WaitText("Next: byhand lesson run " + lessons.Embedded()[0])
	w.WaitText("or Enter to leave:")
	w.Type("99\r")
	w.WaitText("There is no lesson 99")
	w.Type("pop3-read\r")
	w.WaitText("pop3>")
	w.Type("USER alice\r")
	w.WaitText("done: +OK to USER")
	w.Type(":stop\r")
	w.WaitText("lesson run pop3-read")
	w.WaitRaw("\x1b[?2004l")

	if f, err := os.Stat(filepath.Join(home, "byhand", "progress.jsonl")); err != nil || f.Mode().Perm() != 0o600 {
		t.Errorf("the progress: %v, %v", f, err)
	}
	w = window(t, 76, 60, home, "lesson", "run", "pop3-read")
	w.WaitText("step 2 of")
	w.WaitText("C: USER alice")
	w.WaitText("pop3>")
	w.Type("PASS wonderland\r")
	w.WaitText("The lock is open")
	w.Type(":stop\r")
	w.WaitRaw("\x1b[?2004l")

	w = window(t, 76, 60, home, "lesson", "run", "pop3-read", "--restart")
	w.WaitText("The mailbox is still locked.")
	w.Type(":stop\r")
	w.WaitRaw("\x1b[?2004l")
}

// TestLessonOnARealServer takes a lesson on a server that is not byhand's own: nothing is typed for the learner, and what cannot be
// seen there is asked for.
func TestLessonOnARealServer(t *testing.T) {
	srv, err := practice.Start(practice.Config{POP3: "127.0.0.1:0", World: practice.World{Users: map[string]string{"me": "mine"}}})
	if err != nil {
		t.Fatal(err)
	}
	defer srv.Close()
	_, port, _ := net.SplitHostPort(srv.POP3Addr().String())
	w := window(t, 76, 60, t.TempDir(), "lesson", "run", "pop3-read", "--on", "127.0.0.1:"+port)
	w.WaitText("your name here is <user>")
	w.WaitText("pop3>")
	w.Type(":skip\r")
	w.WaitText("This is a real server")
	w.Type("USER me\r")
	w.WaitText("S: +OK")
	w.Type("PASS mine\r")
	w.WaitText("0 messages")
	w.Type(":stop\r")
	w.WaitRaw("\x1b[?2004l")
	if raw := w.Raw(); strings.Contains(raw, "C: USER <user>") {
		t.Error("byhand typed on a real server")
	}
}
