package lessons

import (
	"math"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"byhand/session/text"
)

// reader reads nodes into values. It goes on after an error, so that all of a file's errors are told at once.
type reader struct {
	file string
	lang string // language of the plain keys
	errs Errors
	defs map[string]*form // the tables of the format, while their forms are asked for
}

func (r *reader) fail(line int, offending string, what, hint text.Said) {
	r.errs = append(r.errs, &Error{File: r.file, Line: line, What: what, Hint: hint, Text: offending})
}

// field is one key of a table: its name, and what takes its value. A key with langs may carry a language (say.zh).
type field struct {
	key   string
	langs bool
	take  func(n *node, lang string)
}

// one makes a field of a reader for a key that has no languages.
func one(key string, take func(*node)) field {
	return field{key: key, take: func(n *node, _ string) { take(n) }}
}

// langKey is a key with its language, as in say.zh or say.zh-Hans (RFC 5646).
var langKey = lazy(`^([a-z]+)\.([a-z]{2,3}(?:-[A-Za-z]+)?)$`)

// table gives each key of n to its field, and refuses keys that no field has. has tells which keys were there.
func (r *reader) table(n *node, what text.T, fields []field) (has map[string]bool) {
	has = map[string]bool{}
	if n.kind == asking {
		r.describe(n.form, what, fields)
		return has
	}
	if n.kind != table {
		r.fail(n.line, n.text, sayNotTable.With(what), text.Said{})
		return has
	}
	for _, row := range n.rows {
		key, lang := row.key, r.lang
		i := slices.IndexFunc(fields, func(f field) bool { return f.key == key })
		if m := langKey().FindStringSubmatch(key); i < 0 && m != nil {
			key, lang = m[1], m[2]
			i = slices.IndexFunc(fields, func(f field) bool { return f.key == key && f.langs })
		}
		if i < 0 {
			r.unknownKey(row, fields)
			continue
		}
		has[row.key] = true
		fields[i].take(row.value, lang)
	}
	return has
}

// require refuses a table that lacks one of keys.
func (r *reader) require(n *node, has map[string]bool, keys ...string) bool {
	if n.kind == asking {
		n.form.require(keys)
	}
	if n.kind != table {
		return true
	}
	for _, key := range keys {
		if !has[key] {
			r.fail(n.line, "", sayMissingKey.With(key), text.Said{})
			return false
		}
	}
	return true
}

// pairs gives the rows of a table whose keys are the author's own names.
func (r *reader) pairs(n *node, what text.T) []row {
	if n.kind == asking {
		return []row{{value: n.form.pairs()}}
	}
	if n.kind != table {
		r.fail(n.line, "", sayNotTable.With(what), text.Said{})
	}
	return n.rows
}

// entries gives what stands in a list, of least entries or more.
func (r *reader) entries(n *node, key string, least int) []*node {
	if n.kind == asking {
		return []*node{n.form.entries(least)}
	}
	if n.kind != list {
		r.fail(n.line, n.text, sayNotList.With(key), text.Said{})
		return nil
	}
	if len(n.items) < least {
		r.fail(n.line, n.text, sayTooFew.With(key, least), text.Said{})
		return nil
	}
	return n.items
}

// meant are keys that another format would have for ours: "on" is a truth value for older YAML, so that it could be none.
var meant = map[string]string{"on": "via"}

func (r *reader) unknownKey(row row, fields []field) {
	best, most := meant[row.key], 3
	if !slices.ContainsFunc(fields, func(f field) bool { return f.key == best }) {
		best = ""
	}
	for _, f := range fields {
		if d := distance(strings.ToLower(row.key), f.key); d < most && meant[row.key] == "" {
			best, most = f.key, d
		}
	}
	hint := text.Said{}
	if best != "" {
		hint = sayDidYouMean.With(best)
	}
	r.fail(row.line, row.key, sayUnknownKey.With(row.key), hint)
}

