package transcripts

import (
	"bytes"
	"encoding/json"
	"math"
	"regexp"
	"strings"
	"testing"

	"byhand/session/annotate"
	"byhand/session/text"
)

// What was said comes back from packets as it was, each side of it.
func TestPacketsComeBack(t *testing.T) {
	for name, in := range talks(t) {
		r, err := Open(bytes.NewReader(in), name)
		if err != nil {
			t.Fatal(err)
		}
		want, err := drain(r)
		if err != nil {
			t.Fatal(err)
		}
		back, err := Open(bytes.NewReader(convert(t, in, "pcapng", Options{})), name)
		if err != nil {
			t.Fatal(err)
		}
		got, err := drain(back)
		if err != nil || got["client"] != want["client"] || got["server"] != want["server"] {
			t.Errorf("%s: %v\nclient %q\nwant   %q\nserver %q\nwant   %q", name, err, got["client"], want["client"], got["server"], want["server"])
		}
		for _, r := range back.Remarks() {
			t.Errorf("%s: %s", name, r.Said.In(text.EN))
		}
	}
}

// Sums of checked headers are zero in one's complement (RFC 1071 §1).
func TestPacketsHaveTheirChecksums(t *testing.T) {
	f := &sentFlow{port: 40001, host: 2, server: 25}
	for _, data := range []string{"", "a", "odd", "even", strings.Repeat("x", maxSegment)} {
		b := f.datagram(1, flagPSH|flagACK, []byte(data))
		pseudo := append(append([]byte{}, b[12:20]...), 0, protoTCP, byte((len(b)-20)>>8), byte(len(b)-20))
		if sum16(0, b[:20]) != 0xFFFF || sum16(sum16(0, pseudo), b[20:]) != 0xFFFF {
			t.Errorf("%.5q: wrong sum", data)
		}
	}
}

// Remarks, chapters and what was hidden are comments of packets.
func TestRemarksAreCommentsOfPackets(t *testing.T) {
	in, _ := Sample("pop3-163")
	out := convert(t, in, "pcapng", Options{Lang: text.ZH})
	for _, want := range []string{"The server speaks first.", "服务器先开口", "Look around", "此处已隐藏：密码", synthetic, application} {
		if !bytes.Contains(out, []byte(want)) {
			t.Errorf("no comment %q", want)
		}
	}
}

// castEvent is a line of an asciicast.
type castEvent struct {
	at   float64
	kind string
	text string
}

func castOf(t *testing.T, in []byte, form string) (head map[string]any, events []castEvent) {
	t.Helper()
	for line := range bytes.Lines(convert(t, in, form, Options{Depth: annotate.Brief})) {
		if head == nil {
			if err := json.Unmarshal(line, &head); err != nil {
				t.Fatal(err)
			}
			continue
		}
		var e castEvent
		if err := json.Unmarshal(line, &[]any{&e.at, &e.kind, &e.text}); err != nil {
			t.Fatalf("%s: %v", line, err)
		}
		events = append(events, e)
	}
	return head, events
}

// Both versions play the same at the same times, and what the wire said stays on its line: of all controls only colours
// and line ends of byhand's own reach the player.
func TestCastsPlayTheSame(t *testing.T) {
	for name, in := range talks(t) {
		two, a := castOf(t, in, "cast2")
		three, b := castOf(t, in, "cast3")
		if two["version"] != 2.0 || two["width"] != 80.0 || three["version"] != 3.0 || three["term"] == nil {
			t.Errorf("%s: heads %v, %v", name, two, three)
		}
		if len(b) != len(a)+1 || b[len(a)].kind != "x" {
			t.Fatalf("%s: %d lines, %d lines", name, len(a), len(b))
		}
		sum := 0.0
		for i, e := range a {
			sum += b[i].at
			if b[i].kind != e.kind || b[i].text != e.text || math.Abs(sum-e.at) > 0.0011 {
				t.Fatalf("%s: line %d is %v, and %v at %f", name, i, e, b[i], sum)
			}
			text := strings.NewReplacer(castClient, "", castServer, "", castDim, "", castPlain, "", "\r\n", "").Replace(e.text)
			if e.kind == "i" {
				text = strings.TrimSuffix(text, "\r")
			}
			if at, bad := badRune([]byte(text)); at >= 0 || strings.Contains(text, "\t") {
				t.Errorf("%s: raw %q in %q", name, bad, e.text)
			}
		}
	}
}

// Input has what was typed, and in place of a secret what it was.
func TestCastsNameWhatIsHidden(t *testing.T) {
	in, _ := Sample("pop3-163")
	_, events := castOf(t, in, "cast2")
	var typed, seen []string
	for _, e := range events {
		switch e.kind {
		case "i":
			typed = append(typed, e.text)
		case "o":
			seen = append(seen, e.text)
		}
	}
	if len(typed) < 3 || typed[0] != "USER student\r" || typed[1] != "PASS ‹password›\r" {
		t.Errorf("typed %q", typed)
	}
	if want := castClient + "C: PASS ‹password›" + castPlain + "\r\n"; !strings.Contains(strings.Join(seen, ""), want) {
		t.Errorf("%q is not in %q", want, seen)
	}
}

