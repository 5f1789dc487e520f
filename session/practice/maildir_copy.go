package practice

import (
	"errors"
	"io"
	"net/url"
	"os"
	"path/filepath"
	"strings"
)

// Copies by address stay, so that a store on disk keeps them: 250 means on disk for them, too. The folder of one has the name of the
// account, @, which no account name has, and the address.

func folderOfCopy(key string) string {
	name, from, _ := strings.Cut(key, seats)
	return folderOf(name) + "@" + strings.ReplaceAll(url.PathEscape(from), ":", "%3A")
}

// keyOfFolder gives the key of the copy that a folder holds; ok is false if it holds none.
func keyOfFolder(folder string) (name, key string, ok bool) {
	account, address, ok := strings.Cut(folder, "@")
	name, err := url.PathUnescape(account)
	from, e := url.PathUnescape(address)
	return name, name + seats + from, ok && err == nil && e == nil
}

// copyOnDisk puts c, the copy of b, on the disk, if the store has one: what lies there from another day goes before what b has now.
func (st *store) copyOnDisk(c, b *box, key string) (err error) {
	if st.dir == "" {
		return nil
	}
	c.disk, c.letters, err = openMaildir(st.dir, folderOfCopy(key), b.disk.shareWith)
	return err
}

// copiesOnDisk adds to boxes the copies that lie on the disk, if people are kept apart by address: a reset reaches them before
// their learners come back.
func (st *store) copiesOnDisk(boxes map[string]*box) error {
	if st.dir == "" || st.class.Isolate != ByAddress {
		return nil
	}
	folders, err := os.ReadDir(st.dir)
	if err != nil {
		return err
	}
	for _, f := range folders {
		name, key, ok := keyOfFolder(f.Name())
		b := boxes[name]
		if !ok || b == nil || len(boxes) >= st.limits.Accounts {
			continue
		}
		c := b.copy()
		if err := st.copyOnDisk(c, b, key); err != nil {
			return err
		}
		boxes[key] = c
	}
	return nil
}

// shareWith gives the letters of m to other, as links: nobody writes into the file of a letter, and removing one leaves the other.
func (m maildir) shareWith(other maildir) error {
	for _, folder := range []string{maildirNew, maildirCur} {
		from, to := filepath.Join(string(m), folder), filepath.Join(string(other), folder)
		entries, err := os.ReadDir(from)
		if err != nil {
			return err
		}
		for _, e := range entries {
			if !isLetter(e) {
				continue
			}
			if err := linkFile(filepath.Join(from, e.Name()), filepath.Join(to, e.Name())); err != nil {
				return err
			}
		}
		if err := syncFolder(to); err != nil {
			return err
		}
	}
	return nil
}

// isLetter tells the file of a letter from what else may lie beside it.
func isLetter(e os.DirEntry) bool { return e.Type().IsRegular() && !strings.HasPrefix(e.Name(), ".") }

// linkFile gives a file a second name, or copies it where the file system has no links.
func linkFile(from, to string) error {
	if os.Link(from, to) == nil {
		return nil
	}
	src, err := os.Open(from)
	if err != nil {
		return err
	}
	defer src.Close() // it was read only
	dst, err := os.OpenFile(to, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
	if err != nil {
		return err
	}
	if _, err = io.Copy(dst, src); err == nil {
		err = dst.Sync()
	}
	return errors.Join(err, dst.Close())
}
