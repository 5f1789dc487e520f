//go:build unix

package main

import (
	"bytes"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"

	"byhand/session/shell/ptytest"
)

// shellWindow runs a command line in a command shell, so that a test sees in which state the terminal is left.
func shellWindow(t *testing.T, cols, rows int) *ptytest.Term {
	t.Helper()
	bin := t.TempDir()
	if err := os.Symlink(os.Args[0], filepath.Join(bin, "byhand")); err != nil {
		t.Fatal(err)
	}
	cmd := exec.Command("sh", "-i")
	cmd.Env = append(os.Environ(), "PATH="+bin+":"+os.Getenv("PATH"), "HOME="+bin, "XDG_STATE_HOME="+bin, "ENV=", "PS1=sh: ", "LC_ALL=C.UTF-8", "TERM=xterm-256color", "NO_COLOR=1")
	w := ptytest.Run(t, cols, rows, cmd)
	w.WaitText("sh:")
	return w
}

// TestPlayerAtATerminal steps to and fro in a window, leaves in all ways, and finds the terminal each time as it was.
func TestPlayerAtATerminal(t *testing.T) {
	w := shellWindow(t, 80, 40)
	w.Type("byhand replay --step --explain off smtp-163; stty -a\r")
	w.WaitText("1/")
	w.Type("...")
	w.WaitText("4/")
	line := w.Text()
	w.Type(".")
	w.WaitText("5/")
	w.Type(",")
	w.Wait("the screen before the step", func() bool { return w.Text() == line })
	w.Type("\x1b[C\x1b[D?ehlo\x7f\x7f\x7f\x7f\x7f")
	w.Wait("the screen before all that", func() bool { return w.Text() == line })
	for i, leave := range []string{"q", "\x03", "\x04"} {
		if i > 0 {
			w.Type("byhand replay --step smtp-163; stty -a\r")
			w.WaitText("1/")
		}
		w.Type(leave)
		w.Wait("the command shell", func() bool {
			return strings.HasSuffix(w.Text(), "sh:") && strings.Contains(w.Text(), " echo ") && strings.Contains(w.Text(), " icanon ")
		})
		w.Type("clear\r")
		w.Wait("an empty window", func() bool { return strings.TrimSpace(w.Text()) == "sh:" })
	}
}

// TestPlayerIsTold ends the player with SIGTERM: the terminal is as it was.
func TestPlayerIsTold(t *testing.T) {
	w := shellWindow(t, 80, 40)
	w.Type("sh -c 'echo pid $$; exec byhand replay --step --explain off smtp-163'; stty -a\r")
	w.WaitText("1/")
	_, after, _ := strings.Cut(w.Text(), "\npid ")
	number, _, _ := strings.Cut(after, "\n")
	pid := 0
	for _, c := range number {
		pid = pid*10 + int(c-'0')
	}
	if err := syscall.Kill(pid, syscall.SIGTERM); err != nil {
		t.Fatalf("%q: %v", number, err)
	}
	w.Wait("the command shell", func() bool {
		return strings.HasSuffix(w.Text(), "sh:") && strings.Contains(w.Text(), " echo ") && strings.Contains(w.Text(), " icanon ")
	})
}

// TestReplayIntoAClosedPipe: a reader that goes away early ends the program, with no word about it.
func TestReplayIntoAClosedPipe(t *testing.T) {
	file := filepath.Join(t.TempDir(), "long.dialog.txt")
	writeFile(t, file, "S: 220 hello\n"+strings.Repeat("C: NOOP\nS: 250 ok\n", 50000))
	for _, args := range [][]string{
		{"replay", "--as", "text", file}, {"replay", file}, {"replay", "--as", "raw", file}, {"replay", "--from", "2", file},
		{"replay", "--as", "jsonl", file},
	} {
		cmd := exec.Command(os.Args[0], args...)
		cmd.Args[0] = "byhand"
		var said bytes.Buffer
		cmd.Stderr = &said
		out, err := cmd.StdoutPipe()
		if err != nil {
			t.Fatal(err)
		}
		if err := cmd.Start(); err != nil {
			t.Fatal(err)
		}
		if _, err := io.ReadFull(out, make([]byte, 10)); err != nil {
			t.Errorf("%v: %v", args, err)
		}
		out.Close()
		err = cmd.Wait()
		status, _ := cmd.ProcessState.Sys().(syscall.WaitStatus)
		if err == nil || status.Signal() != syscall.SIGPIPE || said.Len() > 0 {
			t.Errorf("%v: %v, said %q", args, err, said.String())
		}
	}
}

// TestReplayFollows watches a recording while it is written, in a pipe, up to its end.
func TestReplayFollows(t *testing.T) {
	file := filepath.Join(t.TempDir(), "grows.rec.jsonl")
	const begin = `{"byhand":"transcript","v":1,"start":"2026-11-01T10:00:00.000000+08:00","by":"test"}
{"t":0.000000,"k":"S","text":"+OK hello\r\n"}
{"t":1.000000,"k":"C","text":"NO`
	writeFile(t, file, begin)
	cmd := exec.Command(os.Args[0], "replay", "-f", "--explain", "off", file)
	cmd.Args[0] = "byhand"
	cmd.Stderr = os.Stderr
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	first := make([]byte, len("S: +OK hello\n"))
	if _, err := io.ReadFull(out, first); err != nil || string(first) != "S: +OK hello\n" {
		t.Fatalf("%q, %v", first, err)
	}
	f, err := os.OpenFile(file, os.O_WRONLY|os.O_APPEND, 0)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	if _, err := f.WriteString("OP\\r\\n\"}\n{\"t\":2.000000,\"k\":\"end\"}\n"); err != nil {
		t.Fatal(err)
	}
	rest, err := io.ReadAll(out)
	if err != nil || string(rest) != "C: NOOP\n" {
		t.Errorf("then came %q, %v", rest, err)
	}
	if err := cmd.Wait(); err != nil {
		t.Error(err)
	}
}
