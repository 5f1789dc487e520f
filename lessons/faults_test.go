package lessons_test

import (
	"os"
	"regexp"
	"strings"
	"testing"
	"testing/fstest"

	"byhand/lessons"
)

// TestFaults holds the self-test to finding each fault of testdata/faults.txtar at its line.
func TestFaults(t *testing.T) {
	src, err := os.ReadFile("testdata/faults.txtar")
	if err != nil {
		t.Fatal(err)
	}
	form := regexp.MustCompile(`(?s)^(.+?) --\n(# line: (\d+)\n# expect: ([^\n]+)\n.*)$`)
	for _, part := range strings.Split(string(src), "\n-- ")[1:] {
		m := form.FindStringSubmatch(part + "\n")
		if m == nil {
			t.Fatalf("no head: %s", part)
		}
		t.Run(m[1], func(t *testing.T) {
			l, errs := lessons.Read(fstest.MapFS{}, "x.yaml", []byte(m[2]))
			if len(errs) > 0 {
				t.Fatal(errs)
			}
			failed := failing(t, l)
			for _, f := range failed {
				if strings.HasPrefix(f, "x.yaml:"+m[3]+": ") && strings.Contains(f, m[4]) {
					return
				}
			}
			t.Errorf("found:\n%s\nwanted in line %s: %s", strings.Join(failed, "\n"), m[3], m[4])
		})
	}
}
