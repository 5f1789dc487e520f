package transcripts

import (
	"bytes"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

	"byhand/session"
)

// A printer writes entries in the dialogue form, in the one way in which Format leaves them.
type printer struct {
	times bool          // keep the times, as @wait
	least time.Duration // shorter waits are left out
	at    time.Duration
	above int  // connection of the entry above
	noted bool // the line above is a note, so that a blank line must part it from another one
}

// head appends the first lines of a dialogue.
func (p *printer) head(dst []byte, h Header) []byte {
	p.above = 1
	dst = append(dst, "@byhand 1\n"...)
	rest, plainest := h, defaultHeader()
	rest.Title = ""
	if !bytes.Equal(rest.appendMembers(nil), plainest.appendMembers(nil)) || h.Title != "" && !lineText(h.Title) {
		return append(h.appendMembers(append(dst, "@header {"...)), "}\n"...)
	}
	if h.Title != "" {
		dst = append(append(append(dst, "@title "...), h.Title...), '\n')
	}
	return dst
}

// entry appends one entry.
func (p *printer) entry(dst []byte, e *entry) []byte {
	if p.times && e.at > p.at+p.least {
		dst = append(append(append(dst, "@wait "...), trimTime(e.at-p.at)...), '\n')
		p.at, p.noted = e.at, false
	}
	if e.kind == kindComment {
		p.noted = false
		return append(append(append(dst, '#'), e.data...), '\n')
	}
	noted := p.noted
	p.noted = false
	above := p.above
	p.above = e.conn
	switch {
	case e.bytes():
		return appendData(dst, e)
	case e.kind == "note":
		if text, ok := noteText(e); ok && e.conn == above {
			p.noted = true
			return appendNote(dst, text, noted)
		}
	case e.kind == "mark":
		if name, ok := oneText(e, "name"); ok {
			return appendWord(dst, e, name)
		}
	case e.kind == "accept":
		if glob, ok := oneText(e, "glob"); ok {
			return appendWord(dst, e, glob)
		}
	case e.kind == "open" || e.kind == "tls" || e.kind == "close" || e.kind == "step":
		if args, ok := appendFields(nil, e.fields); ok {
			return appendWord(dst, e, string(args))
		}
	}
	return appendAny(dst, e)
}

// trimTime gives seconds without zeros at the end: "0.3", "12".
func trimTime(t time.Duration) string {
	return strings.TrimRight(strings.TrimRight(string(appendTime(nil, t)), "0"), ".")
}

// appendData appends bytes that passed: as text where that is safe in an editor, else in quotes, else as JSON.
func appendData(dst []byte, e *entry) []byte {
	labels := make([]string, 0, len(e.hide))
	for _, s := range e.hide {
		labels = append(labels, s.Label)
	}
	if len(e.fields) > 0 || len(labels) > 0 && !hideable(e, labels) {
		return appendAny(dst, e)
	}
	if len(labels) > 0 {
		dst = append(append(append(dst, "@hide "...), strings.Join(labels, ",")...), '\n')
	}
	dst = appendConn(append(dst, e.kind...), e.conn)
	line, ok := bytes.CutSuffix(e.data, []byte("\r\n"))
	if at, _ := badRune(line); !ok || at >= 0 || endsBlank(line) {
		return append(appendQuoted(dst, e.data), '\n')
	}
	dst = append(dst, ':')
	if len(line) > 0 {
		dst = append(append(dst, ' '), line...)
	}
	return append(dst, '\n')
}

// hideable tells whether @hide with these labels finds exactly the spans of the entry.
func hideable(e *entry, labels []string) bool {
	found, ok := findMasks(e.data, labels)
	for i := range found {
		s := e.hide[i]
		at, _ := badRune([]byte(s.Label))
		ok = ok && found[i].Off == s.Off && found[i].Len == s.Len && hideLabel(s.Label) && at < 0
	}
	return ok
}

