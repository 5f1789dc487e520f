package practice

import (
	"errors"
	"fmt"
	"maps"
	"math/rand/v2"
	"slices"
	"strings"
	"sync"
	"time"
)

// postmaster gets letters on every server (RFC 5321 §4.5.1); nobody can log in by this name unless a world says so.
const postmaster = "postmaster"

// A box is one account with its maildrop.
type box struct {
	name     string
	password string
	login    bool // there is a password
	letters  []Letter
	first    []Letter      // what the world begins with, not on disk
	serial   int64         // letters that came in so far
	lock     chan struct{} // holds one token while the maildrop is free
	disk     maildir       // where the letters lie; "" if in memory
}

// A store keeps accounts, maildrops and faults. All sessions share it.
type store struct {
	limits Limits
	rules  Rules
	class  Class
	dir    string // keeps the maildrops; "" if they are in memory

	mu     sync.Mutex
	domain string
	boxes  map[string]*box // by name in lower case
	faults []faultState
	dice   *rand.Rand      // for faults that come by chance
	tried  map[string]bool // senders that greylist@ has heard of
	held   int64
}

func newStore(limits Limits, rules Rules) *store {
	return &store{limits: limits, rules: rules, boxes: map[string]*box{}}
}

// Reset puts the server into world. Sessions that are open keep the letters that they saw at login.
func (s *Server) Reset(world World) error {
	if err := world.check(); err != nil {
		return err
	}
	s.clock.Store(world.clock(s.base()))
	return s.store.reset(world)
}

func (st *store) reset(world World) error {
	boxes := map[string]*box{}
	domain := or(world.Domain, DefaultDomain)
	for name, password := range world.Users {
		b := newBox(name, password, true)
		if stock := world.Stock[name]; stock != "" {
			letters, err := stocked(stock)
			if err != nil {
				return err
			}
			b.letters = slices.Clone(letters)
		}
		for _, m := range world.Mail[name] {
			m.Date = or(m.Date, world.today())
			b.serial++
			raw := m.letter(name + "@" + domain)
			b.letters = append(b.letters, keep(world.uid(name, b.serial), m.From, when(m.Date), raw))
		}
		b.first = b.letters[:len(b.letters):len(b.letters)]
		if err := st.onDisk(b); err != nil {
			return err
		}
		boxes[strings.ToLower(name)] = b
	}
	if boxes[postmaster] == nil {
		boxes[postmaster] = newBox(postmaster, "", false)
		if err := st.onDisk(boxes[postmaster]); err != nil {
			return err
		}
	}
	if err := st.copiesOnDisk(boxes); err != nil {
		return err
	}
	st.mu.Lock()
	defer st.mu.Unlock()
	for name, b := range boxes {
		if old := st.boxes[name]; old != nil {
			b.lock = old.lock // an open session holds it
		}
	}
	st.domain, st.boxes, st.faults, st.held = domain, boxes, newFaults(world.Faults), 0
	st.dice = world.dice()
	st.tried = nil
	return nil
}

// onDisk puts the maildrop of a box on the disk, if the store has one: what lies there goes before what the world brings.
func (st *store) onDisk(b *box) (err error) {
	if st.dir == "" {
		return nil
	}
	world := func(m maildir) error { return m.addAll(b.letters) }
	if b.disk, b.letters, err = openMaildir(st.dir, folderOf(b.name), world); err != nil {
		return fmt.Errorf("maildrop of %s: %w", b.name, err)
	}
	return nil
}

func newBox(name, password string, login bool) *box {
	b := &box{name: name, password: password, login: login, lock: make(chan struct{}, 1)}
	b.lock <- struct{}{}
	return b
}

// A Snapshot is the state of maildrops and faults at one moment.
type Snapshot struct {
	letters map[string][]Letter
	faults  []faultState
}

