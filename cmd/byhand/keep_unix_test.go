//go:build unix

package main

import (
	"bufio"
	"bytes"
	"fmt"
	"io"
	"io/fs"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"

	"byhand/session"
	"byhand/session/proto"
	"byhand/transcripts"
)

// program gives the program with a home of its own, not started.
func program(home string, args ...string) *exec.Cmd {
	cmd := exec.Command(os.Args[0], args...)
	cmd.Args[0] = "byhand"
	cmd.Env = append(os.Environ(), "HOME="+home, "XDG_STATE_HOME="+home, "LC_ALL=C.UTF-8")
	return cmd
}

// counting is a POP3 server that answers each NOOP with a number of its own.
func counting(t *testing.T) (host, port string) {
	t.Helper()
	l, err := net.Listen("tcp4", "127.0.0.1:0")
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
			go func() { // ends with the connection
				defer c.Close()
				fmt.Fprint(c, "+OK ready\r\n")
				sc := bufio.NewScanner(c)
				for n := 0; sc.Scan(); n++ {
					fmt.Fprintf(c, "+OK %d\r\n", n)
				}
			}()
		}
	}()
	host, port, _ = net.SplitHostPort(l.Addr().String())
	return host, port
}

// recorded gives the server's bytes of a recording.
func recorded(t *testing.T, path string) (said []byte, remarks []transcripts.Remark) {
	t.Helper()
	f, err := os.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	r, err := transcripts.Open(f, path)
	if err == nil {
		err = session.Run(t.Context(), r, proto.New(session.Untold), func(events []session.Event) error {
			for i := range events {
				if events[i].From == session.Server {
					said = append(said, events[i].Raw...)
				}
			}
			return nil
		})
	}
	if err != nil {
		t.Fatalf("%s: %v", path, err)
	}
	return said, r.Remarks()
}

// What the user has seen is in the file, however suddenly the program dies; and the file can be gone on with.
func TestKilledTwentyTimes(t *testing.T) {
	host, port := counting(t)
	for n := range 20 {
		home := t.TempDir()
		path := filepath.Join(home, "a.rec.jsonl")
		cmd := program(home, "--explain", "off", "--record", path, host, port)
		cmd.Stdin = strings.NewReader(strings.Repeat("NOOP\n", 5000))
		out, err := cmd.StdoutPipe()
		if err != nil {
			t.Fatal(err)
		}
		if err := cmd.Start(); err != nil {
			t.Fatal(err)
		}
		seen := make([]byte, 12+97*n)
		if _, err := io.ReadFull(out, seen); err != nil {
			t.Errorf("run %d: %v", n, err)
		}
		if err := cmd.Process.Kill(); err != nil {
			t.Fatal(err)
		}
		rest, _ := io.ReadAll(out)
		cmd.Wait()
		seen = append(seen, rest...)
		said, remarks := recorded(t, path)
		if !bytes.HasPrefix(said, seen) || len(remarks) == 0 {
			t.Fatalf("run %d: %d bytes were seen, %d recorded, %v", n, len(seen), len(said), remarks)
		}
		again := program(home, "--explain", "off", "--record", path, "--append", host, port)
		again.Stdin = strings.NewReader("NOOP\n")
		if told, err := again.CombinedOutput(); err != nil {
			t.Fatalf("run %d: not gone on with: %v\n%s", n, err, told)
		}
		if both, _ := recorded(t, path); !bytes.HasPrefix(both, said) || !bytes.HasSuffix(both, []byte("+OK ready\r\n+OK 0\r\n")) {
			t.Fatalf("run %d: after --append\n%s", n, both)
		}
	}
}

// A disk without room stops the recording and not the session; it is said once, and the exit status tells.
func TestNoRoomForTheRecording(t *testing.T) {
	host, port := counting(t)
	home := t.TempDir()
	path := filepath.Join(home, "a.rec.jsonl")
	cmd := program(home, "--explain", "off", "--record", path, host, port)
	cmd.Stdin = strings.NewReader(strings.Repeat("NOOP\n", 100))
	var out, told bytes.Buffer
	cmd.Stdout, cmd.Stderr = &out, &told
	err := limited(cmd)
	if exit, ok := err.(*exec.ExitError); !ok || exit.ExitCode() != 1 {
		t.Errorf("it ended with %v", err)
	}
	if !strings.HasSuffix(out.String(), "+OK 99\r\n") {
		t.Errorf("the session ended at %q", out.String()[max(0, out.Len()-20):])
	}
	if n := strings.Count(told.String(), "Recording stopped"); n != 1 || !strings.Contains(told.String(), "ends before the session") {
		t.Errorf("said %d times:\n%s", n, &told)
	}
	said, _ := recorded(t, path)
	if len(said) == 0 || !bytes.HasPrefix(out.Bytes(), said) {
		t.Errorf("what had room is %q", said)
	}
}

