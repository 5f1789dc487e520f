package annotate

import (
	"strconv"
	"strings"

	"byhand/session"
	"byhand/session/proto"
	"byhand/session/text"
)

// Entry is one meaning of what Explain was asked for: the words as they stand in that meaning, and what is said of them.
type Entry struct {
	Word    string
	Notes   []Note
	Decoded string // what the words say, where they are encoded
}

// Explain says what a line, a command, a code, a keyword, a header field or a piece of Base64 means, without a session around it.
// A word that means several things gets several entries. Nothing known gives nothing. The words may come in one or in many strings.
func Explain(words ...string) []Entry {
	word := strings.Fields(strings.Join(words, " "))
	if len(word) == 0 {
		return nil
	}
	x := &lookup{word: word, line: strings.Join(word, " ")}
	for _, read := range lookups {
		if read.only && len(x.found) > 0 {
			continue
		}
		read.as(x)
	}
	return x.found
}

// lookup is one call of Explain.
type lookup struct {
	book  book
	word  []string
	line  string
	found []Entry
}

// lookups lists what words can be, in the order in which it is tried; only stands for: if they are nothing else.
var lookups = []struct {
	as   func(*lookup)
	only bool
}{
	{as: (*lookup).smtpReply},
	{as: (*lookup).pop3Reply},
	{as: (*lookup).enhanced},
	{as: (*lookup).responseCode},
	{as: (*lookup).command},
	{as: (*lookup).keyword},
	{as: (*lookup).paper},
	{as: (*lookup).field},
	{as: (*lookup).encodedWord},
	{as: (*lookup).base64, only: true},
	{as: (*lookup).advice, only: true},
	{as: (*lookup).slipOfCommand, only: true},
}

// talk gives an empty talk to collect notes in.
func (x *lookup) talk(p session.Protocol) *talk {
	t := &talk{book: &x.book, sent: map[int]*command{}, told: map[string]bool{}, heard: true}
	t.state.Proto, t.state.Greeted = p, true
	t.before = t.state
	return t
}

// add keeps what was found, if there is something.
func (x *lookup) add(word, decoded string, notes []Note) {
	if len(notes) > 0 {
		x.found = append(x.found, Entry{Word: word, Notes: notes, Decoded: decoded})
	}
}

// event makes the event that the line would be.
func (x *lookup) event(p session.Protocol, from session.Side, role session.Role, code string) *session.Event {
	return &session.Event{N: 1, Conn: 1, From: from, Role: role, Proto: p, Raw: []byte(x.line + "\r\n"), Code: code}
}

// smtpReply reads "550", "550 5.1.1", "334 dXNlcm5hbWU6", "250-SIZE 1000", "535 Error: authentication failed".
func (x *lookup) smtpReply() {
	first := x.word[0]
	if len(first) < 3 || first[0] < '1' || first[0] > '5' || strings.Trim(first[:3], "0123456789") != "" || len(first) > 3 && first[3] != '-' {
		return
	}
	code, t := first[:3], x.talk(session.SMTP)
	if len(first) > 3 {
		x.line = code + " " + strings.TrimPrefix(x.line[3:], "-")
		x.word = strings.Fields(x.line)
	}
	known := t.book.find("status", code)
	depth := Brief
	if known != nil {
		t.note(Info, Brief, sayIs.With(code, known.T), known.Ref)
		depth = Full
	}
	t.digits(code, depth, false)
	e := x.event(session.SMTP, session.Server, session.Reply, code)
	t.enhanced(e, Brief)
	decoded := ""
	switch {
	case code == "334":
		var notes []Note
		decoded, notes = decodeChallenge("LOGIN", 0, strings.TrimSpace(x.line[3:]))
		t.notes = append(t.notes, notes...)
	case code[0] == '4' || code[0] == '5':
		t.ownWords(x.line, code)
	case code == "250" && len(x.word) > 1:
		if id := queueID(x.line); id != "" {
			t.note(Info, Brief, sayQueued.With(id), "RFC 5321 §4.2.5")
		} else if t.book.find("smtp", "EHLO "+x.word[1]) != nil || strings.HasPrefix(strings.ToUpper(x.word[1]), "AUTH=") {
			t.extension(strings.TrimSpace(x.line[4:]), x.word[1:])
		}
	}
	t.next(known)
	x.add(x.line, decoded, t.notes)
}

