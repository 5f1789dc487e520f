package practice

import (
	"encoding/csv"
	"strings"

	"gopkg.in/yaml.v3"
)

// ReadUsers reads a list of accounts: lines of name and password with a comma, a colon, a tab or blanks between them, or YAML
// (a file name that ends in .yaml or .yml). Lines that begin with # and a line of headings are left out, and so is what
// follows the second comma. The error is a FileErrors with all that is wrong.
func ReadUsers(file string, src []byte) (map[string]string, error) {
	r := &usersReader{fileReader{file: file}, map[string]string{}}
	if strings.HasSuffix(file, ".yaml") || strings.HasSuffix(file, ".yml") {
		r.yaml(src)
	} else {
		r.lines(string(src))
	}
	if len(r.errs) == 0 && len(r.users) == 0 {
		r.errs = append(r.errs, sayEmptyFile.at(file, 0))
	}
	if len(r.errs) > 0 {
		return nil, r.errs
	}
	return r.users, nil
}

type usersReader struct {
	fileReader
	users map[string]string
}

func (r *usersReader) yaml(src []byte) {
	top := r.root(src)
	if top == nil {
		return
	}
	if top.Kind == yaml.MappingNode && len(top.Content) == 2 && top.Content[0].Value == "users" {
		top = plainNode(top.Content[1])
	}
	r.each(top, "users", func(key, value *yaml.Node) { r.add(key.Line, key.Value, r.words(value)) })
}

func (r *usersReader) lines(text string) {
	text = strings.TrimPrefix(text, "\ufeff") // spreadsheets put it there
	first := true
	for i, line := range strings.Split(text, "\n") {
		if line = strings.TrimSpace(line); line == "" || line[0] == '#' {
			continue
		}
		name, password := cutUser(line)
		if first && isHeading(name) {
			first = false
			continue
		}
		first = false
		r.add(i+1, name, password)
	}
}

// cutUser takes a line apart at the first thing that can stand between a name and a password.
func cutUser(line string) (name, password string) {
	i := strings.IndexAny(line, ",:;\t ")
	if i < 0 {
		return unquoteField(line), ""
	}
	if line[i] == ' ' || line[i] == ':' {
		return unquoteField(line[:i]), unquoteField(line[i+1:])
	}
	columns := csv.NewReader(strings.NewReader(line)) // what follows the second one is for people
	columns.Comma, columns.LazyQuotes, columns.TrimLeadingSpace = rune(line[i]), true, true
	fields, err := columns.Read()
	if err != nil || len(fields) < 2 {
		return unquoteField(line[:i]), ""
	}
	return strings.TrimSpace(fields[0]), strings.TrimSpace(fields[1])
}

func unquoteField(field string) string {
	field = strings.TrimSpace(field)
	if len(field) >= 2 && (field[0] == '"' || field[0] == '\'') && field[len(field)-1] == field[0] {
		return field[1 : len(field)-1]
	}
	return field
}

func isHeading(name string) bool {
	switch strings.ToLower(name) {
	case "name", "user", "username", "account", "login", "账号", "用户名", "学号", "姓名":
		return true
	}
	return false
}

func (r *usersReader) add(line int, name, password string) {
	at := &yaml.Node{Line: line}
	if _, twice := r.users[name]; twice {
		r.fail(at, sayTwice, name)
		return
	}
	switch {
	case !validLocal(name) || strings.ContainsAny(name, "@\""):
		r.fail(at, sayNoName, name)
	case password == "":
		r.fail(at, sayNoPassword, name)
	default:
		r.users[name] = password
	}
}
