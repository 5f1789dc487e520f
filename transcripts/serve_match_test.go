package transcripts

import (
	"slices"
	"strings"
	"testing"
	"unicode"

	"byhand/session"
)

// played are two recordings by hand whose secrets stand in the clear, and that allow other lines with @accept.
var played = map[string]string{
	"smtp": `@byhand 1
@open proto=smtp addr=mx.practice.test:25
S: 220 mx.practice.test
C: EHLO me.test
S: 250-mx.practice.test
S: 250 AUTH PLAIN LOGIN
C: AUTH PLAIN AHN0dWRlbnQAWnE3I1hrOSFw
S: 535 5.7.8 No
C: AUTH LOGIN
S: 334 VXNlcm5hbWU6
C: c3R1ZGVudA==
S: 334 UGFzc3dvcmQ6
C: WnE3I1hrOSFw
S: 235 2.7.0 Ok
C: MAIL FROM:<Alice@Example.com> BODY=8BITMIME
S: 250 2.1.0 Ok
@accept RCPT TO:<*@practice.test>
@accept rcpt to:<b?b>
C: RCPT TO:<bob@example.com>
S: 250 2.1.5 Ok
C: BDAT 3
C"abc"
S: 250 2.0.0 Ok
C: BDAT 3 LAST
C"def"
S: 250 2.0.0 Ok
C: DATA
S: 354 Go on
C: Subject: x
C: .
S: 250 2.0.0 Ok
C: QUIT
S: 221 2.0.0 Bye
@close by=server
`,
	"pop3": `@byhand 1
@open proto=pop3 addr=pop.practice.test:110
S: +OK ready
C: USER student@Practice.test
S: +OK
C: PASS Zq7#Xk9!p
S: +OK
C: TOP 1 0
S: +OK
S: Subject: x
S: .
@accept DELE *
C: DELE 1
S: +OK
C: QUIT
S: +OK
`}

// callsOf gives the connections of a dialogue.
func callsOf(t testing.TB, dialogue string) []*Call {
	t.Helper()
	rd, err := Open(strings.NewReader(dialogue), "dialogue")
	if err != nil {
		t.Fatal(err)
	}
	calls, _, err := Calls(rd)
	if err != nil {
		t.Fatal(err)
	}
	return calls
}

// turnOf gives the first turn whose line begins with said.
func turnOf(t *testing.T, call *Call, said string) int {
	t.Helper()
	for i := range call.Turns {
		if strings.HasPrefix(string(call.Turns[i].Said), said) {
			return i
		}
	}
	t.Fatalf("no turn %q", said)
	return 0
}

