package lessons

import (
	"bytes"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// TestFix holds each file of testdata/fix.txtar to what comes of it, with both kinds of line ends.
func TestFix(t *testing.T) {
	all := archive(t, "testdata/fix.txtar")
	for i := 0; i+1 < len(all); i += 2 {
		bad, want := all[i], string(all[i+1].data)
		if all[i+1].name == "same" {
			want = string(bad.data)
		}
		for _, end := range []string{"\n", "\r\n"} {
			src, want := strings.ReplaceAll(string(bad.data), "\n", end), strings.ReplaceAll(want, "\n", end)
			got, changes := Fix("x.yaml", []byte(src), false)
			if string(got) != want {
				t.Errorf("%s:\n%s\nwant\n%s", bad.name, got, want)
			}
			if (len(changes) > 0) != (want != src) {
				t.Errorf("%s: changes %v", bad.name, changes)
			}
			for _, c := range changes {
				lines := strings.Split(strings.ReplaceAll(src, "\r", ""), "\n")
				if lines[c.Line-1] != c.Before || !strings.Contains(strings.ReplaceAll(want, "\r", ""), c.After) {
					t.Errorf("%s: change %+v", bad.name, c)
				}
			}
			if _, errs := Parse("x.yaml", got); all[i+1].name == "mended" && len(errs) > 0 {
				t.Errorf("%s: still %v", bad.name, errs)
			}
			if again, _ := Fix("x.yaml", got, false); !bytes.Equal(again, got) {
				t.Errorf("%s: the second time makes\n%s", bad.name, again)
			}
		}
	}
}

// TestFixLeavesGoodLessons holds every good file to its bytes.
func TestFixLeavesGoodLessons(t *testing.T) {
	names, err := filepath.Glob("testdata/good/*.yaml")
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range names {
		src, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		sidecar := strings.Count(filepath.Base(name), ".") > 1
		if got, changes := Fix(name, src, sidecar); len(changes) > 0 || !bytes.Equal(got, src) {
			t.Errorf("%s: %v", name, changes)
		}
	}
}

// FuzzFix mends foreign files: what could be read as a lesson stays as it is, and mending comes to an end.
func FuzzFix(f *testing.F) {
	for _, file := range append(badLessons(f), archive(f, "testdata/fix.txtar")...) {
		f.Add(file.data)
	}
	f.Fuzz(func(t *testing.T, src []byte) {
		got, changes := Fix("x.yaml", src, false)
		if _, errs := Parse("x.yaml", src); len(errs) == 0 && !bytes.Equal(got, src) {
			t.Errorf("%q becomes %q", src, got)
		}
		if (len(changes) > 0) != !bytes.Equal(got, src) {
			t.Errorf("%q becomes %q by %v", src, got, changes)
		}
	})
}
