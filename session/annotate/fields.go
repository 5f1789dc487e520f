package annotate

import (
	"slices"
	"strings"

	"byhand/session/text"
)

// read explains one line of the value of the field under way, where the name does not say all.
func (l *letter) read(value string, notes []Note) []Note {
	switch l.field.name {
	case "from", "sender", "reply-to", "to", "cc", "bcc", "resent-from", "resent-sender", "resent-to", "resent-cc", "resent-bcc",
		"disposition-notification-to":
		return l.addressLine(value, notes)
	case "date", "resent-date", "arrival-date", "last-attempt-date", "will-retry-until":
		return l.dateLine(notes)
	case "received":
		return l.receivedLine(value, notes)
	case "content-type", "content-disposition":
		if l.place != inBody { // else they stand in a report, and say nothing of its own body
			return l.mediaLine(notes)
		}
	case "content-transfer-encoding":
		if l.place != inBody {
			return l.encodingLine(notes)
		}
	case "dkim-signature", "arc-message-signature", "arc-seal":
		return l.tagLine(value, notes)
	case "authentication-results", "arc-authentication-results":
		return l.resultLine(value, notes)
	case "disposition":
		return l.dispositionLine(value, notes)
	case "status", "diagnostic-code":
		return l.codeLine(value, notes)
	case "message-id":
		return l.messageIDLine(value, notes)
	}
	return l.valueLine(value, notes)
}

// maxClauses bounds the notes on one line of a field that lists things.
const maxClauses = 20

// valueLine explains a value that is one of a few known words.
func (l *letter) valueLine(value string, notes []Note) []Note {
	if l.field.line > 1 || !slices.ContainsFunc(values, func(m meaning) bool { return slices.Contains(m.fields, l.field.name) }) {
		return notes
	}
	word := strings.ToLower(strings.TrimSpace(value[:min(len(value), 100)]))
	first, _, _ := strings.Cut(word, " ")
	first, _, _ = strings.Cut(first, ";")
	for _, v := range values {
		if v.word == first && slices.Contains(v.fields, l.field.name) {
			return append(notes, Note{Tone: Info, Depth: Full, Text: sayValue.With(first, v.T), Ref: v.ref})
		}
	}
	return notes
}

// meaning is a word that some fields may have as their value, or the name of a tag in them. Without fields it holds for all.
type meaning struct {
	fields []string
	word   string
	text.T
	ref string
}

