package main

import (
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"time"

	"byhand/session"
	"byhand/session/text"
	"byhand/transcripts"
)

// maxRecent is how many sessions are kept for `byhand replay last`; older ones are removed.
const maxRecent = 30

// keeper records a session into a file, or nowhere.
type keeper struct {
	a    *app
	rec  *transcripts.File
	path string
	own  bool // among the recent ones, not named by the user
}

// keeper opens the recording: the file that was named, or one among the recent sessions.
func (a *app) keeper(path string, recent bool, start time.Time) (*keeper, error) {
	k := &keeper{a: a, path: path}
	if path == "" && recent {
		dir, err := a.sessions()
		if err != nil {
			return k, nil // a home that cannot be written to is no reason not to talk
		}
		k.path, k.own = filepath.Join(dir, start.Format("20060102-150405.000")+".rec.jsonl"), true
	}
	if k.path == "" {
		return k, nil
	}
	rec, err := transcripts.Create(k.path, a.header(start), transcripts.FileOptions{Fail: a.lost})
	if err != nil && k.own {
		k.path = ""
		return k, nil
	}
	k.rec = rec
	return k, err
}

// header describes a recording made now.
func (a *app) header(start time.Time) transcripts.Header {
	return transcripts.Header{V: 1, Start: start, By: "byhand " + version, Redact: "default", Lang: a.lang.String()}
}

// lost says, once, that the recording had to stop.
func (a *app) lost(err error) {
	a.err.Write([]byte(sayRecordFailed.With(err.Error()).In(a.lang) + "\n"))
}

// sink records events.
func (k *keeper) sink(events []session.Event) error {
	if k.rec == nil {
		return nil
	}
	return k.rec.Sink(events)
}

// end closes the recording and passes err on.
func (k *keeper) end(err error) error {
	if k.rec == nil {
		return err
	}
	if closed := k.rec.Close(); err == nil {
		err = closed
	}
	if info, gone := os.Stat(k.path); gone == nil && info.Size() == 0 {
		_ = os.Remove(k.path) // ours, made by this run: nothing passed, so there is nothing to keep
		return err
	}
	if k.own && err == nil {
		k.a.forget()
	}
	if _, terminal := tty(k.a.out); terminal && err == nil {
		name := k.path
		if k.own {
			name = "last"
		}
		k.a.err.Write([]byte(sayKept.With(visible(name)).In(k.a.lang) + "\n"))
	}
	return err
}

// stateDir is where byhand keeps what it remembers.
func (a *app) stateDir() (string, error) {
	if dir := a.env("XDG_STATE_HOME"); dir != "" {
		return filepath.Join(dir, "byhand"), nil
	}
	if runtime.GOOS == "windows" {
		dir, err := os.UserCacheDir()
		return filepath.Join(dir, "byhand"), err
	}
	home, err := os.UserHomeDir()
	return filepath.Join(home, ".local", "state", "byhand"), err
}

// sessions gives the folder of the recent sessions, and makes it.
func (a *app) sessions() (string, error) {
	dir, err := a.stateDir()
	if err != nil {
		return "", err
	}
	dir = filepath.Join(dir, "sessions")
	return dir, os.MkdirAll(dir, 0o700)
}

// recent lists the kept sessions, the newest first.
func (a *app) recent() []string {
	dir, err := a.stateDir()
	if err != nil {
		return nil
	}
	files, err := filepath.Glob(filepath.Join(dir, "sessions", "*.rec.jsonl"))
	if err != nil {
		return nil
	}
	slices.Sort(files)
	slices.Reverse(files)
	return files
}

// forget removes the oldest of the kept sessions.
func (a *app) forget() {
	files := a.recent()
	for _, f := range files[min(len(files), maxRecent):] {
		_ = os.Remove(f) // one that cannot be removed is tried again next time
	}
}

// home says what can be done: lessons, recent sessions, how to connect.
func (a *app) home() error {
	var b strings.Builder
	b.WriteString(sayHome.In(a.lang) + "\n")
	if files := a.recent(); len(files) > 0 {
		b.WriteString("\n" + sayRecent.In(a.lang) + "\n")
		for _, f := range files[:min(len(files), 5)] {
			b.WriteString("  byhand replay " + f + "\n")
		}
	}
	_, err := a.out.Write([]byte(b.String()))
	return err
}

var (
	sayHome = text.T{
		EN: `byhand: speak mail protocols by hand.

  byhand lesson list             lessons, each on a practice server that starts by itself
  byhand lesson run pop3-read    read mail by hand
  byhand lesson run smtp-send    send mail by hand
  byhand practice                a practice server for you to connect to (student / secret)
  byhand HOST PORT               type raw lines to any server
  byhand replay pop3-163         watch a session from 2007, explained
  byhand explain 550 5.1.1       what a line, a code or a verb means
  byhand --help                  all commands and options`,
		ZH: `byhand：亲手说邮件协议。

  byhand lesson list             列出课程，每课都会自动启动练习服务器
  byhand lesson run pop3-read    亲手收信
  byhand lesson run smtp-send    亲手寄信
  byhand practice                启动练习服务器，供你连接（student / secret）
  byhand 主机 端口               向任何服务器输入原始命令
  byhand replay pop3-163         观看一段 2007 年的会话，附解释
  byhand explain 550 5.1.1       某一行、代码或命令是什么意思
  byhand --help                  全部命令和选项`}
	sayRecent = text.T{EN: "Recent sessions:", ZH: "最近的会话："}
)
