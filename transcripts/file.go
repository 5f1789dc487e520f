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

// File records a session. It never stops one: when it cannot write, it tells so once and records no more. A file on a
// disk is locked while it is written, so that Running can tell, and that no two sessions go into one.
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

	Redact Redact // what is hidden; the zero value hides secrets
}

// Create begins a recording at path, readable by its owner alone. It refuses a path that exists, be it a link.
func Create(path string, h Header, o FileOptions) (*File, error) {
	f, err := os.OpenFile(path, os.O_WRONLY|os.O_APPEND|os.O_CREATE|os.O_EXCL, 0o600)
	if err != nil {
		return nil, fmt.Errorf("create recording: %w", err)
	}
	if err := lock(f, true); err != nil && !errors.Is(err, errors.ErrUnsupported) {
		return nil, errors.Join(fmt.Errorf("lock recording: %w", err), f.Close())
	}
	return NewFile(f, h, o), nil
}

// ErrRunning says that a recording is being written by another session.
var ErrRunning = errors.New("the recording is being written")

// ErrLink says that a recording is a symbolic link, which is not followed: it could lead into any file of the user's.
var ErrLink = errors.New("the recording is a symbolic link")

// Running tells whether a session is being recorded at path. Where files cannot be locked it is always false.
func Running(path string) bool {
	f, err := os.Open(path)
	if err != nil {
		return false
	}
	defer f.Close()
	return errors.Is(lock(f, false), ErrRunning)
}

// NewFile begins a recording in out.
func NewFile(out Storage, h Header, o FileOptions) *File {
	if o.Now == nil {
		o.Now = time.Now
	}
	if o.Fail == nil {
		o.Fail = func(error) {}
	}
	f := &File{out: out, w: NewWriter(out, h), now: o.Now, fail: o.Fail, synced: o.Now()}
	f.w.hide, f.w.bodies = o.Redact.hider(), o.Redact == RedactStrict
	return f
}

// Append goes on with the recording at path, after a crash or on purpose: it reads the recording through, ends a
// line that was cut short, and writes a resume entry. The times and the numbers of the connections go on from the
// last entry. A link is not followed.
func Append(path string, o FileOptions) (*File, error) {
	before, err := os.Lstat(path)
	if err != nil {
		return nil, fmt.Errorf("resume recording: %w", err)
	}
	f, err := os.OpenFile(path, os.O_RDWR|os.O_APPEND, 0)
	if err != nil {
		return nil, fmt.Errorf("resume recording: %w", err)
	}
	file, err := resume(f, before, path, o)
	if err != nil {
		return nil, errors.Join(err, f.Close())
	}
	return file, nil
}

func resume(f *os.File, before os.FileInfo, path string, o FileOptions) (*File, error) {
	if now, err := f.Stat(); err != nil || !os.SameFile(before, now) {
		return nil, errors.Join(ErrLink, err)
	}
	if err := lock(f, true); err != nil && !errors.Is(err, errors.ErrUnsupported) {
		return nil, err
	}
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
		w.last, w.conns = e.at, max(w.conns, e.conn)
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

// Err tells why the recording stopped, or nil.
func (f *File) Err() error { return f.failed }

// Close writes the closing line and makes all of it durable. After a failure it only closes the file.
func (f *File) Close() error {
	if f.failed == nil {
		if err := errors.Join(f.w.End(), f.out.Sync()); err != nil {
			f.stop(err)
		}
	}
	return f.out.Close()
}
