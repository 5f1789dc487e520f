// Package shell is the keyboard: it sends what is typed exactly as it is typed, and runs the commands that are for byhand.
// Shell holds what does not hang on a terminal, and Terminal the editing of a line; a script takes the place of both.
// It says nothing of the protocols: what a line will be it asks the framer, what a line means others explain.
package shell

import (
	"bytes"
	"context"
	"errors"
	"strings"
	"sync"
	"time"

	"byhand/session"
	"byhand/session/proto"
	"byhand/session/text"
)

// Keyboard gives what a person types, and keeps it whole while other lines are printed. Terminal is one; tests have another.
type Keyboard interface {
	ReadAs(prompt func() (text string, masked bool)) (Input, error)
	SetPrompt(prompt string, masked bool)
	Prefill(line []byte, masked bool)
	Remember(line string)
	SetHistory(lines []string)
	Reveal()
}

// Link is the connection, as the shell uses it.
type Link interface {
	Send(ctx context.Context, line []byte) error // exactly these bytes; ctx ends the wait for a server that does not take them
	Mark(m *session.Mark)
	Hangup()
	Connected() bool
}

// Command is one row of the table of local commands: what a line that begins with the prefix does.
type Command struct {
	Name string
	Args string // as the help shows them: "[N]", "TEXT"
	Help text.T
	Run  func(arg string) error // what it answers it says itself; an error is said by the shell
}

// ErrQuit is what a Command gives to leave the shell.
var ErrQuit = errors.New("quit")

// Config is what a Shell needs.
type Config struct {
	Link     Link
	Framer   *proto.Framer
	Say      func(text.Said)             // a remark of byhand's own
	Told     func(error) string          // an error in the user's words; its own by default
	Echo     func(line string)           // a local command, as it was typed
	Redial   func(context.Context) error // connects again
	Style    func(prompt string) string  // colours a prompt; nil leaves it
	Commands []Command                   // beyond the shell's own; a row here goes before one of the same name

	Prefix string // of local commands; ":" by default, "" with NoPref
	NoPref bool   // every line is sent
	EOL    string // what Enter adds: CRLF, or LF for those who study it

	Asking func() bool       // a question was put: what is typed next answers it, unless the server waits for a letter
	Answer func(line string) // takes the answer

	YesPaste bool // a paste of several lines is sent without being shown first

	Wait  bool          // a script's line waits for the whole reply to the one before
	Limit time.Duration // how long a script waits for a reply
	Greet time.Duration // how long it waits for the greeting; 0 is Limit
	Tell  time.Duration // after how much of that it says what it waits for; 0 says nothing
	Shy   time.Duration // how long it waits for the first word of a server whose protocol nobody knows; 0 is Limit
	Quiet time.Duration // how long such a server may be silent before it is taken to have said all
}

// Shell is the dialogue with the one who types: it sends lines as they are, runs local commands, and follows from the framer
// what the next line will be. One goroutine calls Run or Script; the framer's goroutine calls what Framer and Sink give.
type Shell struct {
	c        Config
	commands []Command

	mu      sync.Mutex
	changed chan struct{} // closed and made anew at each change of the status
	status  Status
	framed  Status // what status will be when the events have been shown
	history map[session.Protocol][]string
	sent    int64 // bytes given to the link
	keys    Keyboard
	whole   context.Context // the life of the session under way
	live    context.Context // the same, until Break
	stop    func()          // ends live
	escaped bool            // one local command is being typed, without its prefix
	state   proto.State

	prompting sync.Mutex // held while the prompt of the dialogue is given to keys
	asks      bool       // a question of the shell's own is being answered; guarded by prompting
}

// Status is what the shell knows of the dialogue, as of the last chunk that was framed.
type Status struct {
	Conn    int
	Proto   session.Protocol
	Next    session.Role // of the client's next line
	Waiting int          // replies that the server owes
	Open    bool
	Heard   bool   // the server has said something on this connection
	Left    string // how the last connection ended: "quit", "dropped", or "" for one that we closed or that is open
	Sent    int64  // the client's bytes that were framed
	Secret  bool   // the whole next line is a secret
	Late    bool   // an AUTH exchange was refused: the next line may be an answer that comes too late
	Letter  bool   // inside a letter that has not been ended
	Dialled int    // connections so far
}

// New gives a shell.
func New(c Config) *Shell {
	if c.Prefix == "" && !c.NoPref {
		c.Prefix = ":"
	}
	if c.Told == nil {
		c.Told = error.Error
	}
	if c.EOL == "" {
		c.EOL = "\r\n"
	}
	s := &Shell{c: c, changed: make(chan struct{}), history: map[session.Protocol][]string{}}
	s.commands = append(append([]Command{}, c.Commands...), s.own()...)
	return s
}

