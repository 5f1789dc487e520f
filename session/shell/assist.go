package shell

import (
	"strings"

	"byhand/session"
	"byhand/session/proto"
)

// secretCommands are the local commands whose argument may be a password.
var secretCommands = []string{"b64", "plain"}

// Hidden gives the part of the line being typed that must not be seen: Options.Secret of a Terminal.
func (s *Shell) Hidden(line string) (from, to int) {
	s.mu.Lock()
	st, authed := s.status, s.state.Authed
	s.mu.Unlock()
	if st.Open && st.Next == session.Data {
		return 0, 0
	}
	for _, name := range secretCommands {
		if rest, ok := strings.CutPrefix(line, s.c.Prefix+name+" "); ok && !s.c.NoPref {
			if name == "plain" {
				user, _, _ := strings.Cut(rest, " ")
				return min(len(line)-len(rest)+len(user)+1, len(line)), len(line)
			}
			return 0, 0 // Base64 of anything: the learner must see what is encoded
		}
	}
	span := proto.SecretOf([]byte(line), authed, false)
	return span.Off, span.Off + span.Len
}

// Complete gives what may stand in place of the word before the cursor: verbs that are legal now, local commands.
func (s *Shell) Complete(line string, pos int) (cands []string, typed int) {
	before := line[:pos]
	st := s.Status()
	if !s.c.NoPref && strings.HasPrefix(before, s.c.Prefix) && (!st.Open || st.Next == session.Command) {
		for _, c := range s.commands {
			if strings.HasPrefix(s.c.Prefix+c.Name, before) {
				cands = append(cands, s.c.Prefix+c.Name)
			}
		}
		return cands, len(before)
	}
	if !st.Open || st.Next != session.Command {
		return nil, 0
	}
	state := s.State()
	state.Proto = st.Proto
	for _, verb := range state.Legal() {
		if len(before) <= len(verb) && strings.EqualFold(verb[:len(before)], before) {
			cands = append(cands, verb)
		}
	}
	return cands, len(before)
}
