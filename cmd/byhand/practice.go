package main

import (
	"context"
	"fmt"
	"os"
	"time"

	"byhand/session/practice"
	"byhand/session/text"

	"github.com/spf13/cobra"
)

// practice starts the practice server and keeps it until it is told to stop.
func (a *app) practice() *cobra.Command {
	var cfg practice.Config
	cmd := &cobra.Command{
		Use:   "practice",
		Short: sayPracticeShort.In(a.lang),
		Args:  noArgs,
		RunE:  func(cmd *cobra.Command, _ []string) error { return a.servePractice(cmd.Context(), cfg) },
	}
	cmd.Flags().StringVar(&cfg.POP3, "pop3", "127.0.0.1:2110", sayPOP3Flag.In(a.lang))
	cmd.Flags().StringVar(&cfg.SMTP, "smtp", "127.0.0.1:2525", saySMTPFlag.In(a.lang))
	return cmd
}

// grace is how long letters in flight may take after the server was told to stop.
const grace = 3 * time.Second

func (a *app) servePractice(ctx context.Context, cfg practice.Config) error {
	ctx, stop := untilTold(ctx, os.Interrupt)
	defer stop()
	srv, err := practice.Start(cfg)
	if err != nil {
		return &failure{what: sayNoListen.With(err.Error()), hint: sayOtherPort.With()}
	}
	pop3, smtp := srv.POP3Addr().String(), srv.SMTPAddr().String()
	fmt.Fprintf(a.out, "ready pop3=%s smtp=%s\n", pop3, smtp)
	fmt.Fprintln(a.err, sayPractice.With(spaced(pop3), spaced(smtp)).In(a.lang))
	<-ctx.Done()
	end, cancel := context.WithTimeout(context.Background(), grace)
	defer cancel()
	return srv.Shutdown(end)
}

// spaced writes an address as `byhand HOST PORT` wants it.
func spaced(addr string) string {
	for i := len(addr) - 1; i >= 0; i-- {
		if addr[i] == ':' {
			return addr[:i] + " " + addr[i+1:]
		}
	}
	return addr
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
	sayTooMany       = text.T{EN: "%s: this command takes no such word.", ZH: "%s：这条命令后面不能跟这个词。"}
	sayNoListen      = text.T{EN: "The practice server could not start: %s.", ZH: "练习服务器无法启动：%s。"}
	sayOtherPort     = text.T{EN: "Another program may have that port; `--pop3 127.0.0.1:0 --smtp 127.0.0.1:0` takes any free ones.",
		ZH: "端口可能被别的程序占用；用 `--pop3 127.0.0.1:0 --smtp 127.0.0.1:0` 任选空闲端口。"}
	sayPractice = text.T{
		EN: `The practice server runs. Nothing leaves this machine: no letter is ever sent on. Ctrl-C stops it.
  byhand %[1]s     read mail (POP3)
  byhand %[2]s     send mail (SMTP)
Accounts: student / secret (60 letters), alice / wonderland, bob / builder; addresses end in @practice.test.`,
		ZH: `练习服务器已启动。任何信件都不会离开本机，也绝不转发。按 Ctrl-C 停止。
  byhand %[1]s     收信（POP3）
  byhand %[2]s     寄信（SMTP）
账号：student / secret（60 封信）、alice / wonderland、bob / builder；地址以 @practice.test 结尾。`}
)
