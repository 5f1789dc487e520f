package annotate

import (
	"slices"
	"strconv"
	"strings"

	"byhand/session"
	"byhand/session/proto"
	"byhand/session/text"
)

// smtpCommand adds what the arguments mean. Decoded is the user name that AUTH brings along.
func (t *talk) smtpCommand(e *session.Event, c *command) (decoded string) {
	switch c.verb {
	case "MAIL", "RCPT":
		t.envelopeLine(c)
	case "AUTH":
		t.auth = newExchange(c.arg)
		if t.before.Greeted && !t.before.ESMTP {
			t.note(Info, Full, sayAuthAfterHelo.With(), "RFC 4954 §3")
		}
		t.mechanism(t.auth.mech)
		return t.initialResponse(e, c)
	case "HELO", "EHLO", "LHLO":
		if c.arg != "" {
			t.note(Info, Full, sayHostName.With(short([]byte(c.arg))), "RFC 5321 §4.1.4")
		}
	case "BDAT":
		if w := strings.Fields(c.arg); len(w) > 0 {
			if n, err := strconv.ParseInt(w[0], 10, 64); err == nil {
				t.note(Info, Full, sayChunk.With(sizeOf(n)), "RFC 3030 §2")
			}
		}
		if t.before.Phase == proto.Rcpt {
			t.letterBegins()
		}
	}
	return ""
}

// letterBegins tells the letter's reader for whom the letter is.
func (t *talk) letterBegins() {
	t.letter.envelope(t.state.From, t.state.To)
	t.letter.smtputf8 = t.utf8
}

// envelopeLine explains the address and the parameters of MAIL and RCPT.
func (t *talk) envelopeLine(c *command) {
	addr, params, _ := proto.Path(c.arg)
	if c.verb == "MAIL" {
		t.utf8 = slices.ContainsFunc(params, func(p string) bool { return strings.EqualFold(p, "SMTPUTF8") })
	}
	switch {
	case c.verb == "MAIL" && addr == "" && strings.Contains(c.arg, "<>"):
		t.note(Info, Brief, sayNullSender.With(), "RFC 5321 §4.5.5")
	case addr != "" && !strings.Contains(addr, "@") && !strings.EqualFold(addr, "postmaster"):
		t.note(Info, Full, sayNoAt.With(short([]byte(addr))), "RFC 5321 §4.1.2")
	}
	for _, p := range params {
		if strings.ContainsAny(p, "<@") && !keywordForm().MatchString(p) {
			continue // an address more; what is wrong with it the reply tells
		}
		name, value, _ := strings.Cut(p, "=")
		known := t.book.find("smtp", c.verb+" "+name)
		if known == nil {
			t.note(Info, Brief, sayUnknownParam.With(short([]byte(name))), "RFC 5321 §4.1.1.11")
			continue
		}
		t.note(Info, Brief, sayIs.With(short([]byte(p)), known.T), known.Ref)
		if n, err := strconv.ParseInt(value, 10, 64); err == nil && strings.EqualFold(name, "SIZE") {
			t.note(Info, Full, sayIs.With("SIZE", sizeOf(n)), known.Ref)
		}
		if needs := known.Needs; needs != "" && t.state.ESMTP && !t.offers(needs) {
			t.note(Info, Full, sayNotOffered.With(needs), "RFC 5321 §4.1.1.11")
		}
	}
}

// offers tells whether the last EHLO reply had the keyword.
func (t *talk) offers(keyword string) bool {
	for _, line := range t.state.Offers {
		if word, _, _ := strings.Cut(line, " "); strings.EqualFold(word, keyword) {
			return true
		}
	}
	return false
}

// smtpReply explains a line of a reply.
func (t *talk) smtpReply(e *session.Event, c *command) {
	good := (e.Code[0] == '2' || e.Code[0] == '3') && !hangsUp(e, c)
	t.lmtp.spoken = t.lmtp.spoken || good && c.verb == "LHLO"
	if good && (c.verb == "EHLO" || c.verb == "LHLO" || c.verb == "HELO") {
		if c.lines > 1 || e.More {
			t.offer(e, c)
			if !e.More {
				t.lenient(c)
			}
			return
		}
	}
	if e.More {
		if c.lines == 1 {
			t.note(Info, Full, sayGoesOn.With(e.Code), "RFC 5321 §4.2.1")
		}
		return
	}
	if !good {
		t.smtpRefusal(e, c)
		return
	}
	t.smtpYes(e, c)
}