// Framer gives the framer of this shell, for session.Run: what it learns, the shell knows.
func (s *Shell) Framer() session.Framer { return watched{s} }

type watched struct{ s *Shell }

// Feed frames c and notes where the dialogue stands. That is told when the events have been shown, so that nothing typed because
// of a reply can come before it on the screen.
func (w watched) Feed(c session.Chunk) []session.Event {
	s := w.s
	events := s.c.Framer.Feed(c)
	s.mu.Lock()
	defer s.mu.Unlock()
	for i := range events {
		s.state.Observe(&events[i])
	}
	st := &s.framed
	if c.Conn > 0 {
		st.Conn = c.Conn
	}
	if c.From == session.Client {
		st.Sent += int64(len(c.Data))
	}
	if c.Mark != nil && c.Mark.Role() == session.Open {
		s.sent, st.Sent, st.Heard = 0, 0, false // bytes are counted by connection
	}
	st.Heard = st.Heard || c.From == session.Server && len(c.Data) > 0
	if c.Mark != nil {
		st.follow(c.Mark, s.state.Left)
	}
	st.Proto, st.Next, st.Waiting = s.c.Framer.Protocol(st.Conn), s.c.Framer.Next(st.Conn), s.c.Framer.Waiting(st.Conn)
	st.Letter, st.Late = s.c.Framer.InLetter(st.Conn), s.c.Framer.Late(st.Conn)
	st.Secret = st.Next == session.Answer && s.c.Framer.Secret(st.Conn, []byte("?")).Len > 0
	if len(events) == 0 {
		s.publish()
	}
	return events
}

// publish makes what was framed the status. The caller holds mu.
func (s *Shell) publish() {
	s.status = s.framed
	close(s.changed)
	s.changed = make(chan struct{})
}

func (st *Status) follow(m *session.Mark, left string) {
	switch m.Role() {
	case session.Open:
		st.Open, st.Left = m.Text("err") == "", ""
		st.Dialled++
	case session.Close:
		st.Open = false
		if m.Text("by") != "client" || left == "quit" {
			st.Left = left
		}
	}
}

// Sink is the last sink of a session: the events were shown, and the prompt says what the next line will be.
func (s *Shell) Sink([]session.Event) error {
	s.mu.Lock()
	s.publish()
	keys, st := s.keys, s.status
	s.mu.Unlock()
	if keys != nil {
		s.show(keys, st)
	}
	return nil
}

// Status gives where the dialogue stands.
func (s *Shell) Status() Status {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.status
}

// State gives a copy of what an observer of the wire knows.
func (s *Shell) State() proto.State {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.state
}

// await waits until ok holds; it gives false when limit has passed, and the error of ctx.
func (s *Shell) await(ctx context.Context, limit time.Duration, ok func(Status) bool) (bool, error) {
	var expired <-chan time.Time
	if limit > 0 {
		timer := time.NewTimer(limit)
		defer timer.Stop()
		expired = timer.C
	}
	for {
		s.mu.Lock()
		st, changed := s.status, s.changed
		s.mu.Unlock()
		if ok(st) {
			return true, nil
		}
		select {
		case <-changed:
		case <-expired:
			return false, nil
		case <-ctx.Done():
			return false, ctx.Err()
		}
	}
}

// Await waits until the dialogue is ready for the next line: all that was sent has its reply, or the server waits for more.
// It gives false when limit has passed without that; a limit of 0 waits as long as ctx lasts.
func (s *Shell) Await(ctx context.Context, limit time.Duration) (bool, error) {
	s.mu.Lock()
	sent := s.sent
	s.mu.Unlock()
	return s.await(ctx, limit, func(st Status) bool {
		return st.Dialled > 0 && (!st.Open || st.Sent >= sent && st.ready())
	})
}

// AwaitEnd waits until no letter is open, for lines at which a lax server ends one: it answers where Await would not wait.
func (s *Shell) AwaitEnd(ctx context.Context, limit time.Duration) (bool, error) {
	return s.await(ctx, limit, func(st Status) bool { return !st.Open || !st.Letter })
}

// context gives how long a wait may last: until the session ends that Run or Script was called for, or until Break.
func (s *Shell) context() context.Context {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.live == nil {
		return context.Background()
	}
	return s.live
}

