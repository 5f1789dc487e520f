package practice

import (
	"fmt"
	"slices"
	"strings"
)

// Ends are the line ends between which a server takes a lone dot for the end of a letter, beside CRLF and CRLF, which
// the RFC names and which no server can do without (RFC 5321 §4.1.1.4). The zero value has no other: it is strict.
// Servers that had others let a second letter through in the text of the first.
type Ends uint16

// An eol is one way to end a line.
type eol uint8

const (
	eolCRLF eol = iota // as RFC 5321 §2.3.8 wants it
	eolLF
	eolCR
)

var eolNames = [...]string{"CRLF", "LF", "CR"}

// smuggled are the ends that servers of the reports on smuggling took (2023): a line end of Unix on one side or on both.
var smuggled = between(eolLF, eolLF) | between(eolLF, eolCRLF) | between(eolCRLF, eolLF)

func between(before, behind eol) Ends { return 1 << (3*before + behind) }

// begin tells whether a dot behind this line end may be the end of a letter.
func (e Ends) begin(before eol) bool {
	return before == eolCRLF || e&(between(before, eolCRLF)|between(before, eolLF)|between(before, eolCR)) != 0
}

func (e Ends) have(before, behind eol) bool {
	return (e|between(eolCRLF, eolCRLF))&between(before, behind) != 0
}

// readEnds reads ends as a voice file writes them: "LF.CRLF" is a dot behind LF and before CRLF.
func readEnds(words []string) (e Ends, err error) {
	for _, word := range words {
		before, behind, _ := strings.Cut(strings.ToUpper(word), ".")
		i, j := slices.Index(eolNames[:], before), slices.Index(eolNames[:], behind)
		if i < 0 || j < 0 {
			return 0, fmt.Errorf("ends_data: %q is not of the form LF.CRLF; line ends are %s", word, strings.Join(eolNames[:], ", "))
		}
		e |= between(eol(i), eol(j))
	}
	return e, nil
}

// laxState tells what a laxReader has seen last.
type laxState uint8

const (
	laxLineStart laxState = iota // a line end, or nothing yet
	laxDot                       // a dot at the start of a line; it is held back
	laxDotCR                     // dot, CR at the start of a line; both are held back
	laxInLine                    // any other octet
	laxCR                        // CR inside a line
	laxOver                      // the letter has ended
)

// A laxReader takes a letter out of the octets that follow DATA as a dotReader does, and takes more for its end. LF that stands alone
// becomes CRLF. What follows an end is not looked at: it is the next command, as it was for the servers that read so.
type laxReader struct {
	ends   Ends
	state  laxState
	before eol // the line end at laxLineStart, and before the dot
}

// feed goes through in up to the end of the letter; see dotReader.feed.
func (d *laxReader) feed(in, out []byte) (letter []byte, used int, over bool) {
	for used < len(in) && d.state != laxOver {
		c, took := in[used], true
		switch d.state {
		case laxLineStart:
			if took = c == '.' && d.ends.begin(d.before); took {
				d.state = laxDot
			} else {
				d.state = laxInLine
			}
		case laxDot:
			took = d.dotted(c)
		case laxDotCR:
			if took = c == '\n' && d.ends.have(d.before, eolCRLF); took {
				d.state = laxOver
			} else {
				out = append(out, '\r')
				d.state = laxCR
			}
		case laxInLine:
			out = d.octet(c, out)
		case laxCR:
			d.state, d.before = laxLineStart, eolCR
			if took = c == '\n'; took {
				d.before = eolCRLF
				out = append(out, c)
			}
		}
		if took {
			used++
		}
	}
	return out, used, d.state == laxOver
}

// dotted takes what stands behind a dot at the start of a line, and tells whether it took it.
func (d *laxReader) dotted(c byte) bool {
	switch {
	case c == '\n' && d.ends.have(d.before, eolLF), c == '\r' && d.ends.have(d.before, eolCR):
		d.state = laxOver
	case c == '\r':
		d.state = laxDotCR
	default:
		d.state = laxInLine
		return false
	}
	return true
}

// octet takes one octet inside a line.
func (d *laxReader) octet(c byte, out []byte) []byte {
	switch c {
	case '\n':
		d.state, d.before = laxLineStart, eolLF
		return append(out, "\r\n"...)
	case '\r':
		d.state = laxCR
	}
	return append(out, c)
}
