package annotate

import (
	"bytes"
	"strings"

	"byhand/session/text"
)

// body explains a line of a body. For a plain line of text and for a line of a file it allocates nothing.
func (l *letter) body(line []byte, ended bool, notes []Note) ([]Note, string) {
	leaf := &l.mime.leaf
	if len(line) > 2 && line[0] == '-' && line[1] == '-' {
		if len(l.mime.open) > 0 {
			if at, last := l.mime.boundary(line); at >= 0 {
				return l.atBoundary(at, last, notes), ""
			}
		}
		notes = l.dashes(line, notes)
	}
	leaf.lines++
	switch leaf.form {
	case asFile:
		if leaf.lines == 1 {
			notes = l.fileBegins(line, notes)
		}
		leaf.count(line, ended)
		return notes, ""
	case asFields:
		return l.reportLine(line, notes)
	case ignored:
		return l.ignoredLine(line, notes), ""
	}
	return l.textLine(line, ended, notes)
}

// take reads the rest of a line that was cut.
func (f *leaf) take(l *letter, line []byte, ended bool) string {
	switch f.form {
	case asFile:
		f.count(line, ended)
	case asText:
		if !l.text.plain(line) {
			return cleaned(l.text.line(line, ended), line)
		}
	}
	return ""
}

// dashes explains a line that looks like a boundary and is none of the open ones, and the line before a signature.
func (l *letter) dashes(line []byte, notes []Note) []Note {
	leaf := &l.mime.leaf
	switch {
	case string(line) == "-- " && leaf.form == asText:
		return append(notes, Note{Tone: Info, Depth: Full, Text: saySignature.With(), Ref: "RFC 3676 §4.3"})
	case leaf.form == ignored && leaf.preamble && !leaf.misspelt:
		leaf.misspelt = true
		b := l.mime.open[len(l.mime.open)-1].boundary
		return append(notes, Note{Tone: l.blame(), Depth: Brief, Text: sayOtherBoundary.With(tidy(b)), Ref: "RFC 2046 §5.1.1", ID: "boundary-other"})
	}
	return notes
}

// ignoredLine tells once that what stands before the first part and after the last is ignored.
func (l *letter) ignoredLine(line []byte, notes []Note) []Note {
	leaf := &l.mime.leaf
	if len(line) == 0 {
		leaf.lines--
		return notes
	}
	if leaf.lines > 1 || leaf.misspelt {
		return notes
	}
	say := sayEpilogue
	if leaf.preamble {
		say = sayPreamble
	}
	return append(notes, Note{Tone: Info, Depth: Full, Text: say.With(), Ref: "RFC 2046 §5.1.1"})
}

// textLine decodes a line of text.
func (l *letter) textLine(line []byte, ended bool, notes []Note) ([]Note, string) {
	leaf, u := &l.mime.leaf, &l.text
	if u.plain(line) {
		u.octets += int64(len(line)) + 2
		return notes, ""
	}
	if u.packing == base64Packed && leaf.lines == 1 {
		before := len(notes)
		if notes = l.checkPacked(line, notes); len(notes) > before {
			u.packing = unpacked
			return notes, ""
		}
	}
	was := u.script.label
	out := u.line(line, ended)
	if u.lie != leaf.told {
		leaf.told = u.lie
		notes = l.lieNote(u.lie, was, notes)
	}
	decoded := cleaned(out, line)
	if leaf.checked < 5 && !isASCII(out) {
		leaf.checked++
		if fixed, how, ok := mojibake(strings.TrimSpace(string(out))); ok {
			leaf.checked = 5
			notes = append(notes, charsetTip(how.With(fixed)))
		}
	}
	if decoded != "" && leaf.lines == 1 && u.packing != unpacked {
		notes = append(notes, Note{Tone: Info, Depth: Full, Text: sayBeside.With(leaf.encoding), Ref: "RFC 2045 §6"})
	}
	return notes, decoded
}

