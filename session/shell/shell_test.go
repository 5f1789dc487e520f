package shell

import (
	"context"
	"errors"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"byhand/session"
	"byhand/session/proto"
	"byhand/session/text"
)

// peer is a link and a source at once: a server made of a table. Each line that it is sent gets the reply that answer gives.
type peer struct {
	chunks chan session.Chunk
	sent   []string
	answer func(line string) string // "" is silence; "HANGUP" closes
	open   bool
}

func newPeer(greeting string, answer func(string) string) *peer {
	p := &peer{chunks: make(chan session.Chunk, 100), answer: answer, open: true}
	p.chunks <- session.Chunk{Conn: 1, Mark: session.NewMark("open")}
	p.server(greeting)
	return p
}

func (p *peer) server(s string) {
	if s != "" {
		p.chunks <- session.Chunk{Conn: 1, From: session.Server, Data: []byte(s)}
	}
}

func (p *peer) Send(_ context.Context, line []byte) error {
	if !p.open {
		return io.ErrClosedPipe
	}
	p.sent = append(p.sent, string(line))
	p.chunks <- session.Chunk{Conn: 1, From: session.Client, Data: slices.Clone(line)}
	reply := p.answer(strings.TrimRight(string(line), "\r\n"))
	s, hangup := strings.CutSuffix(reply, "HANGUP")
	p.server(s)
	if hangup {
		p.open = false
		p.chunks <- session.Chunk{Conn: 1, Mark: session.NewMark("close", "by", "server")}
	}
	return nil
}

func (p *peer) Mark(m *session.Mark) { p.chunks <- session.Chunk{Conn: 1, Mark: m} }
func (p *peer) Hangup() {
	p.open = false
	p.chunks <- session.Chunk{Conn: 1, Mark: session.NewMark("close", "by", "client")}
}
func (p *peer) Connected() bool { return p.open }

func (p *peer) Next(ctx context.Context) (session.Chunk, error) {
	c, ok := <-p.chunks
	if !ok {
		return c, io.EOF
	}
	return c, nil
}

// desk is a shell at work on a peer, and what it said.
type desk struct {
	*Shell
	peer *peer
	said []string
}

func sit(t *testing.T, p *peer, change func(*Config)) *desk {
	t.Helper()
	d := &desk{peer: p}
	c := Config{
		Link: p, Framer: proto.New(session.Untold), Wait: true, Limit: 10 * time.Second, Echo: func(string) {},
		Say: func(s text.Said) { d.said = append(d.said, s.In(text.EN)) },
		Redial: func(context.Context) error {
			p.open = true
			p.chunks <- session.Chunk{Conn: 1, Mark: session.NewMark("open")}
			p.server("+OK again\r\n")
			return nil
		},
		Commands: []Command{{Name: "echo", Run: func(arg string) error { d.said = append(d.said, "echo "+arg); return nil }}},
	}
	if change != nil {
		change(&c)
	}
	d.Shell = New(c)
	done := make(chan error, 1)
	go func() { done <- session.Run(context.Background(), p, d.Framer(), d.Sink) }()
	t.Cleanup(func() {
		close(p.chunks)
		if err := <-done; err != nil {
			t.Error(err)
		}
	})
	return d
}

// smtpAnswers is a server that takes a letter.
func smtpAnswers() func(string) string {
	inLetter := false
	return func(line string) string {
		switch verb, _, _ := strings.Cut(strings.ToUpper(line), " "); {
		case inLetter && line == ".":
			inLetter = false
			return "250 queued\r\n"
		case inLetter:
			return ""
		case verb == "DATA":
			inLetter = true
			return "354 go on\r\n"
		case verb == "QUIT":
			return "221 bye\r\nHANGUP"
		case verb == "AUTH":
			return "334 VXNlcm5hbWU6\r\n"
		case verb == "DROP":
			return "HANGUP"
		}
		return "250 ok\r\n"
	}
}

// hands is a Keyboard that types a list of things, each when the one before has been taken.
type hands struct {
	typed    []Input
	prompts  []string
	masked   []bool
	prefills []string
	revealed int
	before   func(i int) // called before the i-th thing is typed
}

func (h *hands) ReadAs(ask func() (string, bool)) (Input, error) {
	prompt, masked := ask()
	h.prompts, h.masked = append(h.prompts, prompt), append(h.masked, masked)
	i := len(h.prompts) - 1
	if i >= len(h.typed) {
		return Input{Kind: EOF}, nil
	}
	if h.before != nil {
		h.before(i)
	}
	return h.typed[i], nil
}
func (h *hands) SetPrompt(string, bool)      {}
func (h *hands) Prefill(line []byte, _ bool) { h.prefills = append(h.prefills, string(line)) }
func (h *hands) Remember(string)             {}
func (h *hands) SetHistory([]string)         {}
func (h *hands) Reveal()                     { h.revealed++ }
func typed(lines ...string) (in []Input) {
	for _, l := range lines {
		in = append(in, Input{Line: []byte(l)})
	}
	return in
}