// distance counts the letters to add, take away, change or swap with their neighbour to make b of a.
func distance(a, b string) int {
	before, last := []int(nil), make([]int, len(b)+1)
	for j := range last {
		last[j] = j
	}
	for i := 1; i <= len(a); i++ {
		next := make([]int, len(b)+1)
		next[0] = i
		for j := 1; j <= len(b); j++ {
			cost := 1
			if a[i-1] == b[j-1] {
				cost = 0
			}
			next[j] = min(last[j]+1, next[j-1]+1, last[j-1]+cost)
			if i > 1 && j > 1 && a[i-1] == b[j-2] && a[i-2] == b[j-1] {
				next[j] = min(next[j], before[j-2]+1)
			}
		}
		before, last = last, next
	}
	return last[len(b)]
}

// words gives the text of a scalar that must be text. A trailing line end of a block is not part of it.
func (r *reader) words(n *node) string {
	s := r.bare(n)
	if n.kind == scalar && s != "" {
		r.noComment(n)
	}
	return s
}

// bare gives the text of a scalar of which no comment can take a piece.
func (r *reader) bare(n *node) string {
	switch {
	case n.kind == asking:
		n.form.is("string")
		return ""
	case n.kind == table:
		r.tableForText(n)
		return ""
	case n.kind == list:
		r.fail(n.line, "", sayTextNotList.With(), text.Said{})
		return ""
	case n.tag == "!!null":
		r.fail(n.line, n.text, sayNoText.With(), text.Said{})
		return ""
	case n.tag != "!!str" && n.tag != "!!timestamp":
		r.fail(n.line, n.text, sayNotText.With(n.text), sayQuote.With(quoted(n.text)))
		return ""
	}
	return strings.TrimRight(n.text, "\n")
}

// tableForText refuses keys where a text should stand: a colon within the text made them, or a wish for languages.
func (r *reader) tableForText(n *node) {
	if len(n.rows) == 0 || len(n.rows[0].key) == 2 || n.rows[0].value.kind != scalar {
		r.fail(n.line, "", sayTextNotTable.With(), sayLanguageKeys.With())
		return
	}
	first := n.rows[0]
	r.fail(n.line, first.key, sayColon.With(), sayQuote.With(quoted(strings.TrimSpace(first.key+": "+first.value.text))))
}

// noComment refuses "PASS a #b", of which YAML keeps "PASS a" in silence.
func (r *reader) noComment(n *node) {
	if n.comment != "" && n.plain {
		r.fail(n.line, n.comment, sayComment.With(n.comment), sayQuoteOrMove.With(quoted(n.text+" "+n.comment)))
	}
}

// value gives the text of a scalar that may be a number as well.
func (r *reader) value(n *node) string {
	if n.kind == asking {
		n.form.is("string", "number")
		return ""
	}
	if n.number() {
		return n.text
	}
	return r.words(n)
}

func (r *reader) text(to *string) func(*node) {
	return func(n *node) { *to = r.words(n) }
}

// any gives the text of any scalar; of nothing, "".
func (r *reader) any(n *node) string {
	switch n.kind {
	case asking:
		n.form.is("string", "number", "boolean", "null")
	case scalar:
		return n.text
	default:
		r.words(n)
	}
	return ""
}

// number reports whether the node is a number for YAML.
func (n *node) number() bool { return n.kind == scalar && (n.tag == "!!int" || n.tag == "!!float") }

// list gives the items of a list, or a single text as a list of one.
func (r *reader) list(n *node) []*node {
	if n.kind == asking {
		return []*node{n.form.oneOrMore()}
	}
	if n.kind == list {
		return n.items
	}
	return []*node{n}
}

func (r *reader) texts(to *[]string) func(*node) {
	return func(n *node) {
		for _, item := range r.some(n) {
			*to = append(*to, r.words(item))
		}
	}
}

// some gives the items of a list that must not be empty, or a single one.
func (r *reader) some(n *node) []*node {
	items := r.list(n)
	if n.kind == asking {
		n.form.least = 1
	}
	if len(items) == 0 {
		r.fail(n.line, "", sayEmptyList.With(), text.Said{})
	}
	return items
}

// maxNumber bounds the numbers of a lesson.
const maxNumber = 1_000_000_000

func (r *reader) number(to *int) func(*node) { return r.atLeast(0, to) }

