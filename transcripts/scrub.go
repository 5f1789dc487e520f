package transcripts

import (
	"bytes"
	"encoding/base64"
	"encoding/json"
	"io"
	"slices"
	"strings"
	"time"

	"byhand/session"
	"byhand/session/proto"
)

// Redact says what a recorder keeps off the disk.
type Redact uint8

// The levels of hiding, in the order of their names in RedactNames.
const (
	RedactSecrets Redact = iota // passwords and all that stands for them (format §1.3)
	RedactStrict                // user names, addresses and the letters as well
	RedactNone                  // nothing; a person must have asked for it
)

// RedactNames gives the names of the levels, as the header of a recording tells them.
func RedactNames() []string { return []string{"default", "strict", "none"} }

// String gives the level's name.
func (r Redact) String() string { return RedactNames()[r] }

// hider gives what is masked of each event; nil stands for the event's secrets.
func (r Redact) hider() func(*session.Event) []session.Span {
	switch r {
	case RedactStrict:
		s := newScrubber(Scrub{Users: true, Addresses: true, Bodies: true})
		return s.spans
	case RedactNone:
		return func(e *session.Event) []session.Span {
			return slices.DeleteFunc(slices.Clone(e.Secret), func(s session.Span) bool { return !s.Masked })
		}
	}
	return nil
}

// Scrub says what is hidden of a transcript beside the secrets that the framer knows.
type Scrub struct {
	Values    []string // as they are, in Base64, and within what is Base64
	Users     bool     // names given by USER, APOP and AUTH LOGIN
	Addresses bool     // of mail, wherever they stand
	IPs       bool
	Bodies    bool // the letters; of their headers the names of the fields, the date and what MIME says stay
}

// WriteScrubbed writes what src still holds in a form that Convert knows as lossless, with more of it hidden.
func WriteScrubbed(dst io.Writer, form string, src *Reader, what Scrub) error {
	s := newScrubber(what)
	h := src.Header()
	if h.Title != "" {
		h.Title = string(s.text([]byte(h.Title)))
	}
	var w *Writer
	switch form {
	case FormRecorded:
		w = NewWriter(dst, h)
	case FormDialogue:
		p := printer{times: true, least: time.Millisecond} // the microseconds that part two reads tell people nothing
		w = &Writer{w: dst, buf: p.head(nil, h), form: p.entry}
	default:
		return ErrForm
	}
	w.hide, w.scrub, w.bodies = s.spans, s.text, what.Bodies
	return writeMasked(w, src)
}

// A scrubber finds what must be hidden, and remembers the names that it has seen.
type scrubber struct {
	what    Scrub
	names   [][]byte
	letters map[int]*scrubbedLetter // by connection
}

// scrubbedLetter is where a letter of one connection stands.
type scrubbedLetter struct {
	body bool // past the empty line
	kept bool // the field that a folded line goes on with stays
}

func newScrubber(what Scrub) *scrubber {
	return &scrubber{what: what, letters: map[int]*scrubbedLetter{}}
}

// spans gives what must be masked of an event, secrets included.
func (s *scrubber) spans(e *session.Event) []session.Span {
	all := slices.Clone(e.Secret)
	if e.From == session.Nobody {
		return nil
	}
	line := session.TrimEOL(e.Raw)
	if s.what.Bodies {
		all = append(all, s.letter(e, line)...)
	}
	if s.what.Users && len(e.Secret) == 0 {
		all = append(all, s.name(e, line)...)
	}
	return joined(s.find(all, line))
}

// find appends the spans of what is hidden wherever it stands.
func (s *scrubber) find(all []session.Span, b []byte) []session.Span {
	for _, name := range s.names {
		all = appendMatches(all, b, name, "user")
	}
	for _, v := range s.what.Values {
		all = appendMatches(all, b, []byte(v), "secret")
		all = appendEncoded(all, b, []byte(v))
	}
	if s.what.Addresses {
		all = appendAddresses(all, b)
	}
	if s.what.IPs {
		all = appendIPs(all, b)
	}
	return all
}

