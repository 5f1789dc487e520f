package annotate

import (
	"bytes"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"byhand/session"
	"byhand/session/text"

	"github.com/google/go-cmp/cmp"
)

var update = flag.Bool("update", false, "write the golden files of testdata/letters anew; read the difference")

// The letters are files: lines "S: " and "C: " are the letter as it passes (\xHH is a byte), "@envelope FROM TO..." tells the
// envelope, "@verb TOP" the command; indented lines below are what must be said.
func TestLetters(t *testing.T) {
	files, err := filepath.Glob("testdata/letters/*.txt")
	if err != nil || len(files) < 12 {
		t.Fatalf("%d letters, %v", len(files), err)
	}
	for _, name := range files {
		t.Run(filepath.Base(name), func(t *testing.T) {
			want, err := os.ReadFile(name)
			if err != nil {
				t.Fatal(err)
			}
			got := explainFile(string(want))
			if *update {
				if err := os.WriteFile(name, []byte(got), 0o644); err != nil {
					t.Fatal(err)
				}
			}
			if diff := cmp.Diff(string(want), got); diff != "" && !*update {
				t.Errorf("the notes changed (-want +got; -update writes them):\n%s", diff)
			}
		})
	}
}

// explainFile gives the file with the notes written anew.
func explainFile(file string) string {
	var b strings.Builder
	var l letter
	verb := "RETR"
	lines := strings.Split(strings.TrimSuffix(file, "\n"), "\n")
	for i, line := range lines {
		if strings.HasPrefix(line, "    ") {
			continue
		}
		b.WriteString(line + "\n")
		if rest, ok := strings.CutPrefix(line, "@envelope "); ok {
			words := strings.Fields(rest)
			l.envelope(words[0], words[1:])
		}
		if rest, ok := strings.CutPrefix(line, "@verb "); ok {
			verb = rest
		}
		side, typed, ok := strings.Cut(line, ": ")
		if side, _, _ = strings.Cut(side, ":"); side != "S" && side != "C" {
			continue
		}
		if !ok {
			typed = ""
		}
		e := event(typed, side == "C", verb)
		e.More = !lastOf(lines[i+1:])
		notes, decoded := l.line(&e, nil)
		b.WriteString(shownNotes(notes, decoded))
	}
	return b.String()
}

// lastOf tells whether no line of a letter follows.
func lastOf(lines []string) bool {
	for _, l := range lines {
		if strings.HasPrefix(l, "S:") || strings.HasPrefix(l, "C:") {
			return false
		}
	}
	return true
}

var escape = regexp.MustCompile(`\\x[0-9a-f]{2}`)

// event makes the event of one line of a letter.
func event(line string, client bool, verb string) session.Event {
	raw := escape.ReplaceAllFunc([]byte(line), func(b []byte) []byte {
		n, _ := strconv.ParseUint(string(b[2:]), 16, 8)
		return []byte{byte(n)}
	})
	e := session.Event{Role: session.Data, Proto: session.POP3, From: session.Server, Verb: verb, Re: 1, Raw: append(raw, "\r\n"...), More: true}
	if client {
		e.Proto, e.From, e.Verb = session.SMTP, session.Client, "DATA"
	}
	return e
}

func shownNotes(notes []Note, decoded string) string {
	var b strings.Builder
	if decoded != "" {
		fmt.Fprintf(&b, "    = %s\n", strings.ReplaceAll(decoded, "\n", `\n`))
	}
	for _, n := range notes {
		if n.Depth == All {
			continue
		}
		word := []string{"", "", "", "all"}[n.Depth]
		if n.Depth == Full {
			word = "more"
		}
		fmt.Fprintf(&b, "    %s", strings.TrimSpace(string(n.Tone)+" "+word))
		if n.ID != "" {
			fmt.Fprintf(&b, " [%s]", n.ID)
		}
		fmt.Fprintf(&b, " %s / %s", n.Text.In(text.EN), n.Text.In(text.ZH))
		if n.Ref != "" {
			fmt.Fprintf(&b, " (%s)", n.Ref)
		}
		b.WriteByte('\n')
	}
	return b.String()
}

// feed runs a whole letter, given with line ends, through l.
func feed(l *letter, wire []byte, client bool) (notes []Note, decoded []string) {
	for len(wire) > 0 {
		n := bytes.IndexByte(wire, '\n') + 1
		if n == 0 {
			n = len(wire)
		}
		e := event("", client, "RETR")
		e.Raw, wire = wire[:n], wire[n:]
		e.More = len(wire) > 0
		some, said := l.line(&e, nil)
		notes, decoded = append(notes, some...), append(decoded, said)
	}
	return notes, decoded
}

// TestChunks sends a letter by BDAT: a line goes on in the next chunk, which is another command, and dots stay as they are.
func TestChunks(t *testing.T) {
	var l letter
	var ids, lines []string
	for i, raw := range []string{"Subject: =?utf-8?Q?=E4=BD", "=A0?=\r\n", "\r\n", ".dot\r\n", "QUIT\r\n", "=E4 is no quoted-", "printable\r\n", "last"} {
		e := event("", true, "")
		e.Verb, e.Re, e.Raw, e.More = "BDAT", i/2+1, []byte(raw), i%2 == 0
		notes, decoded := l.line(&e, nil)
		for _, n := range notes {
			if n.Tone == Tip {
				ids = append(ids, n.ID)
			}
		}
		lines = append(lines, decoded)
	}
	if len(ids) > 0 || l.place != inBody || strings.Join(lines, "") != "" {
		t.Errorf("advice %v, place %d, decoded %q", ids, l.place, lines)
	}
}

// TestLetterAfterLetter looks whether something of a letter stays for the next one.
func TestLetterAfterLetter(t *testing.T) {
	first := "From: a@example.com\r\nContent-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\nContent-Type: text/plain; charset=gbk\r\nContent-Transfer-Encoding: base64\r\n\r\nxOO6\r\n.\r\n"
	for _, between := range []func(*letter){func(*letter) {}, (*letter).reset} {
		var used, fresh letter
		feed(&used, []byte(first), false)
		between(&used)
		got, said := feed(&used, []byte(usualLetter), false)
		want, meant := feed(&fresh, []byte(usualLetter), false)
		if saidIn(got) != saidIn(want) || !slices.Equal(said, meant) {
			t.Errorf("the second letter reads otherwise:\n%s", cmp.Diff(saidIn(want), saidIn(got)))
		}
	}
	var l letter // the connection broke within a letter; the next one answers another command
	feed(&l, []byte(first[:60]), false)
	e := event("Subject: x", false, "RETR")
	if e.Re = 2; l.re == e.Re {
		t.Fatal("no other command")
	}
	if l.line(&e, nil); l.place != inHeader || l.header.fields != 1 {
		t.Errorf("place %d, %d fields", l.place, l.header.fields)
	}
}
