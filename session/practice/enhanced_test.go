package practice

import (
	"strings"
	"testing"
)

// TestEveryReplyHasACode wants a code for each reply of SMTP but those that RFC 2034 §4 leaves out, of the same class.
func TestEveryReplyHasACode(t *testing.T) {
	without := map[Key]bool{keySMTPGreeting: true, keySMTPHelo: true, keySMTPHeloSyntax: true, keySMTPData: true, keySMTPBusy: true}
	said := Coremail().enhanced()
	for _, key := range keys(t) {
		if !strings.HasPrefix(string(key), "smtp.") {
			continue
		}
		text := said[key]
		if got := isEnhanced(text[4:]); got == without[key] {
			t.Errorf("%s: %q", key, text)
		} else if got && text[0] != text[4] {
			t.Errorf("%s: %q has two classes", key, text)
		}
	}
}

func TestWithCode(t *testing.T) {
	for _, c := range []struct{ text, code, want string }{
		{"250 Mail OK", "2.1.0", "250 2.1.0 Mail OK"},
		{"250 Mail OK", "", "250 Mail OK"},
		{"550 5.1.1 no", "5.1.1", "550 5.1.1 no"},
		{"552 5.2.2 no", "5.1.1", "552 5.2.2 no"},
		{"451 later", "5.7.1", "451 4.7.1 later"},
		{"214 one\ntwo", "2.0.0", "214 2.0.0 one\n2.0.0 two"},
		{"250 1.2 three", "2.0.0", "250 2.0.0 1.2 three"},
		{"250", "2.0.0", "250"},
	} {
		if got := withCode(c.text, c.code); got != c.want {
			t.Errorf("%q %q: got %q, want %q", c.text, c.code, got, c.want)
		}
	}
	v := Coremail()
	v.EHLO = []string{"mail"}
	if got := v.enhanced()[keySMTPMail]; got != "250 Mail OK" {
		t.Errorf("not offered, but %q", got)
	}
}
