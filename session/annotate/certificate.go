package annotate

import (
	"strconv"
	"strings"

	"byhand/session"
	"byhand/session/text"
)

// maxNames bounds how many names of a certificate are told: a big provider's bears hundreds.
const maxNames = 6

// leastRSA is how many bits an RSA key must have today (NIST SP 800-131A; CA/Browser Forum, Baseline Requirements §6.1.5).
const leastRSA = 2048

// oldTLS are the versions that RFC 8996 has given up.
var oldTLS = map[string]bool{"TLSv1": true, "TLSv1.0": true, "TLSv1.1": true, "SSLv3": true}

// certificate tells in words whose certificate the server has shown (RFC 5280 §4.1.2, §4.2.1.6).
func (t *talk) certificate(m *session.Mark) {
	subject, issuer := m.Text("subject"), m.Text("issuer")
	names := strings.Fields(m.Text("names"))
	if subject == "" && issuer == "" && len(names) == 0 {
		return // a recording that does not have them
	}
	said := shaken[shakeWord(m)].known
	tell := func(sentence *text.T, args ...any) {
		if sentence != said {
			t.note(Info, Full, sentence.With(args...), certRefs[sentence])
		}
	}
	if len(names) == 0 {
		tell(&sayCertNameless, commonName(subject))
	} else {
		tell(&sayCertNames, shownNames(m))
	}
	if until := m.Text("until"); until != "" {
		tell(&sayCertUntil, until)
	}
	if subject == issuer {
		tell(&sayCertSelf)
	} else {
		tell(&sayCertSigned, commonName(issuer))
	}
	if bits, rsa := strings.CutPrefix(m.Text("key"), "RSA "); rsa {
		if n, err := strconv.Atoi(bits); err == nil && n < leastRSA {
			t.note(Warning, Brief, sayCertWeak.With(n), "NIST SP 800-131A")
		}
	}
	if m.Text("verify") == "ok" {
		t.note(Yes, Full, sayCertOK.With(m.Text("sni")), "RFC 9525 §6")
	}
}

// commonName gives the part of a distinguished name that people know it by (RFC 4514 §3): CN, else O, else all of it.
func commonName(dn string) string {
	for _, key := range []string{"CN=", "O="} {
		for part := range strings.SplitSeq(dn, ",") {
			if name, ok := strings.CutPrefix(part, key); ok {
				return name
			}
		}
	}
	return dn
}

// tlsAlert tells whether the server's bytes are an alert of TLS: it took what was typed for a broken handshake (RFC 8446 §5.1).
func tlsAlert(raw []byte) bool { return len(raw) > 2 && raw[0] == 21 && raw[1] == 3 && raw[2] <= 4 }

// certRefs are the papers behind the sentences on what a certificate says.
var certRefs = map[*text.T]string{&sayCertNames: "RFC 9525 §6.3", &sayCertNameless: "RFC 9525 §6.3", &sayCertUntil: "RFC 5280 §4.1.2.5", &sayCertSelf: "RFC 5280 §3.2", &sayCertSigned: "RFC 5280 §3.2"}

// The sentences on certificates.
var (
	sayCertNames    = text.T{EN: "The server's certificate is for: %s.", ZH: "服务器的证书写给：%s。"}
	sayCertNameless = text.T{EN: "The certificate names no host that could be compared; its subject is %s.", ZH: "证书里没有可供核对的主机名；它的主体是 %s。"}
	sayCertUntil    = text.T{EN: "It is valid until %s.", ZH: "有效期到 %s。"}
	sayCertSigned   = text.T{EN: "%s signed it: that it belongs to this host is their word.", ZH: "由 %s 签发：它属于这台主机，由签发者担保。"}
	sayCertSelf     = text.T{EN: "It is signed with its own key: nobody else vouches for it.", ZH: "它是自签名的：没有别人为它担保。"}
	sayCertOK       = text.T{EN: "The name asked for (%s) is on it, the dates are right, and the signatures lead to an authority that is trusted here.",
		ZH: "要找的名字（%s）在证书上，日期有效，签名一直通到本机信任的机构。"}
	sayCertWeak = text.T{EN: "Its RSA key has %d bits. That was given up in 2013; 2048 are the least today, and whoever can work the key out can pose as this server.", ZH: "它的 RSA 密钥只有 %d 位，2013 年起就不再使用；如今至少要 2048 位，谁能破解密钥，谁就能冒充这台服务器。"}
	sayTLSOld   = text.T{EN: "%s was given up in 2021: its ciphers and digests are broken. To look at an old server it will do; for a real password it will not.", ZH: "%s 在 2021 年已被废弃，它的加密和摘要算法都已被攻破。用来看看老服务器可以，不要用它传真正的密码。"}
	sayTLSAlert = text.T{
		EN: "These bytes are a TLS alert: the server took what was typed for a broken handshake. This port wants TLS from the first byte; connect with --tls.",
		ZH: "这几个字节是 TLS 告警：服务器把输入当成了错误的握手。这个端口一连上就要 TLS，请加 --tls 重新连接。"}
)
