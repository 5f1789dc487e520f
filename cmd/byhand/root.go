package main

import (
	"context"
	"errors"
	"io"
	"os"
	"os/signal"
	"strings"
	"syscall"

	"byhand/session/annotate"
	"byhand/session/render"
	"byhand/session/shell"
	"byhand/session/text"
	"byhand/session/wire"

	"github.com/spf13/cobra"
	"golang.org/x/term"
)

// version is what recordings and --version name.
const version = "0.1.0"

// app is one run of the program: where it reads and writes, and the options that all subcommands share.
type app struct {
	in       io.Reader
	out, err io.Writer
	env      func(string) string

	lang    text.Lang
	langTag string
	color   string
	explain string
	depth   annotate.Depth
	plain   bool
	columns int // of a text for reading that goes into a pipe; 0 leaves lines as they are

	foreign foreignFlags // of the subcommands that read transcripts
}

// run is the whole program. It gives the exit status: 0 done, 1 it did not work, 2 wrong usage.
func run(args []string, in io.Reader, out, errOut io.Writer) int {
	out, errOut = screen(out), screen(errOut)
	a := &app{in: in, out: out, err: errOut, env: os.Getenv}
	a.lang = a.language(langOf(args))
	root := a.root(args)
	root.SetArgs(explainable(args))
	root.SetIn(in)
	root.SetOut(out)
	root.SetErr(errOut)
	return a.status(root.ExecuteContext(context.Background()))
}

// untilTold gives a context that ends when the program is told to end. Only what runs for long asks for one: it costs a thread.
func untilTold(ctx context.Context, also ...os.Signal) (context.Context, context.CancelFunc) {
	return signal.NotifyContext(ctx, append(also, syscall.SIGTERM, syscall.SIGHUP)...)
}

// root gives the table of subcommands. With a host and a port and no subcommand it connects; with nothing it shows what can be done.
//
// When args name a subcommand, it alone is made: a short answer should not wait for the options of all the others.
func (a *app) root(args []string) *cobra.Command {
	connect := a.connect()
	root := &cobra.Command{
		Use:               "byhand [HOST PORT]",
		Short:             sayShort.In(a.lang),
		Long:              sayLong.In(a.lang),
		Version:           version,
		Args:              connect.Args,
		RunE:              connect.RunE,
		PersistentPreRunE: func(*cobra.Command, []string) error { return a.settle() },
		SilenceErrors:     true,
		SilenceUsage:      true,
	}
	root.SetFlagErrorFunc(func(_ *cobra.Command, err error) error { return usage(sayFlag.With(err.Error())) })
	root.Flags().AddFlagSet(connect.Flags())
	p := root.PersistentFlags()
	p.StringVar(&a.langTag, "lang", "", sayLangFlag.In(a.lang))
	p.StringVar(&a.color, "color", "auto", sayColorFlag.In(a.lang))
	p.StringVar(&a.explain, "explain", "", sayExplainFlag.In(a.lang))
	p.BoolVar(&a.plain, "plain", false, sayPlainFlag.In(a.lang))
	a.help(root)
	table := map[string]func() *cobra.Command{"connect": func() *cobra.Command { return connect }, "practice": a.practice, "lesson": a.lesson,
		"replay": a.replay, "serve": a.serve, "rerun": a.rerun, "quiz": a.quiz, "convert": a.convert, "transcript": a.transcript, "explain": a.explainWords}
	if len(args) > 0 && table[args[0]] != nil {
		root.AddCommand(table[args[0]]())
		root.CompletionOptions.DisableDefaultCmd = true
		return root
	}
	for _, make := range table {
		root.AddCommand(make())
	}
	return root
}

// settle reads the options that all subcommands share.
func (a *app) settle() error {
	if a.langTag != "" {
		lang, ok := text.Parse(a.langTag)
		if !ok {
			return usage(sayBadLang.With(a.langTag))
		}
		a.lang = lang
	}
	if _, known := render.WantColor(a.color, a.env, false); !known {
		return usage(sayBadColor.With(a.color))
	}
	depth, ok := map[string]annotate.Depth{"": annotate.Full, "off": annotate.Off, "brief": annotate.Brief, "full": annotate.Full, "all": annotate.All}[a.explain]
	if !ok {
		return usage(sayBadExplain.With(a.explain))
	}
	a.depth = depth
	return nil
}

// language gives the language of the locale: the first of these that is set decides, as in POSIX.
func (a *app) language(tag string) text.Lang {
	for _, name := range []string{"BYHAND_LANG", "LC_ALL", "LC_MESSAGES", "LANG"} {
		if v := a.env(name); v != "" && tag == "" {
			tag = v
		}
	}
	lang, _ := text.Parse(tag)
	return lang
}

// tty gives the file behind w if it is a terminal.
func tty(w any) (*os.File, bool) {
	f, ok := w.(*os.File)
	if s, other := w.(*shell.Screen); other {
		f, ok = s.File, true
	}
	return f, ok && term.IsTerminal(int(f.Fd()))
}

// screen gives w in the charset of the locale if it is a terminal; a pipe and a file stay UTF-8, since others read them.
func screen(w io.Writer) io.Writer {
	if f, ok := tty(w); ok {
		return shell.ScreenFor(f, shell.Codeset(os.Getenv))
	}
	return w
}

// renderer gives a renderer for what goes to w.
func (a *app) renderer(w io.Writer, depth annotate.Depth) *render.Renderer {
	_, terminal := tty(w)
	on, _ := render.WantColor(a.color, a.env, terminal)
	return render.New(render.Options{Lang: a.lang, Depth: depth, Color: on, Plain: a.plain, Width: a.width(w)})
}

// status says an error, once, and gives the exit status.
func (a *app) status(err error) int {
	if err == nil {
		return 0
	}
	var said *outcome
	if errors.As(err, &said) {
		return said.status
	}
	var wrong *usageError
	what, hint := a.told(err)
	lines := "byhand: " + what + "\n"
	if hint != "" {
		lines += "  " + strings.ReplaceAll(hint, "\n", "\n  ") + "\n"
	}
	_ = a.page(a.err, lines) // whoever cannot be told has the exit status
	var dial *wire.DialError
	var cannot unable
	if errors.As(err, &cannot) || errors.As(err, &wrong) || errors.As(err, &dial) && dial.Cause == wire.BadPort {
		return 2
	}
	return 1
}

// words checks how many words follow a subcommand; else says what it wants.
func words(least, most int, want text.T) cobra.PositionalArgs {
	return func(_ *cobra.Command, args []string) error {
		if len(args) < least || most > 0 && len(args) > most {
			return usage(want.With())
		}
		return nil
	}
}
