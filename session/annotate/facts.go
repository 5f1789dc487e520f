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
}

// facts looks entries of know/message.yaml up. The file is cut into entries once; only those asked for are parsed, each once.
type facts struct {
	at    map[string]string // key in lower case: its block of YAML
	known map[string]*fact
}

// find gives the entry of a key, letter case aside, or nil.
func (f *facts) find(key string) *fact {
	if f.at == nil {
		f.at, f.known = blocks(messageYAML), map[string]*fact{}
	}
	key = strings.ToLower(key)
	if got, ok := f.known[key]; ok {
		return got
	}
	block, ok := f.at[key]
	if !ok {
		return nil
	}
	got := &fact{}
	if yaml.Unmarshal([]byte(block), got) != nil {
		got = nil // the test of the file fails before anybody can see this
	}
	f.known[key] = got
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
func blocks(file string) map[string]string {
	at := map[string]string{}
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
		at[strings.ToLower(key)], file = file[:end], file[end:]
	}
	return at
}
