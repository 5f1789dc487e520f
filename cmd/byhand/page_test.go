package main

import "testing"

func TestRows(t *testing.T) {
	for _, c := range []struct {
		what  string
		in    string
		width int
		want  string
	}{
		{"a pipe", "  one   two three\n", 0, "  one   two three\n"},
		{"a row that fits", "  one   two three\n", 20, "  one   two three\n"},
		{"under the last column", "  1  one  two three four\n  2  x\n", 20, "  1  one  two three\n          four\n  2  x\n"},
		{"the last column is too far right", "  a-long-name-of-it  two three\n", 24, "  a-long-name-of-it  two\n    three\n"},
		{"no columns", "two three four", 9, "two three\n  four"},
		{"Chinese", "  课程  第一次连接服务器\n", 20, "  课程  第一次连接服\n        务器\n"},
	} {
		if got := rows(c.in, c.width); got != c.want {
			t.Errorf("%s:\n%s\nwanted:\n%s", c.what, got, c.want)
		}
	}
}
