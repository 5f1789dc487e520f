// Package transcripts keeps sessions and reads them again: the recorded form (JSON Lines, .rec.jsonl) that byhand
// writes while a session runs, the dialogue form (.dialog.txt) that people write, and the conversions from them.
//
// A transcript keeps bytes, not opinions: Reader is a session.Source, so that framing and explaining are done again
// at each reading. Both forms carry the same entries, and what one holds the other can hold.
//
// It opens no connection, asks no clock but the one given, and prints nothing by itself.
package transcripts

import (
	"time"

	"byhand/session"
)

// Version is the version of both forms. A reader refuses a higher one; additions do not raise it.
const Version = 1

// The kinds of the entries that hold bytes. All other kinds are marks (session.Mark).
const (
	kindClient  = "C"   // bytes from the client to the server
	kindServer  = "S"   // bytes from the server to the client
	kindEnd     = "end" // the closing line of a recording
	kindComment = "#"   // an author's comment; only Format sees it, it is no entry of the recorded form
)

// Bounds of what a transcript may ask a reader to hold.
const (
	maxText = 1 << 20                   // bytes of one line of either form
	maxRead = 64 << 10                  // bytes gathered into one chunk
	maxConn = 1 << 20                   // highest number of a connection
	maxTime = 999_999_999 * time.Second // longest session: about 31 years
)

// An entry is one line of the recorded form: bytes that passed, or a mark. Both forms are lists of entries.
type entry struct {
	at     time.Duration // whole microseconds since the start
	kind   string
	conn   int
	data   []byte          // of "C" and "S": the exact bytes, masks in place of secrets
	hide   []session.Span  // of "C" and "S": where the masks stand
	fields []session.Field // of a mark; of "C" and "S" the members that this version does not know
}

// bytes tells whether the entry holds bytes that passed.
func (e *entry) bytes() bool { return e.kind == kindClient || e.kind == kindServer }

// side tells who sent the entry's bytes.
func (e *entry) side() session.Side {
	switch e.kind {
	case kindClient:
		return session.Client
	case kindServer:
		return session.Server
	}
	return session.Nobody
}

// reset empties the entry and keeps its memory for the next one.
func (e *entry) reset() {
	*e = entry{conn: 1, data: e.data[:0], hide: e.hide[:0]}
}

// field gives the value of a field of the entry as JSON, or nil.
func (e *entry) field(name string) []byte {
	for _, f := range e.fields {
		if f.Name == name {
			return f.Value
		}
	}
	return nil
}

// kindOf gives the kind that bytes from side have.
func kindOf(side session.Side) string {
	if side == session.Client {
		return kindClient
	}
	return kindServer
}
