package practice

import (
	"bytes"
	"io"
	"strconv"
)

// total says count and octets of the letters that are not marked.
func (p *popSession) total(key Key) {
	count, octets := int64(0), int64(0)
	for i, l := range p.visit.letters {
		if !p.gone[i] {
			count, octets = count+1, octets+l.Size
		}
	}
	p.say(key, "count", itoa(count), "octets", itoa(octets))
}

// period ends a multi-line reply (RFC 1939 §3).
func (p *popSession) period() { _, _ = p.out.Write([]byte(".\r\n")) }

func (p *popSession) stat([]string) error { p.total(keyPOPStat); return nil }
func (p *popSession) noop([]string) error { p.say(keyPOPNoop); return nil }

// list and uidl tell of one letter, or of all that are not marked.
func (p *popSession) list(arg []string) error {
	return p.scan(arg, keyPOPList, keyPOPListOne, func(l Letter) string { return itoa(l.Size) })
}

func (p *popSession) uidl(arg []string) error {
	return p.scan(arg, keyPOPUidl, keyPOPUidlOne, func(l Letter) string { return l.UID })
}

func (p *popSession) scan(arg []string, all, one Key, what func(Letter) string) error {
	if len(arg) == 1 {
		i, err := p.message(arg[0])
		if i < 0 {
			return err
		}
		value := what(p.visit.letters[i])
		p.say(one, "n", itoa(int64(i+1)), "size", value, "uid", value)
		return nil
	}
	p.total(all)
	for i, l := range p.visit.letters {
		if !p.gone[i] {
			_, _ = p.out.Write([]byte(itoa(int64(i+1)) + " " + what(l) + "\r\n"))
		}
	}
	p.period()
	return nil
}

// message gives the index of the letter that arg numbers, or says why there is none and gives -1.
func (p *popSession) message(arg string) (int, error) {
	n, err := strconv.Atoi(arg)
	switch {
	case !isDigits(arg) || err != nil:
		return -1, p.refuse(keyPOPNumber, "arg", arg)
	case n < 1 || n > len(p.gone):
		return -1, p.refuse(keyPOPNoMessage, "n", arg)
	case p.gone[n-1]:
		return -1, p.refuse(keyPOPDeleted, "n", arg)
	}
	return n - 1, nil
}

func (p *popSession) dele(arg []string) error {
	i, err := p.message(arg[0])
	if i < 0 {
		return err
	}
	p.gone[i] = true
	p.say(keyPOPDele, "n", itoa(int64(i+1)))
	return nil
}

func (p *popSession) rset([]string) error {
	clear(p.gone)
	p.total(keyPOPRset)
	return nil
}

func (p *popSession) retr(arg []string) error { return p.send(arg[0], keyPOPRetr, everyLine) }

func (p *popSession) top(arg []string) error {
	lines, err := strconv.Atoi(arg[1])
	if !isDigits(arg[1]) || err != nil {
		return p.refuse(keyPOPSyntax, "verb", "TOP")
	}
	return p.send(arg[0], keyPOPTop, lines)
}

const everyLine = -1

// send streams a letter: all of it, or the headers, the empty line and some lines of the body.
func (p *popSession) send(number string, key Key, lines int) error {
	i, err := p.message(number)
	if i < 0 {
		return err
	}
	l := p.visit.letters[i]
	file, err := l.Open()
	if err != nil {
		p.srv.logf("%s letter %s: %v", p.RemoteAddr(), l.UID, err)
		return p.refuse(keyPOPNoMessage, "n", number)
	}
	defer file.Close()
	if lines == everyLine {
		p.srv.counts.fetched.Add(1)
	}
	p.say(key, "size", itoa(l.Size), "n", number)
	src := io.Reader(file)
	if lines != everyLine {
		src = &topReader{src: src, lines: lines}
	}
	if err := p.stream(src); err != nil {
		return err
	}
	p.period()
	return nil
}

func (p *popSession) stream(src io.Reader) error {
	buf := largeBuffers.Get().(*[]byte)
	defer largeBuffers.Put(buf)
	dst := stuffer{dst: &p.out}
	for {
		n, err := src.Read(*buf)
		if _, werr := dst.Write((*buf)[:n]); werr != nil {
			return werr
		}
		if err == io.EOF {
			return nil
		}
		if err != nil {
			return err
		}
	}
}

// A topReader gives the headers of a letter, the empty line and the first lines of the body (RFC 1939 §7, TOP).
type topReader struct {
	src   io.Reader
	lines int  // body lines still to come
	body  bool // the empty line has passed
	col   int  // octets seen of the line that is under way
	over  bool
}

// Read fills p and cuts it behind the last line that is wanted.
func (t *topReader) Read(p []byte) (int, error) {
	if t.over {
		return 0, io.EOF
	}
	n, err := t.src.Read(p)
	used := 0
	for used < n && !t.over {
		i := bytes.IndexByte(p[used:n], '\n')
		if i < 0 {
			t.col += n - used
			used = n
			break
		}
		t.col += i + 1
		used += i + 1
		t.lineEnd()
	}
	return used, err
}

// lineEnd counts a line that is complete: an empty one has two octets, CR and LF.
func (t *topReader) lineEnd() {
	switch {
	case t.body:
		t.lines--
	case t.col <= 2:
		t.body = true
	}
	t.over = t.body && t.lines <= 0
	t.col = 0
}
