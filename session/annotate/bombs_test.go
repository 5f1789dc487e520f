package annotate

import (
	"fmt"
	"strings"
	"testing"

	"byhand/session"
	"byhand/session/proto"
)

// bombs are letters made to break or to stall a reader: each is a header field or a letter, and how often its middle is repeated.
var bombs = []struct {
	name              string
	head, middle, end string
	n                 int
}{
	{"encoded words in one line", "Subject: ", "=?utf-8?B?5L2g5aW9?= ", "\r\n\r\n", 20_000},
	{"encoded words, a line each", "Subject:\r\n", " =?gb2312?B?xOO6ww==?=\r\n", "\r\n", 20_000},
	{"encoded words that never end", "Subject: ", "=?utf-8?B?", "\r\n\r\n", 100_000},
	{"encoded words of charsets that do not exist", "Subject: ", "=?x-none?Q?=FF?= ", "\r\n\r\n", 20_000},
	{"encoded words of stateful charsets", "Subject: ", "=?iso-2022-jp?B?GyRC?= ", "\r\n\r\n", 20_000},
	{"parts without an end", "Content-Type: multipart/mixed; boundary=b\r\n\r\n", "--b\r\nContent-Type: text/plain\r\n\r\n", "", 20_000},
	{"parts in parts", "Content-Type: multipart/mixed; boundary=b\r\n\r\n", "--b\r\nContent-Type: multipart/mixed; boundary=b\r\n\r\n", "", 10_000},
	{"the same boundary closed again and again", "Content-Type: multipart/mixed; boundary=b\r\n\r\n", "--b--\r\n", "", 50_000},
	{"a boundary of 4 KB", "Content-Type: multipart/mixed; boundary=\"" + strings.Repeat("b", 4096) + "\"\r\n\r\n", "--" + strings.Repeat("b", 4096) + "\r\n", "", 500},
	{"parameters", "Content-Type: text/plain; charset=utf-8", "; a=b", "\r\n\r\n", 100_000},
	{"parameters of RFC 2231 in pieces", "Content-Disposition: attachment", ";\r\n filename*0*=utf-8''%E4", "\r\n\r\n", 20_000},
	{"comments", "Received: from a ", "(", "\r\n\r\n", 100_000},
	{"quotation marks", "From: ", "\"", "\r\n\r\n", 100_000},
	{"addresses", "To: ", "a@example.com,", "\r\n\r\n", 50_000},
	{"groups", "To: ", "g:a@example.com;,", "\r\n\r\n", 50_000},
	{"NUL in a field", "Subject: ", "\x00", "\r\n\r\n", 100_000},
	{"NUL in the body", "\r\n", "\x00\x00\x00\r\n", "", 20_000},
	{"bytes above 127 without a charset", "Subject: \xc4\xe3\r\n\r\n", "\xc4\xe3\xba\xc3 \xff\xfe\r\n", "", 20_000},
	{"GBK under the name of UTF-8", "Content-Type: text/plain; charset=utf-8\r\n\r\n", "\xc4\xe3\xba\xc3\r\n", "", 20_000},
	{"UTF-8 under the name of ISO-2022-JP", "Content-Type: text/plain; charset=iso-2022-jp\r\n\r\n", "你好\x1b$B\r\n", "", 20_000},
	{"UTF-16 that is none", "Content-Type: text/plain; charset=utf-16\r\nContent-Transfer-Encoding: base64\r\n\r\n", "AAAA\r\n", "", 20_000},
	{"Base64 that is none", "Content-Transfer-Encoding: base64\r\n\r\n", "\xff===?\r\n", "", 20_000},
	{"quoted-printable without an end", "Content-Transfer-Encoding: quoted-printable\r\n\r\n", "=C4=\r\n", "", 20_000},
	{"mojibake of mojibake", "Subject: ", "Ã¤Â½Â\u00a0", "\r\n\r\n", 20_000},
	{"dots", "Subject: x\r\n\r\n", "..\r\n", "", 50_000},
	{"reports in reports", "Content-Type: multipart/report; boundary=b\r\n\r\n", "--b\r\nContent-Type: message/delivery-status\r\n\r\nStatus: 5.1.1\r\n\r\n", "", 10_000},
	{"names in names", "Authentication-Results: mx; ", "spf=pass (a=b; dkim=fail) ", "\r\n\r\n", 20_000},
}

