package transcripts

import (
	"bytes"
	"encoding/base64"
	"slices"
	"strings"

	"byhand/session"
	"byhand/session/proto"
)

// fits compares a line with the client's line of a turn.
func (t *Turn) fits(line []byte, m Match) bool {
	switch {
	case t.Accepts(line, m):
		return true
	case t.Role == session.Data && m != Exact:
		return true // any letter will do
	case t.Role == session.Answer && string(session.TrimEOL(line)) == "*":
		return t.Line() == "*" // that is no answer, even where the answer is hidden (RFC 4954 §4)
	case t.Label != "":
		return t.hides(line, m)
	case m == Exact:
		return bytes.Equal(t.Said, line)
	}
	verb, arg := proto.Split(session.TrimEOL(line))
	if greets := verb == "HELO" || verb == "EHLO"; m == ByVerb && t.Role == session.Command || greets && verb == t.Verb && arg != "" { // any name will do
		return verb == t.Verb
	}
	if t.Role == session.Answer {
		return sameBase64(string(session.TrimEOL(line)), t.Line())
	}
	was, wasArg := proto.Split(session.TrimEOL(t.Said))
	switch {
	case verb != was:
		return false
	case verb == "AUTH":
		return sameAuth(strings.Fields(arg), strings.Fields(wasArg))
	case verb == "BDAT":
		return lastChunk(line) == lastChunk(t.Said)
	}
	return plainArgument(arg) == plainArgument(wasArg)
}

// Accepts tells whether the recording's author allows a line in the place of the recorded one, with @accept: in its pattern "*" is any text
// and "?" any letter. Case and runs of blanks make a difference to an exact match alone.
func (t *Turn) Accepts(line []byte, m Match) bool {
	plain := func(s string) string { return s }
	if m != Exact {
		plain = func(s string) string { return strings.ToLower(strings.Join(strings.Fields(s), " ")) }
	}
	said := []rune(plain(string(session.TrimEOL(line))))
	return t.Role != session.Data && slices.ContainsFunc(t.Accept, func(glob string) bool { return globs([]rune(plain(glob)), said) })
}

// globs tells whether a pattern covers a text. A star first covers nothing, then one letter more each time that the rest fails.
func globs(glob, s []rune) bool {
	star, from := -1, 0 // the star seen last, and what it covers up to
	g, i := 0, 0
	for i < len(s) {
		switch {
		case g < len(glob) && glob[g] == '*':
			star, from = g, i
			g++
		case g < len(glob) && (glob[g] == '?' || glob[g] == s[i]):
			g++
			i++
		case star >= 0:
			from++
			g, i = star+1, from
		default:
			return false
		}
	}
	return strings.Trim(string(glob[g:]), "*") == ""
}

// lastChunk tells whether BDAT's line, which its octets follow, says that the letter ends with them (RFC 3030 §2); what is in them is free.
func lastChunk(said []byte) bool {
	line, _, _ := strings.Cut(string(said), "\n")
	words := strings.Fields(line)
	return len(words) > 2 && strings.EqualFold(words[2], "LAST")
}

// SameWords tells whether two lines differ in the case of their letters and in how they end, at most.
func SameWords(a, b []byte) bool {
	return bytes.EqualFold(session.TrimEOL(a), session.TrimEOL(b))
}

// sameAuth compares the arguments of AUTH: the mechanism in any case, the initial response decoded (RFC 4954 §4).
func sameAuth(a, b []string) bool {
	if len(a) != len(b) || len(a) == 0 || !strings.EqualFold(a[0], b[0]) {
		return false
	}
	for i := 1; i < len(a); i++ {
		if !sameBase64(a[i], b[i]) {
			return false
		}
	}
	return true
}

// sameBase64 compares what two words of Base64 say; padding that was left out does not count. Words that are no Base64 are compared as
// they are.
func sameBase64(a, b string) bool {
	a, b = strings.TrimSpace(a), strings.TrimSpace(b)
	x, errX := base64.RawStdEncoding.DecodeString(strings.TrimRight(a, "="))
	y, errY := base64.RawStdEncoding.DecodeString(strings.TrimRight(b, "="))
	if errX != nil || errY != nil {
		return a == b
	}
	return bytes.Equal(x, y)
}

// plainArgument gives an argument without what may be written in several ways.
func plainArgument(s string) string {
	s = strings.Join(strings.Fields(s), " ")
	if key, path, ok := strings.Cut(s, ":"); ok && (strings.EqualFold(key, "FROM") || strings.EqualFold(key, "TO")) {
		s = strings.ToUpper(key) + ":" + strings.TrimSpace(path)
	}
	if at := strings.LastIndexByte(s, '@'); at >= 0 {
		s = s[:at] + strings.ToLower(s[at:])
	}
	return s
}

// hides compares a line with one of which a part is hidden: any text that is not empty may stand there.
func (t *Turn) hides(line []byte, m Match) bool {
	before, after, _ := strings.Cut(string(t.Said), session.Mask)
	said := string(line)
	if m != Exact {
		before, after, said = strings.Join(strings.Fields(before), " "), strings.TrimRight(after, " \r\n"), strings.TrimRight(said, " \r\n")
		said = strings.Join(strings.Fields(said), " ")
	}
	n := len(before)
	if len(said) <= n+len(after) || !strings.HasSuffix(said, after) {
		return false
	}
	if m == Exact {
		return said[:n] == before
	}
	return strings.EqualFold(said[:n], before) && (n == 0 || said[n] == ' ')
}
