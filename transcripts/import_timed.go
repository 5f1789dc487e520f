package transcripts

import (
	"bufio"
	"bytes"
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
	s := &timed{typescript: newTypescript(&t.feed), out: b, header: &r.header}
	s.in = s.out // --log-io keeps both in one file
	if how.Typed != nil {
		s.in = bufio.NewReader(how.Typed)
	}
	for _, log := range []*bufio.Reader{s.out, s.in} {
		if head, _ := log.Peek(len(scriptStart)); string(head) == scriptStart {
			if _, err := log.ReadString('\n'); err != nil && !errors.Is(err, io.EOF) {
				return err
			}
		}
	}
	t.take = s
	r.name, r.header, r.foreign = FormScript, defaultHeader(), t
	r.header.Guess = true
	return nil
}

// scriptStart begins a log of script(1); the timing does not count that line.
const scriptStart = "Script started on "

// timed reads the lines of a timing log, and for each as many bytes of the log that it is about.
type timed struct {
	*typescript
	out, in *bufio.Reader
	header  *Header
}

func (s *timed) line(line []byte) {
	word := strings.Fields(string(line))
	if len(word) == 2 {
		word = append([]string{"O"}, word...)
	}
	if len(word) < 3 {
		return
	}
	delay, err := strconv.ParseFloat(word[1], 64)
	if err != nil || !(delay >= 0 && delay < maxTime.Seconds()) {
		return
	}
	s.wait(time.Duration(delay * float64(time.Second)))
	switch word[0] {
	case "O":
		s.take(s.out, word[2], s.shown)
	case "I":
		s.take(s.in, word[2], s.typed)
	}
}

// take gives the next bytes of a log.
func (s *timed) take(log *bufio.Reader, count string, to func([]byte)) {
	n, err := strconv.ParseInt(count, 10, 32)
	if err != nil || n < 0 {
		return
	}
	var b bytes.Buffer
	io.CopyN(&b, log, min(n, maxText)) // what a log lacks is not shown
	if b.Len() > 0 {
		to(b.Bytes())
	}
}
