package main

import "byhand/session/text"

// What the program says of itself.
var (
	sayShort = text.T{EN: "speak POP3 and SMTP by hand, and understand every line", ZH: "亲手说 POP3 和 SMTP，读懂每一行"}
	sayLong  = text.T{
		EN: "byhand connects you to a mail server and lets you type the protocol yourself. Each line, in both directions, is explained.",
		ZH: "byhand 把你接到邮件服务器上，让你亲手输入协议命令，并解释来往的每一行。"}
	sayFlag        = text.T{EN: "%s", ZH: "选项有误：%s"}
	sayUsageHint   = text.T{EN: "`byhand --help` lists what there is.", ZH: "`byhand --help` 列出所有用法。"}
	sayLangFlag    = text.T{EN: "language of all that byhand says: en or zh (default: from the locale)", ZH: "byhand 使用的语言：en 或 zh（默认取自系统区域设置）"}
	sayColorFlag   = text.T{EN: "colours: auto, always or never", ZH: "颜色：auto、always 或 never"}
	sayExplainFlag = text.T{EN: "explanations: full, brief or off (default full)", ZH: "解释的详细程度：full、brief 或 off（默认 full）"}
	sayPlainFlag   = text.T{EN: "words instead of symbols, for screen readers", ZH: "用文字代替符号，便于读屏软件"}
	sayBadLang     = text.T{EN: "--lang %s: byhand speaks en and zh.", ZH: "--lang %s：byhand 只会 en 和 zh。"}
	sayBadColor    = text.T{EN: "--color %s: it is auto, always or never.", ZH: "--color %s：只能是 auto、always 或 never。"}
	sayBadExplain  = text.T{EN: "--explain %s: it is full, brief or off.", ZH: "--explain %s：只能是 full、brief 或 off。"}
	sayBadProto    = text.T{EN: "--protocol %s: it is pop3, smtp or raw.", ZH: "--protocol %s：只能是 pop3、smtp 或 raw。"}
	sayBadEOL      = text.T{EN: "--eol %s: it is crlf or lf.", ZH: "--eol %s：只能是 crlf 或 lf。"}
	sayHostPort    = text.T{EN: "byhand wants a host and a port, as in `byhand pop.example.com 110`.", ZH: "byhand 需要主机和端口，例如 `byhand pop.example.com 110`。"}
	sayNoFile      = text.T{EN: "There is no file %s.", ZH: "没有 %s 这个文件。"}
	sayFileExists  = text.T{EN: "The file %s is there already; it was not touched.", ZH: "文件 %s 已经存在，没有改动它。"}

	sayConnectShort   = text.T{EN: "type raw lines to a server (also: byhand HOST PORT)", ZH: "向服务器输入原始命令行（也可写成 byhand 主机 端口）"}
	sayRecordFlag     = text.T{EN: "keep the session in FILE (.rec.jsonl), secrets hidden", ZH: "把会话存入文件 FILE（.rec.jsonl），密码不写入"}
	sayNoRecordFlag   = text.T{EN: "do not keep the session among the recent ones", ZH: "不把这次会话留在最近记录里"}
	sayProtocolFlag   = text.T{EN: "pop3, smtp or raw, instead of what the talk tells", ZH: "指定 pop3、smtp 或 raw，不靠对话内容判断"}
	sayNoWaitFlag     = text.T{EN: "in a script: send each line at once", ZH: "脚本方式下逐行立即发送，不等回答"}
	sayEOLFlag        = text.T{EN: "what Enter adds: crlf or lf", ZH: "回车时加上的行尾：crlf 或 lf"}
	sayEscapeFlag     = text.T{EN: "prefix of byhand's own commands, or off", ZH: "byhand 自己的命令的前缀；off 表示不用"}
	sayYesPasteFlag   = text.T{EN: "send a paste of several lines without showing it first", ZH: "多行粘贴不先显示，直接发送"}
	sayTLSFlag        = text.T{EN: "TLS from the first byte (default on ports 465 and 995)", ZH: "从第一个字节起使用 TLS（465 和 995 端口默认如此）"}
	sayInsecureFlag   = text.T{EN: "go on although the certificate does not verify", ZH: "证书验证不通过也继续"}
	sayCAFlag         = text.T{EN: "FILE of certificates to trust in place of the system's", ZH: "改用 FILE 中的证书作为信任的签发机构"}
	sayServerNameFlag = text.T{EN: "the NAME that the certificate must bear", ZH: "证书上必须写有的名字"}
	sayTimeoutFlag    = text.T{EN: "how long to try to connect", ZH: "连接的时限"}
	sayWelcome        = text.T{EN: "Type a line and press Enter: it goes to the server as it is. %[1]shelp lists byhand's own commands, %[1]squit or Ctrl-D leaves.",
		ZH: "输入一行并按回车，它会原样发给服务器。%[1]shelp 列出 byhand 自己的命令，%[1]squit 或 Ctrl-D 离开。"}
	sayRecordFailed = text.T{EN: "Recording stopped: %s. The session goes on.", ZH: "记录已停止：%s。会话继续。"}
	sayKept         = text.T{EN: "The session was kept: `byhand replay %s` shows it again.", ZH: "会话已保存，用 `byhand replay %s` 可以重看。"}
)
