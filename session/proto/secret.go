package proto

import (
	"bytes"
	"encoding/base64"
	"slices"
	"strings"

	"byhand/session"
)

// auth is an AUTH exchange under way.
type auth struct {
	mech    string
	initial bool // an initial response came with the command
	step    int  // answers given
}

func newAuth(arg string) auth {
	word := strings.Fields(arg)
	if len(word) == 0 {
		return auth{}
	}
	return auth{mech: strings.ToUpper(word[0]), initial: len(word) > 1}
}

// answers gives how many answers the exchange takes, as far as that is known beforehand.
func (a auth) answers() int {
	n := 1
	if a.mech == "LOGIN" || strings.HasPrefix(a.mech, "SCRAM-") {
		n = 2
	}
	if a.initial {
		n--
	}
	return n
}

// label names what an answer of the exchange holds; "" for the user name of LOGIN, which may be seen.
func (a auth) label() string {
	switch {
	case a.mech == "LOGIN":
		if a.step == 1 && !a.initial {
			return ""
		}
		return "password-base64"
	case a.mech == "CRAM-MD5", a.mech == "DIGEST-MD5", a.mech == "NTLM", a.mech == "GSSAPI", strings.HasPrefix(a.mech, "SCRAM-"):
		return "digest"
	case a.mech == "":
		return "password-base64"
	}
	return "credentials"
}

// hidden gives the spans of e that must be masked. line is the whole line, of which e.Raw is what follows given bytes;
// before are spans that were masked before the bytes came here.
func (d *dialogue) hidden(e *session.Event, from session.Side, line []byte, before []session.Span, given int) []session.Span {
	if len(before) > 0 {
		return within(before, given, len(line))
	}
	if from == session.Client {
		d.passing = nil
	}
	if from == session.Client && e.Role != session.Data {
		if s := d.secretOf(e, line); s.Len > 0 {
			d.remember(e, line[s.Off:s.Off+s.Len])
			return within([]session.Span{s}, given, len(line))
		}
	}
	return d.echoes(e.Raw, from)
}

// secretOf finds the secret of a client's line by what the line is.
func (d *dialogue) secretOf(e *session.Event, line []byte) session.Span {
	text := session.TrimEOL(line)
	switch e.Role {
	case session.Answer:
		label := d.waiting().auth.label()
		if label == "" || string(text) == "*" {
			return session.Span{}
		}
		return session.Span{Len: len(text), Label: label}
	case session.Command:
		if known[e.Verb] && !secretive(e.Verb) {
			return session.Span{} // as nearly always
		}
		return SecretOf(text, d.authed, d.late())
	case session.Unknown:
		if e.N == d.shred {
			return session.Span{Len: len(text), Label: "secret"}
		}
		if d.mode == asked { // an answer that came without its line end
			a := d.waiting().auth
			a.step++
			return hide(len(text), a.label())
		}
		if d.mode == plain && d.proto != session.Raw || d.mode == shaking {
			return session.Span{Len: len(text), Label: "secret"} // typed ahead of a reply that never came: nobody knows
		}
		return SecretOf(text, d.authed, d.late())
	}
	return session.Span{}
}

// secretive tells whether a known verb has, or may have, a secret behind it.
func secretive(verb string) bool {
	return verb == "PASS" || verb == "APOP" || verb == "AUTH" || verb == "USER"
}

// late tells whether a word that is no command may be a secret (see Framer.Late).
func (d *dialogue) late() bool { return d.failed || d.named && !d.authed }

// SecretOf finds the secret in a command line (without its line end), as far as it has been typed; Len 0 if it has none.
// A verb that is a slip of the keyboard away from PASS, APOP or AUTH counts until the login has gone well; so does what stands
// behind the name of USER. late says that a lone word may be a secret (see Framer.Late).
func SecretOf(text []byte, authed, late bool) session.Span {
	verb, _ := Split(text)
	start := len(text) - len(bytes.TrimLeft(text, " \t"))
	rest := min(start+len(verb)+1, len(text)) // one blank parts the verb from the rest; more blanks belong to it
	span := func(from int, label string) session.Span {
		return session.Span{Off: from, Len: len(text) - from, Label: label}
	}
	switch {
	case verb == "PASS":
		return span(rest, "password")
	case verb == "APOP":
		if i := bytes.IndexByte(text[rest:], ' '); i >= 0 {
			return span(rest+i+1, "digest")
		}
	case verb == "AUTH":
		arg := bytes.TrimLeft(text[rest:], " ")
		if i := bytes.IndexByte(arg, ' '); i >= 0 {
			return span(len(text)-len(arg)+i+1, "credentials")
		}
	case verb == "USER" && !authed:
		if from := behindName(text, rest); from < len(text) {
			return span(from, "password?")
		}
	case known[verb]:
	case strings.HasPrefix(verb, "PASS"):
		if rest < len(text) {
			return span(rest, "password?")
		}
		if verb != "PASSWORD" && verb != "PASSWD" {
			return span(start+4, "password?")
		}
	case verb == "LOGIN" || !authed && (OneEdit(verb, "PASS") || OneEdit(verb, "AUTH") || OneEdit(verb, "APOP")):
		return span(rest, "password?")
	case late && rest == len(text) && len(text) >= 4 && !slip(verb) && !everyday(verb):
		return span(start, "password?")
	}
	return session.Span{}
}

