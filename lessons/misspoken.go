package lessons

import (
	"slices"
	"strings"

	"byhand/session"
	"byhand/session/proto"
)

// misspoken is advice on a command that was refused and on which the annotator had none: the other protocol's, a slip
// of the keyboard, or out of its order. Order is told by the state, since servers answer it with 501, 502 and 503 alike.
func (g *Guide) misspoken(x *exchange) (tip, bool) {
	s := g.j.w.state()
	own, other := proto.Verbs(s.Proto), session.POP3
	if s.Proto == session.POP3 {
		other = session.SMTP
	}
	known := slices.Contains(own, x.verb)
	switch {
	case !known && slices.Contains(proto.Verbs(other), x.verb):
		return g.tell("other-protocol", sayOtherProtocol.With(x.verb, strings.ToUpper(string(other)), strings.ToUpper(string(s.Proto))))
	case !known:
		if near := nearest(x.verb, own); near != "" {
			return g.tell("typo", sayTypo.With(x.verb, near))
		}
		return tip{}, false
	case !s.TLS && x.last().code == "530" || x.last().code == "530":
		return g.tell("auth-first", sayAuthFirst.With())
	}
	if need := outOfOrder(s, x.verb); need != "" {
		return g.tell("order", sayOrder.With(x.verb, need))
	}
	return tip{}, false
}

// nearest gives the verb that differs from word in one or two letters, or "".
func nearest(word string, verbs []string) string {
	best, most := "", 3
	for _, v := range verbs {
		if d := distance(word, v); d < most && d < len(v)-1 {
			best, most = v, d
		}
	}
	return best
}

// outOfOrder names the command that must come first, or gives "" (RFC 1939 §3, RFC 5321 §4.1.4).
func outOfOrder(s *proto.State, verb string) string {
	if s.Proto == session.POP3 {
		free := []string{"USER", "PASS", "APOP", "AUTH", "STLS", "CAPA", "QUIT", "UTF8", "LANG"}
		switch {
		case verb == "PASS" && s.User == "":
			return "USER"
		case !s.Authed && !slices.Contains(free, verb) && s.User == "":
			return "USER"
		case !s.Authed && !slices.Contains(free, verb):
			return "PASS"
		}
		return ""
	}
	switch {
	case (verb == "MAIL" || verb == "RCPT" || verb == "DATA" || verb == "AUTH") && !s.Greeted:
		return "EHLO"
	case (verb == "RCPT" || verb == "DATA") && !s.HasFrom:
		return "MAIL FROM"
	case verb == "DATA" && len(s.To) == 0:
		return "RCPT TO"
	}
	return ""
}
