package render

import (
	"byhand/session"
	"byhand/session/annotate"
	"byhand/session/text"
)

// A row is one event and what is said of it; rows are the sessions that the tests of this package look at.
type row struct {
	e session.Event
	x annotate.Explanation
}

func server(role session.Role, code, raw string, notes ...annotate.Note) row {
	return row{session.Event{From: session.Server, Role: role, Code: code, Raw: []byte(raw)}, annotate.Explanation{Notes: notes}}
}

func client(role session.Role, raw string, notes ...annotate.Note) row {
	return row{session.Event{From: session.Client, Role: role, Raw: []byte(raw)}, annotate.Explanation{Notes: notes}}
}

func mark(kind string, pairs ...any) row {
	m := session.NewMark(kind, pairs...)
	return row{e: session.Event{Role: m.Role(), Mark: m}}
}

// hiding gives r with a secret in its bytes.
func (r row) hiding(off, n int, label string) row {
	r.e.Secret = []session.Span{{Off: off, Len: n, Label: label}}
	return r
}

func (r row) with(notes ...annotate.Note) row { r.x.Notes = notes; return r }
func (r row) decoded(s string) row            { r.x.Decoded = s; return r }
func (r row) going() row                      { r.e.More = true; return r }
func (r row) on() row                         { r.e.Cont = true; return r }
func (r row) second() row                     { r.e.Conn = 2; return r }

func note(tone annotate.Tone, depth annotate.Depth, ref string, t text.T, args ...any) annotate.Note {
	return annotate.Note{Tone: tone, Depth: depth, Text: t.With(args...), Ref: ref}
}

