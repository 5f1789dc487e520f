package practice

import (
	"bytes"
	"fmt"
	"regexp"
	"strconv"
	"strings"

	"byhand/session"
)

// A witness puts together the letters of a conversation from the events of the framer alone: those that a client sent and the server
// took, and those that it fetched. They must be what the server has.
type witness struct {
	srv      *Server
	stock    []Letter       // what can be fetched
	commands map[int]string // by N
	chunks   map[int][]byte // of BDAT, by N: the next may come before the reply to the one before
	letter   []byte         // under way, by DATA, BDAT or RETR
	whole    bool           // the line before ended with CRLF
	sent     [][]byte
	wrong    string
}

func newWitness(s *Server) *witness {
	return &witness{srv: s, stock: s.Letters("alice"), commands: map[int]string{}, chunks: map[int][]byte{}, whole: true}
}

func (w *witness) observe(e *session.Event) {
	switch {
	case e.From == session.Client && e.Role == session.Command:
		w.commands[e.N] = strings.ToUpper(string(e.Line()))
	case e.From == session.Client && e.Role == session.Data && e.Verb == "BDAT":
		w.chunks[e.Re] = append(w.chunks[e.Re], e.Raw...)
	case e.Role == session.Data && e.More && (e.From == session.Client || e.Verb == "RETR"):
		w.line(e.Raw)
	case e.Role == session.Data && e.Verb == "RETR":
		w.fetched(e.Re)
	case e.From == session.Server && e.Role == session.Reply && !e.More:
		w.replied(e)
	}
}

// line takes a line of a letter; the dot that was put before it is one behind CRLF (RFC 5321 §4.5.2).
func (w *witness) line(raw []byte) {
	if w.whole {
		raw = bytes.TrimPrefix(raw, []byte("."))
	}
	w.letter = append(w.letter, raw...)
	w.whole = bytes.HasSuffix(raw, []byte("\r\n"))
}

// replied tells from a reply what has become of the letter under way.
func (w *witness) replied(e *session.Event) {
	if e.Code == "250" {
		w.letter = append(w.letter, w.chunks[e.Re]...)
	}
	delete(w.chunks, e.Re)
	good, last := e.Code == "250", strings.HasSuffix(w.commands[e.Re], " LAST")
	switch e.Verb {
	case "DATA", "BDAT":
		if e.Code == "354" || e.Verb == "BDAT" && good && !last || e.Code == "501" || e.Code == "503" { // what goes on, and what was no letter
			w.whole = true
			return
		}
		if good {
			w.sent = append(w.sent, bytes.TrimPrefix(crlf("\n"+string(w.letter)), []byte("\r\n")))
		}
		w.letter, w.whole = nil, true
	case "RSET", "HELO", "EHLO":
		if good {
			w.letter = nil
		}
	}
}

// fetched compares a letter of POP3 with the one of that number.
func (w *witness) fetched(re int) {
	_, arg, _ := strings.Cut(w.commands[re], " ")
	n, err := strconv.Atoi(arg)
	if err != nil || n < 1 || n > len(w.stock) {
		w.wrong = fmt.Sprintf("the framer has a letter for %q", w.commands[re])
	} else if want := w.stock[n-1].Bytes(); !bytes.Equal(w.letter, want) {
		w.wrong = fmt.Sprintf("fetched: the framer has %q, the server %q", w.letter, want)
	}
	w.letter, w.whole = nil, true
}

// traced is what the server puts on top of a letter that it takes.
var traced = regexp.MustCompile(`^Return-Path: <[^\r\n]*>\r\nReceived: from [^\r\n]*\r\n\tby [^\r\n]*(\r\n\tfor <[^\r\n]*>)?; [^\r\n]*\r\n`)

// differs tells how the letters that the server stored are not those that the framer saw; "" if they are.
func (w *witness) differs() string {
	if w.wrong != "" {
		return w.wrong
	}
	stored := w.srv.Letters("bob")
	if len(stored) != len(w.sent) {
		return fmt.Sprintf("the framer saw %d letters, the server stored %d", len(w.sent), len(stored))
	}
	for i, l := range stored {
		text := l.Bytes()
		top := traced.Find(text)
		if got := text[len(top):]; top == nil || !bytes.Equal(got, w.sent[i]) {
			return fmt.Sprintf("letter %d: the framer saw %q, the server stored %q", i+1, w.sent[i], text)
		}
	}
	return ""
}
