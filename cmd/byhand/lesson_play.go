package main

import (
	"time"

	"byhand/session/text"

	"github.com/spf13/cobra"
)

// playLesson shows a lesson as its author would take it: a demonstration for a class.
func (a *app) playLesson() *cobra.Command {
	var auto bool
	pace := time.Second
	cmd := &cobra.Command{
		Use:   "play NAME",
		Short: sayPlayShort.In(a.lang),
		Args:  words(1, 1, sayPlayArgs),
		RunE: func(cmd *cobra.Command, args []string) error {
			if pace < 0 {
				return usage(sayPlayPace.With(pace))
			}
			l, err := a.loadLesson(args[0])
			if err != nil {
				return err
			}
			return a.guideThrough(cmd.Context(), l, taking{auto: true, pace: pace, keep: keepFlags{off: true}})
		},
	}
	cmd.Flags().BoolVar(&auto, "auto", true, sayAutoFlag.In(a.lang))
	cmd.Flags().DurationVar(&pace, "pace", pace, sayPaceFlag.In(a.lang))
	return cmd
}

var (
	sayPlayShort = text.T{EN: "show a lesson: byhand types the author's lines", ZH: "演示一课：由 byhand 输入作者的命令"}
	sayPlayArgs  = text.T{EN: "lesson play wants the name of a lesson, as in `byhand lesson play pop3-read --auto`.", ZH: "lesson play 需要课程名，例如 `byhand lesson play pop3-read --auto`。"}
	sayPlayPace  = text.T{EN: "--pace %v: a pause cannot be shorter than nothing.", ZH: "--pace %v：停顿不能是负数。"}
)
