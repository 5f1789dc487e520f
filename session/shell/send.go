package shell

import (
	"io"
	"os"
)

// sendFile sends a file's lines as if they were typed: each with the line end, nothing else added.
func (s *Shell) sendFile(name string) error {
	f, err := os.Open(name)
	if err != nil {
		return err
	}
	defer f.Close()
	lines, size := 0, int64(0)
	err = eachLine(f, func(line []byte) error {
		lines++
		size += int64(len(line) + len(s.c.EOL))
		return s.Send(line)
	})
	if err == nil {
		s.c.Say(saySent.With(lines, size))
	}
	return err
}

// eachLine gives the lines of r without their line ends, however long they are.
func eachLine(r io.Reader, f func(line []byte) error) error {
	lines := newLineReader(r)
	for {
		line, err := lines.next()
		if err == io.EOF {
			return nil
		}
		if err != nil {
			return err
		}
		if err := f(line); err != nil {
			return err
		}
	}
}
