package lessons

import (
	"io/fs"
	"maps"
	"slices"
	"strings"
	"time"

	"byhand/session/text"
)

// A World is what the practice server holds when the lesson begins. The accounts alice, bob and student always exist.
type World struct {
	Users  map[string]string   // account without its domain: password
	Mail   map[string][]Letter // account: letters, in the order of their message numbers
	Caps   []string            // names of features that the server shall have, as "NAME value"
	Style  string              // voice: plain, coremail, postfix, dovecot, exchange; "" means the server's own
	Clock  string
	Faults []Fault
	Line   int // 0 if the lesson has no world of its own

	lines map[string]int // where its keys stand
}

// A Letter is one message of a World; Raw, or the bytes of File, are the whole of it.
type Letter struct {
	From, To, Subject, Body, Date string

	Raw  string
	File string
	Line int
}

// A Fault is something that goes wrong on the server.
type Fault struct {
	When  string // the command
	Reply string
	Times int // 0 means always
	Drop  bool
	Delay string
	Line  int
}

func (r *reader) world(n *node, w *World) {
	w.Line, w.lines = n.line, map[string]int{}
	for _, row := range n.rows {
		w.lines[row.key] = row.line
	}
	r.table(n, sayWordWorld, []field{
		one("users", func(n *node) { r.users(n, w) }),
		one("mail", func(n *node) { r.mail(n, w) }),
		one("caps", func(n *node) { r.caps(n, w) }),
		one("style", r.oneOf(&w.Style, "plain", "coremail", "postfix", "dovecot", "exchange")),
		one("clock", r.text(&w.Clock)),
		one("faults", func(n *node) { r.faults(n, w) }),
	})
	for _, box := range slices.Sorted(maps.Keys(w.Mail)) {
		if _, ok := w.Users[box]; !ok && !slices.Contains(residents, box) {
			r.fail(n.line, box, sayNoUser.With(box), text.Said{})
		}
	}
}

// residents are the accounts of every world.
var residents = []string{"alice", "bob", "student"}

// With gives the world with values filled in, as a server can take it.
func (w World) With(v Vars) World {
	users, mail := map[string]string{}, map[string][]Letter{}
	for name, password := range w.Users {
		users[name] = v.Expand(password)
	}
	for box, letters := range w.Mail {
		for _, m := range letters {
			m.From, m.To, m.Subject, m.Body = v.Expand(m.From), v.Expand(m.To), v.Expand(m.Subject), v.Expand(m.Body)
			mail[box] = append(mail[box], m)
		}
	}
	faults := slices.Clone(w.Faults)
	for i := range faults {
		faults[i].When, faults[i].Reply = v.Expand(faults[i].When), v.Expand(faults[i].Reply)
	}
	w.Users, w.Mail, w.Faults = users, mail, faults
	return w
}

func (r *reader) users(n *node, w *World) {
	w.Users = map[string]string{}
	for _, row := range r.pairs(n, sayWordUsers) {
		w.Users[row.key] = r.words(row.value)
	}
}

func (r *reader) mail(n *node, w *World) {
	w.Mail = map[string][]Letter{}
	for _, row := range r.pairs(n, sayWordMail) {
		for _, item := range r.entries(row.value, row.key, 0) {
			m := Letter{Line: item.line}
			r.table(item, sayWordLetter, []field{
				one("from", r.text(&m.From)),
				one("to", r.text(&m.To)),
				one("subject", r.text(&m.Subject)),
				one("body", r.text(&m.Body)),
				one("date", r.text(&m.Date)),
				one("raw", r.text(&m.Raw)),
				one("file", r.text(&m.File)),
			})
			w.Mail[row.key] = append(w.Mail[row.key], m)
		}
	}
}

// caps keeps features as "NAME value"; which of them a server can offer is the server's matter.
func (r *reader) caps(n *node, w *World) {
	for _, row := range r.pairs(n, sayWordCaps) {
		var values []string
		for _, v := range r.list(row.value) {
			values = append(values, r.any(v))
		}
		w.Caps = append(w.Caps, strings.TrimSpace(row.key+" "+strings.Join(values, " ")))
	}
}

func (r *reader) faults(n *node, w *World) {
	for _, item := range r.entries(n, "faults", 0) {
		f := Fault{Line: item.line}
		has := r.table(item, sayWordFault, []field{
			one("when", r.text(&f.When)),
			one("reply", r.text(&f.Reply)),
			one("times", r.number(&f.Times)),
			one("drop", r.yes(&f.Drop)),
			one("delay", r.formed(&f.Delay, delayPattern, sayNotDelay)),
		})
		r.require(item, has, "when", "reply")
		if _, err := time.ParseDuration(f.Delay); f.Delay != "" && err != nil {
			r.fail(item.line, f.Delay, sayNotDelay.With(f.Delay), text.Said{})
		}
		w.Faults = append(w.Faults, f)
	}
}

// fetch reads the letters that lie in files beside the lesson, byte for byte. A lesson reads nothing from elsewhere.
func (w *World) fetch(dir fs.FS, lesson string) (errs Errors) {
	for _, box := range w.Mail {
		for i := range box {
			m := &box[i]
			if m.File == "" {
				continue
			}
			raw, err := fs.ReadFile(dir, m.File)
			if err != nil {
				errs = append(errs, &Error{File: lesson, Line: m.Line, What: sayNoFile.With(m.File), Text: m.File})
				continue
			}
			m.Raw = string(raw)
		}
	}
	return errs
}

func (r *reader) vars(n *node, to *[]Var) {
	for _, row := range r.pairs(n, sayWordVars) {
		v := Var{Name: row.key, Line: row.line}
		if row.value.kind != table {
			v.Value = r.value(row.value)
		}
		if row.value.kind == table || row.value.kind == asking {
			r.table(row.value, sayWordVars, []field{
				one("pick", func(n *node) {
					for _, item := range r.list(n) {
						v.Pick = append(v.Pick, r.value(item))
					}
				}),
				one("digits", r.number(&v.Digits)),
				one("word", r.number(&v.Word)),
			})
		}
		*to = append(*to, v)
	}
}

func (r *reader) grading(n *node, g *Grading) {
	r.table(n, sayWordGrading, []field{
		one("pass", r.number(&g.Pass)),
		one("hint", r.share(&g.Hint)),
		one("shown", r.share(&g.Shown)),
		one("skip", r.share(&g.Skip)),
	})
}
