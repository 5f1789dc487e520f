package transcripts

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"os"
	"strings"
	"testing"

	"byhand/session/text"
)

// read reads a transcript to its end.
func read(in string) (*Reader, error) {
	r, err := Open(strings.NewReader(in), "lesson.dialog.txt")
	if err != nil {
		return nil, err
	}
	return r, Convert(io.Discard, FormRecorded, r, Options{})
}

// Each block of testdata/slips.txt is a file that is wrong; testdata/slips.golden holds what is said of it.
func TestSlips(t *testing.T) {
	b, err := os.ReadFile("testdata/slips.txt")
	if err != nil {
		t.Fatal(err)
	}
	var got bytes.Buffer
	for in := range strings.SplitSeq(strings.TrimSuffix(string(b), "\n"), "\n==\n") {
		in = strings.NewReplacer("<ESC>", "\x1b", "<BAD>", "\xc4\xe3", "<RLO>", "\u202e", "<LONG>", strings.Repeat("x", maxText)).Replace(in)
		_, err := read(in)
		var told *Error
		if !errors.As(err, &told) {
			t.Errorf("no error for %.100q: %v", in, err)
			continue
		}
		if told.What.T.ZH == "" || told.Hint.T.ZH == "" {
			t.Errorf("no Chinese for %q", told.Error())
		}
		fmt.Fprintf(&got, "%s\n%s\n\n", told.Error(), told.In(text.ZH))
	}
	golden(t, "testdata/slips.golden", got.Bytes())
}

// Nothing in a message could drive a terminal.
func TestMessagesAreSafe(t *testing.T) {
	for _, in := range []string{"\x1b[31m", "C: \x1b]0;title\a", "@open \u202e=\u009b", "{\"byhand\":\"\x1b\"}", `{"byhand":"\u001b","v":1}`, "@byhand \u202e"} {
		_, err := read(in)
		var told *Error
		if !errors.As(err, &told) {
			t.Errorf("no error for %q", in)
			continue
		}
		for _, s := range []string{told.Error(), told.In(text.ZH), told.Text} {
			if at, _ := badRune([]byte(s)); at >= 0 {
				t.Errorf("%q", s)
			}
		}
	}
}

// What is wrong with a recording is remarked, and the rest is read.
func TestRemarks(t *testing.T) {
	by := `{"byhand":"transcript","v":1,"start":"2024-01-01T00:00:00Z","by":"byhand 1"}` + "\n"
	hand := `{"byhand":"transcript","v":1,"start":"2024-01-01T00:00:00Z"}` + "\n"
	line := `{"t":0.000000,"k":"S","text":"+OK\r\n"}` + "\n"
	var whole bytes.Buffer
	w := NewWriter(&whole, Header{By: "byhand 1"})
	if err := w.End(); err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		name, in string
		lines    int // entries that are read
		want     string
	}{
		{"closed in order", whole.String(), 1, ""},
		{"written by people", hand + line, 1, ""},
		{"no closing line", by + line, 1, "2: the recording was cut short: it has no closing line"},
		{"cut within a line", by + line + line[:20], 1, "3: the recording was cut short: its last line has no end"},
		{"cut before the line end", by + line[:len(line)-1], 1, "2: the recording was cut short: its last line has no end"},
		{"cut within the header's line end", by[:len(by)-1], 0, "1: the recording was cut short: its last line has no end"},
		{"one line damaged", hand + "{\n" + line, 1, "2: line 2 is damaged and was left out"},
		{"several lines damaged", hand + line + "\n" + line + "null\n" + line, 3, "3: 2 damaged lines were left out, the first of them line 3"},
		{"a line too long", hand + strings.Repeat(" ", maxText+1) + "\n" + line, 1, "2: line 2 is damaged and was left out"},
		{"a huge time", hand + `{"t":1e300,"k":"S","text":"x"}` + "\n", 0, "2: line 2 is damaged and was left out"},
		{"a time before the start", hand + `{"t":-1,"k":"S","text":"x"}` + "\n", 0, "2: line 2 is damaged and was left out"},
		{"a span outside of the bytes", hand + `{"t":0,"k":"S","text":"x","hide":[[0,8,"password"]]}` + "\n", 0, "2: line 2 is damaged and was left out"},
		{"connection 0", hand + `{"t":0,"k":"S","c":0,"text":"x"}` + "\n", 0, "2: line 2 is damaged and was left out"},
		{"changed", strings.Replace(whole.String(), "byhand 1", "byhand 2", 1), 1, "2: the file was changed after it was recorded: the checksum in its last line differs"},
		{"resumed after a crash", by + line[:9] + "\n" + `{"t":0.000000,"k":"resume","start":"2024-01-01T00:00:01Z"}` + "\n" + line, 2,
			"2: line 2 is damaged and was left out|4: the recording was cut short: it has no closing line"},
	} {
		t.Run(c.name, func(t *testing.T) {
			r, err := Open(strings.NewReader(c.in), "s.rec.jsonl")
			if err != nil {
				t.Fatal(err)
			}
			n := 0
			for ; ; n++ {
				if _, err := r.entry(); err != nil {
					break
				}
			}
			var got []string
			for _, m := range r.Remarks() {
				got = append(got, fmt.Sprintf("%d: %s", m.Line, m.Said.In(text.EN)))
			}
			if n != c.lines || strings.Join(got, "|") != c.want {
				t.Errorf("read %d entries, want %d\nsaid %q\nwant %q", n, c.lines, got, c.want)
			}
		})
	}
}

// A failing disk is no end of the file.
func TestReadFailure(t *testing.T) {
	broken := errors.New("broken disk")
	for _, head := range []string{"", "C: NOOP\n", `{"byhand":"transcript","v":1,"start":"2024-01-01T00:00:00Z"}` + "\n"} {
		r, err := Open(io.MultiReader(strings.NewReader(head), failing{broken}), "test")
		if err == nil {
			err = Convert(io.Discard, "dialog", r, Options{})
		}
		if !errors.Is(err, broken) {
			t.Errorf("after %q: %v", head, err)
		}
	}
}

type failing struct{ err error }

func (f failing) Read([]byte) (int, error) { return 0, f.err }
