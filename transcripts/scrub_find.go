package transcripts

import (
	"bytes"
	"encoding/base64"
	"net/netip"

	"byhand/session"
)

// appendMatches appends each place where value stands in b.
func appendMatches(all []session.Span, b, value []byte, label string) []session.Span {
	for from := 0; len(value) > 0; {
		i := bytes.Index(b[from:], value)
		if i < 0 {
			break
		}
		all = append(all, session.Span{Off: from + i, Len: len(value), Label: label})
		from += i + len(value)
	}
	return all
}

// appendEncoded appends each word of Base64 in b that holds value once it is decoded, as the answer of AUTH PLAIN does.
func appendEncoded(all []session.Span, b, value []byte) []session.Span {
	for from, to := range words64(b) {
		word := bytes.TrimRight(b[from:to], "=")
		raw, err := base64.RawStdEncoding.DecodeString(string(word))
		if err == nil && bytes.Contains(raw, value) {
			all = append(all, session.Span{Off: from, Len: to - from, Label: "secret"})
		}
	}
	return all
}

// words64 gives the bounds of each run of the letters of Base64 that could hold a secret.
func words64(b []byte) func(func(from, to int) bool) {
	letter := func(c byte) bool {
		return c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c >= '0' && c <= '9' || c == '+' || c == '/' || c == '='
	}
	return runs(b, 4, letter)
}

// runs gives the bounds of each run of at least so many bytes that fit.
func runs(b []byte, least int, fits func(byte) bool) func(func(from, to int) bool) {
	return func(yield func(from, to int) bool) {
		for i := 0; i < len(b); i++ {
			from := i
			for i < len(b) && fits(b[i]) {
				i++
			}
			if i-from >= least && !yield(from, i) {
				return
			}
		}
	}
}

// appendAddresses appends each address of mail in b: what stands around "@" without blanks and brackets.
func appendAddresses(all []session.Span, b []byte) []session.Span {
	part := func(c byte) bool { return c > ' ' && c != 0x7f && bytes.IndexByte([]byte(`<>()[]",:;@\`), c) < 0 }
	for i, c := range b {
		if c != '@' {
			continue
		}
		from, to := i, i+1
		for from > 0 && part(b[from-1]) {
			from--
		}
		if from == i && i > 0 && b[i-1] == '"' { // "a b"@example.com (RFC 5321 §4.1.2)
			from = max(bytes.LastIndexByte(b[:i-1], '"'), 0)
		}
		for to < len(b) && (part(b[to]) || b[to] == '[' || b[to] == ']' || b[to] == ':') {
			to++
		}
		if from < i && to > i+1 {
			all = append(all, session.Span{Off: from, Len: to - from, Label: "address"})
		}
	}
	return all
}

// appendIPs appends each IPv4 and IPv6 address in b.
func appendIPs(all []session.Span, b []byte) []session.Span {
	letter := func(c byte) bool {
		return c >= '0' && c <= '9' || c >= 'a' && c <= 'f' || c >= 'A' && c <= 'F' || c == ':' || c == '.'
	}
	for from, to := range runs(b, 3, letter) {
		word := bytes.TrimRight(b[from:to], ".")
		addr, err := netip.ParseAddr(string(word))
		if port := bytes.LastIndexByte(word, ':'); err != nil && port > 0 { // 192.0.2.1:25
			word = word[:port]
			addr, err = netip.ParseAddr(string(word))
		}
		if err == nil && !addr.IsUnspecified() {
			all = append(all, session.Span{Off: from, Len: len(word), Label: "ip"})
		}
	}
	return all
}