// cleaned gives out as a string without control characters, or "" if the raw line says the same.
func cleaned(out, line []byte) string {
	if bytes.Equal(out, line) && bytes.IndexFunc(line, isControl) < 0 {
		return ""
	}
	return string(clean(nil, out))
}

func isControl(r rune) bool { return r < ' ' && r != '\t' || r >= 0x7f && r < 0xa0 }

// lieNote tells what is wrong with the label of a text.
func (l *letter) lieNote(found lie, label string, notes []Note) []Note {
	label, is := displayCharset(label), displayCharset(l.text.script.name)
	if found == unlabelled {
		say := sayUnlabelled
		if l.mime.leaf.charset != "" && l.mime.leaf.charset != "us-ascii" {
			return append(notes, charsetTip(sayGuessed.With(label, is)))
		}
		return append(notes, charsetTip(say.With(is)))
	}
	return append(notes, charsetTip(sayLie.With(label, is)))
}

// displayCharset gives the name of a charset as people write it.
func displayCharset(name string) string {
	if strings.HasPrefix(name, "windows-") {
		return name
	}
	return strings.ToUpper(name)
}

// reportLine explains a line of a part that is made of fields.
func (l *letter) reportLine(line []byte, notes []Note) ([]Note, string) {
	l.text.octets += int64(len(line)) + 2
	if len(line) == 0 {
		l.field.name = ""
		return append(notes, Note{Tone: Info, Depth: Full, Text: sayReportGroup.With(), Ref: "RFC 3464 §2.1"}), ""
	}
	if line[0] == ' ' || line[0] == '\t' {
		if l.field.name == "" {
			return notes, ""
		}
		return l.fold(line, notes)
	}
	if name, value, ok := splitField(line); ok {
		return l.newField(name, value, notes)
	}
	return notes, ""
}

// fileBegins tells at its first line that a file follows, and what its first bytes look like.
func (l *letter) fileBegins(line []byte, notes []Note) []Note {
	leaf := &l.mime.leaf
	if leaf.packing == base64Packed {
		before := len(notes)
		if notes = l.checkPacked(line, notes); len(notes) > before {
			return notes
		}
		for _, m := range magics {
			if bytes.HasPrefix(line, []byte(m.letters)) {
				return append(notes, Note{Tone: Info, Depth: Brief, Text: sayFileLike.With(m.T), Ref: "RFC 2045 §6.8"})
			}
		}
	}
	return append(notes, Note{Tone: Info, Depth: Brief, Text: sayFileBegins.With(), Ref: "RFC 2046 §4.5.1"})
}

// checkPacked tells of a first line that is not what Content-Transfer-Encoding says.
func (l *letter) checkPacked(line []byte, notes []Note) []Note {
	for _, c := range bytes.TrimRight(line, " \t") {
		if !base64Letter(c) {
			return append(notes, Note{Tone: l.blame(), Depth: Brief, Text: sayNotPacked.With(), Ref: "RFC 2045 §6.8", ID: "encoding-text"})
		}
	}
	return notes
}

// count adds a line of a file to its size. It looks at the line's length only, so that large files pass fast.
func (f *leaf) count(line []byte, ended bool) {
	switch f.packing {
	case base64Packed:
		n := len(line)
		for n > 0 && (line[n-1] == '=' || line[n-1] == ' ') {
			n--
		}
		f.letters += int64(n)
		f.octets = f.letters * 3 / 4
	case quotedPrintable:
		n := len(line) - 2*bytes.Count(line, []byte("="))
		if len(line) > 0 && line[len(line)-1] == '=' {
			n++ // a soft line break is one letter and stands for nothing
		} else if ended {
			n += 2
		}
		f.octets += int64(max(n, 0))
	default:
		f.octets += int64(len(line))
		if ended {
			f.octets += 2
		}
	}
}

