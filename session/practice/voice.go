package practice

import (
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"golang.org/x/text/encoding/simplifiedchinese"
)

// A Key names one thing that a server says.
type Key string

// The replies of POP3.
const (
	keyPOPGreeting  Key = "pop3.greeting"    // {id} {stamp} {host}; with {stamp} APOP is offered
	keyPOPUser      Key = "pop3.user"        // USER was taken
	keyPOPLogin     Key = "pop3.login"       // {count} {octets}; PASS, APOP or AUTH was taken
	keyPOPStat      Key = "pop3.stat"        // {count} {octets}; the numbers are the protocol's
	keyPOPList      Key = "pop3.list"        // {count} {octets}; first line of LIST
	keyPOPListOne   Key = "pop3.list.one"    // {n} {size}; the numbers are the protocol's
	keyPOPUidl      Key = "pop3.uidl"        // {count} {octets}; first line of UIDL
	keyPOPUidlOne   Key = "pop3.uidl.one"    // {n} {uid}; both are the protocol's
	keyPOPRetr      Key = "pop3.retr"        // {size}; first line of RETR
	keyPOPTop       Key = "pop3.top"         // {size}; first line of TOP
	keyPOPDele      Key = "pop3.dele"        // {n}
	keyPOPNoop      Key = "pop3.noop"        //
	keyPOPRset      Key = "pop3.rset"        // {count} {octets}
	keyPOPCapa      Key = "pop3.capa"        // first line of CAPA
	keyPOPUTF8      Key = "pop3.utf8"        // UTF8 was taken (RFC 6856)
	keyPOPLangs     Key = "pop3.langs"       // first line of the list of languages (RFC 6856)
	keyPOPLang      Key = "pop3.lang"        // {lang} was taken
	keyPOPNoLang    Key = "pop3.no-lang"     // {arg} is no language of this server
	keyPOPQuit      Key = "pop3.quit"        // QUIT before login
	keyPOPUpdate    Key = "pop3.update"      // QUIT after login; {count} letters removed
	keyPOPNotGone   Key = "pop3.not-removed" // QUIT after login, but a marked letter could not be removed (RFC 1939 §6)
	keyPOPRefused   Key = "pop3.refused"     // wrong name or password
	keyPOPInUse     Key = "pop3.in-use"      // the maildrop is locked
	keyPOPUnknown   Key = "pop3.unknown"     // {verb} is no command
	keyPOPState     Key = "pop3.state"       // {verb} is not for this state
	keyPOPNeedUser  Key = "pop3.need-user"   // PASS without USER
	keyPOPSyntax    Key = "pop3.syntax"      // {verb} with wrong arguments
	keyPOPNumber    Key = "pop3.number"      // {arg} is no message number
	keyPOPNoMessage Key = "pop3.no-message"  // there is no message {n}
	keyPOPDeleted   Key = "pop3.deleted"     // message {n} is marked
	keyPOPLong      Key = "pop3.long"        // the line is too long
	keyPOPBareLF    Key = "pop3.bare-lf"     // the line ended with LF alone
	keyPOPMechanism Key = "pop3.mechanism"   // AUTH: no such mechanism
	keyPOPCancelled Key = "pop3.cancelled"   // AUTH: the client said *
	keyPOPBase64    Key = "pop3.base64"      // AUTH: not Base64
	keyPOPTLS       Key = "pop3.stls"        // STLS was taken
	keyPOPTLSTwice  Key = "pop3.stls-twice"  // STLS under TLS
	keyPOPTooMany   Key = "pop3.too-many"    // too many errors; the connection is closed
	keyPOPClosing   Key = "pop3.closing"     // the server ends
	keyPOPBusy      Key = "pop3.busy"        // too many connections
	keyPOPRate      Key = "pop3.rate"        // too many commands; the connection is closed
)

