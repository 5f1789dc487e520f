package shell

import "golang.org/x/sys/unix"

// The requests that read and set a terminal's modes at once, keeping what was typed ahead (tty(4)), and the
// character that stands for none (_POSIX_VDISABLE).
const (
	getModes = unix.TIOCGETA
	setModes = unix.TIOCSETA
	noChar   = 0xff
)
