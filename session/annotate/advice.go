package annotate

import (
	"slices"
	"strings"

	"byhand/session"
	"byhand/session/proto"
	"byhand/session/text"
)

// advise adds an advice of know/advice.yaml, unless the event has one: the first that fits is the sharpest.
// words are what was typed and what is proposed instead.
func (t *talk) advise(id string, words ...string) {
	e := t.book.find("advice", id)
	if e == nil || t.tipped() {
		return
	}
	n := Note{Tone: Tip, Depth: Brief, Text: filled(e.T, words), Ref: e.Ref, ID: id}
	at := slices.IndexFunc(t.notes, func(n Note) bool { return n.Tone == No }) + 1 // what went wrong, then what to do
	if at == 0 {
		at = len(t.notes)
	}
	t.notes = slices.Insert(t.notes, at, n)
}

// filled puts the words into a sentence that has places for them; in each language the same places.
func filled(s text.T, words []string) text.Said {
	if !strings.Contains(s.EN, "%[") {
		return s.With()
	}
	args := []any{"", ""}
	for i, w := range words {
		args[i] = w
	}
	return s.With(args...)
}

// tipped tells whether the event has an advice already.
func (t *talk) tipped() bool {
	return slices.ContainsFunc(t.notes, func(n Note) bool { return n.Tone == Tip })
}

// pop3Advice finds the advice for a refusal of POP3: by the server's own words, by the command's form, by the state.
// low is the reply's line in lower case.
func (t *talk) pop3Advice(c *command, low string) {
	if t.answerTold(c) {
		return
	}
	if id := tipOf(t.book.voice("reply", "-ERR", low)); id != "" {
		t.advise(id, c.slip.typed, c.slip.better)
		return
	}
	for _, id := range []string{t.pop3State(c), c.slip.id, t.pop3Code(c, low)} {
		if id != "" && id != silent {
			t.advise(id, or(c.slip.typed, c.verb), c.slip.better)
		}
		if id != "" {
			return
		}
	}
}

// answerTold tells whether the reply ends a login of which an answer got its advice when it was typed.
func (t *talk) answerTold(c *command) bool { return c.verb == "AUTH" && t.auth.tip != "" }

// silent stands for: it is clear, there is nothing to advise.
const silent = "-"

func or(a, b string) string {
	if a != "" {
		return a
	}
	return b
}

// tipOf gives the advice of a voice, if there is one.
func tipOf(row *entry) string {
	if row == nil {
		return ""
	}
	return row.Tip
}

// pop3State finds commands that come in the wrong state, whatever their form.
func (t *talk) pop3State(c *command) string {
	in := c.phase == proto.Transaction
	switch c.verb {
	case "STAT", "LIST", "UIDL", "RETR", "TOP", "DELE", "NOOP", "RSET":
		if !in {
			return "login-first"
		}
	case "USER", "PASS", "APOP", "STLS":
		if in {
			return "login-over"
		}
	}
	return ""
}

// pop3Code finds the advice by command and [CODE].
func (t *talk) pop3Code(c *command, low string) string {
	code := bracketCode(low)
	switch {
	case code == "IN-USE":
		return "mailbox-busy"
	case code == "LOGIN-DELAY":
		return "login-delay"
	case strings.HasPrefix(code, "SYS/"):
		return silent
	}
	switch c.verb {
	case "PASS":
		if t.before.User == "" {
			return "user-first"
		}
		return t.wrongPassword()
	case "APOP":
		return "login-failed"
	case "AUTH":
		return t.authAdvice(low)
	case "RETR", "TOP", "DELE", "LIST", "UIDL":
		if n := numbers(c.arg); len(n) > 0 && slices.Contains(t.before.Marked, int(n[0])) {
			return "deleted-number"
		}
		return "number-big"
	}
	return ""
}

// wrongPassword tells the providers that want an authorization code from the others.
func (t *talk) wrongPassword() string {
	for _, name := range []string{"NetEase", "QQ", "Gmail", "Coremail"} {
		if strings.Contains(t.software, name) {
			return "app-password"
		}
	}
	return "login-failed"
}

// authAdvice finds the advice for a refused login by AUTH.
func (t *talk) authAdvice(low string) string {
	switch {
	case strings.Contains(low, "aborted") || strings.Contains(low, "cancel"):
		return silent
	case strings.Contains(low, "base64") || strings.Contains(low, "decode"):
		return "b64-bad"
	case t.auth.step == 0 && t.lacksMechanism():
		return "mech-not-offered"
	case t.auth.step == 0 || t.auth.cancelled:
		return silent
	case t.auth.twice:
		return "auth-name-again"
	case t.auth.swapped:
		return "auth-swapped"
	}
	return t.wrongPassword()
}

// lacksMechanism tells whether the server has listed its mechanisms, and the one wanted is not among them.
func (t *talk) lacksMechanism() bool {
	listed := false
	for _, line := range t.state.Offers {
		word := strings.Fields(strings.ToUpper(strings.Replace(line, "=", " ", 1)))
		if len(word) == 0 || word[0] != "AUTH" && word[0] != "SASL" {
			continue
		}
		listed = true
		if slices.Contains(word[1:], t.auth.mech) {
			return false
		}
	}
	return listed
}

