package main

import (
	"bufio"
	"crypto/tls"
	"errors"
	"fmt"
	"io"
	"net"
	"strconv"
	"strings"
	"time"

	"byhand/session"
	"byhand/session/proto"
	"byhand/session/text"
	"byhand/transcripts"
)

// Bounds of a connection to a recording.
const (
	longestLine   = 64 << 10
	longestLetter = 64 << 20
	longestPause  = 2 * time.Second // with --timing limit
	idleLimit     = 10 * time.Minute
)

// A rehearsal is one connection to a recording that plays the server.
type rehearsal struct {
	s      *troupe
	number int // of the connection, from 0
	call   int // of the recording, from 0
	conn   net.Conn
	in     *bufio.Reader
	player *transcripts.Player
	letter bool // the reply before asked for a letter
	bareLF bool // it was said that lines end in CRLF
	veiled bool // the line typed last may hold a secret
	lines  int  // typed by the learner
	good   int  // as recorded
	noted  int  // remarks
	missed int  // in a row
}

// play answers one connection to its end, then tells how it went; played says that something went as recorded.
func (s *troupe) play(c net.Conn, number, call int) (played bool) {
	r := &rehearsal{s: s, number: number, call: call, conn: c, player: transcripts.NewPlayer(s.calls[call], s.match)}
	if len(s.calls) > 1 {
		s.say(number, sayWhichCall.With(call+1, len(s.calls)))
	}
	r.mark(session.NewMark("open", "proto", string(s.proto)))
	err := r.run(s.calls[call])
	by := "server"
	if errors.Is(err, io.EOF) {
		by = "client"
	}
	r.mark(session.NewMark("close", "by", by))
	if err != nil && !errors.Is(err, io.EOF) && !errors.Is(err, net.ErrClosed) {
		s.say(number, sayBroke.With(err.Error()))
	}
	r.tell()
	return r.good > 0 || len(s.calls[call].Turns) == 0
}

// tell sums up: what went as recorded, and what of the recording was not played.
func (r *rehearsal) tell() {
	remarks := sayRemarks
	if r.noted == 1 {
		remarks = sayOneRemark
	}
	r.s.say(r.number, remarks.With(r.good, r.lines, r.noted))
	if next := r.player.Next(); next != nil {
		r.s.say(r.number, sayNotPlayed.With(r.player.Left(), r.wanted(next, false)))
	}
}

func (r *rehearsal) run(call *transcripts.Call) error {
	if call.Implicit {
		if err := r.secure(); err != nil {
			return err
		}
	}
	r.in = bufio.NewReaderSize(r.conn, longestLine)
	if err := r.write(call.Greeting); err != nil {
		return err
	}
	for {
		said, err := r.listen()
		if err != nil {
			return err
		}
		more, err := r.answer(said)
		if err != nil || !more {
			return err
		}
	}
}

// listen reads one line, or a letter where one is expected, or BDAT's line with its octets (RFC 3030 §2).
func (r *rehearsal) listen() ([]byte, error) {
	if err := r.conn.SetDeadline(time.Now().Add(idleLimit)); err != nil {
		return nil, err
	}
	line, err := r.line()
	if err != nil {
		return nil, err
	}
	words := strings.Fields(string(line))
	switch {
	case r.letter:
		r.letter = false
		return r.rest(line)
	case len(words) > 1 && strings.EqualFold(words[0], "BDAT"):
		n, err := strconv.Atoi(words[1])
		if err != nil || n < 0 || n > longestLetter {
			return line, nil // the recording has nothing to say to it
		}
		chunk := make([]byte, n)
		n, err = io.ReadFull(r.in, chunk)
		r.passed(session.Client, chunk[:n])
		return append(line, chunk...), err
	}
	return line, nil
}

// line reads up to a line feed.
func (r *rehearsal) line() (line []byte, err error) {
	for {
		part, err := r.in.ReadSlice('\n')
		r.veiled = r.passed(session.Client, part)
		line = append(line, part...)
		switch {
		case !errors.Is(err, bufio.ErrBufferFull):
			return line, err
		case len(line) > longestLetter:
			return nil, errLongLetter
		}
	}
}

// write says something to the learner.
func (r *rehearsal) write(said []byte) error {
	r.passed(session.Server, said)
	_, err := r.conn.Write(said)
	return err
}

// remark tells something that is worth knowing, though the line was answered.
func (r *rehearsal) remark(what text.Said) {
	r.noted++
	r.s.say(r.number, what)
}

// rest reads the letter that began with line, up to the lone dot (RFC 5321 §4.1.1.4).
func (r *rehearsal) rest(line []byte) (letter []byte, err error) {
	for letter = line; string(session.TrimEOL(line)) != "."; letter = append(letter, line...) {
		if len(letter) > longestLetter {
			return nil, errLongLetter
		}
		if line, err = r.line(); err != nil {
			return nil, err
		}
	}
	return letter, nil
}

var errLongLetter = errors.New("letter over 64 MiB")

