package main

import (
	"context"
	"errors"
	"io"
	"time"

	"byhand/session"
	"byhand/session/annotate"
	"byhand/session/render"
	"byhand/session/text"
	"byhand/transcripts"
)

// player shows a transcript to a person who steers it with keys. It prints lines below each other, as the session did, and takes
// the last ones away for a step back, as long as they are on the screen: no second screen, so that the scrollback, copying and a
// screen reader work as everywhere. It is for one goroutine.
type player struct {
	tape   *transcripts.Tape
	name   string // what the user called the transcript
	keys   presses
	now    func() time.Time
	screen *paper
	lines  *render.Renderer // at the depth that is shown
	lang   text.Lang
	depth  annotate.Depth

	place   int // of what was shown last; 0 before the first
	playing bool
	due     time.Time // when the next line comes, while playing
	at      time.Duration
	speed   float64
	idle    int // row of idles
	idles   []time.Duration
	typing  bool // a client's line comes character by character

	until   func(int, []transcripts.Line) bool // where playing ends; nil for nowhere
	pauseOn func([]transcripts.Line) bool      // nil for nothing
	loop    [2]int                             // places between which playing goes round; zeroes for no loop
	follow  bool

	spoke    session.Side // the last one that did
	tls      string       // version of TLS, as far as it was seen
	hunt     transcripts.Hunt
	hunting  bool // hunt was set
	huntBack bool
	marks    []bookmark
	steps    []int
	counted  bool // steps was filled
	tail     bool // marks that were appended to the recording were read
	keep     func(bookmark) error
	suspend  func() error

	steered bool // a key was pressed: the end of the transcript is not the end of the program
	over    bool
}

// presses gives keys, one at a time: shell.Presses, or a script in tests.
type presses interface {
	Wait(ctx context.Context, d time.Duration) (name string, open bool)
}

// poll is how often a file that grows is looked at.
const poll = 200 * time.Millisecond

// run shows the transcript until its end, or until the person leaves.
func (p *player) run(ctx context.Context) error {
	for !p.over {
		wait, scanning := p.wait()
		p.showStatus()
		key, open := p.keys.Wait(ctx, wait)
		var err error
		switch {
		case !open:
			p.over = true
		case key != "":
			err = p.press(ctx, key)
		case scanning:
			_, err = p.tape.Scan()
		case p.playing:
			err = p.advance(ctx)
		}
		if err != nil {
			p.screen.status("")
			return err
		}
	}
	p.screen.status("")
	return nil
}

// wait tells for how long a key is waited for; while nothing else is to be done the index is made.
func (p *player) wait() (d time.Duration, scanning bool) {
	d = -1
	if p.playing {
		d = max(p.due.Sub(p.now()), 0)
	}
	if _, all := p.tape.Len(); !all && d != 0 {
		return 0, true
	}
	return d, false
}

// advance shows the next line while playing.
func (p *player) advance(ctx context.Context) error {
	if p.loop[1] > 0 && p.place >= p.loop[1] {
		return p.jump(p.loop[0])
	}
	shown, err := p.forward(ctx)
	if err != nil {
		return err
	}
	if len(shown) == 0 {
		return p.ended()
	}
	if p.until != nil && p.until(p.place, shown) {
		p.stop()
		return nil
	}
	if p.pauseOn != nil && p.pauseOn(shown) {
		p.playing, p.steered = false, true
		return nil
	}
	return p.schedule()
}

// stop ends playing, and the program with it if nobody steered.
func (p *player) stop() { p.playing, p.over = false, !p.steered }

// ended is the end of the transcript, or of what is there of one that grows.
func (p *player) ended() error {
	if !p.follow {
		p.stop()
		if !p.over {
			p.say(sayEndReached.With())
		}
		return nil
	}
	if p.tape.Closed() {
		p.follow = false
		return p.ended()
	}
	_, err := p.tape.Grow()
	p.due = p.now().Add(poll)
	return err
}

// schedule tells when the line after the current one is due.
func (p *player) schedule() error {
	p.due = p.now()
	next, err := p.tape.Lines(p.place + 1)
	if errors.Is(err, io.EOF) || len(next) == 0 || p.follow && err == nil {
		return nil
	}
	if err != nil {
		return err
	}
	pause := next[0].Event.At - p.at
	if e := &next[0].Event; e.At == 0 && e.From != p.spoke && e.From != session.Nobody && p.spoke != session.Nobody {
		pause = change // nobody has told the time
	}
	if limit := p.idles[p.idle]; limit > 0 {
		pause = min(pause, limit)
	}
	p.due = p.due.Add(time.Duration(float64(max(pause, 0)) / p.speed))
	return nil
}

