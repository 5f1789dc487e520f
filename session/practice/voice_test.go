package practice

import (
	"go/ast"
	"go/parser"
	"go/token"
	"regexp"
	"strconv"
	"strings"
	"testing"
)

// keys reads the names of all replies from voice.go, so that none can be forgotten here.
func keys(t *testing.T) []Key {
	t.Helper()
	file, err := parser.ParseFile(token.NewFileSet(), "voice.go", nil, 0)
	if err != nil {
		t.Fatal(err)
	}
	var out []Key
	ast.Inspect(file, func(n ast.Node) bool {
		if spec, ok := n.(*ast.ValueSpec); ok && len(spec.Values) == 1 && strings.HasPrefix(spec.Names[0].Name, "key") {
			text, err := strconv.Unquote(spec.Values[0].(*ast.BasicLit).Value)
			if err != nil {
				t.Fatal(err)
			}
			out = append(out, Key(text))
		}
		return true
	})
	return out
}

func TestCoremailSaysEverything(t *testing.T) {
	v, all := Coremail(), keys(t)
	if len(all) < 80 || len(all) != len(v.Replies) {
		t.Errorf("%d keys, %d replies", len(all), len(v.Replies))
	}
	pop, smtp := regexp.MustCompile(`^(\+OK|-ERR)( |$)`), regexp.MustCompile(`^[245]\d\d |^354 `)
	for _, key := range all {
		text := v.Replies[key]
		want := smtp
		if strings.HasPrefix(string(key), "pop3.") {
			want = pop
		}
		if !want.MatchString(text) || len(text) > 500 {
			t.Errorf("%s: %q", key, text)
		}
	}
}

func TestSayOfSeveralLines(t *testing.T) {
	var b strings.Builder
	w := writer{dst: &b}
	s := &Server{voice: Coremail()}
	s.sayText(&w, "250 one\ntwo {arg}\nthree {nothing}", "arg", "a\r\nb")
	s.sayText(&w, "-ERR {")
	if err := w.flush(); err != nil {
		t.Fatal(err)
	}
	if want := "250-one\r\n250-two a??b\r\n250 three {nothing}\r\n-ERR {\r\n"; b.String() != want {
		t.Errorf("got %q, want %q", b.String(), want)
	}
}
