package main

import (
	"fmt"
	"strconv"
	"strings"

	"byhand/session"
	"byhand/session/annotate"
	"byhand/session/shell"
	"byhand/session/text"
)

// local is the table of the shell's local commands that need more than the shell: what they answer goes to the screen only.
func (c *call) local() []shell.Command {
	return []shell.Command{
		{Name: "help", Help: text.T{EN: "this list", ZH: "显示这份列表"}, Run: func(string) error { return c.help() }},
		{Name: "b64", Args: "[TEXT]", Help: text.T{EN: "TEXT in Base64, as AUTH wants it; without TEXT it is asked for behind stars", ZH: "把 TEXT 编成 Base64，供 AUTH 使用；不写 TEXT 就隐藏着输入"}, Run: c.b64},
		{Name: "unb64", Args: "TEXT", Help: text.T{EN: "what Base64 TEXT says", ZH: "解开 Base64 文本"}, Run: c.unb64},
		{Name: "plain", Args: "USER [PASS]", Help: text.T{EN: "the one line that AUTH PLAIN wants; without PASS it is asked for behind stars", ZH: "AUTH PLAIN 需要的那一行；不写密码就隐藏着输入"}, Run: c.plain},
		{Name: "apop", Args: "NAME [PASS]", Help: helpApop, Run: c.apop},
		{Name: "cram", Args: "NAME [PASS]", Help: helpCram, Run: c.cram},
		{Name: "explain", Args: "[N|WORDS]", Help: text.T{EN: "all about the last reply, about line N, or about WORDS", ZH: "详细解释上一个应答、第 N 行，或某个词"}, Run: c.explain},
		{Name: "hex", Args: "[N]", Help: text.T{EN: "the bytes of the last reply, or of line N", ZH: "上一个应答或第 N 行的字节"}, Run: c.hex},
		{Name: "note", Args: "TEXT", Help: text.T{EN: "write a remark into the recording", ZH: "在记录里写一条备注"},
			Run: func(arg string) error {
				c.wire.Mark(session.NewMark("note", "who", "learner", "text", arg))
				return nil
			}},
	}
}

func (c *call) help() error {
	var b strings.Builder
	for _, cmd := range c.shell.Commands() {
		name := c.prefix + strings.TrimRight(cmd.Name+" "+cmd.Args, " ")
		fmt.Fprintf(&b, "  %-18s %s\n", name, cmd.Help.In(c.a.lang))
	}
	b.WriteString(sayHelpEnd.With(c.prefix).In(c.a.lang) + "\n")
	c.print(rows(b.String(), c.a.width(c.a.out)()))
	return nil
}

func (c *call) unb64(arg string) error {
	shown, notes := annotate.Unbase64(arg)
	x := annotate.Explanation{Notes: notes}
	c.print(visible(shown) + "\n" + string(c.view.screen.At(annotate.All).Explain(nil, x)))
	return nil
}

func (c *call) plain(arg string) error {
	user, pass, given := strings.Cut(arg, " ")
	if given || user == "" {
		c.print(annotate.Plain(user, pass) + "\n")
		return nil
	}
	return c.hidden(func(pass string) string { return annotate.Plain(user, pass) })
}

func (c *call) b64(arg string) error {
	if arg != "" {
		c.print(annotate.Base64(arg) + "\n")
		return nil
	}
	return c.hidden(annotate.Base64)
}

// hidden reads a secret behind stars. Its code goes into the next line, behind stars as well, where the server waits for it;
// else it is shown, with a warning that it is the secret itself.
func (c *call) hidden(code func(string) string) error {
	secret, ok, err := c.shell.Ask("***> ")
	if err != nil || !ok {
		return err
	}
	if c.shell.Hand(code(secret)) {
		c.say(sayHanded.With())
		return nil
	}
	c.print(code(secret) + "\n")
	c.say(sayReadable.With())
	return nil
}

// explain says all that is known of a line of this session, or of any words.
func (c *call) explain(arg string) error {
	n, err := strconv.Atoi(arg)
	if arg != "" && err != nil {
		return c.a.tell(func(lines []byte) { c.print(string(lines)) }, c.view.screen.At(annotate.All), strings.Fields(arg))
	}
	m, ok := c.view.past.find(n)
	if !ok {
		c.say(sayNoLine.With())
		return nil
	}
	c.print(string(c.view.screen.At(annotate.All).Event(nil, &m.e, m.x)))
	return nil
}

func (c *call) hex(arg string) error {
	n, _ := strconv.Atoi(arg)
	m, ok := c.view.past.find(n)
	if !ok {
		c.say(sayNoLine.With())
		return nil
	}
	c.print(string(c.view.screen.Hex(nil, m.e.Raw)))
	return nil
}

var (
	sayHelpEnd = text.T{
		EN: "  Inside DATA and AUTH every line is sent, whatever it begins with; Ctrl-] takes one command of byhand there. %[1]s%[1]s sends a line that begins with %[1]s.",
		ZH: "  在 DATA 和 AUTH 里每一行都会发出，不论以什么开头；此时按 Ctrl-] 可输入一条 byhand 命令。要发送以 %[1]s 开头的行，请输入 %[1]s%[1]s。"}
	sayHanded   = text.T{EN: "It stands in the line, behind the stars. Enter sends it.", ZH: "它已放进输入行，显示为星号。按回车就会发出。"}
	sayReadable = text.T{EN: "Base64 hides nothing: whoever sees this line can read the password.", ZH: "Base64 并不保密：谁看到这一行，谁就能读出密码。"}
	sayNoLine   = text.T{EN: "There is no such line among those kept.", ZH: "保留的行里没有这一行。"}
)
