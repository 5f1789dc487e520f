package annotate

import (
	"strings"
	"time"

	"byhand/session/text"
)

// hops is what the Received fields of a letter have told. They come newest first (RFC 5321 §4.4).
type hops struct {
	n      int
	newest time.Time
	last   time.Time // of the field before, which is the later hop
	back   bool      // a hop was earlier than the one before it: a clock is wrong
}

// receivedLine reads one line of a Received field: from, by, with, id, for, and the date after the semicolon.
func (l *letter) receivedLine(value string, notes []Note) []Note {
	f := &l.field
	if f.line == 1 && l.place == inHeader {
		l.header.hops.n++
	}
	if f.done {
		return notes
	}
	clauses := value
	semicolon := strings.LastIndexByte(string(f.value), ';')
	if i := strings.LastIndexByte(value, ';'); i >= 0 {
		clauses = value[:i]
	} else if semicolon >= 0 {
		clauses = "" // the date began on a line before
	}
	notes = l.clauses(clauses, notes)
	if semicolon < 0 {
		return notes
	}
	d, ok := parseDate(string(f.value[semicolon+1:]))
	if !ok {
		return notes
	}
	f.done = true
	notes = append(notes, Note{Tone: Decoded, Depth: Brief, Text: d.said(), Ref: "RFC 5322 §3.3"})
	if l.place == inHeader {
		notes = l.header.hops.stamp(d.at, notes)
	}
	return notes
}

// stamp takes the time of the next older hop and tells how long the letter needed from it to the newer one above.
func (h *hops) stamp(at time.Time, notes []Note) []Note {
	if h.last.IsZero() {
		h.newest, h.last = at, at
		return notes
	}
	wait := h.last.Sub(at)
	h.last = at
	if wait < 0 {
		h.back = true
		return append(notes, Note{Tone: Info, Depth: Full, Text: sayClock.With(duration(-wait)), Ref: "RFC 5321 §4.4"})
	}
	return append(notes, Note{Tone: Info, Depth: Full, Text: sayHop.With(duration(wait)), Ref: "RFC 5321 §4.4"})
}

// sum tells of the whole way when the header ends.
func (h *hops) sum(notes []Note) []Note {
	if h.n < 2 {
		return notes
	}
	if h.newest.IsZero() || h.back || h.newest.Before(h.last) {
		return append(notes, Note{Tone: Info, Depth: Full, Text: sayHopsOnly.With(h.n), Ref: "RFC 5321 §4.4"})
	}
	return append(notes, Note{Tone: Info, Depth: Full, Text: sayHops.With(h.n, duration(h.newest.Sub(h.last))), Ref: "RFC 5321 §4.4"})
}

// duration gives a span of time in words.
func duration(d time.Duration) text.Said {
	s := int64(d / time.Second)
	switch {
	case s < 120:
		return text.T{EN: "%d s", ZH: "%d 秒"}.With(s)
	case s < 2*3600:
		return text.T{EN: "%d min", ZH: "%d 分钟"}.With(s / 60)
	case s < 2*86400:
		return text.T{EN: "%d h", ZH: "%d 小时"}.With(s / 3600)
	}
	return text.T{EN: "%d days", ZH: "%d 天"}.With(s / 86400)
}

// clauses tells the clauses that stand on this line.
func (l *letter) clauses(s string, notes []Note) []Note {
	var words [2 * maxClauses]string
	word := words[:fill(words[:], uncomment(s))]
	for i := 0; i+1 < len(word); i++ {
		v := word[i+1]
		switch strings.ToLower(word[i]) {
		case "from":
			notes = append(notes, Note{Tone: Info, Depth: Full, Text: sayFrom.With(v), Ref: "RFC 5321 §4.4"})
		case "by":
			notes = append(notes, Note{Tone: Info, Depth: Full, Text: sayBy.With(v), Ref: "RFC 5321 §4.4"})
		case "with":
			if fact := l.know.find("with " + v); fact != nil {
				notes = append(notes, Note{Tone: Info, Depth: Full, Text: sayWith.With(v, fact.T), Ref: fact.Ref})
			}
		case "id":
			notes = append(notes, Note{Tone: Info, Depth: Full, Text: sayID.With(v), Ref: "RFC 5321 §4.4"})
		case "for":
			notes = append(notes, Note{Tone: Info, Depth: Full, Text: sayFor.With(strings.Trim(v, "<>;")), Ref: "RFC 5321 §4.4"})
		default:
			continue
		}
		i++
	}
	return notes
}

// uncomment takes comments in ( ) out of s; one that is not closed goes to the end.
func uncomment(s string) string {
	if strings.IndexByte(s, '(') < 0 {
		return s
	}
	var b strings.Builder
	b.Grow(len(s))
	depth := 0
	for i := 0; i < len(s); i++ {
		switch c := s[i]; {
		case c == '(':
			depth++
		case c == ')':
			depth = max(depth-1, 0)
		case depth == 0:
			b.WriteByte(c)
		}
	}
	return b.String()
}

var (
	sayFrom     = text.T{EN: "It came from a machine that called itself %s.", ZH: "来自自称 %s 的机器。"}
	sayBy       = text.T{EN: "%s took it.", ZH: "由 %s 收下。"}
	sayWith     = text.T{EN: "With %s: %s.", ZH: "方式 %s：%s。"}
	sayID       = text.T{EN: "Its number there: %s.", ZH: "在那里的编号：%s。"}
	sayFor      = text.T{EN: "Meant for %s.", ZH: "投递给 %s。"}
	sayHop      = text.T{EN: "From here to the server above it took %s.", ZH: "从这一站到上面那一站用了 %s。"}
	sayClock    = text.T{EN: "This server's clock is %s ahead of the one above.", ZH: "这台服务器的时钟比上面那台快 %s。"}
	sayHops     = text.T{EN: "The letter passed %d servers, to be read from the bottom up; %s lie between the first stamp and the last.", ZH: "这封信经过 %d 台服务器（从下往上读），第一站到最后一站相隔 %s。"}
	sayHopsOnly = text.T{EN: "The letter passed %d servers, to be read from the bottom up.", ZH: "这封信经过 %d 台服务器（从下往上读）。"}
)
