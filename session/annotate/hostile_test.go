package annotate

import (
	"bytes"
	"encoding/base64"
	"fmt"
	"runtime"
	"strings"
	"testing"
	"unicode"
	"unicode/utf8"

	"byhand/session"
)

// FuzzLetter feeds any bytes as a letter, cut where a framer may cut, and looks at what comes out: no panic, UTF-8 without control
// characters but line ends and tabs, no more notes a line than a screen can bear, and a letter that is bounded in size.
func FuzzLetter(f *testing.F) {
	for _, s := range []string{
		"Subject: =?gb2312?B?suLK1A==?=\r\n\r\n..hello\r\n.\r\n",
		"Content-Type: multipart/mixed; boundary=a\r\n\r\n--a\r\nContent-Type: image/png\r\nContent-Transfer-Encoding: base64\r\n\r\niVBO\r\n--a--\r\n.\r\n",
		"Content-Type: text/plain; charset=iso-2022-jp\r\n\r\n\x1b$BF|K\\\x1b(B\r\n.\r\n",
		"Content-Type: text/plain; charset=gbk\r\nContent-Transfer-Encoding: quoted-printable\r\n\r\n=C4=\r\n=E3\x00\xff\r\n.\r\n",
		"Content-Type: message/delivery-status\r\n\r\nStatus: 5.1.1\r\n\r\nAction: failed\r\n",
		"Received: from a (b (c)\r\n by d; Mon, 1 Jan 2024\r\n 00:00:00 +0000\r\nFrom x\r\nname\r\n",
		"Content-Disposition: attachment; filename*0*=utf-8''%E4; filename*1=\"x\\\"\r\n y\"; a=\r\n\r\n",
		"MAIL FROM:<a@b>\r\nQUIT\r\n. \r\n\xe3\x80\x82\r\n=?utf-8?Q?=\xff?==?=?=?\r\n",
		"Content-Type: text/plain; charset=utf-16le\r\nContent-Transfer-Encoding: base64\r\n\r\nYE99WQ==\r\nYQ==\r\n",
		"Content-Type: text/plain; charset=hz-gb-2312\r\n\r\n~{VPND~}\r\n~\r\n",
	} {
		f.Add([]byte(s), true, uint16(1000))
		f.Add([]byte(s), false, uint16(7))
		f.Add([]byte(strings.ReplaceAll(s, "a", "\x1b\x9b\xff")), true, uint16(1000))
	}
	f.Fuzz(func(t *testing.T, wire []byte, client bool, cut uint16) {
		var l letter
		for i, e := range cutLines(wire, client, int(cut)+1) {
			notes, decoded := l.line(&e, nil)
			if len(notes) > 250 {
				t.Fatalf("line %d: %d notes", i, len(notes))
			}
			if bad := uncleanRune(decoded); bad != "" {
				t.Fatalf("line %d: decoded %q holds %s", i, decoded, bad)
			}
			if bad := uncleanRune(saidIn(notes)); bad != "" {
				t.Fatalf("line %d: the notes hold %s", i, bad)
			}
			for _, n := range notes {
				if n.Text.T.EN == "" || n.Text.T.ZH == "" {
					t.Fatalf("line %d: a note says nothing: %+v", i, n)
				}
			}
		}
		if cap(l.field.value) > 2*maxField || len(l.mime.open) > maxOpen || len(l.header.from) > maxAddresses {
			t.Fatalf("the letter grew: %d, %d, %d", cap(l.field.value), len(l.mime.open), len(l.header.from))
		}
	})
}

// cutLines makes events as the framer does: one a line, and a line longer than most in pieces.
func cutLines(wire []byte, client bool, most int) []session.Event {
	var out []session.Event
	cont := false
	for len(wire) > 0 {
		n := bytes.IndexByte(wire, '\n') + 1
		if n == 0 || n > most {
			n = min(len(wire), max(most, 1))
		}
		e := event("", client, "RETR")
		e.Raw, e.Cont = wire[:n], cont
		wire = wire[n:]
		cont = e.Raw[n-1] != '\n'
		e.More = len(wire) > 0
		out = append(out, e)
	}
	return out
}

// uncleanRune names what may not be in decoded text.
func uncleanRune(s string) string {
	if !utf8.ValidString(s) {
		return "bytes that are no UTF-8"
	}
	for _, r := range s {
		if unicode.IsControl(r) && r != '\n' && r != '\t' {
			return fmt.Sprintf("%U", r)
		}
	}
	return ""
}

