package transcripts

import (
	"bufio"
	"bytes"
	"encoding/json"
	"io"
	"strconv"
	"time"
)

// maxCast bounds an asciicast of version 1, which is one JSON object.
const maxCast = 64 << 20

// castHeader is what is read of the header of an asciicast; of version 1 it is the whole file.
type castHeader struct {
	Version   int               `json:"version"`
	Timestamp json.Number       `json:"timestamp"`
	Title     string            `json:"title"`
	Stdout    []json.RawMessage `json:"stdout"`
}

// openCast begins to read an asciicast of any version: a terminal's session, and so a typescript with times.
func (r *Reader) openCast(b *bufio.Reader, t *textImport) error {
	fail := &Error{File: r.name, Line: 1, What: sayForeign.With(), Hint: hintForeign.With()}
	line, err := t.lines.next()
	if err != nil {
		return fail
	}
	var h castHeader
	if json.Unmarshal(line, &h) != nil || h.Version < 1 {
		rest, err := io.ReadAll(io.LimitReader(b, maxCast))
		if err != nil {
			return err
		}
		if json.Unmarshal(append(append(bytes.Clone(line), '\n'), rest...), &h) != nil {
			return fail
		}
	}
	if h.Version < 1 || h.Version > 3 {
		return fail
	}
	r.header.Title, r.header.Guess = h.Title, true
	if sec, err := strconv.ParseFloat(h.Timestamp.String(), 64); err == nil && sec > 0 && sec < 1<<40 {
		r.header.Start = time.UnixMicro(int64(sec * 1e6)).UTC()
	}
	c := &cast12{typescript: newTypescript(&t.feed), relative: h.Version != 2}
	t.take = c
	for _, e := range h.Stdout { // version 1: [delay, text]
		c.line(e)
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

// cast12 reads the events of an asciicast.
type cast12 struct {
	*typescript
	relative bool // times are intervals: versions 1 and 3
}

// line reads [time, "o", data]; of version 1 [delay, data]. A line with # is a comment of version 3.
func (c *cast12) line(line []byte) {
	var event []json.RawMessage
	if json.Unmarshal(line, &event) != nil || len(event) < 2 {
		return
	}
	at, ok := timeOf(event[0])
	if !ok {
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
