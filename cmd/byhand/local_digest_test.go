package main

import "testing"

// TestDigests holds the digests to the examples of the RFCs.
func TestDigests(t *testing.T) {
	// RFC 1939 §7
	if got := apopDigest([]byte("<1896.697170952@dbc.mtview.ca.us>"), "tanstaaf"); got != "c4c9334bac560ecc979e58001b3e22fb" {
		t.Errorf("APOP: %s", got)
	}
	// RFC 2195 §2
	got := cramAnswer("tim", []byte("<1896.697170952@postoffice.reston.mci.net>"), "tanstaaftanstaaf")
	if got != "dGltIGI5MTNhNjAyYzdlZGE3YTQ5NWI0ZTZlNzMzNGQzODkw" {
		t.Errorf("CRAM-MD5: %s", got)
	}
	for line, want := range map[string]string{
		"+OK POP3 server ready <1896.697170952@dbc.mtview.ca.us>\r\n": "<1896.697170952@dbc.mtview.ca.us>",
		"+OK ready\r\n": "", "+OK <not a stamp>\r\n": "", "+OK <nobody> <1.2@host>": "<1.2@host>",
	} {
		if got := string(timestamp().Find([]byte(line))); got != want {
			t.Errorf("%q: %q, want %q", line, got, want)
		}
	}
}
