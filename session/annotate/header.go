package annotate

import (
	"bytes"
	"slices"
	"strings"

	"byhand/session/text"
)

// maxField is how much of one field is kept for reading it as a whole; what is longer is explained as far as it goes.
const maxField = 4 << 10

// field is the header field under way.
type field struct {
	name  string // in lower case; "" before the first
	shown string // as the letter writes it
	fact  *fact
	value []byte // of all its lines so far, unfolded, at most maxField
	told  int    // parameters, addresses or clauses that were told already
	line  int    // lines of it so far, from 1
	done  bool   // its one fact (a date, an address list too long) was told
	group bool   // a group of addresses goes on
	words words
}

// start begins the field of that name.
func (f *field) start(name []byte, is *fact) {
	f.words.reset()
	*f = field{fact: is, value: f.value[:0], words: f.words}
	if is != nil && string(name) == is.name {
		f.name, f.shown = is.key, is.name
		return
	}
	f.shown = string(name)
	f.name = strings.ToLower(f.shown)
}

// add appends a line to the value and tells whether there was room for it.
func (f *field) add(line []byte) bool {
	room := maxField - len(f.value)
	if room > 0 {
		f.value = append(f.value, line[:min(len(line), room)]...)
	}
	return room > 0
}

// header is what the header of the letter itself has told so far.
type header struct {
	fields  int
	seen    bits     // fields that may stand once only
	twice   bits     // those of them that were told to stand twice
	from    []string // addresses
	to      []string // addresses of To and Cc
	nobody  []string // address fields, as written, that hold a name and no address
	hops    hops
	mime    bool // MIME-Version stands
	content bool // a Content- field stands
}

// maxAddresses is how many addresses are kept for comparing them with the envelope.
const maxAddresses = 64

// head explains a line where a header is expected.
func (l *letter) head(line []byte, ended bool, notes []Note) ([]Note, string) {
	switch {
	case len(line) == 0:
		return l.endHeader(notes), ""
	case line[0] == ' ' || line[0] == '\t':
		return l.fold(line, notes)
	}
	name, value, ok := splitField(line)
	if !ok {
		return l.noField(line, ended, notes)
	}
	notes, decoded := l.newField(name, value, notes)
	if l.client && line[len(name)] != ':' && !slices.ContainsFunc(notes, func(n Note) bool { return n.Tone == Tip }) {
		notes = append(notes, Note{Tone: Tip, Depth: Brief, Text: sayBlankColon.With(string(name)), Ref: "RFC 5322 §4.5", ID: "colon-blank"})
	}
	return notes, decoded
}

// splitField parts a line into the name of a field and its value (RFC 5322 §2.2; blanks before the colon are the old form of §4.5).
func splitField(line []byte) (name, value []byte, ok bool) {
	i := bytes.IndexByte(line, ':')
	if i <= 0 {
		return nil, nil, false
	}
	word := bytes.TrimRight(line[:i], " \t")
	for _, c := range word {
		if c <= ' ' || c >= 0x7f {
			return nil, nil, false
		}
	}
	if len(word) == 0 || len(word) > 100 || bytes.HasPrefix(line[i:], []byte("://")) {
		return nil, nil, false // a web address is no field
	}
	return word, line[i+1:], true
}

// newField explains the first line of a field.
func (l *letter) newField(name, value []byte, notes []Note) ([]Note, string) {
	l.field.start(name, l.know.field(name))
	if l.place == inHeader {
		notes = l.count(notes)
	}
	notes = l.fieldName(notes)
	return l.fieldLine(value, notes)
}

// fieldName names the field with its meaning.
func (l *letter) fieldName(notes []Note) []Note {
	f := &l.field
	fact := f.fact
	switch {
	case fact == nil && strings.HasPrefix(f.name, "x-"):
		return append(notes, Note{Tone: Info, Depth: Full, Text: sayPrivate.With(f.shown), Ref: "RFC 6648"})
	case fact == nil && l.client:
		return append(notes, Note{Tone: Info, Depth: Brief, Text: sayUnknownTyped.With(f.shown), Ref: "RFC 5322 §3.6.8"})
	case fact == nil:
		return append(notes, Note{Tone: Info, Depth: Full, Text: sayUnknown.With(f.shown), Ref: "RFC 5322 §3.6.8"})
	}
	side := 0
	if l.client && l.taught.first(fact.bit) {
		side = 1
	}
	return append(notes, fact.notes[side]...)
}

