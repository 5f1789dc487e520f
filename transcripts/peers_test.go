//go:build peers

package transcripts

import (
	"bytes"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"testing"

	"byhand/session"
)

// heard is what one connection of a capture holds: the bytes of each side, and how many of them are missing.
type heard struct {
	client, server []byte
	lost           [2]int
	cipher         bool // TLS began: what came after is not told
}

// TestPeersTsharkFollows reads captures as tshark does: the payload of each mail connection is equal, or the same bytes are
// missing. The captures are those of this package's tests, and all files of the folder BYHAND_CAPTURES if that is set.
func TestPeersTsharkFollows(t *testing.T) {
	dir := t.TempDir()
	for i, c := range captures {
		if unlike[c.name] {
			continue
		}
		tape := newTape()
		c.tape(tape)
		if err := os.WriteFile(filepath.Join(dir, fmt.Sprintf("%02d.pcap", i)), tape.buf, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	files, _ := filepath.Glob(filepath.Join(dir, "*"))
	if more := os.Getenv("BYHAND_CAPTURES"); more != "" {
		found, err := filepath.Glob(filepath.Join(more, "*"))
		if err != nil || len(found) == 0 {
			t.Fatal(more, found, err)
		}
		files = append(files, found...)
	}
	conns, same := 0, 0
	for _, file := range files {
		ours := conversations(t, file)
		theirs := followed(t, file)
		for n, c := range ours {
			conns++
			if !matches(c, theirs) {
				t.Errorf("%s: connection %d (%d and %d bytes, %v lost) is none of tshark's %q", filepath.Base(file), n, len(c.client), len(c.server), c.lost, short(theirs))
				continue
			}
			same++
		}
	}
	t.Logf("%d files, %d of %d mail connections as tshark reads them", len(files), same, conns)
}

// unlike are captures that are read in another way on purpose: of bytes that came twice tshark takes those that came in
// order, this package those that came first; and what stands behind a hole that nobody acknowledged tshark leaves out.
var unlike = map[string]bool{
	"order, repeats and overlaps": true, "a hole that the peer has acknowledged": true, "a hole at the end of the file": true, "bytes that only an acknowledgement tells of": true,
}

// conversations reads a capture with this package.
func conversations(t *testing.T, file string) map[int]*heard {
	t.Helper()
	f, err := os.Open(file)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	r, err := Open(f, file)
	if err != nil {
		t.Fatal(file, err)
	}
	all := map[int]*heard{}
	for {
		c, err := r.Next(t.Context())
		if errors.Is(err, io.EOF) {
			return all
		}
		if err != nil {
			t.Fatal(file, err)
		}
		h := all[c.Conn]
		if h == nil {
			h = &heard{}
			all[c.Conn] = h
		}
		switch {
		case c.From == session.Client:
			h.client = append(h.client, c.Data...)
		case c.From == session.Server:
			h.server = append(h.server, c.Data...)
		case c.Mark.Kind == "tls":
			h.cipher = true
		case c.Mark.Kind == "lost" && c.Mark.Text("dir") == kindClient:
			h.lost[0] += c.Mark.Int("bytes")
		case c.Mark.Kind == "lost":
			h.lost[1] += c.Mark.Int("bytes")
		}
	}
}

// missing is how tshark tells of bytes that a capture lacks, in the place where they were.
var missing = regexp.MustCompile(`\[(\d+) bytes missing in capture file\]\.?\x00?`)

// followed reads each TCP stream of a capture with tshark.
func followed(t *testing.T, file string) (all []heard) {
	t.Helper()
	out, err := exec.Command("tshark", "-r", file, "-T", "fields", "-e", "tcp.stream").Output()
	if err != nil && len(out) == 0 {
		t.Logf("%s: tshark: %v", file, err)
	}
	last := -1
	for _, word := range strings.Fields(string(out)) {
		if n, err := strconv.Atoi(strings.Split(word, ",")[0]); err == nil {
			last = max(last, n)
		}
	}
	args := []string{"-r", file, "-q"}
	for n := range last + 1 {
		args = append(args, "-z", fmt.Sprintf("follow,tcp,raw,%d", n))
	}
	out, _ = exec.Command("tshark", args...).Output() // a capture that is cut short has an exit status, and what could be read
	var h *heard
	for line := range strings.SplitSeq(string(out), "\n") {
		switch {
		case strings.HasPrefix(line, "Follow: "):
			all = append(all, heard{})
			h = &all[len(all)-1]
		case h == nil || strings.ContainsAny(line, ":="):
		case strings.HasPrefix(line, "\t"):
			b, _ := hex.DecodeString(strings.TrimSpace(line))
			h.server = append(h.server, b...)
		default:
			b, _ := hex.DecodeString(line)
			h.client = append(h.client, b...)
		}
	}
	for i := range all {
		all[i].client = all[i].without(all[i].client, 0)
		all[i].server = all[i].without(all[i].server, 1)
	}
	return all
}

func (h *heard) without(b []byte, side int) []byte {
	for _, m := range missing.FindAllSubmatch(b, -1) {
		n, _ := strconv.Atoi(string(m[1]))
		h.lost[side] += n
	}
	return missing.ReplaceAll(b, nil)
}

// matches tells whether a connection is one of tshark's; its node 0 may be either end.
func matches(c *heard, theirs []heard) bool {
	for _, h := range theirs {
		turned := heard{client: h.server, server: h.client, lost: [2]int{h.lost[1], h.lost[0]}}
		for _, h := range []heard{h, turned} {
			whole := bytes.Equal(c.client, h.client) && bytes.Equal(c.server, h.server) && c.lost == h.lost
			if whole || c.cipher && bytes.HasPrefix(h.client, c.client) && bytes.HasPrefix(h.server, c.server) {
				return true
			}
		}
	}
	return false
}

// short shows the ends of what tshark read.
func short(all []heard) (out []string) {
	for _, h := range all[:min(len(all), 4)] {
		out = append(out, fmt.Sprintf("%d %d %v %s|%s", len(h.client), len(h.server), h.lost, h.client[max(0, len(h.client)-60):], h.server[max(0, len(h.server)-60):]))
	}
	return out
}
