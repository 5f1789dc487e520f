package transcripts

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"strings"
	"testing"

	"byhand/session/annotate"
	"byhand/session/text"
)

// longLetter gives a session in which a letter of n lines is read, and the letter.
func longLetter(n int) (talk []byte, letter string) {
	var t, l strings.Builder
	t.WriteString("@open proto=pop3 addr=pop.example.com:110\nS: +OK hi\nC: RETR 1\nS: +OK follows\n")
	for i := range n {
		line := fmt.Sprintf("line %d of a letter that goes on for long", i)
		stuffed := line
		if i%100 == 99 {
			line, stuffed = ".dots", "..dots"
		}
		t.WriteString("S: " + stuffed + "\n")
		l.WriteString(line + "\r\n")
	}
	t.WriteString("S: .\nC: QUIT\nS: +OK bye\n@close by=server\n")
	return []byte(t.String()), l.String()
}

// A body of more than 64 KiB is folded with its size and its checksum, whatever the form; with Full it is there.
func TestLongBodiesAreFolded(t *testing.T) {
	in, letter := longLetter(20_000)
	sum := sha256.Sum256([]byte(letter))
	for _, form := range []string{"html", "md", "cast2", "cast3"} {
		out := string(convert(t, in, form, Options{Depth: annotate.Brief}))
		for _, want := range []string{"line 0 of", "line 11 of", grouped(int64(len(letter))), hex.EncodeToString(sum[:]), "bye"} {
			if !strings.Contains(out, want) {
				t.Errorf("%s lacks %q", form, want)
			}
		}
		if strings.Contains(out, "line 12 of") || len(out) > 120<<10 {
			t.Errorf("%s is not folded: %d bytes", form, len(out))
		}
		full := string(convert(t, in, form, Options{Full: true}))
		if !strings.Contains(full, "line 19998 of") || strings.Contains(full, hex.EncodeToString(sum[:])) {
			t.Errorf("%s is folded although all was asked for", form)
		}
	}
	if out := convert(t, in, "svg", Options{}); len(out) > 16<<10 || !bytes.Contains(out, []byte("19,99")) {
		t.Errorf("the picture is not folded: %d bytes", len(out))
	}
	if out := convert(t, in, "json", Options{}); !bytes.Contains(out, []byte(`"folded":{"lines":20002`)) || len(out) > 8<<10 {
		t.Errorf("JSON is not folded: %d bytes", len(out))
	}
}

// A body of less is whole, and none is folded twice.
func TestShortBodiesAreWhole(t *testing.T) {
	in, _ := longLetter(1000)
	for _, form := range []string{"html", "md", "cast2"} {
		out := string(convert(t, in, form, Options{}))
		for _, want := range []string{"line 0 of", "line 500 of", "line 998 of"} {
			if strings.Count(out, want) < 1 {
				t.Errorf("%s lacks %q", form, want)
			}
		}
		if strings.Contains(out, "SHA-256") {
			t.Errorf("%s is folded", form)
		}
	}
}

// Two long letters that come on two connections at once are folded each for itself.
func TestMixedBodiesAreFolded(t *testing.T) {
	var in strings.Builder
	for _, c := range []string{"", "2"} {
		fmt.Fprintf(&in, "@open%s proto=pop3 addr=pop.example.com:110\nS%s: +OK hi\nC%s: RETR 1\nS%s: +OK follows\n", c, c, c, c)
	}
	for i := range 8000 {
		fmt.Fprintf(&in, "S: one %d of a line that is long enough\nS2: two %d\n", i, i)
	}
	in.WriteString("S: .\nS2: .\n")
	out := string(convert(t, []byte(in.String()), "html", Options{Lang: text.EN}))
	if n := strings.Count(out, "SHA-256"); n != 4 { // each in two languages
		t.Errorf("%d folds", n)
	}
	if strings.Contains(out, "one 7999") || strings.Contains(out, "two 7999") {
		t.Error("the end of a folded letter is there")
	}
}

func TestGrouped(t *testing.T) {
	for n, want := range map[int64]string{0: "0", 999: "999", 1000: "1,000", 72208371: "72,208,371", 1000001: "1,000,001"} {
		if got := grouped(n); got != want {
			t.Errorf("%d: %s", n, got)
		}
	}
}
