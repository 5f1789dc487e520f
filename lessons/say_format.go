package lessons

import "byhand/session/text"

// What is said of a lesson's file.
var (
	sayEmptyFile    = text.T{EN: "the file is empty", ZH: "文件是空的"}
	sayTwoDocuments = text.T{EN: "a second document begins here; a lesson is one", ZH: "这里开始了第二个文档，一个文件只能有一课"}
	sayNoYAML       = text.T{EN: "this is not YAML: %s", ZH: "不是正确的 YAML：%s"}
	sayNoTabs       = text.T{EN: "indent with blanks, not with tabs", ZH: "请用空格缩进，不要用制表符"}
	sayTooDeep      = text.T{EN: "nested too deep", ZH: "嵌套太深"}
	sayKeyNotWord   = text.T{EN: "a key must be a word", ZH: "键必须是一个词"}
	sayTwice        = text.T{EN: "%q stands here twice, first in line %d", ZH: "%q 出现了两次，第一次在第 %d 行"}
	sayAlias        = text.T{EN: "%s is an alias in YAML; lessons have none", ZH: "%s 在 YAML 里是别名，课程不用别名"}
	sayAnchor       = text.T{EN: "the text begins with %s, which YAML takes for an anchor and drops in silence", ZH: "文字以 %s 开头，YAML 会当作锚点悄悄丢掉"}
	sayTag          = text.T{EN: "the text begins with a tag, %s, which YAML drops in silence", ZH: "文字以标签 %s 开头，YAML 会悄悄丢掉它"}
	sayBegins       = text.T{EN: "the text begins with %s, which means something else in YAML", ZH: "文字以 %s 开头，它在 YAML 里另有含义"}
	sayColon        = text.T{EN: "a colon with a blank after it begins a new key in YAML", ZH: "冒号后面有空格，YAML 会当作新的键"}
	sayQuoteCloses  = text.T{EN: "the quote closes before the text ends, or never", ZH: "引号在文字结束之前就闭合了，或者没有闭合"}
	sayQuote        = text.T{EN: "put the text in quotes: %s", ZH: "请给文字加上引号 (quote)：%s"}
	sayFlowQuote    = text.T{EN: "between { } and [ ] put each text in quotes", ZH: "在 { } 和 [ ] 里，每段文字都请加引号 (quote)"}
	sayComment      = text.T{EN: "%s is taken for a comment and is lost", ZH: "%s 会被当作注释 (comment) 而丢失"}
	sayQuoteOrMove  = text.T{
		EN: "if it belongs to the text, put it in quotes: %s; if it is a comment, give it a line of its own",
		ZH: "如果它是文字的一部分，请加引号：%s；如果是注释，请单独写一行",
	}

	sayUnknownKey  = text.T{EN: "unknown key %q", ZH: "不认识的键 %q"}
	sayDidYouMean  = text.T{EN: "did you mean %q?", ZH: "是不是想写 %q？"}
	sayMissingKey  = text.T{EN: "missing: %s", ZH: "缺少：%s"}
	sayNotTable    = text.T{EN: "%s must be keys with values", ZH: "%s应当是一组“键: 值”"}
	sayNotList     = text.T{EN: "%s must be a list, each entry after a dash", ZH: "%s 应当是列表，每项前加短横"}
	sayTooFew      = text.T{EN: "%s must have %d entries or more", ZH: "%s 至少要有 %d 项"}
	sayEmptyList   = text.T{EN: "the list is empty", ZH: "列表是空的"}
	sayNoText      = text.T{EN: "there is nothing after the colon", ZH: "冒号后面没有内容"}
	sayNotText     = text.T{EN: "%s is no text for YAML", ZH: "%s 在 YAML 里不是文字"}
	sayTextNotList = text.T{EN: "this must be one text, not a list", ZH: "这里应当是一段文字，不是列表"}

	sayTextNotTable = text.T{EN: "this must be one text, not keys with values", ZH: "这里应当是一段文字，不是“键: 值”"}
	sayLanguageKeys = text.T{
		EN: "for another language write a key beside it: say: Hello and, on the next line, say.zh: 你好",
		ZH: "其他语言请并排另写一个键：say: Hello，下一行 say.zh: 你好",
	}
	sayNotNumber  = text.T{EN: "%q is no number", ZH: "%q 不是数字"}
	sayNotBool    = text.T{EN: "%q must be true or false", ZH: "%q 应当是 true 或 false"}
	sayNotOneOf   = text.T{EN: "%q must be one of: %s", ZH: "%q 应当是下列之一：%s"}
	sayNotName    = text.T{EN: "%q is no name: small letters a-z, digits and dashes, 32 at most", ZH: "%q 不能作名字：只用小写字母、数字和短横，最多 32 个"}
	sayNotSpan    = text.T{EN: "%q must be two line numbers, as in 3-9", ZH: "%q 应当是两个行号，如 3-9"}
	sayOtherCount = text.T{EN: "%s.%s has %d entries, the other language has %d", ZH: "%s.%s 有 %d 项，另一种语言有 %d 项"}
	sayVersion    = text.T{EN: "format version %d; this program reads version %d", ZH: "格式版本是 %d，本程序读的是版本 %d"}
	sayEmptyStep  = text.T{EN: "a step needs one of say, do, ask, expect, play", ZH: "一步至少要有 say、do、ask、expect、play 之一"}

	sayNoSuchStep       = text.T{EN: "there is no step %q", ZH: "没有 %q 这一步"}
	sayNoSuchConnection = text.T{EN: "%q is not in connect", ZH: "connect 里没有 %q"}
	sayEmptyExpect      = text.T{EN: "nothing is expected here", ZH: "这里没有写任何期待"}
	sayBadRegex         = text.T{EN: "the regular expression has a fault: %v", ZH: "正则表达式有错：%v"}
	sayBadReply         = text.T{
		EN: "%q is no reply: write ok, err, any, +OK, -ERR, 250, 4yz, 5.1.1, a code with text, or /regex/",
		ZH: "%q 不能作应答：请写 ok、err、any、+OK、-ERR、250、4yz、5.1.1、代码加文字，或 /正则/",
	}
	sayNoUser        = text.T{EN: "letters for %q, who is not among the users", ZH: "有给 %q 的信，但 users 里没有这个人"}
	sayNotDelay      = text.T{EN: "%q is no time: write 2s or 500ms", ZH: "%q 不是时间，请写成 2s 或 500ms"}
	sayNoFile        = text.T{EN: "the file %s does not lie beside the lesson", ZH: "课程旁边没有文件 %s"}
	sayUnknownVar    = text.T{EN: "nothing gives %s a value", ZH: "%s 没有来源"}
	sayUnknownFilter = text.T{EN: "there is no filter %q; there are %s", ZH: "没有过滤器 %q，只有 %s"}

	sayOtherLesson = text.T{EN: "this translates %q, the lesson is %q", ZH: "这是 %q 的译文，而课程是 %q"}
	sayNoQuestion  = text.T{EN: "step %s asks no question", ZH: "步骤 %s 没有提问"}

	sayWordLesson  = text.T{EN: "a lesson", ZH: "课程"}
	sayWordStep    = text.T{EN: "a step", ZH: "步骤"}
	sayWordOops    = text.T{EN: "a mistake", ZH: "oops "}
	sayWordAsk     = text.T{EN: "a question", ZH: "问题"}
	sayWordTest    = text.T{EN: "a test", ZH: "测试"}
	sayWordExpect  = text.T{EN: "an expectation", ZH: "期待"}
	sayWordState   = text.T{EN: "a state", ZH: "状态"}
	sayWordWorld   = text.T{EN: "a world", ZH: "world "}
	sayWordUsers   = text.T{EN: "users", ZH: "users "}
	sayWordMail    = text.T{EN: "mail", ZH: "mail "}
	sayWordLetter  = text.T{EN: "a letter", ZH: "信"}
	sayWordCaps    = text.T{EN: "caps", ZH: "caps "}
	sayWordFault   = text.T{EN: "a fault", ZH: "故障"}
	sayWordVars    = text.T{EN: "vars", ZH: "vars "}
	sayWordGrading = text.T{EN: "grading", ZH: "grading "}
)
