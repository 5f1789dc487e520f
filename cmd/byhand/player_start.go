package main

import (
	"context"
	"errors"
	"io"
	"os"
	"strings"
	"time"

	"byhand/session"
	"byhand/session/annotate"
	"byhand/session/proto"
	"byhand/session/render"
	"byhand/session/shell"
	"byhand/session/text"
	"byhand/transcripts"

	"golang.org/x/term"
)

// tape opens a transcript so that it can be read from any place. file is the path of a recording, "" for all else.
func (a *app) tape(name string, follow bool) (t *transcripts.Tape, file string, end func(), err error) {
	in, shut, err := a.source(name)
	if err != nil {
		return nil, "", shut, err
	}
	how, logs, err := a.how()
	if err != nil {
		shut()
		return nil, "", func() {}, err
	}
	t, err = transcripts.OpenTape(in, name, how)
	if err != nil {
		logs()
		shut()
		return nil, "", func() {}, err
	}
	if f, is := in.(*os.File); is && f != a.in && t.InPlace() {
		file = f.Name()
	}
	end = func() { t.Close(); logs(); shut() }
	if follow && file == "" {
		end()
		return nil, "", func() {}, usage(sayNoFollow.With(name))
	}
	if follow {
		t.Follow()
	}
	return t, file, end, nil
}

// badFrom blames --from for a text that cannot be read, where it names no place: it was meant to tell what the text is.
func badFrom(err error, from string) error {
	var unread *transcripts.Error
	_, timed := timeOf(from)
	if from == "" || timed || strings.Trim(from, "0123456789%") == "" || !errors.As(err, &unread) {
		return err
	}
	return usage(sayBadFrom.With(from, strings.Join(transcripts.Imports(), ", ")))
}

// play shows a transcript to a person at a terminal.
func (a *app) play(ctx context.Context, name string, f *replayFlags, in, out *os.File) error {
	tape, file, end, err := a.tape(name, f.follow)
	if err != nil {
		return badFrom(err, f.from)
	}
	defer end()
	p := a.player(tape, name, f)
	p.screen.out, p.screen.size = screen(out), func() (int, int) { c, r, _ := term.GetSize(int(out.Fd())); return c, r }
	if err := p.settle(f); err != nil {
		return err
	}
	if file != "" {
		p.keep = noteKeeper(file)
		p.marks = keptNotes(file)
	}
	tty, err := shell.OpenTTY(in, out)
	if err != nil {
		return err
	}
	keys, err := shell.NewPresses(tty.Options())
	if err != nil {
		return err
	}
	ctx, stop := untilTold(ctx, os.Interrupt)
	defer stop()
	p.keys, p.suspend = keys, tty.Suspend
	err = p.begin(ctx, f)
	err = errors.Join(err, keys.Close())
	a.remark(p)
	return err
}

// remark says at the end what is to be known of the transcript, and how to come back to where one was.
func (a *app) remark(p *player) {
	for _, r := range p.tape.Remarks() {
		a.err.Write(p.lines.Say(nil, render.Remark, r.Said))
	}
	n, all := p.tape.Len()
	if p.steered && p.place > 0 && (!all || p.place < n) {
		io.WriteString(a.err, sayResume.With(quoted(p.name), p.place).In(a.lang)+"\n")
	}
}

// quoted gives a word as a command shell takes it.
func quoted(word string) string {
	if strings.Trim(word, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_./") == "" {
		return word
	}
	return "'" + strings.ReplaceAll(visible(word), "'", `'\''`) + "'"
}

// player makes a player without keys and screen.
func (a *app) player(tape *transcripts.Tape, name string, f *replayFlags) *player {
	p := &player{
		tape: tape, name: name, now: time.Now, lang: a.lang, lines: a.renderer(a.out, a.depth), depth: min(a.depth, annotate.Full),
		speed: min(max(f.pace.Speed, 1.0/64), 1024), idles: []time.Duration{0, 2 * time.Second, 500 * time.Millisecond},
		follow: f.follow, playing: !f.step, steered: f.step,
		typing: !f.still && a.env("NO_COLOR") == "" && a.env("BYHAND_REDUCED_MOTION") == "" && !a.plain,
		screen: &paper{plain: a.plain || a.env("TERM") == "dumb"},
	}
	for i, limit := range p.idles {
		if limit == f.pace.Idle {
			p.idle = i
			return p
		}
	}
	p.idles, p.idle = append(p.idles, f.pace.Idle), len(p.idles)
	return p
}

