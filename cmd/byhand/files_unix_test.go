//go:build unix

package main

import (
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// TestFilesStayWhereTheyBelong looks at the whole disk of a learner after sessions, a lesson and conversions: files are in the state
// directory or were named, and nobody else can read them.
func TestFilesStayWhereTheyBelong(t *testing.T) {
	host, port := counting(t)
	disk := t.TempDir()
	state, work, temp := filepath.Join(disk, "state"), filepath.Join(disk, "work"), filepath.Join(disk, "tmp")
	for _, dir := range []string{state, work, temp} {
		if err := os.Mkdir(dir, 0o755); err != nil {
			t.Fatal(err)
		}
	}
	for _, args := range [][]string{
		{host, port},
		{"--record", "named.rec.jsonl", host, port},
		{"lesson", "run", "first-connect", "--auto", "--pace", "0", "--record", "lesson.rec.jsonl"},
		{"lesson", "new", "mine"},
		{"convert", "--to", "html", "named.rec.jsonl", "page.html"},
		{"convert", "--to", "pcapng", "named.rec.jsonl", "packets.pcapng"},
		{"replay", "--instant", "last"},
		{"rerun", "pop3-163", host + ":" + port, "--no-record", "--dry-run"},
	} {
		cmd := program(disk, args...)
		cmd.Dir = work
		cmd.Env = append(cmd.Env, "HOME="+disk, "XDG_STATE_HOME="+state, "TMPDIR="+temp)
		cmd.Stdin = strings.NewReader("NOOP\nNOOP\n")
		if out, err := cmd.CombinedOutput(); err != nil {
			t.Fatalf("%s: %v\n%s", args, err, out)
		}
	}
	found, kept := map[string]bool{}, 0
	err := filepath.WalkDir(disk, func(path string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		info, err := d.Info()
		if err != nil {
			return err
		}
		inside, err := filepath.Rel(disk, path)
		mine := strings.HasSuffix(path, ".rec.jsonl") || strings.HasPrefix(inside, filepath.Join("state", "byhand"))
		if open := info.Mode().Perm() &^ 0o700; mine && open != 0 {
			t.Errorf("%s can be read by others: %v", inside, info.Mode())
		}
		switch {
		case d.IsDir():
		case strings.HasPrefix(inside, filepath.Join("state", "byhand")+string(filepath.Separator)):
			kept++
		default:
			found[inside] = true
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	want := []string{"work/lesson.rec.jsonl", "work/lesson.schema.json", "work/mine.yaml", "work/named.rec.jsonl", "work/packets.pcapng", "work/page.html"}
	if got := slices.Sorted(maps.Keys(found)); !slices.Equal(got, want) {
		t.Errorf("on the disk, beside the state directory: %q, want %q", got, want)
	}
	if kept == 0 {
		t.Error("no session was kept")
	}
}

// TestLinksAreNotFollowed records to symbolic links: to a file that is there, and to one that is not. What they lead to stays as it is.
func TestLinksAreNotFollowed(t *testing.T) {
	host, port := counting(t)
	home := t.TempDir()
	precious, missing := filepath.Join(home, "precious"), filepath.Join(home, "missing")
	if err := os.WriteFile(precious, []byte("mine\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	for _, to := range []string{precious, missing} {
		link := to + ".rec.jsonl"
		if err := os.Symlink(to, link); err != nil {
			t.Fatal(err)
		}
		for _, more := range [][]string{nil, {"--append"}} {
			cmd := program(home, append([]string{"--lang", "en", "--record", link, host, port}, more...)...)
			cmd.Stdin = strings.NewReader("NOOP\n")
			out, err := cmd.CombinedOutput()
			if err == nil || !strings.Contains(string(out), "byhand: ") || !strings.Contains(string(out), link) {
				t.Errorf("%s %s: %v\n%s", link, more, err, out)
			}
		}
	}
	if text, err := os.ReadFile(precious); err != nil || string(text) != "mine\n" {
		t.Errorf("behind the link: %q, %v", text, err)
	}
	if _, err := os.Stat(missing); err == nil {
		t.Error("a file was made behind a link")
	}
}
