package main

import (
	"bytes"
	"context"
	"io"
	"os"
	"slices"
	"strings"
	"time"

	"byhand/session"
	"byhand/session/annotate"
	"byhand/session/proto"
	"byhand/session/render"
	"byhand/session/text"
	"byhand/transcripts"

	"github.com/spf13/cobra"
)

// replayFlags say how a transcript is shown.
type replayFlags struct {
	pace    transcripts.Pace
	instant bool
	step    bool
	follow  bool
	still   bool // nothing moves that was not asked for
	as      string
	side    string
	force   bool
	from    string
	until   string
	pauseOn string
	quiz    quizFlags
}

// replay shows a recorded session again, through the same framer, annotator and renderer as when it was live.
func (a *app) replay() *cobra.Command {
	var f replayFlags
	cmd := &cobra.Command{
		Use:   "replay [FILE]",
		Short: sayReplayShort.In(a.lang),
		Long:  sayReplayLong.In(a.lang),
		Args:  words(0, 1, sayReplayArgs),
		RunE: func(cmd *cobra.Command, args []string) error {
			if len(args) == 0 {
				return a.listTalks()
			}
			if slices.Contains(transcripts.Imports(), f.from) { // --from rfc: what convert calls so, too
				a.foreign.from, f.from = f.from, ""
			}
			if f.quiz.kinds != "" {
				return a.examine(cmd.Context(), args[0], &f.quiz)
			}
			return a.replayAs(cmd.Context(), args[0], &f)
		},
	}
	fs := cmd.Flags()
	fs.Float64Var(&f.pace.Speed, "speed", 1, saySpeedFlag.In(a.lang))
	fs.DurationVar(&f.pace.Idle, "idle", 2*time.Second, sayIdleFlag.In(a.lang))
	fs.BoolVar(&f.instant, "instant", false, sayInstantFlag.In(a.lang))
	fs.BoolVar(&f.step, "step", false, sayStepFlag.In(a.lang))
	fs.StringVar(&f.from, "from", "", sayStartFlag.With(strings.Join(transcripts.Imports(), ", ")).In(a.lang))
	fs.StringVar(&f.until, "until", "", sayUntilFlag.In(a.lang))
	fs.StringVar(&f.pauseOn, "pause-on", "", sayPauseFlag.In(a.lang))
	fs.BoolVarP(&f.follow, "follow", "f", false, sayFollowFlag.In(a.lang))
	fs.BoolVar(&f.still, "no-animation", false, sayStillFlag.In(a.lang))
	fs.StringVar(&f.as, "as", "", sayAsFlag.With("raw, "+strings.Join(transcripts.Forms(), ", ")).In(a.lang))
	fs.StringVar(&f.side, "side", "", saySideFlag.In(a.lang))
	fs.BoolVar(&f.force, "force", false, sayForceFlag.In(a.lang))
	fs.StringVar(&f.quiz.kinds, "quiz", "", sayQuizFlag.With(strings.Join(transcripts.QuizKinds(), ", ")).In(a.lang))
	f.quiz.add(cmd, a.lang)
	a.foreign.addLogs(cmd, a.lang)
	return cmd
}

// replayAs chooses how the transcript is shown: in another form, steered by a person, or one line after the other.
func (a *app) replayAs(ctx context.Context, name string, f *replayFlags) error {
	if f.pace.Speed <= 0 || f.pace.Idle < 0 {
		return usage(sayBadSpeed.With())
	}
	switch {
	case f.as == "raw":
		return a.pass(ctx, name, f)
	case f.as != "":
		return a.convertTo(f.as, name, "-", transcripts.Options{})
	}
	in, typing := tty(a.in)
	out, looking := tty(a.out)
	switch {
	case (f.instant || !looking) && f.from+f.until == "" && !f.follow:
		return a.show(ctx, name, f.pace, true)
	case f.instant || !looking:
		return a.pour(ctx, name, f)
	case !typing || name == "-": // the keyboard is not there to steer
		return a.show(ctx, name, f.pace, false)
	}
	return a.play(ctx, name, f, in, out)
}

func (a *app) show(ctx context.Context, name string, pace transcripts.Pace, instant bool) error {
	rd, end, err := a.open(name)
	if err != nil {
		return err
	}
	defer end()
	var src session.Source = rd
	if !instant {
		pace.Source, pace.Now, pace.Sleep = rd, time.Now, sleep
		src = &pace
	}
	v := &view{screen: a.renderer(a.out, a.depth), show: func(lines []byte) error { _, err := a.out.Write(lines); return err }}
	if a.depth != annotate.Off {
		v.notes = annotate.New()
	}
	err = session.Run(ctx, src, proto.New(session.Untold), v.sink)
	for _, r := range rd.Remarks() {
		a.err.Write(v.screen.Say(nil, render.Remark, r.Said))
	}
	return err
}

