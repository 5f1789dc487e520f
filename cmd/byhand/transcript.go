package main

import (
	"bufio"
	"bytes"
	"cmp"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"

	"byhand/session/annotate"
	"byhand/session/text"
	"byhand/transcripts"

	"github.com/spf13/cobra"
)

// outcome ends the program with a status of its own; all that there is to say was said.
type outcome struct{ status int }

func (o *outcome) Error() string { return fmt.Sprintf("status %d", o.status) }

// transcript groups the tools for transcripts as files.
func (a *app) transcript() *cobra.Command {
	cmd := &cobra.Command{
		Use:   "transcript",
		Short: sayTranscriptShort.In(a.lang),
		Args:  func(*cobra.Command, []string) error { return usage(sayTranscriptArgs.With()) },
		RunE:  func(*cobra.Command, []string) error { return nil },
	}
	cmd.AddCommand(a.transcriptFmt(), a.transcriptCheck(), a.transcriptScrub(), a.transcriptDiff())
	return cmd
}

// transcriptFmt writes dialogues in the one way in which byhand writes them.
func (a *app) transcriptFmt() *cobra.Command {
	var write, list bool
	cmd := &cobra.Command{
		Use:   "fmt FILE...",
		Short: sayFmtShort.In(a.lang),
		Args:  words(1, 0, sayFmtArgs),
		RunE: func(_ *cobra.Command, args []string) error {
			differs := false
			for _, name := range args {
				same, err := a.formatFile(name, write, list)
				if err != nil {
					return err
				}
				differs = differs || !same
			}
			if list && differs {
				return &outcome{1}
			}
			return nil
		},
	}
	cmd.Flags().BoolVarP(&write, "write", "w", false, sayFmtWriteFlag.In(a.lang))
	cmd.Flags().BoolVarP(&list, "list", "l", false, sayFmtListFlag.In(a.lang))
	return cmd
}

func (a *app) formatFile(name string, write, list bool) (same bool, err error) {
	in := a.in
	if name != "-" {
		f, err := os.Open(name)
		if err != nil {
			return false, err
		}
		defer f.Close()
		in = f
	}
	switch {
	case list:
		if same, err = transcripts.Formatted(io.Discard, in, name); err == nil && !same {
			_, err = io.WriteString(a.out, visible(name)+"\n")
		}
	case write && name != "-":
		same, err = rewrite(name, func(w io.Writer) (bool, error) { return transcripts.Formatted(w, in, name) })
	default:
		same, err = transcripts.Formatted(a.out, in, name)
	}
	return same, err
}

// rewrite puts new content into a file in one step, so that a crash leaves the old or the new. A file that is to stay the same is left alone.
func rewrite(name string, write func(io.Writer) (same bool, err error)) (same bool, err error) {
	mode := os.FileMode(0o600)
	if info, err := os.Stat(name); err == nil {
		mode = info.Mode().Perm()
	}
	f, err := os.CreateTemp(filepath.Dir(name), ".byhand-*")
	if err != nil {
		return false, err
	}
	if same, err = write(f); err == nil && !same {
		for _, step := range []func() error{func() error { return f.Chmod(mode) }, f.Sync, f.Close, func() error { return os.Rename(f.Name(), name) }} {
			if err = step(); err != nil {
				break
			}
		}
	}
	if err != nil || same {
		f.Close()
		_ = os.Remove(f.Name()) // ours, and not whole or not wanted
	}
	return same, err
}

// transcriptCheck looks for secrets that can be read, and for damage. The status is 3 for the first, 1 for the second.
func (a *app) transcriptCheck() *cobra.Command {
	cmd := &cobra.Command{
		Use:   "check FILE...",
		Short: sayCheckShort.In(a.lang),
		Args:  words(1, 0, sayCheckArgs),
		RunE: func(_ *cobra.Command, args []string) error {
			status := 0
			for _, name := range args {
				n, err := a.checkFile(name)
				if err != nil {
					return err
				}
				status = max(status, n)
			}
			if status > 0 {
				return &outcome{status}
			}
			return nil
		},
	}
	a.foreign.add(cmd, a.lang)
	return cmd
}

func (a *app) checkFile(name string) (status int, err error) {
	rd, end, err := a.open(name)
	if err != nil {
		return 0, err
	}
	defer end()
	found, err := transcripts.Check(rd)
	if err != nil {
		return 0, err
	}
	where := visible(name)
	tell := func(line, n int, said text.Said) {
		switch {
		case line > 0:
			fmt.Fprintf(a.out, "%s:%d: %s\n", where, line, visible(said.In(a.lang)))
		case n > 0:
			fmt.Fprintln(a.out, sayAtEvent.With(where, n, said).In(a.lang))
		default:
			fmt.Fprintf(a.out, "%s: %s\n", where, visible(said.In(a.lang)))
		}
	}
	for _, r := range rd.Remarks() {
		tell(r.Line, 0, r.Said)
		status = 1
	}
	for _, f := range found {
		tell(f.Line, f.N, f.Said)
		status = 3
	}
	if status == 3 {
		io.WriteString(a.err, hintScrub.In(a.lang)+"\n")
	}
	return status, nil
}