// appendConn appends the number of a connection that is not the first.
func appendConn(dst []byte, conn int) []byte {
	if conn == 1 {
		return dst
	}
	return strconv.AppendInt(dst, int64(conn), 10)
}

// endsBlank tells whether an editor would cut something off the end of a line.
func endsBlank(line []byte) bool {
	return len(line) > 0 && (line[len(line)-1] == ' ' || line[len(line)-1] == '\t')
}

// lineText tells whether s can stand as the rest of a directive's line.
func lineText(s string) bool {
	at, _ := badRune([]byte(s))
	return s != "" && at < 0 && s == strings.Trim(s, " \t")
}

// noteText gives the text of a note that "> " lines can hold.
func noteText(e *entry) (string, bool) {
	if len(e.fields) != 2 || e.fields[0].Name != "who" || e.fields[1].Name != "text" || !isString(e.fields[1].Value) ||
		stringOf(e.fields[0].Value) != "author" {
		return "", false
	}
	text := stringOf(e.fields[1].Value)
	for line := range strings.SplitSeq(text, "\n") {
		if at, _ := badRune([]byte(line)); at >= 0 || endsBlank([]byte(line)) {
			return "", false
		}
	}
	return text, true
}

// appendNote appends a note; adjacent ">" lines would be one, so a blank line parts it from a note above.
func appendNote(dst []byte, text string, noted bool) []byte {
	if noted {
		dst = append(dst, '\n')
	}
	for line := range strings.SplitSeq(text, "\n") {
		dst = append(dst, '>')
		if line != "" {
			dst = append(append(dst, ' '), line...)
		}
		dst = append(dst, '\n')
	}
	return dst
}

// oneText gives the value of an entry's only field, if it is text that fits on a directive's line.
func oneText(e *entry, name string) (string, bool) {
	if len(e.fields) != 1 || e.fields[0].Name != name || !isString(e.fields[0].Value) {
		return "", false
	}
	s := stringOf(e.fields[0].Value)
	return s, lineText(s)
}

// appendWord appends a directive.
func appendWord(dst []byte, e *entry, args string) []byte {
	dst = appendConn(append(append(dst, '@'), e.kind...), e.conn)
	if args != "" {
		dst = append(append(dst, ' '), args...)
	}
	return append(dst, '\n')
}

// appendFields appends key=value pairs. It gives false for fields that cannot be written so.
func appendFields(dst []byte, fields []session.Field) ([]byte, bool) {
	for i, f := range fields {
		if !fieldName(f.Name) || len(f.Value) == 0 || f.Value[0] == '{' || f.Value[0] == '[' {
			return nil, false
		}
		if i > 0 {
			dst = append(dst, ' ')
		}
		dst = append(append(dst, f.Name...), '=')
		if word := stringOf(f.Value); isString(f.Value) && bare(word) {
			dst = append(dst, word...)
		} else {
			dst = append(dst, f.Value...)
		}
	}
	return dst, true
}

// bare tells whether a string can stand without quotes and still be read as a string.
func bare(word string) bool {
	at, _ := badRune([]byte(word))
	return word != "" && at < 0 && utf8.ValidString(word) && !strings.ContainsAny(word, " \t\"") && !scalar(word)
}

// appendAny appends an entry of any kind as JSON. The closing line's counts and checksum belong to a file, not to
// the session: they are made anew where the entry is written as a recording.
func appendAny(dst []byte, e *entry) []byte {
	plain := *e
	plain.at = 0
	if e.kind == kindEnd {
		plain.fields = withoutSums(e.fields)
	}
	line := appendEntry(nil, &plain)
	return append(append(dst, "@x {"...), line[len(`{"t":0.000000,`):]...)
}

// withoutSums gives the fields of a closing line that are not about the file.
func withoutSums(fields []session.Field) (rest []session.Field) {
	for _, f := range fields {
		if f.Name != "C" && f.Name != "S" && f.Name != "sha256" {
			rest = append(rest, f)
		}
	}
	return rest
}
