package practice

import "strings"

// enhancedCodes are the codes of RFC 3463 that stand before the text of a reply once EHLO has offered them (RFC 2034
// §4). Replies that are not here have none: the greeting, the answers to HELO and EHLO, challenges and 354. A text that
// carries a code of its own keeps it.
var enhancedCodes = map[Key]string{
	keySMTPMail:       "2.1.0",
	keySMTPRcpt:       "2.1.5",
	keySMTPQueued:     "2.6.0",
	keySMTPChunk:      "2.6.0",
	keySMTPRset:       "2.0.0",
	keySMTPNoop:       "2.0.0",
	keySMTPQuit:       "2.0.0",
	keySMTPHelp:       "2.0.0",
	keySMTPVrfy:       "2.5.0",
	keySMTPExpn:       "5.5.1",
	keySMTPLogin:      "2.7.0", // RFC 4954 §6, as all of AUTH
	keySMTPRefused:    "5.7.8",
	keySMTPMechanism:  "5.5.4",
	keySMTPNoMech:     "5.5.4",
	keySMTPCancelled:  "5.7.0",
	keySMTPBase64:     "5.5.2",
	keySMTPAuthTwice:  "5.5.1",
	keySMTPAuthInMail: "5.5.1",
	keySMTPNeedHelo:   "5.5.1",
	keySMTPNeedAuth:   "5.7.0",
	keySMTPNeedMail:   "5.5.1",
	keySMTPNeedRcpt:   "5.5.1",
	keySMTPNested:     "5.5.1",
	keySMTPMixed:      "5.5.1",
	keySMTPMailSyntax: "5.5.4",
	keySMTPRcptSyntax: "5.5.4",
	keySMTPSender:     "5.1.7",
	keySMTPRecipient:  "5.1.3",
	keySMTPNeedUTF8:   "5.6.7", // RFC 6531 §3.7.4.1
	keySMTPArgument:   "5.5.4",
	keySMTPParameter:  "5.5.4",
	keySMTPValue:      "5.5.4",
	keySMTPUnknown:    "5.5.2",
	keySMTPUndone:     "5.5.1",
	keySMTPLong:       "5.5.2",
	keySMTPBareLF:     "5.5.2",
	keySMTPNoUser:     "5.1.1",
	keySMTPNoRelay:    "5.7.1",
	keySMTPFull:       "4.2.2",
	keySMTPGreylist:   "4.7.1",
	keySMTPTooMany:    "4.5.3",
	keySMTPTooBig:     "5.3.4",
	keySMTPNoRoom:     "4.3.1",
	keySMTPLetterLF:   "5.6.0",
	keySMTPChunkBad:   "5.5.4",
	keySMTPTLS:        "2.0.0",
	keySMTPTLSTwice:   "5.5.1",
	keySMTPErrors:     "4.7.0",
	keySMTPTimeout:    "4.4.2",
	keySMTPClosing:    "4.3.2",
	keySMTPRate:       "4.7.0",
}

// enhanced gives the replies of a voice as a client hears them that was offered enhanced codes. One that said HELO was
// not, and hears the voice as it is: the tutorial's.
func (v *Voice) enhanced() map[Key]string {
	if !offers(v.EHLO, "ENHANCEDSTATUSCODES") {
		return v.Replies
	}
	out := make(map[Key]string, len(v.Replies))
	for key, text := range v.Replies {
		out[key] = withCode(text, enhancedCodes[key])
	}
	return out
}

// withCode puts an enhanced code behind the reply code, and before each further line.
func withCode(text, code string) string {
	if code == "" || len(text) < 4 || isEnhanced(text[4:]) {
		return text
	}
	if text[0] != code[0] { // a voice may refuse for good what another refuses for now; the classes must agree
		code = text[:1] + code[1:]
	}
	return text[:4] + code + " " + strings.ReplaceAll(text[4:], "\n", "\n"+code+" ")
}

// isEnhanced tells whether a text begins with a code of RFC 3463 §2: class, subject, detail.
func isEnhanced(text string) bool {
	word, _, _ := strings.Cut(text, " ")
	part := strings.Split(word, ".")
	return len(part) == 3 && isDigits(part[0]) && isDigits(part[1]) && isDigits(part[2])
}
