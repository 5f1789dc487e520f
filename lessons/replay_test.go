package lessons

import (
	"fmt"
	"strings"
	"testing"

	"byhand/session/text"
)

// TestReplay looks at which lines of the saved session are shown, and before what.
func TestReplay(t *testing.T) {
	const ask = "  - ask: {q: a, answer: b, line: 7}\n"
	for _, c := range []struct{ what, src, want string }{
		{"all of it at the start", "replay: x\nsteps:\n" + ask, "opening, replay x 0-0, task, replay x 7-7, question"},
		{"the parts that are named", "replay: x\nsteps:\n  - {say: s, play: 3-5}\n" + ask, "opening, replay x 3-5, task, task, replay x 7-7, question"},
		{"none without a session", "steps:\n" + ask, "opening, task, question"},
	} {
		l, errs := Parse("x.yaml", []byte("lesson: x\ntitle: t\n"+c.src))
		if len(errs) > 0 {
			t.Fatal(errs)
		}
		g := NewGuide(l, text.EN, l.Values(""), nil)
		got := kinds(g.Start())
		if got != c.want {
			t.Errorf("%s: %s; wanted %s", c.what, got, c.want)
		}
		again, _ := g.Command(":say")
		if s := kinds(again); strings.Contains(c.want, "7-7") && !strings.Contains(s, "replay x 7-7, question") {
			t.Errorf("%s: :say gives %s", c.what, s)
		}
	}
}

func kinds(acts []Action) string {
	var all []string
	for _, a := range acts {
		s := string(a.Kind)
		if a.Kind == Replay {
			s += fmt.Sprintf(" %s %d-%d", a.Name, a.From, a.To)
		}
		all = append(all, s)
	}
	return strings.Join(all, ", ")
}
