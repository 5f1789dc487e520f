package lessons

import (
	"encoding/base64"
	"regexp"
	"strconv"
	"strings"

	"byhand/session/proto"
	"byhand/session/text"
)

// A Pattern matches a line that the client sent. It is a command with * for one argument, ... for the rest and
// {name} or {name:int} for a value to keep; several, parted by |; or a /regular expression/ on the whole line.
type Pattern struct {
	Text string // values still written ${name}
	At   int
}

// hole is a {name} or {name:int} in a pattern of a command or of a reply.
var hole = lazy(`\{([A-Za-z][A-Za-z0-9_]*)(:int)?\}`)

// patterns reads one pattern or a list of them.
func (r *reader) patterns(to *[]Pattern) func(*node) {
	return func(n *node) {
		for _, item := range r.list(n) {
			*to = append(*to, r.pattern(r.words(item), item.line))
		}
	}
}

func (r *reader) pattern(s string, at int) Pattern {
	s = strings.TrimSpace(s)
	if re, ok := regex(s); ok {
		if _, err := regexp.Compile(re); err != nil {
			r.fail(at, s, sayBadRegex.With(err), text.Said{})
		}
	}
	return Pattern{Text: s, At: at}
}

// regex gives the regular expression of /re/ or /re/i; ok is false for any other text.
func regex(s string) (re string, ok bool) {
	body, fold := strings.CutSuffix(s, "/i")
	if !fold {
		body, ok = strings.CutSuffix(s, "/")
		if !ok {
			return "", false
		}
	}
	if len(body) < 2 || body[0] != '/' {
		return "", false
	}
	if fold {
		return "(?i)" + body[1:], true
	}
	return body[1:], true
}

// match tells whether line is what the pattern asks for, and gives what its holes caught.
func (p Pattern) match(line string, in Where, vars Vars) (caught Vars, ok bool) {
	s := vars.pattern(p.Text)
	if re, isRegex := regex(s); isRegex {
		compiled, err := regexp.Compile(re)
		if err != nil {
			return nil, false
		}
		return named(compiled, line)
	}
	for _, either := range strings.Split(s, " | ") {
		if caught, ok := tokensMatch(tokens(either, in, true), tokens(line, in, false)); ok {
			return caught, true
		}
	}
	return nil, false
}

// plain reports whether the pattern is itself a line that could be typed.
func (p Pattern) plain() bool {
	_, isRegex := regex(p.Text)
	return !isRegex && !strings.Contains(p.Text, "*") && !strings.Contains(p.Text, "...") && !hole().MatchString(p.Text)
}

// named matches a regular expression and gives its named groups.
func named(re *regexp.Regexp, s string) (Vars, bool) {
	m := re.FindStringSubmatch(s)
	if m == nil {
		return nil, false
	}
	caught := Vars{}
	for i, name := range re.SubexpNames() {
		if name != "" {
			caught[name] = m[i]
		}
	}
	return caught, true
}

// token is one word of a command; how it is compared depends on what it is.
type token struct {
	s    string
	kind tokenKind
}

type tokenKind uint8

const (
	word    tokenKind = iota // letter case does not matter: a verb, a mechanism, a host
	exact                    // a name or a password
	address                  // without its brackets; letter case of the domain does not matter
	base64s                  // compared by what it says
)

// tokens cuts a command into words. A password is one word, blanks and all; the address of MAIL and RCPT stands
// without its brackets, whatever blanks are around it.
func tokens(line string, in Where, pattern bool) []token {
	if in == InAuth {
		return []token{{strings.TrimSpace(line), base64s}}
	}
	if in == InData {
		return []token{{line, exact}}
	}
	verb, arg := proto.Split([]byte(line))
	ts := []token{{verb, word}}
	if pattern && (arg == "..." || arg == "*") || arg == "" {
		return append(ts, fields(arg, word)...)
	}
	switch verb {
	case "PASS":
		return append(ts, token{arg, exact})
	case "USER", "APOP":
		return append(ts, fields(arg, exact)...)
	case "AUTH":
		all := fields(arg, base64s)
		all[0].kind = word
		return append(ts, all...)
	case "MAIL", "RCPT":
		return append(ts, pathTokens(arg)...)
	}
	return append(ts, fields(arg, word)...)
}

func fields(s string, k tokenKind) (ts []token) {
	for _, f := range strings.Fields(s) {
		ts = append(ts, token{f, k})
	}
	return ts
}

// pathTokens cuts FROM:<address> PARAM... into its words; the colon may have blanks around it.
func pathTokens(arg string) []token {
	direction, rest, found := strings.Cut(arg, ":")
	if !found {
		return fields(arg, word)
	}
	ts := []token{{strings.TrimSpace(direction) + ":", word}}
	rest = strings.TrimSpace(rest)
	if end := strings.IndexByte(rest, '>'); strings.HasPrefix(rest, "<") && end > 0 {
		ts = append(ts, token{rest[1:end], address})
		return append(ts, fields(rest[end+1:], word)...)
	}
	all := fields(rest, word)
	if len(all) > 0 && all[0].s != "..." && all[0].s != "*" {
		all[0].kind = address
	}
	return append(ts, all...)
}

func tokensMatch(pattern, got []token) (Vars, bool) {
	caught := Vars{}
	for i, p := range pattern {
		if p.s == "..." {
			return caught, true
		}
		if i >= len(got) {
			return nil, false
		}
		if m := hole().FindStringSubmatch(p.s); m != nil && m[0] == p.s {
			if _, err := strconv.Atoi(got[i].s); m[2] != "" && err != nil {
				return nil, false
			}
			caught[m[1]] = got[i].s
			continue
		}
		if !p.same(got[i].s) {
			return nil, false
		}
	}
	return caught, len(pattern) == len(got)
}

// same compares a word of a pattern with one that was sent.
func (p token) same(got string) bool {
	if p.s == "*" && got != "" {
		return true
	}
	a, errA := strconv.Atoi(p.s)
	b, errB := strconv.Atoi(got)
	if p.kind == word && errA == nil && errB == nil {
		return a == b
	}
	switch p.kind {
	case exact:
		return p.s == got
	case address:
		return sameAddress(p.s, got)
	case base64s:
		return p.s == got || sameBase64(p.s, got)
	}
	return strings.EqualFold(p.s, got)
}

// sameAddress compares addresses: the domain in any letter case, what stands before it exactly (RFC 5321 §2.4).
// A * in the pattern stands for any local part or any domain.
func sameAddress(pattern, got string) bool {
	if pattern == "*" {
		return true
	}
	i, j := strings.LastIndexByte(pattern, '@'), strings.LastIndexByte(got, '@')
	if i < 0 || j < 0 {
		return strings.EqualFold(pattern, got)
	}
	local := pattern[:i] == "*" || pattern[:i] == got[:j]
	return local && (pattern[i+1:] == "*" || strings.EqualFold(pattern[i+1:], got[j+1:]))
}

func sameBase64(a, b string) bool {
	x, errX := base64.StdEncoding.DecodeString(a)
	y, errY := base64.StdEncoding.DecodeString(b)
	return errX == nil && errY == nil && string(x) == string(y)
}
