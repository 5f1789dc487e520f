package practice

import (
	"crypto/tls"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"testing"
	"time"
)

// TestConversations plays the files testdata/*.txt. Each is a conversation with a fresh server:
//
//	@pop3 @smtp          a new connection; its greeting comes next
//	@pop3s @smtps        the same with TLS from the first octet
//	@tls                 the client shakes hands; it trusts the server's authority and nobody else
//	C: line              the client sends line and CRLF
//	C+ 600 NOOP x        the same, with the last octet of line repeated so often
//	C" "octets\n"        the client sends these octets
//	S: line              the server says exactly this
//	S~ regexp            the server's line matches
//	S* regexp            any number of lines; one of them matches, and the last is a lone dot or ends an SMTP reply
//	S! regexp            the same, and no line matches
//	S- octets            the server says these octets and goes dead; \r and \n as in Go
//	@notls               the handshake fails
//	@pop3s?              a new connection, with TLS from the first octet, that fails
//	@closed              the server has closed, saying nothing more
//	@drop                the client closes without a word
//	@count user n        so many letters lie in the maildrop
//	@last user "text"    the last letter contains these octets
//	@voice name          how the server talks
//	@rule name           a switch of Rules, before the first connection
//	@limit name n        a field of Limits
//	@fault when | reply [| times]
//	@class anyone        who may come in; also login, address: how those of one name are kept apart
//	@reset user          the maildrop of the user is put back
//	@world               the world is what the next lines say, each behind |
func TestConversations(t *testing.T) {
	files, err := filepath.Glob("testdata/*.txt")
	if err != nil || len(files) == 0 {
		t.Fatal("no conversations", err)
	}
	for _, file := range files {
		t.Run(strings.TrimSuffix(filepath.Base(file), ".txt"), func(t *testing.T) {
			text, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			play(t, file, strings.Split(strings.TrimSpace(string(text)), "\n"))
		})
	}
}

type player struct {
	t     *testing.T
	file  string
	world strings.Builder
	cfg   func(*Config)
	srv   *Server
	c     *client
}

func play(t *testing.T, file string, lines []string) {
	p := &player{t: t, file: file, cfg: func(*Config) {}}
	for i, line := range lines {
		p.t.Logf("%s:%d: %s", file, i+1, line)
		if line == "" || line[0] == '#' {
			continue
		}
		if yaml, ok := strings.CutPrefix(line, "|"); ok {
			p.world.WriteString(yaml + "\n")
			continue
		}
		if len(line) > 1 && line[0] != '@' {
			kind, rest, _ := strings.Cut(line, " ")
			p.speak(kind, rest)
			continue
		}
		word, rest, _ := strings.Cut(line, " ")
		p.direct(word, rest)
	}
}

func (p *player) speak(kind, rest string) {
	p.t.Helper()
	switch kind {
	case "C:":
		p.c.send(rest)
	case "C+":
		count, line, _ := strings.Cut(rest, " ")
		n, _ := strconv.Atoi(count)
		p.c.send(line + strings.Repeat(line[len(line)-1:], n))
	case `C"`:
		if _, err := p.c.Write([]byte(p.unquote(rest))); err != nil {
			p.t.Fatal(err)
		}
	case "S:":
		if got := p.c.line(); got != rest {
			p.t.Fatalf("got  %q\nwant %q", got, rest)
		}
	case "S~":
		if got := p.c.line(); !regexp.MustCompile(rest).MatchString(got) {
			p.t.Fatalf("got %q, want a match of %s", got, rest)
		}
	case "S*":
		if !p.seek(regexp.MustCompile(rest)) {
			p.t.Fatalf("no line matches %s", rest)
		}
	case "S!":
		if p.seek(regexp.MustCompile(rest)) {
			p.t.Fatalf("a line matches %s", rest)
		}
	case "S-":
		got, _ := io.ReadAll(p.c.r) // TLS tells a cut from an end
		if want := p.unquote(`"` + rest + `"`); string(got) != want {
			p.t.Fatalf("got  %q\nwant %q", got, want)
		}
	default:
		p.t.Fatalf("unknown line %q", kind)
	}
}

// seek reads to the end of a reply of several lines and tells whether one of them matches.
func (p *player) seek(re *regexp.Regexp) (found bool) {
	p.t.Helper()
	for {
		line := p.c.line()
		found = found || re.MatchString(line)
		if line == "." || len(line) > 3 && line[3] == ' ' && isDigits(line[:3]) {
			return found
		}
	}
}

