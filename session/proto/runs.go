package proto

import (
	"bytes"

	"byhand/session"
)

// Runs makes the framer give lines of a multi-line POP3 reply that came together as one event, where nothing can be hidden in them: for
// those who want the bytes exactly and look at no single line. The line that ends the reply, and one that came in pieces, still have
// events of their own.
func (f *Framer) Runs() { f.runs = true }

// run takes the whole lines at the head of data that are the text of a multi-line reply, and gives what follows them.
func (d *dialogue) run(data []byte) (rest []byte) {
	c := d.waiting()
	if !d.f.runs || !d.body || d.holed || len(d.out.buf) > 0 || d.out.long != nil || len(d.secrets) > 0 || d.proto != session.POP3 {
		return data
	}
	if (c.verb == "LIST" || c.verb == "UIDL") && len(d.pending) > 1 {
		return data // a list without an end is told from the reply after it line by line
	}
	n := textLines(data)
	if n == 0 {
		return data
	}
	e := d.event(session.Server, session.Data, data[:n])
	e.Verb, e.Re, e.More = c.verb, c.n, true
	return data[n:]
}

// textLines gives how many bytes of data are whole lines before the one that is a lone dot.
func textLines(data []byte) int {
	n := bytes.LastIndexByte(data, '\n') + 1
	for from := 0; from < n; {
		i := from
		if i > 0 || data[0] != '.' {
			if i = bytes.Index(data[from:n], []byte("\n.")); i < 0 {
				return n
			}
			i += from + 1
		}
		if bytes.HasPrefix(data[i:], []byte(".\r\n")) || bytes.HasPrefix(data[i:], []byte(".\n")) {
			return i
		}
		from = i + 1
	}
	return n
}
