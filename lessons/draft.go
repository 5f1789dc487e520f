package lessons

import (
	"fmt"
	"strings"
)

// skeletons are the steps of a new lesson, by the protocol that it speaks.
var skeletons = map[string]string{
	"pop3": `  - id: user
    say: Tell the server whose mailbox you want.
    say.zh: 告诉服务器你要打开谁的邮箱。
    do: USER ${user}
`,
	"smtp": `  - id: greet
    say: Greet the server with the name of your machine.
    say.zh: 报上你机器的名字，问候服务器。
    do: EHLO my-pc
`,
}

const skeletonHead = Modeline + `
byhand: 1
lesson: %s
title: The title of %[1]s
title.zh: %[1]s 的标题
connect: %[2]s
steps:
`

const skeletonEnd = `  - id: leave
    say: Take your leave.
    say.zh: 向服务器告辞。
    do: QUIT
`

// Skeleton gives a new lesson that works, to be filled by its author; protocol is pop3 or smtp. ok is false if id can
// be no lesson's, or the protocol is another.
func Skeleton(id, protocol string) (src []byte, ok bool) {
	step, known := skeletons[protocol]
	if !known || !IsID(id) {
		return nil, false
	}
	return []byte(fmt.Sprintf(skeletonHead, id, protocol) + step + skeletonEnd), true
}

// IsID reports whether a lesson can be named so.
func IsID(id string) bool { return nameForm().MatchString(id) }

// Draft gives a lesson that another program wrote its name and its modeline; src has neither yet, and a line "lesson:"
// with a name to be replaced.
func Draft(id string, src []byte) []byte {
	lines := strings.SplitAfter(string(src), "\n")
	for i, line := range lines {
		if strings.HasPrefix(line, "lesson: ") {
			lines[i] = "lesson: " + id + "\n"
			break
		}
	}
	return []byte(Modeline + "\n" + strings.Join(lines, ""))
}
