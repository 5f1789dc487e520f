//go:build unix

package main

import (
	"bufio"
	"fmt"
	"io"
	"net"
	"os"
	"os/exec"
	"regexp"
	"strconv"
	"strings"
	"testing"
	"unicode/utf8"

	"byhand/session/shell/ptytest"
)

// afterwards is what a server does when it has said its piece.
type afterwards int

const (
	goesOn afterwards = iota // answers each line
	closes                   // closes in order
	resets                   // breaks the connection
	stalls                   // says nothing more
	halves                   // says nothing more and tells so, but listens
	drips                    // says it byte by byte, then goes on
	floods                   // says it again and again
)

// A mean server is broken or means harm: what it says after the first line that it gets, and does then.
type mean struct {
	name     string
	protocol string
	says     string
	then     afterwards
}

// hostile are the servers whose bytes come after any line at all. Those of hostileAnswers want a certain line.
var hostile = []mean{
	// Sequences that drive a terminal (ECMA-48; xterm's ctlseqs), in seven bits, in eight, and as UTF-8.
	{"title", "pop3", "+OK \x1b]0;owned\x07 hi\r\n", goesOn},
	{"clipboard", "pop3", "+OK \x1b]52;c;cm0gLXJm\x07\r\n", goesOn},
	{"link", "pop3", "+OK \x1b]8;;http://evil.example/\x1b\\click\x1b]8;;\x1b\\\r\n", goesOn},
	{"clear and a false prompt", "pop3", "+OK \x1b[2J\x1b[1;1Hpop3> \r\n", goesOn},
	{"reports", "pop3", "+OK \x1b[6n\x1b[c\x1b[>q\x1b[?1;2c\r\n", goesOn},
	{"modes", "pop3", "+OK \x1b[?1049h\x1b[?25l\x1b[?1000h\x1bc\r\n", goesOn},
	{"scroll region and colours", "pop3", "+OK \x1b[1;2r\x1b[8m\x1b[38;5;0m\r\n", goesOn},
	{"device control, application and privacy strings", "pop3", "+OK \x1bP+q544e\x1b\\ \x1b_apc\x1b\\ \x1b^pm\x1b\\ \x1bXsos\x1b\\\r\n", goesOn},
	{"C1 in eight bits", "pop3", "+OK \x9b2J \x9d0;owned\x9c \x90q\x9c\r\n", goesOn},
	{"C1 as UTF-8", "pop3", "+OK \u009b2J \u009d0;owned\u009c\r\n", goesOn},
	{"C1 over-long", "pop3", "+OK \xc0\x9b2J \xe0\x80\x9b\r\n", goesOn},
	{"other characters", "pop3", "+OK \x0e\x1b(0lqqk\x1b)0\x0f\r\n", goesOn},
	{"end of a paste", "pop3", "+OK \x1b[201~rm\r\n", goesOn},
	{"a sequence over two lines", "pop3", "+OK \x1b\r\n[2J\r\n", goesOn},
	{"a sequence without an end", "pop3", "+OK \x1b]0;owned\r\n", goesOn},
	{"keys locked and the shift of a character", "pop3", "+OK \x1b>\x1bN\x1bO\x1b=\x05\r\n", goesOn},
	{"pictures", "pop3", "+OK \x1b_Gf=24,s=1,v=1;AAAA\x1b\\ \x1bPq#0;2;0;0;0#0~~\x1b\\ \x1b]1337;File=inline=1:AAAA\x07\r\n", goesOn},
	{"folder, mark and call of a terminal", "pop3", "+OK \x1b]7;file:///etc\x07 \x1b]133;A\x07 \x1b]9;hey\x07 \x1b]777;notify;a;b\x07\r\n", goesOn},
	{"reports of the window, its size and its title", "pop3", "+OK \x1b[21t\x1b[8;5;5t\x1b[18t\x1b[?2026h\r\n", goesOn},
	{"reset, alignment and VT52", "pop3", "+OK \x1b[!p\x1b#8\x1b[?2l\x1bY  \x1b<\x1b%@\x1b%G\r\n", goesOn},
	{"colours and fonts by number", "pop3", "+OK \x1b]4;0;rgb:00/00/00\x07\x1b]10;?\x07\x1b]50;fixed\x07\x1b]104\x07\r\n", goesOn},
	{"sequences byte by byte", "pop3", "+OK \x1b[2J \u009b2J \u202e\r\n", drips},
	{"keys of a keyboard", "pop3", "+OK \x1b[A\x1bOP\x1b[3~\x03\x04\x1a\x1c\x11\x13\r\n", goesOn},

	// Characters that deceive.
	{"other direction", "pop3", "+OK \u202egnp.exe\u202c \u2066x\u2069 \u200f\r\n", goesOn},
	{"no width", "pop3", "+OK a\u200bb\u2060c\ufeffd\u00ade\r\n", goesOn},
	{"line ends of Unicode", "pop3", "+OK a\u2028b\u2029c\u0085d\r\n", goesOn},
	{"many marks on one letter", "pop3", "+OK a" + strings.Repeat("\u0301", 2000) + "\r\n", goesOn},
	{"tags", "pop3", "+OK \U000e0041\U000e0042\r\n", goesOn},
	{"return over the line", "pop3", "+OK all good\r-ERR really\r\n", goesOn},
	{"backspaces", "pop3", "+OK no\x08\x08yes\x7f\r\n", goesOn},
	{"bells", "pop3", "+OK " + strings.Repeat("\a", 50) + "\r\n", goesOn},
	{"tab and form feed", "pop3", "+OK a\vb\fc\r\n", goesOn},
	{"letters that are drawn as nothing", "pop3", "+OK \u3164\u115f\u180e\ufe0f\u2800\uffa0|\r\n", goesOn},
	{"joined pictures", "pop3", "+OK 👩\u200d👩\u200d👧 🇨🇳" + strings.Repeat("\ufe0f", 500) + "\r\n", goesOn},
	{"no characters", "pop3", "+OK \ufffe\uffff\U0010ffff\ue000 \xf8\x88\x80\x80\x80 \xed\xa0\xbd\r\n", goesOn},
	{"a false line of byhand's", "pop3", "+OK\r\n-- TLS: verified\r\nC: PASS\r\nbyhand> \r\n", goesOn},

	// Bytes that are no text.
	{"NUL", "pop3", "+OK a\x00b\r\n\x00\x00\r\n", goesOn},
	{"no UTF-8", "pop3", "+OK \xff\xfe\xc3\xed\xa0\x80\r\n", goesOn},
	{"GBK", "pop3", "-ERR \xc4\xfa\xc3\xbb\xd3\xd0\xc8\xa8\xcf\xde\r\n", goesOn},
	{"options of telnet", "pop3", "\xff\xfd\x18\xff\xfb\x01\xff\xf4+OK telnet\r\n", goesOn},
	{"an alert of TLS", "pop3", "\x15\x03\x01\x00\x02\x02\x46", closes},
	{"all bytes", "pop3", "+OK " + everyByte() + "\r\n", goesOn},

	// Replies that are none.
	{"bare line feeds", "pop3", "+OK one\n+OK two\n", goesOn},
	{"empty lines", "pop3", "\r\n\r\n\n\n+OK\r\n", goesOn},
	{"unasked", "pop3", "+OK a\r\n+OK b\r\n-ERR c\r\n", goesOn},
	{"a second greeting", "smtp", "250 ok\r\n220 mx.test ESMTP again\r\n", goesOn},
	{"codes that differ", "smtp", "250-one\r\n550-two\r\n421 three\r\n", goesOn},
	{"a reply that goes on for ever", "smtp", "250-one\r\n250-two\r\n", stalls},
	{"codes that are none", "smtp", "999 x\r\n25 y\r\n2500 z\r\n000 -\r\n25O k\r\n-250 m\r\n", goesOn},
	{"a challenge out of place", "smtp", "334 UGFzc3dvcmQ6\r\n", goesOn},
	{"a letter asked for out of place", "smtp", "354 go on\r\n", goesOn},
	{"STARTTLS agreed to unasked", "smtp", "220 ready to start TLS\r\n\x16\x03\x01\x00\x05hello\r\n", goesOn},
	{"the other protocol", "pop3", "250 ok\r\n221 bye\r\n", goesOn},
	{"a web server", "pop3", "HTTP/1.1 400 Bad Request\r\nContent-Type: text/html\r\n\r\n<html>\r\n", closes},
	{"many offers", "smtp", manyOffers(10000 / thin), goesOn},
	{"many lines", "pop3", "+OK\r\n" + strings.Repeat("1 100\r\n", 5000/thin), goesOn},

	// Connections that end, or do not.
	{"closes in mid-line", "pop3", "+OK half a li", closes},
	{"resets in mid-line", "pop3", "+OK half a li", resets},
	{"resets at once", "pop3", "", resets},
	{"says no more, but listens", "pop3", "+OK half", halves},
	{"a flood", "pop3", "+OK more and more\r\n" + strings.Repeat("1 100 \x1b[2J\r\n", 200), floods},
	{"stalls in mid-line", "pop3", "+OK half a li", stalls},
	{"a line without an end", "pop3", "+OK " + strings.Repeat("A", 2<<20/thin) + "\r\n", goesOn},
	{"controls without an end", "pop3", "+OK " + strings.Repeat("\x1b[2J", 100<<10/thin) + "\r\n", goesOn},
}

