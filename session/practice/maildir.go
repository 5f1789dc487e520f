package practice

import (
	"bufio"
	"bytes"
	"cmp"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"maps"
	"net/url"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strconv"
	"strings"
	"time"
)

// A maildir is one maildrop on disk, in the form that mail programs share: a letter is a file, written under tmp and moved to
// new when all of it is on the disk; programs that have shown it move it to cur. Lines end with LF there, as those programs
// expect, and with CRLF here; see lineEnds.
type maildir string

const (
	maildirTmp = "tmp"
	maildirNew = "new"
	maildirCur = "cur"
)

var maildirFolders = [...]string{maildirTmp, maildirNew, maildirCur}

// folderOf gives the name of an account's folder.
func folderOf(name string) string { return url.PathEscape(strings.ToLower(name)) }

// openMaildir opens the maildrop in a folder under dir and gives its letters. One that is not there yet is filled first, and
// appears whole or not at all.
func openMaildir(dir, folder string, fill func(maildir) error) (maildir, []Letter, error) {
	m := maildir(filepath.Join(dir, folder))
	if _, err := os.Stat(filepath.Join(string(m), maildirNew)); errors.Is(err, fs.ErrNotExist) {
		if err := m.begin(dir, fill); err != nil {
			return m, nil, err
		}
	}
	letters, err := m.list()
	return m, letters, err
}

func (m maildir) begin(dir string, fill func(maildir) error) error {
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return err
	}
	half, err := os.MkdirTemp(dir, ".begin-")
	if err != nil {
		return err
	}
	defer os.RemoveAll(half) // of no use once it has its name
	for _, folder := range maildirFolders {
		if err := os.Mkdir(filepath.Join(half, folder), 0o700); err != nil {
			return err
		}
	}
	if err := fill(maildir(half)); err != nil {
		return err
	}
	if err := os.Rename(half, string(m)); err != nil {
		return err
	}
	return syncFolder(dir)
}

func (m maildir) addAll(letters []Letter) error {
	for i, l := range letters {
		l.order = int64(i + 1)
		if _, err := m.add(l); err != nil {
			return err
		}
	}
	return nil
}

// add writes a letter, whose order is known, and gives it as it lies there. When add returns, the letter is on the disk: the file
// before it is moved, the folder after.
func (m maildir) add(l Letter) (Letter, error) {
	uid := idInName(l.UID)
	base := fmt.Sprintf("%d.%019dU%s.byhand", l.Arrived.Unix(), l.order, uid)
	tmp := filepath.Join(string(m), maildirTmp, base)
	if err := writeFile(tmp, l); err != nil {
		_ = os.Remove(tmp)
		return Letter{}, err
	}
	name := base + ",W=" + itoa(l.Size)
	if err := os.Rename(tmp, filepath.Join(string(m), maildirNew, name)); err != nil {
		return Letter{}, err
	}
	kept := l
	kept.UID, kept.raw, kept.open = uid, nil, m.opener(name)
	return kept, syncFolder(filepath.Join(string(m), maildirNew))
}

// fileSafe are the octets of a unique-id that may stand in the name of a file.
const fileSafe = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"

// idInName gives the unique-id under which a letter is kept.
func idInName(uid string) string {
	if strings.Trim(uid, fileSafe) != "" || uid == "" {
		return uniqueID(uid)
	}
	return uid
}

// become makes the maildrop hold these letters and no others; those that lie there already stay as they are.
func (m maildir) become(letters []Letter) ([]Letter, error) {
	there, err := m.list()
	if err != nil {
		return nil, err
	}
	missing, others := map[string]bool{}, map[string]bool{}
	for _, l := range letters {
		missing[idInName(l.UID)] = true
	}
	for _, l := range there {
		if !missing[l.UID] {
			others[l.UID] = true
		}
		delete(missing, l.UID)
	}
	_, err = m.remove(others)
	for i, l := range letters {
		if missing[idInName(l.UID)] {
			l.order = cmp.Or(l.order, int64(i+1))
			_, e := m.add(l)
			err = errors.Join(err, e)
		}
	}
	there, e := m.list()
	return there, errors.Join(err, e)
}

