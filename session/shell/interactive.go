package shell

import (
	"bytes"
	"context"
	"errors"
	"slices"
	"strings"

	"byhand/session"
)

// Run reads what a person types until they leave. Lines go out as they are; the connection may end and begin again
// meanwhile, and what was half typed then stays at byhand's own prompt.
func (s *Shell) Run(ctx context.Context, keys Keyboard) error {
	defer s.begin(ctx, keys)()
	for {
		keys.SetHistory(s.remembered(s.Status().Proto))
		in, err := keys.ReadAs(func() (string, bool) { st := s.Status(); return s.prompt(st), st.Secret })
		if err != nil {
			return err
		}
		if in.Kind == EOF {
			return nil
		}
		switch err := s.typed(keys, in); {
		case err == ErrQuit:
			return nil
		case errors.Is(err, context.Canceled) && ctx.Err() == nil:
			s.c.Say(sayBroken.With(s.c.Prefix))
		case err != nil:
			return err
		}
	}
}

// typed acts on one thing that was typed.
func (s *Shell) typed(keys Keyboard, in Input) error {
	switch in.Kind {
	case Interrupt:
		s.c.Say(sayInterrupt.With(s.c.Prefix))
		return nil
	case Escape:
		keys.Prefill(nil, false)
		s.escape(true)
		local, err := s.ask(keys, "byhand> ", false)
		s.escape(false)
		keys.Prefill(in.Line, in.Masked) // what was half typed for the wire comes back
		if err != nil || local.Kind != Line || len(local.Line) == 0 {
			return err
		}
		return s.run(strings.TrimPrefix(string(local.Line), s.c.Prefix))
	}
	lines := [][]byte{in.Line}
	if in.Pasted {
		lines = bytes.Split(bytes.TrimSuffix(in.Line, []byte("\n")), []byte("\n"))
		if ok, err := s.mayPaste(keys, lines); !ok || err != nil {
			return err
		}
	}
	for i, line := range lines {
		if err := s.line(keys, line, in.Masked); err != nil {
			return err
		}
		if i+1 < len(lines) {
			if _, err := s.Await(s.context(), s.c.Limit); err != nil {
				return err
			}
		}
	}
	return nil
}

// line takes one line: for byhand, or for the wire.
func (s *Shell) line(keys Keyboard, line []byte, masked bool) error {
	st := s.Status()
	cmd, rest, isLocal := s.local(line, st)
	switch {
	case !isLocal && s.asking(st):
		s.c.Answer(string(line))
		return nil
	case isLocal:
		s.remember(st.Proto, line, masked)
		return s.run(cmd)
	case !st.Open:
		return s.unconnected(line)
	}
	if err := s.Send(rest); errors.Is(err, context.Canceled) {
		return err
	} else if err != nil {
		keys.Prefill(line, masked)
		s.c.Say(sayNotSent.With(s.c.Prefix))
		return nil
	}
	if st.Next == session.Command && s.c.Framer != nil {
		s.remember(st.Proto, line, masked)
	}
	return nil
}

// asking tells whether the line answers a question.
func (s *Shell) asking(st Status) bool {
	return s.c.Asking != nil && (!st.Open || st.Next == session.Command) && s.c.Asking()
}

// run runs a local command; what goes wrong with it is said, and the shell goes on.
func (s *Shell) run(cmd string) error {
	s.c.Echo(cmd)
	err := s.Do(cmd)
	if err != nil && err != ErrQuit && !errors.Is(err, context.Canceled) {
		s.c.Say(sayFailed.With(s.c.Told(err)))
		return nil
	}
	return err
}

// unconnected takes a line typed at byhand's own prompt: nothing of it may reach anything but byhand.
func (s *Shell) unconnected(line []byte) error {
	switch word := strings.ToLower(strings.TrimSpace(string(line))); word {
	case "":
		return nil
	case "quit", "exit":
		return ErrQuit
	case "again", "help":
		return s.run(word)
	}
	if word, _, _ := strings.Cut(strings.TrimSpace(string(line)), " "); s.c.Prefix != "" && s.ownCommand(word) {
		s.c.Say(sayForgot.With(s.c.Prefix, strings.ToLower(word)))
		return nil
	}
	s.c.Say(sayNotSent.With(s.c.Prefix))
	return nil
}

// ownCommand tells whether a word names a local command.
func (s *Shell) ownCommand(word string) bool {
	return slices.ContainsFunc(s.commands, func(c Command) bool { return strings.EqualFold(c.Name, word) })
}

// remember keeps a line for the Up key, per protocol; a line that holds a secret is never kept.
func (s *Shell) remember(p session.Protocol, line []byte, masked bool) {
	if masked || len(line) == 0 || s.secret(line) || s.given(string(line)) {
		return
	}
	kept := append(s.history[p], string(line))
	s.history[p] = kept[max(0, len(kept)-maxHistory):]
}

func (s *Shell) remembered(p session.Protocol) []string { return s.history[p] }

// secret tells whether a line holds a secret by the framer's rule, or is a local command that is given one.
func (s *Shell) secret(line []byte) bool {
	from, to := s.Hidden(string(line))
	return from < to
}

// prompt says what the next line will be.
func (s *Shell) prompt(st Status) string {
	switch {
	case s.asking(st):
		return s.styled("answer> ")
	case !st.Open:
		return s.styled("byhand> ")
	case st.Next == session.Data:
		return s.styled("data> ")
	case st.Next == session.Answer:
		return s.styled("auth> ")
	case st.Proto == session.POP3 || st.Proto == session.SMTP:
		return s.styled(string(st.Proto) + "> ")
	}
	return s.styled("> ")
}

func (s *Shell) styled(prompt string) string {
	if s.c.Style == nil {
		return prompt
	}
	return s.c.Style(prompt)
}
