package shell

import (
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// In these tables the cursor is written as |.
func TestEdit(t *testing.T) {
	for _, c := range []struct {
		act          act
		before, want string
		cut          string
	}{
		{actSwap, "a|b", "ba|", ""},
		{actSwap, "ab|", "ba|", ""},
		{actSwap, "|ab", "|ab", ""},
		{actSwap, "a|", "a|", ""},
		{actSwap, "|", "|", ""},
		{actDelete, "a|bc", "a|c", ""},
		{actDelete, "abc|", "abc|", ""},
		{actWordLeft, "RCPT TO:<a@b.test>|", "RCPT TO:<a@b.|test>", ""},
		{actWordLeft, "你好，世界|", "你好，|世界", ""},
		{actWordLeft, "|a", "|a", ""},
		{actWordNext, "|RETR 1", "RETR| 1", ""},
		{actWordNext, "你好|，世界", "你好，世界|", ""},
		{actKill, "ab|cd", "ab|", "cd"},
		{actKillAll, "ab|cd", "|cd", "ab"},
		{actKillWord, "MAIL FROM:<a@b.test> |", "MAIL |", "FROM:<a@b.test> "},
		{actKillLeft, "a@b.test|", "a@b.|", "test"},
		{actKillNext, "a|@b.test", "a|.test", "@b"},
		{actKillNext, "a|", "a|", ""},
		{actCancel, "a|b", "a|b", ""},
	} {
		before, after, _ := strings.Cut(c.before, "|")
		line := []rune(before + after)
		got, at, from, to := edit(c.act, slices.Clone(line), len([]rune(before)))
		shown := string(got[:at]) + "|" + string(got[at:])
		if shown != c.want || string(line[from:to]) != c.cut {
			t.Errorf("action %d on %q gives %q, cut %q; want %q, %q", c.act, c.before, shown, line[from:to], c.want, c.cut)
		}
	}
}

func TestHistory(t *testing.T) {
	var h history
	for _, line := range []string{"STAT", "STAT", "", "LIST", "STAT", "a\nb"} {
		h.add(line)
	}
	if diff := cmp.Diff(history{"STAT", "LIST", "STAT"}, h); diff != "" {
		t.Error(diff)
	}
	for i := range 2 * maxHistory {
		h.add(strings.Repeat("x", i+1))
	}
	if len(h) != maxHistory || len(h[maxHistory-1]) != 2*maxHistory {
		t.Errorf("%d lines are remembered, the last of %d bytes", len(h), len(h[len(h)-1]))
	}
}

func TestSearchKeys(t *testing.T) {
	h := history{"USER 小明", "STAT", "RETR 1", "STAT 2"}
	for _, c := range []struct {
		name string
		keys string // as typed after Ctrl-R
		want string
		over bool
	}{
		{"nothing typed", "", "old", false},
		{"newest first", "st", "STAT 2", false},
		{"older", "st\x12", "STAT", false},
		{"no older one", "st\x12\x12\x12", "STAT", false},
		{"Chinese", "小", "USER 小明", false},
		{"not there", "stx", "STAT 2", false},
		{"taken back", "retr\x7f\x7f\x7f\x7fu", "USER 小明", false},
		{"given up", "st\x07", "old", false},
		{"ended by another key", "re\x01", "RETR 1", true},
	} {
		t.Run(c.name, func(t *testing.T) {
			var s search
			over := s.key(h, key{act: actSearch}, []rune("old"))
			for _, typed := range c.keys {
				over = s.key(h, read(string(typed))[0], nil)
			}
			if string(s.shown) != c.want || over != c.over {
				t.Errorf("shows %q (over: %v), want %q (over: %v)", string(s.shown), over, c.want, c.over)
			}
		})
	}
}

func TestCommon(t *testing.T) {
	for _, c := range []struct{ cands, want string }{
		{"RETR", "RETR"}, {"RETR RSET", "R"}, {"Retr reTX", "Ret"}, {"用户 用法", "用"}, {"a b", ""}, {"ab a", "a"},
	} {
		if got := common(strings.Fields(c.cands)); got != c.want {
			t.Errorf("common(%s) = %q, want %q", c.cands, got, c.want)
		}
	}
}

func TestChips(t *testing.T) {
	long := strings.Repeat("x", maxInline+1)
	for _, c := range []struct {
		name   string
		k      key
		masked bool
		chip   bool
		want   string
	}{
		{"typed", key{text: []byte("a\xff")}, false, false, "a\xff"},
		{"one line", key{text: []byte("a b"), paste: true}, false, false, "a b"},
		{"one line and its end", key{text: []byte("a b\n"), paste: true}, false, false, "a b"},
		{"two lines", key{text: []byte("a\nb\n"), paste: true}, false, true, "a\nb\n"},
		{"an empty line first", key{text: []byte("\nb"), paste: true}, false, true, "\nb"},
		{"long", key{text: []byte(long), paste: true}, false, true, long},
		{"long, typed", key{text: []byte(long)}, false, false, long},
		{"behind a mask", key{text: []byte("a\nb"), paste: true}, true, false, "a"},
	} {
		t.Run(c.name, func(t *testing.T) {
			var chips chips
			line := chips.insert(c.k, c.masked)
			if got := string(decode(nil, line, chips.text)); got != c.want || isChip(line[0]) != c.chip {
				t.Errorf("%.20q (chip: %v), want %.20q", got, isChip(line[0]), c.want)
			}
			chips.drop(line, line)
			if got := string(decode(nil, line, chips.text)); got != c.want {
				t.Error("a paste that can be brought back was forgotten")
			}
			if chips.drop(line, nil); len(chips.texts) != 0 {
				t.Error("a paste that is done was kept")
			}
		})
	}
}

// In this table the span stands between bars.
func TestFollow(t *testing.T) {
	for _, c := range []struct{ was, is, want string }{
		{"PASS |abc|", "PASS abcd", "PASS |abcd|"},
		{"PASS |abc|", "PASS ab", "PASS |ab|"},
		{"PASS |abc|", "ASS abc", "ASS |abc|"},
		{"PASS |abc|", "xPASS abc", "xPASS |abc|"},
		{"PASS |abc|", "PASSabc", "PASS|abc|"},
		{"PASS |abc|", "PASS axbc", "PASS |axbc|"},
		{"PASS |abc|", "PASS xabc", "PASS |xabc|"},
		{"PASS |abc|", "abc", "|abc|"},
		{"PASS |abc|", "", "||"},
		{"PASS |abc|", "STAT", "||STAT"},
		{"a |b| c", "a b cd", "a |b| cd"},
		{"a |b| c", "xa b c", "xa |b| c"},
		{"PASS", "PASS ", "||PASS "},
	} {
		parts := strings.Split(c.was+"||", "|")
		s := span{len(parts[0]), len(parts[0]) + len(parts[1])}
		s = follow([]rune(strings.ReplaceAll(c.was, "|", "")), []rune(c.is), s)
		if got := c.is[:s.from] + "|" + c.is[s.from:s.to] + "|" + c.is[s.to:]; got != c.want {
			t.Errorf("%q, then %q: %q, want %q", c.was, c.is, got, c.want)
		}
	}
}
