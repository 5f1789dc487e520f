package main

import (
	"crypto/rand"
	"encoding/csv"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"

	"byhand/lessons"
	"byhand/session/render"
	"byhand/session/text"

	"github.com/spf13/cobra"
)

// lessonClass is the family of subcommands on a class whose learners each have values of their own.
func (a *app) lessonClass() *cobra.Command {
	cmd := &cobra.Command{
		Use:   "class",
		Short: sayClassShort.In(a.lang),
		Long:  sayClassLong.In(a.lang),
		Args:  noArgs,
		RunE:  func(cmd *cobra.Command, _ []string) error { return cmd.Help() },
	}
	cmd.AddCommand(a.newClass(), a.classCodes())
	return cmd
}

// newClass writes a class file with a new key.
func (a *app) newClass() *cobra.Command {
	return &cobra.Command{
		Use:   "new NAME [LEARNER...]",
		Short: sayClassNewShort.In(a.lang),
		Args:  words(1, 1000, sayClassNewArgs),
		RunE: func(_ *cobra.Command, args []string) error {
			name, file := classNames(args[0])
			c, err := lessons.NewClass(name, args[1:], rand.Reader)
			if err != nil {
				return err
			}
			if err := newFileFor(0o600, file, c.File()); err != nil {
				return err
			}
			return a.page(a.out, sayClassWritten.With(visible(file)).In(a.lang)+"\n"+sayClassNext.With(visible(file)).In(a.lang)+"\n")
		},
	}
}

// classNames gives a class's name and its file, from either.
func classNames(arg string) (name, file string) {
	file = arg
	if !strings.HasSuffix(file, ".json") {
		file += ".class.json"
	}
	name, _, _ = strings.Cut(filepath.Base(file), ".")
	return name, file
}

// classCodes lists the codes of learners, for the instructor to hand out one by one.
func (a *app) classCodes() *cobra.Command {
	format := "table"
	cmd := &cobra.Command{
		Use:   "codes FILE [LEARNER...]",
		Short: sayClassCodesShort.In(a.lang),
		Args:  words(1, 1000, sayClassCodesArgs),
		RunE: func(_ *cobra.Command, args []string) error {
			c, err := a.readClass(args[0])
			if err != nil {
				return err
			}
			who := args[1:]
			if len(who) == 0 {
				who = c.Learners
			}
			if len(who) == 0 {
				return &failure{what: sayClassNobody.With(visible(args[0])), hint: sayClassNobodyHint.With(visible(args[0]))}
			}
			rows := [][]string{}
			for _, name := range who {
				rows = append(rows, []string{visible(name), c.Code(name)})
			}
			switch format {
			case "table":
				text, _ := columns(rows)
				return a.page(a.out, text+"\n"+sayClassHandOut.In(a.lang)+"\n")
			case "csv":
				return csv.NewWriter(a.out).WriteAll(append([][]string{{"learner", "code"}}, rows...))
			}
			return usage(sayGradeForm.With(format, "table, csv"))
		},
	}
	cmd.Flags().StringVar(&format, "format", format, sayGradeFormat.With("table, csv").In(a.lang))
	return cmd
}

// readClass reads a class file, and tells if others can read the key in it.
func (a *app) readClass(file string) (*lessons.Class, error) {
	src, err := os.ReadFile(file)
	if err != nil {
		return nil, err
	}
	if info, err := os.Stat(file); err == nil && info.Mode().Perm()&0o077 != 0 && runtime.GOOS != "windows" {
		_, _ = a.err.Write(a.renderer(a.err, a.depth).Say(nil, render.Remark, sayClassOpen.With(visible(file))))
	}
	return lessons.ReadClass(file, src)
}

// class tells the seed of each learner: by the key of a class file, or by a code that all know, with which it is CODE/NAME.
type class struct {
	code  string
	keyed *lessons.Class
	known map[string]string // the seeds of those who are in the file, or have handed something in
}

// classOf gives the class of --class; without one there is no seed.
func (a *app) classOf(flag string) (*class, error) {
	c := &class{code: flag, known: map[string]string{}}
	if !strings.HasSuffix(flag, ".json") {
		return c, nil
	}
	var err error
	if c.keyed, err = a.readClass(flag); err != nil {
		return nil, err
	}
	for _, name := range c.keyed.Learners {
		c.note(name)
	}
	return c, nil
}

// note counts somebody among the class.
func (c *class) note(learner string) {
	if seed := c.seed(learner); seed != "" {
		c.known[learner] = seed
	}
}

// name gives the name by which learners of two classes are told apart.
func (c *class) name() string {
	if c.keyed != nil {
		return c.keyed.Name
	}
	return c.code
}

func (c *class) seed(learner string) string {
	switch {
	case c.keyed != nil:
		return c.keyed.Code(learner)
	case c.code != "":
		return c.code + "/" + learner
	}
	return ""
}

