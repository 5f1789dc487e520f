package lessons

import (
	"slices"

	"byhand/session"
	"byhand/session/text"
)

// greeted greets by the other command, HELO for EHLO and EHLO for HELO, where the step allows either, and goes on to
// the end of the lesson.
func (t *tester) greeted(s *Step) {
	if !s.byResult() {
		return
	}
	for _, l := range s.Do {
		if l.greets() && !t.l.World.upsets(otherGreeting(l).Text) {
			t.add(sayCheckGreeting.With(s.Name(), otherGreeting(l).Text), l.At, t.greetedBy(s, l))
		}
	}
}

// byResult reports whether the step is judged by what its lines achieve, or by a mailbox, and not by how that was done.
func (s *Step) byResult() bool {
	x := s.Expect
	return len(s.Way) == 0 && (x == nil || len(x.Sent) == 0 && x.Reply == nil && x.State == nil && len(x.Any) == 0 && x.Not == nil)
}

// greets reports whether the line greets, and may do so by either command.
func (l Line) greets() bool {
	return l.In == InCommand && l.Want == nil && goalOf(l).kind == goalGreeted
}

// otherGreeting says HELO for EHLO, and EHLO for HELO.
func otherGreeting(l Line) Line {
	verb := verbOf(l.Text)
	l.Text = map[string]string{"HELO": "EHLO", "EHLO": "HELO"}[verb] + l.Text[min(len(verb), len(l.Text)):]
	return l
}

// greetedBy types the other greeting in place of l. What the rest of the lesson needs of EHLO (AUTH, STARTTLS: RFC 4954
// §4, RFC 3207 §4) may be missed; then the author's own greeting must put it right.
func (t *tester) greetedBy(s *Step, l Line) text.Said {
	r, why := t.learner(s)
	if r == nil {
		return why
	}
	defer r.end()
	if r.g.at != s.Index {
		return text.Said{} // it passed by itself, of which another check tells
	}
	last := r.solved(func(x Line) Line {
		if x.At == l.At {
			return otherGreeting(x)
		}
		return x
	})
	if !last.Empty() && len(deeds(s.Do)) == 1 {
		return last
	}
	for !r.g.Finished() {
		if last.Empty() {
			last = r.solved(nil)
			continue
		}
		if why := r.greetAgain(l); !why.Empty() {
			return last
		}
		return r.playTo(len(t.l.Steps), nil)
	}
	return text.Said{}
}

// greetAgain types the author's greeting where the other one has led nowhere.
func (r *run) greetAgain(l Line) text.Said {
	err := r.leave()
	if err == nil {
		err = r.command(":catchup")
	}
	if err == nil {
		err = r.sendAll(r.g.filled([]Line{l}))
	}
	if err != nil {
		return sayCheckStuck.With(r.g.Step().Name(), err)
	}
	return text.Said{}
}

// extras types before each command what changes nothing, and takes the lesson to its end all the same.
func (t *tester) extras() {
	r, err := t.b.start(t.l)
	if r != nil {
		defer r.end()
	}
	why, line := sayCheckBroken.With(err), t.l.Line
	if err == nil {
		why, line = r.playWithExtras()
	}
	t.add(sayCheckExtras.With(), line, why)
}

// playWithExtras gives the line of the step that is stuck, and why.
func (r *run) playWithExtras() (why text.Said, line int) {
	for !r.g.Finished() {
		at, s := r.g.at, r.g.Step()
		line = s.Line
		if err := r.solveWithExtras(); err != nil {
			return sayCheckStuck.With(s.Name(), err), line
		}
		if r.g.at == at {
			return r.stuck(s), line
		}
	}
	return text.Said{}, r.l.Line
}

// solveWithExtras is solve with something extra before each command. A step may pass by the extra.
func (r *run) solveWithExtras() error {
	at := r.g.at
	t, ok := r.g.Play()
	if !ok || len(t.Lines) == 0 {
		return r.solve(nil)
	}
	if err := r.change(); err != nil {
		return err
	}
	for i, l := range t.Lines {
		if l.In == InCommand {
			for _, extra := range r.extras() {
				if err := r.send(extra); err != nil {
					return err
				}
			}
		}
		if i == 0 && r.g.at != at {
			return nil
		}
		if err := r.typed(l); err != nil {
			return err
		}
	}
	return nil
}

// extras lists the commands that are in order here and change nothing: RSET would take an envelope or marks away, and
// POP3 knows them only after the login (RFC 1939 §5).
func (r *run) extras() []string {
	if r.conn == nil || r.g.j.w.state().Left != "" || r.g.Asking() || r.framer.Next(r.n) != session.Command {
		return nil
	}
	s, smtp := r.g.j.w.state(), session.Protocol(Protocol(r.name)) == session.SMTP
	if !smtp && !s.Authed {
		return nil
	}
	all := []string{"NOOP"}
	if !s.HasFrom && len(s.Marked) == 0 {
		all = append(all, "RSET")
	}
	if !smtp {
		all = append(all, "STAT")
	}
	return slices.DeleteFunc(all, r.l.World.upsets)
}

// upsets reports whether the author has foreseen a fault for that line: it does not leave things as they are.
func (w World) upsets(line string) bool {
	return slices.ContainsFunc(w.Faults, func(f Fault) bool {
		_, same := (Pattern{Text: f.When}).match(line, InCommand, nil)
		return same || verbOf(f.When) == verbOf(line)
	})
}
