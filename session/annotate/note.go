package annotate

import "byhand/session/text"

// Tone tells in what voice a note speaks; the screen shows it as a word or sign, never by colour alone.
type Tone string

// The tones.
const (
	Info    Tone = "info"    // what the line means
	Yes     Tone = "yes"     // the server agreed
	No      Tone = "no"      // the server refused
	Decoded Tone = "decoded" // what encoded text says
	Tip     Tone = "tip"     // advice: a likely mistake and what to do
	Warning Tone = "warning" // something others can see or misuse
	Next    Tone = "next"    // what can be typed now
)

// Depth tells for whom a note is: Brief is one line that fits beside the reply, Full adds why, what next and the RFC,
// All is what :explain and `byhand explain` give.
type Depth uint8

// The depths; a note of one depth is shown at that depth and at all deeper ones.
const (
	Off Depth = iota
	Brief
	Full
	All
)

// A Note is one sentence about one event.
type Note struct {
	Tone  Tone
	Depth Depth
	Text  text.Said
	Ref   string // "RFC 1939 §5", or ""
	ID    string // of an advice: its name in the library ("b64-newline", "in-data"), by which lessons know it; else ""
}

// An Explanation is all that is said of one event.
type Explanation struct {
	Notes   []Note
	Decoded string // what the line's encoded text says in UTF-8: a 334 prompt, a user name, a header field, a decoded body line
}
