package transcripts

import (
	"io"
	"strconv"
	"time"

	"byhand/session"
	"byhand/session/annotate"
	"byhand/session/render"
	"byhand/session/text"
)

// Bounds of a picture.
const (
	maxRungs  = 1500 // a longer picture cannot be looked at; the rest is counted
	wholeRung = 60   // up to so many arrows each line of a reply has one
	runEnds   = 2    // lines of a long reply before the fold; one stands after it
	longReply = 4    // a reply of more lines is folded
)

// writeSVG draws the session as a ladder: the client on the left, the server on the right, an arrow for each line. The
// picture has no script and fetches nothing; it follows the reader's choice of light and dark.
func writeSVG(dst io.Writer, src *Reader, o Options) error {
	l := &ladder{opt: o, header: src.Header()}
	err := explained(src, o, func(e *session.Event, x annotate.Explanation) error {
		l.event(e, x)
		return nil
	})
	if err != nil {
		return err
	}
	l.endRun()
	_, err = dst.Write(l.draw(nil))
	return err
}

// A ladder is being drawn.
type ladder struct {
	opt    Options
	header Header
	begun  bool
	title  text.Said
	rungs  []rung
	more   int // rungs that were left out
	lines  [2]int
	run    run
	tempo  tempo
	said   []annotate.Note
}

// rungKind tells how a rung is drawn.
type rungKind uint8

const (
	rungClient  rungKind = iota // an arrow from left to right
	rungServer                  // an arrow from right to left
	rungFold                    // lines that have no arrow of their own
	rungChange                  // something happened to the connection
	rungChapter                 // a heading
	rungRemark                  // what somebody wrote about the line above
)

// A rung is one row of the picture.
type rung struct {
	kind    rungKind
	at      time.Duration
	verdict string
	code    string
	label   string // without the code
	n       int    // of a fold: lines
	size    int64  // of a fold: octets
	below   []note // what is said of it
	inside  bool   // a line of a reply after its first
}

// A note stands below an arrow.
type note struct {
	tone annotate.Tone
	text string
}

// A run is the lines of one reply, one letter or one list.
type run struct {
	conn, re int
	from     session.Side
	n        int
	hidden   int
	size     int64
	last     session.Event // the last line of those that are not shown yet, and what is said of it
	raw      []byte        // its bytes, as far as they fit
	said     annotate.Explanation
}

// event takes the next event.
func (l *ladder) event(e *session.Event, x annotate.Explanation) {
	if !l.begun {
		l.begun = true
		l.title = (&page{header: l.header}).title(e)
	}
	at := l.tempo.of(e)
	if e.Mark != nil {
		l.mark(e, x, at)
		return
	}
	l.lines[sender(e.From)]++
	if l.run.n > 0 && l.run.conn == e.Conn && l.run.from == e.From && l.run.re == e.Re && e.Role != session.Command {
		l.run.n++
		l.inRun(e, x, at)
		return
	}
	r := l.rung(e, x, at)
	l.endRun()
	l.run = run{conn: e.Conn, re: e.Re, from: e.From, n: 1}
	l.add(r)
}

// inRun takes a further line of a run: the first few and the last have an arrow. Where a run is long, only its last line is
// looked at more closely.
func (l *ladder) inRun(e *session.Event, x annotate.Explanation, at time.Duration) {
	r := &l.run
	if r.n > runEnds {
		r.hidden++
		r.size += int64(len(e.Raw))
	}
	if r.n <= longReply {
		one := l.rung(e, x, at)
		one.inside = true
		l.add(one)
		return
	}
	if r.n == longReply+1 { // now it is long: what was shown beyond the first lines is folded
		l.drop(longReply - runEnds)
		l.add(rung{kind: rungFold, at: at})
	}
	r.last, r.raw = *e, append(r.raw[:0], clipped(e)...)
	r.last.Raw = r.raw
	r.said = annotate.Explanation{Notes: append(r.said.Notes[:0], x.Notes...), Decoded: x.Decoded}
	if f := l.lastFold(); f != nil {
		f.n, f.size = r.hidden-1, r.size-int64(len(e.Raw))
	}
}

// clipped gives as much of a line's bytes as a label can show; a line with a secret whole.
func clipped(e *session.Event) []byte {
	if most := 8 * labelColumns; len(e.Raw) > most && len(e.Secret) == 0 {
		return e.Raw[:most]
	}
	return e.Raw
}

// lastFold gives the fold of the run under way, if it is in the picture.
func (l *ladder) lastFold() *rung {
	if n := len(l.rungs); n > 0 && l.rungs[n-1].kind == rungFold && l.more == 0 {
		return &l.rungs[n-1]
	}
	return nil
}

// endRun gives the last line of a folded run its arrow.
func (l *ladder) endRun() {
	if l.run.n > longReply {
		one := l.rung(&l.run.last, l.run.said, l.run.last.At)
		one.inside = true
		l.add(one)
	}
	l.run = run{}
}

// add appends a rung while there is room.
func (l *ladder) add(r rung) {
	if len(l.rungs) >= maxRungs {
		l.more++
		return
	}
	l.rungs = append(l.rungs, r)
}

// drop takes back the last n rungs.
func (l *ladder) drop(n int) {
	gone := min(n, l.more)
	l.more -= gone
	l.rungs = l.rungs[:max(len(l.rungs)-(n-gone), 0)]
}

// labelColumns is how much of a line fits on an arrow.
const labelColumns = 84

// rung makes the row of a line.
func (l *ladder) rung(e *session.Event, x annotate.Explanation, at time.Duration) rung {
	r := rung{kind: rungServer, at: at, verdict: verdict(e)}
	if e.From == session.Client {
		r.kind = rungClient
	}
	short := *e
	short.Raw = clipped(e)
	label := string(labelled(nil, &short, func(s string) string { return hiddenName(s).In(l.opt.Lang) }))
	if e.Conn > 1 {
		label = strconv.Itoa(e.Conn) + ": " + label
	} else if r.verdict != "" {
		r.code, label = label[:min(len(e.Code), len(label))], label[min(len(e.Code), len(label)):]
	}
	r.label = render.Cut(label, labelColumns-len(r.code))
	l.said = saidOf(l.said, x, l.opt.Depth)
	for i := range l.said {
		if n := &l.said[i]; n.Depth <= annotate.Brief && n.Tone != annotate.Next {
			r.below = append(r.below, note{n.Tone, n.Text.In(l.opt.Lang)})
		}
	}
	return r
}

// mark takes a change of the connection, a heading or a remark.
func (l *ladder) mark(e *session.Event, x annotate.Explanation, at time.Duration) {
	if remark := remarkOf(e); remark != "" {
		for _, t := range tongues(remark) {
			if t.lang == "" || t.lang == l.opt.Lang.String() {
				l.endRun()
				l.add(rung{kind: rungRemark, at: at, label: t.text})
			}
		}
		return
	}
	said := render.Change(e.Mark).In(l.opt.Lang)
	if said == "" {
		return
	}
	l.endRun()
	if name := heading(e); name != "" {
		l.add(rung{kind: rungChapter, at: at, label: name})
		return
	}
	r := rung{kind: rungChange, at: at, label: said, verdict: ""}
	if wrong(e) {
		r.verdict = "no"
	}
	l.add(r)
}
