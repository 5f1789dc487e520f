package main

import (
	"crypto/hmac"
	"crypto/md5"
	"encoding/base64"
	"encoding/hex"
	"fmt"
	"os"
	"strings"

	"byhand/session/annotate"
	"byhand/session/text"
	"byhand/transcripts"

	"github.com/spf13/cobra"
	"golang.org/x/term"
)

// secretFlags say where the secrets come from that a recording hides. None is ever an option itself: others can read those.
type secretFlags struct {
	user, env, file string
	ask             bool
}

func (f *secretFlags) add(cmd *cobra.Command, lang text.Lang) {
	cmd.Flags().StringVar(&f.user, "user", "", sayUserFlag.In(lang))
	cmd.Flags().StringVar(&f.env, "secret-env", "", saySecretEnvFlag.In(lang))
	cmd.Flags().BoolVar(&f.ask, "ask", false, sayAskFlag.In(lang))
	cmd.Flags().StringVar(&f.file, "secret-file", "", saySecretFileFlag.In(lang))
}

// secrets gives a password for each hidden span, in order; the last one serves again.
type secrets struct {
	a        *app
	f        secretFlags
	lines    []string
	read     bool
	greeting string // with the timestamp of APOP
}

// fill gives what a turn says, with its secret; last is the server's line before.
func (s *secrets) fill(t *transcripts.Turn, last string) ([]byte, error) {
	if t.Label == "" {
		return t.Said, nil
	}
	pass, err := s.password(t)
	if err != nil {
		return nil, err
	}
	switch {
	case t.Label == "digest" && t.Verb == "APOP":
		stamp := timestamp().FindString(s.greeting)
		sum := md5.Sum([]byte(stamp + pass)) // RFC 1939 §7 wants MD5
		return t.Fill(hex.EncodeToString(sum[:])), nil
	case t.Mech == "CRAM-MD5": // RFC 2195 §2
		_, word, _ := strings.Cut(strings.TrimSpace(last), " ") // a server may say an empty line in place of a challenge
		challenge, err := base64.StdEncoding.DecodeString(word)
		if err != nil {
			return nil, &failure{what: sayNoMech.With(t.Mech), hint: sayNoMechHint.With()}
		}
		h := hmac.New(md5.New, []byte(pass))
		h.Write(challenge)
		return t.Fill(annotate.Base64(s.user() + " " + hex.EncodeToString(h.Sum(nil)))), nil
	case t.Mech == "PLAIN":
		return t.Fill(annotate.Plain(s.user(), pass)), nil
	case t.Mech == "LOGIN":
		return t.Fill(annotate.Base64(pass)), nil
	case t.Mech != "":
		return nil, &failure{what: sayNoMech.With(t.Mech), hint: sayNoMechHint.With()}
	}
	return t.Fill(pass), nil
}

func (s *secrets) user() string {
	if s.f.user == "" {
		return "student"
	}
	return s.f.user
}

// password gives the next password: from the environment or a file, else from the terminal.
func (s *secrets) password(t *transcripts.Turn) (string, error) {
	if err := s.load(); err != nil {
		return "", err
	}
	if len(s.lines) > 0 {
		pass := s.lines[0]
		if len(s.lines) > 1 {
			s.lines = s.lines[1:]
		}
		return pass, nil
	}
	in, ok := tty(s.a.in)
	if !ok {
		return "", &failure{what: sayHidden.With(t.Wanted(true)), hint: sayHiddenHint.With()}
	}
	fmt.Fprint(s.a.err, sayHidden.With(t.Wanted(true)).In(s.a.lang)+" ***> ")
	pass, err := term.ReadPassword(int(in.Fd()))
	fmt.Fprintln(s.a.err)
	return string(pass), err
}

func (s *secrets) load() error {
	if s.read {
		return nil
	}
	s.read = true
	switch {
	case s.f.ask:
	case s.f.env != "":
		s.lines = linesOf(s.a.env(s.f.env))
	case s.f.file != "":
		all, err := os.ReadFile(s.f.file)
		s.lines = linesOf(string(all))
		return err
	}
	return nil
}

var (
	sayUserFlag       = text.T{EN: "the user name inside a hidden AUTH PLAIN or CRAM-MD5 (default student)", ZH: "被隐藏的 AUTH PLAIN 或 CRAM-MD5 里的用户名（默认 student）"}
	saySecretEnvFlag  = text.T{EN: "take the passwords from this environment variable, one a line", ZH: "从这个环境变量读取密码，每行一个"}
	sayAskFlag        = text.T{EN: "ask for each password at the terminal (this is also done where nothing else gives it)", ZH: "每个密码都在终端询问（没有别的来源时也会询问）"}
	saySecretFileFlag = text.T{EN: "take the passwords from this file, one a line", ZH: "从这个文件读取密码，每行一个"}
	sayHidden         = text.T{EN: "The recording hides a secret: %s", ZH: "记录里隐藏了密码：%s"}
	sayHiddenHint     = text.T{EN: "Without a terminal, --secret-env NAME or --secret-file FILE gives it.", ZH: "没有终端时，用 --secret-env 名称 或 --secret-file 文件 提供。"}
	sayNoMech         = text.T{EN: "The login with %s cannot be run again: its answers depend on more than the password.", ZH: "用 %s 的登录无法重跑：它的应答不只取决于密码。"}
	sayNoMechHint     = text.T{EN: "Record a session with AUTH PLAIN, LOGIN or CRAM-MD5, or USER and PASS.", ZH: "请改录用 AUTH PLAIN、LOGIN、CRAM-MD5 或 USER 和 PASS 登录的会话。"}
)
