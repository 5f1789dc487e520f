package practice

import (
	"slices"
	"strings"
)

// A Key names one thing that a server says.
type Key string

// The replies of POP3.
const (
	keyPopGreeting  Key = "pop3.greeting"   // {id} {stamp} {host}; with {stamp} APOP is offered
	keyPopUser      Key = "pop3.user"       // USER was taken
	keyPopLogin     Key = "pop3.login"      // {count} {octets}; PASS, APOP or AUTH was taken
	keyPopStat      Key = "pop3.stat"       // {count} {octets}; the numbers are the protocol's
	keyPopList      Key = "pop3.list"       // {count} {octets}; first line of LIST
	keyPopListOne   Key = "pop3.list.one"   // {n} {size}; the numbers are the protocol's
	keyPopUidl      Key = "pop3.uidl"       // {count} {octets}; first line of UIDL
	keyPopUidlOne   Key = "pop3.uidl.one"   // {n} {uid}; both are the protocol's
	keyPopRetr      Key = "pop3.retr"       // {size}; first line of RETR
	keyPopTop       Key = "pop3.top"        // {size}; first line of TOP
	keyPopDele      Key = "pop3.dele"       // {n}
	keyPopNoop      Key = "pop3.noop"       //
	keyPopRset      Key = "pop3.rset"       // {count} {octets}
	keyPopCapa      Key = "pop3.capa"       // first line of CAPA
	keyPopUtf8      Key = "pop3.utf8"       // UTF8 was taken (RFC 6856)
	keyPopQuit      Key = "pop3.quit"       // QUIT before login
	keyPopUpdate    Key = "pop3.update"     // QUIT after login; {count} letters removed
	keyPopRefused   Key = "pop3.refused"    // wrong name or password
	keyPopInUse     Key = "pop3.in-use"     // the maildrop is locked
	keyPopUnknown   Key = "pop3.unknown"    // {verb} is no command
	keyPopState     Key = "pop3.state"      // {verb} is not for this state
	keyPopNeedUser  Key = "pop3.need-user"  // PASS without USER
	keyPopSyntax    Key = "pop3.syntax"     // {verb} with wrong arguments
	keyPopNumber    Key = "pop3.number"     // {arg} is no message number
	keyPopNoMessage Key = "pop3.no-message" // there is no message {n}
	keyPopDeleted   Key = "pop3.deleted"    // message {n} is marked
	keyPopLong      Key = "pop3.long"       // the line is too long
	keyPopBareLF    Key = "pop3.bare-lf"    // the line ended with LF alone
	keyPopMechanism Key = "pop3.mechanism"  // AUTH: no such mechanism
	keyPopCancelled Key = "pop3.cancelled"  // AUTH: the client said *
	keyPopBase64    Key = "pop3.base64"     // AUTH: not Base64
	keyPopTooMany   Key = "pop3.too-many"   // too many errors; the connection is closed
	keyPopClosing   Key = "pop3.closing"    // the server ends
	keyPopBusy      Key = "pop3.busy"       // too many connections
)

// The replies of SMTP. A text of several lines is a reply of several lines; only the first has the code.
const (
	keySmtpGreeting   Key = "smtp.greeting"    // {host}
	keySmtpHelo       Key = "smtp.helo"        // {host} {arg}
	keySmtpMail       Key = "smtp.mail"        // {path}
	keySmtpRcpt       Key = "smtp.rcpt"        // {path}
	keySmtpData       Key = "smtp.data"        //
	keySmtpQueued     Key = "smtp.queued"      // {id} {unix}
	keySmtpChunk      Key = "smtp.chunk"       // {size}; BDAT without LAST
	keySmtpRset       Key = "smtp.rset"        //
	keySmtpNoop       Key = "smtp.noop"        //
	keySmtpQuit       Key = "smtp.quit"        // {host}
	keySmtpHelp       Key = "smtp.help"        //
	keySmtpVrfy       Key = "smtp.vrfy"        // {arg}; the server does not tell
	keySmtpExpn       Key = "smtp.expn"        //
	keySmtpLogin      Key = "smtp.login"       // AUTH was taken
	keySmtpRefused    Key = "smtp.refused"     // wrong name or password
	keySmtpMechanism  Key = "smtp.mechanism"   // AUTH: no such mechanism
	keySmtpNoMech     Key = "smtp.no-mech"     // AUTH: no mechanism named
	keySmtpCancelled  Key = "smtp.cancelled"   // AUTH: the client said *
	keySmtpBase64     Key = "smtp.base64"      // AUTH: not Base64
	keySmtpAuthTwice  Key = "smtp.auth-twice"  // AUTH after login
	keySmtpAuthInMail Key = "smtp.auth-inside" // AUTH after MAIL
	keySmtpNeedHelo   Key = "smtp.need-helo"   // {verb} before EHLO or HELO
	keySmtpNeedAuth   Key = "smtp.need-auth"   // MAIL before login
	keySmtpNeedMail   Key = "smtp.need-mail"   // {verb} before MAIL
	keySmtpNeedRcpt   Key = "smtp.need-rcpt"   // {verb} before RCPT
	keySmtpNested     Key = "smtp.nested"      // MAIL twice
	keySmtpMixed      Key = "smtp.mixed"       // DATA after BDAT, or a binary letter by DATA
	keySmtpHeloSyntax Key = "smtp.helo-syntax" // {verb} without a name
	keySmtpMailSyntax Key = "smtp.mail-syntax" // MAIL is not MAIL FROM:<address>
	keySmtpRcptSyntax Key = "smtp.rcpt-syntax" // RCPT is not RCPT TO:<address>
	keySmtpSender     Key = "smtp.sender"      // the address of MAIL is malformed
	keySmtpRecipient  Key = "smtp.recipient"   // the address of RCPT is malformed
	keySmtpNeedUtf8   Key = "smtp.need-utf8"   // an address that is not ASCII, without SMTPUTF8
	keySmtpArgument   Key = "smtp.argument"    // {verb} takes no argument
	keySmtpParameter  Key = "smtp.parameter"   // {arg} is no parameter that is offered
	keySmtpValue      Key = "smtp.value"       // {arg} has a malformed value
	keySmtpUnknown    Key = "smtp.unknown"     // {verb} is no command
	keySmtpUndone     Key = "smtp.undone"      // {verb} is a command, not offered here
	keySmtpLong       Key = "smtp.long"        // the line is too long
	keySmtpBareLF     Key = "smtp.bare-lf"     // the command ended with LF alone
	keySmtpNoUser     Key = "smtp.no-user"     // {path} is not here
	keySmtpNoRelay    Key = "smtp.no-relay"    // {path} is in another domain
	keySmtpTooMany    Key = "smtp.too-many"    // too many recipients
	keySmtpTooBig     Key = "smtp.too-big"     // the letter is larger than SIZE
	keySmtpNoRoom     Key = "smtp.no-room"     // the server keeps too much already
	keySmtpLetterLF   Key = "smtp.letter-lf"   // the letter has LF alone
	keySmtpChunkBad   Key = "smtp.chunk-bad"   // BDAT without a size; the connection is closed
	keySmtpErrors     Key = "smtp.errors"      // too many errors; the connection is closed
	keySmtpTimeout    Key = "smtp.timeout"     // silence; the connection is closed
	keySmtpClosing    Key = "smtp.closing"     // the server ends
	keySmtpBusy       Key = "smtp.busy"        // too many connections
)

