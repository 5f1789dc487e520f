package annotate

import (
	"slices"
	"strings"

	"byhand/session/text"
)

// addressForm is how an address is written (RFC 5322 §3.4).
type addressForm uint8

const (
	bareAddress    addressForm = iota // wang@example.com
	namedAddress                      // Wang <wang@example.com>
	quotedAddress                     // "Wang, Li" <wang@example.com>
	commentAddress                    // wang@example.com (Wang), the old form
	groupAddress                      // Class: a@example.com, b@example.com;
)

// addressList is what one line of an address field holds.
type addressList struct {
	forms     []addressForm // in order, the first few
	addresses []string      // addr-specs
	semicolon bool          // parted by ";" outside a group
	noAt      string        // an address without its domain
	group     bool          // a group is still open at its end
}

// maxPerLine bounds the addresses of one line that are looked at.
const maxPerLine = 100

// addresses reads the addresses of one line of a field. It reads what people write: lists parted by ";" as well.
// group tells that the line before left a group open.
func addresses(s string, group bool) addressList {
	list := addressList{}
	for len(s) > 0 && len(list.forms) < maxPerLine {
		var item string
		var end byte
		item, end, s = cutAddress(s)
		if end == ':' {
			group = true
			list.forms = append(list.forms, groupAddress)
			continue
		}
		list.take(item)
		if end == ';' {
			list.semicolon = list.semicolon || !group
			group = false
		}
	}
	list.group = group
	return list
}

// cutAddress gives what stands before the next separator outside quotes, brackets and comments, and that separator or 0.
func cutAddress(s string) (item string, end byte, rest string) {
	quoted, angle, depth := false, false, 0
	for i := 0; i < len(s); i++ {
		switch c := s[i]; {
		case c == '\\':
			i++
		case c == '"' && depth == 0:
			quoted = !quoted
		case quoted:
		case c == '(':
			depth++
		case c == ')' && depth > 0:
			depth--
		case depth > 0:
		case c == '<':
			angle = true
		case c == '>':
			angle = false
		case c == ',' || c == ';' || c == ':' && !angle:
			if c == ':' && strings.Contains(s[:i], "@") {
				continue // no name of a group
			}
			return s[:i], c, s[i+1:]
		}
	}
	return s, 0, ""
}

// take adds one address to the list.
func (list *addressList) take(item string) {
	item = strings.TrimSpace(item)
	if item == "" {
		return
	}
	form, addr := bareAddress, item
	if i := strings.LastIndexByte(item, '<'); i >= 0 {
		addr, _, _ = strings.Cut(item[i+1:], ">")
		if name := strings.TrimSpace(item[:i]); strings.HasPrefix(name, `"`) {
			form = quotedAddress
		} else if name != "" {
			form = namedAddress
		}
	} else if i := strings.IndexByte(item, '('); i >= 0 {
		addr, form = strings.TrimSpace(item[:i]), commentAddress
	}
	switch {
	case strings.ContainsAny(addr, " \t\"") && !strings.Contains(addr, "@"):
		return // the name alone: its address is on the next line
	case !strings.Contains(addr, "@"):
		if form != bareAddress && addr != "" {
			list.noAt = addr
		}
		return
	}
	list.forms, list.addresses = append(list.forms, form), append(list.addresses, addr)
}

// addressLine reads a field of addresses.
func (l *letter) addressLine(value string, notes []Note) []Note {
	f := &l.field
	list := addresses(value, f.group)
	f.group = list.group
	if l.place == inHeader {
		l.collect(f.name, list.addresses)
		l.header.missed(f, len(list.forms) > 0 || list.group, value)
	}
	if len(list.forms) > 0 && f.told == 0 {
		notes = append(notes, Note{Tone: Info, Depth: Full, Text: formNames[list.forms[0]].With(), Ref: "RFC 5322 §3.4"})
	}
	f.told += len(list.addresses)
	if len(list.addresses) > 1 {
		notes = append(notes, Note{Tone: Info, Depth: Full, Text: sayAddresses.With(len(list.addresses)), Ref: "RFC 5322 §3.4"})
	}
	if list.semicolon {
		notes = append(notes, Note{Tone: l.blame(), Depth: Brief, Text: saySemicolon.With(), Ref: "RFC 5322 §3.4", ID: "address-semicolon"})
	}
	if list.noAt != "" {
		notes = append(notes, Note{Tone: l.blame(), Depth: Brief, Text: sayNoDomain.With(list.noAt), Ref: "RFC 5322 §3.4.1", ID: "address-domain"})
	}
	if f.name == "bcc" && l.client && f.line == 1 && len(list.addresses) > 0 {
		notes = append(notes, Note{Tone: Tip, Depth: Brief, Text: sayBcc.With(), Ref: "RFC 5322 §3.6.3", ID: "bcc"})
	}
	return notes
}

// missed keeps in mind that an address field has a name so far and no address; it may come on the field's next line.
func (h *header) missed(f *field, any bool, value string) {
	last := len(h.nobody) - 1
	switch {
	case f.line == 1 && !any && strings.TrimSpace(value) != "" && len(h.nobody) < maxAddresses:
		h.nobody = append(h.nobody, f.shown)
	case f.line > 1 && any && last >= 0 && h.nobody[last] == f.shown:
		h.nobody = h.nobody[:last]
	}
}