// remarks tells whether a session has another learner's values, and whether its learner is unknown.
func (c *class) remarks(g *lessons.Grader, l *lessons.Lesson, own []lessons.StepGrade, learner string) (all []text.Said) {
	if c.keyed != nil && !c.keyed.Has(learner) {
		all = append(all, sayNotInClass.With(learner))
	}
	whose, values := g.Whose(l, own, c.seed(learner), c.known)
	if whose == "" {
		return all
	}
	var named []string
	for _, name := range slices.Sorted(maps.Keys(values)) {
		named = append(named, name+" "+values[name])
	}
	return append(all, sayOthersValues.With(whose, strings.Join(named, ", ")))
}

// twins remarks sessions that two learners handed in alike, to the millisecond.
func twins(all []*graded) {
	first := map[[32]byte]*graded{}
	for _, g := range all {
		switch other := first[g.print]; {
		case !g.timed:
		case other == nil:
			first[g.print] = g
		case other.Learner != g.Learner:
			g.Remarks = append(g.Remarks, saySameSession.With(other.File))
			other.Remarks = append(other.Remarks, saySameSession.With(g.File))
		}
	}
}

// seedTyped gives the seed of --seed; a learner's code with a slip in it is refused, for its values would be nobody's.
func seedTyped(typed string) (string, error) {
	seed, ok := lessons.Seed(typed)
	if !ok {
		return "", &failure{what: saySeedSlip.With(visible(fmt.Sprintf("%q", typed))), hint: saySeedSlipHint.With()}
	}
	return seed, nil
}

var (
	sayClassShort = text.T{EN: "give each learner of a class values of their own", ZH: "让班里每个学生有自己的变量值"}
	sayClassLong  = text.T{
		EN: "In lessons such as the exam some values differ from learner to learner. `lesson class new` writes a class file with a secret key; from it each learner's code is made, and from the code the values. Keep the file to yourself, and give each learner the own code: `lesson class codes`. `lesson grade --class FILE` and `lesson report --class FILE` then know what each learner's values must have been, and tell when a transcript has another's.",
		ZH: "有些课（例如考试）的变量因人而异。`lesson class new` 写出一个带密钥的班级文件；由密钥算出每个学生的个人代码，由代码算出变量。班级文件请自己保管，把各人的代码发给各人：`lesson class codes`。之后 `lesson grade --class FILE` 和 `lesson report --class FILE` 就知道每个学生应有的变量值，记录里若是别人的值会指出来。",
	}
	sayClassNewShort   = text.T{EN: "write a class file with a new secret key", ZH: "新建班级文件，带一把新密钥"}
	sayClassNewArgs    = text.T{EN: "lesson class new wants a name, as in `byhand lesson class new spring26`.", ZH: "lesson class new 需要一个名字，例如 `byhand lesson class new spring26`。"}
	sayClassCodesShort = text.T{EN: "list the learners' codes, to hand out one by one", ZH: "列出每个学生的个人代码，逐一发放"}
	sayClassCodesArgs  = text.T{EN: "lesson class codes wants a class file, as in `byhand lesson class codes spring26.class.json amy`.", ZH: "lesson class codes 需要班级文件，例如 `byhand lesson class codes spring26.class.json amy`。"}
	sayClassWritten    = text.T{EN: "%s is written. The key in it is secret: who has it can work out everybody's values.", ZH: "已写出 %s。里面的密钥要保密：谁拿到它，谁就能算出所有人的变量值。"}
	sayClassNext       = text.T{EN: "`byhand lesson class codes %[1]s amy` gives amy's code; the names of all can stand in the file, too.", ZH: "用 `byhand lesson class codes %[1]s amy` 查看 amy 的代码；也可以把全班名字写进文件。"}
	sayClassNobody     = text.T{EN: "%s names no learners.", ZH: "%s 里没有学生名单。"}
	sayClassNobodyHint = text.T{EN: "Write them into the file (\"learners\"), or name them: `byhand lesson class codes %s amy ben`.", ZH: "请写进文件的 \"learners\"，或直接列出：`byhand lesson class codes %s amy ben`。"}
	sayClassHandOut    = text.T{EN: "Give each learner the own code, and nobody another's. A learner begins with it: `byhand lesson run exam --seed CODE`", ZH: "各人的代码只发给本人。学生这样开始：`byhand lesson run exam --seed CODE`"}
	sayClassOpen       = text.T{EN: "Others on this machine can read %[1]s and the key in it: `chmod 600 %[1]s` closes it.", ZH: "这台机器上的其他人能读到 %[1]s 和里面的密钥：用 `chmod 600 %[1]s` 收回权限。"}
	sayNotInClass      = text.T{EN: "%s is not among the learners of the class file", ZH: "班级文件里没有 %s"}
	sayOthersValues    = text.T{EN: "these are another learner's values: %s (%s)", ZH: "这是别的学生的变量值：%s（%s）"}
	saySameSession     = text.T{EN: "the same session as %s, to the millisecond", ZH: "与 %s 是同一次会话，时间分毫不差"}
	saySeedSlip        = text.T{EN: "The code %s has a slip in it.", ZH: "代码 %s 输错了。"}
	saySeedSlipHint    = text.T{EN: "Compare it with the one that you were given, letter by letter; capitals make no difference.", ZH: "请与发给你的代码逐个字符核对；大小写没有关系。"}
)
