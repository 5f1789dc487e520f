package annotate

import (
	"slices"
	"strings"

	"byhand/session/proto"
)

// pop3Tip finds the advice for a refusal of POP3: by the server's own words, by the state, by the command's form, by the [CODE].
// low is the reply's line in lower case.
func (t *talk) pop3Tip(c *command, low string) lapse {
	tip := lapse{typed: or(c.slip.typed, c.verb), better: c.slip.better}
	voice := tipOf(t.book.voice("reply", "-ERR", low))
	switch {
	case t.answerTold(c):
		tip.id = silent
	case sharp(c.slip.id):
		tip.id = c.slip.id
	case voice != "" && !guessed(voice):
		tip.id = voice
	default:
		tip.id = or(t.pop3State(c, low), or(c.slip.id, or(t.earlier(c), or(voice, t.pop3Code(c, low)))))
	}
	return tip
}

// pop3State finds commands that come in the wrong state, whatever their form.
func (t *talk) pop3State(c *command, low string) string {
	in := c.phase == proto.Transaction
	switch c.verb {
	case "STAT", "LIST", "UIDL", "RETR", "TOP", "DELE", "NOOP", "RSET":
		if !in {
			return "login-first"
		}
	case "USER", "PASS", "APOP", "AUTH", "STLS", "UTF8":
		switch {
		case in:
			return "login-over"
		case c.verb == "STLS" && t.before.TLS:
			return "tls-already"
		case c.verb == "PASS" && !t.named.ok && (t.before.User == "" || bracketCode(low) != "AUTH"):
			return "user-first"
		}
	}
	return ""
}

// earlier finds what a login went wrong by before its last command: a name in Base64 gets +OK, and PASS fails for it.
func (t *talk) earlier(c *command) string {
	switch {
	case c.verb == "PASS":
		return t.named.slip
	case c.verb == "AUTH":
		return t.ownDoing()
	}
	return ""
}

// named is what USER said last.
type named struct {
	ok   bool   // the server took it, and no PASS has come since
	slip string // what was odd in its form
}

// note keeps what the replies to USER and PASS make of the name (RFC 1939 §7: PASS comes right after a good USER).
func (n *named) note(c *command, good bool) {
	switch c.verb {
	case "USER":
		*n = named{good, c.slip.id}
	case "PASS", "APOP", "AUTH":
		*n = named{}
	}
}

// pop3Code finds the advice by command and [CODE].
func (t *talk) pop3Code(c *command, low string) string {
	code := bracketCode(low)
	switch {
	case code == "IN-USE":
		return "mailbox-busy"
	case code == "LOGIN-DELAY":
		return "login-delay"
	case strings.HasPrefix(code, "SYS/"), code == "UTF8":
		return silent
	}
	optional := unknownCommand(low)
	switch c.verb {
	case "PASS":
		return t.wrongPassword()
	case "APOP":
		if !optional {
			return "apop-failed"
		}
	case "AUTH":
		if !optional || t.auth.step > 0 {
			return t.authAdvice(low)
		}
	case "RETR", "TOP", "DELE", "LIST", "UIDL":
		n := numbers(c.arg)
		if len(n) > 0 && slices.Contains(t.before.Marked, int(n[0])) {
			return "deleted-number"
		}
		if len(n) > 0 && !optional {
			return "number-big"
		}
	}
	if optional && t.book.find("pop3", c.verb) != nil {
		return "not-here"
	}
	return ""
}