// run feeds one line after the other and gives the bytes that are in use at the end.
func heapAfter(t *testing.T, l *letter, lines func(feed func(line string))) uint64 {
	t.Helper()
	var notes []Note
	e := event("", false, "RETR")
	lines(func(line string) {
		e.Raw = append(e.Raw[:0], line...)
		e.Raw = append(e.Raw, "\r\n"...)
		notes, _ = l.line(&e, notes[:0])
	})
	runtime.GC()
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return m.HeapAlloc
}

func TestMemoryIsBounded(t *testing.T) {
	attachment := strings.Repeat("iVBORw0KGgoAAAANSUhEUgAAAAEA", 3)[:76]
	cases := []struct {
		name  string
		lines func(feed func(string), n int)
		n     int
	}{
		{"nested parts", func(feed func(string), n int) {
			feed("Content-Type: multipart/mixed; boundary=b0")
			feed("")
			for i := range n {
				feed(fmt.Sprintf("--b%d", i))
				feed(fmt.Sprintf("Content-Type: multipart/mixed; boundary=b%d", i+1))
				feed("")
			}
		}, 10_000},
		{"letters within letters", func(feed func(string), n int) {
			for range n {
				feed("Content-Type: message/rfc822")
				feed("")
			}
		}, 10_000},
		{"fields", func(feed func(string), n int) {
			for i := range n {
				feed(fmt.Sprintf("X-%d: 1", i))
				feed(fmt.Sprintf("To: a%d@example.com", i))
				feed("Received: by x; Mon, 1 Jan 2024 00:00:00 +0000")
			}
		}, 20_000},
		{"attachment", func(feed func(string), n int) {
			feed("Content-Type: image/png")
			feed("Content-Transfer-Encoding: base64")
			feed("")
			for range n {
				feed(attachment)
			}
		}, 500_000},
		{"text in Base64", func(feed func(string), n int) {
			feed("Content-Type: text/plain; charset=gbk")
			feed("Content-Transfer-Encoding: base64")
			feed("")
			for range n {
				feed("xOO6w6O6DQoNCqGhoaHV4srH0ru34rLiytTTyrz+oaMNCsfrv7TV4rj219ajug==")
			}
		}, 20_000},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			var l letter
			few := heapAfter(t, &l, func(feed func(string)) { c.lines(feed, 100) })
			l.reset()
			many := heapAfter(t, &l, func(feed func(string)) { c.lines(feed, c.n) })
			if many > few+256<<10 {
				t.Errorf("%d bytes in use after few lines, %d after many", few, many)
			}
			runtime.KeepAlive(&l)
		})
	}
}

// TestLongHeaderLine sends a field of 10 MB in the pieces into which a framer cuts it.
func TestLongHeaderLine(t *testing.T) {
	var l letter
	piece := bytes.Repeat([]byte("=?utf-8?Q?a?= "), 64<<10/14)
	e := event("", false, "RETR")
	for i := range 160 {
		e.Raw, e.Cont = piece, i > 0
		if i == 0 {
			e.Raw = append([]byte("Subject: "), piece...)
		}
		notes, _ := l.line(&e, nil)
		if i > 0 && len(notes) > 0 {
			t.Fatalf("piece %d: %d notes", i, len(notes))
		}
	}
	if got := cap(l.field.value); got > 2*maxField {
		t.Errorf("%d bytes of the field are held", got)
	}
	e = event("", false, "RETR")
	if _, decoded := l.line(&e, nil); decoded != "" || l.place != inBody {
		t.Errorf("the empty line after it: place %d, decoded %q", l.place, decoded)
	}
}

// fastLines are lines of a body of which nothing is to be said.
var fastLines = map[string][]string{
	"text":   {"Content-Type: text/plain; charset=utf-8", "", "Plain words, as most lines of most letters are, cost nothing at all."},
	"qp":     {"Content-Type: text/plain; charset=gb2312", "Content-Transfer-Encoding: quoted-printable", "", "Plain words, as most lines of most letters are."},
	"base64": {"Content-Type: application/zip", "Content-Transfer-Encoding: base64", "", "UEsDBBQAAAAIAAAAIQDfpNJsWgEAACAFAAATAAgCW0NvbnRlbnRfVHlwZXNdLnhtbCCiBAIooAAC"},
	"parts":  {"Content-Type: multipart/mixed; boundary=b", "", "--b", "", "--not the boundary"},
}

// warm feeds the lines to a new letter and gives the event of the last one.
func warm(l *letter, lines []string, client bool) *session.Event {
	for _, line := range lines {
		e := event(line, client, "RETR")
		l.line(&e, nil)
	}
	e := event(lines[len(lines)-1], client, "RETR")
	return &e
}

