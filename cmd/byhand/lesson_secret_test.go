package main

import (
	"bytes"
	"context"
	"encoding/base64"
	"errors"
	"io"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"

	"byhand/lessons"
	"byhand/session"
	"byhand/session/annotate"
	"byhand/session/proto"
	"byhand/session/text"
	"byhand/transcripts"
)

// tapped is a bench on which all that passes is kept as one session.
type tapped struct {
	bench
	tap *tap
}

type tap struct {
	mu     sync.Mutex
	conns  int
	chunks []session.Chunk
}

func (t *tap) add(c session.Chunk) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.chunks = append(t.chunks, c)
}

// open numbers a connection and keeps that it was opened.
func (t *tap) open(protocol string) int {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.conns++
	t.chunks = append(t.chunks, session.Chunk{Conn: t.conns, Mark: session.NewMark("open", "proto", protocol)})
	return t.conns
}

// Next gives what passed, as a session.Source.
func (t *tap) Next(context.Context) (session.Chunk, error) {
	if len(t.chunks) == 0 {
		return session.Chunk{}, io.EOF
	}
	c := t.chunks[0]
	t.chunks = t.chunks[1:]
	return c, nil
}

func (b tapped) Dial(protocol string) (io.ReadWriteCloser, error) {
	conn, err := b.bench.Dial(protocol)
	if err != nil {
		return nil, err
	}
	n := b.tap.open(protocol)
	return &tappedConn{conn, b.tap, n}, nil
}

// Secure taps what is inside TLS.
func (b tapped) Secure(conn io.ReadWriteCloser) (io.ReadWriteCloser, *session.Mark, error) {
	outer := conn.(*tappedConn)
	inner, mark, err := b.bench.Secure(outer.ReadWriteCloser)
	b.tap.add(session.Chunk{Conn: outer.n, Mark: mark})
	return &tappedConn{inner, b.tap, outer.n}, mark, err
}

type tappedConn struct {
	io.ReadWriteCloser
	tap *tap
	n   int
}

func (c *tappedConn) Read(b []byte) (int, error) {
	n, err := c.ReadWriteCloser.Read(b)
	if n > 0 {
		c.tap.add(session.Chunk{Conn: c.n, From: session.Server, Data: bytes.Clone(b[:n])})
	}
	return n, err
}

func (c *tappedConn) Write(b []byte) (int, error) {
	c.tap.add(session.Chunk{Conn: c.n, From: session.Client, Data: bytes.Clone(b)})
	return c.ReadWriteCloser.Write(b)
}

// Each lesson is played rightly, wrongly, and in all ways that its author foresaw; no password that was typed is in the
// recording or in any form that is made of it, as it is or in Base64.
func TestNoPasswordOfALessonComesOut(t *testing.T) {
	var typed atomic.Int32               // lessons with a password
	t.Run("lesson", func(t *testing.T) { // ends when all of them have ended
		for _, name := range lessons.Embedded() {
			t.Run(name, func(t *testing.T) {
				t.Parallel()
				l, err := lessons.Load(name)
				if err != nil {
					t.Fatal(err)
				}
				tap := &tap{}
				b := lessons.Bench{Explain: explainer, Start: func(l *lessons.Lesson, v lessons.Vars) (lessons.Server, error) {
					srv, err := startWorld(l, v)
					if err != nil {
						return nil, err
					}
					return tapped{bench{mailbox{srv}}, tap}, nil
				}}
				if _, err := b.Test(l); err != nil {
					t.Fatal(err)
				}
				v := l.Values("")
				user, pass := v["user"], v["pass"]
				secrets := []string{pass, base64.StdEncoding.EncodeToString([]byte(pass)), base64.StdEncoding.EncodeToString([]byte("\x00" + user + "\x00" + pass))}
				var wire bytes.Buffer
				for _, c := range tap.chunks {
					wire.Write(c.Data)
				}
				if slices.ContainsFunc(secrets, func(s string) bool { return strings.Contains(wire.String(), s) }) {
					typed.Add(1)
				}
				var rec bytes.Buffer
				w := transcripts.NewWriter(&rec, transcripts.Header{By: "test"})
				if err := session.Run(t.Context(), tap, proto.New(session.Untold), w.Sink); err != nil {
					t.Fatal(err)
				}
				if err := w.End(); err != nil {
					t.Fatal(err)
				}
				absent(t, "rec", rec.String(), secrets)
				for _, form := range transcripts.Forms() {
					for _, lang := range text.Langs() {
						r, err := transcripts.Open(bytes.NewReader(rec.Bytes()), name)
						if err != nil {
							t.Fatal(err)
						}
						var out bytes.Buffer
						var told *transcripts.Error // a form may refuse a protocol
						if err := transcripts.Convert(&out, form, r, transcripts.Options{Lang: lang, Depth: annotate.All, Times: true, Full: true}); err != nil && !errors.As(err, &told) {
							t.Fatal(form, err)
						}
						absent(t, form, out.String(), secrets)
					}
				}
			})
		}
	})
	if n := typed.Load(); n < 2 {
		t.Errorf("a password was typed in %d lessons: the test tests next to nothing", n)
	}
}

func absent(t *testing.T, where, out string, secrets []string) {
	t.Helper()
	for _, s := range secrets {
		if i := strings.Index(out, s); i >= 0 {
			t.Errorf("%s: %q in …%s…", where, s, out[max(0, i-80):min(len(out), i+80)])
		}
	}
}
