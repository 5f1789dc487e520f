package main

import (
	"bytes"
	"context"
	"io"
	"testing"
	"time"

	"byhand/session"
	"byhand/session/proto"
	"byhand/session/wire"
	"byhand/transcripts"
)

// listed is a server that is a list of bytes: it says the next of them on each connection, after each write and after each handshake.
type listed struct {
	says   [][]byte
	silent bool // says nothing once they are used up; otherwise it closes
	shakes bool // a handshake succeeds

	queue []session.Chunk
	conn  int
	open  bool
	at    time.Duration
}

func (l *listed) put(c session.Chunk) {
	l.at += time.Microsecond
	c.At, c.Conn = l.at, l.conn
	l.queue = append(l.queue, c)
}

func (l *listed) next() {
	if len(l.says) > 0 {
		l.put(session.Chunk{From: session.Server, Data: l.says[0]})
		l.says = l.says[1:]
	} else if !l.silent {
		l.shut("server")
	}
}

func (l *listed) shut(by string) {
	if l.open {
		l.open = false
		l.put(session.Chunk{Mark: session.NewMark("close", "by", by)})
	}
}

func (l *listed) Dial(_ context.Context, to wire.Target) error {
	l.shut("client")
	l.conn++
	l.open = true
	l.put(session.Chunk{Mark: session.NewMark("open", "addr", "127.0.0.1:25")})
	if to.Implicit {
		l.StartTLS(to.TLS, 0, 0)
	} else {
		l.next()
	}
	return nil
}

func (l *listed) Send(_ context.Context, line []byte) error {
	if !l.open {
		return io.ErrClosedPipe
	}
	l.put(session.Chunk{From: session.Client, Data: bytes.Clone(line)})
	l.next()
	return nil
}

func (l *listed) StartTLS(wire.TLS, time.Duration, int64) {
	if !l.shakes {
		l.put(session.Chunk{Mark: session.NewMark("tls", "is", "fail", "err", "refused")})
		l.shut("error")
		return
	}
	l.put(session.Chunk{Mark: session.NewMark("tls", "is", "done", "version", "TLSv1.3")})
	l.next()
}

func (l *listed) Hangup() { l.shut("client") }
func (l *listed) Close()  { l.shut("client") }

func (l *listed) Next(context.Context) (session.Chunk, error) {
	if len(l.queue) == 0 {
		if l.open && l.silent {
			return session.Chunk{}, context.DeadlineExceeded
		}
		return session.Chunk{}, io.EOF
	}
	c := l.queue[0]
	l.queue = l.queue[1:]
	return c, nil
}

// FuzzRerun runs any transcript against any server. The run ends, and each exchange of either stands in the comparison once.
func FuzzRerun(f *testing.F) {
	for i, name := range transcripts.Samples() {
		sample, _ := transcripts.Sample(name)
		f.Add(sample, []byte("220 a\r\n\x00250-a\r\n250 b\r\n\x00334 x\r\n\x00354 go\r\n\x00250 ok\r\n\x00221 bye\r\n"), uint8(i))
		f.Add(sample, []byte("+OK <1@a>\r\n\x00+OK\r\n\x00\r\n\x00+ eA==\r\n\x00+OK\r\n\x00+OK\r\n1 2\r\n.\r\n"), uint8(i))
	}
	f.Add([]byte("S: 220 a\nC: STARTTLS\nS: 220 b\n@tls is=done\nC: EHLO a\nS: 250 b\n@hide digest\nC: AUTH CRAM-MD5 ********\nS: 235 c\n"),
		[]byte("220 a\r\n\x00220 b\r\n\x00\x00\r\n\x00\r\n"), uint8(2))
	f.Fuzz(func(t *testing.T, recording, says []byte, choice uint8) {
		read := func() *transcripts.Reader {
			rd, err := transcripts.Open(bytes.NewReader(recording), "fuzz")
			if err != nil {
				return nil
			}
			return rd
		}
		src := read()
		if src == nil {
			return
		}
		calls, _, err := transcripts.Calls(src)
		if err != nil {
			return
		}
		var before transcripts.Exchanges
		if err := session.Run(context.Background(), read(), proto.New(session.Untold), before.Sink); err != nil {
			return
		}
		a := &app{in: bytes.NewReader(nil), out: io.Discard, err: io.Discard, env: func(string) string { return "secret-2718" }}
		flags := &rerunFlags{limit: time.Hour, onward: choice&1 != 0, secrets: secretFlags{env: "SECRET"}}
		r := &rerunning{a: a, f: flags, framer: proto.New(session.Untold), secrets: &secrets{a: a, f: flags.secrets}, keep: &keeper{a: a},
			wire: &listed{says: bytes.Split(says, []byte{0}), shakes: choice&2 != 0, silent: choice&4 != 0}}
		_ = r.run(context.Background(), calls, wire.Target{}) // any way to end is good
		first, second := 0, 0
		for _, p := range transcripts.ComparePairs(before.All, r.heard.All, transcripts.Masking{}) {
			if p.A != nil {
				first++
			}
			if p.B != nil {
				second++
			}
			if p.A == nil && p.B == nil {
				t.Fatal("a pair of nothing")
			}
		}
		if first != len(before.All) || second != len(r.heard.All) {
			t.Fatalf("%d of %d recorded and %d of %d heard are compared", first, len(before.All), second, len(r.heard.All))
		}
	})
}
