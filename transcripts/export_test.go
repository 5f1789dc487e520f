package transcripts

import (
	"bytes"
	"context"
	"encoding/base64"
	"encoding/json"
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"byhand/session"
	"byhand/session/annotate"
	"byhand/session/proto"
	"byhand/session/text"

	"golang.org/x/net/html"
)

// exports lists the forms that only people and other programs read, and that any session can have.
func exports() []string {
	return slices.DeleteFunc(Forms(), func(f string) bool { return f == FormRecorded || f == FormDialogue || f == "swaks-args" })
}

// talks gives sessions of all kinds: the samples, the pairs, and one in which everything is hostile.
func talks(t testing.TB) map[string][]byte {
	t.Helper()
	all := map[string][]byte{}
	for _, name := range Samples() {
		all[name], _ = Sample(name)
	}
	files, _ := filepath.Glob("testdata/pairs/*.rec.jsonl")
	files = append(files, "testdata/hostile.dialog.txt", "testdata/auth-login.dialog.txt")
	for _, f := range files {
		b, err := os.ReadFile(f)
		if err != nil {
			t.Fatal(err)
		}
		all[f] = b
	}
	return all
}

// Each form holds each talk, in each language, with few explanations or many: what is text is UTF-8 and holds no control, and what has a
// grammar keeps to it.
func TestExportsAreWellFormed(t *testing.T) {
	for name, in := range talks(t) {
		for _, o := range []Options{{Depth: annotate.Full}, {Lang: text.ZH, Depth: annotate.Brief}, {Depth: annotate.Off, Full: true, Fold: true}} {
			for _, form := range exports() {
				if err := formed(t, form, convert(t, in, form, o)); err != nil {
					t.Errorf("%s as %s: %v", name, form, err)
				}
			}
		}
	}
}

// formed tells what is wrong with the form of an export.
func formed(t testing.TB, form string, out []byte) error {
	t.Helper()
	if form == "pcapng" {
		r, err := Open(bytes.NewReader(out), form)
		if err == nil {
			_, err = drain(r)
		}
		return err
	}
	for _, r := range string(out) {
		if r != '\n' && control(r) && !(r == '\t' && form == "go-test") {
			return fmt.Errorf("raw %U in %.200q", r, out)
		}
	}
	switch form {
	case "html":
		return harmless(out)
	case "svg":
		return drawing(out)
	case "json":
		if !json.Valid(out) {
			return errors.New("no JSON")
		}
	case "jsonl", "annotated", "cast2", "cast3":
		for line := range bytes.Lines(out) {
			if !json.Valid(line) {
				return fmt.Errorf("no JSON: %s", line)
			}
		}
	}
	return nil
}

// drain reads to the end and gives what each side said, as it stands in the file.
func drain(src session.Source) (said map[string]string, err error) {
	said = map[string]string{}
	err = session.Run(context.Background(), src, proto.New(session.Untold), func(events []session.Event) error {
		for i := range events {
			said[events[i].From.String()] += string(events[i].Raw)
		}
		return nil
	})
	return said, err
}

// drawing tells what a picture holds that it may not: it has these elements and attributes, a title, a description.
func drawing(out []byte) error {
	elements := []string{"svg", "title", "desc", "style", "rect", "line", "path", "text", "tspan"}
	attributes := []string{"xmlns", "viewBox", "width", "height", "role", "aria-labelledby", "lang", "id", "class", "x", "y", "x1", "x2", "y1", "y2",
		"d", "rx", "space", "text-anchor"}
	d := xml.NewDecoder(bytes.NewReader(out))
	seen := map[string]bool{}
	for {
		token, err := d.Token()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			return err
		}
		start, ok := token.(xml.StartElement)
		if !ok {
			continue
		}
		seen[start.Name.Local] = true
		if !slices.Contains(elements, start.Name.Local) {
			return fmt.Errorf("element %s", start.Name.Local)
		}
		for _, a := range start.Attr {
			if !slices.Contains(attributes, a.Name.Local) {
				return fmt.Errorf("attribute %s", a.Name.Local)
			}
		}
	}
	if !seen["title"] || !seen["desc"] || bytes.Contains(out, []byte("url(")) || bytes.Contains(out, []byte("@import")) {
		return errors.New("no title, no description, or something is fetched")
	}
	return nil
}