// The replies of SMTP. A text of several lines is a reply of several lines; only the first has the code.
const (
	keySMTPGreeting   Key = "smtp.greeting"       // {host}
	keySMTPHelo       Key = "smtp.helo"           // {host} {arg}
	keySMTPMail       Key = "smtp.mail"           // {path}
	keySMTPRcpt       Key = "smtp.rcpt"           // {path}
	keySMTPData       Key = "smtp.data"           //
	keySMTPQueued     Key = "smtp.queued"         // {id} {unix}
	keySMTPChunk      Key = "smtp.chunk"          // {size}; BDAT without LAST
	keySMTPRset       Key = "smtp.rset"           //
	keySMTPNoop       Key = "smtp.noop"           //
	keySMTPQuit       Key = "smtp.quit"           // {host}
	keySMTPHelp       Key = "smtp.help"           //
	keySMTPVrfy       Key = "smtp.vrfy"           // {arg}; the server does not tell
	keySMTPExpn       Key = "smtp.expn"           //
	keySMTPLogin      Key = "smtp.login"          // AUTH was taken
	keySMTPRefused    Key = "smtp.refused"        // wrong name or password
	keySMTPMechanism  Key = "smtp.mechanism"      // AUTH: no such mechanism
	keySMTPNoMech     Key = "smtp.no-mech"        // AUTH: no mechanism named
	keySMTPCancelled  Key = "smtp.cancelled"      // AUTH: the client said *
	keySMTPBase64     Key = "smtp.base64"         // AUTH: not Base64
	keySMTPAuthTwice  Key = "smtp.auth-twice"     // AUTH after login
	keySMTPAuthInMail Key = "smtp.auth-inside"    // AUTH after MAIL
	keySMTPNeedHelo   Key = "smtp.need-helo"      // {verb} before EHLO or HELO
	keySMTPNeedAuth   Key = "smtp.need-auth"      // MAIL before login
	keySMTPNeedMail   Key = "smtp.need-mail"      // {verb} before MAIL
	keySMTPNeedRcpt   Key = "smtp.need-rcpt"      // {verb} before RCPT
	keySMTPNested     Key = "smtp.nested"         // MAIL twice
	keySMTPMixed      Key = "smtp.mixed"          // DATA after BDAT, or a binary letter by DATA
	keySMTPHeloSyntax Key = "smtp.helo-syntax"    // {verb} without a name
	keySMTPMailSyntax Key = "smtp.mail-syntax"    // MAIL is not MAIL FROM:<address>
	keySMTPRcptSyntax Key = "smtp.rcpt-syntax"    // RCPT is not RCPT TO:<address>
	keySMTPSender     Key = "smtp.sender"         // the address of MAIL is malformed
	keySMTPRecipient  Key = "smtp.recipient"      // the address of RCPT is malformed
	keySMTPNeedUTF8   Key = "smtp.need-utf8"      // an address that is not ASCII, without SMTPUTF8
	keySMTPArgument   Key = "smtp.argument"       // {verb} takes no argument
	keySMTPParameter  Key = "smtp.parameter"      // {arg} is no parameter that is offered
	keySMTPValue      Key = "smtp.value"          // {arg} has a malformed value
	keySMTPUnknown    Key = "smtp.unknown"        // {verb} is no command
	keySMTPUndone     Key = "smtp.undone"         // {verb} is a command, not offered here
	keySMTPLong       Key = "smtp.long"           // the line is too long
	keySMTPBareLF     Key = "smtp.bare-lf"        // the command ended with LF alone
	keySMTPNoUser     Key = "smtp.no-user"        // {path} is not here
	keySMTPNoRelay    Key = "smtp.no-relay"       // {path} is in another domain
	keySMTPFull       Key = "smtp.full"           // {path} has no room
	keySMTPGreylist   Key = "smtp.greylist"       // {path} wants the client to try again later
	keySMTPTooMany    Key = "smtp.too-many"       // too many recipients
	keySMTPTooBig     Key = "smtp.too-big"        // the letter is larger than SIZE
	keySMTPNoRoom     Key = "smtp.no-room"        // the server keeps too much already
	keySMTPLetterLF   Key = "smtp.letter-lf"      // the letter has LF alone
	keySMTPChunkBad   Key = "smtp.chunk-bad"      // BDAT without a size; the connection is closed
	keySMTPTLS        Key = "smtp.starttls"       // STARTTLS was taken
	keySMTPTLSTwice   Key = "smtp.starttls-twice" // STARTTLS under TLS
	keySMTPErrors     Key = "smtp.errors"         // too many errors; the connection is closed
	keySMTPTimeout    Key = "smtp.timeout"        // silence; the connection is closed
	keySMTPClosing    Key = "smtp.closing"        // the server ends
	keySMTPBusy       Key = "smtp.busy"           // too many connections
	keySMTPRate       Key = "smtp.rate"           // too many commands; the connection is closed
)

// A Voice is all that a server says, as data. What it announces it does, and what it does not announce it does not do.
type Voice struct {
	Name    string
	Host    string         // what the server calls itself
	Replies map[Key]string // whole reply lines with {names} in them
	CAPA    []string       // capabilities (RFC 2449 §5)
	EHLO    []string       // the lines of the EHLO reply, without code; {size} is the limit of a letter
	Prompts [2]string      // what AUTH LOGIN asks, before Base64
	Letter  int64          // octets of the largest letter; 0 leaves it to Limits
	Ends    Ends           // what ends a letter beside CRLF dot CRLF, where it is a lax server's voice
	GBK     bool           // what is not ASCII is said in GBK, as servers of the years before UTF-8 do
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
		_, _ = w.Write(s.voice.octets(text[:i]))
		_, _ = w.Write([]byte(s.filled(text[i:i+n+1], fill)))
		text = text[i+n+1:]
	}
	_, _ = w.Write(s.voice.octets(text))
	_, _ = w.Write([]byte("\r\n"))
}

// octets gives a text in the voice's charset.
func (v *Voice) octets(text string) []byte {
	if v.GBK && !ascii(text) {
		if b, err := simplifiedchinese.GBK.NewEncoder().Bytes([]byte(text)); err == nil {
			return b
		}
	}
	return []byte(text)
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
	case "date":
		return s.now().Format(time.RFC1123Z)
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
		if r < ' ' || r >= 0x7f && r < 0xa0 || r == utf8.RuneError {
			return '?'
		}
		return r
	}, text)
}

func isDigits(s string) bool {
	return s != "" && strings.Trim(s, "0123456789") == ""
}
