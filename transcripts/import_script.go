package transcripts

import (
	"bytes"
	"strings"
	"unicode/utf8"

	"byhand/session"
)

// A typescript reads what a terminal showed: telnet, nc or openssl s_client under script(1), or copied from a window.
// Both sides stand on one screen, so that the protocol tells who said a line; where a log of what was typed is there
// too, that tells.
type typescript struct {
	*feed
	part  []byte   // what the screen showed since the last line end
	over  bool     // that is too long to be read
	keys  []byte   // what was typed since the last line end
	echo  [][]byte // lines that were typed and have not been seen on the screen
	known bool     // what was typed is told
	phase tPhase
	told  tlsTold
	floor floor

	before int // connections before the one that byhand's own screen calls the first
	coming     // the connection that the screen has told of, and that has said nothing yet
}

// tPhase is where a typescript stands.
type tPhase uint8

const (
	tOutside tPhase = iota // no mail server has spoken yet: what is shown is the shell's, or telnet's
	tShaking               // openssl s_client tells of its handshake
	tTicket                // openssl s_client shows a ticket
	tTalking               // the dialogue
	tNamed                 // the dialogue on byhand's own screen, each line with the name of its side
)

// Bounds of what is kept in mind until the screen shows it: so many typed lines, and of so many bytes; a terminal takes no longer ones.
const (
	maxEcho   = 64
	maxEchoed = 16 << 10
)

func newTypescript(f *feed) *typescript { return &typescript{feed: f} }

// line takes a whole line of the screen.
func (t *typescript) line(line []byte) {
	t.shown(line)
	t.shown([]byte{'\n'})
}

// shown takes what the terminal showed.
func (t *typescript) shown(b []byte) {
	for {
		i := bytes.IndexByte(b, '\n')
		if i < 0 {
			break
		}
		t.show(b[:i])
		if !t.over {
			t.screen(onScreen(t.part))
		}
		t.part, t.over = t.part[:0], false
		b = b[i+1:]
	}
	t.show(b)
}

// show adds to the line of the screen that has no end yet. One that is too long is left out.
func (t *typescript) show(b []byte) {
	switch {
	case t.over:
	case len(t.part)+len(b) > maxText:
		t.leaveLong()
		t.part, t.over = t.part[:0], true
	default:
		t.part = append(t.part, b...)
	}
}

// typed takes what was typed.
func (t *typescript) typed(b []byte) {
	t.known = true
	for _, c := range b {
		if c != '\r' && c != '\n' {
			if t.keys = append(t.keys, c); len(t.keys) > maxText {
				t.leaveLong()
				t.keys = t.keys[:0]
			}
			continue
		}
		line := bytes.Clone(onScreen(t.keys))
		t.keys = t.keys[:0]
		if t.phase != tTalking || len(line) == 0 && t.floor.side() != session.Client {
			continue
		}
		t.floor.client(line)
		t.says(session.Client, line)
		if len(line) > maxEchoed {
			continue
		}
		if t.echo = append(t.echo, line); len(t.echo) > maxEcho {
			t.echo = t.echo[1:]
		}
	}
}

// end gives what stands on the last line.
func (t *typescript) end() {
	if len(t.part) > 0 && !t.over {
		t.shown([]byte("\n"))
	}
}

// screen reads one line of the screen.
func (t *typescript) screen(line []byte) {
	s := string(line)
	switch {
	case t.telnet(s), t.openssl(s), t.change(s):
	case t.phase == tNamed:
		t.named(line)
	case t.phase == tTalking:
		t.talk(line)
	case t.phase == tOutside && t.greetNamed(line):
		t.named(line)
	case t.phase == tOutside && t.floor.greet(line):
		t.begin(tTalking)
		t.talk(line)
	}
}

func (t *typescript) begin(phase tPhase) {
	if t.phase = phase; t.conn == 0 {
		t.open("")
	}
}

