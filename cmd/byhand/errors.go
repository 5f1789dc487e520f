package main

import (
	"errors"
	"fmt"
	"io/fs"
	"net"
	"strings"

	"byhand/session/annotate"
	"byhand/session/render"
	"byhand/session/shell"
	"byhand/session/text"
	"byhand/session/wire"
)

// usageError is a call whose words are wrong: exit status 2.
type usageError struct{ said text.Said }

func (e *usageError) Error() string { return e.said.In(text.EN) }

func usage(s text.Said) error { return &usageError{s} }

// failure is an error that is already in words, with what to do next.
type failure struct {
	what, hint text.Said
}

func (e *failure) Error() string { return e.what.In(text.EN) }

// spoken is an error that the packages below give in words of both languages.
type spoken interface {
	error
	In(text.Lang) string
}

// dialled says why a connection could not be opened, and what to check.
var dialled = map[wire.Cause]struct{ what, hint text.T }{
	wire.Refused: {
		text.T{EN: "%[1]s port %[2]s refused the connection.", ZH: "%[1]s 的端口 %[2]s 拒绝了连接。"},
		text.T{EN: "Nothing listens there. Check the port: POP3 110 (995 with TLS), SMTP 25 or 587 (465 with TLS). `byhand practice` starts a server of your own.",
			ZH: "那里没有程序在监听。请检查端口：POP3 是 110（TLS 为 995），SMTP 是 25 或 587（TLS 为 465）。用 `byhand practice` 可以启动自己的练习服务器。"}},
	wire.UnknownHost: {
		text.T{EN: "The name %[1]s has no address.", ZH: "找不到主机名 %[1]s 的地址。"},
		text.T{EN: "Check the spelling, and whether this machine is on the network.", ZH: "请检查拼写，以及本机是否已联网。"}},
	wire.TimedOut: {
		text.T{EN: "%[1]s port %[2]s did not answer in time.", ZH: "%[1]s 的端口 %[2]s 在规定时间内没有回应。"},
		text.T{EN: "A firewall may drop the packets; many networks block port 25. Try 587 or 465, or another network.",
			ZH: "可能被防火墙丢弃了；许多网络封锁 25 端口。请试试 587 或 465，或换一个网络。"}},
	wire.Unreachable: {
		text.T{EN: "There is no way from here to %[1]s.", ZH: "从这里无法到达 %[1]s。"},
		text.T{EN: "Check the network, and whether the address is IPv6 while this machine has IPv4 only.", ZH: "请检查网络，以及对方地址是否为 IPv6 而本机只有 IPv4。"}},
	wire.Reset: {
		text.T{EN: "%[1]s port %[2]s closed the connection at once.", ZH: "%[1]s 的端口 %[2]s 一连上就断开了。"},
		text.T{EN: "The server may want TLS from the first byte, or may not want this address.", ZH: "服务器可能要求一开始就用 TLS，或者不接受本机的地址。"}},
	wire.BadPort: {
		text.T{EN: "%[2]s is no port.", ZH: "%[2]s 不是端口。"},
		text.T{EN: "A port is a number from 1 to 65535, or a name such as pop3 or smtp.", ZH: "端口是 1 到 65535 之间的数字，或 pop3、smtp 之类的名称。"}},
	wire.NoAddress: {
		text.T{EN: "%[1]s has %[3]s.", ZH: "%[1]s 没有 --source 能到达的地址（%[3]s）。"},
		text.T{EN: "--source gives an IPv4 or an IPv6 address, and the server must have one of the same kind.", ZH: "--source 是 IPv4 或 IPv6 地址，服务器也必须有同一种地址。"}},
	wire.ByProxy: {
		text.T{EN: "The proxy did not connect to %[1]s port %[2]s: %[3]s.", ZH: "代理没有连上 %[1]s 的端口 %[2]s：%[3]s。"},
		text.T{EN: "Check --proxy or ALL_PROXY. Many proxies allow no port but 443.", ZH: "请检查 --proxy 或 ALL_PROXY。许多代理只允许 443 端口。"}},
	wire.NoMail: {
		text.T{EN: "%[1]s takes no mail, and says so in the DNS (RFC 7505).", ZH: "%[1]s 不收信，并在 DNS 里声明了这一点（RFC 7505）。"}, text.T{}},
	wire.Other: {
		text.T{EN: "No connection to %[1]s port %[2]s: %[3]s.", ZH: "无法连接 %[1]s 的端口 %[2]s：%[3]s。"}, text.T{}},
}

