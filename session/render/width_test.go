package render

import (
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/google/go-cmp/cmp"
)

func TestWidth(t *testing.T) {
	for _, c := range []struct {
		s    string
		want int
	}{
		{"", 0},
		{"STAT", 4},
		{"你好", 4},
		{"，：", 4},
		{"e\u0301", 1},
		{"\x1b[1;32m收信\x1b[0m", 4}, // a style takes no column
		{"👨‍👩‍👧", 2},
	} {
		if got := Width(c.s); got != c.want {
			t.Errorf("Width(%q) = %d, want %d", c.s, got, c.want)
		}
	}
}

func TestCluster(t *testing.T) {
	for _, c := range []struct {
		s, first string
		width    int
	}{{"", "", 0}, {"ab", "a", 1}, {"你好", "你", 2}, {"e\u0301x", "e\u0301", 1}} {
		if first, width := Cluster(c.s); first != c.first || width != c.width {
			t.Errorf("Cluster(%q) = %q, %d, want %q, %d", c.s, first, width, c.first, c.width)
		}
	}
}

func TestCut(t *testing.T) {
	for _, c := range []struct {
		s     string
		width int
		want  string
	}{
		{"STAT", 4, "STAT"},
		{"STATUS", 4, "STA…"},
		{"你好世界", 5, "你好…"},
		{"你好世界", 4, "你…"},
		{"abc", 0, ""},
	} {
		if got := Cut(c.s, c.width); got != c.want {
			t.Errorf("Cut(%q, %d) = %q, want %q", c.s, c.width, got, c.want)
		}
	}
}

func TestWrap(t *testing.T) {
	for _, c := range []struct {
		name          string
		s             string
		width, indent int
		want          string // lines joined with |
	}{
		{"empty", "", 10, 0, ""},
		{"fits", "one two", 7, 0, "one two"},
		{"English at spaces", "the quick brown fox", 10, 0, "the quick|brown fox"},
		{"indent counts", "the quick brown fox", 10, 2, "the quick|  brown|  fox"},
		{"a space at the edge is dropped", "abcd efgh", 4, 0, "abcd|efgh"},
		{"a long word is cut", "abcdefghij", 4, 1, "abcd| efg| hij"},
		{"an apostrophe is inside a word", "we don’t know", 8, 0, "we don’t|know"},
		{"Chinese between characters", "你好世界", 4, 0, "你好|世界"},
		{"odd width", "你好世界", 5, 0, "你好|世界"},
		{"no line starts with a comma", "你好，世界", 4, 0, "你|好，|世界"},
		{"no line starts with closing marks", "说（你好）。再见", 8, 0, "说（你|好）。再|见"},
		{"no line ends with an opening mark", "收到了《信》", 8, 0, "收到了|《信》"},
		{"mixed", "命令 RETR 取回一封信", 12, 0, "命令 RETR 取|回一封信"},
		{"mixed, no space", "用RETR取信", 6, 0, "用RETR|取信"},
		{"a full stop after Chinese", "全部完成.", 8, 0, "全部完|成."},
		{"line ends stay", "a\nb c", 10, 2, "a|  b c"},
		{"styles take no column", "\x1b[1mbold\x1b[0m word", 9, 0, "\x1b[1mbold\x1b[0m word"},
		{"too narrow", "你好", 1, 0, "你|好"},
	} {
		t.Run(c.name, func(t *testing.T) {
			if diff := cmp.Diff(strings.Split(c.want, "|"), Wrap(c.s, c.width, c.indent)); diff != "" {
				t.Error(diff)
			}
		})
	}
}

// Whatever is wrapped: no line is too wide, and nothing but spaces is lost.
func FuzzWrap(f *testing.F) {
	f.Add("命令 RETR 取回一封信，and 再见（你好）。", 12, 2)
	f.Add("\x1b[31mred\x1b[0m\n\n x", 3, 0)
	f.Fuzz(func(t *testing.T, s string, width, indent int) {
		if width < 4 || width > 200 || indent < 0 || indent > width-4 || !utf8.ValidString(s) {
			return
		}
		lines := Wrap(s, width, indent)
		for _, l := range lines {
			if first, n := Cluster(strings.TrimLeft(l, " ")); Width(l) > width && Width(l)-n > indent {
				t.Errorf("%q has %d columns, not %d (starts with %q)", l, Width(l), width, first)
			}
		}
		bare := func(s string) string { return strings.NewReplacer(" ", "", "\n", "").Replace(s) }
		if got := bare(strings.Join(lines, "")); got != bare(s) {
			t.Errorf("lost something: %q from %q", got, s)
		}
	})
}
