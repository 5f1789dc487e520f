package annotate

import (
	"bytes"
	"encoding/base64"
	"slices"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"

	"byhand/session"
	"byhand/session/proto"
)

// lapse is what is odd in the form of a command, found before the server has judged it: the advice that fits if the server refuses,
// what was typed, and what could be typed instead. Whether it matters is the server's to say.
type lapse struct{ id, typed, better string }

// lapse looks at the form of a command line, and of its verb and argument with the secrets masked.
func (t *talk) lapse(e *session.Event, verb, arg string) lapse {
	line := e.Line()
	switch {
	case hiddenWhole(e) && e.Proto == session.POP3 && t.auth.mech == "":
		return lapse{id: "pass-word"}
	case hiddenWhole(e):
		return lapse{id: "auth-over"}
	case bytes.HasPrefix(line, []byte("\x16\x03")):
		return lapse{id: "tls-bytes"}
	case bytes.ContainsAny(line, "\b\x7f"):
		return lapse{id: "backspace"}
	case bytes.ContainsFunc(line, func(r rune) bool { return r < ' ' && r != '\t' }) || bytes.HasPrefix(line, []byte{0xff}):
		return lapse{id: "control"}
	case len(bytes.TrimSpace(line)) == 0:
		return lapse{id: "empty-line"}
	case (verb == "GET" || verb == "POST") && (e.Proto != session.POP3 || strings.ContainsAny(arg, "/.")), strings.HasPrefix(arg, "/ HTTP/"):
		return lapse{id: "http"}
	case len(line) > maxCommand:
		return lapse{id: "line-too-long"}
	}
	if !isASCII(line) {
		if l := wide(verb, arg); l.id != "" {
			return l
		}
	}
	var l lapse
	if t.book.find(file(e.Proto), verb) == nil {
		l = t.misspelt(e, verb, arg)
	} else if e.Proto == session.POP3 {
		l = t.pop3Lapse(e, verb, arg)
	} else {
		l = smtpLapse(verb, arg)
	}
	switch {
	case line[0] == ' ' || line[0] == '\t':
		return lapse{id: "space-first"}
	case l.id == "" && !bytes.HasSuffix(e.Raw, []byte("\r\n")) && bytes.HasSuffix(e.Raw, []byte("\n")):
		return lapse{id: "bare-lf"}
	}
	return l
}

// maxCommand is how many octets a command line may have (RFC 5321 §4.5.3.1.4); more is allowed with extensions, and judged by the server.
const maxCommand = 512

// wide finds a full-width character where the grammar wants an ASCII one: in the verb, or in what follows it.
func wide(verb, arg string) lapse {
	for _, r := range verb + arg {
		if ascii := halfWidth(r); ascii != 0 && strings.ContainsRune("：＜＞＠《》〈〉．。　", r) || unicode.In(r, unicode.Latin, unicode.Nd) && r >= 0xff01 && r <= 0xff5e {
			if ascii == ' ' {
				return lapse{id: "full-width-blank"}
			}
			return lapse{"full-width", string(r), string(ascii)}
		}
	}
	return lapse{}
}

// halfWidth gives the ASCII character for one that Chinese keyboards give in its place, or 0.
func halfWidth(r rune) rune {
	switch {
	case r >= 0xff01 && r <= 0xff5e:
		return r - 0xff01 + '!'
	case r == '　':
		return ' '
	case r == '《' || r == '〈':
		return '<'
	case r == '》' || r == '〉':
		return '>'
	case r == '。':
		return '.'
	}
	return 0
}

// legal lists commands that fit now, likeliest first.
func (t *talk) legal() string {
	const most = 7
	list := slices.DeleteFunc(t.state.Legal(), func(v string) bool { return t.state.Greeted && (v == "HELO" || v == "EHLO") })
	return strings.ReplaceAll(strings.Join(list[:min(most, len(list))], ", "), ":<", "")
}

// near tells whether a is one slip of the keyboard away from b: a letter wrong, missing, too many, or two exchanged.
func near(a, b string) bool {
	if len(b)-len(a) > 1 || len(a)-len(b) > 1 || len(a) < 2 {
		return false
	}
	i := 0
	for i < len(a) && i < len(b) && a[i] == b[i] {
		i++
	}
	j := 0
	for j < len(a)-i && j < len(b)-i && a[len(a)-1-j] == b[len(b)-1-j] {
		j++
	}
	ra, rb := a[i:len(a)-j], b[i:len(b)-j]
	return len(ra) <= 1 && len(rb) <= 1 || len(ra) == 2 && len(rb) == 2 && ra[0] == rb[1] && ra[1] == rb[0]
}

