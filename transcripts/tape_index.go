package transcripts

import (
	"bufio"
	"bytes"
	"errors"
	"io"
	"sort"
	"time"
)

// span is how many lines a row of the index stands for.
const span = 1024

// A spot is where a line of the file begins.
type spot struct {
	off   int64
	place int
}

// A stretch is what the index knows of every 1024th line. A session of 1.5 GB has some twelve thousand.
type stretch struct {
	spot
	at    time.Duration
	open  spot    // the last connection that was opened before
	turns [4]spot // where the client began to speak before, the latest last
}

// index is a sparse table of the places of a recording, as far as it has been scanned. It looks at how lines begin and reads
// none of them.
type index struct {
	rows  []stretch
	next  spot // the line to be scanned next
	lines *bufio.Reader
	last  time.Duration // of the line before
	kind  byte          // 'C' or 'S' of the last line with bytes
	open  spot
	turns [4]spot

	done   bool // all that there is was scanned
	closed bool // the last line was "end"
	cut    bool // the last line has no end
}

// scanAtOnce is how many bytes Scan looks at: some milliseconds.
const scanAtOnce = 4 << 20

// Scan reads on in the index, for a few milliseconds. It tells whether there is more to read.
func (t *Tape) Scan() (more bool, err error) {
	if t.index.done {
		return false, nil
	}
	return t.scan(scanAtOnce)
}

// Grow scans again a file that may have become longer, and tells whether it has.
func (t *Tape) Grow() (grown bool, err error) {
	before := t.index.next
	t.index.done = false
	for more := true; more && err == nil; {
		more, err = t.scan(scanAtOnce)
	}
	if grown = t.index.next.place > before.place; grown && t.head.place == before.place {
		t.head.load(t.file, before) // what it has read ahead ends in the middle of a line
	} else if grown {
		t.head.rd = nil
	}
	return grown, err
}

// Len gives the number of the last place, as far as is known; all tells whether that is the end.
func (t *Tape) Len() (n int, all bool) {
	n = t.index.next.place - 1
	if t.index.closed {
		n-- // the closing line is about the file
	}
	return n, t.index.done
}

// Closed tells whether the recording was ended in order.
func (t *Tape) Closed() bool { return t.index.closed }

func (t *Tape) scan(budget int64) (more bool, err error) {
	x := &t.index
	x.lines.Reset(io.NewSectionReader(t.file, x.next.off, 1<<62-x.next.off))
	for end := x.next.off + budget; x.next.off < end; {
		line, n, err := cutLine(x.lines)
		if err != nil && !errors.Is(err, io.EOF) {
			return false, err
		}
		if err != nil {
			x.tail(line, n, t.live)
			return false, nil
		}
		x.line(line, n)
	}
	return true, nil
}

// tail takes what stands after the last line end: nothing, a line that lacks it alone, or one that was cut short.
func (x *index) tail(line []byte, n int64, live bool) {
	var e entry
	switch x.done = true; {
	case live || n == 0:
	case parseEntry(line, &e):
		x.line(line, n)
	default:
		x.cut = true
	}
}

// cutLine gives a line with its end and its length; a line that no recording may have is given without its bytes.
func cutLine(b *bufio.Reader) (line []byte, n int64, err error) {
	line, err = b.ReadSlice('\n')
	n = int64(len(line))
	for errors.Is(err, bufio.ErrBufferFull) {
		var rest []byte
		rest, err = b.ReadSlice('\n')
		n += int64(len(rest))
		line = nil
	}
	return line, n, err
}

// line takes one line into the index.
func (x *index) line(line []byte, n int64) {
	if (x.next.place-1)%span == 0 {
		x.rows = append(x.rows, stretch{spot: x.next, at: x.last, open: x.open, turns: x.turns})
	}
	kind, at, ok := glance(line)
	if ok {
		x.last = max(x.last, at)
	}
	switch x.closed = kind == kindEnd; kind {
	case kindClient:
		if x.kind != 'C' {
			copy(x.turns[:], x.turns[1:])
			x.turns[len(x.turns)-1] = x.next
		}
		x.kind = 'C'
	case kindServer:
		x.kind = 'S'
	case "open":
		x.open, x.kind = x.next, 0
	}
	x.next.off += n
	x.next.place++
}

// glance tells the kind and the time of a line that this package wrote by its beginning, of any other by reading it.
func glance(line []byte) (kind string, at time.Duration, ok bool) {
	if rest, found := bytes.CutPrefix(line, []byte(`{"t":`)); found {
		if at, rest, ok = cutTime(rest); ok && len(rest) > 8 && string(rest[:6]) == `,"k":"` {
			switch rest = rest[6:]; {
			case rest[0] == 'C' && rest[1] == '"':
				return kindClient, at, true
			case rest[0] == 'S' && rest[1] == '"':
				return kindServer, at, true
			}
			if end := bytes.IndexByte(rest, '"'); end > 0 && rest[end-1] != '\\' {
				return string(rest[:end]), at, true
			}
		}
	}
	var e entry
	if !parseEntry(bytes.TrimSuffix(line, []byte("\n")), &e) {
		return "", 0, false
	}
	return e.kind, e.at, true
}

// row gives the last row at or before a place.
func (x *index) row(place int) int { return min((max(place, 1)-1)/span, len(x.rows)-1) }

// reach scans as far as place.
func (t *Tape) reach(place int) error {
	for t.index.next.place <= place && !t.index.done {
		if _, err := t.Scan(); err != nil {
			return err
		}
	}
	return nil
}

// time gives the first place whose time is not before at; beyond the end it gives the place after the last.
func (t *Tape) time(at time.Duration) (int, error) {
	x := &t.index
	i := sort.Search(len(x.rows), func(i int) bool { return x.rows[i].at >= at }) - 1
	if i < 0 {
		return 1, nil
	}
	found := x.next.place
	err := t.eachLine(x.rows[i].spot, x.next.place, func(place int, line []byte) bool {
		if _, is, ok := glance(line); ok && is >= at {
			found = place
			return false
		}
		return true
	})
	return found, err
}

// eachLine gives the lines from a spot up to the place before to, until f gives false.
func (t *Tape) eachLine(from spot, to int, f func(place int, line []byte) bool) error {
	if t.look == nil {
		t.look = bufio.NewReaderSize(nil, maxText)
	}
	b := t.look
	b.Reset(io.NewSectionReader(t.file, from.off, 1<<62-from.off))
	for place := from.place; place < to; place++ {
		line, _, err := cutLine(b)
		if len(line) > 0 && !f(place, line) || errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			return err
		}
	}
	return nil
}
