package transcripts

import (
	"bytes"
	"flag"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

var update = flag.Bool("update", false, "write the golden files anew")

// convert gives a transcript in another form.
func convert(t testing.TB, in []byte, form string, o Options) []byte {
	t.Helper()
	r, err := Open(bytes.NewReader(in), "test")
	if err != nil {
		t.Fatalf("open: %v\n%s", err, in)
	}
	var out bytes.Buffer
	if err := Convert(&out, form, r, o); err != nil {
		t.Fatalf("to %s: %v\n%s", form, err, in)
	}
	return out.Bytes()
}

// golden compares got with a file, or writes the file with -update.
func golden(t *testing.T, path string, got []byte) {
	t.Helper()
	if *update {
		if err := os.WriteFile(path, got, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(string(want), string(got)); diff != "" {
		t.Errorf("%s (-want +got):\n%s", path, diff)
	}
}

// Each pair holds one session in both forms.
func TestPairs(t *testing.T) {
	files, _ := filepath.Glob("testdata/pairs/*.dialog.txt")
	if len(files) < 2 {
		t.Fatal("no pairs found")
	}
	for _, file := range files {
		t.Run(filepath.Base(file), func(t *testing.T) {
			dialog, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			rec := convert(t, dialog, FormRecorded, Options{})
			golden(t, strings.TrimSuffix(file, ".dialog.txt")+".rec.jsonl", rec)
			if diff := cmp.Diff(string(dialog), string(convert(t, rec, FormDialogue, Options{Times: true}))); diff != "" {
				t.Errorf("back to the dialogue (-want +got):\n%s", diff)
			}
			var formatted bytes.Buffer
			if err := Format(&formatted, bytes.NewReader(dialog), file); err != nil || !bytes.Equal(dialog, formatted.Bytes()) {
				t.Errorf("Format changes a formatted file: %v\n%s", err, formatted.Bytes())
			}
		})
	}
}

// Without times only the times are lost.
func TestTimesLeftOut(t *testing.T) {
	in := []byte("@byhand 1\nC: NOOP\n@wait 1.25\nS: +OK\n")
	rec := convert(t, in, FormRecorded, Options{})
	if !strings.Contains(string(rec), `{"t":1.250000,"k":"S","text":"+OK\r\n"}`) {
		t.Errorf("the time is missing:\n%s", rec)
	}
	if got := string(convert(t, rec, FormDialogue, Options{})); got != "@byhand 1\nC: NOOP\nS: +OK\n" {
		t.Errorf("got\n%s", got)
	}
}

// What people type is read in more ways than byhand prints it.
func TestFormat(t *testing.T) {
	for _, c := range []struct{ name, in, want string }{
		{"byte order mark and CRLF", "\uFEFFC: NOOP\r\nS: +OK\r\n", "C: NOOP\nS: +OK\n"},
		{"no last line end", "C: NOOP", "C: NOOP\n"},
		{"no blank after the colon", "C:NOOP\nS:\n", "C: NOOP\nS:\n"},
		{"number of the first connection", "C1: NOOP\n@close1\n", "C: NOOP\n@close\n"},
		{"quotes that are not needed", `S"+OK\r\n"`, "S: +OK\n"},
		{"bare line feed", `S"+OK\n"`, `S"+OK\n"` + "\n"},
		{"capital hex", `S"\xFF\r\n"`, `S"\xff\r\n"` + "\n"},
		{"raw block with its dot", "S<<\nSubject: hi\n\n# no comment\n..dot\n.\n", "S: Subject: hi\nS:\nS: # no comment\nS: ..dot\nS: .\n"},
		{"raw block of a connection", "C2<<\n.\n", "C2: .\n"},
		{"comments stay", "# first\nC: NOOP\n#second\n", "# first\nC: NOOP\n#second\n"},
		{"notes that a comment parts", "> a\n# c\n> b\n", "> a\n# c\n> b\n"},
		{"notes that a blank line parts", "> a\n \t\n>b\n", "> a\n\n> b\n"},
		{"title", "@title  Two words \nC: X\n", "@title Two words\nC: X\n"},
		{"header with the title", `@header {"lang":"zh"}` + "\n@title T\n", `@header {"start":"2007-09-17T10:00:00.000000+08:00","title":"T","lang":"zh"}` + "\n"},
		{"absolute time", "C: A\n@t 1.50\nS: B\n", "C: A\n@wait 1.5\nS: B\n"},
		{"waits add up", "@wait 1\n@wait 0.5\nS: B\n", "@wait 1.5\nS: B\n"},
		{"hide waits for its line", "@hide password\n@wait 1\n> n\nC: PASS ********\n", "@wait 1\n> n\n@hide password\nC: PASS ********\n"},
		{"tab parts words", "@open\tproto=pop3\taddr=x\n", "@open proto=pop3 addr=x\n"},
		{"quoted values that are not needed", `@open proto="pop3"` + "\n", "@open proto=pop3\n"},
		{"raw tab in a line", "C: a\tb\n", "C: a\tb\n"},
		{"white space in JSON", `@x { "k" : "lost" , "a" : [ 1 , 2 ] }` + "\n", `@x {"k":"lost","a":[1,2]}` + "\n"},
	} {
		t.Run(c.name, func(t *testing.T) {
			var out bytes.Buffer
			if err := Format(&out, strings.NewReader(c.in), "test"); err != nil {
				t.Fatal(err)
			}
			if got, want := out.String(), "@byhand 1\n"+c.want; got != want {
				t.Errorf("got\n%swant\n%s", got, want)
			}
		})
	}
}

// Lines of the recorded form that other programs wrote are read, too, and rewritten in the one way.
func TestForeignLines(t *testing.T) {
	head := `{"byhand":"transcript","v":1,"start":"2024-01-01T00:00:00.000000Z"}` + "\n"
	for _, c := range []struct{ name, in, want string }{
		{"order and spaces", `{ "text": "a\r\n", "k": "S", "t": 1 }`, `{"t":1.000000,"k":"S","text":"a\r\n"}`},
		{"exponent", `{"t":15e-1,"k":"S","text":"a\n"}`, `{"t":1.500000,"k":"S","text":"a\n"}`},
		{"escapes of JSON", `{"t":0.000000,"k":"S","text":"\u0041\/\b\ud83d\ude00"}`, `{"t":0.000000,"k":"S","text":"A/\u0008😀"}`},
		{"raw risky characters", "{\"t\":0,\"k\":\"note\",\"text\":\"\u202e<\u009b\"}", `{"t":0.000000,"k":"note","text":"\u202e\u003c\u009b"}`},
		{"b64 wins", `{"t":0,"k":"S","text":"x","b64":"/wo="}`, `{"t":0.000000,"k":"S","text":"�\n","b64":"/wo="}`},
		{"b64 that is not needed", `{"t":0.000000,"k":"S","text":"x","b64":"aGkK"}`, `{"t":0.000000,"k":"S","text":"hi\n"}`},
		{"unknown kind", `{"t":0,"k":"moon","c":2,"text":5,"x":null}`, `{"t":0.000000,"k":"moon","c":2,"text":5,"x":null}`},
		{"unknown member", `{"t":0,"k":"S","new":"n","text":"a"}`, `{"t":0.000000,"k":"S","text":"a","new":"n"}`},
	} {
		t.Run(c.name, func(t *testing.T) {
			if got := string(convert(t, []byte(head+c.in+"\n"), FormRecorded, Options{})); got != head+c.want+"\n" {
				t.Errorf("got  %swant %s", got, head+c.want)
			}
		})
	}
}

func TestUnknownForm(t *testing.T) {
	r, err := Open(strings.NewReader("C: NOOP\n"), "test")
	if err != nil {
		t.Fatal(err)
	}
	if err := Convert(io.Discard, "morse", r, Options{}); err != ErrForm {
		t.Errorf("got %v", err)
	}
	for path, want := range map[string]string{"a.rec.jsonl": "rec", "x/a.dialog.txt": "dialog", "a.txt": "text", "a.annotated.jsonl": "annotated", "a.jpg": "", ".txt": ""} {
		if got, ok := FormOf(path); got != want || ok != (want != "") {
			t.Errorf("FormOf(%q) = %q, %v", path, got, ok)
		}
	}
}
