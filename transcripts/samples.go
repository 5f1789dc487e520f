package transcripts

import (
	"embed"
	"io/fs"
	"strings"
)

//go:embed samples/*.dialog.txt
var samples embed.FS

// sampleSuffix ends the file name of each sample.
const sampleSuffix = ".dialog.txt"

// Samples lists the names of the transcripts that come with byhand, in order.
func Samples() (names []string) {
	files, _ := fs.Glob(samples, "samples/*"+sampleSuffix)
	for _, f := range files {
		names = append(names, strings.TrimSuffix(strings.TrimPrefix(f, "samples/"), sampleSuffix))
	}
	return names
}

// Sample gives a transcript that comes with byhand, in the dialogue form.
func Sample(name string) ([]byte, bool) {
	b, err := samples.ReadFile("samples/" + name + sampleSuffix)
	return b, err == nil
}
