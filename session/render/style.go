package render

import (
	"strings"

	"github.com/fatih/color"
)

// This file is the one door to colour. fatih/color makes each sequence once, in newStyles; its own opinion on whether
// colour is wanted is not asked, as it looks at standard output only. Styles are never nested: the end of an inner
// one would end the outer one too.

// A style is what is written before and after a run of text; both are empty without colour.
type style struct{ on, off string }

// styles holds every style of the screen. Each is readable on light and on dark backgrounds, so there is no yellow
// and no white; and none carries a meaning that the words beside it lack.
type styles struct {
	server  style // "S:"
	client  style // "C:"
	typed   style // a command or an answer of the client's
	good    style // a positive status, a tone of yes, a step that is done
	bad     style // a negative status, a refusal, a warning
	ask     style // the server waits for more: 334, 354, "+ "
	guide   style // tips and what comes next
	decoded style // text that stood encoded on the wire
	aside   style // what may be passed over: references, markers
	head    style // headings
}

func newStyles(on bool) styles {
	if !on {
		return styles{}
	}
	return styles{
		server:  newStyle(color.FgGreen, color.Bold),
		client:  newStyle(color.FgCyan, color.Bold),
		typed:   newStyle(color.Bold),
		good:    newStyle(color.FgGreen),
		bad:     newStyle(color.FgRed, color.Bold),
		ask:     newStyle(color.FgMagenta, color.Bold),
		guide:   newStyle(color.FgCyan),
		decoded: newStyle(color.FgMagenta),
		aside:   newStyle(color.Faint),
		head:    newStyle(color.Bold),
	}
}

// newStyle lets fatih/color paint a stand-in and takes what it wrote around it.
func newStyle(attributes ...color.Attribute) style {
	const standIn = "|"
	c := color.New(attributes...)
	c.EnableColor() // NO_COLOR in the environment has been asked by WantColor already
	on, off, _ := strings.Cut(c.Sprint(standIn), standIn)
	return style{on, off}
}

// begin appends what switches the style on.
func (s *style) begin(dst []byte) []byte { return append(dst, s.on...) }

// end appends what switches the style off.
func (s *style) end(dst []byte) []byte { return append(dst, s.off...) }

// paint appends text in the style.
func (s *style) paint(dst []byte, text string) []byte {
	if text == "" {
		return dst
	}
	return s.end(append(s.begin(dst), text...))
}

// WantColor decides whether to colour: when is the value of --color ("auto", "always" or "never"), env gives the
// environment, terminal tells whether the output is one. With "auto" a NO_COLOR that is not empty
// (https://no-color.org) and TERM=dumb say no. known is false for any other value of --color.
func WantColor(when string, env func(string) string, terminal bool) (on, known bool) {
	switch when {
	case "always":
		return true, true
	case "never":
		return false, true
	case "auto":
		return terminal && env("NO_COLOR") == "" && env("TERM") != "dumb", true
	}
	return false, false
}
