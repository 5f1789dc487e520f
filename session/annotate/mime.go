package annotate

import (
	"bytes"
	"strconv"
	"strings"

	"byhand/session/text"
)

// maxOpen is how many multiparts may be open, one in the other. What lies deeper is shown as text.
const maxOpen = 32

// maxBoundary is how long a boundary may be to be followed. RFC 2046 §5.1.1 allows 70.
const maxBoundary = 200

// tree is where in the parts of a letter the next line stands: the multiparts that are open, and the part that they lead to.
type tree struct {
	open  []level
	leaf  leaf
	parts []part // that ended, the first few
	seen  int    // how many ended
}

// level is an open multipart.
type level struct {
	boundary string
	kind     string // "multipart/mixed"
	parts    int    // begun so far
}

// number gives the part's number: 2, or 2.1 within part 2.
func (t *tree) number() string {
	var b strings.Builder
	for i, o := range t.open {
		if i > 0 {
			b.WriteByte('.')
		}
		b.WriteString(strconv.Itoa(o.parts))
	}
	return b.String()
}

// boundary finds the open multipart to which a line is a boundary, the innermost first, or gives -1; last tells the closing one.
func (t *tree) boundary(line []byte) (at int, last bool) {
	line = bytes.TrimRight(line, " \t") // RFC 2046 §5.1.1: blanks may have been added on the way
	for i := len(t.open) - 1; i >= 0; i-- {
		b := t.open[i].boundary
		if rest, ok := bytes.CutPrefix(line[2:], []byte(b)); ok && (len(rest) == 0 || string(rest) == "--") {
			return i, len(rest) > 0
		}
	}
	return -1, false
}

// form is how the lines of a part are treated.
type form uint8

const (
	asText   form = iota // decoded line by line
	asFile               // counted, not shown
	asFields             // fields, as in a header
	ignored              // before the first and after the last part of a multipart
)

// leaf is a part, or the body of a letter without parts.
type leaf struct {
	number      string // of the part: "2.1"; "" for the letter itself
	kind        string // media type, lower case
	charset     string
	boundary    string
	encoding    string
	disposition string
	name        string // of the file, decoded
	flowed      bool
	form        form
	packing     packing
	lines       int
	octets      int64 // of a file: decoded
	letters     int64 // of a file in Base64
	checked     int   // lines above 127 that were looked at for mojibake
	told        lie
	preamble    bool // ignored, and no part has begun
	misspelt    bool // a line that looks like a boundary was told
}

// newLeaf is what a part is without any Content- field (RFC 2045 §5.2; RFC 2046 §5.1.5 for the parts of a digest).
func newLeaf(parent string) leaf {
	if parent == "multipart/digest" {
		return leaf{kind: "message/rfc822"}
	}
	return leaf{}
}

// isText tells whether the part is shown.
func (f *leaf) isText() bool {
	return f.disposition != "attachment" && (f.kind == "" || !strings.Contains(f.kind, "/") || strings.HasPrefix(f.kind, "text/") || strings.HasPrefix(f.kind, "message/"))
}

// mediaLine reads a line of Content-Type or Content-Disposition.
func (l *letter) mediaLine(notes []Note) []Note {
	f, leaf := &l.field, &l.mime.leaf
	word, params := mediaValue(f.value)
	word = tidy(word)
	base := "filename"
	if f.name == "content-type" {
		base = "name"
		leaf.kind = word
		if f.line == 1 {
			notes = l.kindNote(word, notes)
		}
	} else {
		leaf.disposition = word
	}
	pieces := false
	for ; f.told < len(params) && f.told < maxClauses && params[f.told].whole; f.told++ {
		notes = l.paramNote(params[f.told], notes)
		pieces = pieces || strings.HasPrefix(params[f.told].name, base+"*") && params[f.told].name != base+"*"
	}
	name := fileName(params, base)
	if pieces && name != "" {
		notes = append(notes, Note{Tone: Info, Depth: Brief, Text: sayNamePieces.With(name), Ref: "RFC 2231 §3"})
	}
	if name != "" && (leaf.name == "" || base == "filename" || f.line > 1) {
		leaf.name = name
	}
	return notes
}

// kindNote says what a media type is.
func (l *letter) kindNote(kind string, notes []Note) []Note {
	if !strings.Contains(kind, "/") {
		return append(notes, Note{Tone: l.blame(), Depth: Brief, Text: sayNoKind.With(), Ref: "RFC 2045 §5.1", ID: "content-type"})
	}
	if fact := l.know.kind("type", kind, "/"); fact != nil {
		notes = append(notes, Note{Tone: Info, Depth: Brief, Text: sayKind.With(kind, fact.T), Ref: fact.Ref})
	}
	return notes
}

