package transcripts

import (
	"context"
	"regexp"
	"slices"
	"strings"
	"sync"

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
}

// A Pair is an exchange of each of two sessions, and how alike they are.
type Pair struct {
	A, B  *Exchange // nil where one has none
	Grade Sameness
	Masks []string // the names of what was masked before they were compared
}

// Compare pairs the exchanges of two sessions in order, as `rerun` and `transcript diff` do. It holds both: sessions that
// people compare are small.
func Compare(a, b *Reader) ([]Pair, error) {
	first, err := exchanges(a)
	if err != nil {
		return nil, err
	}
	second, err := exchanges(b)
	if err != nil {
		return nil, err
	}
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
			all = append(all, grade(&first[i], &second[j]))
			i, j = i+1, j+1
		}
	}
	return all, nil
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
func exchanges(src *Reader) (all []Exchange, err error) {
	at := map[int]int{} // by N of the command
	err = session.Run(context.Background(), src, proto.New(session.Untold), func(events []session.Event) error {
		for i := range events {
			e := &events[i]
			switch {
			case e.From == session.Client && e.Role == session.Command, e.Role == session.Answer:
				at[e.N] = len(all)
				all = append(all, Exchange{Command: e.MaskedLine()})
			case e.From == session.Server:
				all = answered(all, at, e)
			}
		}
		return nil
	})
	return all, err
}

// answered adds a line of the server to the exchange that it belongs to.
func answered(all []Exchange, at map[int]int, e *session.Event) []Exchange {
	i, ok := at[e.Re]
	if ok && all[i].Code != "" && (e.Role == session.Reply || e.Role == session.Challenge) && all[len(all)-1].Code == "" {
		i = len(all) - 1 // AUTH: the reply after an answer of the exchange
	}
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
func grade(a, b *Exchange) Pair {
	p := Pair{A: a, B: b}
	one, masks := maskChanging(a.Reply)
	two, more := maskChanging(b.Reply)
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

// changing is what differs between two runs of one session by itself, each with the name that the output tells.
var changing = sync.OnceValue(func() []struct {
	name string
	re   *regexp.Regexp
} {
	type mask = struct {
		name string
		re   *regexp.Regexp
	}
	return []mask{
		{"apop-timestamp", regexp.MustCompile(`<[^<> ]+@[^<> ]+>$`)},
		{"date", regexp.MustCompile(`(?i)\b(mon|tue|wed|thu|fri|sat|sun), \d{1,2} [a-z]{3} \d{4} \d\d:\d\d(:\d\d)?( [+-]\d{4})?( \([a-z]+\))?`)},
		{"queue-id", regexp.MustCompile(`(?i)(queued( mail)?( for delivery)?( as)?|id=|qp) ?[:,]?\S*.*`)},
		{"session-id", regexp.MustCompile(`\[[0-9a-f]{16,}s?\]|\([0-9a-z]+\[[0-9a-f]{16,}s?\]\)`)},
		{"uidl", regexp.MustCompile(`^\d+ \S{8,70}$`)},
		{"size", regexp.MustCompile(`^(\+OK )?\d+ \d+$|\d+ message\(s\) \[\d+ byte\(s\)\]|\d+ octets|\d+ messages?`)},
	}
})

// maskChanging gives the lines with what changes by itself masked, and the names of what was.
func maskChanging(lines []string) (masked, names []string) {
	for _, line := range lines {
		for _, m := range changing() {
			if m.re.MatchString(line) {
				line = m.re.ReplaceAllString(line, "<"+m.name+">")
				names = append(names, m.name)
			}
		}
		masked = append(masked, line)
	}
	return masked, names
}

// Masks lists the names of what Compare masks.
func Masks() (names []string) {
	for _, m := range changing() {
		names = append(names, m.name)
	}
	return names
}