// settled waits until the dialogue is ready before each thing is typed, as a person does.
func settled(t *testing.T, d *desk) func(int) {
	return func(int) {
		if ok, err := d.Await(context.Background(), 10*time.Second); !ok || err != nil {
			t.Errorf("the server stays silent: %v", err)
		}
	}
}

func TestPromptsFollowTheDialogue(t *testing.T) {
	answers := map[string]string{"AUTH LOGIN": "334 VXNlcm5hbWU6\r\n", "bmFtZQ==": "334 UGFzc3dvcmQ6\r\n", "cGFzcw==": "235 in\r\n",
		"DATA": "354 go\r\n", ".": "250 queued\r\n", "QUIT": "221 bye\r\nHANGUP"}
	d := sit(t, newPeer("220 ready ESMTP\r\n", func(l string) string { return answers[l] }), nil)
	h := &hands{typed: typed("AUTH LOGIN", "bmFtZQ==", "cGFzcw==", "DATA", ":quit", ".", "QUIT", "half typed", "quit")}
	h.before = settled(t, d)
	// a prompt is made before the thing is typed: read it again once the reply is there
	var prompts []string
	var masked []bool
	before := h.before
	h.before = func(i int) {
		before(i)
		if i > 6 { // QUIT was answered; the end of the connection follows
			if err := d.Closed(context.Background()); err != nil {
				t.Error(err)
			}
		}
		st := d.Status()
		prompts, masked = append(prompts, d.prompt(st)), append(masked, st.Secret)
	}
	if err := d.Run(context.Background(), h); err != nil {
		t.Fatal(err)
	}
	want := []string{"smtp> ", "auth> ", "auth> ", "smtp> ", "data> ", "data> ", "smtp> ", "byhand> ", "byhand> "}
	if !slices.Equal(prompts, want) {
		t.Errorf("prompts %q, want %q", prompts, want)
	}
	if !slices.Equal(masked, []bool{false, false, true, false, false, false, false, false, false}) {
		t.Errorf("masked %v: the password alone must be", masked)
	}
	if slices.Contains(d.peer.sent, "half typed\r\n") || !slices.Contains(d.peer.sent, ":quit\r\n") {
		t.Errorf("sent %q", d.peer.sent)
	}
	if len(d.said) != 1 || !strings.Contains(d.said[0], "nothing was sent") {
		t.Errorf("said %q", d.said)
	}
}

func TestAgainConnectsAgain(t *testing.T) {
	d := sit(t, newPeer("+OK hi\r\n", func(l string) string {
		if l == "QUIT" {
			return "+OK bye\r\nHANGUP"
		}
		return "+OK\r\n"
	}), nil)
	h := &hands{typed: typed("QUIT", "again", "NOOP", ":again", "NOOP")}
	h.before = func(i int) {
		settled(t, d)(i)
		if i == 1 { // QUIT was answered; the end of the connection follows
			if err := d.Closed(context.Background()); err != nil {
				t.Error(err)
			}
		}
	}
	if err := d.Run(context.Background(), h); err != nil {
		t.Fatal(err)
	}
	if got := strings.Join(d.peer.sent, ""); got != "QUIT\r\nNOOP\r\nNOOP\r\n" {
		t.Errorf("sent %q", got)
	}
	if st := d.Status(); st.Dialled != 3 {
		t.Errorf("%d connections", st.Dialled)
	}
}

func TestForgottenPrefixIsTold(t *testing.T) {
	d := sit(t, newPeer("220 ready ESMTP\r\n", smtpAnswers()), nil)
	h := &hands{typed: typed("QUIT", "Echo this", "NOOP")}
	h.before = func(i int) {
		settled(t, d)(i)
		if i == 1 {
			if err := d.Closed(context.Background()); err != nil {
				t.Error(err)
			}
		}
	}
	if err := d.Run(context.Background(), h); err != nil {
		t.Fatal(err)
	}
	if len(d.said) != 2 || !strings.HasSuffix(d.said[0], "type :echo") || !strings.Contains(d.said[1], ":again") {
		t.Errorf("said %q", d.said)
	}
}

func TestEscapeTakesOneLocalCommandAndGivesTheLineBack(t *testing.T) {
	d := sit(t, newPeer("220 ready ESMTP\r\n", smtpAnswers()), nil)
	h := &hands{typed: []Input{{Line: []byte("DATA")}, {Kind: Escape, Line: []byte("half a li")}, {Line: []byte("echo here")}, {Line: []byte(".")}}}
	h.before = func(i int) {
		if i != 2 {
			settled(t, d)(i)
		}
	}
	if err := d.Run(context.Background(), h); err != nil {
		t.Fatal(err)
	}
	if !slices.Contains(h.prefills, "half a li") || !slices.Contains(d.said, "echo here") {
		t.Errorf("prefilled %q, said %q", h.prefills, d.said)
	}
	if got := strings.Join(d.peer.sent, ""); got != "DATA\r\n.\r\n" {
		t.Errorf("sent %q", got)
	}
}

