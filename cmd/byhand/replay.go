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

// replay shows a recorded session again, through the same framer, annotator and renderer as when it was live.
func (a *app) replay() *cobra.Command {
	var pace transcripts.Pace
	var instant bool
	cmd := &cobra.Command{
		Use:   "replay FILE",
		Short: sayReplayShort.In(a.lang),
		Args:  words(1, 1, sayReplayArgs),
		RunE: func(cmd *cobra.Command, args []string) error {
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
	case name == "last" && len(a.recent()) > 0:
		return a.open(a.recent()[0])
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
	rd, err = transcripts.Open(in, name)
	return rd, end, err
}

// convert writes a transcript in another form.
func (a *app) convert() *cobra.Command {
	var to string
	cmd := &cobra.Command{
		Use:   "convert IN OUT",
		Short: sayConvertShort.In(a.lang),
		Args:  words(2, 2, sayConvertArgs),
		RunE: func(_ *cobra.Command, args []string) error {
			if to == "" {
				to, _ = transcripts.FormOf(args[1])
			}
			return a.convertTo(to, args[0], args[1])
		},
	}
	cmd.Flags().StringVar(&to, "to", "", sayToFlag.With(strings.Join(transcripts.Forms(), ", ")).In(a.lang))
	return cmd
}

func (a *app) convertTo(form, in, out string) error {
	if !slices.Contains(transcripts.Forms(), form) {
		return usage(sayBadForm.With(form, strings.Join(transcripts.Forms(), ", ")))
	}
	rd, end, err := a.open(in)
	if err != nil {
		return err
	}
	defer end()
	w, done := a.out, func() error { return nil }
	if out != "-" {
		f, err := os.OpenFile(out, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
		if err != nil {
			return err
		}
		w, done = f, f.Close
	}
	err = transcripts.Convert(w, form, rd, transcripts.Options{Lang: a.lang, Depth: a.depth})
	if closed := done(); err == nil {
		err = closed
	}
	for _, r := range rd.Remarks() {
		io.WriteString(a.err, visible(r.Said.In(a.lang))+"\n")
	}
	return err
}

// words checks how many words follow a subcommand; else says what it wants.
func words(least, most int, want text.T) cobra.PositionalArgs {
	return func(_ *cobra.Command, args []string) error {
		if len(args) < least || most > 0 && len(args) > most {
			return usage(want.With())
		}
		return nil
	}
}

// explainWords explains a line, a code or a verb without a session.
func (a *app) explainWords() *cobra.Command {
	return &cobra.Command{
		Use:   "explain WORDS...",
		Short: sayExplainShort.In(a.lang),
		Args:  words(1, 0, sayExplainArgs),
		RunE: func(_ *cobra.Command, args []string) error {
			return a.tell(func(lines []byte) { a.out.Write(lines) }, a.renderer(a.out, annotate.All), args)
		},
	}
}

// tell says what is known of some words.
func (a *app) tell(show func([]byte), r *render.Renderer, words []string) error {
	entries := annotate.Explain(words...)
	if len(entries) == 0 {
		return &failure{what: sayNothingKnown.With(strings.Join(words, " ")), hint: sayTryWords.With()}
	}
	var lines []byte
	for _, e := range entries {
		lines = r.Say(lines, render.Heading, text.T{EN: e.Word, ZH: e.Word}.With())
		lines = r.Explain(lines, annotate.Explanation{Notes: e.Notes, Decoded: e.Decoded})
	}
	show(lines)
	return nil
}

var (
	sayReplayShort  = text.T{EN: "show a recorded session again, explained", ZH: "重放一段会话，附解释"}
	sayReplayArgs   = text.T{EN: "replay wants one file, as in `byhand replay pop3-163`.", ZH: "replay 需要一个文件，例如 `byhand replay pop3-163`。"}
	saySpeedFlag    = text.T{EN: "how many times faster than it was", ZH: "播放速度的倍数"}
	sayIdleFlag     = text.T{EN: "the longest pause", ZH: "停顿的上限"}
	sayInstantFlag  = text.T{EN: "all at once", ZH: "一次全部显示"}
	sayBadSpeed     = text.T{EN: "--speed is a number over 0, --idle a time such as 2s.", ZH: "--speed 是大于 0 的数，--idle 是 2s 这样的时间。"}
	sayNoTranscript = text.T{EN: "There is no transcript %s.", ZH: "没有会话记录 %s。"}
	saySamples      = text.T{EN: "A file, `last`, or one of the samples: %s.", ZH: "可以是文件、`last`，或内置的示例：%s。"}
	sayConvertShort = text.T{EN: "write a transcript in another form", ZH: "把会话记录转换成另一种格式"}
	sayConvertArgs  = text.T{EN: "convert wants two files, as in `byhand convert a.rec.jsonl a.dialog.txt`; - is the standard input or output.",
		ZH: "convert 需要两个文件，例如 `byhand convert a.rec.jsonl a.dialog.txt`；- 表示标准输入或输出。"}
	sayToFlag       = text.T{EN: "the form: %s (default: by the name)", ZH: "格式：%s（默认按文件名判断）"}
	sayBadForm      = text.T{EN: "The form %[1]q is not known; there are %[2]s.", ZH: "不认识格式 %[1]q；可用的有 %[2]s。"}
	sayExplainShort = text.T{EN: "what a line, a code, a verb or a Base64 word means", ZH: "解释一行、一个代码、一条命令或一段 Base64"}
	sayExplainArgs  = text.T{EN: "explain wants words, as in `byhand explain 550 5.1.1`.", ZH: "explain 需要要解释的词，例如 `byhand explain 550 5.1.1`。"}
	sayNothingKnown = text.T{EN: "byhand knows nothing of %q.", ZH: "byhand 不认识 %q。"}
	sayTryWords     = text.T{EN: "Try a verb (RETR), a code (550 5.1.1), a reply (+OK 2 320), a header field (Subject) or Base64.",
		ZH: "可以试试命令（RETR）、代码（550 5.1.1）、应答（+OK 2 320）、信头字段（Subject）或 Base64。"}
)
