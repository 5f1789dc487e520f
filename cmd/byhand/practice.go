package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"net"
	"os"
	"path/filepath"
	"strings"
	"time"

	"byhand/session/practice"
	"byhand/session/text"

	"github.com/spf13/cobra"
)

// A practiceRun is one run of the practice server, as the flags want it.
type practiceRun struct {
	cfg              practice.Config
	ca, log, metrics string
}

// practice starts the practice server and keeps it until it is told to stop.
func (a *app) practice() *cobra.Command {
	var run practiceRun
	var flags practiceFlags
	cfg := &run.cfg
	cmd := &cobra.Command{
		Use:   "practice",
		Short: sayPracticeShort.In(a.lang),
		Args:  noArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			if cfg.POP3 == "" || cfg.SMTP == "" {
				return usage(sayBothDoors.With())
			}
			if err := flags.settle(cfg); err != nil {
				return err
			}
			if flags.listen == "" && !onLoopback(run.metrics) {
				return usage(sayOthers.With(run.metrics))
			}
			return a.servePractice(cmd.Context(), run)
		},
	}
	p := cmd.Flags()
	p.StringVar(&cfg.POP3, "pop3", "127.0.0.1:2110", sayPOP3Flag.In(a.lang))
	p.StringVar(&cfg.SMTP, "smtp", "127.0.0.1:2525", saySMTPFlag.In(a.lang))
	p.StringVar(&cfg.POP3S, "pop3s", "", sayPOP3SFlag.In(a.lang))
	p.StringVar(&cfg.SMTPS, "smtps", "", saySMTPSFlag.In(a.lang))
	p.BoolVar(&cfg.Class.Anyone, "anyone", false, sayAnyoneFlag.In(a.lang))
	p.StringVar(&cfg.Store, "store", "", sayStoreFlag.In(a.lang))
	p.StringVar(&run.ca, "ca-out", "", sayCAOutFlag.In(a.lang))
	p.StringVar(&run.log, "log", "", sayLogFlag.In(a.lang))
	p.StringVar(&run.metrics, "metrics", "", sayMetricsFlag.In(a.lang))
	flags.add(a, cmd)
	cmd.AddCommand(a.practiceStatus(), a.practiceReset())
	return cmd
}

// grace is how long letters in flight may take after the server was told to stop.
const grace = 3 * time.Second

func (a *app) servePractice(ctx context.Context, run practiceRun) error {
	ctx, stop := untilTold(ctx, os.Interrupt)
	defer stop()
	log, err := a.openLog(run.log)
	if err != nil {
		return &failure{what: sayNoLog.With(err.Error()), hint: sayLogHint.With()}
	}
	if log != nil {
		defer log.Close()
		run.cfg.Logf = accessLog(log)
	}
	srv, err := practice.Start(run.cfg)
	if err != nil {
		return &failure{what: sayNoListen.With(err.Error()), hint: sayOtherPort.With()}
	}
	told, err := a.announce(srv, run)
	if err != nil {
		_ = srv.Close()
		return err
	}
	defer told()
	<-ctx.Done()
	end, cancel := context.WithTimeout(context.Background(), grace)
	defer cancel()
	return srv.Shutdown(end)
}

// announce says that the server runs: to the one who started it, to programs, and to whoever asks later.
func (a *app) announce(srv *practice.Server, run practiceRun) (end func(), err error) {
	if err := keepCA(srv, run.ca); err != nil {
		return nil, &failure{what: sayNoCA.With(err.Error()), hint: sayOtherFile.With()}
	}
	line := ready(srv)
	closed := func() {}
	if run.metrics != "" {
		f, err := openFront(srv, run.metrics, "")
		if err != nil {
			return nil, &failure{what: sayNoMetrics.With(err.Error()), hint: sayMetricsHint.With()}
		}
		line, closed = line+" metrics="+f.listener.Addr().String(), f.close
	}
	out := a.light(srv)
	pop3, smtp := srv.POP3Addr().String(), srv.SMTPAddr().String()
	fmt.Fprintln(a.out, line)
	fmt.Fprintln(a.err, sayPractice.With(reachable(pop3), reachable(smtp), accounts(run.cfg)).In(a.lang))
	if !onLoopback(pop3) {
		fmt.Fprintln(a.err, sayOpen.In(a.lang))
	}
	return func() { out(); closed() }, nil
}

// openLog opens the file of the access log; nil if there is to be none.
func (a *app) openLog(name string) (io.WriteCloser, error) {
	switch name {
	case "":
		return nil, nil
	case "-":
		return unclosed{a.err}, nil
	}
	return os.OpenFile(name, os.O_WRONLY|os.O_APPEND|os.O_CREATE, 0o600)
}

// unclosed is a writer that others go on using.
type unclosed struct{ io.Writer }

// Close does nothing.
func (unclosed) Close() error { return nil }

// keepCA writes the certificate of the server's authority into a file that everybody may read: there is no secret in it.
func keepCA(srv *practice.Server, file string) error {
	if file == "" {
		return nil
	}
	pem, err := srv.CA()
	if err != nil {
		return err
	}
	return os.WriteFile(file, pem, 0o644)
}

// ready is the line for programs that start the server: POP3 and SMTP always, the others where they were asked for.
func ready(srv *practice.Server) string {
	line := fmt.Sprintf("ready pop3=%s smtp=%s", srv.POP3Addr(), srv.SMTPAddr())
	if addr := srv.POP3SAddr(); addr != nil {
		line += " pop3s=" + addr.String()
	}
	if addr := srv.SMTPSAddr(); addr != nil {
		line += " smtps=" + addr.String()
	}
	return line
}

