package transcripts

import (
	"crypto/sha256"
	"encoding/hex"
	"hash"
	"io"
	"strconv"
	"strings"
	"time"

	"byhand/session"
	"byhand/session/annotate"
)

// maxPending bounds the exchanges that wait for the end of their reply; the oldest is written as it is.
const maxPending = 64

// writeJSON writes the session as one JSON object whose exchanges are commands with their replies:
//
//	{"title","start","exchanges":[{"n","c","t","command","verb","sent"?,"reply":{"code","enhanced"?,"text","lines"},
//	 "ms","folded"?,"chapter"?,"notes","annotations"}],"marks":[{"n","c","t","kind",…}]}
//
// command is null where the server spoke by itself; sent holds what the client sent after its command (a letter, the
// answers of AUTH); ms is null where no times were told. Of an exchange with more than 64 KiB the lines are left out, and
// folded tells how many, their octets and their SHA-256.
func writeJSON(dst io.Writer, src *Reader, o Options) error {
	j := &jsonTalk{opt: o, notes: sayings{lang: o.Lang}}
	j.head(src.Header())
	err := explained(src, o, func(e *session.Event, x annotate.Explanation) error {
		j.event(e, x)
		if len(j.buf) < maxRead {
			return nil
		}
		return j.flush(dst)
	})
	if err != nil {
		return err
	}
	j.give(true)
	j.buf = append(append(append(j.buf, "\n],\"marks\":["...), j.marks...), "\n]}\n"...)
	return j.flush(dst)
}

// jsonTalk is being written.
type jsonTalk struct {
	opt     Options
	notes   sayings
	buf     []byte
	pending []*exchange
	last    *exchange // of the last line
	any     bool      // an exchange has been written
	told    bool      // times have been told
	chapter string
	marks   []byte
	count   int
}

// An exchange is a command with all that belongs to it.
type exchange struct {
	n, conn     int
	at, ended   time.Duration
	command     []byte // JSON, or nil
	verb        string
	code        string
	enhanced    string
	text        []byte // JSON: the text of the last reply's first line
	more        bool   // the last reply goes on
	sent, lines []byte // JSON strings, with commas
	notes       []byte
	said        []byte
	chapter     string
	done        bool

	count [2]int    // lines sent and answered
	size  int64     // octets of both
	sum   hash.Hash // of both
	fold  bool
}

func (j *jsonTalk) flush(dst io.Writer) error {
	_, err := dst.Write(j.buf)
	j.buf = j.buf[:0]
	return err
}

func (j *jsonTalk) head(h Header) {
	j.buf, _ = appendString(append(j.buf, `{"title":`...), []byte(h.Title))
	j.buf = h.Start.AppendFormat(append(j.buf, `,"start":"`...), startLayout)
	j.buf = append(j.buf, `","exchanges":[`...)
}

// event takes the next event.
func (j *jsonTalk) event(e *session.Event, x annotate.Explanation) {
	j.told = j.told || e.At > 0
	if e.Mark != nil {
		j.mark(e)
		return
	}
	j.give(false)
	at := j.of(e)
	j.last = at
	line, _ := eventLine(nil, e)
	at.take(e, line, j.opt.Full)
	for i := range x.Notes {
		if at.fold {
			break
		}
		at.said = strconv.AppendInt(append(comma(at.said), `{"line":`...), int64(e.N), 10)
		at.said = append(append(at.said, ','), j.notes.appendSaying(nil, x.Notes[i])[1:]...)
	}
	if x.Decoded != "" && !at.fold {
		at.said = strconv.AppendInt(append(comma(at.said), `{"line":`...), int64(e.N), 10)
		at.said = append(appendText(at.said, "decoded", x.Decoded), '}')
	}
}

// of gives the exchange that a line belongs to.
func (j *jsonTalk) of(e *session.Event) *exchange {
	if e.Role != session.Command {
		for _, p := range j.pending {
			if p.conn == e.Conn && (e.Re > 0 && p.n == e.Re || e.Re == 0 && p.command == nil && !p.done && e.From == session.Server) {
				return p
			}
		}
	}
	p := &exchange{n: e.N, conn: e.Conn, at: e.At, sum: sha256.New(), chapter: j.chapter}
	j.chapter = ""
	j.pending = append(j.pending, p)
	return p
}

