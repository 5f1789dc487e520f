//go:build unix

package main

import (
	"bufio"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"byhand/session/practice"
	"byhand/session/shell/ptytest"
)

// window starts the program in a terminal of its own. The test binary is byhand when it is called so (TestMain).
func window(t *testing.T, cols, rows int, home string, args ...string) *ptytest.Term {
	t.Helper()
	cmd := exec.Command(os.Args[0], args...)
	cmd.Args[0] = "byhand"
	cmd.Env = append(os.Environ(), "HOME="+home, "XDG_STATE_HOME="+home, "LC_ALL=C.UTF-8", "TERM=xterm-256color", "NO_COLOR=1")
	return ptytest.Run(t, cols, rows, cmd)
}

// server is a listener whose first connection is handed to the test: lines that it gets, and a way to say something.
type server struct {
	addr  [2]string // host and port
	lines chan string
	conn  chan net.Conn
}

func listen(t *testing.T, greeting string) *server {
	t.Helper()
	l, err := net.Listen("tcp4", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	s := &server{lines: make(chan string, 1000), conn: make(chan net.Conn, 8)}
	host, port, _ := net.SplitHostPort(l.Addr().String())
	s.addr = [2]string{host, port}
	t.Cleanup(func() { l.Close() })
	go func() { // ends with the listener
		for {
			c, err := l.Accept()
			if err != nil {
				return
			}
			c.Write([]byte(greeting))
			s.conn <- c
			go func() { // ends with the connection
				for sc := bufio.NewReader(c); ; {
					line, err := sc.ReadString('\n')
					if err != nil {
						return
					}
					s.lines <- line
				}
			}()
		}
	}()
	return s
}

func startPractice(t *testing.T) (pop3, smtp []string) {
	t.Helper()
	srv, err := practice.Start(practice.Config{POP3: "127.0.0.1:0", SMTP: "127.0.0.1:0"})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { srv.Close() })
	return []string{"127.0.0.1", portOf(srv.POP3Addr().String())}, []string{"127.0.0.1", portOf(srv.SMTPAddr().String())}
}

// TestLiveAndReplayLookTheSame types a session, records it, and replays the recording in a window of the same size.
func TestLiveAndReplayLookTheSame(t *testing.T) {
	for _, c := range []struct {
		lang string
		cols int
	}{{"en", 60}, {"en", 120}, {"zh", 60}, {"zh", 120}} {
		t.Run(c.lang, func(t *testing.T) {
			_, smtp := startPractice(t)
			home := t.TempDir()
			rec := filepath.Join(home, "s.rec.jsonl")
			live := window(t, c.cols, 200, home, append(smtp, "--lang", c.lang, "--record", rec)...)
			live.WaitText("smtp>")
			for _, line := range []string{"EHLO me", "AUTH LOGIN", "c3R1ZGVudA==", "c2VjcmV0", "MAIL FROM:<student@practice.test>", "QUIT"} {
				before := strings.Count(live.Text(), "\nS: ")
				live.Type(line + "\r")
				live.Wait("the reply to "+line, func() bool { return strings.Count(live.Text(), "\nS: ") > before })
			}
			live.WaitText("byhand>")
			live.Type("\x04")
			live.WaitText("byhand replay")
			again := window(t, c.cols, 200, home, "replay", "--instant", "--lang", c.lang, rec)
			want := wireOnly(live.Text())
			again.Wait("the screen of the live session\n"+want, func() bool { return wireOnly(again.Text()) == want })
			if strings.Count(want, "\n") < 40 {
				t.Errorf("only this was compared:\n%s", want)
			}
			if strings.Contains(live.Text()+again.Text(), "c2VjcmV0") {
				t.Errorf("the password is on the screen")
			}
		})
	}
}

// wireOnly gives a screen from the opening of the connection to its end, without the prompt at the end.
func wireOnly(screen string) string {
	if i := strings.Index(screen, "-- connected"); i > 0 {
		screen = screen[i:]
	}
	if i := strings.Index(screen, "-- 已连接"); i > 0 {
		screen = screen[i:]
	}
	screen, _, _ = strings.Cut(screen, "\nbyhand>")
	screen, _, _ = strings.Cut(screen, "\nThe session was kept")
	screen, _, _ = strings.Cut(screen, "\n会话已保存")
	return strings.TrimSpace(screen)
}

