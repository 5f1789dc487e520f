package lessons

import (
	"encoding/json"
	"slices"
	"strings"

	"byhand/session/text"
)

// A form is what may stand in one place of a lesson's file, as the reader of that place tells it to a node that asks.
// The schema is made of forms, so that it cannot say other than the reader does.
type form struct {
	types    []string // simple types that are allowed
	pattern  string   // of a string
	enum     []string
	bounds   *bounds
	item     *form // of a list
	single   bool  // one item may stand without its list
	least    int   // entries of the list, or keys of the table
	values   *form // of a table whose keys are free
	table    *form // of a table whose keys are ours: its definition
	name     string
	rows     []formRow
	required []string
	anyOf    []string // one of these keys at least
}

// formRow is one key of a table of ours.
type formRow struct {
	key   string
	langs bool
	form  *form
}

// bounds are the least and the greatest value of a number.
type bounds struct {
	kind        string
	least, most int
}

func (f *form) is(types ...string) { f.types = append(f.types, types...) }

func (f *form) number(kind string, least, most int) { f.bounds = &bounds{kind, least, most} }

func (f *form) entries(least int) *node {
	f.item, f.least = &form{}, least
	return &node{kind: asking, form: f.item}
}

func (f *form) oneOrMore() *node {
	f.single = true
	return f.entries(0)
}

func (f *form) pairs() *node {
	f.values = &form{}
	return &node{kind: asking, form: f.values}
}

// require notes the keys that the table of f must have.
func (f *form) require(keys []string) {
	for _, key := range keys {
		if !slices.Contains(f.table.required, key) {
			f.table.required = append(f.table.required, key)
		}
	}
}

// describe asks the fields of a table for their forms. A table within itself is described once.
func (r *reader) describe(f *form, what text.T, fields []field) {
	name := strings.TrimPrefix(strings.TrimPrefix(what.EN, "an "), "a ")
	if f.table = r.defs[name]; f.table != nil {
		return
	}
	f.table = &form{name: name}
	r.defs[name] = f.table
	for _, field := range fields {
		row := formRow{key: field.key, langs: field.langs, form: &form{}}
		field.take(&node{kind: asking, form: row.form}, r.lang)
		f.table.rows = append(f.table.rows, row)
	}
}

// Modeline is the first line of a lesson's file, by which editors find the schema beside it.
const Modeline = "# yaml-language-server: $schema=./lesson.schema.json"

// schema is a JSON Schema.
type schema map[string]any

// Schema gives the JSON Schema of a lesson's file, draft 7: what editors of YAML take. Descriptions are in one language.
// It accepts what Parse accepts, as far as shape goes: keys, types, lists, words of which one must be chosen. What
// several places say together, and what stands in a line of do, only Parse sees.
func Schema(lang text.Lang) []byte {
	r := &reader{defs: map[string]*form{}}
	root := &form{}
	r.lesson(&node{kind: asking, form: root}, &Lesson{})
	defs := schema{}
	for name, f := range r.defs {
		if f != root.table {
			defs[name] = f.tableSchema(lang)
		}
	}
	s := root.table.tableSchema(lang)
	s["$schema"], s["title"], s["definitions"] = "http://json-schema.org/draft-07/schema#", "byhand lesson", defs
	src, _ := json.MarshalIndent(s, "", " ") // maps, lists and texts: nothing that JSON cannot say
	return append(src, '\n')
}

// tableSchema gives the schema of a table of ours.
func (f *form) tableSchema(lang text.Lang) schema {
	properties, languages := schema{}, schema{}
	for _, row := range f.rows {
		s := row.form.schema(lang)
		what := keyHelp[f.name+"."+row.key]
		s["description"] = what.In(lang)
		properties[row.key] = s
		if row.langs {
			other := row.form.schema(lang)
			other["description"] = sayInLanguage.With(row.key).In(lang)
			languages[`^`+row.key+`\.[a-z]{2,3}(-[A-Za-z]+)?$`] = other
		}
	}
	s := schema{"type": "object", "additionalProperties": false, "properties": properties}
	if len(languages) > 0 {
		s["patternProperties"] = languages
	}
	if len(f.required) > 0 {
		s["required"] = f.required
	}
	if f.least > 0 {
		s["minProperties"] = f.least
	}
	var any []schema
	for _, key := range f.anyOf {
		any = append(any, schema{"required": []string{key}})
	}
	if any != nil {
		s["anyOf"] = any
	}
	return s
}

// schema gives the schema of one place.
func (f *form) schema(lang text.Lang) schema {
	all := f.scalars()
	switch {
	case f.item != nil && f.single:
		one := f.item.schema(lang)
		all = append(all, one, f.listSchema(lang))
	case f.item != nil:
		all = append(all, f.listSchema(lang))
	}
	if f.values != nil {
		all = append(all, schema{"type": "object", "additionalProperties": f.values.schema(lang)})
	}
	if f.table != nil {
		all = append(all, schema{"allOf": []schema{{"$ref": "#/definitions/" + f.table.name}}})
	}
	if len(all) == 1 {
		return all[0]
	}
	return schema{"anyOf": all}
}

func (f *form) listSchema(lang text.Lang) schema {
	s := schema{"type": "array", "items": f.item.schema(lang)}
	if f.least > 0 {
		s["minItems"] = f.least
	}
	return s
}

// scalars gives the schemas of the texts and numbers that may stand in a place.
func (f *form) scalars() (all []schema) {
	switch {
	case len(f.types) == 1:
		all = append(all, schema{"type": f.types[0]})
	case len(f.types) > 1:
		all = append(all, schema{"type": f.types})
	}
	if f.pattern != "" {
		all[0]["pattern"] = f.pattern
	}
	if f.enum != nil {
		all = append(all, schema{"enum": f.enum})
	}
	if b := f.bounds; b != nil {
		all = append(all, schema{"type": b.kind, "minimum": b.least, "maximum": b.most})
	}
	return all
}
