package annotate

import (
	"byhand/session"
	"byhand/session/text"
)

// lmtp is what LMTP does otherwise: after the letter there is a reply for each recipient that was accepted (RFC 2033 §4.2).
type lmtp struct {
	greeted bool     // the greeting named LMTP
	spoken  bool     // LHLO was accepted
	to      []string // recipients whose reply has not come
}

// begin keeps the recipients when the first of those replies is there, and gives the one that it is about.
func (l *lmtp) begin(to []string) (recipient string) {
	if !l.spoken || len(to) == 0 {
		return ""
	}
	l.to = append(l.to[:0], to[1:]...)
	return to[0]
}

// each explains a further reply after the letter, and tells whether it was one.
func (t *talk) each(e *session.Event) bool {
	if len(t.lmtp.to) == 0 || e.More {
		return len(t.lmtp.to) > 0
	}
	to := t.lmtp.to[0]
	t.lmtp.to = t.lmtp.to[1:]
	if e.Code[0] == '2' {
		t.note(Yes, Brief, sayTakenFor.With(to), "RFC 2033 §4.2")
		t.enhanced(e, Full)
		return true
	}
	var meaning text.T
	if known, _ := t.book.first("status", e.Code+" letter", e.Code, e.Code[:1]+"yz"); known != nil {
		meaning = known.T
	}
	t.note(No, Brief, sayNotTakenFor.With(to, e.Code, meaning), "RFC 2033 §4.2")
	t.enhanced(e, Brief)
	return true
}

var (
	sayTakenFor    = text.T{EN: "The letter is accepted for %s.", ZH: "给 %s 的信已收下。"}
	sayNotTakenFor = text.T{EN: "The letter is not accepted for %s. %s: %s.", ZH: "给 %s 的信没有收下。%s：%s。"}
)
