//go:build unix

package shell

import (
	"fmt"
	"os"
	"strings"
	"testing"
	"time"

	"go.uber.org/goleak"
	"golang.org/x/sys/unix"

	"byhand/session/shell/ptytest"
	"byhand/session/text"
)

// window is a Terminal in a window of its own.
type window struct {
	*ptytest.Term
	term *Terminal
	got  chan Input // what repl read
}

// open opens a window and a Terminal in it that nobody reads yet.
func open(t *testing.T, cols, rows int, change func(*Options)) *window {
	t.Helper()
	leak := goleak.IgnoreCurrent()
	t.Cleanup(func() { goleak.VerifyNone(t, leak) }) // runs last
	w := &window{Term: ptytest.Open(t, cols, rows)}
	tty, err := OpenTTY(w.TTY(), w.TTY())
	if err != nil {
		t.Fatal(err)
	}
	o := tty.Options()
	if change != nil {
		change(&o)
	}
	if w.term, err = NewTerminal(o); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := w.term.Close(); err != nil {
			t.Error(err)
		}
	})
	return w
}

// repl opens a window in which lines are read until the end, one after the other, and told as `got "STAT"` above the
// next prompt. A line that was not masked is remembered; after the line "mask" the next is masked.
func repl(t *testing.T, cols, rows int, change func(*Options)) *window {
	t.Helper()
	w := open(t, cols, rows, change)
	w.got = make(chan Input, 1000)
	ended := make(chan struct{})
	go func() { // ends with the input, at the latest by Close
		defer close(ended)
		prompt, masked := "> ", false
		for {
			in, err := w.term.Read(prompt, masked)
			if err != nil {
				t.Errorf("Read: %v", err)
			}
			w.term.Print(fmt.Sprintf("%s %q", [...]string{"got", "break", "end", "escape"}[in.Kind], in.Line))
			w.got <- in
			if in.Kind == EOF {
				return
			}
			if !in.Masked {
				w.term.Remember(string(in.Line))
			}
			prompt, masked = "> ", false
			if string(in.Line) == "mask" {
				prompt, masked = "secret: ", true
			}
		}
	}()
	t.Cleanup(func() {
		w.term.Close()
		<-ended
	})
	w.WaitScreen(2, ">")
	return w
}

// wait gives the next line that repl read.
func (w *window) wait(t *testing.T) Input {
	t.Helper()
	select {
	case in := <-w.got:
		return in
	case <-time.After(ptytest.Patience):
		t.Fatalf("waited for a line; the screen:\n%s", w.Text())
	}
	return Input{}
}

