package transcripts

import (
	"bytes"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"byhand/session"
	"byhand/session/proto"

	"github.com/google/go-cmp/cmp"
)

// foreignTexts are texts of other programs, made with swaks 20201014, script of util-linux 2.38, telnet, OpenSSL 3.0 and
// asciinema 2.2 before the practice server; each reads as the dialogue beside it.
var foreignTexts = []struct{ file, form, timing, typed string }{
	{file: "swaks.txt"}, {file: "swaks-hide-data.txt"}, {file: "swaks-raw.txt"},
	{file: "s_client.txt"}, {file: "s_client-starttls.txt"},
	{file: "telnet.script"}, {file: "window.txt"}, {file: "screen.script"}, {file: "own.script"}, // the last two are byhand's own screen, into a file and on a terminal
	{file: "typed.script", timing: "typed.timing", typed: "typed.in"}, {file: "both.script", timing: "both.timing"},
	{file: "piped.cast"},
	{file: "rfc1939.txt", form: FormRFC}, {file: "rfc3207.txt", form: FormRFC},
}

func openForeign(t *testing.T, file, form, timing, typed string) *Reader {
	t.Helper()
	read := func(name string) io.Reader {
		if name == "" {
			return nil
		}
		b, err := os.ReadFile(filepath.Join("testdata/foreign", name))
		if err != nil {
			t.Fatal(err)
		}
		return bytes.NewReader(b)
	}
	how := Import{Form: form, Timing: read(timing), Typed: read(typed)}
	r, err := OpenAs(read(file), file, how)
	if err != nil {
		t.Fatal(err)
	}
	return r
}

func TestForeignTexts(t *testing.T) {
	for _, c := range foreignTexts {
		t.Run(c.file, func(t *testing.T) {
			r := openForeign(t, c.file, c.form, c.timing, c.typed)
			var got bytes.Buffer
			if err := Convert(&got, FormDialogue, r, Options{Times: true}); err != nil {
				t.Fatal(err)
			}
			for _, m := range r.Remarks() {
				t.Error(m.Said.In(0))
			}
			path := filepath.Join("testdata/foreign", strings.TrimSuffix(c.file, filepath.Ext(c.file))+".dialog.txt")
			if *update {
				if err := os.WriteFile(path, got.Bytes(), 0o644); err != nil {
					t.Fatal(err)
				}
			}
			want, err := os.ReadFile(path)
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(string(want), got.String()); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
			for _, secret := range []string{"secret\n", "c2VjcmV0", "AHN0dWRlbnQAc2VjcmV0", "Resumption PSK", "0123456789abcdef01"} {
				if strings.Contains(got.String(), secret) {
					t.Errorf("%q came through", secret)
				}
			}
		})
	}
}

// Whatever stands in a foreign text, reading it ends, times do not go back, and what was made of it can be written and read.
func FuzzForeign(f *testing.F) {
	for _, c := range foreignTexts {
		b, err := os.ReadFile(filepath.Join("testdata/foreign", c.file))
		if err != nil {
			f.Fatal(err)
		}
		timing, _ := os.ReadFile(filepath.Join("testdata/foreign", c.timing))
		for form := range len(Imports()) + 1 {
			f.Add(b, timing, form)
		}
	}
	f.Add([]byte(cast1), []byte(nil), len(Imports()))
	f.Add([]byte(cast3), []byte(nil), len(Imports()))
	forms := append(Imports(), "")
	f.Fuzz(func(t *testing.T, text, timing []byte, form int) {
		how := Import{Form: forms[uint(form)%uint(len(forms))]}
		if len(timing) > 0 {
			how.Timing = bytes.NewReader(timing)
		}
		r, err := OpenAs(bytes.NewReader(text), "fuzz", how)
		if err != nil {
			return
		}
		if r.foreign == nil {
			return
		}
		var rec bytes.Buffer
		if err := Convert(&rec, FormRecorded, r, Options{}); err != nil {
			t.Fatal(err)
		}
		noControl(t, rec.Bytes(), "\n")
		sameBytes(t, rec.Bytes())
		again, err := Open(&rec, "rec")
		if err != nil {
			t.Fatal(err)
		}
		if err := session.Run(t.Context(), again, proto.New(session.Untold)); err != nil || len(again.Remarks()) > 0 {
			t.Fatal(err, again.Remarks())
		}
	})
}
