//go:build linux || darwin

package shell

import (
	"fmt"
	"io"
	"os"
	"os/signal"
	"sync"
	"time"

	"golang.org/x/sys/unix"
	"golang.org/x/term"
)

// TTY is a terminal: its modes, its size, and a reader that can be told to stop.
//
// It has two modes of ours. Raw, while a line is read: each key comes as it is. Quiet, between lines: what is typed
// ahead is kept, but neither echoed nor edited by the kernel, and Ctrl-C is a signal. Output is processed in both, so
// that a line feed begins a new line.
type TTY struct {
	in, out *os.File
	before  unix.Termios

	once sync.Once
	wake [2]*os.File // closing the second ends a read of in
}

// OpenTTY takes over the terminal that is behind in and out and puts it into quiet mode; a Terminal made from its
// Options restores it when it is closed.
func OpenTTY(in, out *os.File) (*TTY, error) {
	modes, err := unix.IoctlGetTermios(int(in.Fd()), getModes)
	if err != nil {
		return nil, fmt.Errorf("reading the modes of the terminal: %w", err)
	}
	t := &TTY{in: in, out: out, before: *modes}
	if t.wake[0], t.wake[1], err = os.Pipe(); err != nil {
		return nil, err
	}
	return t, t.quiet()
}

// Options gives those options of a Terminal that the TTY knows.
func (t *TTY) Options() Options {
	return Options{In: t, Out: t.out, Size: t.Size, Cancel: t.cancel, Raw: t.raw, Quiet: t.quiet, Restore: t.restore}
}

// Size gives the size of the window, zeroes if it has none.
func (t *TTY) Size() (cols, rows int) {
	cols, rows, _ = term.GetSize(int(t.out.Fd()))
	return cols, rows
}

func (t *TTY) raw() error   { return t.set(0) }
func (t *TTY) quiet() error { return t.set(unix.ISIG) }

// restore gives the terminal back; it is not read any more.
func (t *TTY) restore() error {
	t.wake[0].Close()
	return unix.IoctlSetTermios(int(t.in.Fd()), setModes, &t.before)
}

// stopWait is how long a signal that stops us may take. It does not, if nobody could wake us again: the kernel ignores it in
// a group of processes that no command shell watches (POSIX, "Orphaned Process Group").
const stopWait = 200 * time.Millisecond

// Suspend stops the program as Ctrl-Z does elsewhere: with it all that was started by the same line of the command shell. When it
// goes on, the terminal is in raw mode again. It is for Options.Suspend of a program that has the terminal to itself.
func (t *TTY) Suspend() error {
	if err := unix.IoctlSetTermios(int(t.in.Fd()), setModes, &t.before); err != nil {
		return fmt.Errorf("giving the terminal back: %w", err)
	}
	awake := make(chan os.Signal, 1)
	signal.Notify(awake, unix.SIGCONT)
	defer signal.Stop(awake)
	if err := unix.Kill(0, unix.SIGTSTP); err != nil {
		return fmt.Errorf("stopping: %w", err)
	}
	select {
	case <-awake:
	case <-time.After(stopWait):
	}
	return t.raw()
}

// set puts the terminal into a mode of ours; with signals == unix.ISIG, Ctrl-C is one (termios(3)). No key stops us
// or makes us dump what is in memory: the terminal would be left without echo, and secrets on disk.
func (t *TTY) set(signals uint) error {
	m := t.before
	m.Iflag &^= unix.IGNBRK | unix.BRKINT | unix.PARMRK | unix.ISTRIP | unix.INLCR | unix.IGNCR | unix.ICRNL | unix.IXON
	m.Lflag &^= unix.ECHO | unix.ECHONL | unix.ICANON | unix.IEXTEN
	if signals == 0 {
		m.Lflag &^= unix.ISIG
	}
	m.Oflag |= unix.OPOST | unix.ONLCR
	m.Cflag &^= unix.CSIZE | unix.PARENB
	m.Cflag |= unix.CS8
	m.Cc[unix.VMIN], m.Cc[unix.VTIME] = 1, 0
	m.Cc[unix.VSUSP], m.Cc[unix.VQUIT] = noChar, noChar
	if err := unix.IoctlSetTermios(int(t.in.Fd()), setModes, &m); err != nil {
		return fmt.Errorf("setting the modes of the terminal: %w", err)
	}
	return nil
}

// Read waits for keys, or for cancel: then it ends with io.EOF.
func (t *TTY) Read(p []byte) (int, error) {
	fds := []unix.PollFd{
		{Fd: int32(t.in.Fd()), Events: unix.POLLIN},
		{Fd: int32(t.wake[0].Fd()), Events: unix.POLLIN},
	}
	for {
		if _, err := unix.Poll(fds, -1); err == unix.EINTR {
			continue
		} else if err != nil {
			return 0, err
		}
		if fds[1].Revents != 0 {
			return 0, io.EOF
		}
		n, err := unix.Read(int(t.in.Fd()), p)
		switch {
		case err == unix.EINTR || err == unix.EAGAIN:
			continue
		case n == 0 && err == nil, err == unix.EIO: // the window was closed
			return 0, io.EOF
		}
		return max(n, 0), err
	}
}

// cancel ends a pending Read and all later ones.
func (t *TTY) cancel() error {
	var err error
	t.once.Do(func() { err = t.wake[1].Close() })
	return err
}

// OnResize calls f after each change of the window's size, until stop is called. The goroutine ends with stop.
func (t *TTY) OnResize(f func()) (stop func()) {
	changed, done := make(chan os.Signal, 1), make(chan struct{})
	signal.Notify(changed, unix.SIGWINCH)
	go func() {
		for {
			select {
			case <-changed:
				f()
			case <-done:
				return
			}
		}
	}()
	return sync.OnceFunc(func() {
		signal.Stop(changed)
		close(done)
	})
}
