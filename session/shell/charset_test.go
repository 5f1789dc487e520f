package shell

import (
	"bytes"
	"testing"
)

func TestScreenWritesWholeCharactersOfTheCharset(t *testing.T) {
	for _, c := range []struct{ set, in, want string }{
		{"gbk", "你好\x1b[0m\n", "\xc4\xe3\xba\xc3\x1b[0m\n"},
		{"gbk", "\x81\x1b[0m €✓", "?\x1b[0m ?+"},
		{"gb2312", "你誠", "\xc4\xe3??"},
		{"big5", "你", "\xa7\x41"},
		{"iso88591", "é\u009b…你", "\xe9?.??"},
	} {
		var out bytes.Buffer
		s := newScreen(&out, c.set)
		for i := range len(c.in) { // a byte at a time: characters are cut
			if _, err := s.Write([]byte(c.in[i : i+1])); err != nil {
				t.Fatal(err)
			}
		}
		if out.String() != c.want {
			t.Errorf("%s: %q became %q, not %q", c.set, c.in, out.String(), c.want)
		}
	}
}

func TestCodesetIsTheFirstThatIsSet(t *testing.T) {
	for _, c := range []struct{ all, ctype, lang, want string }{
		{"", "", "zh_CN.GBK", "gbk"}, {"", "zh_CN.GB18030", "C", "gb18030"}, {"en_US.UTF-8", "", "zh_CN.GBK", "utf8"},
		{"", "", "en_US.ISO-8859-1@euro", "iso88591"}, {"", "", "zh_CN", ""}, {"C", "", "zh_CN.GBK", ""},
	} {
		env := map[string]string{"LC_ALL": c.all, "LC_CTYPE": c.ctype, "LANG": c.lang}
		if got := Codeset(func(k string) string { return env[k] }); got != c.want {
			t.Errorf("%v: %q, not %q", c, got, c.want)
		}
	}
}
