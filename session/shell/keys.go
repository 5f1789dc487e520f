package shell

import (
	"bytes"
	"unicode/utf8"
)

// What a terminal sends is read here, whole: keys, sequences of keys, answers of the terminal that nobody asked for,
// pastes. The editor sees actions and text, never a half-understood sequence (ECMA-48 §5.4, xterm's ctlseqs).

// act is what a key asks for.
type act uint8

const (
	actText     act = iota // text typed or pasted: key.text
	actEnter               // Enter
	actBreak               // Ctrl-C
	actEnd                 // Ctrl-D: end of input on an empty line, else Delete
	actEscape              // Ctrl-]
	actLeft                // the cursor moves
	actRight               //
	actHome                //
	actLast                //
	actWordLeft            //
	actWordNext            //
	actBack                // Backspace
	actDelete              // the Delete key
	actKill                // Ctrl-K: to the end
	actKillAll             // Ctrl-U: to the start
	actKillWord            // Ctrl-W: back to a space
	actKillLeft            // Alt-Backspace: the word to the left
	actKillNext            // Alt-D: the word to the right
	actYank                // Ctrl-Y
	actSwap                // Ctrl-T
	actOlder               // history
	actNewer               //
	actSearch              // Ctrl-R
	actCancel              // Ctrl-G
	actTab                 //
	actClear               // Ctrl-L
	actSuspend             // Ctrl-Z
)

// controls gives what the control characters do; one that is not here does nothing. Ctrl-Z never
// reaches the library, which would stop our parent.
var controls = [...]act{
	0x01: actHome, 0x02: actLeft, 0x03: actBreak, 0x04: actEnd, 0x05: actLast, 0x06: actRight, 0x07: actCancel,
	0x08: actBack, 0x09: actTab, 0x0a: actEnter, 0x0b: actKill, 0x0c: actClear, 0x0d: actEnter, 0x0e: actNewer,
	0x10: actOlder, 0x12: actSearch, 0x14: actSwap, 0x15: actKillAll, 0x17: actKillWord, 0x19: actYank,
	0x1a: actSuspend, 0x1d: actEscape, 0x7f: actBack,
}

// finals and tildes give what the sequences of the cursor keys (CSI A, SS3 A) and of the keys above them (CSI 3 ~) do.
var (
	finals = map[byte]act{'A': actOlder, 'B': actNewer, 'C': actRight, 'D': actLeft, 'H': actHome, 'F': actLast}
	tildes = map[string]act{"1": actHome, "7": actHome, "4": actLast, "8": actLast, "3": actDelete}
	metas  = map[byte]act{'b': actWordLeft, 'f': actWordNext, 'd': actKillNext, 0x7f: actKillLeft, 0x08: actKillLeft}
)

// key is one thing that the person at the keyboard did.
type key struct {
	act   act
	text  []byte // of actText: exact bytes
	paste bool   // text came as a paste: line ends are part of it
}

// parser cuts a stream of bytes into keys. It is pure: equal bytes give equal keys, however they are cut (but text
// may come in more or fewer pieces).
type parser struct {
	keys  []key  // read, not yet taken
	part  []byte // start of a sequence, a character or a paste's end mark that has not come whole
	paste []byte // of the paste so far
	state parserState
}

// parserState tells what has been seen last.
type parserState uint8

const (
	stateKeys  parserState = iota // whole keys
	stateQuote                    // Ctrl-V: the next byte stands for itself
	statePaste                    // the start of a bracketed paste
)

const pasteOff = "\x1b[201~" // what a terminal sends after a paste (xterm, "Bracketed Paste Mode")

// maxPart bounds a sequence that does not end: a terminal's answer is shorter by far.
const maxPart = 4096

// feed reads b.
func (p *parser) feed(b []byte) { p.read(b, false) }

// flush takes an incomplete sequence for what it is so far: after a moment of silence ESC is the key of that name.
func (p *parser) flush() {
	if p.state != statePaste {
		p.read(nil, true)
	}
}

// end is flush when nothing more can come, not even the rest of a paste.
func (p *parser) end() {
	p.flush()
	if p.state == statePaste {
		p.paste = append(p.paste, p.part...)
		p.part = nil
		p.pasted()
	}
}

// waiting reports whether a sequence has begun that flush would end.
func (p *parser) waiting() bool { return len(p.part) > 0 && p.state != statePaste }

func (p *parser) read(b []byte, flush bool) {
	if len(p.part) > 0 {
		b = append(p.part, b...)
		p.part = nil
	}
	for len(b) > 0 {
		var n int
		switch {
		case p.state == statePaste:
			n = p.readPaste(b)
		case p.state == stateQuote && (b[0] < ' ' || b[0] == 0x7f):
			p.state = stateKeys
			p.add(key{act: actText, text: b[:1]})
			n = 1
		case b[0] == 0x1b:
			n = p.sequence(b, flush)
		case b[0] < ' ' || b[0] == 0x7f:
			p.control(b[0])
			n = 1
		default:
			n = p.readText(b, flush)
		}
		if n == 0 {
			p.part = append([]byte(nil), b...)
			return
		}
		b = b[n:]
	}
}