// pop3Reply reads "+OK 60 72208371", "+OK 60 message(s) [72208371 byte(s)]", "-ERR [IN-USE] text", "+ VXNlcm5hbWU6".
func (x *lookup) pop3Reply() {
	t, decoded := x.talk(session.POP3), ""
	switch n := numbers(x.line); strings.ToUpper(x.word[0]) {
	case "+OK":
		t.note(Yes, Brief, sayPlusOK.With(), "RFC 1939 §3")
		if len(n) >= 2 {
			t.note(Info, Brief, sayTwoNumbers.With(n[0], messagesOf(n[0]), sizeOf(n[1])), "RFC 1939 §5")
		} else if len(n) == 1 && strings.Contains(x.line, "octets") {
			t.note(Info, Brief, sayIs.With(strconv.FormatInt(n[0], 10), sizeOf(n[0])), "RFC 1939 §5")
		}
		if stamp := apopStamp(x.line); stamp != "" {
			t.note(Info, Brief, sayStamp.With(stamp), "RFC 1939 §7")
		}
		if row := t.whose(x.line); row != nil {
			t.note(Info, Brief, sayGreetsWith.With("POP3", row.T), "RFC 1939 §4")
		}
		t.responseCode(x.line, Brief)
	case "-ERR":
		t.note(No, Brief, sayMinusERR.With(), "RFC 1939 §3")
		t.responseCode(x.line, Brief)
		t.ownWords(x.line, "-ERR")
	case "+":
		t.note(Info, Brief, sayPlus.With(), "RFC 5034 §4")
		var notes []Note
		decoded, notes = decodeChallenge("LOGIN", 0, strings.TrimSpace(x.line[1:]))
		t.notes = append(t.notes, notes...)
	}
	x.add(x.line, decoded, t.notes)
}

// ownWords explains a refusal by the server's own words, if they are known.
func (t *talk) ownWords(line, code string) {
	row := t.book.voice("reply", code, strings.ToLower(readText(line)))
	if row == nil {
		return
	}
	t.note(Info, Brief, sayVoice.With(row.T), row.Ref)
	if row.Tip != "" {
		t.advise(row.Tip, "", t.turn())
	}
}

// enhanced reads "5.1.1".
func (x *lookup) enhanced() {
	if isEnhanced(x.word[0]) {
		t := x.talk(session.SMTP)
		t.status(x.word[0], Brief)
		x.add(x.word[0], "", t.notes)
	}
}

// responseCode reads "[IN-USE]" and "IN-USE".
func (x *lookup) responseCode() {
	code := strings.ToUpper(strings.Trim(x.word[0], "[]"))
	if len(x.word) > 1 || code == "AUTH" && x.word[0][0] != '[' || code == "UTF8" && x.word[0][0] != '[' {
		return
	}
	t := x.talk(session.POP3)
	if known := t.book.find("pop3", "code "+code); known != nil {
		t.note(Info, Brief, sayIs.With("["+code+"]", known.T), known.Ref)
		t.next(known)
	}
	x.add("["+code+"]", "", t.notes)
}

// command reads "RETR", "TOP 1 0", "MAIL FROM:<a@b> SIZE=1000", in each protocol that has the verb.
func (x *lookup) command() {
	verb := strings.ToUpper(x.word[0])
	for _, p := range []session.Protocol{session.POP3, session.SMTP} {
		t := x.talk(p)
		known := t.book.find(file(p), verb)
		if known == nil || known.Syntax == "" {
			continue
		}
		e := x.event(p, session.Client, session.Command, "")
		e.Verb = verb
		if len(x.word) > 1 {
			t.command(e)
			if l := t.last.slip; l.id != "" {
				t.advise(l.id, l.typed, l.better)
			}
		} else {
			t.note(Info, Brief, sayIs.With(verb, known.T), known.Ref)
			t.more(known)
			t.note(Info, Brief, saySyntax.With(known.Syntax), known.Ref)
		}
		t.outcome(known)
		x.add(protocolName(p)+" "+x.line, "", t.notes)
	}
}

// outcome says what the replies to a command mean.
func (t *talk) outcome(known *entry) {
	if known.Good.EN != "" {
		t.note(Yes, Full, sayIfYes.With(known.Good), "")
	}
	if known.Bad.EN != "" {
		t.note(No, Full, sayIfNo.With(known.Bad), "")
	}
	t.next(known)
}

// keywords lists what a single word can be in know/*.yaml: the file, the head of the key, and how it is called.
var keywords = []struct {
	file, head string
	name       text.T
}{
	{"pop3", "CAPA ", text.T{EN: "POP3 capability", ZH: "POP3 能力"}},
	{"pop3", "state ", text.T{EN: "POP3 state", ZH: "POP3 状态"}},
	{"pop3", "port ", text.T{EN: "port", ZH: "端口"}},
	{"smtp", "EHLO ", text.T{EN: "keyword of the EHLO reply", ZH: "EHLO 答复里的关键字"}},
	{"smtp", "MAIL ", text.T{EN: "parameter of MAIL", ZH: "MAIL 的参数"}},
	{"smtp", "RCPT ", text.T{EN: "parameter of RCPT", ZH: "RCPT 的参数"}},
	{"smtp", "port ", text.T{EN: "port", ZH: "端口"}},
	{"sasl", "", text.T{EN: "login mechanism", ZH: "登录机制"}},
}

