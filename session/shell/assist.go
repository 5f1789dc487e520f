package shell

import (
	"strings"

	"byhand/session"
	"byhand/session/proto"
)

// secretCommands are the local commands whose argument may be a password: it is never remembered.
var secretCommands = map[string]bool{"b64": true, "plain": true, "apop": true, "cram": true}

// localLine gives what is typed for byhand in a line, without the prefix; after Ctrl-] all of it is.
func (s *Shell) localLine(line string) (cmd string, ok bool) {
	s.mu.Lock()
	escaped := s.escaped
	s.mu.Unlock()
	if escaped {
		return strings.TrimPrefix(line, s.c.Prefix), true
	}
	if s.c.NoPref {
		return "", false
	}
	return strings.CutPrefix(line, s.c.Prefix)
}

// given tells whether a line is a local command that was given what may be a password.
func (s *Shell) given(line string) bool {
	cmd, ok := s.localLine(line)
	name, arg := parts(cmd)
	return ok && secretCommands[name] && arg != ""
}

// escape notes that one local command is being typed without its prefix.
func (s *Shell) escape(on bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.escaped = on
}

// Hidden gives the part of the line being typed that must not be seen: Options.Secret of a Terminal. Of :plain, :apop
// and :cram it is the password behind the name; of :b64 nothing is hidden, as one must see what is encoded (:b64 alone asks behind stars).
func (s *Shell) Hidden(line string) (from, to int) {
	s.mu.Lock()
	st, authed := s.status, s.state.Authed
	escaped := s.escaped
	s.mu.Unlock()
	if st.Open && st.Next == session.Data && !escaped {
		return 0, 0
	}
	if cmd, ok := s.localLine(line); ok {
		name, arg := parts(cmd)
		if user, pass, two := strings.Cut(arg, " "); secretCommands[name] && name != "b64" && two && user != "" {
			return len(line) - len(pass), len(line)
		}
		return 0, 0
	}
	span := proto.SecretOf([]byte(line), authed, st.Late)
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
