package annotate

import (
	"strconv"
	"strings"

	"byhand/session"
	"byhand/session/proto"
	"byhand/session/text"
)

// pop3Command adds what hangs on the state: who can read it, and where the session stands.
func (t *talk) pop3Command(e *session.Event, c *command) (decoded string) {
	switch c.verb {
	case "USER":
		t.readableOnWire(Full, theName)
	case "PASS":
		if c.arg != "" {
			t.readableOnWire(Brief, thePassword)
		}
	case "AUTH":
		t.auth = newExchange(c.arg)
		t.auth.bare = c.arg == ""
		return t.initialResponse(e, c)
	case "TOP":
		if w := strings.Fields(c.arg); len(w) == 2 && w[1] == "0" {
			t.note(Info, Brief, sayTopZero.With(), "RFC 1939 §7")
		}
	case "QUIT":
		t.quits(c)
	}
	if s := stateName(t.before.Phase); s != "" && (c.verb == "USER" || c.verb == "PASS" || c.verb == "APOP" || c.verb == "QUIT") {
		t.note(Info, Full, sayState.With(s), "RFC 1939 §3")
	}
	return ""
}

// quits tells what QUIT will do to the marked messages (RFC 1939 §6).
func (t *talk) quits(c *command) {
	switch n := len(t.before.Marked); {
	case t.before.Phase != proto.Transaction:
		t.note(Info, Full, sayQuitEarly.With(), "RFC 1939 §4")
	case n == 0:
		t.note(Info, Brief, sayQuitNone.With(), "RFC 1939 §6")
	case n == 1:
		t.note(Info, Brief, sayQuitOne.With(t.before.Marked[0]), "RFC 1939 §6")
	default:
		t.note(Info, Brief, sayQuitMany.With(n), "RFC 1939 §6")
	}
}

// stateName gives the name of a state as RFC 1939 §3 writes it.
func stateName(p proto.Phase) string {
	switch p {
	case proto.Authorization:
		return "AUTHORIZATION"
	case proto.Transaction:
		return "TRANSACTION"
	case proto.Update:
		return "UPDATE"
	}
	return ""
}

// pop3Reply explains a status line.
func (t *talk) pop3Reply(e *session.Event, c *command) {
	line := string(e.Line())
	known := t.book.find("pop3", c.verb)
	if e.Code != "+OK" {
		t.pop3Refusal(c, known, line)
		t.named.note(c, false)
		return
	}
	t.named.note(c, true)
	t.note(Yes, Brief, t.pop3Yes(e, c, known, line), entryRef(known))
	t.responseCode(line, Brief)
	if c.slip.id == "user-extra" || c.slip.id == "placeholder" { // PASS would fail for it
		t.advise(c.slip.id)
	}
	t.lenient(c)
	if was, is := stateName(c.phase), stateName(t.state.Phase); was != "" && is != "" && was != is {
		t.note(Info, Full, sayStateChange.With(was, is), "RFC 1939 §3")
	}
	if (c.verb == "RETR" || c.verb == "TOP") && e.More {
		t.letter.reset()
		return
	}
	if !e.More {
		t.next(known)
	}
}

// pop3Yes says what a good reply means, with the numbers it holds.
func (t *talk) pop3Yes(e *session.Event, c *command, known *entry, line string) text.Said {
	n := numbers(line)
	switch {
	case known == nil:
		return sayYesTo.With(c.verb, sayNothingKnown)
	case (c.verb == "STAT" || c.verb == "PASS" || c.verb == "APOP") && len(n) >= 2:
		say := sayMaildrop
		if c.verb != "STAT" {
			say = sayLoggedIn
		}
		return say.With(c.verb, messagesOf(n[0]), sizeOf(n[1]))
	case c.verb == "LIST" && !e.More && len(n) >= 2:
		return sayListOne.With(n[0], sizeOf(n[1]))
	case c.verb == "UIDL" && !e.More:
		if w := strings.Fields(line); len(w) >= 3 {
			return sayUidlOne.With(w[1], w[2])
		}
	case (c.verb == "RETR" || c.verb == "TOP") && len(n) >= 1 && strings.Contains(line, "octets"):
		return sayRetr.With(c.verb, sizeOf(n[0]))
	case c.verb == "AUTH" && e.More:
		return sayMechanisms.With()
	case c.verb == "QUIT" && t.state.Phase == proto.Update && len(t.state.Marked) > 0:
		return sayRemoved.With(len(t.state.Marked))
	}
	return sayYesTo.With(c.verb, known.Good)
}