// TestFits has a row for what makes no difference, and beside it one for what does, in each way to match.
func TestFits(t *testing.T) {
	const all, lenientVerb, onlyVerb = "lenient exact verb", "lenient verb", "verb"
	for _, tt := range []struct {
		talk, at, typed, fits string // fits: the ways to match in which the line does
	}{
		// The recorded line itself, a verb's case, blanks, line ends.
		{"pop3", "USER", "USER student@Practice.test\r\n", all},
		{"pop3", "USER", "uSeR student@Practice.test\r\n", lenientVerb},
		{"pop3", "USER", "USER   student@Practice.test \t \r\n", lenientVerb},
		{"pop3", "USER", "USER student@Practice.test\n", lenientVerb},
		{"pop3", "USER", "USERstudent@Practice.test\r\n", ""},
		{"pop3", "TOP", "TOP  1\t0\r\n", lenientVerb},
		{"pop3", "TOP", "TOP 10\r\n", onlyVerb},
		// Domains are alike in any case, local parts are not (RFC 5321 §2.4).
		{"pop3", "USER", "USER student@PRACTICE.TEST\r\n", lenientVerb},
		{"pop3", "USER", "USER Student@practice.test\r\n", onlyVerb},
		{"smtp", "MAIL", "MAIL FROM:<Alice@example.COM> BODY=8BITMIME\r\n", lenientVerb},
		{"smtp", "MAIL", "MAIL FROM:<alice@example.com> BODY=8BITMIME\r\n", onlyVerb},
		// Blanks behind the colon.
		{"smtp", "MAIL", "MAIL FROM: <Alice@Example.com> BODY=8BITMIME\r\n", lenientVerb},
		{"smtp", "MAIL", "mail from:   <Alice@example.com>  body=8bitmime\r\n", lenientVerb},
		{"smtp", "MAIL", "MAIL FROM <Alice@Example.com> BODY=8BITMIME\r\n", onlyVerb},
		{"smtp", "MAIL", "MAIL TO:<Alice@Example.com> BODY=8BITMIME\r\n", onlyVerb},
		{"smtp", "MAIL", "MAIL FROM:<Alice@Example.com>\r\n", onlyVerb},
		// The name in the greeting is the learner's own; the command is not.
		{"smtp", "EHLO", "EHLO [192.0.2.7]\r\n", lenientVerb},
		{"smtp", "EHLO", "HELO me.test\r\n", ""},
		{"smtp", "EHLO", "EHLO\r\n", onlyVerb},
		// Base64 counts decoded, and hidden spans are any text that is not empty.
		{"smtp", "c3R1", "c3R1ZGVudA\r\n", lenientVerb},
		{"smtp", "c3R1", "  c3R1ZGVudA== \r\n", lenientVerb},
		{"smtp", "c3R1", "c3R1ZGVudAo=\r\n", ""},
		{"smtp", "c3R1", "student\r\n", ""},
		{"smtp", "c3R1", "*\r\n", ""},
		{"smtp", "********", "b3RoZXI=\r\n", all},
		{"smtp", "********", "\r\n", ""},
		{"smtp", "********", "*\r\n", ""},
		{"smtp", "AUTH PLAIN", "AUTH PLAIN AGIAYw==\r\n", all},
		{"smtp", "AUTH PLAIN", "auth plain AGIAYw==\n", lenientVerb},
		{"smtp", "AUTH PLAIN", "AUTH PLAIN\r\n", ""},
		{"smtp", "AUTH PLAIN", "AUTH LOGIN AGIAYw==\r\n", ""},
		{"smtp", "AUTH LOGIN", "AUTH login\r\n", lenientVerb},
		{"pop3", "PASS", "PASS  two words\r\n", all},
		{"pop3", "PASS", "pass x\n", lenientVerb},
		{"pop3", "PASS", "PASS\r\n", ""},
		{"pop3", "PASS", "PASS \r\n", ""},
		// What the author allows besides.
		{"smtp", "RCPT", "RCPT TO:<carol@practice.test>\r\n", all},
		{"smtp", "RCPT", "rcpt  to:<Carol@PRACTICE.test>\n", lenientVerb},
		{"smtp", "RCPT", "RCPT TO:<bab>\r\n", lenientVerb},
		{"smtp", "RCPT", "rcpt to:<bab>\r\n", all},
		{"smtp", "RCPT", "RCPT TO:<bb>\r\n", onlyVerb},
		{"smtp", "RCPT", "RCPT TO:<carol@practice.test> X\r\n", onlyVerb},
		{"pop3", "DELE", "DELE 99\r\n", all},
		{"pop3", "DELE", "DELE\r\n", onlyVerb},
		// A letter is any text; chunks are, too, but the last is the last.
		{"smtp", "Subject", "anything\r\n.\r\n", lenientVerb},
		{"smtp", "BDAT 3\r", "bdat 5\r\nabcde", lenientVerb},
		{"smtp", "BDAT 3\r", "BDAT 3 LAST\r\nabc", onlyVerb},
		{"smtp", "BDAT 3 LAST", "BDAT 0 last\r\n", lenientVerb},
	} {
		call := callsOf(t, played[tt.talk])[0]
		turn := &call.Turns[turnOf(t, call, tt.at)]
		for i, name := range MatchNames() {
			if got, want := turn.fits([]byte(tt.typed), Match(i)), strings.Contains(tt.fits, name); got != want {
				t.Errorf("%s, %q for %q: %v, want %v", name, tt.typed, turn.Said, got, want)
			}
		}
	}
}

