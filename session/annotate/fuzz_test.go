package annotate

import (
	"bytes"
	"fmt"
	"runtime"
	"testing"

	"byhand/session"
	"byhand/session/proto"
)

// FuzzTalk feeds foreign bytes of both sides to framer and annotator: each event must get whole sentences, and no secret.
func FuzzTalk(f *testing.F) {
	for _, c := range cases(f, "testdata/advice.txtar") {
		var b bytes.Buffer
		for _, chunk := range chunks(f, preludes.Replace(c.text)) {
			if chunk.From == session.Server {
				b.WriteByte(0)
			}
			b.Write(chunk.Data)
		}
		f.Add(b.Bytes())
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		for _, p := range []session.Protocol{session.Untold, session.POP3, session.SMTP} {
			fr, a := proto.New(p), New()
			take := func(events []session.Event) {
				for i := range events {
					for _, n := range a.Event(&events[i]).Notes {
						checkSaid(t, n)
					}
				}
			}
			take(fr.Feed(session.Chunk{Conn: 1, Mark: session.NewMark("open", "addr", "h:25")}))
			for _, line := range bytes.SplitAfter(data, []byte("\n")) { // a line that begins with NUL is the server's
				c := session.Chunk{Conn: 1, From: session.Client, Data: line}
				if bytes.HasPrefix(line, []byte{0}) {
					c.From, c.Data = session.Server, line[1:]
				}
				take(fr.Feed(c))
			}
			take(fr.Feed(session.Chunk{Conn: 1, Mark: session.NewMark("close", "by", "error")}))
		}
	})
}

// FuzzExplain feeds foreign words to Explain.
func FuzzExplain(f *testing.F) {
	for _, s := range []string{"334 dXNlcm5hbWU6", "550 5.1.1", "+OK 60 72208371", "[IN-USE]", "MAIL FROM:<a@b> SIZE=1", "Subject: =?utf-8?B?5L2g?=", "AUTH PLAIN x", "250-AUTH=LOGIN", "TOP 1", "RFC 1", "= =", "PASS", " "} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		for _, e := range Explain(s) {
			for _, n := range e.Notes {
				checkSaid(t, n)
			}
		}
	})
}

// retr makes the events of a long RETR, without a framer, so that only the annotator is measured.
func retr(a *Annotator) func() {
	n := 0
	event := func(from session.Side, role session.Role, verb, code, line string, more bool) {
		n++
		e := session.Event{N: n, Conn: 1, From: from, Role: role, Proto: session.POP3, Raw: []byte(line + "\r\n"), Verb: verb, Code: code, More: more, Re: 2}
		a.Event(&e)
	}
	event(session.Server, session.Greeting, "", "+OK", "+OK ready", false)
	event(session.Client, session.Command, "RETR", "", "RETR 1", false)
	event(session.Server, session.Reply, "RETR", "+OK", "+OK 1000 octets", true)
	for _, h := range []string{"MIME-Version: 1.0", "Content-Type: application/octet-stream", "Content-Transfer-Encoding: base64", ""} {
		event(session.Server, session.Data, "RETR", "", h, true)
	}
	line := []byte("TWFuIGlzIGRpc3Rpbmd1aXNoZWQsIG5vdCBvbmx5IGJ5IGhpcyByZWFzb24sIGJ1dCBieSB0aGlz\r\n")
	e := session.Event{N: n, Conn: 1, From: session.Server, Role: session.Data, Proto: session.POP3, Raw: line, Verb: "RETR", More: true, Re: 2}
	return func() { a.Event(&e) }
}

func TestBodyLinesCostNothingThatLasts(t *testing.T) {
	line := retr(New())
	line()
	if n := testing.AllocsPerRun(1000, line); n > 0 {
		t.Errorf("a line of a large attachment costs %.1f allocations", n)
	}
}

// TestManyTalksInBoundedMemory holds that commands without replies, and words that nobody knows, are not kept for ever.
func TestManyTalksInBoundedMemory(t *testing.T) {
	a := New()
	heap := func() uint64 {
		runtime.GC()
		var m runtime.MemStats
		runtime.ReadMemStats(&m)
		return m.HeapAlloc
	}
	feed := func(from, to int) {
		for i := from; i < to; i++ {
			line := fmt.Sprintf("FOO%d %d\r\n", i, i)
			c := session.Event{N: 2*i + 1, Conn: 1, From: session.Client, Role: session.Command, Proto: session.SMTP, Raw: []byte(line), Verb: "FOO"}
			a.Event(&c)
			r := session.Event{N: 2*i + 2, Conn: 1, From: session.Server, Role: session.Reply, Proto: session.SMTP, Raw: []byte("500 5.5.2 what?\r\n"), Verb: "FOO", Code: "500", Re: 2*i + 1}
			a.Event(&r)
		}
	}
	feed(0, 6000)
	before := heap()
	feed(6000, 12000)
	if after := heap(); after > before+1<<20 {
		t.Errorf("the heap grew from %d to %d", before, after)
	}
}

func BenchmarkAttachmentLine(b *testing.B) {
	line := retr(New())
	b.SetBytes(80)
	b.ReportAllocs()
	for b.Loop() {
		line()
	}
}

func BenchmarkExplainNOOP(b *testing.B) {
	b.ReportAllocs()
	for b.Loop() {
		Explain("NOOP")
	}
}

// BenchmarkSession is a whole small session: greeting, login, envelope, letter, QUIT.
func BenchmarkSession(b *testing.B) {
	conversation := preludes.Replace("@smtp\nC: MAIL FROM:<student@example.com>\nS: 250 2.1.0 Ok\nC: RCPT TO:<bob@example.com>\nS: 250 2.1.5 Ok\nC: DATA\nS: 354 go\nC: Subject: x\nC:\nC: hi\nC: .\nS: 250 2.0.0 Ok: queued as A1\nC: QUIT\nS: 221 2.0.0 Bye\n")
	list, size := chunks(b, conversation), 0
	for _, c := range list {
		size += len(c.Data)
	}
	f, a := proto.New(session.Untold), New()
	b.SetBytes(int64(size))
	b.ReportAllocs()
	for b.Loop() {
		for _, c := range list {
			events := f.Feed(c)
			for i := range events {
				a.Event(&events[i])
			}
		}
	}
}

// FuzzUsualPath holds the quick look at a path against the thorough one: what it lets pass has nothing odd.
func FuzzUsualPath(f *testing.F) {
	for _, arg := range []string{"", "TO:<a@b>", "to:<a@b> X=1", "TO: <a@b>", "TO:<>", "TO:<a@b@c>", "TO:<a,b@c>", "TO:<a b@c>", "TO:<\"a b\"@c>", "FROM:<a@b>", "TO:<", "TO:<a>>"} {
		f.Add(arg)
	}
	f.Fuzz(func(t *testing.T, arg string) {
		if odd := oddPath("RCPT TO:", "MAIL FROM:", arg); usualPath("RCPT TO:", arg) && odd != (lapse{}) {
			t.Errorf("%q is taken as usual, but it is %+v", arg, odd)
		}
	})
}
