package main

import (
	"fmt"
	"slices"
	"strings"
	"sync"
	"time"

	"byhand/session"
	"byhand/session/proto"
	"byhand/session/render"
	"byhand/session/text"
	"byhand/transcripts"
)

// A stageBook records what learners say to a recording that plays the server, each connection under a number of its own.
type stageBook struct {
	mu     sync.Mutex
	keep   *keeper
	framer *proto.Framer
	start  time.Time
}

// feed records a chunk. veiled says that it may hold a secret: one was found in it, or its lines wait to be understood.
func (b *stageBook) feed(c session.Chunk) (veiled bool) {
	b.mu.Lock()
	defer b.mu.Unlock()
	c.At = time.Since(b.start).Truncate(time.Microsecond)
	events := b.framer.Feed(c)
	veiled = !slices.ContainsFunc(events, func(e session.Event) bool { return e.Conn == c.Conn && e.From == c.From })
	for i := range events {
		_, spans := events[i].Masked(nil)
		veiled = veiled || len(spans) > 0
	}
	_ = b.keep.sink(events) // the recorder says itself what went wrong, once
	return veiled
}

func (r *rehearsal) passed(from session.Side, data []byte) (veiled bool) {
	return r.s.book.feed(session.Chunk{Conn: r.number + 1, From: from, Data: data})
}

func (r *rehearsal) mark(m *session.Mark) {
	r.s.book.feed(session.Chunk{Conn: r.number + 1, Mark: m})
}

// step notes how a line went: it is the step of the recording's turn of that number, counted over all its connections.
func (r *rehearsal) step(turn int, is string) {
	for _, before := range r.s.calls[:r.call] {
		turn += len(before.Turns)
	}
	r.mark(session.NewMark("step", "id", fmt.Sprintf("%s/%d", r.s.name, turn), "is", is))
}

// stepWords are what a step of each kind is called in a recording.
var stepWords = map[transcripts.Heard]string{
	transcripts.AsRecorded: "pass", transcripts.Skipped: "skip", transcripts.Again: "pass", transcripts.Miss: "fail",
}

// compare shows a learner's line below the recorded one, with a caret under what differs. A line that may hold a secret is not shown.
func (r *rehearsal) compare(t *transcripts.Turn, said []byte) {
	typed := string(session.TrimEOL(said))
	if next := r.player.Next(); typed == "" || r.veiled || t.Role != session.Command || t.Label != "" || next.Label != "" {
		return
	}
	labels := [2]string{sayRecorded.In(r.s.a.lang), sayTyped.In(r.s.a.lang)}
	wide := max(render.Width(labels[0]), render.Width(labels[1]))
	lines := [2]string{visible(t.Line()), visible(typed)}
	r.s.console.Lock()
	defer r.s.console.Unlock()
	for i, line := range lines {
		fmt.Fprintf(r.s.a.err, "   %s%s %s\n", labels[i], strings.Repeat(" ", wide-render.Width(labels[i])), line)
	}
	fmt.Fprintf(r.s.a.err, "   %s %s\n", strings.Repeat(" ", wide), carets(lines[0], lines[1]))
}

// carets gives a line that points at what of typed differs from was: all between what both begin with and what both end with; at least
// one place, where something is missing.
func carets(was, typed string) string {
	a, b := []rune(was), []rune(typed)
	head := 0
	for head < len(a) && head < len(b) && a[head] == b[head] {
		head++
	}
	tail := 0
	for tail < len(a)-head && tail < len(b)-head && a[len(a)-1-tail] == b[len(b)-1-tail] {
		tail++
	}
	return strings.Repeat(" ", render.Width(string(b[:head]))) + strings.Repeat("^", max(1, render.Width(string(b[head:len(b)-tail]))))
}

var (
	sayRecorded  = text.T{EN: "recorded:", ZH: "记录："}
	sayTyped     = text.T{EN: "typed:", ZH: "输入："}
	sayOtherwise = text.T{EN: "It is as good; the recording has it as: %s", ZH: "这样也行；记录里写的是：%s"}
)
