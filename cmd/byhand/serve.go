package main

import (
	"context"
	"crypto/tls"
	"fmt"
	"net"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"time"

	"byhand/session"
	"byhand/session/practice"
	"byhand/session/proto"
	"byhand/session/text"
	"byhand/transcripts"

	"github.com/spf13/cobra"
)

// serveFlags are the options of serve.
type serveFlags struct {
	addr, listen          string
	match, timing, onMiss string
	public                bool
	keep                  keepFlags
}

// The choices of serve, the usual one first.
var (
	timings = []string{"none", "limit", "recorded"}
	misses  = []string{"coach", "error", "close"}
)

// serve plays the server's side of a recording.
func (a *app) serve() *cobra.Command {
	var f serveFlags
	cmd := &cobra.Command{
		Use:   "serve FILE|SAMPLE",
		Short: sayServeShort.In(a.lang),
		Long:  sayServeLong.In(a.lang),
		Args:  words(1, 1, sayServeArgs),
		RunE: func(cmd *cobra.Command, args []string) error {
			s, err := a.troupe(args[0], &f)
			if err != nil {
				return err
			}
			return a.serveAt(cmd.Context(), s, &f)
		},
	}
	p := cmd.Flags()
	p.StringVar(&f.addr, "addr", "127.0.0.1:0", sayServeAddrFlag.In(a.lang))
	p.StringVar(&f.listen, "listen", "", sayListenFlag.In(a.lang))
	p.BoolVar(&f.public, "public", false, sayPublicFlag.In(a.lang))
	p.StringVar(&f.match, "match", "lenient", sayMatchFlag.In(a.lang))
	p.StringVar(&f.timing, "timing", "none", sayPausesFlag.In(a.lang))
	p.StringVar(&f.onMiss, "on-miss", "coach", sayMissFlag.In(a.lang))
	f.keep.add(cmd, a.lang)
	p.StringVar(&a.foreign.from, "from", "", sayFromFlag.With(strings.Join(transcripts.Imports(), ", ")).In(a.lang))
	return cmd
}

// A troupe is a recording that plays the server: what all its connections share.
type troupe struct {
	a        *app
	name     string // of the recording
	book     *stageBook
	calls    []*transcripts.Call
	proto    session.Protocol
	match    transcripts.Match
	timing   string
	onMiss   string
	turnover time.Duration
	now      func() time.Time
	tls      func() (*tls.Config, error)

	console sync.Mutex // one remark at a time
	mu      sync.Mutex
	open    map[net.Conn]bool
	seats   []*seat
	left    chan struct{} // closed, and made anew, when a connection ends
	closing bool
	done    chan struct{} // closed when all connections are to end
	running sync.WaitGroup
}

// troupe reads the recording and settles the options.
func (a *app) troupe(name string, f *serveFlags) (*troupe, error) {
	match := slices.Index(transcripts.MatchNames(), f.match)
	switch {
	case match < 0:
		return nil, usage(sayChoice.With("--match", f.match, strings.Join(transcripts.MatchNames(), ", ")))
	case !slices.Contains(timings, f.timing):
		return nil, usage(sayChoice.With("--timing", f.timing, strings.Join(timings, ", ")))
	case !slices.Contains(misses, f.onMiss):
		return nil, usage(sayChoice.With("--on-miss", f.onMiss, strings.Join(misses, ", ")))
	}
	if f.listen != "" {
		if host, port, err := net.SplitHostPort(f.listen); err == nil {
			f.addr = net.JoinHostPort(host, port)
		} else if _, port, err := net.SplitHostPort(f.addr); err == nil {
			f.addr = net.JoinHostPort(f.listen, port)
		}
	} else if !f.public && !onLoopback(f.addr) {
		return nil, usage(sayOthers.With(f.addr))
	}
	calls, p, err := a.calls(name)
	if err != nil {
		return nil, err
	}
	short, _, _ := strings.Cut(filepath.Base(name), ".")
	book := &stageBook{keep: &keeper{a: a}, framer: proto.New(p), start: time.Now()}
	return &troupe{a: a, name: short, book: book, calls: calls, proto: p, match: transcripts.Match(match), timing: f.timing, onMiss: f.onMiss, turnover: turnover, now: time.Now,
		tls: sync.OnceValues(ownTLS), open: map[net.Conn]bool{}, left: make(chan struct{}), done: make(chan struct{})}, nil
}

// calls reads the connections of a transcript; one without any cannot be played.
func (a *app) calls(name string) ([]*transcripts.Call, session.Protocol, error) {
	rd, end, err := a.open(name)
	if err != nil {
		return nil, "", err
	}
	defer end()
	calls, p, err := transcripts.Calls(rd)
	if err == nil && (len(calls) == 0 || p == session.Untold) {
		err = &failure{what: sayNoCalls.With(name), hint: sayNoCallsHint.With()}
	}
	return calls, p, err
}

// ownTLS makes a certificate, when the first connection needs it.
func ownTLS() (*tls.Config, error) { return practice.OwnTLS(time.Now()) }

