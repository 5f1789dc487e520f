package transcripts

import (
	"encoding/json"
	"slices"
	"strconv"
	"strings"
	"time"

	"byhand/session"
)

// A directive is one word after "@" and what it does. read gives true if the line is an entry.
type directive struct {
	word  string
	usage string // shown when the arguments are wrong
	conn  bool   // it may name a connection, as in @open2
	read  func(d *dialogue, args string, e *entry) (bool, *Error)
}

// directives lists all of them.
func directives() []directive {
	return []directive{
		{"byhand", "@byhand 1", false, (*dialogue).readVersion},
		{"header", `@header {"start":"2007-09-17T10:00:00+08:00","lang":"zh"}`, false, (*dialogue).readHeader},
		{"title", "@title My first letter", false, (*dialogue).readTitle},
		{"open", "@open proto=pop3 addr=127.0.0.1:2110", true, readFields},
		{"tls", "@tls is=done version=TLSv1.3", true, readFields},
		{"close", "@close by=server", true, readFields},
		{"step", "@step id=pop3-read/1 is=pass", true, readFields},
		{"mark", "@mark Log in", true, readName("name")},
		{"accept", "@accept HELO *", true, readName("glob")},
		{"wait", "@wait 0.3", false, (*dialogue).readWait},
		{"t", "@t 12.5", false, (*dialogue).readTime},
		{"hide", "@hide password", false, (*dialogue).readHide},
		{"x", `@x {"k":"lost","dir":"S","bytes":120}`, false, (*dialogue).readAny},
	}
}

// words lists the directives for a message.
func words() string {
	var all []string
	for _, dir := range directives() {
		all = append(all, "@"+dir.word)
	}
	return strings.Join(all, " ")
}

// directive reads a line that began with "@".
func (d *dialogue) directive(line string, e *entry) (bool, *Error) {
	head, args := line, ""
	if i := strings.IndexAny(line, " \t"); i >= 0 {
		head, args = line[:i], line[i:]
	}
	word := strings.TrimRight(head, "0123456789")
	i := slices.IndexFunc(directives(), func(dir directive) bool { return dir.word == word })
	if i < 0 {
		return false, d.fail(sayDirective.With("@"+visible(word)), hintDirective.With(words()), "@"+line)
	}
	dir := directives()[i]
	number := head[len(word):]
	if number != "" && !dir.conn {
		return false, d.fail(sayNoConn.With("@"+word), hintUsage.With(dir.usage), "@"+line)
	}
	conn, _, ok := cutConn([]byte(number))
	if !ok {
		return false, d.fail(sayConn.With(), hintConn.With(maxConn), "@"+line)
	}
	e.kind, e.conn = word, conn
	entry, bad := dir.read(d, strings.Trim(args, " \t"), e)
	if bad != nil {
		bad.Text = visible("@" + line)
		if bad.Hint.Empty() {
			bad.Hint = hintUsage.With(dir.usage)
		}
		return false, bad
	}
	return entry, nil
}

func (d *dialogue) readVersion(args string, _ *entry) (bool, *Error) {
	if v, err := strconv.Atoi(args); err != nil || v != Version {
		return false, d.fail(sayVersion.With(visible(args), Version), hintVersion.With(), "")
	}
	return false, d.early()
}

// early refuses a directive that belongs to the head of the file.
func (d *dialogue) early() *Error {
	if d.begun {
		return d.fail(sayEarly.With(), hintEarly.With(), "")
	}
	return nil
}

func (d *dialogue) readHeader(args string, _ *entry) (bool, *Error) {
	if !validObject([]byte(args)) {
		return false, d.fail(sayJSON.With(), none, "")
	}
	h, ok := defaultHeader(), true
	h.Title = d.header.Title
	members([]byte(args), func(name string, value []byte) bool {
		if name == "byhand" || name == "v" {
			return true // @byhand says both
		}
		ok = h.set(name, value)
		return ok
	})
	if !ok {
		return false, d.fail(sayStart.With(), hintStart.With(), "")
	}
	d.header = h
	return false, d.early()
}

func (d *dialogue) readTitle(args string, _ *entry) (bool, *Error) {
	d.header.Title = args
	return false, d.early()
}

