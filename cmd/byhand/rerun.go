package main

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"net"
	"os"
	"regexp"
	"slices"
	"strings"
	"time"

	"byhand/session"
	"byhand/session/proto"
	"byhand/session/text"
	"byhand/session/wire"
	"byhand/transcripts"

	"github.com/spf13/cobra"
)

// rerunFlags are the options of rerun.
type rerunFlags struct {
	remote, yes, dry, onward bool
	to, as                   string
	limit                    time.Duration
	trust                    wire.TLS
	secrets                  secretFlags
	masks                    maskFlags
	keep                     keepFlags
}

// maskFlags say what a comparison leaves out of account.
type maskFlags struct {
	off  bool
	also []string
}

func (f *maskFlags) add(cmd *cobra.Command, lang text.Lang) {
	cmd.Flags().BoolVar(&f.off, "no-mask", false, sayNoMaskFlag.In(lang))
	cmd.Flags().StringArrayVar(&f.also, "mask", nil, sayMaskFlag.In(lang))
}

func (f *maskFlags) settle() (transcripts.Masking, error) {
	m := transcripts.Masking{Off: f.off}
	for _, s := range f.also {
		re, err := regexp.Compile(s)
		if err != nil {
			return m, usage(sayBadMask.With(s, err.Error()))
		}
		m.Also = append(m.Also, re)
	}
	return m, nil
}

// rerun sends the client's side of a recording to another server and compares what it says.
func (a *app) rerun() *cobra.Command {
	var f rerunFlags
	cmd := &cobra.Command{
		Use:   "rerun FILE|SAMPLE HOST:PORT",
		Short: sayRerunShort.In(a.lang),
		Long:  sayRerunLong.In(a.lang),
		Args:  words(1, 2, sayRerunArgs),
		RunE: func(cmd *cobra.Command, args []string) error {
			if len(args) == 2 {
				f.to = args[1]
			}
			if rerunForms[f.as] == nil {
				return usage(sayBadAs.With(f.as))
			}
			err := a.rerunAt(cmd.Context(), args[0], f.to, &f)
			var compared *outcome
			if err == nil || errors.As(err, &compared) {
				return err
			}
			return unable{err}
		},
	}
	p := cmd.Flags()
	p.StringVar(&f.to, "to", "", sayRerunToFlag.In(a.lang))
	p.StringVar(&f.as, "as", "text", sayAsForm.In(a.lang))
	p.BoolVar(&f.remote, "allow-remote", false, sayRemoteFlag.In(a.lang))
	p.BoolVar(&f.yes, "yes", false, sayRerunYesFlag.In(a.lang))
	p.BoolVar(&f.dry, "dry-run", false, sayRehearseFlag.In(a.lang))
	p.BoolVar(&f.onward, "keep-going", false, sayOnwardFlag.In(a.lang))
	p.DurationVar(&f.limit, "timeout", 30*time.Second, sayReplyTimeFlag.In(a.lang))
	p.BoolVar(&f.trust.Insecure, "insecure", false, sayInsecureFlag.In(a.lang))
	p.StringVar(&f.trust.CA, "ca", "", sayCAFlag.In(a.lang))
	p.StringVar(&f.trust.Name, "servername", "", sayServerNameFlag.In(a.lang))
	p.StringVar(&a.foreign.from, "from", "", sayFromFlag.With(strings.Join(transcripts.Imports(), ", ")).In(a.lang))
	f.secrets.add(cmd, a.lang)
	f.masks.add(cmd, a.lang)
	f.keep.add(cmd, a.lang)
	return cmd
}

func (a *app) rerunAt(ctx context.Context, name, to string, f *rerunFlags) error {
	host, port, err := net.SplitHostPort(to)
	if err != nil {
		return usage(sayRerunArgs.With())
	}
	masks, err := f.masks.settle()
	if err != nil {
		return err
	}
	calls, _, err := a.calls(name)
	if err != nil {
		return err
	}
	if f.dry {
		return a.dryRun(calls, onLoopback(to))
	}
	if err := a.careful(calls, to, f); err != nil {
		return err
	}
	before, err := a.exchangesOf(name)
	if err != nil {
		return err
	}
	ctx, stop := untilTold(ctx, os.Interrupt)
	defer stop()
	// The framer is not told the protocol: a server of the other one is to be heard in its own words.
	w := wire.New()
	r := &rerunning{a: a, f: f, wire: w, framer: proto.New(session.Untold), secrets: &secrets{a: a, f: f.secrets}}
	if r.keep, err = a.keeper(f.keep, w.Start()); err != nil {
		return err
	}
	err = r.run(ctx, calls, wire.Target{Host: host, Port: port, Limit: f.limit, TLS: f.trust})
	if err = r.keep.end(err); err != nil && !errors.Is(err, errAside) {
		return err
	}
	if err != nil {
		fmt.Fprintln(a.err, sayStopped.In(a.lang))
	}
	err = rerunForms[f.as](a, transcripts.ComparePairs(before, r.heard.All, masks))
	if err == nil && f.as == "text" {
		fmt.Fprintln(a.out, saySame.In(a.lang))
	}
	return err
}