// take adds a line to the exchange.
func (p *exchange) take(e *session.Event, line []byte, full bool) {
	p.ended = e.At
	switch {
	case e.Role == session.Command && p.command == nil && p.n == e.N:
		p.command, _ = appendString(nil, line)
		p.verb = e.Verb
		return
	case e.From == session.Client:
		p.count[0]++
	default:
		p.count[1]++
		p.status(e, line)
	}
	p.size += int64(len(line) + 2)
	p.sum.Write(append(line, '\r', '\n'))
	if p.fold = p.fold || p.size > maxBody && !full; p.fold {
		p.sent, p.lines, p.said = nil, nil, nil
		return
	}
	if e.From == session.Client {
		p.sent, _ = appendString(comma(p.sent), line)
		return
	}
	p.lines, _ = appendString(comma(p.lines), line)
}

// status notes a status line, and whether the reply is complete.
func (p *exchange) status(e *session.Event, line []byte) {
	if v := verdict(e); v != "" {
		if !p.more {
			rest := strings.TrimPrefix(strings.TrimPrefix(string(line), e.Code), "-")
			p.text, _ = appendString(nil, []byte(strings.TrimLeft(rest, " ")))
		}
		p.code, p.enhanced, p.more = e.Code, e.Enhanced(), e.More
		p.done = !e.More && v != "go"
	}
	if e.Role == session.Data || e.Role == session.Unknown {
		p.done = !e.More
	}
}

// mark keeps a remark with the exchange that it is about, and a change of the connection for the end.
func (j *jsonTalk) mark(e *session.Event) {
	switch {
	case e.Mark.Kind == kindEnd:
		return
	case remarkOf(e) != "" && j.last != nil:
		j.last.notes, _ = appendString(comma(j.last.notes), []byte(remarkOf(e)))
		return
	case heading(e) != "":
		j.chapter = heading(e)
	}
	const most = 10_000 // what stands at the end must be held till then
	if j.count++; j.count > most {
		return
	}
	if j.count > 1 {
		j.marks = append(j.marks, ',')
	}
	j.marks = strconv.AppendInt(append(j.marks, "\n{\"n\":"...), int64(e.N), 10)
	j.marks = strconv.AppendInt(append(j.marks, `,"c":`...), int64(max(e.Conn, 1)), 10)
	j.marks = appendTime(append(j.marks, `,"t":`...), e.At)
	j.marks = append(append(j.marks, ','), appendMark(nil, e.Mark)[1:]...)
}

// give writes the exchanges at the front that are complete; with all, every one.
func (j *jsonTalk) give(all bool) {
	for len(j.pending) > 0 && (all || j.pending[0].done || len(j.pending) > maxPending) {
		if j.any {
			j.buf = append(j.buf, ',')
		}
		j.any = true
		j.buf = j.pending[0].append(append(j.buf, '\n'), j.told)
		j.pending = j.pending[1:]
	}
}

// append appends the exchange as an object.
func (p *exchange) append(dst []byte, told bool) []byte {
	dst = strconv.AppendInt(append(dst, `{"n":`...), int64(p.n), 10)
	dst = strconv.AppendInt(append(dst, `,"c":`...), int64(max(p.conn, 1)), 10)
	dst = appendTime(append(dst, `,"t":`...), p.at)
	dst = append(append(dst, `,"command":`...), orNull(p.command)...)
	dst, _ = appendString(append(dst, `,"verb":`...), []byte(p.verb))
	if p.count[0] > 0 && !p.fold {
		dst = append(append(append(dst, `,"sent":[`...), p.sent...), ']')
	}
	dst, _ = appendString(append(dst, `,"reply":{"code":`...), []byte(p.code))
	dst = appendText(dst, "enhanced", p.enhanced)
	dst = append(append(dst, `,"text":`...), orNull(p.text)...)
	dst = append(append(append(dst, `,"lines":[`...), p.lines...), `]},"ms":`...)
	if told {
		dst = strconv.AppendInt(dst, (p.ended - p.at).Milliseconds(), 10)
	} else {
		dst = append(dst, "null"...)
	}
	if p.fold {
		dst = strconv.AppendInt(append(dst, `,"folded":{"lines":`...), int64(p.count[0]+p.count[1]), 10)
		dst = strconv.AppendInt(append(dst, `,"octets":`...), p.size, 10)
		dst = append(append(append(dst, `,"sha256":"`...), hex.EncodeToString(p.sum.Sum(nil))...), `"}`...)
	}
	dst = appendText(dst, "chapter", p.chapter)
	dst = append(append(append(dst, `,"notes":[`...), p.notes...), `],"annotations":[`...)
	return append(append(dst, p.said...), "]}"...)
}

// comma appends the comma that stands before all but the first of a list.
func comma(dst []byte) []byte {
	if len(dst) == 0 {
		return dst
	}
	return append(dst, ',')
}

// orNull gives a value, or null in place of none.
func orNull(value []byte) []byte {
	if value == nil {
		return []byte("null")
	}
	return value
}
