package lessons

import (
	"strings"

	"byhand/session/text"
)

// An Expect is what must have been achieved, or a mistake to look out for. All facets that are given must hold.
type Expect struct {
	Sent  []Pattern // one of these was sent
	In    Where     // as what
	Reply *Reply    // and got this reply; never nil if Sent is given
	State *StateTest
	Vars  []VarTest
	Mail  *MailTest
	Times int // so many times; 0 means once
	Any   []*Expect
	Not   *Expect
	At    int

	named bool // the author named the reply
}

// A VarTest compares a captured value: "3", ">=1".
type VarTest struct {
	Name, Want string
}

// A MailTest is a letter that must lie in a mailbox, or the number of letters there.
type MailTest struct {
	Box     string
	From    string            // envelope sender
	Subject string            // decoded subject begins with
	Body    string            // decoded text contains; * means not empty
	Header  map[string]string // fields that contain
	Count   int               // -1: not looked at
	Gone    int               // so many fewer than at the start of the step; -1: not looked at
	At      int
}

// expect reads an expectation: the short form CMD -> REPLY, or a table of facets. otherwise is the reply that a
// command must have got where none is named.
func (r *reader) expect(n *node, otherwise replyKind) *Expect {
	x := &Expect{At: n.line}
	if n.kind == asking {
		n.form.is("string")
	}
	if n.kind == scalar {
		s := r.words(n)
		if i := strings.LastIndex(s, arrow); i >= 0 {
			x.Reply, x.named = r.reply(s[i+len(arrow):], n.line), true
			s = s[:i]
		}
		x.Sent = []Pattern{r.pattern(s, n.line)}
		return x.complete(otherwise)
	}
	var in string
	r.table(n, sayWordExpect, []field{
		one("sent", r.patterns(&x.Sent)),
		one("in", r.oneOf(&in, wheres[:]...)),
		one("reply", func(n *node) { x.Reply, x.named = r.replyValue(n), true }),
		one("state", func(n *node) { x.State = r.state(n) }),
		one("vars", func(n *node) { r.varTests(n, x) }),
		one("mail", func(n *node) { x.Mail = r.mailTest(n) }),
		one("times", r.atLeast(1, &x.Times)),
		one("any", func(n *node) {
			for _, item := range r.list(n) {
				x.Any = append(x.Any, r.expect(item, otherwise))
			}
		}),
		one("not", func(n *node) { x.Not = r.expect(n, replyAny) }),
	})
	for i, w := range wheres {
		if in == w {
			x.In = Where(i)
		}
	}
	if n.kind == asking {
		n.form.table.least = 1
	}
	if n.kind == table && len(n.rows) == 0 {
		r.fail(n.line, "", sayEmptyExpect.With(), text.Said{})
	}
	return x.complete(otherwise)
}

// complete fills in the reply that a command must have got. Lines of a letter get none.
func (x *Expect) complete(otherwise replyKind) *Expect {
	if len(x.Sent) == 0 || x.Reply != nil {
		return x
	}
	if x.In != InCommand {
		otherwise = replyAny
	}
	x.Reply = &Reply{kind: otherwise}
	return x
}

func (r *reader) varTests(n *node, x *Expect) {
	for _, row := range r.pairs(n, sayWordVars) {
		x.Vars = append(x.Vars, VarTest{Name: row.key, Want: r.value(row.value)})
	}
}

func (r *reader) mailTest(n *node) *MailTest {
	m := &MailTest{Count: -1, Gone: -1, At: n.line}
	has := r.table(n, sayWordMail, []field{
		one("box", r.text(&m.Box)),
		one("from", r.text(&m.From)),
		one("subject", r.text(&m.Subject)),
		one("body", r.text(&m.Body)),
		one("header", func(n *node) {
			m.Header = map[string]string{}
			for _, row := range r.pairs(n, sayWordMail) {
				m.Header[row.key] = r.words(row.value)
			}
		}),
		one("count", r.number(&m.Count)),
		one("gone", r.number(&m.Gone)),
	})
	r.require(n, has, "box")
	return m
}

// captures lists the names that the step gives a value.
func (s *Step) captures() (names []string) {
	for _, l := range s.Do {
		names = append(names, l.Want.names()...)
	}
	for _, also := range s.Also {
		for _, l := range also {
			names = append(names, l.Want.names()...)
		}
	}
	for _, p := range s.Way {
		names = append(names, p.names()...)
	}
	return append(names, s.Expect.captures()...)
}

func (x *Expect) captures() (names []string) {
	if x == nil {
		return nil
	}
	for _, p := range x.Sent {
		names = append(names, p.names()...)
	}
	names = append(names, x.Reply.names()...)
	for _, a := range x.Any {
		names = append(names, a.captures()...)
	}
	return names
}

func (p Pattern) names() (names []string) {
	for _, m := range hole().FindAllStringSubmatch(p.Text, -1) {
		names = append(names, m[1])
	}
	return names
}