// pop3Lapse looks at the arguments of a POP3 command (RFC 1939 §5, §7).
func (t *talk) pop3Lapse(e *session.Event, verb, arg string) lapse {
	words := strings.Fields(arg)
	switch verb {
	case "USER":
		return userLapse(e, arg)
	case "PASS":
		return passLapse(e)
	case "APOP":
		return t.apopLapse(e, words)
	case "RETR", "DELE":
		if len(words) == 0 {
			return lapse{"number-missing", verb, verb + " 1"}
		}
		return numberLapse(verb, words, 1)
	case "LIST", "UIDL":
		return numberLapse(verb, words, 1)
	case "TOP":
		return topLapse(words)
	case "HELP": // many servers have it all the same
		return lapse{"typo-none", verb, t.legal()}
	case "STAT", "NOOP", "RSET", "QUIT", "CAPA", "STLS":
		if arg != "" {
			return lapse{id: "argument-extra", typed: verb}
		}
	}
	return lapse{}
}

// userLapse looks at a name. Servers mostly take any, and refuse the password for it.
func userLapse(e *session.Event, arg string) lapse {
	line := e.Line()
	switch {
	case arg == "":
		return lapse{id: "name-missing"}
	case len(e.Secret) > 0: // something that may be a password stands behind it
		return lapse{id: "user-extra"}
	case asBase64(arg):
		return lapse{id: "b64-user"}
	case arg[0] == '<' && arg[len(arg)-1] == '>':
		return lapse{id: "placeholder"}
	case line[len(line)-1] == ' ':
		return lapse{id: "user-space"}
	}
	return lapse{}
}

func topLapse(words []string) lapse {
	switch {
	case len(words) == 0:
		return lapse{"top-args", "TOP", "TOP 1 0"}
	case len(words) == 1:
		if _, err := strconv.Atoi(words[0]); err == nil {
			return lapse{"top-args", "TOP", "TOP " + words[0] + " 0"}
		}
		return lapse{"top-args", "TOP", "TOP 1 0"}
	case strings.HasPrefix(words[1], "-"):
		return lapse{id: "top-negative"}
	case strings.Trim(words[1], "0123456789") != "" || len(words) > 2:
		return lapse{"top-args", "TOP", "TOP 1 0"}
	}
	return numberLapse("TOP", words, 2)
}

// numberLapse looks at message numbers.
func numberLapse(verb string, words []string, most int) lapse {
	if len(words) == 0 {
		return lapse{}
	}
	n, err := strconv.Atoi(words[0])
	first, list := severalNumbers(words[0])
	switch {
	case words[0] == "*" || strings.EqualFold(words[0], "ALL"):
		return lapse{id: "number-all", typed: verb}
	case list:
		return lapse{"number-extra", verb, strings.TrimSpace(verb + " " + strings.Join(append([]string{first}, words[1:most]...), " "))}
	case err != nil && len(words[0]) >= 8:
		return lapse{id: "number-uid", typed: verb}
	case err != nil:
		return lapse{id: "number-text"}
	case n < 1:
		return lapse{id: "number-zero"}
	case len(words) > most:
		return lapse{"number-extra", verb, verb + " " + strings.Join(words[:most], " ")}
	}
	return lapse{}
}

// severalNumbers finds "1,2" and "1-3" where one number belongs, and gives the first.
func severalNumbers(word string) (first string, ok bool) {
	i := strings.IndexAny(word, ",;-")
	if i <= 0 || strings.Trim(word, "0123456789,;-") != "" {
		return "", false
	}
	return word[:i], true
}

// passLapse looks at a password without keeping any of it.
func passLapse(e *session.Event) lapse {
	for _, s := range e.Secret {
		if s.Masked {
			return lapse{}
		}
	}
	_, arg := proto.Split(e.Raw)
	line := e.Line()
	switch {
	case arg == "":
		return lapse{id: "pass-missing"}
	case enclosed(arg):
		return lapse{id: "pass-quotes"}
	case line[len(line)-1] == ' ' || bytes.HasPrefix(bytes.TrimLeft(line, " ")[len("PASS"):], []byte("  ")):
		return lapse{id: "pass-space"}
	case asBase64(arg):
		return lapse{id: "b64-user"}
	case appCode().MatchString(arg):
		return lapse{id: "code-blanks"}
	}
	return lapse{}
}

