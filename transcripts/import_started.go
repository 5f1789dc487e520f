package transcripts

import (
	"bytes"
	"strings"
	"time"
)

// started are the ways in which a typescript says when it began: what stands before the time, and in which forms the time is written.
// util-linux writes the first form since 2.35, and before it what the locale wants; BSD and macOS write the last.
var (
	startedBy    = []string{scriptStart, "H 0.000000 START_TIME "}
	startedForms = []string{"2006-01-02 15:04:05-07:00", "2006-01-02 15:04:05Z07:00", "Mon 02 Jan 2006 03:04:05 PM MST",
		"Mon Jan _2 15:04:05 2006", "Mon _2 Jan 2006 15:04:05 MST"}
)

// startedOn takes the time at which script(1) says that it began, from the beginning of one of its logs. Where it says none that can
// be read, the time is left as it is.
func (h *Header) startedOn(head []byte) {
	for line := range bytes.Lines(head) {
		for _, by := range startedBy {
			rest, found := strings.CutPrefix(string(line), by)
			if !found {
				continue
			}
			said, _, _ := strings.Cut(rest, " [") // the terminal
			for _, form := range startedForms {
				if at, err := time.Parse(form, strings.TrimSpace(said)); err == nil {
					h.Start = at
					return
				}
			}
		}
	}
}
