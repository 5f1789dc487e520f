package shell

import (
	"bytes"
	"strconv"
	"strings"

	"byhand/session"
	"byhand/session/render"
	"byhand/session/text"
)

// What the shell asks of the person at the keyboard, in a line of its own that goes nowhere else.

// ask reads one line for byhand; what the server says meanwhile does not change the prompt, nor lift the mask.
func (s *Shell) ask(keys Keyboard, prompt string, masked bool) (Input, error) {
	s.prompting.Lock()
	s.asks = true
	s.prompting.Unlock()
	defer func() {
		s.prompting.Lock()
		s.asks = false
		s.prompting.Unlock()
	}()
	return keys.ReadAs(func() (string, bool) { return s.styled(prompt), masked })
}

// show gives the keyboard the prompt of the dialogue as it stands, unless something else is being asked.
func (s *Shell) show(keys Keyboard, st Status) {
	s.prompting.Lock()
	defer s.prompting.Unlock()
	if !s.asks {
		keys.SetPrompt(s.prompt(st), st.Secret)
	}
}

// Ask reads a line behind a mask, for a local command that is given a secret. ok is false where nobody can be asked: in
// a script, or if the line was given up.
func (s *Shell) Ask(prompt string) (line string, ok bool, err error) {
	s.mu.Lock()
	keys := s.keys
	s.mu.Unlock()
	if keys == nil {
		return "", false, nil
	}
	keys.Prefill(nil, false)
	in, err := s.ask(keys, prompt, true)
	return string(in.Line), err == nil && in.Kind == Line, err
}

// Hand puts a secret into the next line, behind its mask, where the server waits for an answer: Enter sends it. Elsewhere
// it gives false.
func (s *Shell) Hand(secret string) bool {
	s.mu.Lock()
	keys, st := s.keys, s.status
	s.mu.Unlock()
	if keys == nil || !st.Open || st.Next != session.Answer {
		return false
	}
	keys.Prefill([]byte(secret), true)
	return true
}

// reveal lets the next line be seen as it is typed.
func (s *Shell) reveal(string) error {
	s.mu.Lock()
	keys := s.keys
	s.mu.Unlock()
	if keys != nil {
		keys.Reveal()
		s.c.Say(sayReveal.With())
	}
	return nil
}

// maxShown is how many lines of a paste are shown before it is sent.
const maxShown = 12

// mayPaste shows the lines of a paste and asks whether they are to be sent. Inside a letter they go as they are: there, nothing
// in them is a command.
func (s *Shell) mayPaste(keys Keyboard, lines [][]byte) (bool, error) {
	st := s.Status()
	if s.c.YesPaste || len(lines) < 2 || !st.Open || st.Next == session.Data {
		return true, nil
	}
	s.c.Say(sayPasteShown.With(len(lines)))
	for i, line := range lines[:min(len(lines), maxShown)] {
		s.c.Say(text.T{EN: "%d  %s", ZH: "%d  %s"}.With(i+1, s.seen(line)))
	}
	if len(lines) > maxShown {
		s.c.Say(sayPasteMore.With(len(lines) - maxShown))
	}
	in, err := s.ask(keys, "send? y/n> ", false)
	if err != nil || in.Kind != Line {
		return false, err
	}
	switch strings.ToLower(string(bytes.TrimSpace(in.Line))) {
	case "y", "yes", "是", "好":
		return true, nil
	}
	s.c.Say(sayPasteDropped.With())
	return false, nil
}

// seen gives a line as it may stand on the screen: what is secret masked, what could drive the terminal visible, and no
// longer than a line of the window.
func (s *Shell) seen(line []byte) string {
	from, to := s.Hidden(string(line))
	if from < to {
		line = append(append(append([]byte{}, line[:from]...), session.Mask...), line[to:]...)
	}
	if len(line) > 200 {
		line = append(append([]byte{}, line[:200]...), "... "+strconv.Itoa(len(line)-200)...)
	}
	return string(render.Visible(nil, line))
}

// What is said of these questions.
var (
	sayReveal       = text.T{EN: "The next line is shown as it is typed. Look who is behind you.", ZH: "下一行会照原样显示。请留意身后有没有人。"}
	sayPasteShown   = text.T{EN: "A paste of %d lines, each of which would be a command:", ZH: "粘贴了 %d 行，每一行都会当作命令发出："}
	sayPasteMore    = text.T{EN: "... and %d more", ZH: "……还有 %d 行"}
	sayPasteDropped = text.T{EN: "Nothing was sent. --yes-paste sends pastes without asking.", ZH: "什么都没有发出。加上 --yes-paste 就不再询问。"}

	helpReveal = text.T{EN: "show the next line as it is typed, password and all", ZH: "下一行（包括密码）照原样显示"}
)
