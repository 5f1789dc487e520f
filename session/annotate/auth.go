package annotate

import (
	"bytes"
	"strings"

	"byhand/session"
	"byhand/session/text"
)

// newExchange begins an AUTH exchange with the argument of the command.
func newExchange(arg string) exchange {
	word := strings.Fields(arg)
	x := exchange{}
	if len(word) > 0 {
		x.mech = strings.ToUpper(word[0])
	}
	if len(word) > 1 {
		x.step = 1
	}
	return x
}

// initialResponse looks at what came with AUTH in the same line (RFC 4954 §4), and gives the user name in it.
func (t *talk) initialResponse(e *session.Event, c *command) (decoded string) {
	word := strings.Fields(c.arg)
	if len(word) < 2 || t.lacksMechanism() {
		return "" // without the mechanism it does not matter what came with it
	}
	line, masked := []byte(word[1]), false
	if len(e.Secret) > 0 {
		s := e.Secret[0]
		line, masked = e.Raw[s.Off:s.Off+s.Len], s.Masked
	}
	if !masked && len(bytes.Fields(line)) > 1 {
		t.answered([]Note{withRef(tip("auth-words", sayAuthWords.With(t.auth.mech)), "RFC 4954 §4")})
		return ""
	}
	decoded, notes := checkAnswer(t.auth.mech, 0, line, masked)
	t.auth.name = decoded
	t.answered(notes)
	return decoded
}

// challenge explains what the server asks (RFC 4954 §4, RFC 5034 §4).
func (t *talk) challenge(e *session.Event) (decoded string) {
	line := string(e.Line())
	t.auth.asked = true
	b64 := strings.TrimPrefix(strings.TrimPrefix(line, e.Code), " ")
	decoded, notes := decodeChallenge(t.auth.mech, t.auth.step, b64)
	t.notes = append(t.notes, notes...)
	if e.Proto == session.SMTP {
		t.code(e, true)
	} else if t.once("challenge") {
		t.note(Info, Full, sayPlus.With(), "RFC 5034 §4")
	}
	return decoded
}

// answer explains what the client answers; a secret is never shown, but its defects are told.
func (t *talk) answer(e *session.Event) (decoded string) {
	line, masked := e.Line(), false
	for _, s := range e.Secret {
		masked = masked || s.Masked
	}
	decoded, notes := checkAnswer(t.auth.mech, t.auth.step, line, masked)
	if t.auth.mech == "LOGIN" && !masked {
		t.auth.login(t.auth.step, line, decoded)
	}
	t.auth.cancelled = string(line) == "*" && !masked
	t.auth.step++
	t.answered(notes)
	return decoded
}

// login keeps of the answers of LOGIN what a refusal may be due to: the name sent twice, or a name that is an authorization code.
func (x *exchange) login(step int, line []byte, decoded string) {
	switch raw, _ := unbase64(string(line)); {
	case step == 0:
		x.name, x.swapped = decoded, codeForm().MatchString(decoded)
	case len(raw) > 0:
		x.twice = string(raw) == x.name
		x.swapped = x.swapped && !codeForm().Match(raw)
	}
}

// codeForm is how the services that have authorization codes write them: sixteen letters (RFC names none; NetEase, QQ and Gmail do so).
var codeForm = lazy(`^(?:[a-z]{16}|[A-Z]{16}|[a-z]{4}(?: [a-z]{4}){3})$`)

// sayCancelled is said of the refusal that * asked for: nobody did anything wrong.
var sayCancelled = text.T{EN: "The login is cancelled, as * asked. Nothing is lost; AUTH can begin again.", ZH: "登录已按 * 的要求取消，没有影响，可以重新 AUTH。"}

// sayAuthWords is said of AUTH LOGIN NAME PASSWORD in one line.
var sayAuthWords = text.T{
	EN: "Behind the mechanism at most one word may stand, in Base64. Type AUTH %s alone; the server then asks.",
	ZH: "机制名后面最多只能有一个用 Base64 写的词。请只输入 AUTH %s，服务器会接着提问。",
}

// answered keeps which advice an answer got, so that the refusal after it does not say it again.
func (t *talk) answered(notes []Note) {
	for _, n := range notes {
		if n.ID != "" {
			t.auth.tip = n.ID
		}
	}
	t.notes = append(t.notes, notes...)
}
