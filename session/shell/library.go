package shell

import (
	"bytes"
	"io"
	"slices"
	"unicode/utf8"
)

// What the library sees of a Terminal: a reader of keys, a painter that is told the line, a listener to what a key
// did to it, and a screen on which its own drawing is lost.

// libKeys gives the library one rune for one key, as it asks: what a key means is decided when it is used.
type libKeys struct{ t *Terminal }

func (l libKeys) Read(p []byte) (int, error) {
	t := l.t
	t.once.Do(func() { close(t.entered) })
	if r := t.after; r != 0 {
		t.after = 0
		return utf8.EncodeRune(p, t.given(r)), nil
	}
	for {
		k, err := t.src.key()
		if err != nil {
			return 0, t.ended(err)
		}
		if r := t.translate(k); r != 0 {
			return utf8.EncodeRune(p, t.given(r)), nil
		}
	}
}

// Close does nothing: the Terminal closes its source itself, before the library's Close.
func (libKeys) Close() error { return nil }

// ended notes why nothing more can be read. The library knows one end only.
func (t *Terminal) ended(err error) error {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.over = true
	if err != io.EOF && err != errClosed {
		t.err = err
	}
	return io.EOF
}

// own gives the runes of the keys that the library itself knows what to do with.
var own = map[act]rune{
	actEnter: '\r', actBreak: 0x03, actEnd: 0x04, actBack: 0x7f, actLeft: 0x02, actRight: 0x06, actHome: 0x01,
	actLast: 0x05, actOlder: 0x10, actNewer: 0x0e,
}

// veiled lists what cannot be done behind a mask: all that would bring other text in, or take this text elsewhere.
var veiled = map[act]bool{actOlder: true, actNewer: true, actYank: true, actSearch: true, actTab: true}

// translate gives the rune by which the library hears of a key, 0 if it does not. Text of one character and the keys
// of the library's own go as they are; all else waits for the listener.
func (t *Terminal) translate(k key) rune {
	t.mu.Lock()
	defer t.mu.Unlock()
	if veiled[k.act] && t.hidden() {
		return 0
	}
	if k.act == actSuspend {
		t.suspend()
		return 0
	}
	if r := own[k.act]; r != 0 {
		return r
	}
	if line := t.plain(k); line != 0 {
		return line
	}
	t.todo = append(t.todo, k)
	if k.act == actEscape {
		t.after = '\r' // ends the line once the listener has noted why
	}
	return doRune
}

// suspend gives the terminal to the user's command shell until byhand is called to the foreground again. What was typed stays;
// nothing of it stands on the screen meanwhile.
func (t *Terminal) suspend() {
	if t.o.Suspend == nil {
		return
	}
	t.pic.erase()
	t.pic.buf.WriteString(pasteModeOff)
	t.pic.flush()
	t.err = t.o.Suspend()
	t.pic.buf.WriteString(pasteModeOn)
	t.show()
	t.pic.flush()
}

// plain gives the rune of text that is one character which the library takes for one, else 0.
func (t *Terminal) plain(k key) rune {
	if k.act != actText || len(k.text) > utf8.UTFMax {
		return 0
	}
	if line := encode(nil, k.text); len(line) == 1 {
		return line[0]
	}
	return 0
}

// given notes what the library is about to see.
func (t *Terminal) given(r rune) rune {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.enter = t.enter || r == '\r'
	return r
}

// guard restores the terminal before a panic ends the program. It stands where others are called on a goroutine of the
// library's: no deferred Close of theirs would run, and nobody can type into a terminal that was left raw.
func (t *Terminal) guard() {
	if p := recover(); p != nil {
		io.WriteString(t.o.Out, pasteModeOff+"\r\n")
		orNothing(t.o.Restore)()
		panic(p)
	}
}

// hidden reports whether the line is drawn as stars.
func (t *Terminal) hidden() bool { return t.masked || t.tainted }

// libPainter is told the line after each change, before it is drawn.
type libPainter struct{ t *Terminal }

func (l libPainter) Paint(line []rune, pos int) []rune {
	defer l.t.guard()
	if slices.Contains(line, doRune) {
		l.t.setBusy()
	} else {
		l.t.see(line, pos)
	}
	return []rune{marker}
}

func (t *Terminal) setBusy() {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.busy = true
}

