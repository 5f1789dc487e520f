package transcripts

import (
	"bytes"
	"context"
	"errors"
	"io"
	"slices"

	"byhand/session"
	"byhand/session/proto"
	"byhand/session/text"
)

// A Finding is a place of a transcript where a secret can be read.
type Finding struct {
	Line int // of the file; 0 in a file that has no lines
	N    int // number of the event, from 1; 0 of a mark
	Said text.Said
}

// Check finds what can be read in a transcript and should not: what follows PASS, APOP and AUTH, the answers of AUTH,
// tokens of the web, and these again wherever they are echoed. It never gives the secret itself.
func Check(src *Reader) ([]Finding, error) {
	c := checker{framer: proto.New(session.Untold)}
	if src.foreign != nil {
		err := session.Run(context.Background(), src, c.framer, func(events []session.Event) error {
			c.events(events, 0)
			return nil
		})
		return c.all, err
	}
	for {
		e, err := src.entry()
		if err != nil {
			c.events(c.framer.Feed(session.Chunk{At: src.ahead.at, Flush: true}), src.line())
			return c.all, ended(err)
		}
		c.entry(e, src.line())
	}
}

// line gives the number of the line that was read last.
func (r *Reader) line() int {
	switch f := r.form.(type) {
	case *recorded:
		return f.lines.n
	case *dialogue:
		return f.lines.n
	}
	return 0
}

// checker carries entries through a framer, one at a time so that each finding has its line.
type checker struct {
	framer session.Framer
	all    []Finding
}

func (c *checker) entry(e *entry, line int) {
	switch {
	case e.kind == kindEnd || e.kind == kindComment:
		return
	case e.bytes():
		chunk := session.Chunk{At: e.at, Conn: e.conn, From: e.side(), Data: e.data, Hide: e.hide}
		c.events(c.framer.Feed(chunk), line)
		if !bytes.HasSuffix(e.data, []byte{'\n'}) {
			c.events(c.framer.Feed(session.Chunk{At: e.at, Conn: e.conn, From: e.side(), Flush: true}), line)
		}
	default:
		for _, f := range e.fields {
			if token([]byte(stringOf(f.Value))) {
				c.all = append(c.all, Finding{Line: line, Said: sayFoundToken.With()})
			}
		}
		c.events(c.framer.Feed(session.Chunk{At: e.at, Conn: e.conn, Mark: &session.Mark{Kind: e.kind, Fields: e.fields}}), line)
	}
}

func (c *checker) events(events []session.Event, line int) {
	for i := range events {
		e := &events[i]
		seen := slices.DeleteFunc(slices.Clone(e.Secret), func(s session.Span) bool { return s.Masked || s.Len == 0 })
		seen = slices.DeleteFunc(seen, func(s session.Span) bool { // stars that somebody wrote by hand
			return string(e.Raw[s.Off:s.Off+s.Len]) == session.Mask
		})
		for _, s := range seen {
			c.all = append(c.all, Finding{Line: line, N: e.N, Said: foundLabel(s.Label).With()})
		}
		if len(e.Secret) == 0 && e.From != session.Nobody && e.Role != session.Data && token(e.Raw) {
			c.all = append(c.all, Finding{Line: line, N: e.N, Said: sayFoundToken.With()})
		}
	}
}

// token tells whether b holds a JSON Web Token (RFC 7519 §3): three parts of base64url, of which two begin with {".
func token(b []byte) bool {
	i := bytes.Index(b, []byte("eyJ"))
	if i < 0 {
		return false
	}
	word := b[i:]
	if end := bytes.IndexAny(word, " \t\r\n\"'<>&;,"); end >= 0 {
		word = word[:end]
	}
	parts := bytes.Split(word, []byte("."))
	return len(parts) >= 3 && bytes.HasPrefix(parts[1], []byte("eyJ"))
}

// Formatted is Format, and tells whether the dialogue was written so already. An empty file is.
func Formatted(dst io.Writer, src io.Reader, name string) (same bool, err error) {
	var c comparison
	err = Format(io.MultiWriter(dst, &c), io.TeeReader(src, (*original)(&c)), name)
	if errors.Is(err, io.EOF) {
		err = nil
	}
	return err == nil && !c.differs && len(c.ahead) == 0, err
}

// A comparison takes two texts as they come, the original ahead of the other, and holds what lies between.
type comparison struct {
	ahead   []byte // of the original
	differs bool
}

// Write takes the other text.
func (c *comparison) Write(p []byte) (int, error) {
	if !c.differs && bytes.HasPrefix(c.ahead, p) {
		c.ahead = append(c.ahead[:0], c.ahead[len(p):]...)
	} else {
		c.differs, c.ahead = true, nil
	}
	return len(p), nil
}

// original is the side of a comparison that takes the original.
type original comparison

func (o *original) Write(p []byte) (int, error) {
	if !o.differs {
		o.ahead = append(o.ahead, p...)
	}
	return len(p), nil
}

// foundLabel says what can be read, by the label that the framer gives it.
func foundLabel(label string) text.T {
	switch label {
	case "password", "password-base64", "password?":
		return sayFoundPassword
	case "digest":
		return sayFoundDigest
	case "echoed-password":
		return sayFoundEcho
	}
	return sayFoundCredentials
}

var (
	sayFoundPassword    = text.T{EN: "a password can be read here", ZH: "这里能读出密码"}
	sayFoundDigest      = text.T{EN: "the digest of a password can be read here, and guessed from", ZH: "这里能读出密码的摘要，可以据此猜密码"}
	sayFoundCredentials = text.T{EN: "the credentials of a login can be read here", ZH: "这里能读出登录凭据"}
	sayFoundEcho        = text.T{EN: "a password that was hidden elsewhere can be read here", ZH: "别处隐去的密码在这里能读出来"}
	sayFoundToken       = text.T{EN: "an access token can be read here", ZH: "这里能读出访问令牌"}
)
