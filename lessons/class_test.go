package lessons_test

import (
	"bytes"
	"errors"
	"strings"
	"testing"
	"time"

	"byhand/lessons"
	"byhand/session"
	"byhand/session/text"
)

// class gives a class whose key is 32 times the letter.
func class(t *testing.T, letter string, learners ...string) *lessons.Class {
	t.Helper()
	c, err := lessons.NewClass("spring26", learners, strings.NewReader(strings.Repeat(letter, 32)))
	if err != nil {
		t.Fatal(err)
	}
	return c
}

// TestClassCode holds codes to the key and the name: the same ones give the same code, whatever the capitals, and any other another.
func TestClassCode(t *testing.T) {
	c := class(t, "k", "amy", "王小明")
	again, err := lessons.ReadClass("x", c.File())
	if err != nil || again.Name != "spring26" || again.Code("amy") != c.Code("amy") || !again.Has("王小明") || again.Has("eve") {
		t.Fatalf("%+v, %v", again, err)
	}
	seen := map[string]string{}
	for who, code := range map[string]string{
		"amy": c.Code("amy"), "ben": c.Code("ben"), "王小明": c.Code("王小明"), "amy of another key": class(t, "l").Code("amy"),
	} {
		if seen[code] != "" || len(code) != 19 || strings.Contains(code, "amy") {
			t.Errorf("%s: %s, as %q", who, code, seen[code])
		}
		seen[code] = who
	}
	if c.Code(" Amy\n") != c.Code("amy") {
		t.Error("capitals and blanks make another code")
	}
	// HMAC-SHA256 of "byhand learner 1\0amy" under 32 times "k", worked out by another program; so a later byhand gives the same codes.
	if got := c.Code("amy"); got != "hxdx-7spj-tgue-us4e" {
		t.Errorf("amy has %s", got)
	}
}

// TestSeed takes a code however it is typed, notices a slip, and leaves other texts alone.
func TestSeed(t *testing.T) {
	code := class(t, "k").Code("amy")
	slip := strings.Replace(code, code[:1], map[bool]string{true: "b", false: "a"}[code[0] == 'a'], 1)
	for _, c := range []struct {
		typed, want string
		ok          bool
	}{
		{code, code, true}, {strings.ToUpper(code), code, true}, {" " + strings.ReplaceAll(code, "-", "") + " ", code, true},
		{slip, slip, false}, {"spring26/amy", "spring26/amy", true}, {"", "", true}, {"abcdefghijklmnop", "abcdefghijklmnop", true},
	} {
		if got, ok := lessons.Seed(c.typed); got != c.want || ok != c.ok {
			t.Errorf("%q: %q, %v", c.typed, got, ok)
		}
	}
}

// TestClassFile reads files that are none: each is told of with its line, and never with the key.
func TestClassFile(t *testing.T) {
	good := string(class(t, "k", "amy").File())
	for _, c := range []struct{ from, to, want string }{
		{`"name"`, `"nmae"`, `x.json:3: this is no class file: json: unknown field "nmae"`},
		{`"learners": [`, `"learners": ]`, "x.json:5: this is no class file: "},
		{`"byhand-class": 1`, `"byhand-class": 9`, "x.json:2: a class file of version 9"},
		{`"key": "a2`, `"key": "!a2`, "x.json:4: the key is not Base64"},
		{`"amy"`, `"amy", "AMY"`, "x.json:1: the learner AMY is named twice"},
		{`"amy"`, `" "`, "x.json:1: a learner has no name"},
	} {
		src := strings.Replace(good, c.from, c.to, 1)
		_, err := lessons.ReadClass("x.json", []byte(src))
		var bad *lessons.ClassError
		if !errors.As(err, &bad) || !strings.HasPrefix(err.Error(), c.want) || strings.Contains(err.Error(), "a2tra") {
			t.Errorf("%s: %v, want %s", c.to, err, c.want)
			continue
		}
		if zh := bad.In(text.ZH); zh == err.Error() {
			t.Errorf("%s is not translated", zh)
		}
	}
	if _, err := lessons.NewClass("x", nil, strings.NewReader("short")); err == nil {
		t.Error("a key of five bytes was taken")
	}
}