// telnet reads what telnet says by itself.
func (t *typescript) telnet(s string) bool {
	switch {
	case strings.HasPrefix(s, "Trying ") && strings.HasSuffix(s, "..."), strings.HasPrefix(s, "Script started on "), strings.HasPrefix(s, "Script done on "):
		t.phase = min(t.phase, tOutside)
		return t.phase == tOutside || strings.HasPrefix(s, "Script ")
	case strings.HasPrefix(s, "Connected to "):
		if t.floor.busy() {
			return false
		}
		t.phase, t.floor, t.echo = tOutside, floor{}, nil
		t.open(strings.TrimSuffix(strings.TrimPrefix(s, "Connected to "), "."))
	case strings.HasPrefix(s, "Escape character is "):
	case s == "Connection closed by foreign host." || s == "Connection closed.":
		t.mark("close", "by", "server")
		t.phase, t.floor, t.echo = tOutside, floor{}, nil
	case strings.HasPrefix(s, "telnet> ") || s == "^]":
	default:
		return false
	}
	return true
}

// openssl reads what openssl s_client says by itself.
func (t *typescript) openssl(s string) bool {
	switch {
	case strings.HasPrefix(s, "CONNECTED(0"):
		t.phase, t.floor = tShaking, floor{}
		t.open("")
	case t.phase == tShaking:
		if t.told.read([]byte(s)) {
			t.told.mark(t.feed)
			t.phase = tOutside
		}
	case t.phase == tTicket:
		if s == "---" {
			t.phase = tTalking
		}
	case strings.HasPrefix(s, "Post-Handshake New Session Ticket"):
		t.phase = tTicket
	case t.phase == tTalking && !t.floor.busy() && (s == "---" || sOwn[s]):
	case t.phase == tTalking && strings.HasPrefix(s, "read:errno="):
		t.mark("close", "by", "server")
	default:
		return false
	}
	return true
}

// talk gives a line of the dialogue to its side.
func (t *typescript) talk(line []byte) {
	if len(t.echo) > 0 && bytes.Equal(line, t.echo[0]) {
		t.echo = t.echo[1:]
		return
	}
	from := t.floor.whose(line)
	if t.known {
		from = session.Server
	}
	if from == session.Client {
		t.floor.client(line)
	} else {
		t.floor.server(line)
	}
	if len(line) == 0 && from == session.Client && !t.floor.letter {
		return // the screen was left empty
	}
	t.says(from, line)
}

// onScreen gives a line as it stood on the screen in the end: what was rubbed out is gone, as are the sequences that
// move or colour. A line that is erased from its beginning on, as a prompt is that makes room, is gone as a whole.
func onScreen(b []byte) []byte {
	out := make([]byte, 0, len(b))
	margin := false // the cursor stands there again
	for i := 0; i < len(b); i++ {
		switch c := b[i]; {
		case c == 0x1b:
			n := escapeLen(b[i:])
			if margin && erases(b[i:i+n]) {
				out = out[:0]
			}
			i += n - 1
			continue
		case c == '\r':
			margin = true
			continue
		case c == '\b' || c == 0x7f:
			_, n := utf8.DecodeLastRune(out)
			out = out[:len(out)-n]
		case c == 7 || c == 0:
		default:
			out = append(out, c)
		}
		margin = false
	}
	return out
}

// erases reports whether a sequence erases what follows on the line, or all of it (ECMA-48 §8.3.39, §8.3.41: ED and EL).
func erases(seq []byte) bool {
	switch string(seq) {
	case "\x1b[J", "\x1b[0J", "\x1b[2J", "\x1b[K", "\x1b[0K", "\x1b[2K":
		return true
	}
	return false
}

// escapeLen gives the length of the control sequence that begins b (ECMA-48 §5.4): CSI to its final byte, OSC to BEL or ST.
func escapeLen(b []byte) int {
	if len(b) < 2 {
		return len(b)
	}
	i := 2
	switch b[1] {
	case '[':
		for i < len(b) && (b[i] < 0x40 || b[i] > 0x7e) {
			i++
		}
		return min(i+1, len(b))
	case ']':
		for i < len(b) && b[i] != 7 && b[i] != 0x1b {
			i++
		}
		if i < len(b) && b[i] == 0x1b {
			i++
		}
		return min(i+1, len(b))
	}
	return 2
}
