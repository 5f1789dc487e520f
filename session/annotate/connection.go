package annotate

import (
	"net"

	"byhand/session"
	"byhand/session/proto"
	"byhand/session/text"
)

// open explains that a connection was opened, or why not.
func (t *talk) open(e *session.Event) {
	*t = talk{book: t.book, state: t.state, notes: t.notes, letter: t.letter, sent: map[int]*command{}, told: map[string]bool{}}
	t.letter.reset()
	addr := e.Mark.Text("addr")
	if fault := e.Mark.Text("err"); fault != "" {
		t.note(No, Brief, sayNoConnection.With(addr, fault), "")
		return
	}
	_, t.port, _ = net.SplitHostPort(addr)
	t.note(Info, Brief, sayConnected.With(addr), "")
	for _, f := range []string{"pop3", "smtp"} {
		if p := t.book.find(f, "port "+t.port); p != nil {
			t.note(Info, Full, sayPort.With(t.port, p.T), p.Ref)
		}
	}
	if t.tlsPort() && !t.state.TLS && e.Mark.Text("tls") == "" {
		t.advise("tls-port")
		return
	}
	t.note(Next, Full, sayServerFirst.With(), "")
}

// tlsPort tells whether the port is one where TLS begins with the first byte (RFC 8314 §3).
func (t *talk) tlsPort() bool { return t.port == "465" || t.port == "995" }

// tls explains a handshake.
func (t *talk) tls(e *session.Event) {
	switch e.Mark.Text("is") {
	case "start":
		t.toTLS = false
		t.note(Info, Full, sayShaking.With(), "RFC 8446 §4")
	case "done":
		t.toTLS = false
		t.sent = map[int]*command{}
		t.note(Yes, Brief, sayEncrypted.With(e.Mark.Text("version"), e.Mark.Text("cipher")), "")
		if v := e.Mark.Text("version"); oldTLS[v] {
			t.note(Warning, Brief, sayTLSOld.With(v), "RFC 8996 §1")
		}
		t.verified(e.Mark)
		t.certificate(e.Mark)
		t.wantsProof(e.Mark)
		if t.heard {
			t.afterTLS(e.Proto)
		}
	case "fail":
		t.notShaken(e.Mark)
	}
}

// afterTLS tells what an upgrade of a talk under way makes void.
func (t *talk) afterTLS(p session.Protocol) {
	if p == session.SMTP {
		t.note(Next, Brief, sayEhloAgain.With(), "RFC 3207 §4.2")
		return
	}
	t.note(Next, Brief, sayCapaAgain.With(), "RFC 2595 §4")
}

// close explains how the connection ended, and what that means for what was under way.
func (t *talk) close(e *session.Event) {
	say := sayClosedByServer
	switch {
	case e.Mark.Text("by") == "client":
		say = sayClosedByClient
	case e.Mark.Text("by") == "error":
		say = sayBroken
	}
	t.note(Info, Brief, say.With(), "")
	switch {
	case t.lateRefusal(e.Mark):
	case t.toTLS && t.before.Left == "":
		t.advise("tls-now")
	case t.before.Proto == session.POP3 && t.before.Phase == proto.Transaction && len(t.before.Marked) > 0 && t.before.Left == "":
		t.advise("dele-quit")
	case t.before.Phase == proto.Letter:
		t.note(Warning, Brief, sayLetterLost.With(), "RFC 5321 §4.1.1.4")
	case t.before.Left == "" && (t.before.Phase == proto.Mail || t.before.Phase == proto.Rcpt):
		t.note(Info, Full, sayEnvelopeLost.With(), "RFC 5321 §4.1.1.10")
	case !t.heard && t.tlsPort() && !t.before.TLS:
		t.advise("tls-port")
	case !t.heard:
		t.note(Info, Brief, sayNothingSaid.With(), "")
	}
	t.letter = letter{know: t.letter.know, book: t.letter.book} // a capture has thousands of connections: keep no buffers
}

// The sentences on connections.
var (
	sayConnected      = text.T{EN: "Connected to %s.", ZH: "已连接到 %s。"}
	sayNoConnection   = text.T{EN: "No connection to %s: %s.", ZH: "无法连接 %s：%s。"}
	sayPort           = text.T{EN: "Port %s: %s.", ZH: "端口 %s：%s。"}
	sayServerFirst    = text.T{EN: "The server speaks first; wait for its greeting.", ZH: "服务器先说话，请等它的问候。"}
	sayShaking        = text.T{EN: "The TLS handshake begins: both sides agree on keys.", ZH: "TLS 握手开始：双方商定密钥。"}
	sayEncrypted      = text.T{EN: "From here on nobody on the way can read along: %s %s.", ZH: "从这里开始加密，途中无人能偷看：%s %s。"}
	sayCertificate    = text.T{EN: "The server's certificate is not in order: %s.", ZH: "服务器的证书有问题：%s。"}
	sayNoTLS          = text.T{EN: "The TLS handshake failed: %s.", ZH: "TLS 握手失败：%s。"}
	sayEhloAgain      = text.T{EN: "What was said in clear counts no more: greet again with EHLO.", ZH: "明文时说过的都不算数了：请重新 EHLO。"}
	sayCapaAgain      = text.T{EN: "What was said in clear counts no more: ask CAPA again if you need it, then log in.", ZH: "明文时说过的都不算数了：需要时重新 CAPA，然后登录。"}
	sayClosedByServer = text.T{EN: "The server has closed the connection.", ZH: "服务器关闭了连接。"}
	sayClosedByClient = text.T{EN: "The connection was closed from this side.", ZH: "连接由本方关闭。"}
	sayBroken         = text.T{EN: "The connection broke.", ZH: "连接中断了。"}
	sayLetterLost     = text.T{EN: "The letter had no lone dot yet, so the server drops it.", ZH: "信还没有用单独的点结束，服务器会丢弃它。"}
	sayEnvelopeLost   = text.T{EN: "The envelope was not used; nothing was sent.", ZH: "信封没有用上，什么也没有发出。"}
	sayNothingSaid    = text.T{EN: "The server said nothing at all. Is this the right port, and does it want TLS?", ZH: "服务器一句话也没说。端口对吗？是不是要用 TLS？"}
)
