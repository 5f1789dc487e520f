package annotate

import (
	"slices"
	"strings"
	"testing"

	"byhand/session/text"
)

func TestEncodedWords(t *testing.T) {
	cases := []struct {
		lines string // of one field, parted by |
		want  string
	}{
		{"=?utf-8?B?5L2g5aW9?=", "你好"},
		{"=?utf-8?Q?=E4=BD=A0=E5=A5=BD?=", "你好"},
		{"=?gb2312?B?xOO6ww==?=", "你好"},
		{"=?gb2312?Q?=C4=E3=BA=C3?=", "你好"},
		{"=?GBK?b?xOO6ww==?=", "你好"},
		{"=?gb18030?B?xOO6ww==?=", "你好"},
		{"=?big5?B?p0Gmbg==?=", "你好"},
		{"=?gb2312?B?6UY=?=", "镕"}, // not in GB2312, and there all the same
		{"=?utf-8*zh?B?5L2g?= x", "你 x"},
		{"=?iso-8859-1?Q?Andr=E9?= Pirard", "André Pirard"},
		{"=?koi8-r?B?0NLJ18XU?=", "привет"},
		{"=?euc-kr?B?vsiz5w==?=", "안녕"},
		{"=?iso-2022-jp?B?GyRCRnxLXBsoQg==?=", "日本"},
		{"=?shift_jis?B?k/qWew==?=", "日本"},
		{"=?windows-1251?Q?=EF=F0=E8?=", "при"},
		{"=?hz-gb-2312?Q?~{VPND~}?=", "中文"},
		{"(=?utf-8?Q?a?=)", "(a)"},
		{"(=?utf-8?Q?a?= b)", "(a b)"},
		{"(=?utf-8?Q?a?= =?utf-8?Q?b?=)", "(ab)"},
		{"(=?utf-8?Q?a?=| =?utf-8?Q?b?=)", "(ab)"},
		{"(=?utf-8?Q?a_b?=)", "(a b)"},
		{"=?utf-8?B?5L2g5Q?= =?utf-8?B?pb0=?=", "你好"},    // a character cut in two, without padding
		{"=?utf-8?B?5L2g5aU=?=| =?utf-8?B?vQ==?=", "你好"}, // and over a fold
		{"=?utf-8?X?abc?=", ""},                          // no such encoding
		{"=?utf-8?B?", ""},
		{"plain", ""},
		{"=?x-none?Q?abc?=", "abc"},
	}
	for _, c := range cases {
		var w words
		got, any := "", false
		for _, line := range strings.Split(c.lines, "|") {
			said, found := w.decode([]byte(line))
			got, any = got+said, any || found
		}
		if got != c.want || any != (c.want != "") {
			t.Errorf("%s says %q, want %q", c.lines, got, c.want)
		}
	}
}

// TestEncodedWordBomb gives a line that holds thousands of begins without an end.
func TestEncodedWordBomb(t *testing.T) {
	var w words
	for _, unit := range []string{"=?", "=?a?B?", "=?utf-8?Q?=", "=?a?q??=", "=?utf-8?B?5L2g?= "} {
		line := []byte(strings.Repeat(unit, 64<<10/len(unit)))
		if got, _ := w.decode(line); len(got) > 4*len(line) {
			t.Errorf("%q grows to %d bytes", unit, len(got))
		}
	}
}

