package lessons

import (
	"strings"

	"byhand/session/text"
)

// trap is a line that YAML reads differently from what its author meant.
type trap struct {
	line int
	text string
	what text.Said
	cure text.Said
}

// keyLine is a line "key: value" or "- value" whose value begins on the line.
var keyLine = lazy(`^(\s*(?:- +)*)(?:([A-Za-z][A-Za-z0-9_.-]*|[0-9]+)(: +))?(\S.*?)\s*$`)

// blockHead is the end of a line after which a block of text follows, indented deeper.
var blockHead = lazy(`^[|>][-+0-9]*(\s+#.*)?$`)

// findTrap looks for the line that made YAML stop near the line that yaml.v3 named: that one first, then its
// neighbours, then all before it, since a quote that does not close is noticed at the end of the file. after allows
// lines further down, too, before those above: yaml.v3 names the beginning of a list or table that does not go on as it must.
func findTrap(src string, near int, after bool) (trap, bool) {
	best, found := trap{}, false
	distance := func(t trap) int {
		switch t.line - near {
		case 0:
			return 0
		case 1:
			return 1
		case -1:
			return 2
		}
		switch {
		case t.line < near && after:
			return 1<<19 + near - t.line
		case t.line < near:
			return 2 + near - t.line
		case after:
			return 2 + t.line - near
		}
		return 1 << 20
	}
	for _, t := range traps(src) {
		if d := distance(t); d < 1<<20 && (!found || d < distance(best)) {
			best, found = t, true
		}
	}
	return best, found
}

// traps lists the lines that YAML cannot read as their author meant. Blocks of text are passed over.
func traps(src string) []trap {
	var found []trap
	block := -1 // indentation of the key whose block we are in
	for i, line := range strings.Split(src, "\n") {
		indent := len(line) - len(strings.TrimLeft(line, " "))
		if block >= 0 && (strings.TrimSpace(line) == "" || indent > block) {
			continue
		}
		block = -1
		m := keyLine().FindStringSubmatch(line)
		if m == nil || strings.HasPrefix(strings.TrimSpace(line), "#") {
			continue
		}
		value := m[4]
		if m[2] == "" && strings.HasSuffix(value, ":") && !strings.Contains(value, " ") {
			continue // a key whose value stands below
		}
		if blockHead().MatchString(value) {
			if block = indent; m[2] != "" {
				block = len(m[1]) // of "- say: |" the key, not the dash: its neighbours stand as deep
			}
			continue
		}
		what, ok := trapped(value)
		if !ok {
			continue
		}
		head := strings.TrimLeft(m[1], " ") + m[2] + m[3]
		found = append(found, trap{line: i + 1, text: strings.TrimSpace(line), what: what, cure: sayQuote.With(head + requoted(value))})
	}
	return found
}

// trapped tells what YAML makes of a value that was meant as text.
func trapped(value string) (text.Said, bool) {
	switch value[0] {
	case '`', '@', '%', '*', '|', '>', '!', '&', ',', ']', '}':
		return sayBegins.With(value[:1]), true
	case '"', '\'':
		if closesEarly(value) {
			return sayQuoteCloses.With(), true
		}
		return text.Said{}, false
	case '[', '{':
		if end := map[byte]byte{'[': ']', '{': '}'}[value[0]]; value[len(value)-1] != end {
			return sayBegins.With(value[:1]), true
		}
		return text.Said{}, false
	case '-', '?', ':':
		if len(value) > 1 && value[1] == ' ' {
			return sayBegins.With(value[:1]), true
		}
	}
	if strings.Contains(value, ": ") || strings.HasSuffix(value, ":") {
		return sayColon.With(), true
	}
	return text.Said{}, false
}

// closesEarly tells whether text goes on after the closing quote, or the quote never closes on its line.
func closesEarly(value string) bool {
	quote := value[0]
	for i := 1; i < len(value); i++ {
		switch {
		case quote == '"' && value[i] == '\\':
			i++
		case value[i] == quote && quote == '\'' && i+1 < len(value) && value[i+1] == quote:
			i++
		case value[i] == quote:
			rest := strings.TrimSpace(value[i+1:])
			return rest != "" && rest[0] != '#'
		}
	}
	return true
}

// requoted gives a value as it must be written: in quotes that keep all of it. A quote that never closes is closed.
func requoted(value string) string {
	if q := value[:1]; (q == "'" || q == `"`) && strings.Count(value, q) == 1 {
		return value + q
	}
	if value[0] == '\'' && strings.HasSuffix(value, "'") && len(value) > 1 {
		value = value[1 : len(value)-1]
	}
	return quoted(value)
}
