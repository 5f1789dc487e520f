package annotate

import (
	"slices"
	"strings"
	"testing"

	"byhand/session/text"
)

// TestExplain holds what single words and lines get: the entries, and words that must be said, in each language.
func TestExplain(t *testing.T) {
	for _, c := range []struct{ words, entries, en, zh string }{
		{"334 dXNlcm5hbWU6", "334 dXNlcm5hbWU6", "username:|Base64|First digit 3", "username:|登录提问"},
		{"550 5.1.1", "550 5.1.1", "550|5.1.1|does not exist|First digit 5|Second number 1", "邮箱不存在|第一位 5"},
		{"RETR", "POP3 RETR", "whole message|RETR msg|RFC 1939", "取回整封邮件"},
		{"noop", "POP3 noop|SMTP noop", "does nothing", "空操作"},
		{"+OK 60 72208371", "+OK 60 72208371", "60 messages|72208371|72.2 MB|68.9 MiB", "60 封|72208371"},
		{"+OK 60 message(s) [72208371 byte(s)]", "+OK 60 message(s) [72208371 byte(s)]", "60 messages|72208371", "60 封"},
		{"+OK POP3 ready <1.2@mail.example.com>", "+OK POP3 ready <1.2@mail.example.com>", "APOP stamp", "时间戳"},
		{"-ERR [IN-USE] busy", "-ERR [IN-USE] busy", "no|another session", "占用"},
		{"[IN-USE]", "[IN-USE]", "another session", "占用"},
		{"SYS/TEMP", "[SYS/TEMP]", "server", "服务器"},
		{"PIPELINING", "CAPA PIPELINING|EHLO PIPELINING", "without waiting", "不必等"},
		{"Subject", "Subject", "title", "主题"},
		{"Subject: =?utf-8?B?5L2g5aW9?=", "Subject", "你好", "你好"},
		{"=?utf-8?B?5L2g5aW9?=", "=?utf-8?B?5L2g5aW9?=", "你好", "你好"},
		{"c3R1ZGVudA==", "c3R1ZGVudA==", "student", "student"},
		{"c3R1ZGVudAo=", "c3R1ZGVudAo=", `student\n|line end`, "换行"},
		{"MAIL FROM:<a@b>", "SMTP MAIL FROM:<a@b>", "envelope|RCPT TO", "信封"},
		{"MAIL FROM: <a@b>", "SMTP MAIL FROM: <a@b>", "MAIL FROM:<a@b>", "不能有空格"},
		{"MAIL FROM:<a@b> SIZE=1000000 FOO=1", "SMTP MAIL FROM:<a@b> SIZE=1000000 FOO=1", "1.0 MB|does not know", "1.0 MB"},
		{"TOP 1", "POP3 TOP 1", "TOP 1 0", "TOP 1 0"},
		{"AUTH PLAIN AHN0dWRlbnQAc2VjcmV0", "POP3 AUTH PLAIN AHN0dWRlbnQAc2VjcmV0|SMTP AUTH PLAIN AHN0dWRlbnQAc2VjcmV0", "student", "student"},
		{"5.7.999", "5.7.999", "no registered code|security", "安全"},
		{"999", "", "", ""},
		{"299", "299", "no common code|success", "成功"},
		{"250-SIZE 1000", "250 SIZE 1000", "largest letter|1.0 kB", "最大邮件"},
		{"250 Mail OK queued as smtp9,x", "250 Mail OK queued as smtp9,x", "queued as smtp9,x", "smtp9,x"},
		{"535 Error: authentication failed", "535 Error: authentication failed", "authorization code", "授权码"},
		{"+ VXNlcm5hbWU6", "+ VXNlcm5hbWU6", "Username:", "Username:"},
		{"RFC 1939", "RFC 1939", "Post Office", "邮局协议"},
		{"995", "PORT 995", "TLS", "TLS"},
		{"SCRAM-SHA-256", "SCRAM-SHA-256", "without sending it", "不传送"},
		{"TRANSACTION", "STATE TRANSACTION", "logged in", "已登录"},
		{"dele-quit", "dele-quit", "without QUIT", "QUIT"},
		{"MIAL FROM:<a@b>", "SMTP MIAL FROM:<a@b>", "MAIL", "MAIL"},
		{"zzz", "", "", ""},
		{"", "", "", ""},
	} {
		var entries []string
		said := map[text.Lang]string{}
		for _, e := range Explain(c.words) {
			entries = append(entries, e.Word)
			for _, l := range text.Langs() {
				said[l] += e.Decoded + show([]explained{{notes: e.Notes}}, All, l)
			}
			if n := slices.IndexFunc(e.Notes, func(n Note) bool { return n.Depth == Brief }); n < 0 {
				t.Errorf("%q: %s has no brief note", c.words, e.Word)
			}
		}
		if got := strings.Join(entries, "|"); got != c.entries {
			t.Errorf("%q: entries %q, want %q", c.words, got, c.entries)
		}
		for lang, want := range map[text.Lang]string{text.EN: c.en, text.ZH: c.zh} {
			for _, word := range strings.Split(want, "|") {
				if !strings.Contains(said[lang], word) {
					t.Errorf("%q in %s lacks %q:\n%s", c.words, lang, word, said[lang])
				}
			}
		}
	}
}

