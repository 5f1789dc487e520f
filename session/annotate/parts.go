package annotate

import (
	"strings"

	"byhand/session/text"
)

// maxParts is how many parts of a letter are listed at its end.
const maxParts = 20

// part is what is kept of a part for the list at the end of the letter.
type part struct {
	number, kind, name string
	octets             int64 // decoded; -1 of a multipart or a letter within
}

// record keeps the part that ends, or the container that begins.
func (l *letter) record(octets int64) {
	t := &l.mime
	if len(t.open) == 0 || t.leaf.number == "" {
		return
	}
	if t.seen++; t.seen > maxParts {
		return
	}
	kind := t.leaf.kind
	if kind == "" {
		kind = "text/plain"
	}
	t.parts = append(t.parts, part{t.leaf.number, kind, t.leaf.name, octets})
}

// listParts tells of which parts a letter was made.
func (l *letter) listParts(notes []Note) []Note {
	t := &l.mime
	if len(t.parts) == 0 {
		return notes
	}
	var b strings.Builder
	for i, p := range t.parts {
		if i > 0 {
			b.WriteString("; ")
		}
		b.WriteString(p.number + " " + p.kind)
		if p.name != "" {
			b.WriteString(" " + p.name)
		}
		if p.octets >= 0 {
			b.WriteString(" " + human(p.octets))
		}
	}
	if t.seen > maxParts {
		b.WriteString("; …")
	}
	return append(notes, Note{Tone: Info, Depth: Full, Text: sayParts.With(t.seen, b.String()), Ref: "RFC 2046 §5.1"})
}

var sayParts = text.T{EN: "The letter's tree of parts (%d): %s", ZH: "信由这些部分组成（共 %d 个）：%s"}
