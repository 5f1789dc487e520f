package practice

import (
	"strings"
	"unicode/utf8"
)

// Sizes of an address (RFC 5321 §4.5.3.1), in octets.
const (
	maxLocal  = 64
	maxDomain = 255
	maxPath   = 256
)

// A mailbox is an address of the envelope, as the client wrote it. Both parts are empty in the null reverse-path; the domain alone is
// empty in <postmaster>.
type mailbox struct{ local, domain string }

// String writes the address as it stands between < and >.
func (a mailbox) String() string {
	if a.domain == "" {
		return a.local
	}
	return a.local + "@" + a.domain
}

func (a mailbox) isASCII() bool { return ascii(a.local) && ascii(a.domain) }

// A path is the argument of MAIL or RCPT: the address and the parameters behind it.
type path struct {
	addr   mailbox
	params []param
}

// A param is an ESMTP parameter, its keyword in upper case (RFC 5321 §4.1.2, Mail-parameters).
type param struct {
	key, value string
	has        bool // there is a value
}

// pathError tells what is wrong with the argument of MAIL or RCPT.
type pathError uint8

const (
	pathFine    pathError = iota
	pathSyntax            // not FROM:<...> or TO:<...>
	pathAddress           // the address between < and > is malformed
)

// parsePath reads "FROM:<address> parameters". keyword is "FROM:" or "TO:".
func parsePath(arg, keyword string, rules Rules) (path, pathError) {
	if len(arg) < len(keyword) || !strings.EqualFold(arg[:len(keyword)], keyword) {
		return path{}, pathSyntax
	}
	rest := arg[len(keyword):]
	if trimmed := strings.TrimLeft(rest, " "); trimmed != rest {
		if rules.StrictColon {
			return path{}, pathSyntax
		}
		rest = trimmed
	}
	inside, rest, ok := cutPath(rest, rules.BareAddress)
	if !ok {
		return path{}, pathSyntax
	}
	params, ok := parseParams(rest)
	if !ok {
		return path{}, pathSyntax
	}
	addr, ok := parseAddress(inside)
	if !ok {
		return path{}, pathAddress
	}
	return path{addr, params}, pathFine
}

// cutPath takes <...> off the front. A > inside a quoted local part does not end it.
func cutPath(s string, bare bool) (inside, rest string, ok bool) {
	if !strings.HasPrefix(s, "<") {
		inside, rest, _ = strings.Cut(s, " ")
		return inside, rest, bare && inside != ""
	}
	quoted := false
	for i := 1; i < len(s); i++ {
		switch c := s[i]; {
		case c == '\\' && quoted:
			i++
		case c == '"':
			quoted = !quoted
		case c == '>' && !quoted:
			rest = s[i+1:]
			return s[1:i], rest, rest == "" || rest[0] == ' '
		}
	}
	return "", "", false
}

func parseParams(s string) ([]param, bool) {
	var out []param
	for _, word := range strings.Fields(s) {
		key, value, has := strings.Cut(word, "=")
		if !validKeyword(key) || has && value == "" {
			return nil, false
		}
		out = append(out, param{strings.ToUpper(key), value, has})
	}
	return out, true
}

func validKeyword(s string) bool {
	for i := range len(s) {
		if !isLetterDigit(s[i]) && (i == 0 || s[i] != '-') {
			return false
		}
	}
	return s != ""
}

// parseAddress reads what stands between < and >: nothing, a mailbox, or a mailbox behind a source route, which is
// read and forgotten (RFC 5321 §4.1.2, appendix C).
func parseAddress(s string) (mailbox, bool) {
	if s == "" {
		return mailbox{}, true
	}
	if len(s)+2 > maxPath || !utf8.ValidString(s) {
		return mailbox{}, false
	}
	if s[0] == '@' {
		route, last, ok := strings.Cut(s, ":")
		if !ok || !validRoute(route) {
			return mailbox{}, false
		}
		s = last
	}
	local, domain, ok := cutAddress(s)
	if !ok {
		local = s
	}
	if ok && !validDomain(domain) || !validLocal(local) {
		return mailbox{}, false
	}
	return mailbox{local, domain}, true
}

// cutAddress cuts at the last @.
func cutAddress(s string) (local, domain string, ok bool) {
	i := strings.LastIndexByte(s, '@')
	if i < 0 {
		return s, "", false
	}
	return s[:i], s[i+1:], true
}

func validRoute(s string) bool {
	for _, hop := range strings.Split(s, ",") {
		if hop == "" || hop[0] != '@' || !validDomain(hop[1:]) {
			return false
		}
	}
	return true
}

// validLocal tells whether s is a dot-string or a quoted string of at most 64 octets.
func validLocal(s string) bool {
	if s == "" || len(s) > maxLocal {
		return false
	}
	if s[0] == '"' {
		return validQuoted(s)
	}
	for _, atom := range strings.Split(s, ".") {
		if atom == "" {
			return false
		}
		for i := range len(atom) {
			if !isLetterDigit(atom[i]) && atom[i] < 0x80 && !strings.ContainsRune("!#$%&'*+-/=?^_`{|}~", rune(atom[i])) {
				return false
			}
		}
	}
	return true
}

func validQuoted(s string) bool {
	if len(s) < 2 || s[len(s)-1] != '"' {
		return false
	}
	s = s[1 : len(s)-1]
	for i := 0; i < len(s); i++ {
		switch c := s[i]; {
		case c == '\\':
			if i++; i == len(s) {
				return false
			}
		case c == '"' || c < ' ' || c == 0x7f:
			return false
		}
	}
	return true
}

// unquote gives a quoted local part in its plain form: "a\b" is ab (RFC 5321 §4.1.2).
func unquote(s string) string {
	if s == "" || s[0] != '"' {
		return s
	}
	var b strings.Builder
	s = s[1 : len(s)-1]
	for i := 0; i < len(s); i++ {
		if s[i] == '\\' {
			i++
		}
		b.WriteByte(s[i])
	}
	return b.String()
}

// validDomain takes names of letters, digits, hyphens (underscores are seen, too), UTF-8 labels, and literals in [ ].
func validDomain(s string) bool {
	if s == "" || len(s) > maxDomain {
		return false
	}
	if s[0] == '[' {
		return len(s) > 2 && s[len(s)-1] == ']' && !strings.ContainsAny(s[1:len(s)-1], "[]\\ <>@")
	}
	for _, label := range strings.Split(s, ".") {
		if label == "" || len(label) > 63 || label[0] == '-' || label[len(label)-1] == '-' {
			return false
		}
		for i := range len(label) {
			if c := label[i]; !isLetterDigit(c) && c != '-' && c != '_' && c < 0x80 {
				return false
			}
		}
	}
	return true
}

func isLetterDigit(c byte) bool {
	return c >= '0' && c <= '9' || c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z'
}
