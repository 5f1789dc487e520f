package shell

import (
	"slices"
	"strings"

	"byhand/session/render"
)

// Completion is ours: the library's menu counts columns wrongly and draws over what is printed meanwhile.

// complete puts what the candidates have in common in place of what was typed of them; if that is no more than was
// typed, it lists them.
func (t *Terminal) complete(line []rune, pos int) ([]rune, int) {
	if t.o.Complete == nil {
		return line, pos
	}
	at := byteAt(line, pos)
	cands, typed := t.candidates(glance(line), at)
	if len(cands) == 0 || typed < 0 || typed > at {
		t.bell()
		return line, pos
	}
	from := runeAt(line, at-typed)
	if same := common(cands); len(cands) == 1 || len(same) > typed {
		tail := slices.Clone(line[pos:])
		line = encode(line[:from], []byte(same))
		return append(line, tail...), len(line)
	}
	t.list(cands)
	return line, pos
}

// candidates asks for them without the lock that its caller holds.
func (t *Terminal) candidates(line string, pos int) (cands []string, typed int) {
	t.mu.Unlock()
	defer t.mu.Lock()
	return t.o.Complete(line, pos)
}

// common gives what all candidates start with, in the letters of the first; case does not count.
func common(cands []string) string {
	same := []rune(cands[0])
	for _, c := range cands[1:] {
		i := 0
		for _, r := range c {
			if i == len(same) || !strings.EqualFold(string(r), string(same[i])) {
				break
			}
			i++
		}
		same = same[:i]
	}
	return string(same)
}

// list shows the candidates above the line.
func (t *Terminal) list(cands []string) {
	var b []byte
	for i, c := range cands {
		if i > 0 {
			b = append(b, "  "...)
		}
		b = render.Visible(b, []byte(strings.TrimSpace(c)))
	}
	for _, row := range render.Wrap(string(b), t.cols(), 0) {
		t.pic.above(row + "\r\n")
	}
	t.pic.flush()
}