// enclosed tells whether quotation marks or brackets stand around s, as instructions have them.
func enclosed(s string) bool {
	return slices.ContainsFunc([]string{`""`, "''", "“”", "<>", "``"}, func(pair string) bool {
		left, right := string([]rune(pair)[0]), string([]rune(pair)[1])
		return len(s) > len(pair) && strings.HasPrefix(s, left) && strings.HasSuffix(s, right)
	})
}

// apopLapse looks at the digest, which is 32 hex digits (RFC 1939 §7).
func (t *talk) apopLapse(e *session.Event, words []string) lapse {
	if !t.stamp && t.heard {
		return lapse{id: "apop-stamp"}
	}
	for _, s := range e.Secret {
		if s.Masked {
			return lapse{}
		}
		if digest := string(e.Raw[s.Off : s.Off+s.Len]); len(digest) != 32 || strings.Trim(digest, "0123456789abcdef") != "" {
			return lapse{id: "apop-digest"}
		}
	}
	if len(words) < 2 {
		return lapse{id: "apop-digest"}
	}
	return lapse{}
}

// asBase64 tells whether s is a readable text in Base64, padded, which hardly any name is.
func asBase64(s string) bool {
	raw, err := base64.StdEncoding.DecodeString(s)
	return err == nil && len(raw) >= 3 && len(s) >= 8 && readable(bytes.TrimRight(raw, "\n")) && (strings.HasSuffix(s, "=") || strings.ContainsAny(s, "0123456789") && strings.ToLower(s) != s)
}

// smtpLapse looks at the arguments of an SMTP command (RFC 5321 §4.1.1).
func smtpLapse(verb, arg string) lapse {
	switch verb {
	case "HELO", "EHLO", "LHLO":
		if arg == "" {
			return lapse{id: "ehlo-name"}
		}
		if strings.ContainsFunc(arg, notOfHost) {
			return lapse{id: "ehlo-form"}
		}
	case "AUTH":
		if arg == "" {
			return lapse{id: "auth-no-mech"}
		}
	case "MAIL":
		return pathLapse("MAIL FROM:", "RCPT TO:", arg)
	case "RCPT":
		return pathLapse("RCPT TO:", "MAIL FROM:", arg)
	case "VRFY", "EXPN":
		if arg == "" {
			return lapse{"name-wanted", verb, verb + " student"}
		}
	case "BDAT":
		if !chunkForm().MatchString(arg) {
			return lapse{id: "bdat-form"}
		}
	case "DATA", "RSET", "QUIT", "STARTTLS":
		if arg != "" {
			return lapse{id: "argument-extra", typed: verb}
		}
	}
	return lapse{}
}

// chunkForm is the argument of BDAT (RFC 3030 §2).
var chunkForm = lazy(`^[0-9]+(?i:[ \t]+LAST)?$`)

// notOfHost tells what no host name or address literal holds (RFC 5321 §4.1.2, §4.1.3).
func notOfHost(r rune) bool {
	return r <= ' ' || r < utf8.RuneSelf && !unicode.IsLetter(r) && !unicode.IsDigit(r) && !strings.ContainsRune("-.:[]_", r)
}

// pathLapse looks at the form FROM:<address> (RFC 5321 §4.1.1.2, §4.1.1.3, §3.3).
func pathLapse(want, other, arg string) lapse {
	if usualPath(want, arg) {
		return lapse{}
	}
	return oddPath(want, other, arg)
}

