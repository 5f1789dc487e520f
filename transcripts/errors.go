package transcripts

import (
	"fmt"

	"byhand/session/text"
)

// An Error tells what is wrong with a transcript and what to write instead. It reads FILE:LINE: what; hint. Of a file
// that has no lines it tells the byte.
type Error struct {
	File   string
	Line   int   // from 1
	Offset int64 // of the first byte that is wrong, from 1, in a file that has no lines; 0 elsewhere
	What   text.Said
	Hint   text.Said
	Text   string // the offending text, made visible; "" if there is none to show
}

// Error gives the message in English.
func (e *Error) Error() string { return e.In(text.EN) }

// In gives the message in one language.
func (e *Error) In(l text.Lang) string {
	if e.Offset > 0 {
		return fmt.Sprintf(text.T{EN: "%s: byte %d: %s; %s", ZH: "%s：第 %d 字节：%s；%s"}.In(l), e.File, e.Offset, e.What.In(l), e.Hint.In(l))
	}
	return fmt.Sprintf(text.T{EN: "%s:%d: %s; %s", ZH: "%s:%d：%s；%s"}.In(l), e.File, e.Line, e.What.In(l), e.Hint.In(l))
}

// A Remark is something that a reader of a transcript should know although all that could be read was read.
type Remark struct {
	Line int // the first line that it is about, or 0
	Said text.Said
}

// What a reader remarks.
var (
	sayCut = text.T{
		EN: "the recording was cut short: its last line has no end",
		ZH: "录制中途断了：最后一行不完整"}
	sayNoEnd = text.T{
		EN: "the recording was cut short: it has no closing line",
		ZH: "录制中途断了：没有收尾的一行"}
	sayDamaged = text.T{
		EN: "%d damaged lines were left out, the first of them line %d",
		ZH: "有 %d 行损坏，已跳过，第一处在第 %d 行"}
	sayDamagedOne = text.T{
		EN: "line %d is damaged and was left out",
		ZH: "第 %d 行损坏，已跳过"}
	saySum = text.T{
		EN: "the file was changed after it was recorded: the checksum in its last line differs",
		ZH: "文件在录制之后被改动过：最后一行里的校验和对不上"}
)

// What is wrong with a file as a whole, and with a header.
var (
	sayForeign = text.T{
		EN: "this is JSON, but no transcript of byhand",
		ZH: "这是 JSON，但不是 byhand 的会话记录"}
	hintForeign = text.T{
		EN: `a recording begins with {"byhand":"transcript","v":1,"start":"2007-09-17T10:00:00Z"}`,
		ZH: `会话记录以 {"byhand":"transcript","v":1,"start":"2007-09-17T10:00:00Z"} 开头`}
	sayHeader = text.T{
		EN: "the header is damaged",
		ZH: "文件头损坏"}
	sayStart = text.T{
		EN: "the header has no time of start that can be read",
		ZH: "文件头没有可读的开始时间"}
	hintStart = text.T{
		EN: `write the time as in "start":"2007-09-17T10:00:00+08:00"`,
		ZH: `时间请写成 "start":"2007-09-17T10:00:00+08:00" 这样`}
	sayVersion = text.T{
		EN: "this transcript has version %s, and this byhand reads version %d",
		ZH: "这份会话记录是第 %s 版，而这个 byhand 只能读第 %d 版"}
	hintVersion = text.T{
		EN: "use a newer byhand",
		ZH: "请换用更新的 byhand"}
	sayOther = text.T{
		EN: `this is a file of byhand for "%s", and no transcript`,
		ZH: "这是 byhand 的 “%s” 文件，不是会话记录"}
)

// What can go wrong when a recording is resumed.
var (
	sayNoAppend = text.T{
		EN: "this is a dialogue, and only a recording can be resumed",
		ZH: "这是手写的对话，只有录制的会话记录才能接着录"}
	hintNoAppend = text.T{
		EN: "record into a new file",
		ZH: "请录到新文件里"}
)
