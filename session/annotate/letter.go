package annotate

import (
	"bytes"

	"byhand/session"
	"byhand/session/text"
)

// place is where in a letter the next line stands.
type place uint8

// The places, each with what has been seen before.
const (
	inHeader place = iota // nothing, or fields of the letter's header
	inPart                // a boundary, or fields of the header of a part
	inBody                // the empty line, or a line that can be no field
	atEnd                 // the lone dot
)

// maxLine is how many octets a line of a letter may have, line end aside (RFC 5322 §2.1.1).
const maxLine = 998

// letter explains one letter line by line, as it passes: of POP3 the rows of RETR and TOP, of SMTP the lines after 354. It holds the
// field under way, the boundaries that are open and a few facts for the end; never a body. The zero value is ready, and ready again
// after the lone dot.
type letter struct {
	know   *facts // shared by all letters of a session; made when it is missing
	book   *book  // for the codes that a report holds
	place  place
	client bool // the line comes from the client: it can still be told how to do it better
	re     int  // the command that the letter belongs to
	top    bool // the letter was asked for with TOP and may end anywhere
	chunk  bool // it comes by BDAT: no dot ends it, none is doubled, and a line may go on in the next chunk (RFC 3030 §2)
	broken bool // the line before had no end
	lines  int  // lines of the letter so far
	octets int64
	dots   int    // lines with a doubled dot so far
	said   advice // what was said once and is not said again
	taught bits   // fields whose reasons were told in an earlier letter or in this

	envelopeFrom string
	envelopeTo   []string
	hasEnvelope  bool
	smtputf8     bool // MAIL FROM had SMTPUTF8: fields may hold UTF-8 (RFC 6531 §3.2)

	field  field
	header header
	mime   tree
	text   unpacker
}

// advice is a set of what is said once a letter.
type advice uint32

const (
	saidLong advice = 1 << iota
	saidEightBit
	saidDeep
	saidDots
	saidNoHeader
	saidFold
	saidBlankFold
)

// once tells whether a is said for the first time, and notes it.
func (l *letter) once(a advice) bool {
	first := l.said&a == 0
	l.said |= a
	return first
}

// envelope tells of a new letter for whom and from whom it is sent, so that the header can be compared with it.
func (l *letter) envelope(from string, to []string) {
	l.reset()
	l.envelopeFrom, l.envelopeTo, l.hasEnvelope = from, to, true
}

// reset makes l ready for the next letter. Buffers and what was read of the knowledge stay.
func (l *letter) reset() {
	*l = letter{know: l.know, book: l.book, taught: l.taught, field: field{value: l.field.value[:0], words: words{raw: l.field.words.raw, buf: l.field.words.buf}},
		mime: tree{open: l.mime.open[:0], parts: l.mime.parts[:0]}, text: unpacker{raw: l.text.raw, out: l.text.out}}
}

// line appends to notes what is to be said of one line of the letter, and gives what the line says in UTF-8, or "" where the line
// says it itself.
func (l *letter) line(e *session.Event, notes []Note) (out []Note, decoded string) {
	if l.know == nil {
		l.know, l.book = &facts{}, &book{}
	}
	l.chunk = e.Verb == "BDAT"
	if l.place == atEnd || l.re != 0 && l.re != e.Re && !l.chunk {
		l.reset()
	}
	l.re, l.client, l.top = e.Re, e.From == session.Client, e.Verb == "TOP"
	line := e.Line()
	ended := len(e.Raw) > len(line)
	l.octets += int64(len(e.Raw))
	if broken := l.broken; e.Cont || l.chunk && broken {
		l.broken = !ended
		return l.rest(line, ended, notes)
	}
	l.broken = !ended
	l.lines++
	if len(line) > 0 && line[0] == '.' && !l.chunk {
		if len(line) == 1 && !e.More {
			l.octets -= int64(len(e.Raw))
			l.lines--
			return l.end(notes), ""
		}
		notes, line = l.dot(line, notes)
		notes, decoded = l.content(line, ended, notes)
		if decoded == "" && len(line) < len(e.Line()) && len(bytes.TrimSpace(line)) > 0 {
			decoded = string(clean(nil, line))
		}
		return notes, decoded
	}
	return l.content(line, ended, notes)
}

// content explains a line whose dots are undone.
func (l *letter) content(line []byte, ended bool, notes []Note) ([]Note, string) {
	if len(line) > maxLine && l.once(saidLong) {
		notes = append(notes, Note{Tone: Tip, Depth: Brief, Text: sayLong.With(maxLine), ID: "text-too-long", Ref: "RFC 5322 §2.1.1"})
	}
	if l.client && !l.chunk {
		if said := slip(line); said != nil && (len(notes) == 0 || notes[len(notes)-1].Tone != Tip) {
			return append(notes, *said), ""
		}
	}
	switch l.place {
	case inBody:
		return l.body(line, ended, notes)
	default:
		return l.head(line, ended, notes)
	}
}

// rest explains the rest of a line that was cut because it is very long: its bytes count, but nothing more is said of it.
func (l *letter) rest(line []byte, ended bool, notes []Note) ([]Note, string) {
	if l.place != inBody {
		l.field.add(line)
		return notes, ""
	}
	return notes, l.mime.leaf.take(l, line, ended)
}

