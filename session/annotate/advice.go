package annotate

import (
	"slices"
	"strings"

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
	if id == "typo-none" && len(words) > 1 && !t.once(id+words[1]) {
		n.Depth = Full // the same list of commands again
	}
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

// sharp tells the slips that explain a refusal whatever the server says of it.
func sharp(id string) bool {
	switch id {
	case "tls-bytes", "backspace", "control", "full-width", "full-width-blank", "empty-line", "http", "imap", "pass-missing", "name-missing", "many-addresses", "one-sender", "address-alone":
		return true
	}
	return false
}

// guessed tells the advices that the words for a refused login lead to, where every cause has the same words.
func guessed(id string) bool { return id == "app-password" || id == "login-failed" }

// says tells whether the reply, in lower case, holds one of the words.
func says(low string, words ...string) bool {
	return slices.ContainsFunc(words, func(w string) bool { return strings.Contains(low, w) })
}

// unknownCommand tells whether the reply says that the server does not have the command at all.
func unknownCommand(low string) bool {
	return says(low, "unknown command", "unimplemented", "not implemented", "unrecognized", "not recognized", "unrecognised", "not supported", "unsupported command", "invalid command", "command not known")
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
	case t.auth.cancelled || says(low, "aborted", "cancel"):
		return silent
	case t.auth.mech == "":
		return "auth-no-mech"
	case !t.auth.asked && t.lacksMechanism():
		return "mech-not-offered"
	case says(low, "base64", "decode"):
		return "b64-bad"
	case t.auth.step == 0:
		return silent
	}
	if id := t.ownDoing(); id != "" {
		return id
	}
	return t.wrongPassword()
}

// ownDoing finds what the answers of a login themselves have wrong, though each has the right form.
func (t *talk) ownDoing() string {
	switch {
	case t.auth.mech == "XOAUTH2" || t.auth.mech == "OAUTHBEARER":
		return "token-refused"
	case t.auth.twice:
		return "auth-name-again"
	case t.auth.swapped:
		return "auth-swapped"
	}
	return ""
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

// tolerated are slips that many servers let pass.
var tolerated = []string{"missing-brackets", "space-colon", "bare-lf", "argument-extra", "line-too-long", "utf8-address", "ehlo-form"}

// lenient tells of a form that this server lets pass, though another may not. It blames nobody.
func (t *talk) lenient(c *command) {
	id := c.slip.id
	switch {
	case c.verb == "MAIL" && !t.before.Greeted:
		id = "greet-first"
	case !slices.Contains(tolerated, id):
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
