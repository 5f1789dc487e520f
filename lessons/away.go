package lessons

import (
	"maps"
	"regexp"
	"slices"
	"strings"
)

// On a server that is not byhand's own nobody knows the learner's account, and the people of the practice server do not
// live there. Where the author wrote them, the learner's own stand as well: what cannot be known is never held false.

// own are the values that are the learner's own on another server.
var own = [...]string{"user", "pass", "me"}

func blank(name string) string { return "<" + name + ">" }

// Blank reports whether a text holds the mark of a value that nobody knows.
func Blank(s string) bool {
	return slices.ContainsFunc(own[:], func(name string) bool { return strings.Contains(s, blank(name)) })
}

// Away gives the values with which a lesson starts on a server that is not byhand's own: as Values, with a mark in the
// place of what is the learner's own. A guide that is given them takes what the learner gives instead.
func (l *Lesson) Away(seed string) Vars {
	v := Builtin()
	for _, name := range own {
		v[name] = blank(name)
	}
	return l.values(v, seed)
}

// away reports whether the values are those of Away. It is asked when a lesson begins.
func (v Vars) away() bool { return v["me"] == blank("me") }

// unfiltered tells what is to be written in Base64, where it is not known.
func unfiltered(name string, v Vars, value string) string {
	if name == "plain" {
		value = `\0` + v["user"] + `\0` + value
	}
	return "<Base64:" + value + ">"
}

// pattern puts values into a pattern: what nobody knows may be anything.
func (v Vars) pattern(s string) string {
	if !strings.Contains(s, "${") {
		return s
	}
	anything := "*"
	if _, is := regex(s); is {
		anything = ".*"
	}
	return v.Expand(reference().ReplaceAllStringFunc(s, func(ref string) string {
		if Blank(v.Expand(ref)) {
			return anything
		}
		return ref
	}))
}

// ours reports whether a name or an address of the author's stands for one of the learner's: it is the learner's own,
// or one of the practice server's.
func (j *judge) ours(arg string) bool {
	return j.away && (strings.Contains(arg, "${user}") || strings.Contains(arg, "${me}") || slices.Contains(j.people, j.vars.Expand(arg)) ||
		strings.HasSuffix(strings.ToLower(j.vars.Expand(arg)), "@"+Builtin()["host"]))
}

// people lists the accounts of the lesson's practice server.
func (l *Lesson) people() []string {
	return slices.AppendSeq([]string{Builtin()["user"], "bob"}, maps.Keys(l.World.Users))
}

// practiceAddress is an address of the practice server, as patterns and regular expressions write it.
var practiceAddress = lazy(`(?i)[^\s<>:,;@/|]+@(?:practice\\?\.test|\$\{host\})`)

// matches is Pattern.match: on a server that is not byhand's own an address of the practice server stands for any.
func (j *judge) matches(p Pattern, line string, in Where) (Vars, bool) {
	if j.away && practiceAddress().MatchString(p.Text) {
		p.Text = anybody(p.Text, in)
	}
	return p.match(line, in, j.vars)
}

// anybody puts any address in the place of those of the practice server.
func anybody(pattern string, in Where) string {
	if _, is := regex(pattern); is {
		return practiceAddress().ReplaceAllLiteralString(pattern, `\S+`)
	}
	if in != InData {
		return practiceAddress().ReplaceAllLiteralString(pattern, "*")
	}
	parts := practiceAddress().Split(pattern, -1) // a line of a letter is compared as a whole
	for i := range parts {
		parts[i] = regexp.QuoteMeta(parts[i])
	}
	return "/^" + strings.Join(parts, `\S+`) + "$/"
}

// literal gives the judge that takes nothing for the learner's own: of what nobody knows no mistake is made, and nothing is ruled out by it.
func (j *judge) literal() *judge {
	if !j.away {
		return j
	}
	one := *j
	one.away, one.vars = false, maps.Clone(j.vars)
	for _, name := range own {
		if Blank(one.vars[name]) {
			one.vars[name] = "\x00" // which nobody can type
		}
	}
	return &one
}

// metByOwn is met for what the learner does in his own name. What was not known before is caught.
func (j *judge) metByOwn(g goal) (caught Vars, met bool) {
	s := j.w.state()
	keep := func(name, value string) Vars {
		if value == "" || !strings.Contains(g.arg, "${"+name+"}") {
			return nil
		}
		return Vars{name: value}
	}
	switch g.kind {
	case goalUser:
		return keep("user", s.User), s.Authed || s.User != "" && !j.w.unnamed
	case goalFrom:
		return keep("me", s.From), s.HasFrom
	}
	return nil, len(s.To) > 0
}
