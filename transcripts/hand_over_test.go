package transcripts

import (
	"bytes"
	"testing"

	"byhand/session"
	"byhand/session/annotate"
	"byhand/session/text"
)

// What is said of a line stays with that line, however many lines are handed on at once and however few of them have anything said.
func TestNotesStayWithTheirLines(t *testing.T) {
	capture := letters(1 << 20) // many runs of silent lines, and many times what is handed on at once
	var want []byte
	a := newAnnotator(text.EN)
	read := func() *Reader {
		r, err := Open(bytes.NewReader(capture), "letters.pcap")
		if err != nil {
			t.Fatal(err)
		}
		return r
	}
	err := explained(read(), Options{Depth: annotate.Full}, func(e *session.Event, x annotate.Explanation) error {
		want = a.append(want, e, x)
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	var got bytes.Buffer
	if err := Convert(&got, "annotated", read(), Options{Depth: annotate.Full}); err != nil {
		t.Fatal(err)
	}
	ours, theirs := bytes.Split(got.Bytes(), []byte("\n")), bytes.Split(want, []byte("\n"))
	if len(ours) != len(theirs) {
		t.Fatalf("%d lines, want %d", len(ours), len(theirs))
	}
	for i := range ours {
		if !bytes.Equal(ours[i], theirs[i]) {
			t.Fatalf("line %d is\n%s\nwant\n%s", i+1, ours[i], theirs[i])
		}
	}
}
