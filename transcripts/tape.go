package transcripts

import (
	"bufio"
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"time"

	"byhand/session"
	"byhand/session/annotate"
	"byhand/session/proto"
)

// A Tape is a transcript that can be read from any place: what a player needs to step back, to seek and to jump.
//
// A place is the number of a line of the recorded form, the header not counted, so that place 12 is line 13 of the file. A
// recording is read where it lies; any other form is written as a recording into memory or, when it is large, into a file of
// its own. What a place is, is told by a sparse index that is made bit by bit while nothing else is to be done (Scan), and no
// further than asked for. It is for one goroutine.
type Tape struct {
	file    io.ReaderAt
	inPlace bool // file is what the user named
	end     func() error
	header  Header
	from    []Remark // of the reader of another form

	look  *bufio.Reader // for eachLine
	index index
	head  playhead
	live  bool // the file is still being written
	seen  window
}

// A Line is an event at its place, with what is said of it. It owns its bytes; secrets in them are masked.
type Line struct {
	Place int
	Event session.Event
	Said  annotate.Explanation
}

// OpenTape opens a transcript of any form; how is as for OpenAs. in is read to its end, unless it is a recording in a file:
// then it must stay open until Close.
func OpenTape(in io.Reader, name string, how Import) (*Tape, error) {
	if f, ok := in.(*os.File); ok && how.Form == "" {
		var first [9]byte
		if n, _ := f.ReadAt(first[:], 0); string(first[:n]) == `{"byhand"` {
			t, err := lay(f, name, func() error { return nil })
			if t != nil {
				t.inPlace = true
			}
			return t, err
		}
	}
	return spooled(in, name, how)
}

// lay begins a tape over a recording.
func lay(file io.ReaderAt, name string, end func() error) (*Tape, error) {
	t := &Tape{file: file, end: end}
	b := bufio.NewReaderSize(io.NewSectionReader(file, 0, 1<<62), maxText)
	line, err := b.ReadSlice('\n')
	if err != nil && !errors.Is(err, io.EOF) {
		return nil, errors.Join(err, end())
	}
	header, bad := parseHeader(bytes.TrimSuffix(line, []byte("\n")), name)
	if bad != nil {
		return nil, errors.Join(bad, end())
	}
	t.header = header
	t.index = index{next: spot{off: int64(len(line)), place: 1}, lines: b}
	return t, nil
}

// maxSpool is how much of a transcript in another form is kept in memory.
const maxSpool = 4 << 20

// spooled writes a transcript of another form as a recording, and lays the tape over that. Where nobody has told the time, it
// has the pace of a talk.
func spooled(in io.Reader, name string, how Import) (*Tape, error) {
	rd, err := OpenAs(in, name, how)
	if err != nil {
		return nil, err
	}
	s := &spool{}
	w, pace := NewWriter(s, rd.Header()), tempo{}
	timed := func(events []session.Event) error {
		for i := range events {
			events[i].At = pace.of(&events[i])
		}
		return w.Sink(events)
	}
	err = session.Run(context.Background(), rd, proto.New(session.Untold), timed)
	if err == nil {
		err = w.End()
	}
	if err != nil {
		return nil, errors.Join(err, s.close())
	}
	t, err := lay(s.at(), name, s.close)
	if t != nil {
		t.from = rd.Remarks()
	}
	return t, err
}

// spool is what is written once and then read anywhere: memory, and a file when that is not enough.
type spool struct {
	memory []byte
	file   *os.File
	size   int64
}

// Write appends.
func (s *spool) Write(p []byte) (int, error) {
	s.size += int64(len(p))
	if s.file == nil && s.size <= maxSpool {
		s.memory = append(s.memory, p...)
		return len(p), nil
	}
	if s.file == nil {
		f, err := os.CreateTemp("", "byhand-*"+".rec.jsonl") // of mode 0600
		if err != nil {
			return 0, fmt.Errorf("a place for the transcript: %w", err)
		}
		s.file = f
		_ = os.Remove(f.Name()) // where an open file can be removed, nothing of it stays behind, however the program ends
		if _, err := f.Write(s.memory); err != nil {
			return 0, err
		}
		s.memory = nil
	}
	return s.file.Write(p)
}

