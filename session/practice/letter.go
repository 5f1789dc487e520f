package practice

import (
	"bytes"
	"crypto/sha256"
	"encoding/base64"
	"encoding/binary"
	"io"
	"math/rand/v2"
	"strconv"
	"strings"
	"time"
)

// A Letter is one message of a maildrop. It does not change once it is there.
type Letter struct {
	UID     string    // unique-id of 1 to 70 printing characters, stable while the server runs (RFC 1939 §7)
	From    string    // reverse-path of the envelope; "" is the null reverse-path
	Size    int64     // octets as POP3 counts them: lines end with CRLF, stuffed dots are not counted (RFC 1939 §11)
	Arrived time.Time // when it was accepted

	raw  []byte                        // the letter, if it is in memory
	open func() (io.ReadCloser, error) // gives it, if it is made by a rule or lies on disk
	held int64                         // octets of it that count against Limits.Held

	order int64 // its place among letters of one second, once it has lain on a disk; otherwise 0
}

// Open gives the letter's octets from the start. They are made or copied as they are read. Only a letter on disk can fail.
func (l Letter) Open() (io.ReadCloser, error) {
	if l.open == nil {
		return io.NopCloser(bytes.NewReader(l.raw)), nil
	}
	return l.open()
}

// Bytes gives the whole letter at once; of a letter on disk that went away meanwhile, nothing.
func (l Letter) Bytes() []byte {
	r, err := l.Open()
	if err != nil {
		return nil
	}
	defer r.Close()
	text, _ := io.ReadAll(r)
	return text
}

// keep makes a letter of octets in memory.
func keep(uid, from string, at time.Time, raw []byte) Letter {
	return Letter{UID: uid, From: from, Size: int64(len(raw)), Arrived: at, raw: raw, held: int64(len(raw))}
}

// uniqueID makes an id of the form that Coremail uses. Equal seeds give equal ids.
func uniqueID(seed ...string) string {
	sum := sha256.Sum256([]byte(strings.Join(seed, "\x00")))
	return "1tbi" + base64.RawURLEncoding.EncodeToString(sum[:13])
}

// freshID makes an id of the same form that has never been before. It is no secret.
func freshID() string {
	var b [16]byte
	binary.NativeEndian.PutUint64(b[:], rand.Uint64())
	binary.NativeEndian.PutUint64(b[8:], rand.Uint64())
	return "1tbi" + base64.RawURLEncoding.EncodeToString(b[:13])
}

func itoa(n int64) string { return strconv.FormatInt(n, 10) }