var values = []meaning{
	{[]string{"auto-submitted"}, "auto-generated", text.T{EN: "a program wrote it on its own", ZH: "程序自动生成"}, "RFC 3834 §5"},
	{[]string{"auto-submitted"}, "auto-replied", text.T{EN: "a program wrote it as an answer", ZH: "程序自动回复"}, "RFC 3834 §5"},
	{[]string{"auto-submitted"}, "no", text.T{EN: "a person wrote it", ZH: "由人书写"}, "RFC 3834 §5"},
	{[]string{"precedence"}, "bulk", text.T{EN: "mass mail", ZH: "群发邮件"}, "RFC 2076 §3.9"},
	{[]string{"precedence"}, "list", text.T{EN: "mail of a list", ZH: "邮件列表"}, "RFC 2076 §3.9"},
	{[]string{"precedence"}, "junk", text.T{EN: "not worth an answer", ZH: "不必答复"}, "RFC 2076 §3.9"},
	{[]string{"x-priority"}, "1", text.T{EN: "highest", ZH: "最高"}, ""},
	{[]string{"x-priority"}, "2", text.T{EN: "high", ZH: "高"}, ""},
	{[]string{"x-priority"}, "3", text.T{EN: "normal", ZH: "普通"}, ""},
	{[]string{"x-priority"}, "4", text.T{EN: "low", ZH: "低"}, ""},
	{[]string{"x-priority"}, "5", text.T{EN: "lowest", ZH: "最低"}, ""},
	{[]string{"importance", "x-msmail-priority"}, "high", text.T{EN: "important", ZH: "重要"}, "RFC 2156"},
	{[]string{"importance", "x-msmail-priority"}, "normal", text.T{EN: "ordinary", ZH: "普通"}, "RFC 2156"},
	{[]string{"importance", "x-msmail-priority"}, "low", text.T{EN: "unimportant", ZH: "不重要"}, "RFC 2156"},
	{[]string{"priority"}, "urgent", text.T{EN: "deliver it fast", ZH: "加急"}, "RFC 2156"},
	{[]string{"priority"}, "normal", text.T{EN: "ordinary", ZH: "普通"}, "RFC 2156"},
	{[]string{"priority"}, "non-urgent", text.T{EN: "it can wait", ZH: "不急"}, "RFC 2156"},
	{[]string{"action"}, "failed", text.T{EN: "it could not be delivered and will not be tried again", ZH: "投递失败，不再重试"}, "RFC 3464 §2.3.3"},
	{[]string{"action"}, "delayed", text.T{EN: "not delivered yet; it will be tried again", ZH: "尚未送达，还会重试"}, "RFC 3464 §2.3.3"},
	{[]string{"action"}, "delivered", text.T{EN: "it was delivered", ZH: "已送达"}, "RFC 3464 §2.3.3"},
	{[]string{"action"}, "relayed", text.T{EN: "passed on to a server that makes no reports", ZH: "已转给不提供报告的服务器"}, "RFC 3464 §2.3.3"},
	{[]string{"action"}, "expanded", text.T{EN: "delivered to a list and passed on to its members", ZH: "已送到列表并转发给成员"}, "RFC 3464 §2.3.3"},
	{[]string{"disposition"}, "manual-action", text.T{EN: "a person did it", ZH: "由人操作"}, "RFC 8098 §3.2.6.1"},
	{[]string{"disposition"}, "automatic-action", text.T{EN: "a program did it on its own", ZH: "由程序自动操作"}, "RFC 8098 §3.2.6.1"},
	{[]string{"disposition"}, "mdn-sent-manually", text.T{EN: "a person agreed to send this receipt", ZH: "由人同意发出这份回执"}, "RFC 8098 §3.2.6.1"},
	{[]string{"disposition"}, "mdn-sent-automatically", text.T{EN: "a program sent this receipt on its own", ZH: "由程序自动发出这份回执"}, "RFC 8098 §3.2.6.1"},
	{[]string{"disposition"}, "displayed", text.T{EN: "the letter was shown; whether it was read nobody knows", ZH: "信已显示，但不等于已经读过"}, "RFC 8098 §3.2.6.2"},
	{[]string{"disposition"}, "deleted", text.T{EN: "the letter was deleted; it may have been seen or not", ZH: "信已删除，是否看过不得而知"}, "RFC 8098 §3.2.6.2"},
	{[]string{"disposition"}, "dispatched", text.T{EN: "the letter was passed on without being shown", ZH: "信未显示就转走了"}, "RFC 8098 §3.2.6.2"},
	{[]string{"disposition"}, "processed", text.T{EN: "a program dealt with the letter without showing it", ZH: "信由程序处理，没有显示"}, "RFC 8098 §3.2.6.2"},
	{[]string{"disposition"}, "error", text.T{EN: "something went wrong; the field Error tells what", ZH: "出了错，详见 Error 字段"}, "RFC 8098 §3.2.6.3"},
	{[]string{"received-spf"}, "pass", text.T{EN: "the address was allowed to send for the domain", ZH: "该 IP 获准为此域名发信"}, "RFC 7208 §2.6.3"},
	{[]string{"received-spf"}, "fail", text.T{EN: "the domain says that this address may not send for it", ZH: "域名声明此 IP 不得为它发信"}, "RFC 7208 §2.6.4"},
	{[]string{"received-spf"}, "softfail", text.T{EN: "the domain says that this address probably may not send for it", ZH: "域名声明此 IP 多半不应为它发信"}, "RFC 7208 §2.6.5"},
	{[]string{"received-spf"}, "neutral", text.T{EN: "the domain does not say", ZH: "域名未作表态"}, "RFC 7208 §2.6.2"},
	{[]string{"received-spf"}, "none", text.T{EN: "the domain has published nothing", ZH: "域名没有发布 SPF 记录"}, "RFC 7208 §2.6.1"},
	{[]string{"received-spf"}, "temperror", text.T{EN: "it could not be looked up just then", ZH: "当时查询出错"}, "RFC 7208 §2.6.6"},
	{[]string{"received-spf"}, "permerror", text.T{EN: "the domain's record is broken", ZH: "域名的 SPF 记录有误"}, "RFC 7208 §2.6.7"},
	{[]string{"x-spam-flag"}, "yes", text.T{EN: "spam", ZH: "垃圾邮件"}, ""},
	{[]string{"x-spam-flag", "x-spam-status"}, "no", text.T{EN: "no spam", ZH: "不是垃圾邮件"}, ""},
	{[]string{"mime-version"}, "1.0", text.T{EN: "the only version there is", ZH: "唯一的版本"}, "RFC 2045 §4"},
	{[]string{"list-unsubscribe-post"}, "list-unsubscribe=one-click", text.T{EN: "mail programs may send this to the https address above to leave the list", ZH: "邮件程序把它发到上面的 https 地址即可退订"}, "RFC 8058 §3.1"},
	{[]string{"return-path"}, "<>", text.T{EN: "nobody: the letter is itself a report, and no bounce may answer it", ZH: "空：这封信本身是报告，不得再为它退信"}, "RFC 5321 §4.5.5"},
	{[]string{"tls-required"}, "no", text.T{EN: "deliver it even without encryption", ZH: "不加密也要投递"}, "RFC 8689 §3"},
	{[]string{"list-post"}, "no", text.T{EN: "nobody may write to this list", ZH: "此列表不接受投稿"}, "RFC 2369 §3.4"},
}

