package main

import (
	"bytes"
	"slices"
	"strings"
	"testing"
)

// TestExplainRefusal explains a -ERR that is typed as it was read, with options before and behind it.
func TestExplainRefusal(t *testing.T) {
	for _, args := range []string{"explain -ERR [AUTH] Unable to log on --lang en", "explain --lang en -err no such message", "explain --lang=en -- -ERR", "explain -ERR [IN-USE] locked --lang=en --plain"} {
		var out, errOut bytes.Buffer
		if status := run(strings.Fields(args), strings.NewReader(""), &out, &errOut); status != 0 || !strings.Contains(out.String(), "RFC 1939") {
			t.Errorf("%s: status %d\n%s%s", args, status, out.Bytes(), errOut.Bytes())
		}
	}
	for in, want := range map[string]string{
		"explain -ERR x --lang zh y": "explain --lang zh -- -ERR x y",
		"explain STAT":               "explain STAT",
		"127.0.0.1 -ERR":             "127.0.0.1 -ERR",
		"-ERR":                       "-ERR",
	} {
		if got := explainable(strings.Fields(in)); !slices.Equal(got, strings.Fields(want)) {
			t.Errorf("%s: %s", in, got)
		}
	}
}
