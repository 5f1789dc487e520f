package main

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"byhand/session"
	"byhand/session/annotate"
	"byhand/session/render"
	"byhand/session/text"
	"byhand/transcripts"
)

// deed is what a key does.
type deed func(*player, context.Context, string) error

// playerKey is one row of the table of keys.
type playerKey struct {
	keys string // separated by blanks
	help text.T
	do   deed
}

// playerKeys is the whole of what the player can be told.
func playerKeys() []playerKey {
	return []playerKey{
		{"space", text.T{EN: "play, pause", ZH: "播放、暂停"}, plain((*player).toggle)},
		{". right enter down", text.T{EN: "one line forward", ZH: "前进一行"}, func(p *player, ctx context.Context, _ string) error { return p.stepOn(ctx) }},
		{", left up back", text.T{EN: "one line back", ZH: "后退一行"}, plain(func(p *player) error { p.pause(); return p.backward() })},
		{"n p", text.T{EN: "next, previous command of the client", ZH: "下一条、上一条客户端命令"}, seek(transcripts.Commands, "p")},
		{"e E", text.T{EN: "next, previous error", ZH: "下一处、上一处错误"}, seek(transcripts.Errors, "E")},
		{"] [", text.T{EN: "next, previous mark", ZH: "下一个、上一个书签"}, toMark},
		{"'", text.T{EN: "list marks, notes and steps", ZH: "列出书签、备注和步骤"}, plain((*player).listMarks)},
		{"+ - =", text.T{EN: "twice as fast, half as fast, as it was", ZH: "加快一倍、放慢一半、原速"}, changeSpeed},
		{"i", text.T{EN: "limit of pauses: off, 2 s, 0.5 s", ZH: "停顿上限：不限、2 秒、0.5 秒"}, plain((*player).nextIdle)},
		{"0 1 2 3 4 5 6 7 8 9", text.T{EN: "to 0–90 %", ZH: "跳到 0–90 %"}, toTenth},
		{"g home", text.T{EN: "to the start", ZH: "跳到开头"}, plain(func(p *player) error { p.pause(); return p.jump(0) })},
		{"G end", text.T{EN: "to the end", ZH: "跳到结尾"}, plain((*player).toEnd)},
		{":", text.T{EN: "go to a line, a time (1:30, 90s) or a mark", ZH: "跳到某行、某时间（1:30、90s）或书签"}, (*player).askPlace},
		{"/ ?", text.T{EN: "search forward, backward: text or a regular expression", ZH: "向后、向前搜索：文字或正则表达式"}, (*player).askText},
		{"N", text.T{EN: "search on", ZH: "继续搜索"}, func(p *player, ctx context.Context, _ string) error { return p.huntOn(ctx) }},
		{"a", text.T{EN: "explanations: off, short, full", ZH: "解释：关、简短、完整"}, plain((*player).nextDepth)},
		{"x", text.T{EN: "the bytes of this line", ZH: "本行的字节"}, plain((*player).hex)},
		{"b", text.T{EN: "decode the Base64 of this line", ZH: "解开本行的 Base64"}, plain((*player).decode)},
		{"m", text.T{EN: "drop a bookmark here", ZH: "在此放一个书签"}, plain(func(p *player) error { return p.keepMark("mark", sayHere.With(p.place).In(text.EN)) })},
		{"o", text.T{EN: "write a note here", ZH: "在此写一条备注"}, (*player).askNote},
		{"l", text.T{EN: "play this part again and again, or not any more", ZH: "循环播放这一段，或停止循环"}, plain((*player).toggleLoop)},
		{"ctrl-l", text.T{EN: "show the lines here again", ZH: "重新显示此处"}, plain(func(p *player) error { return p.jump(p.place) })},
		{"ctrl-z", text.T{EN: "suspend the program", ZH: "挂起程序"}, plain((*player).sleep)},
		{"h f1", text.T{EN: "this list", ZH: "显示这份列表"}, plain((*player).help)},
		{"q ctrl-c ctrl-d", text.T{EN: "leave", ZH: "离开"}, plain(func(p *player) error { p.over = true; return nil })},
	}
}

func plain(f func(*player) error) deed {
	return func(p *player, _ context.Context, _ string) error { return f(p) }
}

