package transcripts

import (
	"bytes"
	"strings"
	"sync"

	"byhand/session"
	"byhand/session/render"
	"byhand/session/text"
)

// coming is a connection that byhand's own screen tells of before its first line. The name of a side has its number; the lines about
// the connection itself have none.
type coming struct {
	announced bool
	fields    []any   // of the mark that opens it
	changes   [][]any // TLS from the first byte, as far as it went: each with the kind of the mark first
}

// An ownLine is what byhand's screen says of a connection, with the fields of the mark that it stands for.
type ownLine struct {
	kind   string
	fixed  []any
	fields []string // in the order in which their values stand in the sentence
	pieces []string // of the sentence, between the values
}

// changes are the sentences of render's marks that tell what happened to a connection, in all languages, the special ones first.
var changes = sync.OnceValue(func() (all []ownLine) {
	for _, c := range []ownLine{
		{kind: "open", fixed: []any{"tls", "implicit"}, fields: []string{"addr"}},
		{kind: "open", fields: []string{"addr", "ip"}},
		{kind: "open", fields: []string{"addr"}},
		{kind: "tls", fixed: []any{"is", "start"}},
		{kind: "tls", fixed: []any{"is", "done"}, fields: []string{"version", "cipher"}},
		{kind: "tls", fixed: []any{"is", "fail"}, fields: []string{"err"}},
		{kind: "close", fields: []string{"err"}},
		{kind: "close", fixed: []any{"by", "server"}},
		{kind: "close", fixed: []any{"by", "client"}},
	} {
		pairs := c.fixed
		for i, name := range c.fields {
			pairs = append(pairs[:len(pairs):len(pairs)], name, hollow(i))
		}
		said := render.Change(session.NewMark(c.kind, pairs...))
		for _, l := range text.Langs() {
			s := ownMark + said.In(l)
			for i := range c.fields {
				s = strings.Replace(s, hollow(i), "\x00", 1)
			}
			c.pieces = strings.Split(s, "\x00")
			all = append(all, c)
		}
	}
	return all
})

// ownMark is how byhand's screen begins what it says of a connection.
const ownMark = "-- "

// hollow is a value that stands in a sentence for the i-th one.
func hollow(i int) string { return string(rune(0xE000 + i)) }

// values gives what stands in the places of a sentence; ok is false for another sentence.
func (c *ownLine) values(s string) (values []string, ok bool) {
	s, ok = strings.CutPrefix(s, c.pieces[0])
	for i := range c.fields {
		if !ok {
			return nil, false
		}
		piece, at := c.pieces[i+1], 0
		if at = strings.Index(s, piece); piece == "" {
			at = len(s)
		}
		if ok = at > 0; ok {
			values, s = append(values, s[:at]), s[at+len(piece):]
		}
	}
	return values, ok && s == ""
}

// change reads what byhand's own screen says of a connection. No line of the server's can look like it: each has the name of its side.
func (t *typescript) change(s string) bool {
	if !strings.HasPrefix(s, ownMark) || t.phase != tNamed && t.phase != tOutside {
		return false
	}
	for i := range changes() {
		c := &changes()[i]
		values, ok := c.values(s)
		if !ok {
			continue
		}
		pairs := c.fixed[:len(c.fixed):len(c.fixed)]
		for i, name := range c.fields {
			pairs = append(pairs, name, values[i])
		}
		t.changed(c.kind, pairs)
		return true
	}
	return false
}

// changed keeps what was told of a connection that is to come, and marks what became of the one that is there.
func (t *typescript) changed(kind string, pairs []any) {
	switch {
	case kind == "open":
		t.coming = coming{announced: true, fields: pairs}
	case t.announced:
		t.changes = append(t.changes, append([]any{kind}, pairs...))
	case t.phase == tNamed:
		t.mark(kind, pairs...)
	}
}

// openTold begins the connection of which the screen has told, as it told of it.
func (t *typescript) openTold() {
	t.conn = min(t.conn+1, maxConn)
	if !t.announced {
		t.fields = []any{"addr", ""}
	}
	t.mark("open", t.fields...)
	for _, c := range t.changes {
		t.mark(c[0].(string), c[1:]...)
	}
	t.coming = coming{}
}

// greetNamed begins with a greeting on byhand's own screen.
func (t *typescript) greetNamed(line []byte) bool {
	from, number, rest, ok := speaker(line)
	if !ok || from != session.Server || !t.floor.greet(rest) {
		return false
	}
	if t.phase = tNamed; t.conn == 0 || t.announced {
		t.openTold()
	}
	t.before = t.conn - number
	return true
}

// named reads a line of byhand's own screen. What it hid is shown as ‹label›.
func (t *typescript) named(line []byte) {
	from, number, rest, ok := speaker(line)
	if !ok {
		return
	}
	if t.before+number == t.conn+1 {
		t.openTold()
	}
	if opened := t.conn; t.before+number > 0 && t.before+number < opened { // the line of a connection before the last
		t.conn = t.before + number
		defer func() { t.conn = opened }()
	}
	before, label, found := bytes.Cut(rest, []byte("‹"))
	if label, after, closed := bytes.Cut(label, []byte("›")); found && closed && hideLabel(string(label)) {
		data := append(append(bytes.Clone(before), session.Mask...), after...)
		t.says(from, data, session.Span{Off: len(before), Len: len(session.Mask), Label: string(label), Masked: true})
		return
	}
	t.says(from, rest)
}

// speaker reads the name of a side with which a line of byhand's own screen begins: S: and C:, with a number from the second connection
// on (S2:).
func speaker(line []byte) (from session.Side, number int, rest []byte, ok bool) {
	head, rest, ok := bytes.Cut(line, []byte(":"))
	if !ok || len(head) == 0 || len(rest) > 0 && rest[0] != ' ' {
		return session.Nobody, 0, nil, false
	}
	if from = map[byte]session.Side{'C': session.Client, 'S': session.Server}[head[0]]; from == session.Nobody {
		return session.Nobody, 0, nil, false
	}
	if number = 1; len(head) > 1 {
		if number = connOf(head[1:]); number < 2 {
			return session.Nobody, 0, nil, false
		}
	}
	return from, number, bytes.TrimPrefix(rest, []byte(" ")), true
}
