package lessons

import "byhand/session/text"

// What the guide says for itself.
var (
	sayOfferHint = text.T{EN: "Type :hint for help, :why for what is still missing.", ZH: "输入 :hint 看提示，输入 :why 看还差什么。"}
	sayNoHint    = text.T{EN: "There is no hint for this step.", ZH: "这一步没有提示。"}
	sayTheAnswer = text.T{EN: "The answer is: %s", ZH: "答案是：%s"}
	sayTheLines  = text.T{EN: "Type this:\n%s", ZH: "请输入：\n%s"}

	sayShapeAlone = text.T{EN: "The command is %s, and nothing after it.", ZH: "命令是 %s，后面什么也不加。"}
	sayShapeOne   = text.T{EN: "The command is %s with one argument.", ZH: "命令是 %s，后面跟一个参数。"}
	sayShapeMany  = text.T{EN: "The command is %s with %d arguments, blanks between them.", ZH: "命令是 %s，后面跟 %d 个参数，用空格隔开。"}

	sayWhy              = text.T{EN: "Still missing: %s.", ZH: "还差：%s。"}
	sayWhyAsk           = text.T{EN: "A question waits for your answer. :say reads it again.", ZH: "有一个问题等你回答。输入 :say 再看一遍。"}
	sayWhyFree          = text.T{EN: "Look round as long as you like; :next goes on.", ZH: "想看多久就看多久，输入 :next 继续。"}
	sayWhyNothing       = text.T{EN: "Nothing is missing that byhand can see.", ZH: "byhand 看得到的都齐了。"}
	sayNotYet           = text.T{EN: "This step is not done yet. :hint helps, :skip lets byhand type it.", ZH: "这一步还没完成。:hint 看提示，:skip 让 byhand 替你输入。"}
	sayNoSkip           = text.T{EN: "This step cannot be skipped.", ZH: "这一步不能跳过。"}
	sayOver             = text.T{EN: "The lesson is over.", ZH: "这一课已经结束。"}
	sayNothingLost      = text.T{EN: "Nothing is lost: all that was achieved before still holds.", ZH: "什么都没丢，前面做到的都还在。"}
	sayNothingToConfirm = text.T{EN: "There is nothing to confirm here.", ZH: "这里没有要确认的。"}
	sayNotYetSeen       = text.T{EN: "Not yet: something is missing that byhand can see. :why tells what.", ZH: "还不行：有些东西 byhand 看得到，还没有做到。:why 会告诉你差什么。"}
	sayLook             = text.T{
		EN: "byhand cannot look into this server's mailboxes. Look into the mailbox %s yourself, by POP3 or web mail; if it is as it should be, type :yes.",
		ZH: "byhand 看不到这台服务器的邮箱。请你自己用 POP3 或网页查看邮箱 %s；如果没有问题，输入 :yes。",
	}
	sayListed = text.T{EN: "%2d  %-12s %-8s %s", ZH: "%2d  %-12s %s  %s"}
	sayHere   = text.T{EN: "here", ZH: "正在做"}
	sayWrong  = text.T{EN: "Not that one. Look again at what the server said.", ZH: "不是这个。再看看服务器说了什么。"}

	sayWrongAgain    = text.T{EN: "That is not it, either. :say reads the question again, :hint helps.", ZH: "也不是这个。输入 :say 再读一遍题目，:hint 看提示。"}
	sayCommandAnswer = text.T{
		EN: "A question waits, so %s was taken for an answer and was not sent. :say reads the question again; :raw sends what you type to the server.",
		ZH: "现在有一个问题等你回答，所以 %s 被当作答案，没有发出去。输入 :say 再读一遍题目；输入 :raw 则把你输入的发给服务器。",
	}

	sayLost      = text.T{EN: "Something from before is lost: %s. :catchup types the lines again that bring it back.", ZH: "前面做到的丢了一样：%s。输入 :catchup，byhand 会把那几行重新输入一遍。"}
	sayClosed    = text.T{EN: "The connection is closed. :catchup connects again and brings you back to this step.", ZH: "连接断开了。输入 :catchup 重新连接，并回到这一步。"}
	sayQuitEarly = text.T{
		EN: "QUIT ended the session before this step was done. :catchup connects again and brings you back to this step.",
		ZH: "这一步还没做完，QUIT 就结束了会话。输入 :catchup 重新连接，并回到这一步。",
	}
	sayOtherArgs   = text.T{EN: "The server did %q. The step asks for the same command with something else after it; :say reads it again.", ZH: "服务器执行了 %q。这一步要的是同一条命令，但后面跟的不同。输入 :say 再看一遍要求。"}
	sayOtherLetter = text.T{
		EN: "The server took this letter, but it is not the one that was asked for. Check the sender, the subject, and the empty line between headers and text. The envelope is used up; :catchup writes it again.",
		ZH: "服务器收下了这封信，但不是要求的那一封。请检查寄信人、主题，以及信头和正文之间的空行。信封已经用掉了，输入 :catchup 重新写一个。",
	}

	sayMissUser     = text.T{EN: "the server has to take your name", ZH: "服务器还没有接受你的名字"}
	sayMissLogin    = text.T{EN: "you are not logged in", ZH: "还没有登录"}
	sayMissGreeted  = text.T{EN: "the server has not been greeted with HELO or EHLO", ZH: "还没有用 HELO 或 EHLO 问候服务器"}
	sayMissTLS      = text.T{EN: "the connection is not encrypted", ZH: "连接还没有加密"}
	sayMissFrom     = text.T{EN: "the envelope has no sender %s", ZH: "信封上没有寄信人 %s"}
	sayMissTo       = text.T{EN: "the envelope has no recipient %s", ZH: "信封上没有收信人 %s"}
	sayMissLetter   = text.T{EN: "the server has accepted no letter in this step", ZH: "这一步里服务器还没有收下信"}
	sayMissEarly    = text.T{EN: "the server has not accepted a letter before its lone dot", ZH: "服务器还没有在单独的点到来之前就收下信"}
	sayMissMarked   = text.T{EN: "message %s is not marked for deletion", ZH: "第 %s 封信没有作删除标记"}
	sayMissQuit     = text.T{EN: "the session was not ended with QUIT", ZH: "还没有用 QUIT 结束会话"}
	sayMissOpen     = text.T{EN: "there is no connection to %s", ZH: "还没有连接到 %s"}
	sayMissReply    = text.T{EN: "%s has not got the reply %s", ZH: "%s 还没有得到 %s 的回答"}
	sayMissGood     = text.T{EN: "%s has not got a good reply in the form that the step asks for", ZH: "%s 还没有按要求得到成功的回答"}
	sayMissWay      = text.T{EN: "it has to be done by %s", ZH: "要用 %s 来做"}
	sayMissState    = text.T{EN: "the session is not yet in the state that the step asks for", ZH: "会话还没有达到这一步要求的状态"}
	sayMissMail     = text.T{EN: "the mailbox %s is not yet as the step asks", ZH: "邮箱 %s 还不是这一步要求的样子"}
	sayMissSent     = text.T{EN: "this command has not been sent as the step asks: %s", ZH: "还没有按这一步的要求发出这条命令：%s"}
	sayMissTaken    = text.T{EN: "the server has not said yes to %s", ZH: "服务器还没有同意 %s"}
	sayMissAnyReply = text.T{EN: "no reply like this has come in this step: %s", ZH: "这一步里还没有出现这样的应答：%s"}
	sayMissTimes    = text.T{EN: "it was done %d of %d times", ZH: "已经做了 %d 次，一共要做 %d 次"}
	sayMissData     = text.T{EN: "the letter has no line yet that the step asks for", ZH: "信里还缺这一步要求的一行"}
	sayMissAuth     = text.T{EN: "the answer in the login is not yet the one that the step asks for", ZH: "登录过程中的回答还不是这一步要求的"}
	sayMissVar      = text.T{EN: "the value of %s should be %s", ZH: "%s 的值应为 %s"}
	sayMissNot      = text.T{EN: "something was done that this step rules out; :again begins the step anew", ZH: "做了这一步不允许的事；输入 :again 可重做这一步"}
	sayMissCount    = text.T{EN: "the mailbox %s holds %d letters, and the step asks for %d", ZH: "邮箱 %s 里有 %d 封信，这一步要求 %d 封"}
	sayMissSubject  = text.T{EN: "the mailbox %s has no letter whose subject begins with %q", ZH: "邮箱 %s 里没有主题以 %q 开头的信"}
	sayMissFacet    = text.T{EN: "the state of the session is not yet as the step asks: %s should be %s", ZH: "会话的状态还不是这一步要求的：%s 应为 %s"}
	sayAlready      = text.T{EN: "What this step asks for has been done already, so it passes at once.", ZH: "这一步要做的，前面已经做到了，所以直接通过。"}

	sayHelpHint    = text.T{EN: "a hint; the last one is the solution", ZH: "给一个提示，最后一个就是答案"}
	sayHelpSay     = text.T{EN: "read the task again", ZH: "再看一遍要求"}
	sayHelpWhy     = text.T{EN: "what is still missing", ZH: "还差什么"}
	sayHelpSkip    = text.T{EN: "let byhand type this step", ZH: "让 byhand 替你做这一步"}
	sayHelpNext    = text.T{EN: "go on from a step that is free or optional", ZH: "离开自由或可选的一步，继续"}
	sayHelpList    = text.T{EN: "all steps, and where you are", ZH: "列出所有步骤和你的位置"}
	sayHelpGoto    = text.T{EN: "go to a step: :goto NAME", ZH: "跳到某一步：:goto 名字"}
	sayHelpOpen    = text.T{EN: "connect: `:open pop3` or `:open smtp`", ZH: "建立连接：`:open pop3` 或 `:open smtp`"}
	sayOpenWhat    = text.T{EN: "`:open pop3` or `:open smtp`: what follows is the protocol to speak.", ZH: "请写 `:open pop3` 或 `:open smtp`：后面是要使用的协议。"}
	sayHelpBack    = text.T{EN: "read the step before once more; again for the one before that", ZH: "再看上一步的内容；重复输入就继续往前翻"}
	sayHelpFree    = text.T{EN: "try things out without the guide; :next calls it back", ZH: "自由练习，向导暂时离开；:next 请它回来"}
	sayHelpRaw     = text.T{EN: "at a question: type to the server all the same; :say puts the question again", ZH: "有问题未答时也可向服务器输入命令；:say 重新提问"}
	sayNoOlder     = text.T{EN: "There is no step before.", ZH: "前面没有步骤了。"}
	sayOlder       = text.T{EN: "Step %d (%s) said: %s", ZH: "第 %d 步（%s）说的是：%s"}
	sayFree        = text.T{EN: "The guide is away: try what you like, nothing counts. :next goes on with the lesson.", ZH: "向导先离开：随便试，什么都不计。输入 :next 继续上课。"}
	sayRaw         = text.T{EN: "What you type goes to the server now. :say puts the question again.", ZH: "现在输入的内容会发给服务器。:say 重新提问。"}
	sayRawAlready  = text.T{EN: "There is no question now: what you type goes to the server anyway.", ZH: "现在没有问题要答，输入的内容本来就会发给服务器。"}
	sayHelpAgain   = text.T{EN: "begin this step again on a fresh server", ZH: "在全新的服务器上重做这一步"}
	sayHelpCatchup = text.T{EN: "bring back what was lost, by typing those lines again", ZH: "把丢失的结果找回来：重新输入那几行"}
	sayHelpYes     = text.T{EN: "I have looked: it is there", ZH: "我看过了，确实如此"}
)

// resultWords are the results of steps as :list shows them.
var resultWords = map[Result]text.T{
	"":            {EN: "", ZH: "      "},
	ResultDone:    {EN: "done", ZH: "完成  "},
	ResultHelped:  {EN: "helped", ZH: "有提示"},
	ResultShown:   {EN: "shown", ZH: "看答案"},
	ResultSkipped: {EN: "skipped", ZH: "跳过  "},
}