func everyByte() string {
	b := make([]byte, 256)
	for i := range b {
		b[i] = byte(i)
	}
	return string(b)
}

func manyOffers(n int) string {
	var b strings.Builder
	for i := range n {
		fmt.Fprintf(&b, "250-X-OFFER-%d with words\r\n", i)
	}
	return b.String() + "250 HELP\r\n"
}

const ending = "the end of it"

// attack is a server of the table. It gives its port.
func attack(t *testing.T, protocol, says string, then afterwards) string {
	t.Helper()
	l, err := net.Listen("tcp4", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	yes := map[string]string{"pop3": "+OK ", "smtp": "250 "}[protocol]
	done := make(chan struct{})
	go func() { // ends with the connection, or with the listener
		defer close(done)
		c, err := l.Accept()
		if err != nil {
			return
		}
		defer c.Close()
		io.WriteString(c, map[string]string{"pop3": "+OK ready\r\n", "smtp": "220 ready ESMTP\r\n"}[protocol])
		lines := bufio.NewReader(c)
		lines.ReadString('\n')
		switch then {
		case drips:
			for i := range len(says) {
				io.WriteString(c, says[i:i+1])
			}
		case floods:
			for err == nil {
				_, err = io.WriteString(c, says)
			}
			return
		default:
			io.WriteString(c, says)
		}
		switch then {
		case halves:
			c.(*net.TCPConn).CloseWrite()
		case closes:
			return
		case resets:
			c.(*net.TCPConn).SetLinger(0)
			return
		case goesOn, drips:
			io.WriteString(c, yes+ending+"\r\n")
		}
		for {
			if _, err := lines.ReadString('\n'); err != nil {
				return
			}
			if then == goesOn || then == drips {
				io.WriteString(c, yes+"\r\n")
			}
		}
	}()
	t.Cleanup(func() { l.Close(); <-done })
	return portOf(l.Addr().String())
}

var (
	// ours are the sequences that byhand's own line editor and colours are made of.
	ours = regexp.MustCompile(`\x1b\[(\d*[ABCDGK]|[\d;]*m|J|\?2004[hl])`)
	// control is what may come from nobody else.
	control = regexp.MustCompile(`[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\x{80}-\x{9f}\x{200b}-\x{200f}\x{2028}-\x{202e}\x{2060}-\x{2069}\x{feff}\x{e0000}-\x{e007f}]`)
)

// foreign gives what of a terminal's input is neither text nor byhand's own.
func foreign(raw string) []string {
	rest := ours.ReplaceAllString(raw, "\x1b")
	rest = strings.ReplaceAll(rest, "\x1b", "")
	found := control.FindAllString(rest, 5)
	if !utf8.ValidString(rest) {
		found = append(found, "bytes that are no UTF-8")
	}
	return append(found, regexp.MustCompile(`\x1b.?.?.?`).FindAllString(ours.ReplaceAllString(raw, ""), 5)...)
}

// overwritten gives what of the server's text came through with a lone CR behind it. The line editor uses CR itself.
func overwritten(says, raw string) (found []string) {
	for _, piece := range regexp.MustCompile(`[^\r]{4}\r[^\n]`).FindAllString(says, -1) {
		if strings.Contains(raw, piece[:5]) && !strings.Contains(raw, piece[:5]+"\n") {
			found = append(found, piece)
		}
	}
	return found
}

// TestHostileServers lets each server of the tables at a terminal: nothing of its bytes may drive the terminal, what is typed
// stays whole, the session can be left, and the memory is bounded.
func TestHostileServers(t *testing.T) {
	for _, c := range hostile {
		t.Run(c.name, func(t *testing.T) { c.meet(t, "NOOP") })
	}
	for _, c := range hostileAnswers {
		t.Run(c.name, func(t *testing.T) { c.meet(t, c.line) })
	}
}

// meet talks with the server: line is what it is sent first.
func (c *mean) meet(t *testing.T, line string) {
	home := t.TempDir()
	cmd := exec.Command(os.Args[0], "--protocol", c.protocol, "127.0.0.1", attack(t, c.protocol, c.says, c.then))
	cmd.Args[0] = "byhand"
	cmd.Env = append(os.Environ(), "HOME="+home, "XDG_STATE_HOME="+home, "LC_ALL=C.UTF-8", "TERM=xterm-256color", "NO_COLOR=1")
	w := ptytest.Run(t, 80, 24, cmd)
	w.WaitText(c.protocol + ">")
	w.Type(line + "\r")
	first, _, _ := strings.Cut(c.says, "\r")
	switch c.then {
	case goesOn, drips:
		w.WaitRaw(ending)
	case closes, resets, halves:
		w.WaitText("byhand>")
	case stalls, floods:
		w.WaitRaw(first[:min(len(first), 40)])
	}
	w.Type("typed 中文")
	w.WaitText("> typed 中文")
	if kb := peak(cmd.Process.Pid); kb > maxMemory {
		t.Errorf("it took %d kB of memory", kb)
	}
	w.Type("\x15\x1dquit\r") // Ctrl-] works everywhere
	w.WaitRaw("\x1b[?2004l")
	if bad := append(foreign(w.Raw()), overwritten(c.says, w.Raw())...); len(bad) > 0 {
		t.Errorf("reached the terminal: %q", bad)
	}
}

// peak gives the most memory that a process has had, in kB, where the system tells (Linux).
func peak(pid int) int {
	text, err := os.ReadFile("/proc/" + strconv.Itoa(pid) + "/status")
	if err != nil {
		return 0
	}
	_, rest, _ := strings.Cut(string(text), "VmHWM:")
	kb, _ := strconv.Atoi(strings.Fields(rest + " 0")[0])
	return kb
}

func TestForeignSequencesAreFound(t *testing.T) {
	for raw, want := range map[string]bool{"pop3> \x1b[K\x1b[2Aab\r\n": false, "\x1b[?2004h\r\x1b[J": false, "\x1b[2J": true, "\x1b]0;x\x07": true, "\u009b2J": true,
		"\x9b": true, "\u202e": true, "\x1b[?25l": true, "\x00": true, "\x1b[6n": true, "a\x08b": true} {
		if got := foreign(raw); (len(got) > 0) != want {
			t.Errorf("%q: %q", raw, got)
		}
	}
}