func TestFileName(t *testing.T) {
	cases := []struct{ value, want string }{
		{`attachment; filename=a.txt`, "a.txt"},
		{`attachment; filename="a b.txt"; size=3`, "a b.txt"},
		{`attachment; filename="a\"b.txt"`, `a"b.txt`},
		{`attachment; filename*=UTF-8''%E4%BD%A0%E5%A5%BD.txt`, "你好.txt"},
		{`attachment; filename*=gb2312'zh'%C4%E3%BA%C3.txt`, "你好.txt"},
		{`attachment; filename*0="long-"; filename*1="name.txt"`, "long-name.txt"},
		{`attachment; filename*0*=UTF-8''%E4%BD; filename*1*=%A0; filename*2=.txt`, "你.txt"},
		{`attachment; filename="=?utf-8?B?5L2g?="`, "你"},
		{"attachment; filename=\"\xc4\xe3\xba\xc3.txt\"", "你好.txt"},
		{`attachment; filename=plain.txt; filename*=utf-8''%E4%BD%A0.txt`, "你.txt"},
		{`attachment; filename*1=b; filename*0=a`, "a"}, // out of order: what comes first is kept
		{`attachment;;; filename = x ; =`, "x"},
		{`attachment; filename="open`, "open"},
		{`attachment`, ""},
	}
	for _, c := range cases {
		if _, params := mediaValue([]byte(c.value)); fileName(params, "filename") != c.want {
			t.Errorf("%s: %q, want %q", c.value, fileName(params, "filename"), c.want)
		}
	}
}

func TestDates(t *testing.T) {
	cases := []struct{ in, en, wrong string }{
		{"Mon, 4 Jun 2007 09:00:00 +0800", "Monday, 4 June 2007, 09:00:00, 8 hours ahead of UTC as in China (01:00:00 UTC)", ""},
		{"4 Jun 2007 09:00 -0330", "Monday, 4 June 2007, 09:00:00, 3:30 hours behind UTC (12:30:00 UTC)", ""},
		{"Mon,4 Jun 2007 09:00:00 GMT", "Monday, 4 June 2007, 09:00:00, UTC, the world's time", ""},
		{"Mon, 4 Jun 2007 09:00:00 -0000", "Monday, 4 June 2007, 09:00:00, UTC; -0000 says that the writer's own zone is not told", ""},
		{"Mon, 4 Jun 07 09:00:00 +0530", "Monday, 4 June 2007, 09:00:00, 5:30 hours ahead of UTC as in India (03:30:00 UTC)", "two digits"},
		{"Tue, 4 Jun 2007 09:00:00 +0000", "Monday, 4 June 2007, 09:00:00, UTC, the world's time", "that day was a Monday"},
		{"Mon, 4 Jun 2007 09:00:00 CST", "Monday, 4 June 2007, 09:00:00, 6 hours behind UTC (15:00:00 UTC)", "Zone names"},
		{"Mon, 4 Jun 2007 09:00:00", "Monday, 4 June 2007, 09:00:00, zone not told", "zone is missing"},
		{"Mon, 4 Jun 2007 09:00:00 +0800 (CST)", "Monday, 4 June 2007, 09:00:00, 8 hours ahead of UTC as in China (01:00:00 UTC)", ""},
		{"2007年6月4日", "", ""}, {"Mon, 31 Feb 2007 09:00:00 +0800", "", ""}, {"", "", ""}, {"Mon,", "", ""},
		{"Mon, 4 Jun 2007 25:00:00 +0800", "", ""}, {"Mon, 4 Jun 2007 09:00:00 +08:00", "", ""}, {"4 Jun -5 1:2:3 Z", "", ""},
	}
	for _, c := range cases {
		d, ok := parseDate(c.in)
		if ok != (c.en != "") {
			t.Errorf("%q: read %v", c.in, ok)
			continue
		}
		if !ok {
			continue
		}
		if got := d.said().In(text.EN); got != c.en {
			t.Errorf("%q: %s", c.in, got)
		}
		if got := d.wrong(); got.Empty() != (c.wrong == "") || !strings.Contains(got.In(text.EN), c.wrong) {
			t.Errorf("%q: wrong: %s", c.in, got.In(text.EN))
		}
	}
}

