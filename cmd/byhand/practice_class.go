package main

import (
	"errors"
	"fmt"
	"io"
	"maps"
	"net"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"time"

	"byhand/session/practice"
	"byhand/session/text"

	"github.com/spf13/cobra"
)

// practiceFlags are the flags that say who lives on the server, how many may come, and how strict it is.
type practiceFlags struct {
	voice, listen, world, users, like string
	isolate                           string
	lenient, strict, limits           []string
}

func (f *practiceFlags) add(a *app, cmd *cobra.Command) {
	p := cmd.Flags()
	p.StringVar(&f.listen, "listen", "", sayListenFlag.In(a.lang))
	p.StringVar(&f.voice, "voice", "", sayVoiceFlag.With(strings.Join(practice.Voices(), ", ")).In(a.lang))
	p.StringVar(&f.world, "world", "", sayWorldFlag.In(a.lang))
	p.StringVar(&f.users, "users", "", sayUsersFlag.In(a.lang))
	p.StringVar(&f.like, "like", "", sayLikeFlag.In(a.lang))
	p.StringVar(&f.isolate, "isolate", "", sayIsolateFlag.In(a.lang))
	p.Lookup("isolate").NoOptDefVal = string(practice.ByLogin)
	p.StringSliceVar(&f.lenient, "lenient", nil, sayLenientFlag.With(practice.RuleNames(true)).In(a.lang))
	p.StringSliceVar(&f.strict, "strict", nil, sayStrictFlag.With(practice.RuleNames(false)).In(a.lang))
	p.StringSliceVar(&f.limits, "limit", nil, sayLimitFlag.With(practice.LimitNames()).In(a.lang))
}

// settle puts what the flags say into cfg.
func (f *practiceFlags) settle(cfg *practice.Config) error {
	if err := confined(cfg, f.listen); err != nil {
		return err
	}
	cfg.Names = certified(f.listen)
	if f.voice != "" {
		v, err := voiceOf(f.voice)
		if err != nil {
			return err
		}
		cfg.Voice = v
	}
	for _, set := range f.lenient {
		if err := cfg.Rules.Set(set, true); err != nil {
			return usage(sayBadSwitch.With("--lenient", err.Error()))
		}
	}
	for _, set := range f.strict {
		if err := cfg.Rules.Set(set, false); err != nil {
			return usage(sayBadSwitch.With("--strict", err.Error()))
		}
	}
	for _, set := range f.limits {
		if err := cfg.Limits.Set(set); err != nil {
			return usage(sayBadSwitch.With("--limit", err.Error()))
		}
	}
	switch cfg.Class.Isolate = practice.Isolation(f.isolate); cfg.Class.Isolate {
	case practice.Together, practice.ByLogin, practice.ByAddress:
	default:
		return usage(sayBadIsolate.With(f.isolate))
	}
	return f.people(cfg)
}

// people reads the world and the users, and says with whose letters new accounts begin.
func (f *practiceFlags) people(cfg *practice.Config) error {
	w := practice.Default()
	if f.world != "" {
		src, err := os.ReadFile(f.world)
		if err != nil {
			return err
		}
		if w, err = practice.ReadWorld(os.DirFS(filepath.Dir(f.world)), f.world, src); err != nil {
			return inWords(err)
		}
	}
	if f.like != "" {
		if _, ok := w.Users[f.like]; !ok {
			return usage(sayBadLike.With(f.like))
		}
		cfg.Class.Like = f.like
	}
	if f.users != "" {
		src, err := os.ReadFile(f.users)
		if err != nil {
			return err
		}
		users, err := practice.ReadUsers(f.users, src)
		if err != nil {
			return inWords(err)
		}
		for name, password := range users {
			if _, there := w.Users[name]; !there && f.like != "" {
				w.Mail[name] = w.Mail[f.like]
				if stock := w.Stock[f.like]; stock != "" {
					w.Stock[name] = stock
				}
			}
			w.Users[name] = password
		}
	}
	cfg.World = w
	return nil
}

// fileFailure is what is wrong in a file that the practice server was given.
type fileFailure struct{ errs practice.FileErrors }

func (e *fileFailure) Error() string { return e.errs.Error() }

// In gives the messages in one language.
func (e *fileFailure) In(l text.Lang) string {
	if l == text.ZH {
		return e.errs.InChinese()
	}
	return e.errs.Error()
}

func inWords(err error) error {
	var errs practice.FileErrors
	if errors.As(err, &errs) {
		return &fileFailure{errs}
	}
	return err
}

// certified gives the names that the certificate needs when others come in at an address: that address, or all that this
// machine has, and the machine's name.
func certified(listen string) []string {
	if listen == "" {
		return nil
	}
	names := []string{listen}
	if ip := net.ParseIP(listen); ip != nil && ip.IsUnspecified() {
		names = ownAddresses()
	}
	if host, err := os.Hostname(); err == nil {
		names = append(names, host)
	}
	return names
}

// ownAddresses gives the IP addresses of this machine by which others can reach it.
func ownAddresses() (out []string) {
	addrs, err := net.InterfaceAddrs()
	if err != nil {
		return nil
	}
	for _, a := range addrs {
		if ip, ok := a.(*net.IPNet); ok && !ip.IP.IsLoopback() && !ip.IP.IsLinkLocalUnicast() {
			out = append(out, ip.IP.String())
		}
	}
	return out
}

