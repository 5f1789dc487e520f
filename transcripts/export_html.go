package transcripts

import (
	_ "embed"
	"io"

	"byhand/session"
	"byhand/session/annotate"
	"byhand/session/text"
)

// The look of the page and what its keys do. Both are written into the page; the script adds and takes away classes and
// text, and makes no markup, so that there is no way from the wire to code.
var (
	//go:embed page/page.css
	pageStyle string
	//go:embed page/page.js
	pageScript string
)

// writeHTML writes the session as one page that needs no other file, no network and no script: lines with their
// explanations, in both languages. It writes as it reads.
func writeHTML(dst io.Writer, src *Reader, o Options) error {
	p := &page{header: src.Header(), lang: o.Lang, depth: min(o.Depth, annotate.Full)}
	p.bodies = bodies{full: o.Full, fold: p.fold}
	o.Depth = annotate.Full // what is not shown at first is there to be switched on
	err := explained(src, o, func(e *session.Event, x annotate.Explanation) error {
		p.event(e, x)
		if len(p.buf) < maxRead {
			return nil
		}
		return p.flush(dst)
	})
	if err != nil {
		return err
	}
	p.finish()
	return p.flush(dst)
}

// A page is being written.
type page struct {
	header Header
	lang   text.Lang      // that is shown first
	depth  annotate.Depth // that is shown first
	buf    []byte

	begun    bool
	chapters int
	listed   bool // an item of a list is open: what is remarked on it goes into it
	bodies   bodies
	tempo    tempo
	octets   [2]int64 // that the client and the server sent
	visible  []byte
	said     []annotate.Note
}

func (p *page) flush(dst io.Writer) error {
	_, err := dst.Write(p.buf)
	p.buf = p.buf[:0]
	return err
}

// event takes the next event.
func (p *page) event(e *session.Event, x annotate.Explanation) {
	if !p.begun {
		p.begun = true
		p.buf = p.head(p.buf, e)
	}
	switch e.From {
	case session.Client:
		p.octets[0] += int64(len(e.Raw))
	case session.Server:
		p.octets[1] += int64(len(e.Raw))
	}
	at := p.tempo.of(e)
	switch name := heading(e); {
	case e.Mark != nil && e.Mark.Kind == kindEnd:
	case name != "":
		p.buf = p.chapter(p.bodies.release(p.buf), name)
	default:
		p.buf = p.bodies.add(p.buf, e, func(dst []byte) []byte { return p.item(dst, e, x, at) })
	}
}

// chapter begins a chapter with a heading.
func (p *page) chapter(dst []byte, name string) []byte {
	p.chapters++
	dst = append(p.endList(dst), "</section>\n<section>\n<h2 id=\"m"...)
	dst = append(appendInt(dst, p.chapters), "\">"...)
	return append(p.markup(dst, []byte(name)), "</h2>\n"...)
}

// endList closes the list that is open.
func (p *page) endList(dst []byte) []byte {
	if p.listed {
		dst = append(dst, "</li>\n</ol>\n"...)
	}
	p.listed = false
	return dst
}

// finish writes the end of the page.
func (p *page) finish() {
	if !p.begun {
		p.buf = p.head(p.buf, &session.Event{})
	}
	p.buf = append(p.endList(p.bodies.finish(p.buf)), "</section>\n</main>\n<footer>\n<p>"...)
	p.buf = appendBoth(p.buf, sayTotals.With(grouped(p.octets[0]), grouped(p.octets[1])))
	p.buf = append(appendBoth(append(p.buf, " "...), sayMasked.With()), "</p>\n</footer>\n"...)
	p.buf = p.controls(p.buf)
}

var (
	sayTotals = text.T{EN: "The client sent %s octets, the server %s.", ZH: "客户端共发送 %s 字节，服务器共发送 %s 字节。"}
	sayMasked = text.T{EN: "Passwords are not in this page.", ZH: "本页不含密码。"}
)