func TestServerTalksWhileTyping(t *testing.T) {
	s := listen(t, "+OK ready\r\n")
	w := window(t, 60, 40, t.TempDir(), append(s.addr[:], "--explain", "off")...)
	w.WaitText("pop3>")
	c := <-s.conn
	w.Type("USER 学生")
	w.WaitText("pop3> USER 学生")
	c.Write([]byte("+OK nobody asked \x1b[2J\x1b]0;owned\x07\r\n"))
	w.WaitText("nobody asked")
	w.WaitText("pop3> USER 学生")
	w.Type("!\r")
	if got := <-s.lines; got != "USER 学生!\r\n" {
		t.Errorf("the server got %q", got)
	}
	if raw := w.Raw(); strings.Contains(raw, "\x1b]0;") || strings.Contains(raw, "\x1b[2J\x1b") {
		t.Errorf("the server's sequences reached the terminal: %q", raw)
	}
}

func TestServerClosesWhileTyping(t *testing.T) {
	s := listen(t, "+OK ready\r\n")
	w := window(t, 80, 40, t.TempDir(), append(s.addr[:], "--explain", "off")...)
	w.WaitText("pop3>")
	c := <-s.conn
	w.Type("rm -rf half typ")
	w.WaitText("half typ")
	c.Close()
	w.WaitText("byhand> rm -rf half typ")
	w.Type("ed\r")
	w.WaitText("nothing was sent")
	w.Type(":again\r")
	w.WaitText("pop3>")
	<-s.conn
	w.Type("NOOP\r")
	if got := <-s.lines; got != "NOOP\r\n" {
		t.Errorf("the server got %q", got)
	}
}

func TestPastedLetterGoesOutByteForByte(t *testing.T) {
	s := listen(t, "220 ready ESMTP\r\n")
	w := window(t, 60, 40, t.TempDir(), append(s.addr[:], "--explain", "off", "--protocol", "smtp")...)
	w.WaitText("smtp>")
	c := <-s.conn
	w.Type("DATA\r")
	<-s.lines
	c.Write([]byte("354 go on\r\n"))
	w.WaitText("data>")
	var want []string
	for len(strings.Join(want, "\r\n")) < 4096 {
		want = append(want, "Subject: 你好", "", ":colon", "..dots", "\ttab and blank ", strings.Repeat("x", 200))
	}
	want = append(want, ".")
	w.Type("\x1b[200~" + strings.Join(want, "\n") + "\x1b[201~\r")
	for i, line := range want {
		if got := <-s.lines; got != line+"\r\n" {
			t.Fatalf("line %d: the server got %q, want %q", i, got, line)
		}
	}
}

func TestEscapeInsideALetter(t *testing.T) {
	s := listen(t, "220 ready ESMTP\r\n")
	w := window(t, 80, 40, t.TempDir(), append(s.addr[:], "--explain", "off", "--protocol", "smtp")...)
	w.WaitText("smtp>")
	c := <-s.conn
	w.Type("DATA\r")
	<-s.lines
	c.Write([]byte("354 go on\r\n"))
	w.WaitText("data>")
	w.Type("half a li\x1d")
	w.WaitText("byhand>")
	w.Type("b64 secret\r")
	w.WaitText("c2VjcmV0")
	w.WaitText("data> half a li")
	w.Type("ne\r:quit\r")
	if first, second := <-s.lines, <-s.lines; first != "half a line\r\n" || second != ":quit\r\n" {
		t.Errorf("the server got %q and %q", first, second)
	}
}

