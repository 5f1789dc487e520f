package transcripts

import (
	"bytes"
	"strings"
	"testing"
)

func sampleCalls(t *testing.T, name string) []*Call {
	t.Helper()
	in, ok := Sample(name)
	if !ok {
		t.Fatalf("no sample %s", name)
	}
	rd, err := Open(bytes.NewReader(in), name)
	if err != nil {
		t.Fatal(err)
	}
	calls, _, err := Calls(rd)
	if err != nil {
		t.Fatal(err)
	}
	return calls
}

// A player that hears the recorded client, a secret in place of each mask, answers every line as recorded in each mode.
func TestPlayerAnswersTheRecordedClient(t *testing.T) {
	for _, name := range Samples() {
		for match := range MatchNames() {
			for _, call := range sampleCalls(t, name) {
				p := NewPlayer(call, Match(match))
				for i := range call.Turns {
					was := &call.Turns[i]
					if got, how := p.Hear(was.Fill("c2VjcmV0")); how != AsRecorded || got != was {
						t.Errorf("%s %s: %q is %d", name, MatchNames()[match], was.Said, how)
					}
					if len(was.Reply) == 0 && i < len(call.Turns)-1 {
						t.Errorf("%s: %q has no reply", name, was.Said)
					}
				}
			}
		}
	}
}

func TestPlayerMatches(t *testing.T) {
	for _, tt := range []struct {
		match Match
		line  string
		want  Heard
	}{
		{Lenient, "user   student \n", AsRecorded},
		{Exact, "user student\r\n", Miss},
		{Exact, "USER student\r\n", AsRecorded},
		{Lenient, "USER teacher\r\n", Miss},
		{ByVerb, "USER teacher\r\n", AsRecorded},
		{Lenient, "STAT\r\n", Miss},
	} {
		p := NewPlayer(sampleCalls(t, "pop3-163")[0], tt.match)
		if _, how := p.Hear([]byte(tt.line)); how != tt.want {
			t.Errorf("%q: %d, want %d", tt.line, how, tt.want)
		}
	}
	p := NewPlayer(sampleCalls(t, "pop3-163")[0], Lenient)
	for _, step := range []struct {
		line string
		want Heard
	}{{"USER student\r\n", AsRecorded}, {"PASS \r\n", Miss}, {"PASS two words\r\n", AsRecorded}, {"LIST\r\n", Skipped}, {"STAT\r\n", Again}, {"DELE 1\r\n", Miss}, {"QUIT\r\n", Skipped}} {
		if _, how := p.Hear([]byte(step.line)); how != step.want {
			t.Errorf("%q: %d, want %d", step.line, how, step.want)
		}
	}
}

func TestMasksHideNoMoreThanChanges(t *testing.T) {
	for _, tt := range []struct {
		verb, a, b string
		same       bool
	}{
		{"DATA", "250 2.0.0 Ok: queued as 7A1C05D2B", "250 2.0.0 Ok: queued as 5B2C1A7F", true},
		{"DATA", "250 Ok: queued as 7A1C, thanks", "250 Ok: queued as 5B2C, and held", false},
		{"RCPT", "250 qp 1", "250 qp 2", false},
		{"UIDL", "1 0000000a5fe1", "1 0000000b5fe1", true},
		{"LIST", "1 12345678", "2 12345678", true},
		{"TOP", "1 12345678", "1 12345679", false},
		{"EHLO", "250-mx.practice.test", "250-mail.example.com", true},
		{"EHLO", "250-PIPELINING", "250-SIZE", false},
		{"MAIL", "250 2.1.0 Ok", "250 2.1.0 Fine", false},
	} {
		a, b := Exchange{verb: tt.verb, Code: "250", Reply: []string{tt.a}}, Exchange{verb: tt.verb, Code: "250", Reply: []string{tt.b}}
		if got := (Masking{}).grade(&a, &b).Grade == Same; got != tt.same {
			t.Errorf("%s %q, %q: same is %v", tt.verb, tt.a, tt.b, got)
		}
		if got := (Masking{Off: true}).grade(&a, &b).Grade; got == Same && !strings.EqualFold(tt.a, tt.b) {
			t.Errorf("%q, %q: same without masks", tt.a, tt.b)
		}
	}
}
