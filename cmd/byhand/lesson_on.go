package main

import (
	"net"
	"slices"
	"strings"

	"byhand/lessons"
	"byhand/session"
	"byhand/session/proto"
	"byhand/session/render"
	"byhand/session/text"
	"byhand/session/wire"
)

// places are the real servers that a lesson is taken on, by protocol.
type places map[session.Protocol]wire.Target

// placesOf reads what --on says: HOST:PORT for the lesson's first protocol, or pop3=HOST:PORT and smtp=HOST:PORT.
func placesOf(on []string, l *lessons.Lesson) (places, error) {
	all := places{}
	for _, word := range on {
		name, where, named := strings.Cut(word, "=")
		if !named {
			name, where = "", word
			if len(l.Connect) > 0 {
				name = l.Connect[0]
			}
		}
		host, port, err := net.SplitHostPort(where)
		p := session.Protocol(lessons.Protocol(name))
		if err != nil || p != session.POP3 && p != session.SMTP {
			return nil, usage(sayBadOn.With(word))
		}
		all[p] = wire.Target{Host: host, Port: port, Implicit: port == "465" || port == "995"}
	}
	return all, nil
}

// admits tells whether the lesson of that name may be taken there: its author says so in real:, and all its servers must be known.
func (on places) admits(l *lessons.Lesson, name string, auto bool) error {
	switch {
	case len(on) == 0 && l.Real == "only":
		words := "--on HOST:PORT"
		if all := protocols(l); len(all) > 1 {
			words = "--on " + strings.Join(all, "=HOST:PORT --on ") + "=HOST:PORT"
		}
		return &failure{what: sayOnlyReal.With(l.ID), hint: sayTakeThere.With(name, words)}
	case len(on) == 0:
		return nil
	case l.Real == "never":
		return &failure{what: sayNeverReal.With(l.ID), hint: sayOwnServer.With(name)}
	}
	for _, p := range protocols(l) {
		if _, ok := on[session.Protocol(p)]; !ok {
			return usage(sayOnMissing.With(p))
		}
	}
	if auto {
		return usage(sayOnAuto.With())
	}
	return nil
}

// protocols lists the protocols of a lesson's connections, each once.
func protocols(l *lessons.Lesson) (all []string) {
	for _, name := range l.Connect {
		if p := lessons.Protocol(name); !slices.Contains(all, p) {
			all = append(all, p)
		}
	}
	return all
}

// effects tells what commands do to a server, by their verbs; the others change nothing there.
var effects = []struct {
	verbs []string
	said  text.T
}{
	{[]string{"USER", "PASS", "APOP", "AUTH"}, sayLogsIn},
	{[]string{"DELE"}, sayDeletes},
	{[]string{"DATA", "BDAT"}, saySends},
}

// agreed tells what the lesson does on the servers, and asks whether to begin. It is asked before anything is connected.
func (a *app) agreed(l *lessons.Lesson, on places) bool {
	var where, verbs []string
	for _, p := range protocols(l) {
		where = append(where, p+" "+net.JoinHostPort(on[session.Protocol(p)].Host, on[session.Protocol(p)].Port))
	}
	for _, s := range l.Steps {
		for _, line := range s.Do {
			if verb, _ := proto.Split([]byte(line.Text)); line.In == lessons.InCommand && !strings.HasPrefix(verb, ":") && !slices.Contains(verbs, verb) {
				verbs = append(verbs, verb)
			}
		}
	}
	said := []text.Said{sayRealPlace.With(strings.Join(where, ", ")), sayRealVerbs.With(strings.Join(verbs, ", "))}
	for _, e := range effects {
		if slices.ContainsFunc(verbs, func(v string) bool { return slices.Contains(e.verbs, v) }) {
			said = append(said, e.said.With())
		}
	}
	screen := a.renderer(a.out, a.depth)
	lines := screen.Say(nil, render.Heading, text.T{EN: "%s", ZH: "%s"}.With(l.Title.In(a.lang)))
	for _, s := range append(said, sayRealOwn.With(), sayRealAsks.With()) {
		lines = screen.Say(lines, render.Remark, s)
	}
	a.out.Write(append(lines, sayRealBegin.In(a.lang)...))
	line, err := oneLine(a.in)
	if err == nil && yes(line) {
		return true
	}
	a.out.Write(screen.Say(nil, render.Remark, sayNotBegun.With()))
	return false
}

// yes reports whether an answer agrees.
func yes(line string) bool {
	return slices.Contains([]string{"y", "yes", "是", "好"}, strings.ToLower(strings.TrimSpace(line)))
}

// propose asks for each command that byhand would type on a real server, with the lines that belong to it.
func (g *guided) propose(lines []lessons.Line) string {
	var all [][]lessons.Line
	for _, l := range lines {
		if l.In == lessons.InCommand || len(all) == 0 {
			all = append(all, nil)
		}
		all[len(all)-1] = append(all[len(all)-1], l)
	}
	return g.proposeNext(all)
}

// proposeNext keeps what is left to ask for, and gives the question. From the learner's own name and password on, the learner types:
// byhand does not know them.
func (g *guided) proposeNext(all [][]lessons.Line) string {
	g.mu.Lock()
	defer g.mu.Unlock()
	g.proposed = all
	switch {
	case len(all) == 0:
		return ""
	case slices.ContainsFunc(all[0], personal):
		g.proposed = nil
		return string(g.view.screen.Say(nil, render.Hint, sayTypeThese.With(typed(slices.Concat(all...)))))
	}
	return string(g.view.screen.Say(nil, render.Task, sayMayType.With(typed(all[0]))))
}