// Snapshot keeps the present state of all maildrops and of the faults that were used up.
func (s *Server) Snapshot() Snapshot {
	st := s.store
	st.mu.Lock()
	defer st.mu.Unlock()
	snap := Snapshot{letters: map[string][]Letter{}, faults: slices.Clone(st.faults)}
	for name, b := range st.boxes {
		snap.letters[name] = b.portable()
	}
	return snap
}

// portable gives the letters of b so that they outlast their files.
func (b *box) portable() []Letter {
	letters := slices.Clone(b.letters)
	if b.disk == "" {
		return letters
	}
	for i := range letters {
		letters[i].raw, letters[i].open = letters[i].Bytes(), nil
	}
	return letters
}

// Restore puts the maildrops and faults back to what they were: all, or those of users alone and no faults. Accounts that came
// since then are left alone. Its errors are those of the disk.
func (s *Server) Restore(snap Snapshot, users ...string) (err error) {
	st := s.store
	st.mu.Lock()
	defer st.mu.Unlock()
	if st.held = 0; len(users) == 0 {
		st.faults = slices.Clone(snap.faults)
	}
	for name, b := range st.boxes {
		letters, ok := snap.letters[name]
		if ok && (len(users) == 0 || slices.ContainsFunc(users, func(u string) bool { return st.find(u) == b })) {
			err = errors.Join(err, b.become(letters))
		}
		for _, l := range b.letters {
			st.held += l.held
		}
	}
	return err
}

// become puts these letters into the maildrop in place of what lies there, on the disk as well.
func (b *box) become(letters []Letter) (err error) {
	if b.disk == "" {
		b.letters = slices.Clone(letters)
		return nil
	}
	if b.letters, err = b.disk.become(letters); err != nil {
		return fmt.Errorf("maildrop of %s: %w", b.name, err)
	}
	return nil
}

// Letters gives what lies in the maildrop of user now, in the order of message numbers; nil if there is no such user.
// A full address is taken as a name, too.
func (s *Server) Letters(user string) []Letter {
	st := s.store
	st.mu.Lock()
	defer st.mu.Unlock()
	b := st.find(user)
	if b == nil {
		return nil
	}
	return slices.Clone(b.letters)
}

// Users gives the names of the accounts, sorted.
func (s *Server) Users() []string {
	st := s.store
	st.mu.Lock()
	defer st.mu.Unlock()
	return slices.DeleteFunc(slices.Sorted(maps.Keys(st.boxes)), func(name string) bool { return strings.Contains(name, seats) })
}

// Domain gives the local domain.
func (s *Server) Domain() string {
	s.store.mu.Lock()
	defer s.store.mu.Unlock()
	return s.store.domain
}

// find gives the box of a name or of a full local address. The caller holds st.mu.
func (st *store) find(name string) *box {
	if local, domain, ok := cutAddress(name); ok {
		if !strings.EqualFold(domain, st.domain) {
			return nil
		}
		name = local
	}
	return st.boxes[strings.ToLower(name)]
}

// account gives name and password of an account that may log in.
func (st *store) account(name string) (who, password string, ok bool) {
	st.mu.Lock()
	defer st.mu.Unlock()
	b := st.find(name)
	if b == nil || !b.login {
		return "", "", false
	}
	return b.name, b.password, true
}

// where tells whether an address is served here, and the name of its box.
func (st *store) where(a mailbox) (name string, local, known bool) {
	st.mu.Lock()
	defer st.mu.Unlock()
	if !strings.EqualFold(a.domain, st.domain) && (a.domain != "" || !strings.EqualFold(a.local, postmaster)) {
		return "", false, false
	}
	b := st.boxes[strings.ToLower(unquote(a.local))]
	if b == nil {
		return "", true, false
	}
	return b.name, true, true
}

// errFull is a store that cannot take one more letter.
var errFull = fmt.Errorf("no room for the letter")