// settle takes the options that name places.
func (p *player) settle(f *replayFlags) (err error) {
	if p.until, err = untilOf(p.tape, f.until); err != nil {
		return err
	}
	p.pauseOn, err = pauseOf(f.pauseOn)
	return err
}

// begin goes to where playing begins, and plays.
func (p *player) begin(ctx context.Context, f *replayFlags) error {
	p.say(sayPlayerKeys.With())
	if f.from != "" {
		place, err := placeOf(p.tape, f.from)
		if err != nil {
			p.screen.status("")
			return err
		}
		if n, all := p.tape.Len(); all {
			place = min(place, n)
		}
		if place > 1 {
			if err := p.jump(place); err != nil {
				return err
			}
		}
	}
	if p.place == 0 {
		if _, err := p.forward(ctx); err != nil {
			return err
		}
	}
	if err := p.schedule(); err != nil {
		return err
	}
	return p.run(ctx)
}

// pour writes a part of a transcript, or one that grows, without a person: it waits for nothing but the file.
func (a *app) pour(ctx context.Context, name string, f *replayFlags) error {
	tape, _, end, err := a.tape(name, f.follow)
	if err != nil {
		return badFrom(err, f.from)
	}
	defer end()
	ctx, stop := untilTold(ctx, os.Interrupt)
	defer stop()
	p := a.player(tape, name, f)
	if err := p.settle(f); err != nil {
		return err
	}
	if f.from != "" {
		place, err := placeOf(tape, f.from)
		if err != nil {
			return err
		}
		p.place = place - 1
	}
	if err := p.pour(ctx, a.out); err != nil {
		return err
	}
	p.steered = false
	a.remark(p)
	return nil
}

// pour writes what comes after the place, up to the end; of a file that grows, up to that of its session.
func (p *player) pour(ctx context.Context, out io.Writer) error {
	shown := 0 // lines of the last place
	for ctx.Err() == nil {
		lines, err := p.tape.Lines(p.place + 1)
		switch {
		case err == nil:
			p.place, shown = p.place+1, len(lines)
		case !errors.Is(err, io.EOF):
			return err
		case p.follow && !p.tape.Closed():
			if err := sleep(ctx, poll); err != nil {
				return nil // told to end
			}
			if _, err := p.tape.Grow(); err != nil {
				return err
			}
			continue
		default: // what was held until the end
			lines, err = p.tape.Lines(p.place)
			if len(lines) > shown && err == nil {
				_, err = out.Write(p.text(lines[shown:]))
			}
			return err
		}
		if _, err := out.Write(p.text(lines)); err != nil || p.until != nil && p.until(p.place, lines) {
			return err
		}
	}
	return nil
}

// pass writes the bytes as they were, secrets aside.
func (a *app) pass(ctx context.Context, name string, f *replayFlags) error {
	sides := map[string][]session.Side{"": {session.Client, session.Server}, "C": {session.Client}, "S": {session.Server}}[f.side]
	if sides == nil {
		return usage(sayBadSide.With(f.side))
	}
	if _, terminal := tty(a.out); terminal && !f.force {
		return usage(sayRawTerminal.With())
	}
	rd, end, err := a.open(name)
	if err != nil {
		return err
	}
	defer end()
	var buf []byte
	return session.Run(ctx, rd, proto.New(session.Untold), func(events []session.Event) error {
		buf = buf[:0]
		for i := range events {
			if e := &events[i]; e.From == sides[0] || e.From == sides[len(sides)-1] {
				buf, _ = e.Masked(buf)
			}
		}
		_, err := a.out.Write(buf)
		return err
	})
}

var (
	sayPlayerKeys  = text.T{EN: "Space plays and pauses, . and , step, h lists the keys, q leaves.", ZH: "空格播放和暂停，. 和 , 逐行前进后退，h 列出按键，q 离开。"}
	sayResume      = text.T{EN: "To go on from here: byhand replay %s --from %d", ZH: "要从这里继续：byhand replay %s --from %d"}
	sayNoFollow    = text.T{EN: "-f wants a recording in a file (.rec.jsonl), and %s is none.", ZH: "-f 需要一个录制文件（.rec.jsonl），%s 不是。"}
	sayBadSide     = text.T{EN: "--side %s: it is C or S.", ZH: "--side %s：只能是 C 或 S。"}
	sayRawTerminal = text.T{EN: "--as raw writes bytes that could drive the terminal. Send them into a file or a pipe, or add --force.",
		ZH: "--as raw 写出的字节可能会控制终端。请写到文件或管道，或加上 --force。"}
)
