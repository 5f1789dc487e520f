package transcripts

import (
	"bytes"
	"errors"
	"regexp"
	"regexp/syntax"
	"slices"
	"strings"

	"byhand/session"
)

// A Hunt tells what is looked for on a tape. Raw looks at a line of the file as it stands, and may take too many for it, but
// never too few; Hit looks at the event.
type Hunt struct {
	Raw  func(line []byte) bool
	Hit  func(*Line) bool
	Stop func() bool // asked now and then: whether to give up; nil for never
}

// Find gives the next place after from, or the last one before it, at which the hunt ends.
func (t *Tape) Find(from int, back bool, h Hunt) (place int, ok bool, err error) {
	if back {
		return t.findBack(from, h)
	}
	if err := t.reach(from + 1); err != nil || len(t.index.rows) == 0 {
		return 0, false, err
	}
	for at := from + 1; !ok; {
		if n, _ := t.Len(); at > n {
			return 0, false, err
		}
		row := t.index.row(at)
		if err := t.reach(t.index.rows[row].place + span); err != nil {
			return 0, false, err
		}
		found, err := t.raw(row, at, h)
		if err != nil {
			return 0, false, err
		}
		for _, place = range found {
			if ok, err = t.hit(place, h); ok || err != nil {
				return place, ok, err
			}
		}
		at = t.index.rows[row].place + span
		if row == len(t.index.rows)-1 && t.index.done {
			break
		}
	}
	return 0, false, nil
}

func (t *Tape) findBack(from int, h Hunt) (place int, ok bool, err error) {
	if err := t.reach(from); err != nil || len(t.index.rows) == 0 {
		return 0, false, err
	}
	for row := t.index.row(from); row >= 0; row-- {
		found, err := t.raw(row, 1, h)
		if err != nil {
			return 0, false, err
		}
		slices.Reverse(found)
		for _, place := range found {
			if place >= from {
				continue
			}
			if ok, err := t.hit(place, h); ok || err != nil {
				return place, ok, err
			}
		}
	}
	return 0, false, nil
}

// ErrStopped says that a hunt was given up.
var ErrStopped = errors.New("the search was given up")

// raw gives the places of a row, from one on, whose lines may be what is looked for.
func (t *Tape) raw(row, from int, h Hunt) (found []int, err error) {
	if h.Stop != nil && h.Stop() {
		return nil, ErrStopped
	}
	r := t.index.rows[row]
	err = t.eachLine(r.spot, min(r.place+span, t.index.next.place), func(place int, line []byte) bool {
		if place >= from && h.Raw(line) {
			found = append(found, place)
		}
		return true
	})
	return found, err
}

func (t *Tape) hit(place int, h Hunt) (bool, error) {
	lines, err := t.Lines(place)
	return slices.ContainsFunc(lines, func(l Line) bool { return h.Hit(&l) }), err
}

// Errors looks for what went wrong: -ERR, 4yz, 5yz, a TLS handshake that failed, a connection that could not be opened or broke.
func Errors() Hunt {
	return Hunt{
		Raw: func(line []byte) bool {
			kind, _, _ := glance(line)
			switch kind {
			case kindServer:
				return bytes.Contains(line, []byte(`"-`)) || bytes.Contains(line, []byte(`"4`)) || bytes.Contains(line, []byte(`"5`)) ||
					bytes.Contains(line, []byte(`"b64"`)) || bytes.Contains(line, []byte(`"\u`))
			case "tls", "open", "close":
				return true
			}
			return false
		},
		Hit: func(l *Line) bool { return failed(&l.Event) },
	}
}

func failed(e *session.Event) bool {
	if e.Mark != nil {
		return e.Role != session.Note && (e.Mark.Text("is") == "fail" || e.Mark.Text("err") != "")
	}
	return verdict(e) == "no" && !e.Cont
}

// Commands looks for command lines of the client.
func Commands() Hunt {
	return Hunt{
		Raw: func(line []byte) bool { kind, _, _ := glance(line); return kind == kindClient },
		Hit: func(l *Line) bool { return l.Event.Role == session.Command && !l.Event.Cont },
	}
}

// Marks looks for marks of some kinds: "mark", "note", "step".
func Marks(kinds ...string) Hunt {
	return Hunt{
		Raw: func(line []byte) bool { kind, _, _ := glance(line); return slices.Contains(kinds, kind) },
		Hit: func(l *Line) bool { return l.Event.Mark != nil && slices.Contains(kinds, l.Event.Mark.Kind) },
	}
}

// Texts looks for text in the lines as they are shown: secrets masked. It takes a regular expression; capitals are not told from
// small letters.
func Texts(expr string) (Hunt, error) {
	re, err := regexp.Compile("(?i)" + expr)
	if err != nil {
		return Hunt{}, err
	}
	raw := func([]byte) bool { return true }
	if want := []byte(required(expr)); len(want) > 0 {
		var low []byte // to look for a word is a hundred times as fast as for the expression
		raw = func(line []byte) bool {
			low = lower(low[:0], line)
			return bytes.Contains(low, want) || bytes.Contains(low, []byte(`"b64"`))
		}
	}
	return Hunt{Raw: raw, Hit: func(l *Line) bool { return re.Match(said(&l.Event)) }}, nil
}

// required gives a word that stands in all that an expression finds, in small letters and as a recording writes it, or "".
// K and S are left out: two signs beyond ASCII are their capitals, too (Unicode, CaseFolding.txt).
func required(expr string) string {
	tree, err := syntax.Parse(expr, syntax.Perl)
	if err != nil {
		return ""
	}
	for tree.Op == syntax.OpCapture {
		tree = tree.Sub[0]
	}
	parts := []*syntax.Regexp{tree}
	if tree.Op == syntax.OpConcat {
		parts = tree.Sub
	}
	best := ""
	for _, part := range parts {
		if part.Op != syntax.OpLiteral {
			continue
		}
		for _, word := range strings.FieldsFunc(string(part.Rune), func(r rune) bool { return r < ' ' || r > '~' || strings.ContainsRune(`<>&"\kKsS`, r) }) {
			if len(word) > len(best) {
				best = word
			}
		}
	}
	return strings.ToLower(best)
}

// lower appends line with the capitals of ASCII made small.
func lower(dst, line []byte) []byte {
	for _, c := range line {
		if 'A' <= c && c <= 'Z' {
			c += 'a' - 'A'
		}
		dst = append(dst, c)
	}
	return dst
}

// said gives what can be searched of an event.
func said(e *session.Event) []byte {
	if e.Mark == nil {
		return e.Line()
	}
	var all []byte
	for _, f := range e.Mark.Fields {
		all = append(append(all, stringOf(f.Value)...), ' ')
	}
	return all
}