// readFields reads key=value pairs: a JSON string in quotes, a number, true, false, null, or a bare word.
func readFields(d *dialogue, args string, e *entry) (bool, *Error) {
	for rest := args; rest != ""; {
		name, value, found := strings.Cut(rest, "=")
		if !found || !fieldName(name) {
			return false, d.fail(sayPair.With(visible(rest)), none, "")
		}
		var raw []byte
		if raw, rest, found = cutValue(value); !found {
			return false, d.fail(sayValue.With(name), none, "")
		}
		e.fields = append(e.fields, session.Field{Name: name, Value: raw})
	}
	return true, nil
}

// fieldName tells whether a name may stand before "=".
func fieldName(s string) bool {
	return s != "" && s != "t" && s != "k" && s != "c" && strings.Trim(s, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-") == ""
}

// cutValue reads one value as JSON, and gives what follows it and its blanks.
func cutValue(s string) (raw json.RawMessage, rest string, ok bool) {
	if s == "" {
		return nil, "", false
	}
	end := strings.IndexAny(s, " \t")
	if s[0] == '"' {
		end = skipString([]byte(s), 0)
		if !json.Valid([]byte(s[:end])) || end < len(s) && s[end] != ' ' && s[end] != '\t' {
			return nil, "", false
		}
	} else if end < 0 {
		end = len(s)
	}
	word, rest := s[:end], strings.TrimLeft(s[end:], " \t")
	switch {
	case word == "":
		return nil, "", false
	case word[0] == '"':
		return appendJSON(nil, []byte(word)), rest, true
	case scalar(word):
		return json.RawMessage(word), rest, true
	}
	return quotedString(word), rest, true
}

// scalar tells whether a bare word is a number, true, false or null.
func scalar(word string) bool { return word[0] != '{' && word[0] != '[' && json.Valid([]byte(word)) }

// readName reads a directive whose argument is the rest of the line.
func readName(name string) func(*dialogue, string, *entry) (bool, *Error) {
	return func(d *dialogue, args string, e *entry) (bool, *Error) {
		if args == "" {
			return false, d.fail(sayEmpty.With(), none, "")
		}
		e.fields = append(e.fields, session.Field{Name: name, Value: quotedString(args)})
		return true, nil
	}
}

// seconds reads seconds written with digits and one point.
func seconds(s string) (time.Duration, bool) {
	if s == "" || strings.Trim(s, "0123456789.") != "" {
		return 0, false
	}
	return timeOf([]byte(s))
}

func (d *dialogue) readWait(args string, _ *entry) (bool, *Error) {
	wait, ok := seconds(args)
	if !ok || d.at+wait > maxTime {
		return false, d.fail(saySeconds.With(), none, "")
	}
	d.at += wait
	return false, nil
}

func (d *dialogue) readTime(args string, _ *entry) (bool, *Error) {
	at, ok := seconds(args)
	if !ok {
		return false, d.fail(saySeconds.With(), none, "")
	}
	if at < d.at {
		return false, d.fail(sayBack.With(args, trimTime(d.at)), hintBack.With(), "")
	}
	d.at = at
	return false, nil
}

func (d *dialogue) readHide(args string, _ *entry) (bool, *Error) {
	if len(d.labels) > 0 {
		return false, d.fail(sayHideTwice.With(), hintHideTwice.With(), "")
	}
	labels := strings.Split(args, ",")
	if slices.ContainsFunc(labels, func(s string) bool { return !hideLabel(s) }) {
		return false, d.fail(sayHideLabel.With(), none, "")
	}
	d.labels, d.opened = labels, d.lines.n
	return false, nil
}

// hideLabel tells whether a label can stand in @hide.
func hideLabel(s string) bool {
	return s != "" && s == strings.Trim(s, " \t") && !strings.Contains(s, ",")
}

// readAny reads an entry of any kind, written as in the recorded form but without its time.
func (d *dialogue) readAny(args string, e *entry) (bool, *Error) {
	timed := false
	if !validObject([]byte(args)) {
		return false, d.fail(sayJSON.With(), none, "")
	}
	members([]byte(args), func(name string, _ []byte) bool {
		timed = timed || name == "t"
		return true
	})
	if timed {
		return false, d.fail(sayTimed.With(), hintTimed.With(), "")
	}
	line := `{"t":0,` + strings.TrimLeft(strings.TrimLeft(args, " \t\r\n")[1:], " \t\r\n")
	if !validObject([]byte(line)) || !parseEntry([]byte(line), e) {
		return false, d.fail(sayKind.With(), none, "")
	}
	if e.bytes() {
		return true, d.mask(e)
	}
	return true, nil
}
