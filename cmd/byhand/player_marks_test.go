package main

import (
	"context"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"byhand/session/text"
	"byhand/transcripts"
)

// recordingOf writes a sample as a recording into a folder of its own.
func recordingOf(t *testing.T, sample string) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "kept.rec.jsonl")
	a := &app{in: strings.NewReader(""), env: func(string) string { return "" }}
	if err := a.convertTo("rec", sample, path, transcripts.Options{}); err != nil {
		t.Fatal(err)
	}
	return path
}

// TestBookmarksStay leaves a mark and a note, and finds them when the transcript is played again: in the recording, or in a file
// beside it where the recording is not to be written to.
func TestBookmarksStay(t *testing.T) {
	own := recordingOf(t, "pop3-163")
	link := filepath.Join(t.TempDir(), "link.rec.jsonl")
	if err := os.Symlink(recordingOf(t, "pop3-163"), link); err != nil {
		t.Fatal(err)
	}
	for file, beside := range map[string]bool{own: false, link: true} {
		f := replayFlags{step: true}
		s := newStage(t, file, f, 80, 24, text.EN)
		s.keep = noteKeeper(file)
		s.play(t, f, append([]string{".", ".", "m", ".", ".", "o"}, letters("look here, 同学")...)...)

		again := newStage(t, file, f, 80, 24, text.EN)
		again.marks = keptNotes(file)
		if _, err := wholeLength(again.tape); err != nil {
			t.Fatal(err)
		}
		again.play(t, f, "]", "'")
		if again.place != 3 {
			t.Errorf("%s: the mark is at %d", file, again.place)
		}
		for _, want := range []string{"3  line 3", "5  look here, 同学"} {
			if !strings.Contains(again.out.String(), want) {
				t.Errorf("%s: the list lacks %q:\n%s", file, want, again.out)
			}
		}
		if _, err := os.Stat(file + notesSuffix); (err == nil) != beside {
			t.Errorf("%s: beside it: %v", file, err)
		}
	}
}

// TestPlayerLoops plays one chapter again and again.
func TestPlayerLoops(t *testing.T) {
	f := replayFlags{step: true}
	s := newStage(t, "pop3-163", f, 80, 24, text.EN)
	first, _, err := s.tape.Find(0, false, transcripts.Marks("mark"))
	if err != nil {
		t.Fatal(err)
	}
	second, _, err := s.tape.Find(first, false, transcripts.Marks("mark"))
	if err != nil {
		t.Fatal(err)
	}
	s.bot.keys = []string{"]", "l", "..."}
	rounds := 0
	s.keys = until(s.bot, func() bool {
		if s.loop[1] > 0 && s.place == first {
			rounds++
		}
		return rounds > 20
	})
	if err := s.begin(context.Background(), &f); err != nil {
		t.Fatal(err)
	}
	if s.loop != [2]int{first, second - 1} || s.place < first || s.place >= second {
		t.Errorf("loop %v, at %d; the marks are at %d and %d", s.loop, s.place, first, second)
	}
}

// until unplugs the keyboard when enough has happened.
func until(r *robot, enough func() bool) presses { return unplugged{r, enough} }

type unplugged struct {
	*robot
	enough func() bool
}

func (u unplugged) Wait(ctx context.Context, d time.Duration) (string, bool) {
	if u.enough() {
		return "", false
	}
	return u.robot.Wait(ctx, d)
}

// TestPlayerFollows plays a recording that grows, up to its end.
func TestPlayerFollows(t *testing.T) {
	file := filepath.Join(t.TempDir(), "grows.rec.jsonl")
	writeFile(t, file, `{"byhand":"transcript","v":1,"start":"2026-11-01T10:00:00.000000+08:00","by":"test"}
{"t":0.000000,"k":"open","proto":"pop3","addr":"pop.example.com:110"}
{"t":0.000000,"k":"S","text":"+OK hello\r\n"}
{"t":1.000000,"k":"C","text":"NO`)
	f := replayFlags{follow: true}
	s := newStage(t, file, f, 80, 24, text.EN)
	grown := false
	s.keys = until(s.bot, func() bool {
		if s.place == 2 && !grown {
			grown = true
			out, err := os.OpenFile(file, os.O_WRONLY|os.O_APPEND, 0)
			if err == nil {
				_, err = out.WriteString("OP\\r\\n\"}\n{\"t\":2.000000,\"k\":\"end\"}\n")
				out.Close()
			}
			if err != nil {
				t.Error(err)
			}
		}
		return len(s.bot.waits) > 1000
	})
	if err := s.begin(context.Background(), &f); err != nil {
		t.Fatal(err)
	}
	if !strings.Contains(s.out.String(), "C: NOOP\n") || s.place != 3 || len(s.bot.waits) > 1000 {
		t.Errorf("at %d after %d waits:\n%s", s.place, len(s.bot.waits), s.out)
	}
}
