package main

import (
	"bytes"
	"context"
	"io"
	"os"
	"strings"
	"testing"
	"time"

	"byhand/session/annotate"
	"byhand/session/text"
	"byhand/transcripts"
)

// robot is a person at the keys of a player, and the clock: it presses the next key when nothing is due, and waits are over at once.
type robot struct {
	keys  []string
	at    time.Time
	waits []time.Duration
}

func (r *robot) now() time.Time { return r.at }

// Wait passes the time; the key "..." lets the player go on until it pauses.
func (r *robot) Wait(_ context.Context, d time.Duration) (string, bool) {
	if d == 0 {
		return "", true // the index is made
	}
	if d > 0 && (len(r.keys) == 0 || r.keys[0] == "...") {
		r.at, r.waits = r.at.Add(d), append(r.waits, d)
		return "", true
	}
	for len(r.keys) > 0 && r.keys[0] == "..." {
		r.keys = r.keys[1:]
	}
	if len(r.keys) == 0 {
		return "", false
	}
	key := r.keys[0]
	r.keys = r.keys[1:]
	return key, true
}

// stage is a player on a window that is a string.
type stage struct {
	*player
	out *bytes.Buffer
	bot *robot
}

func newStage(t *testing.T, name string, f replayFlags, cols, rows int, lang text.Lang) *stage {
	t.Helper()
	a := &app{in: strings.NewReader(""), out: io.Discard, err: io.Discard, lang: lang, depth: annotate.Off, env: func(string) string { return "" }}
	tape, _, end, err := a.tape(name, f.follow)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(end)
	if f.pace.Speed == 0 {
		f.pace.Speed = 1
	}
	s := &stage{player: a.player(tape, name, &f), out: &bytes.Buffer{}, bot: &robot{at: time.Unix(0, 0)}}
	s.now, s.keys, s.typing = s.bot.now, s.bot, false
	s.screen.out, s.screen.size = s.out, func() (int, int) { return cols, rows }
	if err := s.settle(&f); err != nil {
		t.Fatal(err)
	}
	return s
}

// press lets the person press keys, one after the other; then the keyboard is unplugged.
func (s *stage) play(t *testing.T, f replayFlags, keys ...string) {
	t.Helper()
	s.bot.keys = keys
	if err := s.begin(context.Background(), &f); err != nil {
		t.Fatal(err)
	}
}

func letters(s string) (keys []string) {
	for _, r := range s {
		keys = append(keys, string(r))
	}
	return append(keys, "enter")
}

// TestPlayerKeys presses keys and looks where they lead.
func TestPlayerKeys(t *testing.T) {
	const sample = "pop3-dele-without-quit"
	tape, err := transcripts.OpenTape(bytes.NewReader(must(transcripts.Sample(sample))), sample, transcripts.Import{})
	if err != nil {
		t.Fatal(err)
	}
	n, err := wholeLength(tape)
	if err != nil {
		t.Fatal(err)
	}
	find := func(from int, back bool, h transcripts.Hunt) int {
		place, ok, err := tape.Find(from, back, h)
		if err != nil || !ok {
			t.Fatalf("nothing after %d: %v", from, err)
		}
		return place
	}
	command := find(0, false, transcripts.Commands())
	texts, _ := transcripts.Texts("DELE")
	for _, c := range []struct {
		what string
		keys []string
		want int
	}{
		{"begins at the first line", nil, 1},
		{"one forward", []string{"."}, 2},
		{"arrows and Enter", []string{"right", "enter", "down", "left"}, 3},
		{"back at the start stays", []string{",", ",", "."}, 2},
		{"the end", []string{"G"}, n},
		{"forward at the end stays", []string{"G", ".", "."}, n},
		{"back from the end", []string{"G", ",", ","}, n - 2},
		{"the start", []string{"G", "g", "."}, 1},
		{"a tenth", []string{"5"}, n * 5 / 10},
		{"next command", []string{"n"}, command},
		{"next and next command", []string{"n", "n"}, find(command, false, transcripts.Commands())},
		{"previous command", []string{"n", "n", "p"}, command},
		{"next mark", []string{"]"}, find(1, false, transcripts.Marks("mark"))},
		{"go to a line", append([]string{":"}, letters("7")...), 7},
		{"go to a line, corrected", append([]string{":", "9", "back"}, letters("7")...), 7},
		{"go nowhere", []string{":", "9", "esc"}, 1},
		{"go to no place", append([]string{":"}, letters("nowhere")...), 1},
		{"search", append([]string{"/"}, letters("dele")...), find(1, false, texts)},
		{"search back", append([]string{"G", "?"}, letters("dele")...), find(n, true, texts)},
		{"search on", append(append([]string{"/"}, letters("dele")...), "N"), find(find(1, false, texts), false, texts)},
		{"search what is not there", append([]string{"/"}, letters("xyzzy")...), 1},
		{"search with a broken expression", append([]string{"/"}, letters("(")...), 1},
		{"a key without a meaning", []string{"y"}, 1},
		{"bookmark and back to it", []string{".", ".", "m", ".", "["}, 3},
		{"list, help, bytes, decode, depth, limit", []string{"'", "h", "x", "b", "a", "a", "i", "ctrl-l"}, 1},
		{"play to the end", []string{"space", "..."}, n},
		{"leave", []string{"q", "."}, 1},
		{"Ctrl-C leaves", []string{".", "ctrl-c", "."}, 2},
	} {
		f := replayFlags{step: true}
		s := newStage(t, sample, f, 80, 24, text.EN)
		s.play(t, f, c.keys...)
		if s.place != c.want {
			t.Errorf("%s: at %d, want %d\n%s", c.what, s.place, c.want, s.out)
		}
	}
}