func TestBodyLineAllocatesNothing(t *testing.T) {
	for name, lines := range fastLines {
		for _, client := range []bool{false, true} {
			var l letter
			e := warm(&l, lines, client)
			notes := make([]Note, 0, 8)
			if got := testing.AllocsPerRun(100, func() { notes, _ = l.line(e, notes[:0]) }); got != 0 || len(notes) != 0 {
				t.Errorf("%s (client %v): %v allocations, %d notes", name, client, got, len(notes))
			}
		}
	}
}

func BenchmarkLetterLine(b *testing.B) {
	for name, lines := range fastLines {
		b.Run(name, func(b *testing.B) {
			var l letter
			e := warm(&l, lines, false)
			notes := make([]Note, 0, 8)
			b.SetBytes(int64(len(e.Raw)))
			b.ReportAllocs()
			for b.Loop() {
				notes, _ = l.line(e, notes[:0])
			}
		})
	}
}

func BenchmarkSmallLetter(b *testing.B) {
	wire := "From: a@example.com\r\nTo: b@example.com\r\nSubject: hello\r\nDate: Mon, 1 Jan 2024 00:00:00 +0000\r\n\r\nhello\r\n.\r\n"
	var l letter
	var notes []Note
	events := cutLines([]byte(wire), false, 1000)
	b.SetBytes(int64(len(wire)))
	b.ReportAllocs()
	for b.Loop() {
		for i := range events {
			notes, _ = l.line(&events[i], notes[:0])
		}
	}
}

// TestSizeOfAttachment checks the size told at the end of a file against the file.
func TestSizeOfAttachment(t *testing.T) {
	for size := range 200 {
		file := bytes.Repeat([]byte{0x89}, size)
		code := base64.StdEncoding.EncodeToString(file)
		wire := "Content-Type: image/png\r\nContent-Transfer-Encoding: base64\r\n\r\n"
		for ; len(code) > 76; code = code[76:] {
			wire += code[:76] + "\r\n"
		}
		var l letter
		feed(&l, []byte(wire+code+"\r\n"), false)
		if got := l.mime.leaf.octets; got != int64(size) {
			t.Fatalf("a file of %d octets is told as %d", size, got)
		}
	}
}

// usualLetter is a letter as servers hand out, of about 1.5 KB.
const usualLetter = "Return-Path: <alice@example.com>\r\nDelivered-To: student@practice.test\r\n" +
	"Received: from mail.example.com (mail.example.com [192.0.2.1])\r\n\tby mx.practice.test (Postfix) with ESMTPS id 4B1C23F0A9\r\n\tfor <student@practice.test>; Mon, 1 Jan 2024 00:00:02 +0000 (UTC)\r\n" +
	"DKIM-Signature: v=1; a=rsa-sha256; c=relaxed/relaxed; d=example.com; s=key;\r\n\th=from:to:subject:date; bh=47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=;\r\n\tb=dGhpcyBpcyBubyBzaWduYXR1cmUgYXQgYWxsLCBqdXN0IGxldHRlcnM=\r\n" +
	"From: Alice <alice@example.com>\r\nTo: student@practice.test\r\nSubject: =?utf-8?B?5L2g5aW9?=\r\nDate: Mon, 1 Jan 2024 00:00:00 +0000\r\nMessage-ID: <1@example.com>\r\n" +
	"MIME-Version: 1.0\r\nContent-Type: text/plain; charset=utf-8\r\nContent-Transfer-Encoding: 8bit\r\n\r\n" +
	"Dear student,\r\n\r\nthis is a line of text as letters have them, and another one follows.\r\nthis is a line of text as letters have them, and another one follows.\r\n" +
	"this is a line of text as letters have them, and another one follows.\r\nthis is a line of text as letters have them, and another one follows.\r\n\r\nAlice\r\n.\r\n"

func BenchmarkUsualLetter(b *testing.B) {
	var l letter
	var notes []Note
	events := cutLines([]byte(usualLetter), false, 1000)
	b.SetBytes(int64(len(usualLetter)))
	b.ReportAllocs()
	for b.Loop() {
		for i := range events {
			notes, _ = l.line(&events[i], notes[:0])
		}
	}
}

// TestClosedConnectionsAreForgotten opens and closes more connections than are kept in mind; those still open stay.
func TestClosedConnectionsAreForgotten(t *testing.T) {
	a := New()
	for conn := 1; conn <= 10*maxClosed; conn++ {
		a.Event(&session.Event{Conn: conn, Role: session.Open, Proto: session.SMTP, Mark: session.NewMark("open")})
		if conn != 3 {
			a.Event(&session.Event{Conn: conn, Role: session.Close, Proto: session.SMTP, Mark: session.NewMark("close")})
		}
	}
	if n := len(a.talks); n > maxClosed+2 || a.talks[3] == nil {
		t.Errorf("%d connections are kept in mind; the open one: %v", n, a.talks[3] != nil)
	}
}
