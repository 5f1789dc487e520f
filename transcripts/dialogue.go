package transcripts

import (
	"bytes"
	"errors"
	"io"
	"strconv"
	"time"

	"byhand/session"
	"byhand/session/text"
)

// dialogue gives the entries of the hand-written form:
//
//	C: USER student         bytes of the client, CRLF added
//	S"334 \r\n"             exactly these bytes of the server; \" \\ \r \n \t \xHH
//	S2: +OK                 the server of the second connection
//	S<<                     raw lines of the server up to and with a line "."
//	> text                  a note about the line above; adjacent lines are one note
//	# text                  a comment for the author
//	@word args              a directive, see directives
//
// A dialogue takes no time but what @wait and @t say.
type dialogue struct {
	file     string
	lines    *lineReader
	header   Header
	comments bool // give comments as entries

	queue  []entry // read by prelude
	begun  bool    // an entry was read: the header is complete
	back   []byte  // a line that was read one too early
	held   bool    // it is there
	at     time.Duration
	labels []string // of the @hide that waits for its line
	above  int      // connection of the entry above
	block  entry    // kind and connection of the S<< block that is open; kind "" if none is
	opened int      // line where it, or the @hide, began
}

// prelude reads up to the first entry, so that the header is known.
func (d *dialogue) prelude() error {
	for {
		e := entry{}
		err := d.read(&e)
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			return err
		}
		d.queue = append(d.queue, e)
		if e.kind != kindComment {
			d.begun = true
			return nil
		}
	}
}

func (d *dialogue) remarks() []Remark { return nil }

func (d *dialogue) next(e *entry) error {
	if len(d.queue) > 0 {
		*e, d.queue = d.queue[0], d.queue[1:]
		return nil
	}
	return d.read(e)
}

// read gives the next entry of the file.
func (d *dialogue) read(e *entry) error {
	for {
		line, err := d.line()
		if errors.Is(err, io.EOF) {
			return d.end()
		}
		if err != nil {
			return err
		}
		e.reset()
		done, bad := d.entry(line, e)
		if bad != nil {
			return bad
		}
		if done {
			e.at = d.at
			if e.kind != kindComment {
				d.above = e.conn
			}
			return nil
		}
	}
}

// line gives the next line without its line end, and refuses what may not stand in a dialogue.
func (d *dialogue) line() ([]byte, error) {
	if d.held {
		d.held = false
		return d.back, nil
	}
	line, err := d.lines.next()
	if errors.Is(err, errLong) {
		return nil, d.fail(sayLong.With(maxText), hintLong.With(), "")
	}
	if err != nil {
		return nil, err
	}
	line = bytes.TrimSuffix(line, []byte{'\r'})
	if at, raw := badRune(line); at >= 0 {
		return nil, d.rawByte(line, at, raw)
	}
	return line, nil
}

// end checks that nothing is left open at the end of the file.
func (d *dialogue) end() error {
	switch {
	case d.block.kind != "":
		return d.failAt(d.opened, sayBlock.With(d.block.kind), hintBlock.With(), "")
	case len(d.labels) > 0:
		return d.failAt(d.opened, sayHideEnd.With(), hintHideEnd.With(), "")
	}
	return io.EOF
}

// entry reads one line. It gives false for a line that is no entry by itself.
func (d *dialogue) entry(line []byte, e *entry) (bool, *Error) {
	if d.block.kind != "" {
		e.kind, e.conn = d.block.kind, d.block.conn
		if string(line) == "." {
			d.block.kind = ""
		}
		e.data = append(append(e.data, line...), "\r\n"...)
		return true, d.mask(e)
	}
	if len(bytes.Trim(line, " \t")) == 0 {
		return false, nil
	}
	switch line[0] {
	case '#':
		e.kind = kindComment
		e.data = append(e.data, line[1:]...)
		return d.comments, nil
	case '>':
		return true, d.note(line, e)
	case '@':
		return d.directive(string(line[1:]), e)
	case 'C', 'S':
		return d.bytes(line, e)
	}
	return false, d.stray(line)
}

// note gathers adjacent lines that begin with ">" to one note of the author about the entry above.
func (d *dialogue) note(line []byte, e *entry) *Error {
	var said []byte
	for {
		said = append(said, bytes.TrimPrefix(line[1:], []byte(" "))...)
		if len(said) > maxText {
			return d.fail(sayLong.With(maxText), hintLong.With(), "")
		}
		var err error
		line, err = d.line()
		var bad *Error
		if errors.As(err, &bad) {
			return bad
		}
		if err != nil {
			break // the end of the file, or its failure, is met again by the next read
		}
		if len(line) == 0 || line[0] != '>' {
			d.back, d.held = line, true
			break
		}
		said = append(said, '\n')
	}
	*e = entry{kind: "note", conn: d.above, data: e.data, hide: e.hide, fields: []session.Field{
		{Name: "who", Value: quotedString("author")},
		{Name: "text", Value: quotedString(string(said))},
	}}
	return nil
}

