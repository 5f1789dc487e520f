package practice

import (
	"errors"
	"os"
	"strings"
	"testing"
	"testing/fstest"
	"unicode"
)

// TestBadWorlds reads testdata/worlds/bad.txt: worlds with something wrong, each below the messages that it brings.
func TestBadWorlds(t *testing.T) {
	text, err := os.ReadFile("testdata/worlds/bad.txt")
	if err != nil {
		t.Fatal(err)
	}
	cases := strings.Split(string(text), "\n== ")[1:]
	if len(cases) < 20 {
		t.Errorf("%d worlds", len(cases))
	}
	for _, c := range cases {
		want, yaml, _ := strings.Cut(c, "\n")
		_, err := ReadWorld(fstest.MapFS{"x.eml": {Data: []byte("A: b\n\n")}}, "w.yaml", []byte(yaml))
		var errs FileErrors
		if !errors.As(err, &errs) {
			t.Errorf("want %s: %v\n%s", want, err, yaml)
			continue
		}
		for _, w := range strings.Split(want, " && ") {
			if !strings.Contains(errs.Error(), w) {
				t.Errorf("want %s, got %v\n%s", w, errs, yaml)
			}
		}
		if chinese := errs.InChinese(); !strings.ContainsFunc(chinese, func(r rune) bool { return unicode.Is(unicode.Han, r) }) {
			t.Errorf("no Chinese in %s", chinese)
		}
	}
}

func TestSeededWorld(t *testing.T) {
	ids := func(seed string) string {
		w, err := ReadWorld(nil, "w.yaml", []byte("seed: "+seed+"\nmail: {bob: [{subject: x}]}"))
		if err != nil {
			t.Fatal(err)
		}
		return start(t, func(c *Config) { c.World = w }).Letters("bob")[0].UID
	}
	if a, b := ids("7"), ids("8"); a == b || a != ids("7") {
		t.Errorf("%s %s", a, b)
	}
}

// TestChance: equal seeds meet the same faults, other seeds others, and about as often as the world says.
func TestChance(t *testing.T) {
	draw := func(seed string) (times string) {
		w := World{Seed: seed, Faults: []Fault{{When: "NOOP", Drop: true, Chance: 0.25}}}
		st := newStore(Limits{}, Rules{})
		if err := st.reset(w); err != nil {
			t.Fatal(err)
		}
		for range 400 {
			if _, ok := st.fault("NOOP"); ok {
				times += "x"
			} else {
				times += "."
			}
		}
		return times
	}
	a := draw("a")
	if n := strings.Count(a, "x"); n < 60 || n > 140 || a != draw("a") || a == draw("b") {
		t.Errorf("%d of 400: %s", n, a)
	}
}

func TestLessonIsAWorld(t *testing.T) {
	w, err := ReadWorld(nil, "l.yaml", []byte("lesson: x\nsteps: []\nworld:\n  users: {full: x}\n  faults:\n    - {when: NOOP, reply: no}\n"))
	if err != nil || w.Users["full"] != "x" || w.Users["bob"] != "builder" || len(w.Faults) != 1 || w.Stock["student"] != Tutorial {
		t.Errorf("%+v %v", w, err)
	}
}

func FuzzReadWorld(f *testing.F) {
	f.Add("users: {a: b}\nmail:\n  a: [{from: x, body: 'y'}, x.eml, '*.eml']\nfaults: [{when: /x/i, drop: half, tls: fail}]\ncaps: [SIZE 3]\nclock: 2008-08-08")
	f.Add("a: &a {users: *a}\nworld: *a")
	f.Fuzz(func(t *testing.T, text string) {
		w, err := ReadWorld(fstest.MapFS{"x.eml": {Data: []byte("A: b\n\n")}}, "w", []byte(text))
		if err != nil {
			return
		}
		if err := w.check(); err != nil {
			t.Errorf("taken, but %v", err)
		}
		if _, _, err := w.spoken(nil, Limits{}); err != nil {
			t.Errorf("taken, but %v", err)
		}
	})
}
