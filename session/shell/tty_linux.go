package shell

import "golang.org/x/sys/unix"

// The requests that read and set a terminal's modes at once, keeping what was typed ahead (ioctl_tty(2)), and the
// character that stands for none.
const (
	getModes = unix.TCGETS
	setModes = unix.TCSETS
	noChar   = 0
)
