package practice

import (
	"strings"
	"testing"
)

func TestParsePath(t *testing.T) {
	long := strings.Repeat("l", 64)
	for arg, want := range map[string]string{
		"FROM:<a@b.test>":                 "a@b.test",
		"from: <a@b.test>":                "a@b.test",
		"FROM:<>":                         "",
		"FROM:<a@[127.0.0.1]>":            "a@[127.0.0.1]",
		"FROM:<a@[IPv6:::1]> SIZE=1":      "a@[IPv6:::1]",
		`FROM:<"a b@c>"@d.test>`:          `"a b@c>"@d.test`,
		"FROM:<@x.test,@y.test:a@b.test>": "a@b.test",
		"FROM:<" + long + "@b.test>":      long + "@b.test",
		"FROM:<你好@例子.test> SMTPUTF8":      "你好@例子.test",
		"FROM:a@b.test":                   "syntax",
		"FROM<a@b.test>":                  "syntax",
		"FROM:<a@b.test":                  "syntax",
		"FROM:<a@b.test>SIZE=1":           "syntax",
		"FROM:<a@b.test> =1":              "syntax",
		"FROM:<a@b.test> X=":              "syntax",
		"":                                "syntax",
		"FROM:<" + long + "l@b.test>":     "address",
		"FROM:<a@>":                       "address",
		"FROM:<@b.test>":                  "address",
		"FROM:<a@-b.test>":                "address",
		"FROM:<a@b..test>":                "address",
		"FROM:<.a@b.test>":                "address",
		"FROM:<a@b.test\x01>":             "address",
		"FROM:<\xff@b.test>":              "address",
		`FROM:<"a"b"@d.test>`:             "syntax",
		"FROM:<a@" + strings.Repeat("d.", 140) + "test>": "address",
	} {
		p, wrong := parsePath(arg, "FROM:", Rules{})
		got := p.addr.String()
		if wrong != pathFine {
			got = [...]string{"", "syntax", "address"}[wrong]
		}
		if got != want {
			t.Errorf("%q: got %q, want %q", arg, got, want)
		}
	}
}

func FuzzPath(f *testing.F) {
	f.Add("TO:<a@b.test> NOTIFY=NEVER")
	f.Add(`TO:<"\"@`)
	f.Add("TO:<@a:b@c>")
	f.Fuzz(func(t *testing.T, arg string) {
		p, wrong := parsePath(arg, "TO:", Rules{BareAddress: true})
		if wrong == pathFine && strings.ContainsAny(p.addr.String(), "\r\n") {
			t.Fatalf("%q: a line end in the address", arg)
		}
		unquote(p.addr.local)
	})
}