// hangsUp tells a 221 to anything but QUIT: the server has had enough (Postfix does it).
func hangsUp(e *session.Event, c *command) bool { return e.Code == "221" && c.verb != "QUIT" }

// smtpYes says what a good reply means, and what can come next.
func (t *talk) smtpYes(e *session.Event, c *command) {
	t.noLetter = false
	known := t.book.find("smtp", c.verb)
	switch {
	case e.Code == "354":
		c.text, c.lines = nil, 0 // the reply after the letter answers DATA, too
		t.letterBegins()
		t.note(Yes, Brief, sayWrite.With(), "RFC 5321 §4.1.1.4")
		t.code(e, true)
		t.note(Next, Full, sayWriteNext.With(), "RFC 5322 §2.1")
		return
	case c.verb == "BDAT" && strings.HasSuffix(strings.ToUpper(c.arg), " LAST"):
		t.notes = t.letter.lastChunk(t.notes)
		t.accepted(e)
	case c.verb == "DATA":
		t.accepted(e)
	case c.verb == "STARTTLS" && e.Code == "220":
		t.toTLS = true
		t.note(Yes, Brief, sayYesTo.With(c.verb, known.Good), known.Ref)
	case c.verb == "EHLO":
		t.note(Yes, Brief, sayNoExtensions.With(), known.Ref)
	case c.verb == "QUIT":
		t.note(Yes, Brief, sayYesTo.With(c.verb, known.Good), known.Ref)
	case known == nil || known.Good.EN == "":
		t.note(Yes, Brief, sayYesCode.With(t.refused(c), e.Code), "")
	default:
		t.note(Yes, Brief, t.book.said("yes", c.verb, func() text.Said { return sayYesTo.With(c.verb, known.Good) }), known.Ref)
	}
	t.enhanced(e, Full)
	t.code(e, true)
	t.lenient(c)
	t.afterYes(c, known)
}

// afterYes tells what can be typed now; after a greeting that hangs on what is offered and what was done already.
func (t *talk) afterYes(c *command, known *entry) {
	if c.verb != "HELO" && c.verb != "EHLO" {
		t.next(known)
		return
	}
	say := sayNextLogin.With(t.login())
	switch {
	case t.state.Authed || t.state.ESMTP && !t.offers("AUTH") && !t.offers("STARTTLS"):
		say = sayNextMail.With()
	case !t.state.TLS && t.offers("STARTTLS") && t.offers("AUTH"):
		say = sayNextBoth.With(t.login())
	case !t.state.TLS && t.offers("STARTTLS"):
		say = sayNextTLS.With()
	}
	t.note(Next, Full, sayNext.With(say), "")
}

// login gives the AUTH command that is easiest by hand among those offered.
func (t *talk) login() string {
	first := ""
	for _, line := range t.state.Offers {
		word := strings.Fields(strings.ToUpper(strings.Replace(line, "=", " ", 1)))
		if len(word) < 2 || word[0] != "AUTH" {
			continue
		}
		for _, easy := range []string{"LOGIN", "PLAIN"} {
			if slices.Contains(word[1:], easy) {
				return "AUTH " + easy
			}
		}
		first = or(first, "AUTH "+word[1])
	}
	return or(first, "AUTH LOGIN")
}

// accepted explains the reply after the letter: who has it now, and under which name.
func (t *talk) accepted(e *session.Event) {
	t.letter.reset()
	to := t.lmtp.begin(t.before.To)
	if to != "" {
		t.note(Yes, Brief, sayTakenFor.With(to), "RFC 2033 §4.2")
	}
	if id := queueID(string(e.Line())); id != "" {
		t.note(Yes, Brief, sayQueued.With(id), "RFC 5321 §4.2.5")
	} else if to == "" {
		t.note(Yes, Brief, sayTaken.With(), "RFC 5321 §4.2.5")
	}
	t.note(Info, Full, sayOwner.With(), "RFC 5321 §4.2.5")
}

// queueID finds the name under which a server keeps a letter: "queued as ID", "OK id=ID", "ID Message accepted", "ok TIME qp ID".
func queueID(line string) string {
	word := strings.Fields(line)
	for i, w := range word {
		switch low := strings.ToLower(w); {
		case low == "as" && i > 0 && strings.EqualFold(word[i-1], "queued") && i+1 < len(word):
			return strings.TrimRight(word[i+1], ".")
		case strings.HasPrefix(low, "id="):
			return w[3:]
		case low == "message" && i > 1 && i+1 < len(word) && strings.EqualFold(word[i+1], "accepted"):
			return word[i-1]
		case low == "qp" && i+1 < len(word):
			return word[i+1]
		}
	}
	return ""
}