// sleep waits, or ends early with ctx.
func sleep(ctx context.Context, d time.Duration) error {
	t := time.NewTimer(d)
	defer t.Stop()
	select {
	case <-t.C:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}

// open opens a transcript for reading from its beginning to its end.
func (a *app) open(name string) (rd *transcripts.Reader, end func(), err error) {
	in, shut, err := a.source(name)
	if err != nil {
		return nil, shut, err
	}
	rd, logs, err := a.reader(in, name)
	return rd, func() { logs(); shut() }, err
}

// source finds a transcript: a file, `-` for the standard input, the name of a sample, or `last` for the newest session.
func (a *app) source(name string) (in io.Reader, end func(), err error) {
	sample, isSample := transcripts.Sample(name)
	switch {
	case name == "-":
		return a.in, func() {}, nil
	case name == "last" && a.newest() != "":
		name = a.newest()
	case a.recentPath(name) != "":
		name = a.recentPath(name)
	}
	f, err := os.Open(name)
	switch {
	case err == nil:
		return f, func() { f.Close() }, nil
	case isSample:
		return bytes.NewReader(sample), func() {}, nil
	}
	return nil, func() {}, &failure{what: sayNoTranscript.With(name), hint: saySamples.With(strings.Join(transcripts.Samples(), ", "))}
}

var (
	sayReplayShort = text.T{EN: "show a recorded session again, explained", ZH: "重放一段会话，附解释"}
	sayReplayLong  = text.T{
		EN: `replay shows a session at the pace at which it went, each line explained; h shows the keys.
FILE is a sample or any file that convert reads; without FILE your recent sessions and the samples are listed.
In a pipe, or with --as, all is written at once.

  byhand replay pop3-163
  byhand replay smtp-163 --step --from 5
  byhand replay mail.pcapng --as text --until error`,
		ZH: `replay 按原来的节奏重放一段会话，逐行解释；按 h 显示按键。
FILE 是示例的名字，或 convert 能读的任何文件；不写 FILE 时列出最近的会话和示例。
在管道里，或者加了 --as，会一次全部写出。

  byhand replay pop3-163
  byhand replay smtp-163 --step --from 5
  byhand replay mail.pcapng --as text --until error`}
	sayReplayArgs = text.T{EN: "replay wants one file, as in `byhand replay pop3-163`.", ZH: "replay 需要一个文件，例如 `byhand replay pop3-163`。"}
	saySpeedFlag  = text.T{EN: "how many times faster than it was", ZH: "播放速度的倍数"}
	sayIdleFlag   = text.T{EN: "the longest pause", ZH: "停顿的上限"}
	sayAsFlag     = text.T{EN: "write it to the standard output in a form: %s", ZH: "以某种格式写到标准输出：%s"}
	sayStepFlag   = text.T{EN: "begin paused, for steps", ZH: "一开始就暂停，逐步观看"}
	sayStartFlag  = text.T{EN: "where to begin: a line, a time (1:30, 90s), a mark, a step, 40%%; or what the input is, where its content does not tell: %s",
		ZH: "从哪里开始：行号、时间（1:30、90s）、书签、步骤或 40%%；也可以写明输入是什么（内容本身看不出来时）：%s"}
	sayUntilFlag    = text.T{EN: "where to end: a place as for --from, /text/, or error", ZH: "到哪里结束：写法同 --from，或 /文字/，或 error"}
	sayPauseFlag    = text.T{EN: "pause on mark, note, step, error or command; several with commas", ZH: "遇到 mark、note、step、error 或 command 时暂停；多个用逗号隔开"}
	sayFollowFlag   = text.T{EN: "go on as the file grows, until its session ends", ZH: "文件还在增长就接着显示，直到会话结束"}
	sayStillFlag    = text.T{EN: "show typed lines at once", ZH: "键入的行一次显示，不逐字出现"}
	saySideFlag     = text.T{EN: "with --as raw: the bytes of C or of S alone", ZH: "与 --as raw 同用：只写 C 或 S 一方的字节"}
	sayForceFlag    = text.T{EN: "with --as raw: write to a terminal, too", ZH: "与 --as raw 同用：也写到终端"}
	sayInstantFlag  = text.T{EN: "all at once", ZH: "一次全部显示"}
	sayBadSpeed     = text.T{EN: "--speed is a number over 0, --idle a time such as 2s.", ZH: "--speed 是大于 0 的数，--idle 是 2s 这样的时间。"}
	sayNoTranscript = text.T{EN: "There is no transcript %s.", ZH: "没有会话记录 %s。"}
	saySamples      = text.T{EN: "A file, `last`, or one of the samples: %s.", ZH: "可以是文件、`last`，或内置的示例：%s。"}
)
