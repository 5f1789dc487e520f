package transcripts

import (
	"bytes"
	"encoding/base64"
	"io"
	"strconv"
	"strings"

	"byhand/session"
	"byhand/session/text"
)

// writeLesson writes a draft of a lesson: a step for each chapter, or for each command where there are none, with the
// client's lines as its solution and the author's remarks as its text. The account becomes ${user} and ${pass}.
func writeLesson(dst io.Writer, src *Reader, _ Options) error {
	s, err := scriptOf(src)
	if err != nil {
		return err
	}
	connect := "pop3"
	if s.proto == session.SMTP {
		connect = "smtp"
	}
	title := s.title
	if title == "" {
		title = sayDraft.EN
	}
	b := []byte("byhand: 1\nlesson: draft\ntitle: ")
	b, _ = appendString(b, []byte(title))
	if s.title == "" {
		title = sayDraft.ZH
	}
	b, _ = appendString(append(b, "\ntitle.zh: "...), []byte(title))
	b = append(b, "\nconnect: "+connect+"\nsteps:\n"...)
	used := map[string]int{}
	for _, step := range s.steps() {
		b = s.appendStep(b, step, used)
	}
	_, err = dst.Write(b)
	return err
}

// steps gathers the turns of each step.
func (s *script) steps() (all [][]turn) {
	chapters := false
	for _, t := range s.turns {
		chapters = chapters || t.chapter != ""
	}
	for i, t := range s.turns {
		begins := t.chapter != "" || i == 0
		if !chapters { // a step goes on while the server asks for more
			begins = i == 0 || !asksOn(s.turns[i-1])
		}
		if begins {
			all = append(all, nil)
		}
		all[len(all)-1] = append(all[len(all)-1], t)
	}
	return all
}

// asksOn tells whether the last reply of a turn was 334, 354 or "+ ".
func asksOn(t turn) bool {
	n := len(t.replies)
	return n > 0 && (t.replies[n-1].code[0] == '3' || t.replies[n-1].code == "+")
}

// maxID leaves room for a number in the 32 letters that the id of a step may have.
const maxID = 26

// appendStep appends one step.
func (s *script) appendStep(b []byte, step []turn, used map[string]int) []byte {
	id := slug(step[0].chapter)
	if id == "" {
		id = slug(step[0].verb)
	}
	if strings.Trim(id, "0123456789-") == "" { // YAML would take it for a number
		id = strings.Trim("step-"+id, "-")
	}
	id = strings.TrimRight(id[:min(len(id), maxID)], "-")
	if used[id]++; used[id] > 1 {
		id += "-" + strconv.Itoa(used[id])
	}
	b = append(b, "  - id: "+id+"\n"...)
	said := map[string]string{}
	for _, t := range step {
		if t.remark == "" {
			continue
		}
		for _, part := range tongues(strings.TrimSuffix(t.remark, "\n")) {
			if part.lang != "zh" {
				said["en"] += part.text + "\n"
			}
			if part.lang != "en" {
				said["zh"] += part.text + "\n"
			}
		}
	}
	b = appendBlockText(b, "say", said["en"], Blank.EN)
	b = appendBlockText(b, "say.zh", said["zh"], Blank.ZH)
	b = append(b, "    do: |2\n"...)
	for _, t := range step {
		for i, l := range t.send {
			refusal := t.refusal(i)
			if refusal != "" && l.secret != noSecret {
				l = sentLine{text: l.before + refused[l.secret]}
			}
			b = append(append(append(b, "      "...), s.typed(&l)...), refusal...)
			b = append(b, '\n')
		}
	}
	return b
}

// refusal gives " -> CODE" for a line of a turn that the server refused: a lesson takes any good reply, unless it names one.
// The replies to a letter, and to whatever else was sent at a stretch, belong to its last line.
func (t *turn) refusal(line int) string {
	n := line
	if len(t.replies) != len(t.send) {
		n = len(t.replies) - len(t.send) + line
	}
	if n < 0 || n >= len(t.replies) {
		return ""
	}
	code := t.replies[n].code
	if code == "-ERR" || code[0] == '4' || code[0] == '5' {
		return " -> " + code
	}
	return ""
}

// appendBlockText appends text as a block of YAML.
func appendBlockText(b []byte, name, said, none string) []byte {
	if strings.TrimSpace(said) == "" {
		said = none
	}
	b = append(b, "    "+name+": |2\n"...)
	for line := range strings.SplitSeq(strings.TrimRight(said, "\n"), "\n") {
		b = append(appendVisible(append(b, "      "...), []byte(dollars(line))), '\n')
	}
	return b
}

// typed gives a line as a lesson has it.
func (s *script) typed(l *sentLine) []byte {
	switch l.secret {
	case secretPassword, secretOther:
		return append(appendVisible(nil, []byte(dollars(l.before))), "${pass}"...)
	case secretBase64:
		return append(appendVisible(nil, []byte(dollars(l.before))), "${pass|b64}"...)
	case secretPlain:
		return append(appendVisible(nil, []byte(dollars(l.before))), "${pass|plain}"...)
	}
	line := l.text
	if s.user != "" {
		code := base64.StdEncoding.EncodeToString([]byte(s.user))
		switch {
		case line == code:
			return []byte("${user|b64}")
		case strings.HasPrefix(strings.ToUpper(line), "USER ") && line[5:] == s.user:
			return []byte(line[:5] + "${user}")
		}
	}
	return appendVisible(nil, []byte(dollars(line)))
}

// refused stands for a secret that the server refused: whatever it was, it was not the password.
var refused = map[secretKind]string{
	secretPassword: "wrong", secretOther: "wrong",
	secretBase64: base64.StdEncoding.EncodeToString([]byte("wrong")),
	secretPlain:  base64.StdEncoding.EncodeToString([]byte("\x00wrong\x00wrong")),
}

// dollars keeps text from being taken for a value.
func dollars(s string) string { return strings.ReplaceAll(s, "${", "$ {") }

// slug gives an identifier for a heading.
func slug(s string) string {
	var b bytes.Buffer
	for _, r := range strings.ToLower(s) {
		switch {
		case r >= 'a' && r <= 'z' || r >= '0' && r <= '9':
			b.WriteRune(r)
		case b.Len() > 0 && !bytes.HasSuffix(b.Bytes(), []byte("-")):
			b.WriteByte('-')
		}
	}
	return strings.Trim(b.String(), "-")
}

var (
	sayDraft = text.T{EN: "A lesson", ZH: "一课"}
	// Blank stands in a draft of a lesson where its author has to say what a step is about.
	Blank = text.T{EN: "Say here what to achieve.", ZH: "在这里写明要做到什么。"}
)