// transcriptScrub writes a copy in which more is hidden.
func (a *app) transcriptScrub() *cobra.Command {
	var what transcripts.Scrub
	var ask bool
	cmd := &cobra.Command{
		Use:   "scrub IN OUT",
		Short: sayScrubShort.In(a.lang),
		Args:  words(2, 2, sayScrubArgs),
		RunE: func(_ *cobra.Command, args []string) error {
			if ask {
				if args[0] == "-" {
					return usage(sayTwoStdin.With())
				}
				sc := bufio.NewScanner(a.in)
				for sc.Scan() {
					if s := strings.TrimRight(sc.Text(), "\r"); s != "" {
						what.Values = append(what.Values, s)
					}
				}
				if sc.Err() != nil {
					return sc.Err()
				}
			}
			return a.scrubTo(args[0], args[1], what)
		},
	}
	f := cmd.Flags()
	f.BoolVar(&ask, "secret-stdin", false, saySecretFlag.In(a.lang))
	f.BoolVar(&what.Users, "users", false, sayNamesFlag.In(a.lang))
	f.BoolVar(&what.Addresses, "addresses", false, sayAddressesFlag.In(a.lang))
	f.BoolVar(&what.IPs, "ips", false, sayIPsFlag.In(a.lang))
	f.BoolVar(&what.Bodies, "bodies", false, sayBodiesFlag.In(a.lang))
	a.foreign.add(cmd, a.lang)
	return cmd
}

