//go:build linux || darwin || freebsd || netbsd || openbsd || dragonfly

package transcripts

import (
	"errors"
	"os"
	"syscall"
)

// lock locks a file until it is closed, for one who writes it or for those who only ask. It gives ErrRunning at once
// when somebody writes it. The lock is the system's, so that none outlives a process that was killed.
func lock(f *os.File, write bool) error {
	how := syscall.LOCK_SH
	if write {
		how = syscall.LOCK_EX
	}
	err := syscall.Flock(int(f.Fd()), how|syscall.LOCK_NB)
	switch {
	case errors.Is(err, syscall.EWOULDBLOCK):
		return ErrRunning
	case errors.Is(err, syscall.ENOLCK), errors.Is(err, syscall.ENOTSUP):
		return errors.ErrUnsupported // a file system without locks
	}
	return err
}