// press does what a key asks for; one without a meaning names the key that helps.
func (p *player) press(ctx context.Context, key string) error {
	p.steered = true
	if key == " " {
		key = "space"
	}
	for _, row := range playerKeys() {
		for name := range strings.FieldsSeq(row.keys) {
			if name == key {
				return row.do(p, ctx, key)
			}
		}
	}
	p.say(sayNoKey.With(visible(key)))
	return nil
}

func (p *player) pause() { p.playing = false }

func (p *player) toggle() error {
	p.playing = !p.playing
	if !p.playing {
		return nil
	}
	return p.schedule()
}

func (p *player) stepOn(ctx context.Context) error {
	p.pause()
	if p.follow {
		if _, err := p.tape.Grow(); err != nil {
			return err
		}
	}
	shown, err := p.forward(ctx)
	if err == nil && len(shown) == 0 {
		p.say(sayEndReached.With())
	}
	return err
}

// seek goes to the next place at which a hunt ends, or with the key back to the one before.
func seek(h func() transcripts.Hunt, back string) deed {
	return func(p *player, ctx context.Context, key string) error { return p.search(ctx, h(), key == back) }
}

func (p *player) search(ctx context.Context, h transcripts.Hunt, back bool) error {
	p.pause()
	h.Stop = p.impatience(ctx)
	place, ok, err := p.tape.Find(p.place, back, h)
	if errors.Is(err, transcripts.ErrStopped) {
		p.say(sayGivenUp.With())
		return nil
	}
	return p.arrive(ctx, place, ok, back, err)
}

// arrive goes to the place that was found, or says that there is none on that side.
func (p *player) arrive(ctx context.Context, place int, found, back bool, err error) error {
	switch {
	case err != nil:
		return err
	case !found && back:
		p.say(sayNoneBefore.With())
		return nil
	case !found:
		p.say(sayNoneAfter.With())
		return nil
	}
	return p.goTo(ctx, place)
}

// impatience tells whether a key was pressed to end a search, which in a long transcript takes seconds.
func (p *player) impatience(ctx context.Context) func() bool {
	asked := 0
	return func() bool {
		if asked++; asked%64 != 0 {
			return false
		}
		p.screen.status(saySearching.In(p.lang))
		key, open := p.keys.Wait(ctx, 0)
		return !open || key == "esc" || key == "ctrl-c" || key == "q"
	}
}

func changeSpeed(p *player, _ context.Context, key string) error {
	switch key {
	case "+":
		p.speed = min(p.speed*2, 64)
	case "-":
		p.speed = max(p.speed/2, 0.25)
	default:
		p.speed = 1
	}
	p.unlessSeen(saySpeedNow.With(p.speedSign()))
	return p.schedule()
}

func (p *player) nextIdle() error {
	p.idle = (p.idle + 1) % len(p.idles)
	said := sayIdleOff.With()
	if limit := p.idles[p.idle]; limit > 0 {
		said = sayIdleNow.With(limit)
	}
	p.say(said)
	return p.schedule()
}

func toTenth(p *player, _ context.Context, key string) error {
	p.pause()
	n, err := p.length()
	if err != nil {
		return err
	}
	return p.jump(n * int(key[0]-'0') / 10)
}

func (p *player) toEnd() error {
	p.pause()
	n, err := p.length()
	if err != nil {
		return err
	}
	last, err := p.before(n + 1)
	if err != nil {
		return err
	}
	return p.jump(last)
}

// length gives the last place; the index is made to the end for that.
func (p *player) length() (int, error) {
	for more := true; more; {
		var err error
		if more, err = p.tape.Scan(); err != nil {
			return 0, err
		}
	}
	n, _ := p.tape.Len()
	return n, nil
}

func (p *player) nextDepth() error {
	p.depth = map[annotate.Depth]annotate.Depth{annotate.Off: annotate.Brief, annotate.Brief: annotate.Full}[p.depth]
	p.lines = p.lines.At(p.depth)
	p.unlessSeen(map[annotate.Depth]text.T{annotate.Off: sayDepthOff, annotate.Brief: sayDepthBrief, annotate.Full: sayDepthFull}[p.depth].With())
	lines, err := p.tape.Lines(p.place)
	if err == nil && p.place > 0 {
		p.screen.again(p.place, p.text(lines))
	}
	return err
}

// current gives the line with bytes that stands last on the screen.
func (p *player) current() (*transcripts.Line, error) {
	lines, err := p.tape.Lines(p.place)
	for i := len(lines) - 1; i >= 0; i-- {
		if lines[i].Event.From != session.Nobody {
			return &lines[i], err
		}
	}
	return nil, err
}