// TestRefuse tells a line that is not in the recording from one that stands elsewhere in it, and gives no secret away.
func TestRefuse(t *testing.T) {
	for _, tt := range []struct {
		talk, at, typed string
		whole           bool
		want            string
	}{
		{"smtp", "EHLO", "DATA\r\n", false, "503 5.5.1 [byhand] not here in this recording; it goes on with: EHLO\r\n"},
		{"smtp", "EHLO", "NOPE\r\n", true, "500 5.5.1 [byhand] not in this recording; it goes on with: EHLO me.test\r\n"},
		{"smtp", "AUTH PLAIN", "NOPE\r\n", true, "500 5.5.1 [byhand] not in this recording; it goes on with: AUTH PLAIN ********\r\n"},
		{"smtp", "********", "\r\n", false, "500 5.5.1 [byhand] not in this recording; it goes on with: the answer to AUTH\r\n"},
		{"smtp", "Subject", "x", true, "500 5.5.1 [byhand] not in this recording; it goes on with: the letter\r\n"},
		{"smtp", "EHLO", "quit now\r\n", false, "221 2.0.0 [byhand] goodbye\r\n"},
		{"pop3", "PASS", "STAT\r\n", true, "-ERR [byhand] not in this recording; it goes on with: PASS ********\r\n"},
		{"pop3", "PASS", "QUIT\n", true, "+OK [byhand] goodbye\r\n"},
	} {
		call := callsOf(t, played[tt.talk])[0]
		p := &Player{call: call, next: turnOf(t, call, tt.at)}
		if got := p.Refuse(session.Protocol(tt.talk), []byte(tt.typed), tt.whole); got != tt.want {
			t.Errorf("%q: %q, want %q", tt.typed, got, tt.want)
		}
	}
	p := &Player{call: &Call{}}
	if got := p.Refuse(session.SMTP, []byte("NOOP\r\n"), true); got != "503 5.5.1 [byhand] not here in this recording; the recording is over: QUIT\r\n" {
		t.Errorf("after the end: %q", got)
	}
}

// TestCancel goes back to AUTH when the client gives it up, and nowhere else.
func TestCancel(t *testing.T) {
	call := callsOf(t, played["smtp"])[0]
	p := &Player{call: call, next: turnOf(t, call, "********")}
	if p.Cancel([]byte("x\r\n")) || !p.Cancel([]byte("*\r\n")) || p.Next().Line() != "AUTH LOGIN" || p.Cancel([]byte("*\r\n")) {
		t.Errorf("the player is at %q", p.Next().Line())
	}
}

// TestNearest finds the command that was meant.
func TestNearest(t *testing.T) {
	for line, want := range map[string]string{"QUTI\r\n": "QUIT", "DELE 7\r\n": "DELE 1", "dlee 1": "DELE 1", "XYZZY": "USER student@Practice.test"} {
		if got := NewPlayer(callsOf(t, played["pop3"])[0], Lenient).Nearest([]byte(line)).Line(); got != want {
			t.Errorf("%q: %q, want %q", line, got, want)
		}
	}
}

// TestBeside tells connections that were open at the same time from those that came one after the other.
func TestBeside(t *testing.T) {
	const first, second = "@open proto=pop3\nS: +OK\nC: NOOP\nS: +OK\n", "@open2 proto=pop3\nS2: +OK\nC2: NOOP\nS2: +OK\n"
	for dialogue, want := range map[string]bool{first + second: false, first + second + "@close by=client\n": false, first + second + "C: QUIT\nS: +OK\n": true} {
		if calls := callsOf(t, "@byhand 1\n"+dialogue); calls[1].Beside != want || calls[0].Beside {
			t.Errorf("%s: %v", dialogue, calls[1].Beside)
		}
	}
}

