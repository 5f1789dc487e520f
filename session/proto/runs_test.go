package proto

import (
	"strings"
	"testing"

	"byhand/session"
)

// said plays a dialogue in which the server's bytes come in pieces of at most size, and gives its lines by role, and all server bytes.
// Lines of a multi-line reply are joined, as Runs may do.
func said(runs bool, size int, talk ...string) (lines []string, bytes string) {
	f := New(session.POP3)
	if runs {
		f.Runs()
	}
	take := func(events []session.Event) {
		for _, e := range events {
			if e.From == session.Server {
				bytes += string(e.Raw)
			}
			more := e.Role == session.Data && e.More
			if n := len(lines); more && n > 0 && strings.HasPrefix(lines[n-1], "text: ") {
				lines[n-1] += e.MaskedLine()
				continue
			}
			lines = append(lines, map[bool]string{true: "text: ", false: e.Role.String() + ": "}[more]+e.MaskedLine())
		}
	}
	take(f.Feed(session.Chunk{Conn: 1, Mark: session.NewMark("open")}))
	for _, t := range talk {
		if line, ok := strings.CutPrefix(t, "C: "); ok {
			take(f.Feed(session.Chunk{Conn: 1, From: session.Client, Data: []byte(line)}))
			continue
		}
		for len(t) > 0 {
			n := min(size, len(t))
			take(f.Feed(session.Chunk{Conn: 1, From: session.Server, Data: []byte(t[:n])}))
			t = t[n:]
		}
	}
	take(f.Feed(session.Chunk{Flush: true}))
	for i := range lines {
		lines[i] = strings.NewReplacer("\r", "", "\n", "").Replace(lines[i])
	}
	return lines, bytes
}

// TestRunsTellTheSame: lines given together mean what they mean one by one.
func TestRunsTellTheSame(t *testing.T) {
	talks := [][]string{
		{"+OK hi\r\n", "C: RETR 1\r\n", "+OK\r\nSubject: x\r\n\r\n..dot\r\n.not the end\r\n.\r\n", "C: NOOP\r\n", "+OK\r\n"},
		{"+OK hi\r\n", "C: RETR 1\r\nQUIT\r\n", "+OK\r\n.\r\n+OK bye\r\n"},
		{"+OK hi\r\n", "C: RETR 1\r\nRETR 2\r\n", "+OK\none\n.\n+OK\r\n+OK two\r\n. \r\n.\r\n"},
		{"+OK hi\r\n", "C: LIST\r\nNOOP\r\n", "+OK\r\n1 100\r\n2 200\r\n+OK no end\r\n"},
		{"+OK hi\r\n", "C: PASS hunter2\r\n", "+OK\r\n", "C: RETR 1\r\n", "+OK\r\nyour password is hunter2\r\n.\r\n"},
		{"+OK hi\r\n", "C: RETR 1\r\n", "+OK\r\n" + strings.Repeat("A", 3000) + "\r\nb\r\n.\r\n-ERR\r\n"},
	}
	for _, talk := range talks {
		want, whole := said(false, 1<<20, talk...)
		for _, size := range []int{1, 2, 3, 5, 7, 64, 1 << 20} {
			got, bytes := said(true, size, talk...)
			if strings.Join(got, "\n") != strings.Join(want, "\n") {
				t.Errorf("pieces of %d:\n%.300q\nwant\n%.300q", size, got, want)
			}
			if bytes != whole {
				t.Errorf("pieces of %d: other bytes", size)
			}
		}
	}
}

// TestRunsAreRuns: what came together is one event.
func TestRunsAreRuns(t *testing.T) {
	f := New(session.POP3)
	f.Runs()
	f.Feed(session.Chunk{Conn: 1, Mark: session.NewMark("open")})
	f.Feed(session.Chunk{Conn: 1, From: session.Client, Data: []byte("RETR 1\r\n")})
	if n := len(f.Feed(session.Chunk{Conn: 1, From: session.Server, Data: []byte("+OK hi\r\n+OK\r\na\r\nb\r\n.c\r\n.\r\n")})); n != 4 {
		t.Errorf("%d events, want the greeting, the status line, the text and its end", n)
	}
}
