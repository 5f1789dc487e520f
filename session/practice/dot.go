package practice

import "bytes"

// dotState tells what a dotReader has seen last.
type dotState uint8

const (
	atLineStart  dotState = iota // the line end CRLF, or nothing yet
	afterDot                     // a dot at the start of a line; it is held back
	afterDotCR                   // dot, CR at the start of a line; both are held back
	inLine                       // any other octet
	afterCR                      // CR inside a line
	letterIsOver                 // CRLF dot CRLF
)

// A dotReader takes a letter out of the octets that follow DATA: it finds the line with a lone dot and takes off the
// dot that was put before a line that begins with one (RFC 5321 §4.5.2). Only CRLF dot CRLF ends a letter. LF.LF,
// LF.CRLF, CRLF.LF and CR.CR are text: to take them for the end would let a second letter be smuggled in
// (RFC 5321 §2.3.8, §4.1.1.4).
type dotReader struct {
	state  dotState
	makeLF bool // write CRLF for an LF that stands alone
	bareLF bool // an LF stood alone
}

// feed goes through in up to the end of the letter and appends what belongs to the letter to out. used is the number
// of octets taken from in; over tells that the letter is complete.
func (d *dotReader) feed(in, out []byte) (letter []byte, used int, over bool) {
	for used < len(in) && d.state != letterIsOver {
		c := in[used]
		switch d.state {
		case atLineStart:
			if c == '.' {
				d.state = afterDot
				used++
				continue
			}
			d.state = inLine
		case afterDot:
			if c == '\r' {
				d.state = afterDotCR
				used++
				continue
			}
			d.state = inLine
		case afterDotCR:
			if c == '\n' {
				d.state = letterIsOver
				used++
				continue
			}
			out = append(out, '\r')
			d.state = afterCR
		case inLine:
			n := plain(in[used:])
			out = append(out, in[used:used+n]...)
			if used += n; used < len(in) {
				out = d.lineOctet(in[used], out)
				used++
			}
		case afterCR:
			if c == '\n' {
				out = append(out, c)
				d.state = atLineStart
				used++
				continue
			}
			d.state = inLine
		}
	}
	return out, used, d.state == letterIsOver
}

// plain gives the number of octets before the next CR or LF.
func plain(in []byte) int {
	if i := bytes.IndexByte(in, '\n'); i >= 0 {
		in = in[:i]
	}
	if i := bytes.IndexByte(in, '\r'); i >= 0 {
		return i
	}
	return len(in)
}

// lineOctet takes the CR or LF at which plain stopped.
func (d *dotReader) lineOctet(c byte, out []byte) []byte {
	if c == '\r' {
		d.state = afterCR
		return append(out, c)
	}
	d.bareLF = true
	if d.makeLF {
		out = append(out, '\r')
	}
	return append(out, '\n')
}