// text gives a remark's text with masks in it.
func (s *scrubber) text(b []byte) []byte {
	e := session.Event{Raw: b, Secret: joined(s.find(nil, b))}
	masked, _ := e.Masked(nil)
	return masked
}

// scrubbedField gives a value of a mark with masks in it, if it is text.
func scrubbedField(f session.Field, text func([]byte) []byte) session.Field {
	if isString(f.Value) {
		f.Value = json.RawMessage(quotedString(string(text([]byte(stringOf(f.Value))))))
	}
	return f
}

// name finds the user's name in the line that gives it, and remembers it.
func (s *scrubber) name(e *session.Event, line []byte) []session.Span {
	if e.From != session.Client || e.Role == session.Data {
		return nil
	}
	from, to := 0, len(line)
	verb, _ := proto.Split(line) // a line that fits nowhere has no Verb
	switch {
	case e.Role == session.Answer && string(line) != "*":
		if raw, err := base64.StdEncoding.DecodeString(string(line)); err == nil {
			s.remember(raw)
		}
	case verb == "USER" || verb == "APOP":
		from = len(line) - len(bytes.TrimLeft(line[min(5, len(line)):], " "))
		if i := bytes.IndexByte(line[from:], ' '); verb == "APOP" && i >= 0 {
			to = from + i
		}
	default:
		return nil
	}
	s.remember(line[from:to])
	return []session.Span{{Off: from, Len: to - from, Label: "user"}}
}

// remember keeps a name that is long enough to be told from a word of the protocol.
func (s *scrubber) remember(name []byte) {
	if len(name) >= 3 && len(s.names) < 16 && !slices.ContainsFunc(s.names, func(n []byte) bool { return bytes.Equal(n, name) }) {
		s.names = append(s.names, bytes.Clone(name))
	}
}

// letter finds what must be hidden of a line of a letter.
func (s *scrubber) letter(e *session.Event, line []byte) []session.Span {
	mail := e.Role == session.Data && (e.From == session.Client || e.Verb == "RETR" || e.Verb == "TOP")
	if !mail || !e.More && string(line) == "." {
		delete(s.letters, e.Conn)
		return nil
	}
	at := s.letters[e.Conn]
	if at == nil {
		at = &scrubbedLetter{}
		s.letters[e.Conn] = at
	}
	whole := []session.Span{{Len: len(line), Label: "body"}}
	switch {
	case len(line) == 0:
		at.body = true
		return nil
	case at.body:
		return whole
	case line[0] == ' ' || line[0] == '\t' || e.Cont:
		if at.kept {
			return nil
		}
		return whole
	}
	name, value, found := bytes.Cut(line, []byte(":"))
	if !found {
		return whole
	}
	at.kept = keptField(string(name))
	if at.kept || len(value) == 0 {
		return nil
	}
	from := len(name) + 1
	if value[0] == ' ' {
		from++
	}
	return []session.Span{{Off: from, Len: len(line) - from, Label: "body"}}
}

// keptField tells whether a field of a header says nothing of people: when a letter was written, and how.
func keptField(name string) bool {
	switch strings.ToLower(name) {
	case "date", "mime-version", "content-transfer-encoding":
		return true
	}
	return false
}

// joined puts spans into their order, and makes one of those that overlap.
func joined(all []session.Span) []session.Span {
	slices.SortStableFunc(all, func(a, b session.Span) int { return a.Off - b.Off })
	var out []session.Span
	for _, s := range all {
		if s.Len == 0 {
			continue
		}
		if n := len(out); n > 0 && s.Off < out[n-1].Off+out[n-1].Len {
			out[n-1].Len = max(out[n-1].Len, s.Off+s.Len-out[n-1].Off)
			continue
		}
		out = append(out, s)
	}
	return out
}
