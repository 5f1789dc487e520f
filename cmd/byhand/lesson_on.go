package main

import (
	"net"
	"strings"

	"byhand/lessons"
	"byhand/session"
	"byhand/session/text"
	"byhand/session/wire"
)

// places are the real servers that a lesson is taken on, by protocol.
type places map[session.Protocol]wire.Target

// placesOf reads what --on says: HOST:PORT for the lesson's first protocol, or pop3=HOST:PORT and smtp=HOST:PORT.
func placesOf(on []string, l *lessons.Lesson) (places, error) {
	all := places{}
	for _, word := range on {
		name, where, named := strings.Cut(word, "=")
		if !named {
			name, where = "", word
			if len(l.Connect) > 0 {
				name = l.Connect[0]
			}
		}
		host, port, err := net.SplitHostPort(where)
		p := session.Protocol(lessons.Protocol(name))
		if err != nil || p != session.POP3 && p != session.SMTP {
			return nil, usage(sayBadOn.With(word))
		}
		all[p] = wire.Target{Host: host, Port: port, Implicit: port == "465" || port == "995"}
	}
	return all, nil
}

// fit tells whether the lesson can be taken there, and puts into the values what is not known of a real server.
func (on places) fit(l *lessons.Lesson, vars lessons.Vars) error {
	if l.Real == "never" {
		return &failure{what: sayNeverReal.With(l.ID), hint: sayOwnServer.With(l.ID)}
	}
	for _, name := range l.Connect {
		if _, ok := on[session.Protocol(lessons.Protocol(name))]; !ok {
			return usage(sayOnMissing.With(lessons.Protocol(name)))
		}
	}
	for _, name := range []string{"user", "pass", "me"} {
		vars[name] = "<" + name + ">"
	}
	return nil
}

var (
	sayOnFlag    = text.T{EN: "take the lesson on a real server: HOST:PORT, or pop3=HOST:PORT and smtp=HOST:PORT", ZH: "在真实的服务器上学：HOST:PORT，或 pop3=HOST:PORT 加 smtp=HOST:PORT"}
	sayBadOn     = text.T{EN: "--on %s: write HOST:PORT, or pop3=HOST:PORT.", ZH: "--on %s：请写 HOST:PORT，或 pop3=HOST:PORT。"}
	sayOnMissing = text.T{EN: "This lesson connects to %[1]s as well: add --on %[1]s=HOST:PORT.", ZH: "这一课还要连接 %[1]s：请加上 --on %[1]s=HOST:PORT。"}
	sayNeverReal = text.T{EN: "The lesson %s is for byhand's own server only: what it does would be an attack elsewhere, or needs letters that are only here.",
		ZH: "课程 %s 只能在 byhand 自己的服务器上学：在别处这样做等于攻击，或者需要的邮件只有这里才有。"}
	sayOwnServer = text.T{EN: "`byhand lesson run %s` starts one.", ZH: "`byhand lesson run %s` 会自动启动它。"}
)