// A fence is longer than any run of backticks inside, and what people wrote is no markup.
func TestMarkdownKeepsText(t *testing.T) {
	out := string(convert(t, talks(t)["testdata/hostile.dialog.txt"], "md", Options{Depth: annotate.Full}))
	fence, open := "", false
	for line := range strings.Lines(out) {
		line = strings.TrimSuffix(line, "\n")
		if ticks := strings.TrimSuffix(line, "text"); strings.HasPrefix(line, "```") && strings.Trim(ticks, "`") == "" && (!open || ticks == fence) {
			fence, open = ticks, !open
			continue
		}
		if open && backticks([]byte(line)) >= len(fence) {
			t.Errorf("%q breaks out of %s", line, fence)
		}
		line = regexp.MustCompile("`[^`]*`").ReplaceAllString(line, "") // a code span is text
		if !open && (strings.Contains(line, "<") || strings.Contains(strings.ReplaceAll(line, `\[`, ""), "[link")) {
			t.Errorf("markup: %s", line)
		}
	}
	if open {
		t.Error("a fence is open at the end")
	}
}

// Markdown has its parts: chapters, blocks, remarks in the reader's language, the table of codes.
func TestMarkdownHasItsParts(t *testing.T) {
	in, _ := Sample("smtp-163")
	en, zh := string(convert(t, in, "md", Options{Depth: annotate.Full})), string(convert(t, in, "md", Options{Lang: text.ZH}))
	for _, want := range []string{"# SMTP by hand", "\n## Log in\n", "\n```text\nC: AUTH LOGIN\nS: 334 ", "\n> Every reply begins", "| 334 | 2 | ", "‹password in Base64›"} {
		if !strings.Contains(en, want) {
			t.Errorf("no %q", want)
		}
	}
	if strings.Contains(en, "每条回答") || !strings.Contains(zh, "> 每条回答") || strings.Contains(zh, "Every reply") {
		t.Error("remarks are not in the reader's language")
	}
}

// JSON pairs commands with their replies, pipelined or not, and letters with DATA.
func TestJSONPairsCommandsWithReplies(t *testing.T) {
	in := "@t 1\nS: 220 hi\nC: EHLO me\nS: 250-mx\n@t 1.5\nS: 250 PIPELINING\nC: MAIL FROM:<a@example.com>\nC: RCPT TO:<b@example.com>\nC: DATA\n@t 2\nS: 250 ok\nS: 550 5.1.1 no\n" +
		"S: 354 go\nC: Subject: x\nC: .\n@t 3\nS: 250 queued\n> a remark\nC: QUIT\nS: 221 bye\n"
	var got struct {
		Exchanges []struct {
			N       int
			Command *string
			Verb    string
			Sent    []string
			Reply   struct {
				Code, Text, Enhanced string
				Lines                []string
			}
			MS    *int
			Notes []string
		}
	}
	if err := json.Unmarshal(convert(t, []byte(in), "json", Options{Depth: annotate.Full}), &got); err != nil {
		t.Fatal(err)
	}
	var lines []string
	for _, x := range got.Exchanges {
		lines = append(lines, strings.Join([]string{x.Verb, x.Reply.Code, x.Reply.Text, x.Reply.Enhanced, strings.Join(x.Reply.Lines, "/"), strings.Join(x.Sent, "/"), strings.Join(x.Notes, "/")}, "|"))
	}
	want := []string{"|220|hi||220 hi||", "EHLO|250|mx||250-mx/250 PIPELINING||", "MAIL|250|ok||250 ok||", "RCPT|550|5.1.1 no|5.1.1|550 5.1.1 no||",
		"DATA|250|queued||354 go/250 queued|Subject: x/.|a remark", "QUIT|221|bye||221 bye||"}
	if strings.Join(lines, "\n") != strings.Join(want, "\n") {
		t.Errorf("got\n%s\nwant\n%s", strings.Join(lines, "\n"), strings.Join(want, "\n"))
	}
	if ms := got.Exchanges[1].MS; ms == nil || *ms != 500 {
		t.Errorf("EHLO took %v ms", ms)
	}
}

// A reply of more than four lines is folded in a ladder: its first two lines and its last have an arrow.
func TestLaddersFoldLongReplies(t *testing.T) {
	in := "S: 220 hi\nC: EHLO me\nS: 250-one\nS: 250-two\nS: 250-three\nS: 250-four\nS: 250 five\nC: NOOP\nS: 250-a\nS: 250-b\nS: 250-c\nS: 250 d\n"
	out := string(convert(t, []byte(in), "svg", Options{}))
	for want, there := range map[string]bool{"-one<": true, "-two<": true, "-three<": false, "-four<": false, " five<": true, "⋮ 2 lines, 21 octets": true, "-c<": true, " d<": true} {
		if strings.Contains(out, want) != there {
			t.Errorf("%q: %v", want, !there)
		}
	}
	once := string(convert(t, []byte(in), "svg", Options{Fold: true}))
	if strings.Count(once, "<path") != 5 || !strings.Contains(once, "(+4 lines)") {
		t.Errorf("not one arrow a reply:\n%s", once)
	}
}

// A remark in two languages is shown to each reader in one; a remark in one language to all.
func TestTongues(t *testing.T) {
	for _, tt := range []struct {
		remark string
		want   []tongue
	}{
		{"one\ntwo", []tongue{{"", "one\ntwo"}}},
		{"only 中文。", []tongue{{"", "only 中文。"}}},
		{"yes\n是", []tongue{{"en", "yes"}, {"zh", "是"}}},
		{"The subject is 你好\n主题是 “hello”。", []tongue{{"en", "The subject is 你好"}, {"zh", "主题是 “hello”。"}}},
		{"", []tongue{{"", ""}}},
	} {
		got := tongues(tt.remark)
		if len(got) != len(tt.want) {
			t.Errorf("%q: %q", tt.remark, got)
			continue
		}
		for i := range got {
			if got[i] != tt.want[i] {
				t.Errorf("%q: %q", tt.remark, got)
			}
		}
	}
}
