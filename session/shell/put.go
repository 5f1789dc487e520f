package shell

import "byhand/session"

// Put puts a command into the next line, where the server waits for one: Enter sends it. What is secret in it stands behind its mask, as
// if it had been typed. Elsewhere it gives false.
func (s *Shell) Put(command string) bool {
	s.mu.Lock()
	keys, st := s.keys, s.status
	s.mu.Unlock()
	if keys == nil || !st.Open || st.Next != session.Command {
		return false
	}
	keys.Prefill([]byte(command), false)
	return true
}
