package transcripts

import (
	"strings"
	"testing"
	"time"
)

// TestStarted takes a session's time from what script(1) of different systems says.
func TestStarted(t *testing.T) {
	at := time.Date(2026, 11, 24, 3, 30, 47, 0, time.UTC)
	for _, c := range []struct {
		head string
		want time.Time
	}{
		{"Script started on 2026-11-24 03:30:47+00:00 [TERM=\"xterm\" TTY=\"/dev/pts/0\" COLUMNS=\"80\" LINES=\"24\"]\r\n", at},
		{"Script started on 2026-11-24 11:30:47+08:00 [<not executed on terminal>]\n", at},
		{"Script started on Tue 24 Nov 2026 03:30:47 AM UTC\n", at},
		{"Script started on Tue Nov 24 03:30:47 2026\n", at},
		{"H 0.000000 START_TIME 2026-11-24 11:30:47+08:00\nH 0.000000 TERM xterm\n", at},
		{"$ cat typescript\nScript started on 2026-11-24 03:30:47+00:00\n", at},
		{"Script started on a fine day\n", time.Time{}},
		{"Script started on 2026-13-24 03:30:47+00:00\n", time.Time{}},
		{"220 hi\r\n", time.Time{}},
	} {
		want := c.want
		if want.IsZero() {
			want = defaultHeader().Start
		}
		h := defaultHeader()
		if h.startedOn([]byte(c.head)); !h.Start.Equal(want) {
			t.Errorf("%q began at %v", c.head, h.Start)
		}
		if r, err := OpenAs(strings.NewReader(c.head), "a.script", Import{Form: FormScript}); err != nil || !r.Header().Start.Equal(want) {
			t.Errorf("%q, read as a typescript, began at %v, %v", c.head, r.Header().Start, err)
		}
	}
	r, err := OpenAs(strings.NewReader("220 hi\r\n"), "a.script", Import{Timing: strings.NewReader("H 0.000000 START_TIME 2026-11-24 03:30:47+00:00\nO 0.1 8\n")})
	if err != nil || !r.Header().Start.Equal(at) {
		t.Errorf("by its timing log it began at %v, %v", r.Header().Start, err)
	}
}

// TestTimedEntriesOfAnyLength shows a long entry whole, so that those after it stay in step, and tells of what it cannot read.
func TestTimedEntriesOfAnyLength(t *testing.T) {
	long := "220 hi\r\n" + strings.Repeat(strings.Repeat("x", 998)+"\r\n", 2000)
	r, err := OpenAs(strings.NewReader(long+"QUIT\r\n"), "a.script", Import{
		Timing: strings.NewReader("0.1 2000008\nnonsense\n0.2 -4\n0.5 6\n"), Typed: strings.NewReader("")})
	if err != nil {
		t.Fatal(err)
	}
	var b strings.Builder
	if err := Convert(&b, FormDialogue, r, Options{Times: true}); err != nil {
		t.Fatal(err)
	}
	if !strings.HasSuffix(b.String(), "\nC: QUIT\n") {
		t.Errorf("it ends with %q", b.String()[b.Len()-60:])
	}
	if m := r.Remarks(); len(m) != 1 || m[0].Line != 2 {
		t.Errorf("remarks %v", m)
	}
}
