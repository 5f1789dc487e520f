package transcripts

import (
	"bytes"
	"io"
	"strconv"

	"byhand/session"
	"byhand/session/annotate"
	"byhand/session/text"
)

// noteIndent stands before an explanation, which is thus told from all lines of the session.
const noteIndent = "    "

// writeText writes the session for people: C: and S: lines with indented explanations. What could drive a screen is
// shown as \xHH. It is stable, so that it can be compared.
func writeText(dst io.Writer, src *Reader, o Options) error {
	var buf, line []byte
	return explained(src, o, func(e *session.Event, x annotate.Explanation) error {
		buf, line = appendPlain(buf[:0], line[:0], e, x, o.Lang)
		_, err := dst.Write(buf)
		return err
	})
}

func appendPlain(dst, line []byte, e *session.Event, x annotate.Explanation, lang text.Lang) (_, _ []byte) {
	if e.Mark != nil && e.Mark.Kind == kindEnd {
		return dst, line
	}
	line, _ = eventLine(line, e)
	sign := "@"
	switch {
	case e.Mark != nil && e.Mark.Kind == "note":
		sign = ">"
	case e.From != session.Nobody:
		sign = kindOf(e.From)
	}
	for part := range bytes.SplitSeq(line, []byte("\n")) {
		dst = appendPlainLine(dst, sign, e.Conn, part)
	}
	for _, n := range x.Notes {
		for part := range bytes.SplitSeq([]byte(n.Text.In(lang)), []byte("\n")) {
			dst = append(appendVisible(append(dst, noteIndent...), part), '\n')
		}
	}
	return dst, line
}

// appendPlainLine appends one line with the sign of its kind.
func appendPlainLine(dst []byte, sign string, conn int, line []byte) []byte {
	dst = append(dst, sign...)
	if conn > 1 {
		dst = strconv.AppendInt(dst, int64(conn), 10)
	}
	if sign == kindClient || sign == kindServer {
		dst = append(dst, ':')
	}
	if len(line) > 0 && (sign != "@" || conn > 1) {
		dst = append(dst, ' ')
	}
	return append(appendVisible(dst, line), '\n')
}
