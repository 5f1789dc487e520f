package annotate

import (
	"strings"

	"byhand/session/proto"
	"byhand/session/text"
)

// checkAnswer explains the client's answer to a challenge, and tells what is wrong with it before the server does. step counts the
// answers from 0; an initial response is step 0. decoded is the user name where the answer holds one, and never a secret; no note
// quotes the answer. masked tells that line is a mask: then only its meaning is known.
func checkAnswer(mech string, step int, line []byte, masked bool) (decoded string, notes []Note) {
	s := string(line)
	role := answerRole(mech, step)
	switch {
	case masked:
		return "", []Note{{Tone: Info, Depth: Brief, Text: role.With(), Ref: mechRef(mech)}}
	case s == "*":
		return "", []Note{{Tone: Info, Depth: Brief, Text: sayCancel.With(), Ref: "RFC 4954 §4"}}
	case s == "=" && mech == "PLAIN":
		return "", emptyAnswer(mech, step)
	case s == "=":
		return "", []Note{{Tone: Info, Depth: Brief, Text: sayEmptyInitial.With(), Ref: "RFC 4954 §4"}}
	case s == "":
		return "", emptyAnswer(mech, step)
	case commandLine().Match(line) || commandish().MatchString(s):
		return "", []Note{withRef(tip("auth-command", sayAuthCommand.With()), "RFC 4954 §4")}
	}
	notes = append(notes, Note{Tone: Info, Depth: Brief, Text: role.With(), Ref: mechRef(mech)})
	if bare := strings.TrimLeft(s, " \t"); bare != s {
		if raw, fault := unbase64(strings.TrimRight(bare, " \t")); fault != notBase64 && saysSomething(raw) {
			return "", append(notes, withRef(tip("b64-space", sayBlankFirst.With()), "RFC 4954 §4"))
		}
	}
	raw, fault := unbase64(strings.TrimRight(s, " \t"))
	if n, bad := badForm(s, raw, fault, mech); bad {
		return "", append(notes, withRef(n, "RFC 4954 §4"))
	}
	if fault == noPadding {
		notes = append(notes, withRef(tip("b64-padding", sayPadding.With(padding(s))), "RFC 4648 §3.2"))
	}
	if end := lineEnd(raw); end != "" && !mechOfBytes(mech) {
		notes = append(notes, withRef(tip("b64-newline", sayNewline.With(end)), "RFC 4954 §4"))
	}
	if n, bad := badContent(mech, step, string(raw)); bad {
		notes = append(notes, n)
		if mech == "XOAUTH2" || mech == "OAUTHBEARER" {
			return "", notes // nobody knows what was typed there: it may be a password
		}
	}
	decoded = answerName(mech, step, raw)
	if decoded != "" {
		notes = append(notes, decodedNote(sayUser.With(decoded), mechRef(mech)))
	}
	return decoded, notes
}

// commandish are commands that slip.go does not count because a letter may well hold them.
var commandish = lazy(`^(?i:AUTH [A-Z0-9_-]+( .*)?|HELP|EXIT|BYE|LOGOUT|USER [^ ]+|PASS .+|STAT|LIST|NOOP|DATA)$`)

// mechOfBytes tells the mechanisms whose messages are bytes.
func mechOfBytes(mech string) bool {
	return mech == "NTLM" || strings.HasPrefix(mech, "GSS")
}

// badForm tells of an answer that is no Base64, or that is by accident. For mechanisms whose messages are bytes nothing can be told
// from what it decodes to.
func badForm(s string, raw []byte, f fault, mech string) (Note, bool) {
	switch {
	case strings.HasPrefix(s, ":"):
		return tip("local-sent", sayLocalSent.With()), true
	case f == notBase64 && wrapped(s):
		return tip("b64-marks", sayMarks.With()), true
	case f == notBase64 && strings.ContainsAny(strings.TrimSpace(s), " \t"):
		return tip("b64-raw", sayBlanks.With()), true
	case f == notBase64 && mech == "PLAIN":
		return tip("b64-raw", sayRawPlain.With()), true
	case f == notBase64:
		return tip("b64-raw", sayRaw.With()), true
	case mechOfBytes(mech) || saysSomething(raw) && (isASCII(raw) || !likeWord(s)):
		return Note{}, false
	case f == noPadding:
		return tip("b64-raw", sayRaw.With()), true
	case likeWord(s):
		return tip("b64-word", sayWord.With()), true
	}
	return tip("b64-case", sayCase.With()), true
}

// wrapped tells whether s is Base64 but for the marks around it.
func wrapped(s string) bool {
	bare := strings.Trim(s, "\"'`<>() ")
	_, f := unbase64(bare)
	return bare != "" && f == noFault
}

