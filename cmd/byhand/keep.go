package main

import (
	"bytes"
	"cmp"
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"time"

	"byhand/session"
	"byhand/session/render"
	"byhand/session/text"
	"byhand/transcripts"

	"github.com/spf13/cobra"
)

// kept ends the name of each kept session.
const kept = ".rec.jsonl"

// maxRecent is how many sessions are kept for `byhand replay last`; older ones are removed.
const maxRecent = 30

// maxKeptBytes is how many bytes the kept sessions may have together.
const maxKeptBytes = 512 << 20

// keepFlags are the options of recording.
type keepFlags struct {
	record string // the file; "" for one among the recent sessions
	redact string
	resume bool // go on with a recording that is there
	off    bool // only a file that was named is written
}

func (f *keepFlags) add(cmd *cobra.Command, lang text.Lang) {
	fs := cmd.Flags()
	fs.StringVar(&f.record, "record", "", sayRecordFlag.In(lang))
	fs.BoolVar(&f.resume, "append", false, sayAppendFlag.In(lang))
	fs.StringVar(&f.redact, "redact", "default", sayRedactFlag.In(lang))
	fs.BoolVar(&f.off, "no-record", false, sayNoRecordFlag.In(lang))
}

// settle checks the options; it gives what is hidden.
func (f *keepFlags) settle() (transcripts.Redact, error) {
	i := slices.Index(transcripts.RedactNames(), cmp.Or(f.redact, "default"))
	switch {
	case i < 0:
		return 0, usage(sayBadRedact.With(f.redact, strings.Join(transcripts.RedactNames(), ", ")))
	case f.resume && f.record == "":
		return 0, usage(sayAppendWhat.With())
	}
	return transcripts.Redact(i), nil
}

// keeper records a session into a file, or nowhere.
type keeper struct {
	a    *app
	rec  *transcripts.File
	path string
	own  bool // among the recent ones, not named by the user
}

// keeper opens the recording: the file that was named, or one among the recent sessions.
func (a *app) keeper(f keepFlags, start time.Time) (*keeper, error) {
	k := &keeper{a: a, path: f.record}
	redact, err := f.settle()
	if err != nil {
		return k, err
	}
	if k.path == "" && !f.off {
		dir, err := a.sessions()
		if err != nil {
			a.notKept(err)
			return k, nil // a home that cannot be written to is no reason not to talk
		}
		k.path, k.own = filepath.Join(dir, start.Format("20060102-150405.000000")+kept), true
	}
	if k.path == "" {
		return k, nil
	}
	k.rec, err = record(k.path, f.resume, a.header(start, redact), transcripts.FileOptions{Fail: a.lost, Redact: redact})
	switch {
	case err != nil && k.own:
		a.notKept(err)
		k.path = ""
		return k, nil
	case err == nil && redact == transcripts.RedactNone:
		a.err.Write(a.renderer(a.err, a.depth).Say(nil, render.Advice, sayRedactNone.With(visible(k.path))))
	}
	return k, notMade(k.path, err)
}

// record begins a recording, or goes on with one that is there.
func record(path string, resume bool, h transcripts.Header, o transcripts.FileOptions) (*transcripts.File, error) {
	if resume {
		rec, err := transcripts.Append(path, o)
		if !errors.Is(err, fs.ErrNotExist) {
			return rec, err
		}
	}
	return transcripts.Create(path, h, o)
}

// notMade puts into words why a file could not be written.
func notMade(path string, err error) error {
	dir := filepath.Dir(path)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return &failure{what: sayNoFolder.With(dir), hint: hintNoFolder.With(dir)}
	case errors.Is(err, transcripts.ErrRunning):
		return &failure{what: sayRunning.With(path), hint: hintOther.With()}
	case errors.Is(err, transcripts.ErrLink):
		return &failure{what: sayLink.With(path), hint: hintOther.With()}
	}
	return err
}

// notKept says that the session is not kept although nobody forbade it.
func (a *app) notKept(err error) {
	what, _ := a.told(err)
	a.err.Write(a.renderer(a.err, a.depth).Say(nil, render.Remark, sayNotKept.With(what)))
}

// header describes a recording made now.
func (a *app) header(start time.Time, redact transcripts.Redact) transcripts.Header {
	return transcripts.Header{V: 1, Start: start, By: "byhand " + version, Redact: redact.String(), Lang: a.lang.String()}
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
	if k.rec.Err() != nil && !k.own && err == nil { // it was said when it happened; the exit status tells a script
		err = &failure{what: sayIncomplete.With(k.path)}
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
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return dir, err
	}
	return dir, alone(dir)
}

// alone sees to it that nobody else can put anything into a folder of ours: what others could write there, they could also lay out as
// a trap. One that belongs to somebody else is not used.
func alone(dir string) error {
	info, err := os.Stat(dir)
	switch {
	case err != nil:
		return err
	case !mine(info):
		return &failure{what: sayNotMine.With(dir)}
	case runtime.GOOS != "windows" && info.Mode().Perm()&0o077 != 0:
		return os.Chmod(dir, 0o700)
	}
	return nil
}

// recent lists the kept sessions, the newest first.
func (a *app) recent() []string {
	dir, err := a.stateDir()
	if err != nil {
		return nil
	}
	files, err := filepath.Glob(filepath.Join(dir, "sessions", "*"+kept))
	if err != nil {
		return nil
	}
	slices.Sort(files)
	slices.Reverse(files)
	return files
}