func TestPasswordIsNotSeenWhileTyped(t *testing.T) {
	s := listen(t, "+OK ready\r\n")
	home := t.TempDir()
	w := window(t, 20, 40, home, append(s.addr[:], "--explain", "off")...)
	w.WaitText("pop3>")
	c := <-s.conn
	w.Type("PASS hunter2hunter2hunter2")
	w.WaitText("PASS ***")
	w.Type("\r")
	if got := <-s.lines; got != "PASS hunter2hunter2hunter2\r\n" {
		t.Errorf("the server got %q", got)
	}
	c.Write([]byte("+OK in\r\n"))
	w.WaitText("+OK in")
	w.Type("\x1b[A\x1b[A") // what was typed before
	w.Type("\x15:quit\r")
	w.WaitRaw("\x1b[?2004l")
	if strings.Contains(w.Raw(), "hunter2") {
		t.Errorf("the password was on the screen")
	}
	err := filepath.Walk(home, func(path string, info os.FileInfo, err error) error {
		if err == nil && info.Mode().IsRegular() {
			if b, _ := os.ReadFile(path); strings.Contains(string(b), "hunter2") {
				t.Errorf("%s holds the password", path)
			}
			if info.Mode().Perm()&0o077 != 0 {
				t.Errorf("%s can be read by others", path)
			}
		}
		return err
	})
	if err != nil {
		t.Error(err)
	}
}

func TestLessonWithAPersonAtTheKeyboard(t *testing.T) {
	w := window(t, 100, 60, t.TempDir(), "lesson", "run", "pop3-read")
	w.WaitText("pop3>")
	w.Type(":hint\r")
	w.WaitText("hint")
	w.Type(":skip\r")
	w.WaitText("C: USER")
	w.WaitText("done")
	w.Type(":quit\r")
	w.WaitRaw("\x1b[?2004l")
}

// TestSuspendAndResume stops the program with Ctrl-Z in a command shell, and calls it back.
func TestSuspendAndResume(t *testing.T) {
	s := listen(t, "+OK ready\r\n")
	bin := t.TempDir()
	if err := os.Symlink(os.Args[0], filepath.Join(bin, "byhand")); err != nil {
		t.Fatal(err)
	}
	cmd := exec.Command("sh", "-i")
	cmd.Env = append(os.Environ(), "PATH="+bin+":"+os.Getenv("PATH"), "HOME="+bin, "ENV=", "PS1=sh: ", "LC_ALL=C.UTF-8", "TERM=xterm-256color", "NO_COLOR=1")
	w := ptytest.Run(t, 80, 40, cmd)
	w.WaitText("sh:")
	w.Type("byhand --no-record --explain off " + s.addr[0] + " " + s.addr[1] + "\r")
	w.WaitText("pop3>")
	c := <-s.conn
	w.Type("USER half\x1a")
	w.WaitText("Stopped")
	w.Type("echo shell$((40 + 2))\r")
	w.WaitText("shell42")
	c.Write([]byte("+OK meanwhile\r\n"))
	w.Type("fg\r")
	w.WaitText("meanwhile")
	w.WaitText("pop3> USER half")
	w.Type(" done\r")
	if got := <-s.lines; got != "USER half done\r\n" {
		t.Errorf("the server got %q", got)
	}
	w.Type(":quit\r")
	w.Wait("the command shell's prompt", func() bool { return strings.HasSuffix(w.Text(), "sh:") })
}

// TestSuspendWithoutACommandShell: nobody could call the program back, so Ctrl-Z does nothing.
func TestSuspendWithoutACommandShell(t *testing.T) {
	s := listen(t, "+OK ready\r\n")
	w := window(t, 80, 40, t.TempDir(), append(s.addr[:], "--explain", "off")...)
	w.WaitText("pop3>")
	w.Type("NO\x1aOP\r")
	if got := <-s.lines; got != "NOOP\r\n" {
		t.Errorf("the server got %q", got)
	}
}

// TestLessonTypesAfterTheGreeting: what a step needs is typed on a new connection only when its server has greeted.
func TestLessonTypesAfterTheGreeting(t *testing.T) {
	w := window(t, 100, 60, t.TempDir(), "lesson", "run", "pop3-read")
	w.WaitText("pop3>")
	w.Type(":goto stat\r")
	w.WaitText("C2: PASS")
	before, _, typed := strings.Cut(w.Text(), "C2: USER")
	if !typed || !strings.Contains(before, "S2: +OK") {
		t.Errorf("USER came before the greeting:\n%s", w.Text())
	}
	w.Type(":quit\r")
	w.WaitRaw("\x1b[?2004l")
}
