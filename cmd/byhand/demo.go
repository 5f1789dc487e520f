package main

import (
	"context"
	"io"
	"os"
	"time"

	"byhand/lessons"
	"byhand/session/text"
)

// demonstrate plays the author's way through the lesson, visibly.
func (g *guided) demonstrate(ctx context.Context) error {
	g.print = func(s string) { io.WriteString(g.a.out, s) }
	g.view.show = func(lines []byte) error { _, err := g.a.out.Write(lines); return err }
	ctx, wait, err := g.begin(ctx, place{})
	for err == nil {
		var more bool
		if more, err = g.playStep(ctx); !more {
			break
		}
	}
	return g.end(wait, err)
}

// playStep plays one step and waits until it has passed. more is false when the lesson has ended.
func (g *guided) playStep(ctx context.Context) (more bool, err error) {
	g.mu.Lock()
	turn, ok := g.guide.Play()
	before := len(g.guide.Results())
	step := ""
	if s := g.guide.Step(); s != nil {
		step = s.Name()
	}
	g.mu.Unlock()
	switch {
	case !ok:
		return false, nil
	case turn.Command != "":
		err = g.move(turn.Command)
	case turn.Answer != "":
		if g.pace > 0 {
			err = sleep(ctx, g.pace)
		}
		g.answer(turn.Answer)
	default:
		g.act(nil, []lessons.Action{{Kind: lessons.Type, Lines: turn.Lines}})
	}
	if err != nil {
		return false, err
	}
	g.idle.Wait()
	return true, g.passedSince(ctx, before, step)
}

// passedSince waits until one more step has its result.
func (g *guided) passedSince(ctx context.Context, before int, step string) error {
	limit := time.NewTimer(stuck)
	defer limit.Stop()
	for {
		g.mu.Lock()
		passed := len(g.guide.Results()) > before
		g.mu.Unlock()
		if passed {
			return nil
		}
		select {
		case <-g.moved:
		case <-limit.C:
			return &failure{what: sayStuck.With(step)}
		case <-ctx.Done():
			return ctx.Err()
		}
	}
}

// learn is the lesson with a person at the keyboard.
func (g *guided) learn(ctx context.Context, p place) error {
	in, out := g.a.in.(*os.File), g.a.out.(*os.File)
	keys, closeKeys, err := g.keyboard(in, out)
	if err != nil {
		return g.keep.end(err)
	}
	defer closeKeys()
	stop := context.AfterFunc(ctx, closeKeys)
	defer stop()
	g.print = keys.Print
	g.view.show = func(lines []byte) error { keys.Print(string(lines)); return nil }
	g.say(sayLessonKeys.With())
	live, wait, err := g.begin(ctx, p)
	if err == nil {
		err = g.shell.Run(live, keys)
	}
	closeKeys()
	return g.end(wait, err)
}

var (
	sayStuck      = text.T{EN: "The step %s did not pass by its author's own lines.", ZH: "按作者自己的写法，步骤 %s 没有通过。"}
	sayLessonKeys = text.T{EN: "Type the commands yourself. :hint helps, :skip types the step for you, :help lists the rest, :quit leaves.",
		ZH: "请亲手输入命令。:hint 给线索，:skip 替你输入这一步，:help 列出其余命令，:quit 离开。"}
)
