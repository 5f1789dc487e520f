// Package render is the screen: it turns events and what is said of them into lines for a person. It writes nothing
// itself; every function appends whole lines to a slice, and the caller decides when they go out.
//
// It keeps nothing from one event to the next and knows no clock, so a live session and its replay look the same, and a
// replay can go back. What comes from the wire is never cut and never acts: secrets are masked by the event, and
// whatever a terminal would obey is made visible.
package render

import (
	"bytes"
	"strconv"

	"byhand/session"
	"byhand/session/annotate"
	"byhand/session/text"
)

// Options tell for whom to render.
type Options struct {
	Width func() int     // columns of the terminal, asked for at each text; nil, or 0 given: text is not wrapped
	Lang  text.Lang      // language of all that is said
	Depth annotate.Depth // notes that are deeper than this are left out
	Color bool           // see WantColor
	Plain bool           // words instead of symbols: for screen readers and old fonts
}

// Text is wrapped to the terminal, but not narrower than can be laid out, and not wider than can be read.
const (
	narrowest = 20
	widest    = 100
)

// Renderer renders for one set of Options. It is not safe for use by two goroutines at once.
type Renderer struct {
	opt     Options
	style   styles
	tones   map[annotate.Tone]look
	voices  [voices]look
	scratch []byte // a line with its secrets masked
}

// New gives a renderer.
func New(o Options) *Renderer {
	r := &Renderer{opt: o, style: newStyles(o.Color)}
	r.tones, r.voices = toneLooks(&r.style), voiceLooks(&r.style)
	return r
}

// At gives a renderer that is equal but for its depth.
func (r *Renderer) At(d annotate.Depth) *Renderer {
	o := r.opt
	o.Depth = d
	return New(o)
}

// Event appends the event's line and below it the notes of x: "S: " and the server's line, "C: " and the client's, or
// "-- " and what happened to the connection. The line is whole, however long, and the terminal may wrap it.
func (r *Renderer) Event(dst []byte, e *session.Event, x annotate.Explanation) []byte {
	if e.Mark != nil {
		return r.Explain(r.mark(dst, e.Mark), Beyond(e.Role, x))
	}
	return r.Explain(r.line(dst, e, r.shown(e), 0), x)
}

// Notes appends the notes of x alone, for a stream beside the bytes; so that they tell where they belong, the event's line
// stands above them, cut to one row. Where there is nothing to say it appends nothing.
func (r *Renderer) Notes(dst []byte, e *session.Event, x annotate.Explanation) []byte {
	switch {
	case r.opt.Depth == annotate.Off:
		return dst
	case e.Mark != nil:
		return r.Event(dst, e, x)
	case !r.speaks(x):
		return dst
	}
	raw, row := r.shown(e), r.columns()
	if row == unbounded {
		row = widest
	}
	if most := 8 * row; len(raw) > most { // a row holds less than that, whatever is in it
		raw = raw[:most]
	}
	return r.Explain(r.line(dst, e, raw, row), x)
}

// shown gives the bytes of e that are shown: secrets masked, without the CRLF. Any other end of a line is part of it, as it
// is no line end in mail (RFC 5321 §2.3.8).
func (r *Renderer) shown(e *session.Event) []byte {
	raw := e.Raw
	if len(e.Secret) > 0 {
		r.scratch, _ = e.Masked(r.scratch[:0])
		raw = r.scratch
	}
	return bytes.TrimSuffix(raw, []byte("\r\n"))
}

// line appends one line of the wire, raw made visible; with row over 0 it is cut to that many columns.
func (r *Renderer) line(dst []byte, e *session.Event, raw []byte, row int) []byte {
	dst, lead := r.lead(dst, e)
	if row > 0 {
		raw = []byte(Cut(string(Visible(nil, raw)), row-lead))
		return append(r.status(dst, e, raw, passOn), '\n')
	}
	return append(r.status(dst, e, raw, Visible), '\n')
}

// lead appends who speaks, and gives its columns. A connection after the first has its number; a line that goes on from
// the event before has no colon.
func (r *Renderer) lead(dst []byte, e *session.Event) (_ []byte, columns int) {
	var who string
	var s *style
	switch e.From {
	case session.Server:
		who, s = "S", &r.style.server
	case session.Client:
		who, s = "C", &r.style.client
	default:
		who, s = "-", &r.style.aside
	}
	end := ":"
	switch {
	case e.Cont && r.opt.Plain:
		end = "..."
	case e.Cont:
		end = "…"
	}
	start := len(dst)
	dst = append(s.begin(dst), who...)
	if e.Conn > 1 {
		dst = strconv.AppendInt(dst, int64(e.Conn), 10)
	}
	columns = len(dst) - start - len(s.on) + Width(end) + 1
	dst = append(dst, end...)
	return append(s.end(dst), ' '), columns
}

// status appends raw with its status code coloured by what it says, or all of it in the style of what was typed.
func (r *Renderer) status(dst []byte, e *session.Event, raw []byte, show func(dst, line []byte) []byte) []byte {
	switch e.Role {
	case session.Command, session.Answer:
		return r.style.typed.end(show(r.style.typed.begin(dst), raw))
	case session.Greeting, session.Reply, session.Challenge:
		if s := r.verdict(e.Code); s != nil && bytes.HasPrefix(raw, []byte(e.Code)) {
			dst, raw = s.paint(dst, e.Code), raw[len(e.Code):]
		}
	}
	return show(dst, raw)
}

func passOn(dst, line []byte) []byte { return append(dst, line...) }

// verdict gives the style of a status (RFC 1939 §3, RFC 5321 §4.2.1), or nil for what is none.
func (r *Renderer) verdict(code string) *style {
	switch code {
	case "+OK":
		return &r.style.good
	case "-ERR":
		return &r.style.bad
	case "+":
		return &r.style.ask
	}
	if n, err := strconv.Atoi(code); err != nil || len(code) != 3 || n < 200 {
		return nil
	}
	switch code[0] {
	case '2':
		return &r.style.good
	case '3':
		return &r.style.ask
	}
	return &r.style.bad
}

// unbounded is the width of a stream that nobody wraps.
const unbounded = 1 << 30

// columns gives the width to which text is wrapped.
func (r *Renderer) columns() int {
	if r.opt.Width == nil {
		return unbounded
	}
	w := r.opt.Width()
	if w <= 0 {
		return unbounded
	}
	return min(max(w, narrowest), widest)
}
