package lessons

import (
	"errors"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"byhand/session"
	"byhand/session/annotate"
	"byhand/session/proto"
	"byhand/session/text"
)

var update = flag.Bool("update", false, "write the golden talks anew; read their diff")

// talker plays a written talk to a guide.
type talker struct {
	t      testing.TB
	g      *Guide
	framer *proto.Framer
	notes  *annotate.Annotator
	conn   int
	b      strings.Builder
}

// letters are mailboxes whose contents a talk writes down: "box alice 2".
type letters map[string]int

func (l letters) Count(box string) (int, bool) { n, ok := l[box]; return n, ok }

func (l letters) Letter(box string, i int) (Received, bool) {
	return Received{From: "alice@practice.test", Raw: []byte("Subject: x\r\n\r\ntext\r\n")}, i < l[box]
}

func (k *talker) feed(c session.Chunk) {
	c.Conn = k.conn
	for _, e := range k.framer.Feed(c) {
		k.show(k.g.Observe(&e, k.notes.Event(&e).Notes))
	}
}

// show writes down what the guide wants, each action on a line.
func (k *talker) show(acts []Action) {
	for _, a := range acts {
		s := "   " + string(a.Kind)
		if a.Step != nil {
			s += " " + a.Step.Name()
		}
		for _, w := range []string{a.ID, a.Name, string(a.Result)} {
			if w != "" {
				s += " " + w
			}
		}
		if a.Already {
			s += " already"
		}
		if a.Kind != Advice || a.Note == nil {
			s += ": " + strings.ReplaceAll(a.Text, "\n", " / ")
		}
		for _, l := range a.Lines {
			s += " / " + l.Text
		}
		k.b.WriteString(strings.TrimRight(s, ": ") + "\n")
	}
}

// line does one line of a talk.
func (k *talker) line(line string, boxes letters) {
	said, rest, _ := strings.Cut(line, " ")
	switch {
	case said == "C:":
		k.feed(session.Chunk{From: session.Client, Data: []byte(rest + "\r\n")})
	case said == `C"`: // octets as Go writes them
		octets, err := strconv.Unquote(rest)
		if err != nil {
			k.t.Fatal(err)
		}
		k.feed(session.Chunk{From: session.Client, Data: []byte(octets)})
	case said == "S:":
		k.feed(session.Chunk{From: session.Server, Data: []byte(rest + "\r\n")})
	case said == "?":
		k.show(k.g.Answer(rest))
	case said == "open":
		k.conn++
		k.feed(session.Chunk{Mark: session.NewMark("open", "proto", rest)})
	case said == "tls":
		k.feed(session.Chunk{Mark: session.NewMark("tls", "is", rest)})
	case said == "close":
		k.feed(session.Chunk{Mark: session.NewMark("close", "by", rest)})
	case said == "box":
		name, n := "", 0
		if _, err := fmt.Sscan(rest, &name, &n); err != nil {
			k.t.Fatal(err)
		}
		boxes[name] = n
	case strings.HasPrefix(said, ":"):
		acts, ok := k.g.Command(line)
		if !ok {
			k.t.Errorf("the guide does not know %s", line)
		}
		k.show(acts)
	}
}

// TestTalks plays each talk of testdata/talk: lines of client and server, commands to the guide, and, indented, what the
// guide makes of them.
func TestTalks(t *testing.T) {
	files, err := filepath.Glob("testdata/talk/*.txt")
	if err != nil || len(files) == 0 {
		t.Fatalf("no talks: %v", err)
	}
	for _, f := range files {
		t.Run(filepath.Base(f), func(t *testing.T) {
			src, err := os.ReadFile(f)
			if err != nil {
				t.Fatal(err)
			}
			got := talked(t, string(src))
			if got == string(src) {
				return
			}
			if !*update {
				t.Errorf("got\n%s", got)
				return
			}
			if err := os.WriteFile(f, []byte(got), 0o666); err != nil {
				t.Fatal(err)
			}
		})
	}
}

func talked(t testing.TB, src string) string {
	k := &talker{t: t, framer: proto.New(session.Untold), notes: annotate.New()}
	boxes := letters{}
	for line := range strings.Lines(src) {
		line = strings.TrimSuffix(line, "\n")
		if strings.HasPrefix(line, "   ") {
			continue
		}
		k.b.WriteString(line + "\n")
		if head, rest, _ := strings.Cut(line, " "); head == "lesson" {
			name, lang, _ := strings.Cut(rest, " ")
			lang, away := strings.CutSuffix(lang, "away")
			tongue, _ := text.Parse(strings.TrimSpace(lang))
			l := taught(t, name)
			k.g = NewGuide(l, tongue, l.Values(""), boxes)
			if away {
				k.g = NewGuide(l, tongue, l.Away(""), Blind{})
			}
			k.show(k.g.Start())
			continue
		}
		k.line(line, boxes)
	}
	return k.b.String()
}

// taught gives an embedded lesson, or one of testdata/good.
func taught(t testing.TB, name string) *Lesson {
	l, err := Load(name)
	if errors.Is(err, ErrUnknown) {
		return read(t, name)
	}
	if err != nil {
		t.Fatal(err)
	}
	return l
}
