package transcripts

import (
	"errors"
	"fmt"
	"io"
	"os"
	"time"

	"byhand/session"
)

// syncEvery is how much of a session a loss of power may cost at most, as long as the session goes on.
const syncEvery = 5 * time.Second

// Storage is what a recording is kept in: *os.File, or a stand-in for it in tests.
type Storage interface {
	io.Writer
	Sync() error
	Close() error
}

// File records a session. It never stops one: when it cannot write, it tells so once and records no more.
type File struct {
	out    Storage
	w      *Writer
	now    func() time.Time
	fail   func(error)
	synced time.Time
	failed error
}

// FileOptions are what a File needs of the world.
type FileOptions struct {
	Now  func() time.Time // the clock; nil stands for time.Now
	Fail func(error)      // called once, when recording stopped (disk full); nil for silence
}

// Create begins a recording at path, readable by its owner alone. It refuses a path that exists, be it a link.
func Create(path string, h Header, o FileOptions) (*File, error) {
	f, err := os.OpenFile(path, os.O_WRONLY|os.O_APPEND|os.O_CREATE|os.O_EXCL, 0o600)
	if err != nil {
		return nil, fmt.Errorf("create recording: %w", err)
	}
	return NewFile(f, h, o), nil
}

// NewFile begins a recording in out.
func NewFile(out Storage, h Header, o FileOptions) *File {
	if o.Now == nil {
		o.Now = time.Now
	}
	if o.Fail == nil {
		o.Fail = func(error) {}
	}
	return &File{out: out, w: NewWriter(out, h), now: o.Now, fail: o.Fail, synced: o.Now()}
}

// Append goes on with the recording at path, after a crash or on purpose: it reads the recording through, ends a
// line that was cut short, and writes a resume entry. The times go on from the last entry.
func Append(path string, o FileOptions) (*File, error) {
	f, err := os.OpenFile(path, os.O_RDWR|os.O_APPEND, 0)
	if err != nil {
		return nil, fmt.Errorf("resume recording: %w", err)
	}
	file, err := resume(f, path, o)
	if err != nil {
		return nil, errors.Join(err, f.Close())
	}
	return file, nil
}

func resume(f *os.File, path string, o FileOptions) (*File, error) {
	r, err := Open(f, path)
	if err != nil {
		return nil, err
	}
	if r.Form() != FormRecorded {
		return nil, &Error{File: path, Line: 1, What: sayNoAppend.With(), Hint: hintNoAppend.With()}
	}
	file := NewFile(f, r.Header(), o)
	w := file.w
	w.buf = w.buf[:0] // the header is there
	if err := w.follow(r); err != nil {
		return nil, err
	}
	w.buf = appendEntry(w.buf, &entry{at: w.last, kind: "resume", conn: 1, fields: []session.Field{
		{Name: "start", Value: quotedString(file.now().Format(startLayout))},
	}})
	return file, w.flush()
}

// follow takes over the sums of a recording that was read to its end.
func (w *Writer) follow(r *Reader) error {
	for {
		e, err := r.entry()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			return err
		}
		w.last = e.at
		switch e.kind {
		case kindClient:
			w.count[0] += int64(len(e.data))
		case kindServer:
			w.count[1] += int64(len(e.data))
		}
	}
	w.base = w.last
	f := r.form.(*recorded)
	w.sum = f.lines.sum
	if f.cut {
		w.buf = append(w.buf, '\n')
	}
	return nil
}

// Sink is a session.Sink that never fails.
func (f *File) Sink(events []session.Event) error {
	if f.failed != nil {
		return nil
	}
	if err := f.w.Sink(events); err != nil {
		f.stop(err)
		return nil
	}
	if now := f.now(); marked(events) || now.Sub(f.synced) >= syncEvery {
		f.synced = now
		if err := f.out.Sync(); err != nil {
			f.stop(err)
		}
	}
	return nil
}

// marked tells whether an event is among those that outlive a loss of power.
func marked(events []session.Event) bool {
	for i := range events {
		if m := events[i].Mark; m != nil && (m.Kind == "step" || m.Kind == "mark" || m.Kind == "close") {
			return true
		}
	}
	return false
}

// stop ends the recording for good.
func (f *File) stop(err error) {
	f.failed = err
	f.fail(err)
}

// Close writes the closing line and makes all of it durable. After a failure it only closes the file.
func (f *File) Close() error {
	if f.failed == nil {
		if err := errors.Join(f.w.End(), f.out.Sync()); err != nil {
			f.stop(err)
		}
	}
	return f.out.Close()
}

// Mark writes a remark that has no event in the session, such as a step of a lesson.
func (f *File) Mark(at time.Duration, m *session.Mark) {
	f.Sink([]session.Event{{At: at, Conn: 1, Role: m.Role(), Mark: m}})
}
