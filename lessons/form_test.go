package lessons

import (
	"bytes"
	"encoding/json"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"

	"byhand/session/text"

	"github.com/santhosh-tekuri/jsonschema/v6"
)

// TestSchemaFile holds the file that the embedded lessons name in their first line to what Schema gives.
func TestSchemaFile(t *testing.T) {
	const name = "lesson.schema.json"
	if *update {
		if err := os.WriteFile(name, Schema(text.EN), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	got, err := os.ReadFile(name)
	if err != nil || !bytes.Equal(got, Schema(text.EN)) {
		t.Errorf("%s is not what the reader reads (%v): run go test ./lessons -run SchemaFile -update", name, err)
	}
}

// TestModeline holds every embedded lesson to its first line: by it editors find the schema.
func TestModeline(t *testing.T) {
	for _, id := range Embedded() {
		src, err := shelf.ReadFile(id + ".yaml")
		if err != nil || !bytes.HasPrefix(src, []byte(Modeline+"\n")) {
			t.Errorf("%s.yaml does not begin with %q (%v)", id, Modeline, err)
		}
	}
}

// TestKeyHelp holds what editors show to the keys there are: none without help, no help without its key.
func TestKeyHelp(t *testing.T) {
	r := &reader{defs: map[string]*form{}}
	r.lesson(&node{kind: asking, form: &form{}}, &Lesson{})
	left := maps.Clone(keyHelp)
	for name, f := range r.defs {
		for _, row := range f.rows {
			key := name + "." + row.key
			if help := keyHelp[key]; help.EN == "" || help.ZH == "" {
				t.Errorf("%s has no help", key)
			}
			delete(left, key)
		}
	}
	if len(left) > 0 {
		t.Errorf("help for keys that there are not: %v", slices.Sorted(maps.Keys(left)))
	}
}

// compiled gives the schema as a validator that is not ours.
func compiled(t testing.TB) *jsonschema.Schema {
	t.Helper()
	doc, err := jsonschema.UnmarshalJSON(bytes.NewReader(Schema(text.EN)))
	if err != nil {
		t.Fatal(err)
	}
	c := jsonschema.NewCompiler()
	if err := c.AddResource("lesson.schema.json", doc); err != nil {
		t.Fatal(err)
	}
	s, err := c.Compile("lesson.schema.json")
	if err != nil {
		t.Fatal(err)
	}
	if s.DraftVersion != 7 {
		t.Fatalf("draft %d", s.DraftVersion)
	}
	return s
}

// beyondShape are the faults that no schema can see: they lie in YAML itself, within a text, or between two places.
var beyondShape = []text.T{
	sayTwice, sayTwoDocuments, sayTag, sayAnchor, sayAlias, sayComment, // the YAML
	sayBadRegex, sayUnknownVar, sayUnknownFilter, // within a text
	sayNoSuchStep, sayNoSuchConnection, sayNoUser, sayOtherCount, // between places
}

// shapeOf gives the errors that a schema should see, too.
func shapeOf(errs Errors, src []byte) (left Errors) {
	for _, e := range errs {
		inLine := e.What.T == sayBadReply && bytes.Contains(src, []byte(arrow+e.Text))
		if !inLine && !slices.Contains(beyondShape, e.What.T) {
			left = append(left, e)
		}
	}
	return left
}

// instance gives a piece of a file as JSON has it.
func (n *node) instance() any {
	switch n.kind {
	case list:
		all := []any{}
		for _, item := range n.items {
			all = append(all, item.instance())
		}
		return all
	case table:
		all := map[string]any{}
		for _, row := range n.rows {
			all[row.key] = row.value.instance()
		}
		return all
	}
	switch n.tag {
	case "!!int", "!!float":
		if i, ok := whole(n); ok {
			return json.Number(strconv.Itoa(i))
		}
		f, _ := strconv.ParseFloat(strings.ReplaceAll(n.text, "_", ""), 64)
		return json.Number(strconv.FormatFloat(f, 'f', -1, 64))
	case "!!bool":
		return strings.EqualFold(n.text, "true")
	case "!!null":
		return nil
	}
	return n.text
}

// agree compares the verdicts of schema and reader on one file.
func agree(t *testing.T, s *jsonschema.Schema, name string, src []byte) (good bool) {
	t.Helper()
	root, _ := parseYAML(name, src)
	if root == nil {
		return false // no YAML: an editor says so without a schema
	}
	_, errs := Parse(name, src)
	shape, invalid := shapeOf(errs, src), s.Validate(root.instance())
	if (len(shape) == 0) != (invalid == nil) {
		t.Errorf("%s:\nthe reader: %v\nthe schema: %v\n%s", name, shape, invalid, src)
	}
	return invalid == nil
}

// TestSchemaAgrees holds the schema to the reader over good and bad files.
func TestSchemaAgrees(t *testing.T) {
	s := compiled(t)
	for _, pattern := range []string{"*.yaml", "testdata/good/*.yaml"} {
		names, err := filepath.Glob(pattern)
		if err != nil {
			t.Fatal(err)
		}
		for _, name := range names {
			src, err := os.ReadFile(name)
			if err != nil {
				t.Fatal(err)
			}
			if sidecar := strings.Count(filepath.Base(name), ".") > 1; agree(t, s, name, src) == sidecar {
				t.Errorf("%s: the schema should take lessons, and no translations", name)
			}
		}
	}
	for _, f := range badLessons(t) {
		agree(t, s, f.name, f.data)
	}
	for _, f := range archive(t, "testdata/shapes.txtar") {
		if good := agree(t, s, f.name, f.data); good != strings.HasPrefix(f.name, "good") {
			t.Errorf("%s: accepted is %t", f.name, good)
		}
	}
}

// others are what is put into each place of a good file.
var others = []any{"x", "", "3-9", "err", 0, 250, -1, 2.5, true, nil, []any{}, []any{"x"}, []any{1, "y"}, []any{map[string]any{}},
	map[string]any{}, map[string]any{"x": "y"}, map[string]any{"say": "x", "sent": "NOOP"}}

// TestSchemaAgreesOnChanges changes each place of good files in every way, and holds the schema to the reader on each.
func TestSchemaAgreesOnChanges(t *testing.T) {
	s, tried := compiled(t), 0
	for _, name := range []string{"all-fields"} {
		src, err := os.ReadFile(filepath.Join("testdata", "good", name+".yaml"))
		if err != nil {
			t.Fatal(err)
		}
		root, _ := parseYAML(name, src)
		whole := root.instance()
		try := func(path string) {
			changed, err := json.Marshal(whole)
			if err != nil {
				t.Fatal(err)
			}
			tried++
			agree(t, s, fmt.Sprintf("%s %s", name, path), changed)
		}
		change(whole, "", try)
	}
	t.Logf("%d files", tried)
}

// change makes every change of what is within x, one at a time, and calls try for each.
func change(x any, path string, try func(path string)) {
	switch x := x.(type) {
	case map[string]any:
		for _, key := range slices.Sorted(maps.Keys(x)) {
			old := x[key]
			for _, other := range others {
				x[key] = other
				try(path + "." + key)
			}
			delete(x, key)
			try(path + " without " + key)
			for _, suffix := range []string{".zh", ".fr", ".ZH", "x"} {
				x[key+suffix] = old
				try(path + "." + key + suffix)
				delete(x, key+suffix)
			}
			x[key] = old
			change(old, path+"."+key, try)
		}
	case []any:
		for i, old := range x {
			for _, other := range others {
				x[i] = other
				try(path + "." + strconv.Itoa(i))
			}
			x[i] = old
			change(old, path+"."+strconv.Itoa(i), try)
		}
	}
}
