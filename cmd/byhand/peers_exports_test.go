//go:build peers

package main_test

import (
	"bytes"
	"encoding/hex"
	"encoding/json"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"testing"

	"byhand/transcripts"
)

// exported gives the transcripts that are handed to other people's programs.
func exported(t *testing.T) []string {
	t.Helper()
	files, err := filepath.Glob("../../transcripts/testdata/*.dialog.txt")
	pairs, _ := filepath.Glob("../../transcripts/testdata/pairs/*.rec.jsonl")
	if err != nil || len(files) < 2 || len(pairs) < 2 {
		t.Fatalf("only %v and %v found: %v", files, pairs, err)
	}
	return append(append(files, pairs...), transcripts.Samples()...)
}

// ofContent is what tshark says of what was said, not of the packets: of every AUTH PLAIN while its own option to decode it
// is off, and of a SIZE that is no number.
var ofContent = regexp.MustCompile(`SMTP +(base64 decode failed or is not enabled|Trailing stray characters)`)

// TestPeersPackets holds that tshark reads exported packets without a warning, and takes from them the bytes that were said.
func TestPeersPackets(t *testing.T) {
	b := build(t)
	for _, in := range exported(t) {
		t.Run(filepath.Base(in), func(t *testing.T) {
			file := filepath.Join(t.TempDir(), "a.pcapng")
			b.convert(t, in, file)
			out, stderr := tshark(t, "-r", file, "-o", "tcp.check_checksum:TRUE", "-o", "ip.check_checksum:TRUE", "-q", "-z", "expert,warn")
			for line := range strings.Lines(out) { // of the table: its rows begin with a number
				if _, err := strconv.Atoi(strings.SplitN(strings.TrimSpace(line)+" ", " ", 2)[0]); err == nil && !ofContent.MatchString(line) {
					t.Errorf("tshark complains: %s", line)
				}
			}
			if stderr != "" {
				t.Errorf("tshark complains: %s", stderr)
			}
			fields, _ := tshark(t, "-r", file, "-Y", "tcp.len > 0", "-T", "fields", "-e", "tcp.srcport", "-e", "tcp.payload")
			got := map[bool]string{} // by whether the client sent it
			for line := range strings.Lines(fields) {
				port, payload, _ := strings.Cut(strings.TrimSpace(line), "\t")
				data, err := hex.DecodeString(payload)
				if err != nil {
					t.Fatalf("%q: %v", line, err)
				}
				got[len(port) == 5] += string(data)
			}
			want := b.said(t, in)
			if got[true] != want["C"] || got[false] != want["S"] {
				t.Errorf("client %q\nwant   %q\nserver %q\nwant   %q", got[true], want["C"], got[false], want["S"])
			}
		})
	}
}

// TestPeersCast holds that asciinema plays an exported cast: what it puts out is what the cast holds.
func TestPeersCast(t *testing.T) {
	b := build(t)
	for _, in := range exported(t) {
		t.Run(filepath.Base(in), func(t *testing.T) {
			file := filepath.Join(t.TempDir(), "a.cast")
			b.convert(t, in, file)
			cmd := exec.CommandContext(deadline(t), "asciinema", "play", "--speed", "10000", file)
			cmd.Env = b.env
			played, err := cmd.Output()
			if err != nil {
				t.Fatalf("asciinema: %v\n%s", err, played)
			}
			text, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			var want strings.Builder
			for line := range bytes.Lines(text) {
				var at float64
				var kind, put string
				if json.Unmarshal(line, &[]any{&at, &kind, &put}) == nil && kind == "o" {
					want.WriteString(put)
				}
			}
			if got := string(played); want.Len() == 0 || !strings.Contains(got, want.String()) {
				t.Errorf("played %.300q\nwant   %.300q", got, want.String())
			}
		})
	}
}

func (b *byhand) convert(t *testing.T, args ...string) string {
	t.Helper()
	cmd := exec.CommandContext(deadline(t), b.bin, append([]string{"convert"}, args...)...)
	cmd.Env = b.env
	var out, said bytes.Buffer
	cmd.Stdout, cmd.Stderr = &out, &said
	if err := cmd.Run(); err != nil {
		t.Fatalf("convert %v: %v\n%s", args, err, said.Bytes())
	}
	return out.String()
}

// said gives the bytes of each side of a transcript.
func (b *byhand) said(t *testing.T, in string) map[string]string {
	t.Helper()
	all := map[string]string{}
	for line := range strings.Lines(b.convert(t, in, "-", "--to", "rec")) {
		var e struct {
			K, Text string
			B64     []byte
		}
		if err := json.Unmarshal([]byte(line), &e); err != nil {
			t.Fatal(err)
		}
		if e.B64 != nil {
			e.Text = string(e.B64)
		}
		all[e.K] += e.Text
	}
	return all
}

func tshark(t *testing.T, args ...string) (out, complaints string) {
	t.Helper()
	cmd := exec.CommandContext(deadline(t), "tshark", args...)
	var stdout, stderr bytes.Buffer
	cmd.Stdout, cmd.Stderr = &stdout, &stderr
	if err := cmd.Run(); err != nil {
		t.Fatalf("tshark %v: %v\n%s", args, err, stderr.Bytes())
	}
	for line := range strings.Lines(stderr.String()) {
		if !strings.HasPrefix(line, "Running as user ") {
			complaints += line
		}
	}
	return stdout.String(), complaints
}