// atLeast reads a whole number that is not under least.
func (r *reader) atLeast(least int, to *int) func(*node) {
	return func(n *node) {
		if n.kind == asking {
			n.form.number("integer", least, maxNumber)
			return
		}
		i, ok := whole(n)
		if !ok || i < least || i > maxNumber {
			r.fail(n.line, n.text, sayNotNumber.With(n.text), text.Said{})
		}
		*to = i
	}
}

// whole gives the value of a whole number as YAML writes it: 12, 0x0c, 1_000, 12.0.
func whole(n *node) (int, bool) {
	if !n.number() {
		return 0, false
	}
	digits := strings.ReplaceAll(n.text, "_", "")
	if i, err := strconv.ParseInt(digits, 0, 64); err == nil {
		return int(i), true
	}
	f, err := strconv.ParseFloat(digits, 64)
	return int(f), err == nil && f == math.Trunc(f) && math.Abs(f) <= maxNumber
}

// share reads a part of a step's points.
func (r *reader) share(to *float64) func(*node) {
	return func(n *node) {
		if n.kind == asking {
			n.form.is("number")
			return
		}
		f, err := strconv.ParseFloat(n.text, 64)
		if !n.number() || err != nil {
			r.fail(n.line, n.text, sayNotNumber.With(n.text), text.Said{})
		}
		*to = f
	}
}

func (r *reader) yes(to *bool) func(*node) {
	return func(n *node) {
		if n.kind == asking {
			n.form.is("boolean")
			return
		}
		if n.kind != scalar || n.tag != "!!bool" {
			r.fail(n.line, n.text, sayNotBool.With(n.text), text.Said{})
		}
		*to = strings.EqualFold(n.text, "true")
	}
}

// oneOf reads a word that must be one of a few.
func (r *reader) oneOf(to *string, words ...string) func(*node) {
	return func(n *node) {
		if n.kind == asking {
			n.form.enum = words
			return
		}
		if n.kind != scalar || n.tag != "!!str" || !slices.Contains(words, n.text) {
			r.fail(n.line, n.text, sayNotOneOf.With(n.text, strings.Join(words, ", ")), text.Said{})
		}
		*to = n.text
	}
}

var nameForm = lazy(namePattern)

// A pattern that the reader and the schema share is written for both: RE2 and ECMA 262 read it alike.
const (
	namePattern  = `^[a-z0-9][a-z0-9-]{0,31}$`
	spanPattern  = `^[0-9]+-[0-9]+$`
	delayPattern = `^([0-9]+(\.[0-9]+)?(ns|us|ms|s|m|h))+$`
)

// formed reads a text of a given form.
func (r *reader) formed(to *string, pattern string, say text.T) func(*node) {
	return func(n *node) {
		*to = r.bare(n)
		if n.kind == asking {
			n.form.pattern = pattern
			return
		}
		if *to != "" || n.tag == "!!str" {
			if ok, err := regexp.MatchString(pattern, n.text); !ok || err != nil {
				r.fail(n.line, n.text, say.With(n.text), text.Said{})
			}
		}
	}
}

// name reads an id.
func (r *reader) name(to *string) func(*node) { return r.formed(to, namePattern, sayNotName) }

// prose is a field of text for people, in any language.
func (r *reader) prose(key string, to *Prose) field {
	return field{key: key, langs: true, take: func(n *node, lang string) {
		to.set(r.words(n), lang, lang == r.lang, n.line)
	}}
}

// proses is a field of several texts, entry by entry the same in each language.
func (r *reader) proses(key string, to *[]Prose) field { return r.prosesOf(key, to, r.list) }

// prosesOf is a field of texts that are listed in a given way.
func (r *reader) prosesOf(key string, to *[]Prose, listed func(*node) []*node) field {
	return field{key: key, langs: true, take: func(n *node, lang string) {
		items := listed(n)
		if len(*to) > 0 && len(*to) != len(items) {
			r.fail(n.line, "", sayOtherCount.With(key, lang, len(items), len(*to)), text.Said{})
			return
		}
		if len(*to) == 0 {
			*to = make([]Prose, len(items))
		}
		for i, item := range items {
			(*to)[i].set(r.words(item), lang, lang == r.lang, item.line)
		}
	}}
}
