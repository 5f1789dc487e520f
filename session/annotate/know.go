package annotate

import (
	_ "embed" // the files of know/
	"slices"
	"strings"

	"byhand/session/text"

	"gopkg.in/yaml.v3"
)

// The files of know/: what a teacher may edit. Entries are keys in column 0; nothing is parsed before it is asked for.
var (
	//go:embed know/pop3.yaml
	pop3YAML string
	//go:embed know/smtp.yaml
	smtpYAML string
	//go:embed know/status.yaml
	statusYAML string
	//go:embed know/sasl.yaml
	saslYAML string
	//go:embed know/rfc.yaml
	rfcYAML string
	//go:embed know/advice.yaml
	adviceYAML string
	//go:embed know/voice.yaml
	voiceYAML string
)

// entry is one entry of know/*.yaml. EN and ZH are one line that can stand beside the wire; the rest goes deeper.
type entry struct {
	text.T `yaml:",inline"`

	Syntax string // of a command: how it is written
	Reply  string // of a POP3 command: single, multi, without-argument (multi only without one), exchange
	Needs  string // of a parameter: the EHLO keyword that offers it
	Value  string // of a parameter: the form of its value

	More text.T   // why, and what people get wrong
	Good text.T   // what a good reply to the command means
	Bad  text.T   // what a refusal of the command mostly means
	Next text.T   // what can be typed now
	Has  []string // of a voice: words that the server's line holds, lower case; all must be there
	Tip  string   // of a voice: the advice that fits
	Code string   // of a voice: the reply's code or status, if it must be that one

	Ref string // RFC and section, several parted by ", "
}

// keyIn is where an entry stands.
type keyIn struct{ file, key string }

// book is what has been read of know/*.yaml so far. Each entry that is asked for is parsed once.
type book struct {
	read   map[keyIn]*entry
	voices map[string][]voice
	fixed  map[fixedKey]text.Said
	notes  map[noteKey][]Note
}

// fixedKey names a sentence whose arguments hang on nothing but a word of the wire that is known: a verb, a code.
type fixedKey struct{ sort, word string }

// said gives such a sentence with its arguments put in, for it comes up with every letter.
func (b *book) said(sort, word string, make func() text.Said) text.Said {
	key := fixedKey{sort, word}
	if s, ok := b.fixed[key]; ok {
		return s
	}
	s := make()
	s = text.T{EN: s.In(text.EN), ZH: s.In(text.ZH)}.With()
	if b.fixed == nil {
		b.fixed = map[fixedKey]text.Said{}
	}
	if len(b.fixed) < maxRead {
		b.fixed[key] = s
	}
	return s
}

// noteKey names notes that hang on nothing but a code and on how it is asked for.
type noteKey struct {
	sort, word string
	depth      Depth
	whole      bool
}

// always adds notes that are the same whenever key comes up: make adds them, and is called for the first time only.
func (t *talk) always(key noteKey, make func()) {
	if known, ok := t.book.notes[key]; ok {
		t.notes = append(t.notes, known...)
		return
	}
	from := len(t.notes)
	make()
	for i := range t.notes[from:] {
		said := &t.notes[from+i].Text
		*said = text.T{EN: said.In(text.EN), ZH: said.In(text.ZH)}.With()
	}
	if t.book.notes == nil {
		t.book.notes = map[noteKey][]Note{}
	}
	if len(t.book.notes) < maxRead {
		t.book.notes[key] = slices.Clone(t.notes[from:])
	}
}

// find gives the entry of key in file, letter case aside, or nil.
func (b *book) find(file string, key string) *entry {
	if b.read == nil {
		b.read = map[keyIn]*entry{}
	}
	name := keyIn{file, key}
	if e, ok := b.read[name]; ok {
		return e
	}
	var e *entry
	if block := findBlock(source(file), key); block != "" {
		if parsed, err := parseEntries(block); err == nil {
			for _, p := range parsed {
				e = p
			}
		}
	}
	if len(b.read) < maxRead {
		b.read[name] = e
	}
	return e
}

