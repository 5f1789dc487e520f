package main

import (
	"bytes"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"byhand/lessons"
	"byhand/session/text"
	"byhand/transcripts"
)

// TestEveryDraftLoads makes a lesson of every sample: what is left to its author is told, and nothing of it is a fault of the file.
func TestEveryDraftLoads(t *testing.T) {
	files, err := filepath.Glob(filepath.Join(root, "transcripts", "samples", "*.dialog.txt"))
	if err != nil || len(files) < 10 {
		t.Fatal(files, err)
	}
	odd := filepath.Join(t.TempDir(), "odd.dialog.txt")
	talk := "S: +OK\nC: USER alice\nS: +OK\n@hide password\nC: PASS ********\nS: -ERR no\nC: 中文\nS: -ERR\nC: 123\nS: -ERR\n" +
		"C: A-VERB-THAT-IS-LONGER-THAN-ANY-ID-CAN-BE\nS: -ERR\nC: STAT:\nS: -ERR\nC: ${user}\nS: -ERR\nC: QUIT\nS: +OK\n"
	if err := os.WriteFile(odd, []byte(talk), 0o600); err != nil {
		t.Fatal(err)
	}
	for _, file := range append(files, odd) {
		f, err := os.Open(file)
		if err != nil {
			t.Fatal(err)
		}
		defer f.Close()
		rd, err := transcripts.OpenAs(f, file, transcripts.Import{})
		if err != nil {
			t.Fatal(err)
		}
		var b bytes.Buffer
		if err := transcripts.Convert(&b, "yaml-lesson", rd, transcripts.Options{}); err != nil {
			t.Fatal(err)
		}
		l, errs := lessons.Parse(file, lessons.Draft(draftID(file), b.Bytes()))
		if len(errs) > 0 || len(l.Steps) == 0 {
			t.Errorf("%v\n%s", errs, b.String())
			continue
		}
		var out strings.Builder
		a := &app{out: &out, err: io.Discard, lang: text.EN, env: os.Getenv}
		if err := a.leftToDo(l, nil); err != nil || out.Len() == 0 {
			t.Errorf("%s: %v, %q", file, err, out.String())
		}
		if file == odd && !strings.Contains(out.String(), "All passed") {
			t.Errorf("%s\n%s", out.String(), b.String())
		}
	}
}
