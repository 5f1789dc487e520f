package practice

import (
	"bytes"
	"encoding/base64"
	"fmt"
	"image/png"
	"io"
	"mime"
	"mime/multipart"
	"mime/quotedprintable"
	"net/mail"
	"runtime"
	"strings"
	"testing"
)

func stock(t *testing.T) []Letter {
	t.Helper()
	letters, err := stocked(Tutorial)
	if err != nil {
		t.Fatal(err)
	}
	return letters
}

func TestTutorialAddsUp(t *testing.T) {
	letters, sum, uids := stock(t), int64(0), map[string]bool{}
	for i, l := range letters {
		n, err := io.Copy(io.Discard, opened(l))
		if err != nil || n != l.Size {
			t.Errorf("letter %d: %d octets are read, %d announced (%v)", i+1, n, l.Size, err)
		}
		sum += l.Size
		uids[l.UID] = true
	}
	if len(letters) != 60 || sum != 72208371 || len(uids) != 60 {
		t.Errorf("%d letters, %d octets, %d unique-ids", len(letters), sum, len(uids))
	}
	if letters[1].Size > 1000 {
		t.Errorf("letter 2 is to be short, has %d octets", letters[1].Size)
	}
}

// lineCheck tells of lines that are too long for the wire or do not end with CRLF (RFC 5322 §2.1.1).
type lineCheck struct {
	length int
	last   byte
	wrong  string
}

func (c *lineCheck) Write(p []byte) (int, error) {
	for _, b := range p {
		switch {
		case b == '\n' && c.last != '\r', b != '\n' && c.last == '\r':
			c.wrong = "a line does not end with CRLF"
		case c.length > 999:
			c.wrong = "a line is longer than 998 octets"
		}
		if c.length++; b == '\n' {
			c.length = 0
		}
		c.last = b
	}
	return len(p), nil
}

func TestTutorialIsValidMIME(t *testing.T) {
	seen := map[string]int{}
	for i, l := range stock(t) {
		t.Run(fmt.Sprint(i+1), func(t *testing.T) {
			var lines lineCheck
			m, err := mail.ReadMessage(io.TeeReader(opened(l), &lines))
			if err != nil {
				t.Fatal(err)
			}
			for _, name := range []string{"From", "To", "Date", "Message-Id"} {
				if m.Header.Get(name) == "" {
					t.Errorf("no %s", name)
				}
			}
			if got := m.Header.Get("Return-Path"); got != "<"+l.From+">" {
				t.Errorf("Return-Path %q, envelope %q", got, l.From)
			}
			if _, err := m.Header.Date(); err != nil {
				t.Error(err)
			}
			readEntity(t, seen, m.Header.Get("Content-Type"), m.Header.Get("Content-Transfer-Encoding"), m.Body)
			if _, err := io.Copy(io.Discard, m.Body); err != nil {
				t.Error(err)
			}
			if lines.wrong != "" || lines.length != 0 {
				t.Errorf("%s; %d octets after the last line", lines.wrong, lines.length)
			}
		})
	}
	for _, kind := range []string{"text/plain", "text/html", "image/png", "image/bmp", "message/delivery-status", "multipart/alternative",
		"multipart/report", "message/rfc822", "utf-8/base64", "gb2312/base64", "utf-8/quoted-printable", "gb2312/8bit"} {
		if seen[kind] == 0 {
			t.Errorf("no letter has %s", kind)
		}
	}
}

func readEntity(t *testing.T, seen map[string]int, contentType, encoding string, body io.Reader) {
	t.Helper()
	kind, params, err := mime.ParseMediaType(or(contentType, "text/plain"))
	if err != nil {
		t.Fatalf("%q: %v", contentType, err)
	}
	seen[kind]++
	seen[params["charset"]+"/"+encoding]++
	if strings.HasPrefix(kind, "multipart/") {
		parts := multipart.NewReader(body, params["boundary"])
		for n := 0; ; n++ {
			part, err := parts.NextRawPart()
			if err == io.EOF && n > 0 {
				return
			}
			if err != nil {
				t.Fatalf("%s, part %d: %v", kind, n+1, err)
			}
			readEntity(t, seen, part.Header.Get("Content-Type"), part.Header.Get("Content-Transfer-Encoding"), part)
		}
	}
	switch encoding {
	case "base64":
		body = base64.NewDecoder(base64.StdEncoding, body)
	case "quoted-printable":
		body = quotedprintable.NewReader(body)
	}
	switch kind {
	case "image/png":
		_, err = png.Decode(body)
	case "image/bmp":
		err = checkBMP(body)
	default:
		_, err = io.Copy(io.Discard, body)
	}
	if err != nil {
		t.Errorf("%s, %s: %v", kind, encoding, err)
	}
}

// checkBMP wants the sizes in the header to be those of the file.
func checkBMP(r io.Reader) error {
	b, err := io.ReadAll(r)
	if err != nil {
		return err
	}
	little := func(at int) int { return int(b[at]) | int(b[at+1])<<8 | int(b[at+2])<<16 | int(b[at+3])<<24 }
	if len(b) < bmpHeader || string(b[:2]) != "BM" || little(2) != len(b) || little(10) != bmpHeader {
		return fmt.Errorf("bad header %q of %d octets", b[:min(len(b), 16)], len(b))
	}
	if width, height := little(18), little(22); (width*3+3)&^3*height+bmpHeader != len(b) {
		return fmt.Errorf("%d x %d pixels in %d octets", width, height, len(b))
	}
	if bytes.Count(b[bmpHeader:], b[bmpHeader:bmpHeader+3])*3 == len(b)-bmpHeader {
		return fmt.Errorf("nothing to see")
	}
	return nil
}

// TestTutorialIsStreamed reads all 72 MB and wants no more than a little memory to be asked for on the way.
func TestTutorialIsStreamed(t *testing.T) {
	letters := stock(t)
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	for _, l := range letters {
		if _, err := io.Copy(io.Discard, opened(l)); err != nil {
			t.Fatal(err)
		}
	}
	runtime.ReadMemStats(&after)
	if used := after.TotalAlloc - before.TotalAlloc; used > 32<<20 {
		t.Errorf("%d KB were asked for to read %d KB", used>>10, tutorialOctets>>10)
	}
}

func BenchmarkTutorial(b *testing.B) {
	letters, err := stocked(Tutorial)
	if err != nil {
		b.Fatal(err)
	}
	b.SetBytes(tutorialOctets)
	for b.Loop() {
		for _, l := range letters {
			_, _ = io.Copy(io.Discard, opened(l))
		}
	}
}

// opened is the reader of a letter in memory, which always opens.
func opened(l Letter) io.Reader {
	r, _ := l.Open()
	return r
}