// dispositionLine explains the words of a read receipt: manual-action/MDN-sent-manually; displayed (RFC 8098 §3.2.6).
func (l *letter) dispositionLine(value string, notes []Note) []Note {
	words := strings.FieldsFunc(strings.ToLower(value), func(r rune) bool { return strings.ContainsRune("/;, \t", r) })
	for _, word := range words[:min(len(words), maxClauses)] {
		for _, v := range values {
			if v.word == word && slices.Contains(v.fields, "disposition") {
				notes = append(notes, Note{Tone: Info, Depth: Full, Text: sayValue.With(word, v.T), Ref: v.ref})
			}
		}
	}
	return notes
}

// codeLine explains the codes of a delivery report: Status: 5.1.1, Diagnostic-Code: smtp; 550 5.1.1 (RFC 3464 §2.3.4, §2.3.6).
func (l *letter) codeLine(value string, notes []Note) []Note {
	if l.field.line > 1 {
		return notes
	}
	_, reply, ok := strings.Cut(value, ";")
	if !ok {
		reply = value
	}
	for i, word := range strings.Fields(reply) {
		if i == 2 {
			break // a code, or a code and its enhanced code, stand first
		}
		code := strings.TrimRight(word, "-,:")
		key := code
		if class, rest, ok := strings.Cut(code, "."); ok && len(class) == 1 {
			key = "X." + rest // RFC 3463 §3: class, subject and detail; the class has an entry of its own
		}
		if e := l.book.find("status", key); e != nil {
			notes = append(notes, Note{Tone: Info, Depth: Brief, Text: sayValue.With(code, e.T), Ref: e.Ref})
		}
	}
	return notes
}

// messageIDLine checks the form <left@right> (RFC 5322 §3.6.4).
func (l *letter) messageIDLine(value string, notes []Note) []Note {
	v := strings.TrimSpace(value)
	if v == "" || l.field.line > 1 || strings.HasPrefix(v, "<") && strings.HasSuffix(v, ">") && strings.Contains(v, "@") {
		return notes
	}
	return append(notes, Note{Tone: l.blame(), Depth: Brief, Text: sayBadID.With(), Ref: "RFC 5322 §3.6.4", ID: "message-id"})
}

// tagLine reads the tags of a signature (RFC 6376 §3.2, §3.5): d=example.com; s=key1.
func (l *letter) tagLine(value string, notes []Note) []Note {
	for n, rest, more := 0, value, true; more && n < maxClauses; n++ {
		var part string
		part, rest, more = strings.Cut(rest, ";")
		name, v, ok := strings.Cut(part, "=")
		name, v = strings.TrimSpace(name), strings.TrimSpace(v)
		if !ok || v == "" || len(v) > 300 {
			continue
		}
		for _, t := range tags {
			if t.word == name && (t.fields == nil || slices.Contains(t.fields, l.field.name)) {
				notes = append(notes, Note{Tone: Info, Depth: Full, Text: t.T.With(v), Ref: t.ref})
				break
			}
		}
	}
	return notes
}

var tags = []meaning{
	{[]string{"arc-seal"}, "cv", text.T{EN: "cv=%s: how the seals before this one checked out.", ZH: "cv=%s：前面各封印的判定结果。"}, "RFC 8617 §4.1.3"},
	{[]string{"dkim-signature"}, "i", text.T{EN: "i=%s: the user or agent on whose behalf it is signed.", ZH: "i=%s：代表哪个用户签名。"}, "RFC 6376 §3.5"},
	{nil, "i", text.T{EN: "i=%s: number of this station.", ZH: "i=%s：第几站。"}, "RFC 8617 §4.2.1"},
	{nil, "v", text.T{EN: "v=%s: version.", ZH: "v=%s：版本。"}, "RFC 6376 §3.5"},
	{nil, "a", text.T{EN: "a=%s: how it is signed.", ZH: "a=%s：签名算法。"}, "RFC 6376 §3.5"},
	{nil, "d", text.T{EN: "d=%s: the domain that signs.", ZH: "d=%s：签名的域名。"}, "RFC 6376 §3.5"},
	{nil, "s", text.T{EN: "s=%[1]s: the name of the key, which stands in DNS at %[1]s._domainkey before the domain.", ZH: "s=%[1]s：密钥的名称，公钥在 DNS 里该域名的 %[1]s._domainkey 之下。"}, "RFC 6376 §3.6.2"},
	{nil, "c", text.T{EN: "c=%s: how changes of blanks are treated (header/body).", ZH: "c=%s：怎样看待空白的改动（首部/正文）。"}, "RFC 6376 §3.4"},
	{nil, "h", text.T{EN: "h=%s: the fields that are signed.", ZH: "h=%s：签名覆盖的字段。"}, "RFC 6376 §3.5"},
	{nil, "l", text.T{EN: "l=%s: only so many octets of the body are signed; what was added behind them is not.", ZH: "l=%s：正文只有这么多字节被签名，后面追加的不在内。"}, "RFC 6376 §8.2"},
	{nil, "t", text.T{EN: "t=%s: when it was signed, in seconds since 1970.", ZH: "t=%s：签名时间（1970 年起的秒数）。"}, "RFC 6376 §3.5"},
	{nil, "x", text.T{EN: "x=%s: until when it holds, in seconds since 1970.", ZH: "x=%s：有效期（1970 年起的秒数）。"}, "RFC 6376 §3.5"},
}

