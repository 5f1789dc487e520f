package transcripts

import (
	"context"
	"encoding/base64"
	"io"
	"strconv"
	"time"

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
// Writing takes about as long as explaining, so that it has a goroutine of its own.
func writeAnnotated(dst io.Writer, src *Reader, o Options) error {
	ctx, stop := context.WithCancel(context.Background())
	defer stop()
	free, told, done := make(chan *lines, 4), make(chan *lines, 4), make(chan error, 1)
	go func() { done <- writeTold(dst, o.Lang, told, free, stop) }() // ends when told is closed
	a := annotate.New()
	err := handed(ctx, src, free, func(l *lines) {
		l.explain(a, o.Depth)
		told <- l
	})
	close(told)
	if written := <-done; written != nil {
		return written
	}
	return err
}

// writeTold writes lines until told is closed, and puts them on free. After a fault it calls stop and writes nothing more.
func writeTold(dst io.Writer, lang text.Lang, told <-chan *lines, free chan<- *lines, stop func()) (failed error) {
	var buf []byte
	a := newAnnotator(lang)
	for l := range told {
		buf = buf[:0]
		l.explained(func(e *session.Event, x annotate.Explanation) { buf = a.append(buf, e, x) })
		if failed == nil {
			_, failed = dst.Write(buf)
		}
		if failed != nil {
			stop()
		}
		l.reset()
		free <- l
	}
	return failed
}

// An around is what the object of an event says beside its line and its notes. The lines of a letter mostly have the same.
type around struct {
	conn                 int
	at                   time.Duration
	from                 session.Side
	proto                session.Protocol
	role                 session.Role
	verb, code, enhanced string
	more, cont           bool
	re                   int
}

func aroundOf(e *session.Event) around {
	return around{max(e.Conn, 1), e.At, e.From, e.Proto, e.Role, e.Verb, e.Code, e.Enhanced(), e.More, e.Cont, e.Re}
}

// head appends what stands before the line.
func (f *around) head(dst []byte) []byte {
	dst = strconv.AppendInt(append(dst, `,"c":`...), int64(f.conn), 10)
	dst = appendTime(append(dst, `,"t":`...), f.at)
	dst = append(append(dst, `,"from":"`...), f.from.String()...)
	dst = append(append(dst, `","proto":"`...), f.proto...)
	dst = append(append(dst, `","role":"`...), f.role.String()...)
	return append(dst, `","line":`...)
}

// tail appends what stands after the line.
func (f *around) tail(dst []byte) []byte {
	dst = appendText(dst, "verb", f.verb)
	dst = appendText(dst, "code", f.code)
	dst = appendText(dst, "enhanced", f.enhanced)
	dst = appendTrue(dst, "more", f.more)
	dst = appendTrue(dst, "cont", f.cont)
	if f.re > 0 {
		dst = strconv.AppendInt(append(dst, `,"re":`...), int64(f.re), 10)
	}
	return dst
}

// An annotator writes the objects of events. It keeps what is around the line of the last one.
type annotator struct {
	said       sayings
	is         around
	head, tail []byte // of is, written
	text       []byte
}

func newAnnotator(lang text.Lang) *annotator {
	return &annotator{said: sayings{lang: lang}}
}

func (a *annotator) append(dst []byte, e *session.Event, x annotate.Explanation) []byte {
	if is := aroundOf(e); is != a.is {
		a.is, a.head, a.tail = is, is.head(a.head[:0]), is.tail(a.tail[:0])
	}
	line, hide := session.TrimEOL(e.Raw), []session.Span(nil)
	if e.Mark != nil || len(e.Secret) > 0 {
		a.text, hide = eventLine(a.text[:0], e)
		line = a.text
	}
	dst = strconv.AppendInt(append(dst, `{"n":`...), int64(e.N), 10)
	dst, exact := appendString(append(dst, a.head...), line)
	if !exact {
		dst = append(base64.StdEncoding.AppendEncode(append(dst, `,"b64":"`...), line), '"')
	}
	dst = appendText(append(dst, a.tail...), "decoded", x.Decoded)
	if len(hide) > 0 {
		dst = appendSpans(append(dst, `,"secret":`...), hide)
	}
	if e.Mark != nil {
		dst = appendMark(append(dst, `,"mark":`...), e.Mark)
	}
	dst = a.said.append(append(dst, `,"notes":[`...), x.Notes)
	return append(dst, "]}\n"...)
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
	text  []byte // of a note, while it is written
	known [maxSayings]struct {
		saying
		json []byte
	}
}

// maxSayings bounds what is kept.
const maxSayings = 2048

// slot tells where a saying is kept. To compare it with the one that is there costs next to nothing, for equal sayings are mostly the
// same string in memory; a map would read all of it.
func (s saying) slot() int {
	n := len(s.say)
	if n == 0 {
		return 0
	}
	return (31*(31*(31*n+len(s.ref))+int(s.say[n/2])) + int(s.say[n/3])) % maxSayings
}

func (s *sayings) append(dst []byte, notes []annotate.Note) []byte {
	for i, n := range notes {
		if i > 0 {
			dst = append(dst, ',')
		}
		if len(n.Text.Args) > 0 {
			dst = s.appendSaying(dst, n)
			continue
		}
		key := saying{n.Tone, n.Text.T.EN, n.Ref}
		known := &s.known[key.slot()]
		if known.json == nil || known.saying != key {
			known.saying, known.json = key, s.appendSaying(nil, n)
		}
		dst = append(dst, known.json...)
	}
	return dst
}

// appendSaying appends a note as an object.
func (s *sayings) appendSaying(dst []byte, n annotate.Note) []byte {
	s.text = n.Text.Append(s.text[:0], s.lang)
	dst, _ = appendString(append(dst, `{"tone":`...), []byte(n.Tone))
	dst, _ = appendString(append(dst, `,"text":`...), s.text)
	return append(appendText(dst, "ref", n.Ref), '}')
}
