package main

import (
	"fmt"
	"strings"

	"byhand/session/text"

	"github.com/spf13/cobra"
)

// help gives cobra our words for its own: what --help prints is in the user's language throughout.
func (a *app) help(root *cobra.Command) {
	root.PersistentFlags().BoolP("help", "h", false, sayHelpFlag.In(a.lang))
	root.Flags().BoolP("version", "v", false, sayVersionFlag.In(a.lang))
	root.CompletionOptions.HiddenDefaultCmd = true
	root.SetHelpFunc(func(cmd *cobra.Command, _ []string) { _ = a.page(a.out, a.manual(cmd)) })
	root.SetHelpCommand(&cobra.Command{
		Use: "help [COMMAND]", Hidden: true,
		RunE: func(_ *cobra.Command, args []string) error {
			cmd, rest, err := root.Find(args)
			if err != nil || len(rest) > 0 {
				return usage(sayNoCommand.With(strings.Join(args, " ")))
			}
			return cmd.Help()
		},
	})
}

// manual is what --help prints of a command.
func (a *app) manual(cmd *cobra.Command) string {
	var b strings.Builder
	about := cmd.Long
	if about == "" {
		about = cmd.Short
	}
	fmt.Fprintf(&b, "%s\n\n%s\n  %s\n", about, sayUsage.In(a.lang), strings.Replace(cmd.UseLine(), "[flags]", sayFlagsWord.In(a.lang), 1))
	if cmd.HasAvailableSubCommands() {
		fmt.Fprintf(&b, "  %s ...\n\n%s\n", cmd.CommandPath()+" "+sayCommandWord.In(a.lang), sayCommands.In(a.lang))
		for _, c := range cmd.Commands() {
			if c.IsAvailableCommand() {
				fmt.Fprintf(&b, "  %-10s %s\n", c.Name(), c.Short)
			}
		}
	}
	for _, part := range []struct {
		title text.T
		flags string
	}{{sayOptions, cmd.LocalFlags().FlagUsages()}, {sayCommonOptions, cmd.InheritedFlags().FlagUsages()}} {
		if part.flags != "" {
			fmt.Fprintf(&b, "\n%s\n%s", part.title.In(a.lang), defaults().ReplaceAllString(part.flags, sayDefault.In(a.lang)))
		}
	}
	return b.String()
}

// defaults finds what pflag says of a default.
var defaults = lazy(`(?m) \(default (.*)\)$`)

// langOf finds --lang among the arguments before they are parsed: the help itself hangs on it.
func langOf(args []string) string {
	for i, arg := range args {
		if tag, ok := strings.CutPrefix(arg, "--lang="); ok {
			return tag
		}
		if arg == "--lang" && i+1 < len(args) {
			return args[i+1]
		}
	}
	return ""
}

var (
	sayHelpFlag      = text.T{EN: "show this help", ZH: "显示这份帮助"}
	sayVersionFlag   = text.T{EN: "show the version", ZH: "显示版本"}
	sayFlagsWord     = text.T{EN: "[OPTIONS]", ZH: "[选项]"}
	sayDefault       = text.T{EN: " (default $1)", ZH: "（默认 $1）"}
	sayUsage         = text.T{EN: "Usage:", ZH: "用法："}
	sayCommandWord   = text.T{EN: "COMMAND", ZH: "命令"}
	sayCommands      = text.T{EN: "Commands:", ZH: "命令："}
	sayOptions       = text.T{EN: "Options:", ZH: "选项："}
	sayCommonOptions = text.T{EN: "Options of all commands:", ZH: "所有命令共有的选项："}
	sayNoCommand     = text.T{EN: "There is no command %q.", ZH: "没有 %q 这条命令。"}
)
