package transcripts

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"hash"
	"io"
	"slices"
	"strconv"
	"time"

	"byhand/session"
)

// Writer writes the recorded form. It makes one Write for each call of Sink, so that what was acknowledged is in the
// file and a crash costs no more than the call under way. It is for one goroutine.
type Writer struct {
	w     io.Writer
	err   error
	buf   []byte
	sum   hash.Hash // of all lines; nil in a form that has no closing line
	form  func([]byte, *entry) []byte
	count [2]int64 // bytes of the client and of the server, as written
	one   entry    // memory for the entry being written

	hide  func(*session.Event) []session.Span // what is masked of an event; nil for its secrets
	scrub func([]byte) []byte                 // what is masked of the text of a mark; nil for nothing

	bodies bool // letters are masked

	base  time.Duration // added to all times, after a resume
	conns int           // added to all numbers of connections, after a resume
	last  time.Duration // time of the last line
	call  int           // number of the call of Sink
	now   []stamp       // reads and writes that have the time last
	open  int           // the call whose last line has no end; 0 if it has one
}

// A stamp tells which read or write holds a time: equal times of one side mean one read (format §1).
type stamp struct {
	kind string
	conn int
	call int
	at   time.Duration // as the event told it
}

// maxStamps bounds how many connections share a microsecond; the next one has one of its own.
const maxStamps = 256

// NewWriter gives a Writer to w. The header is written with the first events, or by End.
func NewWriter(w io.Writer, h Header) *Writer {
	wr := &Writer{w: w, sum: sha256.New(), form: appendEntry, one: entry{conn: 1}}
	wr.buf = append(h.appendLine(wr.buf), '\n')
	return wr
}

// Sink is a session.Sink: it writes the events of one chunk with one Write, secrets masked. After an error it
// gives the same error for ever and writes nothing more.
func (w *Writer) Sink(events []session.Event) error {
	w.call++
	for i := range events {
		w.event(&events[i])
	}
	return w.flush()
}

// event appends one event to what the call will write.
func (w *Writer) event(e *session.Event) {
	one := &w.one
	one.reset()
	one.conn = min(max(e.Conn, 1)+w.conns, maxConn)
	at := (w.base + e.At).Truncate(time.Microsecond)
	switch {
	case e.Mark != nil:
		if e.Mark.Kind == kindEnd {
			return // the end of what is read again is not the end of what is written
		}
		one.kind, one.fields = e.Mark.Kind, canonical(e.Mark.Fields)
		if w.scrub != nil {
			for i, f := range one.fields {
				one.fields[i] = scrubbedField(f, w.scrub)
			}
		}
		if e.Mark.Kind == "close" && w.open != 0 && w.open != w.call {
			at = max(at, w.last+time.Microsecond) // silence ended the line above, not this close: see Reader.closes
		}
		one.at = w.later(at)
	case e.From == session.Nobody:
		return
	case w.bodies && e.Role == session.Data && e.Verb == "BDAT": // its octets are counted, so that masks cannot stand for them
		one.kind, one.at = "lost", w.later(at)
		one.fields = session.NewMark("", "dir", kindClient, "bytes", len(e.Raw)).Fields
	default:
		one.kind = kindOf(e.From)
		masked := *e
		if w.hide != nil {
			masked.Secret = w.hide(e)
		}
		one.data, one.hide = masked.Masked(one.data)
		one.at = w.stamp(stamp{one.kind, one.conn, w.call, at})
		if w.open = w.call; bytes.HasSuffix(one.data, []byte{'\n'}) {
			w.open = 0
		}
	}
	w.entry(one)
}

// entry appends one entry as it is.
func (w *Writer) entry(e *entry) {
	switch e.kind {
	case kindClient:
		w.count[0] += int64(len(e.data))
	case kindServer:
		w.count[1] += int64(len(e.data))
	}
	w.buf = w.form(w.buf, e)
}

// later gives the time for a line: at, but never before the line above.
func (w *Writer) later(at time.Duration) time.Duration {
	if at > w.last {
		w.last, w.now = at, w.now[:0]
	}
	return w.last
}

// stamp gives the time for bytes. Lines of one read share their time; where another read or write of the same side
// has that time already, the later one moves on by a microsecond.
func (w *Writer) stamp(s stamp) time.Duration {
	at := w.later(s.at)
	i := slices.IndexFunc(w.now, func(t stamp) bool { return t.kind == s.kind && t.conn == s.conn })
	switch {
	case i < 0 && len(w.now) < maxStamps:
		w.now = append(w.now, s)
	case i < 0:
		at = w.later(at + time.Microsecond)
		w.now = append(w.now, s)
	case w.now[i] != s:
		at = w.later(at + time.Microsecond)
		w.now = append(w.now, s)
	}
	return at
}

// canonical gives fields whose values are written in the one way of this package.
func canonical(fields []session.Field) []session.Field {
	all := make([]session.Field, 0, len(fields))
	for _, f := range fields {
		if json.Valid(f.Value) {
			all = append(all, session.Field{Name: f.Name, Value: appendJSON(nil, f.Value)})
		}
	}
	return all
}

// flush writes what was appended.
func (w *Writer) flush() error {
	if w.err != nil || len(w.buf) == 0 {
		return w.err
	}
	if w.sum != nil {
		w.sum.Write(w.buf)
	}
	_, w.err = w.w.Write(w.buf)
	w.buf = w.buf[:0]
	return w.err
}

// End writes the closing line: how many bytes each side sent, and the checksum of all lines before it.
func (w *Writer) End() error {
	w.end(w.last, nil)
	return w.flush()
}

// end appends the closing line.
func (w *Writer) end(at time.Duration, more []session.Field) {
	w.sum.Write(w.buf)
	e := entry{at: at, kind: kindEnd, conn: 1, fields: append([]session.Field{
		{Name: "C", Value: strconv.AppendInt(nil, w.count[0], 10)},
		{Name: "S", Value: strconv.AppendInt(nil, w.count[1], 10)},
		{Name: "sha256", Value: quotedString(hex.EncodeToString(w.sum.Sum(nil)))},
	}, more...)}
	start := len(w.buf)
	w.buf = appendEntry(w.buf, &e)
	w.sum.Write(w.buf[start:])
	if w.err == nil {
		_, w.err = w.w.Write(w.buf)
	}
	w.buf = w.buf[:0]
}
