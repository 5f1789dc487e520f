package transcripts

import (
	"bytes"
	"encoding/json"
	"testing"
)

// Each byte, at each place of a string that is looked at by eights, is written so that a reader of JSON gets it back.
func TestAppendStringEveryByte(t *testing.T) {
	for c := range 0x80 {
		for at := range 20 {
			s := bytes.Repeat([]byte("a"), 20)
			s[at] = byte(c)
			b, exact := appendString(nil, s)
			var back string
			if err := json.Unmarshal(b, &back); err != nil || back != string(s) || !exact {
				t.Fatalf("%q became %s, read as %q, %v", s, b, back, err)
			}
			if at := bytes.IndexFunc(b, func(r rune) bool { return r < ' ' || r >= 0x7f || r == '<' || r == '>' || r == '&' }); at >= 0 {
				t.Fatalf("%q became %s: %q stands as it is", s, b, b[at])
			}
		}
	}
}
