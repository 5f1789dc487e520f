//go:build unix

package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"byhand/lessons"
)

// TestProgressFollowsNoLink lays a symbolic link where the progress is kept. The folder of the state may be one.
func TestProgressFollowsNoLink(t *testing.T) {
	record := []lessons.Record{{Time: time.Date(2024, 2, 29, 8, 0, 0, 0, time.UTC), Lesson: "first-connect", Step: "quit", Result: lessons.ResultDone}}
	for _, c := range []struct {
		name, behind string // of the place of the progress, and what the file behind the link holds
		folder       bool   // the link is the folder
		kept         bool
	}{
		{"a link to a file", "mine\n", false, false},
		{"a link to nothing", "", false, false},
		{"a folder that is a link", "", true, true},
	} {
		t.Run(c.name, func(t *testing.T) {
			home := t.TempDir()
			real := filepath.Join(home, "real")
			if err := os.MkdirAll(real, 0o700); err != nil {
				t.Fatal(err)
			}
			place, precious := filepath.Join(home, "byhand", "progress.jsonl"), filepath.Join(real, "precious")
			if c.behind != "" {
				if err := os.WriteFile(precious, []byte(c.behind), 0o600); err != nil {
					t.Fatal(err)
				}
			}
			link, to := place, precious
			if c.folder {
				link, to = filepath.Dir(place), real
			} else if err := os.Mkdir(filepath.Dir(place), 0o700); err != nil {
				t.Fatal(err)
			}
			if err := os.Symlink(to, link); err != nil {
				t.Fatal(err)
			}
			err := appendRecords(place, record)
			if kept := err == nil; kept != c.kept {
				t.Errorf("kept: %v (%v)", kept, err)
			}
			a := &app{env: func(name string) string { return map[string]string{"XDG_STATE_HOME": home}[name] }}
			all, _, err := a.progress()
			if c.kept != (err == nil && len(all) == 1) || !c.kept && !strings.Contains(err.Error(), place) {
				t.Errorf("read %v, %v", all, err)
			}
			if held, _ := os.ReadFile(precious); string(held) != c.behind {
				t.Errorf("behind the link: %q", held)
			}
		})
	}
}
