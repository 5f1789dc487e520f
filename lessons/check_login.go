package lessons

import (
	"encoding/base64"
	"slices"
	"strings"

	"byhand/session"
	"byhand/session/proto"
	"byhand/session/text"
)

// loggedIn logs in by another mechanism where the step allows any and the server knows it, and goes on to the end of
// the lesson.
func (t *tester) loggedIn(s *Step) {
	from, to := s.login()
	if !s.byResult() || from == to {
		return
	}
	r, _ := t.learner(s)
	if r == nil {
		return // of which another check tells
	}
	defer r.end()
	other, name := r.otherLogin(s.Do[:from], s.Do[from:to])
	if other == nil || r.g.at != s.Index || r.change() != nil {
		return
	}
	before := slices.DeleteFunc(slices.Clone(s.Do[:from]), func(l Line) bool { return verbOf(l.Text) == "USER" })
	err := r.sendAll(append(r.g.filled(before), other...))
	if !r.g.j.w.state().Authed {
		return
	}
	if err == nil && r.g.at == s.Index {
		err = r.sendAll(r.g.filled(s.Do[to:]))
	}
	var why text.Said
	switch {
	case err != nil:
		why = sayCheckStuck.With(s.Name(), err)
	case r.g.at == s.Index:
		why = r.stuck(s)
	default:
		why = r.playTo(len(t.l.Steps), nil)
	}
	t.add(sayCheckLogin.With(s.Name(), name), s.Do[from].At, why)
}

// login finds the lines of a login that may go by any mechanism: none of them names its reply.
func (s *Step) login() (from, to int) {
	from = max(0, slices.IndexFunc(s.Do, func(l Line) bool { return l.In == InCommand && goalKinds[verbOf(l.Text)] == goalLogin }))
	for to = from; to < len(s.Do) && (to > from && s.Do[to].In == InAuth || to == from && goalKinds[verbOf(s.Do[to].Text)] == goalLogin); to++ {
		if s.Do[to].Want != nil {
			return 0, 0
		}
	}
	return from, to
}

// otherLogin gives the lines of another mechanism for the same name and password, and its name; nil where the author's
// lines do not tell them.
func (r *run) otherLogin(before, login []Line) (lines []Line, name string) {
	user, pass, ok := r.account(r.g.filled(before), r.g.filled(login))
	if !ok {
		return nil, ""
	}
	verb, arg := proto.Split([]byte(login[0].Text))
	byPlain := verb == "AUTH" && strings.HasPrefix(strings.ToUpper(arg), "PLAIN")
	b64 := base64.StdEncoding.EncodeToString
	switch {
	case !byPlain:
		return []Line{{Text: "AUTH PLAIN " + b64([]byte("\x00"+user+"\x00"+pass))}}, "AUTH PLAIN"
	case session.Protocol(Protocol(r.name)) == session.POP3:
		return []Line{{Text: "USER " + user}, {Text: "PASS " + pass}}, "USER, PASS"
	}
	return []Line{{Text: "AUTH LOGIN"}, {Text: b64([]byte(user)), In: InAuth}, {Text: b64([]byte(pass)), In: InAuth}}, "AUTH LOGIN"
}

// account reads name and password off the lines of a login: USER and PASS, AUTH LOGIN, or AUTH PLAIN (RFC 4616 §2).
func (r *run) account(before, login []Line) (user, pass string, ok bool) {
	verb, arg := proto.Split([]byte(login[0].Text))
	if verb == "PASS" {
		user = r.g.j.w.state().User
		for _, l := range before {
			if v, name := proto.Split([]byte(l.Text)); v == "USER" {
				user = name
			}
		}
		return user, arg, user != "" && arg != ""
	}
	words := strings.Fields(arg)
	for _, l := range login[1:] {
		words = append(words, l.Text)
	}
	var said []string
	for _, w := range words[min(1, len(words)):] {
		b, err := base64.StdEncoding.DecodeString(w)
		if err != nil {
			return "", "", false
		}
		said = append(said, string(b))
	}
	switch {
	case verb != "AUTH" || len(words) == 0:
	case strings.EqualFold(words[0], "LOGIN") && len(said) == 2:
		return said[0], said[1], true
	case strings.EqualFold(words[0], "PLAIN") && len(said) == 1 && strings.Count(said[0], "\x00") == 2:
		parts := strings.Split(said[0], "\x00")
		return parts[1], parts[2], true
	}
	return "", "", false
}
