package annotate

import (
	"fmt"
	"os"
	"strconv"
	"strings"
	"testing"

	"byhand/session"
	"byhand/session/proto"
	"byhand/session/text"
)

// chunks reads a conversation: "C: line" and "S: line", with CRLF added; C"bytes" and S"bytes" with Go's escapes and nothing added;
// "@open k=v", "@tls k=v" and "@close k=v" for changes of the connection. What else there is are remarks.
func chunks(t testing.TB, conversation string) []session.Chunk {
	t.Helper()
	var out []session.Chunk
	label := ""
	for n, line := range strings.Split(conversation, "\n") {
		c := session.Chunk{From: session.Client}
		if strings.HasPrefix(line, "S") {
			c.From = session.Server
		}
		switch {
		case strings.HasPrefix(line, "@hide "):
			label = line[len("@hide "):]
			continue
		case strings.HasPrefix(line, "@"):
			word := strings.Fields(line[1:])
			if word[0] != "open" && word[0] != "tls" && word[0] != "close" {
				continue
			}
			var pairs []any
			for _, w := range word[1:] {
				k, v, _ := strings.Cut(w, "=")
				pairs = append(pairs, k, v)
			}
			c.From, c.Mark = session.Nobody, session.NewMark(word[0], pairs...)
		case strings.HasPrefix(line, "C:"), strings.HasPrefix(line, "S:"):
			c.Data = []byte(strings.TrimPrefix(line[2:], " ") + "\r\n")
		case strings.HasPrefix(line, `C"`), strings.HasPrefix(line, `S"`):
			s, err := strconv.Unquote(line[1:])
			if err != nil {
				t.Fatalf("line %d: %v", n+1, err)
			}
			c.Data = []byte(s)
		default:
			continue
		}
		if i := strings.Index(string(c.Data), session.Mask); i >= 0 && label != "" {
			c.Hide = []session.Span{{Off: i, Len: len(session.Mask), Label: label, Masked: true}}
			label = ""
		}
		c.Conn = 1
		out = append(out, c)
	}
	return out
}

// a testCase is one part of a file of conversations: what stands below "-- name --".
type testCase struct{ name, text string }

// cases reads a file of conversations in the txtar form.
func cases(t testing.TB, file string) (out []testCase) {
	t.Helper()
	raw, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	for _, line := range strings.SplitAfter(string(raw), "\n") {
		if name, ok := strings.CutPrefix(strings.TrimSpace(line), "-- "); ok {
			out = append(out, testCase{name: strings.TrimSuffix(name, " --")})
		} else if len(out) > 0 {
			out[len(out)-1].text += line
		}
	}
	return out
}

// explained is one event with what was said of it, fit to be kept.
type explained struct {
	line    string
	event   session.Event
	notes   []Note
	decoded string
}

// explainAll runs a conversation through framer and annotator.
func explainAll(t *testing.T, conversation string) []explained {
	t.Helper()
	f, a := proto.New(session.Untold), New()
	var out []explained
	take := func(events []session.Event) {
		for i := range events {
			e := &events[i]
			ex := a.Event(e)
			line := "@" + e.Role.String()
			if e.From != session.Nobody {
				line = strings.ToUpper(e.From.String()[:1]) + ": " + e.MaskedLine()
			}
			out = append(out, explained{line, *e, append([]Note(nil), ex.Notes...), ex.Decoded})
		}
	}
	for _, c := range chunks(t, conversation) {
		take(f.Feed(c))
	}
	take(f.Feed(session.Chunk{Flush: true}))
	return out
}

// show writes what was said, as the golden files have it.
func show(list []explained, depth Depth, langs ...text.Lang) string {
	var b strings.Builder
	for _, x := range list {
		fmt.Fprintf(&b, "%q\n", x.line)
		if x.decoded != "" {
			fmt.Fprintf(&b, "  = %s\n", x.decoded)
		}
		for _, n := range x.notes {
			if n.Depth > depth {
				continue
			}
			for _, l := range langs {
				fmt.Fprintf(&b, "  %d %s", n.Depth, n.Tone)
				if n.ID != "" {
					fmt.Fprintf(&b, " (%s)", n.ID)
				}
				fmt.Fprintf(&b, " %s", n.Text.In(l))
				if n.Ref != "" {
					fmt.Fprintf(&b, " [%s]", n.Ref)
				}
				b.WriteByte('\n')
			}
		}
	}
	return b.String()
}