func (p *player) hex() error {
	line, err := p.current()
	if err != nil || line == nil {
		p.say(sayNoBytes.With())
		return err
	}
	raw := line.Event.Raw
	if len(raw) > maxHex {
		raw = raw[:maxHex]
	}
	p.screen.put(0, p.lines.Hex(nil, raw))
	return nil
}

// maxHex bounds the bytes that are shown of a line.
const maxHex = 1 << 10

func (p *player) decode() error {
	line, err := p.current()
	if err != nil || line == nil {
		p.say(sayNoBytes.With())
		return err
	}
	if len(line.Event.Secret) > 0 {
		p.say(sayHiddenHere.With())
		return nil
	}
	words := strings.Fields(string(line.Event.Line()))
	if len(words) == 0 {
		p.say(sayNoBytes.With())
		return nil
	}
	shown, notes := annotate.Unbase64(words[len(words)-1])
	if shown != "" {
		p.screen.put(0, p.lines.Say(nil, render.Remark, sayDecodes.With(words[len(words)-1], shown)))
	}
	p.screen.put(0, p.lines.At(annotate.All).Explain(nil, annotate.Explanation{Notes: notes}))
	return nil
}

func (p *player) toggleLoop() error {
	if p.loop[1] > 0 {
		p.loop = [2]int{}
		p.say(sayLoopOff.With())
		return nil
	}
	from, _, err := p.mark(p.place+1, true)
	if err != nil {
		return err
	}
	to, ok, err := p.mark(p.place, false)
	if err != nil {
		return err
	}
	if !ok {
		if to, err = p.length(); err != nil {
			return err
		}
		to++
	}
	p.loop, p.playing = [2]int{max(from, 1), to - 1}, true
	p.say(sayLoopOn.With(p.loop[0], p.loop[1]))
	return p.schedule()
}

func (p *player) sleep() error {
	if p.suspend == nil {
		return nil
	}
	p.screen.status("")
	return p.suspend()
}

func (p *player) help() error {
	var b strings.Builder
	for _, row := range playerKeys() {
		keys := row.keys
		if strings.HasPrefix(keys, "0 ") {
			keys = "0–9"
		}
		fmt.Fprintf(&b, "  %-18s %s\n", strings.TrimSuffix(keys, " f1"), row.help.In(p.lang))
	}
	p.screen.put(0, []byte(rows(b.String(), p.screen.width())))
	return nil
}

// say tells something beside the transcript.
func (p *player) say(s text.Said) { p.screen.put(0, p.lines.Say(nil, render.Remark, s)) }

// sayPlace is say where the lines before have nothing to do with those after.
func (p *player) sayPlace(s text.Said) {
	p.say(s)
	p.screen.blocks = nil
}

// unlessSeen says what else the status line shows.
func (p *player) unlessSeen(s text.Said) {
	if cols, _ := p.screen.size(); p.screen.plain || cols < narrowStatus {
		p.say(s)
	}
}

func (p *player) speedSign() string { return fmt.Sprintf("×%g", p.speed) }

// showStatus tells where one is: 12/57  00:14.06  ×2  TLSv1.3  step 3/7.
func (p *player) showStatus() {
	n, all := p.tape.Len()
	of := fmt.Sprint(n)
	if !all {
		of = "…"
	}
	parts := []string{map[bool]string{true: "▶", false: "‖"}[p.playing], fmt.Sprintf("%d/%s", p.place, of), clock(p.at), p.speedSign()}
	if p.tls != "" {
		parts = append(parts, "🔒"+p.tls)
	}
	if step, of := p.stepOf(); step > 0 {
		parts = append(parts, sayStepOf.With(step, of).In(p.lang))
	}
	if p.loop[1] > 0 {
		parts = append(parts, fmt.Sprintf("⟲ %d–%d", p.loop[0], p.loop[1]))
	}
	parts = append(parts, sayHelpKey.In(p.lang))
	p.screen.status(strings.Join(parts, "  "))
}

// clock writes a time as 00:14.06, with hours where there are any.
func clock(d time.Duration) string {
	hundredths := d.Milliseconds() / 10
	s := fmt.Sprintf("%02d:%02d.%02d", hundredths/6000%60, hundredths/100%60, hundredths%100)
	if h := hundredths / 360000; h > 0 {
		return fmt.Sprintf("%d:%s", h, s)
	}
	return s
}