// TestExplainTakesWordsApart holds that it does not matter how a shell has cut the words.
func TestExplainTakesWordsApart(t *testing.T) {
	one, many := Explain("550 5.1.1"), Explain("550", "5.1.1")
	if len(one) != 1 || len(many) != 1 || len(one[0].Notes) != len(many[0].Notes) {
		t.Errorf("%v and %v", one, many)
	}
}

func TestNumbers(t *testing.T) {
	for line, want := range map[string][]int64{
		"+OK 60 72208371":                      {60, 72208371},
		"+OK 60 message(s) [72208371 byte(s)]": {60, 72208371},
		"+OK v2002.81 server":                  {81},
		"+OK 99999999999999999999":             nil,
		"-ERR There's no message 0.":           {0},
		"x1 1x 2":                              {2},
		"":                                     nil,
	} {
		if got := numbers(line); !slices.Equal(got, want) {
			t.Errorf("numbers(%q) = %v, want %v", line, got, want)
		}
	}
}

func TestSizeOf(t *testing.T) {
	for n, want := range map[int64]string{
		0: "0 octets", 999: "999 octets", 1830: "1830 octets (1.8 kB, 1.8 KiB)",
		72208371: "72208371 octets (72.2 MB, 68.9 MiB)", 5000000000: "5000000000 octets (5.0 GB, 4.7 GiB)",
	} {
		if got := sizeOf(n).In(text.EN); got != want {
			t.Errorf("sizeOf(%d) = %q, want %q", n, got, want)
		}
	}
}

// TestStamp holds that only <...@...> is an APOP stamp (RFC 1939 §7).
func TestStamp(t *testing.T) {
	for line, want := range map[string]string{
		"+OK POP3 server ready <1896.697170952@dbc.example>":                   "<1896.697170952@dbc.example>",
		"+OK Welcome to coremail Mail Pop3 Server (163coms[d0a67bcd290bb19]s)": "",
		"+OK <>": "", "+OK <a@>": "", "+OK <@b>": "", "+OK <a b@c>": "", "+OK <a@b": "", "+OK a@b>": "",
		"+OK ready <x> <1.2@h>": "<1.2@h>",
	} {
		if got := apopStamp(line); got != want {
			t.Errorf("apopStamp(%q) = %q, want %q", line, got, want)
		}
	}
}

func TestQueueID(t *testing.T) {
	for line, want := range map[string]string{
		"250 Mail OK queued as smtp9,NeRp.64937S2 1656382331": "smtp9,NeRp.64937S2",
		"250 2.0.0 Ok: queued as 49C319C6368":                 "49C319C6368",
		"250 OK id=1abcde-000001-XX":                          "1abcde-000001-XX",
		"250 2.0.0 x9GBk Message accepted for delivery":       "x9GBk",
		"250 ok 1180915200 qp 12345":                          "12345",
		"250 OK: queued as.":                                  "",
		"250 Queued (0.010 seconds)":                          "",
		"250 Ok.":                                             "",
	} {
		if got := queueID(line); got != want {
			t.Errorf("queueID(%q) = %q, want %q", line, got, want)
		}
	}
}
