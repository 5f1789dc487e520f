package transcripts

import (
	"bytes"
	"encoding/base64"
	"encoding/json"
	"math"
	"slices"
	"strconv"
	"time"
	"unicode/utf8"

	"byhand/session"
)

// appendEntry appends an entry as a line of the recorded form, line end included. The members stand in the order
// t, k, c, text, b64, hide, then all others.
func appendEntry(dst []byte, e *entry) []byte {
	dst = appendTime(append(dst, `{"t":`...), e.at)
	dst = append(dst, `,"k":`...)
	if e.bytes() {
		dst = append(dst, '"', e.kind[0], '"')
	} else {
		dst, _ = appendString(dst, []byte(e.kind))
	}
	if e.conn != 1 {
		dst = strconv.AppendInt(append(dst, `,"c":`...), int64(e.conn), 10)
	}
	if e.bytes() {
		dst = appendBytes(dst, e)
	}
	for _, f := range e.fields {
		dst = append(appendMember(dst, f.Name), f.Value...)
	}
	return append(dst, "}\n"...)
}

// appendTime appends a time as seconds with six decimals.
func appendTime(dst []byte, t time.Duration) []byte {
	us := int64(t / time.Microsecond)
	dst = strconv.AppendInt(dst, us/1e6, 10)
	dst = append(dst, '.')
	for part, unit := us%1e6, int64(1e5); unit > 0; unit /= 10 {
		dst = append(dst, byte('0'+part/unit%10))
	}
	return dst
}

// appendBytes appends text, b64 and hide.
func appendBytes(dst []byte, e *entry) []byte {
	dst = append(dst, `,"text":`...)
	dst, exact := appendString(dst, e.data)
	if !exact {
		dst = append(dst, `,"b64":"`...)
		dst = append(base64.StdEncoding.AppendEncode(dst, e.data), '"')
	}
	if len(e.hide) == 0 {
		return dst
	}
	return appendSpans(append(dst, `,"hide":`...), e.hide)
}

// appendSpans appends spans as [[offset,length,label],...].
func appendSpans(dst []byte, spans []session.Span) []byte {
	for i, s := range spans {
		dst = append(dst, "[,"[min(i, 1)], '[')
		dst = append(strconv.AppendInt(dst, int64(s.Off), 10), ',')
		dst = append(strconv.AppendInt(dst, int64(s.Len), 10), ',')
		dst, _ = appendString(dst, []byte(s.Label))
		dst = append(dst, ']')
	}
	return append(dst, ']')
}

// parseEntry reads a line of the recorded form into e. It gives false for a line that is damaged.
func parseEntry(line []byte, e *entry) bool {
	e.reset()
	if parseOwn(line, e) {
		return true
	}
	e.reset()
	return validObject(line) && parseAny(line, e)
}

// parseOwn reads the lines that make up nearly all of a recording, as the writer of this package puts them: bytes
// without hidden spans and without foreign members. It gives false for all others, damaged or not.
func parseOwn(line []byte, e *entry) bool {
	rest, ok := bytes.CutPrefix(line, []byte(`{"t":`))
	if !ok {
		return false
	}
	if e.at, rest, ok = cutTime(rest); !ok {
		return false
	}
	if len(rest) < 8 || string(rest[:6]) != `,"k":"` || rest[7] != '"' {
		return false
	}
	switch rest[6] {
	case 'C':
		e.kind = kindClient
	case 'S':
		e.kind = kindServer
	default:
		return false
	}
	rest = rest[8:]
	if c, found := bytes.CutPrefix(rest, []byte(`,"c":`)); found {
		end := max(bytes.IndexByte(c, ','), 0)
		if e.conn, rest = connOf(c[:end]), c[end:]; e.conn == 0 || c[0] < '1' || c[0] > '9' {
			return false
		}
	}
	if rest, ok = bytes.CutPrefix(rest, []byte(`,"text":"`)); !ok {
		return false
	}
	if e.data, rest, ok = cutString(e.data, rest); !ok {
		return false
	}
	if b64, found := bytes.CutPrefix(rest, []byte(`,"b64":"`)); found {
		end := bytes.IndexByte(b64, '"')
		if end < 0 {
			return false
		}
		var err error
		if e.data, err = base64.StdEncoding.AppendDecode(e.data[:0], b64[:end]); err != nil {
			return false
		}
		rest = b64[end+1:]
	}
	return string(rest) == "}"
}

// cutTime reads seconds with six decimals from the front of b.
func cutTime(b []byte) (t time.Duration, rest []byte, ok bool) {
	i := bytes.IndexByte(b, '.')
	if i < 1 || i > 9 || len(b) < i+7 || b[0] == '0' && i > 1 {
		return 0, nil, false
	}
	var us int64
	for j, c := range b[:i+7] {
		if j == i {
			continue
		}
		if c < '0' || c > '9' {
			return 0, nil, false
		}
		us = us*10 + int64(c-'0')
	}
	return time.Duration(us) * time.Microsecond, b[i+7:], true
}

