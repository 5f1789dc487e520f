package lessons

import "testing"

func TestReflow(t *testing.T) {
	for src, want := range map[string]string{
		"one\ntwo":                         "one two",
		"one\n\ntwo\nthree":                "one\n\ntwo three",
		"type\n  DATA\n  .\nand wait":      "type\n  DATA\n  .\nand wait",
		"先问候，\n再写信。":                       "先问候，再写信。",
		"命令是 USER\n加上名字":                   "命令是 USER 加上名字",
		"用 :open smtp\n连接":                 "用 :open smtp 连接",
		"as bob,\npassword builder":        "as bob, password builder",
		"":                                 "",
		"1. a\n   b\n2. c":                 "1. a\n   b\n2. c",
		"two lines\n- not a list\n\n\nx\n": "two lines - not a list\n\n\nx\n",
	} {
		if got := reflow(src); got != want {
			t.Errorf("%q: %q, want %q", src, got, want)
		}
	}
}