// magics are the first letters, in Base64, of well-known kinds of files.
var magics = []struct {
	letters string
	text.T
}{
	{"iVBORw0KGgo", text.T{EN: "a PNG picture", ZH: "PNG 图片"}},
	{"/9j/", text.T{EN: "a JPEG picture", ZH: "JPEG 图片"}},
	{"R0lGOD", text.T{EN: "a GIF picture", ZH: "GIF 图片"}},
	{"JVBERi0", text.T{EN: "a PDF document", ZH: "PDF 文档"}},
	{"UEsDB", text.T{EN: "a ZIP archive (also .docx, .xlsx, .pptx)", ZH: "ZIP 压缩包（.docx、.xlsx、.pptx 也是）"}},
	{"UmFyIR", text.T{EN: "a RAR archive", ZH: "RAR 压缩包"}},
	{"N3q8ryc", text.T{EN: "a 7z archive", ZH: "7z 压缩包"}},
	{"H4sI", text.T{EN: "a gzip file", ZH: "gzip 文件"}},
	{"0M8R4KGx", text.T{EN: "an old Office document (.doc, .xls, .ppt)", ZH: "旧版 Office 文档（.doc、.xls、.ppt）"}},
	{"SUQz", text.T{EN: "an MP3 file", ZH: "MP3 音频"}},
	{"UklGR", text.T{EN: "a RIFF file (WAV, WebP, AVI)", ZH: "RIFF 文件（WAV、WebP、AVI）"}},
	{"TVqQ", text.T{EN: "a Windows program", ZH: "Windows 程序"}},
	{"f0VMRg", text.T{EN: "a Linux program", ZH: "Linux 程序"}},
}

var (
	saySignature     = text.T{EN: "\"-- \" begins the writer's signature.", ZH: "“-- ”表示下面是签名档。"}
	sayPreamble      = text.T{EN: "Text before the first boundary is for programs that do not know MIME; others do not show it.", ZH: "第一个分隔行之前的文字是给不懂 MIME 的程序看的，一般不显示。"}
	sayEpilogue      = text.T{EN: "Text after the closing boundary is not shown by mail programs.", ZH: "结束分隔行之后的文字，邮件程序不显示。"}
	sayOtherBoundary = text.T{
		EN: "This looks like a boundary, but Content-Type says that it is --%s; letters and case must be the same.",
		ZH: "这一行像是分隔行，但 Content-Type 里写的是 --%s；两处必须完全一致（包括大小写）。",
	}
	sayBeside     = text.T{EN: "The body is packed in %s; beside each line stands what it says.", ZH: "正文用 %s 编码；每行旁边是解码后的内容。"}
	sayUnlabelled = text.T{
		EN: "Bytes above 127, but no charset is named; they are read as %s. Content-Type: text/plain; charset=utf-8 tells every reader.",
		ZH: "出现 127 以上的字节，却没有标明字符集；这里按 %s 来读。应写 Content-Type: text/plain; charset=utf-8。",
	}
	sayGuessed = text.T{
		EN: "The charset %q is not one that byhand can read; the text is read as %s.",
		ZH: "byhand 不能读字符集 %q，这里按 %s 来读。",
	}
	sayLie = text.T{
		EN: "The label says %s, but the bytes are %s; programs that trust the label show mojibake.",
		ZH: "标签写的是 %s，字节其实是 %s；按标签显示就会出现乱码。",
	}
	sayReportGroup = text.T{EN: "The empty line ends a group of fields; the next group is about one recipient.", ZH: "空行结束一组字段；下一组说的是一个收件人。"}
	sayFileBegins  = text.T{EN: "The content of the file begins; its lines are counted, not explained.", ZH: "文件内容从这里开始，只计数，不逐行解释。"}
	sayFileLike    = text.T{EN: "The content of the file begins, and it begins like %s; its lines are counted, not explained.", ZH: "文件内容从这里开始，开头像是 %s；只计数，不逐行解释。"}
	sayNotPacked   = text.T{
		EN: "The header says base64, but this line is not Base64: readers will see rubbish or nothing.",
		ZH: "首部说是 base64，但这一行不是 Base64，收信人会看到乱码或空白。",
	}
)