func (a *app) serveAt(ctx context.Context, s *troupe, f *serveFlags) error {
	ctx, stop := untilTold(ctx, os.Interrupt)
	defer stop()
	var err error
	if s.book.keep, err = a.keeper(f.keep, s.book.start); err != nil {
		return err
	}
	l, err := net.Listen("tcp", f.addr)
	if err != nil {
		_ = s.book.keep.end(nil)
		return &failure{what: sayServeNoListen.With(err.Error()), hint: sayServePort.With()}
	}
	fmt.Fprintf(a.out, "ready %s=%s\n", s.proto, l.Addr())
	fmt.Fprintln(a.err, sayServes.With(reachable(l.Addr().String())).In(a.lang))
	return s.book.keep.end(s.run(ctx, l))
}

// run takes connections until ctx ends, then closes them and waits for their ends.
func (s *troupe) run(ctx context.Context, l net.Listener) error {
	defer s.running.Wait()
	defer context.AfterFunc(ctx, func() {
		l.Close()
		s.mu.Lock()
		defer s.mu.Unlock()
		s.closing = true
		close(s.done)
		for c := range s.open {
			c.Close()
		}
	})()
	for n := 0; ; n++ {
		c, err := l.Accept()
		if ctx.Err() != nil {
			if err == nil {
				c.Close()
			}
			return nil
		}
		if err != nil {
			return err
		}
		s.mu.Lock()
		if s.closing {
			c.Close()
		}
		s.open[c] = true
		s.running.Add(1)
		s.mu.Unlock()
		go func() { // ends with the connection, or when run closes it
			defer s.running.Done()
			host, _, _ := net.SplitHostPort(c.RemoteAddr().String())
			seat, call := s.sit(host)
			played := s.play(c, n, call)
			c.Close()
			s.leave(seat, call, played)
			s.mu.Lock()
			delete(s.open, c)
			s.mu.Unlock()
		}()
	}
}

// say writes a remark to the console.
func (s *troupe) say(conn int, what text.Said) {
	s.console.Lock()
	defer s.console.Unlock()
	fmt.Fprintf(s.a.err, "#%d %s\n", conn+1, visible(what.In(s.a.lang)))
}

var (
	sayServeShort = text.T{EN: "let a recording play the server", ZH: "让一段记录扮演服务器"}
	sayServeLong  = text.T{
		EN: `serve answers whoever connects as the server of a recording did; nothing is sent on to anywhere.
Of a line that the recording does not know it says so in the protocol, and hints.
Where the recording has several connections, each learner gets one after the other: who calls again from the same host within ten minutes goes on with the next, everybody else begins with the first.

  byhand serve pop3-163 --addr 127.0.0.1:2110
  byhand serve lesson.dialog.txt --match verb`,
		ZH: `serve 像记录里的服务器那样回答连接进来的人，不会把任何内容转发到别处。
遇到记录里没有的输入，会按协议报错并给出提示。
记录里有几个连接时，每个学习者依次得到：十分钟内从同一台主机再次连接的，接着用下一个；其他人都从第一个开始。

  byhand serve pop3-163 --addr 127.0.0.1:2110
  byhand serve lesson.dialog.txt --match verb`}
	sayServeArgs     = text.T{EN: "serve wants one recording, as in `byhand serve pop3-163`.", ZH: "serve 需要一份记录，例如 `byhand serve pop3-163`。"}
	sayPublicFlag    = text.T{EN: "let --addr be an address that other machines can reach", ZH: "允许 --addr 是其他机器可以访问的地址"}
	sayServeAddrFlag = text.T{EN: "address to listen at; port 0 takes any free one", ZH: "监听地址；端口写 0 表示任选一个空闲端口"}
	sayMatchFlag     = text.T{EN: "how closely lines must follow the recording: lenient, exact or verb", ZH: "输入要多接近记录：lenient（宽松）、exact（逐字节）或 verb（只看命令词）"}
	sayPausesFlag    = text.T{EN: "pauses before replies: none, limit (at most 2 s) or recorded", ZH: "应答前的停顿：none（无）、limit（最多 2 秒）或 recorded（照记录）"}
	sayMissFlag      = text.T{EN: "what follows a line that the recording does not know: coach (an error, then hints), error or close", ZH: "遇到记录里没有的输入怎么办：coach（报错并逐步提示）、error（只报错）或 close（断开）"}
	sayChoice        = text.T{EN: "%[1]s %[2]s: it is one of %[3]s.", ZH: "%[1]s %[2]s：只能是 %[3]s 之一。"}
	sayNoCalls       = text.T{EN: "%s holds no POP3 or SMTP connection.", ZH: "%s 里没有 POP3 或 SMTP 连接。"}
	sayNoCallsHint   = text.T{EN: "`byhand transcript check FILE` tells what is in it.", ZH: "用 `byhand transcript check 文件` 可以检查其内容。"}
	sayServeNoListen = text.T{EN: "The recording cannot be served: %s.", ZH: "无法开始监听：%s。"}
	sayServePort     = text.T{EN: "Another program may have that port; `--addr 127.0.0.1:0` takes any free one.", ZH: "端口可能被别的程序占用；用 `--addr 127.0.0.1:0` 任选空闲端口。"}
	sayServes        = text.T{EN: "The recording plays the server; nothing is sent on to anywhere. Ctrl-C stops it.\n  byhand %s", ZH: "记录正在扮演服务器，不会把任何内容转发到别处。按 Ctrl-C 停止。\n  byhand %s"}
)
