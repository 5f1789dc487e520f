package annotate

import (
	"go/ast"
	"go/parser"
	"go/token"
	"os"
	"path/filepath"
	"reflect"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"byhand/session"
	"byhand/session/proto"
	"byhand/session/text"
)

// knowFiles are the files that this package reads entry by entry.
var knowFiles = []string{"pop3", "smtp", "status", "sasl", "rfc", "advice", "voice"}

func TestKnowIsStrictYAML(t *testing.T) {
	for _, file := range knowFiles {
		whole, err := parseEntries(source(file))
		if err != nil {
			t.Errorf("know/%s.yaml: %v", file, err)
			continue
		}
		keys := keysOf(source(file))
		if len(keys) != len(whole) || len(keys) == 0 {
			t.Errorf("know/%s.yaml: cut into %d entries, YAML has %d", file, len(keys), len(whole))
		}
		var b book
		for _, key := range keys {
			got := b.find(file, key)
			if !reflect.DeepEqual(got, whole[key]) {
				t.Errorf("know/%s.yaml: %s, cut out: %+v, read whole: %+v", file, key, got, whole[key])
			}
		}
	}
}

func TestUnknownFieldIsAnError(t *testing.T) {
	if _, err := parseEntries("NOOP:\n  en: a\n  zh: b\n  exmaple: c\n"); err == nil {
		t.Error("a misspelt field was read without a word")
	}
}

// eachText calls see with every sentence of the files, and where it stands.
func eachText(t *testing.T, see func(where string, s text.T)) {
	t.Helper()
	for _, file := range knowFiles {
		whole, err := parseEntries(source(file))
		if err != nil {
			t.Fatal(err)
		}
		for _, key := range keysOf(source(file)) {
			e, where := whole[key], "know/"+file+".yaml: "+key
			see(where, e.T)
			for name, s := range map[string]text.T{"more": e.More, "good": e.Good, "bad": e.Bad, "next": e.Next} {
				if s.EN+s.ZH != "" {
					see(where+": "+name, s)
				}
			}
		}
	}
}

var han = regexp.MustCompile(`\p{Han}`)

// names are entries that are a name in both languages.
var names = regexp.MustCompile(`^know/voice.yaml: greeting|^know/rfc.yaml|PASS: next|CAPA`)

func TestEveryEntrySpeaksBothLanguages(t *testing.T) {
	eachText(t, func(where string, s text.T) {
		switch {
		case s.EN == "" || s.ZH == "":
			t.Errorf("%s: a language is missing", where)
		case han.MatchString(s.EN):
			t.Errorf("%s: Chinese in the English: %q", where, s.EN)
		case !han.MatchString(s.ZH) && !names.MatchString(where) && !strings.Contains(where, "state TRANSACTION"):
			t.Errorf("%s: no Chinese in %q", where, s.ZH)
		}
		if word := regexp.MustCompile(`(?i)\b(just|simply|obviously)\b`).FindString(s.EN); word != "" && !strings.HasPrefix(where, "know/rfc.yaml") { // titles are as they are
			t.Errorf("%s: %q", where, word)
		}
	})
}

// verbs lists the verbs of fmt in a sentence, sorted.
func verbs(s string) []string {
	v := regexp.MustCompile(`%(\[\d+\])?[+#]?[a-z%]`).FindAllString(s, -1)
	slices.Sort(v)
	return v
}

func TestSentencesTakeTheSameWordsInBothLanguages(t *testing.T) {
	eachText(t, func(where string, s text.T) {
		if en, zh := verbs(s.EN), verbs(s.ZH); !slices.Equal(slices.Compact(en), slices.Compact(zh)) {
			t.Errorf("%s: %v in English, %v in Chinese", where, en, zh)
		}
	})
	for where, s := range goSentences(t) {
		if s.EN == "" || s.ZH == "" && strings.Contains(s.EN, " ") {
			t.Errorf("%s: a language is missing: %+v", where, s)
		}
		if s.ZH == "" {
			continue // a name, such as that of a month
		}
		if en, zh := plain(verbs(s.EN)), plain(verbs(s.ZH)); !slices.Equal(en, zh) {
			t.Errorf("%s: %v in English, %v in Chinese", where, en, zh)
		}
	}
}

// plain takes the numbers off verbs: %[2]s becomes %s; each kind counts once, since a language may say a word twice.
func plain(v []string) []string {
	for i, s := range v {
		v[i] = regexp.MustCompile(`\[\d+\]`).ReplaceAllString(s, "")
	}
	slices.Sort(v)
	return slices.Compact(v)
}

// goSentences finds every text.T that is written in the Go files of this package.
func goSentences(t *testing.T) map[string]text.T {
	t.Helper()
	files, err := filepath.Glob("*.go")
	if err != nil {
		t.Fatal(err)
	}
	out := map[string]text.T{}
	for _, name := range files {
		if strings.HasSuffix(name, "_test.go") {
			continue
		}
		set := token.NewFileSet()
		f, err := parser.ParseFile(set, name, nil, 0)
		if err != nil {
			t.Fatal(err)
		}
		ast.Inspect(f, func(n ast.Node) bool {
			lit, ok := n.(*ast.CompositeLit)
			if !ok {
				return true
			}
			var s text.T
			for _, elt := range lit.Elts {
				kv, ok := elt.(*ast.KeyValueExpr)
				if !ok {
					continue
				}
				key, _ := kv.Key.(*ast.Ident)
				value, _ := kv.Value.(*ast.BasicLit)
				if key == nil || value == nil || value.Kind != token.STRING {
					continue
				}
				str, err := strconv.Unquote(value.Value)
				if err != nil {
					t.Fatal(err)
				}
				switch key.Name {
				case "EN":
					s.EN = str
				case "ZH":
					s.ZH = str
				}
			}
			if s != (text.T{}) {
				out[set.Position(lit.Pos()).String()] = s
			}
			return true
		})
	}
	if len(out) < 50 {
		t.Errorf("only %d sentences found", len(out))
	}
	return out
}

