// Package lessons is the format of byhand's lessons, and the guide that walks a learner through one while it watches
// the session.
//
// A lesson is a YAML file: what to say, and what the author would type. From the author's lines come the check, the
// last hint, the skip and the lesson's own test. A step passes by what was achieved, not by how it was spelt; every line
// typed goes out, whatever the guide thinks of it.
//
// The package has no sockets, screens, clocks or files: it takes bytes, events and answers, and gives values back. What
// a lesson can do ends there, too: a stranger's lesson shows text and matches lines.
//
//	yaml.go traps.go read.go format*.go sidecar.go   bytes -> Lesson, or errors with file, line and cure
//	lines.go vars.go pattern.go reply.go expect.go   the author's lines and patterns
//	watch.go goal.go state.go mail.go judge.go       events -> what was achieved
//	guide.go moves.go advice.go lasting.go           Guide: events and the learner's commands -> Actions
//	away.go                                          what is different on a server that is not byhand's own
//	bench.go check*.go                               lesson test
//	record.go                                        a learner's progress
//	grade*.go class.go                               a saved session -> verdicts; a class whose learners differ
//	lint.go fix.go                                   lesson lint, and what --fix mends
//	form.go say_schema.go                            the reader asked for its forms -> lesson.schema.json
//	draft.go i18n.go                                 lesson new, from, i18n
package lessons

import (
	"bytes"
	"embed"
	"errors"
	"io/fs"
	"path"
	"path/filepath"
	"slices"
	"strings"
)

//go:embed *.yaml
var shelf embed.FS

// course lists the lessons in the order in which they are taught. Each is a file of this folder.
var course = []string{
	"first-connect", "pop3-read", "pop3-delete", "pop3-ids", "pop3-more",
	"smtp-send", "auth-login", "auth-plain", "envelope", "round-trip",
	"mime-text", "mime-parts", "errors", "starttls", "pipelining-and-dots",
	"bare-lf", "bounces-and-received", "find-the-fault", "exam",
}

// Known lists the ids that a lesson's requires may name: those of the whole course.
func Known() []string { return slices.Clone(course) }

// Embedded lists the ids of the lessons inside the program, in the order in which they are taught.
func Embedded() []string {
	return slices.DeleteFunc(Known(), func(id string) bool {
		_, err := fs.Stat(shelf, id+".yaml")
		return err != nil // still to be written
	})
}

// ErrUnknown is the error of Load for an id that no embedded lesson has.
var ErrUnknown = errors.New("no such lesson")

// Load gives an embedded lesson. The error is ErrUnknown, or Errors if the lesson is broken (which a test prevents).
func Load(id string) (*Lesson, error) {
	name := id + ".yaml"
	src, err := shelf.ReadFile(name)
	if err != nil || strings.Contains(id, ".") {
		return nil, ErrUnknown
	}
	l, errs := Read(shelf, name, src)
	if len(errs) > 0 {
		return nil, errs
	}
	return l, nil
}

// Read reads the lesson src, whose file is name, with what lies beside it: dir is the folder of that file. There are
// translations (x.zh.yaml for x.yaml) and the letters that its world takes from files. A nil dir has nothing.
// A lesson that has errors comes with them, as far as it could be read.
func Read(dir fs.FS, name string, src []byte) (*Lesson, Errors) {
	l, errs := Parse(name, src)
	if dir == nil {
		return l, errs
	}
	folder, base := path.Split(filepath.ToSlash(name))
	sides, err := fs.Glob(dir, escapeGlob(strings.TrimSuffix(base, ".yaml"))+".*.yaml")
	if err != nil {
		return l, errs
	}
	for _, side := range sides {
		if text, err := fs.ReadFile(dir, side); err == nil {
			found := l.Translate(folder+side, text)
			if errs = append(errs, found...); len(found) == 0 {
				l.noteStale(src, folder+side, text)
			}
		}
	}
	if len(errs) == 0 {
		l.noteStale(src, name, src)
	}
	return l, append(errs, l.World.fetch(dir, name)...)
}

// noteStale keeps the translations in side whose source has changed; most files say nothing of their sources.
func (l *Lesson) noteStale(src []byte, file string, side []byte) {
	if bytes.Contains(side, []byte("# of ")) {
		l.stale = append(l.stale, Stale(l, src, file, side)...)
	}
}

// escapeGlob gives a pattern that matches name and nothing else.
func escapeGlob(name string) string {
	return strings.NewReplacer(`\`, `\\`, "*", `\*`, "?", `\?`, "[", `\[`).Replace(name)
}
