package shell

import (
	"os"

	"golang.org/x/sys/unix"
)

// widePipe is how much a pipe may hold for any user (pipe(7), /proc/sys/fs/pipe-max-size).
const widePipe = 1 << 20

// Widen lets f hold more, if it is a pipe: whoever writes into it wakes the reader less often.
func Widen(f *os.File) {
	conn, err := f.SyscallConn()
	if err != nil {
		return
	}
	_ = conn.Control(func(fd uintptr) {
		_, _ = unix.FcntlInt(fd, unix.F_SETPIPE_SZ, widePipe) // no pipe, or one that must not grow: it stays as it is
	})
}
