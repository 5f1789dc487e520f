package annotate

import (
	"bytes"
	"strconv"
	"strings"
)

// param is one parameter of a Content- field: name=value (RFC 2045 §5.1).
type param struct {
	name  string // in lower case, with what RFC 2231 adds to it ("filename*0*")
	value string
	whole bool // false while its quotation mark is not closed or nothing ends it
}

// mediaValue reads the value of a Content- field: the first word in lower case and the parameters after it. It reads what programs
// write, not only what the grammar allows; comments are skipped.
func mediaValue(v []byte) (word string, params []param) {
	s := string(v)
	word, s, _ = strings.Cut(s, ";")
	word, _, _ = strings.Cut(word, "(")
	word = strings.ToLower(strings.TrimSpace(word))
	for s = strings.TrimLeft(s, " \t;"); s != ""; s = strings.TrimLeft(s, " \t;") {
		eq := strings.IndexAny(s, "=;")
		if eq < 0 {
			break
		}
		if s[eq] == ';' {
			s = s[eq+1:]
			continue
		}
		p := param{name: strings.ToLower(strings.TrimSpace(s[:eq]))}
		p.value, s, p.whole = paramValue(strings.TrimLeft(s[eq+1:], " \t"))
		params = append(params, p)
	}
	return word, params
}

// paramValue reads the value at the head of s, a token or a quoted string, and gives what follows it.
func paramValue(s string) (value, rest string, whole bool) {
	if !strings.HasPrefix(s, `"`) {
		i := strings.IndexByte(s, ';')
		if i < 0 {
			return strings.TrimSpace(s), "", true
		}
		return strings.TrimSpace(s[:i]), s[i+1:], true
	}
	var b strings.Builder
	for i := 1; i < len(s); i++ {
		switch s[i] {
		case '\\':
			if i+1 < len(s) {
				i++
				b.WriteByte(s[i])
			}
		case '"':
			return b.String(), s[i+1:], true
		default:
			b.WriteByte(s[i])
		}
	}
	return b.String(), "", false
}

// fileName gives the file's name that the parameters hold, decoded, or "": base is "filename" or "name". It knows the plain form,
// name*=charset'language'%XX and the pieces name*0, name*1* of RFC 2231 §3 and §4, and encoded words, which many programs put there.
func fileName(params []param, base string) string {
	var raw []byte
	charset, pieces := "", 0
	for _, p := range params {
		switch {
		case p.name == base && pieces == 0:
			raw, charset = []byte(p.value), "" // the form with the star comes later and wins
		case p.name == base+"*":
			charset, raw = extended(p.value)
			pieces = 1
		case strings.HasPrefix(p.name, base+"*"):
			number, isExtended := strings.CutSuffix(p.name[len(base)+1:], "*")
			if n, err := strconv.Atoi(number); err != nil || n != pieces {
				continue // a piece is missing or out of order
			}
			if pieces == 0 {
				raw = nil
			}
			piece := []byte(p.value)
			switch {
			case isExtended && pieces == 0:
				charset, piece = extended(p.value)
			case isExtended:
				piece = percent(p.value)
			}
			raw = append(raw, piece...)
			pieces++
		}
	}
	return decodedName(raw, charset)
}

// decodedName gives the readable form of a file's name.
func decodedName(raw []byte, charset string) string {
	var w words
	if said, found := w.decode(raw); found {
		return said
	}
	s := newScript(charset)
	name := clean(nil, s.decode(nil, raw, true))
	return strings.TrimSpace(string(bytes.ReplaceAll(name, []byte("\n"), []byte(" "))))
}

// extended reads charset'language'%XX (RFC 2231 §4).
func extended(v string) (charset string, raw []byte) {
	part := strings.SplitN(v, "'", 3)
	if len(part) < 3 {
		return "", percent(v)
	}
	return charsetName(part[0]), percent(part[2])
}

// percent undoes %XX.
func percent(s string) []byte {
	out := make([]byte, 0, len(s))
	for i := 0; i < len(s); i++ {
		if s[i] == '%' && i+2 < len(s) {
			if hi, lo := unhex(s[i+1]), unhex(s[i+2]); hi >= 0 && lo >= 0 {
				out, i = append(out, byte(hi<<4|lo)), i+2
				continue
			}
		}
		out = append(out, s[i])
	}
	return out
}
