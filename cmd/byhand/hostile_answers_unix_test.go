//go:build unix

package main

import (
	"encoding/base64"
	"strconv"
	"strings"
)

// hostileAnswers are servers that mean harm with the answer to one line: what they say comes through a decoder, or is measured against
// what was asked.
var hostileAnswers = []struct {
	line string
	mean
}{
	// Sequences that come out of an encoding.
	{"RETR 1", mean{"encoded word with a sequence", "pop3", "+OK\r\nSubject: =?utf-8?B?" + b64("\x1b]0;owned\x07") + "?=\r\n\r\n.\r\n", goesOn}},
	{"RETR 1", mean{"encoded word in Q with C1", "pop3", "+OK\r\nSubject: =?iso-8859-1?Q?=9B2J=9D0;x=9C?=\r\n\r\n.\r\n", goesOn}},
	{"RETR 1", mean{"encoded word that turns round", "pop3", "+OK\r\nFrom: =?utf-8?B?" + b64("\u202egnp.exe\u2066") + "?= <a@b.test>\r\n\r\n.\r\n", goesOn}},
	{"RETR 1", mean{"encoded word of an unknown charset", "pop3", "+OK\r\nSubject: =?x-evil\x1b[2J?B?G1sySg==?=\r\n\r\n.\r\n", goesOn}},
	{"RETR 1", mean{"Base64 body with a sequence", "pop3", "+OK\r\nContent-Transfer-Encoding: base64\r\n\r\n" + b64("\x1b[2J\x1b]52;c;cm0=\x07") + "\r\n.\r\n", goesOn}},
	{"RETR 1", mean{"quoted-printable body with a sequence", "pop3", "+OK\r\nContent-Transfer-Encoding: quoted-printable\r\n\r\n=1B[2J=9B2J=E2=80=AE\r\n.\r\n", goesOn}},
	{"RETR 1", mean{"name of an attachment", "pop3", "+OK\r\nContent-Type: application/x; name=\"a\x1b[2J\u202ecod.exe\"\r\nContent-Disposition: attachment; filename*=utf-8''%1B%5B2J\r\n\r\n.\r\n", goesOn}},
	{"RETR 1", mean{"ISO-2022 that shifts", "pop3", "+OK\r\nContent-Type: text/plain; charset=iso-2022-jp\r\n\r\n\x1b$B$3$s\x1b(B\x1b[2J\r\n.\r\n", goesOn}},
	{"AUTH LOGIN", mean{"challenge with a sequence", "smtp", "334 " + b64("\x1b]0;owned\x07Password:\x1b[8m") + "\r\n", stalls}},
	{"AUTH LOGIN", mean{"challenge that is a false prompt", "smtp", "334 " + b64("ok\r\nbyhand> your password: ") + "\r\n", stalls}},
	{"AUTH LOGIN", mean{"challenge without an end", "smtp", "334 " + strings.Repeat("QUFB", 1<<19/thin) + "\r\n", stalls}},

	// Letters that are no letters.
	{"RETR 1", mean{"parts within parts", "pop3", "+OK\r\n" + partsWithin(2000/thin) + ".\r\n", goesOn}},
	{"RETR 1", mean{"a header without an end", "pop3", "+OK\r\nSubject: a\r\n" + strings.Repeat(" folded\r\n", 50000/thin) + "\r\n.\r\n", goesOn}},
	{"RETR 1", mean{"many headers", "pop3", "+OK\r\n" + strings.Repeat("Received: from a by b; now\r\n", 20000/thin) + "\r\n.\r\n", goesOn}},
	{"RETR 1", mean{"a boundary of nothing", "pop3", "+OK\r\nContent-Type: multipart/mixed; boundary=\"\"\r\n\r\n--\r\n--\r\n----\r\n.\r\n", goesOn}},
	{"RETR 1", mean{"dots", "pop3", "+OK\r\n..\r\n.\n.\r\n", goesOn}},
	{"RETR 1", mean{"a sequence cut by the length of a line", "pop3", "+OK\r\n" + strings.Repeat("A", 64<<10-1) + "\x1b[2J\xe4" + strings.Repeat("B", 100) + "\r\n.\r\n", goesOn}},
	{"RETR 1", mean{"a character cut by the length of a line", "pop3", "+OK\r\n" + strings.Repeat("A", 64<<10-2) + "\u202e\u009b\r\n.\r\n", goesOn}},

	// Numbers and names that are none.
	{"LIST", mean{"numbers too large", "pop3", "+OK\r\n99999999999999999999 99999999999999999999\r\n-1 -1\r\n1 0x10\r\n.\r\n", goesOn}},
	{"STAT", mean{"a sum too large", "pop3", "+OK 18446744073709551616 -9223372036854775809\r\n", goesOn}},
	{"UIDL", mean{"names that drive", "pop3", "+OK\r\n1 \x1b[2J\r\n2 \u009d0;x\u009c\r\n3 " + strings.Repeat("x", 9999) + "\r\n.\r\n", goesOn}},
	{"CAPA", mean{"capabilities that drive", "pop3", "+OK\r\nSASL \x1b[2J PLAIN\r\nIMPLEMENTATION \x1b]0;x\x07\r\nLOGIN-DELAY -1\r\n" + strings.Repeat("X\r\n", 9999/thin) + ".\r\n", goesOn}},
	{"EHLO me", mean{"offers that drive", "smtp", "250-\x1b[2J\r\n250-AUTH \x1b]0;x\x07 PLAIN\r\n250-SIZE 99999999999999999999999\r\n250 SIZE -1\r\n", goesOn}},
	{"EHLO me", mean{"a status of six digits", "smtp", "250 999999.999999.999999 \x1b[2J\r\n", goesOn}},
	{"VRFY x", mean{"blanks that are none", "smtp", "250\t\x1b[2J\r\n250\u00a0x\r\n250\x00x\r\n", goesOn}},

	// Handshakes that are none.
	{"STLS", mean{"garbage for a handshake", "pop3", "+OK go\r\n\x1b[2Jno handshake\x00\xff", closes}},
	{"STLS", mean{"an alert for a handshake", "pop3", "+OK go\r\n\x15\x03\x01\x00\x02\x02\x28", closes}},
	{"STLS", mean{"the end for a handshake", "pop3", "+OK go\r\n", closes}},
	{"STARTTLS", mean{"a reset for a handshake", "smtp", "220 go\r\n", resets}},
	{"DATA", mean{"gone at the letter", "smtp", "354 go on\r\n421 \x1b[2J gone\r\n", closes}},
}

func b64(s string) string { return base64.StdEncoding.EncodeToString([]byte(s)) }

// partsWithin gives a letter of n multiparts, each within the one before.
func partsWithin(n int) string {
	var b strings.Builder
	for i := range n {
		name := strconv.Itoa(i)
		b.WriteString("Content-Type: multipart/mixed; boundary=b" + name + "\r\n\r\n--b" + name + "\r\n")
	}
	return b.String()
}