func (s *spool) at() io.ReaderAt {
	if s.file != nil {
		return s.file
	}
	return bytes.NewReader(s.memory)
}

func (s *spool) close() error {
	if s.file == nil {
		return nil
	}
	err := s.file.Close()
	if gone := os.Remove(s.file.Name()); !errors.Is(gone, os.ErrNotExist) {
		err = errors.Join(err, gone)
	}
	return err
}

// Close gives up what the tape took for itself. The file that it was opened with stays open.
func (t *Tape) Close() error { return t.end() }

// InPlace tells whether the tape is a recording that is read where it lies.
func (t *Tape) InPlace() bool { return t.inPlace }

// Header gives the first line of the transcript.
func (t *Tape) Header() Header { return t.header }

// Remarks gives what was found wrong with the transcript, as far as it has been scanned.
func (t *Tape) Remarks() []Remark {
	all := t.from
	switch {
	case !t.index.done || t.index.closed:
	case t.index.cut:
		all = append(all, Remark{Line: t.index.next.place + 1, Said: sayCut.With()})
	case t.header.By != "":
		all = append(all, Remark{Line: t.index.next.place, Said: sayNoEnd.With()})
	}
	return all
}

// Lines gives the events at a place; where a line of the file completes none, there are none. It gives io.EOF after the last
// place. They are valid until the next call.
func (t *Tape) Lines(place int) ([]Line, error) {
	if place < 1 {
		return nil, nil
	}
	if err := t.reach(place); err != nil {
		return nil, err
	}
	if n, _ := t.Len(); place > n {
		return nil, io.EOF
	}
	if place < t.seen.first || place >= t.head.place && place-t.head.place > near || t.head.rd == nil {
		if err := t.seek(place); err != nil {
			return nil, err
		}
	}
	for t.head.place <= place {
		if err := t.head.step(t, &t.seen); err != nil {
			return nil, err
		}
	}
	t.head.finish(t)
	return t.seen.at(place), nil
}

// Follow says that the file is still being written: a line without an end is one that has not come whole. See Grow.
func (t *Tape) Follow() { t.live = true }

// near is how many lines are read over rather than jumped over.
const near = 256

// window keeps the lines around the place that is looked at: steps back cost nothing.
type window struct {
	lines []Line
	first int // places before it are not in lines
	bytes int
}

// The window holds at most so much.
const (
	maxSeen      = 4096
	maxSeenBytes = 4 << 20
)

// add keeps a copy of an event.
func (w *window) add(place int, e *session.Event, x annotate.Explanation) {
	l := Line{Place: place, Event: *e, Said: x}
	l.Event.Raw, l.Event.Secret = e.Masked(nil)
	l.Said.Notes = append([]annotate.Note(nil), x.Notes...)
	w.lines = append(w.lines, l)
	if w.bytes += len(l.Event.Raw); len(w.lines) > maxSeen || w.bytes > maxSeenBytes {
		w.trim()
	}
}

// trim forgets the older half.
func (w *window) trim() {
	half := len(w.lines) / 2
	for half < len(w.lines)-1 && w.lines[half].Place == w.lines[half-1].Place {
		half++
	}
	w.first = w.lines[half].Place
	w.lines = append([]Line(nil), w.lines[half:]...)
	w.bytes = 0
	for i := range w.lines {
		w.bytes += len(w.lines[i].Event.Raw)
	}
}

// at gives the lines of one place.
func (w *window) at(place int) []Line {
	from := 0
	for to := len(w.lines); from < to; {
		if mid := (from + to) / 2; w.lines[mid].Place < place {
			from = mid + 1
		} else {
			to = mid
		}
	}
	to := from
	for to < len(w.lines) && w.lines[to].Place == place {
		to++
	}
	return w.lines[from:to]
}

// Time gives the first place that is not before a time.
func (t *Tape) Time(at time.Duration) (int, error) {
	for !t.index.done && t.index.last < at {
		if _, err := t.Scan(); err != nil {
			return 0, err
		}
	}
	return t.time(at)
}