func TestEveryReferenceIsKnown(t *testing.T) {
	var b book
	paper := regexp.MustCompile(`^RFC (\d+)( §[0-9A-Z.]+| App\. [A-Z0-9.]+)?$`)
	seen := map[string]bool{}
	check := func(where, ref string) {
		if ref == "" {
			return
		}
		for _, one := range strings.Split(ref, ", ") {
			if strings.HasPrefix(one, "§") {
				continue // a further section of the paper before
			}
			if b.find("rfc", one) != nil {
				continue // a paper as a whole, or one that is no RFC
			}
			m := paper.FindStringSubmatch(one)
			if m == nil {
				t.Errorf("%s: %q is no reference", where, one)
				continue
			}
			seen["RFC "+m[1]] = true
			if b.find("rfc", "RFC "+m[1]) == nil {
				t.Errorf("%s: %s is not in know/rfc.yaml", where, one)
			}
		}
	}
	for _, file := range knowFiles {
		for _, key := range keysOf(source(file)) {
			if e := b.find(file, key); e != nil {
				if e.Ref == "" && file != "rfc" && file != "advice" && file != "voice" {
					t.Errorf("know/%s.yaml: %s has no reference", file, key)
				}
				check("know/"+file+".yaml: "+key, e.Ref)
			}
		}
	}
	for _, line := range regexp.MustCompile(`(?m)^  ref: "?([^"\n]*)`).FindAllStringSubmatch(messageYAML, -1) {
		check("know/message.yaml", line[1])
	}
	var f facts
	for key := range blocks(messageYAML) {
		if f.find(key).Ref == "" {
			t.Errorf("know/message.yaml: %s has no reference", key)
		}
	}
	for where, ref := range goReferences(t) {
		check(where, ref)
	}
	if len(seen) < 60 {
		t.Errorf("only %d papers are referred to", len(seen))
	}
}

// goReferences finds every string literal of the Go files that is a reference.
func goReferences(t *testing.T) map[string]string {
	t.Helper()
	files, _ := filepath.Glob("*.go")
	out := map[string]string{}
	for _, name := range files {
		raw, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		for _, m := range regexp.MustCompile(`"(RFC \d+[^"%\n]*)"`).FindAllStringSubmatch(string(raw), -1) {
			if !strings.HasSuffix(name, "_test.go") && !strings.HasSuffix(m[1], " ") {
				out[name+": "+m[1]] = m[1]
			}
		}
	}
	return out
}

// TestComplete counts the knowledge against a list that was made from the papers, and against the grammar.
func TestComplete(t *testing.T) {
	raw, err := os.ReadFile("testdata/complete.txt")
	if err != nil {
		t.Fatal(err)
	}
	var b book
	lines := 0
	for _, line := range strings.Split(strings.TrimSpace(string(raw)), "\n") {
		if strings.HasPrefix(line, "#") {
			continue
		}
		lines++
		file, key, _ := strings.Cut(line, " ")
		if b.find(file, key) == nil {
			t.Errorf("know/%s.yaml has no %s", file, key)
		}
	}
	if lines < 250 {
		t.Errorf("testdata/complete.txt has %d lines", lines)
	}
	for _, p := range []session.Protocol{session.POP3, session.SMTP} {
		for _, verb := range proto.Verbs(p) {
			e := b.find(file(p), verb)
			if e == nil || e.Syntax == "" {
				t.Errorf("know/%s.yaml has no command %s", p, verb)
			}
		}
	}
}

// TestCommandsAreTaughtWhole names commands of everyday use that lack what their replies mean.
func TestCommandsAreTaughtWhole(t *testing.T) {
	var b book
	for _, p := range []session.Protocol{session.POP3, session.SMTP} {
		for _, verb := range proto.Verbs(p)[:12] {
			if e := b.find(file(p), verb); e.Good.EN == "" || e.Bad.EN == "" || e.Ref == "" {
				t.Errorf("know/%s.yaml: %s lacks good, bad or ref", p, verb)
			}
		}
	}
}

func TestFindBlock(t *testing.T) {
	const file = "# head\nA:\n  en: a\n  # inside\n\n  zh: b\n\"250\":\n  en: c\nA B:\n  en: d"
	for key, want := range map[string]string{
		"a": "A:\n  en: a\n  # inside\n\n  zh: b\n", "250": "\"250\":\n  en: c\n", "A B": "A B:\n  en: d", "B": "", "": "", "# head": "", "en": "",
	} {
		if got := findBlock(file, key); got != want {
			t.Errorf("findBlock(%q) = %q, want %q", key, got, want)
		}
	}
}

func TestBookIsBounded(t *testing.T) {
	var b book
	for i := range 3 * maxRead {
		b.find("smtp", "EHLO X"+strconv.Itoa(i))
	}
	if len(b.read) > maxRead {
		t.Errorf("the book remembers %d words", len(b.read))
	}
}

// keysOf lists the keys in column 0, in their order.
func keysOf(file string) []string {
	var keys []string
	for pos := 0; pos < len(file); pos += lineLen(file[pos:]) {
		if k, ok := keyAt(file[pos:]); ok {
			keys = append(keys, k)
		}
	}
	return keys
}
