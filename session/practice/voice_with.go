package practice

import (
	"fmt"
	"slices"
	"strings"
)

// With gives the voice with other features, each "NAME", "NAME value" or "NAME off". What both protocols know by the same
// name (UTF8 and SMTPUTF8 are two) is changed where it belongs; AUTH is SMTP's, SASL is POP3's. With "PROTOCOL.NAME" the
// side is said, as in "pop3.PIPELINING off".
func (v *Voice) With(features ...string) (*Voice, error) {
	out := *v
	out.CAPA, out.EHLO = slices.Clone(v.CAPA), slices.Clone(v.EHLO)
	for _, feature := range features {
		name, value, _ := strings.Cut(strings.TrimSpace(feature), " ")
		side, name := cutSide(name)
		line, known := strings.TrimSpace(name+" "+value), false
		if side != "smtp" && slices.Contains(capaWords, name) {
			out.CAPA, known = change(out.CAPA, 0, name, line, value), true
		}
		if side != "pop3" && slices.Contains(ehloWords, name) {
			out.EHLO, known = change(out.EHLO, 1, name, line, value), true
		}
		if !known {
			return nil, fmt.Errorf("world: this server has no feature %q", feature)
		}
	}
	return &out, out.check()
}

func cutSide(name string) (side, rest string) {
	if s, r, ok := strings.Cut(strings.ToLower(name), "."); ok && (s == "pop3" || s == "smtp") {
		return s, strings.ToUpper(r)
	}
	return "", strings.ToUpper(name)
}

// change puts a line in place of those of the same name, behind the first keep lines, or takes them away.
func change(lines []string, keep int, name, line, value string) []string {
	at := -1
	for i := len(lines) - 1; i >= keep; i-- {
		word, _, _ := strings.Cut(lines[i], " ")
		word, _, old := strings.Cut(word, "=") // AUTH=LOGIN, for clients that are older than the RFC
		if strings.EqualFold(word, name) {
			lines = slices.Delete(lines, i, i+1)
			if at = i; old {
				at = -1
			}
		}
	}
	switch strings.ToLower(value) {
	case "off", "no", "none", "false":
		return lines
	case "on", "yes", "true":
		line = name
	}
	if at < 0 {
		at = len(lines)
	}
	return slices.Insert(lines, at, line)
}