// offer explains a line of the EHLO reply: the first is the greeting, each other one an extension (RFC 5321 §4.1.1.1).
func (t *talk) offer(e *session.Event, c *command) {
	known := t.book.find("smtp", c.verb)
	line := strings.TrimSpace(string(e.Line()[min(len(e.Line()), 4):]))
	if c.lines == 1 {
		t.note(Yes, Brief, sayYesTo.With(c.verb, known.Good), known.Ref)
		t.code(e, true)
		return
	}
	word := strings.Fields(line)
	if len(word) == 0 {
		return
	}
	t.extension(line, word)
	if !e.More {
		t.note(Info, Full, sayLastLine.With(e.Code), "RFC 5321 §4.2.1")
		if c.verb == "HELO" {
			t.note(Info, Full, sayHeloLists.With(), "RFC 5321 §3.2")
		}
		t.afterYes(c, known)
	}
}

// extension explains one keyword with its parameters.
func (t *talk) extension(line string, word []string) {
	if name, mech, old := strings.Cut(word[0], "="); old && strings.EqualFold(name, "AUTH") {
		known := t.book.find("smtp", "EHLO AUTH=")
		t.note(Info, Brief, sayIs.With(line, known.T), known.Ref)
		t.mechanisms(append([]string{mech}, word[1:]...))
		return
	}
	keyword, _, _ := strings.Cut(word[0], "=")
	known := t.book.find("smtp", "EHLO "+keyword)
	if known == nil {
		if !strings.EqualFold(word[0], "OK") {
			t.note(Info, Brief, sayUnknownOffer.With(short([]byte(word[0]))), "RFC 5321 §4.1.1.1")
		}
		return
	}
	t.note(Info, Brief, sayIs.With(line, known.T), known.Ref)
	switch strings.ToUpper(word[0]) {
	case "SIZE":
		if n := numbers(line); len(n) == 1 && n[0] > 0 {
			t.note(Info, Brief, sayLimit.With(sizeOf(n[0])), known.Ref)
		}
	case "AUTH":
		t.mechanisms(word[1:])
	}
}

// smtpRefusal explains a reply of 4yz or 5yz: first in the server's own words, then by its codes.
func (t *talk) smtpRefusal(e *session.Event, c *command) {
	say := sayNoCode
	if e.Code[0] == '4' {
		say = sayNotNow
	}
	row := t.book.voice("reply", e.Code, string(c.text))
	known, _ := t.book.first("status", t.place(e, c), e.Code, e.Code[:1]+"yz")
	var meaning text.T
	switch {
	case t.answerTold(c) && e.Code != "503" && e.Code != "530":
		meaning = sayOverAnswer2
	case row != nil:
		meaning = row.T
	case known != nil:
		meaning = known.T
	}
	if c.verb == "AUTH" && t.auth.cancelled && e.Code == "501" {
		t.note(Yes, Brief, sayCancelled.With(), "RFC 4954 §4")
		t.enhanced(e, Full)
		return
	}
	t.note(No, Brief, say.With(t.refused(c), e.Code, meaning), "RFC 5321 §4.2.3")
	tip := t.smtpTip(e, c)
	if tip.id != "" && tip.id != silent {
		t.advise(tip.id, tip.typed, tip.better)
	}
	switch {
	case c.verb == "DATA" && t.before.Phase == proto.Letter:
		t.letter.reset()
		t.lmtp.begin(t.before.To)
	case c.verb == "DATA":
		t.noLetter = true
	}
	depth := Brief
	if t.tipped() || t.answerTold(c) || !t.onceOf("enhanced ", e.Enhanced()) {
		depth = Full
	}
	t.enhanced(e, depth)
	t.code(e, row != nil)
	if tip.id != "" {
		return
	}
	if known := t.book.find("smtp", c.verb); known != nil && known.Bad.EN != "" {
		t.note(Info, Full, known.Bad.With(), known.Ref)
	}
	t.next(t.book.find("status", e.Code))
}

// place gives the key under which know/status.yaml says what a code means at this place of the dialogue: after the letter, to an
// answer of AUTH, to a command (RFC 5321 §4.3.2).
func (t *talk) place(e *session.Event, c *command) string {
	switch {
	case (c.verb == "DATA" || c.verb == "BDAT") && t.before.Phase == proto.Letter:
		return e.Code + " letter"
	case c.verb == "AUTH" && t.auth.step > 0:
		return e.Code + " answer"
	}
	return e.Code + " " + c.verb
}

