//go:build !(linux || darwin || freebsd || netbsd || openbsd || dragonfly)

package transcripts

import (
	"errors"
	"os"
)

// lock does nothing where the system has no such locks.
func lock(*os.File, bool) error { return errors.ErrUnsupported }