func must(b []byte, _ bool) []byte { return b }

// TestPlayerBackIsTheSameScreen steps to and fro, and holds the screen against one that only went forward.
func TestPlayerBackIsTheSameScreen(t *testing.T) {
	f := replayFlags{step: true}
	for _, cols := range []int{24, 60, 120} {
		straight := newStage(t, "smtp-chinese-gbk", f, cols, 200, text.ZH)
		straight.play(t, f, ".", ".", ".", ".", ".", ".")
		zigzag := newStage(t, "smtp-chinese-gbk", f, cols, 200, text.ZH)
		zigzag.play(t, f, ".", ".", ",", ".", ".", ".", "h", ",", ",", ".", ".", "x", ",", ".", ".", ".")
		got, want := screenOf(zigzag.out.String(), cols), screenOf(straight.out.String(), cols)
		if zigzag.place != straight.place || got != want {
			t.Errorf("%d columns: at %d\n%s\nwant %d\n%s", cols, zigzag.place, got, straight.place, want)
		}
	}
}

// screenOf obeys what the player writes: line feeds, CUU, ED, EL, CR.
func screenOf(out string, cols int) string {
	rows := []string{""}
	for out != "" {
		switch {
		case strings.HasPrefix(out, "\x1b["):
			end := strings.IndexAny(out, "AJKm")
			switch n := 0; out[end] {
			case 'A':
				for _, c := range out[2:end] {
					n = n*10 + int(c-'0')
				}
				rows = rows[:len(rows)-n]
			case 'J', 'K':
				rows[len(rows)-1] = ""
			}
			out = out[end+1:]
		case out[0] == '\n':
			rows, out = append(rows, ""), out[1:]
		case out[0] == '\r':
			out = out[1:]
		default:
			c := next(out)
			if rowsOf(rows[len(rows)-1]+c, cols) > 1 {
				rows = append(rows, "")
			}
			rows[len(rows)-1], out = rows[len(rows)-1]+c, out[len(c):]
		}
	}
	return strings.Join(rows, "\n")
}