func (a *app) scrubTo(in, out string, what transcripts.Scrub) error {
	rd, end, err := a.open(in)
	if err != nil {
		return err
	}
	defer end()
	form, _ := transcripts.FormOf(out)
	if form != transcripts.FormRecorded && form != transcripts.FormDialogue {
		form = transcripts.FormDialogue
		if rd.Form() == transcripts.FormRecorded {
			form = transcripts.FormRecorded
		}
	}
	var b bytes.Buffer
	w, done := io.Writer(&b), func() error { _, err := a.out.Write(b.Bytes()); return err }
	if out != "-" {
		f, err := os.OpenFile(out, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
		if err != nil {
			return notMade(out, err)
		}
		buffered := bufio.NewWriterSize(f, 64<<10)
		w, done = buffered, func() error {
			if err := buffered.Flush(); err != nil {
				f.Close()
				return err
			}
			return f.Close()
		}
	}
	err = transcripts.WriteScrubbed(w, form, rd, what)
	if closed := done(); err == nil {
		err = closed
	}
	if err != nil && out != "-" {
		_ = os.Remove(out) // made by this run, and not whole
	}
	return err
}

// transcriptDiff compares two sessions, exchange by exchange. The status is 1 if they differ.
func (a *app) transcriptDiff() *cobra.Command {
	var f maskFlags
	cmd := &cobra.Command{
		Use:   "diff A B",
		Short: sayDiffShort.In(a.lang),
		Args:  words(2, 2, sayDiffArgs),
		RunE: func(_ *cobra.Command, args []string) error {
			masks, err := f.settle()
			if err != nil {
				return err
			}
			var rd [2]*transcripts.Reader
			for i, name := range args {
				r, end, err := a.open(name)
				if err != nil {
					return err
				}
				defer end()
				rd[i] = r
			}
			pairs, err := transcripts.CompareWith(rd[0], rd[1], masks)
			if err != nil {
				return err
			}
			return a.differences(pairs)
		},
	}
	f.add(cmd, a.lang)
	a.foreign.add(cmd, a.lang)
	return cmd
}

// meaning says in a sentence what a reply means that is of another class, or has another code, than the recorded one; "" for all others.
func (a *app) meaning(p transcripts.Pair) string {
	if p.B == nil || len(p.B.Reply) == 0 || p.A != nil && p.A.Code == p.B.Code {
		return ""
	}
	said := ""
	for _, e := range annotate.Explain(p.B.Reply[len(p.B.Reply)-1]) {
		for _, n := range e.Notes {
			if n.Tone == annotate.Tip {
				return n.Text.In(a.lang)
			}
			said = cmp.Or(said, n.Text.In(a.lang))
		}
	}
	return said
}

// differences prints what is not alike, and the sums.
func (a *app) differences(pairs []transcripts.Pair) error {
	masks, counts := map[string]bool{}, map[transcripts.Sameness]int{}
	var b strings.Builder
	for _, p := range pairs {
		counts[p.Grade]++
		for _, m := range p.Masks {
			masks[m] = true
		}
		if p.Grade == transcripts.Same {
			continue
		}
		about := p.A
		if about == nil {
			about = p.B
		}
		command := about.Command
		if command == "" {
			command = sayGreeting.In(a.lang)
		}
		fmt.Fprintf(&b, "%s: %s\n", sayGrade(p.Grade).In(a.lang), visible(command))
		for _, side := range []struct {
			sign string
			x    *transcripts.Exchange
		}{{"-", p.A}, {"+", p.B}} {
			if side.x == nil {
				continue
			}
			for _, line := range side.x.Reply {
				fmt.Fprintf(&b, "  %s %s\n", side.sign, visible(line))
			}
		}
		if note := a.meaning(p); note != "" {
			fmt.Fprintf(&b, "    %s\n", visible(note))
		}
	}
	b.WriteString(sayPairs.With(counts[transcripts.Same], len(pairs)).In(a.lang) + "\n")
	if len(masks) > 0 {
		var names []string
		for _, m := range transcripts.Masks() {
			if masks[m] {
				names = append(names, m)
			}
		}
		b.WriteString(sayMasked.With(strings.Join(names, ", ")).In(a.lang) + "\n")
	}
	if _, err := io.WriteString(a.out, b.String()); err != nil {
		return err
	}
	return differing(pairs)
}

// sayGrade gives the words for a grade.
func sayGrade(g transcripts.Sameness) text.T {
	return text.T{EN: g.String(), ZH: [...]string{"相同", "代码相同，文字不同", "同一类代码", "不同", "缺少", "多出"}[g]}
}

var (
	sayTranscriptShort = text.T{EN: "tools for transcripts: fmt, check, scrub, diff", ZH: "会话记录的工具：fmt、check、scrub、diff"}
	sayTranscriptArgs  = text.T{EN: "transcript wants fmt, check, scrub or diff.", ZH: "transcript 后面要写 fmt、check、scrub 或 diff。"}

	sayFmtShort     = text.T{EN: "write dialogues in the one usual way", ZH: "把对话整理成统一的写法"}
	sayFmtArgs      = text.T{EN: "fmt wants a file, as in `byhand transcript fmt a.dialog.txt`.", ZH: "fmt 需要一个文件，例如 `byhand transcript fmt a.dialog.txt`。"}
	sayFmtWriteFlag = text.T{EN: "change the files", ZH: "直接改写文件"}
	sayFmtListFlag  = text.T{EN: "only list the files that would change; exit status 1 if there is one", ZH: "只列出会改变的文件；有的话退出状态为 1"}

	sayCheckShort = text.T{EN: "find secrets that can be read, and damage (exit status 3, 1)", ZH: "查找能读出的密码（退出状态 3）和损坏（退出状态 1）"}
	sayCheckArgs  = text.T{EN: "check wants a file, as in `byhand transcript check a.rec.jsonl`.", ZH: "check 需要一个文件，例如 `byhand transcript check a.rec.jsonl`。"}
	sayAtEvent    = text.T{EN: "%[1]s: line %[2]d of the session: %[3]s", ZH: "%[1]s：会话的第 %[2]d 行：%[3]s"}
	hintScrub     = text.T{EN: "`byhand transcript scrub IN OUT` writes a copy without them. A password that was shown to others must be changed.",
		ZH: "`byhand transcript scrub 输入 输出` 会写一份去掉它们的副本。已经给别人看过的密码必须更换。"}

	sayScrubShort    = text.T{EN: "write a copy without secrets, and on demand without names, addresses, letters", ZH: "写一份去掉密码的副本，还可去掉用户名、地址和信件"}
	sayScrubArgs     = text.T{EN: "scrub wants two files, as in `byhand transcript scrub a.rec.jsonl b.rec.jsonl`.", ZH: "scrub 需要两个文件，例如 `byhand transcript scrub a.rec.jsonl b.rec.jsonl`。"}
	saySecretFlag    = text.T{EN: "also hide each line of the standard input, as it is and in Base64", ZH: "把标准输入的每一行也隐去，包括其 Base64 形式"}
	sayNamesFlag     = text.T{EN: "also hide user names", ZH: "也隐去用户名"}
	sayAddressesFlag = text.T{EN: "also hide mail addresses", ZH: "也隐去邮件地址"}
	sayIPsFlag       = text.T{EN: "also hide IP addresses", ZH: "也隐去 IP 地址"}
	sayBodiesFlag    = text.T{EN: "also hide letters", ZH: "也隐去信件内容"}
	sayTwoStdin      = text.T{EN: "--secret-stdin reads the standard input, so that IN must be a file.", ZH: "--secret-stdin 要读标准输入，所以 IN 必须是文件。"}

	sayDiffShort = text.T{EN: "compare the replies of two sessions (exit status 1 if they differ)", ZH: "比较两次会话的回答（不同则退出状态为 1）"}
	sayDiffArgs  = text.T{EN: "diff wants two files, as in `byhand transcript diff a.rec.jsonl b.rec.jsonl`.", ZH: "diff 需要两个文件，例如 `byhand transcript diff a.rec.jsonl b.rec.jsonl`。"}
	sayGreeting  = text.T{EN: "(greeting)", ZH: "（问候）"}
	sayPairs     = text.T{EN: "%[1]d of %[2]d exchanges are the same.", ZH: "%[2]d 次问答中有 %[1]d 次相同。"}
	sayMasked    = text.T{EN: "Not compared, because it changes by itself: %s.", ZH: "这些内容每次都会变，没有比较：%s。"}
)
