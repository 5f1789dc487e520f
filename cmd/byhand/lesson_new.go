package main

import (
	"errors"
	"fmt"
	"io/fs"
	"path/filepath"
	"strings"

	"byhand/lessons"
	"byhand/session/text"

	"github.com/spf13/cobra"
)

// newLesson writes a lesson that works, for its author to go on from.
func (a *app) newLesson() *cobra.Command {
	protocol := "pop3"
	cmd := &cobra.Command{
		Use:   "new ID",
		Short: sayNewShort.In(a.lang),
		Long:  sayNewLong.In(a.lang),
		Args:  words(1, 1, sayNewArgs),
		RunE: func(_ *cobra.Command, args []string) error {
			id, file := lessonID(args[0])
			if !lessons.IsID(id) {
				return usage(sayNewID.With(id))
			}
			src, ok := lessons.Skeleton(id, protocol)
			if !ok {
				return usage(sayNewProtocol.With(protocol))
			}
			return a.startLesson(file, src)
		},
	}
	cmd.Flags().StringVar(&protocol, "protocol", protocol, sayNewProtocolFlag.In(a.lang))
	return cmd
}

// lessonID gives a lesson's id and its file, from either.
func lessonID(name string) (id, file string) {
	file = name
	if !strings.HasSuffix(file, ".yaml") {
		file += ".yaml"
	}
	return strings.TrimSuffix(filepath.Base(file), ".yaml"), file
}

// startLesson writes a new lesson, and the schema beside it if there is none, and says what comes next.
func (a *app) startLesson(file string, src []byte) error {
	if err := newFile(file, src); err != nil {
		return err
	}
	fmt.Fprintln(a.out, sayWritten.With(file).In(a.lang))
	schema := filepath.Join(filepath.Dir(file), "lesson.schema.json")
	switch err := newFile(schema, lessons.Schema(a.lang)); {
	case errors.Is(err, fs.ErrExist):
	case err != nil:
		return err
	default:
		fmt.Fprintln(a.out, sayWrittenSchema.With(schema).In(a.lang))
	}
	fmt.Fprintln(a.out, sayNewNext.With(file).In(a.lang))
	return nil
}

var (
	sayNewShort = text.T{EN: "begin a lesson: a file of fifteen lines that works", ZH: "新建一课：十五行就能用的文件"}
	sayNewLong  = text.T{
		EN: "Writes ID.yaml, a lesson of two steps that works and tests itself, in English and Chinese, and beside it the schema by which editors complete.",
		ZH: "写出 ID.yaml：一课两步，中英文都有，能运行，也能自测；并在旁边放一份供编辑器补全用的 schema。",
	}
	sayNewArgs         = text.T{EN: "lesson new wants a name, as in `byhand lesson new my-lesson`.", ZH: "lesson new 需要一个名字，例如 `byhand lesson new my-lesson`。"}
	sayNewID           = text.T{EN: "%q can be no lesson's name: small letters a-z, digits and dashes, 32 at most.", ZH: "%q 不能作课程名：只用小写字母、数字和短横，最多 32 个。"}
	sayNewProtocol     = text.T{EN: "--protocol %q: it is pop3 or smtp.", ZH: "--protocol %q：只能是 pop3 或 smtp。"}
	sayNewProtocolFlag = text.T{EN: "what the lesson speaks: pop3 or smtp", ZH: "课程用哪个协议：pop3 或 smtp"}
	sayWritten         = text.T{EN: "%s is written.", ZH: "已写出 %s。"}
	sayWrittenSchema   = text.T{EN: "%s is written: with it editors complete the keys.", ZH: "已写出 %s：编辑器靠它补全键名。"}
	sayNewNext         = text.T{EN: "Open it in an editor, and let `byhand lesson watch %[1]s` look at each save. `byhand lesson run %[1]s` takes it.",
		ZH: "用编辑器打开它，让 `byhand lesson watch %[1]s` 在每次保存时检查。`byhand lesson run %[1]s` 可以上这一课。"}
)
