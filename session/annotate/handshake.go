package annotate

import (
	"strings"

	"byhand/session"
	"byhand/session/text"
)

// shakeRow is what is said of one word for a handshake that failed, or for a certificate that is not in order.
type shakeRow struct {
	why    text.T   // a part of a sentence, with the values of fields
	fields []string // in the order of the verbs in why
	todo   text.T   // what can be done
	risk   bool     // --insecure would go on
	ref    string
	known  *text.T // what is said of certificates that why says already
}

// Shaken says why TLS could not be agreed, or what is wrong with a certificate, by the fields of its mark: as a part of a sentence, and
// as sentences that tell what can be done. A mark without a word for it, as in old recordings, has the words of the error only.
func Shaken(m *session.Mark) (why text.Said, todo []text.Said) {
	row, known := shaken[shakeWord(m)]
	if !known {
		return text.T{EN: "%s", ZH: "%s"}.With(or(m.Text("err"), m.Text("verify"))), nil
	}
	args := make([]any, len(row.fields))
	for i, name := range row.fields {
		args[i] = m.Text(name)
		if name == "issuer" || name == "subject" {
			args[i] = commonName(m.Text(name))
		}
		if name == "names" {
			args[i] = shownNames(m)
		}
	}
	if !row.todo.With().Empty() {
		todo = append(todo, row.todo.With())
	}
	if accepts := m.Text("accepts"); accepts != "" && (shakeWord(m) == "wants-cert" || shakeWord(m) == "cert-refused") {
		todo = append(todo, sayAccepts.With(accepts))
	}
	if row.risk && m.Text("is") == "fail" {
		todo = append(todo, sayInsecure.With())
	}
	return row.why.With(args...), todo
}

// shakeWord gives the word of a mark, which is another for a certificate that bears no names at all.
func shakeWord(m *session.Mark) string {
	word := m.Text("why")
	if word == "wrong-name" && m.Text("names") == "" {
		return "nameless"
	}
	return word
}

// shownNames gives the names of a certificate, as many as are told.
func shownNames(m *session.Mark) string {
	names := strings.Fields(m.Text("names"))
	shown := strings.Join(names[:min(len(names), maxNames)], ", ")
	if len(names) > maxNames {
		shown += ", ..."
	}
	return shown
}

// notShaken explains a handshake that failed.
func (t *talk) notShaken(m *session.Mark) {
	why, todo := Shaken(m)
	t.note(No, Brief, sayNoTLS.With(why), shaken[shakeWord(m)].ref)
	for _, s := range todo {
		t.note(Tip, Brief, s, "")
	}
	t.certificate(m)
}

// verified warns of a certificate that is not in order, and was put up with.
func (t *talk) verified(m *session.Mark) {
	row, known := shaken[shakeWord(m)]
	switch v := m.Text("verify"); {
	case v == "" || v == "ok":
	case known:
		why, _ := Shaken(m)
		t.note(Warning, Brief, sayInSpite.With(why), row.ref)
	default:
		t.note(Warning, Brief, sayCertificate.With(v), "")
	}
}

// wantsProof tells that the server wants to know who we are (RFC 8446 §4.3.2).
func (t *talk) wantsProof(m *session.Mark) {
	switch m.Text("asked") {
	case "none":
		t.note(Info, Full, sayAskedNone.With(), "RFC 8446 §4.3.2")
	case "given":
		t.note(Info, Full, sayAskedGiven.With(), "RFC 8446 §4.3.2")
	case "no":
		t.note(Info, Brief, sayNotAsked.With(), "RFC 8446 §4.3.2")
	}
}

// lateRefusal explains that the connection ended because of our certificate: in TLS 1.3 a server judges it after the handshake.
func (t *talk) lateRefusal(m *session.Mark) bool {
	row, known := shaken[shakeWord(m)]
	if !known {
		return false
	}
	why, todo := Shaken(m)
	t.note(No, Brief, sayLate.With(why), row.ref)
	for _, s := range todo {
		t.note(Tip, Brief, s, "")
	}
	return true
}