func (t *talk) pop3Refusal(c *command, known *entry, line string) {
	low := strings.ToLower(readText(line))
	tip := t.pop3Tip(c, low)
	advised := tip.id != "" && tip.id != silent
	code := t.book.find("pop3", "code "+bracketCode(line))
	said, depth := sayNo.With(t.refused(c)), Brief
	switch row := t.book.voice("reply", "-ERR", low); {
	case c.verb == "AUTH" && t.auth.cancelled:
		said = sayCancelled.With()
	case t.answerTold(c):
		said, depth = sayNoTo.With(t.refused(c), sayOverAnswer), Full
	case row != nil:
		said = sayNoBecause.With(t.refused(c), row.T)
	case known == nil:
		said = sayNoTo.With(t.refused(c), sayNotKnown)
	case advised:
	case code != nil && bracketCode(line) != "AUTH":
		said, depth = sayNoBecause.With(t.refused(c), code.T), All
	case known.Bad.EN != "":
		said = sayNoTo.With(t.refused(c), known.Bad)
	}
	t.note(No, Brief, said, entryRef(known))
	if advised {
		t.advise(tip.id, tip.typed, tip.better)
		depth = Full
	}
	t.responseCode(line, depth)
	if c.verb == "PASS" && t.state.Phase == proto.Authorization {
		t.note(Next, Full, sayNext.With(t.stateNext("AUTHORIZATION")), "RFC 1939 §7")
	}
}

// refused names the command of a refusal, even if it was no command, or may not be seen.
func (t *talk) refused(c *command) any {
	if strings.Trim(c.verb, ".,;:-=_") == "" || c.slip.id == "auth-over" || c.slip.id == "pass-word" {
		return thisLine
	}
	return short([]byte(c.verb))
}

// responseCode explains a [CODE] at the begin of the text (RFC 2449 §8).
func (t *talk) responseCode(line string, depth Depth) {
	code := bracketCode(line)
	if code == "" {
		return
	}
	known, _ := t.book.first("pop3", "code "+code, "code "+firstPart(code))
	if known == nil {
		return
	}
	t.note(Info, depth, sayIs.With("["+code+"]", known.T), known.Ref)
	if !t.tipped() {
		t.next(known)
	}
}

// bracketCode gives the CODE of "-ERR [CODE] text", or "".
func bracketCode(line string) string {
	_, text, _ := strings.Cut(line, " ")
	text, ok := strings.CutPrefix(text, "[")
	code, _, found := strings.Cut(text, "]")
	if !ok || !found || len(code) > 40 || strings.ContainsAny(code, " ") {
		return ""
	}
	return strings.ToUpper(code)
}

func firstPart(code string) string {
	part, _, _ := strings.Cut(code, "/")
	return part
}

// row explains one row of a list, or the dot that ends it.
func (t *talk) row(e *session.Event) {
	c := t.sent[e.Re]
	if c == nil {
		return
	}
	line := string(e.Line())
	if !e.More {
		t.endOfList(e, c)
		return
	}
	c.lines++
	word := strings.Fields(line)
	switch {
	case c.verb == "LIST" && len(word) >= 2:
		n, err := strconv.ParseInt(word[1], 10, 64)
		if err != nil {
			return
		}
		c.octets += n
		t.note(Info, Brief, sayListRow.With(word[0], sizeOf(n)), "")
	case c.verb == "UIDL" && len(word) >= 2:
		t.note(Info, Brief, sayUidlRow.With(word[0], word[1]), "")
	case c.verb == "CAPA" && len(word) >= 1:
		t.capability(line, word)
	case c.verb == "AUTH" && len(word) >= 1:
		if m := t.book.find("sasl", word[0]); m != nil {
			t.note(Info, Brief, sayIs.With(strings.ToUpper(word[0]), m.T), m.Ref)
		}
	case c.verb == "LANG" && len(word) >= 2:
		t.note(Info, Brief, sayLanguage.With(word[0], strings.Join(word[1:], " ")), "RFC 6856 §3")
	}
}

// endOfList explains the lone dot after a list.
func (t *talk) endOfList(e *session.Event, c *command) {
	delete(t.sent, e.Re)
	switch {
	case c.lines == 0 && (c.verb == "LIST" || c.verb == "UIDL"):
		t.note(Info, Brief, sayListEmpty.With(), "RFC 1939 §5")
		return
	case c.verb == "LIST":
		t.note(Info, Brief, sayListEnds.With(messagesOf(int64(c.lines)), sizeOf(c.octets)), "RFC 1939 §3")
	default:
		t.note(Info, Brief, sayEnds.With(linesOf(c.lines)), "RFC 1939 §3")
	}
	t.next(t.book.find("pop3", c.verb))
}

// capability explains one row of CAPA (RFC 2449 §5).
func (t *talk) capability(line string, word []string) {
	known := t.book.find("pop3", "CAPA "+word[0])
	if known == nil {
		t.note(Info, Brief, sayUnknownOffer.With(word[0]), "RFC 2449 §5")
		return
	}
	t.note(Info, Brief, sayIs.With(line, known.T), known.Ref)
	t.more(known)
	if strings.EqualFold(word[0], "SASL") {
		t.mechanisms(word[1:])
	}
}

