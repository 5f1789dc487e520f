package annotate

import (
	"bytes"
	"testing"
)

// Each byte, at each place of a line that is looked at by eights, is judged as alone.
func TestPrintableEveryByte(t *testing.T) {
	for c := range 0x100 {
		want := c == '\t' || c >= ' ' && c < 0x7f
		for at := range 20 {
			line := bytes.Repeat([]byte("a"), 20)
			line[at] = byte(c)
			if got := printable(line); got != want {
				t.Errorf("printable(%q) is %v", line, got)
			}
		}
	}
}
