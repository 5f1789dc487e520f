package lessons

import (
	"regexp"
	"strings"

	"byhand/session/text"
)

// A Reply is what a server's answer must be: ok, err, any, a code, a class of codes (4yz), an enhanced code (5.1.1),
// a code with text and holes, or a /regular expression/ on the whole answer.
type Reply struct {
	Text string
	kind replyKind
	re   *regexp.Regexp // of replyText and replyRegex
}

type replyKind uint8

const (
	replyGood replyKind = iota // what a reply must be where the author named none
	replyAny
	replyErr
	replyCode
	replyClass
	replyEnhanced
	replyText
	replyRegex
)

var (
	classForm    = lazy(`^[2-5]([0-9]z|yz)$`)
	codeForm     = lazy(`^([2-5][0-9][0-9]|\+OK|-ERR)$`)
	enhancedForm = lazy(`^[245]\.[0-9]{1,3}\.[0-9]{1,3}$`)
)

// replyPattern is what the value of reply may look like; reply tells the forms apart.
const replyPattern = `^\s*(ok|err|any|([2-5][0-9][0-9]|\+OK|-ERR)( [\s\S]*)?|[2-5]([0-9]z|yz)|[245]\.[0-9]{1,3}\.[0-9]{1,3}|/[\s\S]+/i?)\s*$`

// replyValue reads the value of reply; a code may be written as a number.
func (r *reader) replyValue(n *node) *Reply {
	if n.kind == asking {
		n.form.is("string")
		n.form.pattern = replyPattern
		n.form.number("integer", 200, 599)
		return &Reply{}
	}
	return r.reply(r.value(n), n.line)
}

// reply reads what stands after the arrow, or the value of reply.
func (r *reader) reply(s string, at int) *Reply {
	s = strings.TrimSpace(s)
	w := &Reply{Text: s}
	first, _, _ := strings.Cut(s, " ")
	switch {
	case s == "ok":
		w.kind = replyGood
	case s == "err":
		w.kind = replyErr
	case s == "any":
		w.kind = replyAny
	case codeForm().MatchString(s):
		w.kind = replyCode
	case classForm().MatchString(s):
		w.kind = replyClass
	case enhancedForm().MatchString(s):
		w.kind = replyEnhanced
	case codeForm().MatchString(first):
		w.kind = replyText
		if w.re = textPattern(s); w.re == nil {
			r.fail(at, s, sayBadReply.With(s), text.Said{})
			return &Reply{Text: s, kind: replyAny}
		}
	default:
		re, ok := regex(s)
		compiled, err := regexp.Compile("(?s)" + re)
		if !ok {
			r.fail(at, s, sayBadReply.With(s), text.Said{})
			return &Reply{Text: s, kind: replyAny}
		}
		if err != nil {
			r.fail(at, s, sayBadRegex.With(err), text.Said{})
			return &Reply{Text: s, kind: replyAny}
		}
		w.kind, w.re = replyRegex, compiled
	}
	return w
}

// textPattern makes a regular expression of a reply with holes. Any blanks match any blanks; what follows is free.
// It gives nil if two holes have one name.
func textPattern(s string) *regexp.Regexp {
	var b strings.Builder
	b.WriteString("^")
	for i, word := range strings.Fields(s) {
		if i > 0 {
			b.WriteString(`\s+`)
		}
		last := 0
		for _, m := range hole().FindAllStringSubmatchIndex(word, -1) {
			b.WriteString(regexp.QuoteMeta(word[last:m[0]]) + "(?P<" + word[m[2]:m[3]] + ">")
			if m[4] >= 0 {
				b.WriteString(`[0-9]+)`)
			} else {
				b.WriteString(`\S+)`)
			}
			last = m[1]
		}
		b.WriteString(regexp.QuoteMeta(word[last:]))
	}
	re, err := regexp.Compile(b.String() + `(?:\b|\s|$)`)
	if err != nil {
		return nil
	}
	return re
}

// names lists the holes of the reply.
func (w *Reply) names() (names []string) {
	if w == nil || w.re == nil {
		return nil
	}
	for _, n := range w.re.SubexpNames() {
		if n != "" {
			names = append(names, n)
		}
	}
	return names
}

// goesOn reports whether after this reply the client is to send something that is no command (334, 354, +).
func (w *Reply) goesOn() bool {
	return w.kind == replyAny || strings.HasPrefix(w.Text, "334") || strings.HasPrefix(w.Text, "354") || strings.HasPrefix(w.Text, "3yz")
}

// refusal reports whether the reply that is wanted is a no.
func (w *Reply) refusal() bool {
	if w == nil {
		return false
	}
	return w.kind == replyErr || strings.HasPrefix(w.Text, "-ERR") || strings.HasPrefix(w.Text, "4") || strings.HasPrefix(w.Text, "5")
}

// match tells whether an answer is the one wanted, and gives what its holes caught.
func (w *Reply) match(a answer, vars Vars) (Vars, bool) {
	switch w.kind {
	case replyAny:
		return nil, true
	case replyErr:
		return nil, a.bad()
	case replyCode:
		return nil, a.code == w.Text
	case replyClass:
		return nil, len(a.code) == 3 && a.code[0] == w.Text[0] && (w.Text[1] == 'y' || a.code[1] == w.Text[1])
	case replyEnhanced:
		return nil, a.enhanced == w.Text
	case replyText, replyRegex:
		re := w.re
		if w.kind == replyText && strings.Contains(w.Text, "${") {
			if re = textPattern(vars.Expand(w.Text)); re == nil {
				return nil, false
			}
		}
		return named(re, a.text)
	}
	return nil, a.good()
}

// answer is one reply of the server.
type answer struct {
	code     string
	enhanced string
	text     string // all its lines, as far as they are kept
}

func (a answer) good() bool { return a.code == "+OK" || strings.HasPrefix(a.code, "2") }

func (a answer) bad() bool {
	return a.code == "-ERR" || strings.HasPrefix(a.code, "4") || strings.HasPrefix(a.code, "5")
}
