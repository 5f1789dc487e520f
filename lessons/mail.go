package lessons

import (
	"bytes"
	"encoding/base64"
	"io"
	"mime"
	"mime/multipart"
	"mime/quotedprintable"
	"net/mail"
	"net/textproto"
	"strings"

	"byhand/session/annotate"
)

// A Mailbox lets the guide look into the server's mailboxes. On a real server nobody can: known is then false, and what
// hangs on it is unknown, not false.
type Mailbox interface {
	// Count gives how many letters lie in the mailbox of an account.
	Count(box string) (n int, known bool)
	// Letter gives one of them, counted from 0 in the order of message numbers.
	Letter(box string, i int) (l Received, known bool)
}

// Received is a letter as it lies in a mailbox.
type Received struct {
	From string // envelope sender; "" is the null reverse-path
	Raw  []byte
}

// Blind is the Mailbox of a server that nobody can look into.
type Blind struct{}

// Count knows nothing.
func (Blind) Count(string) (int, bool) { return 0, false }

// Letter knows nothing.
func (Blind) Letter(string, int) (Received, bool) { return Received{}, false }

func (j *judge) count(box string) (int, bool) { return j.box.Count(box) }

// mail tells whether the mailbox holds what is wanted.
func (j *judge) mail(m *MailTest) truth {
	box := j.vars.Expand(m.Box)
	n, known := j.count(box)
	if !known {
		return unknown
	}
	if m.Count >= 0 && n != m.Count {
		return no
	}
	if before, ok := j.counts[m.Box]; m.Gone >= 0 && (!ok || before-n != m.Gone) {
		return no
	}
	if m.From == "" && m.Subject == "" && m.Body == "" && len(m.Header) == 0 {
		return yes
	}
	for i := n - 1; i >= 0; i-- { // the newest first: it is mostly the one
		l, known := j.box.Letter(box, i)
		if !known {
			return unknown
		}
		if j.letter(m, l) {
			return yes
		}
	}
	return no
}

// letter tells whether one letter is the one wanted.
func (j *judge) letter(m *MailTest, l Received) bool {
	if m.From != "" && !sameAddress(j.vars.Expand(m.From), l.From) {
		return false
	}
	msg, err := mail.ReadMessage(bytes.NewReader(l.Raw))
	if err != nil {
		return m.Subject == "" && len(m.Header) == 0 && (m.Body == "" || bytes.Contains(l.Raw, []byte(strings.Trim(j.vars.Expand(m.Body), "*"))))
	}
	if want := j.vars.Expand(m.Subject); !strings.HasPrefix(decoded(msg.Header.Get("Subject")), want) {
		return false
	}
	for name, want := range m.Header {
		if !strings.Contains(decoded(msg.Header.Get(name)), j.vars.Expand(want)) {
			return false
		}
	}
	if m.Body == "" {
		return true
	}
	text := bodyText(textproto.MIMEHeader(msg.Header), msg.Body, 0)
	if m.Body == "*" {
		return strings.TrimSpace(text) != ""
	}
	return strings.Contains(text, j.vars.Expand(m.Body))
}

// decoded reads encoded words (RFC 2047); text in a charset that is not known stays as it is written.
func decoded(s string) string {
	words := mime.WordDecoder{CharsetReader: func(charset string, r io.Reader) (io.Reader, error) {
		all, err := io.ReadAll(r)
		return strings.NewReader(annotate.Decode(charset, all)), err
	}}
	if d, err := words.DecodeHeader(s); err == nil {
		return d
	}
	return s
}

// maxParts bounds how deep parts may lie in parts.
const maxParts = 8

// bodyText gives the text of a letter, its parts one after another, with the transfer encoding
// (RFC 2045 §6) and the charset undone.
func bodyText(h textproto.MIMEHeader, body io.Reader, depth int) string {
	kind, params, err := mime.ParseMediaType(h.Get("Content-Type"))
	if err == nil && strings.HasPrefix(kind, "multipart/") && depth < maxParts {
		var b strings.Builder
		for parts := multipart.NewReader(body, params["boundary"]); ; {
			p, err := parts.NextRawPart()
			if err != nil {
				return b.String()
			}
			b.WriteString(bodyText(p.Header, p, depth+1) + "\n")
		}
	}
	switch strings.ToLower(strings.TrimSpace(h.Get("Content-Transfer-Encoding"))) {
	case "base64":
		body = base64.NewDecoder(base64.StdEncoding, body)
	case "quoted-printable":
		body = quotedprintable.NewReader(body)
	}
	all, _ := io.ReadAll(body) // what could be decoded is text enough
	return strings.ReplaceAll(annotate.Decode(params["charset"], all), "\r\n", "\n")
}
