package practice

import (
	"crypto/hmac"
	"crypto/pbkdf2"
	"crypto/rand"
	"crypto/sha256"
	"crypto/subtle"
	"encoding/base64"
	"strings"
)

const (
	scramRounds = 4096 // the least that RFC 7677 §4 allows: a class logs in at once, on one machine
	scramSalt   = 16   // octets
)

// scramSHA256 is RFC 5802 with SHA-256 (RFC 7677): client and server each prove that they know the password, and neither
// sends it. The last word of the server goes out as one more challenge, whose answer is empty (RFC 4954 §4, RFC 5034 §4).
//
// It is our own, because the library for it costs every start of the program a millisecond; the library's client is who
// the tests speak with. Passwords are not prepared (RFC 4013): for ASCII that changes nothing.
func (x *exchange) scramSHA256() (string, error) {
	answer, err := x.first("")
	if err != nil {
		return "", err
	}
	first, ok := parseScramFirst(answer)
	if !ok {
		return "", errRefused
	}
	who, password, known := x.srv.store.account(first.name)
	if authz, _, is := x.srv.store.account(first.authz); first.authz != "" && (!is || authz != who) {
		known = false
	}
	// Who is unknown is refused at the end, as with a wrong password: to tell earlier would help a guesser.
	salt, together := x.srv.saltOf(first.name), first.nonce+nonce(16)
	challenge := "r=" + together + ",s=" + base64.StdEncoding.EncodeToString(salt) + ",i=" + itoa(scramRounds)
	if answer, err = x.ask(challenge); err != nil {
		return "", err
	}
	bare, proof, ok := parseScramFinal(answer, first.header, together)
	if !ok {
		return "", errRefused
	}
	verifier, right := scramVerify(password, salt, proof, first.bare+","+challenge+","+bare)
	if !known || !right {
		return "", errRefused
	}
	if answer, err = x.ask("v=" + base64.StdEncoding.EncodeToString(verifier)); err != nil {
		return "", err
	}
	if answer != "" {
		return "", errRefused
	}
	return who, nil
}

// scramFirst is the first message of a client (RFC 5802 §7, client-first-message).
type scramFirst struct {
	header      string // gs2-header: says nothing of channel binding, and as whom to act
	bare        string // all behind it
	authz, name string
	nonce       string
}

func parseScramFirst(text string) (m scramFirst, ok bool) {
	part := strings.SplitN(text, ",", 3)
	if len(part) < 3 || part[0] != "n" && part[0] != "y" { // p=: binding to the channel is not offered (§6)
		return m, false
	}
	m.header, m.bare = part[0]+","+part[1]+",", part[2]
	if part[1] != "" {
		if m.authz, ok = scramName(part[1], "a="); !ok {
			return m, false
		}
	}
	part = strings.Split(m.bare, ",") // an extension that must be understood, m=, would stand in the place of the name
	if len(part) < 2 {
		return m, false
	}
	m.name, ok = scramName(part[0], "n=")
	r, has := strings.CutPrefix(part[1], "r=")
	m.nonce = r
	return m, ok && has && r != "" && printable(r) == r
}

// scramName undoes =2C and =3D (RFC 5802 §5.1); any other = is an error.
func scramName(text, key string) (name string, ok bool) {
	text, ok = strings.CutPrefix(text, key)
	rest := strings.NewReplacer("=2C", "", "=3D", "").Replace(text)
	return strings.NewReplacer("=2C", ",", "=3D", "=").Replace(text), ok && text != "" && !strings.Contains(rest, "=")
}

// parseScramFinal takes the client's second message apart: what the proof is about, and the proof. header and nonce are
// what they must repeat.
func parseScramFinal(text, header, nonce string) (bare string, proof []byte, ok bool) {
	i := strings.LastIndex(text, ",p=")
	if i < 0 {
		return "", nil, false
	}
	bare = text[:i]
	begins := "c=" + base64.StdEncoding.EncodeToString([]byte(header)) + ",r=" + nonce
	proof, err := base64.StdEncoding.Strict().DecodeString(text[i+3:])
	return bare, proof, err == nil && (bare == begins || strings.HasPrefix(bare, begins+","))
}

// scramVerify checks the client's proof and makes the server's (RFC 5802 §3). all is the conversation so far.
func scramVerify(password string, salt, proof []byte, all string) (verifier []byte, right bool) {
	salted, err := pbkdf2.Key(sha256.New, password, salt, scramRounds, sha256.Size)
	if err != nil || len(proof) != sha256.Size {
		return nil, false
	}
	stored := sha256.Sum256(mac(salted, "Client Key"))
	key := mac(stored[:], all)
	subtle.XORBytes(key, key, proof)
	got := sha256.Sum256(key)
	return mac(mac(salted, "Server Key"), all), hmac.Equal(got[:], stored[:])
}

func mac(key []byte, text string) []byte {
	h := hmac.New(sha256.New, key)
	h.Write([]byte(text))
	return h.Sum(nil)
}

// saltOf gives the salt of a name, whether or not somebody has it: the same as long as the server runs, and not to be guessed.
func (s *Server) saltOf(name string) []byte { return mac(s.secret, name)[:scramSalt] }

func newSecret() []byte {
	b := make([]byte, sha256.Size)
	_, _ = rand.Read(b) // never fails
	return b
}
