package shell

import (
	"context"
	"slices"
	"strings"
	"testing"

	"byhand/session"
)

func TestPasteOutsideALetterIsShownFirst(t *testing.T) {
	paste := Input{Pasted: true, Line: []byte("NOOP\nAUTH PLAIN AGEAaHVudGVyMg==\n\x1b[2J")}
	for _, c := range []struct {
		name   string
		typed  []Input
		yes    bool
		sent   string
		asked  bool
		inside bool // a letter
	}{
		{"agreed", append([]Input{paste}, typed("y")...), false, "NOOP\r\nAUTH PLAIN AGEAaHVudGVyMg==\r\n\x1b[2J\r\n", true, false},
		{"declined", append([]Input{paste}, typed("n", "STAT")...), false, "STAT\r\n", true, false},
		{"Ctrl-C", []Input{paste, {Kind: Interrupt}}, false, "", true, false},
		{"asked not to ask", []Input{paste}, true, "NOOP\r\nAUTH PLAIN AGEAaHVudGVyMg==\r\n\x1b[2J\r\n", false, false},
		{"inside a letter", append(typed("DATA"), Input{Pasted: true, Line: []byte("a\nb\n.")}), false, "DATA\r\na\r\nb\r\n.\r\n", false, true},
		{"one line", []Input{{Pasted: true, Line: []byte("NOOP\n")}}, false, "NOOP\r\n", false, false},
	} {
		t.Run(c.name, func(t *testing.T) {
			answer := func(string) string { return "250 ok\r\n" }
			if c.inside {
				answer = smtpAnswers()
			}
			d := sit(t, newPeer("220 ready ESMTP\r\n", answer), func(o *Config) { o.YesPaste = c.yes })
			h := &hands{typed: c.typed}
			h.before = func(i int) {
				if !slices.Contains(h.prompts, "send? y/n> ") {
					settled(t, d)(i)
				}
			}
			if err := d.Run(context.Background(), h); err != nil {
				t.Fatal(err)
			}
			if got := strings.Join(d.peer.sent, ""); got != c.sent {
				t.Errorf("sent %q, want %q", got, c.sent)
			}
			if slices.Contains(h.prompts, "send? y/n> ") != c.asked {
				t.Errorf("prompts %q", h.prompts)
			}
			said := strings.Join(d.said, "\n")
			if c.asked && (!strings.Contains(said, "NOOP") || strings.Contains(said, "AGEA") || strings.Contains(said, "\x1b")) {
				t.Errorf("shown was %q", said)
			}
		})
	}
}

// watcher is a keyboard that notes which prompts it is given while a question is open.
type watcher struct {
	hands
	given []bool // masked
}

func (w *watcher) SetPrompt(_ string, masked bool) { w.given = append(w.given, masked) }

func TestAQuestionKeepsItsMaskWhileTheServerTalks(t *testing.T) {
	d := sit(t, newPeer("+OK hi\r\n", func(string) string { return "+OK\r\n" }), nil)
	settled(t, d)(0)
	w := &watcher{hands: hands{typed: typed("hunter2")}}
	d.keys = w
	w.before = func(int) { d.show(w, d.Status()) }
	got, ok, err := d.Ask("***> ")
	if got != "hunter2" || !ok || err != nil {
		t.Errorf("asked: %q, %v, %v", got, ok, err)
	}
	if len(w.given) != 0 || !slices.Equal(w.masked, []bool{true}) {
		t.Errorf("the prompt was changed to %v under the question, masked %v", w.given, w.masked)
	}
	if d.show(w, d.Status()); len(w.given) != 1 {
		t.Errorf("after the question the prompt is not the dialogue's: %v", w.given)
	}
}

func TestAskInAScriptAsksNobody(t *testing.T) {
	d := sit(t, newPeer("+OK hi\r\n", func(string) string { return "+OK\r\n" }), nil)
	if _, ok, err := d.Ask("***> "); ok || err != nil {
		t.Errorf("asked: %v, %v", ok, err)
	}
}

func TestASecretIsHandedOnlyToAServerThatWaits(t *testing.T) {
	d := sit(t, newPeer("220 ready ESMTP\r\n", smtpAnswers()), nil)
	h := &hands{typed: typed("AUTH LOGIN", "bmFtZQ==")}
	var handed []bool
	h.before = func(i int) {
		settled(t, d)(i)
		handed = append(handed, d.Hand("c2VjcmV0"))
	}
	if err := d.Run(context.Background(), h); err != nil {
		t.Fatal(err)
	}
	if !slices.Equal(handed, []bool{false, true}) || !slices.Equal(h.prefills, []string{"c2VjcmV0"}) {
		t.Errorf("handed %v, prefilled %q", handed, h.prefills)
	}
}

func TestRevealAndHistory(t *testing.T) {
	d := sit(t, newPeer("+OK hi\r\n", func(string) string { return "+OK\r\n" }), nil)
	h := &hands{typed: typed(":reveal", "PASS hunter2", ":b64 hunter2", ":echo x"), before: settled(t, d)}
	d.commands = append(d.commands, Command{Name: "b64", Run: func(string) error { return nil }})
	if err := d.Run(context.Background(), h); err != nil {
		t.Fatal(err)
	}
	if got := strings.Join(d.remembered(session.POP3), "|"); h.revealed != 1 || got != ":reveal|:echo x" {
		t.Errorf("revealed %d times, remembered %q", h.revealed, got)
	}
}
