package main

import (
	"context"
	"errors"
	"io/fs"
	"os"
	"time"

	"byhand/session"
	"byhand/transcripts"
)

// notesSuffix ends the name of the file beside a transcript that cannot be written to.
const notesSuffix = ".notes.jsonl"

// noteKeeper gives what writes marks and notes: into the recording, and where that must stay as it is, into a file beside it.
func noteKeeper(file string) func(bookmark) error {
	return func(m bookmark) error {
		e := session.Event{Role: session.Note, Conn: 1, Mark: session.NewMark("note", "who", "learner", "text", m.text, "at", m.place+1)}
		if m.kind == "mark" {
			e.Mark = session.NewMark("mark", "name", m.text, "at", m.place+1)
		}
		rec, err := transcripts.Append(file, transcripts.FileOptions{})
		if err != nil {
			rec, err = transcripts.Append(file+notesSuffix, transcripts.FileOptions{})
		}
		if errors.Is(err, fs.ErrNotExist) {
			rec, err = transcripts.Create(file+notesSuffix, transcripts.Header{V: transcripts.Version, Start: time.Now()}, transcripts.FileOptions{})
		}
		if err != nil {
			return err
		}
		return errors.Join(rec.Sink([]session.Event{e}), rec.Close())
	}
}

// keptNotes reads what was written beside a transcript.
func keptNotes(file string) (all []bookmark) {
	f, err := os.Open(file + notesSuffix)
	if err != nil {
		return nil
	}
	defer f.Close()
	rd, err := transcripts.Open(f, file+notesSuffix)
	if err != nil {
		return nil // notes that cannot be read are no reason not to show the transcript
	}
	for {
		c, err := rd.Next(context.Background())
		if err != nil {
			return all
		}
		if m, ok := left(c.Mark); ok {
			all = append(all, m)
		}
	}
}
