package main

import (
	"sync"
	"time"

	"byhand/session"
	"byhand/session/proto"
	"byhand/session/text"
)

// lookout tells of silence while somebody types: of a server that does not greet, and of a server that will soon give up
// waiting. Each is told once; the next line makes it begin anew.
type lookout struct {
	say   func(text.Said)
	after func(time.Duration, func()) (stop func() bool) // time.AfterFunc, or a test's
	state func() proto.State                             // of the talk

	mu    sync.Mutex
	stop  func() bool // the silence that is being waited for
	heard bool        // the server has said something on this connection
	tls   bool
}

// The silences that are told. A server may close after five minutes of SMTP (RFC 5321 §4.5.3.2.7) and after ten of POP3
// (RFC 1939 §3); the remark comes while there is time to type.
const (
	greetingSilence = 10 * time.Second
	smtpSilence     = 4*time.Minute + 30*time.Second
	pop3Silence     = 9 * time.Minute
)

// newLookout gives a lookout that waits by the system's clock.
func newLookout(say func(text.Said), state func() proto.State) *lookout {
	return &lookout{say: say, state: state, after: func(d time.Duration, f func()) func() bool { return time.AfterFunc(d, f).Stop }}
}

// sink follows the events of the session.
func (l *lookout) sink(events []session.Event) error {
	l.mu.Lock()
	defer l.mu.Unlock()
	for i := range events {
		e := &events[i]
		switch e.Role {
		case session.Note:
			continue
		case session.Open:
			l.heard, l.tls = false, e.Mark.Text("tls") != ""
		case session.Close:
			l.quiet()
			continue
		}
		l.heard = l.heard || e.From == session.Server
		l.wait(e)
	}
	return nil
}

// wait begins to wait for the silence that may follow e.
func (l *lookout) wait(e *session.Event) {
	l.quiet()
	if e.Role == session.Open && e.Mark.Text("err") != "" {
		return
	}
	switch {
	case !l.heard:
		l.stop = l.after(greetingSilence, func() { l.say(l.noGreeting()) })
	case e.Proto == session.SMTP:
		l.stop = l.after(smtpSilence, func() {
			if l.state().Phase == proto.Letter {
				l.say(sayIdleLetter.With())
				return
			}
			l.say(sayIdle.With(4.5, "RFC 5321 §4.5.3.2.7", 5))
		})
	case e.Proto == session.POP3:
		l.stop = l.after(pop3Silence, func() { l.say(sayIdle.With(9.0, "RFC 1939 §3", 10)) })
	}
}

// noGreeting says what a server may be waiting for that has not greeted.
func (l *lookout) noGreeting() text.Said {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.tls {
		return saySilent.With(10)
	}
	return saySilentPlain.With(10)
}

// quiet ends the waiting; the caller holds mu.
func (l *lookout) quiet() {
	if l.stop != nil {
		l.stop()
		l.stop = nil
	}
}

// end is the end of the session.
func (l *lookout) end() {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.quiet()
}

// What is said of silence.
var (
	sayIdle = text.T{
		EN: "Silence for %[1]g minutes. A server may close after %[3]d (%[2]s), and what was not finished is lost; NOOP keeps it waiting.",
		ZH: "已经沉默 %[1]g 分钟。服务器等满 %[3]d 分钟就可以断开（%[2]s），没做完的事会作废；发一条 NOOP 可以让它继续等。"}
	sayIdleLetter = text.T{
		EN: "Silence for 4.5 minutes inside the letter. A server may close after 5 (RFC 5321 §4.5.3.2.7), and the letter is lost; any line of it keeps the server waiting.",
		ZH: "信写到一半，已经沉默 4.5 分钟。服务器等满 5 分钟就可以断开（RFC 5321 §4.5.3.2.7），信就丢了；再写任何一行都能让它继续等。"}
	saySilentPlain = text.T{
		EN: "No greeting for %d seconds. If the server wants TLS from the first byte, it waits for us: leave and connect with --tls. A slow server may also be looking up who we are.",
		ZH: "等了 %d 秒还没有问候。如果服务器一连上就要 TLS，它正在等我们：请离开，加 --tls 再连。也可能服务器较慢，正在查对方是谁。"}
	saySilent = text.T{
		EN: "No greeting for %d seconds. A slow server may be looking up who we are; wait, or try again later.",
		ZH: "等了 %d 秒还没有问候。服务器可能较慢，正在查对方是谁；请再等等，或稍后再试。"}
)