// The sentences on SMTP.
var (
	sayHostName      = text.T{EN: "%s is the name that your side gives itself.", ZH: "%s 是本方自报的主机名。"}
	sayAuthAfterHelo = text.T{EN: "The greeting was HELO, so the server has not said whether it takes logins; strictly, EHLO comes first.", ZH: "先前用的是 HELO，服务器没有说明是否支持登录；严格说应先用 EHLO。"}
	sayChunk         = text.T{EN: "%s of the letter follow at once, counted.", ZH: "后面紧跟信的 %s，按数计。"}
	sayNullSender    = text.T{EN: "<> is the empty sender: bounces to it are not wanted.", ZH: "<> 是空发件人，表示不要退信。"}
	sayNoAt          = text.T{EN: "%s has no @domain; the server may add its own.", ZH: "%s 没有 @域名，服务器可能会补上自己的。"}
	sayUnknownParam  = text.T{EN: "%s: a parameter that byhand does not know.", ZH: "%s：byhand 不认识的参数。"}
	sayNotOffered    = text.T{EN: "The EHLO reply did not offer %s.", ZH: "EHLO 的答复里没有 %s。"}
	sayGoesOn        = text.T{EN: "The hyphen behind %s: the reply goes on with the next line.", ZH: "%s 后面的连字符表示答复还有下一行。"}
	sayLastLine      = text.T{EN: "The blank behind %s: this is the last line of the reply.", ZH: "%s 后面是空格，这是答复的最后一行。"}
	sayHeloLists     = text.T{EN: "A reply to HELO should not list extensions; this server does it all the same.", ZH: "HELO 的答复本不应列出扩展，这台服务器却列了。"}
	sayNextLogin     = text.T{EN: "%[1]s (log in) or MAIL FROM:<your address>", ZH: "%[1]s（登录）或 MAIL FROM:<你的地址>"}
	sayNextBoth      = text.T{EN: "STARTTLS (encrypt), %[1]s (log in) or MAIL FROM:<your address>", ZH: "STARTTLS（加密）、%[1]s（登录）或 MAIL FROM:<你的地址>"}
	sayNextTLS       = text.T{EN: "STARTTLS (encrypt) or MAIL FROM:<your address>", ZH: "STARTTLS（加密）或 MAIL FROM:<你的地址>"}
	sayNextMail      = text.T{EN: "MAIL FROM:<your address>", ZH: "MAIL FROM:<你的地址>"}
	sayLimit         = text.T{EN: "Largest letter: %s.", ZH: "单封上限：%s。"}
	sayYesCode       = text.T{EN: "Yes to %s: %s.", ZH: "%s 成功：%s。"}
	sayNoCode        = text.T{EN: "No to %s. %s: %s.", ZH: "%s 被拒绝。%s：%s。"}
	sayNotNow        = text.T{EN: "Not now: %s. %s: %s.", ZH: "%s 暂时不行。%s：%s。"}
	sayOverAnswer2   = text.T{EN: "the login failed, most likely for what is said of the answer above", ZH: "登录失败，多半就是因为上面说到的回答的问题"}
	sayNoExtensions  = text.T{EN: "Yes to EHLO. The server greets back and lists no extension.", ZH: "EHLO 成功。服务器也问候了你，没有列出任何扩展。"}
	sayWrite         = text.T{EN: "Yes to DATA. Write the letter now; a line with a lone dot ends it.", ZH: "DATA 成功。现在写信，单独一个点的行表示结束。"}
	sayWriteNext     = text.T{EN: "Next: header fields (From, To, Subject), an empty line, the text, and a lone dot. The server is silent until then.", ZH: "接下来：首部（From、To、Subject）、一个空行、正文、单独一个点。在这之前服务器不会说话。"}
	sayQueued        = text.T{EN: "The letter is accepted and queued as %s.", ZH: "信已收下，排队编号 %s。"}
	sayTaken         = text.T{EN: "The letter is accepted.", ZH: "信已收下。"}
	sayOwner         = text.T{EN: "From now on the server is responsible: it delivers the letter or sends a bounce. That the reader has it is not said yet.", ZH: "从现在起由服务器负责：要么投递，要么退信。这还不等于收信人已经收到。"}
)
