package shell

import (
	"bytes"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// read parses keys to their end.
func read(chunks ...string) (keys []key) {
	var p parser
	for _, c := range chunks {
		p.feed([]byte(c))
	}
	p.end()
	for k, ok := p.next(); ok; k, ok = p.next() {
		keys = append(keys, k)
	}
	return keys
}

// words tells keys as text: what was typed as it is, a paste in brackets, an action in braces.
func words(keys []key) string {
	names := map[act]string{
		actEnter: "enter", actBreak: "break", actEnd: "end", actEscape: "escape", actLeft: "left", actRight: "right",
		actHome: "home", actLast: "last", actWordLeft: "word-left", actWordNext: "word-next", actBack: "back",
		actDelete: "delete", actKill: "kill", actKillAll: "kill-all", actKillWord: "kill-word", actKillLeft: "kill-left",
		actKillNext: "kill-next", actYank: "yank", actSwap: "swap", actOlder: "older", actNewer: "newer",
		actSearch: "search", actCancel: "cancel", actTab: "tab", actClear: "clear",
	}
	var b strings.Builder
	for _, k := range keys {
		switch {
		case k.paste:
			b.WriteString("[" + string(k.text) + "]")
		case k.act == actText:
			b.Write(k.text)
		default:
			b.WriteString("{" + names[k.act] + "}")
		}
	}
	return b.String()
}

func TestParser(t *testing.T) {
	for _, c := range []struct{ name, in, want string }{
		{"text and Enter", "STAT\r", "STAT{enter}"},
		{"every control", "\x01\x02\x03\x04\x05\x06\x07\x08\x09\x0a\x0b\x0c\x0d\x0e\x10\x12\x14\x15\x17\x19\x1d\x7f",
			"{home}{left}{break}{end}{last}{right}{cancel}{back}{tab}{enter}{kill}{clear}{enter}{newer}{older}{search}{swap}{kill-all}{kill-word}{yank}{escape}{back}"},
		{"controls without a meaning", "a\x00\x0f\x11\x13\x18\x1c\x1e\x1fb", "ab"},
		{"cursor keys", "\x1b[A\x1b[B\x1b[C\x1b[D\x1b[H\x1b[F", "{older}{newer}{right}{left}{home}{last}"},
		{"cursor keys, application mode", "\x1bOA\x1bOB\x1bOC\x1bOD\x1bOH\x1bOF", "{older}{newer}{right}{left}{home}{last}"},
		{"keys above them", "\x1b[1~\x1b[3~\x1b[4~\x1b[7~\x1b[8~", "{home}{delete}{last}{home}{last}"},
		{"keys that we have no use for", "a\x1b[2~\x1b[5~\x1b[6~\x1b[15~\x1b[Z\x1bOPb", "ab"},
		{"with modifiers", "\x1b[1;5C\x1b[1;3D\x1b[1;2A\x1b[3;5~", "{word-next}{word-left}{older}{delete}"},
		{"Alt", "\x1bb\x1bf\x1bd\x1b\x7f\x1bx", "{word-left}{word-next}{kill-next}{kill-left}x"},
		{"ESC ESC", "\x1b\x1b[A", "{older}"},
		{"ESC alone at the end", "a\x1b", "a"},
		{"answers", "a\x1b[?1;2c\x1b[24;80R\x1b]11;rgb:0/0/0\x07\x1b]11;x\x1b\\\x1bP1+r\x1b\\\x1b_x\x1b\\b", "ab"},
		{"a report of the cursor is no key", "\x1b[5;1H", ""},
		{"a sequence broken off by a key", "a\x1b[12\rb", "a{enter}b"},
		{"a broken character", "a\xe4\xbd", "a\xe4\xbd"},
		{"quoted", "\x16\x03\x16\x1b\x16\r\x16a\x16\x16", "\x03\x1b\ra\x16"},
		{"paste", "\x1b[200~a\r\nb\rc\nd\x1b[201~\r", "[a\nb\nc\nd]{enter}"},
		{"paste with keys in it", "\x1b[200~\x03\x1b[A\x1b[201\x1b[201~", "[\x03\x1b[A\x1b[201]"},
		{"paste that does not end", "\x1b[200~abc\x1b[20", "[abc\x1b[20]"},
	} {
		t.Run(c.name, func(t *testing.T) {
			if diff := cmp.Diff(c.want, words(read(c.in))); diff != "" {
				t.Error(diff)
			}
		})
	}
}

// A sequence that never ends is not kept for ever.
func TestParserBounded(t *testing.T) {
	var p parser
	for range 1000 {
		p.feed(bytes.Repeat([]byte("\x1b]0;0123456789"), 10))
	}
	if len(p.part) > 2*maxPart {
		t.Errorf("%d bytes are kept of a sequence without an end", len(p.part))
	}
}

// Keys are the same however they are cut, and a paste keeps all its bytes.
func FuzzKeys(f *testing.F) {
	for _, s := range []string{
		"abc\r", "\x1b[200~a\r\nb\x1b[201~\r", "\x1b[", "\xff\xfe\r", "\x1b]11;", "\x16\x03\r", "\x12ab\x07\r", "\x1d",
		"中\x1b[D\x1b[3~\r", "\x1bb\x1bf\x1b\x7f\x14\x0b\x19", "\x1b[200~\x1b[20", "\x1b\x1b\x1b[A",
	} {
		f.Add(s, 1)
	}
	f.Fuzz(func(t *testing.T, s string, size int) {
		if len(s) > maxPart || size < 1 {
			return
		}
		var chunks []string
		for rest := s; rest != ""; {
			n := min(size, len(rest))
			chunks, rest = append(chunks, rest[:n]), rest[n:]
		}
		if diff := cmp.Diff(words(read(s)), words(read(chunks...))); diff != "" {
			t.Errorf("cut into pieces of %d: %s", size, diff)
		}
		text := strings.ReplaceAll(s, pasteOff, "")
		if keys := read("\x1b[200~" + text + pasteOff); len(keys) != 1 || string(keys[0].text) != string(lines([]byte(text))) {
			t.Errorf("pasted %q, read %q", text, words(keys))
		}
	})
}

// What is put into a line comes out of it byte for byte, and nothing of it is taken for our own runes.
func FuzzExact(f *testing.F) {
	for _, s := range []string{"abc", "你好", "caf\xe9", "\x00\x1b\t", "\U000f0000\U000f0100\U00100041\U0010ffff", "\ufffd\xef\xbf"} {
		f.Add([]byte(s))
	}
	f.Fuzz(func(t *testing.T, s []byte) {
		line := encode(nil, s)
		none := func(int) []byte { t.Error("a chip out of nowhere"); return nil }
		if got := decode(nil, line, none); !bytes.Equal(got, s) {
			t.Errorf("%q comes back as %q", s, got)
		}
		if back := []rune(string(line)); !slices.Equal(back, line) { // the library hands lines over as strings
			t.Errorf("%q as runes %U is %U as a string", s, line, back)
		}
		for i := range line {
			if at := runeAt(line, byteAt(line, i)); at != i {
				t.Errorf("%q: rune %d is found at %d", s, i, at)
			}
		}
	})
}
