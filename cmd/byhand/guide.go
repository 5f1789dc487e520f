package main

import (
	"context"
	"net"
	"strconv"
	"strings"
	"sync"
	"time"

	"byhand/lessons"
	"byhand/session"
	"byhand/session/annotate"
	"byhand/session/practice"
	"byhand/session/proto"
	"byhand/session/render"
	"byhand/session/shell"
	"byhand/session/text"
	"byhand/session/wire"
)

// guided is a call with a guide beside it: the guide watches the events, and what it wants typed or connected is done by a
// goroutine of its own, so that neither the screen nor the keyboard waits for the wire.
type guided struct {
	call
	srv    *practice.Server  // nil on a server that is not byhand's own
	clean  practice.Snapshot // srv as the lesson finds it
	on     places            // the servers in place of srv
	demo   bool              // byhand types
	keptN  int               // results that the progress has
	since  time.Time         // when the last of them was noted
	noted  sync.Mutex        // guards keptN, since and unkept
	unkept bool              // it was said that the progress cannot be kept
	pace   time.Duration

	mu       sync.Mutex // guards guide and proposed
	guide    *lessons.Guide
	proposed [][]lessons.Line // on a real server: commands that byhand would type, with their lines, and that wait for a yes
	moved    chan struct{}    // holds a token after the guide has seen something
	jobs     chan lessons.Action
	idle     sync.WaitGroup // jobs not done
}

// stuck is how long a demonstration waits for a step to pass before it says that it does not.
const stuck = 20 * time.Second

// taking says how a lesson is taken.
type taking struct {
	auto  bool // byhand types the author's lines, as a demonstration
	pace  time.Duration
	keep  keepFlags
	anew  bool   // from the first step, whatever was done before
	seed  string // of the values that differ from learner to learner
	on    places // real servers; none is a practice server of the lesson's own
	trust wire.TLS
}

// guideThrough runs a lesson, on a practice server of its own or on real ones.
func (a *app) guideThrough(ctx context.Context, l *lessons.Lesson, how taking) error {
	ctx, stop := untilTold(ctx)
	defer stop()
	if a.columns, _ = strconv.Atoi(a.env("COLUMNS")); a.columns <= 0 {
		a.columns = 80
	}
	vars := l.Values(how.seed)
	g := &guided{on: how.on, moved: make(chan struct{}, 1), jobs: make(chan lessons.Action, 64)}
	var box lessons.Mailbox = lessons.Blind{}
	if len(how.on) == 0 {
		srv, err := startWorld(l, vars)
		if err != nil {
			return err
		}
		defer srv.Close()
		ca, err := srv.CA()
		if err != nil {
			return err
		}
		how.trust, box = wire.TLS{Roots: ca}, mailbox{srv}
		g.srv, g.clean = srv, srv.Snapshot()
	} else {
		vars = l.Away(how.seed)
	}
	g.guide = lessons.NewGuide(l, a.lang, vars, box)
	g.call = call{a: a, wire: wire.New(), prefix: ":", trust: how.trust}
	if g.demo = how.auto; g.demo {
		g.pace = how.pace
	}
	var err error
	if g.keep, err = a.keeper(how.keep, g.wire.Start()); err != nil {
		return err
	}
	g.dialTo = func(ctx context.Context) error { return g.connectTo(ctx, g.connection()) }
	g.setUpGuide()
	if how.auto {
		return g.demonstrate(ctx)
	}
	p := a.reached(l)
	if how.anew || len(how.on) > 0 {
		p = place{}
	}
	return g.learn(ctx, p)
}

// setUpGuide makes the shell and the view of a lesson.
func (g *guided) setUpGuide() {
	g.view = &view{screen: g.a.renderer(g.a.out, g.a.depth), notes: annotate.New(), guide: g.watch}
	local := g.local()
	for _, m := range lessons.Moves(g.a.lang) {
		name := m[0]
		local = append([]shell.Command{{
			Name: strings.TrimPrefix(name, ":"), Help: text.T{EN: m[1], ZH: m[1]},
			Run: func(arg string) error { return g.move(name + " " + arg) },
		}}, local...)
	}
	local = append([]shell.Command{{Name: "stop", Help: sayHelpStop, Run: func(string) error {
		g.say(sayPlaceKept.With(g.guide.Lesson().ID))
		return shell.ErrQuit
	}}}, local...)
	g.shell = shell.New(shell.Config{
		Link: g.wire, Framer: proto.New(session.Untold), Redial: g.redial, Say: g.say, Told: g.a.inWords, Echo: func(string) {},
		Wait: true, Limit: replyLimit, Greet: greetLimit, Commands: local,
		Asking: func() bool { g.mu.Lock(); defer g.mu.Unlock(); return len(g.proposed) > 0 || g.guide.Asking() },
		Answer: g.answer,
	})
}

