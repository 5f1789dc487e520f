package transcripts

import (
	"io"
	"strconv"
	"strings"

	"byhand/session"
)

// goHead begins a Go test.
const goHead = `// Package mail_test speaks a session to the server at $ADDR: the account's password is in $PASSWORD.
package mail_test

import (
	"encoding/base64"
	"net/textproto"
	"os"
	"strings"
	"testing"
)

`

// goTail reads replies: an SMTP reply ends with the line that has no hyphen after its code (RFC 5321 §4.2), a POP3 list with
// a lone dot (RFC 1939 §3).
const goTail = `	}
	c, err := textproto.Dial("tcp", os.Getenv("ADDR"))
	if err != nil {
		t.Fatal(err)
	}
	defer c.Close()
	for _, turn := range talk {
		for _, line := range turn.send {
			if err := c.PrintfLine("%s", line); err != nil {
				t.Fatal(err)
			}
		}
		for _, want := range turn.want {
			code, list := strings.CutSuffix(want, "...")
			line, err := c.ReadLine()
			for err == nil && len(line) > 3 && line[3] == '-' && line[0] >= '0' && line[0] <= '9' {
				line, err = c.ReadLine()
			}
			if err != nil || !strings.HasPrefix(line, code) {
				t.Fatalf("after %q: %q, %v; want %s", turn.send, line, err, code)
			}
			if list {
				if _, err := c.ReadDotLines(); err != nil {
					t.Fatal(err)
				}
			}
		}
	}
}
`

// writeGoTest writes a Go test that speaks the client's part and compares the codes.
func writeGoTest(dst io.Writer, src *Reader, _ Options) error {
	s, err := scriptOf(src)
	if err != nil {
		return err
	}
	b := append([]byte(goHead), "func TestTalk(t *testing.T) {\n\tpass := os.Getenv(\"PASSWORD\")\n\tb64 := base64.StdEncoding.EncodeToString\n\t_, _ = pass, b64\n"+
		"\ttalk := []struct{ send, want []string }{\n"...)
	if s.greets != "" {
		b = append(b, "\t\t{nil, []string{"+strconv.Quote(s.greets)+"}},\n"...)
	}
	for _, t := range s.turns {
		var send, want []string
		for _, l := range t.send {
			send = append(send, l.golang(s.user))
		}
		for _, r := range t.replies {
			code := r.code
			if r.list && s.proto == session.POP3 {
				code += "..."
			}
			want = append(want, strconv.Quote(code))
		}
		b = append(b, "\t\t{[]string{"+strings.Join(send, ", ")+"}, []string{"+strings.Join(want, ", ")+"}},\n"...)
	}
	_, err = dst.Write(append(b, goTail...))
	return err
}

// golang gives a line as an expression of Go.
func (l *sentLine) golang(user string) string {
	head := ""
	if l.before != "" {
		head = strconv.QuoteToASCII(l.before) + " + "
	}
	switch l.secret {
	case secretPassword, secretOther:
		return head + "pass"
	case secretBase64:
		return head + "b64([]byte(pass))"
	case secretPlain:
		return head + `b64([]byte("\x00" + ` + strconv.QuoteToASCII(user) + ` + "\x00" + pass))`
	}
	return strconv.QuoteToASCII(l.text)
}