// exchangesOf gathers the exchanges of the recording.
func (a *app) exchangesOf(name string) ([]transcripts.Exchange, error) {
	rd, end, err := a.open(name)
	if err != nil {
		return nil, err
	}
	defer end()
	var all transcripts.Exchanges
	err = session.Run(context.Background(), rd, proto.New(session.Untold), all.Sink)
	return all.All, err
}

// dryRun lists what would be sent, and marks what a real run asks for --yes before.
func (a *app) dryRun(calls []*transcripts.Call, here bool) error {
	for i, c := range calls {
		for j := range c.Turns {
			mark := ""
			if lasting(&c.Turns[j], here) {
				mark = "  <-- " + sayLasting.In(a.lang)
			}
			for line := range strings.Lines(string(c.Turns[j].Said)) {
				if _, err := fmt.Fprintf(a.out, "C%d: %s%s\n", i+1, visible(strings.TrimRight(line, "\r\n")), mark); err != nil {
					return err
				}
			}
		}
	}
	return nil
}

// careful keeps a rerun on this machine unless it is told otherwise, and anywhere from what cannot be undone.
func (a *app) careful(calls []*transcripts.Call, to string, f *rerunFlags) error {
	here := onLoopback(to)
	if !here && !f.remote {
		return &failure{what: sayRemote.With(to), hint: sayRemoteHint.With()}
	}
	if all := grave(calls, here); len(all) > 0 && !f.yes {
		return &failure{what: sayGrave.With(to), hint: sayGraveHint.With(strings.Join(all, "\n"))}
	}
	return nil
}

// grave lists the commands that cannot be undone.
func grave(calls []*transcripts.Call, here bool) (all []string) {
	for _, c := range calls {
		for i := range c.Turns {
			if lasting(&c.Turns[i], here) {
				all = append(all, "  "+c.Turns[i].Wanted(true))
			}
		}
	}
	return all
}

// lasting tells whether a command cannot be undone: a recipient somewhere in the world, to whom even a server on this machine may
// deliver; beyond this machine, each letter and each DELE.
func lasting(t *transcripts.Turn, here bool) bool {
	switch {
	case t.Role != session.Command:
		return false
	case t.Verb == "RCPT":
		return !reserved(t.Line())
	}
	return !here && slices.Contains([]string{"DELE", "DATA", "BDAT"}, t.Verb)
}

// reservedDomain finds an address of a domain that nobody can have (RFC 2606, RFC 6761), or of none, which is the server's own.
var reservedDomain = lazy(`(?i)^[^@]*$|@([a-z0-9-]+\.)*(test|example|invalid|localhost|example\.(com|net|org))\.?(>(\s[^>]*)?|\s*)$`)

func reserved(rcpt string) bool { return reservedDomain().MatchString(rcpt) }

// errAside says that a reply was of another class, so that the rest of the recording means nothing at this server.
var errAside = errors.New("the server went another way than the recording")

// A venue is where a rerun plays: a *wire.Wire, or in tests a server that is a list of bytes.
type venue interface {
	session.Source
	Dial(ctx context.Context, to wire.Target) error
	Send(ctx context.Context, line []byte) error
	StartTLS(t wire.TLS, limit time.Duration, seen int64)
	Hangup()
	Close()
}

// A rerunning is one run of a recording against a server.
type rerunning struct {
	a       *app
	f       *rerunFlags
	wire    venue
	framer  *proto.Framer
	secrets *secrets
	keep    *keeper
	heard   transcripts.Exchanges

	conn     int
	bytes    int64 // that the server sent on this connection
	open     bool
	secured  bool
	codes    []string // of the replies to what was sent last, one a command
	answers  int      // N of the command that the last of them answers
	greeting string   // the last line that the server said, for APOP and challenges
}

