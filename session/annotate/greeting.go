package annotate

import (
	"encoding/base64"
	"strings"
	"unicode/utf16"

	"byhand/session"
	"byhand/session/text"
)

// greeting explains the server's first words.
func (t *talk) greeting(e *session.Event) (decoded string) {
	line := string(e.Line())
	if t.last != nil && t.ahead > 0 && (e.Code[0] == '4' || e.Code[0] == '5' || e.Code == "-ERR") {
		t.refusedGreeting(e, line)
		t.advise("wait-greeting")
		return ""
	}
	if e.Code != "+OK" && !strings.HasPrefix(e.Code, "2") {
		t.refusedGreeting(e, line)
		return ""
	}
	if !t.once("greeting") {
		t.note(Info, Full, sayGreetingGoesOn.With(), "RFC 5321 §4.2")
		if !e.More {
			t.note(Next, Full, sayHello.With(), "RFC 5321 §4.1.1.1")
		}
		return ""
	}
	said := sayGreets.With(protocolName(e.Proto))
	if row := t.whose(line); row != nil {
		t.software = row.EN
		said = sayGreetsWith.With(protocolName(e.Proto), row.T)
	}
	ref := "RFC 5321 §4.3.1"
	if e.Proto == session.POP3 {
		ref = "RFC 1939 §4"
	}
	t.note(Yes, Brief, said, ref)
	if !isASCII(e.Line()) && !looksUTF8(e.Line()) {
		decoded = readText(line)
		t.note(Decoded, Brief, sayDecodedText.With(strings.TrimSpace(strings.TrimPrefix(decoded, e.Code))), "")
	}
	if e.Proto == session.POP3 {
		decoded = or(t.bracket(line), decoded)
		t.note(Next, Full, sayNext.With(t.stateNext("AUTHORIZATION")), "RFC 1939 §7")
		return decoded
	}
	t.code(e, true)
	t.lmtp.greeted = strings.Contains(line, "LMTP")
	switch {
	case e.More:
	case t.lmtp.greeted:
		t.note(Next, Full, sayHelloLMTP.With(), "RFC 2033 §4.1")
	default:
		t.note(Next, Full, sayHello.With(), "RFC 5321 §4.1.1.1")
	}
	return decoded
}

// refusedGreeting explains a server that does not want to talk.
func (t *talk) refusedGreeting(e *session.Event, line string) {
	if e.Proto == session.POP3 {
		t.note(No, Brief, sayNoService.With(), "RFC 1939 §4")
		t.responseCode(line, Brief)
		return
	}
	t.note(No, Brief, sayNoService.With(), "RFC 5321 §4.3.2")
	t.enhanced(e, Full)
	t.code(e, true)
}

// whose finds the software by what the greeting says.
func (t *talk) whose(line string) *entry {
	return t.book.voice("greeting", "", strings.ToLower(line))
}

// bracket explains what a POP3 greeting holds in brackets: an APOP stamp if it is <...@...>, else a server's own number.
func (t *talk) bracket(line string) (decoded string) {
	if stamp := apopStamp(line); stamp != "" {
		t.stamp = true
		t.note(Info, Full, sayStamp.With(stamp), "RFC 1939 §7")
		return ""
	}
	open, end := strings.IndexByte(line, '['), strings.LastIndexByte(line, ']')
	if open < 0 || end < open {
		return ""
	}
	inner := line[open+1 : end]
	if name := utf16Name(inner); name != "" {
		t.note(Decoded, Full, sayServerName.With(name), "")
		return name
	}
	t.note(Info, Full, sayNoStamp.With(inner), "RFC 1939 §7")
	return ""
}

// apopStamp gives the <...@...> of a greeting with its brackets, or "" (RFC 1939 §7: the form of a msg-id).
func apopStamp(line string) string {
	open := strings.LastIndexByte(line, '<')
	if open < 0 {
		return ""
	}
	end := strings.IndexByte(line[open:], '>')
	if end < 0 {
		return ""
	}
	stamp := line[open : open+end+1]
	if local, domain, ok := strings.Cut(stamp[1:len(stamp)-1], "@"); !ok || local == "" || domain == "" || strings.ContainsAny(stamp, " \t") {
		return ""
	}
	return stamp
}

// utf16Name reads the name that Exchange puts into its greeting: Base64 of UTF-16LE.
func utf16Name(s string) string {
	raw, err := base64.StdEncoding.DecodeString(s)
	if err != nil || len(raw) < 4 || len(raw)%2 != 0 {
		return ""
	}
	units := make([]uint16, len(raw)/2)
	for i := range units {
		units[i] = uint16(raw[2*i]) | uint16(raw[2*i+1])<<8
		if units[i] < ' ' || units[i] > '~' {
			return ""
		}
	}
	return string(utf16.Decode(units))
}

// stateNext gives what can be typed in a state of POP3.
func (t *talk) stateNext(state string) text.T {
	if e := t.book.find("pop3", "state "+state); e != nil {
		return e.Next
	}
	return text.T{}
}

// The sentences on greetings.
var (
	sayGreets         = text.T{EN: "The %s server greets you and is ready.", ZH: "%s 服务器向你问候，已准备好。"}
	sayGreetsWith     = text.T{EN: "The %s server greets you and is ready. It is %s.", ZH: "%s 服务器向你问候，已准备好。服务器软件或服务商：%s。"}
	sayGreetingGoesOn = text.T{EN: "The greeting goes on.", ZH: "问候还没说完。"}
	sayNoService      = text.T{EN: "The server does not want to serve you now.", ZH: "服务器现在不愿意提供服务。"}
	sayHello          = text.T{EN: "Next: EHLO mypc (or HELO mypc, the old form); the name is free text", ZH: "接下来：EHLO mypc（或老式的 HELO mypc），名字可以随便起"}
	sayHelloLMTP      = text.T{EN: "Next: LHLO mypc; the name is free text", ZH: "接下来：LHLO mypc，名字可以随便起"}
	sayStamp          = text.T{
		EN: "%s is the APOP stamp: with it a digest can be sent instead of the password.",
		ZH: "%s 是 APOP 时间戳：有了它，可以发送摘要来代替密码。",
	}
	sayNoStamp = text.T{
		EN: "[%s] is a number of the server's own, not an APOP stamp; that would be <...@...>.",
		ZH: "[%s] 是服务器自己的会话编号，不是 APOP 时间戳（时间戳形如 <...@...>）。",
	}
	sayServerName = text.T{EN: "The text in brackets is Base64 for the name of the machine: %s", ZH: "方括号里是机器名的 Base64：%s"}
)
