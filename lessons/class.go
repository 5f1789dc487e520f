package lessons

import (
	"bytes"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base32"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"

	"byhand/session/text"
)

// A Class is a group of learners whose lessons differ from each other's. From its key each learner's code is made, by HMAC-SHA256
// (RFC 2104); the code is the seed of that learner's values. Who has no key can work out nobody's code but the one he was given.
type Class struct {
	Name     string
	Learners []string // those the instructor named; others may be graded as well

	key []byte
}

// classFile is how a class is written: one object of JSON.
type classFile struct {
	Version  int      `json:"byhand-class"`
	Name     string   `json:"name"`
	Key      string   `json:"key"` // Base64 (RFC 4648 §4)
	Learners []string `json:"learners"`
}

// The sizes of a key in octets: of a new one, and of the shortest that is taken.
const (
	newKey   = sha256.Size
	shortKey = 16
)

// NewClass gives a class with a new key, which is read from random. The error is a *ClassError, or that of random.
func NewClass(name string, learners []string, random io.Reader) (*Class, error) {
	c := &Class{Name: name, Learners: learners, key: make([]byte, newKey)}
	if _, err := io.ReadFull(random, c.key); err != nil {
		return nil, fmt.Errorf("a key for the class: %w", err)
	}
	return c, c.check(name)
}

// ReadClass reads what File wrote; file is its name in messages. The error is a *ClassError.
func ReadClass(file string, src []byte) (*Class, error) {
	var f classFile
	d := json.NewDecoder(bytes.NewReader(src))
	d.DisallowUnknownFields()
	if err := d.Decode(&f); err != nil {
		line := lineOfError(src, err)
		return nil, &ClassError{File: file, Line: line, What: sayClassJSON.With(err)}
	}
	key, err := base64.StdEncoding.DecodeString(f.Key)
	switch {
	case f.Version != Version:
		return nil, &ClassError{File: file, Line: lineOfKey(src, "byhand-class"), What: sayClassVersion.With(f.Version, Version)}
	case err != nil || len(key) < shortKey:
		return nil, &ClassError{File: file, Line: lineOfKey(src, "key"), What: sayClassKey.With(shortKey)}
	}
	c := &Class{Name: f.Name, Learners: f.Learners, key: key}
	return c, c.check(file)
}

// lineOfError tells on which line JSON is not what it should be.
func lineOfError(src []byte, err error) int {
	at := int64(len(src))
	var syntax *json.SyntaxError
	var kind *json.UnmarshalTypeError
	if errors.As(err, &syntax) {
		at = syntax.Offset - 1 // of the octet read last
	} else if errors.As(err, &kind) {
		at = kind.Offset - 1
	} else if _, key, ok := strings.Cut(err.Error(), "unknown field "); ok {
		return lineOfKey(src, strings.Trim(key, `"`))
	}
	return 1 + bytes.Count(src[:min(max(at, 0), int64(len(src)))], []byte("\n"))
}

// lineOfKey tells on which line a key of an object stands first; 1 if nowhere.
func lineOfKey(src []byte, key string) int {
	at := bytes.Index(src, []byte(`"`+key+`"`))
	return 1 + bytes.Count(src[:max(at, 0)], []byte("\n"))
}

// check refuses learners who have no name, or the same.
func (c *Class) check(file string) error {
	seen := map[string]bool{}
	for _, name := range c.Learners {
		switch plain := plainName(name); {
		case plain == "":
			return &ClassError{File: file, Line: 1, What: sayClassNoName.With()}
		case seen[plain]:
			return &ClassError{File: file, Line: 1, What: sayClassTwice.With(name)}
		default:
			seen[plain] = true
		}
	}
	return nil
}

// File gives the class as a file, key and all: it is for the instructor alone.
func (c *Class) File() []byte {
	f := classFile{Version: Version, Name: c.Name, Key: base64.StdEncoding.EncodeToString(c.key), Learners: c.Learners}
	if f.Learners == nil {
		f.Learners = []string{}
	}
	src, _ := json.MarshalIndent(f, "", "  ") // strings and a number
	return append(src, '\n')
}

// Has reports whether the instructor named that learner, or nobody.
func (c *Class) Has(learner string) bool {
	return len(c.Learners) == 0 || slices.ContainsFunc(c.Learners, func(l string) bool { return plainName(l) == plainName(learner) })
}

// codeLetters writes a code: the 32 letters and digits of RFC 4648 §6, small, none of which is taken for another.
var codeLetters = base32.NewEncoding("abcdefghijklmnopqrstuvwxyz234567").WithPadding(base32.NoPadding)

// A code is 16 letters in groups of four: 12 (60 bits) are the learner's, 4 (20 bits) tell whether the others were typed right.
const (
	codeOwn   = 12
	codeAll   = 16
	codeGroup = 4
)

// Code gives a learner's code. Capitals and blanks around the name change nothing.
func (c *Class) Code(learner string) string {
	mac := hmac.New(sha256.New, c.key)
	_, _ = io.WriteString(mac, "byhand learner 1\x00"+plainName(learner)) // writing to a hash never fails
	own := codeLetters.EncodeToString(mac.Sum(nil))[:codeOwn]
	return grouped(own + checkLetters(own))
}

func plainName(name string) string { return strings.ToLower(strings.TrimSpace(name)) }

func checkLetters(own string) string {
	sum := sha256.Sum256([]byte(own))
	return codeLetters.EncodeToString(sum[:])[:codeAll-codeOwn]
}

func grouped(code string) string {
	var groups []string
	for group := range slices.Chunk([]byte(code), codeGroup) {
		groups = append(groups, string(group))
	}
	return strings.Join(groups, "-")
}

// Seed gives the seed that a learner typed: a code is taken in capitals and without its dashes, too. ok is false for what is a code but
// for a slip of the fingers; all other texts are seeds as they are.
func Seed(typed string) (seed string, ok bool) {
	bare := strings.ToLower(strings.TrimSpace(typed))
	dashes := strings.Count(bare, "-")
	bare = strings.ReplaceAll(bare, "-", "")
	if _, err := codeLetters.DecodeString(bare); err != nil || len(bare) != codeAll || dashes != 0 && dashes != codeAll/codeGroup-1 {
		return typed, true
	}
	if right := checkLetters(bare[:codeOwn]) == bare[codeOwn:]; right || dashes > 0 {
		return grouped(bare), right
	}
	return typed, true // sixteen letters of another kind
}

// A ClassError is what is wrong with a class's file.
type ClassError struct {
	File string
	Line int
	What text.Said
}

// Error gives the message in English.
func (e *ClassError) Error() string { return e.In(text.EN) }

// In gives the message in one language: FILE:LINE: what. The key is not in it.
func (e *ClassError) In(lang text.Lang) string {
	return fmt.Sprintf("%s:%d: %s", e.File, e.Line, e.What.In(lang))
}

var (
	sayClassJSON    = text.T{EN: "this is no class file: %v", ZH: "这不是班级文件：%v"}
	sayClassVersion = text.T{EN: "a class file of version %d; this byhand reads version %d", ZH: "班级文件的版本是 %d，这个 byhand 只读版本 %d"}
	sayClassKey     = text.T{EN: "the key is not Base64 of %d bytes or more; without the key that was there, every learner's values are others", ZH: "key 不是至少 %d 字节的 Base64；换了密钥，每个学生的变量都会变"}
	sayClassNoName  = text.T{EN: "a learner has no name", ZH: "有一个学生没有名字"}
	sayClassTwice   = text.T{EN: "the learner %s is named twice; capitals make no difference", ZH: "学生 %s 写了两次；大小写不同也算同一人"}
)
