package transcripts

import (
	"encoding/json"
	"errors"
	"io"
)

// castEvents reads an asciicast of version 1, which is one JSON object, and gives its events as the later versions have them: one a
// line. It holds one event, however long the object is. Damage ends it, and is told to feed.
type castEvents struct {
	dec    *json.Decoder
	in     *metered
	feed   *feed
	header castHeader
	ready  []byte // of the event that is being given
	over   bool
}

// newCastEvents reads as far as the first event. Of what stands behind the events nothing is read.
func newCastEvents(in io.Reader, f *feed) *castEvents {
	c := &castEvents{in: &metered{r: in}, feed: f}
	c.dec = json.NewDecoder(c.in)
	c.header.Version = 1
	for c.token(); !c.over && c.dec.More(); { // from the brace of the object on
		switch name := c.token(); name {
		case "title":
			c.value(&c.header.Title)
		case "timestamp":
			c.value(&c.header.Timestamp)
		case "stdout":
			c.token() // the bracket of the events
			return c
		default:
			var other json.RawMessage
			c.value(&other)
		}
	}
	c.over = true
	return c
}

// Read gives the events, one a line.
func (c *castEvents) Read(p []byte) (int, error) {
	for len(c.ready) == 0 {
		var event json.RawMessage
		switch c.in.left = maxText; {
		case c.over:
			return 0, io.EOF
		case !c.dec.More():
			c.token() // the closing bracket
			c.over = true
		case c.value(&event):
			c.ready = append(appendJSON(c.ready, event), '\n')
		}
	}
	n := copy(p, c.ready)
	if c.ready = c.ready[n:]; len(c.ready) == 0 {
		c.ready = nil
	}
	return n, nil
}

// token gives the next brace, bracket or name.
func (c *castEvents) token() json.Token {
	c.in.left = maxText
	token, err := c.dec.Token()
	c.fault(err)
	return token
}

// value reads a value; one of another kind than is wanted is passed over.
func (c *castEvents) value(to any) bool {
	c.in.left = maxText
	err := c.dec.Decode(to)
	var other *json.UnmarshalTypeError
	if errors.As(err, &other) {
		return true
	}
	c.fault(err)
	return err == nil
}

// fault ends the reading where the object is damaged.
func (c *castEvents) fault(err error) {
	if err == nil || c.over {
		return
	}
	c.over = true
	rest, _ := io.ReadAll(io.LimitReader(c.dec.Buffered(), maxQuoted))
	c.feed.broken, c.feed.bad.text = c.dec.InputOffset()+1, visible(string(rest))
}

// metered gives an error when more was read than is left: a decoder holds all of a value before it gives it.
type metered struct {
	r    io.Reader
	left int
}

func (m *metered) Read(p []byte) (int, error) {
	if m.left <= 0 {
		return 0, errLong
	}
	n, err := m.r.Read(p)
	m.left -= n
	return n, err
}
