package annotate

import (
	"bytes"
	"encoding/base64"
	"strings"
)

// maxWord is how long an encoded word may be and still be read. RFC 2047 §2 allows 75; programs write more.
const maxWord = 2048

// words decodes the encoded words of a header field (RFC 2047), line after line. Neighbours of one charset and encoding are joined
// before they are decoded, because old programs cut characters in two; white space between neighbours falls away (§6.2).
type words struct {
	script   script
	open     bool // the line before ended with an encoded word
	charset  string
	raw, buf []byte
}

// reset forgets the field before.
func (w *words) reset() { w.open, w.charset, w.script = false, "", script{} }

// decode gives what the line says, and whether it held encoded words.
func (w *words) decode(line []byte) (string, bool) {
	out, found := w.buf[:0], false
	for len(line) > 0 {
		i := bytes.Index(line, []byte("=?"))
		if i < 0 {
			break
		}
		charset, raw, n := encodedWord(line[i:], w.raw[:0])
		if n == 0 {
			out = w.plain(out, line[:i+2])
			line = line[i+2:]
			continue
		}
		if gap := line[:i]; !w.open || len(bytes.TrimSpace(gap)) > 0 {
			out = w.plain(out, gap)
		}
		w.raw = raw
		if !w.open || charset != w.charset {
			out = w.flush(out)
			w.script, w.charset = newScript(charset), charset
		}
		out = w.script.decode(out, raw, false)
		w.open, found, line = true, true, line[i+n:]
	}
	if len(bytes.TrimSpace(line)) > 0 || !w.open {
		out = w.plain(out, line)
	}
	w.buf = out
	if !found {
		return "", false
	}
	return string(clean(nil, out)), true
}

// plain ends what was open and appends text that is no encoded word.
func (w *words) plain(out, s []byte) []byte {
	out = w.flush(out)
	w.open = false
	return append(out, s...)
}

// flush gives out what is held of a character that never ended.
func (w *words) flush(out []byte) []byte {
	if w.open && w.script.restLen > 0 {
		return w.script.decode(out, nil, true)
	}
	return out
}

// encodedWord reads =?charset?B|Q?text?= at the head of s: the charset, the bytes, and how long the word is, or 0 if it is none.
func encodedWord(s, dst []byte) (charset string, raw []byte, n int) {
	head := s[2:min(len(s), 2+66)]
	i := bytes.IndexByte(head, '?')
	if i <= 0 || i+3 > len(head) || head[i+2] != '?' || bytes.ContainsAny(head[:i], " \t\"(),<>") {
		return "", dst, 0
	}
	from := 2 + i + 3
	end := bytes.Index(s[from:min(len(s), maxWord)], []byte("?="))
	if end < 0 {
		return "", dst, 0
	}
	name, _, _ := strings.Cut(string(head[:i]), "*") // RFC 2231 §5: charset*language
	body := s[from : from+end]
	switch head[i+1] {
	case 'B', 'b':
		raw = looseBase64(dst, body)
	case 'Q', 'q':
		raw = quoted(dst, body, true)
	default:
		return "", dst, 0
	}
	return charsetName(name), raw, from + end + 2
}

// looseBase64 decodes whatever of src is Base64, with or without its padding.
func looseBase64(dst, src []byte) []byte {
	src = bytes.TrimRight(bytes.ReplaceAll(src, []byte(" "), nil), "=")
	dst = grow(dst, len(src))
	n, _ := base64.RawStdEncoding.Decode(dst[len(dst):cap(dst)], src)
	return dst[:len(dst)+n]
}

// quoted appends src with each =XX undone (RFC 2045 §6.7); in an encoded word "_" is a space (RFC 2047 §4.2).
func quoted(dst, src []byte, word bool) []byte {
	for i := 0; i < len(src); i++ {
		c := src[i]
		if c == '=' && i+2 < len(src) {
			if hi, lo := unhex(src[i+1]), unhex(src[i+2]); hi >= 0 && lo >= 0 {
				dst, i = append(dst, byte(hi<<4|lo)), i+2
				continue
			}
		}
		if c == '_' && word {
			c = ' '
		}
		dst = append(dst, c)
	}
	return dst
}

func unhex(c byte) int {
	switch {
	case c >= '0' && c <= '9':
		return int(c - '0')
	case c >= 'A' && c <= 'F':
		return int(c-'A') + 10
	case c >= 'a' && c <= 'f':
		return int(c-'a') + 10
	}
	return -1
}