// forget removes the oldest of the kept sessions, when there are many or they are large.
func (a *app) forget() {
	size := int64(0)
	for i, f := range a.recent() {
		if info, err := os.Stat(f); err == nil {
			size += info.Size()
		}
		if i > 0 && (i >= maxRecent || size > maxKeptBytes) && !transcripts.Running(f) {
			_ = os.Remove(f) // one that cannot be removed is tried again next time
		}
	}
}

// newest gives the newest session that is over; "" if there is none.
func (a *app) newest() string {
	for _, f := range a.recent() {
		if info, err := os.Stat(f); err == nil && info.Size() > 0 && !transcripts.Running(f) {
			return f
		}
	}
	return ""
}

// listTalks lists what `byhand replay` can show without a file: the recent sessions, and the samples.
func (a *app) listTalks() error {
	var b strings.Builder
	if files := a.recent(); len(files) > 0 {
		b.WriteString(sayRecent.In(a.lang) + "\n")
		for _, f := range files {
			b.WriteString("  " + a.recentLine(f) + "\n")
		}
		b.WriteString("\n")
	}
	b.WriteString(sayGallery.In(a.lang) + "\n")
	for _, name := range transcripts.Samples() {
		text, _ := transcripts.Sample(name)
		rd, err := transcripts.Open(bytes.NewReader(text), name)
		if err != nil {
			return err
		}
		title := strings.Split(rd.Header().Title, " · ") // English, then Chinese
		fmt.Fprintf(&b, "  %-24s %s\n", name, title[min(int(a.lang), len(title)-1)])
	}
	b.WriteString("\n" + sayReplayHow.In(a.lang) + "\n")
	return a.page(a.out, b.String())
}

// recentLine tells of a kept session: its name, when it was and with whom.
func (a *app) recentLine(path string) string {
	name := strings.TrimSuffix(filepath.Base(path), kept)
	f, err := os.Open(path)
	if err != nil {
		return visible(name)
	}
	defer f.Close()
	rd, err := transcripts.Open(f, path)
	if err != nil {
		return visible(name)
	}
	with := ""
	if c, err := rd.Next(context.Background()); err == nil && c.Mark != nil {
		with = c.Mark.Text("addr")
	}
	if transcripts.Running(path) {
		with += " " + sayStillRuns.In(a.lang)
	}
	return visible(fmt.Sprintf("%s  %s  %s", name, rd.Header().Start.Local().Format("2006-01-02 15:04"), with))
}

// recentPath gives the file of a kept session that is named as listTalks names it; "" if there is none.
func (a *app) recentPath(name string) string {
	for _, f := range a.recent() {
		if strings.TrimSuffix(filepath.Base(f), kept) == name {
			return f
		}
	}
	return ""
}

var (
	sayAppendFlag = text.T{EN: "with --record: go on with FILE if it is there", ZH: "与 --record 同用：FILE 已存在时接着录"}
	sayRedactFlag = text.T{EN: "what is hidden in the recording: default (secrets), strict (names, addresses and letters, too) or none", ZH: "记录里隐去什么：default（密码之类）、strict（连用户名、地址和信件）或 none（什么都不隐去）"}
	sayBadRedact  = text.T{EN: "--redact %[1]s: it is one of %[2]s.", ZH: "--redact %[1]s：只能是 %[2]s 之一。"}
	sayAppendWhat = text.T{EN: "--append wants --record FILE.", ZH: "--append 要与 --record FILE 同用。"}
	sayRedactNone = text.T{EN: "Passwords are written into %s as they are typed, because of --redact none.", ZH: "由于 --redact none，密码会原样写入 %s。"}
	sayNoFolder   = text.T{EN: "There is no folder %s.", ZH: "没有 %s 这个文件夹。"}
	hintNoFolder  = text.T{EN: "Make it first, as with `mkdir -p %s`, or name another place.", ZH: "请先创建，例如 `mkdir -p %s`，或换个位置。"}
	sayRunning    = text.T{EN: "Another session is being recorded into %s.", ZH: "另一个会话正在录入 %s。"}
	sayLink       = text.T{EN: "%s is a symbolic link; a recording does not follow one.", ZH: "%s 是符号链接，录制时不会顺着它写。"}
	sayNotMine    = text.T{EN: "The folder %s belongs to another user.", ZH: "文件夹 %s 属于别的用户。"}
	hintOther     = text.T{EN: "Name another file.", ZH: "请换个文件名。"}
	sayNotKept    = text.T{EN: "This session is not kept: %s", ZH: "这次会话不会被保存：%s"}
	sayIncomplete = text.T{EN: "The recording %s ends before the session did.", ZH: "会话还没结束，记录 %s 就中断了。"}

	sayGallery   = text.T{EN: "Sessions that come with byhand:", ZH: "随 byhand 附带的会话："}
	sayReplayHow = text.T{EN: "`byhand replay NAME` shows one; `last` is your newest session; a file may be named, too.", ZH: "用 `byhand replay 名称` 重放；last 是你最近的一次会话；也可以写文件名。"}
	sayStillRuns = text.T{EN: "(still running)", ZH: "（仍在进行）"}

	sayRecent = text.T{EN: "Recent sessions:", ZH: "最近的会话："}
)
