package annotate

import (
	_ "embed"
	"strings"

	"byhand/session/text"

	"gopkg.in/yaml.v3"
)

//go:embed know/message.yaml
var messageYAML string

// fact is one entry of know/message.yaml.
type fact struct {
	text.T `yaml:",inline"`

	By    text.T // who writes the field
	More  text.T // what goes wrong with it
	Count string // how often the field may stand: "1", "0-1", "any"
	Ref   string

	name  string    `yaml:"-"` // as the file writes it
	key   string    `yaml:"-"` // in lower case
	bit   uint      `yaml:"-"` // its number among the entries
	notes [2][]Note // on a field: for who reads it, for who types it
}

// block is an entry that was not parsed yet.
type block struct {
	name string
	yaml string
	bit  uint
}

// facts looks entries of know/message.yaml up. The file is cut into entries once; only those asked for are parsed, each once.
type facts struct {
	at    map[string]block // by key in lower case
	known map[string]*fact
}

// find gives the entry of a key, letter case aside, or nil.
func (f *facts) find(key string) *fact { return f.field([]byte(key)) }

// field is find for a name as it stands in a letter; for a name that was seen before it allocates nothing.
func (f *facts) field(name []byte) *fact {
	var buf [100]byte
	if len(name) > len(buf) {
		return nil
	}
	if f.at == nil {
		f.at, f.known = blocks(messageYAML), map[string]*fact{}
	}
	key := buf[:len(name)]
	for i, c := range name {
		if c >= 'A' && c <= 'Z' {
			c += 'a' - 'A'
		}
		key[i] = c
	}
	if got, ok := f.known[string(key)]; ok {
		return got
	}
	if b, ok := f.at[string(key)]; ok {
		got := b.parse(string(key))
		f.known[string(key)] = got
		return got
	}
	return nil
}

// parse reads the entry and makes the notes on a field of that name, which are the same each time.
func (b block) parse(key string) *fact {
	got := &fact{name: b.name, key: key, bit: b.bit}
	if yaml.Unmarshal([]byte(b.yaml), got) != nil {
		return nil // the test of the file fails before anybody can see this
	}
	for side, more := range []Depth{All, Full} {
		list := []Note{{Tone: Info, Depth: Brief, Text: sayField.With(got.name, got.T), Ref: got.Ref}}
		if got.By.EN != "" {
			list = append(list, Note{Tone: Info, Depth: All, Text: sayWrittenBy.With(got.By), Ref: got.Ref})
		}
		if got.More.EN != "" {
			list = append(list, Note{Tone: Info, Depth: more, Text: got.More.With(), Ref: got.Ref})
		}
		got.notes[side] = list
	}
	return got
}

// kind gives the entry "sort name", or the one of its family, which ends in a star ("type image/webp", "type image/*").
func (f *facts) kind(sort, name, cut string) *fact {
	if got := f.find(sort + " " + name); got != nil {
		return got
	}
	if i := strings.LastIndex(name, cut); i >= 0 {
		return f.find(sort + " " + name[:i+len(cut)] + "*")
	}
	return nil
}

// blocks cuts a file of entries at the keys in column 0 and gives the lines below each key.
func blocks(file string) map[string]block {
	at := map[string]block{}
	for len(file) > 0 {
		key, isKey := keyAt(file)
		file = file[lineLen(file):]
		if !isKey {
			continue
		}
		end := 0
		for end < len(file) && (file[end] == ' ' || file[end] == '\n' || file[end] == '#') {
			end += lineLen(file[end:])
		}
		at[strings.ToLower(key)] = block{name: key, yaml: file[:end], bit: uint(len(at))}
		file = file[end:]
	}
	return at
}