// keyword reads a capability, an EHLO keyword, a parameter, a mechanism, a state or a port.
func (x *lookup) keyword() {
	name, _, _ := strings.Cut(x.word[0], "=")
	if len(x.word) > 1 && len(x.found) > 0 {
		return // a command with its arguments
	}
	if strings.EqualFold(name, "port") && len(x.word) == 2 {
		name = x.word[1]
	}
	for _, k := range keywords {
		t := x.talk(session.Untold)
		known := t.book.find(k.file, k.head+name)
		if known == nil {
			continue
		}
		t.note(Info, Brief, sayKeyword.With(strings.ToUpper(name), k.name, known.T), known.Ref)
		t.more(known)
		if known.Value != "" {
			t.note(Info, Full, saySyntax.With(strings.ToUpper(name)+"="+known.Value), known.Ref)
		}
		t.next(known)
		x.add(strings.ToUpper(k.head+name), "", t.notes)
	}
}

// paper reads "RFC 1939" and "rfc1939".
func (x *lookup) paper() {
	number := strings.TrimSpace(strings.TrimPrefix(strings.ToUpper(x.line), "RFC"))
	number, _, _ = strings.Cut(number, " ")
	if !strings.EqualFold(x.line[:min(3, len(x.line))], "RFC") {
		return
	}
	t := x.talk(session.Untold)
	if known := t.book.find("rfc", "RFC "+number); known != nil {
		t.note(Info, Brief, sayIs.With("RFC "+number, known.T), "RFC "+number)
	}
	x.add("RFC "+number, "", t.notes)
}

// field reads a header field: its name alone, or the whole line.
func (x *lookup) field() {
	name, value, colon := strings.Cut(x.line, ":")
	if !colon && len(x.word) > 1 || strings.ContainsAny(name, " <>") {
		return
	}
	l := letter{know: &facts{}, book: &book{}}
	if l.know.find(name) == nil {
		return
	}
	e := x.event(session.POP3, session.Server, session.Data, "")
	e.Verb, e.More = "RETR", true
	if strings.TrimSpace(value) == "" {
		e.Raw = []byte(name + ":\r\n")
	}
	notes, decoded := l.line(e, nil)
	x.add(name, decoded, notes)
}

// encodedWord reads "=?utf-8?B?5L2g5aW9?=".
func (x *lookup) encodedWord() {
	if !strings.HasPrefix(x.line, "=?") {
		return
	}
	var w words
	if decoded, ok := w.decode([]byte(x.line)); ok {
		x.add(x.line, decoded, []Note{decodedNote(saySays.With(decoded), "RFC 2047 §2")})
	}
}

// base64 reads a piece of Base64; odd things about it are told.
func (x *lookup) base64() {
	if len(x.word) > 1 || len(x.word[0]) < 4 {
		return
	}
	shown, notes := Unbase64(x.word[0])
	if shown == "" || strings.Contains(shown, `\x`) || !readable([]byte(shown)) {
		return
	}
	x.add(x.word[0], shown, append([]Note{decodedNote(saySays.With(shown), "RFC 4648 §4")}, notes...))
}

// advice reads the name of an advice.
func (x *lookup) advice() {
	t := x.talk(session.Untold)
	if known := t.book.find("advice", x.word[0]); known != nil && len(x.word) == 1 && !strings.Contains(known.EN, "%[") {
		t.advise(strings.ToLower(x.word[0]))
	}
	x.add(x.word[0], "", t.notes)
}

// slipOfCommand says what a word was meant to be.
func (x *lookup) slipOfCommand() {
	for _, p := range []session.Protocol{session.POP3, session.SMTP} {
		t := x.talk(p)
		verb, arg := proto.Split([]byte(x.line))
		if l := t.lapse(x.event(p, session.Client, session.Command, ""), verb, arg); l.id == "typo" || l.id == "glued" {
			t.advise(l.id, l.typed, l.better)
			x.add(protocolName(p)+" "+x.line, "", t.notes)
		}
	}
}

// The sentences of Explain.
var (
	sayPlusOK     = text.T{EN: "+OK is POP3's yes.", ZH: "+OK 是 POP3 的肯定答复。"}
	sayMinusERR   = text.T{EN: "-ERR is POP3's no.", ZH: "-ERR 是 POP3 的否定答复。"}
	sayTwoNumbers = text.T{
		EN: "To STAT or PASS: %[2]s, %[3]s together. To LIST %[1]d: that message has %[3]s.",
		ZH: "若答复 STAT 或 PASS：共 %[2]s，总计 %[3]s。若答复 LIST %[1]d：这封邮件 %[3]s。",
	}
	sayIfYes   = text.T{EN: "If the server agrees: %s", ZH: "如果成功：%s"}
	sayIfNo    = text.T{EN: "If it refuses: %s", ZH: "如果被拒绝：%s"}
	sayKeyword = text.T{EN: "%s (%s): %s.", ZH: "%s（%s）：%s。"}
	saySays    = text.T{EN: "It says: %s", ZH: "解码后是：%s"}
)