// paramNote explains one parameter and keeps what the body needs.
func (l *letter) paramNote(p param, notes []Note) []Note {
	leaf := &l.mime.leaf
	switch p.name {
	case "charset":
		leaf.charset = charsetName(tidy(p.value))
		fact := l.know.kind("charset", leaf.charset, "-")
		if fact == nil || strings.HasSuffix(fact.EN, "one byte a letter") && findCharset(leaf.charset) == nil {
			if fact == nil && findCharset(leaf.charset) != nil {
				return notes
			}
			fact = l.know.find("charset unknown")
		}
		return append(notes, Note{Tone: Info, Depth: Brief, Text: sayCharset.With(tidy(p.value), fact.T), Ref: fact.Ref})
	case "boundary":
		leaf.boundary = p.value
		return append(notes, Note{Tone: Info, Depth: Brief, Text: sayBoundary.With(tidy(p.value)), Ref: "RFC 2046 §5.1.1"})
	case "format":
		if leaf.flowed = strings.EqualFold(p.value, "flowed"); leaf.flowed {
			return append(notes, Note{Tone: Info, Depth: Full, Text: sayFlowed.With(), Ref: "RFC 3676 §4"})
		}
	case "report-type":
		if fact := l.know.find("type message/" + p.value); fact != nil {
			return append(notes, Note{Tone: Info, Depth: Full, Text: sayReport.With(fact.T), Ref: "RFC 6522 §3"})
		}
	}
	if base, _, star := strings.Cut(p.name, "*"); (base == "filename" || base == "name") && !(star && p.name != base+"*") {
		name := fileName([]param{p}, base)
		say := sayName
		if star {
			say = sayNameStar
		} else if strings.Contains(p.value, "=?") {
			say = sayNameWords
		}
		return append(notes, Note{Tone: Info, Depth: Brief, Text: say.With(name), Ref: "RFC 2231 §4"})
	}
	return notes
}

// encodingLine reads Content-Transfer-Encoding.
func (l *letter) encodingLine(notes []Note) []Note {
	if l.field.line > 1 {
		return notes
	}
	word, _ := mediaValue(l.field.value)
	word = tidy(word)
	l.mime.leaf.encoding = word
	if fact := l.know.find("encoding " + word); fact != nil {
		return append(notes, Note{Tone: Info, Depth: Brief, Text: sayEncoding.With(word, fact.T), Ref: fact.Ref})
	}
	return append(notes, Note{Tone: l.blame(), Depth: Brief, Text: sayNoEncoding.With(word), Ref: "RFC 2045 §6.4", ID: "encoding-unknown"})
}

// openBody takes the step from a header to what follows it.
func (l *letter) openBody(notes []Note) []Note {
	leaf := &l.mime.leaf
	first := l.place == inHeader
	l.place, l.field.name = inBody, ""
	leaf.packing = packingOf(leaf.encoding)
	if first && l.header.content && !l.header.mime {
		notes = append(notes, Note{Tone: l.blame(), Depth: Full, Text: sayNoMIME.With(), Ref: "RFC 2045 §4", ID: "mime-version"})
	}
	container := strings.HasPrefix(leaf.kind, "multipart/") || leaf.kind == "message/rfc822" && leaf.disposition != "attachment"
	if container && leaf.packing != unpacked {
		notes = append(notes, Note{Tone: l.blame(), Depth: Brief, Text: sayPackedParts.With(leaf.kind, leaf.encoding), Ref: "RFC 2045 §6.4", ID: "encoding-parts"})
	}
	switch {
	case strings.HasPrefix(leaf.kind, "multipart/"):
		return l.openParts(notes)
	case leaf.kind == "message/rfc822" && leaf.packing == unpacked:
		notes = append(notes, Note{Tone: Info, Depth: Brief, Text: sayInner.With(), Ref: "RFC 2046 §5.2.1"})
		l.record(-1)
		l.mime.leaf = newLeaf("")
		l.place = inPart
		return notes
	case leaf.packing == unpacked && (leaf.kind == "message/delivery-status" || leaf.kind == "message/disposition-notification" || leaf.kind == "text/rfc822-headers"):
		leaf.form = asFields
		l.text.start(unpacked, "")
	case leaf.isText():
		leaf.form = asText
		l.text.start(leaf.packing, leaf.charset)
	default:
		leaf.form = asFile
	}
	if !first {
		notes = append(notes, Note{Tone: Info, Depth: Full, Text: sayPartHeaderEnds.With(), Ref: "RFC 2046 §5.1"})
	}
	return notes
}

