package shell

import (
	"context"
	"time"
)

// Presses gives single keys of a terminal, for what is steered and not typed: a player. It edits no line. The terminal is in
// raw mode from the start to Close, so that Ctrl-C is a key like all others.
type Presses struct {
	o    Options
	got  chan string
	stop chan struct{}
	src  *source
}

// pressed names the keys that are no characters.
var pressed = map[act]string{
	actEnter: "enter", actBreak: "ctrl-c", actEnd: "ctrl-d", actLeft: "left", actRight: "right", actOlder: "up", actNewer: "down",
	actHome: "home", actLast: "end", actBack: "back", actCancel: "esc", actClear: "ctrl-l", actSuspend: "ctrl-z", actKillAll: "ctrl-u",
}

// NewPresses reads keys from the terminal that the options are of. Close must be called.
func NewPresses(o Options) (*Presses, error) {
	if err := orNothing(o.Raw)(); err != nil {
		return nil, err
	}
	p := &Presses{o: o, got: make(chan string), stop: make(chan struct{}), src: newSource(o.In, o.Cancel)}
	go p.pump()
	return p, nil
}

// pump carries keys to the one who waits. It ends with the input, and at Close.
func (p *Presses) pump() {
	defer close(p.got)
	for {
		k, err := p.src.key()
		if err != nil {
			return
		}
		for _, name := range names(k) {
			select {
			case p.got <- name:
			case <-p.stop:
				return
			}
		}
	}
}

// names gives a key as Wait does; typed text is several.
func names(k key) (all []string) {
	if k.act != actText {
		if name := pressed[k.act]; name != "" {
			return []string{name}
		}
		return nil
	}
	for _, r := range string(k.text) {
		all = append(all, string(r))
	}
	return all
}

// Wait gives the next key: a character, or a name such as "left" or "ctrl-c". It gives "" when d has passed without one; with d
// under 0 it waits for ever. open is false at the end of the input and when ctx has ended.
func (p *Presses) Wait(ctx context.Context, d time.Duration) (name string, open bool) {
	var over <-chan time.Time
	if d >= 0 {
		t := time.NewTimer(d)
		defer t.Stop()
		over = t.C
	}
	select {
	case name, open = <-p.got:
		return name, open
	case <-over:
		return "", true
	case <-ctx.Done():
		return "", false
	}
}

// Suspend stops the program as Ctrl-Z does elsewhere, where the options can.
func (p *Presses) Suspend() error { return orNothing(p.o.Suspend)() }

// Close gives the terminal back.
func (p *Presses) Close() error {
	close(p.stop)
	p.src.close()
	return orNothing(p.o.Restore)()
}
