//go:build unix

package shell

import (
	"os"
	"os/exec"
	"testing"

	"byhand/session/shell/ptytest"
)

// TestProgram is a program of its own when run by the tests below: it reads lines until the end; the hint for the
// line "panic" panics.
func TestProgram(t *testing.T) {
	if os.Getenv("EDITOR_PROGRAM") == "" {
		return
	}
	tty, err := OpenTTY(os.Stdin, os.Stdout)
	if err != nil {
		t.Fatal(err)
	}
	o := tty.Options()
	o.Hint = func(line string, _ int) string {
		if line == "panic" {
			panic("as asked")
		}
		return ""
	}
	term, err := NewTerminal(o)
	if err != nil {
		t.Fatal(err)
	}
	defer term.Close()
	defer tty.OnResize(term.Redraw)()
	for in, err := term.Read("> ", false); in.Kind != EOF; in, err = term.Read("> ", false) {
		if err != nil {
			t.Fatal(err)
		}
		if string(in.Line) == "die" {
			panic("between lines")
		}
	}
}

// program runs TestProgram under a shell that tells at its end what modes the terminal was left in.
func program(t *testing.T, cols, rows int) *ptytest.Term {
	cmd := exec.Command("/bin/sh", "-c", `"$0" -test.run '^TestProgram$'; stty -a; echo done`, os.Args[0])
	cmd.Env = append(os.Environ(), "EDITOR_PROGRAM=1", "TERM=xterm-256color")
	w := ptytest.Run(t, cols, rows, cmd)
	w.WaitRaw("> ")
	return w
}

// [9] The window tells of its size by a signal.
func TestResizeSignal(t *testing.T) {
	w := program(t, 20, 10)
	w.Type("012345678901234567890123456789")
	w.WaitScreen(12, "> 012345678901234567", "890123456789")
	w.Resize(40, 10)
	w.WaitScreen(32, "> 012345678901234567890123456789")
}

// [4] Whatever ends the program, the terminal is not left raw.
func TestRestored(t *testing.T) {
	for _, c := range []struct{ name, keys string }{
		{"the end", "\x04"},
		{"a panic of the caller's", "die\r"},
		{"a panic while a line is read", "panic"},
	} {
		t.Run(c.name, func(t *testing.T) {
			w := program(t, 100, 60)
			w.Type(c.keys)
			w.WaitRaw("done\r\n")
			w.WaitRaw(" icanon")
			w.WaitRaw(" echo ")
			w.WaitRaw(pasteModeOff)
		})
	}
}
