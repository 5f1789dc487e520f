package transcripts

import (
	"encoding/base64"
	"strconv"
	"strings"
	"time"

	"byhand/session"
	"byhand/session/annotate"
	"byhand/session/render"
	"byhand/session/text"
)

// item appends one line of the session, and what is said of it. The item stays open, so that a remark can follow.
func (p *page) item(dst []byte, e *session.Event, x annotate.Explanation, at time.Duration) []byte {
	if remark := remarkOf(e); remark != "" && p.listed && !p.bodies.folded(e.Conn) {
		return p.remark(dst, remark)
	}
	class := itemClass(e)
	said := ""
	if e.Mark != nil && remarkOf(e) == "" {
		if said = render.Change(e.Mark).In(text.EN); said == "" {
			return dst
		}
		x = render.Beyond(e.Role, x)
	}
	dst = p.begin(dst, e.N, class)
	if at > 0 {
		dst = strconv.AppendInt(append(dst, ` data-t="`...), at.Milliseconds(), 10)
		dst = append(dst, '"')
	}
	dst = appendEnd(dst, e)
	dst = appendInt(append(dst, "><a href=\"#e"...), e.N)
	dst = append(appendInt(append(dst, "\">"...), e.N), "</a>"...)
	switch {
	case remarkOf(e) != "":
		return p.remark(dst, remarkOf(e))
	case e.Mark != nil:
		dst = append(appendBoth(append(dst, "<p>"...), render.Change(e.Mark)), "</p>"...)
	default:
		dst = p.line(dst, e)
	}
	return p.notes(dst, x)
}

// begin opens an item, and the list if none is open.
func (p *page) begin(dst []byte, n int, class string) []byte {
	if p.listed {
		dst = append(dst, "</li>\n"...)
	} else {
		dst = append(dst, "<ol>\n"...)
	}
	p.listed = true
	dst = append(dst, "<li"...)
	if n > 0 {
		dst = append(appendInt(append(dst, " id=\"e"...), n), '"')
	}
	return append(append(append(dst, " class=\""...), class...), '"')
}

// itemClass gives the classes of an item: who speaks, and what matters to the keys.
func itemClass(e *session.Event) string {
	class := "m"
	switch e.From {
	case session.Client:
		class = "c"
	case session.Server:
		class = "s"
	}
	switch {
	case remarkOf(e) != "":
		return "m note"
	case e.Role == session.Data:
		class += " data"
	case e.Role == session.Command:
		class += " cmd"
	}
	if wrong(e) {
		class += " wrong"
	}
	return class
}

// wrong tells whether an event is what the keys e and E look for: a refusal, or a connection that failed.
func wrong(e *session.Event) bool {
	if e.Mark != nil {
		return e.Mark.Text("err") != "" || e.Mark.Kind == "tls" && e.Mark.Text("is") == "fail"
	}
	return verdict(e) == "no"
}

// appendEnd tells of a line end that is not CRLF, which a dump of the bytes must show.
func appendEnd(dst []byte, e *session.Event) []byte {
	if e.Mark != nil || strings.HasSuffix(string(e.Raw[max(0, len(e.Raw)-2):]), "\r\n") {
		return dst
	}
	if n := len(e.Raw); n > 0 && e.Raw[n-1] == '\n' {
		return append(dst, ` data-end="lf"`...)
	}
	return append(dst, ` data-end=""`...)
}

// line appends who speaks and what, the status code marked by what it says.
func (p *page) line(dst []byte, e *session.Event) []byte {
	dst = append(append(dst, "<p><b>"...), kindOf(e.From)...)
	if e.Conn > 1 {
		dst = appendInt(dst, e.Conn)
	}
	dst = append(dst, ":</b> <code translate=\"no\">"...)
	code := verdict(e)
	first := true
	eachPiece(e, func(b []byte) {
		if first && code != "" && strings.HasPrefix(string(b), e.Code) {
			dst = append(append(append(dst, "<em class=\""...), code...), "\">"...)
			dst = append(p.markup(dst, b[:len(e.Code)]), "</em>"...)
			b = b[len(e.Code):]
		}
		first = false
		dst = p.markup(dst, b)
	}, func(label string) {
		first = false
		dst = append(appendBoth(append(dst, "<span class=\"hid\">‹"...), hiddenName(label).With()), "›</span>"...)
	})
	return append(dst, "</code></p>"...)
}

