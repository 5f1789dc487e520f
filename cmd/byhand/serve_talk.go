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
	number int
	conn   net.Conn
	in     *bufio.Reader
	player *transcripts.Player
	letter bool // the reply before asked for a letter
	lines  int  // typed by the learner
	good   int  // as recorded
	noted  int  // remarks
	missed int  // in a row
}

// play answers one connection to its end, then tells how it went.
func (s *troupe) play(c net.Conn, number int, call *transcripts.Call) {
	r := &rehearsal{s: s, number: number, conn: c, player: transcripts.NewPlayer(call, s.match)}
	r.mark(session.NewMark("open", "proto", string(s.proto)))
	err := r.run(call)
	by := "server"
	if errors.Is(err, io.EOF) {
		by = "client"
	}
	r.mark(session.NewMark("close", "by", by))
	if err != nil && !errors.Is(err, io.EOF) && !errors.Is(err, net.ErrClosed) {
		s.say(number, sayBroke.With(err.Error()))
	}
	s.say(number, sayPlayed.With(r.good, r.lines, r.noted))
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
func (r *rehearsal) line() ([]byte, error) {
	line, err := r.in.ReadSlice('\n')
	r.passed(session.Client, line)
	return append([]byte(nil), line...), err
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
	r.step(r.player.At(t), stepWords[how])
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
	if how == transcripts.AsRecorded && t.Role == session.Command && t.Label == "" && !greets && !transcripts.SameWords(t.Said, said) {
		r.remark(sayOtherwise.With(t.Line()))
	}
	if len(said) > 0 && !strings.HasSuffix(string(said), "\r\n") && t.Role == session.Command && t.Verb != "BDAT" {
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
	r.missed++
	if r.s.onMiss == "close" {
		r.s.say(r.number, sayMissClosed.With())
		return false, nil
	}
	next := r.player.Next()
	verb, _, _ := strings.Cut(strings.TrimSpace(string(said)), " ")
	quits := strings.EqualFold(verb, "QUIT")
	err = r.write([]byte(r.refusal(next, quits)))
	if next != nil && !quits {
		r.s.say(r.number, r.coaching(next))
		r.compare(r.player.Nearest(said), said)
	}
	return !quits, err
}

// refusal is the reply to a miss. To QUIT the server says goodbye whatever the recording says.
func (r *rehearsal) refusal(next *transcripts.Turn, quits bool) string {
	goes := "the recording is over: QUIT"
	if next != nil {
		goes = "it goes on with: " + wanted(next, r.s.onMiss == "coach" && r.missed >= missesToTell)
	}
	switch pop3 := r.s.proto == session.POP3; {
	case quits && pop3:
		return "+OK [byhand] goodbye\r\n"
	case quits:
		return "221 2.0.0 [byhand] goodbye\r\n"
	case pop3:
		return "-ERR [byhand] not in this recording; " + goes + "\r\n"
	case r.good == 0 || next == nil:
		return "503 5.5.1 [byhand] not in this recording; " + goes + "\r\n"
	}
	return "500 5.5.1 [byhand] not in this recording; " + goes + "\r\n"
}

// wanted names a turn: by its verb, or whole. A secret is a mask in it.
func wanted(t *transcripts.Turn, whole bool) string {
	switch {
	case t.Role == session.Data:
		return "the letter"
	case t.Role == session.Answer && !whole:
		return "the answer to AUTH"
	case whole:
		first, _, _ := strings.Cut(t.Line(), "\n")
		return visible(strings.TrimRight(first, "\r"))
	}
	return t.Verb
}

// coaching is the remark on the console: more each time.
func (r *rehearsal) coaching(next *transcripts.Turn) text.Said {
	if r.s.onMiss == "coach" && r.missed >= missesToHint {
		return sayTypeThis.With(wanted(next, true))
	}
	return sayUnheard.With(wanted(next, false))
}

var (
	sayBroke      = text.T{EN: "The connection broke: %s.", ZH: "连接中断：%s。"}
	sayPlayed     = text.T{EN: "%[1]d of %[2]d lines as recorded, remarks: %[3]d.", ZH: "%[2]d 行中有 %[1]d 行与记录一致，附注 %[3]d 条。"}
	sayLeftOut    = text.T{EN: "Steps of the recording were left out before: %s", ZH: "跳过了记录里的几步，直接到：%s"}
	sayBareLF     = text.T{EN: "The line ended with LF alone; mail protocols want CRLF (RFC 5321 section 2.3.8).", ZH: "这一行只以 LF 结尾；邮件协议要求 CRLF（RFC 5321 第 2.3.8 节）。"}
	sayMissClosed = text.T{EN: "A line that is not in the recording; the connection was closed.", ZH: "收到记录里没有的输入，已断开连接。"}
	sayUnheard    = text.T{EN: "A line that is not in the recording; it goes on with %s.", ZH: "收到记录里没有的输入；记录接下来是 %s。"}
	sayTypeThis   = text.T{EN: "A line that is not in the recording; type: %s", ZH: "收到记录里没有的输入；请输入：%s"}
)