// begin makes ctx the life of the session; the function that it gives ends it.
func (s *Shell) begin(ctx context.Context, keys Keyboard) (end func()) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.whole, s.keys = ctx, keys
	s.live, s.stop = context.WithCancel(ctx)
	return func() {
		s.mu.Lock()
		defer s.mu.Unlock()
		s.stop()
		s.live, s.stop, s.keys = nil, nil, nil
	}
}

// Break ends whatever is waited for now: a server that does not take a line, a reply in the middle of a paste. The session goes on.
func (s *Shell) Break() {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.stop != nil {
		s.stop()
		s.live, s.stop = context.WithCancel(s.whole)
	}
}

// Greeted waits until a connection after the first n has been seen to open and the server's greeting is complete. A guide that
// connects and types at once needs it: until the opening is framed, Await sees the end of the connection before.
func (s *Shell) Greeted(ctx context.Context, limit time.Duration, n int) (bool, error) {
	return s.await(ctx, limit, func(st Status) bool { return st.Dialled > n && (!st.Open || st.ready()) })
}

// Closed waits until the connection has been seen to end.
func (s *Shell) Closed(ctx context.Context) error {
	_, err := s.await(ctx, 0, func(st Status) bool { return !st.Open })
	return err
}

// ready tells whether a line may be sent without typing ahead.
func (st Status) ready() bool {
	return st.Next == session.Data || st.Waiting <= 0 && st.Next != session.Unknown
}

// Send sends one line as it is, with the line end, and comes back when it has been framed. It is how a guide types, too.
func (s *Shell) Send(line []byte) error {
	s.mu.Lock()
	s.sent += int64(len(line) + len(s.c.EOL))
	sent, conn := s.sent, s.status.Conn
	s.mu.Unlock()
	ctx := s.context()
	if err := s.c.Link.Send(ctx, append(append(make([]byte, 0, len(line)+2), line...), s.c.EOL...)); err != nil {
		return err
	}
	_, err := s.await(ctx, 0, func(st Status) bool { return st.Sent >= sent || !st.Open || st.Conn != conn })
	return err
}

// local tells whether a line is for byhand: it begins with the prefix, and the server does not wait for a letter or an
// answer, where every line is sent. A doubled prefix sends one.
func (s *Shell) local(line []byte, st Status) (cmd string, rest []byte, isLocal bool) {
	if s.c.NoPref || !bytes.HasPrefix(line, []byte(s.c.Prefix)) || st.Open && st.Next != session.Command {
		return "", line, false
	}
	if after := line[len(s.c.Prefix):]; !bytes.HasPrefix(after, []byte(s.c.Prefix)) {
		return string(after), nil, true
	}
	return "", line[len(s.c.Prefix):], false
}

// Do runs a local command line, without its prefix. It gives ErrQuit to leave.
func (s *Shell) Do(line string) error {
	name, arg := parts(line)
	var near string
	for _, c := range s.commands {
		if c.Name == name {
			return c.Run(arg)
		}
		if strings.HasPrefix(c.Name, name) && near == "" {
			near = c.Name
		}
	}
	if near == "" || name == "" {
		near = "help"
	}
	s.c.Say(sayUnknown.With(s.c.Prefix+name, s.c.Prefix+near, s.c.Prefix))
	return nil
}

// parts gives the name of a local command in lower case, and its argument, which is the end of line.
func parts(line string) (name, arg string) {
	name, arg, _ = strings.Cut(strings.TrimLeft(line, " "), " ")
	return strings.ToLower(name), strings.TrimLeft(arg, " ")
}

// Commands gives the table of local commands, for help and completion.
func (s *Shell) Commands() []Command { return s.commands }

// own lists the local commands that every shell has.
func (s *Shell) own() []Command {
	return []Command{
		{Name: "again", Help: helpAgain, Run: func(string) error { return s.again() }},
		{Name: "send", Args: "FILE", Help: helpSend, Run: s.sendFile},
		{Name: "reveal", Help: helpReveal, Run: s.reveal},
		{Name: "quit", Help: helpQuit, Run: func(string) error { return ErrQuit }},
	}
}

func (s *Shell) again() error {
	if s.c.Link.Connected() {
		s.c.Link.Hangup()
		if err := s.Closed(s.context()); err != nil {
			return err
		}
	}
	if s.c.Redial == nil {
		return nil
	}
	before := s.Status().Dialled
	if err := s.c.Redial(s.context()); err != nil {
		return err
	}
	_, err := s.await(s.context(), 0, func(st Status) bool { return st.Dialled > before })
	return err
}
