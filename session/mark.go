package session

import (
	"encoding/json"
	"strings"
)

// A Mark is a change of the connection or a remark beside the bytes. Its kinds and fields are those of the recorded
// transcript: open, tls, close, note, mark, step, quiz, lost, resume, end. Kinds and fields that nobody knows are kept.
type Mark struct {
	Kind   string
	Fields []Field
}

// A Field is one named value of a Mark; Value is JSON.
type Field struct {
	Name  string
	Value json.RawMessage
}

// NewMark makes a Mark from pairs of a name and a value; values are marshalled as JSON, and empty strings left out.
func NewMark(kind string, pairs ...any) *Mark {
	m := &Mark{Kind: kind}
	for i := 0; i+1 < len(pairs); i += 2 {
		if s, ok := pairs[i+1].(string); ok && s == "" {
			continue
		}
		v, err := marshal(pairs[i+1])
		if err != nil {
			continue // a value that is no JSON is a programmer's slip; the mark itself still tells its kind
		}
		m.Fields = append(m.Fields, Field{Name: pairs[i].(string), Value: v})
	}
	return m
}

// marshal is json.Marshal without the escaping of < > &, which are common in addresses.
func marshal(v any) (json.RawMessage, error) {
	var b strings.Builder
	enc := json.NewEncoder(&b)
	enc.SetEscapeHTML(false)
	err := enc.Encode(v)
	return json.RawMessage(strings.TrimSuffix(b.String(), "\n")), err
}

// Text gives the string value of a field, or "" if there is no such field or it is no string.
func (m *Mark) Text(name string) string {
	var s string
	m.get(name, &s)
	return s
}

// Int gives the number of a field, or 0.
func (m *Mark) Int(name string) int {
	var n float64
	m.get(name, &n)
	return int(n)
}

func (m *Mark) get(name string, v any) {
	for _, f := range m.Fields {
		if f.Name == name && json.Unmarshal(f.Value, v) == nil {
			return
		}
	}
}

// Role gives the role of an event that carries this mark.
func (m *Mark) Role() Role {
	switch m.Kind {
	case "open":
		return Open
	case "tls":
		return TLS
	case "close":
		return Close
	}
	return Note
}