// cutString appends to dst the text of a JSON string whose opening quote was read, and gives what follows the
// closing one. It knows the escapes that this package writes, and gives false for all else.
func cutString(dst, b []byte) (_, rest []byte, ok bool) {
	for {
		i := 0
		for i < len(b) && plain[b[i]] {
			i++
		}
		dst, b = append(dst, b[:i]...), b[i:]
		if len(b) == 0 {
			return dst, nil, false
		}
		switch c := b[0]; {
		case c == '"':
			return dst, b[1:], true
		case c == '\\':
			if dst, b, ok = cutEscape(dst, b); !ok {
				return dst, nil, false
			}
		case c >= utf8.RuneSelf:
			r, n := utf8.DecodeRune(b)
			if r == utf8.RuneError && n == 1 {
				return dst, nil, false
			}
			dst, b = append(dst, b[:n]...), b[n:]
		case c < ' ':
			return dst, nil, false
		default:
			dst, b = append(dst, c), b[1:]
		}
	}
}

// cutEscape reads one escape of the first plane; halves of surrogate pairs are left to encoding/json.
func cutEscape(dst, b []byte) (_, rest []byte, ok bool) {
	if len(b) < 2 {
		return dst, nil, false
	}
	switch b[1] {
	case 'n':
		return append(dst, '\n'), b[2:], true
	case 'r':
		return append(dst, '\r'), b[2:], true
	case 't':
		return append(dst, '\t'), b[2:], true
	case '"', '\\':
		return append(dst, b[1]), b[2:], true
	case 'u':
		if len(b) < 6 {
			return dst, nil, false
		}
		r, err := strconv.ParseUint(string(b[2:6]), 16, 16)
		if err != nil || r >= 0xd800 && r < 0xe000 {
			return dst, nil, false
		}
		return utf8.AppendRune(dst, rune(r)), b[6:], true
	}
	return dst, nil, false
}

// parseAny reads any valid JSON object as an entry. It gives false if it is none.
func parseAny(line []byte, e *entry) bool {
	timed := false
	members(line, func(name string, value []byte) bool {
		switch name {
		case "t":
			e.at, timed = timeOf(value)
		case "k":
			e.kind = stringOf(value)
		case "c":
			e.conn = connOf(value)
		default:
			e.fields = append(e.fields, session.Field{Name: name, Value: appendJSON(nil, value)})
		}
		return true
	})
	if !timed || e.kind == "" || e.kind == kindComment || e.conn == 0 {
		return false
	}
	return !e.bytes() || e.take()
}

// take turns the fields text, b64 and hide into bytes and what is hidden in them; b64 wins over text.
func (e *entry) take() bool {
	text, b64, hide := e.cut("text"), e.cut("b64"), e.cut("hide")
	if !isString(text) || b64 != nil && !isString(b64) {
		return false
	}
	e.data = append(e.data, stringOf(text)...)
	if b64 != nil {
		var err error
		if e.data, err = base64.StdEncoding.AppendDecode(e.data[:0], []byte(stringOf(b64))); err != nil {
			return false
		}
	}
	return hide == nil || e.cover(hide)
}

// cut takes a field out of the entry and gives its value, or nil.
func (e *entry) cut(name string) (value []byte) {
	e.fields = slices.DeleteFunc(e.fields, func(f session.Field) bool {
		if f.Name != name {
			return false
		}
		value = f.Value
		return true
	})
	return value
}

// cover reads the hidden spans; they must lie within the bytes, in order, one after the other.
func (e *entry) cover(hide []byte) bool {
	var spans [][]json.RawMessage
	if json.Unmarshal(hide, &spans) != nil {
		return false
	}
	from := 0
	for _, s := range spans {
		if len(s) != 3 || !isString(s[2]) {
			return false
		}
		off, err1 := strconv.Atoi(string(s[0]))
		n, err2 := strconv.Atoi(string(s[1]))
		if err1 != nil || err2 != nil || off < from || n < 0 || n > len(e.data) || off > len(e.data)-n {
			return false
		}
		e.hide = append(e.hide, session.Span{Off: off, Len: n, Label: stringOf(s[2]), Masked: true})
		from = off + n
	}
	return true
}

// timeOf reads seconds in any spelling of JSON, to the nearest microsecond.
func timeOf(value []byte) (time.Duration, bool) {
	f, err := strconv.ParseFloat(string(value), 64)
	if err != nil || !(f >= 0 && f <= maxTime.Seconds()) {
		return 0, false
	}
	return time.Duration(math.Round(f*1e6)) * time.Microsecond, true
}

// connOf reads the number of a connection; 0 says that it is none.
func connOf(value []byte) int {
	n, err := strconv.Atoi(string(value))
	if err != nil || n < 1 || n > maxConn {
		return 0
	}
	return n
}