// maxRead bounds what a session of nonsense words can make the book remember.
const maxRead = 4096

// first gives the first of several keys that has an entry, and which it was.
func (b *book) first(file string, keys ...string) (*entry, string) {
	for _, k := range keys {
		if e := b.find(file, k); e != nil {
			return e, k
		}
	}
	return nil, ""
}

// voice gives the first row of know/voice.yaml of that kind, "greeting" or "reply", that fits a reply; low is its text in lower
// case. Rows are told apart by their has line, so that only the one that fits is parsed.
func (b *book) voice(kind, code, low string) *entry {
	if b.voices == nil {
		b.voices = voices(source("voice"))
	}
	for _, v := range b.voices[kind] {
		if v.fits(low) {
			if e := b.find("voice", v.key); e != nil && (e.Code == "" || e.Code == code) {
				return e
			}
		}
	}
	return nil
}

// voice is what must be known of a row of know/voice.yaml to see whether it fits.
type voice struct {
	key string
	has []string
}

// fits tells whether all the words are there.
func (v voice) fits(low string) bool {
	for _, words := range v.has {
		if !strings.Contains(low, words) {
			return false
		}
	}
	return true
}

// voices reads key and has of each row, by kind. has stands on one line, each of its words in quotation marks; a test holds the
// file to that.
func voices(file string) map[string][]voice {
	out := map[string][]voice{}
	var v voice
	for pos := 0; pos < len(file); {
		line := file[pos : pos+lineLen(file[pos:])]
		if key, ok := keyAt(line); ok {
			v.key = key
		} else if list, ok := strings.CutPrefix(line, "  has: ["); ok {
			part := strings.Split(list, `"`)
			v.has = nil
			for i := 1; i < len(part); i += 2 {
				v.has = append(v.has, part[i])
			}
			kind, _, _ := strings.Cut(v.key, " ")
			out[kind] = append(out[kind], v)
		}
		pos += len(line)
	}
	return out
}

// parseEntries reads YAML of entries strictly: an unknown field is an error.
func parseEntries(yml string) (map[string]*entry, error) {
	dec := yaml.NewDecoder(strings.NewReader(yml))
	dec.KnownFields(true)
	m := map[string]*entry{}
	return m, dec.Decode(&m)
}

// findBlock gives the lines of an entry, its key included, or "".
func findBlock(file, key string) string {
	for pos := 0; pos < len(file); {
		k, isKey := keyAt(file[pos:])
		next := pos + lineLen(file[pos:])
		if isKey && strings.EqualFold(k, key) {
			end := next
			for end < len(file) {
				if _, isKey := keyAt(file[end:]); isKey {
					break
				}
				end += lineLen(file[end:])
			}
			return file[pos:end]
		}
		pos = next
	}
	return ""
}

// keyAt reads a key at the head of s, if its line begins with one.
func keyAt(s string) (string, bool) {
	if s == "" || s[0] == ' ' || s[0] == '#' || s[0] == '\n' {
		return "", false
	}
	if s[0] == '"' {
		end := strings.IndexByte(s[1:], '"')
		if end < 0 {
			return "", false
		}
		return s[1 : 1+end], true
	}
	end := strings.IndexByte(s, ':')
	if end < 0 {
		return "", false
	}
	return s[:end], true
}

func lineLen(s string) int {
	if i := strings.IndexByte(s, '\n'); i >= 0 {
		return i + 1
	}
	return len(s)
}

// source gives the text of one of the files of know/.
func source(file string) string {
	switch file {
	case "pop3":
		return pop3YAML
	case "smtp":
		return smtpYAML
	case "status":
		return statusYAML
	case "sasl":
		return saslYAML
	case "rfc":
		return rfcYAML
	case "advice":
		return adviceYAML
	case "voice":
		return voiceYAML
	}
	return ""
}
