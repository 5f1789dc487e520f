//go:build unix

package main

import (
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
	file := filepath.Join(home, "byhand", "progress.jsonl")
	src, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	l, err := lessons.Load("pop3-read")
	if err != nil {
		t.Fatal(err)
	}
	all, errs := lessons.Records(file, src)
	if len(errs) > 0 || len(all) != 1 {
		t.Fatalf("%d results, %v in\n%s", len(all), errs, src)
	}
	if r := all[0]; r.Step != "user" || r.Hash != l.TextHash(l.Steps[0]) || r.Result != lessons.ResultDone || r.Seconds < 0 || r.Lang != "en" {
		t.Errorf("%+v", r)
	}
	if kept, err := filepath.Glob(filepath.Join(home, "byhand", "sessions", all[0].Transcript+".rec.jsonl")); err != nil || len(kept) != 1 {
		t.Errorf("the transcript %q: %v, %v", all[0].Transcript, kept, err)
	}
	changed := strings.Replace(string(src), all[0].Hash, "00000000", 1)
	if err := os.WriteFile(file, []byte(changed), 0o600); err != nil {
		t.Fatal(err)
	}

	w = window(t, 76, 60, home, "lesson", "run", "pop3-read")
	w.WaitText("step 2 of")
	w.WaitText("has changed since you did them: user.")
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

// TestToldStepsCount takes a lesson that begins and ends with something to read: it has been taken to its end.
func TestToldStepsCount(t *testing.T) {
	home := t.TempDir()
	lesson := filepath.Join(t.TempDir(), "told.yaml")
	src := "lesson: told\ntitle: Told\nconnect: pop3\nsteps:\n  - say: Read this.\n  - {say: Type it., do: USER alice}\n  - say: The end.\n"
	if err := os.WriteFile(lesson, []byte(src), 0o600); err != nil {
		t.Fatal(err)
	}
	w := window(t, 76, 60, home, "lesson", "run", lesson)
	w.WaitText("pop3>")
	w.Type(":hint\r:skip\r")
	w.WaitText("The end.")
	w.Type(":stop\r")
	w.WaitRaw("\x1b[?2004l")
	kept, err := os.ReadFile(filepath.Join(home, "byhand", "progress.jsonl"))
	if err != nil {
		t.Fatal(err)
	}
	all, errs := lessons.Records("progress", kept)
	var got []string
	for _, r := range all {
		got = append(got, r.Step+" "+string(r.Result))
	}
	if want := "1 done, 2 skipped, 3 done"; strings.Join(got, ", ") != want || len(errs) > 0 {
		t.Errorf("%s, want %s (%v)", got, want, errs)
	}
}

// TestLessonOnARealServer takes lessons on a server that is not byhand's own: it is asked before anything is connected, nothing is typed
// for the learner without a yes, and what cannot be seen there is asked for.
func TestLessonOnARealServer(t *testing.T) {
	srv, err := practice.Start(practice.Config{POP3: "127.0.0.1:0", SMTP: "127.0.0.1:0", World: practice.World{Users: map[string]string{"me": "mine"}}})
	if err != nil {
		t.Fatal(err)
	}
	defer srv.Close()
	pop3, smtp := "127.0.0.1:"+portOf(srv.POP3Addr().String()), "127.0.0.1:"+portOf(srv.SMTPAddr().String())

	w := window(t, 76, 60, t.TempDir(), "lesson", "run", "pop3-read", "--on", pop3)
	w.WaitText("real server: pop3 " + pop3)
	w.WaitText("gone after QUIT")
	w.WaitText("Type yes to begin")
	w.Type("\r")
	w.WaitText("Not begun.")

	w = window(t, 76, 60, t.TempDir(), "lesson", "run", "pop3-read", "--on", pop3)
	w.WaitText("Type yes to begin")
	w.Type("yes\r")
	w.WaitText("your name here is <user>")
	w.WaitText("pop3>")
	w.Type(":skip\r")
	w.WaitText("so type it yourself")
	w.Type("USER me\r")
	w.WaitText("S: +OK")
	w.Type("PASS mine\r")
	w.WaitText("0 messages")
	w.Type(":skip\r")
	w.WaitText("byhand would type:")
	w.WaitText("Type yes to let it")
	w.Type("no\r")
	w.WaitText("nothing was sent")
	w.Type(":skip\r")
	w.WaitText("answer>")
	w.Type("yes\r")
	w.WaitText("C: STAT")
	w.WaitText("letter by letter")
	w.Type(":stop\r")
	w.WaitRaw("\x1b[?2004l")
	if raw := w.Raw(); strings.Contains(raw, "C: USER <user>") || strings.Count(raw, "C: STAT") != 1 {
		t.Error("byhand typed on a real server")
	}

	// One command after another, each with its own yes; from the learner's own address on, the learner types.
	file := filepath.Join(t.TempDir(), "there.yaml")
	src := "lesson: there\ntitle: There\nconnect: smtp\nreal: only\nsteps:\n  - do: |\n      EHLO a\n      VRFY bob\n      MAIL FROM:<${me}>\n      RSET\n  - do: NOOP\n"
	if err := os.WriteFile(file, []byte(src), 0o600); err != nil {
		t.Fatal(err)
	}
	w = window(t, 76, 60, t.TempDir(), "lesson", "run", file, "--on", smtp)
	w.WaitText("Type yes to begin")
	w.Type("yes\r")
	w.WaitText("smtp>")
	w.Type(":skip\r")
	w.WaitText("EHLO a")
	w.WaitText("answer>")
	w.Type("y\r")
	w.WaitText("C: EHLO a")
	w.WaitText("VRFY bob")
	w.Type("y\r")
	w.WaitText("C: VRFY bob")
	w.WaitText("so type it yourself")
	w.WaitText("MAIL FROM:<<me>>")
	w.Type(":stop\r")
	w.WaitRaw("\x1b[?2004l")
	if raw := w.Raw(); strings.Contains(raw, "C: MAIL") || strings.Contains(raw, "C: RSET") {
		t.Error("byhand typed what was not agreed to")
	}
}
