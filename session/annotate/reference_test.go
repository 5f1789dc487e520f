package annotate

import (
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"byhand/session/text"

	"gopkg.in/yaml.v3"
)

// factsBeside is where the collected facts about both protocols lie when this repository stands beside them.
const factsBeside = "../../../shared/reference"

// listed is how each list of the facts becomes keys of know/*.yaml: its file and its name there, our file, and the key of an item.
// Lists of files that know several papers for one thing give all of them.
var listed = []struct {
	file, list, ours string
	key              func(item map[string]any) []string
}{
	{"pop3", "commands", "pop3", keyed("", "name")},
	{"pop3", "legacy_commands", "pop3", keyed("", "name")},
	{"pop3", "capabilities", "pop3", keyed("CAPA ", "tag")},
	{"pop3", "response_codes", "pop3", keyed("code ", "code")},
	{"pop3", "ports", "pop3", keyed("port ", "port")},
	{"smtp", "commands", "smtp", keyed("", "verb")},
	{"smtp", "legacy_commands", "smtp", keyed("", "verb")},
	{"smtp", "codes", "status", keyed("", "code")},
	{"smtp", "parameters", "smtp", func(item map[string]any) []string {
		return []string{fmt.Sprint(item["command"], " ", item["keyword"])}
	}},
	{"smtp", "ehlo_keywords", "smtp", keyed("EHLO ", "keyword")},
	{"smtp", "vendor_keywords", "smtp", keyed("EHLO ", "keyword")},
	{"smtp", "auth_mechanisms", "sasl", keyed("", "name")},
	{"smtp", "ports", "smtp", keyed("port ", "port")},
	{"enhanced", "classes", "status", keyed("class ", "class")},
	{"enhanced", "subjects", "status", keyed("subject ", "subject")},
	{"enhanced", "codes", "status", keyed("", "code")},
	{"enhanced", "vendor_uses", "status", keyed("", "code")},
	{"message", "headers", "message", keyed("", "names")},
	{"message", "charsets", "message", keyed("charset ", "name", "aliases")},
}

// keyed makes keys of some fields of an item, each a word or a list; one word may name several things, parted by " / ".
func keyed(head string, fields ...string) func(map[string]any) []string {
	return func(item map[string]any) (keys []string) {
		for _, f := range fields {
			words, isList := item[f].([]any)
			if !isList {
				words = []any{item[f]}
			}
			for _, w := range words {
				for _, one := range strings.Split(fmt.Sprint(w), " / ") {
					keys = append(keys, head+one)
				}
			}
		}
		return keys
	}
}

var paperNumber = regexp.MustCompile(`RFC (\d+)`)

// gathered gives the lines of testdata/reference.txt, as the facts have them.
func gathered(t *testing.T) (lines []string) {
	t.Helper()
	files := map[string]map[string]any{}
	for _, l := range listed {
		if files[l.file] == nil {
			raw, err := os.ReadFile(filepath.Join(factsBeside, l.file+".yaml"))
			if err != nil {
				t.Fatal(err)
			}
			all := map[string]any{}
			if err := yaml.Unmarshal(raw, &all); err != nil {
				t.Fatal(err)
			}
			files[l.file] = all
		}
		items, ok := files[l.file][l.list].([]any)
		if !ok {
			t.Errorf("%s.yaml has no list %s any more", l.file, l.list)
		}
		for _, it := range items {
			item := it.(map[string]any)
			papers := paperNumber.FindAllString(fmt.Sprint(item["refs"], item["ref"]), -1)
			slices.Sort(papers)
			for _, key := range l.key(item) {
				if key[0] != '(' && key != "." { // the connection and the dot are no words
					lines = append(lines, strings.TrimSpace(l.ours+"\t"+key+"\t"+strings.Join(slices.Compact(papers), ", ")))
				}
			}
		}
	}
	slices.Sort(lines)
	return slices.Compact(lines)
}

