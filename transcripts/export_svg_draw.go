package transcripts

import (
	"strconv"
	"strings"

	"byhand/session/annotate"
	"byhand/session/render"
	"byhand/session/text"
)

// Measures of the picture, in pixels. A letter of the wire is 7.8 wide at most, so that labelColumns of them fit between the
// two lines.
const (
	svgWidth = 880
	svgLeft  = 84  // the client's line
	svgRight = 796 // the server's line
	svgText  = 98  // where labels begin
	svgTop   = 92  // where the ladder begins
	noteCols = 100 // columns of an explanation
)

const svgStyle = `
.paper { fill: #fff; stroke: #d0d7de }
text { fill: #1f2328; font: 13px ui-monospace, SFMono-Regular, Menlo, Consolas, "DejaVu Sans Mono", monospace; white-space: pre }
.t, .h, .who, .note, .at, .change, .remark { font-family: system-ui, -apple-system, "Segoe UI", "PingFang SC", "Microsoft YaHei", "Noto Sans CJK SC", sans-serif }
.t { font-size: 18px; font-weight: 650 }
.who { font-size: 14px; font-weight: 650 }
.h { font-size: 14px; font-weight: 650 }
.note, .change, .remark { font-size: 12px; fill: #59636e }
.remark { fill: #1f2328 }
.at { font-size: 10.5px; fill: #59636e; text-anchor: end }
.c { font-weight: 700 }
.life { stroke: #d0d7de; stroke-width: 2 }
.rule { stroke: #d0d7de; stroke-dasharray: 3 4 }
.side { stroke: #bf8700; stroke-width: 3 }
.ac { stroke: #0550ae; fill: #0550ae }
.as { stroke: #116329; fill: #116329 }
.ok { fill: #116329; font-weight: 700 }
.go, .d { fill: #6639ba }
.go { font-weight: 700 }
.no { fill: #b3261e; font-weight: 700 }
@media (prefers-color-scheme: dark) {
.paper { fill: #0d1117; stroke: #3d444d }
text, .remark { fill: #e6edf3 }
.note, .change, .at { fill: #9198a1 }
.life, .rule { stroke: #3d444d }
.side { stroke: #d9ae3c }
.ac { stroke: #79c0ff; fill: #79c0ff }
.as { stroke: #56d364; fill: #56d364 }
.ok { fill: #56d364 }
.go, .d { fill: #d2a8ff }
.no { fill: #ff9d94 }
}
`

// draw appends the picture.
func (l *ladder) draw(dst []byte) []byte {
	if len(l.rungs) > wholeRung || l.opt.Fold {
		l.gather()
	}
	var body []byte
	y := svgTop
	for i := range l.rungs {
		body, y = l.row(body, &l.rungs[i], y)
	}
	if l.more > 0 {
		body = appendTextAt(body, svgText, y+16, "change", sayMoreRungs.With(grouped(int64(l.more))).In(l.opt.Lang))
		y += 26
	}
	y += 18
	head := l.head(dst, y)
	return append(append(head, body...), "</svg>\n"...)
}

// gather leaves one arrow a reply: its first line, and how many there are.
func (l *ladder) gather() {
	kept := l.rungs[:0]
	for _, r := range l.rungs {
		if n := len(kept); n > 0 && (r.inside || r.kind == rungFold) {
			kept[n-1].n += max(r.n, 1)
			continue
		}
		kept = append(kept, r)
	}
	l.rungs = kept
}

// head appends the beginning of the picture, y high.
func (l *ladder) head(dst []byte, y int) []byte {
	title, desc := l.title.In(l.opt.Lang), sayLadder.With(grouped(int64(l.lines[0])), grouped(int64(l.lines[1]))).In(l.opt.Lang)
	if !l.begun {
		title = sayTalk.In(l.opt.Lang)
	}
	size := strconv.Itoa(svgWidth) + " " + strconv.Itoa(y)
	dst = append(append(append(dst, `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 `...), size...), `" width="880" height="`...)
	dst = append(appendInt(dst, y), "\" role=\"img\" aria-labelledby=\"title desc\" xml:lang=\""...)
	dst = append(append(dst, l.opt.Lang.String()...), "\">\n<title id=\"title\">"...)
	dst = append(appendSafe(dst, title), "</title>\n<desc id=\"desc\">"...)
	dst = append(append(append(appendSafe(dst, desc), "</desc>\n<style>"...), svgStyle...), "</style>\n"...)
	dst = append(dst, `<rect class="paper" x="0.5" y="0.5" width="879" height="`...)
	dst = append(strconv.AppendFloat(dst, float64(y-1), 'f', -1, 64), "\" rx=\"8\"/>\n"...)
	dst = appendTextAt(dst, 24, 36, "t", render.Cut(title, 80))
	dst = appendMiddle(dst, svgLeft, 68, sayClient.In(l.opt.Lang))
	dst = appendMiddle(dst, svgRight, 68, sayServer.In(l.opt.Lang))
	dst = appendLine(dst, "life", svgLeft, 78, svgLeft, y-12)
	return appendLine(dst, "life", svgRight, 78, svgRight, y-12)
}

