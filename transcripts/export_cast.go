package transcripts

import (
	"io"
	"strconv"
	"strings"
	"time"

	"byhand/session"
	"byhand/session/annotate"
	"byhand/session/render"
)

// The terminal of a cast. A player wraps what is longer.
const (
	castColumns = 80
	castRows    = 24
	castIdle    = "2.0" // seconds that a player should wait at most
)

// The SGR sequences of a cast: who speaks, what was typed, and what was not on the wire.
const (
	castClient = "\x1b[36m"
	castServer = "\x1b[32m"
	castDim    = "\x1b[2m"
	castPlain  = "\x1b[0m"
)

// writeCast2 writes an asciicast of version 2 (https://docs.asciinema.org/manual/asciicast/v2/).
func writeCast2(dst io.Writer, src *Reader, o Options) error { return writeCast(dst, src, o, 2) }

// writeCast3 writes an asciicast of version 3, whose times are intervals
// (https://docs.asciinema.org/manual/asciicast/v3/).
func writeCast3(dst io.Writer, src *Reader, o Options) error { return writeCast(dst, src, o, 3) }

func writeCast(dst io.Writer, src *Reader, o Options, version int) error {
	c := &cast{version: version, opt: o, bodies: bodies{full: o.Full}}
	c.bodies.fold = c.fold
	c.buf = c.head(c.buf, src.Header())
	err := explained(src, o, func(e *session.Event, x annotate.Explanation) error {
		c.at = c.tempo.of(e)
		c.buf = c.bodies.add(c.buf, e, func(dst []byte) []byte { return c.event(dst, e, x) })
		if len(c.buf) < maxRead {
			return nil
		}
		return c.flush(dst)
	})
	if err != nil {
		return err
	}
	c.buf = c.bodies.finish(c.buf)
	if version == 3 {
		c.buf = c.put(c.buf, 'x', []byte("0"))
	}
	return c.flush(dst)
}

// A cast is being written. Nothing of the wire reaches the player's terminal as it was: what could act is shown.
type cast struct {
	version int
	opt     Options
	buf     []byte
	bodies  bodies
	tempo   tempo
	at      time.Duration // of the event under way
	sent    time.Duration // of the last line, in whole milliseconds: intervals are taken of the running sum, so that none drifts
	line    []byte
	said    []annotate.Note
}

func (c *cast) flush(dst io.Writer) error {
	_, err := dst.Write(c.buf)
	c.buf = c.buf[:0]
	return err
}

// head appends the first line.
func (c *cast) head(dst []byte, h Header) []byte {
	if c.version == 3 {
		dst = append(dst, `{"version":3,"term":{"cols":80,"rows":24},"timestamp":`...)
	} else {
		dst = append(dst, `{"version":2,"width":80,"height":24,"timestamp":`...)
	}
	dst = strconv.AppendInt(dst, h.Start.Unix(), 10)
	dst = append(append(dst, `,"idle_time_limit":`...), castIdle...)
	return append(appendText(dst, "title", h.Title), "}\n"...)
}

// put appends one line: a time, a kind and text.
func (c *cast) put(dst []byte, kind byte, text []byte) []byte {
	dst = append(dst, '[')
	if c.version == 3 {
		at := c.at.Round(time.Millisecond)
		dst = strconv.AppendFloat(dst, max(at-c.sent, 0).Seconds(), 'f', 3, 64)
		c.sent = max(at, c.sent)
	} else {
		dst = appendTime(dst, c.at)
	}
	dst = append(append(dst, `,"`...), kind, '"', ',')
	dst, _ = appendString(dst, text)
	return append(dst, "]\n"...)
}

// event appends what e shows, and what is said of it.
func (c *cast) event(dst []byte, e *session.Event, x annotate.Explanation) []byte {
	switch {
	case e.Mark == nil:
		dst = c.wire(dst, e)
	case remarkOf(e) != "":
		return c.remark(dst, e)
	default:
		said := render.Change(e.Mark).In(c.opt.Lang)
		if said == "" {
			return dst
		}
		name := said
		if h := heading(e); h != "" {
			name, said = h, "== "+h+" =="
		}
		dst = c.dim(c.put(dst, 'm', render.Visible(nil, []byte(name))), "-- ", said)
		x = render.Beyond(e.Role, x)
	}
	c.said = saidOf(c.said, x, c.opt.Depth)
	for i := range c.said {
		dst = c.dim(dst, "  "+toneSign(c.said[i].Tone)+" ", c.said[i].Text.In(c.opt.Lang))
	}
	return dst
}

// wire appends a line of either side; what the client typed is input as well.
func (c *cast) wire(dst []byte, e *session.Event) []byte {
	c.line = labelled(c.line[:0], e, rawLabel)
	color := castServer
	if e.From == session.Client {
		color = castClient
		dst = c.put(dst, 'i', append(c.line, '\r'))
	}
	shown := append([]byte(color), kindOf(e.From)...)
	if e.Conn > 1 {
		shown = appendInt(shown, e.Conn)
	}
	if e.From == session.Client {
		shown = append(append(shown, ": "...), c.line...)
		return c.put(dst, 'o', append(append(shown, castPlain...), "\r\n"...))
	}
	shown = append(append(shown, ':'), castPlain...)
	return c.put(dst, 'o', append(append(append(shown, ' '), c.line...), "\r\n"...))
}

// remark appends what somebody wrote about the line above; of a remark in two languages, that of the reader.
func (c *cast) remark(dst []byte, e *session.Event) []byte {
	for _, t := range tongues(remarkOf(e)) {
		if t.lang == "" || t.lang == c.opt.Lang.String() {
			dst = c.dim(dst, "  > ", strings.TrimRight(t.text, "\n"))
		}
	}
	return dst
}

// dim appends text that was not on the wire.
func (c *cast) dim(dst []byte, lead, text string) []byte {
	for _, line := range render.Wrap(lead+text, castColumns, len(lead)) {
		shown := append([]byte(castDim), render.Visible(nil, []byte(line))...)
		dst = c.put(dst, 'o', append(append(shown, castPlain...), "\r\n"...))
	}
	return dst
}

// fold appends what stands in place of a long body's lines.
func (c *cast) fold(dst []byte, b *body) []byte { return c.dim(dst, "-- ", foldSaid(b).In(c.opt.Lang)) }
