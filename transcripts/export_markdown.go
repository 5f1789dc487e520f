package transcripts

import (
	"bytes"
	"io"
	"maps"
	"slices"
	"strings"

	"byhand/session"
	"byhand/session/annotate"
	"byhand/session/render"
	"byhand/session/text"
)

// Bounds of one block of a Markdown file.
const (
	maxBlock     = 256 << 10 // octets of lines
	maxBodyNotes = 30        // explanations of the lines of bodies
)

// writeMarkdown writes the session in Markdown (CommonMark 0.31, with the tables of GitHub): a heading for each chapter, a
// fenced block for each exchange and below it what is said of it, remarks as quotes, and a table of the codes.
func writeMarkdown(dst io.Writer, src *Reader, o Options) error {
	m := &markdown{opt: o, header: src.Header(), codes: map[string]int{}, bodies: bodies{full: o.Full}}
	m.bodies.fold = func(dst []byte, b *body) []byte {
		return append(append(append(dst, "… "...), foldSaid(b).In(o.Lang)...), '\n')
	}
	err := explained(src, o, func(e *session.Event, x annotate.Explanation) error {
		m.event(e, x)
		if len(m.buf) < maxRead {
			return nil
		}
		return m.flush(dst)
	})
	if err != nil {
		return err
	}
	m.block = m.bodies.finish(m.block)
	m.close()
	m.table()
	return m.flush(dst)
}

// A markdown file is being written.
type markdown struct {
	opt    Options
	header Header
	begun  bool
	buf    []byte // what can be written
	block  []byte // lines of the exchange under way
	below  []byte // what comes below it
	bodies bodies
	from   session.Side // who spoke last
	inBody int          // explanations of lines of bodies in this block
	codes  map[string]int
	line   []byte
	said   []annotate.Note
}

func (m *markdown) flush(dst io.Writer) error {
	_, err := dst.Write(m.buf)
	m.buf = m.buf[:0]
	return err
}

// event takes the next event.
func (m *markdown) event(e *session.Event, x annotate.Explanation) {
	if !m.begun {
		m.begun = true
		m.head(e)
	}
	switch {
	case e.Mark != nil && e.Mark.Kind == kindEnd:
	case remarkOf(e) != "":
		m.remark(e)
	case e.Mark != nil:
		m.change(e, x)
	default:
		if e.Role == session.Command && m.from == session.Server || len(m.block) > maxBlock {
			m.block = m.bodies.end(m.block, e.Conn)
			m.close()
		}
		m.from = e.From
		if verdict(e) != "" {
			m.codes[e.Code]++
		}
		m.block = m.bodies.add(m.block, e, func(dst []byte) []byte { return m.wire(dst, e, x) })
	}
}

// head writes the title and what is known of the session.
func (m *markdown) head(first *session.Event) {
	p := page{header: m.header}
	m.buf = append(m.buf, "# "...)
	m.buf = append(m.prose(m.buf, p.title(first).In(m.opt.Lang)), "\n\n"...)
	var facts []string
	if addr := addressOf(first); addr != "" {
		facts = append(facts, strings.ToUpper(first.Mark.Text("proto")), addr)
	}
	if plain := defaultHeader(); !m.header.Start.Equal(plain.Start) {
		facts = append(facts, m.header.Start.Format("2006-01-02 15:04:05 -0700"))
	}
	facts = slices.DeleteFunc(facts, func(s string) bool { return s == "" })
	if len(facts) > 0 {
		m.buf = append(m.prose(m.buf, strings.Join(facts, " · ")), "\n\n"...)
	}
}

// wire appends one line of either side, and puts below the block what is said of it.
func (m *markdown) wire(dst []byte, e *session.Event, x annotate.Explanation) []byte {
	dst = append(dst, kindOf(e.From)...)
	if e.Conn > 1 {
		dst = appendInt(dst, e.Conn)
	}
	dst = append(dst, ':')
	if m.line = labelled(m.line[:0], e, func(l string) string { return hiddenName(l).In(m.opt.Lang) }); len(m.line) > 0 {
		dst = append(append(dst, ' '), m.line...)
	}
	if m.said = saidOf(m.said, x, m.opt.Depth); bodied(e) && len(m.said) > 0 {
		if m.inBody += len(m.said); m.inBody > maxBodyNotes {
			m.said = nil
		}
	}
	for i := range m.said {
		m.explain(e, &m.said[i])
	}
	return append(dst, '\n')
}

