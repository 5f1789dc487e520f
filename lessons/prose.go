package lessons

import (
	"byhand/session/text"
)

// Prose is a text of a lesson, in the languages in which its author wrote it.
type Prose struct {
	Own  string // in the lesson's own language
	T    text.T // in the languages that byhand speaks; empty where nobody wrote it
	Line int    // in the lesson's file
}

// Empty reports whether there is nothing to say in any language.
func (p Prose) Empty() bool { return p.Own == "" && p.T.EN == "" && p.T.ZH == "" }

// Has reports whether the text is there in a language.
func (p Prose) Has(lang text.Lang) bool {
	return lang == text.EN && p.T.EN != "" || lang == text.ZH && p.T.ZH != ""
}

// In gives the text in one language; in the lesson's own where it was not translated.
func (p Prose) In(lang text.Lang) string {
	switch {
	case lang == text.ZH && p.T.ZH != "":
		return p.T.ZH
	case lang == text.EN && p.T.EN != "":
		return p.T.EN
	case p.Own != "":
		return p.Own
	case p.T.EN != "":
		return p.T.EN
	}
	return p.T.ZH
}

// set keeps the text in one language. Languages that byhand does not speak are allowed and left out.
func (p *Prose) set(s, tag string, own bool, line int) {
	if own {
		p.Own = s
	}
	if p.Line == 0 || own {
		p.Line = line
	}
	lang, ok := text.Parse(tag)
	switch {
	case !ok:
	case lang == text.ZH:
		p.T.ZH = s
	default:
		p.T.EN = s
	}
}