func TestAddresses(t *testing.T) {
	cases := []struct {
		in        string
		addresses []string
		form      addressForm
		semicolon bool
		noAt      string
	}{
		{"wang@example.com", []string{"wang@example.com"}, bareAddress, false, ""},
		{"Teacher Wang <wang@example.com>", []string{"wang@example.com"}, namedAddress, false, ""},
		{`"Wang, Li" <wang@example.com>, b@example.com`, []string{"wang@example.com", "b@example.com"}, quotedAddress, false, ""},
		{"wang@example.com (Teacher, old)", []string{"wang@example.com"}, commentAddress, false, ""},
		{"Class: a@example.com, b@example.com;", []string{"a@example.com", "b@example.com"}, groupAddress, false, ""},
		{"a@example.com; b@example.com", []string{"a@example.com", "b@example.com"}, bareAddress, true, ""},
		{"Wang <wang>", nil, bareAddress, false, "wang"},
		{"undisclosed-recipients:;", nil, groupAddress, false, ""},
		{`"a\"b,c" <x@example.com>`, []string{"x@example.com"}, quotedAddress, false, ""},
		{"undisclosed: a@example.com,", []string{"a@example.com"}, groupAddress, false, ""},
		{"", nil, bareAddress, false, ""},
		{"<<<>>>", nil, bareAddress, false, ""},
	}
	for _, c := range cases {
		got := addresses(c.in, false)
		if !slices.Equal(got.addresses, c.addresses) || got.semicolon != c.semicolon || got.noAt != c.noAt {
			t.Errorf("%s: %+v", c.in, got)
		}
		if len(got.forms) > 0 && got.forms[0] != c.form {
			t.Errorf("%s: form %d, want %d", c.in, got.forms[0], c.form)
		}
	}
}

func TestMojibake(t *testing.T) {
	cases := []struct{ in, fixed string }{
		{"ÄãºÃ£¬ÊÀ½ç", "你好，世界"},
		{"浣犲ソ", "你好"},
		{"Ã©lÃ¨ve", "élève"},
		{"锟斤拷", "锟斤拷"},
		{"你好，这是一封正常的信。", ""},
		{"élève, façade, Übergröße", ""},
		{"привет", ""},
		{"日本語のテキスト", ""},
		{"plain", ""},
		{"naïve café “quoted” — dash", ""},
	}
	for _, c := range cases {
		if fixed, _, _ := mojibake(c.in); fixed != c.fixed {
			t.Errorf("%s: %q, want %q", c.in, fixed, c.fixed)
		}
	}
}

// TestCharsetOfBodies writes one sentence in many charsets and reads it under true and false labels.
func TestCharsetOfBodies(t *testing.T) {
	cases := []struct {
		label, bytes, want string
		lie                lie
	}{
		{"utf-8", "你好，世界", "你好，世界", honest},
		{"gb2312", "\xc4\xe3\xba\xc3\xa3\xac\xca\xc0\xbd\xe7", "你好，世界", honest},
		{"big5", "\xa7\x41\xa6\x6e", "你好", honest},
		{"utf-8", "\xc4\xe3\xba\xc3\xa3\xac\xca\xc0\xbd\xe7", "你好，世界", really},
		{"gb2312", "你好，世界", "你好，世界", really},
		{"iso-8859-1", "你好，世界", "你好，世界", really},
		{"iso-8859-1", "\xc4\xe3\xba\xc3\xa3\xac\xca\xc0\xbd\xe7", "你好，世界", really},
		{"iso-8859-1", "caf\xe9 d\xe9j\xe0 vu", "café déjà vu", honest},
		{"us-ascii", "\xc4\xe3\xba\xc3", "你好", unlabelled},
		{"", "你好", "你好", unlabelled},
		{"x-unknown", "你好", "你好", unlabelled},
		{"", "caf\xe9", "café", unlabelled},
		{"koi8-r", "\xd0\xd2\xc9\xd7\xc5\xd4", "привет", honest},
		{"windows-1251", "\xef\xf0\xe8\xe2\xe5\xf2", "привет", honest},
		{"euc-kr", "\xbe\xc8\xb3\xe7", "안녕", honest},
		{"iso-2022-jp", "\x1b$BF|K\\\x1b(B", "日本", honest},
	}
	for _, c := range cases {
		var u unpacker
		u.start(unpacked, c.label)
		if got := string(u.line([]byte(c.bytes), true)); got != c.want || u.lie != c.lie {
			t.Errorf("%s % x: %q lie %d, want %q %d", c.label, c.bytes, got, u.lie, c.want, c.lie)
		}
	}
}