// shaken has a row for each word that package wire puts into a mark.
var shaken = map[string]shakeRow{
	"expired": {why: text.T{EN: "the server's certificate expired on %s", ZH: "服务器的证书已于 %s 过期"}, fields: []string{"until"}, risk: true, ref: "RFC 5280 §4.1.2.5", known: &sayCertUntil,
		todo: text.T{EN: "Whoever runs the server has to renew it. If the date is still to come, the clock of this machine is wrong.", ZH: "要由服务器的管理员更新证书。如果这个日期还没到，那就是本机的时钟不准。"}},
	"not-yet": {why: text.T{EN: "the server's certificate is valid from %s on, and not before", ZH: "服务器的证书要到 %s 才生效"}, fields: []string{"from"}, risk: true, ref: "RFC 5280 §4.1.2.5",
		todo: text.T{EN: "Look at the clock of this machine first; if it is right, whoever runs the server put the certificate in too early.", ZH: "请先看看本机的时钟对不对；如果对，就是服务器的管理员过早换上了这张证书。"}},
	"self-signed": {why: text.T{EN: "the server's certificate is self-signed: nobody that is trusted here vouches for it", ZH: "服务器的证书是自签名的：没有本机信任的机构为它担保"}, risk: true, ref: "RFC 5280 §6.1", known: &sayCertSelf,
		todo: text.T{EN: "If the server is your own, take its certificate from it by a safe way and name it with --ca FILE.", ZH: "如果是自己的服务器，请通过可靠的途径取得它的证书，用 --ca 文件 指定。"}},
	"unknown-ca": {why: text.T{EN: "the server's certificate is signed by %s, which is not trusted here", ZH: "服务器的证书由 %s 签发，本机不信任这个机构"}, fields: []string{"issuer"}, risk: true, ref: "RFC 5280 §6.1", known: &sayCertSigned,
		todo: text.T{EN: "If you have that authority's own certificate from a safe source, name it with --ca FILE. The server may also have left out a certificate between its own and a known authority.",
			ZH: "如果从可靠的来源取得了该机构自己的证书，可用 --ca 文件 指定。也可能是服务器漏发了中间证书。"}},
	"wrong-name": {why: text.T{EN: "the server's certificate is for %[2]s and not for %[1]s", ZH: "服务器的证书写给 %[2]s，而不是 %[1]s"}, fields: []string{"sni", "names"}, risk: true, ref: "RFC 9525 §6", known: &sayCertNames,
		todo: text.T{EN: "Connect by a name that is on the certificate, or give the name that you trust with --servername NAME.", ZH: "请用证书上的名字连接，或用 --servername 名字 指定你信任的名字。"}},
	"nameless": {why: text.T{EN: "the server's certificate names no host that could be compared with %s", ZH: "服务器的证书里没有可以与 %s 核对的主机名"}, fields: []string{"sni"}, risk: true, ref: "RFC 9525 §6.3", known: &sayCertNameless,
		todo: text.T{EN: "Names belong into the field subjectAltName; the common name alone has not counted for years. Whoever runs the server has to make the certificate anew.",
			ZH: "主机名应写在 subjectAltName 字段里，只写在通用名里早已不算数。要由服务器的管理员重新制作证书。"}},
	"old-tls": {why: text.T{EN: "the server and byhand share no version of TLS", ZH: "服务器与 byhand 没有共同的 TLS 版本"}, ref: "RFC 8996",
		todo: text.T{EN: "TLS 1.0 and 1.1 are given up (RFC 8996), and byhand asks for 1.2 or newer, with --insecure, too. To look at an old server all the same, with no real password: --tls-min 1.0. If --tls-max was set, leave it away.",
			ZH: "TLS 1.0 和 1.1 已被废弃（RFC 8996），byhand 要求 1.2 或更新，加 --insecure 也一样。若只想看看旧服务器、且不用真密码，可加 --tls-min 1.0。如果设了 --tls-max，请去掉它。"}},
	"weak-key": {why: text.T{EN: "the key of the server's certificate is too short", ZH: "服务器证书的密钥太短"}, ref: "NIST SP 800-131A",
		todo: text.T{EN: "Anybody with an ordinary computer can work out an RSA key below 1024 bits and pose as the server, so byhand does not talk to it, with --insecure neither. 2048 bits are the least for certificates today (NIST SP 800-131A).",
			ZH: "不到 1024 位的 RSA 密钥用普通电脑就能破解，谁都可以冒充这台服务器，所以 byhand 不与它通话，加 --insecure 也不行。如今证书密钥至少要 2048 位（NIST SP 800-131A）。"}},
	"no-cipher": {why: text.T{EN: "the server found no cipher that it shares with byhand", ZH: "服务器与 byhand 没有共同的加密算法"}, ref: "RFC 8446 §6.2",
		todo: text.T{EN: "It may know old ciphers only, or it may have no certificate for this name: try --servername NAME.", ZH: "它也许只会老算法，也可能没有这个名字的证书：请试试 --servername 名字。"}},
	"not-tls": {why: text.T{EN: "the server does not begin with TLS, but with %s", ZH: "服务器不是一连上就用 TLS，它说的是 %s"}, fields: []string{"said"}, ref: "RFC 8314 §3",
		todo: text.T{EN: "This port speaks in clear first. Connect without --tls, then type STARTTLS (SMTP) or STLS (POP3); TLS from the first byte is on 465 and 995.",
			ZH: "这个端口一开始说明文。请去掉 --tls 连接，再输入 STARTTLS（SMTP）或 STLS（POP3）；一连上就用 TLS 的是 465 和 995。"}},
	"clear-on": {why: text.T{EN: "the server agreed to TLS and then went on in clear with %s", ZH: "服务器同意了 TLS，却接着用明文说 %s"}, fields: []string{"said"}, ref: "RFC 3207 §4",
		todo: text.T{EN: "That is a fault of the server, or of a machine between that reads along. Type no password on this way.", ZH: "这是服务器的毛病，或者途中有机器在偷看。不要在这条路上输入密码。"}},
	"silent": {why: text.T{EN: "the server did not answer the TLS handshake", ZH: "服务器没有回应 TLS 握手"}, ref: "RFC 8314 §3",
		todo: text.T{EN: "Perhaps it speaks in clear and waits for a line: connect without --tls.", ZH: "它也许说明文，正在等一行命令：请去掉 --tls 再连。"}},
	"never-began": {why: text.T{EN: "the server agreed to TLS and did not begin with it", ZH: "服务器同意了 TLS，却没有开始握手"}, ref: "RFC 3207 §4",
		todo: text.T{EN: "Its TLS is out of order; try port 465 or 995, where TLS begins with the first byte.", ZH: "它的 TLS 有毛病；请试试一连上就用 TLS 的 465 或 995 端口。"}},
	"server-fault": {why: text.T{EN: "the server broke off because of an error of its own", ZH: "服务器自己出了错，中断了握手"}, ref: "RFC 8446 §6.2",
		todo: text.T{EN: "Its certificate and key may not fit together, or its TLS is out of order: its log tells. With --tls-max 1.2 it may go better.", ZH: "可能是它的证书和私钥配不上，或者它的 TLS 有毛病，日志里会写明。加 --tls-max 1.2 或许可行。"}},
	"hung-up": {why: text.T{EN: "the server closed the connection in the middle of the handshake", ZH: "握手到一半，服务器关闭了连接"}, ref: "RFC 8446 §4",
		todo: text.T{EN: "Perhaps this port has no TLS, or the server wants nothing to do with this address; its log tells.", ZH: "也许这个端口没有 TLS，也可能服务器不接受本机的地址；它的日志里会写明。"}},
	"injected": {why: text.T{EN: "bytes in clear came between the reply to STARTTLS and the handshake", ZH: "在对 STARTTLS 的回应与握手之间，夹进了明文字节"}, ref: "RFC 3207 §6",
		todo: text.T{EN: "Somebody on the way may have put them there, to be read as if they had come encrypted (CVE-2011-0411). byhand did not use them, and gave the connection up.",
			ZH: "可能是途中有人塞进来的，好让它们被当成加密后收到的内容（CVE-2011-0411）。byhand 没有采用，并放弃了连接。"}},
	"wants-cert": {why: text.T{EN: "the server demands a certificate of yours, and got none", ZH: "服务器要求你出示证书，却没有收到"}, ref: "RFC 8446 §4.3.2",
		todo: text.T{EN: "It lets in only those who prove by a certificate who they are. If you have one: --cert FILE --key FILE. If not, whoever runs the server gives you one.",
			ZH: "它只接待能用证书证明身份的人。如果你有证书，请加 --cert 文件 --key 文件；没有就向服务器的管理员申请。"}},
	"cert-refused": {why: text.T{EN: "the server does not accept your certificate (%s)", ZH: "服务器不接受你的证书（%s）"}, fields: []string{"err"}, ref: "RFC 8446 §6.2",
		todo: text.T{EN: "Look whether --cert is the right one, whether its dates are good, and whether an authority that the server knows has signed it.", ZH: "请检查 --cert 是不是该用的那张、是否在有效期内、签发它的机构服务器是否认识。"}},
}

