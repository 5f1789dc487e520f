package transcripts

import (
	"encoding/base64"
	"io"
	"strconv"

	"byhand/session"
	"byhand/session/annotate"
	"byhand/session/text"
)

// writeAnnotated writes one JSON object for each line of the session and each change of the connection:
//
//	n c t from proto role line b64? verb? code? enhanced? more? cont? re? decoded? secret? mark? notes
//
// line has no line end and no secret; b64 holds its exact bytes where they are not UTF-8; secret tells where the
// masks stand, as hide does in the recorded form; mark holds the kind and the fields of a change or remark.
//
// Explaining and writing take about as long as each other, so that each has a goroutine.
func writeAnnotated(dst io.Writer, src *Reader, o Options) error {
	full, free, done := make(chan *batch, 1), make(chan *batch, 2), make(chan error, 1)
	go func() { done <- writeBatches(dst, o, full, free) }() // ends when full is closed
	free <- &batch{}
	b := &batch{}
	err := explained(src, o, func(e *session.Event, x annotate.Explanation) error {
		if b.add(e, x); len(b.events) < batchEvents && len(b.raw) < maxRead {
			return nil
		}
		full <- b
		b = <-free
		return b.failed
	})
	full <- b
	close(full)
	if written := <-done; written != nil {
		return written
	}
	return err
}

// batchEvents is how many events are handed over at once.
const batchEvents = 512

// A batch is explained events on their way to whoever writes them. It owns their bytes and notes.
type batch struct {
	events []session.Event
	said   []annotate.Explanation
	notes  []annotate.Note
	raw    []byte
	failed error // what writing came to
}

func (b *batch) add(e *session.Event, x annotate.Explanation) {
	from, first := len(b.raw), len(b.notes)
	b.raw, b.notes = append(b.raw, e.Raw...), append(b.notes, x.Notes...)
	b.events, b.said = append(b.events, *e), append(b.said, annotate.Explanation{Notes: b.notes[first:], Decoded: x.Decoded})
	b.events[len(b.events)-1].Raw = b.raw[from:]
}

// writeBatches writes batches until full is closed. After a fault it writes nothing more, but goes on to take them.
func writeBatches(dst io.Writer, o Options, full <-chan *batch, free chan<- *batch) (failed error) {
	var buf, line []byte
	said := sayings{lang: o.Lang, known: map[saying][]byte{}}
	for b := range full {
		buf = buf[:0]
		for i := range b.events {
			buf, line = appendAnnotated(buf, line[:0], &b.events[i], b.said[i], &said)
		}
		if failed == nil {
			_, failed = dst.Write(buf)
		}
		*b = batch{b.events[:0], b.said[:0], b.notes[:0], b.raw[:0], failed}
		free <- b
	}
	return failed
}

func appendAnnotated(dst, line []byte, e *session.Event, x annotate.Explanation, said *sayings) (_, _ []byte) {
	line, hide := eventLine(line, e)
	dst = strconv.AppendInt(append(dst, `{"n":`...), int64(e.N), 10)
	dst = strconv.AppendInt(append(dst, `,"c":`...), int64(max(e.Conn, 1)), 10)
	dst = appendTime(append(dst, `,"t":`...), e.At)
	dst = append(append(dst, `,"from":"`...), e.From.String()...)
	dst = append(append(dst, `","proto":"`...), e.Proto...)
	dst = append(append(dst, `","role":"`...), e.Role.String()...)
	dst, exact := appendString(append(dst, `","line":`...), line)
	if !exact {
		dst = append(base64.StdEncoding.AppendEncode(append(dst, `,"b64":"`...), line), '"')
	}
	dst = appendText(dst, "verb", e.Verb)
	dst = appendText(dst, "code", e.Code)
	dst = appendText(dst, "enhanced", e.Enhanced())
	dst = appendTrue(dst, "more", e.More)
	dst = appendTrue(dst, "cont", e.Cont)
	if e.Re > 0 {
		dst = strconv.AppendInt(append(dst, `,"re":`...), int64(e.Re), 10)
	}
	dst = appendText(dst, "decoded", x.Decoded)
	if len(hide) > 0 {
		dst = appendSpans(append(dst, `,"secret":`...), hide)
	}
	if e.Mark != nil {
		dst = appendMark(append(dst, `,"mark":`...), e.Mark)
	}
	dst = said.append(append(dst, `,"notes":[`...), x.Notes)
	return append(dst, "]}\n"...), line
}

// eventLine appends an event's line as people may see it: secrets masked, no line end. The line of a remark is its
// text, that of a change of the connection its directive without the "@".
func eventLine(dst []byte, e *session.Event) ([]byte, []session.Span) {
	if e.Mark == nil {
		dst, hide := e.Masked(dst)
		return session.TrimEOL(dst), hide
	}
	if e.Mark.Kind == "note" {
		return append(dst, e.Mark.Text("text")...), nil
	}
	return appendChange(dst, e), nil
}

// appendChange appends a mark as a directive without "@", connection and line end.
func appendChange(dst []byte, e *session.Event) []byte {
	one := entry{kind: e.Mark.Kind, conn: 1, fields: canonical(e.Mark.Fields)}
	line := (&printer{}).entry(nil, &one)
	return append(dst, session.TrimEOL(line[1:])...)
}

// appendMark appends a mark as an object.
func appendMark(dst []byte, m *session.Mark) []byte {
	dst, _ = appendString(append(dst, `{"kind":`...), []byte(m.Kind))
	for _, f := range canonical(m.Fields) {
		dst = append(appendMember(dst, f.Name), f.Value...)
	}
	return append(dst, '}')
}

func appendText(dst []byte, name, value string) []byte {
	if value == "" {
		return dst
	}
	dst, _ = appendString(appendMember(dst, name), []byte(value))
	return dst
}

func appendTrue(dst []byte, name string, value bool) []byte {
	if !value {
		return dst
	}
	return append(appendMember(dst, name), "true"...)
}

// A saying is a note that is the same wherever it stands.
type saying struct {
	tone     annotate.Tone
	say, ref string
}

// sayings writes notes. Most of a long session's notes are the same few hundred: they are put into JSON once.
type sayings struct {
	lang  text.Lang
	known map[saying][]byte
}

// maxSayings bounds what is kept.
const maxSayings = 4096

func (s *sayings) append(dst []byte, notes []annotate.Note) []byte {
	for i, n := range notes {
		if i > 0 {
			dst = append(dst, ',')
		}
		if len(n.Text.Args) > 0 {
			dst = s.note(dst, n)
			continue
		}
		key := saying{n.Tone, n.Text.T.EN, n.Ref}
		known, ok := s.known[key]
		if !ok {
			known = s.note(nil, n)
			if len(s.known) < maxSayings {
				s.known[key] = known
			}
		}
		dst = append(dst, known...)
	}
	return dst
}

func (s *sayings) note(dst []byte, n annotate.Note) []byte {
	dst, _ = appendString(append(dst, `{"tone":`...), []byte(n.Tone))
	dst, _ = appendString(append(dst, `,"text":`...), []byte(n.Text.In(s.lang)))
	return append(appendText(dst, "ref", n.Ref), '}')
}