// TestSameAuth compares what Base64 says, not how it is written.
func TestSameAuth(t *testing.T) {
	for _, tt := range []struct {
		a, b string
		same bool
	}{
		{"LOGIN", "login", true},
		{"LOGIN YWxpY2U=", "login YWxpY2U", true},
		{"LOGIN YWxpY2U=", "LOGIN Ym9i", false},
		{"LOGIN YWxpY2U=", "LOGIN", false},
		{"PLAIN =", "PLAIN =", true},
		{"LOGIN not!base64", "LOGIN not!base64", true},
		{"LOGIN not!base64", "LOGIN not!base65", false},
		{"", "", false},
	} {
		if got := sameAuth(strings.Fields(tt.a), strings.Fields(tt.b)); got != tt.same {
			t.Errorf("%q, %q: %v", tt.a, tt.b, got)
		}
	}
}

// FuzzPlayer says anything, in any place and in any way to match, to a recording that plays the server: it goes on only to turns of its own,
// every line has an answer in the protocol, and no answer holds what the recording hides.
func FuzzPlayer(f *testing.F) {
	type stage struct {
		is    session.Protocol
		calls []*Call
	}
	stages := []stage{{session.SMTP, callsOf(f, played["smtp"])}, {session.POP3, callsOf(f, played["pop3"])}}
	for _, name := range Samples() {
		in, _ := Sample(name)
		is := session.SMTP
		if strings.HasPrefix(name, "pop3") {
			is = session.POP3
		}
		stages = append(stages, stage{is, callsOf(f, string(in))})
	}
	f.Add(uint8(0), uint8(0), uint8(0), "EHLO me\r\nauth login\r\nc3R1ZGVudA==\r\n*\r\nQUIT\r\n")
	f.Add(uint8(0), uint8(0), uint8(1), "AUTH PLAIN x\r\nAUTH LOGIN\r\n*\r\nBDAT 9 LAST\r\n")
	f.Add(uint8(1), uint8(1), uint8(1), "PAS Zq7\r\nPASS\r\nPASS \x00\r\n.\r\nRETR 99999999999999999999\r\nLIST\n")
	f.Fuzz(func(t *testing.T, which, match, from uint8, talk string) {
		s := &stages[int(which)%len(stages)]
		for _, call := range s.calls {
			p := NewPlayer(call, Match(int(match)%len(MatchNames())))
			p.next = int(from) % (len(call.Turns) + 1)
			for line := range strings.Lines(talk) {
				before := p.next
				turn, how := p.Hear([]byte(line))
				if (turn == nil) != (how == Miss) || p.next < before || p.next > len(call.Turns) {
					t.Fatalf("%q: %v, %d, from %d to %d", line, turn, how, before, p.next)
				}
				if near := p.Nearest([]byte(line)); near == nil != (p.Next() == nil) {
					t.Fatalf("%q: nearest is %v", line, near)
				}
				if turn == nil {
					for _, whole := range []bool{false, true} {
						refusal(t, s.is, p.Refuse(s.is, []byte(line), whole))
					}
				} else {
					secretless(t, string(turn.Reply))
				}
				if p.Cancel([]byte(line)) && (turn != nil || p.Wants() != session.Command) {
					t.Fatalf("%q: given up, it goes on with %v", line, p.Next())
				}
			}
		}
	})
}

// refusal checks a refusal: one line of the protocol, without control characters or secrets.
func refusal(t *testing.T, is session.Protocol, reply string) {
	t.Helper()
	codes := map[session.Protocol][]string{session.POP3: {"+OK ", "-ERR "}, session.SMTP: {"221 ", "500 ", "503 "}}[is]
	line, whole := strings.CutSuffix(reply, "\r\n")
	if !whole || !slices.ContainsFunc(codes, func(c string) bool { return strings.HasPrefix(line, c) }) || strings.ContainsFunc(line, unicode.IsControl) {
		t.Fatalf("%q is no reply", reply)
	}
	secretless(t, reply)
}

// secretless checks that no four bytes of the secret of played stand in a reply, raw or in Base64.
func secretless(t *testing.T, reply string) {
	t.Helper()
	for _, secret := range []string{"Zq7#Xk9!p", "WnE3I1hrOSFw", "AHN0dWRlbnQAWnE3I1hrOSFw"} {
		for i := range len(secret) - 3 {
			if strings.Contains(reply, secret[i:i+4]) {
				t.Fatalf("%q holds %q", reply, secret[i:i+4])
			}
		}
	}
}
