package transcripts

import (
	"bufio"
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"io"
	"time"

	"byhand/session"
)

// The forms of a transcript, as they are named on the command line.
const (
	FormRecorded = "rec"    // JSON Lines, written by the recorder
	FormDialogue = "dialog" // C: and S: lines, written by people
)

// A form gives the entries of one encoding. It reuses the memory of the entry that it is given.
type form interface {
	next(*entry) error
	remarks() []Remark
}

// Reader reads a transcript of either form as a session.Source. It holds one line and one chunk, never the file.
type Reader struct {
	header  Header
	name    string
	form    form
	foreign foreign // of what another program wrote, in place of form
	zip     *unzip  // nil for a file that is not gzipped

	ahead  entry // the next entry, if ready
	ready  bool
	failed error
	last   time.Duration

	data  []byte
	hide  []session.Span
	lone  bool         // Next joins no entries: a tape counts them
	flush session.Side // the side whose line was left without an end by the chunk before
	conn  int
}

// Open reads the beginning of a transcript; name is for messages. The form is told by the content: a recording
// begins with {"byhand", a capture of packets with its magic number, the texts of other programs with what they say of
// themselves, and all else is a dialogue. Any of them may be gzipped. What is wrong with the text is an *Error.
func Open(r io.Reader, name string) (*Reader, error) { return open(r, name, false) }

func open(r io.Reader, name string, comments bool) (*Reader, error) {
	b := bufio.NewReaderSize(r, 64<<10)
	if bom, _ := b.Peek(3); string(bom) == "\uFEFF" {
		b.Discard(3)
	}
	var zip *unzip
	first, err := b.Peek(9)
	if err != nil && !errors.Is(err, io.EOF) {
		return nil, err
	}
	if bytes.HasPrefix(first, []byte{0x1F, 0x8B, 8}) {
		if zip, err = newUnzip(b, name); err != nil {
			return nil, err
		}
		b = bufio.NewReaderSize(zip, 64<<10)
		if first, err = b.Peek(9); err != nil && !errors.Is(err, io.EOF) {
			return nil, err
		}
	}
	rd := &Reader{ahead: entry{conn: 1}, conn: 1, zip: zip}
	switch {
	case capturePrefix(first):
		err = rd.openCapture(b, name)
	case string(first) == `{"byhand"`:
		err = rd.openRecorded(b, name)
	case castStart(head(b)):
		err = rd.openText(b, name, FormCast)
	case bytes.HasPrefix(first, []byte("{")) || bytes.HasPrefix(first, []byte("[")):
		err = &Error{File: name, Line: 1, What: sayForeign.With(), Hint: hintForeign.With()}
	case sniffText(head(b)) != "":
		err = rd.openText(b, name, sniffText(head(b)))
	default:
		err = rd.openDialogue(b, name, comments)
	}
	if err != nil {
		return nil, err
	}
	return rd, nil
}

// head gives what a form is told by.
func head(b *bufio.Reader) []byte {
	head, _ := b.Peek(4 << 10)
	return head
}

func (r *Reader) openRecorded(b *bufio.Reader, name string) error {
	lines := newLineReader(b)
	lines.sum = sha256.New()
	line, err := lines.next()
	if err != nil && !errors.Is(err, errLong) {
		return err
	}
	header, bad := parseHeader(line, name)
	if bad != nil {
		return bad
	}
	r.header, r.name = header, FormRecorded
	r.form = &recorded{lines: lines, by: header.By, cut: !lines.whole}
	return nil
}

func (r *Reader) openDialogue(b *bufio.Reader, name string, comments bool) error {
	d := &dialogue{file: name, lines: newLineReader(b), header: defaultHeader(), comments: comments, above: 1}
	r.name, r.form = FormDialogue, d
	if err := d.prelude(); err != nil {
		return err
	}
	r.header = d.header
	return nil
}

// Header gives the first line of the transcript.
func (r *Reader) Header() Header { return r.header }

// Form tells which encoding the transcript has: FormRecorded, FormDialogue, FormCapture, or another program's.
func (r *Reader) Form() string { return r.name }

// Remarks gives what was found wrong with a transcript that was read nonetheless; it is complete after io.EOF.
func (r *Reader) Remarks() []Remark {
	all := r.zip.remarks()
	if r.foreign != nil {
		return append(all, r.foreign.remarks()...)
	}
	return append(all, r.form.remarks()...)
}

