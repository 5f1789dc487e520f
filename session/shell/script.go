package shell

import (
	"bufio"
	"bytes"
	"context"
	"errors"
	"io"
	"time"

	"byhand/session"
)

// lineReader reads lines of any length; a CR before the LF belongs to the line end, as files from Windows have it.
type lineReader struct{ r *bufio.Reader }

func newLineReader(r io.Reader) *lineReader { return &lineReader{bufio.NewReaderSize(r, 64<<10)} }

// next gives the next line without its end; the last one may lack its end.
func (l *lineReader) next() ([]byte, error) {
	line, err := l.r.ReadBytes('\n')
	if err == io.EOF && len(line) > 0 {
		err = nil
	}
	line = bytes.TrimSuffix(line, []byte("\n"))
	return bytes.TrimSuffix(line, []byte("\r")), err
}

// Errors of Script: how a dialogue that is not typed by a person may end out of order.
var (
	ErrDropped = errors.New("the server closed the connection before the end of the script")
	ErrNoReply = errors.New("no reply in time")
	ErrLetter  = errors.New("the script ended inside a letter")
)

// Script sends the lines of in, each when the reply to the one before is complete (unless Wait is false: then all are sent as soon as
// there is a connection), and runs the local commands among them. It comes back when the last reply is there, or the connection has ended.
func (s *Shell) Script(ctx context.Context, in io.Reader) error {
	defer s.begin(ctx, nil)()
	lines := newLineReader(in)
	for {
		wait := s.reply
		if !s.c.Wait {
			wait = s.connected
		}
		if err := wait(ctx); err != nil {
			return err
		}
		line, err := lines.next()
		if err == io.EOF {
			break
		}
		if err != nil {
			return err
		}
		if err := s.scripted(line); errors.Is(err, ErrQuit) {
			break
		} else if err != nil {
			return err
		}
	}
	if err := s.reply(ctx); err != nil {
		return err
	}
	return s.leave(ctx)
}

// scripted takes one line of a script.
func (s *Shell) scripted(line []byte) error {
	st := s.Status()
	if cmd, _, ok := s.local(line, st); ok {
		return s.Do(cmd)
	}
	_, line, _ = s.local(line, st)
	if !st.Open {
		return ErrDropped
	}
	if err := s.Send(line); err != nil {
		return ErrDropped
	}
	return nil
}

// connected waits until there is a connection.
func (s *Shell) connected(ctx context.Context) error {
	_, err := s.await(ctx, s.c.Limit, func(st Status) bool { return st.Dialled > 0 })
	return err
}

// reply waits for the reply to what was sent, or for the greeting. A server of which nobody knows the protocol may be one that never
// speaks first: after a while the script goes on.
func (s *Shell) reply(ctx context.Context) error {
	if err := s.connected(ctx); err != nil {
		return err
	}
	st := s.Status()
	limit, untold := s.c.Limit, st.Proto == session.Untold
	if !st.Heard && s.c.Greet > 0 {
		limit = min(limit, s.c.Greet)
	}
	if (untold || !st.Heard && !s.c.Wait) && s.c.Shy > 0 {
		limit = min(limit, s.c.Shy)
	}
	ok, err := s.patient(ctx, limit)
	switch {
	case err != nil || ok:
		return err
	case untold && s.Status().Proto == session.Untold:
		s.c.Say(saySilent.With(limit.String()))
		return nil
	}
	return ErrNoReply
}

// patient is Await that says, after a while, that nothing has come from the server.
func (s *Shell) patient(ctx context.Context, limit time.Duration) (bool, error) {
	if s.c.Tell <= 0 || s.c.Tell >= limit {
		return s.Await(ctx, limit)
	}
	ok, err := s.Await(ctx, s.c.Tell)
	if ok || err != nil {
		return ok, err
	}
	say := sayNoGreeting
	if !s.c.Wait {
		say = sayAllSent
	}
	if !s.Status().Heard {
		s.c.Say(say.With(int(limit.Seconds())))
	}
	return s.Await(ctx, limit-s.c.Tell)
}

// silence waits until a server of neither protocol, whose replies have no known end, has closed or says nothing more.
func (s *Shell) silence(ctx context.Context) error {
	for {
		s.mu.Lock()
		st, changed := s.status, s.changed
		s.mu.Unlock()
		if !st.Open {
			return nil
		}
		timer := time.NewTimer(s.c.Quiet)
		select {
		case <-changed:
			timer.Stop()
		case <-timer.C:
			return nil
		case <-ctx.Done():
			timer.Stop()
			return ctx.Err()
		}
	}
}

// leave ends the dialogue when the script has: after QUIT the server closes; else we do.
func (s *Shell) leave(ctx context.Context) error {
	if s.State().Left == "quit" {
		_, err := s.await(ctx, s.c.Limit, func(st Status) bool { return !st.Open })
		return err
	}
	if p := s.Status().Proto; p == session.Raw || p == session.Untold {
		if err := s.silence(ctx); err != nil {
			return err
		}
	}
	st := s.Status()
	switch {
	case !st.Open && (st.Proto == session.Raw || st.Proto == session.Untold): // nobody knows what its goodbye is
		return nil
	case !st.Open && st.Left == "dropped":
		return ErrDropped
	case st.Open && st.Letter:
		return ErrLetter
	}
	return nil
}
