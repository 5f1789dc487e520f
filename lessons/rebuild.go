package lessons

import "fmt"

// Rebuild plays the author's way through the first n steps of a lesson on the server that Start gives, and drops the line: what those
// steps bring about (letters sent, letters removed) is there then. What hangs on a connection is not; a Guide types that again.
func (b *Bench) Rebuild(l *Lesson, v Vars, n int) error {
	srv, err := b.Start(l, v)
	if err != nil {
		return err
	}
	r, err := b.startOn(srv, l, v)
	defer r.end()
	for err == nil && r.g.at < n {
		at := r.g.at
		if err = r.solve(nil); err == nil && r.g.at == at {
			err = fmt.Errorf("step %s does not pass", l.Steps[at].Name())
		}
	}
	return err
}
