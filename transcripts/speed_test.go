package transcripts

import (
	"errors"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"byhand/session/annotate"
)

// tsharkFields are what tshark tells of mail: as near as it comes to an explanation.
const tsharkFields = "frame.number tcp.stream smtp.req.command smtp.req.parameter smtp.response.code smtp.rsp.parameter " +
	"pop.request.command pop.request.parameter pop.response.indicator pop.response.description"

// BenchmarkBesideTshark gives 100 MB of small letters to byhand and to tshark in turn, and reports how many times as fast byhand is in
// each form. Run it with -benchtime 3x; without tshark there is no ratio. One processor: GOMAXPROCS=1 taskset -c 0.
func BenchmarkBesideTshark(b *testing.B) {
	path := filepath.Join(b.TempDir(), "letters.pcap")
	if err := os.WriteFile(path, letters(100<<20), 0o600); err != nil {
		b.Fatal(err)
	}
	recorded := path + ".rec.jsonl"
	convertFile(b, path, recorded, FormRecorded)
	for _, c := range []struct{ name, from, form string }{
		{"annotated", path, "annotated"},
		{"text", path, "text"},
		{"recorded-annotated", recorded, "annotated"},
	} {
		b.Run(c.name, func(b *testing.B) {
			var own, other time.Duration
			for b.Loop() {
				own += took(func() { convertFile(b, c.from, os.DevNull, c.form) })
				b.StopTimer()
				other += took(func() { tshark(b, path) })
				b.StartTimer()
			}
			b.SetBytes(100 << 20)
			if other > own {
				b.ReportMetric(other.Seconds()/own.Seconds(), "x-tshark")
			}
		})
	}
}

func took(f func()) time.Duration {
	from := time.Now()
	f()
	return time.Since(from)
}

// convertFile converts a file in full depth.
func convertFile(b *testing.B, from, to, form string) {
	b.Helper()
	in, inErr := os.Open(from)
	out, outErr := os.Create(to)
	if err := errors.Join(inErr, outErr); err != nil {
		b.Fatal(err)
	}
	defer func() { _ = errors.Join(in.Close(), out.Close()) }()
	r, err := Open(in, from)
	if err != nil {
		b.Fatal(err)
	}
	if err := Convert(out, form, r, Options{Depth: annotate.Full}); err != nil {
		b.Fatal(err)
	}
}

// tshark reads the capture, if it is installed.
func tshark(b *testing.B, path string) {
	b.Helper()
	program, err := exec.LookPath("tshark")
	if err != nil {
		return
	}
	args := []string{"-r", path, "-T", "fields"}
	for _, f := range strings.Fields(tsharkFields) {
		args = append(args, "-e", f)
	}
	cmd := exec.Command(program, args...)
	cmd.Stdout = io.Discard
	if err := cmd.Run(); err != nil {
		b.Fatal(err)
	}
}
