package annotate

import (
	"slices"
	"strings"

	"byhand/session"
	"byhand/session/proto"
)

// smtpTip finds the advice for a refusal of SMTP: by the server's own words, by the command's form, by the state, by the codes.
func (t *talk) smtpTip(e *session.Event, c *command) lapse {
	tip := lapse{typed: or(c.slip.typed, c.verb), better: c.slip.better}
	low := string(c.text)
	voice := tipOf(t.book.voice("reply", e.Code, low))
	switch {
	case t.answerTold(c) && e.Code != "503" && e.Code != "530":
		tip.id = silent
	case sharp(c.slip.id):
		tip.id = c.slip.id
	case voice != "" && !guessed(voice):
		tip.id = voice
	case c.verb == "AUTH" && t.auth.step > 0 && t.ownDoing() != "":
		tip.id = t.ownDoing()
	default:
		tip.id = or(voice, or(c.slip.id, or(t.smtpState(e, c, low), t.smtpCode(e, c, low))))
	}
	return t.refined(tip, c)
}

// refined fits an advice to what was said before: nobody has tried RCPT, the greeting was HELO, the login is done.
func (t *talk) refined(tip lapse, c *command) lapse {
	switch tip.id {
	case "no-rcpt":
		if c.phase < proto.Rcpt && !t.told["rcpt"] {
			tip.id = "order"
		}
	case "relay":
		if t.before.Authed {
			tip.id = "relay-login"
		}
	case "auth-not-offered":
		if t.before.Greeted && !t.before.ESMTP {
			tip.id = "ehlo-for-auth"
		}
	}
	if tip.id == "order" {
		tip.typed, tip.better = c.verb, t.turn()
	}
	return tip
}

// turn gives the command whose turn it is (RFC 5321 §4.1.4).
func (t *talk) turn() string {
	switch {
	case !t.state.Greeted:
		return "EHLO mypc"
	case t.state.Phase == proto.Mail:
		return "RCPT TO:<name@example.com>"
	case t.state.Phase == proto.Rcpt:
		return "DATA"
	}
	return "MAIL FROM:<name@example.com>"
}

// smtpState finds commands that come out of order.
func (t *talk) smtpState(e *session.Event, c *command, low string) string {
	open := c.phase == proto.Mail || c.phase == proto.Rcpt
	switch {
	case e.Code == "530" && strings.Contains(low, "starttls"):
		return "starttls-first"
	case c.verb == "AUTH" && t.before.Authed:
		return "auth-twice"
	case c.verb == "AUTH" && open:
		return "auth-in-mail"
	case c.verb == "STARTTLS" && t.before.TLS:
		return "tls-already"
	case e.Code != "503" && e.Code != "554":
	case c.verb != "STARTTLS" && !t.before.Greeted && c.verb != "EHLO" && c.verb != "HELO" && c.verb != "LHLO":
		return "greet-first"
	case c.verb == "MAIL" && open:
		return "nested-mail"
	case c.verb == "RCPT" && !open, (c.verb == "DATA" || c.verb == "BDAT") && c.phase < proto.Mail:
		return "order"
	case (c.verb == "DATA" || c.verb == "BDAT") && c.phase == proto.Mail:
		return "no-rcpt"
	}
	return ""
}

// smtpCode finds the advice by command, code and enhanced code.
func (t *talk) smtpCode(e *session.Event, c *command, low string) string {
	switch c.verb {
	case "AUTH":
		return t.authCode(e.Code, low)
	case "MAIL", "RCPT":
		return t.envelopeCode(e, c, e.Enhanced(), low)
	case "DATA", "BDAT":
		switch {
		case says(low, "spam", "unsolicited"):
			return "spam"
		case failsChecks(e.Enhanced()):
			return "ip-blocked"
		case e.Code == "552":
			return "too-large"
		}
	case "EHLO", "HELO":
		switch {
		case e.Code[0] == '5' && (t.lmtp.greeted || says(low, "lhlo")):
			return "lhlo"
		case c.verb == "EHLO" && (e.Code == "500" || e.Code == "502"):
			return "helo-old"
		}
	case "LHLO":
		return "no-lmtp"
	}
	switch {
	case (c.verb == "EHLO" || c.verb == "HELO") && e.Code[0] == '5':
		return "ehlo-form"
	case (e.Code == "500" || e.Code == "502") && t.book.find("smtp", c.verb) != nil && c.verb != "DATA":
		return "not-here"
	}
	return ""
}

