package lessons

import (
	"fmt"
	"strings"
	"testing"

	"byhand/session/text"
)

const untranslated = `lesson: x
title: A title
steps:
  - id: a
    say: "Say \"it\" to ${user}."
    do: NOOP
    hints: [One., Two.]
    oops: [{when: QUIT, say: Not yet.}]
  - id: b
    say: Nothing to translate but a question.
    say.zh: 只有问题要译。
    ask: {q: "How many?", answer: 1, choices: [one, two], wrong: No.}
`

// TestSidecarSkeleton holds the skeleton to the texts that are missing: filled in, it is the whole translation.
func TestSidecarSkeleton(t *testing.T) {
	l, errs := Parse("x.yaml", []byte(untranslated))
	if len(errs) > 0 {
		t.Fatal(errs)
	}
	before := Untranslated(l, text.ZH)
	side, n := Sidecar(l, []byte(untranslated), text.ZH)
	if n != 7 || len(before) != 7 {
		t.Errorf("%d keys, %d texts: %v", n, len(before), before)
	}
	if errs := l.Translate("x.zh.yaml", side); len(errs) > 0 {
		t.Fatalf("%v\n%s", errs, side)
	}
	if left := Untranslated(l, text.ZH); len(left) != len(before) {
		t.Errorf("empty texts count as translated: %v", left)
	}
	filled := strings.ReplaceAll(strings.Replace(string(side), `say: ""`, `say: "对 ${user} 说"`, 1), `""`, `"字"`)
	if errs := l.Translate("x.zh.yaml", []byte(filled)); len(errs) > 0 {
		t.Fatal(errs)
	}
	if left := Untranslated(l, text.ZH); len(left) > 0 {
		t.Errorf("still %v of\n%s", left, filled)
	}
	if stale := Stale(l, []byte(untranslated), "x.zh.yaml", []byte(filled)); len(stale) > 0 {
		t.Errorf("stale from the start: %v", stale)
	}
	if _, n := Sidecar(l, []byte(untranslated), text.ZH); n != 0 {
		t.Errorf("%d keys to translate in a whole translation", n)
	}
}

// TestStale changes one source after the other: its translation is stale, and no other, until it is stamped.
func TestStale(t *testing.T) {
	l, _ := Parse("x.yaml", []byte(untranslated))
	side, _ := Sidecar(l, []byte(untranslated), text.ZH)
	for _, c := range []struct{ old, now, of string }{
		{"A title", "Another title", "title"},
		{"to ${user}", "now to ${user}", "steps.0.say"},
		{"Two.", "Three.", "steps.0.hints"},
		{"Not yet.", "Not now.", "steps.0.oops"},
		{"How many?", "How much?", "steps.1.ask.q"},
		{"[one, two]", "[one, three]", "steps.1.ask.choices"},
	} {
		src := []byte(strings.Replace(untranslated, c.old, c.now, 1))
		stale := Stale(l, src, "x.zh.yaml", side)
		if len(stale) != 1 || !strings.Contains(stale[0].Error(), c.of+" has changed") {
			t.Errorf("%s: %v", c.of, stale)
			continue
		}
		key := c.of[strings.LastIndexByte(c.of, '.')+1:]
		if line := lineOf(string(side), stale[0].Line); !strings.HasPrefix(strings.TrimSpace(line), key+":") {
			t.Errorf("%s: line %d is %q", c.of, stale[0].Line, line)
		}
		if stale := Stale(l, src, "x.zh.yaml", Stamp(l, src, "x.zh.yaml", side)); len(stale) > 0 {
			t.Errorf("%s after the stamp: %v", c.of, stale)
		}
	}
}

// TestStamp notes the sources of translations that stand in the lesson itself; what shares a line gets no stamp.
func TestStamp(t *testing.T) {
	src := "lesson: x\ntitle: T\ntitle.zh: 题\nsteps:\n  - say: a\n    say.zh: 甲\n    do: NOOP\n  - {say: b, say.zh: 乙}\n"
	l, errs := Parse("x.yaml", []byte(src))
	if len(errs) > 0 {
		t.Fatal(errs)
	}
	got := string(Stamp(l, []byte(src), "x.yaml", []byte(src)))
	want := strings.NewReplacer("title.zh", fmt.Sprintf("# of %s\ntitle.zh", hash("T")), "    say.zh", fmt.Sprintf("    # of %s\n    say.zh", hash("a"))).Replace(src)
	if got != want {
		t.Errorf("stamped:\n%s\nwant\n%s", got, want)
	}
	if again := string(Stamp(l, []byte(got), "x.yaml", []byte(got))); again != got {
		t.Errorf("stamped again:\n%s", again)
	}
	changed := []byte(strings.Replace(got, "say: a", "say: c", 1))
	if stale := Stale(l, changed, "x.yaml", changed); len(stale) != 1 || stale[0].Line != 8 {
		t.Errorf("%v", stale)
	}
}

// TestOtherValues finds a translation that lost a value.
func TestOtherValues(t *testing.T) {
	l, _ := Parse("x.yaml", []byte("lesson: x\ntitle: T\ntitle.zh: 题\nsteps:\n  - {say: \"for ${user}\", say.zh: 给你}\n"))
	if errs := OtherValues(l); len(errs) != 1 || !strings.Contains(errs[0].Error(), "${user}") {
		t.Errorf("%v", errs)
	}
}
