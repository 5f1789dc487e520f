package shell

import (
	"strings"

	"byhand/session/text"
)

// maxHistory is how many lines are remembered.
const maxHistory = 500

var saySearch = text.T{EN: "search: ", ZH: "查找："}

// history is what Up and Ctrl-R bring back: the lines that the caller gave, and no others. The library's own would
// keep what was typed and not sent, and what stood behind a mask; it is filled anew from here before each line.
type history []string

// add remembers a line. An empty one, the same as the last, or one with line ends is not worth it.
func (h *history) add(line string) {
	if n := len(*h); line == "" || n > 0 && (*h)[n-1] == line || strings.ContainsAny(line, "\r\n") {
		return
	}
	*h = append(*h, line)
	if n := len(*h); n > maxHistory {
		*h = append(history(nil), (*h)[n-maxHistory:]...)
	}
}

// search is the state of Ctrl-R: the newest line that holds what is typed.
type search struct {
	on    bool
	query []rune
	at    int    // line of the history that was found; its length if none was
	shown []rune // what stands in the line
	old   []rune // what stood there before
}

// key does what a key means during a search, or begins one; over tells that the search is over and the key has its
// own meaning.
func (s *search) key(h history, k key, line []rune) (over bool) {
	switch k.act {
	case actSearch:
		if !s.on {
			*s = search{on: true, at: len(h), old: line, shown: line}
			return false
		}
		s.find(h, s.at-1)
	case actText:
		s.query = append(s.query, encode(nil, k.text)...)
		s.find(h, min(s.at, len(h)-1))
	case actBack:
		s.query = s.query[:max(len(s.query)-1, 0)]
		s.find(h, len(h)-1)
	case actCancel:
		s.on, s.shown = false, s.old
	default:
		s.on = false
		return true
	}
	return false
}

// find shows the newest line up to number from that holds the query; without one, what is shown stays.
func (s *search) find(h history, from int) {
	want := strings.ToLower(glance(s.query))
	for i := from; i >= 0 && want != ""; i-- {
		if strings.Contains(strings.ToLower(h[i]), want) {
			s.at, s.shown = i, encode(nil, []byte(h[i]))
			return
		}
	}
}
