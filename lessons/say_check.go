package lessons

import "byhand/session/text"

// What the self-test says.
var (
	sayCheckSolution = text.T{EN: "the solution passes", ZH: "答案能通过"}
	sayCheckStep     = text.T{EN: "step %s passes by its solution", ZH: "步骤 %s 用答案能通过"}
	sayCheckStart    = text.T{EN: "step %s is not passed at its start", ZH: "步骤 %s 开始时没有已经通过"}
	sayCheckLower    = text.T{EN: "the same in small letters", ZH: "用小写字母输入也能通过"}
	sayCheckSpaced   = text.T{EN: "the same with a blank after the colon", ZH: "冒号后加空格也能通过"}
	sayCheckWords    = text.T{EN: "the same with other words in every letter", ZH: "信里换成别的文字也能通过"}
	sayCheckNonsense = text.T{EN: "step %s: not by NOOP, not by nonsense, solvable after it", ZH: "步骤 %s：NOOP 和乱输不会通过，之后仍能完成"}
	sayCheckDropped  = text.T{EN: "step %s: solvable after a lost line", ZH: "步骤 %s：断线之后仍能完成"}
	sayCheckAlso     = text.T{EN: "step %s: %q passes, and the rest after it", ZH: "步骤 %s：%q 也能通过，之后的步骤也能完成"}
	sayCheckGreeting = text.T{EN: "step %s: %q greets as well, and the rest can be solved after it", ZH: "步骤 %s：用 %q 问候也行，之后的步骤也能完成"}
	sayCheckLogin    = text.T{EN: "step %s: a login by %s counts as well, and the rest can be solved after it", ZH: "步骤 %s：用 %s 登录也算数，之后的步骤也能完成"}
	sayCheckExtras   = text.T{EN: "the same with an extra NOOP, RSET and STAT before each command", ZH: "每条命令之前多输入 NOOP、RSET、STAT 也能通过"}
	sayCheckOops     = text.T{EN: "step %s: oops[%d] is advised and can be made good", ZH: "步骤 %s：oops[%d] 会得到建议，并能补救"}
	sayCheckAuthor   = text.T{EN: "test: %s", ZH: "测试：%s"}
	sayCheckQuestion = text.T{EN: "the question can be answered", ZH: "问题有答案可选"}
	sayCheckLanguage = text.T{EN: "every language is complete", ZH: "每种语言都完整"}
	sayCheckStale    = text.T{EN: "no translation is stale", ZH: "译文没有过时"}

	sayCheckBroken   = text.T{EN: "the practice server does not answer: %v", ZH: "练习服务器没有应答：%v"}
	sayCheckStuck    = text.T{EN: "step %s does not pass: %v", ZH: "步骤 %s 没有通过：%v"}
	sayCheckLacks    = text.T{EN: "step %s does not pass: %s; the server said %q", ZH: "步骤 %s 没有通过：%s；服务器说的是 %q"}
	sayCheckAlready  = text.T{EN: "it is passed before anything is typed; fresh: true asks for it anew", ZH: "什么都没输入就通过了；写上 fresh: true 可以要求重新做"}
	sayCheckPassedBy = text.T{EN: "%q passes it", ZH: "输入 %q 就通过了"}
	sayCheckNoTry    = text.T{EN: "try is missing: lines that make this mistake", ZH: "缺少 try：能犯这个错误的输入"}
	sayCheckNoAdvice = text.T{EN: "%q should give the advice %s, but gives %s; the server said %q", ZH: "输入 %q 应当得到建议 %s，实际得到 %s；服务器说的是 %q"}
)
