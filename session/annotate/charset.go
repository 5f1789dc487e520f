package annotate

import (
	"bytes"
	"strings"
	"unicode/utf8"

	"golang.org/x/text/encoding"
	"golang.org/x/text/encoding/charmap"
	"golang.org/x/text/encoding/htmlindex"
	"golang.org/x/text/encoding/simplifiedchinese"
	"golang.org/x/text/transform"
)

// aliases are names that letters use and that the index of the web does not know, or knows as something else.
// gb2312 is the index's own: it reads it as GBK; we read all of them as GB18030, which holds the others.
var aliases = map[string]encoding.Encoding{
	"gb2312":      simplifiedchinese.GB18030,
	"gb_2312-80":  simplifiedchinese.GB18030,
	"gb2312-80":   simplifiedchinese.GB18030,
	"euc-cn":      simplifiedchinese.GB18030,
	"cn-gb":       simplifiedchinese.GB18030,
	"gbk":         simplifiedchinese.GB18030,
	"x-gbk":       simplifiedchinese.GB18030,
	"cp936":       simplifiedchinese.GB18030,
	"ms936":       simplifiedchinese.GB18030,
	"windows-936": simplifiedchinese.GB18030,
	"hz":          simplifiedchinese.HZGB2312,
	"hz-gb-2312":  simplifiedchinese.HZGB2312,
	"cp1252":      charmap.Windows1252,
	"cp437":       charmap.CodePage437,
	"cp850":       charmap.CodePage850,
	"ibm850":      charmap.CodePage850,
}

// sameName says under which name know/message.yaml explains a charset that has several.
var sameName = map[string]string{
	"": "us-ascii", "ascii": "us-ascii", "utf8": "utf-8",
	"gb_2312-80": "gb2312", "gb2312-80": "gb2312", "euc-cn": "gb2312", "cn-gb": "gb2312",
	"x-gbk": "gbk", "cp936": "gbk", "ms936": "gbk", "windows-936": "gbk",
	"chinese": "gb2312", "iso-2022-cn-ext": "iso-2022-cn", "cn-big5": "big5", "x-x-big5": "big5", "big5-hkscs": "big5", "hz": "hz-gb-2312",
	"latin1": "iso-8859-1", "ks_c_5601-1987": "euc-kr", "shift-jis": "shift_jis", "x-sjis": "shift_jis", "cp1252": "windows-1252",
}

// charsetName gives a label in lower case under the name that know/message.yaml has.
func charsetName(label string) string {
	name := strings.ToLower(strings.Trim(label, " \t\"'"))
	if same, ok := sameName[name]; ok {
		return same
	}
	return name
}

// script is how the bytes of a text become runes. It goes on over cut lines: a character may begin in one and end in the next.
type script struct {
	label    string // as charsetName gives it
	name     string // how the bytes are really read
	utf8     bool   // the bytes are taken as UTF-8
	ascii    bool   // bytes below 128 mean themselves
	unknown  bool   // the label names nothing, or a text in ASCII: guess when a byte above 127 comes
	settled  bool   // the label was compared with enough bytes
	decoder  *encoding.Decoder
	rest     [16]byte // bytes of a character that is not complete yet
	restLen  int
	replaced int // bytes that had no meaning and became U+FFFD
}

// newScript gives the script of a label; an unknown one guesses.
func newScript(label string) script {
	s := script{label: charsetName(label)}
	s.be(s.label)
	return s
}

// be makes s read the charset of that name from here on.
func (s *script) be(name string) {
	s.name, s.utf8, s.ascii, s.unknown, s.decoder, s.restLen = name, false, true, false, nil, 0
	switch enc := findCharset(name); {
	case name == "utf-8":
		s.utf8 = true
	case name == "us-ascii" || enc == nil:
		s.unknown = true
	default:
		s.decoder = enc.NewDecoder()
		s.ascii = !strings.HasPrefix(name, "iso-2022") && !strings.HasPrefix(name, "utf-16") && !strings.HasPrefix(name, "hz")
	}
}

// Decode gives what the bytes of a whole text say, by the label of their charset (RFC 2978) as letters use it. Without one, or with one that
// nobody knows, it is guessed; bytes without a meaning become U+FFFD. Control characters stay: the text is not fit for a terminal.
func Decode(label string, text []byte) string {
	s := newScript(label)
	return string(s.decode(nil, text, true))
}

// findCharset gives the encoding of a charset, or nil where it is not known or cannot be decoded.
func findCharset(name string) encoding.Encoding {
	if enc, ok := aliases[name]; ok {
		return enc
	}
	enc, err := htmlindex.Get(name)
	if err != nil || enc == encoding.Replacement {
		return nil
	}
	return enc
}

