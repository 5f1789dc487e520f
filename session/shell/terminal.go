package shell

import (
	"errors"
	"io"
	"strings"
	"sync"

	"github.com/chzyer/readline"

	"byhand/session/text"
)

// This file is the one door to github.com/chzyer/readline. The library edits a line; what reaches it (keys.go) and
// what is drawn (cells.go, draw.go) is ours. It is never used bare: see the tests named after its faults.

// Options say where a Terminal reads and draws, and who advises on the line while it is typed.
//
// Complete, Hint and Secret get the line as bytes, with each pasted block as one U+FFFC, and the cursor as a number
// of bytes of it. They are called while no lock is held, from a goroutine of the Terminal, one at a time.
type Options struct {
	In     io.Reader
	Out    io.Writer
	Size   func() (cols, rows int) // of the window; values of 0 or less are taken as 80 and 24
	Cancel func() error            // ends a pending read of In; nil if that cannot be done

	Suspend             func() error // stops the program at Ctrl-Z, and comes back when it goes on; nil if that cannot be done
	Raw, Quiet, Restore func() error // modes of the terminal: while a line is read, between lines, at the end

	Complete func(line string, pos int) (cands []string, typed int) // what may stand in place of the last typed bytes before pos
	Hint     func(line string, pos int) string                      // shown faintly after the line
	Secret   func(line string) (from, to int)                       // the part that is drawn as stars
	Erase    bool                                                   // take the line off the screen at Enter, for one who prints it himself
	Lang     text.Lang
}

// Kind tells how the reading of a line ended.
type Kind uint8

// The kinds of Input.
const (
	Line      Kind = iota // Enter
	Interrupt             // Ctrl-C
	EOF                   // Ctrl-D on an empty line, the end of the input, or Close
	Escape                // Ctrl-]
)

// Input is what Read gives.
type Input struct {
	Kind   Kind
	Line   []byte // the exact bytes typed or pasted, without a line end; for all kinds but Line, what stood there
	Pasted bool   // Line holds line ends from a paste, each as LF
	Masked bool   // Line, or what Secret no longer finds in it, was typed behind a mask: not to be shown or remembered
}

// Terminal reads lines from a terminal and prints above them. Read belongs to one goroutine; all other methods
// may be called from any.
type Terminal struct {
	o   Options
	lib *readline.Instance
	src *source

	entered chan struct{} // closed when the library first asked for a key
	once    sync.Once     // for entered
	closing sync.Once
	reading sync.Mutex // held by Read
	after   rune       // to be given to the library before the next key; its goroutine only

	mu      sync.Mutex // guards all below
	view    view       // what the library has, and how it is to be seen
	pic     picture
	active  bool // a line is being read
	busy    bool // the library's line holds doRune: the listener will set it right
	masked  bool // by the prompt
	tainted bool // the line was begun behind a mask
	loose   bool // more is drawn as stars than Options.Secret asks for: it once did
	enter   bool // the library was given Enter
	escaped bool // Ctrl-]
	over    bool // nothing more can be read
	err     error
	todo    []key // the actions behind each doRune, in order
	chips   chips
	killed  []rune
	search  search
	hist    history
	prefill []byte // what the next line starts with
	veil    bool   // and that it is masked
	baring  bool   // the next line is to be seen as it is typed
	bare    bool   // this line is
	mode    bool   // bracketed paste is on
}

// Bracketed paste: the terminal tells what is pasted from what is typed (xterm, "Bracketed Paste Mode").
const (
	pasteModeOn  = "\x1b[?2004h"
	pasteModeOff = "\x1b[?2004l"
)

// marker is what the library is given to draw: it means that the picture has to be drawn anew.
const marker = private + 1

// NewTerminal makes a Terminal. Close must be called, or the terminal stays in the mode that it was put in.
func NewTerminal(o Options) (*Terminal, error) {
	t := &Terminal{o: o, src: newSource(o.In, o.Cancel), entered: make(chan struct{}), pic: picture{out: o.Out}}
	lib, err := readline.NewEx(&readline.Config{
		Stdin: libKeys{t}, Stdout: libScreen{t}, Stderr: libScreen{t},
		Painter: libPainter{t}, Listener: libListener{t},
		DisableAutoSaveHistory: true, HistoryLimit: 2 * maxHistory,
		UniqueEditLine:      true, // Enter leaves the end of the line to us
		ForceUseInteractive: true,
		FuncIsTerminal:      func() bool { return true },
		FuncGetWidth:        func() int { return 1 << 20 }, // it must never think of wrapping
		FuncOnWidthChanged:  func(func()) {},
		FuncMakeRaw:         orNothing(o.Raw),
		FuncExitRaw:         orNothing(o.Quiet),
	})
	if err != nil {
		t.src.close()
		return nil, err
	}
	t.lib = lib
	return t, nil
}

func orNothing(f func() error) func() error {
	if f == nil {
		return func() error { return nil }
	}
	return f
}

// Read shows prompt and reads one line; masked draws it as stars. The prompt may hold SGR sequences. An error is one
// of the reader; the end of the input is none, and is given again by each later Read.
func (t *Terminal) Read(prompt string, masked bool) (Input, error) {
	return t.ReadAs(func() (string, bool) { return prompt, masked })
}

// ReadAs is Read with a prompt that is asked for when the line begins, so that a SetPrompt at the same time cannot get lost:
// it comes before prompt is called, or after it and then counts.
func (t *Terminal) ReadAs(prompt func() (string, bool)) (Input, error) {
	t.reading.Lock()
	defer t.reading.Unlock()
	initial, ok := t.begin(prompt)
	if !ok {
		return Input{Kind: EOF}, t.err
	}
	t.loadHistory()
	if len(initial) > 0 {
		t.lib.Operation.SetBuffer(string(initial))
	}
	t.mu.Lock()
	t.active = true
	t.mu.Unlock()
	s, err := t.lib.Readline()
	return t.finish([]rune(s), err)
}

