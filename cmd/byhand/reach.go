package main

import (
	"context"
	"crypto/tls"
	"errors"
	"io"
	"net"
	"net/netip"
	"os"

	"byhand/session/text"
	"byhand/session/wire"

	"github.com/spf13/cobra"
)

// reachFlags are the options of the way to a server.
type reachFlags struct {
	source, proxy  string
	mx             string
	tls            bool
	trust          wire.TLS
	tlsMin, tlsMax string
}

func (f *reachFlags) add(cmd *cobra.Command, lang text.Lang) {
	fs := cmd.Flags()
	fs.StringVar(&f.source, "source", "", saySourceFlag.In(lang))
	fs.StringVar(&f.proxy, "proxy", "", sayProxyFlag.In(lang))
	fs.StringVar(&f.mx, "mx", "", sayMXFlag.In(lang))
	fs.BoolVar(&f.tls, "tls", false, sayTLSFlag.In(lang))
	fs.BoolVar(&f.trust.Insecure, "insecure", false, sayInsecureFlag.In(lang))
	fs.StringVar(&f.trust.CA, "ca", "", sayCAFlag.In(lang))
	fs.StringVar(&f.trust.Name, "servername", "", sayServerNameFlag.In(lang))
	fs.StringVar(&f.trust.Cert, "cert", "", sayCertFlag.In(lang))
	fs.StringVar(&f.trust.Key, "key", "", sayKeyFlag.In(lang))
	fs.StringVar(&f.tlsMin, "tls-min", "", sayTLSMinFlag.In(lang))
	fs.StringVar(&f.tlsMax, "tls-max", "", sayTLSMaxFlag.In(lang))
}

// where gives the host and the number of the port that the words of the call name; with --mx the domain, and the port of SMTP.
func (f *reachFlags) where(args []string) (host, port string, err error) {
	name := "25"
	if f.mx == "" {
		host, name = args[0], args[1]
	} else if len(args) > 0 {
		name = args[0]
	}
	port, err = wire.Port(name)
	var dial *wire.DialError
	if errors.As(err, &dial) {
		dial.Host = host
	}
	return host, port, err
}

// versions are the names of the versions of TLS that can be asked for.
var versions = map[string]uint16{"": 0, "1.0": tls.VersionTLS10, "1.1": tls.VersionTLS11, "1.2": tls.VersionTLS12, "1.3": tls.VersionTLS13}

// settle reads the options into a target, but for its host.
func (f *reachFlags) settle(env func(string) string) (to wire.Target, err error) {
	var okMin, okMax bool
	f.trust.Min, okMin = versions[f.tlsMin]
	f.trust.Max, okMax = versions[f.tlsMax]
	switch {
	case !okMin:
		return to, usage(sayBadVersion.With("--tls-min", f.tlsMin))
	case !okMax:
		return to, usage(sayBadVersion.With("--tls-max", f.tlsMax))
	}
	if f.source != "" {
		if to.Source, err = netip.ParseAddr(f.source); err != nil {
			return to, usage(sayBadSource.With(f.source))
		}
	}
	if to.Proxy, err = f.via(env); err != nil {
		return to, err
	}
	if err := f.trust.Check(); err != nil {
		return to, err
	}
	to.Implicit, to.TLS = f.tls, f.trust
	return to, nil
}

// via gives the proxy: that of the option, or of the variables that other programs heed, too. A password is taken from
// a variable only: everybody on the machine can read a command line.
func (f *reachFlags) via(env func(string) string) (*wire.Proxy, error) {
	if f.proxy != "" {
		p, err := wire.ParseProxy(f.proxy, "")
		switch {
		case err != nil:
			return nil, usage(sayBadProxy.With("--proxy"))
		case p.HasPassword():
			return nil, usage(sayProxyPassword.With())
		}
		return p, nil
	}
	for _, name := range []string{"ALL_PROXY", "all_proxy"} {
		if v := env(name); v != "" {
			p, err := wire.ParseProxy(v, env("NO_PROXY")+","+env("no_proxy"))
			if err != nil {
				return nil, usage(sayBadProxy.With(name))
			}
			return p, nil
		}
	}
	return nil, nil
}

// keyLog opens the file that SSLKEYLOGFILE names, readable by its owner only. What is in it opens every session of a capture.
func keyLog(env func(string) string) (io.WriteCloser, error) {
	name := env("SSLKEYLOGFILE")
	if name == "" {
		return nil, nil
	}
	return os.OpenFile(name, os.O_APPEND|os.O_CREATE|os.O_WRONLY, 0o600)
}

// hosts gives those to try: the one that was named, or those that take mail for the domain of --mx, which are told.
func (c *call) hosts(ctx context.Context, host string, f *reachFlags) ([]string, error) {
	if f.mx == "" {
		return []string{host}, nil
	}
	all, err := wire.MX(ctx, net.DefaultResolver, f.mx)
	if err != nil {
		return nil, err
	}
	var hosts []string
	for _, mx := range all {
		c.say(sayMX.With(f.mx, mx.Host, int(mx.Pref)))
		hosts = append(hosts, mx.Host)
	}
	return hosts, nil
}