// see takes over a line and asks for advice on it.
func (t *Terminal) see(line []rune, pos int) {
	text, hint, secret := "", "", span{}
	if t.o.Hint != nil || t.o.Secret != nil {
		text = glance(line)
	}
	if t.o.Hint != nil {
		hint = t.o.Hint(text, byteAt(line, pos))
	}
	if t.o.Secret != nil {
		from, to := t.o.Secret(text)
		secret = span{runeAt(line, from), runeAt(line, to)}
	}
	t.mu.Lock()
	defer t.mu.Unlock()
	t.busy = false
	t.tainted = len(line) > 0 && (t.tainted || t.masked && t.active)
	stars := cover(secret, follow(t.view.line, line, t.view.stars)) // mending the verb must not uncover the password
	t.loose = stars != cover(secret, span{})
	t.view.line, t.view.pos = append(t.view.line[:0], line...), pos
	t.view.hint, t.view.stars = hint, stars
}

// libScreen is what the library draws on.
type libScreen struct{ t *Terminal }

var markerBytes = []byte(string(marker))

func (l libScreen) Write(p []byte) (int, error) {
	t := l.t
	t.mu.Lock()
	defer t.mu.Unlock()
	switch {
	case bytes.HasPrefix(p, markerBytes):
		t.show()
	case string(p) == "\a":
		t.bell()
	}
	return len(p), nil
}

// show draws the line being read.
func (t *Terminal) show() {
	if !t.active || t.busy {
		return
	}
	t.view.masked = t.hidden()
	t.view.below = ""
	if t.search.on {
		t.view.below = saySearch.In(t.o.Lang) + glance(t.search.query)
	}
	v := t.view
	if t.bare {
		v.masked, v.stars = false, span{}
	}
	f := layout(&v, t.cols(), t.note)
	t.pic.top = f.window(t.pic.top, t.rows())
	t.pic.draw(f)
	t.pic.flush()
}

func (t *Terminal) bell() {
	t.pic.buf.WriteByte('\a')
	t.pic.flush()
}

// note says what a chip stands for; layout asks while t is locked.
func (t *Terminal) note(chip rune) string { return t.chips.note(chip, t.o.Lang) }

func (t *Terminal) cols() int {
	if t.o.Size != nil {
		if cols, _ := t.o.Size(); cols > 1 {
			return cols
		}
	}
	return 80
}

func (t *Terminal) rows() int {
	if t.o.Size != nil {
		if _, rows := t.o.Size(); rows > 0 {
			return rows
		}
	}
	return 24
}

// libListener hears of each key after the library has done with it, and sets the line right.
type libListener struct{ t *Terminal }

func (l libListener) OnChange(line []rune, pos int, r rune) (after []rune, at int, ok bool) {
	t := l.t
	defer t.guard()
	t.mu.Lock()
	defer t.mu.Unlock()
	if r == 0 || !t.active { // it is called before a line as well, and once more after one
		return nil, 0, false
	}
	k := key{act: actEnter}
	switch {
	case r == doRune:
		if len(t.todo) == 0 {
			return nil, 0, false
		}
		k, t.todo = t.todo[0], t.todo[1:]
		line, pos = without(line, pos, r)
	case r == own[actEnter], r == own[actBreak]: // the line is gone already
		t.search.on = false
		return nil, 0, false
	case !t.search.on:
		return nil, 0, false
	case r == own[actBack]:
		k.act = actBack
	case r >= ' ':
		k = key{act: actText, text: decode(nil, []rune{r}, t.chips.text)}
	}
	if t.search.on || k.act == actSearch {
		if over := t.search.key(t.hist, k, line); !over {
			return slices.Clone(t.search.shown), len(t.search.shown), true
		}
		if r != doRune {
			return line, pos, true // drawn again, without the row of the search
		}
	}
	after, at = t.do(k, line, pos)
	return after, at, true
}

// without gives line without the r that the library put before pos.
func without(line []rune, pos int, r rune) ([]rune, int) {
	if pos > 0 && pos <= len(line) && line[pos-1] == r {
		return slices.Delete(line, pos-1, pos), pos - 1
	}
	return line, pos
}

// do does what the library cannot.
func (t *Terminal) do(k key, line []rune, pos int) ([]rune, int) {
	switch k.act {
	case actText:
		return insert(line, pos, t.chips.insert(k, t.hidden()))
	case actYank:
		return insert(line, pos, t.killed)
	case actTab:
		return t.complete(line, pos)
	case actEscape:
		t.escaped = true
	case actClear:
		t.pic.wipe()
	}
	after, at, from, to := edit(k.act, slices.Clone(line), pos)
	if to > from && !t.hidden() && (to <= t.view.stars.from || from >= t.view.stars.to) {
		t.killed = slices.Clone(line[from:to]) // never a secret: Ctrl-Y would show it
	}
	return after, at
}

func insert(line []rune, pos int, what []rune) ([]rune, int) {
	return slices.Insert(line, pos, what...), pos + len(what)
}
