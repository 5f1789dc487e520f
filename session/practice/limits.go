package practice

import "time"

// Limits bound what one client can take from the server. A zero field takes its default.
type Limits struct {
	Conns       int   // connections at once, both protocols together; more are told to come later
	Letter      int64 // octets of one letter; also what SIZE announces (RFC 1870 §3)
	Held        int64 // octets of all received letters together
	Maildrop    int64 // octets of one maildrop; a fuller one takes no more letters. 0: no limit but Held
	PerAddress  int   // connections at once from one IP address; 0: no limit but Conns
	Commands    int   // commands in one session; 0: no limit
	Rate        int   // commands of one session in a second; 0: no limit
	Accounts    int   // accounts and copies of maildrops, with those that come by Class
	Recipients  int   // RCPT commands that one letter may have; at least 100 (RFC 5321 §4.5.3.1.8)
	BadCommands int   // refused commands in one session before the server hangs up
	BadLogins   int   // refused passwords in one session before the server hangs up

	Command   time.Duration // the longest wait for a whole SMTP command line (RFC 5321 §4.5.3.2.7: at least 5 minutes)
	Idle      time.Duration // the same in POP3 (RFC 1939 §3: at least 10 minutes)
	Block     time.Duration // the longest wait for the next piece of a letter (RFC 5321 §4.5.3.2.5: at least 3 minutes)
	Whole     time.Duration // the longest time for a whole letter, however its pieces come
	Penalty   time.Duration // how much longer the client waits for each refused password after the second
	Write     time.Duration // the longest wait for a client that does not read
	LockWait  time.Duration // how long a second POP3 login waits for the maildrop before it is refused
	Slow      time.Duration // how long the recipient slow@ waits
	Handshake time.Duration // the longest wait for a TLS handshake
	Goodbye   time.Duration // how long Close lets letters in flight finish
}

// Line lengths that both protocols keep to, line end included.
const (
	popLine  = 512   // RFC 2449 §4 wants 255; clients with long names and passwords get some room
	smtpLine = 2048  // RFC 5321 §4.5.3.1.4 wants 512; SIZE, AUTH, DSN and SMTPUTF8 each add to it
	saslLine = 12288 // RFC 4954 §4
)

// withDefaults fills in what the caller left at zero.
func (l Limits) withDefaults() Limits {
	return Limits{
		Conns:       or(l.Conns, 10000),
		Letter:      or(l.Letter, 32<<20),
		Held:        or(l.Held, 256<<20),
		Maildrop:    l.Maildrop,
		PerAddress:  l.PerAddress,
		Commands:    l.Commands,
		Rate:        l.Rate,
		Accounts:    or(l.Accounts, 20000),
		Recipients:  or(l.Recipients, 100),
		BadCommands: or(l.BadCommands, 20),
		BadLogins:   or(l.BadLogins, 5),
		Command:     or(l.Command, 5*time.Minute),
		Idle:        or(l.Idle, 10*time.Minute),
		Block:       or(l.Block, 3*time.Minute),
		Whole:       or(l.Whole, 30*time.Minute),
		Penalty:     or(l.Penalty, 250*time.Millisecond),
		Write:       or(l.Write, time.Minute),
		LockWait:    or(l.LockWait, 300*time.Millisecond),
		Slow:        or(l.Slow, slowness),
		Handshake:   or(l.Handshake, 10*time.Second),
		Goodbye:     or(l.Goodbye, 2*time.Second),
	}
}

func or[T comparable](value, otherwise T) T {
	var zero T
	if value == zero {
		return otherwise
	}
	return value
}

// Rules are the switches between strict and lenient. The zero value is what byhand practice uses.
type Rules struct {
	RequireAuth   bool // MAIL needs a login first; without it, letters to local accounts are taken from anyone, as an MX does
	BareLF        bool // LF alone ends a command line, and in a letter it is made CRLF. It never ends DATA (RFC 5321 §2.3.8)
	BareAddress   bool // MAIL FROM:a@b.test without < > is taken (RFC 5321 §4.1.2 wants them)
	StrictColon   bool // MAIL FROM: <a@b.test> is refused (RFC 5321 §3.3 has no blank after the colon)
	ShareMaildrop bool // several POP3 sessions may open one maildrop (RFC 1939 §4 wants an exclusive lock)
}