func (p *player) direct(word, rest string) {
	p.t.Helper()
	f := strings.Fields(rest)
	switch word {
	case "@rule":
		p.configure(func(c *Config) { setRule(p.t, &c.Rules, rest) })
	case "@voice":
		v, ok := FindVoice(rest)
		if !ok {
			p.t.Fatalf("no voice %q", rest)
		}
		p.configure(func(c *Config) { c.Voice = v })
	case "@limit":
		p.configure(func(c *Config) { setLimit(p.t, &c.Limits, rest) })
	case "@fault":
		p.configure(func(c *Config) { c.World.Faults = append(c.World.Faults, readFault(p.t, rest)) })
	case "@class":
		p.configure(func(c *Config) {
			if c.Class.Anyone = rest == "anyone"; !c.Class.Anyone {
				c.Class.Isolate = Isolation(rest)
			}
		})
	case "@reset":
		if ok, err := p.srv.ResetUser(rest); !ok || err != nil {
			p.t.Fatalf("no user %s, %v", rest, err)
		}
	case "@world":
		p.configure(p.readWorld)
	case "@pop3":
		p.c = dial(p.t, p.server().POP3Addr())
	case "@smtp":
		p.c = dial(p.t, p.server().SMTPAddr())
	case "@pop3s":
		p.c = dial(p.t, p.server().POP3SAddr()).secure(p.srv)
	case "@smtps":
		p.c = dial(p.t, p.server().SMTPSAddr()).secure(p.srv)
	case "@tls":
		p.c = p.c.secure(p.srv)
	case "@notls":
		if err := tls.Client(p.c.Conn, trust(p.t, p.srv, "localhost")).Handshake(); err == nil {
			p.t.Fatal("the handshake went well")
		}
	case "@pop3s?": // the handshake that a fault drops
		k := tls.Client(dial(p.t, p.srv.POP3SAddr()).Conn, trust(p.t, p.srv, "localhost"))
		if err := k.Handshake(); err == nil {
			p.t.Fatal("the handshake went well")
		}
	case "@closed":
		if got := p.c.closed(); got != "" {
			p.t.Fatalf("said before it closed: %q", got)
		}
	case "@drop":
		_ = p.c.Close()
	case "@count":
		if got := len(p.server().Letters(f[0])); strconv.Itoa(got) != f[1] {
			p.t.Fatalf("%s has %d letters, want %s", f[0], got, f[1])
		}
	case "@last":
		letters := p.server().Letters(f[0])
		want := p.unquote(strings.TrimSpace(strings.TrimPrefix(rest, f[0])))
		if len(letters) == 0 || !strings.Contains(string(letters[len(letters)-1].Bytes()), want) {
			p.t.Fatalf("the last letter of %d has no %q", len(letters), want)
		}
	default:
		p.t.Fatalf("unknown word %q", word)
	}
}

func (p *player) configure(change func(*Config)) {
	before := p.cfg
	p.cfg = func(c *Config) { before(c); change(c) }
}

func (p *player) readWorld(c *Config) {
	p.t.Helper()
	w, err := ReadWorld(os.DirFS("testdata"), p.file, []byte(p.world.String()))
	if err != nil {
		p.t.Fatal(err)
	}
	c.World, c.Now = w, nil
}

func (p *player) server() *Server {
	if p.srv == nil {
		p.srv = start(p.t, p.cfg)
	}
	return p.srv
}

func (p *player) unquote(s string) string {
	p.t.Helper()
	out, err := strconv.Unquote(s)
	if err != nil {
		p.t.Fatalf("%s: %v", s, err)
	}
	return out
}

func setRule(t *testing.T, r *Rules, name string) {
	t.Helper()
	rules := map[string]*bool{"require-auth": &r.RequireAuth, "bare-lf": &r.BareLF, "bare-address": &r.BareAddress,
		"strict-colon": &r.StrictColon, "share": &r.ShareMaildrop}
	if rules[name] == nil {
		t.Fatalf("no rule %q", name)
	}
	*rules[name] = true
}

func setLimit(t *testing.T, l *Limits, text string) {
	t.Helper()
	var name string
	var n int
	if _, err := fmt.Sscan(text, &name, &n); err != nil {
		t.Fatal(err)
	}
	switch name {
	case "commands":
		l.Commands = n
	case "rate":
		l.Rate = n
	case "per-address":
		l.PerAddress = n
	case "maildrop":
		l.Maildrop = int64(n)
	case "letter":
		l.Letter = int64(n)
	case "held":
		l.Held = int64(n)
	case "recipients":
		l.Recipients = n
	case "bad-commands":
		l.BadCommands = n
	case "bad-logins":
		l.BadLogins = n
	case "lock-ms":
		l.LockWait = time.Duration(n) * time.Millisecond
	case "slow-ms":
		l.Slow = time.Duration(n) * time.Millisecond
	case "command-ms":
		l.Command, l.Idle = time.Duration(n)*time.Millisecond, time.Duration(n)*time.Millisecond
	default:
		t.Fatalf("no limit %q", name)
	}
}

func readFault(t *testing.T, text string) Fault {
	t.Helper()
	part := strings.Split(text, " | ")
	f := Fault{When: part[0]}
	for _, p := range part[1:] {
		switch {
		case p == "drop":
			f.Drop = true
		case isDigits(p):
			f.Times, _ = strconv.Atoi(p)
		default:
			f.Reply = p
		}
	}
	return f
}