// mechanisms explains each mechanism of a list.
func (t *talk) mechanisms(names []string) {
	for _, name := range names {
		t.mechanism(strings.ToUpper(name))
	}
}

// mechanism explains a mechanism; in full once a connection.
func (t *talk) mechanism(name string) {
	m := t.book.find("sasl", name)
	if m == nil {
		return
	}
	depth := Full
	if !t.once("sasl " + name) {
		depth = All
	}
	t.note(Info, depth, sayIs.With(name, m.T), m.Ref)
}

// entryRef gives the reference of an entry that may be missing.
func entryRef(e *entry) string {
	if e == nil {
		return ""
	}
	return e.Ref
}

// The sentences on POP3.
var (
	sayYesTo        = text.T{EN: "Yes to %s. %s", ZH: "%s 成功。%s"}
	sayNoTo         = text.T{EN: "No to %s. %s", ZH: "%s 被拒绝。%s"}
	sayNo           = text.T{EN: "No to %s.", ZH: "%s 被拒绝。"}
	sayOverAnswer   = text.T{EN: "The login failed, most likely for what is said of the answer above.", ZH: "登录失败，多半就是因为上面说到的回答的问题。"}
	sayNoBecause    = text.T{EN: "No to %s: %s.", ZH: "%s 被拒绝：%s。"}
	sayNotKnown     = text.T{EN: "The server does not know it.", ZH: "服务器不认识它。"}
	sayNothingKnown = text.T{EN: "byhand does not know this command.", ZH: "byhand 不认识这个命令。"}
	sayState        = text.T{EN: "The session is in the %s state.", ZH: "会话处于 %s 状态。"}
	sayStateChange  = text.T{EN: "State: %s before, %s from now on.", ZH: "状态：从 %s 变为 %s。"}
	sayTopZero      = text.T{EN: "0 lines of the body: the header alone.", ZH: "正文 0 行：只要首部。"}
	sayQuitEarly    = text.T{EN: "Nobody is logged in, so nothing is removed.", ZH: "还没有登录，所以不会删除任何东西。"}
	sayQuitNone     = text.T{EN: "No message is marked, so nothing will be removed.", ZH: "没有标记的邮件，不会删除任何东西。"}
	sayQuitOne      = text.T{EN: "The server enters the UPDATE state and removes 1 marked message: number %d.", ZH: "服务器进入更新（UPDATE）状态，删除 1 封已标记的邮件：第 %d 封。"}
	sayQuitMany     = text.T{EN: "The server enters the UPDATE state and removes the %d marked messages.", ZH: "服务器进入更新（UPDATE）状态，删除已标记的 %d 封邮件。"}
	sayRemoved      = text.T{EN: "Yes to QUIT. Marked messages removed: %d. The session is over.", ZH: "QUIT 成功。已删除标记的邮件 %d 封，会话结束。"}
	sayMaildrop     = text.T{EN: "Yes to %s. %s, %s together.", ZH: "%s 成功。共 %s，总计 %s。"}
	sayLoggedIn     = text.T{EN: "Yes to %s: you are logged in. %s, %s together.", ZH: "%s 成功，已登录。共 %s，总计 %s。"}
	sayListOne      = text.T{EN: "Yes to LIST. Message %d has %s. One line, no dot.", ZH: "LIST 成功。第 %d 封邮件 %s。只有一行，没有结尾的点。"}
	sayUidlOne      = text.T{EN: "Yes to UIDL. Message %s has the unique-id %s. One line, no dot.", ZH: "UIDL 成功。第 %s 封邮件的唯一标识是 %s。只有一行，没有结尾的点。"}
	sayRetr         = text.T{EN: "Yes to %s. The message of %s follows, up to a lone dot.", ZH: "%s 成功。下面是这封邮件（%s），到单独一个点为止。"}
	sayMechanisms   = text.T{EN: "Yes to AUTH. The mechanisms follow, one a line, up to a lone dot.", ZH: "AUTH 成功。下面逐行列出登录机制，到单独一个点为止。"}
	sayListRow      = text.T{EN: "Message %s: %s.", ZH: "第 %s 封：%s。"}
	sayUidlRow      = text.T{EN: "Message %s: unique-id %s.", ZH: "第 %s 封：唯一标识 %s。"}
	sayLanguage     = text.T{EN: "Language %s: %s.", ZH: "语言 %s：%s。"}
	sayListEnds     = text.T{EN: "The lone dot ends the list: %s, %s together.", ZH: "单独一个点表示列表结束：共 %s，总计 %s。"}
	sayListEmpty    = text.T{EN: "The lone dot ends the list: there is no message.", ZH: "单独一个点表示列表结束：没有邮件。"}
	sayEnds         = text.T{EN: "The lone dot ends the list: %s.", ZH: "单独一个点表示列表结束：共 %s。"}
	sayUnknownOffer = text.T{EN: "%s: an extension that byhand does not know.", ZH: "%s：byhand 不认识的扩展。"}
)