// confined keeps the server on this machine, unless it is told to listen to others: then all its doors open at that address.
func confined(cfg *practice.Config, listen string) error {
	for _, door := range []*string{&cfg.POP3, &cfg.SMTP, &cfg.POP3S, &cfg.SMTPS} {
		_, port, err := net.SplitHostPort(*door)
		switch {
		case err != nil: // none, or one that the server will refuse in its own words
		case listen != "":
			*door = net.JoinHostPort(listen, port)
		case !onLoopback(*door):
			return usage(sayOthers.With(*door))
		}
	}
	return nil
}

// onLoopback tells whether only this machine can reach an address; one that is malformed nobody can.
func onLoopback(address string) bool {
	host, _, err := net.SplitHostPort(address)
	return err != nil || host == "localhost" || net.ParseIP(host).IsLoopback()
}

// voiceOf gives the voice of a name, or reads it from a file.
func voiceOf(name string) (*practice.Voice, error) {
	if v, ok := practice.FindVoice(name); ok {
		return v, nil
	}
	text, err := os.ReadFile(name)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, usage(sayNoVoice.With(name, strings.Join(practice.Voices(), ", ")))
	}
	var v *practice.Voice
	if err == nil {
		v, err = practice.ReadVoice(filepath.Base(name), text)
	}
	if err != nil {
		return nil, &failure{what: sayBadVoice.With(err.Error()), hint: sayVoiceHint.With()}
	}
	return v, nil
}

// noArgs refuses words after a subcommand that takes none.
func noArgs(_ *cobra.Command, args []string) error {
	if len(args) > 0 {
		return usage(sayTooMany.With(args[0]))
	}
	return nil
}

var (
	sayPracticeShort = text.T{EN: "start the practice server (POP3 and SMTP on this machine)", ZH: "启动练习服务器（本机上的 POP3 和 SMTP）"}
	sayPOP3Flag      = text.T{EN: "address for POP3; port 0 takes any free one", ZH: "POP3 的监听地址；端口写 0 表示任选一个空闲端口"}
	saySMTPFlag      = text.T{EN: "address for SMTP; port 0 takes any free one", ZH: "SMTP 的监听地址；端口写 0 表示任选一个空闲端口"}
	sayPOP3SFlag     = text.T{EN: "address for POP3 with TLS from the first octet; none if not given", ZH: "POP3S（一连接就是 TLS）的监听地址；不写则不监听"}
	saySMTPSFlag     = text.T{EN: "address for SMTP with TLS from the first octet; none if not given", ZH: "SMTPS（一连接就是 TLS）的监听地址；不写则不监听"}
	sayCAOutFlag     = text.T{EN: "write the certificate of the server's authority to this file, for clients that verify", ZH: "把签发服务器证书的 CA 证书写入这个文件，供客户端验证时使用"}
	sayListenFlag    = text.T{EN: "let other machines in: the address to listen at, 0.0.0.0 for every one", ZH: "允许别的机器连接：写监听的地址，0.0.0.0 表示全部地址"}
	sayOthers        = text.T{EN: "%s can be reached from other machines. If you want that, say --listen and the IP address.", ZH: "%s 会让别的机器也能连接。确实需要的话，请用 --listen 写明 IP 地址。"}
	sayOpen          = text.T{EN: "Other machines can reach this server. Everybody knows these passwords: put nothing private in its letters.", ZH: "别的机器也能连接这台服务器。账号的密码人人都知道：信里不要写私密的内容。"}
	sayVoiceFlag     = text.T{EN: "how the server talks: %s, or a YAML file", ZH: "服务器的说话方式：%s，或者一个 YAML 文件"}
	sayNoVoice       = text.T{EN: "%s is neither a voice nor a file. The voices: %s.", ZH: "没有叫 %s 的说话方式，也没有这个文件。可选的有：%s。"}
	sayBadVoice      = text.T{EN: "The voice cannot be read: %s.", ZH: "无法读取说话方式：%s。"}
	sayVoiceHint     = text.T{EN: "A voice file may have like, host, prompts, capa, ehlo, charset, letter, ends_data and replies; what it leaves out is said as the voice in `like` says it.",
		ZH: "文件里可以写 like、host、prompts、capa、ehlo、charset、letter、ends_data 和 replies；没写的部分照 `like` 指定的那种方式说。"}
	sayBothDoors = text.T{EN: "--pop3 and --smtp want an address each, as in 127.0.0.1:0.", ZH: "--pop3 和 --smtp 后面都要写地址，例如 127.0.0.1:0。"}
	sayNoCA      = text.T{EN: "The certificate could not be written: %s.", ZH: "无法写入证书：%s。"}
	sayOtherFile = text.T{EN: "--ca-out wants a file in a folder that you may write to.", ZH: "--ca-out 后面要写一个文件，它所在的目录须允许写入。"}
	sayTooMany   = text.T{EN: "%s: this command takes no such word.", ZH: "%s：这条命令后面不能跟这个词。"}
	sayNoListen  = text.T{EN: "The practice server could not start: %s.", ZH: "练习服务器无法启动：%s。"}
	sayOtherPort = text.T{EN: "Another program may have that port; `--pop3 127.0.0.1:0 --smtp 127.0.0.1:0` takes any free ones.",
		ZH: "端口可能被别的程序占用；用 `--pop3 127.0.0.1:0 --smtp 127.0.0.1:0` 任选空闲端口。"}
	sayPractice = text.T{
		EN: `The practice server runs. It relays nothing: no letter is ever sent on to anywhere. Ctrl-C stops it.
  byhand %[1]s     read mail (POP3)
  byhand %[2]s     send mail (SMTP)
%[3]s`,
		ZH: `练习服务器已启动。它不做中继：任何信件都不会转发到别处。按 Ctrl-C 停止。
  byhand %[1]s     收信（POP3）
  byhand %[2]s     寄信（SMTP）
%[3]s`}
)