// count tells of a field that stands a second time though it may stand once (RFC 5322 §3.6).
func (l *letter) count(notes []Note) []Note {
	h, f := &l.header, &l.field
	h.fields++
	h.mime = h.mime || f.name == "mime-version"
	h.content = h.content || strings.HasPrefix(f.name, "content-")
	if f.fact == nil || !strings.HasSuffix(f.fact.Count, "1") {
		return notes
	}
	if h.seen.first(f.fact.bit) {
		return notes
	}
	depth := Full
	if h.twice.first(f.fact.bit) {
		depth = Brief
	}
	return append(notes, Note{Tone: l.blame(), Depth: depth, Text: sayTwice.With(f.shown), Ref: "RFC 5322 §3.6", ID: "header-twice"})
}

// bits is a set of facts, by their number.
type bits [4]uint64

// first tells whether bit n is new, and keeps it.
func (b *bits) first(n uint) bool {
	word, bit := n/64%uint(len(b)), uint64(1)<<(n%64)
	isNew := b[word]&bit == 0
	b[word] |= bit
	return isNew
}

// fold explains a line that begins with a blank: it goes on with the field above.
func (l *letter) fold(line []byte, notes []Note) ([]Note, string) {
	blank := len(bytes.TrimLeft(line, " \t")) == 0
	switch {
	case blank && l.client && l.once(saidBlankFold):
		return append(notes, Note{Tone: Tip, Depth: Brief, Text: sayBlankFold.With(), Ref: "RFC 5322 §2.2.3", ID: "blank-line"}), ""
	case l.field.name == "":
		return l.noField(line, true, notes)
	}
	depth := All
	if l.once(saidFold) {
		depth = Full
	}
	notes = append(notes, Note{Tone: Info, Depth: depth, Text: sayFold.With(l.field.shown), Ref: "RFC 5322 §2.2.3"})
	return l.fieldLine(line, notes)
}

// fieldLine reads one line of the field's value.
func (l *letter) fieldLine(value []byte, notes []Note) ([]Note, string) {
	f := &l.field
	f.line++
	room := f.add(value)
	decoded := ""
	if said, found := f.words.decode(value); found {
		decoded = strings.TrimSpace(said)
		notes = append(notes, Note{Tone: Decoded, Depth: Brief, Text: sayWords.With(decoded), Ref: "RFC 2047 §2"})
		if fixed, how, ok := mojibake(said); ok {
			notes = append(notes, charsetTip(how.With(fixed)))
		}
	} else if !isASCII(value) {
		notes, decoded = l.eightBit(value, notes)
	}
	if room {
		notes = l.read(tidy(string(value[:min(len(value), maxField)])), notes)
	}
	return notes, decoded
}

// eightBit reads bytes above 127 that stand in a field as they are (RFC 5322 §2.2; allowed by RFC 6532 §3 with SMTPUTF8).
func (l *letter) eightBit(value []byte, notes []Note) ([]Note, string) {
	s := newScript("")
	said := strings.TrimSpace(string(clean(nil, s.decode(nil, value, true))))
	if l.smtputf8 && s.utf8 {
		return notes, ""
	}
	depth := Full
	if l.once(saidEightBit) {
		depth = Brief
	}
	notes = append(notes, Note{Tone: l.blame(), Depth: depth, Text: sayEightBit.With(displayCharset(s.name), said), Ref: "RFC 5322 §2.2", ID: "header-8bit"})
	if s.utf8 {
		return notes, ""
	}
	return notes, said
}

// noField explains a line that can be no field: the header was left without the empty line, or never was one.
func (l *letter) noField(line []byte, ended bool, notes []Note) ([]Note, string) {
	if l.place == inHeader && l.header.fields == 0 && !l.client && bytes.HasPrefix(line, []byte("From ")) {
		return append(notes, Note{Tone: Info, Depth: Brief, Text: sayMbox.With(), Ref: "RFC 4155"}), ""
	}
	if name, _, ok := bytes.Cut(line, []byte("：")); ok && len(name) > 0 && len(name) < 40 && isASCII(name) && l.know.find(string(name)) != nil {
		return append(notes, Note{Tone: Tip, Depth: Brief, Text: sayWideColon.With(string(name)), Ref: "RFC 5322 §2.2", ID: "colon-wide"}), ""
	}
	say, id := sayMissingEmpty, "header-end"
	switch {
	case l.place == inPart:
		say, id = sayMissingEmptyPart, "part-end"
	case l.header.fields == 0 && l.once(saidNoHeader):
		say, id = sayNoHeader, "header-none"
	}
	notes = append(notes, Note{Tone: l.blame(), Depth: Brief, Text: say.With(), Ref: "RFC 5322 §2.1", ID: id})
	notes = l.openBody(notes)
	return l.body(line, ended, notes)
}

