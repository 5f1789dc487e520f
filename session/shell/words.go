package shell

import "byhand/session/text"

// What the shell says.
var (
	sayUnknown = text.T{
		EN: "%s is no command of byhand; did you mean %s? To send a line that begins with %[3]s, type %[3]s%[3]s.",
		ZH: "byhand 没有 %s 这条命令；你是不是要用 %s？要发送以 %[3]s 开头的行，请输入 %[3]s%[3]s。"}
	saySent = text.T{
		EN: "Sent %d lines, %d bytes, as they stand in the file.",
		ZH: "已按文件原样发送 %d 行，共 %d 字节。"}
	sayInterrupt = text.T{
		EN: "The line was dropped; the session goes on. %squit leaves.",
		ZH: "这一行已放弃，会话仍在继续。输入 %squit 离开。"}
	sayBroken = text.T{
		EN: "Stopped waiting; the session goes on. What the server has not taken yet goes out before the next line. %squit leaves.",
		ZH: "已不再等待，会话仍在继续。服务器还没有收走的部分会在下一行之前发出。输入 %squit 离开。"}
	sayNotSent = text.T{
		EN: "Not connected, so nothing was sent. %[1]sagain connects again, %[1]squit leaves.",
		ZH: "没有连接，什么都没有发出。%[1]sagain 重新连接，%[1]squit 离开。"}
	saySilent = text.T{
		EN: "The server has said nothing for %s, and its protocol is not known: the script goes on without its greeting.",
		ZH: "服务器 %s 没有说话，也不知道它用什么协议：不等问候，继续执行脚本。"}
	sayNoGreeting = text.T{
		EN: "Waiting for the server's greeting, %d seconds at most. --no-wait sends without it; Ctrl-C ends.",
		ZH: "正在等服务器的问候，最多 %d 秒。加 --no-wait 可以不等就发送，按 Ctrl-C 结束。"}
	sayAllSent = text.T{
		EN: "All lines are sent. Waiting for the server to say something, %d seconds at most; Ctrl-C ends.",
		ZH: "各行都已发出。正在等服务器开口，最多 %d 秒；按 Ctrl-C 结束。"}
	sayForgot = text.T{
		EN: "Not connected, so nothing was sent. If you mean the command of byhand, type %[1]s%[2]s",
		ZH: "没有连接，什么都没有发出。如果是想用 byhand 的命令，请输入 %[1]s%[2]s"}
	sayFailed = text.T{EN: "That did not work: %s", ZH: "没有成功：%s"}

	helpAgain = text.T{EN: "connect again", ZH: "重新连接"}
	helpSend  = text.T{EN: "send a file's lines as if they were typed", ZH: "把文件逐行发出，如同手工输入"}
	helpQuit  = text.T{EN: "leave byhand; the connection is closed as it stands", ZH: "离开 byhand；连接就此关闭"}
)
