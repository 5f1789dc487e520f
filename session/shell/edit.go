package shell

import (
	"slices"
	"unicode"
)

// The library inserts, moves by one character, erases backwards and walks through the history. What it does wrong, or
// only for English, or what would let a secret out again (its kill buffer), is done here.

// reach gives, for the actions that go or erase as far as some place, where that is.
var reach = map[act]func(line []rune, pos int) int{
	actWordLeft: wordLeft,
	actWordNext: wordNext,
	actKillLeft: wordLeft,
	actKillNext: wordNext,
	actKillWord: spaceLeft,
	actKillAll:  func([]rune, int) int { return 0 },
	actKill:     func(line []rune, _ int) int { return len(line) },
}

// edit does a to a line with the cursor before line[pos]. It gives the line and the cursor afterwards, and where in
// the line as it was the runes stand that it took out.
func edit(a act, line []rune, pos int) (after []rune, at, from, to int) {
	switch a {
	case actSwap:
		if len(line) < 2 || pos == 0 {
			return line, pos, 0, 0
		}
		pos = min(pos, len(line)-1)
		line[pos-1], line[pos] = line[pos], line[pos-1]
		return line, pos + 1, 0, 0
	case actDelete:
		if pos == len(line) {
			return line, pos, 0, 0
		}
		return slices.Delete(line, pos, pos+1), pos, 0, 0 // one character is not worth keeping
	case actWordLeft, actWordNext:
		return line, reach[a](line, pos), 0, 0
	}
	find, ok := reach[a]
	if !ok {
		return line, pos, 0, 0
	}
	from, to = pos, find(line, pos)
	if to < from {
		from, to = to, from
	}
	return append(slices.Clone(line[:from]), line[to:]...), from, from, to
}

// inWord reports whether r is part of a word: letters of any script, digits, and a paste by itself.
func inWord(r rune) bool { return unicode.IsLetter(r) || unicode.IsDigit(r) || isChip(r) }

func wordLeft(line []rune, pos int) int {
	for pos > 0 && !inWord(line[pos-1]) {
		pos--
	}
	for pos > 0 && inWord(line[pos-1]) {
		pos--
	}
	return pos
}

func wordNext(line []rune, pos int) int {
	for pos < len(line) && !inWord(line[pos]) {
		pos++
	}
	for pos < len(line) && inWord(line[pos]) {
		pos++
	}
	return pos
}

func spaceLeft(line []rune, pos int) int {
	for pos > 0 && line[pos-1] == ' ' {
		pos--
	}
	for pos > 0 && line[pos-1] != ' ' {
		pos--
	}
	return pos
}

// span is runes of a line, from one up to another; empty if to is not after from.
type span struct{ from, to int }

// cover gives the span that holds both a and b.
func cover(a, b span) span {
	switch {
	case a.from >= a.to && b.from >= b.to:
		return span{}
	case a.from >= a.to:
		return b
	case b.from >= b.to:
		return a
	}
	return span{min(a.from, b.from), max(a.to, b.to)}
}

// follow gives where the runes of s stand after the line was changed in one place; what was put in at their start,
// end or middle is among them.
func follow(was, is []rune, s span) span {
	if s.from >= s.to || len(is) == 0 {
		return span{}
	}
	most := min(len(was), len(is))
	head := 0
	for head < most && was[head] == is[head] {
		head++
	}
	tail := 0
	for tail < most-head && was[len(was)-1-tail] == is[len(is)-1-tail] {
		tail++
	}
	if head+tail == 0 {
		return span{} // another line
	}
	move, f := len(is)-len(was), s
	if s.from > head {
		f.from = max(s.from+move, head)
	}
	if s.to >= head {
		f.to = max(s.to+move, f.from)
	}
	return f
}
