package lessons

import (
	"errors"
	"fmt"
	"io"
	"strings"

	"byhand/session"
	"byhand/session/annotate"
	"byhand/session/proto"
)

// A Server is a practice server as the self-test needs it: fresh, and holding a lesson's world.
type Server interface {
	Mailbox
	// Dial connects; protocol is pop3 or smtp. A server that falls silent must not stop the test for ever: the
	// connection should come with a deadline.
	Dial(protocol string) (io.ReadWriteCloser, error)
	// Secure shakes hands on a connection from Dial, as its client: the server has agreed to STLS or STARTTLS.
	// The mark tells how it went.
	Secure(conn io.ReadWriteCloser) (io.ReadWriteCloser, *session.Mark, error)
	Close() error
}

// A Bench is what lessons are tested on. Its functions are called by several goroutines.
type Bench struct {
	// Start gives a fresh server that holds the lesson's world.
	Start func(l *Lesson, v Vars) (Server, error)
	// Explain gives a fresh annotator, so that advice of the library is seen as a learner would see it. It may be nil.
	Explain func() func(*session.Event) []annotate.Note
}

// run is one learner in one lesson on one server.
type run struct {
	b      *Bench
	l      *Lesson
	g      *Guide
	srv    Server
	conn   io.ReadWriteCloser // nil while there is no connection
	n      int                // its number
	name   string             // its name in the lesson
	framer *proto.Framer
	notes  func(*session.Event) []annotate.Note
	acts   []Action // what the guide showed since it was last looked at
	last   string   // the server's last line
	agreed bool     // the server has agreed to TLS; the handshake is to come
}

// start begins a lesson.
func (b *Bench) start(l *Lesson) (*run, error) {
	v := l.Values("")
	srv, err := b.Start(l, v)
	if err != nil {
		return nil, err
	}
	return b.startOn(srv, l, v)
}

// startOn begins a lesson on a server that runs.
func (b *Bench) startOn(srv Server, l *Lesson, v Vars) (r *run, err error) {
	r = &run{b: b, l: l, srv: srv, framer: proto.New(session.Untold), notes: func(*session.Event) []annotate.Note { return nil }}
	if b.Explain != nil {
		r.notes = b.Explain()
	}
	r.g = NewGuide(l, 0, v, watched{r})
	r.acts = r.g.Start()
	if name := r.g.Connection(); name != "" {
		err = r.open(name)
	}
	return r, err
}

// watched looks into the mailboxes of the server that is running now.
type watched struct{ r *run }

func (w watched) Count(box string) (int, bool)              { return w.r.srv.Count(box) }
func (w watched) Letter(box string, i int) (Received, bool) { return w.r.srv.Letter(box, i) }

// end closes everything.
func (r *run) end() {
	r.drop()
	_ = r.srv.Close() // a server that was thrown away
}

// open connects, in place of the connection there is, and waits for the greeting.
func (r *run) open(name string) error {
	r.drop()
	conn, err := r.srv.Dial(Protocol(name))
	if err != nil {
		return err
	}
	r.conn, r.name = conn, name
	r.n++
	r.feed(session.Chunk{Mark: session.NewMark("open", "proto", Protocol(name))})
	return r.hear()
}

// drop closes the connection as a lost line does.
func (r *run) drop() {
	if r.conn == nil {
		return
	}
	_ = r.conn.Close()
	r.conn = nil
	r.feed(session.Chunk{Mark: session.NewMark("close", "by", "client")})
}

func (r *run) feed(c session.Chunk) {
	c.Conn = r.n
	for _, e := range r.framer.Feed(c) {
		if e.From == session.Server {
			r.last = string(e.Line())
			r.agreed = r.agreed || agreesToTLS(&e)
		}
		r.acts = append(r.acts, r.g.Observe(&e, r.notes(&e))...)
	}
}

// agreesToTLS tells of a reply after which the handshake follows (RFC 3207 §4, RFC 2595 §4).
func agreesToTLS(e *session.Event) bool {
	return e.Role == session.Reply && !e.More && (e.Verb == "STARTTLS" && e.Code == "220" || e.Verb == "STLS" && e.Code == "+OK")
}

