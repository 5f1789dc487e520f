package transcripts

import (
	"encoding/base64"
	"io"
	"strings"

	"byhand/session"
	"byhand/session/annotate"
	"byhand/session/proto"
	"byhand/session/text"
)

// The exports of this file, of export_gotest.go and of export_lesson.go are drafts: the client's lines of the first connection in the language of
// another tool, for somebody to edit. Where a secret stood they ask for it.

// maxTurns bounds what a draft is made of.
const maxTurns = 5000

// A turn is what the client sent until the server answered, and the codes of the answers.
type turn struct {
	chapter string
	remark  string
	send    []sentLine
	verb    string
	replies []shortReply
}

// A shortReply is what a script waits for.
type shortReply struct {
	code string
	list bool // POP3: lines follow the status line, up to a lone dot
}

// A sentLine is one line of the client's, without its line end.
type sentLine struct {
	text   string // in clear; "" where secret says what stood there
	before string // what stands before a secret
	secret secretKind
}

// secretKind tells what a hidden part of a line was, and so how it is made again.
type secretKind uint8

const (
	noSecret       secretKind = iota
	secretPassword            // the password as it is
	secretBase64              // in Base64
	secretPlain               // NUL, name, NUL, password, in Base64 (RFC 4616 §2)
	secretOther               // a digest or a token: nobody can make it again from a password
)

// A script is the client's part of a session.
type script struct {
	title  string
	proto  session.Protocol
	host   string
	port   string
	tls    string // "implicit", "start" or ""
	user   string
	turns  []turn
	greets string // code of the greeting
}

// scriptOf reads the client's part of the first connection.
func scriptOf(src *Reader) (*script, error) {
	s := &script{title: src.Header().Title}
	chapter, auth := "", 0
	err := explained(src, Options{Depth: annotate.Off}, func(e *session.Event, _ annotate.Explanation) error {
		switch {
		case e.Conn > 1 || len(s.turns) >= maxTurns:
			return nil
		case heading(e) != "":
			chapter = heading(e)
		case remarkOf(e) != "":
			if n := len(s.turns); n > 0 {
				s.turns[n-1].remark += remarkOf(e) + "\n"
			}
		case e.Mark != nil:
			s.change(e)
		case e.From == session.Client:
			if e.Role == session.Command {
				auth = 0
			}
			s.send(e, chapter, &auth)
			chapter = ""
		case e.From == session.Server:
			s.reply(e)
		}
		return nil
	})
	return s, err
}

// change notes where the connection goes.
func (s *script) change(e *session.Event) {
	switch {
	case e.Role == session.Open:
		addr := e.Mark.Text("addr")
		i := strings.LastIndexByte(addr, ':')
		s.host, s.port = strings.Trim(addr[:max(i, 0)], "[]"), addr[i+1:]
		s.tls = e.Mark.Text("tls")
	case e.Role == session.TLS && e.Mark.Text("is") == "done" && s.tls == "":
		s.tls = "start"
	}
}

// send takes a line of the client's.
func (s *script) send(e *session.Event, chapter string, auth *int) {
	s.proto = e.Proto
	n := len(s.turns)
	if n == 0 || len(s.turns[n-1].replies) > 0 {
		s.turns = append(s.turns, turn{chapter: chapter, verb: e.Verb})
		n++
	}
	line := sentLine{text: string(e.Line())}
	for _, hidden := range e.Secret {
		line = sentLine{before: string(e.Raw[:hidden.Off]), secret: secretOf(e, hidden)}
		break
	}
	switch _, arg := proto.Split(e.Raw); {
	case e.Role == session.Answer:
		if *auth++; *auth == 1 && line.secret == noSecret {
			if name, err := base64.StdEncoding.DecodeString(line.text); err == nil {
				s.user = string(name)
			}
		}
	case e.Role == session.Command && e.Proto == session.POP3 && e.Verb == "USER":
		s.user = arg
	}
	s.turns[n-1].send = append(s.turns[n-1].send, line)
}

// secretOf tells what a hidden span was.
func secretOf(e *session.Event, s session.Span) secretKind {
	switch {
	case s.Label == "password":
		return secretPassword
	case s.Label == "password-base64":
		return secretBase64
	case s.Label == "credentials" && strings.Contains(strings.ToUpper(string(e.Raw[:s.Off])), "PLAIN"):
		return secretPlain
	}
	return secretOther
}

// reply takes a line of the server's.
func (s *script) reply(e *session.Event) {
	if verdict(e) == "" || e.Proto == session.SMTP && e.More {
		return
	}
	if len(s.turns) == 0 {
		s.greets, s.proto = e.Code, e.Proto
		return
	}
	t := &s.turns[len(s.turns)-1]
	t.replies = append(t.replies, shortReply{e.Code, e.More})
}

// writeTxtar writes the session as a txtar archive with one file, a dialogue. No line of a dialogue can be taken for the
// head of a file: each begins with its sign.
func writeTxtar(dst io.Writer, src *Reader, o Options) error {
	head := "-- talk" + sampleSuffix + " --\n"
	if title := src.Header().Title; title != "" {
		head = visible(title) + "\n" + head
	}
	if _, err := io.WriteString(dst, head); err != nil {
		return err
	}
	p := printer{times: o.Times}
	return writeMasked(&Writer{w: dst, buf: p.head(nil, src.Header()), form: p.entry}, src)
}

// writeSwaks writes the command line of swaks(1) that sends such a letter.
func writeSwaks(dst io.Writer, src *Reader, _ Options) error {
	s, err := scriptOf(src)
	if err != nil {
		return err
	}
	if s.proto != session.SMTP {
		return &Error{File: "swaks-args", Line: 1, What: sayNoSwaks.With(), Hint: hintNoSwaks.With()}
	}
	_, err = io.WriteString(dst, strings.Join(s.swaks(), " ")+"\n")
	return err
}

func (s *script) swaks() []string {
	args := []string{"swaks"}
	add := func(option, value string) {
		if value != "" {
			args = append(args, option, shellWord(value))
		}
	}
	add("--server", s.host)
	add("--port", s.port)
	switch s.tls {
	case "implicit":
		args = append(args, "--tls-on-connect")
	case "start":
		args = append(args, "--tls")
	}
	greeted := false
	for _, t := range s.turns {
		for _, l := range t.send {
			verb, arg := proto.Split([]byte(l.before + l.text))
			addr, _, _ := proto.Path(arg)
			switch verb {
			case "HELO", "EHLO":
				if !greeted {
					add("--ehlo", arg)
				}
				greeted = true
			case "AUTH":
				mech, _, _ := strings.Cut(arg, " ")
				add("--auth", mech)
				add("--auth-user", s.user)
				args = append(args, "--auth-password", `"$PASSWORD"`)
			case "MAIL":
				add("--from", addr)
			case "RCPT":
				add("--to", addr)
			}
		}
	}
	return args
}

// shellWord gives a word for a POSIX shell.
func shellWord(s string) string {
	s = string(appendVisible(nil, []byte(s)))
	if s != "" && strings.Trim(s, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789.-_@:/+") == "" {
		return s
	}
	return "'" + strings.ReplaceAll(s, "'", `'\''`) + "'"
}

var (
	sayNoSwaks  = text.T{EN: "swaks speaks SMTP, and this session does not", ZH: "swaks 只会 SMTP，而这个会话不是"}
	hintNoSwaks = text.T{EN: "`go-test` writes POP3 as well", ZH: "POP3 可以用 `go-test`"}
)
