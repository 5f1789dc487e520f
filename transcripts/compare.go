package transcripts

import (
	"context"
	"slices"
	"strings"

	"byhand/session"
	"byhand/session/proto"
)

// Sameness is how alike two replies are.
type Sameness uint8

// The grades, from alike to unlike.
const (
	Same       Sameness = iota // after what changes by itself was masked
	OtherWords                 // the same code, other words
	SameClass                  // another code of the same class: 250 and 251
	Different                  // another class
	Missing                    // only in the first
	Extra                      // only in the second
)

var samenessNames = [...]string{"same", "same code, other words", "same class", "DIFFERENT", "missing", "extra"}

// String gives the grade's name.
func (s Sameness) String() string { return samenessNames[s] }

// An Exchange is a command with the lines that answer it, secrets hidden. The greeting answers no command.
type Exchange struct {
	Command string
	Code    string
	Reply   []string

	verb string // of the command, in upper case
}

// A Pair is an exchange of each of two sessions, and how alike they are.
type Pair struct {
	A, B  *Exchange // nil where one has none
	Grade Sameness
	Masks []string // the names of what was masked before they were compared
}

// Compare pairs the exchanges of two sessions in order, as `rerun` and `transcript diff` do. It holds both: sessions that
// people compare are small.
func Compare(a, b *Reader) ([]Pair, error) { return CompareWith(a, b, Masking{}) }

// CompareWith is Compare with a choice of what is masked.
func CompareWith(a, b *Reader, m Masking) ([]Pair, error) {
	first, err := exchanges(a)
	if err != nil {
		return nil, err
	}
	second, err := exchanges(b)
	if err != nil {
		return nil, err
	}
	return ComparePairs(first, second, m), nil
}

// ComparePairs pairs exchanges that were gathered already.
func ComparePairs(first, second []Exchange, m Masking) []Pair {
	var all []Pair
	i, j := 0, 0
	for i < len(first) || j < len(second) {
		switch skipA, skipB := ahead(first[i:], second[j:]); {
		case j == len(second) || skipA > 0 && i < len(first):
			all = append(all, Pair{A: &first[i], Grade: Missing})
			i++
		case i == len(first) || skipB > 0:
			all = append(all, Pair{B: &second[j], Grade: Extra})
			j++
		default:
			all = append(all, m.grade(&first[i], &second[j]))
			i, j = i+1, j+1
		}
	}
	return all
}

// ahead tells how many exchanges of a or b must be left out so that the commands meet again; 0 and 0 if they stand together
// or meet nowhere.
func ahead(a, b []Exchange) (skipA, skipB int) {
	if len(a) == 0 || len(b) == 0 || plainCommand(a[0].Command) == plainCommand(b[0].Command) {
		return 0, 0
	}
	for n := 1; n < max(len(a), len(b)); n++ {
		if n < len(a) && plainCommand(a[n].Command) == plainCommand(b[0].Command) {
			return n, 0
		}
		if n < len(b) && plainCommand(b[n].Command) == plainCommand(a[0].Command) {
			return 0, n
		}
	}
	return 0, 0
}

// plainCommand gives a command without what may be written in several ways: case of the verb, blanks.
func plainCommand(s string) string {
	words := strings.Fields(s)
	if len(words) > 0 {
		words[0] = strings.ToUpper(words[0])
	}
	return strings.Join(words, " ")
}

// exchanges gathers the replies of a session with their commands.
func exchanges(src *Reader) ([]Exchange, error) {
	var g Exchanges
	err := session.Run(context.Background(), src, proto.New(session.Untold), g.Sink)
	return g.All, err
}

// Exchanges gathers the exchanges of a session as it runs.
type Exchanges struct {
	All []Exchange
	at  map[int]int // by N of the command
}

// Sink is a session.Sink that never fails. A challenge's answer and the end of a letter are exchanges of their own: what
// comes then answers them, and no longer the AUTH or the DATA that they belong to.
func (g *Exchanges) Sink(events []session.Event) error {
	if g.at == nil {
		g.at = map[int]int{}
	}
	for i := range events {
		e := &events[i]
		switch {
		case e.From == session.Client && e.Role == session.Command:
			g.begin(e.N, e)
		case e.Role == session.Answer, e.From == session.Client && e.Role == session.Data && !e.More && e.Verb == "DATA":
			g.begin(e.Re, e)
		case e.From == session.Server:
			g.All = answered(g.All, g.at, e)
		}
	}
	return nil
}

func (g *Exchanges) begin(n int, e *session.Event) {
	g.at[n] = len(g.All)
	g.All = append(g.All, Exchange{Command: e.MaskedLine(), verb: e.Verb})
}

// answered adds a line of the server to the exchange that it belongs to.
func answered(all []Exchange, at map[int]int, e *session.Event) []Exchange {
	i, ok := at[e.Re]
	if !ok {
		if len(all) == 0 || all[len(all)-1].Command != "" || e.Role == session.Greeting && !all[len(all)-1].goes() {
			all = append(all, Exchange{})
		}
		i = len(all) - 1
	}
	if all[i].Code == "" {
		all[i].Code = e.Code
	}
	all[i].Reply = append(all[i].Reply, e.MaskedLine())
	return all
}

// goes tells whether the last line of a reply says that it goes on.
func (x *Exchange) goes() bool {
	last := ""
	if n := len(x.Reply); n > 0 {
		last = x.Reply[n-1]
	}
	return len(last) > 3 && last[3] == '-'
}

// grade compares two exchanges.
func (m Masking) grade(a, b *Exchange) Pair {
	p := Pair{A: a, B: b}
	one, masks := m.mask(a)
	two, more := m.mask(b)
	p.Masks = slices.Compact(slices.Sorted(slices.Values(append(masks, more...))))
	switch {
	case slices.Equal(one, two):
		p.Grade = Same
	case a.Code == b.Code:
		p.Grade = OtherWords
	case len(a.Code) == 3 && len(b.Code) == 3 && a.Code[0] == b.Code[0]:
		p.Grade = SameClass
	default:
		p.Grade = Different
	}
	return p
}