// TestKeys types and looks at what comes back. Names in brackets are faults of the library.
func TestKeys(t *testing.T) {
	for _, c := range []struct{ name, keys, want string }{
		{"a line", "STAT\r", `got "STAT"`},
		{"Ctrl-]", "ab\x1d", `escape "ab"`},
		{"Ctrl-C", "ab\x03", `break "ab"`},
		{"Ctrl-D on an empty line", "\x04", `end ""`},
		{"Ctrl-D erases", "ab\x01\x04\r", `got "b"`},
		{"Ctrl-V quotes", "a\x16\x01b\r", `got "a\x01b"`},
		{"Chinese", "你好\r", `got "你好"`},
		{"Backspace over Chinese", "你好\x7f\r", `got "你"`},
		{"Home and typing", "bc\x01a\r", `got "abc"`},
		{"words", "ab cd\x1bbX\r", `got "ab Xcd"`},
		{"words, Ctrl-Left", "ab cd\x1b[1;5DX\r", `got "ab Xcd"`},
		{"words, Chinese", "你好 世界\x1b[1;5DX\r", `got "你好 X世界"`},
		{"Ctrl-W", "MAIL FROM:<a@b.test>\x17\r", `got "MAIL "`},
		{"Alt-Backspace, Ctrl-Y", "ab cd\x1b\x7f\x19\x19\r", `got "ab cdcd"`},
		{"Ctrl-U, Ctrl-Y", "abc\x15x\x19\r", `got "xabc"`},
		{"Ctrl-K", "abcd\x02\x02\x0b\r", `got "ab"`},
		{"history", "one\rtwo\r\x1b[A\x1b[A!\r", `got "one!"`},
		{"search [ours]", "LIST 1\rRETR 1\r\x12li\x05!\r", `got "LIST 1!"`},
		{"search again and back", "aX\rbX\r\x12x\x12\x07z\r", `got "z"`},

		{"[4] Ctrl-R Ctrl-G on an empty history", "\x12\x07ok\r", `got "ok"`},
		{"[4] Ctrl-T Ctrl-K on one character", "a\x14\x0b\r", `got "a"`},
		{"[4] Ctrl-T", "ab\x14\r", `got "ba"`},
		{"[5] ESC is no mode", "a\x1b0xi\r", `got "a0xi"`},
		{"[10] Latin-1", "caf\xe9\r", `got "caf\xe9"`},
		{"[10] GBK", "\xc4\xe3\xba\xc3\r", `got "\xc4\xe3\xba\xc3"`},
		{"[10] control keys without a meaning", "a\x1c\x1e\x1f\x0f\x11b\r", `got "ab"`},
		{"[10] C1 as UTF-8", "a\u009b31mX\r", `got "a\u009b31mX"`},
		{"[10] private use, as ours", "\U000f0000\U00100041\r", `got "\U000f0000\U00100041"`},
		{"[11] NUL", "ab\x00cd\r", `got "abcd"`},
		{"[11] NUL on an empty line", "\x00STAT\r", `got "STAT"`},
		{"[11] Delete on an empty line", "\x1b[3~STAT\r", `got "STAT"`},
		{"[11] Delete", "abc\x01\x1b[3~\r", `got "bc"`},
		{"[12] Home and End of tmux", "b\x1b[1~a\x1b[4~c\r", `got "abc"`},
		{"[12] Home and End of xterm", "b\x1b[Ha\x1bOFc\r", `got "abc"`},
		{"[12] device attributes", "ab\x1b[?1;2c\r", `got "ab"`},
		{"[12] colour of the background", "ab\x1b]11;rgb:00/00/00\x07\r", `got "ab"`},
		{"[12] DCS", "ab\x1bP1+r\x1b\\\r", `got "ab"`},
		{"[12] mouse", "ab\x1b[<0;10;10Mx\r", `got "abx"`},
		{"[12] CRLF in a paste", "\x1b[200~a\r\nb\x1b[201~\r", `got "a\nb"`},
		{"[13] paste of one line", "a\x1b[200~b\tc\x1b[201~d\r", `got "ab\tcd"`},
		{"[13] its line end is Enter's", "\x1b[200~STAT\r\x1b[201~\r", `got "STAT"`},
		{"[13] paste of a letter", "\x1b[200~Subject: x\r\n\r\nhi\tyou\rend\x1b[201~\r", `got "Subject: x\n\nhi\tyou\nend"`},
		{"[13] keys in a paste", "\x1b[200~a\x03b\x04\x1b[31mc\x1b[201~\r", `got "a\x03b\x04\x1b[31mc"`},
		{"[18] Ctrl-Z", "a\x1ab\r", `got "ab"`},
	} {
		t.Run(c.name, func(t *testing.T) {
			w := repl(t, 80, 24, nil)
			w.Type(c.keys)
			w.WaitRaw(c.want)
		})
	}
}

func TestInput(t *testing.T) {
	w := repl(t, 80, 24, nil)
	w.Type("\x1b[200~a\nb\x1b[201~\r")
	if in := w.wait(t); !in.Pasted || in.Masked {
		t.Errorf("a paste of two lines gives %+v", in)
	}
	w.Type("\x16\x0a\r") // quoted: typed, not pasted
	if in := w.wait(t); in.Pasted || string(in.Line) != "\n" {
		t.Errorf("a quoted line feed gives %+v", in)
	}
}

// [1] [3] What is typed behind a mask is on no screen, in no history, in no kill buffer.
func TestSecret(t *testing.T) {
	w := repl(t, 40, 12, nil)
	w.Type("mask\r")
	w.WaitScreen(8, "> mask", `got "mask"`, "secret:")
	w.Type("hunter2")
	w.WaitScreen(15, "> mask", `got "mask"`, "secret: *******")
	w.Type("\x1b[D\x1b[D")
	w.WaitScreen(13, "> mask", `got "mask"`, "secret: *******")
	w.Type("\x15\x05\x17hunter3\x1bb\x0b")
	w.WaitScreen(8, "> mask", `got "mask"`, "secret:")
	w.Type("hunter4\x12\x19\x1b[A\t\r") // neither search nor yank nor history nor completion
	if in := w.wait(t); string(in.Line) != "mask" {
		t.Fatalf("got %q", in.Line)
	}
	in := w.wait(t)
	if string(in.Line) != "hunter4" || !in.Masked {
		t.Errorf("got %+v", in)
	}
	before := len(w.Raw())
	w.Type("\x19\x1b[A\x1b[A\x1b[B\x1b[B\x12hun\x07\x19done\r")
	for in := w.wait(t); !strings.Contains(string(in.Line), "done"); in = w.wait(t) {
	}
	if after := w.Raw()[before:]; strings.Contains(strings.ReplaceAll(after, `got "hunter4"`, ""), "hunter") {
		t.Errorf("a secret comes back: %q", after)
	}
}

