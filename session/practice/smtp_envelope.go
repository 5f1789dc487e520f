package practice

import (
	"slices"
	"strconv"
	"strings"
)

func (s *smtpSession) mailFrom(arg string) error {
	switch {
	case s.state == smtpConnected:
		return s.refuse(keySMTPNeedHelo, "verb", "MAIL")
	case s.state > smtpGreeted:
		return s.refuse(keySMTPNested)
	case s.srv.rules.RequireAuth && s.user == "":
		return s.refuse(keySMTPNeedAuth)
	}
	p, wrong := parsePath(arg, "FROM:", s.srv.rules)
	switch {
	case wrong == pathSyntax:
		return s.refuse(keySMTPMailSyntax)
	case wrong == pathAddress, p.addr.local != "" && p.addr.domain == "":
		return s.refuse(keySMTPSender)
	}
	s.mail = transaction{from: p.addr}
	if key, arg := s.parameters(p.params, mailParams); key != "" {
		s.forget()
		return s.refuse(key, "arg", arg)
	}
	if !p.addr.isASCII() && !s.mail.utf8 {
		s.forget()
		return s.refuse(keySMTPNeedUTF8)
	}
	s.state = smtpMailed
	s.say(keySMTPMail, "path", p.addr.String())
	return nil
}

func (s *smtpSession) rcptTo(arg string) error {
	switch {
	case s.state == smtpConnected:
		return s.refuse(keySMTPNeedHelo, "verb", "RCPT")
	case s.state < smtpMailed:
		return s.refuse(keySMTPNeedMail, "verb", "RCPT")
	case s.state == smtpChunking:
		return s.refuse(keySMTPMixed)
	}
	p, wrong := parsePath(arg, "TO:", s.srv.rules)
	switch {
	case wrong == pathSyntax:
		return s.refuse(keySMTPRcptSyntax)
	case wrong == pathAddress, p.addr == mailbox{}:
		return s.refuse(keySMTPRecipient)
	case p.addr.domain == "" && !strings.EqualFold(p.addr.local, postmaster): // RFC 5321 §4.1.1.3
		return s.refuse(keySMTPRecipient)
	case !p.addr.isASCII() && !s.mail.utf8:
		return s.refuse(keySMTPNeedUTF8)
	}
	if key, arg := s.parameters(p.params, rcptParams); key != "" {
		return s.refuse(key, "arg", arg)
	}
	return s.recipient(p.addr)
}

// recipient takes an address that is served here, and no other: this server relays nothing.
func (s *smtpSession) recipient(a mailbox) error {
	name, local, known := s.srv.store.where(a)
	switch {
	case !local:
		return s.decline(keySMTPNoRelay, "path", a.String())
	case !known:
		if handled, err := s.byName(a); handled || err != nil {
			return err
		}
		return s.decline(keySMTPNoUser, "path", a.String())
	}
	if name = s.srv.store.seat(name, s.remote()); s.srv.store.fullBox(name) {
		return s.decline(keySMTPFull, "path", a.String())
	}
	return s.take(name, a)
}

// take puts the account name among the recipients, for the address a.
func (s *smtpSession) take(name string, a mailbox) error {
	if s.mail.rcpts >= s.srv.limits.Recipients {
		return s.decline(keySMTPTooMany)
	}
	if s.mail.rcpts++; s.mail.rcpts == 1 {
		s.mail.first = a.String()
	}
	if !slices.Contains(s.mail.to, name) {
		s.mail.to = append(s.mail.to, name)
	}
	s.state = smtpRcpted
	s.say(keySMTPRcpt, "path", a.String())
	return nil
}

// paramRow tells when a parameter may stand and takes its value; "" means it is fine.
type paramRow struct {
	needs string // the EHLO keyword that offers it
	take  func(s *smtpSession, p param) Key
}

var mailParams = map[string]paramRow{
	"SIZE":     {"SIZE", (*smtpSession).takeSize},
	"BODY":     {"8BITMIME", (*smtpSession).takeBody},
	"SMTPUTF8": {"SMTPUTF8", (*smtpSession).takeUTF8},
	"AUTH":     {"AUTH", takeXText},
	"RET":      {"DSN", oneOf("FULL", "HDRS")},
	"ENVID":    {"DSN", takeXText},
}

