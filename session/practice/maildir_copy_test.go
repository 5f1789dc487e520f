package practice

import (
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"
)

// files gives how many letters lie in a folder of a store.
func files(t *testing.T, dir, folder string) int {
	t.Helper()
	all, err := filepath.Glob(filepath.Join(dir, folder, "[nc]*", "*"))
	if err != nil {
		t.Fatal(err)
	}
	return len(all)
}

// send sends one letter to alice.
func send(t *testing.T, s *Server) {
	t.Helper()
	c := dial(t, s.SMTPAddr())
	c.line()
	c.ask("EHLO me", "250", "MAIL FROM:<>", "250", "RCPT TO:<alice@practice.test>", "250", "DATA", "354", "Subject: sent\r\n\r\nx\r\n.", "250")
}

// TestStoreAndCopiesByLogin: what a login does to its copy is gone with it; what was accepted is on the disk, for all.
func TestStoreAndCopiesByLogin(t *testing.T) {
	dir := t.TempDir()
	apart := func(c *Config) { c.Store, c.Class.Isolate = dir, ByLogin }
	s := start(t, apart)
	one, other := pop(t, s, "alice", "wonderland"), pop(t, s, "alice", "wonderland") // at once
	one.ask("DELE 1", "+OK", "DELE 2", "+OK", "QUIT", "+OK")
	if other.ask("STAT", "+OK 3", "RETR 1", "+OK"); other.multi() == "" {
		t.Error("letter 1 is empty")
	}
	send(t, s)
	other.ask("STAT", "+OK 3", "QUIT", "+OK")
	if n := files(t, dir, "alice"); n != 4 {
		t.Errorf("%d files", n)
	}
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	s = start(t, apart)
	pop(t, s, "alice", "wonderland").ask("STAT", "+OK 4", "QUIT", "+OK")
	if copies, _ := filepath.Glob(filepath.Join(dir, "*@*")); copies != nil {
		t.Errorf("copies by login stay: %q", copies)
	}
}

// TestStoreAndCopiesByAddress: each address has a copy on the disk, which outlasts the server and is reset with its account.
func TestStoreAndCopiesByAddress(t *testing.T) {
	dir := t.TempDir()
	apart := func(c *Config) { c.Store, c.Class.Isolate, c.Limits.LockWait = dir, ByAddress, time.Millisecond }
	s := start(t, apart)
	one := pop(t, s, "alice", "wonderland")
	elsewhere, ok := s.store.visit(s.store.seat("alice", "[2001:db8::7]")) // at once
	if !ok {
		t.Fatal("the other address has to wait")
	}
	if _, ok := s.store.visit(s.store.seat("Alice", "[2001:db8::7]")); ok {
		t.Error("two sessions from one address have one maildrop")
	}
	one.ask("DELE 1", "+OK", "DELE 2", "+OK", "QUIT", "+OK")
	if err := elsewhere.remove(map[string]bool{elsewhere.letters[2].UID: true}); err != nil {
		t.Fatal(err)
	}
	elsewhere.leave()
	send(t, s)
	uids := idsOf(s, "alice\x00127.0.0.1")
	want := map[string]int{"alice": 3, "alice@127.0.0.1": 2, "alice@2001%3Adb8%3A%3A7": 2}
	holds := func() {
		t.Helper()
		for folder, n := range want {
			if got := files(t, dir, folder); got != n {
				t.Errorf("%s has %d files, want %d", folder, got, n)
			}
		}
	}
	holds()
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}

	s = start(t, apart)
	p := pop(t, s, "alice", "wonderland")
	p.ask("STAT", "+OK 2", "RETR 2", "+OK")
	if got := p.multi(); !strings.Contains(got, "Subject: sent\r\n") {
		t.Errorf("the letter that was accepted has become %q", got)
	}
	p.ask("QUIT", "+OK")
	if again := idsOf(s, "alice\x00127.0.0.1"); !slices.Equal(again, uids) {
		t.Errorf("unique-ids %v have become %v", uids, again)
	}
	holds()
	if ok, err := s.ResetUser("alice"); !ok || err != nil { // nobody from the other address has come since
		t.Fatal(ok, err)
	}
	want = map[string]int{"alice": 3, "alice@127.0.0.1": 3, "alice@2001%3Adb8%3A%3A7": 3}
	holds()
	pop(t, s, "alice", "wonderland").ask("STAT", "+OK 3", "DELE 1", "+OK", "QUIT", "+OK")
	want["alice@127.0.0.1"] = 2
	holds()
}

// idsOf gives the unique-ids of a maildrop, by its key.
func idsOf(s *Server, key string) (uids []string) {
	for _, l := range s.store.boxes[key].letters {
		uids = append(uids, l.UID)
	}
	return uids
}

func TestFolderOfCopy(t *testing.T) {
	for key, want := range map[string]string{"alice\x00192.0.2.1": "alice@192.0.2.1", "a/b\x00fe80::1%eth0": "a%2Fb@fe80%3A%3A1%25eth0"} {
		if got := folderOfCopy(key); got != want {
			t.Errorf("%q: %s", key, got)
		}
		if _, back, ok := keyOfFolder(want); !ok || back != key {
			t.Errorf("%s: %q", want, back)
		}
	}
	for _, folder := range []string{"alice", ".begin-1", "a%zz@1"} {
		if _, _, ok := keyOfFolder(folder); ok {
			t.Errorf("%s is no copy", folder)
		}
	}
}
