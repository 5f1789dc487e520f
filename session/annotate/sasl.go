package annotate

import (
	"bytes"
	"encoding/json"
	"strings"
	"unicode/utf8"

	"byhand/session/text"
)

// decodeChallenge explains what the server asks after 334 or "+ ": b64 is the rest of the line, step the number of answers that the
// client has given so far in this exchange (an initial response counts). decoded is what the Base64 says, or "" where it is no
// readable text. Sources: RFC 4954 §4, RFC 5034 §4, and of each mechanism its own RFC.
func decodeChallenge(mech string, step int, b64 string) (decoded string, notes []Note) {
	b64 = strings.TrimSpace(b64)
	if b64 == "" {
		return "", emptyChallenge(mech, step)
	}
	raw, fault := unbase64(b64)
	if fault == notBase64 || !saysSomething(raw) && !(mech == "LOGIN" && utf8.Valid(raw)) {
		return "", notReadable(mech, step, raw, fault)
	}
	decoded = strings.TrimRight(string(raw), "\x00")
	if decoded == "" {
		return "", emptyChallenge(mech, step)
	}
	if !readable([]byte(decoded)) {
		decoded = visible(raw)
	}
	switch {
	case mech == "LOGIN" || mech == "PLAIN":
		return decoded, loginPrompt(mech, step, decoded)
	case mech == "CRAM-MD5":
		return decoded, append(notes, decodedNote(sayCram.With(decoded), "RFC 2195 §2"), next(sayCramNext.With(), "RFC 2195 §2"))
	case mech == "DIGEST-MD5":
		return decoded, digestChallenge(decoded)
	case strings.HasPrefix(mech, "SCRAM-"):
		return decoded, scramChallenge(decoded)
	case mech == "XOAUTH2" || mech == "OAUTHBEARER":
		return decoded, oauthChallenge(mech, raw, decoded)
	}
	return decoded, append(notes, decodedNote(sayChallenge.With(decoded), "RFC 4422 §3"))
}

// saysSomething tells text from bytes: UTF-8 with no more than line ends, NULs and ^A in it.
func saysSomething(raw []byte) bool {
	return utf8.Valid(raw) && readable(bytes.Map(func(r rune) rune {
		if r == 0 || r == 1 || r == '\r' || r == '\n' || r == '\t' {
			return ' '
		}
		return r
	}, raw))
}

// decodedNote and next make the two notes that an exchange mostly needs: what was said, and what comes now.
func decodedNote(said text.Said, ref string) Note {
	return Note{Tone: Decoded, Depth: Brief, Text: said, Ref: ref}
}

func next(said text.Said, ref string) Note {
	return Note{Tone: Next, Depth: Brief, Text: said, Ref: ref}
}

// emptyChallenge explains a challenge without text.
func emptyChallenge(mech string, step int) []Note {
	switch {
	case mech == "LOGIN" && step == 0:
		return []Note{next(sayLoginNext.With(), "RFC 4954 §4")}
	case mech == "LOGIN":
		return []Note{next(sayPassNext.With(), "RFC 4954 §4")}
	case mech == "PLAIN":
		return []Note{{Tone: Info, Depth: Brief, Text: sayEmptyChallenge.With(), Ref: "RFC 4954 §4"}, next(sayPlainNext.With(), "RFC 4616 §2")}
	case step > 0:
		return []Note{next(sayEmptyLast.With(), "RFC 4954 §4")}
	}
	return []Note{{Tone: Info, Depth: Brief, Text: sayEmptyChallenge.With(), Ref: "RFC 4954 §4"}, next(sayFirstMessage.With(mech), "RFC 4422 §3")}
}

// notReadable explains a challenge that is no text: words for people without Base64, or the bytes of a mechanism.
func notReadable(mech string, step int, raw []byte, f fault) []Note {
	ntlm := bytes.HasPrefix(raw, []byte("NTLMSSP\x00"))
	switch {
	case mech == "NTLM" && ntlm:
		return []Note{{Tone: Info, Depth: Brief, Text: sayNTLM.With(ntlmType(raw)), Ref: "MS-NLMP"}}
	case mech == "GSSAPI" || mech == "GSS-SPNEGO":
		return []Note{{Tone: Info, Depth: Brief, Text: sayGSS.With(len(raw)), Ref: "RFC 4752 §3"}}
	case f == notBase64:
		notes := []Note{{Tone: Info, Depth: Brief, Text: sayPlainPrompt.With(), Ref: "RFC 4954 §4"}}
		switch {
		case mech == "LOGIN" || mech == "PLAIN":
			return append(notes, emptyChallenge(mech, step)...)
		case step == 0:
			return append(notes, next(sayFirstMessage.With(mech), "RFC 4422 §3"))
		}
		return notes
	}
	notes := []Note{{Tone: Info, Depth: Brief, Text: sayBinary.With(len(raw)), Ref: "RFC 4422 §3"}}
	if mech == "LOGIN" || mech == "PLAIN" {
		notes = append(notes, emptyChallenge(mech, step)...)
	}
	return notes
}