// openParts begins a multipart: lines are ignored until its first boundary.
func (l *letter) openParts(notes []Note) []Note {
	leaf := &l.mime.leaf
	l.record(-1)
	kind, b := leaf.kind, leaf.boundary
	*leaf = newLeaf("")
	switch {
	case b == "" || len(b) > maxBoundary:
		notes = append(notes, Note{Tone: l.blame(), Depth: Brief, Text: sayNoBoundary.With(), Ref: "RFC 2046 §5.1.1", ID: "boundary-none"})
		l.text.start(unpacked, "")
	case len(l.mime.open) == maxOpen:
		if l.once(saidDeep) {
			notes = append(notes, Note{Tone: Info, Depth: Brief, Text: sayDeep.With(maxOpen), Ref: "RFC 2046 §5.1"})
		}
		l.text.start(unpacked, "")
	default:
		l.mime.open = append(l.mime.open, level{boundary: b, kind: kind})
		leaf.form, leaf.preamble = ignored, true
	}
	return notes
}

// atBoundary explains a boundary: the part before it ends; after the closing one none follows.
func (l *letter) atBoundary(at int, last bool, notes []Note) []Note {
	notes = l.closeLeaf(notes)
	t := &l.mime
	if at < len(t.open)-1 {
		notes = append(notes, Note{Tone: Info, Depth: Full, Text: sayInnerOpen.With(tidy(t.open[len(t.open)-1].boundary)), Ref: "RFC 2046 §5.1.2"})
		t.open = t.open[:at+1]
	}
	o := &t.open[at]
	if last {
		notes = append(notes, Note{Tone: Info, Depth: Brief, Text: sayPartsEnd.With(o.kind, o.parts), Ref: "RFC 2046 §5.1.1"})
		t.open = t.open[:at]
		t.leaf = leaf{form: ignored}
		return notes
	}
	o.parts++
	t.leaf = newLeaf(o.kind)
	t.leaf.number = t.number()
	l.place, l.field.name = inPart, ""
	return append(notes, Note{Tone: Info, Depth: Brief, Text: sayPartBegins.With(t.leaf.number, o.kind), Ref: "RFC 2046 §5.1.1"})
}

// closeLeaf tells what a part was, now that it has ended.
func (l *letter) closeLeaf(notes []Note) []Note {
	leaf := &l.mime.leaf
	switch {
	case l.place == inPart:
		return append(notes, Note{Tone: Info, Depth: Full, Text: sayNoPartBody.With(), Ref: "RFC 2046 §5.1"})
	case leaf.form == asText || leaf.form == asFields:
		l.record(withoutEnd(l.text.octets, leaf.packing))
	case leaf.form == asFile:
		octets := withoutEnd(leaf.octets, leaf.packing)
		l.record(octets)
		say := sayFileEnds
		if leaf.name == "" {
			return append(notes, Note{Tone: Info, Depth: Brief, Text: sayBareFileEnds.With(leaf.kind, octets, human(octets), leaf.lines)})
		}
		return append(notes, Note{Tone: Info, Depth: Brief, Text: say.With(leaf.name, leaf.kind, octets, human(octets), leaf.lines)})
	}
	return notes
}

// withoutEnd takes the line end before a boundary off the size of a part: it belongs to the boundary (RFC 2046 §5.1.1).
func withoutEnd(octets int64, p packing) int64 {
	if p == base64Packed {
		return octets // line ends do not count in it anyway
	}
	return max(octets-2, 0)
}

// closeAll tells what the end of the letter left open.
func (l *letter) closeAll(notes []Note) []Note {
	if l.top {
		return notes // TOP may have cut the letter anywhere (RFC 1939 §7)
	}
	notes = l.closeLeaf(notes)
	if n := len(l.mime.open); n > 0 {
		notes = append(notes, Note{Tone: l.blame(), Depth: Brief, Text: sayNotClosed.With(tidy(l.mime.open[n-1].boundary)), Ref: "RFC 2046 §5.1.1", ID: "boundary-open"})
	}
	return l.listParts(notes)
}

// human gives a size in the unit that fits it.
func human(octets int64) string {
	switch {
	case octets < 1<<10:
		return strconv.FormatInt(octets, 10) + " B"
	case octets < 1<<20:
		return strconv.FormatFloat(float64(octets)/(1<<10), 'f', 1, 64) + " KiB"
	case octets < 1<<30:
		return strconv.FormatFloat(float64(octets)/(1<<20), 'f', 1, 64) + " MiB"
	}
	return strconv.FormatFloat(float64(octets)/(1<<30), 'f', 1, 64) + " GiB"
}

