package transcripts

import (
	"bytes"
	"encoding/json"
	"unicode/utf8"
)

// The functions of this file read JSON that json.Valid has accepted; on anything else they give nonsense, but end.

// validObject tells whether line is one JSON object in UTF-8.
func validObject(line []byte) bool {
	t := bytes.TrimLeft(line, " \t\r\n")
	return len(t) > 0 && t[0] == '{' && utf8.Valid(t) && json.Valid(t)
}

// members calls f for each member of a valid JSON object, in order, until f gives false.
func members(object []byte, f func(name string, value []byte) bool) {
	i := space(object, 0) + 1
	for {
		i = space(object, i)
		if i >= len(object) || object[i] != '"' {
			return
		}
		end := skip(object, i)
		name := stringOf(object[i:end])
		i = space(object, space(object, end)+1)
		if i >= len(object) {
			return
		}
		end = skip(object, i)
		if !f(name, object[i:end]) {
			return
		}
		i = space(object, end) + 1
	}
}

// space gives the offset of the next byte that is no white space.
func space(b []byte, i int) int {
	for i < len(b) && (b[i] == ' ' || b[i] == '\t' || b[i] == '\n' || b[i] == '\r') {
		i++
	}
	return i
}

// skip gives the end of the value that begins at i.
func skip(b []byte, i int) int {
	for depth := 0; i < len(b); {
		switch b[i] {
		case '"':
			i = skipString(b, i)
		case '{', '[':
			depth++
			i++
		case '}', ']':
			depth--
			i++
		default:
			i++
			if depth == 0 {
				for i < len(b) && !bytes.ContainsRune([]byte(" \t\r\n,:]}"), rune(b[i])) {
					i++
				}
			}
		}
		if depth <= 0 {
			return i
		}
	}
	return i
}

// skipString gives the end of the string whose opening quote is at i.
func skipString(b []byte, i int) int {
	for i++; i < len(b); i++ {
		switch b[i] {
		case '\\':
			i++
		case '"':
			return i + 1
		}
	}
	return len(b)
}

// stringOf gives the text of a JSON string; of any other value, "".
func stringOf(value []byte) string {
	var s string
	if json.Unmarshal(value, &s) != nil {
		return ""
	}
	return s
}

// isString tells whether a JSON value is a string.
func isString(value []byte) bool { return len(value) > 0 && value[0] == '"' }

// appendJSON appends a valid JSON value in the one way in which both forms write it: no white space, and strings
// escaped by appendString. Numbers keep their spelling.
func appendJSON(dst, value []byte) []byte {
	for i := 0; i < len(value); {
		switch c := value[i]; c {
		case ' ', '\t', '\r', '\n':
			i++
		case '"':
			end := skipString(value, i)
			dst, _ = appendString(dst, []byte(stringOf(value[i:end])))
			i = end
		default:
			dst = append(dst, c)
			i++
		}
	}
	return dst
}

// appendMember appends `"name":`, after a comma.
func appendMember(dst []byte, name string) []byte {
	dst, _ = appendString(append(dst, ','), []byte(name))
	return append(dst, ':')
}