// deliver puts one letter into the maildrops of names, each name once. When it returns, letters that go to the disk are there.
func (st *store) deliver(names []string, from string, at time.Time, raw []byte) error {
	boxes, err := st.room(names, int64(len(raw)))
	if err != nil {
		return err
	}
	letters := make([]Letter, len(boxes))
	for i, b := range boxes { // without the lock: the disk is slow, and many can write to it at once
		letters[i] = keep(freshID(), from, at, raw)
		if b.disk == "" {
			continue
		}
		letters[i].order = time.Now().UnixNano()
		if letters[i], err = b.disk.add(letters[i]); err != nil {
			st.takeBack(boxes[:i], letters[:i])
			st.release(int64(len(raw)) * int64(len(boxes)))
			return fmt.Errorf("maildrop of %s: %w", b.name, err)
		}
	}
	st.mu.Lock()
	defer st.mu.Unlock()
	for i, b := range boxes {
		b.letters = append(b.letters, letters[i])
	}
	return nil
}

// room finds the boxes of names, and sets aside the room that a letter takes in them.
func (st *store) room(names []string, size int64) (boxes []*box, err error) {
	st.mu.Lock()
	defer st.mu.Unlock()
	if st.held+size*int64(len(names)) > st.limits.Held {
		return nil, errFull
	}
	for _, name := range names {
		if b := st.boxes[strings.ToLower(name)]; b != nil { // else the account went away with a Reset after RCPT
			boxes = append(boxes, b)
		}
	}
	st.held += size * int64(len(boxes))
	return boxes, nil
}

func (st *store) release(octets int64) {
	st.mu.Lock()
	defer st.mu.Unlock()
	st.held -= octets
}

// takeBack removes a letter from the maildrops that it reached before it failed to reach another: the client will send it again.
func (st *store) takeBack(boxes []*box, letters []Letter) {
	for i, b := range boxes {
		if b.disk != "" {
			_, _ = b.disk.remove(map[string]bool{letters[i].UID: true})
		}
	}
}

// A visit is a POP3 session's hold on a maildrop: its letters as they were at login, and the lock.
type visit struct {
	store   *store
	box     *box
	letters []Letter
	locked  bool
}

// visit opens the maildrop of name. It waits shortly for a session that is ending; ok is false if the lock is held.
func (st *store) visit(name string) (v *visit, ok bool) {
	st.mu.Lock()
	b := st.boxes[strings.ToLower(name)]
	st.mu.Unlock()
	if b == nil {
		return nil, false
	}
	if st.class.Isolate == ByLogin {
		st.mu.Lock()
		b = b.copy()
		st.mu.Unlock()
	}
	v = &visit{store: st, box: b}
	if !st.rules.ShareMaildrop {
		select {
		case <-b.lock:
		default:
			wait := time.NewTimer(st.limits.LockWait)
			defer wait.Stop()
			select {
			case <-b.lock:
			case <-wait.C:
				return nil, false
			}
		}
		v.locked = true
	}
	st.mu.Lock()
	v.letters = b.letters[:len(b.letters):len(b.letters)] // shared: letters are added behind it, and remove makes a new slice
	st.mu.Unlock()
	return v, true
}

// remove takes the letters with these ids out of the maildrop (RFC 1939 §6, the UPDATE state). With an error, some of them stay.
func (v *visit) remove(uids map[string]bool) (err error) {
	st := v.store
	if len(uids) == 0 {
		return nil
	}
	if v.box.disk != "" {
		uids, err = v.box.disk.remove(uids)
	}
	st.mu.Lock()
	defer st.mu.Unlock()
	stay := make([]Letter, 0, len(v.box.letters))
	for _, l := range v.box.letters {
		if uids[l.UID] {
			st.held -= l.held
			continue
		}
		stay = append(stay, l)
	}
	v.box.letters = stay
	return err
}

// leave gives the lock back.
func (v *visit) leave() {
	if v.locked {
		v.locked = false
		v.box.lock <- struct{}{}
	}
}
