package shell

import (
	"context"
	"io"
	"slices"
	"testing"
	"time"
)

// TestPresses types keys of all kinds in one burst, and ends the input.
func TestPresses(t *testing.T) {
	in, keyboard := io.Pipe()
	var modes []string
	mode := func(name string) func() error {
		return func() error { modes = append(modes, name); return nil }
	}
	p, err := NewPresses(Options{In: in, Raw: mode("raw"), Restore: mode("restored"), Cancel: in.Close})
	if err != nil {
		t.Fatal(err)
	}
	go func() { // ends when all was read
		keyboard.Write([]byte("n/学\x1b[C\x1b[D\r\x03\x7f\x1b[99~ \x1b[H"))
		keyboard.Close()
	}()
	var got []string
	for {
		key, open := p.Wait(context.Background(), -1)
		if !open {
			break
		}
		got = append(got, key)
	}
	if want := []string{"n", "/", "学", "right", "left", "enter", "ctrl-c", "back", " ", "home"}; !slices.Equal(got, want) {
		t.Errorf("got %q, want %q", got, want)
	}
	if err := p.Close(); err != nil || !slices.Equal(modes, []string{"raw", "restored"}) {
		t.Errorf("modes %v, %v", modes, err)
	}
}

// TestPressesWait gives up when the time is over, when the program is told to end, and when it closes in the middle of a read.
func TestPressesWait(t *testing.T) {
	in, keyboard := io.Pipe()
	defer keyboard.Close()
	p, err := NewPresses(Options{In: in, Cancel: in.Close})
	if err != nil {
		t.Fatal(err)
	}
	if key, open := p.Wait(context.Background(), time.Microsecond); key != "" || !open {
		t.Errorf("after a while: %q, %v", key, open)
	}
	told, tell := context.WithCancel(context.Background())
	tell()
	if key, open := p.Wait(told, -1); key != "" || open {
		t.Errorf("told to end: %q, %v", key, open)
	}
	if err := p.Close(); err != nil {
		t.Error(err)
	}
}
