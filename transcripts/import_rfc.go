package transcripts

import (
	"bytes"
	"strings"

	"byhand/session"
)

// rfc reads the dialogues of RFCs: indented lines "C:" and "S:", with what happens off the wire in angle brackets
// (RFC 1939 §10, RFC 5321 appendix D). All other lines are prose, and passed over.
type rfc struct {
	*feed
	pad    int          // blanks between the colon and the text, as the first line of the talk has them; -1 after it
	padded bool         // pad is known
	held   []byte       // a line that may go on below
	from   session.Side // of held
	column int          // where held's text began
}

func (r *rfc) end() { r.flush() }

func (r *rfc) line(line []byte) {
	line = bytes.TrimRight(line, "\r \t\f")
	text := bytes.TrimLeft(line, " \t")
	from, rest, ok := rfcSide(text)
	switch {
	case ok:
		r.flush()
		r.said(from, rest, len(line)-len(rest))
	case r.from != session.Nobody && len(text) > 0 && len(line)-len(text) >= r.column && r.column > 0:
		if len(r.held)+len(text) > maxText {
			r.leaveLong()
			return
		}
		r.held = append(append(r.held, ' '), text...) // a long line, folded to fit the page
	default:
		r.flush()
	}
}

// rfcSide reads who speaks: "C:", "S:", or both.
func rfcSide(text []byte) (from session.Side, rest []byte, ok bool) {
	for _, p := range []struct {
		start string
		from  session.Side
	}{{"C:", session.Client}, {"S:", session.Server}, {"C & S:", session.Nobody}, {"C&S:", session.Nobody}, {"S & C:", session.Nobody}} {
		if rest, ok = bytes.CutPrefix(text, []byte(p.start)); ok {
			return p.from, rest, true
		}
	}
	return 0, nil, false
}

// said takes what stands after the colon, at a column of the page.
func (r *rfc) said(from session.Side, rest []byte, column int) {
	text := bytes.TrimLeft(rest, " \t")
	if stage(text) || from == session.Nobody {
		r.direct(from, string(bytes.Trim(text, "<>")))
		return
	}
	if !r.padded && len(text) > 0 {
		r.pad, r.padded = len(rest)-len(text), true
	}
	for n := r.pad; n > 0 && len(rest) > 0 && rest[0] == ' '; n-- {
		rest = rest[1:]
	}
	r.held, r.from, r.column = append(r.held[:0], rest...), from, column+r.pad
}

// flush gives the line that is complete.
func (r *rfc) flush() {
	if r.from != session.Nobody {
		r.says(r.from, r.held)
	}
	r.from = session.Nobody
}

// stage tells whether a line is a stage direction and no line of the wire: words in angle brackets.
func stage(text []byte) bool {
	return len(text) > 2 && text[0] == '<' && text[len(text)-1] == '>' && bytes.IndexByte(text, ' ') > 0 && bytes.IndexByte(text, '@') < 0
}

// direct makes a mark of a stage direction.
func (r *rfc) direct(from session.Side, said string) {
	low := strings.ToLower(said)
	by := "server"
	if from == session.Client {
		by = "client"
	}
	switch {
	case strings.Contains(low, "wait for"):
		r.note(said)
	case strings.Contains(low, "open connection"):
		r.open("")
	case strings.Contains(low, "close") && strings.Contains(low, "connection"):
		r.mark("close", "by", by)
	case strings.Contains(low, "tls") && strings.Contains(low, "negotiat"):
		r.mark("tls", "is", "done")
	default:
		r.note(said)
	}
}
