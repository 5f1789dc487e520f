package practice

import (
	"encoding/base64"
	"fmt"
	"maps"
	"mime"
	"slices"
	"strings"
	"time"
)

// DefaultDomain is the local domain of a World that names none.
const DefaultDomain = "practice.test"

// A World is what a practice server begins with. Lessons bring their own.
type World struct {
	Domain string            // the local domain; "" means DefaultDomain
	Users  map[string]string // account name, without the domain: password
	Mail   map[string][]Mail // account name: letters, in the order of their message numbers
	Stock  map[string]string // account name: a ready-made maildrop that stands before Mail; see Tutorial
	Faults []Fault           // what goes wrong; the first that fits is taken

	Seed  string    // equal seeds give equal unique-ids and equal chances
	Style string    // the voice; see FindVoice. It is looked at when the server starts, and Config.Voice goes before it
	Voice *Voice    // a voice of the world's own, before Style
	Caps  []string  // changes of what the voice announces, at the start of the server as well; see Voice.With
	Clock time.Time // what the server's clock shows when the world begins; the zero time is the true time
}

// Mail is one letter of a World. Raw, if it is not empty, is the whole letter and nothing else is looked at but From.
type Mail struct {
	From    string // address of the From field and of the reverse-path
	To      string // address of the To field; "" means the owner of the maildrop
	Subject string // any language; it is written as an encoded word if need be (RFC 2047)
	Body    string // any language; lines end with LF or CRLF
	Date    string // as in the Date field; "" means a fixed day in 2007
	Raw     string // the whole letter, headers and all
}

const mailDate = "Thu, 18 Oct 2007 09:30:00 +0800"

// Default is the world of byhand practice: student with the tutorial's maildrop, alice and bob with empty ones.
// The maps are the caller's own and may be changed.
func Default() World {
	return World{
		Domain: DefaultDomain,
		Users:  map[string]string{"student": "secret", "alice": "wonderland", "bob": "builder"},
		Mail:   map[string][]Mail{},
		Stock:  map[string]string{"student": Tutorial},
	}
}

func (w World) empty() bool {
	return w.Domain == "" && w.Users == nil && w.Mail == nil && w.Stock == nil && w.Faults == nil && w.Seed == "" && w.Style == "" && w.Voice == nil && w.Caps == nil && w.Clock.IsZero()
}

// check tells what is wrong with a world, in the order in which it is written.
func (w World) check() error {
	for _, name := range slices.Sorted(maps.Keys(w.Users)) {
		if !validLocal(name) || strings.Contains(name, "@") {
			return fmt.Errorf("world: %q is no account name", name)
		}
	}
	owners := slices.Concat(slices.Sorted(maps.Keys(w.Mail)), slices.Sorted(maps.Keys(w.Stock)))
	for _, name := range owners {
		if _, ok := w.Users[name]; !ok {
			return fmt.Errorf("world: letters for %q, who is no user", name)
		}
	}
	for _, f := range w.Faults {
		if err := f.check(); err != nil {
			return err
		}
	}
	return nil
}

// letter writes m as it lies in the maildrop of owner.
func (m Mail) letter(owner string) []byte {
	if m.Raw != "" {
		return crlf(m.Raw)
	}
	var b strings.Builder
	line := func(name, value string) { fmt.Fprintf(&b, "%s: %s\r\n", name, value) }
	line("Return-Path", "<"+m.From+">")
	line("From", m.From)
	line("To", or(m.To, owner))
	line("Subject", mime.BEncoding.Encode("utf-8", m.Subject))
	line("Date", or(m.Date, mailDate))
	if ascii(m.Body) {
		b.WriteString("\r\n")
		return append([]byte(b.String()), crlf(m.Body)...)
	}
	line("MIME-Version", "1.0")
	line("Content-Type", "text/plain; charset=utf-8")
	line("Content-Transfer-Encoding", "base64")
	b.WriteString("\r\n")
	wrap(&b, base64.StdEncoding.EncodeToString(crlf(m.Body)))
	return []byte(b.String())
}

// wrap writes Base64 in lines of 76 octets (RFC 2045 §6.8).
func wrap(b *strings.Builder, text string) {
	for len(text) > base64Line {
		b.WriteString(text[:base64Line] + "\r\n")
		text = text[base64Line:]
	}
	b.WriteString(text + "\r\n")
}

func ascii(s string) bool {
	return !strings.ContainsFunc(s, func(r rune) bool { return r > 126 })
}

// crlf gives text with every line ended by CRLF, the last one, too: POP3 knows no other line.
func crlf(text string) []byte {
	text = strings.ReplaceAll(text, "\r\n", "\n")
	if !strings.HasSuffix(text, "\n") {
		text += "\n"
	}
	return []byte(strings.ReplaceAll(text, "\n", "\r\n"))
}

// when reads the Date field of a letter; letters of a world that cannot be dated are from mailDate.
func when(date string) time.Time {
	t, err := time.Parse(time.RFC1123Z, or(date, mailDate))
	if err != nil {
		t, _ = time.Parse(time.RFC1123Z, mailDate)
	}
	return t
}
