package annotate

import (
	"strings"

	"byhand/session"
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

// initialResponse looks at what came with AUTH in the same line (RFC 4954 §4).
func (t *talk) initialResponse(e *session.Event, c *command) {
	word := strings.Fields(c.arg)
	if len(word) < 2 {
		return
	}
	line, masked := []byte(word[1]), false
	if len(e.Secret) > 0 {
		s := e.Secret[0]
		line, masked = e.Raw[s.Off:s.Off+s.Len], s.Masked
	}
	_, notes := checkAnswer(t.auth.mech, 0, line, masked)
	t.answered(notes)
}

// challenge explains what the server asks (RFC 4954 §4, RFC 5034 §4).
func (t *talk) challenge(e *session.Event) (decoded string) {
	line := string(e.Line())
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
	t.auth.step++
	t.answered(notes)
	return decoded
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