func (r *rerunning) run(ctx context.Context, calls []*transcripts.Call, to wire.Target) error {
	defer r.wire.Close()
	for _, call := range calls {
		to.Implicit = call.Implicit
		if err := r.wire.Dial(ctx, to); err != nil {
			return err
		}
		r.conn++
		if err := r.talk(ctx, call); err != nil {
			return err
		}
	}
	return nil
}

// talk sends the turns of one connection, each after a complete reply to the one before; what the recording has sent together is sent
// together.
func (r *rerunning) talk(ctx context.Context, call *transcripts.Call) error {
	if err := r.until(ctx, func() bool { return r.framer.Waiting(r.conn) == 0 }); err != nil {
		return err
	}
	r.secrets.greeting = r.greeting
	for i := 0; i < len(call.Turns); i++ {
		t := &call.Turns[i]
		if !r.open {
			return errAside
		}
		if next := r.framer.Next(r.conn); t.Role != next && t.Role != session.Command || next == session.Data && t.Role != session.Data {
			return errAside // a letter or an answer that the server did not ask for
		}
		said, err := r.secrets.fill(t, r.greeting)
		if err != nil {
			return err
		}
		group := call.Turns[i : i+1]
		for ; i+1 < len(call.Turns) && call.Turns[i+1].Ahead; i++ {
			t, group = &call.Turns[i+1], group[:len(group)+1]
			more, err := r.secrets.fill(t, r.greeting)
			if err != nil {
				return err
			}
			said = append(slices.Clip(said), more...)
		}
		r.codes, r.secured = r.codes[:0], false
		if err := r.wire.Send(ctx, said); err != nil {
			return err
		}
		if err := r.until(ctx, func() bool { return len(r.codes) >= len(group) && r.complete(t) }); err != nil {
			return err
		}
		for k := range group {
			if code := group[k].Code; code != "" && (k >= len(r.codes) || r.codes[k][0] != code[0]) && !r.f.onward {
				return errAside
			}
		}
	}
	if call.Left {
		r.wire.Hangup()
	}
	return r.until(ctx, func() bool { return !r.open })
}

// complete tells whether the reply to a turn has come whole, with the TLS that it agreed.
func (r *rerunning) complete(t *transcripts.Turn) bool {
	if len(r.codes) == 0 || r.framer.Waiting(r.conn) > 0 && r.framer.Next(r.conn) != session.Data {
		return false
	}
	return !t.Secure || r.secured || r.codes[len(r.codes)-1] != t.Code
}

// until takes what comes until done says so, or the server has closed, or is silent for too long.
func (r *rerunning) until(ctx context.Context, done func() bool) error {
	ctx, cancel := context.WithTimeout(ctx, r.f.limit)
	defer cancel()
	for {
		c, err := r.wire.Next(ctx)
		if errors.Is(err, context.DeadlineExceeded) {
			return &failure{what: sayNoReply.With(r.f.limit.String()), hint: sayNoReplyHint.With()}
		}
		if err != nil {
			return err
		}
		events := r.framer.Feed(c)
		r.look(events)
		if err := errors.Join(r.heard.Sink(events), r.keep.sink(events)); err != nil {
			return err
		}
		if done() || !r.open {
			return nil
		}
	}
}

// look notes what the events say of the connection, and hands over to TLS where the server agreed.
func (r *rerunning) look(events []session.Event) {
	for i := range events {
		e := &events[i]
		switch {
		case e.Role == session.Open:
			r.open, r.bytes = true, 0
		case e.Role == session.Close:
			r.open = false
		case e.Role == session.TLS:
			r.secured = true
		case e.From == session.Server:
			r.bytes += int64(len(e.Raw))
			if e.Role == session.Data {
				continue
			}
			r.greeting = string(e.Line())
			if e.Code != "" && (len(r.codes) == 0 || e.Re != r.answers) {
				r.codes, r.answers = append(r.codes, e.Code), e.Re
			}
		}
		if agreed := e.Verb == "STARTTLS" && e.Code == "220" || e.Verb == "STLS" && e.Code == "+OK"; agreed && e.Role == session.Reply && !e.More {
			r.wire.StartTLS(r.f.trust, shakeLimit, r.bytes)
		}
	}
}