// TestReferenceListIsWhole compares the list in testdata with the facts themselves where they are at hand. Where this repository
// stands alone the list is what counts. -update writes it.
func TestReferenceListIsWhole(t *testing.T) {
	const file = "testdata/reference.txt"
	if _, err := os.Stat(factsBeside); err != nil {
		return
	}
	lines := gathered(t)
	if *update {
		head := "# What must be explained, with the papers of which the explanation must name one: our file, its key, the papers.\n"
		if err := os.WriteFile(file, []byte(head+strings.Join(lines, "\n")+"\n"), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	have := referenceList(t)
	for _, line := range lines {
		if !slices.Contains(have, line) {
			t.Errorf("%s lacks %q; -update writes it anew", file, line)
		}
	}
}

// referenceList reads testdata/reference.txt.
func referenceList(t *testing.T) []string {
	t.Helper()
	raw, err := os.ReadFile("testdata/reference.txt")
	if err != nil {
		t.Fatal(err)
	}
	lines := strings.Split(strings.TrimSpace(string(raw)), "\n")[1:]
	if len(lines) < 300 {
		t.Errorf("testdata/reference.txt has %d lines", len(lines))
	}
	return lines
}

// TestReferenceIsExplained holds that each thing of the list has an explanation in both languages, and a paper that the list names.
func TestReferenceIsExplained(t *testing.T) {
	var b book
	var f facts
	for _, line := range referenceList(t) {
		if fault := unexplained(&b, &f, line); fault != "" {
			t.Errorf("%s: %s", line, fault)
		}
	}
}

// unexplained tells what an entry lacks, or "".
func unexplained(b *book, f *facts, line string) string {
	part := strings.SplitN(line+"\t", "\t", 4)
	said, ref := look(b, f, part[0], part[1])
	switch {
	case said.EN == "" || said.ZH == "":
		return "not explained in both languages"
	case part[2] == "":
		return ""
	}
	for _, paper := range strings.Split(part[2], ", ") {
		for _, ours := range strings.Split(ref, ", ") {
			if (ours == paper || strings.HasPrefix(ours, paper+" ")) && b.find("rfc", paper) != nil {
				return ""
			}
		}
	}
	return fmt.Sprintf("the reference is %q", ref)
}

// look finds an entry as the annotator does.
func look(b *book, f *facts, file, key string) (said text.T, ref string) {
	if file == "message" {
		key = canonical(key)
		known := f.find(key)
		if sort, name, ok := strings.Cut(key, " "); known == nil && ok {
			known = f.kind(sort, name, "-")
		}
		if known == nil {
			return text.T{}, ""
		}
		return known.T, known.Ref
	}
	known := b.find(file, key)
	switch {
	case known == nil && file == "status" && strings.Count(key, ".") == 2:
		known = b.find(file, "X"+key[1:])
	case known == nil && file == "smtp" && strings.Contains(key, "="):
		known = b.find(file, key[:strings.Index(key, "=")+1])
	}
	if known == nil {
		return text.T{}, ""
	}
	return known.T, known.Ref
}

// canonical gives the key of a charset under any of its names.
func canonical(key string) string {
	if label, ok := strings.CutPrefix(key, "charset "); ok {
		if name := charsetName(label); findCharset(name) != nil || name == "us-ascii" || name == "iso-2022-cn" {
			return "charset " + name
		}
		return "charset unknown"
	}
	return key
}

// TestUnexplainedIsFound holds that the test above can fail.
func TestUnexplainedIsFound(t *testing.T) {
	var b book
	var f facts
	for _, line := range []string{"pop3\tFROBNICATE\tRFC 1939", "pop3\tSTAT\tRFC 5321", "status\t250\tRFC 193", "status\tX.99.1", "message\tX-Nobody\tRFC 5322", "smtp\tEHLO FOO"} {
		if unexplained(&b, &f, line) == "" {
			t.Errorf("%q passes", line)
		}
	}
}

// TestFactsOfText holds what the facts say of real texts: encoded words, prompts in Base64, mojibake.
func TestFactsOfText(t *testing.T) {
	for wire, want := range map[string]string{
		"=?utf-8?B?5L2g5aW9?=": "你好", "=?utf-8?Q?=E4=BD=A0=E5=A5=BD?=": "你好", "=?gb2312?B?xOO6ww==?=": "你好",
		"=?gb2312?Q?=C4=E3=BA=C3?=": "你好", "=?gbk?B?xOO6ww==?=": "你好", "=?gb18030?B?xOO6ww==?=": "你好",
		"=?big5?B?p0Gmbg==?=": "你好", "=?utf-8?B?5rWL6K+V6YKu5Lu2?=": "测试邮件", "=?gb2312?B?suLK1NPKvP4=?=": "测试邮件",
		"=?gbk?B?6UY=?=": "镕", "=?gb2312?B?6UY=?=": "镕",
	} {
		var w words
		if got, ok := w.decode([]byte(wire)); !ok || got != want {
			t.Errorf("%s says %q, want %q", wire, got, want)
		}
	}
	for seen, really := range map[string]string{"ÄãºÃ": "你好", "浣犲ソ": "你好", "ä½\u00a0å¥½": "你好"} {
		if got, _, ok := mojibake(seen); !ok || got != really {
			t.Errorf("%s is read as %q, %v; want %q", seen, got, ok, really)
		}
	}
	if _, _, ok := mojibake("锟斤拷"); !ok {
		t.Error("锟斤拷 is not recognised")
	}
	for b64, want := range map[string]string{
		"VXNlcm5hbWU6": "user name", "dXNlcm5hbWU6": "user name", "VXNlciBOYW1lAA==": "user name", "VXNlciBOYW1l": "user name", "VXNlcm5hbWU=": "user name",
		"VXNlcjo=": "user name", "TG9naW46": "user name", "UGFzc3dvcmQ6": "password", "cGFzc3dvcmQ6": "password", "UGFzc3dvcmQA": "password", "UGFzc3dvcmQ=": "password",
	} {
		decoded, notes := decodeChallenge("LOGIN", 0, b64)
		if said := saidIn(notes); decoded == "" || !strings.Contains(said, "The server asks for the "+want) {
			t.Errorf("334 %s: %q, %s", b64, decoded, said)
		}
	}
}
