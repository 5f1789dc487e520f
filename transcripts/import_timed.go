package transcripts

import (
	"bufio"
	"errors"
	"io"
	"strconv"
	"strings"
	"time"
)

// openTimed begins to read a typescript with its timing log: the classic one, "delay bytes", or that of util-linux 2.35,
// "O delay bytes" and "I delay bytes" (script(1), "TIMING FORMAT").
func (r *Reader) openTimed(b *bufio.Reader, how Import) error {
	t := &textImport{lines: newLineReader(bufio.NewReader(how.Timing))}
	r.name, r.header, r.foreign = FormScript, defaultHeader(), t
	r.header.Guess = true
	s := &timed{typescript: newTypescript(&t.feed), out: b}
	s.in = s.out // --log-io keeps both in one file
	if how.Typed != nil {
		s.in = bufio.NewReader(how.Typed)
	}
	for _, log := range []*bufio.Reader{s.out, s.in} {
		if first, _ := log.Peek(len(scriptStart)); string(first) == scriptStart {
			r.header.startedOn(head(log))
			if _, err := newLineReader(log).next(); err != nil && !errors.Is(err, io.EOF) && !errors.Is(err, errLong) {
				return err
			}
		}
	}
	t.take = s
	r.header.startedOn(head(t.lines.r))
	return nil
}

// scriptStart begins a log of script(1); the timing does not count that line.
const scriptStart = "Script started on "

// timed reads the lines of a timing log, and for each as many bytes of the log that it is about.
type timed struct {
	*typescript
	out, in *bufio.Reader
}

func (s *timed) line(line []byte) {
	word := strings.Fields(string(line))
	if len(word) == 2 {
		word = append([]string{"O"}, word...)
	}
	if len(word) < 3 {
		if len(word) > 0 {
			s.leaveBad(line)
		}
		return
	}
	delay, err := strconv.ParseFloat(word[1], 64)
	if err != nil || !(delay >= 0 && delay < maxTime.Seconds()) {
		s.leaveBad(line)
		return
	}
	s.wait(time.Duration(delay * float64(time.Second)))
	n, err := strconv.ParseInt(word[2], 10, 64)
	switch log, to := s.log(word[0]); {
	case log == nil: // H and S tell of the terminal and of signals
	case err != nil || n < 0:
		s.leaveBad(line)
	default:
		s.show(log, n, to)
	}
}

// log gives the log that an entry is about, and what becomes of its bytes.
func (s *timed) log(kind string) (*bufio.Reader, func([]byte)) {
	switch kind {
	case "O":
		return s.out, s.shown
	case "I":
		return s.in, s.typed
	}
	return nil, nil
}

// show gives the next n bytes of a log, in parts; what it lacks is not shown.
func (s *timed) show(log *bufio.Reader, n int64, to func([]byte)) {
	for n > 0 {
		part, err := log.Peek(int(min(n, int64(log.Size()))))
		if len(part) > 0 {
			to(part)
		}
		log.Discard(len(part))
		if n -= int64(len(part)); err != nil {
			return
		}
	}
}