// FuzzReadClass reads foreign files: what is taken for a class is written and read again as the same.
func FuzzReadClass(f *testing.F) {
	f.Add([]byte(`{"byhand-class": 1, "name": "a", "key": "a2tra2tra2tra2tra2tra2s=", "learners": ["amy"]}`))
	f.Add([]byte(`{"byhand-class": 1`))
	f.Fuzz(func(t *testing.T, src []byte) {
		c, err := lessons.ReadClass("x", src)
		if err != nil {
			return
		}
		again, err := lessons.ReadClass("x", c.File())
		if err != nil || again.Code("amy") != c.Code("amy") {
			t.Errorf("%q: %v", src, err)
		}
	})
}

// TestWhose hands in the same exam under three names: whose values it has is told, unless they are the learner's own.
func TestWhose(t *testing.T) {
	l, err := lessons.Load("exam")
	if err != nil {
		t.Fatal(err)
	}
	c, seeds := class(t, "k"), map[string]string{}
	for _, name := range []string{"amy", "ben", "王小明"} {
		seeds[name] = c.Code(name)
	}
	g := handed(t, solvedAs(t, l, l.Values(seeds["ben"])))
	for name, seed := range seeds {
		grades := g.Grade(l, l.Values(seed))
		whose, values := g.Whose(l, grades, seed, seeds)
		if name == "ben" {
			if whose != "" {
				t.Errorf("ben's own session is taken for %s's", whose)
			}
			continue
		}
		if whose != "ben" || values["number"] != l.Values(seeds["ben"])["number"] {
			t.Errorf("%s: the session is said to be %q's, with %v", name, whose, values)
		}
	}
	// Without ben in the class it is nobody's; where nothing is drawn, all have the same.
	delete(seeds, "ben")
	if whose, _ := g.Whose(l, g.Grade(l, l.Values(seeds["amy"])), seeds["amy"], seeds); whose != "" {
		t.Errorf("it is taken for %s's", whose)
	}
}

// TestFingerprint tells a copied recording from one that was typed again.
func TestFingerprint(t *testing.T) {
	talk := func(at ...int) *lessons.Grader {
		var all []session.Event
		for i, ms := range at {
			all = append(all, session.Event{N: i + 1, At: time.Duration(ms) * time.Millisecond, From: session.Client, Role: session.Command, Raw: []byte("STAT\r\n")})
		}
		return handed(t, all)
	}
	one, ok := talk(1, 20).Fingerprint()
	same, _ := talk(1, 20).Fingerprint()
	later, _ := talk(1, 21).Fingerprint()
	if !ok || one != same || one == later {
		t.Errorf("%v: %x, again %x, later %x", ok, one[:4], same[:4], later[:4])
	}
	if _, ok := talk(0, 0).Fingerprint(); ok {
		t.Error("a session without times has a fingerprint")
	}
}

// handed gives a grader that has seen a session.
func handed(t *testing.T, all []session.Event) *lessons.Grader {
	t.Helper()
	g := &lessons.Grader{}
	if err := g.Sink(all); err != nil {
		t.Fatal(err)
	}
	return g
}

// solvedAs gives the author's solution as a learner with other values types it: the lesson's own ones are put into its lines.
func solvedAs(t *testing.T, l *lessons.Lesson, vars lessons.Vars) []session.Event {
	t.Helper()
	all := solved(t, l)
	for i := range all {
		for name, value := range l.Values("") {
			if value != vars[name] {
				all[i].Raw = bytes.ReplaceAll(all[i].Raw, []byte(value), []byte(vars[name]))
			}
		}
	}
	return all
}