// smtpAdvice finds the advice for a refusal of SMTP: by the server's own words, by the command's form, by the state, by the codes.
func (t *talk) smtpAdvice(e *session.Event, c *command) {
	if t.answerTold(c) && e.Code != "503" && e.Code != "530" {
		return
	}
	low := string(c.text)
	steps := []func() string{
		func() string { return tipOf(t.book.voice("reply", e.Code, low)) },
		func() string { return c.slip.id },
		func() string { return t.smtpState(e, c, low) },
		func() string { return t.smtpCode(e, c, low) },
	}
	for _, step := range steps {
		id := step()
		if id == "" {
			continue
		}
		if id == "no-rcpt" && c.phase < proto.Rcpt && !t.told["rcpt"] {
			id = "order"
		}
		if id == "order" {
			t.advise(id, c.verb, t.turn())
		} else if id != silent {
			t.advise(id, or(c.slip.typed, c.verb), c.slip.better)
		}
		return
	}
}

// turn gives the command whose turn it is (RFC 5321 §4.1.4).
func (t *talk) turn() string {
	switch {
	case !t.state.Greeted:
		return "EHLO mypc"
	case t.state.Phase == proto.Mail:
		return "RCPT TO:<name@example.com>"
	case t.state.Phase == proto.Rcpt:
		return "DATA"
	}
	return "MAIL FROM:<name@example.com>"
}

// smtpState finds commands that come out of order.
func (t *talk) smtpState(e *session.Event, c *command, low string) string {
	open := c.phase == proto.Mail || c.phase == proto.Rcpt
	switch {
	case e.Code == "530" && strings.Contains(low, "starttls"):
		return "starttls-first"
	case c.verb == "AUTH" && t.before.Authed:
		return "auth-twice"
	case c.verb == "AUTH" && open:
		return "auth-in-mail"
	case c.verb == "STARTTLS" && t.before.TLS:
		return "tls-already"
	case e.Code != "503" && e.Code != "554":
	case c.verb != "STARTTLS" && !t.before.Greeted && c.verb != "EHLO" && c.verb != "HELO":
		return "greet-first"
	case c.verb == "MAIL" && open:
		return "nested-mail"
	case c.verb == "RCPT" && !open, c.verb == "DATA" && c.phase < proto.Mail:
		return "order"
	case c.verb == "DATA" && c.phase == proto.Mail:
		return "no-rcpt"
	}
	return ""
}

// smtpCode finds the advice by command, code and enhanced code.
func (t *talk) smtpCode(e *session.Event, c *command, low string) string {
	enhanced := e.Enhanced()
	switch c.verb {
	case "AUTH":
		switch e.Code {
		case "538", "523":
			return "starttls-first"
		case "504":
			return "mech-not-offered"
		case "454", "421", "435":
			return silent
		}
		return t.authAdvice(low)
	case "MAIL", "RCPT":
		return t.envelopeCode(e, c, enhanced, low)
	case "DATA":
		if strings.Contains(low, "spam") {
			return "spam"
		}
		if e.Code == "552" {
			return "too-large"
		}
	}
	return ""
}

// envelopeCode finds the advice for a refused sender or recipient. One cause has many codes: the text tells more.
func (t *talk) envelopeCode(e *session.Event, c *command, enhanced, low string) string {
	has := func(words ...string) bool {
		return slices.ContainsFunc(words, func(w string) bool { return strings.Contains(low, w) })
	}
	_, params, _ := proto.Path(c.arg)
	switch {
	case e.Code == "530" || !t.before.Authed && has("authenticat", "log in", "login"):
		return "auth-first"
	case e.Code == "555" && len(params) > 0:
		return "unsupported-param"
	case e.Code == "552" || enhanced == "5.3.4":
		return "too-large"
	case enhanced == "5.1.8" || enhanced == "4.1.8" || has("domain of sender", "sender domain"):
		return "no-domain"
	case enhanced == "5.1.7" || enhanced == "5.1.3" || has("bad sender address", "bad recipient address"):
		return "bad-address"
	case c.verb != "RCPT":
		return ""
	case e.Code[0] == '4' && (enhanced == "4.7.1" || has("greylist", "later")):
		return "greylist"
	case has("relay") || e.Code[0] == '5' && enhanced == "5.7.1" && !t.before.Authed:
		return "relay"
	case enhanced == "5.1.1" || enhanced == "5.1.2" || e.Code == "550" && (enhanced == "" || enhanced[0:3] == "5.1") && has("user", "mailbox", "unknown", "no such", "exist", "recipient", "account"):
		return "unknown-recipient"
	}
	return ""
}

// lenient tells of a form that this server lets pass, though another may not. It blames nobody.
func (t *talk) lenient(c *command) {
	id := c.slip.id
	switch {
	case c.verb == "MAIL" && !t.before.Greeted:
		id = "greet-first"
	case id != "missing-brackets" && id != "space-colon" && id != "bare-lf":
		return
	}
	if e := t.book.find("advice", id); e != nil {
		depth := Full
		if id == "bare-lf" && !t.once(id) {
			depth = All // every line of such a session has it
		}
		t.note(Info, depth, sayLenient.With(filled(e.T, []string{c.slip.typed, c.slip.better})), e.Ref)
	}
}

var sayLenient = text.T{EN: "It works here; strictly it is wrong, and other servers may refuse it. %s", ZH: "这台服务器接受了，但严格说不合规范，别的服务器可能会拒绝。%s"}

var sayPlus = text.T{EN: "+ and a blank: the login goes on, the server asks.", ZH: "“+ ”表示登录还在进行，服务器在提问。"}