func writeFile(name string, l Letter) error {
	text := l.Bytes()
	if !bytes.Contains(text, []byte("\r\r\n")) { // of such a line only CRLF can be given back as it was
		text = bytes.ReplaceAll(text, []byte("\r\n"), []byte{'\n'})
	}
	f, err := os.OpenFile(name, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
	if err != nil {
		return err
	}
	if _, err = f.Write(text); err == nil {
		err = f.Sync()
	}
	return errors.Join(err, f.Close())
}

// syncFolder puts the names in a folder on the disk.
func syncFolder(name string) error {
	if runtime.GOOS == "windows" { // where a folder cannot be synced
		return nil
	}
	f, err := os.Open(name)
	if err != nil {
		return err
	}
	return errors.Join(f.Sync(), f.Close())
}

// find gives the file of a letter, which another program may have moved and renamed.
func (m maildir) find(base string) (string, error) {
	for _, folder := range []string{maildirNew, maildirCur} {
		entries, err := os.ReadDir(filepath.Join(string(m), folder))
		if err != nil {
			return "", err
		}
		for _, e := range entries {
			if baseName(e.Name()) == base {
				return filepath.Join(string(m), folder, e.Name()), nil
			}
		}
	}
	return "", fmt.Errorf("%s: %w", base, fs.ErrNotExist)
}

// baseName is what of a file's name stays the same: all before sizes and flags.
func baseName(name string) string {
	name, _, _ = strings.Cut(name, ":")
	name, _, _ = strings.Cut(name, ",")
	return name
}

// opener opens the letter that had this name when it was listed.
func (m maildir) opener(name string) func() (io.ReadCloser, error) {
	return func() (io.ReadCloser, error) {
		f, err := os.Open(filepath.Join(string(m), maildirNew, name))
		if errors.Is(err, fs.ErrNotExist) {
			var moved string
			if moved, err = m.find(baseName(name)); err == nil {
				f, err = os.Open(moved)
			}
		}
		if err != nil {
			return nil, err
		}
		return &lineEnds{src: bufio.NewReader(f), file: f}, nil
	}
}

// list gives the letters in the order in which they arrived.
func (m maildir) list() ([]Letter, error) {
	var letters []Letter
	var names []string
	for _, folder := range []string{maildirNew, maildirCur} {
		entries, err := os.ReadDir(filepath.Join(string(m), folder))
		if err != nil {
			return nil, err
		}
		for _, e := range entries {
			if isLetter(e) {
				names = append(names, e.Name())
			}
		}
	}
	slices.SortFunc(names, byArrival)
	for _, name := range names {
		l, err := m.letter(name)
		if err != nil {
			return nil, err
		}
		letters = append(letters, l)
	}
	return letters, nil
}

func byArrival(a, b string) int {
	x, y := seconds(a), seconds(b)
	if x != y {
		return int(max(-1, min(1, x-y)))
	}
	return strings.Compare(a, b)
}

// seconds is the time at the start of a file's name.
func seconds(name string) int64 {
	word, _, _ := strings.Cut(name, ".")
	n, _ := strconv.ParseInt(word, 10, 64)
	return n
}

// orderIn is what add put after the time; of the name that another program gave, 0.
func orderIn(name string) int64 {
	_, rest, _ := strings.Cut(name, ".")
	word, _, _ := strings.Cut(rest, "U")
	n, _ := strconv.ParseInt(word, 10, 64)
	return n
}

// letter gives the letter in a file. Its size is in the name, or is counted.
func (m maildir) letter(name string) (Letter, error) {
	l := Letter{UID: idOf(baseName(name)), Arrived: time.Unix(seconds(name), 0), open: m.opener(name), order: orderIn(name)}
	if _, size, ok := strings.Cut(name, ",W="); ok {
		size, _, _ = strings.Cut(size, ":")
		size, _, _ = strings.Cut(size, ",")
		if n, err := strconv.ParseInt(size, 10, 64); err == nil {
			l.Size = n
			return l, nil
		}
	}
	r, err := l.Open()
	if err != nil {
		return l, err
	}
	defer r.Close()
	l.Size, err = io.Copy(io.Discard, r)
	return l, err
}

// remove takes letters off the disk and gives the ids of those that are gone. One that was gone already is no error.
func (m maildir) remove(uids map[string]bool) (gone map[string]bool, all error) {
	gone = maps.Clone(uids)
	for _, folder := range []string{maildirNew, maildirCur} {
		dir := filepath.Join(string(m), folder)
		entries, err := os.ReadDir(dir)
		if err != nil {
			return nil, err
		}
		for _, e := range entries {
			id := idOf(baseName(e.Name()))
			if !uids[id] {
				continue
			}
			if err := os.Remove(filepath.Join(dir, e.Name())); err != nil && !errors.Is(err, fs.ErrNotExist) {
				delete(gone, id)
				all = errors.Join(all, err)
			}
		}
		all = errors.Join(all, syncFolder(dir))
	}
	return gone, all
}

// idOf gives the unique-id of a letter: it is in the name of the file, or comes from the name if another program gave it.
func idOf(base string) string {
	if own, ok := strings.CutSuffix(base, ".byhand"); ok {
		if _, uid, ok := strings.Cut(own, "U"); ok {
			return uid
		}
	}
	return uniqueID("maildir", base)
}

// A lineEnds reads lines that end with LF or CRLF and gives them with CRLF, the last one, too.
type lineEnds struct {
	src  *bufio.Reader
	file *os.File
	last byte // what was given last
	lf   bool // an LF is to come
	over bool
}

func (e *lineEnds) Close() error { return e.file.Close() }

func (e *lineEnds) Read(p []byte) (n int, err error) {
	for n < len(p) {
		if e.lf {
			p[n], e.last, e.lf = '\n', '\n', false
			n++
			continue
		}
		if e.over {
			break
		}
		c, err := e.src.ReadByte()
		switch {
		case err == io.EOF:
			e.over = true
			if e.last == '\n' || e.last == 0 && n == 0 {
				continue
			}
			c = '\n'
		case err != nil:
			return n, err
		}
		if c == '\n' && e.last != '\r' {
			c, e.lf = '\r', true
		}
		p[n], e.last = c, c
		n++
	}
	if n == 0 && e.over {
		return 0, io.EOF
	}
	return n, nil
}