// word is text as people type it: letters, then digits.
var word = lazy(`^(?:[A-Z]?[a-z]+|[A-Z]+)[0-9]*$`)

// likeWord tells whether s, which is valid Base64 by its form, looks like a word that was typed as it is.
func likeWord(s string) bool { return len(s) <= 20 && word().MatchString(s) }

// emptyAnswer explains an empty line sent as an answer.
func emptyAnswer(mech string, step int) []Note {
	if mech == "PLAIN" {
		return []Note{withRef(tip("auth-empty", sayEmptyPlain.With()), "RFC 4616 §2")}
	}
	if mech == "LOGIN" || mech == "CRAM-MD5" {
		return []Note{withRef(tip("auth-empty", sayEmptyAnswer.With()), "RFC 4954 §4")}
	}
	if step == 0 || mechOfBytes(mech) {
		return []Note{{Tone: Info, Depth: Brief, Text: sayEmptyFirstAnswer.With(), Ref: "RFC 4422 §3"}}
	}
	return []Note{{Tone: Info, Depth: Brief, Text: sayEmptyOK.With(), Ref: "RFC 4954 §4"}}
}

// badContent tells of an answer that is good Base64 of the wrong thing.
func badContent(mech string, step int, s string) (Note, bool) {
	bare := strings.TrimRight(s, "\r\n")
	switch {
	case mech == "LOGIN":
		return badLogin(step, bare)
	case mech == "PLAIN":
		return badPlain(bare)
	case mech == "CRAM-MD5" && !cramForm().MatchString(bare):
		return withRef(tip("cram-form", sayCramForm.With()), "RFC 2195 §2"), true
	case mech == "DIGEST-MD5" && step == 0 && !digestForm(bare):
		return withRef(tip("digest-form", sayDigestForm.With()), "RFC 2831 §2.1.2"), true
	case mech == "NTLM" && !strings.HasPrefix(s, "NTLMSSP\x00"):
		return tip("ntlm-form", sayNTLMForm.With()), true
	case strings.HasPrefix(mech, "SCRAM-") && step == 0 && !scramFirst().MatchString(bare):
		return withRef(tip("scram-form", sayScramFirst.With()), "RFC 5802 §7"), true
	case strings.HasPrefix(mech, "SCRAM-") && step == 1 && !scramFinal().MatchString(bare):
		return withRef(tip("scram-form", sayScramFinal.With()), "RFC 5802 §7"), true
	case mech == "XOAUTH2" && step == 0 && !xoauth2().MatchString(s):
		return tip("xoauth2-form", sayXOAuth2.With()), true
	case mech == "OAUTHBEARER" && step == 0 && !bearer().MatchString(s):
		return withRef(tip("oauthbearer-form", sayBearer.With()), "RFC 7628 §3.1"), true
	}
	return Note{}, false
}

// digestForm tells whether the answer has what each answer of DIGEST-MD5 must have (RFC 2831 §2.1.2).
func digestForm(s string) bool {
	has := map[string]bool{}
	for _, p := range pairs(s) {
		has[p.name] = p.value != ""
	}
	return has["username"] && has["nonce"] && has["cnonce"] && has["nc"] && has["digest-uri"] && has["response"]
}

var (
	cramForm   = lazy(`^[^ ].* [0-9a-f]{32}$`)
	scramFirst = lazy(`^(?:[ny]|p=[A-Za-z0-9.-]+),(?:a=[^,]*)?,n=[^,]+,r=[^,]+`)
	scramFinal = lazy(`^c=[A-Za-z0-9+/=]+,r=[^,]+.*,p=[A-Za-z0-9+/=]+$`)
	xoauth2    = lazy("^user=[^\x01]+\x01auth=Bearer [^\x01]+\x01\x01$")
	bearer     = lazy("^[nyp][^,]*,(?:a=[^,]*)?,\x01(?:[a-z]+=[^\x01]*\x01)+\x01$")
	mailbox    = lazy(`^[^@\s]+@[A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)+$`)
	appCode    = lazy(`^[a-z]{4} [a-z]{4} [a-z]{4} [a-z]{4}$`)
)