// collect keeps the addresses that are compared with the envelope.
func (l *letter) collect(name string, addrs []string) {
	h := &l.header
	for _, a := range addrs {
		if len(a) > 254 { // RFC 5321 §4.5.3.1.3
			continue
		}
		switch name {
		case "from":
			if len(h.from) < maxAddresses {
				h.from = append(h.from, a)
			}
		case "to", "cc":
			if len(h.to) < maxAddresses {
				h.to = append(h.to, a)
			}
		}
	}
}

// compare tells where header and envelope differ (RFC 5321 §2.3.1: only the envelope delivers).
func (l *letter) compare(notes []Note) []Note {
	h := &l.header
	if len(h.nobody) > 0 {
		notes = append(notes, Note{Tone: Tip, Depth: Brief, Text: sayNobody.With(strings.Join(h.nobody, ", "), h.nobody[0]), Ref: "RFC 5322 §3.4", ID: "address-missing-field"})
	}
	if len(h.from) == 0 && h.fields > 0 && !slices.ContainsFunc(h.nobody, func(f string) bool { return strings.EqualFold(f, "From") }) {
		notes = append(notes, Note{Tone: Info, Depth: Full, Text: sayFromMissing.With(), Ref: "RFC 5322 §3.6"})
	}
	if !l.hasEnvelope {
		return notes
	}
	if len(h.from) > 0 && l.envelopeFrom != "" && !has(h.from, l.envelopeFrom) {
		notes = append(notes, Note{Tone: Info, Depth: Brief, Text: sayFromDiffers.With(h.from[0], tidy(l.envelopeFrom)), Ref: "RFC 5321 §2.3.1"})
	}
	if len(h.to) == maxAddresses {
		return notes // not all of them are known
	}
	for _, a := range lacking(h.to, l.envelopeTo) {
		notes = append(notes, Note{Tone: Info, Depth: Brief, Text: sayNotInEnvelope.With(tidy(a)), Ref: "RFC 5321 §2.3.1"})
	}
	for _, a := range lacking(l.envelopeTo, h.to) {
		notes = append(notes, Note{Tone: Info, Depth: Full, Text: sayOnlyInEnvelope.With(tidy(a)), Ref: "RFC 5321 §2.3.1"})
	}
	return notes
}

// lacking gives up to three of want that are not in have.
func lacking(want, have []string) []string {
	var out []string
	for _, a := range want {
		if !has(have, a) && len(out) < 3 {
			out = append(out, a)
		}
	}
	return out
}

// has tells whether list holds the address, letter case aside.
func has(list []string, addr string) bool {
	for _, a := range list {
		if strings.EqualFold(a, addr) {
			return true
		}
	}
	return false
}

var formNames = [...]text.T{
	bareAddress:    {EN: "The address alone.", ZH: "只有地址。"},
	namedAddress:   {EN: "A name for people, then the address between < and >.", ZH: "前面是显示给人看的名字，尖括号里是地址。"},
	quotedAddress:  {EN: "A name in quotation marks, which it needs when it holds a comma or a dot; then the address between < and >.", ZH: "名字加了引号（名字里有逗号、句点时必须加），尖括号里是地址。"},
	commentAddress: {EN: "The old form: the address, then the name as a comment in ( ).", ZH: "旧写法：先写地址，再在括号里以注释写名字。"},
	groupAddress:   {EN: "A group: its name, a colon, the addresses, a semicolon.", ZH: "群组：组名、冒号、若干地址、分号。"},
}

var (
	sayAddresses = text.T{EN: "%d addresses, separated by commas.", ZH: "%d 个地址，用逗号分开。"}
	saySemicolon = text.T{EN: "Addresses are separated by commas; \";\" only ends a group.", ZH: "地址之间要用英文逗号；分号只用来结束群组。"}
	sayNoDomain  = text.T{EN: "%q has no @ and no domain.", ZH: "%q 没有 @ 和域名。"}
	sayBcc       = text.T{
		EN: "A Bcc line typed in the letter is sent to everybody. Take it out; a RCPT TO without a line in the header is the blind copy.",
		ZH: "写在信里的 Bcc 行会发给每个人看到。请去掉它；只给 RCPT TO 而不写进首部，就是密送。",
	}
	sayFromMissing = text.T{
		EN: "There is no From field, though every letter must have one; many servers add it, not all.",
		ZH: "没有 From 字段，而每封信都必须有；许多服务器会补上，但不是全部。",
	}
	sayNobody = text.T{
		EN: "There is no address in %[1]s; a name alone is not enough. Write it like %[2]s: name@example.com",
		ZH: "%[1]s 里没有地址，光有名字不够。应写成 %[2]s: name@example.com",
	}
	sayFromDiffers = text.T{
		EN: "The header says From %s, the envelope MAIL FROM %s. Readers see the first, bounces go to the second; some providers refuse this.",
		ZH: "首部的发件人是 %s，信封（MAIL FROM）是 %s。收信人看到前者，退信寄给后者；有的服务商会拒收。",
	}
	sayNotInEnvelope = text.T{
		EN: "%s stands in the header, but no RCPT TO named it: nothing is sent there.",
		ZH: "首部里写了 %s，但没有相应的 RCPT TO，所以不会寄给它。",
	}
	sayOnlyInEnvelope = text.T{
		EN: "%s gets the letter (RCPT TO) without standing in the header: that is a blind copy.",
		ZH: "%s 会收到信（RCPT TO），但首部里没有写：这就是密送。",
	}
)