// watch lets the guide see an event, and appends what it says of it.
func (g *guided) watch(lines []byte, e *session.Event, x annotate.Explanation) []byte {
	g.mu.Lock()
	actions := g.guide.Observe(e, x.Notes)
	g.mu.Unlock()
	lines = g.act(lines, actions)
	select {
	case g.moved <- struct{}{}:
	default:
	}
	return lines
}

// move does one of the learner's commands to the guide.
func (g *guided) move(line string) error {
	g.mu.Lock()
	g.proposed = nil
	actions, _ := g.guide.Command(line)
	g.mu.Unlock()
	g.print(string(g.act(nil, actions)))
	return nil
}

func (g *guided) answer(line string) {
	g.print("answer> " + visible(line) + "\n")
	if g.decide(line) {
		return
	}
	g.mu.Lock()
	step := g.guide.Step()
	actions := g.guide.Answer(line)
	right := g.guide.Step() != step
	g.mu.Unlock()
	if step != nil && step.Ask != nil {
		g.wire.Mark(lessons.AnswerMark(g.guide.Lesson().ID, step.Name(), right))
	}
	g.print(string(g.act(nil, actions)))
}

// actionVoices gives in what voice an action of the guide speaks.
var actionVoices = map[lessons.Kind]render.Voice{
	lessons.Opening: render.Heading, lessons.Task: render.Task, lessons.Question: render.Task, lessons.Advice: render.Advice,
	lessons.Hint: render.Hint, lessons.Remark: render.Remark, lessons.Passed: render.Passed, lessons.Done: render.Heading,
}

// act appends what actions say, and hands on what they want done.
func (g *guided) act(lines []byte, actions []lessons.Action) []byte {
	for _, act := range actions {
		switch act.Kind {
		case lessons.Type, lessons.Connect:
			if act.Kind == lessons.Type && g.srv == nil {
				lines = append(lines, g.propose(act.Lines)...)
				continue
			}
			g.idle.Add(1)
			g.jobs <- act
			continue
		case lessons.Replay:
			lines = g.a.replayed(lines, g.guide.Lesson(), act)
			continue
		case lessons.Passed:
			g.note(act.Step.Name())
		case lessons.Done:
			g.note("")
		case lessons.Advice:
			if act.Note != nil && act.Note.Depth <= g.a.depth {
				continue // it stands below the reply already
			}
		}
		lines = g.tellAction(lines, act)
	}
	return lines
}

func (g *guided) tellAction(lines []byte, act lessons.Action) []byte {
	say := func(v render.Voice, s string) {
		if s != "" {
			lines = g.view.screen.Say(lines, v, text.T{EN: s, ZH: s}.With())
		}
	}
	if act.Kind == lessons.Passed && act.Text == "" {
		act.Text = act.Step.Name()
	}
	say(actionVoices[act.Kind], act.Text)
	for i, c := range act.Choices {
		say(render.Lesson, strconv.Itoa(i+1)+"  "+c)
	}
	say(render.Lesson, act.More)
	return lines
}

// work does what the guide wants done, until there is nothing more to come.
func (g *guided) work(ctx context.Context) {
	for act := range g.jobs {
		g.do(ctx, act)
		g.idle.Done()
	}
}

func (g *guided) do(ctx context.Context, act lessons.Action) {
	if act.Kind == lessons.Connect {
		if act.Fresh {
			g.hangUp(ctx)
			if err := g.rebuild(act.Step.Index); err != nil {
				g.complain(err)
			}
		}
		if err := g.changeTo(ctx, act.Name); err != nil {
			g.complain(err)
		}
		return
	}
	g.typeLines(ctx, act.Lines)
	if act.More != "" {
		g.print(act.More)
	}
}

// rebuild puts the practice server into the state in which step n finds it.
func (g *guided) rebuild(n int) error {
	if g.srv == nil {
		return nil // what a real server holds is not ours
	}
	if err := g.srv.Restore(g.clean); err != nil || n == 0 {
		return err
	}
	b := lessons.Bench{Start: func(*lessons.Lesson, lessons.Vars) (lessons.Server, error) { return lent{bench{mailbox{g.srv}}}, nil }}
	return b.Rebuild(g.guide.Lesson(), g.guide.Vars(), n)
}

// lent is the practice server for a while: it is not closed.
type lent struct{ bench }

// Close leaves the server as it is.
func (lent) Close() error { return nil }

// typeLines types the author's lines, visibly: each when the reply to the one before is complete.
func (g *guided) typeLines(ctx context.Context, lines []lessons.Line) {
	for _, l := range lines {
		if (l.Waits() || l.Text == ".") && (g.shell.Status().Dialled > 0 || !strings.HasPrefix(l.Text, ":open ")) { // before the first connection there is nothing to wait for
			if ok, err := g.shell.Await(ctx, stuck); !ok || err != nil {
				return
			}
		}
		if l.In != lessons.InData && g.pace > 0 && sleep(ctx, g.pace) != nil {
			return
		}
		if name, ok := strings.CutPrefix(l.Text, ":open "); ok && l.In == lessons.InCommand {
			if err := g.changeTo(ctx, strings.TrimSpace(name)); err != nil {
				g.complain(err)
				return
			}
			continue
		}
		if err := g.shell.Send([]byte(l.Text)); err != nil {
			g.complain(err)
			return
		}
		if l.Ends() {
			if ok, err := g.shell.AwaitEnd(ctx, stuck); !ok || err != nil {
				return
			}
		}
	}
	_, _ = g.shell.Await(ctx, stuck) // a reply that does not come is seen by whoever waits for the step
}

