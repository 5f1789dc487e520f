package proto

import "byhand/session"

// lost goes on after bytes of one side ("C" or "S") that are missing in a capture: what stood before them is a line of its own, and
// what follows is read so that one hole does not spoil the rest.
func (d *dialogue) lost(dir string, n int) {
	if dir == "S" {
		d.end(&d.out, session.Server)
		d.open, d.holed = "", d.body
		return
	}
	if d.mode == octets && n < d.left {
		d.end(&d.in, session.Client)
		d.left -= n
		return
	}
	if d.mode == octets {
		d.torn = n > d.left
		d.end(&d.in, session.Client)
		d.mode, d.left = commands, 0
		return
	}
	d.end(&d.in, session.Client)
	d.gap, d.torn = d.mode == letter, d.mode != letter
}

// rest tells whether a command line is but the end of one whose beginning is missing. It may hold a password: it is not shown.
func (d *dialogue) rest(e *session.Event, verb string) bool {
	torn := d.torn && !known[verb]
	if d.torn = false; torn {
		d.shred = e.N
	}
	return torn
}