// limited runs a program that may write files of 2000 bytes at most (RLIMIT_FSIZE), as on a disk that is full.
func limited(cmd *exec.Cmd) error {
	sh := exec.Command("sh", append([]string{"-c", `ulimit -f 2; exec "$0" "$@"`, cmd.Path}, cmd.Args[1:]...)...)
	link := filepath.Join(filepath.Dir(cmd.Args[4]), "byhand")
	if err := os.Symlink(cmd.Path, link); err != nil {
		return err
	}
	sh.Args[3] = link // the test binary is byhand when it is called so
	sh.Env, sh.Stdin, sh.Stdout, sh.Stderr = cmd.Env, cmd.Stdin, cmd.Stdout, cmd.Stderr
	return sh.Run()
}

// Every session is kept for its owner alone, `last` is one that is over, and what was asked to be left out is.
func TestSessionsAreKept(t *testing.T) {
	host, port := counting(t)
	home := t.TempDir()
	talk := func(script string, args ...string) {
		t.Helper()
		cmd := program(home, append(args, "--explain", "off", host, port)...)
		cmd.Stdin = strings.NewReader(script)
		if told, err := cmd.CombinedOutput(); err != nil {
			t.Fatalf("%v\n%s", err, told)
		}
	}
	talk("NOOP over\n")
	talk("NOOP not kept\n", "--no-record")
	running := program(home, "--explain", "off", host, port)
	in, _ := running.StdinPipe()
	out, _ := running.StdoutPipe()
	if err := running.Start(); err != nil {
		t.Fatal(err)
	}
	if line, err := bufio.NewReader(out).ReadString('\n'); err != nil {
		t.Fatal(line, err)
	}
	shown, err := program(home, "replay", "--explain", "off", "last").CombinedOutput()
	if err != nil || !bytes.Contains(shown, []byte("NOOP over")) {
		t.Errorf("the last one is %s, %v", shown, err)
	}
	in.Close()
	if err := running.Wait(); err != nil {
		t.Error(err)
	}
	files, _ := filepath.Glob(filepath.Join(home, "byhand", "sessions", "*"))
	if len(files) != 2 {
		t.Errorf("kept: %v", files)
	}
	for _, f := range files {
		if info, err := os.Stat(f); err != nil || info.Mode().Perm() != 0o600 {
			t.Errorf("%s: %v, %v", f, info.Mode(), err)
		}
	}
	if dir, err := os.Stat(filepath.Dir(files[0])); err != nil || dir.Mode() != fs.ModeDir|0o700 {
		t.Errorf("%v, %v", dir.Mode(), err)
	}
}

// A recording that is written by one session is not written by another.
func TestTwoSessionsInOneFile(t *testing.T) {
	home := t.TempDir()
	path := filepath.Join(home, "a.rec.jsonl")
	f, err := transcripts.Create(path, transcripts.Header{By: "test"}, transcripts.FileOptions{})
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	f.Sink([]session.Event{{At: 0, Conn: 1, Role: session.Note, Mark: session.NewMark("note", "text", "x")}})
	host, port := counting(t)
	cmd := program(home, "--record", path, "--append", host, port)
	told, err := cmd.CombinedOutput()
	if err == nil || cmd.ProcessState.Sys().(syscall.WaitStatus).ExitStatus() != 1 || !bytes.Contains(told, []byte("Another session")) {
		t.Errorf("%v\n%s", err, told)
	}
}

// What goes wrong with a command of byhand's own is told in the learner's language, and so is why byhand ends; in a narrow window between
// words.
func TestFailuresInTheLearnersLanguage(t *testing.T) {
	host, port := counting(t)
	w := window(t, 60, 40, t.TempDir(), "--lang", "zh", host, port)
	w.WaitText("pop3>")
	w.Type(":send /no-such-file\r")
	w.WaitText("没有成功：没有 /no-such-file 这个文件。")
	w = window(t, 40, 40, t.TempDir(), "--lang", "en", "replay", "no-such-recording")
	w.WaitText("There is no")
	if text := w.Text(); !strings.Contains(strings.Join(strings.Fields(text), " "), "no-such-recording") {
		t.Errorf("cut between letters:\n%s", text)
	}
}
