// Package session holds the words and the spine of byhand: what passed on the wire (Chunk), what a line of it
// was (Event), and the one loop that carries both (Run).
//
// It knows nothing of sockets, screens, files or protocols, and imports the standard library only.
package session

import (
	"bytes"
	"time"
)

// Protocol names the language that is spoken on a connection.
type Protocol string

// The protocols. Untold is a connection of which nothing has been seen yet; Raw is one that speaks neither.
const (
	Untold Protocol = ""
	POP3   Protocol = "pop3"
	SMTP   Protocol = "smtp"
	Raw    Protocol = "raw"
)

// Side tells who sent the bytes.
type Side uint8

// The two sides of a connection, and Nobody for a change of the connection itself.
const (
	Nobody Side = iota
	Client
	Server
)

// String gives "client", "server" or "".
func (s Side) String() string { return [...]string{"", "client", "server"}[s] }

// Role tells what a line was in the dialogue.
type Role uint8

// The roles of a line. Open, TLS, Close and Note are changes of the connection and remarks: they have a Mark, no bytes.
const (
	Unknown   Role = iota // a line that fits nowhere; shown as it is
	Greeting              // the server's first reply
	Command               // a client's command line
	Reply                 // a line of a server's reply that has a status of its own
	Data                  // a line of a letter, or of a multi-line POP3 reply after its status line
	Challenge             // a server's 334 or "+ " line: AUTH goes on
	Answer                // the client's line after a challenge
	Open                  // the connection was opened, or could not be
	TLS                   // the connection changed to TLS
	Close                 // the connection was closed
	Note                  // a remark, a bookmark, a step of a lesson
)

var roleNames = [...]string{"unknown", "greeting", "command", "reply", "data", "challenge", "answer", "open", "tls", "close", "note"}

// String gives the role's name in lower case, as the annotated form prints it.
func (r Role) String() string { return roleNames[r] }

// A Span is a run of bytes that nobody may see: Len bytes from offset Off.
type Span struct {
	Off, Len int
	Label    string // what is hidden: "password", "password-base64", "digest", "credentials", "password?", "secret", "echoed-password"
	Masked   bool   // the bytes are a mask already: they were hidden before they came here
}

// A Chunk is the bytes of one read or one write, or one change of the connection.
type Chunk struct {
	At   time.Duration // since the session began, by the monotonic clock, to the microsecond; never decreasing
	Conn int           // number of the connection, from 1
	From Side
	Data []byte // valid until the next call of Source.Next
	Hide []Span // what was masked in Data before it came here
	Mark *Mark  // set for a change of the connection or a remark: then Data is empty

	// Flush says that the sender fell silent in the middle of a line (a prompt without a line end): what is
	// held of it is to be given as an event of its own. With From == Nobody nothing more will come at all.
	Flush bool
}

// An Event is one line, or one change of the connection. Parsing adds fields beside Raw; Raw itself is never changed.
type Event struct {
	N     int // number within the session, from 1
	At    time.Duration
	Conn  int
	From  Side
	Role  Role
	Proto Protocol

	Raw    []byte // the exact bytes, line end included; valid until the next Feed
	Verb   string // of a command, in upper case; of all else, the verb of the command that it belongs to
	Code   string // "250", "+OK", "-ERR", "+"
	More   bool   // the reply, the letter or the line goes on after this event
	Cont   bool   // this event goes on with a line that the event before it left without an end
	Re     int    // N of the command that this answers or belongs to; 0 if there is none
	Secret []Span // what must be masked wherever this event is shown or kept, in order of Off
	Mark   *Mark  // of Open, TLS, Close and Note
}

// Line gives Raw without its line end (CRLF or a bare LF).
func (e *Event) Line() []byte { return TrimEOL(e.Raw) }

// TrimEOL gives line without its CRLF or bare LF.
func TrimEOL(line []byte) []byte {
	if n := len(line); n > 0 && line[n-1] == '\n' {
		if n > 1 && line[n-2] == '\r' {
			return line[:n-2]
		}
		return line[:n-1]
	}
	return line
}

// Mask stands for whatever is hidden; its length is fixed so that it tells nothing.
const Mask = "********"

// Masked appends to dst the event's bytes with each secret replaced by Mask, and gives where the masks stand in
// the bytes appended. It is the one place where a secret is hidden: screen, recorder, history and exports use it.
func (e *Event) Masked(dst []byte) ([]byte, []Span) {
	if len(e.Secret) == 0 {
		return append(dst, e.Raw...), nil
	}
	start, from := len(dst), 0
	hide := make([]Span, 0, len(e.Secret))
	for _, s := range e.Secret {
		dst = append(dst, e.Raw[from:s.Off]...)
		hide = append(hide, Span{Off: len(dst) - start, Len: len(Mask), Label: s.Label, Masked: true})
		dst = append(dst, Mask...)
		from = s.Off + s.Len
	}
	return append(dst, e.Raw[from:]...), hide
}

// MaskedLine gives the event's line without its line end, secrets masked.
func (e *Event) MaskedLine() string {
	b, _ := e.Masked(nil)
	return string(TrimEOL(b))
}

// Enhanced gives the enhanced status code of an SMTP reply ("5.1.1"), or "" (RFC 2034 §3).
func (e *Event) Enhanced() string {
	if e.Proto != SMTP || e.From != Server || len(e.Code) != 3 || len(e.Raw) < 9 || e.Raw[4] != e.Code[0] {
		return ""
	}
	word, _, _ := bytes.Cut(TrimEOL(e.Raw[4:min(len(e.Raw), 20)]), []byte(" "))
	class, rest, _ := bytes.Cut(word, []byte("."))
	subject, detail, _ := bytes.Cut(rest, []byte("."))
	if !digits(class, 1) || !digits(subject, 3) || !digits(detail, 3) {
		return ""
	}
	return string(word)
}

// digits tells whether s is a number of at most so many digits.
func digits(s []byte, most int) bool {
	for _, c := range s {
		if c < '0' || c > '9' {
			return false
		}
	}
	return len(s) > 0 && len(s) <= most
}
