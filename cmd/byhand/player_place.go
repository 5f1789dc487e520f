package main

import (
	"slices"
	"strconv"
	"strings"
	"time"

	"byhand/session/text"
	"byhand/transcripts"
)

// placeOf finds a place by its name: a line (57), a part of the whole (40%), a time (1:30, 0:05.5, 90s), a mark or the step of a
// lesson (all of the name, or its beginning).
func placeOf(tape *transcripts.Tape, word string) (int, error) {
	if n, err := strconv.Atoi(word); err == nil && n >= 0 {
		return n, nil
	}
	if part, err := strconv.ParseFloat(strings.TrimSuffix(word, "%"), 64); err == nil && strings.HasSuffix(word, "%") && part >= 0 && part <= 100 {
		n, err := wholeLength(tape)
		return int(float64(n) * part / 100), err
	}
	if at, ok := timeOf(word); ok {
		return tape.Time(at)
	}
	for _, fits := range []func(string) bool{
		func(name string) bool { return strings.EqualFold(name, word) },
		func(name string) bool { return strings.HasPrefix(strings.ToLower(name), strings.ToLower(word)) },
	} {
		place, ok, err := tape.Find(0, false, named(fits))
		if ok || err != nil {
			return place, err
		}
	}
	return 0, usage(sayNoPlace.With(word))
}

// wholeLength makes the index to its end, and gives the last place.
func wholeLength(tape *transcripts.Tape) (int, error) {
	for more := true; more; {
		var err error
		if more, err = tape.Scan(); err != nil {
			return 0, err
		}
	}
	n, _ := tape.Len()
	return n, nil
}

// named looks for marks and steps by name.
func named(fits func(string) bool) transcripts.Hunt {
	h := transcripts.Marks("mark", "step")
	is := h.Hit
	h.Hit = func(l *transcripts.Line) bool {
		return is(l) && (fits(l.Event.Mark.Text("name")) || fits(l.Event.Mark.Text("id"))) && l.Event.Mark.Text("name")+l.Event.Mark.Text("id") != ""
	}
	return h
}

// timeOf reads a time: 1:30, 1:02:03.5, or as Go writes durations.
func timeOf(word string) (time.Duration, bool) {
	if d, err := time.ParseDuration(word); err == nil && d >= 0 {
		return d, true
	}
	parts := strings.Split(word, ":")
	if len(parts) < 2 || len(parts) > 3 {
		return 0, false
	}
	seconds := 0.0
	for _, part := range parts {
		n, err := strconv.ParseFloat(part, 64)
		if err != nil || n < 0 || n > 1e6 {
			return 0, false
		}
		seconds = seconds*60 + n
	}
	return time.Duration(seconds * float64(time.Second)), true
}

// untilOf reads where playing ends: a place, /text/, or the next error.
func untilOf(tape *transcripts.Tape, word string) (func(int, []transcripts.Line) bool, error) {
	var h transcripts.Hunt
	switch {
	case word == "":
		return nil, nil
	case word == "error":
		h = transcripts.Errors()
	case len(word) > 2 && word[0] == '/' && word[len(word)-1] == '/':
		var err error
		if h, err = transcripts.Texts(word[1 : len(word)-1]); err != nil {
			return nil, usage(sayBadExpr.With(word))
		}
	default:
		last, err := placeOf(tape, word)
		return func(place int, _ []transcripts.Line) bool { return place >= last }, err
	}
	return func(_ int, lines []transcripts.Line) bool { return hits(h, lines) }, nil
}

func hits(h transcripts.Hunt, lines []transcripts.Line) bool {
	return slices.ContainsFunc(lines, func(l transcripts.Line) bool { return h.Hit(&l) })
}

// pauseNames are what playing can pause on.
var pauseNames = map[string]func() transcripts.Hunt{
	"mark": func() transcripts.Hunt { return transcripts.Marks("mark") }, "note": func() transcripts.Hunt { return transcripts.Marks("note") },
	"step": func() transcripts.Hunt { return transcripts.Marks("step") }, "error": transcripts.Errors, "command": transcripts.Commands,
}

// pauseOf reads --pause-on: names with commas between them.
func pauseOf(list string) (func([]transcripts.Line) bool, error) {
	if list == "" {
		return nil, nil
	}
	var hunts []transcripts.Hunt
	for name := range strings.SplitSeq(list, ",") {
		make := pauseNames[name]
		if make == nil {
			return nil, usage(sayBadPause.With(name))
		}
		hunts = append(hunts, make())
	}
	return func(lines []transcripts.Line) bool {
		return slices.ContainsFunc(hunts, func(h transcripts.Hunt) bool { return hits(h, lines) })
	}, nil
}

var (
	sayNoPlace = text.T{EN: "There is no place %q: a place is a line (57), a part (40%%), a time (1:30, 90s), a mark or a step.",
		ZH: "没有 %q 这个位置：位置可以是行号（57）、比例（40%%）、时间（1:30、90s）、书签或步骤。"}
	sayBadExpr  = text.T{EN: "%s is no regular expression.", ZH: "%s 不是正确的正则表达式。"}
	sayBadPause = text.T{EN: "--pause-on %s: it is mark, note, step, error or command, or several with commas.", ZH: "--pause-on %s：只能是 mark、note、step、error、command，多个之间用逗号隔开。"}
)
