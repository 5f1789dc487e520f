package render

import (
	"strings"
	"testing"

	"github.com/fatih/color"
)

func TestWantColor(t *testing.T) {
	tests := []struct {
		when          string
		noColor, term string
		terminal      bool
		on, known     bool
	}{
		{when: "auto", term: "xterm", terminal: true, on: true, known: true},
		{when: "auto", terminal: true, on: true, known: true},
		{when: "auto", term: "xterm", terminal: false, known: true},
		{when: "auto", term: "xterm", terminal: true, noColor: "1", known: true},
		{when: "auto", term: "dumb", terminal: true, known: true},
		{when: "always", term: "dumb", noColor: "1", on: true, known: true},
		{when: "never", term: "xterm", terminal: true, known: true},
		{when: "sometimes", term: "xterm", terminal: true},
		{when: "", term: "xterm", terminal: true},
	}
	for _, tt := range tests {
		env := func(name string) string { return map[string]string{"NO_COLOR": tt.noColor, "TERM": tt.term}[name] }
		if on, known := WantColor(tt.when, env, tt.terminal); on != tt.on || known != tt.known {
			t.Errorf("WantColor(%+v) = %v, %v", tt, on, known)
		}
	}
}

// TestStylesWhatever holds that our styles are ours: neither the environment nor fatih/color's own setting changes them.
func TestStylesWhatever(t *testing.T) {
	want := newStyles(true)
	t.Setenv("NO_COLOR", "1")
	before := color.NoColor
	defer func() { color.NoColor = before }()
	for _, no := range []bool{false, true} {
		color.NoColor = no
		if got := newStyles(true); got != want {
			t.Errorf("NoColor %v: %q, want %q", no, got, want)
		}
	}
	if newStyles(false) != (styles{}) {
		t.Error("styles without colour")
	}
}

// TestStylesReadable holds that no style sets a background, or a foreground that is lost on a light or a dark one.
func TestStylesReadable(t *testing.T) {
	for seq := range ours() {
		params := strings.TrimSuffix(strings.TrimPrefix(seq, "\x1b["), "m")
		for _, p := range strings.Split(params, ";") {
			if !map[string]bool{"0": true, "1": true, "2": true, "22": true, "31": true, "32": true, "35": true, "36": true}[p] {
				t.Errorf("%q sets %s", seq, p)
			}
		}
	}
}
