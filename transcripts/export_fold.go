package transcripts

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"hash"
	"maps"
	"slices"
	"strconv"

	"byhand/session"
	"byhand/session/text"
)

// Bounds of a body that is shown whole, and what of a longer one is.
const (
	maxBody   = 64 << 10 // octets
	bodyHead  = 12       // lines of a folded body that stand before the fold
	bodyLines = 1 << 20  // what the lines held back may take when they are rendered
)

// A body is a run of lines that no status line interrupts: a letter, a list, or bytes that are no dialogue.
type body struct {
	from  session.Side
	re    int
	lines int
	size  int64     // octets, doubled dots undone (RFC 5321 §4.5.2), the final dot aside
	sum   hash.Hash // of the same octets
	fold  bool      // it is too long: its lines are no longer shown
	given int       // lines shown so far
}

// checksum gives the SHA-256 of the body's octets.
func (b *body) checksum() string { return hex.EncodeToString(b.sum.Sum(nil)) }

// count adds a line of the body.
func (b *body) count(e *session.Event) {
	raw := e.Raw
	if len(e.Secret) > 0 {
		raw, _ = e.Masked(nil) // a checksum of a secret would let it be guessed
	}
	if e.Role == session.Data && e.Verb != "BDAT" && !e.Cont && len(raw) > 1 && raw[0] == '.' {
		raw = raw[1:]
	}
	b.lines++
	b.size += int64(len(raw))
	b.sum.Write(raw)
}

// bodies holds the lines of a body back until it is known whether all of them are shown: its memory is bounded. The
// connections of a session may be mixed with each other.
type bodies struct {
	full bool                             // show all, however long
	fold func(dst []byte, b *body) []byte // appends what stands in place of the lines left out
	open map[int]*body                    // by connection
	now  *body                            // whose lines are held
	held []byte                           // rendered lines
	ends []int                            // where each of them ends
}

// add appends what can be written now that e has come. render appends e itself; it is not called where e is left out.
func (f *bodies) add(dst []byte, e *session.Event, render func([]byte) []byte) []byte {
	if f.full {
		return render(dst)
	}
	if !bodied(e) {
		if e.Mark == nil || e.Mark.Kind == "close" {
			dst = f.end(dst, e.Conn)
		}
		return render(f.release(dst))
	}
	dst, b := f.body(dst, e)
	last := e.Role == session.Data && !e.More
	if last && dot(e) {
		return render(f.end(dst, e.Conn))
	}
	b.count(e)
	if !b.fold && (b.size > maxBody || len(f.held) > bodyLines) {
		dst = f.cut(dst, b)
	}
	if !b.fold {
		f.held = render(f.held)
		f.ends = append(f.ends, len(f.held))
	}
	if last {
		dst = f.end(dst, e.Conn)
	}
	return dst
}

// bodied tells whether an event is a line of a body.
func bodied(e *session.Event) bool {
	return e.Role == session.Data || e.Role == session.Unknown && e.Mark == nil
}

// dot tells whether a line is the lone dot that ends a body, and is no part of it.
func dot(e *session.Event) bool { return bytes.Equal(e.Line(), []byte(".")) && e.Verb != "BDAT" }

// body gives the body that e belongs to.
func (f *bodies) body(dst []byte, e *session.Event) ([]byte, *body) {
	b := f.open[e.Conn]
	if b != nil && (b.from != e.From || b.re != e.Re) {
		dst, b = f.end(dst, e.Conn), nil
	}
	if b == nil {
		b = &body{from: e.From, re: e.Re, sum: sha256.New()}
		if f.open == nil {
			f.open = map[int]*body{}
		}
		f.open[e.Conn] = b
	}
	if f.now != b {
		dst = f.release(dst)
		f.now = b
	}
	return dst, b
}

// folded tells whether the body under way on a connection is no longer shown.
func (f *bodies) folded(conn int) bool { return f.open[conn] != nil && f.open[conn].fold }

// cut begins a fold: of the lines held, the first stay.
func (f *bodies) cut(dst []byte, b *body) []byte {
	b.fold = true
	if keep := min(len(f.ends), bodyHead-b.given); keep > 0 {
		dst = append(dst, f.held[:f.ends[keep-1]]...)
		b.given += keep
	}
	f.held, f.ends = f.held[:0], f.ends[:0]
	return dst
}

// release appends the lines held.
func (f *bodies) release(dst []byte) []byte {
	if f.now != nil {
		f.now.given += len(f.ends)
	}
	dst = append(dst, f.held...)
	f.held, f.ends, f.now = f.held[:0], f.ends[:0], nil
	return dst
}

// end ends the body under way on a connection, if there is one.
func (f *bodies) end(dst []byte, conn int) []byte {
	b := f.open[conn]
	if b == nil {
		return dst
	}
	delete(f.open, conn)
	if f.now == b {
		dst = f.release(dst)
	}
	if b.fold {
		dst = f.fold(dst, b)
	}
	return dst
}

// finish ends all bodies: nothing more will come.
func (f *bodies) finish(dst []byte) []byte {
	dst = f.release(dst)
	for _, conn := range slices.Sorted(maps.Keys(f.open)) {
		dst = f.end(dst, conn)
	}
	return dst
}

// foldSaid says what a fold leaves out.
func foldSaid(b *body) text.Said {
	return sayFold.With(grouped(int64(b.lines-b.given)), grouped(int64(b.lines)), grouped(b.size), b.checksum())
}

var sayFold = text.T{
	EN: "%[1]s of %[2]s lines are left out here. All of them: %[3]s octets, SHA-256 %[4]s",
	ZH: "此处略去 %[1]s 行，全文共 %[2]s 行、%[3]s 字节，SHA-256 为 %[4]s",
}

// grouped writes a number with a comma at every thousand.
func grouped(n int64) string {
	if n < 1000 {
		return strconv.FormatInt(n, 10)
	}
	rest := strconv.FormatInt(1000+n%1000, 10)
	return grouped(n/1000) + "," + rest[1:]
}