// blocked25 is the hint for the port that many networks close.
var blocked25 = text.T{
	EN: "Most networks for homes and most hosting companies block port 25 on the way out. To hand in mail as a user, try 587 or 465; to reach port 25 itself, another network is needed.",
	ZH: "多数家庭网络和云主机都封锁向外的 25 端口。用户寄信请试 587 或 465；一定要连 25，就得换一个网络。"}

// scripted says how a dialogue ended out of order.
var scripted = map[error]struct{ what, hint text.T }{
	shell.ErrDropped: {
		text.T{EN: "The connection ended before the end of the script.", ZH: "脚本还没发完，连接就断了。"}, text.T{}},
	shell.ErrNoReply: {
		text.T{EN: "The server owes a reply and stays silent.", ZH: "服务器该回答却一直沉默。"},
		text.T{EN: "With --no-wait each line is sent at once.", ZH: "加上 --no-wait 就不等回答，逐行立即发送。"}},
	shell.ErrLetter: {
		text.T{EN: "The script ended inside a letter: a line that holds only a dot ends it. The server has not accepted it.",
			ZH: "脚本在信件中间结束了：信件要以单独一行的点结束。服务器没有收下这封信。"}, text.T{}},
}

// sayNotShaken says that TLS failed, and why.
var sayNotShaken = text.T{EN: "TLS with %[1]s port %[2]s failed: %[3]s.", ZH: "与 %[1]s 的端口 %[2]s 进行 TLS 握手失败：%[3]s。"}

// notShaken puts into words why TLS could not be agreed, and what can be done.
func (a *app) notShaken(e *wire.DialError) (what, hint string) {
	why, todo := annotate.Shaken(e.Mark)
	for i, s := range todo {
		if i > 0 {
			hint += "\n"
		}
		hint += visible(s.In(a.lang))
	}
	return visible(sayNotShaken.With(e.Host, e.Port, why).In(a.lang)), hint
}

// inWords gives what told does as one text.
func (a *app) inWords(err error) string {
	what, hint := a.told(err)
	return strings.TrimSpace(what + " " + hint)
}

// told puts an error into the user's words: what went wrong, and what to do.
func (a *app) told(err error) (what, hint string) {
	var dial *wire.DialError
	var f *failure
	var u *usageError
	var s spoken
	switch {
	case errors.As(err, &dial) && dial.Mark != nil:
		return a.notShaken(dial)
	case errors.As(err, &dial):
		say := dialled[dial.Cause]
		if dial.Cause == wire.TimedOut && dial.Port == "25" {
			say.hint = blocked25
		}
		cause := dial.Err
		var op *net.OpError
		if errors.As(cause, &op) {
			cause = op.Err
		}
		return say.what.With(visible(dial.Host), visible(dial.Port), visible(wire.TLSError(cause))).In(a.lang), say.hint.In(a.lang)
	case errors.As(err, &f):
		return visible(f.what.In(a.lang)), f.hint.In(a.lang)
	case errors.As(err, &u):
		return visible(u.said.In(a.lang)), sayUsageHint.In(a.lang)
	case errors.As(err, &s): // of a file there may be several, one a line
		lines := strings.Split(s.In(a.lang), "\n")
		for i := range lines {
			lines[i] = visible(lines[i])
		}
		return strings.Join(lines, "\n"), ""
	}
	for e, say := range scripted {
		if errors.Is(err, e) {
			return say.what.In(a.lang), say.hint.In(a.lang)
		}
	}
	var path *fs.PathError
	switch {
	case errors.As(err, &path) && errors.Is(err, fs.ErrNotExist):
		return sayNoFile.With(visible(path.Path)).In(a.lang), ""
	case errors.As(err, &path) && errors.Is(err, fs.ErrExist):
		return sayFileExists.With(visible(path.Path)).In(a.lang), ""
	case errors.As(err, &path):
		return fmt.Sprintf("%s: %s", visible(path.Path), path.Err), ""
	}
	return visible(err.Error()), ""
}

// visible makes foreign text safe for a terminal.
func visible(s string) string { return string(render.Visible(nil, []byte(s))) }
