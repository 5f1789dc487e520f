package transcripts

import (
	"bufio"
	"context"
	"errors"
	"io"

	"byhand/session"
	"byhand/session/annotate"
	"byhand/session/proto"
)

// exact is how many bytes before a place are read to know all that happened before it. Farther into a file the way to a place
// is an excerpt: how the connection began, the last commands with the beginning of their replies, and the lines right before.
const exact = 2 << 20

// Of the excerpt: so many lines of a connection's beginning, and of each turn.
const (
	maxBeginning = 128
	maxTurn      = 64
)

// playhead reads on from a place: the bytes, what they are, and what is said of them.
type playhead struct {
	rd     *Reader
	base   int  // the place before the first line of rd
	place  int  // of the next line
	last   int  // place of the line before
	torn   bool // lines of the reply or the letter under way were passed over
	over   bool // the framer was told that nothing follows
	framer *proto.Framer
	notes  *annotate.Annotator
}

// seek puts the head where it can read on to a place.
func (t *Tape) seek(place int) error {
	if err := t.reach(place); err != nil {
		return err
	}
	if len(t.index.rows) == 0 {
		return io.EOF
	}
	row := t.index.rows[max(t.index.row(place)-1, 0)] // one row more, for steps back
	t.head = playhead{framer: proto.New(session.Untold), notes: annotate.New()}
	t.seen = window{first: row.place}
	if row.off <= exact {
		first := t.index.rows[0].spot
		t.seen.first = first.place
		t.head.load(t.file, first)
		return nil
	}
	if err := t.excerpt(&row); err != nil {
		return err
	}
	t.head.load(t.file, row.spot)
	return nil
}

// load lets the head read the lines from a spot on.
func (h *playhead) load(file io.ReaderAt, from spot) {
	lines := newLineReader(bufio.NewReaderSize(io.NewSectionReader(file, from.off, 1<<62-from.off), 64<<10))
	h.rd = &Reader{form: &recorded{lines: lines}, name: FormRecorded, ahead: entry{conn: 1}, conn: 1, lone: true}
	h.base, h.place = from.place-1, from.place
}

// excerpt lets the head know what matters of all that comes before a row.
func (t *Tape) excerpt(row *stretch) error {
	h := &t.head
	stop := row.place
	for _, s := range row.turns {
		if s.place > row.open.place {
			stop = min(stop, s.place)
		}
	}
	if err := t.pass(row.open, min(stop, row.open.place+maxBeginning)); err != nil {
		return err
	}
	for i, s := range row.turns {
		end := row.place
		if i+1 < len(row.turns) {
			end = row.turns[i+1].place
		}
		if s.place <= row.open.place || s.place < h.place {
			continue
		}
		if s.place > h.place { // what was said between is not known: a client begins to speak when all was answered
			if err := h.anew(t, s); err != nil {
				return err
			}
		}
		if row.off-s.off > exact {
			h.torn = end > s.place+maxTurn
			end = min(end, s.place+maxTurn)
		}
		if err := t.pass(s, end); err != nil {
			return err
		}
	}
	h.framer.Count(row.place)
	return nil
}

// pass reads lines that nobody looks at.
func (t *Tape) pass(from spot, to int) error {
	if from.place == 0 {
		from = t.index.rows[0].spot
	}
	t.head.load(t.file, from)
	t.head.framer.Count(from.place)
	for t.head.place < to {
		if err := t.head.step(t, nil); err != nil {
			return err
		}
	}
	return nil
}

// anew gives the head a framer that knows nothing of the past but the protocol, and that the server has greeted.
func (h *playhead) anew(t *Tape, at spot) error {
	conn := 1
	err := t.eachLine(at, at.place+1, func(_ int, line []byte) bool {
		var e entry
		if parseEntry(session.TrimEOL(line), &e) {
			conn = e.conn
		}
		return false
	})
	p := h.framer.Protocol(conn)
	h.framer = proto.New(p)
	if greeting := map[session.Protocol]string{session.POP3: "+OK\r\n", session.SMTP: "220 \r\n"}[p]; greeting != "" {
		h.framer.Feed(session.Chunk{Conn: conn, From: session.Server, Data: []byte(greeting)})
	}
	h.framer.Count(at.place)
	return err
}

// step reads one line of the file, and keeps its events if seen is given.
func (h *playhead) step(t *Tape, seen *window) error {
	place := h.place
	if h.rd.flush == session.Nobody {
		if _, err := h.rd.session(); err != nil {
			return h.ended(err)
		}
		place = h.base + h.rd.form.(*recorded).lines.n
	}
	for more := true; more; more = h.rd.flush != session.Nobody {
		c, err := h.rd.Next(context.Background())
		if err != nil {
			return h.ended(err)
		}
		for _, e := range h.framer.Feed(c) {
			x := h.explain(&e)
			if seen != nil {
				seen.add(place, &e, x)
			}
		}
	}
	h.last, h.place = place, place+1
	return nil
}

// explain says what an event means. The end of a text whose middle was passed over is not explained: what is said there counts its lines.
func (h *playhead) explain(e *session.Event) annotate.Explanation {
	x := h.notes.Event(e)
	if h.torn && e.Role == session.Data && !e.More {
		h.torn, x = false, annotate.Explanation{}
	}
	return x
}

// finish gives what the last line of the file left without an end.
func (h *playhead) finish(t *Tape) {
	if n, all := t.Len(); !all || t.live && !t.index.closed || h.over || h.place <= n {
		return
	}
	h.over = true
	for _, e := range h.framer.Feed(session.Chunk{Flush: true}) {
		t.seen.add(h.last, &e, h.notes.Event(&e))
	}
}

// ended forgets the end of the file: it may grow.
func (h *playhead) ended(err error) error {
	if errors.Is(err, io.EOF) {
		h.rd = nil
	}
	return err
}
