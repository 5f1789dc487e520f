package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"strings"

	"byhand/session"
	"byhand/session/render"
	"byhand/session/text"
	"byhand/transcripts"
)

// bookmark is a mark or a note that was left while playing.
type bookmark struct {
	place      int
	kind, text string
}

// maxListed bounds the list of marks.
const maxListed = 200

// maxCounted is how long a transcript may be for its steps to be counted.
const maxCounted = 20000

// mark gives the next mark after a place, or the last one before it, be it in the transcript or left while playing.
func (p *player) mark(from int, back bool) (place int, ok bool, err error) {
	if err := p.readTail(); err != nil {
		return 0, false, err
	}
	h := transcripts.Marks("mark")
	is := h.Hit
	h.Hit = func(l *transcripts.Line) bool { return is(l) && l.Event.Mark.Int("at") == 0 }
	place, ok, err = p.tape.Find(from, back, h)
	for _, m := range p.marks {
		nearer := m.place > from && (!ok || m.place < place)
		if back {
			nearer = m.place < from && (!ok || m.place > place)
		}
		if nearer && m.kind == "mark" {
			place, ok = m.place, true
		}
	}
	return place, ok, err
}

// readTail reads the marks that were appended to the recording when it was played before: they tell where they belong.
func (p *player) readTail() error {
	n, all := p.tape.Len()
	if p.tail || !all {
		return nil
	}
	p.tail = true
	for place := n; place > 0; place-- {
		lines, err := p.tape.Lines(place)
		if err != nil && !errors.Is(err, io.EOF) {
			return err
		}
		for i := range lines {
			e := &lines[i].Event
			if e.Role != session.Note {
				return nil
			}
			if m, ok := left(e.Mark); ok {
				p.marks = append(p.marks, m)
			}
		}
	}
	return nil
}

// left gives a mark that was left while playing.
func left(m *session.Mark) (bookmark, bool) {
	ok := m != nil && m.Int("at") > 1 && (m.Kind == "mark" || m.Kind == "note")
	if !ok {
		return bookmark{}, false
	}
	return bookmark{m.Int("at") - 1, m.Kind, m.Text("name") + m.Text("text")}, true
}

func toMark(p *player, ctx context.Context, key string) error {
	p.pause()
	back := key == "["
	place, ok, err := p.mark(p.place, back)
	return p.arrive(ctx, place, ok, back, err)
}

// listMarks lists marks, notes and steps with their places.
func (p *player) listMarks() error {
	if err := p.readTail(); err != nil {
		return err
	}
	var b strings.Builder
	row := func(place int, said string) {
		said, _, _ = strings.Cut(said, "\n")
		cols, _ := p.screen.size()
		line := fmt.Sprintf("%8d  %s", place, visible(said))
		if cols > 20 {
			line = render.Cut(line, cols)
		}
		b.WriteString(line + "\n")
	}
	for n, at := 0, 0; n < maxListed; n++ {
		place, ok, err := p.tape.Find(at, false, transcripts.Marks("mark", "note", "step"))
		if err != nil {
			return err
		}
		if !ok {
			break
		}
		lines, err := p.tape.Lines(place)
		if err != nil {
			return err
		}
		for i := range lines {
			if lines[i].Event.Mark.Int("at") > 0 {
				continue // listed below
			}
			row(place, render.Change(lines[i].Event.Mark).In(p.lang))
		}
		at = place
	}
	for _, m := range p.marks {
		row(m.place, m.text)
	}
	if b.Len() == 0 {
		p.say(sayNoMarks.With())
		return nil
	}
	p.screen.put(0, []byte(b.String()))
	return nil
}

// stepOf gives in which step of a lesson the place is, and how many there are; zeroes where there are none.
func (p *player) stepOf() (step, of int) {
	n, all := p.tape.Len()
	if !all || n > maxCounted {
		return 0, 0
	}
	if !p.counted {
		p.counted = true
		h := transcripts.Marks("step")
		is := h.Hit
		h.Hit = func(l *transcripts.Line) bool { return is(l) && l.Event.Mark.Text("is") == "start" }
		for at := 0; ; {
			place, ok, err := p.tape.Find(at, false, h)
			if !ok || err != nil { // an error comes again where the line is shown
				break
			}
			at, p.steps = place, append(p.steps, place)
		}
	}
	for _, place := range p.steps {
		if place <= p.place {
			step++
		}
	}
	return step, len(p.steps)
}

// keepMark leaves a mark or a note at the place.
func (p *player) keepMark(kind, said string) error {
	m := bookmark{place: p.place, kind: kind, text: said}
	p.marks = append(p.marks, m)
	if p.keep == nil {
		p.say(sayMarkedHere.With(p.place))
		return nil
	}
	if err := p.keep(m); err != nil {
		p.say(sayNotMarked.With(err.Error()))
		return nil
	}
	p.say(sayMarked.With(p.place))
	return nil
}

