package lessons

import (
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"byhand/session/text"
)

var (
	wantLine  = lazy(`(?m)^# line: (\d+)`)
	wantWords = lazy(`(?m)^# expect: (.*)`)
)

// file is one file of an archive.
type file struct {
	name string
	data []byte
}

var fileHead = lazy(`(?m)^-- (.+) --\n`)

// badLessons gives the files of testdata/bad.txtar.
func badLessons(t testing.TB) []file {
	t.Helper()
	return archive(t, "testdata/bad.txtar")
}

// archive gives the files of an archive.
func archive(t testing.TB, name string) (files []file) {
	t.Helper()
	src, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	heads := append(fileHead().FindAllSubmatchIndex(src, -1), []int{len(src)})
	for i, h := range heads[:len(heads)-1] {
		files = append(files, file{string(src[h[2]:h[3]]), src[h[1]:heads[i+1][0]]})
	}
	return files
}

// TestBad holds each fault of testdata/bad.txtar to its line and the words of its cure, in both languages.
func TestBad(t *testing.T) {
	for _, f := range badLessons(t) {
		t.Run(f.name, func(t *testing.T) {
			_, errs := Parse(f.name, f.data)
			if len(errs) == 0 {
				t.Fatal("read without an error")
			}
			if line := wantLine().FindSubmatch(f.data); line != nil && !strings.HasPrefix(errs[0].Error(), f.name+":"+string(line[1])+": ") {
				t.Errorf("line %s is wanted:\n%v", line[1], errs)
			}
			if words := wantWords().FindSubmatch(f.data); words != nil && !strings.Contains(errs[0].Error(), string(words[1])) {
				t.Errorf("%q is wanted:\n%v", words[1], errs)
			}
			for _, e := range errs {
				if zh := e.In(text.ZH); !regexp.MustCompile(`\p{Han}`).MatchString(zh) || strings.Contains(zh, "%!") || strings.Contains(e.Error(), "%!") {
					t.Errorf("in Chinese: %s", zh)
				}
			}
		})
	}
}

// read gives a lesson of testdata/good.
func read(t testing.TB, name string) *Lesson {
	t.Helper()
	dir := filepath.Join("testdata", "good")
	src, err := os.ReadFile(filepath.Join(dir, name+".yaml"))
	if err != nil {
		t.Fatal(err)
	}
	l, errs := Read(os.DirFS(dir), filepath.Join(dir, name+".yaml"), src)
	if len(errs) > 0 {
		t.Fatal(errs)
	}
	return l
}

func TestEveryField(t *testing.T) {
	l := read(t, "all-fields")
	s := l.Steps[0]
	for _, c := range []struct {
		what, got, want string
	}{
		{"title", l.Title.In(text.EN), "Every key once"},
		{"own title", l.Title.In(text.ZH), "每一个键"},
		{"level", l.Level, "advanced"},
		{"connections", strings.Join(l.Connect, " "), "pop3 smtp pop3-again"},
		{"protocol of a connection", Protocol(l.Connect[2]), "pop3"},
		{"caps", strings.Join(l.World.Caps, ","), "SIZE 1000,TOP"},
		{"letter", l.World.Mail["carol"][0].Subject, "你好"},
		{"hint", s.Hints[0].In(text.EN), "one"},
		{"also", s.Also[0][1].Text, "PASS lamp"},
		{"try", s.Oops[0].Try[0], "USER bob"},
		{"choice", l.Steps[2].Ask.Choices[1].In(text.EN), "two"},
		{"step without an id", l.Steps[2].Name(), "3"},
		{"a test's advice", l.Tests[0].Advice, "x"},
	} {
		if c.got != c.want {
			t.Errorf("%s: %q, want %q", c.what, c.got, c.want)
		}
	}
	if !s.Fresh || !s.Optional || !s.NoSkip || s.Points != 2 || len(l.Steps[1].Expect.Any) != 6 {
		t.Errorf("step %+v", s)
	}
}

func TestSidecar(t *testing.T) {
	l := read(t, "first")
	if got := l.Steps[0].Hints[1].In(text.ZH); got != "名字是 ${user}。" {
		t.Errorf("hint %q", got)
	}
	if got := l.Steps[1].Ask.Choices[0].In(text.ZH); got != "是" {
		t.Errorf("choice %q", got)
	}
	for _, c := range []struct{ src, want string }{
		{"translates: other\nlang: zh\n", `x.zh.yaml:1: this translates "other"`},
		{"lang: zh\nsteps: {9: {say: x}}\n", `x.zh.yaml:2: there is no step "9"`},
		{"steps:\n  1:\n    do: QUIT\n", `x.zh.yaml:3: unknown key "do"`},
		{"steps:\n  1:\n    hints: [a]\n", `x.zh.yaml:3: hints.zh has 1 entries`},
		{"steps:\n  1:\n    ask: {q: a}\n", `x.zh.yaml:3: step 1 asks no question`},
	} {
		if errs := l.Translate("x.zh.yaml", []byte(c.src)); !strings.HasPrefix(errs.Error(), c.want) {
			t.Errorf("%q: %v, want %s", c.src, errs, c.want)
		}
	}
}

// TestValues holds drawn values to their seed: the same learner gets the same, others get others.
func TestValues(t *testing.T) {
	l := read(t, "all-fields")
	a, b, other := l.Values("ann"), l.Values("ann"), l.Values("ben")
	if a["digits"] != b["digits"] || a["word"] == other["word"] || len(a["digits"]) != 6 || len(a["word"]) != 8 {
		t.Errorf("ann %v, again %v, ben %v", a, b, other)
	}
	if got := a.Expand("${user|b64} ${pass|plain} ${nobody}"); got != "YWxpY2U= AGFsaWNlAHdvbmRlcmxhbmQ= ${nobody}" {
		t.Errorf("expanded: %s", got)
	}
}

// breaks counts line ends as YAML 1.1 does (§4.2): it has more of them than editors have.
func breaks(src []byte) (n int) {
	for _, end := range []string{"\n", "\r", "\u0085", "\u2028", "\u2029"} {
		n += strings.Count(string(src), end)
	}
	return n
}

// FuzzParse reads foreign files: whatever is in them, there is a lesson or a message with a line of the file.
func FuzzParse(f *testing.F) {
	for _, name := range []string{"all-fields", "errors", "first"} {
		src, err := os.ReadFile(filepath.Join("testdata", "good", name+".yaml"))
		if err != nil {
			f.Fatal(err)
		}
		f.Add(src)
	}
	for _, file := range badLessons(f) {
		f.Add(file.data)
	}
	f.Fuzz(func(t *testing.T, src []byte) {
		l, errs := Parse("x.yaml", src)
		for _, e := range errs {
			if e.Line < 1 || e.Line > 2+breaks(src) || strings.Contains(e.Error(), "\n") {
				t.Errorf("line %d of %q: %q", e.Line, src, e.Error())
			}
		}
		if len(errs) == 0 {
			g := NewGuide(l, text.ZH, l.Values(""), nil)
			g.Start()
			for _, line := range []string{":hint", ":why", ":list", ":say", ":again", ":catchup", ":skip", ":goto 1", ":next", ":yes"} {
				g.Command(line)
			}
			Lint(l, Known())
		}
	})
}