// bytes reads a line of the client or the server.
func (d *dialogue) bytes(line []byte, e *entry) (bool, *Error) {
	e.kind = kindOf(session.Client)
	if line[0] == 'S' {
		e.kind = kindServer
	}
	rest := line[1:]
	var ok bool
	if e.conn, rest, ok = cutConn(rest); !ok {
		return false, d.fail(sayConn.With(), hintConn.With(maxConn), string(line))
	}
	switch {
	case len(rest) > 0 && rest[0] == ':':
		e.data = append(append(e.data, bytes.TrimPrefix(rest[1:], []byte(" "))...), "\r\n"...)
	case len(rest) > 0 && rest[0] == '"':
		var bad *Error
		if e.data, bad = d.quoted(e.data, rest); bad != nil {
			return false, bad
		}
	case string(bytes.TrimRight(rest, " \t")) == "<<":
		d.block, d.opened = entry{kind: e.kind, conn: e.conn}, d.lines.n
		return false, nil
	default:
		return false, d.stray(line)
	}
	return true, d.mask(e)
}

// cutConn reads the number of a connection, 1 if there is none.
func cutConn(s []byte) (conn int, rest []byte, ok bool) {
	n := 0
	for n < len(s) && s[n] >= '0' && s[n] <= '9' {
		n++
	}
	if n == 0 {
		return 1, s, true
	}
	conn = connOf(s[:n])
	return conn, s[n:], conn > 0 && s[0] != '0'
}

// quoted appends the bytes of the quoted form, whose opening quote stands first.
func (d *dialogue) quoted(dst, s []byte) ([]byte, *Error) {
	for i := 1; i < len(s); i++ {
		switch s[i] {
		case '"':
			if i+1 < len(s) {
				return nil, d.fail(sayAfterQuote.With(visible(string(s[i+1:]))), hintAfterQuote.With(), string(s))
			}
			return dst, nil
		case '\\':
			c, n, ok := unescape(s[i:])
			if !ok {
				return nil, d.fail(sayEscape.With(visible(string(s[i:min(i+2, len(s))]))), hintEscape.With(), string(s))
			}
			dst = append(dst, c)
			i += n - 1
		default:
			dst = append(dst, s[i])
		}
	}
	return nil, d.fail(sayQuote.With(), hintQuote.With(), string(s))
}

// unescape reads one escape of the quoted form and gives its byte and its length.
func unescape(s []byte) (c byte, n int, ok bool) {
	if len(s) < 2 {
		return 0, 0, false
	}
	switch s[1] {
	case '"', '\\':
		return s[1], 2, true
	case 'r':
		return '\r', 2, true
	case 'n':
		return '\n', 2, true
	case 't':
		return '\t', 2, true
	case 'x':
		if len(s) >= 4 {
			v, err := strconv.ParseUint(string(s[2:4]), 16, 8)
			return byte(v), 4, err == nil
		}
	}
	return 0, 0, false
}

// mask finds the masks of a pending @hide in the entry's bytes, from left to right.
func (d *dialogue) mask(e *entry) *Error {
	if len(d.labels) == 0 {
		return nil
	}
	if len(e.hide) > 0 { // an @x entry has its own: the two could overlap
		return d.fail(sayHideOwn.With(), hintHideOwn.With(), "")
	}
	spans, ok := findMasks(e.data, d.labels)
	if !ok {
		return d.fail(sayHideMask.With(), hintHideMask.With(session.Mask), string(session.TrimEOL(e.data)))
	}
	e.hide, d.labels = append(e.hide, spans...), nil
	return nil
}

// findMasks gives the first masks in data, one for each label.
func findMasks(data []byte, labels []string) (spans []session.Span, ok bool) {
	from := 0
	for _, label := range labels {
		at := bytes.Index(data[from:], []byte(session.Mask))
		if at < 0 {
			return nil, false
		}
		spans = append(spans, session.Span{Off: from + at, Len: len(session.Mask), Label: label, Masked: true})
		from += at + len(session.Mask)
	}
	return spans, true
}

// fail makes an error about the line last read.
func (d *dialogue) fail(what, hint text.Said, line string) *Error {
	return d.failAt(d.lines.n, what, hint, line)
}

func (d *dialogue) failAt(n int, what, hint text.Said, line string) *Error {
	return &Error{File: d.file, Line: n, What: what, Hint: hint, Text: visible(line)}
}