// secure changes the connection to TLS, if the server has agreed to it.
func (r *run) secure() error {
	if !r.agreed || r.conn == nil {
		return nil
	}
	r.agreed = false
	conn, mark, err := r.srv.Secure(r.conn)
	r.feed(session.Chunk{Mark: mark})
	if err != nil {
		r.drop()
		return fmt.Errorf("shake hands: %w", err)
	}
	r.conn = conn
	return nil
}

// hear reads until it is the client's turn, or the connection is closed.
func (r *run) hear() error { return r.hearUntil(r.turn) }

func (r *run) hearUntil(enough func() bool) error {
	buf := make([]byte, 32<<10)
	for r.conn != nil && !enough() {
		n, err := r.conn.Read(buf)
		if n > 0 {
			r.feed(session.Chunk{From: session.Server, Data: buf[:n]})
		}
		switch {
		case errors.Is(err, io.EOF):
			_ = r.conn.Close()
			r.conn = nil
			r.feed(session.Chunk{Mark: session.NewMark("close", "by", "server")})
		case err != nil:
			return fmt.Errorf("hear the server: %w", err)
		}
	}
	return nil
}

// turn reports whether the client may type.
func (r *run) turn() bool {
	switch r.framer.Next(r.n) {
	case session.Data, session.Answer:
		return true
	}
	return r.framer.Waiting(r.n) == 0
}

// errClosed is a line typed where there is no connection.
var errClosed = errors.New("the connection is closed")

// send types one line and waits for what comes of it.
func (r *run) send(line string) error {
	if name, ok := strings.CutPrefix(line, ":open "); ok && r.framer.Next(r.n) != session.Data {
		return r.open(strings.TrimSpace(name))
	}
	if r.conn == nil {
		return errClosed
	}
	data := []byte(line + "\r\n")
	r.feed(session.Chunk{From: session.Client, Data: data})
	if _, err := r.conn.Write(data); err != nil {
		return fmt.Errorf("type %q: %w", line, err)
	}
	if err := r.hear(); err != nil {
		return err
	}
	return r.secure()
}

func (r *run) sendAll(lines []Line) error {
	for _, l := range lines {
		if err := r.typed(l); err != nil {
			return err
		}
	}
	return nil
}

// typed types one of the author's lines.
func (r *run) typed(l Line) error {
	if err := r.send(l.Text); err != nil || !l.Ends() {
		return err
	}
	return r.hearUntil(func() bool { return r.framer.Next(r.n) != session.Data })
}

// command does what the guide asks for after one of the learner's commands to it.
func (r *run) command(line string) error {
	acts, _ := r.g.Command(line)
	return r.do(acts)
}

func (r *run) do(acts []Action) error {
	for _, a := range acts {
		r.acts = append(r.acts, a)
		var err error
		switch a.Kind {
		case Connect:
			err = r.connect(a)
		case Type:
			err = r.sendAll(a.Lines)
		}
		if err != nil {
			return err
		}
	}
	return nil
}

func (r *run) connect(a Action) error {
	if a.Fresh {
		r.drop()
		_ = r.srv.Close() // it is thrown away
		srv, err := r.b.Start(r.l, r.l.Values(""))
		if err != nil {
			return err
		}
		r.srv = srv
	}
	return r.open(a.Name)
}

// solve plays the author's way through the current step; retype changes each line first.
func (r *run) solve(retype func(Line) Line) error {
	t, ok := r.g.Play()
	if !ok {
		return nil
	}
	if err := r.change(); err != nil {
		return err
	}
	switch {
	case t.Command != "":
		return r.command(t.Command)
	case t.Answer != "":
		return r.do(r.g.Answer(t.Answer))
	}
	lines := t.Lines
	if retype != nil {
		for i := range lines {
			lines[i] = retype(lines[i])
		}
	}
	return r.sendAll(lines)
}

// change opens the connection that the current step is taken on, if it is another.
func (r *run) change() error {
	if s := r.g.Step(); s != nil && s.Via != "" && s.Via != r.name {
		return r.open(s.Via)
	}
	return nil
}

// leave gets out of a letter or an AUTH exchange that a mistake left open.
func (r *run) leave() error {
	if r.conn == nil {
		return nil
	}
	switch r.framer.Next(r.n) {
	case session.Data:
		return r.send(".")
	case session.Answer:
		return r.send("*")
	}
	return nil
}
