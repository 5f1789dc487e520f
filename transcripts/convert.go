package transcripts

import (
	"bufio"
	"context"
	"errors"
	"io"
	"slices"

	"byhand/session"
	"byhand/session/annotate"
	"byhand/session/proto"
	"byhand/session/text"
)

// Options say how a conversion is done.
type Options struct {
	Lang  text.Lang      // of the explanations
	Depth annotate.Depth // of the explanations; annotate.Off leaves them out
	Times bool           // "dialog": keep the times, as @wait
	Full  bool           // forms for people: show bodies whole, however long
	Fold  bool           // "svg": one arrow a reply
}

// A conversion is one form that a transcript can be given.
type conversion struct {
	name   string
	suffix string // what a file of this form is named by
	write  func(io.Writer, *Reader, Options) error
}

// conversions lists all forms that can be written.
func conversions() []conversion {
	return []conversion{
		{FormRecorded, ".rec.jsonl", writeRecorded},
		{FormDialogue, ".dialog.txt", writeDialogue},
		{"text", ".txt", writeText},
		{"annotated", ".annotated.jsonl", writeAnnotated},
		{"plain", ".plain.txt", writeText},
		{"md", ".md", writeMarkdown},
		{"json", ".json", writeJSON},
		{"jsonl", ".jsonl", writeAnnotated},
		{"html", ".html", writeHTML},
		{"svg", ".svg", writeSVG},
		{"cast2", ".cast", writeCast2},
		{"cast3", ".v3.cast", writeCast3},
		{"pcapng", ".pcapng", writePcapng},
		{"txtar", ".txtar", writeTxtar},
		{"yaml-lesson", ".lesson.yaml", writeLesson},
		{"swaks-args", ".swaks", writeSwaks},
		{"go-test", "_test.go", writeGoTest},
	}
}

// ErrForm says that a form is not known.
var ErrForm = errors.New("unknown form of a transcript")

// Forms lists the names of the forms that Convert writes.
func Forms() (names []string) {
	for _, c := range conversions() {
		names = append(names, c.name)
	}
	return names
}

// FormOf tells the form that a file's name asks for: the longest suffix that fits.
func FormOf(path string) (form string, ok bool) {
	best := 0
	for _, c := range conversions() {
		if n := len(c.suffix); n > best && len(path) > n && path[len(path)-n:] == c.suffix {
			form, best = c.name, n
		}
	}
	return form, best > 0
}

// Convert writes what src still holds to dst in another form, as it reads: its memory does not grow with the session.
func Convert(dst io.Writer, form string, src *Reader, o Options) error {
	all := conversions()
	i := slices.IndexFunc(all, func(c conversion) bool { return c.name == form })
	if i < 0 {
		return ErrForm
	}
	w := bufio.NewWriterSize(dst, 64<<10)
	return errors.Join(all[i].write(w, src, o), w.Flush())
}

// Format writes a dialogue in the one way in which byhand writes it, its comments kept.
func Format(dst io.Writer, src io.Reader, name string) error {
	r, err := open(src, name, true)
	if err != nil {
		return err
	}
	return Convert(dst, FormDialogue, r, Options{Times: true})
}

// writeRecorded writes the entries as they are; the checksum of the closing line is made anew.
func writeRecorded(dst io.Writer, src *Reader, _ Options) error {
	if src.foreign != nil {
		return writeMasked(NewWriter(dst, src.Header()), src)
	}
	w := NewWriter(dst, src.Header())
	for {
		e, err := src.entry()
		if err != nil {
			return errors.Join(ended(err), w.flush())
		}
		switch e.kind {
		case kindComment:
			continue
		case kindEnd:
			w.end(e.at, withoutSums(e.fields))
		default:
			w.entry(e)
		}
		if len(w.buf) >= maxRead || w.err != nil {
			if err := w.flush(); err != nil {
				return err
			}
		}
	}
}

func writeDialogue(dst io.Writer, src *Reader, o Options) error {
	p := printer{times: o.Times}
	buf := p.head(nil, src.Header())
	if src.foreign != nil {
		return writeMasked(&Writer{w: dst, buf: buf, form: p.entry}, src)
	}
	for {
		if _, err := dst.Write(buf); err != nil {
			return err
		}
		e, err := src.entry()
		if err != nil {
			return ended(err)
		}
		buf = p.entry(buf[:0], e)
	}
}

// writeMasked writes a session that was never a transcript as the recorder would have written it: secrets do not
// reach the file.
func writeMasked(w *Writer, src *Reader) error {
	err := session.Run(context.Background(), src, proto.New(session.Untold), w.Sink)
	if w.sum == nil {
		return errors.Join(err, w.flush())
	}
	return errors.Join(err, w.End())
}

// ended gives nil for the end of a transcript.
func ended(err error) error {
	if errors.Is(err, io.EOF) {
		return nil
	}
	return err
}

// explained carries a transcript through framer and annotator, and gives each event with what is said of it to f.
func explained(src *Reader, o Options, f func(*session.Event, annotate.Explanation) error) error {
	a := annotate.New()
	var notes []annotate.Note
	return framed(src, func(e *session.Event) error {
		x := a.Event(e)
		notes = shallow(notes[:0], x.Notes, o.Depth)
		x.Notes = notes
		return f(e, x)
	})
}

// shallow appends the notes that are shown at a depth.
func shallow(dst, notes []annotate.Note, depth annotate.Depth) []annotate.Note {
	for _, n := range notes {
		if n.Depth <= depth {
			dst = append(dst, n)
		}
	}
	return dst
}
