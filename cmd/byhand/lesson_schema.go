package main

import (
	"byhand/lessons"
	"byhand/session/text"

	"github.com/spf13/cobra"
)

// lessonSchema prints the JSON Schema by which editors complete and check a lesson while it is written.
func (a *app) lessonSchema() *cobra.Command {
	return &cobra.Command{
		Use:   "schema",
		Short: saySchemaShort.In(a.lang),
		Long:  saySchemaLong.With(lessons.Modeline).In(a.lang),
		Args:  noArgs,
		RunE: func(*cobra.Command, []string) error {
			_, err := a.out.Write(lessons.Schema(a.lang))
			return err
		},
	}
}

var (
	saySchemaShort = text.T{EN: "print the JSON Schema of lessons, for editors", ZH: "输出课程格式的 JSON Schema，供编辑器使用"}
	saySchemaLong  = text.T{
		EN: "Prints the JSON Schema (draft 7) of lessons. Save it beside your lessons, and editors with a YAML language server complete and check them:\n  byhand lesson schema > lesson.schema.json\nEach lesson names it in its first line:\n  %s",
		ZH: "输出课程格式的 JSON Schema（draft 7）。存到课程旁边，带 YAML 语言服务器的编辑器就能补全和检查：\n  byhand lesson schema > lesson.schema.json\n课程第一行写明它的位置：\n  %s",
	}
)
