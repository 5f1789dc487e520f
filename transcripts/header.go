package transcripts

import (
	"encoding/json"
	"strconv"
	"time"

	"byhand/session"
)

// A Header is the first line of a transcript. It never holds a host, a user, a directory or a command line.
type Header struct {
	V      int       // version of the format; 0 stands for Version
	Start  time.Time // when the session began, with its zone; kept to the microsecond
	By     string    // the program that recorded it; "" says that people wrote it, so that no closing line is missed
	Redact string    // how secrets were hidden: "default", "strict", "none", "default+public"
	Title  string
	Lesson string
	Lang   string
	Guess  bool            // an importer had to guess who sent what
	Extra  []session.Field // members that this version does not know
}

// startLayout is RFC 3339 with microseconds.
const startLayout = "2006-01-02T15:04:05.000000Z07:00"

// tutorialDay is the start of a dialogue that tells none: the morning of the tutorial's sessions. It is fixed so
// that equal dialogues give equal recordings.
const tutorialDay = "2007-09-17T10:00:00.000000+08:00"

// defaultHeader is the header of a dialogue that has none.
func defaultHeader() Header {
	start, _ := time.Parse(startLayout, tutorialDay)
	return Header{V: Version, Start: start}
}

// appendLine appends the header as the first line of the recorded form, without a line end.
func (h *Header) appendLine(dst []byte) []byte {
	dst = append(dst, `{"byhand":"transcript","v":`...)
	dst = strconv.AppendInt(dst, Version, 10)
	return append(h.appendMembers(append(dst, ',')), '}')
}

// appendMembers appends the members after v, without braces. The start comes first and is always there.
func (h *Header) appendMembers(dst []byte) []byte {
	dst = append(dst, `"start":"`...)
	dst = append(h.Start.AppendFormat(dst, startLayout), '"')
	for _, m := range h.texts() {
		if *m.value != "" {
			dst, _ = appendString(appendMember(dst, m.name), []byte(*m.value))
		}
	}
	if h.Guess {
		dst = append(dst, `,"guess":true`...)
	}
	for _, f := range h.Extra {
		dst = append(appendMember(dst, f.Name), f.Value...)
	}
	return dst
}

// headerText is a member of the header that is text.
type headerText struct {
	name  string
	value *string
}

// texts lists the members that are text, in their order in the file.
func (h *Header) texts() [5]headerText {
	return [5]headerText{{"by", &h.By}, {"redact", &h.Redact}, {"title", &h.Title}, {"lesson", &h.Lesson}, {"lang", &h.Lang}}
}

// set takes one member of the header. It gives false for a start that is no time.
func (h *Header) set(name string, value []byte) bool {
	for _, m := range h.texts() {
		if m.name == name && isString(value) {
			*m.value = stringOf(value)
			return true
		}
	}
	switch {
	case name == "start":
		start, err := time.Parse(time.RFC3339Nano, stringOf(value))
		h.Start = start.Truncate(time.Microsecond)
		return err == nil && zone(start)
	case name == "guess" && (string(value) == "true" || string(value) == "false"):
		h.Guess = string(value) == "true"
	default:
		h.Extra = append(h.Extra, session.Field{Name: name, Value: json.RawMessage(appendJSON(nil, value))})
	}
	return true
}

// zone tells whether a time can be written in RFC 3339: its zone has no seconds and its year four digits.
func zone(t time.Time) bool {
	_, offset := t.Zone()
	return offset%60 == 0 && t.Year() >= 0 && t.Year() <= 9999
}

// parseHeader reads the header line of the recorded form.
func parseHeader(line []byte, name string) (Header, *Error) {
	fail := &Error{File: name, Line: 1, What: sayHeader.With(), Hint: hintForeign.With(), Text: visible(string(line))}
	if !validObject(line) {
		return Header{}, fail
	}
	var h Header
	var bad *Error
	started := false
	members(line, func(name string, value []byte) bool {
		switch name {
		case "byhand":
			if what := stringOf(value); what != "transcript" {
				fail.What, bad = sayOther.With(visible(what)), fail
			}
		case "v":
			v, err := strconv.Atoi(string(value))
			if err != nil || v < 1 || v > Version {
				fail.What, fail.Hint, bad = sayVersion.With(visible(string(value)), Version), hintVersion.With(), fail
			}
			h.V = v
		case "start":
			started = h.set(name, value)
		default:
			h.set(name, value)
		}
		return bad == nil
	})
	if bad == nil && !started {
		fail.What, fail.Hint, bad = sayStart.With(), hintStart.With(), fail
	}
	if bad == nil && h.V == 0 {
		bad = fail
	}
	return h, bad
}
