package main

import (
	"slices"
	"strings"

	"byhand/session/annotate"
	"byhand/session/render"
	"byhand/session/text"

	"github.com/spf13/cobra"
)

// explainWords explains a line, a code or a verb without a session.
func (a *app) explainWords() *cobra.Command {
	return &cobra.Command{
		Use:   "explain WORDS...",
		Short: sayExplainShort.In(a.lang),
		Args:  words(1, 0, sayExplainArgs),
		RunE: func(_ *cobra.Command, args []string) error {
			return a.tell(func(lines []byte) { a.out.Write(lines) }, a.renderer(a.out, annotate.All), args)
		},
	}
}

// explainable puts "--" before a refusal of POP3 that is to be explained, or its -ERR would be taken for options. Options may follow it.
func explainable(args []string) []string {
	at := slices.IndexFunc(args, func(arg string) bool { return len(arg) >= 4 && strings.EqualFold(arg[:4], "-ERR") })
	if at < 1 || args[0] != "explain" || slices.Contains(args[:at], "--") {
		return args
	}
	options, words := slices.Clone(args[:at]), []string{"--"}
	for rest := args[at:]; len(rest) > 0; rest = rest[1:] {
		switch {
		case slices.Contains([]string{"--lang", "--color", "--explain"}, rest[0]) && len(rest) > 1:
			options, rest = append(options, rest[0], rest[1]), rest[1:]
		case strings.HasPrefix(rest[0], "--"):
			options = append(options, rest[0])
		default:
			words = append(words, rest[0])
		}
	}
	return append(options, words...)
}

// tell says what is known of some words.
func (a *app) tell(show func([]byte), r *render.Renderer, words []string) error {
	entries := annotate.Explain(words...)
	if len(entries) == 0 {
		return &failure{what: sayNothingKnown.With(strings.Join(words, " ")), hint: sayTryWords.With()}
	}
	var lines []byte
	for _, e := range entries {
		lines = r.Say(lines, render.Heading, text.T{EN: e.Word, ZH: e.Word}.With())
		lines = r.Explain(lines, annotate.Explanation{Notes: e.Notes, Decoded: e.Decoded})
	}
	show(lines)
	return nil
}

var (
	sayExplainShort = text.T{EN: "what a line, a code, a verb or a Base64 word means", ZH: "解释一行、一个代码、一条命令或一段 Base64"}
	sayExplainArgs  = text.T{EN: "explain wants words, as in `byhand explain 550 5.1.1`.", ZH: "explain 需要要解释的词，例如 `byhand explain 550 5.1.1`。"}
	sayNothingKnown = text.T{EN: "byhand knows nothing of %q.", ZH: "byhand 不认识 %q。"}
	sayTryWords     = text.T{EN: "Try a verb (RETR), a code (550 5.1.1), a reply (+OK 2 320), a header field (Subject) or Base64.",
		ZH: "可以试试命令（RETR）、代码（550 5.1.1）、应答（+OK 2 320）、信头字段（Subject）或 Base64。"}
)
