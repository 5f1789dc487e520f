package lessons

import (
	"strings"
	"testing"
)

func TestLint(t *testing.T) {
	const head = "lesson: x\ntitle: t\n"
	for _, c := range []struct{ what, src, want string }{
		{"belittling word", head + "steps:\n  - say: Just type it.\n    do: NOOP\n", `x.yaml:4: "Just" makes small`},
		{"no such lesson", head + "requires: nothing\nsteps: [{do: NOOP}]\n", `x.yaml:3: requires names "nothing"`},
		{"hint is the solution", head + "steps:\n  - do: NOOP\n    hints: [noop]\n", `x.yaml:5: the hint is the solution`},
		{"no id", head + "steps:\n  - say: a\n    say.zh: 甲\n    do: NOOP\n", `x.yaml:2: title is missing in zh`},
		{"wide", head + "steps:\n  - say: |\n      a\n      " + strings.Repeat("宽", 41) + "\n    do: NOOP\n", `x.yaml:4: warning: a line of 82 columns`},
		{"a sign for a text", head + "steps:\n  - {do: NOOP, expect: {mail: {box: bob, body: .}}}\n", `x.yaml:4: body: "." asks`},
		{"nothing", head + "steps: [{do: NOOP}]\n", ""},
	} {
		l, errs := Parse("x.yaml", []byte(c.src))
		if len(errs) > 0 {
			t.Fatalf("%s: %v", c.what, errs)
		}
		if got := Lint(l, Known()).Error(); !strings.HasPrefix(got, c.want) || c.want == "" && got != "" {
			t.Errorf("%s: %s, want %s", c.what, got, c.want)
		}
	}
}

func TestWarningsDoNotFail(t *testing.T) {
	l := read(t, "first")
	if errs := Lint(l, Known()); len(errs) == 0 || errs.Failed() {
		t.Errorf("steps without id in a lesson that is translated: %v", errs)
	}
}