// decode appends to dst what src says. whole tells that src ends a text (or a line of its own): nothing is held back.
func (s *script) decode(dst, src []byte, whole bool) []byte {
	if s.restLen > 0 {
		joined := append(make([]byte, 0, 16+len(src)), s.rest[:s.restLen]...)
		src, s.restLen = append(joined, src...), 0
	}
	if s.unknown && !isASCII(src) {
		if cut := trimPartial(src); !whole && isASCII(cut) {
			s.keep(src[len(cut):]) // one character that is cut tells nothing yet
			return append(dst, cut...)
		}
		s.be(guessCharset(src))
	}
	if s.decoder == nil {
		return s.fromUTF8(dst, src, whole)
	}
	for len(src) > 0 {
		dst = grow(dst, 3*len(src)+16)
		n, used, err := s.decoder.Transform(dst[len(dst):cap(dst)], src, whole)
		for _, b := range dst[len(dst) : len(dst)+n] {
			if b == 0xef { // the first byte of U+FFFD; most others that begin so are full-width forms
				s.replaced += bytes.Count(dst[len(dst):len(dst)+n], []byte("\uFFFD"))
				break
			}
		}
		dst, src = dst[:len(dst)+n], src[used:]
		switch err {
		case transform.ErrShortDst:
			continue
		case transform.ErrShortSrc:
			s.keep(src)
		}
		return dst
	}
	return dst
}

// fromUTF8 is decode for UTF-8 and for what nobody could guess.
func (s *script) fromUTF8(dst, src []byte, whole bool) []byte {
	for len(src) > 0 {
		r, n := utf8.DecodeRune(src)
		if r == utf8.RuneError && n == 1 {
			if !whole && !utf8.FullRune(src) {
				s.keep(src)
				return dst
			}
			s.replaced++
		}
		dst, src = utf8.AppendRune(dst, r), src[n:]
	}
	return dst
}

// keep holds the bytes of an unfinished character for the next call.
func (s *script) keep(src []byte) { s.restLen = copy(s.rest[:], src) }

// guessCharset names the charset in which bytes without a usable label most probably are: UTF-8 if they can be, else GB18030 if they
// can be, else Western European.
func guessCharset(src []byte) string {
	switch cut := trimPartial(src); {
	case utf8.Valid(cut) && (len(cut) == len(src) || !isASCII(cut)):
		return "utf-8"
	case looksGBK(src):
		return "gb18030"
	}
	return "windows-1252"
}

// trimPartial cuts the beginning of an unfinished UTF-8 sequence off the end.
func trimPartial(src []byte) []byte {
	for i := 1; i <= 3 && i <= len(src); i++ {
		if c := src[len(src)-i]; c >= 0xc0 {
			if !utf8.FullRune(src[len(src)-i:]) {
				return src[:len(src)-i]
			}
			return src
		}
	}
	return src
}

// looksGBK tells whether the bytes above 127 come in pairs of GB2312's Chinese characters and signs. Western text in Latin-1 has
// such letters one by one.
func looksGBK(src []byte) bool {
	pairs, hanzi := 0, 0
	for i := 0; i < len(src); i++ {
		c := src[i]
		if c < 0x80 {
			continue
		}
		if i+1 == len(src) {
			break // cut in the middle of a pair
		}
		d := src[i+1]
		if c < 0x81 || c > 0xfe || d < 0x40 || d == 0x7f || d == 0xff {
			return false
		}
		if c >= 0xb0 && c <= 0xf7 && d >= 0xa1 {
			hanzi++
		}
		pairs++
		i++
	}
	return pairs > 0 && hanzi*2 >= pairs
}

// looksUTF8 tells whether src can hardly be anything but UTF-8: valid, with at least two sequences, one of them of three bytes
// or all of two (RFC 3629 §1: other text is valid UTF-8 by accident only when it is short).
func looksUTF8(src []byte) bool {
	src = trimPartial(src)
	if !utf8.Valid(src) {
		return false
	}
	several, long := 0, 0
	for _, c := range src {
		if c >= 0xc2 {
			several++
		}
		if c >= 0xe0 {
			long++
		}
	}
	return several >= 2 && long >= 1
}

func isASCII(b []byte) bool {
	for _, c := range b {
		if c >= utf8.RuneSelf {
			return false
		}
	}
	return true
}

// grow makes room for n more bytes.
func grow(b []byte, n int) []byte {
	if cap(b)-len(b) >= n {
		return b
	}
	return append(make([]byte, 0, len(b)+n+cap(b)), b...)
}

// tidy gives s fit to stand in a sentence: UTF-8 without control characters.
func tidy(s string) string {
	for i := 0; i < len(s); i++ {
		if s[i] < ' ' || s[i] >= 0x7f {
			return string(clean(nil, []byte(s)))
		}
	}
	return s
}

// clean appends s to dst without control characters: those below space become their picture (U+2400...), except line ends, which
// become "\n", and tabs.
func clean(dst, s []byte) []byte {
	for len(s) > 0 {
		r, n := utf8.DecodeRune(s)
		switch {
		case r == '\r':
			if n < len(s) && s[n] == '\n' {
				s = s[n:]
				continue
			}
			dst = append(dst, '\n')
		case r == '\n' || r == '\t':
			dst = append(dst, byte(r))
		case r < ' ':
			dst = utf8.AppendRune(dst, 0x2400+r)
		case r == 0x7f:
			dst = utf8.AppendRune(dst, 0x2421)
		case r >= 0x80 && r < 0xa0:
			dst = utf8.AppendRune(dst, utf8.RuneError)
		default:
			dst = utf8.AppendRune(dst, r)
		}
		s = s[n:]
	}
	return dst
}
