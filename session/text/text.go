// Package text is what byhand says to people, in every language that it speaks. A sentence stands in one place,
// in English and Chinese together; nothing shown to a person is glued from pieces.
package text

import (
	"fmt"
	"slices"
	"strings"
)

// Lang is a language that byhand speaks.
type Lang uint8

// The languages.
const (
	EN Lang = iota
	ZH
)

// String gives the language's tag: "en" or "zh" (RFC 5646).
func (l Lang) String() string { return [...]string{"en", "zh"}[l] }

// Langs lists every language, in the order of their values.
func Langs() []Lang { return []Lang{EN, ZH} }

// Parse gives the language of a tag or a locale name ("zh", "zh_CN.UTF-8", "en-GB"); ok is false for any other.
func Parse(tag string) (lang Lang, ok bool) {
	word := strings.FieldsFunc(strings.ToLower(tag), func(r rune) bool { return r == '_' || r == '-' || r == '.' || r == '@' })
	if len(word) == 0 {
		return EN, false
	}
	switch word[0] {
	case "zh":
		return ZH, true
	case "en":
		return EN, true
	}
	return EN, false
}

// T is one sentence in all languages. It may hold the verbs of package fmt; the order of the arguments is the
// same in each language (%[2]s where a language wants another order).
type T struct{ EN, ZH string }

// In gives the sentence in one language.
func (t T) In(l Lang) string {
	if l == ZH && t.ZH != "" {
		return t.ZH
	}
	return t.EN
}

// With ties a sentence to its arguments. An argument may itself be a T or a Said: it is then given in the language asked for.
func (t T) With(args ...any) Said { return Said{T: t, Args: args} }

// Said is a sentence with its arguments, not yet put into a language.
type Said struct {
	T    T
	Args []any
}

// Empty reports whether there is nothing to say.
func (s Said) Empty() bool { return s.T.EN == "" }

// In gives the finished sentence in one language.
func (s Said) In(l Lang) string {
	if len(s.Args) == 0 {
		return s.T.In(l)
	}
	return string(s.Append(nil, l))
}

// Append appends the finished sentence in one language to dst.
func (s Said) Append(dst []byte, l Lang) []byte {
	if len(s.Args) == 0 {
		return append(dst, s.T.In(l)...)
	}
	return fmt.Appendf(dst, s.T.In(l), finished(s.Args, l)...)
}

// finished gives the arguments with every sentence among them put into a language.
func finished(args []any, l Lang) []any {
	own := args
	for i, a := range args {
		var word string
		switch a := a.(type) {
		case T:
			word = a.In(l)
		case Said:
			word = a.In(l)
		default:
			continue
		}
		if &own[0] == &args[0] {
			own = slices.Clone(args)
		}
		own[i] = word
	}
	return own
}