func oddPath(want, other, arg string) lapse {
	verb, word, _ := strings.Cut(strings.TrimSuffix(want, ":"), " ")
	_, otherWord, _ := strings.Cut(strings.TrimSuffix(other, ":"), " ")
	upper := strings.ToUpper(arg)
	addr, params, strict := proto.Path(arg)
	better := want + "<" + address(arg) + ">"
	typed := verb + " " + short([]byte(arg))
	switch {
	case arg == "":
		return lapse{"address-missing", typed, want + "<name@example.com>"}
	case strings.HasPrefix(upper, otherWord+":"):
		return lapse{"other-args", typed, better}
	case !strings.HasPrefix(upper, word):
		return lapse{"mail-colon", typed, better}
	case strings.TrimLeft(upper[len(word):], " ") == "" || strings.TrimSpace(upper[len(word):]) == ":":
		return lapse{"address-missing", typed, want + "<name@example.com>"}
	case strings.TrimLeft(upper[len(word):], " ")[0] != ':':
		return lapse{"mail-colon", typed, better}
	case !strings.Contains(arg, "<") || !strings.Contains(arg, ">"):
		return lapse{"missing-brackets", typed, better}
	case strings.TrimSpace(arg[strings.IndexByte(arg, ':')+1:strings.IndexByte(arg, '<')]) != "":
		return lapse{"address-alone", typed, better}
	case severalAddresses(addr, params) && verb == "MAIL":
		return lapse{id: "one-sender"}
	case severalAddresses(addr, params):
		return lapse{id: "many-addresses"}
	case strings.ContainsAny(addr, ",;，；、") || strings.ContainsAny(addr, " \t") && !strings.Contains(addr, `"`) || strings.Count(addr, "@") > 1 && addr[0] != '@':
		return lapse{id: "bad-address"}
	case !isASCII([]byte(addr)) && !slices.ContainsFunc(params, func(p string) bool { return strings.EqualFold(p, "SMTPUTF8") }):
		return lapse{id: "utf8-address"}
	case slices.ContainsFunc(params, badValue):
		p := params[slices.IndexFunc(params, badValue)]
		return lapse{"param-value", short([]byte(p)), goodValue(p)}
	case slices.ContainsFunc(params, func(p string) bool { return !keywordForm().MatchString(p) }):
		return lapse{"after-address", typed, want + "<" + strings.Trim(addr, "<> ") + ">"}
	case !strict:
		return lapse{"space-colon", typed, strings.TrimSpace(want + "<" + addr + "> " + strings.Join(params, " "))}
	}
	return lapse{}
}

// severalAddresses tells whether more than one address stands where one belongs; a comma for a dot in a domain makes no second one.
func severalAddresses(addr string, params []string) bool {
	list := strings.FieldsFunc(addr, func(r rune) bool { return strings.ContainsRune(",;，；、", r) })
	with := 0
	for _, a := range list {
		if strings.Contains(a, "@") {
			with++
		}
	}
	return len(list) > 1 && with != 1 ||
		slices.ContainsFunc(params, func(p string) bool {
			return strings.Contains(p, "<") && (strings.ContainsRune("<,;", rune(p[0])) || strings.HasPrefix(strings.ToUpper(p), "TO:"))
		})
}

// usualPath tells whether the argument is as nearly all are, word:<name@domain>, and so has nothing odd. It is quicker than pathLapse.
func usualPath(want, arg string) bool {
	word := want[len("MAIL "):]
	n := len(word)
	if len(arg) < n+2 || !strings.EqualFold(arg[:n], word) || arg[n] != '<' || arg[len(arg)-1] != '>' {
		return false
	}
	for _, c := range []byte(arg[n+1 : len(arg)-1]) {
		if c <= ' ' || c > '~' || c == '<' || c == '>' || c == ',' || c == ';' {
			return false
		}
	}
	return strings.Count(arg, "@") <= 1
}

// keywordForm is the form of a parameter behind the address (RFC 5321 §4.1.2, esmtp-param).
var keywordForm = lazy(`^[A-Za-z0-9][A-Za-z0-9-]*(?:=[!-<>-~]+)?$`)

// valued are parameters whose values are known, each with one of them (RFC 1870 §3, RFC 6152 §2, RFC 3461 §4).
var valued = []string{"SIZE=1000", "BODY=8BITMIME", "RET=HDRS", "NOTIFY=FAILURE"}

// valueForm is what they look like.
var valueForm = lazy(`^(?i:SIZE=[0-9]{1,20}|BODY=(?:7BIT|8BITMIME|BINARYMIME)|RET=(?:FULL|HDRS)|NOTIFY=(?:NEVER|(?:SUCCESS|FAILURE|DELAY)(?:,(?:SUCCESS|FAILURE|DELAY))*))$`)

// goodValue gives the same parameter with a value that it may have, or "" for one that byhand does not know.
func goodValue(param string) string {
	name, _, _ := strings.Cut(param, "=")
	for _, v := range valued {
		if known, _, _ := strings.Cut(v, "="); strings.EqualFold(name, known) {
			return v
		}
	}
	return ""
}

// badValue tells whether a parameter has a value that it cannot have.
func badValue(param string) bool { return goodValue(param) != "" && !valueForm().MatchString(param) }

// address finds what looks most like an address in a badly written argument.
func address(arg string) string {
	for _, w := range strings.FieldsFunc(arg, func(r rune) bool { return strings.ContainsRune(" \t<>:", r) }) {
		if strings.Contains(w, "@") {
			return strings.Trim(w, `"'()[]{}`)
		}
	}
	if _, name, ok := strings.Cut(arg, ":"); ok && strings.Trim(name, " <>") != "" && !strings.ContainsAny(strings.Trim(name, " <>"), " <>") {
		return strings.Trim(name, " <>")
	}
	return "name@example.com"
}
