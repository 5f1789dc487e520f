package render

import (
	"strings"

	"byhand/session/annotate"
	"byhand/session/text"
)

// A look is how a text of one tone or voice is laid out: a sign and a word before it, so that its meaning never hangs on
// colour. Where both stand, word follows sign.
type look struct {
	sign  string
	plain string // instead of sign without symbols
	word  text.T // after the sign; said always
	named text.T // instead of both without symbols, where the sign alone tells the meaning
	mark  *style // of sign and word
	body  *style
	bar   bool // the sign stands before each line
}

// noteIndent is where the text of a note begins: notes stand to the right of the lines that they speak of.
const noteIndent = 4

func toneLooks(s *styles) map[annotate.Tone]look {
	return map[annotate.Tone]look{
		annotate.Info:    {sign: "·", plain: "-", mark: &s.aside},
		annotate.Yes:     {sign: "✓", named: text.T{EN: "yes: ", ZH: "成功："}, mark: &s.good},
		annotate.No:      {sign: "✗", named: text.T{EN: "no: ", ZH: "失败："}, mark: &s.bad},
		annotate.Decoded: {sign: "=", plain: "=", word: text.T{EN: "decoded: ", ZH: "解码："}, mark: &s.aside, body: &s.decoded},
		annotate.Tip:     {sign: "*", plain: "*", word: text.T{EN: "tip: ", ZH: "提示："}, mark: &s.guide},
		annotate.Warning: {sign: "!", plain: "!", word: text.T{EN: "warning: ", ZH: "注意："}, mark: &s.bad},
		annotate.Next:    {sign: ">", plain: ">", mark: &s.guide}, // its sentences begin with "Next",
	}
}

// Explain appends the notes of x, as they stand below an event's line; for a text that has no event, too.
func (r *Renderer) Explain(dst []byte, x annotate.Explanation) []byte {
	if !r.speaks(x) {
		return dst
	}
	said := false // the decoded text stands in a note already
	for i := range x.Notes {
		n := &x.Notes[i]
		if n.Depth > r.opt.Depth {
			continue
		}
		said = said || n.Tone == annotate.Decoded
		ref := n.Ref
		if r.opt.Depth < annotate.Full {
			ref = ""
		}
		dst = r.note(dst, n.Tone, n.Text.In(r.opt.Lang), ref)
	}
	if x.Decoded != "" && !said {
		dst = r.note(dst, annotate.Decoded, x.Decoded, "")
	}
	return dst
}

// speaks reports whether anything of x is shown at this depth.
func (r *Renderer) speaks(x annotate.Explanation) bool {
	if r.opt.Depth == annotate.Off {
		return false
	}
	for i := range x.Notes {
		if x.Notes[i].Depth <= r.opt.Depth {
			return true
		}
	}
	return x.Decoded != ""
}

// note appends one note: `  · text [RFC 1939 §5]`.
func (r *Renderer) note(dst []byte, tone annotate.Tone, body, ref string) []byte {
	l, ok := r.tones[tone]
	if !ok {
		l = r.tones[annotate.Info]
	}
	if ref != "" {
		ref = "[" + ref + "]"
	}
	return r.block(dst, &l, "  "+r.sign(&l), noteIndent, body, ref)
}

// sign gives what stands before a text of look l.
func (r *Renderer) sign(l *look) string {
	switch {
	case r.opt.Plain && l.named.EN != "":
		return "- " + l.named.In(r.opt.Lang)
	case r.opt.Plain && l.plain == "":
		return l.word.In(r.opt.Lang)
	case r.opt.Plain:
		return l.plain + " " + l.word.In(r.opt.Lang)
	case l.sign == "":
		return l.word.In(r.opt.Lang)
	}
	return l.sign + " " + l.word.In(r.opt.Lang)
}

// block appends lead and body, wrapped, with lines after the first indented; tail comes at the end of the last line if
// there is room, else on lines of its own.
func (r *Renderer) block(dst []byte, l *look, lead string, indent int, body, tail string) []byte {
	width := r.columns()
	lines := Wrap(lead+visible(body), width, indent)
	for i, line := range lines {
		if i > 0 {
			dst = append(dst, '\n')
		} else if rest, ok := cutWord(line, lead); ok {
			dst, line = paint(dst, l.mark, line[:len(line)-len(rest)]), rest
		}
		dst = paint(dst, l.body, line)
	}
	dst = r.tail(dst, Width(lines[len(lines)-1]), width, indent, tail)
	return append(dst, '\n')
}

// cutWord gives what follows word in line. The wrapping may have cut the line at the blank that word ends with.
func cutWord(line, word string) (rest string, ok bool) {
	if word = strings.TrimRight(word, " "); word == "" {
		return line, false
	}
	return strings.CutPrefix(line, word)
}

// tail appends the end of a text whose last line takes used columns.
func (r *Renderer) tail(dst []byte, used, width, indent int, tail string) []byte {
	if tail == "" {
		return dst
	}
	tail = visible(tail)
	if used+1+Width(tail) <= width {
		return r.style.aside.paint(append(dst, ' '), tail)
	}
	blank := strings.Repeat(" ", indent)
	for _, line := range Wrap(blank+tail, width, indent) {
		dst = append(append(dst, '\n'), blank...)
		dst = r.style.aside.paint(dst, strings.TrimLeft(line, " "))
	}
	return dst
}

// visible gives s with all that is not text made visible. Line ends stay: what follows one is indented, so it cannot be
// taken for a line of the wire.
func visible(s string) string {
	var out []byte
	for i, line := range strings.Split(s, "\n") {
		if i > 0 {
			out = append(out, '\n')
		}
		out = Visible(out, []byte(line))
	}
	return string(out)
}

// paint appends text in a style, or as it is without one; the blanks before it stay outside of the style.
func paint(dst []byte, s *style, text string) []byte {
	word := strings.TrimLeft(text, " ")
	dst = append(dst, text[:len(text)-len(word)]...)
	if s == nil {
		return append(dst, word...)
	}
	return s.paint(dst, word)
}
