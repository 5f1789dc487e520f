package practice

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// TestStoreKeepsLetters wants a second server on the same folder to find what the first one accepted, with the same ids, and
// not to find what QUIT removed.
func TestStoreKeepsLetters(t *testing.T) {
	dir := t.TempDir()
	onDisk := func(c *Config) { c.Store = dir }
	s := start(t, onDisk)
	c := dial(t, s.SMTPAddr())
	c.line()
	letter := "Subject: kept\r\n\r\n..dot\r\ncr\r\r\nend\r\n"
	c.ask("EHLO me", "250", "MAIL FROM:<a@example.com>", "250", "RCPT TO:<bob@practice.test>", "250", "RCPT TO:<alice@practice.test>", "250",
		"DATA", "354", letter+".", "250", "QUIT", "221")
	files, _ := filepath.Glob(filepath.Join(dir, "bob", "new", "*"))
	if len(files) != 1 {
		t.Fatalf("bob has the files %q", files)
	}
	p := pop(t, s, "alice", "wonderland")
	p.ask("STAT", "+OK 4", "DELE 2", "+OK", "UIDL 4", "+OK", "QUIT", "+OK")
	before := s.Letters("alice")
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}

	seen := strings.Replace(files[0], "/new/", "/cur/", 1) + ":2,S" // as a mail program moves what it has shown
	if err := os.Rename(files[0], seen); err != nil {
		t.Fatal(err)
	}
	other := filepath.Join(dir, "bob", "new", "1300000000.other.test")
	if err := os.WriteFile(other, []byte("Subject: by another program\n\nno line end"), 0o600); err != nil {
		t.Fatal(err)
	}
	s = start(t, onDisk)
	after := s.Letters("alice")
	if !slices.EqualFunc(before, after, func(a, b Letter) bool {
		return a.UID == b.UID && a.Size == b.Size && string(a.Bytes()) == string(b.Bytes())
	}) {
		t.Errorf("alice had %d letters, now %d", len(before), len(after))
	}
	for _, l := range s.Letters("bob") {
		if text := l.Bytes(); int64(len(text)) != l.Size {
			t.Errorf("%q: %d octets announced", text, l.Size)
		}
	}
	p = pop(t, s, "bob", "builder")
	p.ask("STAT", "+OK 2", "RETR 1", "+OK")
	if got := p.multi(); !strings.HasSuffix(got, "\r\n\r\n.dot\r\ncr\r\r\nend\r\n") && !strings.HasSuffix(got, "no line end\r\n") {
		t.Errorf("got %q", got)
	}
	p.ask("DELE 1", "+OK", "DELE 2", "+OK", "QUIT", "+OK")
	left, _ := filepath.Glob(filepath.Join(dir, "bob", "*", "*"))
	if len(left) != 0 {
		t.Errorf("left: %q", left)
	}
}

// TestStoreThatCannotBeWritten wants a refusal that the client may try again after (RFC 5321 §4.2.1), and no copy left over.
func TestStoreThatCannotBeWritten(t *testing.T) {
	dir := t.TempDir()
	s := start(t, func(c *Config) { c.Store = dir })
	if err := os.RemoveAll(filepath.Join(dir, "bob", maildirTmp)); err != nil {
		t.Fatal(err)
	}
	c := dial(t, s.SMTPAddr())
	c.line()
	c.ask("EHLO me", "250", "MAIL FROM:<>", "250", "RCPT TO:<alice@practice.test>", "250", "RCPT TO:<bob@practice.test>", "250", "DATA", "354", "hi\r\n.", "452 4.3.1")
	if files, _ := filepath.Glob(filepath.Join(dir, "alice", "new", "*")); len(files) != 3 || len(s.Letters("alice")) != 3 {
		t.Errorf("alice has %q", files)
	}
	if _, err := Start(Config{POP3: "127.0.0.1:0", World: small(), Store: filepath.Join(os.DevNull, "x")}); err == nil {
		t.Error("a store in no folder")
	}
}

// TestResetBringsFilesBack wants a reset maildrop on disk to be what the world began with, whatever came and went, and a restored
// one to be what it was when the snapshot was taken, also for the next server on the folder.
func TestResetBringsFilesBack(t *testing.T) {
	dir := t.TempDir()
	s := start(t, func(c *Config) { c.Store = dir })
	first := s.Letters("alice")
	change := func() {
		pop(t, s, "alice", "wonderland").ask("DELE 1", "+OK", "DELE 3", "+OK", "QUIT", "+OK")
		if err := s.store.deliver([]string{"alice"}, "", s.now(), []byte("new\r\n")); err != nil {
			t.Fatal(err)
		}
	}
	same := func(want []Letter) {
		t.Helper()
		files, err := s.store.boxes["alice"].disk.list()
		for _, got := range [][]Letter{s.Letters("alice"), files} {
			if err != nil || !slices.EqualFunc(got, want, func(a, b Letter) bool { return a.UID == b.UID && string(a.Bytes()) == string(b.Bytes()) }) {
				t.Errorf("%d letters, want %d; %v", len(got), len(want), err)
			}
		}
	}
	texts := make([]Letter, len(first))
	for i, l := range first {
		texts[i] = keep(l.UID, l.From, l.Arrived, l.Bytes())
	}
	change()
	snap := s.Snapshot()
	later := snap.letters["alice"]
	if ok, err := s.ResetUser("alice"); !ok || err != nil {
		t.Fatal(err)
	}
	same(texts)
	change()
	if err := s.Restore(snap); err != nil {
		t.Fatal(err)
	}
	same(later)
}

// TestLettersThatCannotBeRemoved wants QUIT to say so (RFC 1939 §6), and the letters to be there at the next login.
func TestLettersThatCannotBeRemoved(t *testing.T) {
	s := start(t, func(c *Config) { c.Store = t.TempDir() })
	p := pop(t, s, "alice", "wonderland")
	p.ask("DELE 2", "+OK")
	file, err := s.store.boxes["alice"].disk.find(baseOf(t, s, "alice", 2))
	if err != nil {
		t.Fatal(err)
	}
	if err := os.Remove(file); err != nil { // in place of the letter a folder that is not empty: it cannot be removed, even by root
		t.Fatal(err)
	}
	if err := os.MkdirAll(filepath.Join(file, "x"), 0o700); err != nil {
		t.Fatal(err)
	}
	p.ask("QUIT", "-ERR")
	pop(t, s, "alice", "wonderland").ask("STAT", "+OK 3", "QUIT", "+OK")
}

// baseOf gives the name of the file that the n-th letter of a maildrop lies in, without sizes and flags.
func baseOf(t *testing.T, s *Server, user string, n int) string {
	t.Helper()
	entries, err := os.ReadDir(filepath.Join(string(s.store.boxes[user].disk), maildirNew))
	if err != nil {
		t.Fatal(err)
	}
	uid := s.Letters(user)[n-1].UID
	for _, e := range entries {
		if idOf(baseName(e.Name())) == uid {
			return baseName(e.Name())
		}
	}
	t.Fatalf("no file of %s", uid)
	return ""
}
