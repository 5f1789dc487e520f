package main

import (
	"bytes"
	"context"
	"io"
	"os"
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

// replay shows a recorded session again, through the same framer, annotator and renderer as when it was live.
func (a *app) replay() *cobra.Command {
	var pace transcripts.Pace
	var instant bool
	var as string
	cmd := &cobra.Command{
		Use:   "replay [FILE]",
		Short: sayReplayShort.In(a.lang),
		Args:  words(0, 1, sayReplayArgs),
		RunE: func(cmd *cobra.Command, args []string) error {
			if len(args) == 0 {
				return a.listTalks()
			}
			if as != "" {
				return a.convertTo(as, args[0], "-", transcripts.Options{})
			}
			_, terminal := tty(a.out)
			if pace.Speed <= 0 || pace.Idle < 0 {
				return usage(sayBadSpeed.With())
			}
			return a.show(cmd.Context(), args[0], pace, instant || !terminal)
		},
	}
	cmd.Flags().Float64Var(&pace.Speed, "speed", 1, saySpeedFlag.In(a.lang))
	cmd.Flags().DurationVar(&pace.Idle, "idle", 2*time.Second, sayIdleFlag.In(a.lang))
	cmd.Flags().BoolVar(&instant, "instant", false, sayInstantFlag.In(a.lang))
	cmd.Flags().StringVar(&as, "as", "", sayAsFlag.With(strings.Join(transcripts.Forms(), ", ")).In(a.lang))
	a.foreign.add(cmd, a.lang)
	return cmd
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

// open opens a transcript: a file, `-` for the standard input, the name of a sample, or `last` for the newest session.
func (a *app) open(name string) (rd *transcripts.Reader, end func(), err error) {
	var in io.Reader
	end = func() {}
	sample, isSample := transcripts.Sample(name)
	switch {
	case name == "-":
		in = a.in
	case name == "last" && a.newest() != "":
		return a.open(a.newest())
	case a.recentPath(name) != "":
		return a.open(a.recentPath(name))
	default:
		f, err := os.Open(name)
		if err != nil && isSample {
			in = bytes.NewReader(sample)
			break
		}
		if err != nil {
			return nil, end, &failure{what: sayNoTranscript.With(name), hint: saySamples.With(strings.Join(transcripts.Samples(), ", "))}
		}
		in, end = f, func() { f.Close() }
	}
	rd, logs, err := a.reader(in, name)
	file := end
	return rd, func() { logs(); file() }, err
}

var (
	sayReplayShort  = text.T{EN: "show a recorded session again, explained", ZH: "重放一段会话，附解释"}
	sayReplayArgs   = text.T{EN: "replay wants one file, as in `byhand replay pop3-163`.", ZH: "replay 需要一个文件，例如 `byhand replay pop3-163`。"}
	saySpeedFlag    = text.T{EN: "how many times faster than it was", ZH: "播放速度的倍数"}
	sayIdleFlag     = text.T{EN: "the longest pause", ZH: "停顿的上限"}
	sayAsFlag       = text.T{EN: "write it to the standard output in a form: %s", ZH: "以某种格式写到标准输出：%s"}
	sayInstantFlag  = text.T{EN: "all at once", ZH: "一次全部显示"}
	sayBadSpeed     = text.T{EN: "--speed is a number over 0, --idle a time such as 2s.", ZH: "--speed 是大于 0 的数，--idle 是 2s 这样的时间。"}
	sayNoTranscript = text.T{EN: "There is no transcript %s.", ZH: "没有会话记录 %s。"}
	saySamples      = text.T{EN: "A file, `last`, or one of the samples: %s.", ZH: "可以是文件、`last`，或内置的示例：%s。"}
)
