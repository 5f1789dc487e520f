package main

import (
	"testing"
	"time"

	"byhand/transcripts"
)

// TestSeats lets learners come and go: who calls again gets the recording's next connection, whoever is there beside gets the first.
func TestSeats(t *testing.T) {
	type move struct {
		does, host string
		which      int // connection: of the recording for who came, of the learners for who left; minutes
	}
	const came, left, looked, passed = "came", "left", "looked", "passed" // looked: left, and played nothing; passed: so many minutes
	for _, tt := range []struct {
		name   string
		beside bool // the recording has its second connection open beside the first
		moves  []move
	}{
		{"one after the other", false, []move{{came, "a", 0}, {left, "a", 0}, {came, "a", 1}, {left, "a", 1}, {came, "a", 2}, {left, "a", 2}, {came, "a", 0}}},
		{"two at once", false, []move{{came, "a", 0}, {came, "a", 0}, {left, "a", 1}, {came, "a", 1}, {left, "a", 0}, {came, "a", 1}}},
		{"two hosts", false, []move{{came, "a", 0}, {came, "b", 0}, {left, "b", 1}, {came, "b", 1}, {left, "a", 0}, {came, "a", 1}}},
		{"somebody who looks", false, []move{{came, "a", 0}, {looked, "a", 0}, {came, "a", 0}, {left, "a", 1}, {came, "a", 1}}},
		{"back after a while", false, []move{{came, "a", 0}, {left, "a", 0}, {passed, "", 9}, {came, "a", 1}, {left, "a", 1}, {passed, "", 9}, {came, "a", 2}}},
		{"a newcomer after that", false, []move{{came, "a", 0}, {left, "a", 0}, {passed, "", 10}, {came, "a", 0}, {left, "a", 1}, {came, "a", 1}}},
		{"one who stays", false, []move{{came, "a", 0}, {left, "a", 0}, {came, "a", 1}, {passed, "", 60}, {came, "a", 0}, {left, "a", 1}, {came, "a", 2}}},
		{"recorded beside", true, []move{{came, "a", 0}, {came, "a", 1}, {came, "a", 0}, {came, "a", 1}}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			s := &troupe{calls: []*transcripts.Call{{}, {Beside: tt.beside}, {}}, left: make(chan struct{}), done: make(chan struct{})}
			now := time.Unix(0, 0)
			s.now = func() time.Time { return now }
			type sitting struct {
				*seat
				call int
			}
			var all []sitting
			for i, step := range tt.moves {
				if step.does == passed {
					now = now.Add(time.Duration(step.which) * time.Minute)
					continue
				}
				if step.does != came {
					s.leave(all[step.which].seat, all[step.which].call, step.does == left)
					continue
				}
				at, call := s.sit(step.host)
				all = append(all, sitting{at, call})
				if call != step.which {
					t.Fatalf("step %d: connection %d, want %d", i+1, call, step.which)
				}
			}
		})
	}
}

// TestSeatIsHandedOn gives a seat to a connection that came before the end of the last one was seen.
func TestSeatIsHandedOn(t *testing.T) {
	s := &troupe{calls: []*transcripts.Call{{}, {}}, left: make(chan struct{}), done: make(chan struct{}), turnover: time.Minute, now: time.Now}
	first, call := s.sit("a")
	got := make(chan int)
	go func() { // ends when the first is gone
		_, next := s.sit("a")
		got <- next
	}()
	s.leave(first, call, true)
	if next := <-got; next != 1 {
		t.Errorf("connection %d, want 1", next)
	}
}
