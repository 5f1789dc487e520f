//go:build unix

package shell

import (
	"strings"
	"testing"
)

// [6] Columns of wide characters, at the edge of the window too.
func TestWide(t *testing.T) {
	w := repl(t, 20, 8, nil)
	w.Type("你好世界")
	w.WaitScreen(10, "> 你好世界")
	w.Type("\x1b[D\x1b[Dx")
	w.WaitScreen(7, "> 你好x世界")
	w.Type("，中文很长")
	w.WaitText("> 你好x，中文很长世\n界")
	w.WaitCursor(17, 0)
	w.Type("\x05\x7f\x7f")
	w.WaitScreen(17, "> 你好x，中文很长")
}

func TestEdge(t *testing.T) {
	w := repl(t, 20, 8, nil)
	w.Type(strings.Repeat("x", 18))
	w.WaitScreen(0, "> "+strings.Repeat("x", 18), "")
	w.Type("y")
	w.WaitScreen(1, "> "+strings.Repeat("x", 18), "y")
	w.Type("\x7f\x7f")
	w.WaitScreen(19, "> "+strings.Repeat("x", 17))
}

// [7] What is printed meanwhile stands above the line, whole, and stays; the line stays whole too.
func TestPrint(t *testing.T) {
	w := repl(t, 40, 12, nil)
	w.Type("USER 小明")
	w.WaitText("USER 小明")
	w.term.Print("no line end")
	w.term.Print("* one\n* two\n")
	w.Type("\x1b[D\x1b[D!")
	w.WaitText("no line end\n* one\n* two\n> USER !小明")
	w.WaitCursor(8, 3)
	w.Type("\r")
	w.WaitText(`got "USER !小明"`)
}

// A row of output that comes while a long line is being typed: the line has several rows.
func TestPrintLong(t *testing.T) {
	w := repl(t, 20, 8, nil)
	w.Type(strings.Repeat("中文", 8))
	w.WaitScreen(14, "> 中文中文中文中文中", "文中文中文中文")
	w.term.Print("* one")
	w.WaitScreen(14, "* one", "> 中文中文中文中文中", "文中文中文中文")
}

// [8] A key costs a few bytes, however long the line is, and a burst of keys is drawn once.
func TestOutputIsSmall(t *testing.T) {
	w := repl(t, 80, 24, nil)
	w.Type(strings.Repeat("x", 4000))
	w.Wait("the text", func() bool { return strings.Count(w.Raw(), "x") >= 23*80 }) // what fits into the window
	before := len(w.Raw())
	for range 50 {
		w.Type("y")
	}
	w.Wait("the keys", func() bool { return strings.Count(w.Raw(), "y") == 50 })
	if n := len(w.Raw()) - before; n > 1000 {
		t.Errorf("50 keys cost %d bytes", n)
	}
	if before > 20_000 {
		t.Errorf("a burst of 4000 characters cost %d bytes", before)
	}
	w.Type("\r")
	if in := w.wait(t); string(in.Line) != strings.Repeat("x", 4000)+strings.Repeat("y", 50) {
		t.Errorf("%d bytes came back", len(in.Line))
	}
}

// [9] A window made wider or narrower leaves nothing behind.
func TestResize(t *testing.T) {
	w := repl(t, 20, 10, nil)
	w.Type("\x0c" + strings.Repeat("0123456789", 3))
	w.WaitScreen(12, "> 012345678901234567", "890123456789")
	w.Resize(40, 10)
	w.term.Redraw()
	w.WaitScreen(32, "> 012345678901234567890123456789")
	w.Type("x")
	w.WaitScreen(33, "> 012345678901234567890123456789x")
	w.Resize(15, 10)
	w.term.Redraw()
	w.WaitScreen(3, "> 0123456789012", "345678901234567", "89x")
}

// [19] Completion puts in what is certain and lists the rest above the line.
func TestCompletion(t *testing.T) {
	w := repl(t, 40, 12, func(o *Options) {
		o.Complete = func(line string, pos int) (cands []string, typed int) {
			word := line[strings.LastIndexByte(line[:pos], ' ')+1 : pos]
			for _, c := range []string{"RETR ", "RSET", "用户甲", "用户乙"} {
				if strings.HasPrefix(strings.ToLower(c), strings.ToLower(word)) {
					cands = append(cands, c)
				}
			}
			return cands, len(word)
		}
	})
	w.Type("r\t")
	w.WaitScreen(3, "RETR  RSET", "> r")
	w.Type("e\t")
	w.WaitScreen(7, "RETR  RSET", "> RETR")
	w.Type("用\t")
	w.WaitScreen(11, "RETR  RSET", "> RETR 用户")
	w.Type("\t")
	w.WaitScreen(11, "RETR  RSET", "用户甲  用户乙", "> RETR 用户")
	w.Type("x\t\x01\x1b[C\x1b[C\t")
	w.WaitText("> RETR TR 用户x")
	w.WaitRaw("\a")
}

func TestHint(t *testing.T) {
	w := repl(t, 40, 12, func(o *Options) {
		o.Hint = func(line string, pos int) string {
			if line != "" && strings.HasPrefix("RETR", line) {
				return "RETR"[len(line):] + " 序号"
			}
			return ""
		}
	})
	w.Type("RE")
	w.WaitText("> RETR 序号")
	w.WaitCursor(4, 0)
	w.Type("X")
	w.WaitScreen(5, "> REX")
	w.Type("\x7f\r") // the hint is not left behind
	w.WaitText("> RE\n" + `got "RE"`)
}

// A prompt changed while a line is typed keeps the line; what was typed behind a mask stays there.
func TestSetPrompt(t *testing.T) {
	w := repl(t, 40, 12, nil)
	w.Type("abc")
	w.WaitScreen(5, "> abc")
	w.term.SetPrompt("\x1b[1m邮件\x1b[0m> ", false)
	w.WaitScreen(9, "邮件> abc")
	w.term.SetPrompt("secret: ", true)
	w.WaitScreen(11, "secret: ***")
	w.Type("d")
	w.WaitScreen(12, "secret: ****")
	if line, masked := w.term.Take(); string(line) != "abcd" || !masked {
		t.Errorf("taken: %q, masked %v", line, masked)
	}
	w.term.SetPrompt("> ", false)
	w.WaitScreen(6, "> ****")
	w.Type("\x15new")
	w.WaitScreen(5, "> new")
	w.Type("\r")
	if in := w.wait(t); in.Masked || string(in.Line) != "new" {
		t.Errorf("got %+v", in)
	}
}

func TestErase(t *testing.T) {
	w := repl(t, 20, 12, func(o *Options) { o.Erase = true })
	w.Type(strings.Repeat("a", 30) + "\rb\r")
	w.WaitScreen(2, `got "`+strings.Repeat("a", 15), strings.Repeat("a", 15)+`"`, `got "b"`, ">")
}