// change is how long a side takes to speak where no times are told.
const change = 500 * time.Millisecond

// forward shows the next line that can be seen, and gives it; at the end there is none.
func (p *player) forward(ctx context.Context) ([]transcripts.Line, error) {
	for place := p.place + 1; ; place++ {
		lines, err := p.tape.Lines(place)
		if errors.Is(err, io.EOF) {
			return nil, nil
		}
		if err != nil {
			return nil, err
		}
		text := p.text(lines)
		p.note(lines)
		if len(text) == 0 {
			if p.follow {
				p.place = place
			}
			continue
		}
		p.place = place
		return lines, p.print(ctx, text, lines)
	}
}

// print shows a line; a client's comes as it was typed, while playing.
func (p *player) print(ctx context.Context, text []byte, lines []transcripts.Line) error {
	if e := &lines[0].Event; p.typing && p.playing && e.From == session.Client && e.Role != session.Data {
		if key := p.screen.typed(ctx, p.keys, text, p.speed); key != "" {
			p.screen.keep(p.place, text)
			return p.press(ctx, key)
		}
		p.screen.keep(p.place, text)
		return p.screen.err
	}
	p.screen.put(p.place, text)
	return p.screen.err
}

// text gives the lines of a place as they are shown; nothing for what says nothing to a person.
func (p *player) text(lines []transcripts.Line) (text []byte) {
	for i := range lines {
		text = p.lines.Event(text, &lines[i].Event, lines[i].Said)
	}
	return text
}

// note follows what the status line tells.
func (p *player) note(lines []transcripts.Line) {
	for i := range lines {
		e := &lines[i].Event
		p.at = e.At
		if e.From != session.Nobody {
			p.spoke = e.From
		}
		switch {
		case e.Role == session.TLS && e.Mark.Text("is") == "done":
			p.tls = e.Mark.Text("version")
		case e.Role == session.Open || e.Role == session.Close:
			p.tls = ""
		}
	}
}

// backward takes the last line away and gives whether there was one before it.
func (p *player) backward() error {
	place, err := p.before(p.place)
	if err != nil || place == 0 {
		return err
	}
	return p.showAt(place)
}

// before gives the last place before one at which something is to be seen; 0 if there is none.
func (p *player) before(place int) (int, error) {
	for place--; place > 0; place-- {
		lines, err := p.tape.Lines(place)
		if err != nil && !errors.Is(err, io.EOF) {
			return 0, err
		}
		if len(p.text(lines)) > 0 {
			return place, nil
		}
	}
	return 0, nil
}

// showAt goes to a place before the current one.
func (p *player) showAt(place int) error {
	if !p.screen.backTo(place) {
		return p.jump(place)
	}
	lines, err := p.tape.Lines(place)
	p.place = place
	p.note(lines)
	if p.screen.top() != place { // it was shown before a jump, or never
		p.screen.put(place, p.text(lines))
	}
	return err
}

// near is how far ahead a place may be for the lines up to it to be shown.
const near = 200

// goTo goes to a place, by the shortest way that the screen can show.
func (p *player) goTo(ctx context.Context, place int) error {
	switch {
	case place < p.place:
		return p.showAt(place)
	case place > p.place+near:
		return p.jump(place)
	}
	playing := p.playing
	p.playing = false // nothing is typed on the way
	for p.place < place {
		if shown, err := p.forward(ctx); err != nil || len(shown) == 0 {
			return err
		}
	}
	p.playing = playing
	return p.schedule()
}

// around is how many lines are shown again before the one that was jumped to.
const around = 5

// jump shows a place that has nothing to do with what stands on the screen, with some lines before it.
func (p *player) jump(place int) error {
	if place < 1 {
		p.place = 0
		p.sayPlace(sayAtStart.With())
		p.at, p.tls = 0, ""
		return p.schedule()
	}
	first := place
	for i := 0; i < around && !p.screen.plain; i++ {
		before, err := p.before(first)
		if err != nil {
			return err
		}
		if before == 0 {
			break
		}
		first = before
	}
	p.sayPlace(sayJumped.With(place))
	p.tls = ""
	for p.place = first - 1; p.place < place; {
		at := p.place
		if shown, err := p.forward(context.Background()); err != nil {
			return err
		} else if len(shown) == 0 || at == p.place {
			p.place = at
			break
		}
	}
	return p.schedule()
}
