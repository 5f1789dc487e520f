package main

import (
	"slices"
	"strconv"
	"strings"

	"byhand/session/text"
	"byhand/transcripts"
)

// rerunForms are the ways to write how a rerun went, by the names of --as.
var rerunForms = map[string]func(a *app, pairs []transcripts.Pair) error{
	"text": (*app).differences, "json": (*app).pairsJSON, "junit": (*app).pairsJUnit,
}

// differing gives the outcome: status 1 if a reply is not the same.
func differing(pairs []transcripts.Pair) error {
	if slices.ContainsFunc(pairs, func(p transcripts.Pair) bool { return p.Grade != transcripts.Same }) {
		return &outcome{1}
	}
	return nil
}

// pairLine is one exchange of the recording beside the one of the server.
type pairLine struct {
	N       int      `json:"n"`
	Command string   `json:"command,omitempty"` // none for the greeting
	Result  string   `json:"result"`
	Before  []string `json:"before,omitempty"`
	After   []string `json:"after,omitempty"`
	Masks   []string `json:"masks,omitempty"`
	Meaning string   `json:"meaning,omitempty"` // of a reply with another code
}

func (a *app) pairLine(i int, p transcripts.Pair) pairLine {
	l := pairLine{N: i + 1, Result: p.Grade.String(), Masks: p.Masks, Meaning: a.meaning(p)}
	if p.A != nil {
		l.Command, l.Before = p.A.Command, p.A.Reply
	}
	if p.B != nil {
		l.Command, l.After = p.B.Command, p.B.Reply
	}
	return l
}

// pairsJSON writes one object a pair, in their order, as an array.
func (a *app) pairsJSON(pairs []transcripts.Pair) error {
	all := make([]pairLine, 0, len(pairs))
	for i, p := range pairs {
		all = append(all, a.pairLine(i, p))
	}
	if err := indented(a, all); err != nil {
		return err
	}
	return differing(pairs)
}

// pairsJUnit writes a test case a pair.
func (a *app) pairsJUnit(pairs []transcripts.Pair) error {
	s := junitSuite{Name: "rerun", Tests: len(pairs)}
	for i, p := range pairs {
		l := a.pairLine(i, p)
		name := l.Command
		if name == "" {
			name = sayGreeting.In(a.lang)
		}
		c := junitCase{Class: "rerun", Name: strconv.Itoa(l.N) + " " + visible(name)}
		if p.Grade != transcripts.Same {
			s.Failures++
			c.Failure = &junitText{visible(sayGrade(p.Grade).In(a.lang) + ": - " + strings.Join(l.Before, " / ") + " + " + strings.Join(l.After, " / "))}
		}
		s.Cases = append(s.Cases, c)
	}
	doc := junitSuites{Suites: []junitSuite{s}}
	if err := doc.write(a); err != nil {
		return err
	}
	return differing(pairs)
}

// unable is an error that kept a rerun from being done: what the servers have in common is not known.
type unable struct{ error }

func (e unable) Unwrap() error { return e.error }

var (
	sayAsForm      = text.T{EN: "how to write the result: text, json or junit", ZH: "结果的写法：text、json 或 junit"}
	sayBadAs       = text.T{EN: "--as %s: it is text, json or junit.", ZH: "--as %s：只能是 text、json 或 junit。"}
	sayRerunToFlag = text.T{EN: "the server, HOST:PORT, in place of the second word", ZH: "服务器，HOST:PORT，可代替第二个词"}
)
