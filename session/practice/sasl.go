package practice

import (
	"crypto/hmac"
	"crypto/md5"
	"crypto/rand"
	"crypto/subtle"
	"encoding/base64"
	"encoding/hex"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"
)

// How an AUTH exchange fails.
var (
	errRefused   = errors.New("wrong name or password")
	errCancelled = errors.New("cancelled by the client")
	errBase64    = errors.New("not Base64")
	errTooLong   = errors.New("answer too long")
)

// An exchange is one run of AUTH: the mechanism asks, the client answers.
type exchange struct {
	srv     *Server
	ask     func(challenge string) (string, error) // sends a challenge, gives the decoded answer
	initial *string                                // the initial response, decoded; nil if there was none
}

// first gives the client's first answer: the initial response, or the reply to an empty challenge.
func (x *exchange) first(challenge string) (string, error) {
	if x.initial != nil {
		return *x.initial, nil
	}
	return x.ask(challenge)
}

// saslMechanisms are the mechanisms that can be offered. Each gives the name of the account that logged in.
var saslMechanisms = map[string]func(x *exchange) (string, error){
	"PLAIN":         (*exchange).plain,
	"LOGIN":         (*exchange).login,
	"CRAM-MD5":      (*exchange).cramMD5,
	"SCRAM-SHA-256": (*exchange).scramSHA256,
}

// authenticate runs the mechanism that the client named, if it is among those offered; ok is false if it is not.
func (x *exchange) authenticate(name string, offered []string) (who string, ok bool, err error) {
	run := saslMechanisms[strings.ToUpper(name)]
	if run == nil || !slices.Contains(offered, strings.ToUpper(name)) {
		return "", false, nil
	}
	who, err = run(x)
	return who, true, err
}

// plain is RFC 4616: authorization identity, NUL, name, NUL, password.
func (x *exchange) plain() (string, error) {
	answer, err := x.first("")
	if err != nil {
		return "", err
	}
	part := strings.Split(answer, "\x00")
	if len(part) != 3 || part[0] != "" && part[0] != part[1] {
		return "", errRefused
	}
	return x.srv.login(part[1], part[2])
}

// login is draft-murchison-sasl-login: two prompts, whose text is the voice's.
func (x *exchange) login() (string, error) {
	name, err := x.first(x.srv.voice.Prompts[0])
	if err != nil {
		return "", err
	}
	password, err := x.ask(x.srv.voice.Prompts[1])
	if err != nil {
		return "", err
	}
	return x.srv.login(name, password)
}

// cramMD5 is RFC 2195: the client proves the password by a keyed digest of the challenge.
func (x *exchange) cramMD5() (string, error) {
	if x.initial != nil { // RFC 4954 §4: this mechanism begins with the server
		return "", errRefused
	}
	challenge := x.srv.stamp()
	answer, err := x.ask(challenge)
	if err != nil {
		return "", err
	}
	i := strings.LastIndexByte(answer, ' ')
	if i < 0 {
		return "", errRefused
	}
	who, password, ok := x.srv.store.account(answer[:i])
	mac := hmac.New(md5.New, []byte(password))
	mac.Write([]byte(challenge))
	if !ok || !same(hex.EncodeToString(mac.Sum(nil)), answer[i+1:]) {
		return "", errRefused
	}
	return who, nil
}

// login gives the account of a name and a password.
func (s *Server) login(name, password string) (string, error) {
	who, right, ok := s.store.account(name)
	if !ok {
		if who, ok = s.store.enroll(name, password); ok {
			right = password
		}
	}
	if !ok || !same(right, password) {
		return "", errRefused
	}
	return who, nil
}

// apop checks the digest of stamp and password (RFC 1939 §7, APOP).
func (s *Server) apop(name, stamp, digest string) (string, error) {
	who, password, ok := s.store.account(name)
	sum := md5.Sum([]byte(stamp + password))
	if !ok || !same(hex.EncodeToString(sum[:]), digest) {
		return "", errRefused
	}
	return who, nil
}

func same(a, b string) bool { return subtle.ConstantTimeCompare([]byte(a), []byte(b)) == 1 }

// stamp makes a text that has never been before, in the form of a message-id.
func (s *Server) stamp() string {
	return fmt.Sprintf("<%s.%d@%s>", nonce(4), s.now().Unix(), s.voice.Host)
}

// nonce gives n random octets in hexadecimal.
func nonce(n int) string {
	b := make([]byte, n)
	_, _ = rand.Read(b) // never fails
	return hex.EncodeToString(b)
}

// initialResponse decodes the word after the mechanism: none, "=" for an empty one, or Base64 (RFC 4954 §4).
func initialResponse(word string) (*string, error) {
	switch word {
	case "":
		return nil, nil
	case "=":
		empty := ""
		return &empty, nil
	}
	text, err := decode(word)
	return &text, err
}

func decode(word string) (string, error) {
	b, err := base64.StdEncoding.Strict().DecodeString(word)
	if err != nil || strings.ContainsAny(word, "\r\n") { // the decoder would skip line ends
		return "", errBase64
	}
	return string(b), nil
}

// answer reads the client's line after a challenge was sent.
func (c *conn) answer(wait time.Duration, bareLF bool) (string, error) {
	line, end, err := c.command(saslLine, wait)
	switch {
	case err != nil:
		return "", err
	case end == endLong:
		return "", errTooLong
	case end == endLF && !bareLF:
		return "", errBase64
	case string(line) == "*":
		return "", errCancelled
	}
	return decode(string(line))
}

func encode(text string) string { return base64.StdEncoding.EncodeToString([]byte(text)) }
