package practice

import (
	"bytes"
	"crypto/sha256"
	"encoding/base64"
	"io"
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

	open func() io.Reader
	held int64 // octets of it that the server keeps in memory
}

// Open gives the letter's octets from the start. They are made or copied as they are read.
func (l Letter) Open() io.Reader { return l.open() }

// Bytes gives the whole letter at once.
func (l Letter) Bytes() []byte {
	var b bytes.Buffer
	_, _ = b.ReadFrom(l.open()) // letters are in memory or made by a rule: reading cannot fail
	return b.Bytes()
}

// keep makes a letter of octets in memory.
func keep(uid, from string, at time.Time, raw []byte) Letter {
	return Letter{
		UID: uid, From: from, Size: int64(len(raw)), Arrived: at, held: int64(len(raw)),
		open: func() io.Reader { return bytes.NewReader(raw) },
	}
}

// uniqueID makes an id of the form that Coremail uses. Equal seeds give equal ids.
func uniqueID(seed ...string) string {
	sum := sha256.Sum256([]byte(strings.Join(seed, "\x00")))
	return "1tbi" + base64.RawURLEncoding.EncodeToString(sum[:13])
}

func itoa(n int64) string { return strconv.FormatInt(n, 10) }