// explain puts one explanation below the block, with the word that it speaks of.
func (m *markdown) explain(e *session.Event, n *annotate.Note) {
	word := e.Code
	if e.From == session.Client {
		word = e.Verb
	}
	m.below = append(m.below, "- "...)
	if word != "" && !bodied(e) {
		m.below = append(append(append(m.below, '`'), strings.ReplaceAll(visible(word), "`", "'")...), "` "...)
	}
	m.below = m.prose(append(m.prose(m.below, toneSign(n.Tone)), ' '), n.Text.In(m.opt.Lang))
	if n.Ref != "" {
		m.below = append(m.prose(append(m.below, " ("...), n.Ref), ')')
	}
	m.below = append(m.below, '\n')
}

// remark puts a remark below the block as a quote.
func (m *markdown) remark(e *session.Event) {
	for _, t := range tongues(remarkOf(e)) {
		if t.lang != "" && t.lang != m.opt.Lang.String() {
			continue
		}
		if len(m.below) > 0 {
			m.below = append(m.below, '\n')
		}
		for line := range strings.SplitSeq(strings.TrimRight(t.text, "\n"), "\n") {
			m.below = append(m.prose(append(m.below, "> "...), line), '\n')
		}
		m.below = append(m.below, '\n')
	}
}

// change writes a chapter's heading, or what became of the connection.
func (m *markdown) change(e *session.Event, x annotate.Explanation) {
	said := render.Change(e.Mark).In(m.opt.Lang)
	if said == "" {
		return
	}
	m.block = m.bodies.release(m.block)
	m.close()
	if name := heading(e); name != "" {
		m.buf = append(m.prose(append(m.buf, "## "...), strings.ReplaceAll(name, "\n", " ")), "\n\n"...)
		return
	}
	m.buf = append(m.prose(append(m.buf, '*'), said), "*\n\n"...)
	m.said = saidOf(m.said, render.Beyond(e.Role, x), m.opt.Depth)
	for i := range m.said {
		m.explain(e, &m.said[i])
	}
	m.close()
}

// close writes the block and what stands below it.
func (m *markdown) close() {
	if len(m.block) > 0 {
		fence := strings.Repeat("`", max(3, backticks(m.block)+1))
		m.buf = append(append(append(m.buf, fence...), "text\n"...), m.block...)
		m.buf = append(append(m.buf, fence...), "\n\n"...)
	}
	if len(m.below) > 0 {
		m.buf = append(append(m.buf, bytes.TrimRight(m.below, "\n")...), "\n\n"...)
	}
	m.block, m.below, m.inBody, m.from = m.block[:0], m.below[:0], 0, session.Nobody
}

// backticks gives the longest run of backticks in b.
func backticks(b []byte) (most int) {
	run := 0
	for _, c := range b {
		if c != '`' {
			run = 0
			continue
		}
		run++
		most = max(most, run)
	}
	return most
}

// table writes which codes the servers answered with, how often, and what they mean.
func (m *markdown) table() {
	if len(m.codes) == 0 {
		return
	}
	m.buf = append(append(append(m.buf, "## "...), sayCodes.In(m.opt.Lang)...), "\n\n"...)
	m.buf = append(append(m.buf, sayCodeTable.In(m.opt.Lang)...), "\n|---|---|---|\n"...)
	for _, code := range slices.Sorted(maps.Keys(m.codes)) {
		m.buf = m.prose(append(m.buf, "| "...), code)
		m.buf = append(appendInt(append(m.buf, " | "...), m.codes[code]), " | "...)
		if known := annotate.Explain(code); len(known) > 0 && len(known[0].Notes) > 0 {
			said := known[0].Notes[0].Text.In(m.opt.Lang)
			m.buf = m.prose(m.buf, strings.TrimLeft(strings.TrimPrefix(said, code), ":： "))
		}
		m.buf = append(m.buf, " |\n"...)
	}
}

// prose appends text in which nothing is markup.
func (m *markdown) prose(dst []byte, s string) []byte {
	b := render.Visible(nil, []byte(strings.ReplaceAll(s, "\n", " ")))
	for i, c := range b {
		switch {
		case c == '&':
			dst = append(dst, "&amp;"...)
			continue
		case c == '<':
			dst = append(dst, "&lt;"...)
			continue
		case strings.IndexByte("\\`*_[]|~#>!", c) >= 0, i == 0 && (c == '-' || c == '+' || c == '='),
			(c == '.' || c == ')') && i > 0 && i < 10 && strings.Trim(string(b[:i]), "0123456789") == "":
			dst = append(dst, '\\')
		}
		dst = append(dst, c)
	}
	return dst
}

var (
	sayCodes     = text.T{EN: "Codes", ZH: "状态码"}
	sayCodeTable = text.T{EN: "| Code | Times | Meaning |", ZH: "| 代码 | 次数 | 含义 |"}
)
