package transcripts

import (
	"bufio"
	"bytes"
	"encoding/json"
	"strconv"
	"time"

	"byhand/session/text"
)

// castHeader is what is read of the header of an asciicast.
type castHeader struct {
	Version   int         `json:"version"`
	Timestamp json.Number `json:"timestamp"`
	Title     string      `json:"title"`
}

// openCast begins to read an asciicast of any version: a terminal's session, and so a typescript with times.
func (r *Reader) openCast(b *bufio.Reader, t *textImport, name string) error {
	c := &castScreen{typescript: newTypescript(&t.feed)}
	t.take = c
	var h castHeader
	if first := castVersion(head(b)); string(first) == "1" {
		events := newCastEvents(b, &t.feed)
		t.lines, h = newLineReader(bufio.NewReader(events)), events.header
	} else if line, err := t.lines.next(); err != nil || json.Unmarshal(line, &h) != nil || h.Version != 2 && h.Version != 3 {
		return &Error{File: name, Line: 1, What: sayBadCast.With(visible(string(first))), Hint: hintBadCast.With()}
	}
	c.relative = h.Version != 2
	r.header.Title, r.header.Guess = h.Title, true
	if sec, err := strconv.ParseFloat(h.Timestamp.String(), 64); err == nil && sec > 0 && sec < 1<<40 {
		r.header.Start = time.UnixMicro(int64(sec * 1e6)).UTC()
	}
	return nil
}

// castStart tells whether a file begins as an asciicast does.
func castStart(head []byte) bool {
	head = bytes.TrimLeft(head, " \t\r\n")
	rest, object := bytes.CutPrefix(head, []byte("{"))
	line, _, _ := bytes.Cut(rest, []byte("[["))
	return object && bytes.Contains(line, []byte(`"version"`)) && (bytes.Contains(line, []byte(`"width"`)) || bytes.Contains(line, []byte(`"term"`)))
}

// castVersion gives the version of which an asciicast says that it is.
func castVersion(head []byte) []byte {
	_, rest, _ := bytes.Cut(head, []byte(`"version"`))
	rest = bytes.TrimLeft(rest, " \t\r\n:")
	n := 0
	for n < len(rest) && n < 8 && rest[n] >= '0' && rest[n] <= '9' {
		n++
	}
	return rest[:n]
}

// castScreen reads the events of an asciicast.
type castScreen struct {
	*typescript
	relative bool // times are intervals: versions 1 and 3
}

// line reads [time, "o", data]; of version 1 [delay, data]. A line with # is a comment of version 3.
func (c *castScreen) line(line []byte) {
	var event []json.RawMessage
	if line = bytes.TrimSpace(line); len(line) == 0 || line[0] == '#' {
		return
	}
	if json.Unmarshal(line, &event) != nil || len(event) < 2 {
		c.leaveBad(line)
		return
	}
	at, ok := timeOf(event[0])
	if !ok {
		c.leaveBad(line)
		return
	}
	if !c.relative {
		at -= c.at
	}
	c.wait(at)
	kind, data := "o", event[1]
	if len(event) > 2 {
		kind, data = stringOf(event[1]), event[2]
	}
	switch b := []byte(stringOf(data)); {
	case kind == "o":
		c.shown(b)
	case kind == "i" && c.phase != tNamed:
		c.typed(b)
	case kind == "m" && len(b) > 0 && c.phase != tNamed:
		c.mark("mark", "name", visible(string(b)))
	}
}

var (
	sayBadCast = text.T{
		EN: `this is an asciicast with a header that cannot be read, or of version "%s"; versions 1, 2 and 3 are read`,
		ZH: "这是 asciicast 文件，但文件头无法读取，或者版本（“%s”）不受支持；可读的是第 1、2、3 版"}
	hintBadCast = text.T{
		EN: `the first line of version 2 reads as {"version": 2, "width": 80, "height": 24}`,
		ZH: `第 2 版的第一行形如 {"version": 2, "width": 80, "height": 24}`}
)
