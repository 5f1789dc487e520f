package practice

import (
	"fmt"
	"hash/fnv"
	"math/rand/v2"
	"strconv"
	"strings"
	"time"
)

// A clock shows a time of its own, and goes on from there.
type clock struct {
	ahead time.Duration
	zone  *time.Location // nil: as it comes
}

// clock gives the clock of a world that begins at this true time.
func (w World) clock(start time.Time) *clock {
	if w.Clock.IsZero() {
		return &clock{}
	}
	return &clock{w.Clock.Sub(start), w.Clock.Location()}
}

// now is what the server's clock shows.
func (s *Server) now() time.Time {
	c, t := s.clock.Load(), s.base()
	if c.zone == nil {
		return t
	}
	return t.Add(c.ahead).In(c.zone)
}

// today is the date of a letter that has none, in a world with a clock.
func (w World) today() string {
	if w.Clock.IsZero() {
		return ""
	}
	return w.Clock.Format(time.RFC1123Z)
}

// uid gives the unique-id of a world's letter: the same at each start.
func (w World) uid(name string, serial int64) string {
	if w.Seed == "" {
		return uniqueID("world", name, itoa(serial))
	}
	return uniqueID("world", name, itoa(serial), w.Seed)
}

// dice are thrown for faults that come by chance: the same at each start.
func (w World) dice() *rand.Rand {
	h := fnv.New64a()
	_, _ = h.Write([]byte(w.Seed))
	return rand.New(rand.NewPCG(h.Sum64(), 0))
}

// spoken gives the voice of a world with its changes, and the limits that they bring. What is given goes before what
// the style says.
func (w World) spoken(given *Voice, limits Limits) (*Voice, Limits, error) {
	v := or(given, w.Voice)
	if v == nil {
		found, ok := FindVoice(or(w.Style, coremail))
		if !ok {
			return nil, limits, fmt.Errorf("world: there is no style %q; there are %s", w.Style, strings.Join(Voices(), ", "))
		}
		v = found
	}
	limits.Letter = or(limits.Letter, v.Letter)
	if len(w.Caps) == 0 {
		return v, limits, nil
	}
	v, err := v.With(w.Caps...)
	if err != nil {
		return nil, limits, err
	}
	for _, line := range w.Caps {
		if word, value, _ := strings.Cut(line, " "); strings.EqualFold(word, "SIZE") {
			if n, err := strconv.ParseInt(value, 10, 62); err == nil && n > 0 {
				limits.Letter = n
			}
		}
	}
	return v, limits, nil
}

// ParseClock reads the time that a world begins with: RFC 3339 ("2007-10-18T09:30:00+08:00"), the form of a Date field
// (RFC 5322 §3.3), or a date alone, which is taken as midnight UTC.
func ParseClock(text string) (time.Time, error) {
	for _, layout := range []string{time.RFC3339, "2006-01-02 15:04:05 -0700", time.RFC1123Z, "Mon, 2 Jan 2006 15:04:05 -0700", "2 Jan 2006 15:04:05 -0700",
		"2006-01-02T15:04:05", time.DateTime, "2006-01-02 15:04", time.DateOnly} {
		if t, err := time.Parse(layout, text); err == nil {
			return t, nil
		}
	}
	return time.Time{}, fmt.Errorf("%q is no time, as in 2007-10-18T09:30:00+08:00", text)
}
