package main

import (
	"context"
	"fmt"
	"io"
	"strconv"
	"strings"
	"time"

	"byhand/lessons"
	"byhand/session/text"
)

// home is what byhand alone shows: the course with what was done of it, what to do next, the recent sessions, and how to reach a real
// server. At a terminal a lesson can be chosen by its number.
func (a *app) home(ctx context.Context) error {
	var b strings.Builder
	b.WriteString(sayHome.In(a.lang) + "\n\n" + sayCourse.In(a.lang) + "\n" + a.courseList())
	next := a.nextLesson()
	if next != "" {
		b.WriteString("\n" + sayNext.With(next).In(a.lang) + "\n")
	}
	if files := a.recent(); len(files) > 0 {
		b.WriteString("\n" + sayRecent.In(a.lang) + "\n")
		for _, f := range files[:min(len(files), 3)] {
			b.WriteString("  byhand replay " + f + "\n")
		}
	}
	b.WriteString("\n" + sayReal.In(a.lang) + "\n")
	if err := a.page(a.out, b.String()); err != nil {
		return err
	}
	_, in := tty(a.in)
	_, out := tty(a.out)
	if !in || !out {
		return nil
	}
	return a.choose(ctx, next)
}

// nextLesson gives the first lesson of the course that was not taken to its end; "" if there is none.
func (a *app) nextLesson() string {
	done := a.passed()
	for _, id := range lessons.Embedded() {
		if l, err := lessons.Load(id); err == nil && done[id] < len(l.Steps) {
			return id
		}
	}
	return ""
}

// choose asks for the number of a lesson, and runs it. An empty line leaves.
func (a *app) choose(ctx context.Context, next string) error {
	for {
		fmt.Fprint(a.out, sayChoose.In(a.lang))
		line, err := oneLine(a.in)
		word := strings.TrimSpace(line)
		if word == "" || err != nil {
			return nil
		}
		all := lessons.Embedded()
		if n, err := strconv.Atoi(word); err == nil && n >= 1 && n <= len(all) {
			word = all[n-1]
		}
		l, err := lessons.Load(word)
		if err != nil {
			fmt.Fprintln(a.out, sayNoNumber.With(visible(word), len(all)).In(a.lang))
			continue
		}
		if err := (places{}).admits(l, l.ID, false); err != nil {
			return err
		}
		return a.guideThrough(ctx, l, taking{pace: time.Second})
	}
}

// oneLine reads up to a line end and no further: what comes behind it is typed into the lesson.
func oneLine(r io.Reader) (string, error) {
	var line []byte
	for b := make([]byte, 1); ; {
		n, err := r.Read(b)
		if n == 1 && b[0] == '\n' || err != nil {
			return string(line), err
		}
		line = append(line, b[:n]...)
	}
}

var (
	sayHome     = text.T{EN: "byhand: speak mail protocols by hand.", ZH: "byhand：亲手说邮件协议。"}
	sayCourse   = text.T{EN: "The course. Each lesson starts a practice server by itself:", ZH: "课程。每课都会自动启动练习服务器："}
	sayNext     = text.T{EN: "Next: byhand lesson run %s", ZH: "下一步：byhand lesson run %s"}
	sayChoose   = text.T{EN: "\nNumber of a lesson, or Enter to leave: ", ZH: "\n输入课程编号，或直接回车离开："}
	sayNoNumber = text.T{EN: "There is no lesson %s. The numbers go from 1 to %d.", ZH: "没有课程 %s。编号从 1 到 %d。"}
	sayReal     = text.T{
		EN: `Without a lesson:
  byhand HOST PORT             type raw lines to any server
  byhand practice              a practice server (student / secret)
  byhand replay pop3-163       watch a session from 2007, explained
  byhand explain 550 5.1.1     what a line, a code or a verb means
  byhand --help                all commands and options`,
		ZH: `不上课也可以：
  byhand 主机 端口             向任何服务器输入原始命令
  byhand practice              启动练习服务器（student / secret）
  byhand replay pop3-163       观看一段 2007 年的会话，附解释
  byhand explain 550 5.1.1     某一行、代码或命令是什么意思
  byhand --help                全部命令和选项`}
)