func (g *guided) complain(err error) {
	what, hint := g.a.told(err)
	g.print(string(g.view.screen.Say(nil, render.Fault, text.T{EN: what + " " + hint, ZH: what + hint}.With())))
}

func (g *guided) connection() string {
	g.mu.Lock()
	defer g.mu.Unlock()
	return g.guide.Connection()
}

// hangUp ends the connection there is, and waits until that has been seen.
func (g *guided) hangUp(ctx context.Context) {
	if g.shell.Status().Open {
		g.wire.Hangup()
		_ = g.shell.Closed(ctx) // fails only when the lesson ends meanwhile
	}
}

// connectTo opens the connection of that name ("pop3", "smtp") in place of the one there is.
func (g *guided) connectTo(ctx context.Context, name string) error {
	g.hangUp(ctx)
	p := session.Protocol(lessons.Protocol(name))
	if g.srv == nil {
		to := g.on[p]
		to.Proto, to.Limit, to.TLS = p, stuck, g.trust
		return g.wire.Dial(ctx, to)
	}
	addr := g.srv.POP3Addr()
	if p == session.SMTP {
		addr = g.srv.SMTPAddr()
	}
	host, port, err := net.SplitHostPort(addr.String())
	if err != nil {
		return err
	}
	return g.wire.Dial(ctx, wire.Target{Host: host, Port: port, Proto: p, Limit: stuck})
}

// changeTo connects as connectTo does, and waits for the greeting: what is typed next must not come before it.
func (g *guided) changeTo(ctx context.Context, name string) error {
	before := g.shell.Status().Dialled
	if err := g.connectTo(ctx, name); err != nil {
		return err
	}
	_, err := g.shell.Greeted(ctx, stuck, before)
	return err
}

// begin starts the flow and shows the first task: at p, if the learner got there before.
func (g *guided) begin(ctx context.Context, p place) (context.Context, func() error, error) {
	ctx, wait := flow(ctx, g.wire, g.shell.Framer(), g.keep.sink, g.view.sink, g.handOver, g.shell.Sink)
	go g.work(ctx) // ends when jobs is closed
	g.mu.Lock()
	g.since = time.Now()
	actions := g.guide.Start()
	if p.at > 0 {
		g.keptN = len(g.guide.Results())                       // what is told at the start was told before
		actions = append(actions[:1], g.guide.Resume(p.at)...) // the title, and then the step
	}
	g.mu.Unlock()
	if p.at > 0 {
		g.print(string(g.act(nil, actions[:1])))
		g.say(sayResumed.With(p.at+1, len(g.guide.Lesson().Steps), p.when.Local().Format("2006-01-02 15:04")))
		if len(p.changed) > 0 {
			g.say(sayChangedSince.With(strings.Join(p.changed, ", ")))
		}
		g.print(string(g.act(nil, actions[1:])))
		return ctx, wait, nil // to connect is among the actions
	}
	g.print(string(g.act(nil, actions)))
	if g.connection() == "" {
		return ctx, wait, nil
	}
	return ctx, wait, g.dialTo(ctx)
}

// end closes the connection and waits for all that is under way.
func (g *guided) end(wait func() error, err error) error {
	g.wire.Close()
	if flowed := wait(); err == nil {
		err = flowed
	}
	g.idle.Wait()
	close(g.jobs)
	return g.keep.end(err)
}

var (
	sayHelpStop     = text.T{EN: "leave; the lesson goes on here next time", ZH: "离开；下次从这里继续"}
	sayPlaceKept    = text.T{EN: "Your place is kept: `byhand lesson run %s` goes on here.", ZH: "进度已保存，用 `byhand lesson run %s` 可以从这里继续。"}
	sayResumed      = text.T{EN: "You were here on %[3]s: step %[1]d of %[2]d. The server is as you left it. --restart begins from the first step.", ZH: "你在 %[3]s 学到这里：第 %[1]d 步，共 %[2]d 步。服务器已恢复原状。加 --restart 可从头开始。"}
	sayChangedSince = text.T{EN: "The text of these steps has changed since you did them: %s. They count as before; :goto NAME does one again.", ZH: "你做过的这些步骤，内容后来改了：%s。成绩照旧；想重做可输入 :goto 步骤名。"}
	sayTypeThese    = text.T{EN: "This is a real server, so type it yourself, if you want it:\n%s", ZH: "这是真实的服务器，要不要输入由你决定：\n%s"}
)