var rcptParams = map[string]paramRow{
	"NOTIFY": {"DSN", takeNotify},
	"ORCPT":  {"DSN", takeOriginal},
}

// parameters goes through the parameters of MAIL or RCPT; key is what to answer if one is wrong. They belong to
// ESMTP: after HELO there are none (RFC 5321 §4.1.1.11).
func (s *smtpSession) parameters(params []param, rows map[string]paramRow) (key Key, arg string) {
	seen := map[string]bool{}
	for _, p := range params {
		row, known := rows[p.key]
		switch {
		case !known || !s.esmtp || !offers(s.srv.voice.EHLO, row.needs):
			return keySMTPParameter, p.key
		case seen[p.key]:
			return keySMTPValue, p.key
		}
		seen[p.key] = true
		if key := row.take(s, p); key != "" {
			return key, p.key
		}
	}
	return "", ""
}

// oneOf takes a value out of a list, in any case of letters.
func oneOf(values ...string) func(*smtpSession, param) Key {
	return func(_ *smtpSession, p param) Key {
		if !slices.Contains(values, strings.ToUpper(p.value)) {
			return keySMTPValue
		}
		return ""
	}
}

// takeSize refuses at once what is announced as too big (RFC 1870 §6.1).
func (s *smtpSession) takeSize(p param) Key {
	n, err := strconv.ParseUint(p.value, 10, 64)
	switch {
	case !isDigits(p.value) || len(p.value) > 20:
		return keySMTPValue
	case err != nil || n > uint64(s.srv.limits.Letter):
		return keySMTPTooBig
	}
	return ""
}

func (s *smtpSession) takeBody(p param) Key {
	switch strings.ToUpper(p.value) {
	case "7BIT", "8BITMIME":
		return ""
	case "BINARYMIME":
		s.mail.binary = true
		if offers(s.srv.voice.EHLO, "BINARYMIME") {
			return ""
		}
	}
	return keySMTPValue
}

func (s *smtpSession) takeUTF8(p param) Key {
	if p.has {
		return keySMTPValue
	}
	s.mail.utf8 = true
	return ""
}

// takeNotify is RFC 3461 §4.1: NEVER alone, or a list of the others.
func takeNotify(_ *smtpSession, p param) Key {
	words := strings.Split(strings.ToUpper(p.value), ",")
	for _, w := range words {
		if !slices.Contains([]string{"NEVER", "SUCCESS", "FAILURE", "DELAY"}, w) || w == "NEVER" && len(words) > 1 {
			return keySMTPValue
		}
	}
	return ""
}

// takeOriginal is RFC 3461 §4.2: the kind of address, a semicolon, the address.
func takeOriginal(_ *smtpSession, p param) Key {
	if kind, addr, ok := strings.Cut(p.value, ";"); !ok || kind == "" || addr == "" || !isXText(addr) {
		return keySMTPValue
	}
	return ""
}

// takeXText is RFC 3461 §4.4 for ENVID, RFC 4954 §5 for AUTH.
func takeXText(_ *smtpSession, p param) Key {
	if p.value == "" || !isXText(p.value) {
		return keySMTPValue
	}
	return ""
}

// isXText tells whether + stands before two hexadecimal digits only, and = nowhere (RFC 3461 §4). Octets beyond ASCII are those of an
// address in UTF-8 (RFC 6533 §3).
func isXText(s string) bool {
	for i := 0; i < len(s); i++ {
		switch c := s[i]; {
		case c == '+':
			if i+2 >= len(s) || !isUpperHex(s[i+1]) || !isUpperHex(s[i+2]) {
				return false
			}
			i += 2
		case c <= ' ', c == '=', c == 0x7f:
			return false
		}
	}
	return true
}

func isUpperHex(c byte) bool { return c >= '0' && c <= '9' || c >= 'A' && c <= 'F' }
