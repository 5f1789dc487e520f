package transcripts

import (
	"bytes"
	"encoding/base64"
	"encoding/json"
	"testing"

	"byhand/session/annotate"
	"byhand/session/text"
)

// Whatever a server or a client says, and whatever stands in a remark, an export keeps to its grammar and holds nothing
// that acts: no control, no script, no element that its exporter does not write.
func FuzzExports(f *testing.F) {
	f.Add([]byte("220 <script>alert(1)</script>\r\n"), []byte("EHLO \"><img src=x onerror=alert(1)>\r\n"), "</h2>", uint8(0), uint8(4))
	f.Add([]byte("220 \x1b[2J\x9b\xe2\x80\xae\r\n250-a\r\n250 b\r\n354 x\r\n"), []byte("MAIL\r\nDATA\r\n.\r\n"), "a\nb\r\x00", uint8(1), uint8(5))
	f.Add([]byte("+OK\r\n+OK\r\nSubject: =?utf-8?B?PHNjcmlwdD4=?=\r\n\r\n--></style>\r\n.\r\n"), []byte("RETR 1\r\n"), "中\nen ]]>", uint8(2), uint8(3))
	f.Add([]byte("334 PHNjcmlwdD4=\r\n\xef\xbf\xbf\xed\xa0\x80"), []byte("AUTH LOGIN\r\nPHA+\r\n"), "```\n````|", uint8(3), uint8(8))
	f.Fuzz(func(t *testing.T, server, client []byte, remark string, choice, which uint8) {
		in := `{"byhand":"transcript","v":1,"start":"2024-01-01T00:00:00Z","title":` + quoted(remark) + "}\n" +
			`{"t":0,"k":"open","addr":` + quoted(remark) + "}\n" +
			entryOf("0.1", kindServer, server) + entryOf("0.2", kindClient, client) + entryOf("0.3", kindServer, server) +
			`{"t":0.4,"k":"note","who":"author","text":` + quoted(remark) + "}\n" +
			`{"t":0.4,"k":"mark","name":` + quoted(remark) + "}\n" + entryOf("0.5", kindServer, client) +
			`{"t":0.6,"k":"close","by":"error","err":` + quoted(remark) + "}\n"
		o := Options{Lang: text.Lang(choice & 1), Depth: annotate.Depth(choice >> 1 & 3), Full: choice&8 != 0, Fold: choice&16 != 0}
		form := exports()[int(which)%len(exports())]
		out := convert(t, []byte(in), form, o)
		if err := formed(t, form, out); err != nil {
			t.Fatalf("%s: %v\n%s", form, err, bytes.TrimSpace(out))
		}
	})
}

func quoted(s string) string {
	b, _ := json.Marshal(s)
	return string(b)
}

// entryOf gives bytes as a line of the recorded form.
func entryOf(at, kind string, data []byte) string {
	return `{"t":` + at + `,"k":"` + kind + `","text":"","b64":"` + base64.StdEncoding.EncodeToString(data) + "\"}\n"
}