// add keeps a key; text that follows text becomes one key, so that a burst is one step of the editor.
func (p *parser) add(k key) {
	if n := len(p.keys) - 1; n >= 0 && k.act == actText && p.keys[n].act == actText && !k.paste && !p.keys[n].paste {
		p.keys[n].text = append(p.keys[n].text, k.text...)
		return
	}
	k.text = append([]byte(nil), k.text...)
	p.keys = append(p.keys, k)
}

func (p *parser) control(c byte) {
	p.state = stateKeys
	if c == 0x16 {
		p.state = stateQuote
		return
	}
	if int(c) < len(controls) && controls[c] != actText {
		p.add(key{act: controls[c]})
	}
}

// readText reads up to the next control character; 0 if all that there is may be the start of a character.
func (p *parser) readText(b []byte, flush bool) int {
	p.state = stateKeys
	n := bytes.IndexFunc(b, func(r rune) bool { return r < ' ' || r == 0x7f })
	if n < 0 {
		n = len(b)
		if !flush {
			n = lastWhole(b)
		}
	}
	if n > 0 {
		p.add(key{act: actText, text: b[:n]})
	}
	return n
}

// lastWhole gives where the last character of b begins if its end is still to come, else len(b).
func lastWhole(b []byte) int {
	for i := len(b) - 1; i >= 0 && i >= len(b)-utf8.UTFMax; i-- {
		if utf8.RuneStart(b[i]) {
			if !utf8.FullRune(b[i:]) {
				return i
			}
			break
		}
	}
	return len(b)
}

// sequence reads one sequence that starts with ESC and gives its length, 0 if more of it must come. What is not
// known is dropped: half of an unknown sequence typed into the line would be worse.
func (p *parser) sequence(b []byte, flush bool) int {
	p.state = stateKeys
	n := 0
	switch {
	case len(b) == 1:
	case b[1] == '[':
		n = p.csi(b)
	case b[1] == 'O' && len(b) > 2:
		p.final(b[2], "")
		n = 3
	case b[1] == 'O':
	case bytes.IndexByte([]byte("]P_^X"), b[1]) >= 0: // OSC, DCS, APC, PM, SOS: an answer of the terminal
		n = stringEnd(b)
	default:
		if a := metas[b[1]]; a != actText {
			p.add(key{act: a})
			return 2
		}
		return 1 // Alt with a key that has no meaning so: the key itself
	}
	if n == 0 && (flush || len(b) > maxPart) {
		return len(b)
	}
	return n
}

// csi reads a control sequence (ECMA-48 §5.4): parameters and intermediates, then a final byte.
func (p *parser) csi(b []byte) int {
	i := 2
	for i < len(b) && b[i] >= 0x20 && b[i] <= 0x3f {
		i++
	}
	switch {
	case i == len(b):
		return 0
	case b[i] < 0x40 || b[i] > 0x7e: // no final byte: not a sequence after all; what broke it is read by itself
		return i
	case b[i] == '~':
		base, _, _ := bytes.Cut(b[2:i], []byte(";"))
		if string(base) == "200" {
			p.state = statePaste
		} else if a := tildes[string(base)]; a != actText {
			p.add(key{act: a})
		}
	default:
		p.final(b[i], string(b[2:i]))
	}
	return i + 1
}

// final does what a cursor key asks for; with a modifier (CSI 1 ; 5 D) the sideways ones go by words.
func (p *parser) final(c byte, params string) {
	a := finals[c]
	if params != "" && params != "1" && !bytes.HasPrefix([]byte(params), []byte("1;")) {
		return // a report: where the mouse or the cursor is, what the terminal can do
	}
	if len(params) > 2 && a == actLeft {
		a = actWordLeft
	}
	if len(params) > 2 && a == actRight {
		a = actWordNext
	}
	if a != actText {
		p.add(key{act: a})
	}
}

// stringEnd gives the length of a string that ST or BEL ends (ECMA-48 §5.6), 0 if it goes on.
func stringEnd(b []byte) int {
	for i := 2; i < len(b); i++ {
		switch {
		case b[i] == 0x07:
			return i + 1
		case b[i] == 0x1b && i+1 < len(b) && b[i+1] == '\\':
			return i + 2
		}
	}
	return 0
}

// readPaste reads up to the mark that ends the paste.
func (p *parser) readPaste(b []byte) int {
	if i := bytes.Index(b, []byte(pasteOff)); i >= 0 {
		p.paste = append(p.paste, b[:i]...)
		p.pasted()
		return i + len(pasteOff)
	}
	n := len(b)
	for k := min(len(pasteOff)-1, n); k > 0; k-- {
		if bytes.HasSuffix(b, []byte(pasteOff[:k])) {
			n -= k
			break
		}
	}
	p.paste = append(p.paste, b[:n]...)
	return n
}

func (p *parser) pasted() {
	p.add(key{act: actText, text: lines(p.paste), paste: true})
	p.paste, p.state = nil, stateKeys
}

// next takes the next key; ok is false if none has been read whole.
func (p *parser) next() (k key, ok bool) {
	if len(p.keys) == 0 {
		return key{}, false
	}
	k = p.keys[0]
	p.keys = p.keys[1:]
	return k, true
}
