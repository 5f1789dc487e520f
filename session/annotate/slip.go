package annotate

import (
	"bytes"

	"byhand/session/text"
)

// commandLine is a line that nobody writes in a letter, but everybody who forgot the dot: a command of SMTP or of byhand, or a word that
// ends things elsewhere.
var commandLine = lazy(`^(?:(?i:MAIL FROM:|RCPT TO:) ?<?[^<> ]*>?|(?i:EHLO|HELO) [^ ]+|(?i:QUIT|RSET|EXIT|LOGOUT|EOF)|NOOP|DATA|STARTTLS|END|:(?:q|wq|quit|help|hint|skip|stop|again|why))[ \t]*$`)

// slip finds lines of a letter that were meant for the server: a command, or a dot of a Chinese keyboard.
func slip(line []byte) *Note {
	if len(line) < 2 || len(line) > 300 {
		return nil
	}
	switch line[0] {
	case 'M', 'm', 'R', 'r', 'E', 'e', 'H', 'h', 'Q', 'q', 'N', 'D', 'S', 'L', 'l', ':':
		if !commandStart(line) {
			return nil
		}
		if commandLine().Match(line) {
			n := tip("in-data", sayInData.With(short(line)))
			n.Ref = "RFC 5321 §4.1.1.4"
			return &n
		}
	case ' ', '\t':
		if len(line) < 10 && string(bytes.TrimSpace(line)) == "." {
			n := tip("dot-indented", sayDotIndented.With())
			n.Ref = "RFC 5321 §4.1.1.4"
			return &n
		}
	case 0xe3, 0xef:
		if s := string(bytes.TrimSpace(line)); s == "。" || s == "．" {
			n := tip("dot-wide", sayWideDot.With(s))
			n.Ref = "RFC 5321 §4.1.1.4"
			return &n
		}
	}
	return nil
}

// commandStart tells whether a line begins as a command does; nearly all lines of letters do not, and it is quicker than commandLine.
func commandStart(line []byte) bool {
	if len(line) < 4 {
		return line[0] == ':' || line[0] == 'E' || line[0] == 'e'
	}
	switch string(bytes.ToUpper(line[:4])) {
	case "MAIL", "RCPT", "EHLO", "HELO", "QUIT", "RSET", "NOOP", "DATA", "STAR", "EXIT", "LOGO", "END ", "EOF ", ":QUI", ":HEL", ":HIN", ":SKI", ":STO", ":AGA", ":WHY":
		return true
	}
	return false
}

var (
	sayInData = text.T{
		EN: "%q is now text of the letter. End the letter first: a line with a dot and nothing else.",
		ZH: "%q 已成了信里的文字。请先输入只有一个点的一行，把信结束。",
	}
	sayDotIndented = text.T{
		EN: "Blanks before the dot: this does not end the letter. Type a line that is a dot and nothing else.",
		ZH: "点前面有空格，信并没有结束。请输入只有一个点的一行。",
	}
	sayWideDot = text.T{
		EN: "%q is not the dot that ends a letter. Switch the keyboard to English and type \".\" alone.",
		ZH: "%q 不是结束邮件的点。请切换到英文输入法，单独输入一个 \".\"。",
	}
)
