package main

import (
	"strings"

	"byhand/session/render"
)

// longestAligned is how much of two lines, in letters, is compared letter by letter; the time for it grows as the square.
const longestAligned = 400

// carets gives a line that points at what of typed differs from was: what was typed otherwise or too much, and where something is missing.
// Between what both lines begin with and what both end with it goes letter by letter, unless more than half of that differs; lines that are
// alike differ in their ends.
func carets(was, typed string) string {
	a, b := []rune(was), []rune(typed)
	head := 0
	for head < len(a) && head < len(b) && a[head] == b[head] {
		head++
	}
	tail := 0
	for tail < len(a)-head && tail < len(b)-head && a[len(a)-1-tail] == b[len(b)-1-tail] {
		tail++
	}
	wrong := strays(a[head:len(a)-tail], b[head:len(b)-tail])
	var line strings.Builder
	for i, r := range append(b, ' ') {
		mark := " "
		if i >= head && i-head < len(wrong) && wrong[i-head] {
			mark = "^"
		}
		line.WriteString(strings.Repeat(mark, render.Width(string(r))))
	}
	return strings.TrimRight(line.String(), " ")
}

// strays tells which letters of b are not a's, with one place more for what is missing at the end. Of two lines that have little in common
// all of b is.
func strays(a, b []rune) []bool {
	wrong := make([]bool, max(len(b), 1))
	for i := range wrong {
		wrong[i] = true
	}
	if len(a) > longestAligned || len(b) > longestAligned {
		return wrong
	}
	edits := distances(a, b)
	if len(a) == 0 || len(b) == 0 || 2*edits[0][0] > max(len(a), len(b)) {
		return wrong
	}
	wrong = make([]bool, len(b)+1)
	for i, j := 0, 0; i < len(a) || j < len(b); {
		switch now := edits[i][j]; {
		case i < len(a) && j < len(b) && a[i] == b[j] && now == edits[i+1][j+1]:
			i++
			j++
		case i < len(a) && j < len(b) && now == edits[i+1][j+1]+1: // another letter
			wrong[j] = true
			i++
			j++
		case j < len(b) && now == edits[i][j+1]+1: // a letter too many
			wrong[j] = true
			j++
		default: // a letter is missing before this one
			wrong[j] = true
			i++
		}
	}
	return wrong
}

// distances counts, for each two ends of a and b, how many letters must be changed, added or taken away to make one the other.
func distances(a, b []rune) [][]int {
	edits := make([][]int, len(a)+1)
	for i := range edits {
		edits[i] = make([]int, len(b)+1)
	}
	for i := len(a); i >= 0; i-- {
		for j := len(b); j >= 0; j-- {
			switch {
			case i == len(a) || j == len(b):
				edits[i][j] = len(a) - i + len(b) - j
			case a[i] == b[j]:
				edits[i][j] = edits[i+1][j+1]
			default:
				edits[i][j] = 1 + min(edits[i+1][j+1], edits[i+1][j], edits[i][j+1])
			}
		}
	}
	return edits
}
