package annotate

import (
	"strings"

	"byhand/session"
	"byhand/session/text"
)

// code explains the three digits: the first time that a code comes up in full, later only where all is asked for.
// whole asks for the meaning of the code as a whole, too.
func (t *talk) code(e *session.Event, whole bool) {
	depth := Full
	switch {
	case whole && (e.Code == "251" || e.Code == "252"):
		depth = Brief // success, but not the usual one
	case !t.onceOf("code ", e.Code):
		depth = All
	}
	t.digits(e.Code, depth, whole)
}

// digits explains a code digit by digit (RFC 5321 §4.2.1), and before that as a whole unless that has been said.
func (t *talk) digits(code string, depth Depth, whole bool) {
	if len(code) == 3 {
		t.always(noteKey{"digits", code, depth, whole}, func() { t.eachDigit(code, depth, whole) })
	}
}

func (t *talk) eachDigit(code string, depth Depth, whole bool) {
	first := t.book.find("status", code[:1]+"yz")
	second := t.book.find("status", "x"+code[1:2]+"z")
	known := t.book.find("status", code)
	switch {
	case first == nil:
	case second == nil:
		t.note(Info, depth, sayFirstDigit.With(code, code[:1], first.T), "RFC 5321 §4.2.1")
	case known == nil:
		t.note(Info, depth, sayDigitsOnly.With(code, code[:1], first.T, code[1:2], second.T), "RFC 5321 §4.2.1")
	case whole:
		t.note(Info, depth, sayDigits.With(code, known.T, code[:1], first.T, code[1:2], second.T), "RFC 5321 §4.2.1")
	default:
		t.note(Info, depth, sayTwoDigits.With(code[:1], first.T, code[1:2], second.T), "RFC 5321 §4.2.1")
	}
}

// enhanced explains the enhanced status code, if the reply has one.
func (t *talk) enhanced(e *session.Event, depth Depth) {
	code := e.Enhanced()
	if code == "" {
		code = inText(string(e.Line()))
	}
	if code != "" {
		t.status(code, depth)
	}
}

// inText finds an enhanced code where qmail puts it: "(#5.7.1)".
func inText(line string) string {
	_, rest, ok := strings.Cut(line, "(#")
	code, _, end := strings.Cut(rest, ")")
	if !ok || !end || !isEnhanced(code) {
		return ""
	}
	return code
}

// isEnhanced tells whether s is class.subject.detail (RFC 3463 §2).
func isEnhanced(s string) bool {
	part := strings.Split(s, ".")
	if len(part) != 3 || !strings.Contains("245", part[0]) || len(part[0]) != 1 {
		return false
	}
	for _, p := range part[1:] {
		if p == "" || len(p) > 3 || strings.Trim(p, "0123456789") != "" {
			return false
		}
	}
	return true
}

// status explains an enhanced code.
func (t *talk) status(code string, depth Depth) {
	t.always(noteKey{"status", code, depth, false}, func() { t.eachNumber(code, depth) })
}

// eachNumber explains the whole of an enhanced code if it is known, first as a success, for which X.7.0 means no trouble; else its
// subject and class.
func (t *talk) eachNumber(code string, depth Depth) {
	class, rest, _ := strings.Cut(code, ".")
	subject, _, _ := strings.Cut(rest, ".")
	c, s := t.book.find("status", "class "+class), t.book.find("status", "subject "+subject)
	known, _ := t.book.first("status", code, "X."+rest)
	if class == "2" && known != nil && t.book.find("status", code) == nil && !goodNews(rest) {
		t.note(Info, Full, sayClasses.With(class, c.T, subject, s.T), "RFC 3463 §2")
		return
	}
	if known != nil {
		t.note(Info, depth, sayIs.With(code, known.T), known.Ref)
		if c != nil && s != nil {
			if class == "2" {
				depth = All
			}
			t.note(Info, max(depth, Full), sayClasses.With(class, c.T, subject, s.T), "RFC 3463 §2")
		}
		return
	}
	if c != nil && s == nil {
		t.note(Info, depth, sayClassOnly.With(code, class, c.T), "RFC 3463 §2")
	}
	if c != nil && s != nil {
		t.note(Info, depth, sayClassesOnly.With(code, class, c.T, subject, s.T), "RFC 3463 §2")
	}
}

// goodNews tells the details whose meaning holds for a success, too; most name a trouble.
func goodNews(rest string) bool {
	switch rest {
	case "0.0", "1.0", "1.5", "1.9", "2.0", "3.0", "3.6", "4.0", "5.0", "6.0", "6.4", "7.0":
		return true
	}
	return false
}

// readText gives a server's text in UTF-8: Chinese servers still send GBK.
func readText(line string) string {
	if looksUTF8([]byte(line)) || isASCII([]byte(line)) {
		return line
	}
	s := newScript("gb18030")
	return string(s.decode(nil, []byte(line), true))
}

// The sentences on codes.
var (
	sayDigits      = text.T{EN: "%s: %s. First digit %s: %s. Second digit %s: %s.", ZH: "%s：%s。第一位 %s：%s；第二位 %s：%s。"}
	sayFirstDigit  = text.T{EN: "%s is no common code. First digit %s: %s.", ZH: "%s 不是常见代码。第一位 %s：%s。"}
	sayTwoDigits   = text.T{EN: "First digit %s: %s. Second digit %s: %s.", ZH: "第一位 %s：%s；第二位 %s：%s。"}
	sayDigitsOnly  = text.T{EN: "%s is no common code. First digit %s: %s. Second digit %s: %s.", ZH: "%s 不是常见代码。第一位 %s：%s；第二位 %s：%s。"}
	sayClasses     = text.T{EN: "First number %s: %s. Second number %s: %s.", ZH: "第一个数 %s：%s；第二个数 %s：%s。"}
	sayClassesOnly = text.T{EN: "%s is no registered code. First number %s: %s. Second number %s: %s.", ZH: "%s 不是登记过的状态码。第一个数 %s：%s；第二个数 %s：%s。"}
	sayClassOnly   = text.T{EN: "%s is no registered code. First number %s: %s.", ZH: "%s 不是登记过的状态码。第一个数 %s：%s。"}
	sayVoice       = text.T{EN: "What this server means by it: %s.", ZH: "这台服务器这样说，意思是：%s。"}
)