// ntlmType gives the number of an NTLM message: 1 negotiate, 2 challenge, 3 authenticate.
func ntlmType(raw []byte) int {
	if len(raw) < 9 {
		return 0
	}
	return int(raw[8])
}

// loginPrompt tells what a prompt asks: by its words where they are known, else by its turn. The words and their case differ
// between servers.
func loginPrompt(mech string, step int, prompt string) []Note {
	notes := []Note{decodedNote(sayPrompt.With(prompt), "RFC 4954 §4")}
	word := strings.ToLower(prompt)
	switch {
	case mech == "PLAIN":
		return append(notes, next(sayPlainNext.With(), "RFC 4616 §2"))
	case strings.Contains(word, "pass") || strings.Contains(prompt, "密码"):
		return append(notes, next(sayPassNext.With(), "RFC 4954 §4"))
	case strings.Contains(word, "user") || strings.Contains(word, "name") || strings.Contains(word, "login") || step == 0:
		return append(notes, next(sayLoginNext.With(), "RFC 4954 §4"))
	}
	return append(notes, next(sayPassNext.With(), "RFC 4954 §4"))
}

// digestChallenge explains the pairs of DIGEST-MD5 (RFC 2831 §2.1.1).
func digestChallenge(s string) []Note {
	if v, ok := strings.CutPrefix(s, "rspauth="); ok {
		return []Note{decodedNote(sayRspauth.With(v), "RFC 2831 §2.1.3"), next(sayEmptyLast.With(), "RFC 4954 §4")}
	}
	notes := []Note{decodedNote(sayChallenge.With(s), "RFC 2831 §2.1.1")}
	return append(explainPairs(digestWords, pairs(s), notes, "RFC 2831 §2.1.1"), next(sayDigestNext.With(), "RFC 2831 §2.1.2"))
}

// scramChallenge explains the attributes of SCRAM (RFC 5802 §5.1).
func scramChallenge(s string) []Note {
	notes := []Note{decodedNote(sayChallenge.With(s), "RFC 5802 §5.1")}
	notes = explainPairs(scramWords, pairs(s), notes, "RFC 5802 §5.1")
	switch s[0] {
	case 'v', 'e':
		return append(notes, next(sayEmptyLast.With(), "RFC 4954 §4"))
	}
	return append(notes, next(sayScramNext.With(), "RFC 5802 §5"))
}

// oauthChallenge explains the JSON of a refused token.
func oauthChallenge(mech string, raw []byte, decoded string) []Note {
	var reason struct{ Status, Scope, Schemes string }
	notes := []Note{decodedNote(sayChallenge.With(decoded), "RFC 7628 §3.2.2")}
	if json.Unmarshal(raw, &reason) == nil {
		notes = append(notes, Note{Tone: No, Depth: Brief, Text: sayTokenRefused.With(reason.Status), Ref: "RFC 7628 §3.2.2"})
	}
	if mech == "OAUTHBEARER" {
		return append(notes, next(sayOneByte.With(), "RFC 7628 §3.2.3"))
	}
	return append(notes, next(sayEmptyLast.With(), "RFC 4954 §4"))
}

// pair is name=value in a challenge or an answer.
type pair struct{ name, value string }

// pairs reads name=value lists; a comma within quotation marks does not part them.
func pairs(s string) []pair {
	var out []pair
	for s != "" && len(out) < 32 {
		name, rest, ok := strings.Cut(s, "=")
		if !ok {
			break
		}
		p := pair{name: strings.TrimSpace(name)}
		if quoted, ok := strings.CutPrefix(rest, `"`); ok {
			p.value, rest, _ = strings.Cut(quoted, `"`)
			_, s, _ = strings.Cut(rest, ",")
		} else {
			p.value, s, _ = strings.Cut(rest, ",")
		}
		out = append(out, p)
	}
	return out
}

// explainPairs adds a sentence for each pair whose name is known.
func explainPairs(words map[string]text.T, list []pair, notes []Note, ref string) []Note {
	for _, p := range list {
		if w, ok := words[p.name]; ok {
			notes = append(notes, Note{Tone: Info, Depth: Full, Text: w.With(visible([]byte(p.value))), Ref: ref})
		}
	}
	return notes
}

var scramWords = map[string]text.T{
	"r": {EN: "r=%s: the nonce; it begins with the client's own and is valid once.", ZH: "r=%s：一次性随机数，开头是客户端自己的那一段。"},
	"s": {EN: "s=%s: the salt, in Base64.", ZH: "s=%s：盐值（Base64）。"},
	"i": {EN: "i=%s: how often the password is hashed.", ZH: "i=%s：密码散列的次数。"},
	"v": {EN: "v=%s: the server's signature; it proves that the server knows the password, too.", ZH: "v=%s：服务器的签名，证明服务器也知道密码。"},
	"e": {EN: "e=%s: the reason of the refusal.", ZH: "e=%s：拒绝的原因。"},
	"m": {EN: "m=%s: an extension that must be understood.", ZH: "m=%s：必须支持的扩展。"},
}

