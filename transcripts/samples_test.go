package transcripts

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"testing"
	"unicode"

	"byhand/session"
	"byhand/session/annotate"
	"byhand/session/proto"
	"byhand/session/text"
)

// Each sample is formatted, fits the grammar from end to end, and has its notes in both languages.
func TestSamples(t *testing.T) {
	names := Samples()
	if len(names) < 12 || !slices.Contains(names, "pop3-163") || !slices.Contains(names, "smtp-163") {
		t.Errorf("%d samples: %v", len(names), names)
	}
	for _, name := range names {
		t.Run(name, func(t *testing.T) {
			in, _ := Sample(name)
			var formatted bytes.Buffer
			if err := Format(&formatted, bytes.NewReader(in), name); err != nil || !bytes.Equal(in, formatted.Bytes()) {
				t.Errorf("not formatted: %v", err)
			}
			r, err := Open(bytes.NewReader(in), name)
			if err != nil {
				t.Fatal(err)
			}
			if r.Header().Title == "" {
				t.Error("no title")
			}
			notes, tutorial := 0, strings.HasSuffix(name, "-163") && !strings.Contains(name, "spam")
			var s proto.State
			err = session.Run(context.Background(), r, proto.New(session.Untold), func(events []session.Event) error {
				for i := range events {
					e := &events[i]
					s.Observe(e)
					switch {
					case e.Role == session.Unknown:
						t.Errorf("event %d fits nowhere: %s", e.N, e.MaskedLine())
					case e.Mark != nil && e.Mark.Kind == "note":
						bilingual(t, e.Mark.Text("text"))
						notes++
					}
				}
				return nil
			})
			if err != nil || s.Left != "quit" || tutorial && (!s.Authed || s.User != "student") {
				t.Errorf("%v; left %q, logged in %v as %q", err, s.Left, s.Authed, s.User)
			}
			if notes < 2 {
				t.Errorf("%d notes", notes)
			}
			one, _ := Open(bytes.NewReader(in), name)
			two, _ := Open(bytes.NewReader(in), name)
			pairs, err := Compare(one, two)
			for _, p := range pairs {
				if p.Grade != Same {
					t.Errorf("%s beside itself: %s", p.A.Command, p.Grade)
				}
			}
			if err != nil || len(pairs) < 4 {
				t.Errorf("%d exchanges, %v", len(pairs), err)
			}
			again, _ := Open(bytes.NewReader(in), name)
			if found, err := Check(again); err != nil || len(found) > 0 || len(again.Remarks()) > 0 {
				t.Errorf("check: %v %v %v", found, again.Remarks(), err)
			}
		})
	}
	if _, ok := Sample("../samples"); ok {
		t.Error("a sample that is none")
	}
}

// bilingual wants a line of English and a line of Chinese.
func bilingual(t *testing.T, note string) {
	t.Helper()
	en, zh, _ := strings.Cut(note, "\n")
	han := func(s string) bool {
		return strings.ContainsFunc(s, func(r rune) bool { return unicode.Is(unicode.Han, r) })
	}
	if en == "" || han(en) || !han(zh) {
		t.Errorf("not in both languages: %s", note)
	}
}

// The maildrop of the POP3 sample adds up, and each letter has the octets that were told (RFC 1939 §5).
func TestSampleMaildrop(t *testing.T) {
	in, _ := Sample("pop3-163")
	r, err := Open(bytes.NewReader(in), "pop3-163")
	if err != nil {
		t.Fatal(err)
	}
	sizes, retr, told := map[int]int{}, 0, 0
	sum := 0
	session.Run(context.Background(), r, proto.New(session.Untold), func(events []session.Event) error {
		for i := range events {
			e := &events[i]
			var n, size int
			switch {
			case e.Verb == "LIST" && e.Role == session.Data && e.More:
				fmt.Sscan(string(e.Line()), &n, &size)
				sizes[n] = size
				sum += size
			case e.Verb == "RETR" && e.Role == session.Command:
				fmt.Sscan(string(e.Line()[5:]), &n)
				retr, told = 0, sizes[n]
			case e.Verb == "RETR" && e.Role == session.Data && e.More:
				retr += len(bytes.TrimPrefix(e.Raw, []byte("."))) // stuffed dots do not count
			case e.Verb == "RETR" && e.Role == session.Data && retr != told:
				t.Errorf("a letter of %d octets was told to have %d", retr, told)
			}
		}
		return nil
	})
	if len(sizes) != 60 || sum != 72208371 {
		t.Errorf("%d letters, %d octets", len(sizes), sum)
	}
}

// row is a line of the annotated form.
type row struct {
	N, C                               int
	T                                  json.Number
	From, Proto, Role, Line            string
	B64, Verb, Code, Enhanced, Decoded string
	More                               bool
	Re                                 int
	Secret                             [][]any
	Mark                               map[string]any
	Notes                              []struct{ Tone, Text, Ref string }
}

