package transcripts

import (
	"bufio"
	"bytes"
	"context"
	"errors"
	"io"
	"strings"
	"time"

	"byhand/session"
	"byhand/session/text"
)

// The forms of other programs' texts that can be read.
const (
	FormSwaks   = "swaks"    // what swaks prints
	FormScript  = "script"   // a typescript of script(1), or what a terminal showed of telnet
	FormSClient = "s_client" // what openssl s_client prints
	FormCast    = "cast"     // an asciicast of any version
	FormRFC     = "rfc"      // the dialogues of RFCs; never told by content
)

// foreign is what another program wrote, read as a session.
type foreign interface {
	session.Source
	remarks() []Remark
}

// Import says how a foreign text is read, where its content does not tell.
type Import struct {
	Form   string    // "" to tell it by the content
	Timing io.Reader // the timing log of script(1), or nil
	Typed  io.Reader // its log of what was typed, or nil
}

// ErrImport says that a form cannot be read.
var ErrImport = errors.New("unknown form of a foreign transcript")

// Imports lists the forms that OpenAs can be told.
func Imports() []string { return []string{FormRFC, FormScript, FormCast, FormSwaks, FormSClient} }

// OpenAs is Open for a foreign text whose form is told.
func OpenAs(r io.Reader, name string, how Import) (*Reader, error) {
	if how.Form == "" && how.Timing == nil {
		return Open(r, name)
	}
	b := bufio.NewReaderSize(r, 64<<10)
	rd := &Reader{ahead: entry{conn: 1}, conn: 1}
	if how.Timing != nil {
		return rd, rd.openTimed(b, how)
	}
	return rd, rd.openText(b, name, how.Form)
}

// openText begins to read a foreign text; name is for messages.
func (r *Reader) openText(b *bufio.Reader, name, form string) error {
	t := &textImport{lines: newLineReader(b)}
	r.name, r.header, r.foreign = form, defaultHeader(), t
	switch form {
	case FormSwaks:
		t.take = &swaks{feed: &t.feed}
	case FormScript:
		t.take, r.header.Guess = newTypescript(&t.feed), true
		r.header.startedOn(head(b))
	case FormSClient:
		t.take = &sClient{feed: &t.feed}
	case FormRFC:
		t.take = &rfc{feed: &t.feed}
	case FormCast:
		return r.openCast(b, t, name)
	default:
		return ErrImport
	}
	return nil
}

// foreignStarts are the beginnings of lines by which a foreign text is known, the first that is met deciding.
var foreignStarts = []struct{ start, form string }{
	{"=== Trying ", FormSwaks},
	{"<-  ", FormSwaks},
	{" -> ", FormSwaks},
	{"Script started on ", FormScript},
	{"CONNECTED(0", FormSClient},
	{"Trying ", FormScript},
	{"Connected to ", FormScript},
	{"+OK", FormScript},
	{"220 ", FormScript},
	{"220-", FormScript},
	{"spawn ", FormScript},
}

// sniffText tells the form of a foreign text by its first lines; "" for none. A line of a dialogue says that it is one.
func sniffText(head []byte) string {
	for line := range bytes.SplitSeq(head, []byte("\n")) {
		for _, s := range foreignStarts {
			if bytes.HasPrefix(line, []byte(s.start)) {
				return s.form
			}
		}
		if dialogueLine(string(line)) || bytes.HasPrefix(line, []byte("C<<")) || bytes.HasPrefix(line, []byte("S<<")) {
			return ""
		}
	}
	return ""
}

// A lineTaker makes of the lines of a foreign text what passed.
type lineTaker interface {
	line(line []byte) // without its LF
	end()
}

// textImport reads a foreign text line by line.
type textImport struct {
	feed
	lines *lineReader
	take  lineTaker
	ended bool
}

// Next gives what passed next.
func (t *textImport) Next(ctx context.Context) (session.Chunk, error) {
	for {
		if t.given < len(t.queue)-1 || t.ended { // what was found last may be gone on with
			if c, ok := t.pop(); ok {
				return c, nil
			}
		}
		if err := ctx.Err(); err != nil {
			return session.Chunk{At: t.at}, err
		}
		if t.ended {
			return session.Chunk{At: t.at}, io.EOF
		}
		line, err := t.lines.next()
		t.line = t.lines.n
		switch {
		case errors.Is(err, errLong):
			t.leaveLong()
		case errors.Is(err, io.EOF):
			t.ended = true
			t.take.end()
		case err != nil:
			return session.Chunk{At: t.at}, err
		default:
			t.take.line(line)
		}
	}
}

