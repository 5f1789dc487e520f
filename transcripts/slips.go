package transcripts

import (
	"bytes"
	"strings"

	"byhand/session/text"
)

// none is a hint that the directive's usage takes the place of.
var none text.Said

// What is wrong with a line of a dialogue, and what to write instead.
var (
	sayRaw = text.T{
		EN: "byte %d of the line is a raw %s, which a dialogue may not hold",
		ZH: "本行第 %d 个字节是原始的 %s，对话文件里不能直接写"}
	hintRawBytes = text.T{
		EN: `write the line in quotes with the byte as an escape: %s"…%s…\r\n"`,
		ZH: `请改用引号形式，把这个字节写成转义：%s"…%s…\r\n"`}
	hintRaw = text.T{
		EN: "take it out",
		ZH: "请把它删掉"}
	sayLong = text.T{
		EN: "the line is longer than %d bytes",
		ZH: "这一行超过了 %d 字节"}
	hintLong = text.T{
		EN: "write it as several lines",
		ZH: "请分成几行来写"}
	sayStray = text.T{
		EN: `"%s" is no line of a dialogue`,
		ZH: "“%s” 不是对话里的一行"}
	hintStray = text.T{
		EN: `begin the line with "C: " or "S: ", with "> " for a note, "# " for a comment, "@" for a directive`,
		ZH: `请以 “C: ” 或 “S: ” 开头；批注用 “> ”，注释用 “# ”，指令用 “@”`}
	sayCase = text.T{
		EN: "the side is written with a small letter",
		ZH: "开头的字母写成了小写"}
	sayIndent = text.T{
		EN: "the line begins with a blank",
		ZH: "行首有空格"}
	sayColon = text.T{
		EN: "the colon after the side is missing",
		ZH: "开头的字母后面缺少冒号"}
	hintWrite = text.T{
		EN: "write %s",
		ZH: "请写成 %s"}
	sayConn = text.T{
		EN: "this is no number of a connection",
		ZH: "这不是有效的连接编号"}
	hintConn = text.T{
		EN: "write a number from 1 to %d, as in S2: +OK",
		ZH: "请写 1 到 %d 之间的数，例如 S2: +OK"}
	sayQuote = text.T{
		EN: "the closing quote is missing",
		ZH: "缺少右引号"}
	hintQuote = text.T{
		EN: `end the line with "; a quote within is written \"`,
		ZH: `请在行尾写上 "；引号本身要写成 \"`}
	sayAfterQuote = text.T{
		EN: `"%s" follows the closing quote`,
		ZH: "右引号后面多出了 “%s”"}
	hintAfterQuote = text.T{
		EN: `end the line with the quote; a quote within is written \"`,
		ZH: `请让右引号成为行尾；引号本身要写成 \"`}
	sayEscape = text.T{
		EN: "%s is no escape",
		ZH: "没有 %s 这种转义"}
	hintEscape = text.T{
		EN: `write one of \" \\ \r \n \t \xHH`,
		ZH: `可用的转义只有 \" \\ \r \n \t \xHH`}
	sayBlock = text.T{
		EN: "the block %s<< that begins here has no end",
		ZH: "从这里开始的 %s<< 区块没有结束"}
	hintBlock = text.T{
		EN: `close it with a line that holds "." alone`,
		ZH: "请用只含一个 “.” 的行来结束它"}
)