// answer says what the recording says to a line; more is false when the connection is over.
func (r *rehearsal) answer(said []byte) (more bool, err error) {
	r.lines++
	t, how := r.player.Hear(said)
	if verb, _ := proto.Split(said); how != transcripts.Miss || verb != "QUIT" { // who leaves early has failed at nothing
		r.step(r.player.At(t), stepWords[how])
	}
	if how == transcripts.Miss {
		return r.miss(said)
	}
	r.missed = 0
	switch {
	case how == transcripts.AsRecorded:
		r.good++
	case how == transcripts.Skipped:
		r.remark(sayLeftOut.With(t.Line()))
	}
	greets := t.Verb == "HELO" || t.Verb == "EHLO" // with any name
	if how == transcripts.AsRecorded && t.Role == session.Command && t.Label == "" && !greets && !t.Accepts(said, r.s.match) && !transcripts.SameWords(t.Said, said) {
		r.remark(sayOtherwise.With(t.Line()))
	}
	if !r.bareLF && len(said) > 0 && !strings.HasSuffix(string(said), "\r\n") && t.Role == session.Command && t.Verb != "BDAT" {
		r.bareLF = true
		r.remark(sayBareLF.With())
	}
	r.pause(t.Pause)
	if err := r.write(t.Reply); err != nil {
		return false, err
	}
	if t.Secure {
		if err := r.secure(); err != nil {
			return false, err
		}
		r.in = bufio.NewReaderSize(r.conn, longestLine) // what came in the clear is thrown away (RFC 3207 §6)
	}
	r.letter = t.Code == "354"
	return t.Verb != "QUIT" || t.Role != session.Command, nil
}

// pause waits as the recorded server did.
func (r *rehearsal) pause(d time.Duration) {
	switch r.s.timing {
	case "none":
		return
	case "limit":
		d = min(d, longestPause)
	}
	t := time.NewTimer(d)
	defer t.Stop()
	select {
	case <-t.C:
	case <-r.s.done:
	}
}

// secure changes to TLS.
func (r *rehearsal) secure() error {
	cfg, err := r.s.tls()
	if err != nil {
		return err
	}
	if err := r.conn.SetDeadline(time.Now().Add(shakeLimit)); err != nil {
		return err
	}
	c := tls.Server(r.conn, cfg)
	if err := c.Handshake(); err != nil {
		return fmt.Errorf("TLS: %w", err)
	}
	r.conn = c
	r.mark(session.NewMark("tls", "is", "done", "version", tls.VersionName(c.ConnectionState().Version)))
	return nil
}

// After so many misses in a row the coach hints, and tells.
const (
	missesToHint = 3
	missesToTell = 5
)

// miss answers in the protocol a line that the recording does not know, and shows on the console what it goes on with.
func (r *rehearsal) miss(said []byte) (more bool, err error) {
	if r.player.Cancel(said) {
		return true, r.write([]byte(transcripts.Cancelled(r.s.proto)))
	}
	r.missed++
	if r.s.onMiss == "close" {
		r.s.say(r.number, sayMissClosed.With())
		return false, nil
	}
	next := r.player.Next()
	verb, _ := proto.Split(said)
	tells := r.s.onMiss == "coach" && r.missed >= missesToTell
	err = r.write([]byte(r.player.Refuse(r.s.proto, said, tells)))
	if next != nil && verb != "QUIT" {
		r.s.say(r.number, r.coaching(next))
		r.compare(r.player.Nearest(said), said)
	}
	r.letter = next != nil && next.Role == session.Data // an exact match wants it again
	return verb != "QUIT", err
}

// wanted names a turn in the language of the console; what is sent to the client is in English, as a server's words are.
func (r *rehearsal) wanted(t *transcripts.Turn, whole bool) string {
	switch {
	case t.Role == session.Data:
		return sayTheLetter.In(r.s.a.lang)
	case t.Role == session.Answer && !whole:
		return sayTheAuth.In(r.s.a.lang)
	}
	return t.Wanted(whole)
}

// coaching is the remark on the console: more each time.
func (r *rehearsal) coaching(next *transcripts.Turn) text.Said {
	if r.s.onMiss == "coach" && r.missed >= missesToHint {
		return sayTypeThis.With(r.wanted(next, true))
	}
	return sayUnheard.With(r.wanted(next, false))
}

var (
	sayTheLetter  = text.T{EN: "the letter", ZH: "信的内容"}
	sayTheAuth    = text.T{EN: "the answer to AUTH", ZH: "AUTH 的回答"}
	sayBroke      = text.T{EN: "The connection broke: %s.", ZH: "连接中断：%s。"}
	sayRemarks    = text.T{EN: "%[1]d of %[2]d lines as recorded, %[3]d remarks.", ZH: "%[2]d 行中有 %[1]d 行与记录一致，附注 %[3]d 条。"}
	sayOneRemark  = text.T{EN: "%[1]d of %[2]d lines as recorded, %[3]d remark.", ZH: "%[2]d 行中有 %[1]d 行与记录一致，附注 %[3]d 条。"}
	sayNotPlayed  = text.T{EN: "Lines of the recording that were not played: %[1]d; it goes on with %[2]s.", ZH: "记录里还有 %[1]d 行没有演到，接下来是 %[2]s。"}
	sayWhichCall  = text.T{EN: "This plays connection %[1]d of the recording's %[2]d.", ZH: "这里演的是记录中的第 %[1]d 次连接，共 %[2]d 次。"}
	sayLeftOut    = text.T{EN: "Steps of the recording were left out before: %s", ZH: "跳过了记录里的几步，直接到：%s"}
	sayBareLF     = text.T{EN: "The line ended with LF alone; mail protocols want CRLF (RFC 5321 section 2.3.8). This is said once.", ZH: "这一行只以 LF 结尾；邮件协议要求 CRLF（RFC 5321 第 2.3.8 节）。之后不再提示。"}
	sayMissClosed = text.T{EN: "A line that is not in the recording; the connection was closed.", ZH: "收到记录里没有的输入，已断开连接。"}
	sayUnheard    = text.T{EN: "A line that is not in the recording; it goes on with %s.", ZH: "收到记录里没有的输入；记录接下来是 %s。"}
	sayTypeThis   = text.T{EN: "A line that is not in the recording; type: %s", ZH: "收到记录里没有的输入；请输入：%s"}
)
