package lessons_test

import (
	"bytes"
	"context"
	"slices"
	"testing"

	"byhand/lessons"
	"byhand/session"
	"byhand/session/annotate"
	"byhand/session/proto"
	"byhand/transcripts"
)

// solved gives the events of the author's own solution of a lesson.
func solved(t *testing.T, l *lessons.Lesson) (all []session.Event) {
	t.Helper()
	b, runs := bench(), 0
	b.Explain = func() func(*session.Event) []annotate.Note {
		runs++
		first := runs == 1
		return func(e *session.Event) []annotate.Note {
			if first {
				c := *e
				c.Raw = bytes.Clone(e.Raw)
				all = append(all, c)
			}
			return nil
		}
	}
	start, started := b.Start, 0
	b.Start = func(l *lessons.Lesson, v lessons.Vars) (lessons.Server, error) {
		if runs > 0 && started > 0 {
			return nil, context.Canceled // one solution is enough
		}
		started++
		return start(l, v)
	}
	if _, err := b.Test(l); err != nil && len(all) == 0 {
		t.Fatal(err)
	}
	return all
}

func verdicts(events []session.Event, l *lessons.Lesson) map[string]lessons.Verdict {
	return verdictsOf(&lessons.Grader{}, events, l)
}

func verdictsOf(g *lessons.Grader, events []session.Event, l *lessons.Lesson) map[string]lessons.Verdict {
	_ = g.Sink(events) // keeps copies only
	m := map[string]lessons.Verdict{}
	for _, s := range g.Grade(l, l.Values("")) {
		m[s.Step] = s.Verdict
	}
	return m
}

// TestGradeDropped leaves one command out of a solution: its own step fails, and no other.
func TestGradeDropped(t *testing.T) {
	l, err := lessons.Load("pop3-read")
	if err != nil {
		t.Fatal(err)
	}
	all := solved(t, l)
	for verb, step := range map[string]string{"UIDL": "uidl", "TOP": "top", "LIST": "list"} {
		gone := map[int]bool{}
		var rest []session.Event
		for _, e := range all {
			if e.Role == session.Command && e.Verb == verb {
				gone[e.N] = true
			}
			if !gone[e.N] && !gone[e.Re] {
				rest = append(rest, e)
			}
		}
		for name, v := range verdicts(rest, l) {
			if (v == lessons.VerdictFailed) != (name == step) {
				t.Errorf("without %s, step %s: %s", verb, name, v)
			}
		}
	}
}

// TestGradeSaved grades the solution of a lesson live, from its transcript, and from a capture of it: no step fails, and all say the same.
func TestGradeSaved(t *testing.T) {
	for _, id := range lessons.Embedded() {
		l, err := lessons.Load(id)
		if err != nil {
			t.Fatal(err)
		}
		all := solved(t, l)
		var file bytes.Buffer
		w := transcripts.NewWriter(&file, transcripts.Header{})
		if err := w.Sink(all); err != nil {
			t.Fatal(err)
		}
		if err := w.End(); err != nil {
			t.Fatal(err)
		}
		encrypted := slices.ContainsFunc(all, func(e session.Event) bool { return e.Role == session.TLS })
		live := verdicts(all, l)
		for _, s := range l.Steps {
			if v := live[s.Name()]; v == lessons.VerdictUnknown && s.Ask == nil && !s.Free {
				t.Errorf("%s: step %s is unknown", id, s.Name())
			}
		}
		for _, form := range []string{"rec", "dialog", "pcapng"} {
			read := reread(t, file.Bytes(), form)
			if handed(t, read).Away() {
				t.Errorf("%s: from %s it is taken for a session with another server", id, form)
			}
			again := verdicts(read, l)
			for step, v := range live {
				blind := encrypted && form == "pcapng" && again[step] == lessons.VerdictUnknown // it holds no handshake
				if v == lessons.VerdictFailed || again[step] != v && !blind {
					t.Errorf("%s: step %s: live %s, from %s %s", id, step, v, form, again[step])
				}
			}
		}
	}
}

// reread converts a recording and gives the events that are read back.
func reread(t *testing.T, rec []byte, form string) (all []session.Event) {
	t.Helper()
	rd, err := transcripts.Open(bytes.NewReader(rec), "x.rec.jsonl")
	if err != nil {
		t.Fatal(err)
	}
	var out bytes.Buffer
	if err := transcripts.Convert(&out, form, rd, transcripts.Options{}); err != nil {
		t.Fatal(err)
	}
	name := map[string]string{"rec": "x.rec.jsonl", "dialog": "x.dialog.txt", "pcapng": "x.pcapng"}[form]
	if rd, err = transcripts.Open(&out, name); err != nil {
		t.Fatal(err)
	}
	err = session.Run(context.Background(), rd, proto.New(session.Untold), func(es []session.Event) error {
		for _, e := range es {
			e.Raw = bytes.Clone(e.Raw)
			all = append(all, e)
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return all
}

// TestGradeElsewhere grades a session on a server that holds other letters than the lesson's world: what hangs on them is unknown.
func TestGradeElsewhere(t *testing.T) {
	l, err := lessons.Load("pop3-delete")
	if err != nil {
		t.Fatal(err)
	}
	talk := "S: +OK\nC: USER alice\nS: +OK\nC: PASS ********\nS: +OK\nC: STAT\nS: +OK 7 700\nC: DELE 1\nS: +OK\nC: DELE 3\nS: +OK\nC: QUIT\nS: +OK\n"
	rd, err := transcripts.Open(bytes.NewReader([]byte("@byhand 1\n@open proto=pop3\n"+talk)), "x.dialog.txt")
	if err != nil {
		t.Fatal(err)
	}
	var g lessons.Grader
	if err := session.Run(context.Background(), rd, proto.New(session.Untold), g.Sink); err != nil {
		t.Fatal(err)
	}
	got := map[string]lessons.Verdict{}
	for _, s := range g.Grade(l, l.Values("")) {
		got[s.Step] = s.Verdict
	}
	if got["login"] != lessons.VerdictPassed || got["for-good"] != lessons.VerdictUnknown {
		t.Errorf("%v", got)
	}
}
