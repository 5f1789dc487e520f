package lessons

import (
	"slices"
	"strconv"
	"strings"

	"byhand/session/proto"
)

// A StateTest is what must be known of the connection.
type StateTest struct {
	facets []stateFacet
}

type stateFacet struct {
	name string
	want []string
}

// facetKind tells how a facet of the state is compared.
type facetKind uint8

const (
	facetText facetKind = iota
	facetBool
	facetAll  // all of these must be there
	facetSame // these and no others
	facetNumber
)

// facetRow is one facet of the state: its name, how it is compared, what it can be, what an observer knows of it.
type facetRow struct {
	name  string
	kind  facetKind
	words []string
	value func(*proto.State) []string
}

var stateFacets = []facetRow{
	{"phase", facetText, []string{"authorization", "transaction", "connected", "greeted", "mail", "rcpt", "data", "closed"},
		func(s *proto.State) []string { return []string{s.Phase.String()} }},
	{"user", facetText, nil, func(s *proto.State) []string { return []string{s.User} }},
	{"authed", facetBool, nil, func(s *proto.State) []string { return yesNo(s.Authed) }},
	{"mech", facetText, nil, func(s *proto.State) []string { return []string{s.Mech} }},
	{"tls", facetBool, nil, func(s *proto.State) []string { return yesNo(s.TLS) }},
	{"marked", facetSame, nil, func(s *proto.State) []string { return numbers(s.Marked) }},
	{"seen", facetAll, nil, func(s *proto.State) []string { return numbers(s.Seen) }},
	{"greeted", facetBool, nil, func(s *proto.State) []string { return yesNo(s.Greeted) }},
	{"esmtp", facetBool, nil, func(s *proto.State) []string { return yesNo(s.ESMTP) }},
	{"from", facetText, nil, func(s *proto.State) []string { return []string{s.From} }},
	{"to", facetAll, nil, func(s *proto.State) []string { return s.To }},
	{"accepted", facetNumber, nil, func(s *proto.State) []string { return []string{itoa(s.Accepted)} }},
	{"left", facetText, []string{"", "quit", "dropped"}, func(s *proto.State) []string { return []string{s.Left} }},
}

func yesNo(b bool) []string { return []string{strconv.FormatBool(b)} }

func numbers(ns []int) []string {
	var s []string
	for _, n := range ns {
		s = append(s, itoa(n))
	}
	return s
}

func (r *reader) state(n *node) *StateTest {
	t := &StateTest{}
	var fields []field
	for _, f := range stateFacets {
		fields = append(fields, one(f.name, func(n *node) {
			t.facets = append(t.facets, stateFacet{f.name, r.facet(n, f.name, f.kind, f.words)})
		}))
	}
	r.table(n, sayWordState, fields)
	return t
}

func (r *reader) facet(n *node, name string, k facetKind, words []string) []string {
	switch k {
	case facetAll, facetSame:
		want := []string{}
		for _, item := range r.entries(n, name, 0) {
			want = append(want, r.value(item))
		}
		return want
	case facetBool:
		var yes bool
		r.yes(&yes)(n)
		return yesNo(yes)
	case facetNumber:
		return []string{r.value(n)}
	}
	s := ""
	if words != nil {
		r.oneOf(&s, words...)(n)
	} else {
		s = r.words(n)
	}
	return []string{s}
}

// holds tells whether the connection is in the state that is wanted.
func (j *judge) holds(t *StateTest) bool {
	for _, f := range t.facets {
		i := slices.IndexFunc(stateFacets, func(d facetRow) bool { return d.name == f.name })
		if !stateFacets[i].kind.same(f.want, stateFacets[i].value(j.w.state()), j) {
			return false
		}
	}
	return true
}

func (k facetKind) same(want, got []string, j *judge) bool {
	has := func(w string) bool {
		return slices.ContainsFunc(got, func(g string) bool { return g != "" && j.ours(w) || sameAddress(j.vars.pattern(w), g) })
	}
	switch k {
	case facetAll, facetSame:
		if k == facetSame && len(want) != len(got) {
			return false
		}
		for _, w := range want {
			if !has(w) {
				return false
			}
		}
		return true
	case facetNumber:
		return compare(j.vars.Expand(want[0]), got[0])
	}
	return has(want[0])
}

// comparisons, the longer ones first.
var comparisons = []struct {
	sign  string
	holds func(got, want float64) bool
}{
	{">=", func(got, want float64) bool { return got >= want }},
	{"<=", func(got, want float64) bool { return got <= want }},
	{"!=", func(got, want float64) bool { return got != want }},
	{">", func(got, want float64) bool { return got > want }},
	{"<", func(got, want float64) bool { return got < want }},
	{"==", func(got, want float64) bool { return got == want }},
}

// compare tells whether got is what want asks for: "3", ">=1", or a text.
func compare(want, got string) bool {
	want = strings.TrimSpace(want)
	for _, c := range comparisons {
		rest, ok := strings.CutPrefix(want, c.sign)
		if !ok {
			continue
		}
		w, errW := strconv.ParseFloat(strings.TrimSpace(rest), 64)
		g, errG := strconv.ParseFloat(got, 64)
		return errW == nil && errG == nil && c.holds(g, w)
	}
	w, errW := strconv.ParseFloat(want, 64)
	g, errG := strconv.ParseFloat(got, 64)
	if errW == nil && errG == nil {
		return w == g
	}
	return strings.EqualFold(want, got)
}