// dialFirst connects to the first host that can be reached.
func (c *call) dialFirst(ctx context.Context, hosts []string, to wire.Target) (err error) {
	for i, host := range hosts {
		to.Host, to.Missed = host, c.missed
		var dial *wire.DialError
		if err = c.wire.Dial(ctx, to); err == nil || !errors.As(err, &dial) || met(dial) {
			return err
		}
		if i+1 < len(hosts) {
			c.missed(host, dial)
		}
	}
	return err
}

// met reports whether the server itself has failed: another host would not do in its place, and no host has a port that is none.
func met(e *wire.DialError) bool { return e.Mark != nil || e.Cause == wire.BadPort }

// missed tells of an address that did not answer, while there is another to try.
func (c *call) missed(address string, e *wire.DialError) {
	c.say(sayMissed.With(address, c.a.why(e)))
}

// why says in few words why a connection could not be opened.
func (a *app) why(e *wire.DialError) string {
	if why, known := whys[e.Cause]; known {
		return why.In(a.lang)
	}
	return wire.TLSError(e.Err)
}

// whys are the causes in few words.
var whys = map[wire.Cause]text.T{
	wire.Refused:     {EN: "refused", ZH: "拒绝连接"},
	wire.TimedOut:    {EN: "no answer in time", ZH: "超时没有回应"},
	wire.Unreachable: {EN: "no way there from here", ZH: "从这里无法到达"},
	wire.Reset:       {EN: "closed at once", ZH: "一连上就断开"},
	wire.UnknownHost: {EN: "the name has no address", ZH: "这个名字没有地址"},
	wire.NoAddress:   {EN: "no address that --source can reach", ZH: "没有 --source 能到达的地址"},
}

// What is said on the way to a server.
var (
	saySourceFlag    = text.T{EN: "connect from this address of the machine", ZH: "从本机的这个地址发起连接"}
	sayProxyFlag     = text.T{EN: "connect by socks5://HOST:PORT or http://HOST:PORT (default: ALL_PROXY, where a password may stand)", ZH: "经由 socks5://主机:端口 或 http://主机:端口 连接（默认取 ALL_PROXY，密码只能写在那里）"}
	sayMXFlag        = text.T{EN: "connect to the hosts that take mail for this domain; the port is 25 if none is named", ZH: "连接为这个域收信的主机；不写端口就是 25"}
	sayCertFlag      = text.T{EN: "FILE with a certificate (PEM) by which to prove who we are", ZH: "证明自己身份的证书文件（PEM）"}
	sayKeyFlag       = text.T{EN: "FILE with the key of --cert", ZH: "--cert 的私钥文件"}
	sayTLSMinFlag    = text.T{EN: "oldest version of TLS to accept: 1.0, 1.1, 1.2 or 1.3 (default 1.2)", ZH: "可接受的最旧 TLS 版本：1.0、1.1、1.2 或 1.3（默认 1.2）"}
	sayTLSMaxFlag    = text.T{EN: "newest version of TLS to offer (default 1.3)", ZH: "可提议的最新 TLS 版本（默认 1.3）"}
	sayBadVersion    = text.T{EN: "%[1]s %[2]s: it is 1.0, 1.1, 1.2 or 1.3.", ZH: "%[1]s %[2]s：只能是 1.0、1.1、1.2 或 1.3。"}
	sayBadSource     = text.T{EN: "--source %s: it is an IP address of this machine.", ZH: "--source %s：应为本机的一个 IP 地址。"}
	sayBadProxy      = text.T{EN: "%s does not name a proxy as socks5://HOST:PORT or http://HOST:PORT do.", ZH: "%s 的代理地址不对，应写成 socks5://主机:端口 或 http://主机:端口。"}
	sayProxyPassword = text.T{
		EN: "A password on the command line can be read by everybody on this machine. Put the proxy's address into the variable ALL_PROXY.",
		ZH: "命令行里的密码，本机上的任何人都能看到。请把代理地址写进环境变量 ALL_PROXY。"}
	sayMX        = text.T{EN: "mail for %s goes to %s (preference %d)", ZH: "%s 的邮件由 %s 接收（优先级 %d）"}
	sayMissed    = text.T{EN: "%s: %s; the next one is tried", ZH: "%s：%s；改试下一个"}
	sayTLSByPort = text.T{
		EN: "port %s is for TLS from the first byte (RFC 8314), so it is used; --tls=false would speak in clear",
		ZH: "端口 %s 规定一连上就用 TLS（RFC 8314），因此已启用；--tls=false 可以改说明文"}
	sayKeyLog = text.T{
		EN: "SSLKEYLOGFILE is set: whoever reads that file can decrypt this session",
		ZH: "设置了 SSLKEYLOGFILE：谁能读那个文件，谁就能解密这次会话"}
)