// The sentences on MIME (RFC 2045, RFC 2046).
var (
	sayKind       = text.T{EN: "%s: %s.", ZH: "%s：%s。"}
	sayCharset    = text.T{EN: "charset %s: %s.", ZH: "字符集 %s：%s。"}
	sayEncoding   = text.T{EN: "%s: %s.", ZH: "%s：%s。"}
	sayBoundary   = text.T{EN: "Parts are separated by lines --%[1]s and end with --%[1]s--", ZH: "各部分之间用 --%[1]s 行分隔，最后以 --%[1]s-- 结束"}
	sayFlowed     = text.T{EN: "format=flowed: a blank before a line end means that the paragraph goes on.", ZH: "format=flowed：行尾有空格表示段落未完。"}
	sayReport     = text.T{EN: "The report holds %s.", ZH: "报告里有%s。"}
	sayName       = text.T{EN: "The file's name: %s", ZH: "文件名：%s"}
	sayNamePieces = text.T{EN: "The file's name, in pieces (RFC 2231), so far: %s", ZH: "分段写的文件名（RFC 2231），到这里是：%s"}
	sayNameStar   = text.T{EN: "The file's name, in the form of RFC 2231 (charset'language'%%XX): %s", ZH: "文件名（RFC 2231 写法：字符集'语言'%%XX）：%s"}

	sayNameWords = text.T{EN: "The file's name, in encoded words, which are common here but not allowed (RFC 2231 is the rule): %s", ZH: "文件名（用了编码字，虽常见但不合规定，应按 RFC 2231 写）：%s"}

	sayNoKind = text.T{EN: "A content type has two words, type/subtype, such as text/plain.", ZH: "内容类型由两个词组成：大类/小类，如 text/plain。"}

	sayNoEncoding = text.T{
		EN: "%q is no transfer encoding; there are 7bit, 8bit, binary, quoted-printable and base64.",
		ZH: "%q 不是传输编码；传输编码有 7bit、8bit、binary、quoted-printable 和 base64。",
	}
	sayNoMIME = text.T{
		EN: "There are Content- fields, but no MIME-Version: 1.0; a reader may ignore them.",
		ZH: "有 Content- 字段，却没有 MIME-Version: 1.0，收信程序可能不理会它们。",
	}
	sayPackedParts = text.T{
		EN: "%s may not be packed in %s; only its parts may.",
		ZH: "%s 本身不得用 %s 编码，只有它的各部分可以。",
	}
	sayInner          = text.T{EN: "A whole letter follows as this part, with a header of its own.", ZH: "这一部分是一封完整的信，有自己的首部。"}
	sayPartHeaderEnds = text.T{EN: "The empty line ends the header of the part; its body follows.", ZH: "空行表示这一部分的首部结束，下面是它的正文。"}
	sayNoBoundary     = text.T{
		EN: "A multipart needs a boundary in its Content-Type; without one its parts cannot be told apart.",
		ZH: "multipart 必须在 Content-Type 里给出 boundary，否则无法分开各部分。",
	}
	sayDeep       = text.T{EN: "More than %d multiparts lie one in the other; deeper ones are shown as text.", ZH: "multipart 嵌套超过 %d 层，更深的按文本显示。"}
	sayInnerOpen  = text.T{EN: "The multipart within (--%s) was never closed; this outer boundary ends it.", ZH: "里面的 multipart（--%s）没有结束，由外层分隔行一并结束。"}
	sayPartsEnd   = text.T{EN: "The closing boundary (with -- behind it): %s ends; parts: %d.", ZH: "结束分隔行（末尾有 --）：%s 到此结束，共 %d 个部分。"}
	sayPartBegins = text.T{EN: "A boundary: part %s of %s begins, with a header of its own.", ZH: "分隔行：第 %s 部分（%s）开始，先是它自己的首部。"}
	sayNoPartBody = text.T{EN: "The part ended within its header: no empty line came.", ZH: "这一部分在首部里就结束了，没有出现空行。"}
	sayNotClosed  = text.T{
		EN: "The closing boundary --%s-- never came; the last part may be cut off.",
		ZH: "没有出现结束分隔行 --%s--，最后一部分可能不完整。",
	}
	sayFileEnds     = text.T{EN: "The attachment ended: %s, %s, %d octets (%s; lines: %d).", ZH: "附件结束：%s，%s，%d 字节（%s），共 %d 行。"}
	sayBareFileEnds = text.T{EN: "The part ended: %s, %d octets (%s; lines: %d).", ZH: "该部分结束：%s，%d 字节（%s），共 %d 行。"}
)
