package proto

import (
	"encoding/base64"
	"testing"
)

// TestUserNameGuessesNothing gives answers of a wrong form, in which a password may stand where a name is looked for.
func TestUserNameGuessesNothing(t *testing.T) {
	cases := []struct{ mech, answer, want string }{
		{"XOAUTH2", "user=student\x01auth=Bearer x\x01\x01", "student"},
		{"XOAUTH2", "hunter2", ""},
		{"CRAM-MD5", "tim b913a602c7eda7a495b4e6e7334d3890", "tim"},
		{"CRAM-MD5", "correct horse", ""},
		{"LOGIN", "a\u009bb", ""},
	}
	for _, c := range cases {
		if got := UserName(c.mech, 0, base64.StdEncoding.EncodeToString([]byte(c.answer))); got != c.want {
			t.Errorf("%s %q gives %q, want %q", c.mech, c.answer, got, c.want)
		}
	}
}