// A Voice is all that a server says, as data. What it announces it does, and what it does not announce it does not do.
type Voice struct {
	Name    string
	Host    string         // what the server calls itself
	Replies map[Key]string // whole reply lines with {names} in them
	CAPA    []string       // capabilities (RFC 2449 §5)
	EHLO    []string       // the lines of the EHLO reply, without code; {size} is the limit of a letter
	Prompts [2]string      // what AUTH LOGIN asks, before Base64
}

// mechanisms gives the SASL mechanisms that a capability line lists, in upper case.
func mechanisms(capabilities []string, keyword string) []string {
	for _, line := range capabilities {
		if f := strings.Fields(strings.ToUpper(line)); len(f) > 0 && f[0] == keyword {
			return f[1:]
		}
	}
	return nil
}

// offers tells whether a capability line begins with keyword.
func offers(capabilities []string, keyword string) bool {
	return slices.ContainsFunc(capabilities, func(line string) bool {
		word, _, _ := strings.Cut(line, " ")
		return strings.EqualFold(word, keyword)
	})
}

// say writes the reply of key; fill is pairs of a name and what stands for it.
func (s *Server) say(w *writer, key Key, fill ...string) {
	s.sayText(w, s.voice.Replies[key], fill...)
}

// sayText writes one reply. The lines of an SMTP reply of several lines get code and hyphen (RFC 5321 §4.2.1).
func (s *Server) sayText(w *writer, text string, fill ...string) {
	if !strings.Contains(text, "\n") {
		s.line(w, text, fill)
		return
	}
	lines := strings.Split(strings.TrimRight(text, "\r\n"), "\n")
	code := ""
	if len(lines[0]) >= 4 && isDigits(lines[0][:3]) {
		code, lines[0] = lines[0][:3], lines[0][4:]
	}
	for i, line := range lines {
		switch {
		case code == "":
		case i+1 < len(lines):
			line = code + "-" + line
		default:
			line = code + " " + line
		}
		s.line(w, strings.TrimSuffix(line, "\r"), fill)
	}
}

// line writes one line with {names} filled in. A name that is not in fill stays as it is.
func (s *Server) line(w *writer, text string, fill []string) {
	for {
		i := strings.IndexByte(text, '{')
		if i < 0 {
			break
		}
		n := strings.IndexByte(text[i:], '}')
		if n < 0 {
			break
		}
		_, _ = w.Write([]byte(text[:i]))
		_, _ = w.Write([]byte(s.filled(text[i:i+n+1], fill)))
		text = text[i+n+1:]
	}
	_, _ = w.Write([]byte(text))
	_, _ = w.Write([]byte("\r\n"))
}

func (s *Server) filled(name string, fill []string) string {
	bare := name[1 : len(name)-1]
	for i := 0; i+1 < len(fill); i += 2 {
		if fill[i] == bare {
			return printable(fill[i+1])
		}
	}
	switch bare {
	case "host":
		return s.voice.Host
	case "size":
		return itoa(s.limits.Letter)
	}
	return name
}

// printable makes what a client sent fit to stand in a reply: no line end, no control octet, not endless.
func printable(text string) string {
	if len(text) > 200 {
		text = text[:200]
	}
	return strings.Map(func(r rune) rune {
		if r < ' ' || r == 0x7f || r >= 0x80 && r < 0xa0 {
			return '?'
		}
		return r
	}, text)
}

func isDigits(s string) bool {
	return s != "" && strings.Trim(s, "0123456789") == ""
}
