package practice

import (
	"strings"
	"time"
)

// slowness is how long slow@ waits: long enough to notice, short of any client's patience.
const slowness = 5 * time.Second

// namedFaults are recipients whose names call for a fault, so that a learner can meet it by typing. Accounts of the world go
// before these names. The letters that greylist@, slow@ and lax@ take in the end go to postmaster.
var namedFaults = map[string]func(*smtpSession, mailbox) error{
	"full":     func(s *smtpSession, a mailbox) error { return s.decline(keySMTPFull, "path", a.String()) },
	"greylist": (*smtpSession).greylist,
	"slow":     (*smtpSession).slow,
	"lax":      (*smtpSession).lax,
}

// callsForFault tells whether a local name is one of these.
func callsForFault(local string) bool {
	return namedFaults[local] != nil || strings.HasPrefix(local, "fail-")
}

// byName plays the fault that a local name calls for; handled tells that there is one.
func (s *smtpSession) byName(a mailbox) (handled bool, err error) {
	local := strings.ToLower(unquote(a.local))
	if code, ok := strings.CutPrefix(local, "fail-"); ok && len(code) == 3 && isDigits(code) && code[0] >= '4' && code[0] <= '5' && code[1] <= '5' {
		return true, s.fail(code, a)
	}
	meet := namedFaults[local]
	if meet == nil {
		return false, nil
	}
	return true, meet(s, a)
}

// fail answers with the code that the name asks for.
func (s *smtpSession) fail(code string, a mailbox) error {
	s.srv.sayText(&s.out, s.coded(code+" Error: asked for by {path}", code[:1]+".0.0"), "path", a.String())
	if code == "421" { // RFC 5321 §3.8: the server closes after it
		return errDropped
	}
	return nil
}

// greylist sends away who has not been here before (RFC 6647): a mail server comes again, a robot in a hurry does not.
func (s *smtpSession) greylist(a mailbox) error {
	if s.srv.store.firstTime(s.mail.from.String()) {
		return s.decline(keySMTPGreylist, "path", a.String())
	}
	return s.take(postmaster, a)
}

func (s *smtpSession) slow(a mailbox) error {
	if err := s.out.flush(); err != nil {
		return err
	}
	if err := s.pause(s.srv.limits.Slow); err != nil {
		return err
	}
	return s.take(postmaster, a)
}

// lax makes of the server, for the letter to come, one that reads line ends as those of the reports on smuggling did.
func (s *smtpSession) lax(a mailbox) error {
	s.mail.ends = smuggled
	return s.take(postmaster, a)
}

// coded puts an enhanced code into a text, if this client was offered such codes.
func (s *smtpSession) coded(text, code string) string {
	if s.esmtp && offers(s.srv.voice.EHLO, "ENHANCEDSTATUSCODES") {
		return withCode(text, code)
	}
	return text
}

// greylisted is how many senders are remembered; then all are forgotten, so that nobody can fill the memory.
const greylisted = 10000

// firstTime tells whether greylist@ has not heard of this sender before.
func (st *store) firstTime(sender string) bool {
	st.mu.Lock()
	defer st.mu.Unlock()
	if st.tried[sender] {
		return false
	}
	if st.tried == nil || len(st.tried) >= greylisted {
		st.tried = map[string]bool{}
	}
	st.tried[sender] = true
	return true
}
