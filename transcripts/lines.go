package transcripts

import (
	"bufio"
	"bytes"
	"errors"
	"hash"
	"io"
)

// errLong says that a line was longer than maxText; the reader stands at the next one.
var errLong = errors.New("line too long")

// lineReader gives the lines of a stream, counts them, and sums up all bytes before the line last given.
type lineReader struct {
	r     *bufio.Reader
	n     int       // number of the line last given
	whole bool      // it had a line end
	sum   hash.Hash // of all lines before it; nil if nobody asks
	long  []byte    // memory for a line that does not fit in the buffer
	last  []byte    // the line last given, line end included
}

func newLineReader(r *bufio.Reader) *lineReader { return &lineReader{r: r} }

// next gives the next line without its LF, valid until the call after. It ends with io.EOF.
func (l *lineReader) next() ([]byte, error) {
	if l.sum != nil {
		l.sum.Write(l.last)
	}
	l.last = nil
	line, err := l.r.ReadSlice('\n')
	if errors.Is(err, bufio.ErrBufferFull) {
		line, err = l.gather(line)
	}
	if len(line) == 0 || err != nil && !errors.Is(err, io.EOF) {
		return nil, err
	}
	l.n++
	l.last, l.whole = line, err == nil
	return bytes.TrimSuffix(line, []byte{'\n'}), nil
}

// gather reads on after a line's first part.
func (l *lineReader) gather(part []byte) ([]byte, error) {
	l.long = append(l.long[:0], part...)
	for {
		part, err := l.r.ReadSlice('\n')
		if len(l.long)+len(part) > maxText {
			return nil, l.drop(part, err)
		}
		l.long = append(l.long, part...)
		if !errors.Is(err, bufio.ErrBufferFull) {
			return l.long, err
		}
	}
}

// drop passes over the rest of a line that is too long, and counts it.
func (l *lineReader) drop(part []byte, err error) error {
	l.n++
	l.add(l.long)
	l.add(part)
	for errors.Is(err, bufio.ErrBufferFull) {
		part, err = l.r.ReadSlice('\n')
		l.add(part)
	}
	l.whole = err == nil
	if err != nil && !errors.Is(err, io.EOF) {
		return err
	}
	return errLong
}

func (l *lineReader) add(b []byte) {
	if l.sum != nil {
		l.sum.Write(b)
	}
}