func (t *textImport) remarks() (all []Remark) {
	switch {
	case t.long.n == 1:
		all = append(all, Remark{Line: t.long.first, Said: sayLongLine.With(t.long.first, maxText)})
	case t.long.n > 1:
		all = append(all, Remark{Line: t.long.first, Said: sayLongLines.With(t.long.n, maxText, t.long.first)})
	}
	switch {
	case t.bad.n == 1:
		all = append(all, Remark{Line: t.bad.first, Said: sayBadLine.With(t.bad.first, t.bad.text)})
	case t.bad.n > 1:
		all = append(all, Remark{Line: t.bad.first, Said: sayBadLines.With(t.bad.n, t.bad.first, t.bad.text)})
	}
	if t.broken > 0 {
		all = append(all, Remark{Said: sayBroken.With(t.broken, t.bad.text)})
	}
	if t.ended && !t.spoke {
		all = append(all, Remark{Said: sayNoTalk.With()})
	}
	return all
}

// feed is what an importer has found and nobody has taken yet.
type feed struct {
	queue []session.Chunk
	given int
	at    time.Duration // of what is found now
	conn  int
	spoke bool

	line   int     // of the file, for remarks
	long   leftOut // lines that were too long to be read
	bad    leftOut // lines that are none of the form's
	broken int64   // the byte, from 1, up to which a file without lines could be read; 0 if it could to its end
}

// leftOut counts what was left out.
type leftOut struct {
	n     int
	first int    // the line of the first
	text  string // its beginning, made visible
}

func (l *leftOut) add(line int, text []byte) {
	if l.n++; l.n == 1 {
		l.first, l.text = line, visible(string(text[:min(len(text), maxQuoted)]))
	}
}

// maxQuoted is how much of a line that is left out is shown.
const maxQuoted = 40

// leaveLong leaves out what is too long.
func (f *feed) leaveLong() { f.long.add(f.line, nil) }

// leaveBad leaves out a line that is none of the form's.
func (f *feed) leaveBad(line []byte) { f.bad.add(f.line, line) }

// pop takes the next chunk.
func (f *feed) pop() (c session.Chunk, ok bool) {
	if f.given == len(f.queue) {
		return session.Chunk{}, false
	}
	c = f.queue[f.given]
	if f.given++; f.given == len(f.queue) {
		f.queue, f.given = f.queue[:0], 0
	} else if f.given > 64 {
		f.queue, f.given = append(f.queue[:0], f.queue[f.given:]...), 0
	}
	return c, true
}

// wait lets time pass.
func (f *feed) wait(d time.Duration) { f.at = min(f.at+max(d, 0).Truncate(time.Microsecond), maxTime) }

// says adds a line of one side; its CRLF is added.
func (f *feed) says(from session.Side, line []byte, hide ...session.Span) {
	f.bytes(from, append(append(make([]byte, 0, len(line)+2), line...), "\r\n"...), hide...)
}

// bytes adds bytes of one side as they are. Those of one moment are one read.
func (f *feed) bytes(from session.Side, data []byte, hide ...session.Span) {
	f.spoke = true
	if n := len(f.queue); n > f.given {
		last := &f.queue[n-1]
		if last.From == from && last.At == f.at && last.Conn == max(f.conn, 1) && len(last.Data) < maxRead-len(data) {
			for _, s := range hide {
				s.Off += len(last.Data)
				last.Hide = append(last.Hide, s)
			}
			last.Data = append(last.Data, data...)
			return
		}
	}
	f.queue = append(f.queue, session.Chunk{At: f.at, Conn: max(f.conn, 1), From: from, Data: data, Hide: hide})
}

// mark adds a change of the connection.
func (f *feed) mark(kind string, pairs ...any) {
	f.queue = append(f.queue, session.Chunk{At: f.at, Conn: max(f.conn, 1), Mark: session.NewMark(kind, pairs...)})
}

// open begins a connection.
func (f *feed) open(addr string) {
	f.conn = min(f.conn+1, maxConn)
	f.mark("open", "addr", addr)
}

// note adds a remark of the program that wrote the text.
func (f *feed) note(s string) {
	if s = strings.TrimSpace(s); s != "" {
		f.mark("note", "who", "byhand", "text", visible(s))
	}
}

var (
	sayLongLine = text.T{
		EN: "line %d was left out: it is longer than %d bytes",
		ZH: "第 %d 行超过 %d 字节，已跳过"}
	sayLongLines = text.T{
		EN: "%d lines were left out: they are longer than %d bytes; the first of them is line %d",
		ZH: "有 %d 行超过 %d 字节，已跳过，第一处在第 %d 行"}
	sayBadLine = text.T{
		EN: "line %d cannot be read and was left out: %s",
		ZH: "第 %d 行无法读取，已跳过：%s"}
	sayBadLines = text.T{
		EN: "%d lines cannot be read and were left out; the first of them is line %d: %s",
		ZH: "有 %d 行无法读取，已跳过，第一处在第 %d 行：%s"}
	sayBroken = text.T{
		EN: "the file could be read up to byte %d; there it is damaged or cut short: %s",
		ZH: "文件只读到第 %d 字节，从那里起已损坏或被截断：%s"}
	sayNoTalk = text.T{
		EN: "no POP3 or SMTP dialogue was found in this text",
		ZH: "在这段文字里没有找到 POP3 或 SMTP 对话"}
)