// talk is a session that has one of everything that can stand on a screen.
var talk = []row{
	mark("open", "proto", "pop3", "addr", "pop.practice.test:110", "ip", "127.0.0.1", "ms", 3).with(
		note(annotate.Info, annotate.Brief, "", text.T{EN: "Connected.", ZH: "已连接。"}),
		note(annotate.Info, annotate.Full, "RFC 1939 §3", text.T{EN: "Port 110: POP3 in clear text", ZH: "端口 110：明文 POP3"})),
	server(session.Greeting, "+OK", "+OK Welcome to coremail Mail Pop3 Server (163coms[d0a67bcd290bb19fb165d92968971e20s])\r\n",
		note(annotate.Yes, annotate.Brief, "", text.T{EN: "POP3 server: Coremail", ZH: "POP3 服务器：Coremail"}),
		note(annotate.Next, annotate.Full, "", text.T{EN: "Next: USER name", ZH: "接下来：USER 用户名"})),
	client(session.Command, "USER student\r\n",
		note(annotate.Info, annotate.Brief, "RFC 1939 §7", text.T{
			EN: "says whose mailbox is wanted; the password follows with PASS",
			ZH: "报上用户名，说明要打开哪个邮箱，接着用 PASS 报密码"}),
		note(annotate.Warning, annotate.Full, "RFC 8314 §4.1", text.T{
			EN: "without TLS everybody between you and the server can read this line, and the next one, which has the password",
			ZH: "没有 TLS 时，你和服务器之间的任何人都能读到这一行，也能读到下一行的密码（除非先用 STLS 启用加密）。"})),
	server(session.Reply, "+OK", "+OK core mail\r\n"),
	client(session.Command, "PASS wonderland\r\n").hiding(5, 10, "password"),
	server(session.Reply, "+OK", "+OK 60 message(s) [72208371 byte(s)]\r\n",
		note(annotate.Yes, annotate.Brief, "RFC 1939 §7", text.T{EN: "you are logged in: %d letters, %s", ZH: "登录成功：%d 封邮件，共 %s"}, 60, "68.9 MiB"),
		note(annotate.Info, annotate.All, "", text.T{EN: "shown only to those who ask", ZH: "问了才显示"})),
	client(session.Command, "LIST\r\n"),
	server(session.Reply, "+OK", "+OK 60 72208371\r\n").going(),
	server(session.Data, "", "1 3016\r\n", note(annotate.Info, annotate.Brief, "", text.T{EN: "letter 1 has 3016 octets", ZH: "第 1 封，3016 个八位字节"})).going(),
	server(session.Data, "", ".\r\n", note(annotate.Info, annotate.Full, "RFC 1939 §3", text.T{EN: "the list ends here", ZH: "列表到此结束"})),
	server(session.Data, "", "Subject: =?gb2312?B?xOO6ww==?=\r\n").going().decoded("Subject: 你好"),
	server(session.Data, "", "\xc4\xe3\xba\xc3, student\ttab\r\n",
		note(annotate.Decoded, annotate.Brief, "", text.T{EN: "%s (read as GBK)", ZH: "%s（按 GBK 解读）"}, "你好, student")).decoded("你好, student").going(),
	server(session.Reply, "-ERR", "-ERR \x1b]0;owned\x07 \u202egnp.exe \\x1B\r\n",
		note(annotate.No, annotate.Brief, "", text.T{EN: "refused: %s", ZH: "被拒绝：%s"}, "\x1b]0;owned\x07\r\nS: +OK"),
		note(annotate.Tip, annotate.Brief, "", text.T{EN: "the line has bytes that could drive a terminal", ZH: "这一行里有能操纵终端的字节"})),
	client(session.Command, "NOOP\n"),
	server(session.Reply, "250", "250-one\r\n").going(),
	server(session.Challenge, "334", "334 dXNlcm5hbWU6\r\n").decoded("username:"),
	client(session.Answer, "c2VjcmV0\r\n").hiding(0, 8, "password-base64"),
	server(session.Reply, "535", "535 Error: authentication failed\r\n"),
	client(session.Data, ".\r\n"),
	server(session.Unknown, "", "a line that was cut \xe4\xbd").going(),
	server(session.Unknown, "", "\xa0 and goes on\r\n").on(),
	server(session.Greeting, "220", "220 mx.practice.test ESMTP\r\n").second(),
	mark("note", "who", "learner", "text", "look at \x1b[2J this"),
	mark("tls", "is", "done", "version", "TLS 1.3", "cipher", "TLS_AES_128_GCM_SHA256"),
	mark("lost", "dir", "S", "bytes", 5760),
	mark("from-the-future", "text", "unknown kinds are passed over"),
	mark("close", "by", "server"),
}

// says is one text in each voice.
var says = []struct {
	voice Voice
	said  text.Said
}{
	{Heading, text.T{EN: "Step %d of %d: log in", ZH: "第 %d 步，共 %d 步：登录"}.With(2, 7)},
	{Lesson, text.T{
		EN: "A POP3 server wants to know who you are before it shows a mailbox.\n\nUSER gives the name, PASS the password. The password is “%s”.",
		ZH: "POP3 服务器要先知道你是谁，才会打开邮箱。\n\n用 USER 报上用户名，用 PASS 报上密码。密码是“%s”。"}.With("secret")},
	{Task, text.T{EN: "Log in as student.", ZH: "以 student 登录。"}.With()},
	{Advice, text.T{EN: "PASS takes the password after one blank, and everything behind that blank counts, other blanks too.",
		ZH: "PASS 后面空一格写密码，空格之后的一切都算密码，多余的空格也算。"}.With()},
	{Hint, text.T{EN: "two lines: USER, then PASS", ZH: "两行：先 USER，后 PASS"}.With()},
	{Failed, text.T{EN: "nobody is logged in", ZH: "还没有人登录"}.With()},
	{Passed, text.T{EN: "you are logged in", ZH: "你已经登录"}.With()},
	{Fault, text.T{EN: "127.0.0.1:1 refused the connection; does a server listen there?", ZH: "127.0.0.1:1 拒绝连接；那里有服务器在监听吗？"}.With()},
	{Remark, text.T{EN: "recorded in %s", ZH: "已录制到 %s"}.With("first\x1b[2J.rec.jsonl")},
}
