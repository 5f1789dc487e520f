package lessons

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// reflow joins the lines of each paragraph, so that a narrow screen breaks them where it must and a wide one not at all. Lines that
// begin with a blank are an example to copy and stay as they are.
func reflow(s string) string {
	var out []string
	flows := false // the last line of out may go on
	for line := range strings.SplitSeq(s, "\n") {
		if line == "" || line[0] == ' ' || line[0] == '\t' {
			out, flows = append(out, line), false
			continue
		}
		if !flows {
			out, flows = append(out, line), true
			continue
		}
		last := out[len(out)-1]
		out[len(out)-1] = last + between(last, line) + line
	}
	return strings.Join(out, "\n")
}

// between gives what joins two lines: nothing where a Chinese sentence goes on, else a blank.
func between(a, b string) string {
	last, _ := utf8.DecodeLastRuneInString(a)
	first, _ := utf8.DecodeRuneInString(b)
	if wide(last) || wide(first) && !unicode.IsLetter(last) && !unicode.IsDigit(last) {
		return ""
	}
	return " "
}

// wide tells of characters that stand without blanks between them: Han, and the signs of Chinese text.
func wide(r rune) bool {
	return unicode.Is(unicode.Han, r) || r >= 0x3000 && r <= 0x303f || r >= 0xff00 && r <= 0xffef || r == '“' || r == '”' || r == '…'
}
