package lessons

import (
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

func (r *reader) unknownKey(row row, fields []field) {
	best, most := "", 3
	for _, f := range fields {
		if d := distance(strings.ToLower(row.key), f.key); d < most {
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
	switch {
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
	r.noComment(n)
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
	if n.kind == scalar && (n.tag == "!!int" || n.tag == "!!float") {
		return n.text
	}
	return r.words(n)
}

func (r *reader) text(to *string) func(*node) {
	return func(n *node) { *to = r.words(n) }
}

// list gives the items of a list, or a single text as a list of one.
func (r *reader) list(n *node) []*node {
	if n.kind == list {
		return n.items
	}
	return []*node{n}
}

func (r *reader) texts(to *[]string) func(*node) {
	return func(n *node) {
		for _, item := range r.list(n) {
			*to = append(*to, r.words(item))
		}
		if len(*to) == 0 {
			r.fail(n.line, "", sayEmptyList.With(), text.Said{})
		}
	}
}

func (r *reader) number(to *int) func(*node) {
	return func(n *node) {
		i, err := strconv.Atoi(n.text)
		if n.kind != scalar || err != nil || i < 0 {
			r.fail(n.line, n.text, sayNotNumber.With(n.text), text.Said{})
		}
		*to = i
	}
}

func (r *reader) yes(to *bool) func(*node) {
	return func(n *node) {
		if n.kind != scalar || n.tag != "!!bool" {
			r.fail(n.line, n.text, sayNotBool.With(n.text), text.Said{})
		}
		*to = strings.EqualFold(n.text, "true")
	}
}

// oneOf reads a word that must be one of a few.
func (r *reader) oneOf(to *string, words ...string) func(*node) {
	return func(n *node) {
		if n.kind != scalar || !slices.Contains(words, n.text) {
			r.fail(n.line, n.text, sayNotOneOf.With(n.text, strings.Join(words, ", ")), text.Said{})
		}
		*to = n.text
	}
}

var nameForm = lazy(`^[a-z0-9][a-z0-9-]{0,31}$`)

// name reads an id.
func (r *reader) name(to *string) func(*node) {
	return func(n *node) {
		if n.kind != scalar || !nameForm().MatchString(n.text) {
			r.fail(n.line, n.text, sayNotName.With(n.text), text.Said{})
		}
		*to = n.text
	}
}

// prose is a field of text for people, in any language.
func (r *reader) prose(key string, to *Prose) field {
	return field{key: key, langs: true, take: func(n *node, lang string) {
		to.set(r.words(n), lang, lang == r.lang, n.line)
	}}
}

// proses is a field of several texts, entry by entry the same in each language.
func (r *reader) proses(key string, to *[]Prose) field {
	return field{key: key, langs: true, take: func(n *node, lang string) {
		items := r.list(n)
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