// dot explains a line that begins with a dot and gives the line that is meant (RFC 5321 §4.5.2, RFC 1939 §3).
func (l *letter) dot(line []byte, notes []Note) ([]Note, []byte) {
	if len(line) > 1 && line[1] == '.' {
		l.dots++
		depth := Full
		if l.once(saidDots) {
			depth = Brief
		}
		say := sayDoubledByServer
		if l.client {
			say = sayDoubledByClient
		}
		return append(notes, Note{Tone: Info, Depth: depth, Text: say.With(), Ref: l.dotRef()}), line[1:]
	}
	switch rest := bytes.TrimRight(line[1:], " \t"); {
	case !l.client:
		notes = append(notes, Note{Tone: Info, Depth: Full, Text: sayNotDoubled.With(), Ref: l.dotRef()})
		return notes, line
	case len(rest) == 0 && len(line) > 1:
		notes = append(notes, Note{Tone: Tip, Depth: Brief, Text: sayDotSpace.With(), Ref: l.dotRef(), ID: "dot-space"})
	case len(line) > 1:
		notes = append(notes, Note{Tone: Tip, Depth: Brief, Text: sayDotStuff.With(short(line[1:]), short(line)), Ref: l.dotRef(), ID: "dot-stuff"})
	}
	return notes, line[1:]
}

func (l *letter) dotRef() string {
	if l.client {
		return "RFC 5321 §4.5.2"
	}
	return "RFC 1939 §3"
}

// end explains the lone dot.
func (l *letter) end(notes []Note) []Note {
	if l.place != inBody && !l.top {
		notes = l.headerOnly(notes)
	}
	say, ref := sayEndServer, "RFC 1939 §3"
	if l.client {
		say, ref = sayEndClient, "RFC 5321 §4.1.1.4"
	}
	notes = append(notes, Note{Tone: Info, Depth: Brief, Text: say.With(l.lines, l.octets), Ref: ref})
	if l.place == inBody {
		notes = l.closeAll(notes)
	}
	l.place = atEnd
	return notes
}

// lastChunk explains the end of a letter that came by BDAT: no dot ends it, but the word LAST (RFC 3030 §2).
func (l *letter) lastChunk(notes []Note) []Note {
	if l.know == nil || l.place == atEnd {
		return notes
	}
	if l.place != inBody {
		notes = l.headerOnly(notes)
	}
	notes = append(notes, Note{Tone: Info, Depth: Full, Text: sayEndChunk.With(l.lines, l.octets), Ref: "RFC 3030 §2"})
	if l.place == inBody {
		notes = l.closeAll(notes)
	}
	l.place = atEnd
	return notes
}

// headerOnly tells of a letter that ended before its body began.
func (l *letter) headerOnly(notes []Note) []Note {
	if l.lines == 0 {
		return append(notes, Note{Tone: Info, Depth: Brief, Text: sayEmptyLetter.With()})
	}
	return append(notes, Note{Tone: Info, Depth: Brief, Text: sayNoBody.With(), Ref: "RFC 5322 §2.1"})
}

// short gives the begin of a line, fit to be quoted in a sentence.
func short(line []byte) string {
	const most = 40
	s := []rune(string(clean(nil, line[:min(len(line), 4*most)])))
	if len(s) > most {
		return string(s[:most]) + "…"
	}
	return string(s)
}

// The sentences on a letter as a whole.
var (
	sayLong = text.T{
		EN: "This line is longer than the %d octets that a line of a letter may have; servers may cut it or refuse the letter.",
		ZH: "这一行超过了邮件每行 %d 个字节的上限，服务器可能截断它，也可能拒收整封信。",
	}
	sayDoubledByServer = text.T{
		EN: "The line begins with a dot, so the server doubled it; the first dot is taken away again.",
		ZH: "这一行以点开头，服务器把点写成了两个；收信时要去掉第一个点。",
	}
	sayDoubledByClient = text.T{
		EN: "A line that begins with a dot is sent with two; the server takes the first away again.",
		ZH: "以点开头的行要写成两个点发出，服务器会去掉第一个。",
	}
	sayNotDoubled = text.T{
		EN: "The line begins with a dot that the server should have doubled.",
		ZH: "这一行以点开头，按规定服务器应把点写成两个。",
	}
	sayDotSpace = text.T{
		EN: "Blanks after the dot: this does not end the letter. Type a line that is a dot and nothing else.",
		ZH: "点后面有空格，信并没有结束。请输入只有一个点的一行。",
	}
	sayDotStuff = text.T{
		EN: "The server takes a dot at the begin of a line away: %q arrives. To keep the dot, send %q with one dot more.",
		ZH: "服务器会去掉行首的点，对方收到的是 %q。要保留这个点，请在 %q 前再加一个点。",
	}
	sayEndClient = text.T{
		EN: "The lone dot ends the letter (lines: %d, octets: %d). The server's next reply tells whether it takes the letter.",
		ZH: "单独一个点表示信已写完：共 %d 行，%d 字节。服务器接下来的答复表明它是否收下这封信。",
	}
	sayEndChunk = text.T{
		EN: "The chunk marked LAST ended the letter (lines: %d, octets: %d).",
		ZH: "标有 LAST 的数据块表示信已发完：共 %d 行，%d 字节。",
	}
	sayEndServer = text.T{
		EN: "The lone dot ends the reply and is not part of the letter (lines: %d, octets: %d).",
		ZH: "单独一个点表示答复结束，它不属于信的内容：共收到 %d 行，%d 字节。",
	}
	sayEmptyLetter = text.T{
		EN: "The letter is empty: neither header nor body.",
		ZH: "这封信是空的，既没有首部，也没有正文。",
	}
	sayNoBody = text.T{
		EN: "The letter ends within its header: no empty line came, so there is no body.",
		ZH: "信在首部里就结束了：没有出现空行，所以没有正文。",
	}
)
