package lessons_test

import (
	"bytes"
	"strings"
	"testing"

	"byhand/lessons"
)

// TestSkeleton holds a new lesson to its promise: fifteen lines that pass every check, in both languages.
func TestSkeleton(t *testing.T) {
	for _, protocol := range []string{"pop3", "smtp"} {
		src, ok := lessons.Skeleton("my-lesson", protocol)
		if !ok {
			t.Fatalf("%s: none", protocol)
		}
		if n := bytes.Count(src, []byte("\n")); n > 15 {
			t.Errorf("%s: %d lines", protocol, n)
		}
		l, errs := lessons.Parse("my-lesson.yaml", src)
		if errs = append(errs, lessons.Lint(l, lessons.Known())...); len(errs) > 0 {
			t.Fatal(errs)
		}
		tested(t, l)
	}
	for _, c := range [][2]string{{"My Lesson", "pop3"}, {"", "pop3"}, {"x", "imap"}} {
		if _, ok := lessons.Skeleton(c[0], c[1]); ok {
			t.Errorf("%q by %q is a lesson", c[0], c[1])
		}
	}
}

func TestDraft(t *testing.T) {
	got := string(lessons.Draft("mine", []byte("byhand: 1\nlesson: draft\ntitle: x\n")))
	if want := "\nbyhand: 1\nlesson: mine\ntitle: x\n"; got != lessons.Modeline+want {
		t.Errorf("%q", got)
	}
	if strings.Contains(got, "draft") {
		t.Errorf("%q", got)
	}
}