// behindName tells where in text, a USER command with its argument from offset from, something follows the name. The word PASS
// stays readable, if that is what follows: two commands were typed in one line.
func behindName(text []byte, from int) int {
	next := wordAfter(text, from)
	if word := text[next:]; len(word) > 5 && bytes.EqualFold(word[:4], []byte("PASS")) && (word[4] == ' ' || word[4] == '\t') {
		return wordAfter(text, next)
	}
	return next
}

// wordAfter tells where the word after the one at from begins; at the end of text if there is none.
func wordAfter(text []byte, from int) int {
	rest := bytes.TrimLeft(text[from:], " \t")
	i := bytes.IndexAny(rest, " \t")
	if i < 0 {
		return len(text)
	}
	return len(text) - len(bytes.TrimLeft(rest[i:], " \t"))
}

// slip tells whether verb is a slip of the keyboard away from a command.
func slip(verb string) bool {
	return slices.ContainsFunc(pop3Verbs, func(v string) bool { return OneEdit(verb, v) }) ||
		slices.ContainsFunc(smtpVerbs, func(v string) bool { return OneEdit(verb, v) })
}

// OneEdit reports whether a is b with one letter added, lost, changed or two neighbours swapped.
func OneEdit(a, b string) bool {
	if len(a) > len(b) {
		a, b = b, a
	}
	if a == b || len(b)-len(a) > 1 {
		return false
	}
	i := 0
	for i < len(a) && a[i] == b[i] {
		i++
	}
	if len(a) < len(b) {
		return a[i:] == b[i+1:]
	}
	return a[i+1:] == b[i+1:] || i+1 < len(a) && a[i] == b[i+1] && a[i+1] == b[i] && a[i+2:] == b[i+2:]
}

// remember keeps the values of a secret, so that they are known again wherever they are echoed. What comes with AUTH LOGIN in one line
// is the user name, or a slip: it is hidden in the reply to that line alone, for the name stands in many a line that follows.
func (d *dialogue) remember(e *session.Event, value []byte) {
	if d.waiting().auth.mech == "LOGIN" && e.Role == session.Command && len(bytes.Fields(value)) == 1 && len(value) <= 512 {
		d.passing = bytes.Clone(value)
		return
	}
	for _, s := range secretValues(e, value, d.waiting().auth) {
		if len(s) < 4 || len(s) > 512 {
			continue
		}
		if len(d.secrets) == 16 {
			d.secrets = append(d.secrets[:0], d.secrets[1:]...)
		}
		d.secrets = append(d.secrets, []byte(s))
	}
}

// secretValues gives a secret as it was typed, decoded, and encoded the ways that the mechanisms do.
func secretValues(e *session.Event, value []byte, a auth) []string {
	if e.Verb == "AUTH" {
		raw, err := base64.StdEncoding.DecodeString(string(value))
		if err != nil {
			return []string{string(value)}
		}
		password := strings.TrimRight(string(raw[bytes.LastIndexByte(raw, 0)+1:]), "\r\n")
		if a.label() == "digest" || a.mech == "LOGIN" && e.Role == session.Command {
			return []string{string(value)}
		}
		return []string{string(value), password, base64.StdEncoding.EncodeToString([]byte(password))}
	}
	return []string{string(value), base64.StdEncoding.EncodeToString(value), strings.ToUpper(string(value))} // some servers echo verbs in capitals
}

// echoes finds values that were hidden before.
func (d *dialogue) echoes(raw []byte, from session.Side) []session.Span {
	var spans []session.Span
	secrets := d.secrets
	if len(d.passing) >= 4 && from == session.Server {
		secrets = append(slices.Clip(secrets), d.passing)
	}
	for _, s := range secrets {
		i := bytes.Index(raw, s)
		if i < 0 {
			continue
		}
		for from := 0; i >= 0; i = bytes.Index(raw[from:], s) {
			spans = add(spans, session.Span{Off: from + i, Len: len(s), Label: "echoed-password"})
			from += i + len(s)
		}
	}
	return spans
}

// add puts a span in its order; one that overlaps another is joined with it.
func add(spans []session.Span, s session.Span) []session.Span {
	var out []session.Span
	for _, o := range spans {
		if o.Off+o.Len <= s.Off || s.Off+s.Len <= o.Off {
			continue
		}
		end := max(o.Off+o.Len, s.Off+s.Len)
		s.Off = min(o.Off, s.Off)
		s.Len = end - s.Off
	}
	placed := false
	for _, o := range spans {
		if o.Off+o.Len > s.Off && s.Off+s.Len > o.Off {
			continue
		}
		if !placed && o.Off > s.Off {
			out, placed = append(out, s), true
		}
		out = append(out, o)
	}
	if !placed {
		out = append(out, s)
	}
	return out
}

// hide gives a span over a whole line, or none if it has no label: the user name of LOGIN.
func hide(n int, label string) session.Span {
	if label == "" {
		return session.Span{}
	}
	return session.Span{Len: n, Label: label}
}

// unglued cuts off a password that runs into its verb: it is not part of it.
func (d *dialogue) unglued(verb string, text []byte) string {
	s := SecretOf(text, d.authed, d.late())
	if s.Len == 0 {
		return verb
	}
	lead := len(text) - len(bytes.TrimLeft(text, " \t"))
	return verb[:min(len(verb), s.Off-lead)]
}
