package proto

import (
	"encoding/base64"
	"strings"
	"unicode"
	"unicode/utf8"
)

// UserName gives the user name that an AUTH answer holds, or "" where it holds none that can be read. step counts the
// answers of the exchange from 0; an initial response is step 0. No part of a password is ever given.
// Sources: LOGIN draft-murchison-sasl-login §2, PLAIN RFC 4616 §2, CRAM-MD5 RFC 2195 §2, SCRAM RFC 5802 §5.1,
// OAUTHBEARER RFC 7628 §3.1.
func UserName(mech string, step int, b64 string) string {
	raw, err := base64.StdEncoding.DecodeString(b64)
	if err != nil || !utf8.Valid(raw) {
		return ""
	}
	s := string(raw)
	switch {
	case mech == "LOGIN" && step == 0:
		return printable(strings.TrimRight(s, "\r\n"))
	case mech == "PLAIN":
		if part := strings.Split(s, "\x00"); len(part) == 3 {
			return printable(part[1])
		}
	case mech == "CRAM-MD5" && step == 0:
		if i := strings.LastIndexByte(s, ' '); i > 0 && isDigest(strings.TrimRight(s[i+1:], "\r\n")) {
			return printable(s[:i])
		}
	case strings.HasPrefix(mech, "SCRAM-") && step == 0:
		for _, attr := range strings.Split(s, ",") {
			if name, ok := strings.CutPrefix(attr, "n="); ok {
				return printable(strings.NewReplacer("=2C", ",", "=3D", "=").Replace(name))
			}
		}
	case mech == "XOAUTH2" && step == 0:
		if rest, ok := strings.CutPrefix(s, "user="); ok { // anything else may be a password typed by mistake
			name, _, _ := strings.Cut(rest, "\x01")
			return printable(name)
		}
	case mech == "OAUTHBEARER" && step == 0:
		for _, attr := range strings.Split(s, ",") {
			if name, ok := strings.CutPrefix(attr, "a="); ok {
				return printable(name)
			}
		}
	}
	return ""
}

// printable gives s, or "" if it holds control characters: then it is no name.
func printable(s string) string {
	for _, r := range s {
		if unicode.IsControl(r) {
			return ""
		}
	}
	return s
}

// isDigest tells whether s is the digest of a CRAM-MD5 answer: 32 hexadecimal digits.
func isDigest(s string) bool {
	return len(s) == 32 && strings.Trim(s, "0123456789abcdefABCDEF") == ""
}