// TestPlayerPauses holds the pauses of playing: recorded, limited, by the speed; and where it stops.
func TestPlayerPauses(t *testing.T) {
	const talk = `{"byhand":"transcript","v":1,"start":"2026-11-01T10:00:00.000000+08:00"}
{"t":0.000000,"k":"S","text":"+OK hi\r\n"}
{"t":10.000000,"k":"C","text":"NOOP\r\n"}
{"t":10.000000,"k":"C","text":"RETR 7\r\n"}
{"t":11.000000,"k":"S","text":"+OK\r\n"}
{"t":11.000000,"k":"S","text":"-ERR no\r\n"}
{"t":11.500000,"k":"mark","name":"late"}
{"t":12.500000,"k":"C","text":"QUIT\r\n"}
`
	file := t.TempDir() + "/talk.rec.jsonl"
	writeFile(t, file, talk)
	second := time.Second
	for _, c := range []struct {
		what string
		f    replayFlags
		keys []string
		want []time.Duration
		at   int
	}{
		{"as recorded", replayFlags{}, nil, []time.Duration{10 * second, second, second / 2, second}, 7},
		{"limited", replayFlags{pace: transcripts.Pace{Idle: 2 * second}}, nil, []time.Duration{2 * second, second, second / 2, second}, 7},
		{"twice as fast", replayFlags{pace: transcripts.Pace{Speed: 2}}, nil, []time.Duration{5 * second, second / 2, second / 4, second / 2}, 7},
		{"until an error", replayFlags{until: "error"}, nil, []time.Duration{10 * second, second}, 5},
		{"until a text", replayFlags{until: "/retr/"}, nil, []time.Duration{10 * second}, 3},
		{"until a line", replayFlags{until: "4"}, nil, []time.Duration{10 * second, second}, 4},
		{"until a time", replayFlags{until: "0:11.2"}, nil, []time.Duration{10 * second, second, second / 2}, 6},
		{"from a mark", replayFlags{from: "late"}, nil, []time.Duration{second}, 7},
		{"from a time", replayFlags{from: "11.2s"}, nil, []time.Duration{second}, 7},
		{"paused on an error", replayFlags{pauseOn: "mark,error"}, nil, []time.Duration{10 * second, second}, 5},
		{"paused by a person", replayFlags{}, []string{"space"}, nil, 1},
		{"faster by a key", replayFlags{}, []string{"+", "+", "..."}, []time.Duration{5 * second / 2, second / 4, second / 8, second / 4}, 7},
		{"limit by a key", replayFlags{}, []string{"i", "i", "..."}, []time.Duration{second / 2, second / 2, second / 2, second / 2}, 7},
	} {
		s := newStage(t, file, c.f, 80, 24, text.EN)
		s.play(t, c.f, c.keys...)
		if s.place != c.at || len(s.bot.waits) != len(c.want) {
			t.Errorf("%s: at %d after %v, want %d after %v", c.what, s.place, s.bot.waits, c.at, c.want)
			continue
		}
		for i := range c.want {
			if s.bot.waits[i] != c.want[i] {
				t.Errorf("%s: pauses %v, want %v", c.what, s.bot.waits, c.want)
				break
			}
		}
	}
}

// TestPlayerWithoutTimes gives a talk whose times nobody has told the pace of a talk.
func TestPlayerWithoutTimes(t *testing.T) {
	s := newStage(t, recordingOf(t, "pop3-apop"), replayFlags{}, 80, 24, text.EN)
	s.play(t, replayFlags{})
	if len(s.bot.waits) < 5 || s.bot.waits[0] != change {
		t.Errorf("pauses %v", s.bot.waits)
	}
}

// TestPlayerForReadersOfScreens takes nothing away and draws no status where a screen reader may listen.
func TestPlayerForReadersOfScreens(t *testing.T) {
	f := replayFlags{step: true}
	s := newStage(t, "pop3-163", f, 80, 24, text.EN)
	s.screen.plain = true
	s.play(t, f, ".", ".", ",", "n", "p", "G", "h")
	if strings.Contains(s.out.String(), "\x1b") || strings.Contains(s.out.String(), "\r") {
		t.Errorf("sequences in %q", s.out)
	}
	if !strings.Contains(s.out.String(), "-- line 2\n") {
		t.Errorf("no word of the step back:\n%s", s.out)
	}
}

// TestPlayerHelpNamesAllKeys holds the table against itself: each key once, each help in two languages.
func TestPlayerHelpNamesAllKeys(t *testing.T) {
	seen := map[string]bool{}
	for _, row := range playerKeys() {
		if row.help.EN == "" || row.help.ZH == "" {
			t.Errorf("%s has no help", row.keys)
		}
		for key := range strings.FieldsSeq(row.keys) {
			if seen[key] {
				t.Errorf("%s stands twice", key)
			}
			seen[key] = true
		}
	}
	for _, key := range strings.Fields("space . right , left n p e E ] [ ' + - = i 0 9 g G : / ? N a x b m o l q ctrl-c h") {
		if !seen[key] {
			t.Errorf("%s does nothing", key)
		}
	}
}

func writeFile(t *testing.T, path, content string) {
	t.Helper()
	if err := os.WriteFile(path, []byte(content), 0o600); err != nil {
		t.Fatal(err)
	}
}