func TestPastedLinesGoOneByOne(t *testing.T) {
	d := sit(t, newPeer("220 ready ESMTP\r\n", smtpAnswers()), func(c *Config) { c.YesPaste = true })
	h := &hands{typed: []Input{{Pasted: true, Line: []byte("DATA\nSubject: x\n\n:colon\n.\nNOOP")}}, before: settled(t, d)}
	if err := d.Run(context.Background(), h); err != nil {
		t.Fatal(err)
	}
	if got := strings.Join(d.peer.sent, ""); got != "DATA\r\nSubject: x\r\n\r\n:colon\r\n.\r\nNOOP\r\n" {
		t.Errorf("sent %q", got)
	}
}

func TestHistoryNeverHoldsASecret(t *testing.T) {
	d := sit(t, newPeer("+OK hi\r\n", func(string) string { return "+OK\r\n" }), nil)
	h := &hands{typed: typed("USER student", "PSAS hunter2", "PASS hunter2", "STAT", ":plain student hunter2", ":PLAIN a hunter2", ": b64 hunter2")}
	h.before = settled(t, d)
	if err := d.Run(context.Background(), h); err != nil {
		t.Fatal(err)
	}
	got := strings.Join(d.remembered(session.POP3), "|")
	if strings.Contains(got, "hunter2") || got != "USER student|STAT" {
		t.Errorf("remembered %q", got)
	}
}

func TestUnknownLocalCommandIsTold(t *testing.T) {
	d := sit(t, newPeer("+OK hi\r\n", func(string) string { return "+OK\r\n" }), nil)
	h := &hands{typed: typed(":ech", ":bogus"), before: settled(t, d)}
	if err := d.Run(context.Background(), h); err != nil {
		t.Fatal(err)
	}
	if len(d.said) != 2 || !strings.Contains(d.said[0], ":echo") || !strings.Contains(d.said[1], ":help") || len(d.peer.sent) != 0 {
		t.Errorf("said %q, sent %q", d.said, d.peer.sent)
	}
}

func TestSendFileSendsItsLines(t *testing.T) {
	path := filepath.Join(t.TempDir(), "letter.txt")
	if err := os.WriteFile(path, []byte("Subject: x\r\n\n.dot\n.\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	d := sit(t, newPeer("220 ready ESMTP\r\n", smtpAnswers()), nil)
	if err := d.Script(context.Background(), strings.NewReader("DATA\n")); !errors.Is(err, ErrLetter) {
		t.Fatal(err)
	}
	if err := d.Do("send " + path); err != nil {
		t.Fatal(err)
	}
	if got := strings.Join(d.peer.sent, ""); got != "DATA\r\nSubject: x\r\n\r\n.dot\r\n.\r\n" {
		t.Errorf("sent %q", got)
	}
	if err := d.Do("send " + path + ".gone"); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("a file that is not there gives %v", err)
	}
}

func TestCompletionFollowsTheState(t *testing.T) {
	d := sit(t, newPeer("220 ready ESMTP\r\n", smtpAnswers()), nil)
	settled(t, d)(0)
	for _, c := range []struct{ line, want string }{{"HE", "HELO|HELP"}, {"ma", ""}, {":e", ":echo"}, {"x", ""}} {
		cands, n := d.Complete(c.line, len(c.line))
		slices.Sort(cands)
		if got := strings.Join(cands, "|"); got != c.want || c.want != "" && n != len(c.line) {
			t.Errorf("%q completes to %q (%d), want %q", c.line, got, n, c.want)
		}
	}
	if err := d.Script(context.Background(), strings.NewReader("EHLO me\n")); err != nil {
		t.Fatal(err)
	}
	if cands, _ := d.Complete("ma", 2); strings.Join(cands, "|") != "MAIL FROM:<" {
		t.Errorf("after EHLO, ma completes to %q", cands)
	}
}

func TestHiddenWhileTyped(t *testing.T) {
	d := sit(t, newPeer("+OK hi\r\n", func(string) string { return "+OK\r\n" }), nil)
	settled(t, d)(0)
	for line, want := range map[string]string{"PASS hunter2": "hunter2", "USER me": "", "APOP me 0123": "0123", ":plain me hunter2": "hunter2", ":PLAIN me hunter2": "hunter2", ": plain me hunter2": "hunter2", "PSAS hunter2": "hunter2"} {
		from, to := d.Hidden(line)
		if line[from:to] != want {
			t.Errorf("%q hides %q, want %q", line, line[from:to], want)
		}
	}
}