// begin prepares the state for a new line and gives what it starts with.
func (t *Terminal) begin(ask func() (string, bool)) (initial []rune, ok bool) {
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.over {
		return nil, false
	}
	prompt, masked := ask()
	if !t.mode {
		t.mode = true
		t.pic.buf.WriteString(pasteModeOn)
	}
	t.view, t.loose = view{prompt: prompt}, false
	t.bare, t.baring = t.baring, false
	t.masked, t.enter, t.escaped, t.search = masked, false, false, search{}
	initial = encode(nil, t.prefill)
	t.tainted = t.veil && len(initial) > 0
	t.prefill, t.veil = nil, false
	return initial, true
}

// loadHistory gives the library our list and nothing else: what it remembers itself may be secret.
func (t *Terminal) loadHistory() {
	t.mu.Lock()
	hist := t.hist
	t.mu.Unlock()
	t.lib.ResetHistory()
	for _, line := range hist {
		t.lib.SaveHistory(string(encode(nil, []byte(line))))
	}
}

// finish ends the reading of a line.
func (t *Terminal) finish(line []rune, err error) (Input, error) {
	t.mu.Lock()
	defer t.mu.Unlock()
	in := Input{Kind: Line, Masked: t.hidden() || t.loose}
	switch {
	case t.escaped:
		in.Kind, err = Escape, nil
	case errors.Is(err, readline.ErrInterrupt):
		in.Kind, err = Interrupt, nil
		t.view.tail = "^C"
	case errors.Is(err, io.EOF), err == nil && !t.enter: // the library takes the end of the input for Enter
		in.Kind, err = EOF, t.err
		line = t.view.line
	}
	in.Line = decode(nil, line, t.chips.text)
	in.Pasted = strings.ContainsFunc(string(line), isChip) && strings.Contains(string(in.Line), "\n")
	t.leave(line, in.Kind)
	t.chips.drop(line, t.killed)
	t.active, t.tainted = false, false
	return in, err
}

// leave draws the line for the last time.
func (t *Terminal) leave(line []rune, k Kind) {
	t.view.line, t.view.pos, t.view.hint, t.view.below = line, len(line), "", ""
	t.view.masked = t.hidden()
	if k == Escape || k == Line && t.o.Erase {
		t.pic.erase()
	} else {
		t.pic.leave(layout(&t.view, t.cols(), t.note))
	}
	t.pic.flush()
}

// Prefill sets what the next Read starts with; masked keeps it behind stars whatever the prompt.
func (t *Terminal) Prefill(line []byte, masked bool) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.prefill, t.veil = append([]byte(nil), line...), masked
}

// Reveal lets the next line be seen while it is typed, mask or not. It is still no line to be remembered, and what of it stays on
// the screen is stars again.
func (t *Terminal) Reveal() {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.baring = true
}

// Take gives what has been typed so far of the line being read, and whether it was typed behind a mask.
func (t *Terminal) Take() (line []byte, masked bool) {
	t.mu.Lock()
	defer t.mu.Unlock()
	if !t.active {
		return nil, false
	}
	return decode(nil, t.view.line, t.chips.text), t.hidden()
}

// SetPrompt changes the prompt of the line being read, and whether it is masked. What was typed behind a mask stays
// there until the line is empty.
func (t *Terminal) SetPrompt(prompt string, masked bool) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.view.prompt, t.masked = prompt, masked
	t.tainted = t.tainted || masked && len(t.view.line) > 0
	t.show()
}

// Print writes s above the line being read; a line end is added if it has none. What stands in s reaches the terminal
// as it is: hostile bytes must have been made visible before.
func (t *Terminal) Print(s string) {
	if s == "" {
		return
	}
	if !strings.HasSuffix(s, "\n") {
		s += "\n"
	}
	t.mu.Lock()
	defer t.mu.Unlock()
	t.pic.above(s)
	t.pic.flush()
}

// Redraw draws the line being read anew: the window has another size, or another program wrote to the screen.
func (t *Terminal) Redraw() {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.pic.reflow(t.cols())
	t.pic.erase()
	t.show()
}

// Remember adds a line to the history. A caller leaves secrets out.
func (t *Terminal) Remember(line string) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.hist.add(line)
}

// SetHistory replaces the history, the oldest line first.
func (t *Terminal) SetHistory(lines []string) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.hist = nil
	for _, line := range lines {
		t.hist.add(line)
	}
}

// Close ends a pending Read, which gives what was typed so far with EOF, and restores the terminal.
func (t *Terminal) Close() error {
	var err error
	t.closing.Do(func() { err = t.close() })
	return err
}

// close works around three faults of the library's Close: it waits for a pending read, its wait group races with the
// start of its goroutine, and its other goroutine stays blocked on a full channel of errors.
func (t *Terminal) close() error {
	t.src.close()             // whatever asks for a key now gets the end
	t.lib.Terminal.KickRead() // it asks, if it did not
	<-t.entered               // so it did: its goroutine has started
	t.reading.Lock()          // the pending Read has returned
	defer t.reading.Unlock()
	err := t.lib.Close()    // its goroutine that reads has ended
	_, _ = t.lib.Readline() // makes room for the last end, so that the other can
	t.mu.Lock()
	defer t.mu.Unlock()
	t.over = true
	if t.mode {
		t.mode = false
		t.pic.buf.WriteString(pasteModeOff)
	}
	t.pic.flush()
	return errors.Join(err, orNothing(t.o.Restore)())
}
