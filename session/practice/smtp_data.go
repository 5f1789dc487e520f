package practice

import (
	"bytes"
	"errors"
	"os"
	"strconv"
	"strings"
	"sync"
	"time"
)

func (s *smtpSession) data(string) error {
	switch {
	case s.state == smtpConnected:
		return s.refuse(keySMTPNeedHelo, "verb", "DATA")
	case s.state < smtpMailed:
		return s.refuse(keySMTPNeedMail, "verb", "DATA")
	case s.state < smtpRcpted:
		return s.refuse(keySMTPNeedRcpt, "verb", "DATA")
	case s.state == smtpChunking, s.mail.binary: // RFC 3030 §2, §3
		return s.refuse(keySMTPMixed)
	}
	s.say(keySMTPData)
	strict := dotReader{makeLF: s.srv.takesLF()}
	var d dots = &strict
	if ends := s.srv.voice.Ends | s.mail.ends; ends != 0 {
		d = &laxReader{ends: ends}
	}
	scratch := letterBuffers.Get().(*[]byte)
	letter, size, err := s.receive(d, (*scratch)[:0])
	defer func() { // what is delivered is a copy of the right size
		if cap(letter) <= largeLetter {
			*scratch = letter
			letterBuffers.Put(scratch)
		}
	}()
	if err != nil {
		return err
	}
	switch {
	case size > s.srv.limits.Letter:
		s.forget()
		return s.decline(keySMTPTooBig)
	case strict.bareLF && !strict.makeLF:
		s.forget()
		return s.refuse(keySMTPLetterLF)
	}
	return s.accept(letter)
}

// dots finds the end of a letter.
type dots interface {
	feed(in, out []byte) (letter []byte, used int, over bool)
}

// takesLF tells whether LF alone ends a line. A server that ends a letter by it knows no other way.
func (s *Server) takesLF() bool { return s.rules.BareLF || s.voice.Ends != 0 }

// Letters come in here, so that one whose size nobody knows yet does not grow step by step. A large one has its buffer to itself.
var letterBuffers = sync.Pool{New: func() any { b := make([]byte, 0, 8<<10); return &b }}

const largeLetter = 256 << 10

// receive reads a letter up to the lone dot and appends it to letter. Of a letter beyond the limit the octets are counted and dropped, so
// that the session stays in step; beyond twice the limit the server hangs up.
func (s *smtpSession) receive(d dots, into []byte) (letter []byte, size int64, err error) {
	letter = into
	s.in.widen()
	limit := s.srv.limits.Letter
	by := time.Now().Add(s.srv.limits.Whole)
	for over := false; !over; {
		have, err := s.pieceBy(by)
		if err != nil {
			return letter, size, err
		}
		before, used := len(letter), 0
		letter, used, over = d.feed(have, letter)
		s.in.use(used)
		size += int64(len(letter) - before)
		if size > limit {
			letter = letter[:0]
		}
		if size > 2*limit {
			s.say(keySMTPTooBig)
			return letter, size, errTooBig
		}
	}
	return letter, size, nil
}

// pieceBy waits for more octets of a letter that must be whole at a certain time: a client that sends a line every minute would
// hold its session for days.
func (s *smtpSession) pieceBy(by time.Time) ([]byte, error) {
	left := time.Until(by)
	if left <= 0 {
		return nil, os.ErrDeadlineExceeded
	}
	return s.piece(min(left, s.srv.limits.Block))
}

// errTooBig is a client that sends far more than SIZE allows.
var errTooBig = errors.New("letter without an end")

// bdat is RFC 3030 §2: a chunk of a counted number of octets, no dots. What is refused is read all the same, or the
// chunk would be taken for commands.
func (s *smtpSession) bdat(arg string) error {
	size, last, ok := parseChunk(arg)
	if !offers(s.srv.voice.EHLO, "CHUNKING") {
		return s.refuse(keySMTPUndone)
	}
	if arg == "" { // somebody who tries the command out: nothing follows
		return s.refuse(keySMTPChunkBad)
	}
	if !ok { // nobody knows how many octets follow
		s.say(keySMTPChunkBad)
		return errEndless
	}
	total := int64(len(s.letter)) + size
	fits := s.state >= smtpRcpted && total <= s.srv.limits.Letter
	if size > 2*s.srv.limits.Letter {
		s.say(keySMTPTooBig)
		return errTooBig
	}
	if err := s.chunk(size, fits); err != nil {
		return err
	}
	switch {
	case s.state < smtpMailed:
		return s.refuse(keySMTPNeedMail, "verb", "BDAT")
	case s.state < smtpRcpted:
		return s.refuse(keySMTPNeedRcpt, "verb", "BDAT")
	case !fits:
		s.forget()
		return s.decline(keySMTPTooBig)
	case last:
		return s.accept(lines(s.letter))
	}
	s.state = smtpChunking
	s.say(keySMTPChunk, "size", itoa(size))
	return nil
}