// harmless tells what a page holds that it may not: scripts, styles or handlers but its own, links but to its lines and to
// the RFCs, anything that is fetched.
func harmless(out []byte) error {
	z := html.NewTokenizer(bytes.NewReader(out))
	inside, open := "", 0
	for {
		switch z.Next() {
		case html.ErrorToken:
			if open != 0 {
				return fmt.Errorf("%d elements are not closed", open)
			}
			return nil
		case html.TextToken:
			text := string(z.Text())
			if inside == "script" && text != pageScript || inside == "style" && text != pageStyle {
				return fmt.Errorf("%s is not the page's own: %.80q", inside, text)
			}
		case html.EndTagToken:
			inside = ""
			open--
		case html.StartTagToken:
			t := z.Token()
			inside = t.Data
			if !slices.Contains([]string{"meta", "input", "br"}, t.Data) {
				open++
			}
			if slices.Contains([]string{"img", "link", "iframe", "object", "embed", "base", "svg", "math", "template", "video", "audio"}, t.Data) {
				return fmt.Errorf("element %s", t.Data)
			}
			for _, a := range t.Attr {
				fetches := a.Key == "src" || a.Key == "href" && !strings.HasPrefix(a.Val, "#e") && !strings.HasPrefix(a.Val, "https://www.rfc-editor.org/rfc/rfc")
				if strings.HasPrefix(a.Key, "on") || a.Key == "style" || fetches {
					return fmt.Errorf("%s=%q", a.Key, a.Val)
				}
			}
		}
	}
}

// No password of a session, in clear or in Base64, is in what an export writes: neither where it was typed, nor where
// somebody repeats it, nor in what is said of it.
func TestExportsHoldNoPassword(t *testing.T) {
	const secret, user = "tr0ub4dor&3", "student"
	code := func(s string) string { return base64.StdEncoding.EncodeToString([]byte(s)) }
	plain := code("\x00" + user + "\x00" + secret)
	talk := "@open proto=pop3 addr=pop.example.com:110\nS: +OK hi\nC: USER student\nS: +OK\nC: PASS " + secret + "\nS: -ERR " + secret + " is wrong\n" +
		"C: PSAS " + secret + "\nS: -ERR\nC: APOP student " + code(secret) + "\nS: -ERR\nC: AUTH PLAIN\nS\"+ \\r\\n\"\nC: " + plain + "\nS: +OK\nC: QUIT\nS: +OK\n@close by=server\n" +
		"@open2 proto=smtp addr=mx.example.com:25\nS2: 220 hi\nC2: EHLO me\nS2: 250 AUTH LOGIN PLAIN\nC2: AUTH LOGIN\nS2: 334 VXNlcm5hbWU6\nC2: " + code(user) +
		"\nS2: 334 UGFzc3dvcmQ6\nC2: " + code(secret) + "\nS2: 535 no\nC2: AUTH PLAIN " + plain + "\nS2: 235 ok\nC2: QUIT\nS2: 221 bye\n@close2 by=server\n"
	for _, form := range exports() {
		for _, lang := range text.Langs() {
			out := convert(t, []byte(talk), form, Options{Lang: lang, Depth: annotate.All})
			for _, bad := range []string{secret, html.EscapeString(secret), `tr0ub4dor`, code(secret), plain, strings.TrimRight(code(secret), "=")[:12]} {
				if i := bytes.Index(out, []byte(bad)); i >= 0 {
					t.Errorf("%s holds %q: %.120q", form, bad, out[max(0, i-60):])
				}
			}
		}
	}
}

// The name of a file tells the form, and each form has a name that no other has.
func TestFormsByName(t *testing.T) {
	for _, tt := range []struct{ name, form string }{
		{"a.html", "html"}, {"a.rec.jsonl", FormRecorded}, {"a.jsonl", "jsonl"}, {"a.annotated.jsonl", "annotated"}, {"a.json", "json"}, {"a.md", "md"},
		{"a.dialog.txt", FormDialogue}, {"a.txt", "text"}, {"a.svg", "svg"}, {"a.cast", "cast2"}, {"a.v3.cast", "cast3"}, {"a.pcapng", "pcapng"},
		{"dir.html/a", ""}, {"a.xyz", ""}, {".html", ""}, {"-", ""},
	} {
		if form, ok := FormOf(tt.name); form != tt.form || ok != (tt.form != "") {
			t.Errorf("%s: form %q, want %q", tt.name, form, tt.form)
		}
	}
}

// The picture of the README is what the exporter draws.
func TestPictureOfTheREADME(t *testing.T) {
	in, err := os.ReadFile("testdata/auth-login.dialog.txt")
	if err != nil {
		t.Fatal(err)
	}
	golden(t, "samples/auth-login.svg", convert(t, in, "svg", Options{Depth: annotate.Brief}))
}