// TestBombs feeds each through framer and annotator, from a server and from a client, in pieces that end anywhere. What is said of a
// line and what is decoded of it stay bounded by the line, and by what the annotator keeps of a field.
func TestBombs(t *testing.T) {
	for _, b := range bombs {
		t.Run(b.name, func(t *testing.T) {
			letter := b.head + strings.Repeat(b.middle, b.n) + b.end + "\r\n.\r\n"
			for _, side := range []session.Side{session.Server, session.Client} {
				f, a := proto.New(session.Untold), New()
				worst := 0
				take := func(events []session.Event) {
					for i := range events {
						e := a.Event(&events[i])
						if limit := 8*len(events[i].Raw) + 4*maxField; len(e.Decoded) > limit {
							t.Fatalf("%d bytes are decoded from a line of %d", len(e.Decoded), len(events[i].Raw))
						}
						if bad := uncleanRune(e.Decoded); bad != "" {
							t.Fatalf("what is decoded holds %s", bad)
						}
						worst = max(worst, len(e.Notes))
					}
				}
				for _, c := range around(side, letter) {
					take(f.Feed(c))
				}
				if worst > 250 {
					t.Errorf("%v: %d notes on one line", side, worst)
				}
			}
		})
	}
}

// around puts a letter into a talk: fetched by RETR from a server, or sent after DATA by a client.
func around(side session.Side, letter string) (out []session.Chunk) {
	say := func(from session.Side, s string) {
		const piece = 1500
		for ; len(s) > piece; s = s[piece:] {
			out = append(out, session.Chunk{Conn: 1, From: from, Data: []byte(s[:piece])})
		}
		out = append(out, session.Chunk{Conn: 1, From: from, Data: []byte(s)})
	}
	if side == session.Server {
		say(session.Server, "+OK ready\r\n")
		say(session.Client, "RETR 1\r\n")
		say(session.Server, "+OK\r\n"+letter)
		return out
	}
	say(session.Server, "220 ready\r\n")
	for _, command := range []string{"HELO me", "MAIL FROM:<a@example.com>", "RCPT TO:<b@example.com>", "DATA"} {
		say(session.Client, command+"\r\n")
		code := "250"
		if command == "DATA" {
			code = "354"
		}
		say(session.Server, code+" go on\r\n")
	}
	say(session.Client, letter)
	say(session.Server, "250 taken\r\n")
	return out
}

// FuzzMIME feeds any bytes as a letter of several parts, each with the boundary that the fuzzer likes: the tree stays bounded, and
// what it says is whole.
func FuzzMIME(f *testing.F) {
	for i, b := range bombs {
		f.Add(b.head+strings.Repeat(b.middle, 3)+b.end, "b", i%2 == 0)
	}
	f.Add("--b\r\nContent-Type: text/plain; charset=gbk\r\n\r\n\xc4\xe3\r\n--b--\r\n", "b", true)
	f.Fuzz(func(t *testing.T, wire, boundary string, client bool) {
		head := fmt.Sprintf("MIME-Version: 1.0\r\nContent-Type: multipart/mixed; boundary=%q\r\n\r\n--%s\r\n", boundary, boundary)
		var l letter
		for i, e := range cutLines([]byte(head+wire), client, 1000) {
			notes, decoded := l.line(&e, nil)
			if bad := uncleanRune(decoded + saidIn(notes)); bad != "" {
				t.Fatalf("line %d: %q holds %s", i, decoded, bad)
			}
			if len(l.mime.open) > maxOpen || len(notes) > 250 {
				t.Fatalf("line %d: %d parts are open, %d notes", i, len(l.mime.open), len(notes))
			}
		}
	})
}
