package main

import (
	"io"
	"os"
	"slices"
	"strings"

	"byhand/session/text"
	"byhand/transcripts"

	"github.com/spf13/cobra"
)

// convert writes a transcript in another form.
func (a *app) convert() *cobra.Command {
	var to string
	var o transcripts.Options
	cmd := &cobra.Command{
		Use:   "convert IN OUT",
		Short: sayConvertShort.In(a.lang),
		Long:  sayConvertLong.In(a.lang),
		Args:  words(2, 2, sayConvertArgs),
		RunE: func(_ *cobra.Command, args []string) error {
			if to == "" {
				form, ok := transcripts.FormOf(args[1])
				if !ok {
					return usage(sayNoForm.With(args[1], strings.Join(transcripts.Forms(), ", ")))
				}
				to = form
			}
			return a.convertTo(to, args[0], args[1], o)
		},
	}
	f := cmd.Flags()
	f.StringVar(&to, "to", "", sayToFlag.With(strings.Join(transcripts.Forms(), ", ")).In(a.lang))
	f.BoolVar(&o.Times, "times", false, sayTimesFlag.In(a.lang))
	f.BoolVar(&o.Full, "full", false, sayFullFlag.In(a.lang))
	f.BoolVar(&o.Fold, "fold", false, sayFoldFlag.In(a.lang))
	a.foreign.add(cmd, a.lang)
	return cmd
}

func (a *app) convertTo(form, in, out string, o transcripts.Options) error {
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
	o.Lang, o.Depth = a.lang, a.depth
	err = transcripts.Convert(w, form, rd, o)
	if closed := done(); err == nil {
		err = closed
	}
	if err != nil && out != "-" {
		_ = os.Remove(out) // made by this run, and not whole: it would stand in the way of the next
	}
	for _, r := range rd.Remarks() {
		io.WriteString(a.err, visible(r.Said.In(a.lang))+"\n")
	}
	return err
}

var (
	sayConvertShort = text.T{EN: "write a transcript in another form", ZH: "把会话记录转换成另一种格式"}
	sayConvertLong  = text.T{
		EN: `convert writes a session in another form. The name of OUT tells which, or --to does; - is the standard input or output.
It reads what byhand records and what you write by hand (C: and S: lines), captures (pcap, pcapng), asciicasts, and what swaks, telnet, script and openssl s_client show; with --from rfc the dialogues of RFCs.
Passwords in what other programs wrote are hidden on the way; in a dialogue of your own nothing is changed.

  byhand convert pop3-163 letter.md
  byhand convert mail.pcapng mail.dialog.txt
  byhand convert typescript a.rec.jsonl --timing timing`,
		ZH: `convert 把一段会话写成另一种格式。由 OUT 的文件名决定写成什么，也可以用 --to 指定；- 表示标准输入或输出。
能读的有：byhand 的录制，手写的对话（C: 和 S: 行），抓包文件（pcap、pcapng），asciicast，以及 swaks、telnet、script、openssl s_client 显示的内容；加 --from rfc 可以读 RFC 里的对话。
别的程序所写内容里的密码会在转换时隐去；你自己写的对话则原样保留。

  byhand convert pop3-163 letter.md
  byhand convert mail.pcapng mail.dialog.txt
  byhand convert typescript a.rec.jsonl --timing timing`}
	sayConvertArgs = text.T{EN: "convert wants two files, as in `byhand convert a.rec.jsonl a.dialog.txt`; - is the standard input or output.",
		ZH: "convert 需要两个文件，例如 `byhand convert a.rec.jsonl a.dialog.txt`；- 表示标准输入或输出。"}
	sayToFlag    = text.T{EN: "the form: %s (default: by the name)", ZH: "格式：%s（默认按文件名判断）"}
	sayNoForm    = text.T{EN: "The name %[1]s does not tell in which form to write. Name the form with --to: %[2]s.", ZH: "从文件名 %[1]s 看不出要写成什么格式。请用 --to 指定：%[2]s。"}
	sayTimesFlag = text.T{EN: "dialog: keep the times", ZH: "dialog：保留时间"}
	sayFullFlag  = text.T{EN: "show bodies of more than 64 KiB whole", ZH: "超过 64 KiB 的正文也全部显示"}
	sayFoldFlag  = text.T{EN: "svg: one arrow for each reply", ZH: "svg：每条答复只画一个箭头"}
	sayBadForm   = text.T{EN: "The form %[1]q is not known; there are %[2]s.", ZH: "不认识格式 %[1]q；可用的有 %[2]s。"}
)
