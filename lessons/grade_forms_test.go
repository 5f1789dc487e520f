package lessons_test

import (
	"bytes"
	"context"
	"slices"
	"strconv"
	"strings"
	"testing"

	"byhand/lessons"
	"byhand/session"
	"byhand/session/proto"
	"byhand/transcripts"
)

// scriptStart is the first line that script(1) writes.
const scriptStart = "Script started on 2026-11-23 08:46:38+00:00 [COMMAND=\"sh\" <not executed on terminal>]\n"

// typescript gives a session as script(1) keeps it of telnet: what the terminal showed, both sides' lines one under the other.
func typescript(all []session.Event) []byte {
	var b bytes.Buffer
	b.WriteString(scriptStart)
	for _, e := range all {
		switch e.Role {
		case session.Open:
			b.WriteString("Trying 127.0.0.1...\r\nConnected to 127.0.0.1.\r\nEscape character is '^]'.\r\n")
		case session.Close:
			b.WriteString("Connection closed by foreign host.\r\n")
		}
		b.Write(e.Raw)
	}
	b.WriteString("\nScript done on 2026-11-23 08:46:44+00:00 [COMMAND_EXIT_CODE=\"0\"]\n")
	return b.Bytes()
}

// screened gives a session as it stands on byhand's own screen, which names the sides of all connections but the first with a number.
func screened(all []session.Event) []byte {
	var b bytes.Buffer
	b.WriteString(scriptStart)
	for _, e := range all {
		switch e.Role {
		case session.Open:
			b.WriteString("-- connected to 127.0.0.1:110\n")
		case session.Close:
			b.WriteString("-- the client closed the connection\n| task: S, C and so on:\n")
		}
		if len(e.Raw) == 0 {
			continue
		}
		b.WriteString(map[session.Side]string{session.Client: "C", session.Server: "S"}[e.From])
		if e.Conn > 1 {
			b.WriteString(strconv.Itoa(e.Conn))
		}
		b.WriteString(": " + strings.TrimRight(string(e.Raw), "\r\n") + "\n")
	}
	return b.Bytes()
}

// swaked gives a session as swaks prints it.
func swaked(all []session.Event) []byte {
	var b bytes.Buffer
	tls := false
	for _, e := range all {
		switch e.Role {
		case session.Open:
			b.WriteString("=== Trying 127.0.0.1:25...\n=== Connected to 127.0.0.1.\n")
		case session.TLS:
			if e.Mark.Text("is") == "done" {
				tls = true
				b.WriteString("=== TLS started with cipher TLSv1.3:TLS_AES_256_GCM_SHA384:256\n")
			}
		case session.Close:
			b.WriteString("=== Connection closed with remote host.\n")
		}
		if len(e.Raw) == 0 {
			continue
		}
		head := map[session.Side]string{session.Client: " -> ", session.Server: "<-  "}[e.From]
		switch refused := e.From == session.Server && (strings.HasPrefix(e.Code, "4") || strings.HasPrefix(e.Code, "5")); {
		case refused && tls:
			head = "<~* "
		case refused:
			head = "<** "
		case tls:
			head = strings.ReplaceAll(head, "-", "~")
		}
		b.WriteString(head + strings.TrimRight(string(e.Raw), "\r\n") + "\n")
	}
	return b.Bytes()
}

// readAs gives the events of a file of another program.
func readAs(t *testing.T, src []byte, name string) (all []session.Event) {
	t.Helper()
	rd, err := transcripts.Open(bytes.NewReader(src), name)
	if err != nil {
		t.Fatalf("%s: %v", name, err)
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

func agreedToTLS(e session.Event) bool { return e.Role == session.TLS }

// TestGradeHandedIn grades the solution of each lesson as learners hand it in who have no byhand at hand: the verdicts are those of the
// live session. telnet cannot do TLS: of a session with STARTTLS a typescript tells the agreement and no handshake, so that nobody knows
// what became of it. Neither form keeps how lines ended.
func TestGradeHandedIn(t *testing.T) {
	for _, id := range lessons.Embedded() {
		l, err := lessons.Load(id)
		if err != nil {
			t.Fatal(err)
		}
		all := solved(t, l)
		live := verdicts(all, l)
		forms := map[string][]byte{"typescript": typescript(all), "screen.txt": screened(all)}
		opened := 0
		for _, e := range all {
			if e.Role == session.Open {
				opened++
			}
		}
		if opened == 1 && slices.Equal(l.Connect, []string{"smtp"}) {
			forms["swaks.txt"] = swaked(all)
		}
		for form, src := range forms {
			again := verdictsOf(&lessons.Grader{LinesOnly: true}, readAs(t, src, form), l)
			for _, s := range l.Steps {
				v, got := live[s.Name()], again[s.Name()]
				blind := form != "swaks.txt" && got == lessons.VerdictUnknown && (slices.ContainsFunc(all, agreedToTLS) || slices.ContainsFunc(s.Do, lessons.Line.Ends))
				if got != v && !blind {
					t.Errorf("%s: step %s: live %s, from %s %s", id, s.Name(), v, form, got)
				}
			}
		}
	}
}
