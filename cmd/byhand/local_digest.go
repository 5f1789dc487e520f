package main

import (
	"bytes"
	"crypto/hmac"
	"crypto/md5" // APOP and CRAM-MD5 are made of it
	"encoding/base64"
	"fmt"
	"strings"

	"byhand/session"
	"byhand/session/annotate"
	"byhand/session/text"
)

// The logins that nobody works out by hand: the server gives a text that is new each time, and wants a digest of it and the password.

// timestamp is what a greeting has if the server takes APOP: <process.clock@host> (RFC 1939 §7).
var timestamp = lazy(`<[^<>@\s]+@[^<>@\s]+>`)

// apop puts the line APOP into the prompt, for the greeting of this connection.
func (c *call) apop(arg string) error {
	name, pass, given := strings.Cut(arg, " ")
	if name == "" {
		c.say(sayDigestName.With(c.prefix + "apop"))
		return nil
	}
	greeting, _ := c.view.past.last(session.Greeting)
	stamp := timestamp().Find(greeting)
	if stamp == nil || !bytes.HasPrefix(greeting, []byte("+OK")) {
		c.say(sayNoStamp.With())
		return nil
	}
	return c.digested(pass, given, func(pass string) string { return "APOP " + name + " " + apopDigest(stamp, pass) }, c.shell.Put)
}

// apopDigest is the digest of RFC 1939 §7: MD5 of the timestamp, angle brackets and all, and the password behind it.
func apopDigest(stamp []byte, pass string) string {
	return fmt.Sprintf("%x", md5.Sum(append(bytes.Clone(stamp), pass...)))
}

// cram puts the answer to AUTH CRAM-MD5 into the prompt.
func (c *call) cram(arg string) error {
	name, pass, given := strings.Cut(arg, " ")
	if name == "" {
		c.say(sayDigestName.With(c.prefix + "cram"))
		return nil
	}
	line, ok := c.view.past.last(session.Challenge)
	_, coded, _ := strings.Cut(strings.TrimSpace(string(line)), " ")
	challenge, err := base64.StdEncoding.DecodeString(coded)
	if !ok || err != nil || !timestamp().Match(challenge) || c.shell.Status().Next != session.Answer {
		c.say(sayNoChallenge.With())
		return nil
	}
	return c.digested(pass, given, func(pass string) string { return cramAnswer(name, challenge, pass) }, c.shell.Hand)
}

// cramAnswer is the answer of RFC 2195 §2: the name, a blank, and the HMAC-MD5 of the challenge under the password, in Base64.
func cramAnswer(name string, challenge []byte, pass string) string {
	mac := hmac.New(md5.New, []byte(pass))
	_, _ = mac.Write(challenge) // writing to a hash never fails
	return annotate.Base64(fmt.Sprintf("%s %x", name, mac.Sum(nil)))
}

// digested asks for the password behind stars, unless it was given, and puts the line that is made of it into the prompt; where it cannot
// stand there it is shown.
func (c *call) digested(pass string, given bool, line func(string) string, put func(string) bool) error {
	if !given {
		var ok bool
		var err error
		if pass, ok, err = c.shell.Ask("***> "); err != nil || !ok {
			return err
		}
	}
	if made := line(pass); !put(made) {
		c.print(made + "\n")
		return nil
	}
	c.say(sayDigestReady.With())
	return nil
}

// last gives the line that came last of those with a role.
func (p *past) last(r session.Role) (line []byte, ok bool) {
	p.mu.Lock()
	defer p.mu.Unlock()
	for i := p.n - 1; i >= 0 && i >= p.n-len(p.ring); i-- {
		if e := &p.ring[i%len(p.ring)].e; e.Role == r {
			return bytes.Clone(e.Raw), true
		}
	}
	return nil, false
}

var (
	helpApop       = text.T{EN: "the line of APOP for this greeting; the password is asked for behind stars", ZH: "按本次问候算出 APOP 那一行；密码隐藏着输入"}
	helpCram       = text.T{EN: "the answer to AUTH CRAM-MD5; the password is asked for behind stars", ZH: "算出 AUTH CRAM-MD5 的回答；密码隐藏着输入"}
	sayDigestName  = text.T{EN: "Give your name, as in: %s alice. The password is asked for.", ZH: "请写上用户名，例如：%s alice。密码会另外询问。"}
	sayNoStamp     = text.T{EN: "The greeting has no timestamp such as <1896.697170952@host>, so that this server takes no APOP. USER and PASS, or AUTH, lead in.", ZH: "服务器的问候里没有 <1896.697170952@host> 这样的时间戳，说明它不支持 APOP。请用 USER 和 PASS，或 AUTH 登录。"}
	sayNoChallenge = text.T{EN: "The server has given no challenge. Send AUTH CRAM-MD5 first; when it waits for the answer, press Ctrl-] and type cram and your name.", ZH: "服务器还没有给出挑战。先发 AUTH CRAM-MD5，等它要回答时按 Ctrl-]，再输入 cram 和用户名。"}
	sayDigestReady = text.T{EN: "It stands in the line, and the digest is behind stars. It holds for this connection alone, and the password is not in it. Enter sends it.", ZH: "已放进输入行，摘要显示为星号。它只对这次连接有效，里面没有密码本身。按回车就会发出。"}
)