// badLogin tells of a name or password that can hardly be right.
func badLogin(step int, s string) (Note, bool) {
	again, f := unbase64(s)
	switch {
	case s == "":
		return tip("auth-empty", sayEmptyAnswer.With()), true
	case f == noFault && len(s) >= 8 && readable(again):
		return tip("b64-twice", sayTwiceEncoded.With()), true
	case strings.Contains(s, "\x00"):
		return withRef(tip("login-plain", sayPlainInLogin.With()), "RFC 4616 §2"), true
	case step > 0 && mailbox().MatchString(s):
		return tip("auth-name-again", sayNameAgain.With()), true
	case step > 0 && appCode().MatchString(s):
		return tip("code-blanks", sayCodeBlanks.With()), true
	case s != strings.TrimSpace(s):
		return tip("b64-blank", sayOuterBlank.With()), true
	}
	return Note{}, false
}

// badPlain tells of an answer of PLAIN without its NULs (RFC 4616 §2: authzid NUL authcid NUL password).
func badPlain(s string) (Note, bool) {
	n := strings.Count(s, "\x00")
	switch {
	case n == 2 && strings.HasSuffix(s, "\x00"):
		return withRef(tip("plain-nul", sayPlainNoPass.With()), "RFC 4616 §2"), true
	case n == 2 && appCode().MatchString(s[strings.LastIndexByte(s, 0)+1:]):
		return tip("code-blanks", sayCodeBlanks.With()), true
	case n == 2:
		return Note{}, false
	case n == 0 && strings.Contains(s, `\0`):
		return withRef(tip("plain-nul", sayPlainBackslash.With()), "RFC 4616 §2"), true
	case n == 0:
		return withRef(tip("plain-nul", sayPlainNone.With()), "RFC 4616 §2"), true
	case n == 1 && !strings.HasPrefix(s, "\x00"):
		return withRef(tip("plain-nul", sayPlainFirst.With()), "RFC 4616 §2"), true
	}
	return withRef(tip("plain-nul", sayPlainCount.With(n)), "RFC 4616 §2"), true
}

// answerName gives the user name that an answer holds.
func answerName(mech string, step int, raw []byte) string {
	if name := proto.UserName(mech, step, Base64(string(raw))); name != "" && readable([]byte(name)) {
		return name
	}
	switch {
	case mech == "DIGEST-MD5" && step == 0:
		for _, p := range pairs(string(raw)) {
			if p.name == "username" {
				return visible([]byte(p.value))
			}
		}
	case (mech == "EXTERNAL" || mech == "ANONYMOUS") && readable(raw):
		return string(raw)
	}
	return ""
}

// answerRole says what an answer is, by its mechanism and turn.
func answerRole(mech string, step int) text.T {
	switch {
	case mech == "LOGIN" && step == 0:
		return text.T{EN: "The user name, in Base64.", ZH: "用户名（Base64）。"}
	case mech == "LOGIN":
		return text.T{EN: "The password, in Base64. It is not encrypted: anyone on the way can decode it.", ZH: "密码（Base64）。Base64 不是加密，途中任何人都能解码。"}
	case mech == "PLAIN":
		return text.T{EN: "User name and password together, in Base64. It is not encrypted: anyone on the way can decode it.", ZH: "用户名和密码合在一起（Base64）。Base64 不是加密，途中任何人都能解码。"}
	case mech == "CRAM-MD5":
		return text.T{EN: "The user name and a digest; the password itself is not sent.", ZH: "用户名和摘要；密码本身并不发送。"}
	case mech == "DIGEST-MD5" && step == 0:
		return text.T{EN: "The answer of DIGEST-MD5: names, nonces and a digest; the password itself is not sent.", ZH: "DIGEST-MD5 的应答：名字、随机数和摘要；密码本身并不发送。"}
	case strings.HasPrefix(mech, "SCRAM-") && step == 0:
		return text.T{EN: "The first message of SCRAM: the user name and the client's nonce.", ZH: "SCRAM 的第一条消息：用户名和客户端的随机数。"}
	case strings.HasPrefix(mech, "SCRAM-") && step == 1:
		return text.T{EN: "The proof of SCRAM; the password itself is not sent.", ZH: "SCRAM 的证明；密码本身并不发送。"}
	case (mech == "XOAUTH2" || mech == "OAUTHBEARER") && step == 0:
		return text.T{EN: "The user name and an OAuth token; whoever has the token can log in.", ZH: "用户名和 OAuth 令牌；谁有令牌谁就能登录。"}
	case mech == "XOAUTH2" || mech == "OAUTHBEARER":
		return text.T{EN: "The answer that ends a refused login; the final reply follows.", ZH: "结束被拒登录的应答，随后是最终答复。"}
	case mech == "EXTERNAL":
		return text.T{EN: "The name wanted; the proof comes from outside, mostly a TLS certificate.", ZH: "所要的身份名；凭据来自外部，通常是 TLS 证书。"}
	case mech == "ANONYMOUS":
		return text.T{EN: "A trace of who is there, any text.", ZH: "来访者的痕迹，文字随意。"}
	case mech == "NTLM":
		return text.T{EN: "A binary message of NTLM.", ZH: "NTLM 的二进制消息。"}
	case strings.HasPrefix(mech, "GSS"):
		return text.T{EN: "A binary Kerberos token.", ZH: "Kerberos 的二进制令牌。"}
	}
	return text.T{EN: "The answer to the challenge.", ZH: "对质询的应答。"}
}

