package practice

import (
	"bytes"
	"embed"
	"fmt"
	"io/fs"
	"maps"
	"regexp"
	"slices"
	"strings"

	"gopkg.in/yaml.v3"
)

//go:embed voices/*.yaml
var voiceFiles embed.FS

// Voices gives the names of the voices that are built in, sorted.
func Voices() []string {
	files, _ := fs.Glob(voiceFiles, "voices/*.yaml") // the pattern is well formed
	var names []string
	for _, f := range files {
		names = append(names, strings.TrimSuffix(strings.TrimPrefix(f, "voices/"), ".yaml"))
	}
	slices.Sort(names)
	return names
}

// voiceAliases are other names of voices: what lessons and people call them.
var voiceAliases = map[string]string{"dovecot": "postfix", "postfix+dovecot": "postfix", "gmail-like": "gmail", "outlook": "exchange", "163": coremail, "netease": coremail, "qqmail": "qq"}

// FindVoice gives a voice that is built in; ok is false if there is none of this name.
func FindVoice(name string) (v *Voice, ok bool) {
	name = or(voiceAliases[name], name)
	if name == coremail {
		return Coremail(), true
	}
	text, err := voiceFiles.ReadFile("voices/" + name + ".yaml")
	if err != nil {
		return nil, false
	}
	v, err = ReadVoice(name, text)
	return v, err == nil // a test reads every one
}

// voiceText is a voice as its file writes it. What a file leaves out is said as the voice that it is like says it.
type voiceText struct {
	Like    string    `yaml:"like"`
	Host    string    `yaml:"host"`
	Prompts []string  `yaml:"prompts"`
	CAPA    []string  `yaml:"capa"`
	EHLO    []string  `yaml:"ehlo"`
	Charset string    `yaml:"charset"`   // utf-8 or gbk
	Ends    []string  `yaml:"ends_data"` // as LF.CRLF; see Ends
	Letter  int64     `yaml:"letter"`
	Replies yaml.Node `yaml:"replies"`
}

// ReadVoice reads a voice from YAML: like, host, prompts, capa, ehlo, charset, letter, ends_data, and replies by key. Errors name the line. name is what
// it is called in them.
func ReadVoice(name string, text []byte) (*Voice, error) {
	v := &Voice{Name: name}
	return v, v.read(text, Coremail().Replies)
}

// read fills v from a file. known are the replies that there are; the file that has all of them is read without.
func (v *Voice) read(text []byte, known map[Key]string) error {
	var f voiceText
	d := yaml.NewDecoder(bytes.NewReader(text))
	d.KnownFields(true)
	if err := d.Decode(&f); err != nil {
		return fmt.Errorf("voice %s: %w", v.Name, err)
	}
	if known != nil {
		like, ok := FindVoice(or(f.Like, coremail))
		if !ok || f.Like == v.Name {
			return fmt.Errorf("voice %s: there is no voice %q to be like; there are %s", v.Name, f.Like, strings.Join(Voices(), ", "))
		}
		name := v.Name
		*v = *like
		v.Name = name
	}
	if err := v.take(&f); err != nil {
		return err
	}
	if err := v.replies(&f.Replies, known); err != nil {
		return err
	}
	return v.check()
}

// take takes over what a file says beside the replies.
func (v *Voice) take(f *voiceText) error {
	v.Host = or(f.Host, v.Host)
	if f.CAPA != nil {
		v.CAPA = f.CAPA
	}
	if f.EHLO != nil {
		v.EHLO = f.EHLO
	}
	if f.Ends != nil {
		ends, err := readEnds(f.Ends)
		if err != nil {
			return fmt.Errorf("voice %s: %w", v.Name, err)
		}
		v.Ends = ends
	}
	switch len(f.Prompts) {
	case 0:
	case 2:
		v.Prompts = [2]string(f.Prompts)
	default:
		return fmt.Errorf("voice %s: AUTH LOGIN has two prompts, not %d", v.Name, len(f.Prompts))
	}
	switch v.Letter = or(f.Letter, v.Letter); {
	case v.Letter < 0:
		return fmt.Errorf("voice %s: letter: %d octets", v.Name, f.Letter)
	case f.Charset == "":
	case strings.EqualFold(f.Charset, "gbk"), strings.EqualFold(f.Charset, "gb2312"):
		v.GBK = true
	case strings.EqualFold(f.Charset, "utf-8"):
		v.GBK = false
	default:
		return fmt.Errorf("voice %s: charset is utf-8 or gbk, not %q", v.Name, f.Charset)
	}
	return nil
}

