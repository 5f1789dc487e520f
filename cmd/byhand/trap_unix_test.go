//go:build unix

package main

import (
	"bytes"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"byhand/session/text"
)

// keptAt begins a recording among the recent sessions under state at a set time, and gives what is said of it.
func keptAt(t *testing.T, state string, start time.Time, lang text.Lang) (k *keeper, said string) {
	t.Helper()
	var told bytes.Buffer
	a := &app{out: &told, err: &told, lang: lang, env: func(name string) string { return map[string]string{"XDG_STATE_HOME": state}[name] }}
	k, err := a.keeper(keepFlags{}, start)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { k.end(nil) })
	return k, told.String()
}

// TestTrapInTheStateDirectory lays a symbolic link where the next recording will be made: the session goes on without a recording, and
// what the link leads to stays as it is.
func TestTrapInTheStateDirectory(t *testing.T) {
	start := time.Date(2024, 2, 29, 8, 0, 0, 0, time.UTC)
	for _, there := range []bool{true, false} {
		state := t.TempDir()
		precious := filepath.Join(state, "precious")
		if there {
			if err := os.WriteFile(precious, []byte("mine"), 0o600); err != nil {
				t.Fatal(err)
			}
		}
		dir := filepath.Join(state, "byhand", "sessions")
		if err := os.MkdirAll(dir, 0o700); err != nil {
			t.Fatal(err)
		}
		if err := os.Symlink(precious, filepath.Join(dir, start.Format("20060102-150405.000000")+kept)); err != nil {
			t.Fatal(err)
		}
		for lang, want := range map[text.Lang]string{text.EN: "not kept", text.ZH: "不会被保存"} {
			if k, said := keptAt(t, state, start, lang); k.rec != nil || !strings.Contains(said, want) {
				t.Errorf("recorded: %v; said %q", k.rec != nil, said)
			}
		}
		held, err := os.ReadFile(precious)
		if there && string(held) != "mine" || !there && err == nil {
			t.Errorf("behind the link: %q, %v", held, err)
		}
	}
}

// TestStateDirectoryOfOthers: a folder that others may write to is closed to them; one that belongs to somebody else is not used.
func TestStateDirectoryOfOthers(t *testing.T) {
	state := t.TempDir()
	dir := filepath.Join(state, "byhand", "sessions")
	if err := os.MkdirAll(dir, 0o700); err != nil {
		t.Fatal(err)
	}
	if err := os.Chmod(dir, 0o777); err != nil {
		t.Fatal(err)
	}
	k, said := keptAt(t, state, time.Now(), text.EN)
	if info, err := os.Stat(dir); err != nil || info.Mode() != fs.ModeDir|0o700 || k.rec == nil {
		t.Errorf("%v, %v; said %q", info.Mode(), err, said)
	}
	if os.Geteuid() != 0 {
		return // only root can give a folder away
	}
	if err := os.Chown(dir, 1, 1); err != nil {
		t.Fatal(err)
	}
	for lang, want := range map[text.Lang]string{text.EN: "belongs to another user", text.ZH: "属于别的用户"} {
		if k, said := keptAt(t, state, time.Now(), lang); k.rec != nil || !strings.Contains(said, want) {
			t.Errorf("recorded: %v; said %q", k.rec != nil, said)
		}
	}
}