// The sentences on handshakes.
var (
	sayInsecure = text.T{EN: "--insecure goes on all the same: then anybody on the way can pose as the server and read the password.",
		ZH: "--insecure 会不顾一切继续：这样途中任何人都能冒充服务器，读到密码。"}
	sayInSpite = text.T{EN: "TLS goes on in spite of this: %s. Anybody on the way can pose as the server: type no real password here.",
		ZH: "TLS 照样继续，尽管%s。途中任何人都能冒充这台服务器，请不要输入真正的密码。"}
	sayAccepts    = text.T{EN: "The server names those whose signature it accepts: %s.", ZH: "服务器列出了它认可的签发机构：%s。"}
	sayAskedNone  = text.T{EN: "The server asked who you are, by a certificate, and got none. Some servers ask everybody and go on; one that insists will close now.", ZH: "服务器请你用证书证明身份，这里没有给。有些服务器对谁都问一声，照样继续；一定要证书的会马上断开。"}
	sayAskedGiven = text.T{EN: "The server asked who you are, and got the certificate of --cert.", ZH: "服务器请你证明身份，已把 --cert 的证书给了它。"}
	sayNotAsked   = text.T{EN: "The server did not ask for a certificate, so that of --cert was not shown.", ZH: "服务器没有要求证书，所以没有出示 --cert 的证书。"}
	sayLate       = text.T{EN: "The server broke off: %s. It says so after the handshake, as TLS 1.3 has it.", ZH: "服务器中断了连接：%s。按 TLS 1.3 的规矩，这要到握手之后才说。"}
)