// ask reads a line of text below all else. ok is false when the person thought better of it.
func (p *player) ask(ctx context.Context, prompt string) (line string, ok bool) {
	for {
		p.screen.bottom(prompt + line)
		key, open := p.keys.Wait(ctx, -1)
		switch {
		case !open, key == "ctrl-c", key == "esc", key == "back" && line == "":
			p.screen.bottom("")
			return "", false
		case key == "enter":
			p.screen.bottom("")
			return line, line != ""
		case key == "back":
			runes := []rune(line)
			line = string(runes[:len(runes)-1])
		case key == "ctrl-u":
			line = ""
		case len([]rune(key)) == 1:
			line += key
		}
	}
}

func (p *player) askPlace(ctx context.Context, _ string) error {
	p.pause()
	word, ok := p.ask(ctx, sayGoWhere.In(p.lang)+" ")
	if !ok {
		return nil
	}
	for _, m := range p.marks {
		if m.kind == "mark" && strings.EqualFold(m.text, word) {
			return p.goTo(ctx, m.place)
		}
	}
	place, err := placeOf(p.tape, word)
	if said, is := err.(*usageError); is {
		p.say(said.said)
		return nil
	}
	if err != nil {
		return err
	}
	if n, all := p.tape.Len(); all {
		place = min(place, n)
	}
	return p.goTo(ctx, place)
}

func (p *player) askText(ctx context.Context, key string) error {
	p.pause()
	expr, ok := p.ask(ctx, key)
	if !ok {
		return nil
	}
	h, err := transcripts.Texts(expr)
	if err != nil {
		p.say(sayBadExpr.With(expr))
		return nil
	}
	p.hunt, p.hunting, p.huntBack = h, true, key == "?"
	return p.huntOn(ctx)
}

func (p *player) huntOn(ctx context.Context) error {
	if !p.hunting {
		p.say(sayNoHunt.With())
		return nil
	}
	return p.search(ctx, p.hunt, p.huntBack)
}

func (p *player) askNote(ctx context.Context, _ string) error {
	p.pause()
	said, ok := p.ask(ctx, sayWhatNote.In(p.lang)+" ")
	if !ok {
		return nil
	}
	return p.keepMark("note", said)
}

var (
	sayEndReached = text.T{EN: "This is the end. , steps back, q leaves.", ZH: "到结尾了。, 后退一行，q 离开。"}
	sayAtStart    = text.T{EN: "the start", ZH: "开头"}
	sayJumped     = text.T{EN: "line %d", ZH: "第 %d 行"}
	sayHere       = text.T{EN: "line %d", ZH: "第 %d 行"}
	sayNoKey      = text.T{EN: "The key %s does nothing; h lists the keys.", ZH: "%s 键没有用处；按 h 列出所有按键。"}
	sayNoneAfter  = text.T{EN: "There is none after this place.", ZH: "这之后没有了。"}
	sayNoneBefore = text.T{EN: "There is none before this place.", ZH: "这之前没有了。"}
	sayGivenUp    = text.T{EN: "The search was given up.", ZH: "已停止搜索。"}
	saySearching  = text.T{EN: "searching; q ends that", ZH: "正在搜索；按 q 停止"}
	saySpeedNow   = text.T{EN: "speed %s", ZH: "速度 %s"}
	sayIdleNow    = text.T{EN: "no pause is longer than %s", ZH: "停顿不超过 %s"}
	sayIdleOff    = text.T{EN: "pauses are as long as they were", ZH: "停顿与当时一样长"}
	sayDepthOff   = text.T{EN: "explanations: off", ZH: "解释：关"}
	sayDepthBrief = text.T{EN: "explanations: short", ZH: "解释：简短"}
	sayDepthFull  = text.T{EN: "explanations: full", ZH: "解释：完整"}
	sayNoBytes    = text.T{EN: "There are no bytes here.", ZH: "这里没有字节。"}
	sayHiddenHere = text.T{EN: "A secret of this line is hidden; it is not in the transcript.", ZH: "这一行里有隐藏的机密，会话记录里没有它。"}
	sayDecodes    = text.T{EN: "%[1]s says: %[2]s", ZH: "%[1]s 解开是：%[2]s"}
	sayLoopOn     = text.T{EN: "lines %d to %d again and again; l ends that", ZH: "循环播放第 %d 到 %d 行；按 l 停止"}
	sayLoopOff    = text.T{EN: "no loop any more", ZH: "不再循环"}
	sayStepOf     = text.T{EN: "step %d/%d", ZH: "步骤 %d/%d"}
	sayHelpKey    = text.T{EN: "h: keys", ZH: "h：按键"}
	sayNoMarks    = text.T{EN: "There are no marks, notes or steps.", ZH: "没有书签、备注或步骤。"}
	sayMarked     = text.T{EN: "kept at line %d", ZH: "已记在第 %d 行"}
	sayMarkedHere = text.T{EN: "marked line %d until you leave; this transcript cannot be written to", ZH: "第 %d 行已标记，离开后就没有了：这份记录不能写入"}
	sayNotMarked  = text.T{EN: "It could not be kept: %s", ZH: "没能保存：%s"}
	sayNoHunt     = text.T{EN: "Search first: / forward, ? backward.", ZH: "请先搜索：/ 向后，? 向前。"}
	sayGoWhere    = text.T{EN: "Go to (line, time, mark):", ZH: "跳到（行、时间、书签）："}
	sayWhatNote   = text.T{EN: "Note:", ZH: "备注："}
)