// endHeader explains the empty line.
func (l *letter) endHeader(notes []Note) []Note {
	if l.place == inPart {
		return l.openBody(notes)
	}
	say := sayEmptyLine
	if l.header.fields == 0 {
		say = sayEmptyFirst
	}
	notes = append(notes, Note{Tone: Info, Depth: Brief, Text: say.With(), Ref: "RFC 5322 §2.1"})
	notes = l.header.hops.sum(notes)
	if l.client {
		notes = l.compare(notes)
	}
	return l.openBody(notes)
}

// The sentences on fields and headers in general.
var (
	sayField        = text.T{EN: "%s: %s.", ZH: "%s：%s。"}
	sayWrittenBy    = text.T{EN: "Written by: %s.", ZH: "书写者：%s。"}
	sayPrivate      = text.T{EN: "%s: a private field (X-) of some program; no standard tells its meaning.", ZH: "%s：某个程序自用的字段（X- 开头），没有标准含义。"}
	sayUnknown      = text.T{EN: "%s: a field that byhand does not know.", ZH: "%s：byhand 不认识的字段。"}
	sayUnknownTyped = text.T{
		EN: "%s is taken for a header field, though for none that byhand knows. If it is text of the letter, an empty line must come first.",
		ZH: "%s 被当成了一个首部字段，但不是 byhand 认识的字段。如果它是正文，前面必须有一个空行。",
	}
	sayTwice = text.T{
		EN: "%s stands a second time; it may stand only once.",
		ZH: "%s 出现了第二次；它只能出现一次。",
	}
	sayFold      = text.T{EN: "A line that begins with a blank goes on with the field above (%s).", ZH: "以空白开头的行是上一个字段（%s）的延续。"}
	sayBlankFold = text.T{
		EN: "This line has blanks in it, so it is not the empty line: the header goes on. Press Enter alone to end the header.",
		ZH: "这一行里有空格，不算空行，首部还没有结束。请直接按回车来结束首部。",
	}
	sayWords    = text.T{EN: "The encoded words say: %s", ZH: "编码字的内容是：%s"}
	sayEightBit = text.T{
		EN: "Bytes above 127 may not stand in a field as they are (read as %s: %s). Write an encoded word: =?utf-8?B?...?=",
		ZH: "字段里不能直接写 127 以上的字节（按 %s 来读是：%s）。应写成编码字：=?utf-8?B?...?=",
	}
	sayMbox       = text.T{EN: "A \"From \" line of a mailbox file: it is no header field and should not be sent.", ZH: "这是邮箱文件里的“From ”行，不是首部字段，本不该发出来。"}
	sayBlankColon = text.T{
		EN: "No blank may stand before the colon: %s: ...",
		ZH: "冒号前面不能有空格，应写成 %s: ...",
	}
	sayWideColon = text.T{
		EN: "The colon after %s is the wide one of a Chinese keyboard. A field needs the plain \":\".",
		ZH: "%s 后面是中文冒号。首部字段要用英文冒号 \":\"。",
	}
	sayMissingEmpty = text.T{
		EN: "This line is no header field, and the empty line that ends the header is missing. Some servers put it in, others damage the letter.",
		ZH: "这一行不是首部字段，前面却少了结束首部的空行。有的服务器会补上，有的会把信弄坏。",
	}
	sayMissingEmptyPart = text.T{
		EN: "This line is no header field, and no empty line came before it. The header of a part, too, ends with an empty line.",
		ZH: "这一行不是首部字段，而它前面没有空行。每个部分的首部也要以空行结束。",
	}
	sayNoHeader = text.T{
		EN: "The letter begins without a header. First come fields such as \"Subject: hello\", then an empty line, then the text.",
		ZH: "信里没有首部。应先写 “Subject: hello” 这样的字段，再空一行，然后才是正文。",
	}
	sayEmptyLine  = text.T{EN: "The empty line ends the header; the body follows.", ZH: "空行表示首部结束，下面是正文。"}
	sayEmptyFirst = text.T{
		EN: "The letter begins with the empty line, so it has no header: From, Subject and the like cannot come any more.",
		ZH: "信一开头就是空行，所以没有首部；后面再写 From、Subject 等都会算作正文。",
	}
)