// parseChunk reads "size" or "size LAST".
func parseChunk(arg string) (size int64, last, ok bool) {
	f := strings.Fields(arg)
	if len(f) == 0 || len(f) > 2 || !isDigits(f[0]) || len(f) == 2 && !strings.EqualFold(f[1], "LAST") {
		return 0, false, false
	}
	size, err := strconv.ParseInt(f[0], 10, 62)
	return size, len(f) == 2, err == nil
}

func (s *smtpSession) chunk(size int64, keep bool) error {
	s.in.widen()
	by := time.Now().Add(s.srv.limits.Whole)
	for size > 0 {
		have, err := s.pieceBy(by)
		if err != nil {
			return err
		}
		n := int(min(size, int64(len(have))))
		if keep {
			s.letter = append(s.letter, have[:n]...)
		}
		s.in.use(n)
		size -= int64(n)
	}
	return nil
}

// lines makes CRLF of each LF that stands alone: a chunk may hold any octets, but POP3 can give back lines only.
func lines(letter []byte) []byte {
	if bytes.Count(letter, []byte{'\n'}) == bytes.Count(letter, []byte("\r\n")) {
		return letter
	}
	letter = bytes.ReplaceAll(letter, []byte("\r\n"), []byte{'\n'})
	return bytes.ReplaceAll(letter, []byte{'\n'}, []byte("\r\n"))
}

// accept delivers a letter that is complete and says so. The transaction is over in any case (RFC 5321 §4.1.1.4).
func (s *smtpSession) accept(letter []byte) error {
	mail := s.mail
	s.forget()
	if handled, err := s.srv.meet(s.conn, whenLetter); handled || err != nil {
		return err
	}
	now := s.srv.now()
	id := queueID(now)
	var room [512]byte
	trace := s.trace(room[:0], mail, id, now)
	raw := append(append(make([]byte, 0, len(trace)+len(letter)+2), trace...), letter...)
	if !bytes.HasSuffix(raw, []byte("\r\n")) {
		raw = append(raw, "\r\n"...)
	}
	if err := s.srv.store.deliver(mail.to, mail.from.String(), now, raw); err != nil {
		return s.decline(keySMTPNoRoom)
	}
	s.srv.counts.letters.Add(1)
	s.srv.counts.octets.Add(int64(len(letter)))
	s.srv.logf("%s letter %s from <%s> to %q, %d octets", s.RemoteAddr(), id, mail.from, mail.to, len(letter))
	s.say(keySMTPQueued, "id", id, "unix", itoa(now.Unix()))
	return nil
}

// trace appends what delivery puts on top of a letter: the reverse-path and one line of the way it came
// (RFC 5321 §4.4).
func (s *smtpSession) trace(b []byte, mail transaction, id string, now time.Time) []byte {
	for _, piece := range [...]string{"Return-Path: <", mail.from.String(), ">\r\nReceived: from ", s.helo, " (", s.remote(),
		")\r\n\tby ", s.srv.voice.Host, " with ", s.with(mail), " id ", id} {
		b = append(b, piece...)
	}
	if mail.rcpts == 1 { // more would tell each reader of the others
		b = append(append(append(b, "\r\n\tfor <"...), mail.first...), '>')
	}
	b = now.AppendFormat(append(b, "; "...), time.RFC1123Z)
	return append(b, "\r\n"...)
}

// with is the protocol's name in Received (RFC 3848, RFC 6531 §4.3).
func (s *smtpSession) with(mail transaction) string {
	name := "SMTP"
	switch {
	case mail.utf8:
		name = "UTF8SMTP"
	case s.esmtp:
		name = "ESMTP"
	}
	if s.secure != nil && name != "SMTP" {
		name += "S"
	}
	if s.user != "" && s.esmtp {
		name += "A"
	}
	return name
}

// queueID makes an id of the form that Coremail uses.
func queueID(now time.Time) string {
	return freshID()[4:] + "--." + strconv.Itoa(now.Nanosecond()%90000+10000) + "S2"
}