// linesOf gives the lines of a secret's source.
func linesOf(s string) (lines []string) {
	for sc := bufio.NewScanner(strings.NewReader(s)); sc.Scan(); {
		lines = append(lines, strings.TrimRight(sc.Text(), "\r"))
	}
	return lines
}

var (
	sayRerunShort = text.T{EN: "send a recording's client side to another server, and compare", ZH: "把记录里客户端的话发给另一台服务器，并比较应答"}
	sayRerunLong  = text.T{
		EN: `rerun sends what the client of a recording said to another server, each line after the whole reply to the one before, and compares the replies.
What changes by itself (dates, queue ids, sizes, hosts) is not compared.
Passwords are not in a recording: they are asked for, or come from --secret-env or --secret-file.
The exit status is 0 for the same, 1 for differences, 2 where it could not run.

  byhand rerun pop3-163 127.0.0.1:2110 --dry-run
  byhand rerun pop3-163 127.0.0.1:2110 --keep-going`,
		ZH: `rerun 把记录里客户端说的话发给另一台服务器：等上一行的应答完整收到后才发下一行，再比较两边的应答。
日期、队列编号、大小、主机名这些本来就会变的内容不比较。
记录里没有密码：会向你询问，或取自 --secret-env、--secret-file。
退出状态：0 表示相同，1 表示有差异，2 表示没能进行。

  byhand rerun pop3-163 127.0.0.1:2110 --dry-run
  byhand rerun pop3-163 127.0.0.1:2110 --keep-going`}
	sayRerunArgs     = text.T{EN: "rerun wants a recording and a server, as in `byhand rerun pop3-163 127.0.0.1:2110`.", ZH: "rerun 需要一份记录和一台服务器，例如 `byhand rerun pop3-163 127.0.0.1:2110`。"}
	sayRemoteFlag    = text.T{EN: "allow a server on another machine", ZH: "允许连接别的机器上的服务器"}
	sayRerunYesFlag  = text.T{EN: "do what cannot be undone: DELE and letters at another machine, letters to real domains at this one, too", ZH: "执行无法撤销的操作：在别的机器上 DELE 和发信，在本机向真实域名发信"}
	sayRehearseFlag  = text.T{EN: "only list what would be sent", ZH: "只列出会发送的内容"}
	sayOnwardFlag    = text.T{EN: "go on after a reply of another class", ZH: "遇到不同类别的应答也继续"}
	sayReplyTimeFlag = text.T{EN: "how long to wait for a reply", ZH: "等待应答的时限"}
	sayNoMaskFlag    = text.T{EN: "also compare what changes by itself (dates, queue ids, sizes, hosts)", ZH: "会自行变化的内容（日期、队列号、大小、主机名）也要比较"}
	sayMaskFlag      = text.T{EN: "do not compare what this regular expression matches (may be repeated)", ZH: "不比较与这个正则表达式匹配的内容（可重复）"}
	sayBadMask       = text.T{EN: "--mask %[1]s: %[2]s.", ZH: "--mask %[1]s：%[2]s。"}
	sayRemote        = text.T{EN: "%s is another machine, and a rerun does there what the recording did.", ZH: "%s 是别的机器，重跑会在那里执行记录中的操作。"}
	sayRemoteHint    = text.T{EN: "--dry-run lists what would be sent; --allow-remote sends it.", ZH: "--dry-run 列出会发送的内容；--allow-remote 才会真的发送。"}
	sayGrave         = text.T{EN: "The recording holds what cannot be undone at %s.", ZH: "记录里有在 %s 上无法撤销的操作。"}
	sayGraveHint     = text.T{EN: "%s\nWith --yes it is done.", ZH: "%s\n加上 --yes 才会执行。"}
	sayStopped       = text.T{EN: "The server went another way than the recording; the rest was not sent. --keep-going sends it where it can.", ZH: "服务器的应答与记录走向不同，后面的没有发送。--keep-going 会在可能时继续。"}
	sayNoReply       = text.T{EN: "The server did not answer within %s.", ZH: "服务器在 %s 内没有应答。"}
	sayNoReplyHint   = text.T{EN: "--timeout waits longer.", ZH: "用 --timeout 可以等得更久。"}
	sayLasting       = text.T{EN: "cannot be undone; only with --yes", ZH: "无法撤销，加上 --yes 才会发送"}
	saySame          = text.T{EN: "same", ZH: "same（相同）"}
)