// authCode finds the advice for a refused AUTH.
func (t *talk) authCode(code, low string) string {
	switch code {
	case "538", "523":
		return "starttls-first"
	case "504":
		return "mech-not-offered"
	case "534":
		return "mech-weak"
	case "454", "421", "432", "435", "525":
		return silent
	case "500", "502", "503":
		switch {
		case !t.offers("AUTH"):
			return "auth-not-offered"
		case code != "503" && t.auth.step == 0:
			return "not-here"
		}
	}
	return t.authAdvice(low)
}

// envelopeCode finds the advice for a refused sender or recipient. One cause has many codes: the text tells more.
func (t *talk) envelopeCode(e *session.Event, c *command, enhanced, low string) string {
	addr, params, _ := proto.Path(c.arg)
	switch {
	case e.Code == "530" || !t.before.Authed && says(low, "authenticat", "log in", "login"):
		return "auth-first"
	case e.Code == "555" && len(params) > 0:
		return "unsupported-param"
	case strings.HasSuffix(enhanced, ".2.2") || says(low, "quota", "mailbox full", "mailbox is full"):
		return "mailbox-full"
	case e.Code == "552" || enhanced == "5.3.4":
		return "too-large"
	case enhanced == "5.1.8" || enhanced == "4.1.8" || says(low, "domain of sender", "sender domain"):
		return "no-domain"
	case enhanced == "5.1.7" || enhanced == "5.1.3" || says(low, "bad sender address", "bad recipient address"):
		return "bad-address"
	case says(low, "blocked using", "block list", "blocklist", "blacklist", "banned sending ip") || failsChecks(enhanced):
		return "ip-blocked"
	case c.verb == "RCPT":
		if vague(enhanced, low) && strings.Contains(addr, "@") {
			return t.noRecipient(addr)
		}
		if id := recipientCode(e, enhanced, low); id != "" {
			return id
		}
	}
	if e.Code[0] == '5' && addr != "" && !strings.Contains(addr, "@") {
		return "bad-address"
	}
	return ""
}

// failsChecks tells the codes that blame the network address of the sending host: SPF, reverse DNS, several at once (RFC 7372 §3).
func failsChecks(enhanced string) bool {
	switch enhanced {
	case "5.7.23", "5.7.25", "5.7.26", "4.7.23", "4.7.25", "4.7.26":
		return true
	}
	return false
}

// vague tells a refusal whose words, "invalid recipient", fit an unknown mailbox and a domain that the server does not serve alike.
func vague(enhanced, low string) bool {
	return enhanced == "" && says(low, "invalid recipient", "recipient rejected", "recipient refused", "recipient not accepted", "recipient not allowed") &&
		!says(low, "user", "mailbox", "unknown", "no such", "exist", "account", "relay", "greylist", "later")
}

// noRecipient tells by the domain which of the two a vague refusal means. A server is at home in the domain that it is in itself
// (RFC 5321 §4.1.1.1: the first word of its EHLO reply is its name) and in that of a recipient whom it took.
func (t *talk) noRecipient(addr string) string {
	domain, name := domainOf(addr), ""
	if len(t.before.Offers) > 0 {
		name, _, _ = strings.Cut(strings.ToLower(t.before.Offers[0]), " ")
	}
	home := func(to string) bool { return domainOf(to) == domain }
	switch {
	case domain == name || strings.HasSuffix(name, "."+domain) || slices.ContainsFunc(t.before.To, home):
		return "unknown-recipient"
	case !strings.Contains(name, ".") || home(t.before.From):
		return "recipient-or-relay"
	}
	return "relay"
}

// domainOf gives what stands behind the last @ of an address, in lower case.
func domainOf(addr string) string { return strings.ToLower(addr[strings.LastIndexByte(addr, '@')+1:]) }

// recipientCode finds the advice for a refused recipient.
func recipientCode(e *session.Event, enhanced, low string) string {
	switch {
	case says(low, "relay"):
		return "relay"
	case e.Code == "556" || enhanced == "5.1.2" || enhanced == "5.1.10" && !says(low, "recipient"):
		return "recipient-domain"
	case e.Code[0] == '4' && (enhanced == "4.7.1" || says(low, "greylist", "later")):
		return "greylist"
	case enhanced == "5.1.1" || enhanced == "5.1.10" && says(low, "recipient") || e.Code == "550" && (enhanced == "" || enhanced[:3] == "5.1") &&
		says(low, "user", "mailbox", "unknown", "no such", "exist", "recipient", "account", "unrout"):
		return "unknown-recipient"
	}
	return ""
}