var digestWords = map[string]text.T{
	"realm":     {EN: "realm=%s: the realm in which the name is valid.", ZH: "realm=%s：用户名所属的域。"},
	"nonce":     {EN: "nonce=%s: a number that is valid once.", ZH: "nonce=%s：一次性随机数。"},
	"qop":       {EN: "qop=%s: auth is login only; auth-int and auth-conf protect what follows.", ZH: "qop=%s：auth 只做认证，auth-int、auth-conf 还保护后续数据。"},
	"algorithm": {EN: "algorithm=%s: how it is hashed.", ZH: "algorithm=%s：散列算法。"},
	"charset":   {EN: "charset=%s: names are written in it.", ZH: "charset=%s：名字所用的字符集。"},
	"cipher":    {EN: "cipher=%s: ciphers for auth-conf.", ZH: "cipher=%s：auth-conf 可用的加密算法。"},
}

var (
	sayPrompt         = text.T{EN: "The Base64 says %q.", ZH: "Base64 解码后是 %q。"}
	sayLoginNext      = text.T{EN: "The server asks for the user name: send it in Base64, or * to cancel. Ctrl-] and then b64 NAME makes it.", ZH: "服务器要用户名：用 Base64 发送，发 * 则取消。按 Ctrl-] 再输入 b64 用户名 可以编码。"}
	sayPassNext       = text.T{EN: "The server asks for the password: send it in Base64, or * to cancel. Anyone on the way can decode it.", ZH: "服务器要密码：用 Base64 发送，发 * 则取消。途中任何人都能解码。"}
	sayEmptyChallenge = text.T{EN: "An empty challenge: nothing is asked, the client speaks first.", ZH: "空的质询：服务器没有提问，轮到客户端先说。"}
	sayPlainNext      = text.T{EN: "Send NUL, user name, NUL, password, all in one Base64. Ctrl-] and then plain USER PASS makes it.", ZH: "把 NUL、用户名、NUL、密码合在一起用 Base64 发送。按 Ctrl-] 再输入 plain 用户名 密码 可以生成。"}
	sayFirstMessage   = text.T{EN: "Send the first message of %s in Base64.", ZH: "用 Base64 发送 %s 的第一条消息。"}
	sayEmptyLast      = text.T{EN: "Answer with an empty line; then the final reply comes.", ZH: "回一个空行，然后服务器给出最终答复。"}
	sayOneByte        = text.T{EN: "Answer with AQ== (the byte 01); then the final reply comes.", ZH: "回 AQ==（一个字节 01），然后服务器给出最终答复。"}
	sayPlainPrompt    = text.T{EN: "This is no Base64 but words for people; they do not count, only whose turn it is.", ZH: "这不是 Base64，只是给人看的话；它没有作用，重要的是轮到谁。"}
	sayChallenge      = text.T{EN: "The challenge says: %s", ZH: "质询的内容是：%s"}
	sayCram           = text.T{EN: "The challenge is %s, valid once.", ZH: "质询是 %s，只用一次。"}
	sayCramNext       = text.T{
		EN: "Answer with Base64 of: user name, blank, HMAC-MD5 of the challenge with the password as key, in 32 small hex digits. That needs a tool.",
		ZH: "应答是下列内容的 Base64：用户名、空格、以密码为密钥对质询算出的 HMAC-MD5（32 位小写十六进制）。需要借助工具。",
	}
	sayDigestNext   = text.T{EN: "Answer with username, realm, nonce, cnonce, nc, digest-uri and response, in Base64. That needs a tool.", ZH: "应答要含 username、realm、nonce、cnonce、nc、digest-uri 和 response，再用 Base64 编码。需要借助工具。"}
	sayRspauth      = text.T{EN: "rspauth=%s proves that the server knows the password, too.", ZH: "rspauth=%s 证明服务器也知道密码。"}
	sayScramNext    = text.T{EN: "Answer with c=, r= and the proof p=, in Base64. That needs a tool.", ZH: "应答要含 c=、r= 和证明 p=，再用 Base64 编码。需要借助工具。"}
	sayTokenRefused = text.T{EN: "The token was refused (status %s). This is no question for a password.", ZH: "令牌被拒绝（状态 %s）。这不是在问密码。"}
	sayNTLM         = text.T{EN: "A binary message of NTLM, type %d (1 offer, 2 challenge, 3 answer); not for typing.", ZH: "NTLM 的二进制消息，类型 %d（1 协商，2 质询，3 应答），无法手工输入。"}
	sayGSS          = text.T{EN: "A binary Kerberos token (bytes: %d); not for typing.", ZH: "%d 字节的 Kerberos 二进制令牌，无法手工输入。"}
)