// notes appends the explanations of an item.
func (p *page) notes(dst []byte, x annotate.Explanation) []byte {
	p.said = saidOf(p.said, x, annotate.Full)
	if len(p.said) == 0 {
		return dst
	}
	dst = append(dst, "\n<ul>"...)
	for i := range p.said {
		n := &p.said[i]
		dst = append(append(dst, "<li class=\""...), n.Tone...)
		if n.Depth > annotate.Brief {
			dst = append(dst, " more"...)
		}
		dst = append(append(append(dst, "\"><b aria-hidden=\"true\">"...), toneSign(n.Tone)...), "</b>"...)
		dst = appendBoth(dst, n.Text)
		dst = append(appendPapers(dst, n.Ref), "</li>"...)
	}
	return append(dst, "</ul>"...)
}

// remark appends what the author of a transcript, or the learner, wrote about a line.
func (p *page) remark(dst []byte, remark string) []byte {
	dst = append(dst, "\n<blockquote>"...)
	for _, t := range tongues(remark) {
		dst = append(dst, "<p"...)
		if t.lang != "" {
			dst = append(append(append(dst, " lang=\""...), t.lang...), '"')
		}
		dst = append(dst, '>')
		for i, line := range strings.Split(strings.TrimRight(t.text, "\n"), "\n") {
			if i > 0 {
				dst = append(dst, "<br>"...)
			}
			dst = p.markup(dst, []byte(line))
		}
		dst = append(dst, "</p>"...)
	}
	return append(dst, "</blockquote>"...)
}

// fold appends what stands in place of a long body's lines.
func (p *page) fold(dst []byte, b *body) []byte {
	dst = append(p.begin(dst, 0, "m fold"), "><p>"...)
	return append(appendBoth(dst, foldSaid(b)), "</p>"...)
}

// markup appends bytes of the wire as text of the page. What is no text, or could act, is shown as on the screen.
func (p *page) markup(dst, b []byte) []byte {
	safe := render.Safe{On: "\x01", Off: "\x02"} // the text itself holds no controls once it is visible
	p.visible = safe.Append(p.visible[:0], b, false)
	return appendEscaped(dst, p.visible)
}

// appendEscaped appends text with what is markup escaped; the controls 1 and 2 stand around what was made visible.
func appendEscaped(dst, b []byte) []byte {
	for _, c := range b {
		switch c {
		case '&':
			dst = append(dst, "&amp;"...)
		case '<':
			dst = append(dst, "&lt;"...)
		case '>':
			dst = append(dst, "&gt;"...)
		case '"':
			dst = append(dst, "&#34;"...)
		case '\'':
			dst = append(dst, "&#39;"...)
		case 1:
			dst = append(dst, "<i>"...)
		case 2:
			dst = append(dst, "</i>"...)
		default:
			dst = append(dst, c)
		}
	}
	return dst
}

// appendBoth appends a sentence in both languages; the page shows one of them.
func appendBoth(dst []byte, s text.Said) []byte {
	en, zh := s.In(text.EN), s.In(text.ZH)
	if en == zh {
		return appendEscaped(dst, render.Visible(nil, []byte(en)))
	}
	for _, l := range text.Langs() {
		dst = append(append(append(dst, "<span lang=\""...), l.String()...), "\">"...)
		dst = append(appendEscaped(dst, render.Visible(nil, []byte(s.In(l)))), "</span>"...)
	}
	return dst
}

// appendPapers appends where a note's facts come from, with the way there: "RFC 1939 §5, RFC 2595 §4".
func appendPapers(dst []byte, refs string) []byte {
	if refs == "" {
		return dst
	}
	dst = append(dst, " <cite>"...)
	for i, ref := range strings.Split(refs, ", ") {
		if i > 0 {
			dst = append(dst, ", "...)
		}
		word, isRFC := strings.CutPrefix(ref, "RFC ")
		number, section, _ := strings.Cut(word, " §")
		if n, err := strconv.ParseUint(number, 10, 32); isRFC && err == nil {
			dst = strconv.AppendUint(append(dst, `<a href="https://www.rfc-editor.org/rfc/rfc`...), n, 10)
			if section != "" && strings.Trim(section, "0123456789.") == "" {
				dst = append(append(dst, "#section-"...), section...)
			}
			dst = append(appendEscaped(append(dst, `">`...), []byte(ref)), "</a>"...)
			continue
		}
		dst = appendEscaped(dst, render.Visible(nil, []byte(ref)))
	}
	return append(dst, "</cite>"...)
}

func appendInt(dst []byte, n int) []byte { return strconv.AppendInt(dst, int64(n), 10) }

// digest gives the source expression by which a policy allows an inline style or script (CSP Level 3 §2.3.1).
func digest(sum []byte) string { return "'sha256-" + base64.StdEncoding.EncodeToString(sum) + "'" }