// row appends one rung and gives where the next one begins.
func (l *ladder) row(dst []byte, r *rung, y int) ([]byte, int) {
	switch r.kind {
	case rungChapter:
		y += 10
		dst = appendLine(dst, "rule", svgLeft+8, y+18, svgRight-8, y+18)
		return appendTextAt(dst, svgText, y+12, "h", render.Cut(r.label, 80)), y + 30
	case rungChange:
		class := "change"
		if r.verdict == "no" {
			class = "change no"
		}
		return appendTextAt(dst, svgText, y+14, class, render.Cut("— "+r.label, noteCols)), y + 24
	case rungFold:
		said := sayRungs.With(grouped(int64(r.n)), grouped(r.size)).In(l.opt.Lang)
		return appendTextAt(dst, svgText, y+14, "change", "⋮ "+said), y + 24
	case rungRemark:
		top := y + 2
		for line := range strings.SplitSeq(strings.TrimRight(r.label, "\n"), "\n") {
			for _, part := range render.Wrap(line, noteCols-4, 0) {
				dst, y = appendTextAt(dst, svgText+12, y+14, "remark", part), y+17
			}
		}
		return appendLine(dst, "side", svgText+2, top, svgText+2, y+2), y + 10
	}
	return l.arrow(dst, r, y)
}

// arrow appends a line of the wire: its label, the arrow, what is said of it.
func (l *ladder) arrow(dst []byte, r *rung, y int) ([]byte, int) {
	label := r.label
	if r.n > 0 {
		label += sayLines.With(grouped(int64(r.n))).In(l.opt.Lang)
	}
	dst = appendPlace(append(dst, "<text"...), svgText, y+15)
	if r.code != "" {
		dst = append(append(append(dst, `<tspan class="`...), r.verdict...), "\">"...)
		dst = append(appendSafe(dst, r.code), "</tspan>"...)
	} else if r.kind == rungClient {
		dst = append(append(append(dst, `<tspan class="c">`...), appendSafe(nil, label)...), "</tspan>"...)
		label = ""
	}
	dst = append(appendSafe(dst, label), "</text>\n"...)
	if r.at > 0 && l.tempo.told && !r.inside {
		dst = appendPlace(append(dst, "<text class=\"at\""...), svgLeft-10, y+26)
		dst = append(strconv.AppendFloat(dst, r.at.Seconds(), 'f', 2, 64), " s</text>\n"...)
	}
	class, from, to, back := "ac", svgLeft+3, svgRight-3, -9
	if r.kind == rungServer {
		class, from, to, back = "as", svgRight-3, svgLeft+3, 9
	}
	dst = appendLine(dst, class, from, y+22, to, y+22)
	dst = append(append(append(dst, `<path class="`...), class...), `" d="M`...)
	dst = appendInt(append(appendInt(dst, to), ' '), y+22)
	dst = append(appendInt(append(dst, 'l'), back), " -4v8z\"/>\n"...)
	y += 28
	for _, n := range r.below {
		lead := toneSign(n.tone) + " "
		class := "note"
		if n.tone == annotate.Decoded {
			class = "note d"
		}
		for i, part := range render.Wrap(n.text, noteCols, 0) {
			if i == 0 {
				part = lead + part
			}
			dst, y = appendTextAt(dst, svgText+12*min(i, 1), y+12, class, part), y+16
		}
	}
	return dst, y + 6
}

// appendSafe appends text that holds no markup and nothing that acts.
func appendSafe(dst []byte, s string) []byte {
	return appendEscaped(dst, render.Visible(nil, []byte(s)))
}

// appendPlace appends where an element stands, and the end of its tag.
func appendPlace(dst []byte, x, y int) []byte {
	dst = appendInt(append(dst, ` x="`...), x)
	return append(appendInt(append(dst, `" y="`...), y), `" xml:space="preserve">`...)
}

// appendTextAt appends a line of text.
func appendTextAt(dst []byte, x, y int, class, s string) []byte {
	dst = append(append(append(dst, `<text class="`...), class...), '"')
	return append(appendSafe(appendPlace(dst, x, y), s), "</text>\n"...)
}

// appendMiddle appends the name of a side above its line.
func appendMiddle(dst []byte, x, y int, s string) []byte {
	return append(appendSafe(appendPlace(append(dst, `<text class="who" text-anchor="middle"`...), x, y), s), "</text>\n"...)
}

// appendLine appends a straight line.
func appendLine(dst []byte, class string, x1, y1, x2, y2 int) []byte {
	dst = append(append(append(dst, `<line class="`...), class...), `" x1="`...)
	dst = appendInt(append(appendInt(dst, x1), `" y1="`...), y1)
	dst = appendInt(append(dst, `" x2="`...), x2)
	return append(appendInt(append(dst, `" y2="`...), y2), "\"/>\n"...)
}

var (
	sayLadder    = text.T{EN: "A ladder diagram: %s lines from the client on the left, %s from the server on the right.", ZH: "时序图：左边的客户端发出 %s 行，右边的服务器发出 %s 行。"}
	sayClient    = text.T{EN: "client", ZH: "客户端"}
	sayServer    = text.T{EN: "server", ZH: "服务器"}
	sayLines     = text.T{EN: "  (+%s lines)", ZH: "（另有 %s 行）"}
	sayRungs     = text.T{EN: "%s lines, %s octets", ZH: "%s 行，%s 字节"}
	sayMoreRungs = text.T{EN: "The picture ends here; %s more rows are left out.", ZH: "图到此为止，另有 %s 行略去。"}
)
