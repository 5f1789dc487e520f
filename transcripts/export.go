package transcripts

import (
	"strings"
	"time"
	"unicode"

	"byhand/session"
	"byhand/session/annotate"
	"byhand/session/render"
	"byhand/session/text"
)

// This file holds what the exports for people share: how a line is cut at its secrets, what is said of it, and when it
// comes where nobody has told the time.

// hiddenNames says what stands behind a mask, by the label of its span.
var hiddenNames = map[string]text.T{
	"password":        {EN: "password", ZH: "密码"},
	"password-base64": {EN: "password in Base64", ZH: "密码（Base64）"},
	"digest":          {EN: "digest", ZH: "摘要"},
	"credentials":     {EN: "credentials", ZH: "登录凭据"},
	"password?":       {EN: "perhaps a password", ZH: "可能是密码"},
	"secret":          {EN: "secret", ZH: "机密"},
	"echoed-password": {EN: "a password, repeated", ZH: "重复出现的密码"},
	"":                {EN: "hidden", ZH: "已隐藏"},
}

// hiddenName gives the words for a label; one that nobody knows is its own word.
func hiddenName(label string) text.T {
	if t, ok := hiddenNames[label]; ok {
		return t
	}
	v := visible(label)
	return text.T{EN: v, ZH: v}
}

// eachPiece gives an event's line, without its line end, in pieces: bytes that people may see, and the labels of what
// they may not.
func eachPiece(e *session.Event, shown func([]byte), hidden func(label string)) {
	line, from := e.Line(), 0
	for _, s := range e.Secret {
		if s.Off > from {
			shown(line[from:min(s.Off, len(line))])
		}
		hidden(s.Label)
		from = min(s.Off+s.Len, len(line))
	}
	if from < len(line) {
		shown(line[from:])
	}
}

// labelled appends an event's line as people may see it anywhere: secrets as ‹label›, and visible what could act.
func labelled(dst []byte, e *session.Event, name func(label string) string) []byte {
	eachPiece(e, func(b []byte) { dst = render.Visible(dst, b) }, func(label string) {
		dst = append(append(append(dst, "‹"...), name(label)...), "›"...)
	})
	return dst
}

// rawLabel names what is hidden by the label of its span.
func rawLabel(label string) string { return visible(label) }

// toneSigns stand before notes, so that their meaning never hangs on colour: the signs of the screen.
var toneSigns = map[annotate.Tone]string{
	annotate.Info: "·", annotate.Yes: "✓", annotate.No: "✗", annotate.Decoded: "=", annotate.Tip: "*", annotate.Warning: "!", annotate.Next: ">",
}

// toneSign gives the sign of a tone.
func toneSign(t annotate.Tone) string {
	if s, ok := toneSigns[t]; ok {
		return s
	}
	return toneSigns[annotate.Info]
}

// saidOf gives the notes on an event, and as one more note what its encoded text says, if no note does.
func saidOf(dst []annotate.Note, x annotate.Explanation, depth annotate.Depth) []annotate.Note {
	dst = append(dst[:0], x.Notes...)
	if x.Decoded == "" || depth == annotate.Off {
		return dst
	}
	for i := range dst {
		if dst[i].Tone == annotate.Decoded {
			return dst
		}
	}
	return append(dst, annotate.Note{Tone: annotate.Decoded, Depth: annotate.Brief, Text: text.T{EN: "%s", ZH: "%s"}.With(x.Decoded)})
}

// verdict gives in one word what a status says: "ok", "no", "go" for one that asks to go on, "" for no status.
func verdict(e *session.Event) string {
	if e.Role != session.Greeting && e.Role != session.Reply && e.Role != session.Challenge {
		return ""
	}
	switch {
	case e.Code == "+OK" || len(e.Code) == 3 && e.Code[0] == '2':
		return "ok"
	case e.Code == "+" || len(e.Code) == 3 && e.Code[0] == '3':
		return "go"
	case e.Code == "-ERR" || len(e.Code) == 3 && (e.Code[0] == '4' || e.Code[0] == '5'):
		return "no"
	}
	return ""
}

// A tempo gives the time of each event. Where a transcript tells no times, the other side takes half a second to speak
// and a client's letter 30 ms to type, so that what is played has the pace of a talk.
type tempo struct {
	at   time.Duration
	from session.Side
	told bool
}

const typing = 30 * time.Millisecond

// of gives the time of e; it never decreases.
func (t *tempo) of(e *session.Event) time.Duration {
	t.told = t.told || e.At > 0
	switch {
	case t.told:
		t.at = max(t.at, e.At)
	case e.From == session.Nobody:
	default:
		if e.From != t.from && t.from != session.Nobody {
			t.at += change
		}
		if e.From == session.Client {
			t.at += typing * time.Duration(min(len(e.Raw), 80))
		}
	}
	if e.From != session.Nobody {
		t.from = e.From
	}
	return t.at
}

// A tongue is a remark, or a part of one, in one language; lang is "" where it is for all readers.
type tongue struct{ lang, text string }

// tongues cuts an author's remark by language: a teacher writes both one below the other. A remark in one language is
// for all readers.
func tongues(remark string) []tongue {
	var parts []tongue
	var seen [2]bool
	for line := range strings.SplitSeq(remark, "\n") {
		lang := text.EN
		if chinese(line) {
			lang = text.ZH
		}
		seen[lang] = true
		if n := len(parts); n > 0 && (parts[n-1].lang == lang.String() || line == "") {
			parts[n-1].text += "\n" + line
			continue
		}
		parts = append(parts, tongue{lang.String(), line})
	}
	if !seen[text.EN] || !seen[text.ZH] {
		return []tongue{{"", remark}}
	}
	return parts
}

// chinese tells whether a line is written in Chinese: it has Chinese punctuation, or Han for at least half of its
// letters. A line of English that quotes a Chinese word has neither.
func chinese(line string) bool {
	han, letters := 0, 0
	for _, r := range line {
		switch {
		case unicode.Is(unicode.Han, r):
			han++
			letters++
		case unicode.IsLetter(r):
			letters++
		}
	}
	return han > 0 && (strings.ContainsAny(line, "，。；：？！、") || 2*han >= letters)
}

// remarkOf gives the text of a note, or "" for any other event.
func remarkOf(e *session.Event) string {
	if e.Mark != nil && e.Mark.Kind == "note" {
		return e.Mark.Text("text")
	}
	return ""
}

// heading gives the name of a chapter, or "" for any other event.
func heading(e *session.Event) string {
	if e.Mark != nil && e.Mark.Kind == "mark" {
		return e.Mark.Text("name")
	}
	return ""
}