// decide takes the answer to a proposal. taken is false if there was none.
func (g *guided) decide(line string) (taken bool) {
	g.mu.Lock()
	all := g.proposed
	g.proposed = nil
	g.mu.Unlock()
	switch {
	case len(all) == 0:
		return false
	case yes(line):
		next := g.proposeNext(all[1:]) // now, so that the prompt is right; it is shown when these lines have their replies
		g.idle.Add(1)
		g.jobs <- lessons.Action{Kind: lessons.Type, Lines: all[0], More: next}
	default:
		g.say(sayNotTyped.With())
	}
	return true
}

// personal reports whether a line wants what only the learner knows.
func personal(l lessons.Line) bool {
	verb, _ := proto.Split([]byte(l.Text))
	return l.In == lessons.InAuth || l.In == lessons.InCommand && slices.Contains(effects[0].verbs, verb) || lessons.Blank(l.Text)
}

// typed gives lines as they would be typed.
func typed(lines []lessons.Line) string {
	var all []string
	for _, l := range lines {
		all = append(all, l.Text)
	}
	return strings.Join(all, "\n")
}

var (
	sayOnFlag    = text.T{EN: "take the lesson on a real server: HOST:PORT, or pop3=HOST:PORT and smtp=HOST:PORT", ZH: "在真实的服务器上学：HOST:PORT，或 pop3=HOST:PORT 加 smtp=HOST:PORT"}
	sayBadOn     = text.T{EN: "--on %s: write HOST:PORT, or pop3=HOST:PORT.", ZH: "--on %s：请写 HOST:PORT，或 pop3=HOST:PORT。"}
	sayOnMissing = text.T{EN: "This lesson connects to %[1]s as well: add --on %[1]s=HOST:PORT.", ZH: "这一课还要连接 %[1]s：请加上 --on %[1]s=HOST:PORT。"}
	sayNeverReal = text.T{EN: "The lesson %s is for byhand's own server only: what it does would be an attack elsewhere, or needs letters that are only here.",
		ZH: "课程 %s 只能在 byhand 自己的服务器上学：在别处这样做等于攻击，或者需要的邮件只有这里才有。"}
	sayOwnServer = text.T{EN: "`byhand lesson run %s` starts one.", ZH: "`byhand lesson run %s` 会自动启动它。"}
	sayOnlyReal  = text.T{EN: "The lesson %s is for a real server: what it shows is not on the practice server.", ZH: "课程 %s 要在真实的服务器上学：它要看的东西，练习服务器上没有。"}
	sayTakeThere = text.T{EN: "`byhand lesson run %[1]s %[2]s` takes it there; `byhand lesson play %[1]s` shows it on the practice server.",
		ZH: "用 `byhand lesson run %[1]s %[2]s` 到那里上课；`byhand lesson play %[1]s` 可以在练习服务器上看演示。"}
	sayOnAuto = text.T{EN: "--auto and --on do not go together: on a real server it is you who types.", ZH: "--auto 和 --on 不能同用：在真实的服务器上要由你自己输入。"}

	sayRealPlace = text.T{EN: "This lesson is taken on a real server: %s.", ZH: "这一课要在真实的服务器上学：%s。"}
	sayRealVerbs = text.T{EN: "Its steps ask for these commands: %s.", ZH: "各步会用到这些命令：%s。"}
	sayLogsIn    = text.T{EN: "You log in with a name and a password of your own. Without TLS, anybody on the way can read them.", ZH: "要用你自己的用户名和密码登录。没有 TLS 时，途中任何人都能读到。"}
	sayDeletes   = text.T{EN: "Letters that are marked with DELE are gone after QUIT. Use a mailbox that holds nothing you need.", ZH: "用 DELE 标记的信，QUIT 之后就没有了。请用一个没有重要邮件的邮箱。"}
	saySends     = text.T{EN: "Letters are sent, and somebody receives them. Send them to yourself.", ZH: "会真的寄出信，也会有人收到。请寄给你自己。"}
	sayRealOwn   = text.T{EN: "Where the lesson says <user>, <pass>, <me> or somebody@practice.test, use a name, password and addresses of your own.", ZH: "课文里写着 <user>、<pass>、<me> 或 某人@practice.test 的地方，请换成你自己的用户名、密码和地址。"}
	sayRealAsks  = text.T{EN: "byhand types nothing there unless you say yes to that line.", ZH: "不经你逐条同意，byhand 不会在那里输入任何命令。"}
	sayRealBegin = text.T{EN: "Type yes to begin, or press Enter to leave it: ", ZH: "输入 yes 开始，直接回车则不开始："}
	sayNotBegun  = text.T{EN: "Not begun. Nothing was connected.", ZH: "没有开始，也没有连接任何服务器。"}
	sayMayType   = text.T{EN: "This is a real server. byhand would type:\n%s\nType yes to let it, or press Enter to leave it out.", ZH: "这是真实的服务器。byhand 想输入：\n%s\n输入 yes 同意，直接回车则不输入。"}
	sayNotTyped  = text.T{EN: "Left out: nothing was sent. You can type it yourself.", ZH: "没有输入，什么都没有发出。你可以自己输入。"}
)