// What is wrong with a directive, and what to write instead.
var (
	sayDirective = text.T{
		EN: "there is no directive %s",
		ZH: "没有 %s 这个指令"}
	hintDirective = text.T{
		EN: "write one of %s",
		ZH: "可用的指令有 %s"}
	hintUsage = text.T{
		EN: "write it like this: %s",
		ZH: "请写成这样：%s"}
	sayNoConn = text.T{
		EN: "%s takes no number of a connection",
		ZH: "%s 后面不能带连接编号"}
	sayEarly = text.T{
		EN: "this directive stands after the first line of the dialogue",
		ZH: "这个指令写在了对话开始之后"}
	hintEarly = text.T{
		EN: "move it to the head of the file",
		ZH: "请移到文件开头"}
	sayJSON = text.T{
		EN: "what follows is no JSON object",
		ZH: "后面的内容不是 JSON 对象"}
	sayPair = text.T{
		EN: `"%s" is no pair key=value`,
		ZH: "“%s” 不是 key=value 形式"}
	sayValue = text.T{
		EN: "%s= has no value that can be read",
		ZH: "%s= 后面没有可读的值"}
	sayEmpty = text.T{
		EN: "the text after the directive is missing",
		ZH: "指令后面缺少文字"}
	saySeconds = text.T{
		EN: "this is no number of seconds",
		ZH: "这不是有效的秒数"}
	sayBack = text.T{
		EN: "%s lies before %s, where the dialogue stands: time does not go back",
		ZH: "%s 早于对话已经走到的 %s：时间不能倒退"}
	hintBack = text.T{
		EN: "write a later time, or @wait with the seconds between",
		ZH: "请写更晚的时间，或用 @wait 写出间隔的秒数"}
	sayTimed = text.T{
		EN: `@x takes no "t"`,
		ZH: `@x 里不能写 "t"`}
	hintTimed = text.T{
		EN: "write @t SECONDS on the line above",
		ZH: "请在上一行写 @t 秒数"}
	sayKind = text.T{
		EN: "this is no entry of the recorded form",
		ZH: "这不是录制格式里的一条记录"}
	sayHideLabel = text.T{
		EN: "@hide needs a label for each mask",
		ZH: "@hide 要为每处掩码写一个标签"}
	sayHideTwice = text.T{
		EN: "a second @hide stands before one line",
		ZH: "同一行之前出现了第二个 @hide"}
	hintHideTwice = text.T{
		EN: "write all labels in one, parted by commas: @hide digest,password",
		ZH: "请写在同一个指令里，用逗号分开：@hide digest,password"}
	sayHideMask = text.T{
		EN: "@hide names more masks than the line holds",
		ZH: "@hide 写的掩码比本行里的多"}
	hintHideMask = text.T{
		EN: "write %s where the secret was",
		ZH: "请在密码原来的位置写上 %s"}
	sayHideOwn = text.T{
		EN: "a @hide stands before an entry that has a hide of its own",
		ZH: "@hide 后面的那条记录自己已有 hide"}
	hintHideOwn = text.T{
		EN: "keep one of the two",
		ZH: "两者只留一个"}
	sayHideEnd = text.T{
		EN: "no line follows this @hide",
		ZH: "这个 @hide 后面没有对应的行"}
	hintHideEnd = text.T{
		EN: "put it above the line whose secret is masked, or take it out",
		ZH: "请放在被掩去密码的那一行之前，或者删掉"}
)

// rawByte makes the error about a character that may not stand raw in a dialogue.
func (d *dialogue) rawByte(line []byte, at int, raw []byte) *Error {
	escape := string(appendHex(nil, raw))
	hint := hintRaw.With()
	if side := line[:1]; string(side) == kindClient || string(side) == kindServer {
		hint = hintRawBytes.With(string(side), escape)
	}
	return d.fail(sayRaw.With(at+1, escape), hint, string(line))
}

// stray makes the error about a line that is none of a dialogue's, with a guess at what was meant.
func (d *dialogue) stray(line []byte) *Error {
	s := string(line)
	trimmed := strings.TrimLeft(s, " \t")
	side, rest := strings.ToUpper(s[:1]), ""
	if len(s) > 1 {
		rest = s[1:]
	}
	switch {
	case trimmed != s && dialogueLine(trimmed):
		return d.fail(sayIndent.With(), hintWrite.With(visible(trimmed)), s)
	case s[:1] != side && dialogueLine(side+rest):
		return d.fail(sayCase.With(), hintWrite.With(visible(side+rest)), s)
	case dialogueLine(s[:1]+":") && strings.HasPrefix(rest, " "):
		return d.fail(sayColon.With(), hintWrite.With(visible(s[:1]+":"+rest)), s)
	}
	return d.fail(sayStray.With(visible(s)), hintStray.With(), s)
}

// dialogueLine tells whether s begins as a line of a dialogue does.
func dialogueLine(s string) bool {
	b := []byte(s)
	if len(b) == 0 || b[0] != 'C' && b[0] != 'S' {
		return len(b) > 0 && bytes.ContainsRune([]byte(">#@"), rune(b[0]))
	}
	_, rest, ok := cutConn(b[1:])
	return ok && len(rest) > 0 && (rest[0] == ':' || rest[0] == '"')
}