// resultLine reads the results of checks: spf=pass, dkim=fail, dmarc=pass (RFC 8601 §2.2).
func (l *letter) resultLine(value string, notes []Note) []Note {
	said, open := 0, -1 // open: the note on a method that has not been told of whom
	var of meaning
	var result text.T
	for _, word := range strings.FieldsFunc(uncomment(value), func(r rune) bool { return r == ';' || r == ' ' || r == '\t' }) {
		name, v, ok := strings.Cut(strings.ToLower(word), "=")
		if !ok {
			continue
		}
		if open >= 0 && strings.Contains(name, ".") && v != "" {
			notes[open].Text, open = sayResultOf.With(of.T, result, v), -1
		}
		for _, m := range methods {
			if m.word == name && said < maxClauses {
				said++
				of, result, open = m, outcome(v), len(notes)
				notes = append(notes, Note{Tone: Info, Depth: Full, Text: sayResult.With(m.T, result), Ref: m.ref})
				break
			}
		}
	}
	return notes
}

// outcome names the result of a check.
func outcome(v string) text.T {
	for _, o := range outcomes {
		if o.word == v {
			return o.T
		}
	}
	return text.T{EN: v, ZH: v}
}

var methods = []meaning{
	{nil, "spf", text.T{EN: "SPF (may this address send for the domain?)", ZH: "SPF（该 IP 是否可为此域名发信）"}, "RFC 7208"},
	{nil, "dkim", text.T{EN: "DKIM (is the domain's signature whole?)", ZH: "DKIM（域名签名是否完好）"}, "RFC 6376"},
	{nil, "dmarc", text.T{EN: "DMARC (does From belong to what was checked?)", ZH: "DMARC（From 的域名与验证结果是否一致）"}, "RFC 7489"},
	{nil, "arc", text.T{EN: "ARC (the chain of seals)", ZH: "ARC（封印链）"}, "RFC 8617"},
	{nil, "iprev", text.T{EN: "the name of the address (reverse DNS)", ZH: "反向域名解析"}, "RFC 8601 §3"},
	{nil, "auth", text.T{EN: "the sender's login", ZH: "发信人登录认证"}, "RFC 8601 §2.7.4"},
}

var outcomes = []meaning{
	{nil, "pass", text.T{EN: "passed", ZH: "通过"}, ""}, {nil, "fail", text.T{EN: "failed", ZH: "不通过"}, ""},
	{nil, "softfail", text.T{EN: "probably not (softfail)", ZH: "可能不符（softfail）"}, ""}, {nil, "neutral", text.T{EN: "no statement (neutral)", ZH: "未表态（neutral）"}, ""},
	{nil, "none", text.T{EN: "nothing to check (none)", ZH: "无可验证（none）"}, ""}, {nil, "policy", text.T{EN: "refused by a local rule (policy)", ZH: "被本地规则否定（policy）"}, ""},
	{nil, "temperror", text.T{EN: "could not be checked now (temperror)", ZH: "暂时无法验证（temperror）"}, ""},
	{nil, "permerror", text.T{EN: "could not be checked at all (permerror)", ZH: "无法验证（permerror）"}, ""},
	{nil, "bestguesspass", text.T{EN: "passed by a guess (bestguesspass)", ZH: "推测通过（bestguesspass）"}, ""},
}

var (
	sayValue    = text.T{EN: "%s: %s.", ZH: "%s：%s。"}
	sayResult   = text.T{EN: "%s: %s.", ZH: "%s：%s。"}
	sayResultOf = text.T{EN: "%s: %s, for %s.", ZH: "%s：%s，对象是 %s。"}
	sayBadID    = text.T{EN: "A Message-ID has the form <left@right>.", ZH: "Message-ID 的格式是 <左@右>。"}
)
