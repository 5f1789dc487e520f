package practice

// What is said of files that people write.
var (
	sayBadYAML    = phrase{"this is no YAML: %s. A text with a colon, # or a quote in it wants quotes: '...'", "这不是 YAML：%s。文字里有冒号、# 或引号时，要用单引号括起来：'...'"}
	sayEmptyFile  = phrase{"the file holds nothing", "文件是空的"}
	sayNoTable    = phrase{"%s wants rows of the form name: value", "%s 要写成“名字: 值”的若干行"}
	sayTwice      = phrase{"%s stands here twice", "%s 重复出现"}
	sayNoKey      = phrase{"%s has no %q; it may have %s", "%s 里没有 %q 这一项，可写的有 %s"}
	sayNoText     = phrase{"a text is wanted here", "这里要写一段文字"}
	sayNothing    = phrase{"there is nothing behind the colon; an empty text is ''", "冒号后面没有内容；空文字写作 ''"}
	sayTag        = phrase{"the text begins with %s, which YAML takes for a tag: put the text in quotes", "文字以 %s 开头，会被 YAML 当成标签：请给文字加引号"}
	sayWrong      = phrase{"%s", "%s"}
	sayNoName     = phrase{"%q is no account name: letters, digits, dots, hyphens, without @", "%q 不能作账号名：只用字母、数字、点和连字符，不带 @"}
	sayNoPassword = phrase{"%s has no password", "%s 没有密码"}
	sayNoOwner    = phrase{"letters for %s, who is no user: name them under users", "有写给 %s 的信，却没有这个账号：请在 users 里写上"}
	sayNoStock    = phrase{"there is no maildrop %q; it is tutorial or empty", "没有名为 %q 的现成邮箱，可写 tutorial 或 empty"}
	sayNoStyle    = phrase{"there is no style %q; there are %s", "没有 %q 这种说话方式，可选的有 %s"}
	sayNoClock    = phrase{"%q is no time, as in 2007-10-18T09:30:00+08:00", "%q 不是时间，写法如 2007-10-18T09:30:00+08:00"}
	sayNoDate     = phrase{"%q is no date of a letter, as in Thu, 18 Oct 2007 09:30:00 +0800", "%q 不是信件的日期，写法如 Thu, 18 Oct 2007 09:30:00 +0800"}
	sayRawAndFile = phrase{"a letter is written here (raw) or lies in a file, not both", "信件要么写在这里（raw），要么在文件里（file），不能两者都写"}
	sayNoLetter   = phrase{"there is no file %s beside this one", "与本文件同一目录下没有 %s 这个文件"}
	sayNoFeature  = phrase{"this server cannot follow %q; a feature is NAME, NAME value or NAME off", "服务器做不到 %q；写法是“名字”“名字 值”或“名字 off”"}
	sayNoWhen     = phrase{"a fault wants when: the command that it waits for", "故障要写 when：等待哪条命令"}
	sayNoEffect   = phrase{"the fault at %q does nothing: write reply, drop, delay, drip or tls", "%q 处的故障什么也没做：请写 reply、drop、delay、drip 或 tls"}
	sayNoPattern  = phrase{"when %q cannot be read: %v", "看不懂 when %q：%v"}
	sayNoTLSFault = phrase{"tls is one of %s, and goes with when: tls", "tls 可写 %s，并与 when: tls 一起用"}
	sayNoNumber   = phrase{"%q is no number from 0 up", "%q 不是从 0 起的整数"}
	sayNoShare    = phrase{"%q is no chance: more than 0, up to 1, or as 25%%", "%q 不是概率：要大于 0、不超过 1，也可写成 25%%"}
	sayNoDelay    = phrase{"%q is no length of time, as in 500ms or 2s", "%q 不是时长，写法如 500ms 或 2s"}
	sayNoDrop     = phrase{"drop is true, a number of octets, or half, not %q", "drop 可写 true、字节数或 half，不能写 %q"}
)
