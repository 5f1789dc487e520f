package transcripts

import (
	"bytes"
	"context"
	"errors"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"unicode/utf8"
)

// seeds gives the files of the pairs with a suffix, and some lines that were once read wrongly.
func seeds(f *testing.F, suffix string, more ...string) {
	files, _ := filepath.Glob("testdata/pairs/*" + suffix)
	for _, file := range files {
		b, err := os.ReadFile(file)
		if err != nil {
			f.Fatal(err)
		}
		f.Add(b)
	}
	for _, s := range more {
		f.Add([]byte(s))
	}
}

// noControl fails if a file holds anything that could drive a terminal.
func noControl(t *testing.T, b []byte, allowed string) {
	t.Helper()
	if !utf8.Valid(b) {
		t.Fatalf("not UTF-8: %q", b)
	}
	for _, r := range string(b) {
		if control(r) && !strings.ContainsRune(allowed, r) || r == '\t' && !strings.ContainsRune(allowed, r) {
			t.Fatalf("raw %U in %q", r, b)
		}
	}
}

// sameBytes fails if reading as chunks loses or changes what reading as entries gives.
func sameBytes(t *testing.T, in []byte) {
	t.Helper()
	a, err := Open(bytes.NewReader(in), "a")
	if err != nil {
		t.Fatal(err)
	}
	b, _ := Open(bytes.NewReader(in), "b")
	var want, got bytes.Buffer
	for {
		e, err := a.entry()
		if err != nil {
			break
		}
		if e.bytes() {
			want.Write(e.data)
		}
	}
	last := int64(0)
	for {
		c, err := b.Next(context.Background())
		if err != nil {
			break
		}
		if int64(c.At) < last {
			t.Fatalf("time went back to %v", c.At)
		}
		last = int64(c.At)
		got.Write(c.Data)
		for _, s := range c.Hide {
			if s.Off < 0 || s.Len < 0 || s.Off+s.Len > len(c.Data) {
				t.Fatalf("span %v lies outside of %d bytes", s, len(c.Data))
			}
		}
	}
	if !bytes.Equal(want.Bytes(), got.Bytes()) {
		t.Fatalf("entries %q\nchunks %q", want.Bytes(), got.Bytes())
	}
}

// Whatever can be read of a recording becomes a dialogue and comes back the same.
func FuzzReader(f *testing.F) {
	head := `{"byhand":"transcript","v":1,"start":"2024-01-01T00:00:00+08:00"}` + "\n"
	seeds(f, ".rec.jsonl",
		head+`{"t":0.1,"k":"S","text":"\ud800","b64":"//8="}`,
		head+`{"t":1,"k":"C","text":"*********","hide":[[1,8,"a,b"]]}`+"\n"+`{"t":0,"k":"C","text":"x"}`+"\n",
		head+`{"t":0,"k":"note","who":"author","text":"> a\n\n"}`+"\n{\n"+`{"t":0,"k":"end","k":"mark","name":""}`+"\n",
		head+`{"t":0,"k":"step","id":"=","x":"1 ","y":-0,"z":"[","t2":"{}"}`+"\n")
	f.Fuzz(func(t *testing.T, in []byte) {
		r, err := Open(bytes.NewReader(in), "fuzz")
		if err != nil {
			var e *Error
			if !errors.As(err, &e) && !errors.Is(err, io.EOF) || e != nil && e.Line < 1 {
				t.Fatalf("not told well: %v", err)
			}
			return
		}
		if r.Form() != FormRecorded {
			return
		}
		sameBytes(t, in)
		rec := convert(t, in, FormRecorded, Options{})
		noControl(t, rec, "\n")
		dialog := convert(t, rec, FormDialogue, Options{Times: true})
		noControl(t, dialog, "\n\t")
		if back := convert(t, dialog, FormRecorded, Options{}); !bytes.Equal(rec, back) {
			t.Fatalf("in   %q\nrec  %s\nthen %s\nback %s", in, rec, dialog, back)
		}
	})
}

// Whatever can be read of a dialogue has one formatted form, and comes back from a recording the same.
func FuzzDialogue(f *testing.F) {
	seeds(f, ".dialog.txt", "S<<\n.\n", "> a\n\n>\n", "@hide a\n> n\nC: ********\n", "@t 1\n@wait 0.0000004\nC2:x",
		`@x {"k":"C","text":"a","hide":[]}`, `@open a=-1 b="-1" c=null d="" e=[1] f={}`, "@mark \u00a0x", "#", "@title \t", `@header {"start":"2024-01-01T00:00:00Z","byhand":1}`)
	f.Fuzz(func(t *testing.T, in []byte) {
		r, err := Open(bytes.NewReader(in), "fuzz")
		var told *Error
		if err == nil {
			if r.Form() != FormDialogue {
				return
			}
			err = Convert(io.Discard, FormDialogue, r, Options{})
		}
		if err != nil {
			if !errors.As(err, &told) || told.Line < 1 || told.What.Empty() || told.Hint.Empty() {
				t.Fatalf("not told well: %v", err)
			}
			return
		}
		sameBytes(t, in)
		once := convert(t, in, FormDialogue, Options{Times: true})
		noControl(t, once, "\n\t")
		var twice, kept bytes.Buffer
		if err := Format(&twice, bytes.NewReader(once), "once"); err != nil || !bytes.Equal(once, twice.Bytes()) {
			t.Fatalf("formatted twice: %v\nonce\n%s\ntwice\n%s", err, once, twice.Bytes())
		}
		if err := Format(&kept, bytes.NewReader(in), "in"); err != nil {
			t.Fatal(err)
		}
		rec := convert(t, once, FormRecorded, Options{})
		noControl(t, rec, "\n")
		if back := convert(t, rec, FormDialogue, Options{Times: true}); !bytes.Equal(once, back) {
			t.Fatalf("dialogue\n%s\nrecorded\n%s\nback\n%s", once, rec, back)
		}
		if other := convert(t, kept.Bytes(), FormRecorded, Options{}); !bytes.Equal(rec, other) {
			t.Fatalf("comments change the session\n%s\nagainst\n%s", rec, other)
		}
	})
}
