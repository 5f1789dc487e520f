package transcripts

import (
	"math/rand/v2"
	"slices"
	"strings"

	"byhand/session"
	"byhand/session/proto"
)

// A Grade is what an answer is worth: Full when it is right, one point when it is near, and what differs.
type Grade struct {
	Points int
	Given  string // of a command that differs: what was typed, without what makes no difference
	At     int    // and the first byte of it that differs
}

// Answer grades what was answered.
func (q *Question) Answer(given string) Grade {
	given = strings.TrimSpace(given)
	if n := strings.Index("abcd", strings.ToLower(given)); len(given) == 1 && n >= 0 && n < len(q.Choices) {
		given = q.Choices[n]
	}
	switch {
	case given == "":
		return Grade{}
	case q.Kind == QuizReply:
		return gradeCode(q.Right, given)
	case q.Kind == QuizCommand:
		return gradeCommand(q.Right, given, q.accept)
	case q.Kind == QuizOrder:
		return gradeOrder(q.Right, strings.ToUpper(given))
	}
	for _, right := range append([]string{q.Right}, q.also...) {
		if strings.EqualFold(strings.Join(strings.Fields(right), " "), strings.Join(strings.Fields(given), " ")) {
			return Grade{Points: Full}
		}
	}
	if q.Kind == QuizFill && len(q.List) > 0 {
		filled := strings.Replace(q.List[0], gapMark, given, 1)
		if (&Turn{Role: session.Command, Accept: q.accept}).Accepts([]byte(filled), Lenient) {
			return Grade{Points: Full}
		}
	}
	return Grade{}
}

// gradeCode takes the code alone, or a whole reply. One point is for the class: the first digit.
func gradeCode(right, given string) Grade {
	word := codeOf(given)
	switch {
	case word == right:
		return Grade{Points: Full}
	case len(right) == 3 && right[0] >= '2' && right[0] <= '5' && word != "" && word[0] == right[0]:
		return Grade{Points: 1}
	}
	return Grade{}
}

// codeOf gives the code with which an answer begins.
func codeOf(given string) string {
	word, _, _ := strings.Cut(strings.ToUpper(given), " ")
	switch {
	case word == "ERR":
		return "-ERR"
	case word == "OK":
		return "+OK"
	case len(word) > 3 && word[3] == '-': // the first line of a multi-line reply
		return word[:3]
	}
	return word
}

// gradeCommand compares as serve does when it is lenient: case of the verb and of domains, runs of blanks, blanks behind the colon of
// FROM: and TO: make no difference, the name behind HELO is free, and what the transcript's author accepts is right. Nor does the case
// of parameters make one. One point is for the verb.
func gradeCommand(right, given string, accept []string) Grade {
	verb, _ := proto.Split([]byte(right))
	turn := Turn{Verb: verb, Role: session.Command, Said: []byte(right), Accept: accept}
	a, b := normal(right), normal(given)
	if a == b || turn.fits([]byte(given), Lenient) {
		return Grade{Points: Full}
	}
	at := 0
	for at < len(a) && at < len(b) && a[at] == b[at] {
		at++
	}
	if other, _ := proto.Split([]byte(given)); verb != other {
		return Grade{0, b, at}
	}
	return Grade{1, b, at}
}

// normal gives a command line in the one spelling that all its spellings share (RFC 5321 §2.4, §4.1.1).
func normal(line string) string {
	verb, arg := proto.Split([]byte(line))
	if addr, params, _ := proto.Path(arg); verb == "MAIL" || verb == "RCPT" {
		word, _, _ := strings.Cut(arg, ":")
		local, domain, _ := strings.Cut(addr, "@")
		return verb + " " + strings.ToUpper(strings.TrimSpace(word)) + ":<" + local + "@" + strings.ToLower(domain) + ">" + strings.ToUpper(strings.Join(append([]string{""}, params...), " "))
	}
	return strings.TrimSpace(verb + " " + strings.Join(strings.Fields(arg), " "))
}

// gradeOrder gives one point when most stand where they belong.
func gradeOrder(right, given string) Grade {
	given = strings.Map(func(r rune) rune {
		if r < 'A' || r > 'Z' {
			return -1
		}
		return r
	}, given)
	same := 0
	for i := range min(len(right), len(given)) {
		if right[i] == given[i] {
			same++
		}
	}
	switch {
	case given == right:
		return Grade{Points: Full}
	case same > len(right)/2:
		return Grade{Points: 1}
	}
	return Grade{}
}

// greets stands for the greeting where a verb is asked for.
const greets = "greeting"

// legal gives the codes that a server may answer to a command (RFC 5321 §4.3.2; AUTH: RFC 4954 §6; STARTTLS: RFC 3207 §4; BDAT: RFC
// 3030 §2).
var legal = map[string][]string{
	greets: {"220", "554", "421"}, "EHLO": {"250", "504", "550", "502"}, "HELO": {"250", "502", "504", "550"},
	"MAIL": {"250", "552", "451", "452", "550", "553", "503", "455", "555"},
	"RCPT": {"250", "251", "550", "551", "552", "553", "450", "451", "452", "503", "455", "555"},
	"DATA": {"354", "250", "552", "554", "451", "452", "450", "550", "503"}, "BDAT": {"250", "552", "554", "451", "452", "503"},
	"RSET": {"250"}, "NOOP": {"250"}, "QUIT": {"221"}, "VRFY": {"250", "251", "252", "550", "551", "553", "502", "504"},
	"EXPN": {"250", "252", "550", "500", "502", "504"}, "HELP": {"211", "214", "502", "504"},
	"AUTH": {"235", "334", "432", "454", "500", "534", "535", "538"}, "STARTTLS": {"220", "454", "501"},
}

// choices gives the right code among others: of the same class, of another class, of another command. Of POP3 there are no more
// than its three words.
func choices(p session.Protocol, verb, right string, dice *rand.Rand) []string {
	if p == session.POP3 {
		if right == "+" || verb == "AUTH" {
			return []string{"+OK", "-ERR", "+"}
		}
		return []string{"+OK", "-ERR"}
	}
	all := []string{right}
	pick := func(from []string, fits func(string) bool) {
		var can []string
		for _, c := range from {
			if !slices.Contains(all, c) && fits(c) {
				can = append(can, c)
			}
		}
		if len(can) > 0 {
			all = append(all, can[dice.IntN(len(can))])
		}
	}
	same := func(c string) bool { return c[0] == right[0] }
	every := []string{"220", "221", "250", "235", "251", "334", "354", "421", "450", "452", "500", "502", "503", "535", "550", "554"}
	pick(append(slices.Clone(legal[verb]), every...), same)
	pick(legal[verb], func(c string) bool { return !same(c) })
	for len(all) < 4 {
		pick(every, func(string) bool { return true })
	}
	dice.Shuffle(len(all), func(i, j int) { all[i], all[j] = all[j], all[i] })
	return all
}