// mechRef gives the RFC of a mechanism.
func mechRef(mech string) string {
	switch {
	case mech == "PLAIN":
		return "RFC 4616 §2"
	case mech == "CRAM-MD5":
		return "RFC 2195 §2"
	case mech == "DIGEST-MD5":
		return "RFC 2831 §2.1"
	case strings.HasPrefix(mech, "SCRAM-SHA-256"):
		return "RFC 7677 §3"
	case strings.HasPrefix(mech, "SCRAM-"):
		return "RFC 5802 §5"
	case mech == "OAUTHBEARER":
		return "RFC 7628 §3"
	case mech == "XOAUTH2":
		return "Google XOAUTH2"
	case mech == "NTLM":
		return "MS-NLMP"
	case mech == "EXTERNAL":
		return "RFC 4422 App. A"
	case mech == "ANONYMOUS":
		return "RFC 4505 §2"
	case strings.HasPrefix(mech, "GSS"):
		return "RFC 4752 §3"
	}
	return "RFC 4954 §4"
}

func withRef(n Note, ref string) Note {
	n.Ref = ref
	return n
}

var (
	sayUser             = text.T{EN: "The user name is %s.", ZH: "用户名是 %s。"}
	sayCancel           = text.T{EN: "* cancels the login; the server answers with a refusal, and commands may follow again.", ZH: "* 取消登录；服务器会答复拒绝，然后可以继续发命令。"}
	sayEmptyInitial     = text.T{EN: "= stands for an initial response that is empty.", ZH: "= 表示初始应答为空。"}
	sayAuthCommand      = text.T{EN: "The server waits for an answer and does not read commands: this counts as the answer. Send * to cancel first.", ZH: "服务器在等应答，不会执行命令，这一行会被当成应答。请先发 * 取消。"}
	sayEmptyAnswer      = text.T{EN: "The answer is empty; most servers refuse it.", ZH: "应答是空的，多数服务器会拒绝。"}
	sayEmptyPlain       = text.T{EN: "The answer is empty, but name and password belong into it. Ctrl-] and then plain USER PASS makes what to send.", ZH: "应答是空的，而用户名和密码都该写在里面。按 Ctrl-] 再输入 plain 用户名 密码，就能得到要发的内容。"}
	sayEmptyFirstAnswer = text.T{EN: "An empty answer.", ZH: "空的应答。"}
	sayEmptyOK          = text.T{EN: "The empty answer that closes the exchange.", ZH: "用来结束这次认证对话的空应答。"}
	sayBlankFirst       = text.T{EN: "A blank stands before the Base64; the server takes none. Begin at the margin.", ZH: "Base64 前面有空格，服务器不接受。请从行首开始输入。"}
	sayBlanks           = text.T{EN: "There are blanks in it, so it is not Base64. Encode it first: Ctrl-] and then b64 TEXT.", ZH: "里面有空格，不是 Base64。请先编码：按 Ctrl-] 再输入 b64 文字。"}
	sayLocalSent        = text.T{EN: "This line was sent: while the server waits for an answer, lines with a colon are, too. Here Ctrl-] takes a command of byhand.", ZH: "这一行已经发出去了：服务器等着回答时，冒号开头的行也会照发。这时想用 byhand 的命令，请按 Ctrl-]。"}
	sayMarks            = text.T{EN: "Only the Base64 goes on the line, without the marks around it.", ZH: "这一行只能有 Base64 本身，两边不要加引号或括号。"}
	sayRaw              = text.T{EN: "This is not Base64; it looks like plain text. Encode it first: Ctrl-] and then b64 TEXT, or printf '%s' TEXT | base64 in a shell.", ZH: "这不是 Base64，看来是直接输入了原文。请先编码：按 Ctrl-] 再输入 b64 原文，或在命令行里用 printf '%s' 原文 | base64。"}
	sayRawPlain         = text.T{EN: "This is not Base64. Ctrl-] and then plain USER PASS makes the whole answer.", ZH: "这不是 Base64。按 Ctrl-] 再输入 plain 用户名 密码，就能生成整个应答。"}
	sayWord             = text.T{EN: "This looks like plain text that is Base64 by accident. Encode it first: Ctrl-] and then b64 TEXT.", ZH: "这像是没编码的原文，只是碰巧符合 Base64 的样子。请先编码：按 Ctrl-] 再输入 b64 原文。"}
	sayCase             = text.T{EN: "It decodes to bytes that are no text. In Base64 every letter's case counts: was it changed?", ZH: "解码后不是文字。Base64 区分大小写，是不是大小写变了？"}
	sayTwiceEncoded     = text.T{EN: "It seems to be encoded twice: what it decodes to is Base64 again.", ZH: "看来编码了两次：解码后仍是 Base64。"}
	sayPlainInLogin     = text.T{EN: "There is a NUL in it: that is the form of AUTH PLAIN. LOGIN wants name and password in two answers.", ZH: "里面有 NUL，那是 AUTH PLAIN 的格式。LOGIN 要分两次回答用户名和密码。"}
	sayNameAgain        = text.T{EN: "The password was asked, but this looks like an address. The prompt UGFzc3dvcmQ6 means Password:", ZH: "服务器问的是密码，而这像是一个地址。提示 UGFzc3dvcmQ6 的意思是 Password:"}
	sayCodeBlanks       = text.T{EN: "An app password is shown in groups of four, but is typed without the blanks.", ZH: "应用专用密码显示时分成四组，输入时不要空格。"}
	sayOuterBlank       = text.T{EN: "There are blanks at the begin or end of the encoded text.", ZH: "编码的内容首尾有空格。"}
	sayPlainNoPass      = text.T{EN: "The password is empty.", ZH: "密码是空的。"}
	sayPlainBackslash   = text.T{EN: "It holds the two characters \\0, not the byte NUL. Ctrl-] and then plain USER PASS makes it right.", ZH: "里面是“\\0”这两个字符，不是 NUL 字节。按 Ctrl-] 再输入 plain 用户名 密码，就能生成正确的。"}
	sayPlainNone        = text.T{EN: "There is no NUL in it. PLAIN wants NUL, user name, NUL, password; Ctrl-] and then plain USER PASS makes it.", ZH: "里面没有 NUL。PLAIN 的格式是 NUL、用户名、NUL、密码；按 Ctrl-] 再输入 plain 用户名 密码 可以生成。"}
	sayPlainFirst       = text.T{EN: "The first NUL is missing. PLAIN wants NUL, user name, NUL, password; Ctrl-] and then plain USER PASS makes it.", ZH: "缺了开头的 NUL。PLAIN 的格式是 NUL、用户名、NUL、密码；按 Ctrl-] 再输入 plain 用户名 密码 可以生成。"}
	sayPlainCount       = text.T{EN: "PLAIN wants two NULs, before the user name and before the password; found: %d.", ZH: "PLAIN 要有两个 NUL，分别在用户名和密码之前；这里有 %d 个。"}
	sayCramForm         = text.T{EN: "The form is: user name, blank, 32 small hex digits.", ZH: "格式应为：用户名、空格、32 位小写十六进制数。"}
	sayDigestForm       = text.T{EN: "The answer must hold username, nonce, cnonce, nc, digest-uri and response, as name=value with commas between.", ZH: "应答里要有 username、nonce、cnonce、nc、digest-uri 和 response，写成 名=值，用逗号分开。"}
	sayNTLMForm         = text.T{EN: "A message of NTLM begins with the bytes NTLMSSP and NUL; this one does not.", ZH: "NTLM 的消息以 NTLMSSP 和一个 NUL 字节开头，这一行不是。"}
	sayScramFirst       = text.T{EN: "The first message of SCRAM has the form n,,n=USER,r=NONCE.", ZH: "SCRAM 的第一条消息格式是 n,,n=用户名,r=随机数。"}
	sayScramFinal       = text.T{EN: "The final message of SCRAM has the form c=biws,r=NONCE,p=PROOF.", ZH: "SCRAM 的最后一条消息格式是 c=biws,r=随机数,p=证明。"}
	sayXOAuth2          = text.T{EN: "The form is: user=NAME ^A auth=Bearer TOKEN ^A ^A, where ^A is the byte 01.", ZH: "格式应为：user=用户名 ^A auth=Bearer 令牌 ^A ^A，^A 是字节 01。"}
	sayBearer           = text.T{EN: "The form is: n,a=NAME, ^A host=... ^A port=... ^A auth=Bearer TOKEN ^A ^A, where ^A is the byte 01.", ZH: "格式应为：n,a=用户名, ^A host=... ^A port=... ^A auth=Bearer 令牌 ^A ^A，^A 是字节 01。"}
)
