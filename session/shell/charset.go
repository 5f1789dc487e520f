package shell

import (
	"io"
	"os"
	"strings"
	"sync"
	"unicode/utf8"

	"golang.org/x/text/encoding"
	"golang.org/x/text/encoding/charmap"
	"golang.org/x/text/encoding/simplifiedchinese"
	"golang.org/x/text/encoding/traditionalchinese"
)

// charsets are the codesets of a locale that are not UTF-8, as POSIX systems spell them, without case and signs.
var charsets = map[string]encoding.Encoding{
	"gbk": simplifiedchinese.GBK, "cp936": simplifiedchinese.GBK, "gb18030": simplifiedchinese.GB18030,
	"gb2312": simplifiedchinese.GBK, "euccn": simplifiedchinese.GBK, // without what GBK adds: see Screen.char
	"big5": traditionalchinese.Big5, "iso88591": charmap.ISO8859_1, "iso885915": charmap.ISO8859_15,
}

// spellings stand for signs that a charset lacks. Each is as wide as the sign, so that lines keep their columns.
var spellings = map[rune]string{'…': ".", '—': "-", '–': "-", '─': "-", '│': "|", '•': "*", '·': ".", '✓': "+", '✔': "+", '✗': "x", '✘': "x",
	'→': ">", '←': "<", '▸': ">", '‘': "'", '’': "'", '“': `"`, '”': `"`}

// Screen is a terminal whose charset is not UTF-8: what is written to it in UTF-8 arrives in that charset. It writes whole
// characters and nothing else, so no lone lead byte can swallow what follows it.
type Screen struct {
	File *os.File // the terminal

	to     io.Writer
	enc    *encoding.Encoder
	strict bool // GB2312: both bytes of a character are above 0xA0

	mu   sync.Mutex
	rest []byte // of a character whose end was not written yet
}

// Codeset gives the codeset of the locale (POSIX, "Environment Variables": LC_ALL, LC_CTYPE, LANG), lower case without signs;
// nothing if it names none.
func Codeset(env func(string) string) string {
	for _, name := range []string{"LC_ALL", "LC_CTYPE", "LANG"} {
		if v := env(name); v != "" {
			_, set, _ := strings.Cut(v, ".")
			set, _, _ = strings.Cut(set, "@")
			return strings.NewReplacer("-", "", "_", "").Replace(strings.ToLower(set))
		}
	}
	return ""
}

// ScreenFor gives f, or a Screen before it if the codeset is known and not UTF-8.
func ScreenFor(f *os.File, codeset string) io.Writer {
	if charsets[codeset] == nil {
		return f
	}
	s := newScreen(f, codeset)
	s.File = f
	return s
}

func newScreen(to io.Writer, codeset string) *Screen {
	return &Screen{to: to, enc: charsets[codeset].NewEncoder(), strict: codeset == "gb2312" || codeset == "euccn"}
}

// Write takes UTF-8; a character may be cut between two calls.
func (s *Screen) Write(p []byte) (int, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	in := append(s.rest, p...)
	var out []byte
	for len(in) > 0 && utf8.FullRune(in) {
		r, n := utf8.DecodeRune(in)
		if r < utf8.RuneSelf {
			out = append(out, in[0])
		} else {
			out = append(out, s.char(r)...)
		}
		in = in[n:]
	}
	s.rest = append([]byte(nil), in...)
	if _, err := s.to.Write(out); err != nil {
		return 0, err
	}
	return len(p), nil
}

// char gives one character above ASCII; what would be a control byte of its own (C1, the euro sign of GBK) is never given.
func (s *Screen) char(r rune) string {
	b, err := s.enc.String(string(r))
	known := err == nil && r >= 0xA0 && r != utf8.RuneError && b != ""
	if known && (len(b) > 1 || b[0] >= 0xA0) && (!s.strict || len(b) == 2 && b[0] > 0xA0 && b[1] > 0xA0) {
		return b
	}
	if spelt, ok := spellings[r]; ok {
		return spelt
	}
	if r >= 0x2E80 && r <= 0xFAFF || r >= 0x1F000 {
		return "??" // two columns
	}
	return "?"
}