// [2] A line that was not remembered does not come back.
func TestHistoryIsOurs(t *testing.T) {
	w := open(t, 40, 12, nil)
	w.term.SetHistory([]string{"STAT", "PASS ********"})
	read := func(keys, want string) {
		t.Helper()
		done := make(chan Input)
		go func() {
			in, _ := w.term.Read("> ", false)
			done <- in
		}()
		w.Type(keys)
		if in := <-done; string(in.Line) != want {
			t.Errorf("%q gives %q, want %q", keys, in.Line, want)
		}
	}
	read("PASS hunter2\r", "PASS hunter2")
	read("\x1b[A\x1b[B\r", "")
	read("\x1b[A\x1b[A\x1b[A\x7f\r", "STA") // edited, not remembered
	read("\x1b[A\x1b[A\r", "STAT")
	read("half\x1b[A\x1b[B\r", "half")
}

// A part of a line is a secret as soon as it is one.
func TestSecretPart(t *testing.T) {
	w := repl(t, 40, 12, func(o *Options) {
		o.Secret = func(line string) (from, to int) {
			if strings.HasPrefix(line, "PASS ") {
				return 5, len(line)
			}
			return 0, 0
		}
	})
	w.Type("PASS 密码x")
	w.WaitScreen(10, "> PASS ***")
	if strings.Contains(w.Raw(), "密") {
		t.Error("the secret was on the screen")
	}
	w.Type("\x01\x1b[3~") // mending the verb does not uncover it
	w.WaitText("> ASS ***")
	w.Type("P\x05\x7f\x7f\x7fz")
	w.WaitText("> PASS *")
	w.Type("\x17x\x1b\x7f\x19\x15\x19y\r") // no kill keeps it
	w.WaitRaw(`got "PASS y"`)
}

// [14] What is no terminal is not opened: the library would eat tabs and obey ^A.
func TestOpenTTYOnAPipe(t *testing.T) {
	r, out, err := os.Pipe()
	if err != nil {
		t.Fatal(err)
	}
	defer r.Close()
	defer out.Close()
	if _, err := OpenTTY(r, out); err == nil {
		t.Error("a pipe was taken for a terminal")
	}
}

// [15] Close ends a pending Read, which gives what was typed.
func TestClose(t *testing.T) {
	w := repl(t, 40, 12, nil)
	w.Type("half a line")
	w.WaitText("half a line")
	if err := w.term.Close(); err != nil {
		t.Error(err)
	}
	if in := w.wait(t); in.Kind != EOF || string(in.Line) != "half a line" {
		t.Errorf("the pending Read gives %+v", in)
	}
	if in, err := w.term.Read("> ", false); in.Kind != EOF || err != nil {
		t.Errorf("a Read after Close gives %+v, %v", in, err)
	}
	w.WaitRaw("\x1b[?2004l")
}

// [17] What is typed between two reads is kept for the second, and not echoed meanwhile.
func TestTypeAhead(t *testing.T) {
	w := open(t, 40, 12, nil)
	w.Type("STAT\x7f\x7f\rLIST\r")
	for _, want := range []string{"ST", "LIST"} {
		if in, err := w.term.Read("> ", false); err != nil || string(in.Line) != want {
			t.Errorf("got %+v, %v, want %q", in, err, want)
		}
	}
	w.WaitText("> ST\n> LIST")
	if n := strings.Count(w.Raw(), "LIST"); n != 1 {
		t.Errorf("LIST is on the screen %d times", n)
	}
}

// [17] [18] The modes of the terminal: between lines quiet, with Ctrl-C a signal and no key that stops us; at the
// end as they were.
func TestModes(t *testing.T) {
	p := ptytest.Open(t, 40, 12)
	before, _ := unix.IoctlGetTermios(int(p.TTY().Fd()), getModes)
	tty, err := OpenTTY(p.TTY(), p.TTY())
	if err != nil {
		t.Fatal(err)
	}
	term, err := NewTerminal(tty.Options())
	if err != nil {
		t.Fatal(err)
	}
	quiet, _ := unix.IoctlGetTermios(int(p.TTY().Fd()), getModes)
	if quiet.Lflag&(unix.ECHO|unix.ICANON) != 0 || quiet.Lflag&unix.ISIG == 0 || quiet.Cc[unix.VSUSP] != noChar {
		t.Errorf("between lines: %+v", quiet)
	}
	go p.Type("a\r")
	if _, err := term.Read("> ", false); err != nil {
		t.Error(err)
	}
	if m, _ := unix.IoctlGetTermios(int(p.TTY().Fd()), getModes); *m != *quiet {
		t.Errorf("after a line: %+v, want %+v", m, quiet)
	}
	if err := term.Close(); err != nil {
		t.Error(err)
	}
	if m, _ := unix.IoctlGetTermios(int(p.TTY().Fd()), getModes); *m != *before {
		t.Errorf("at the end: %+v, want %+v", m, before)
	}
}