// Next gives the next chunk: all bytes of one read or write, at most 64 KiB of them beyond its first line, or a mark.
// Bytes that leave a line without an end are followed by a chunk with Flush, so that the framer cuts where the
// recorder had cut. The closing line of a recording is not given. It ends with io.EOF.
func (r *Reader) Next(ctx context.Context) (session.Chunk, error) {
	if r.foreign != nil {
		return r.foreign.Next(ctx)
	}
	if err := ctx.Err(); err != nil {
		return session.Chunk{At: r.last}, err
	}
	if from := r.flush; from != session.Nobody {
		r.flush = session.Nobody
		return session.Chunk{At: r.last, Conn: r.conn, From: from, Flush: true}, nil
	}
	e, err := r.session()
	if err != nil {
		return session.Chunk{At: r.last}, err
	}
	r.last, r.conn = e.at, e.conn
	if e.bytes() {
		return r.gather(), nil
	}
	r.ready = false
	return session.Chunk{At: e.at, Conn: e.conn, Mark: &session.Mark{Kind: e.kind, Fields: e.fields}}, nil
}

// gather joins the entries of one read to one chunk.
func (r *Reader) gather() session.Chunk {
	c := session.Chunk{At: r.last, Conn: r.conn, From: r.ahead.side()}
	r.data, r.hide = r.data[:0], r.hide[:0]
	for {
		e, err := r.peek()
		if err != nil || !e.bytes() || e.side() != c.From || e.conn != c.Conn || e.at != c.At {
			break
		}
		if len(r.data) > 0 && len(r.data)+len(e.data) > maxRead {
			break
		}
		for _, s := range e.hide {
			s.Off += len(r.data)
			r.hide = append(r.hide, s)
		}
		r.data = append(r.data, e.data...)
		r.ready = false
		if !bytes.HasSuffix(e.data, []byte{'\n'}) {
			if !r.closes() {
				r.flush = c.From
			}
			break
		}
		if r.lone {
			break
		}
	}
	c.Data, c.Hide = r.data, r.hide
	return c
}

// closes tells whether the connection is closed at this very moment: then that ended the line, and no silence did.
func (r *Reader) closes() bool {
	e, err := r.session()
	return err != nil || e.kind == "close" && e.conn == r.conn && e.at == r.last
}

// session is peek without the closing line of a recording, which is about the file.
func (r *Reader) session() (*entry, error) {
	e, err := r.peek()
	for err == nil && e.kind == kindEnd {
		r.ready = false
		e, err = r.peek()
	}
	return e, err
}

// peek gives the next entry without taking it. Times never decrease, whatever the file says.
func (r *Reader) peek() (*entry, error) {
	if r.ready || r.failed != nil {
		return &r.ahead, r.failed
	}
	floor := r.ahead.at
	if r.failed = r.form.next(&r.ahead); r.failed != nil {
		return nil, r.failed
	}
	r.ahead.at = max(r.ahead.at, floor)
	r.ready = true
	return &r.ahead, nil
}

// entry gives the next entry, valid until the next call.
func (r *Reader) entry() (*entry, error) {
	e, err := r.peek()
	r.ready = false
	return e, err
}

// recorded gives the entries of the recorded form.
type recorded struct {
	lines   *lineReader
	by      string
	cut     bool // the last line has no end
	ended   bool // the last entry was "end"
	changed bool // the checksum differed
	damaged int  // lines left out
	first   int  // the first of them
}

func (f *recorded) next(e *entry) error {
	for {
		line, err := f.lines.next()
		if errors.Is(err, errLong) {
			line, err = nil, nil
		}
		if err != nil {
			return err
		}
		f.cut = !f.lines.whole
		if parseEntry(line, e) {
			f.end(e)
			return nil
		}
		f.damage()
	}
}

// end looks whether the recording was closed in order, and whether it is as it was recorded.
func (f *recorded) end(e *entry) {
	if f.ended = e.kind == kindEnd; !f.ended {
		return
	}
	if sum := stringOf(e.field("sha256")); sum != "" && f.lines.sum != nil && sum != hex.EncodeToString(f.lines.sum.Sum(nil)) {
		f.changed = true
	}
}

// damage counts a line that could not be read. The last line of a recording that was cut short is no damage.
func (f *recorded) damage() {
	f.ended = false
	if f.cut {
		return
	}
	if f.damaged++; f.damaged == 1 {
		f.first = f.lines.n
	}
}

func (f *recorded) remarks() (all []Remark) {
	switch {
	case f.damaged == 1:
		all = append(all, Remark{Line: f.first, Said: sayDamagedOne.With(f.first)})
	case f.damaged > 1:
		all = append(all, Remark{Line: f.first, Said: sayDamaged.With(f.damaged, f.first)})
	}
	if f.changed {
		all = append(all, Remark{Line: f.lines.n, Said: saySum.With()})
	}
	switch {
	case f.cut:
		all = append(all, Remark{Line: f.lines.n, Said: sayCut.With()})
	case !f.ended && f.by != "":
		all = append(all, Remark{Line: f.lines.n, Said: sayNoEnd.With()})
	}
	return all
}
