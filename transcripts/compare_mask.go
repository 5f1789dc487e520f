package transcripts

import (
	"regexp"
	"slices"
	"sync"
)

// Masking is what Compare leaves out of account. The zero value masks what changes by itself.
type Masking struct {
	Off  bool             // nothing by itself
	Also []*regexp.Regexp // what the user names besides
}

// AlsoMask names in a Pair what the user's own expressions masked.
const AlsoMask = "--mask"

// A mask is something that differs between two runs of one session by itself.
type mask struct {
	name  string
	verbs []string // of the commands in whose replies it is looked for; "" is the greeting, none is any
	re    *regexp.Regexp
	keep  string // what is left of the text before it
}

// changing lists the masks, each with the name that the output tells.
var changing = sync.OnceValue(func() []mask {
	return []mask{
		{"apop-timestamp", []string{""}, regexp.MustCompile(`<[^<> ]+@[^<> ]+>`), ""},
		{"date", nil, regexp.MustCompile(`(?i)\b(mon|tue|wed|thu|fri|sat|sun), {1,2}\d{1,2} [a-z]{3} \d{4} \d\d:\d\d(:\d\d)?( [+-]\d{4})?( \([a-z]+\))?`), ""},
		{"queue-id", []string{"DATA", "BDAT"}, regexp.MustCompile(`(?i)(\bqueued as |\bid=|\bqp )[^\s;]+( \d{9,10}\b)?`), "$1"},
		{"session-id", nil, regexp.MustCompile(`\[[0-9a-f]{16,}s?\]|\([0-9a-z]+\[[0-9a-f]{16,}s?\]\)|<[A-Za-z0-9+/]{16,}={0,2}>`), ""},
		{"uidl", []string{"UIDL"}, regexp.MustCompile(`^((?:\+OK )?\d+ )[\x21-\x7e]{1,70}$`), "$1"},
		{"size", []string{"STAT", "LIST"}, regexp.MustCompile(`^(\+OK )?\d+ \d+`), "$1"},
		{"size", []string{"PASS", "APOP", "AUTH", "LIST", "RETR", "UIDL", "DELE"}, regexp.MustCompile(`\d+ message(\(s\)|s)?( \[\d+ byte\(s\)\])?|\(?\b\d+ octets\)?`), ""},
		{"host", []string{"", "HELO", "EHLO", "QUIT"}, regexp.MustCompile(`^((?:220|221|250)[ -](?:\d\.\d\.\d )?)[A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)+`), "$1"},
	}
})

// mask gives the lines of a reply with what changes by itself masked, and the names of what was.
func (m Masking) mask(x *Exchange) (masked, names []string) {
	for _, line := range x.Reply {
		for _, by := range changing() {
			if m.Off || by.verbs != nil && !slices.Contains(by.verbs, x.verb) || !by.re.MatchString(line) {
				continue
			}
			line = by.re.ReplaceAllString(line, by.keep+"<"+by.name+">")
			names = append(names, by.name)
		}
		for _, re := range m.Also {
			if re.MatchString(line) {
				line = re.ReplaceAllLiteralString(line, "<"+AlsoMask+">")
				names = append(names, AlsoMask)
			}
		}
		masked = append(masked, line)
	}
	return masked, names
}

// Masks lists the names of what Compare masks.
func Masks() (names []string) {
	for _, m := range changing() {
		if !slices.Contains(names, m.name) {
			names = append(names, m.name)
		}
	}
	return append(names, AlsoMask)
}