func annotated(t *testing.T, in []byte, o Options) (rows []row) {
	t.Helper()
	out := convert(t, in, "annotated", o)
	noControl(t, out, "\n")
	d := json.NewDecoder(bytes.NewReader(out))
	d.DisallowUnknownFields()
	for d.More() {
		var r row
		if err := d.Decode(&r); err != nil {
			t.Fatal(err)
		}
		if r.Notes == nil {
			t.Errorf("line %d has no notes, not even none", r.N)
		}
		rows = append(rows, r)
	}
	return rows
}

func TestAnnotated(t *testing.T) {
	rows := annotated(t, []byte(`@open2 proto=smtp addr=mx.practice.test:25
@wait 0.25
S2: 220 mx.practice.test ESMTP
C2: ehlo me
S2: 250-mx.practice.test
S2: 250 AUTH PLAIN
@hide credentials
C2: AUTH PLAIN ********
S2: 235 2.7.0 ok
S2"\xc4\xe3 <\x1b>\r\n"
@x {"k":"note","c":2,"who":"learner","text":"mine"}
@close2 by=server
`), Options{Depth: annotate.Full})
	var got []string
	for _, r := range rows {
		got = append(got, fmt.Sprintf("%d/%d %s %s %s %s|%s|%s|%s|%s|%v|%d|%v", r.N, r.C, r.T, r.From, r.Proto, r.Role, r.Line, r.B64, r.Verb, r.Code+" "+r.Enhanced, r.More, r.Re, r.Secret))
	}
	want := []string{
		"1/2 0.000000  smtp open|open proto=smtp addr=mx.practice.test:25||| |false|0|[]",
		"2/2 0.250000 server smtp greeting|220 mx.practice.test ESMTP|||220 |false|0|[]",
		"3/2 0.250000 client smtp command|ehlo me||EHLO| |false|0|[]",
		"4/2 0.250000 server smtp reply|250-mx.practice.test||EHLO|250 |true|3|[]",
		"5/2 0.250000 server smtp reply|250 AUTH PLAIN||EHLO|250 |false|3|[]",
		"6/2 0.250000 client smtp command|AUTH PLAIN ********||AUTH| |false|0|[[11 8 credentials]]",
		"7/2 0.250000 server smtp reply|235 2.7.0 ok||AUTH|235 2.7.0|false|6|[]",
		"8/2 0.250000 server smtp unknown|\ufffd <\x1b>|xOMgPBs+|| |false|0|[]",
		"9/2 0.250000  smtp note|mine||| |false|0|[]",
		"10/2 0.250000  smtp close|close by=server||| |false|0|[]",
	}
	if !slices.Equal(got, want) {
		t.Errorf("got\n%s\nwant\n%s", strings.Join(got, "\n"), strings.Join(want, "\n"))
	}
	if rows[0].Mark["kind"] != "open" || rows[8].Mark["who"] != "learner" {
		t.Errorf("marks %v %v", rows[0].Mark, rows[8].Mark)
	}
}

// The tutorial's lines are explained, in the language and to the depth asked for.
func TestExplained(t *testing.T) {
	in, _ := Sample("smtp-163")
	count := func(o Options) (n, han int) {
		for _, r := range annotated(t, in, o) {
			for _, note := range r.Notes {
				n++
				if strings.ContainsFunc(note.Text, func(r rune) bool { return unicode.Is(unicode.Han, r) }) {
					han++
				}
			}
		}
		return n, han
	}
	full, _ := count(Options{Depth: annotate.Full})
	brief, _ := count(Options{Depth: annotate.Brief})
	off, _ := count(Options{})
	zh, han := count(Options{Depth: annotate.Full, Lang: text.ZH})
	if off != 0 || brief == 0 || full < brief || zh != full || han*10 < zh*9 {
		t.Errorf("notes: off %d, brief %d, full %d, in Chinese %d of %d", off, brief, full, han, zh)
	}
}

// The text form is for people: hostile bytes are shown, secrets stay hidden, explanations stand apart.
func TestText(t *testing.T) {
	got := string(convert(t, []byte("@open proto=pop3 addr=192.0.2.1:110\nS\"+OK \\x1b[31m\\xff\\r\\n\"\n> two\n>\n> lines\n@hide password\nC: PASS ********\nS2:\nS: \n@close by=server\n@x {\"k\":\"end\"}\n"), "text", Options{}))
	want := "@open proto=pop3 addr=192.0.2.1:110\nS: +OK \\x1b[31m\\xff\n> two\n>\n> lines\nC: PASS ********\nS2:\nS:\n@close by=server\n"
	if got != want {
		t.Errorf("got\n%swant\n%s", got, want)
	}
	in, _ := Sample("pop3-163")
	for l := range strings.SplitSeq(string(convert(t, in, "text", Options{Depth: annotate.Full})), "\n") {
		if l != "" && !strings.HasPrefix(l, noteIndent) && !strings.ContainsRune("CS>@", rune(l[0])) {
			t.Errorf("stray line %q", l)
		}
	}
}
