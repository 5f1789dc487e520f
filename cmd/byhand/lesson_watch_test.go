package main

import (
	"bytes"
	"context"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"byhand/lessons"
	"byhand/session/text"
)

// TestWatch saves a lesson between ticks: each change is looked at once, and no tick without a change.
func TestWatch(t *testing.T) {
	dir := t.TempDir()
	file := filepath.Join(dir, "mine.yaml")
	good, _ := lessons.Skeleton("mine", "pop3")
	saves := []struct {
		name, data, want string
	}{
		{"mine.yaml", string(good), "All passed"},
		{"mine.yaml", "lesson: mine\n", "mine.yaml:1: missing: title"},
		{"mine.yaml", string(good) + "  - {id: more, do: NOOP}\n", "mine.yaml:16"},
		{"mine.zh.yaml", "lang: zh\nsteps: {nowhere: {say: x}}\n", "mine.zh.yaml:2"},
		{"", "", ""},
	}
	write := func(i int) {
		if s := saves[i]; s.name != "" {
			if err := os.WriteFile(filepath.Join(dir, s.name), []byte(s.data), 0o600); err != nil {
				t.Fatal(err)
			}
			at := time.Unix(int64(1_000_000+i), 0) // as on a disk whose clock is slow
			if err := os.Chtimes(filepath.Join(dir, s.name), at, at); err != nil {
				t.Fatal(err)
			}
		}
	}
	write(0)
	var out bytes.Buffer
	a := &app{out: &out, err: &out, lang: text.EN, env: os.Getenv}
	tick, looked := make(chan time.Time), make(chan string, 1)
	w := watch{names: []string{file}, tick: tick, look: func(names []string) {
		out.Reset()
		a.lookAt(names)
		looked <- out.String()
	}}
	done := make(chan struct{})
	go func() { // ends when tick is closed
		defer close(done)
		w.run(context.Background())
	}()
	for i, s := range saves {
		if i > 0 {
			write(i)
			tick <- time.Time{}
		}
		if s.want == "" {
			continue
		}
		if got := <-looked; !strings.Contains(got, s.want) {
			t.Errorf("save %d: %q is wanted:\n%s", i, s.want, got)
		}
	}
	close(tick)
	<-done
	if len(looked) > 0 {
		t.Errorf("looked once more: %s", <-looked)
	}
}