// replies takes the replies of a file into v.
func (v *Voice) replies(n *yaml.Node, known map[Key]string) error {
	if v.Replies = maps.Clone(v.Replies); v.Replies == nil {
		v.Replies = map[Key]string{}
	}
	for i := 0; i+1 < len(n.Content); i += 2 {
		at, text := n.Content[i], strings.TrimRight(n.Content[i+1].Value, "\n")
		key := Key(at.Value)
		like, ok := known[key]
		if known == nil {
			like, ok = text, true
		}
		if !ok {
			return fmt.Errorf("voice %s: line %d: no reply is called %q", v.Name, at.Line, key)
		}
		if !fits(key, text, like) {
			return fmt.Errorf("voice %s: line %d: %s cannot be %q", v.Name, at.Line, key, text)
		}
		v.Replies[key] = text
	}
	return nil
}

// fits tells whether a text can stand for a reply: of the form of its protocol, and a yes or a no where Coremail says so. A
// voice chooses words; it does not lie about what was done (faults do that).
func fits(key Key, text, like string) bool {
	if len(text) > 500 || strings.ContainsAny(text, "\r\x00") {
		return false
	}
	if strings.HasPrefix(string(key), "pop3.") {
		word, _, _ := strings.Cut(text, " ")
		return word == like[:strings.IndexByte(like+" ", ' ')] && !strings.Contains(text, "\n")
	}
	if !regexp.MustCompile(`^[2-5][0-5]\d `).MatchString(text) {
		return false
	}
	switch key {
	case keySMTPData:
		return text[:3] == "354"
	case keySMTPHelp, keySMTPVrfy, keySMTPExpn: // refused by some: nothing hangs on them
		return text[0] != '3'
	}
	return text[0] == like[0] || text[0] > '3' && like[0] > '3'
}

// What a voice may announce, because the server does it.
var (
	capaWords = []string{"TOP", "USER", "UIDL", "PIPELINING", "RESP-CODES", "AUTH-RESP-CODE", "UTF8", "LANG", "EXPIRE", "STLS", "SASL", "IMPLEMENTATION"}
	ehloWords = []string{"PIPELINING", "STARTTLS", "AUTH", "SIZE", "CHUNKING", "BINARYMIME", "SMTPUTF8", "DSN", "ENHANCEDSTATUSCODES", "8BITMIME", "HELP", "VRFY"}
)

// check wants a voice to announce nothing that the server does not do.
func (v *Voice) check() error {
	if len(v.EHLO) == 0 {
		return fmt.Errorf("voice %s: ehlo has no line", v.Name)
	}
	for _, lines := range []struct{ have, can []string }{{v.CAPA, capaWords}, {v.EHLO[1:], ehloWords}} {
		for _, line := range lines.have {
			word, _, _ := strings.Cut(strings.ToUpper(line), " ")
			word, _, _ = strings.Cut(word, "=") // AUTH=LOGIN, for clients that are older than the RFC
			if !slices.Contains(lines.can, word) && !strings.HasPrefix(word, "X-") || strings.ContainsAny(line, "\r\n") {
				return fmt.Errorf("voice %s: it announces %q, which this server does not do", v.Name, line)
			}
		}
	}
	for _, m := range slices.Concat(mechanisms(v.EHLO, "AUTH"), mechanisms(v.CAPA, "SASL")) {
		if saslMechanisms[m] == nil {
			return fmt.Errorf("voice %s: there is no mechanism %s", v.Name, m)
		}
	}
	return nil
}