// A half-typed line is carried to another prompt and back, behind its mask.
func TestPrefill(t *testing.T) {
	for _, masked := range []bool{false, true} {
		w := open(t, 40, 12, nil)
		done := make(chan Input)
		read := func(prompt string, masked bool) {
			in, _ := w.term.Read(prompt, masked)
			done <- in
		}
		go read("> ", masked)
		w.Type("caf\xe9 中\x1d:help\r")
		half := <-done
		if half.Kind != Escape || half.Masked != masked {
			t.Errorf("got %+v", half)
		}
		go read("byhand> ", false)
		if in := <-done; string(in.Line) != ":help" || in.Masked {
			t.Errorf("got %+v", in)
		}
		w.term.Prefill(half.Line, half.Masked)
		go read("> ", false)
		want := `> caf\xE9 中`
		if masked {
			want = "> ******"
		}
		w.WaitText(want)
		w.Type("x\r")
		if in := <-done; string(in.Line) != "caf\xe9 中x" || in.Masked != masked {
			t.Errorf("got %+v", in)
		}
	}
}

// A letter pasted into a narrow window, in Chinese, in one go.
func TestPasteLetter(t *testing.T) {
	var letter strings.Builder
	for i := range 80 {
		fmt.Fprintf(&letter, "第 %d 行：一封信可以很长。\r\n", i)
	}
	w := repl(t, 20, 8, func(o *Options) { o.Lang = text.ZH })
	w.Type("\x1b[200~" + letter.String() + "\x1b[201~")
	w.WaitText("> [已粘贴，80 行，3")
	w.Type("\x7f") // one thing, one Backspace
	w.WaitScreen(2, ">")
	w.Type("\x1b[200~" + letter.String() + "\x1b[201~\r")
	if in := w.wait(t); !in.Pasted || string(in.Line) != strings.ReplaceAll(letter.String(), "\r\n", "\n") {
		t.Errorf("%d bytes came back, pasted %v", len(in.Line), in.Pasted)
	}
}

// A letter that comes without the marks of a paste is typed: each of its lines is a line, however quick.
func TestUnbracketedLetter(t *testing.T) {
	w := repl(t, 80, 24, nil)
	go w.Type(strings.Repeat("Date: Mon, 1 Jan 2024 00:00:00 +0000\r", 100))
	for range 100 {
		if in := w.wait(t); string(in.Line) != "Date: Mon, 1 Jan 2024 00:00:00 +0000" {
			t.Fatalf("got %q", in.Line)
		}
	}
}

// A line longer than what a kernel keeps of one (N_TTY_BUF_SIZE, 4096) comes whole.
func TestLongLine(t *testing.T) {
	w := repl(t, 80, 24, nil)
	long := strings.Repeat("0123456789abcdef", 1000)
	go w.Type(long + "\r")
	if in := w.wait(t); string(in.Line) != long {
		t.Errorf("%d of %d bytes came back", len(in.Line), len(long))
	}
}

func TestRevealShowsOneLine(t *testing.T) {
	w := open(t, 40, 10, nil)
	read := func(prompt string) {
		w.got = make(chan Input, 1)
		go func() { // ends with the line
			in, err := w.term.Read(prompt, true)
			if err != nil {
				t.Error(err)
			}
			w.got <- in
		}()
	}
	w.term.Reveal()
	read("one: ")
	w.Type("open1")
	w.WaitText("one: open1")
	w.Type("\r")
	if in := <-w.got; string(in.Line) != "open1" || !in.Masked {
		t.Errorf("got %q, masked %v: a line that was shown is a secret still", in.Line, in.Masked)
	}
	w.WaitText("one: *****") // what stays of it
	read("two: ")
	w.Type("closed")
	w.WaitText("two: ******")
	w.Type("\r")
	<-w.got
	if strings.Contains(w.Raw(), "closed") {
		t.Error("the line after it was shown, too")
	}
}
