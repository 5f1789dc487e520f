package shell

import (
	"fmt"
	"os"

	"golang.org/x/sys/windows"
	"golang.org/x/term"
)

// TTY is a console: its modes and its size. In both of its modes keys and screen speak as terminals elsewhere do
// (virtual terminal sequences, Windows 10 and later); between lines Ctrl-C is a signal. A read of the console cannot
// be cancelled: after Close of a Terminal its reader ends with the next key, or with the program.
type TTY struct {
	in, out *os.File
	before  *term.State
	screen  uint32 // mode of out before
}

// OpenTTY takes over the console that is behind in and out and puts it into quiet mode; a Terminal made from its
// Options restores it when it is closed.
func OpenTTY(in, out *os.File) (*TTY, error) {
	t := &TTY{in: in, out: out}
	var err error
	if t.before, err = term.GetState(int(in.Fd())); err != nil {
		return nil, fmt.Errorf("reading the mode of the console: %w", err)
	}
	if err := windows.GetConsoleMode(t.screenHandle(), &t.screen); err != nil {
		return nil, fmt.Errorf("reading the mode of the screen: %w", err)
	}
	mode := t.screen | windows.ENABLE_PROCESSED_OUTPUT | windows.ENABLE_VIRTUAL_TERMINAL_PROCESSING
	if err := windows.SetConsoleMode(t.screenHandle(), mode); err != nil {
		return nil, fmt.Errorf("setting the mode of the screen: %w", err)
	}
	return t, t.quiet()
}

func (t *TTY) screenHandle() windows.Handle { return windows.Handle(t.out.Fd()) }

// Options gives those options of a Terminal that the TTY knows.
func (t *TTY) Options() Options {
	return Options{In: t.in, Out: t.out, Size: t.Size, Raw: t.raw, Quiet: t.quiet, Restore: t.restore}
}

// Size gives the size of the window, zeroes if it has none.
func (t *TTY) Size() (cols, rows int) {
	cols, rows, _ = term.GetSize(int(t.out.Fd()))
	return cols, rows
}

func (t *TTY) raw() error {
	_, err := term.MakeRaw(int(t.in.Fd()))
	return err
}

func (t *TTY) quiet() error {
	if err := t.raw(); err != nil {
		return fmt.Errorf("setting the mode of the console: %w", err)
	}
	in, mode := windows.Handle(t.in.Fd()), uint32(0)
	if err := windows.GetConsoleMode(in, &mode); err != nil {
		return err
	}
	return windows.SetConsoleMode(in, mode|windows.ENABLE_PROCESSED_INPUT)
}

func (t *TTY) restore() error {
	windows.SetConsoleMode(t.screenHandle(), t.screen)
	return term.Restore(int(t.in.Fd()), t.before)
}

// OnResize does nothing here: the console tells of its size with its keys, which this reader does not see. The next
// key draws the line for the new size.
func (t *TTY) OnResize(func()) (stop func()) { return func() {} }

// Suspend does nothing here: Windows stops no program by a key.
func (t *TTY) Suspend() error { return nil }