// reachable gives an address as others type it: with an address of this machine in place of "every one".
func reachable(address string) string {
	host, port, err := net.SplitHostPort(address)
	if ip := net.ParseIP(host); err == nil && ip.IsUnspecified() {
		host = "127.0.0.1"
		if own := ownAddresses(); len(own) > 0 {
			host = own[0]
		}
	}
	return host + " " + port
}

// accounts says who can log in: the passwords of the world that everybody knows, and for others the number.
func accounts(cfg practice.Config) text.Said {
	def := practice.Default()
	switch {
	case cfg.Class.Anyone:
		return sayAnyone.With(domainOf(cfg.World))
	case maps.Equal(def.Users, cfg.World.Users) && maps.Equal(def.Stock, cfg.World.Stock) && len(cfg.World.Mail) == 0:
		return sayAccounts.With(domainOf(cfg.World))
	}
	names := slices.Sorted(maps.Keys(cfg.World.Users))
	if more := len(names) - 8; more > 0 {
		return sayManyNames.With(strings.Join(names[:8], ", "), more, domainOf(cfg.World))
	}
	return sayNames.With(strings.Join(names, ", "), domainOf(cfg.World))
}

func domainOf(w practice.World) string {
	if w.Domain == "" {
		return practice.DefaultDomain
	}
	return w.Domain
}

// accessLog gives a function that writes what the server notes, one line a matter, with the time before it.
func accessLog(w io.Writer) func(string, ...any) {
	var mu sync.Mutex
	return func(format string, args ...any) {
		line := time.Now().UTC().Format("2006-01-02T15:04:05.000Z ") + fmt.Sprintf(format, args...)
		mu.Lock()
		defer mu.Unlock()
		_, _ = io.WriteString(w, visible(line)+"\n")
	}
}

var (
	sayWorldFlag   = text.T{EN: "users, letters, faults and the clock from this YAML file, or from the world of a lesson", ZH: "从这个 YAML 文件（或课程文件里的 world）读取账号、信件、故障和时钟"}
	sayUsersFlag   = text.T{EN: "more accounts from this file: a name and a password a line, or YAML", ZH: "从这个文件添加账号：每行一个用户名和密码，或 YAML"}
	sayAnyoneFlag  = text.T{EN: "whoever logs in by a new name gets an account of that name and password", ZH: "用新名字登录的人，自动得到以该名字和密码开设的账号"}
	sayLikeFlag    = text.T{EN: "the accounts of --users and --anyone begin with a copy of this account's letters", ZH: "--users 和 --anyone 的账号一开始就有这个账号信件的副本"}
	sayIsolateFlag = text.T{EN: "a copy of the maildrop for each login of a shared name; =address: one for each IP address, which stays",
		ZH: "多人共用一个账号时，每次登录各有一份邮箱副本；写 =address 则每个 IP 地址一份，并且保留"}
	sayLenientFlag = text.T{EN: "take what the RFCs forbid, each a switch: %s", ZH: "放宽标准禁止的写法，可逐项打开：%s"}
	sayStrictFlag  = text.T{EN: "refuse what most servers take: %s", ZH: "拒绝多数服务器容忍的写法：%s"}
	sayLimitFlag   = text.T{EN: "NAME=VALUE, as in letter=1MB,connections=200,rate=20: %s", ZH: "名字=数值，例如 letter=1MB,connections=200,rate=20：%s"}
	sayLogFlag     = text.T{EN: "note connections, logins and letters in this file, no passwords; - is stderr", ZH: "把连接、登录和信件记入这个文件，不含密码；- 表示标准错误"}
	sayMetricsFlag = text.T{EN: "address for metrics in the text format of Prometheus, as in 127.0.0.1:9100; none if not given", ZH: "以 Prometheus 文本格式提供指标的地址，例如 127.0.0.1:9100；不写则不提供"}
	sayBadSwitch   = text.T{EN: "%s %s.", ZH: "%s 的值有误：%s。"}
	sayBadIsolate  = text.T{EN: "--isolate=%s: it is login or address.", ZH: "--isolate=%s：只能是 login 或 address。"}
	sayBadLike     = text.T{EN: "--like %s: the world has no such account.", ZH: "--like %s：没有这个账号。"}
	sayNoLog       = text.T{EN: "The log could not be opened: %s.", ZH: "无法打开日志：%s。"}
	sayLogHint     = text.T{EN: "--log wants a file in a folder that you may write to, or -.", ZH: "--log 后面要写一个文件（所在目录须允许写入），或 -。"}
	sayNoMetrics   = text.T{EN: "The metrics could not be offered: %s.", ZH: "无法提供指标：%s。"}
	sayMetricsHint = text.T{EN: "Another program may have that port; 127.0.0.1:0 takes any free one.", ZH: "端口可能被别的程序占用；写 127.0.0.1:0 可任选空闲端口。"}
	sayAccounts    = text.T{EN: "Accounts: student / secret (60 letters), alice / wonderland, bob / builder; addresses end in @%s.",
		ZH: "账号：student / secret（60 封信）、alice / wonderland、bob / builder；地址以 @%s 结尾。"}
	sayAnyone    = text.T{EN: "Any new name and password opens an account of one's own; addresses end in @%s.", ZH: "用任何新的用户名和密码登录，就有了自己的账号；地址以 @%s 结尾。"}
	sayNames     = text.T{EN: "Accounts: %s; addresses end in @%s.", ZH: "账号：%s；地址以 @%s 结尾。"}
	sayManyNames = text.T{EN: "Accounts: %s and %d more; addresses end in @%s.", ZH: "账号：%s，另有 %d 个；地址以 @%s 结尾。"}
)
