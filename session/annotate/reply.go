package annotate

import (
	"strings"

	"byhand/session"
	"byhand/session/text"
)

// maxReply bounds what is kept of a reply's text, to be searched for words that are known.
const maxReply = 2048

// reply explains a line of a reply. Decoded is the text in UTF-8 where it came in another charset.
func (t *talk) reply(e *session.Event) (decoded string) {
	c := t.sent[e.Re]
	if c == nil {
		t.unasked(e)
		return ""
	}
	c.lines++
	if len(c.text) < maxReply {
		c.text = append(appendLower(c.text, e.Line()), ' ')
	}
	t.notes = t.notes[:0]
	if !isASCII(e.Line()) && !looksUTF8(e.Line()) {
		decoded = readText(string(e.Line()))
		t.note(Decoded, Brief, sayDecodedText.With(strings.TrimSpace(strings.TrimPrefix(decoded, e.Code))), "")
	}
	if c.verb == "RCPT" {
		t.once("rcpt")
	} else if c.verb == "MAIL" || c.verb == "RSET" {
		delete(t.told, "rcpt")
	}
	if e.Proto == session.POP3 {
		c.lines = 0
		t.pop3Reply(e, c)
		if e.Code == "+OK" && c.verb == "STLS" {
			t.toTLS = true
		}
	} else {
		t.smtpReply(e, c)
	}
	if !e.More && e.Code != "354" {
		delete(t.sent, e.Re)
	}
	return decoded
}

// appendLower appends a server's text in lower case and UTF-8.
func appendLower(dst, line []byte) []byte {
	if !isASCII(line) {
		return append(dst, strings.ToLower(readText(string(line)))...)
	}
	from := len(dst)
	dst = append(dst, line...)
	for i, c := range dst[from:] {
		if 'A' <= c && c <= 'Z' {
			dst[from+i] = c + 'a' - 'A'
		}
	}
	return dst
}

// unasked explains a reply to nothing: mostly the server says why it closes.
func (t *talk) unasked(e *session.Event) {
	if e.Proto == session.SMTP && t.each(e) {
		return
	}
	line := string(e.Line())
	if known := t.book.find("status", e.Code); known != nil {
		t.note(Info, Brief, sayUnaskedCode.With(e.Code, known.T), known.Ref)
	} else {
		t.note(Info, Brief, sayUnasked.With(), "")
	}
	if e.Proto == session.SMTP {
		t.enhanced(e, Full)
		t.code(e, false)
	} else {
		t.responseCode(line, Brief)
	}
	if id := tipOf(t.book.voice("reply", e.Code, strings.ToLower(readText(line)))); id != "" && id != "order" {
		t.advise(id)
	}
}

// The sentences on replies in general.
var (
	sayUnasked     = text.T{EN: "The server says this by itself; no command waits for a reply.", ZH: "这是服务器主动说的，没有命令在等答复。"}
	sayUnaskedCode = text.T{EN: "The server says this by itself. %s: %s.", ZH: "这是服务器主动说的。%s：%s。"}
	sayDecodedText = text.T{EN: "The text is not UTF-8; read as GBK it says: %s", ZH: "文字不是 UTF-8，按 GBK 读作：%s"}
)
