package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"strings"
	"time"

	"byhand/lessons"
	"byhand/session"
	"byhand/session/annotate"
	"byhand/session/practice"
	"byhand/session/text"
	"byhand/session/wire"

	"github.com/spf13/cobra"
)

// lintLesson reads lessons as an editor would. It says FILE:LINE of each thing to mend, and fails unless all are warnings.
func (a *app) lintLesson() *cobra.Command {
	var fix, dry bool
	cmd := &cobra.Command{
		Use:   "lint [FILE|DIR|NAME]...",
		Short: sayLintShort.In(a.lang),
		RunE: func(_ *cobra.Command, args []string) error {
			files, err := lessonFiles(args)
			switch {
			case err != nil:
				return err
			case dry && !fix:
				return usage(sayDryAlone.With())
			case fix:
				if err := a.fixLessons(files, dry); err != nil || dry {
					return err
				}
			}
			known := a.knownLessons(files)
			return a.eachLesson(files, sayLinted, sayLintFailed, func(l *lessons.Lesson) (int, int, error) {
				errs := append(append(lessons.Lint(l, known), lessons.OtherValues(l)...), stale(l)...)
				return 1, min(1, a.listErrors(errs)), nil
			})
		},
	}
	cmd.Flags().BoolVar(&fix, "fix", false, sayFixFlag.In(a.lang))
	cmd.Flags().BoolVar(&dry, "dry-run", false, sayFixDryFlag.In(a.lang))
	return cmd
}

// testLesson plays lessons against a practice server, as a learner would and as he would not.
func (a *app) testLesson() *cobra.Command {
	return &cobra.Command{
		Use:   "test [FILE|DIR|NAME]...",
		Short: sayTestShort.In(a.lang),
		RunE: func(_ *cobra.Command, args []string) error {
			files, err := lessonFiles(args)
			if err != nil {
				return err
			}
			return a.eachLesson(files, sayTested, sayTestFailed, a.tryLesson)
		},
	}
}

// tryLesson runs the self-test of one lesson, one line a check. It gives how many checks there were, and how many failed.
func (a *app) tryLesson(l *lessons.Lesson) (tried, failed int, err error) {
	fmt.Fprintf(a.out, "%s  %s\n", l.ID, visible(l.Title.In(a.lang)))
	bench := lessons.Bench{Start: startBench, Explain: explainer}
	checks, err := bench.Test(l)
	for _, c := range checks {
		word := sayCheckPassed
		if !c.OK {
			word = sayCheckFailed
			failed++
		}
		fmt.Fprintf(a.out, "  %s  %s\n", word.In(a.lang), visible(c.In(l.File, a.lang)))
	}
	return len(checks), failed, err
}

// eachLesson does try to the lessons that are named, or to all embedded ones, and tells at the end how it went: try gives
// how many things it tried and how many of them failed. A lesson that cannot be read is one that failed.
func (a *app) eachLesson(names []string, good, bad text.T, try func(*lessons.Lesson) (int, int, error)) error {
	if len(names) == 0 {
		names = lessons.Embedded()
	}
	tried, failed := 0, 0
	for _, name := range names {
		l, err := a.loadLesson(name)
		var broken *lessonErrors
		if errors.As(err, &broken) {
			a.listErrors(broken.all)
			tried, failed = tried+1, failed+1
			continue
		}
		if err != nil && len(names) > 1 { // what is told of the others is worth more than the silence about them
			what, hint := a.told(err)
			fmt.Fprintln(a.out, strings.TrimSpace(what+" "+hint))
			tried, failed = tried+1, failed+1
			continue
		}
		if err != nil {
			return err
		}
		t, f, err := try(l)
		if err != nil {
			return err
		}
		tried, failed = tried+t, failed+f
	}
	if failed > 0 {
		return &failure{what: bad.With(failed, tried)}
	}
	fmt.Fprintln(a.out, good.With(tried).In(a.lang))
	return nil
}

// listErrors writes what is wrong with a lesson, one a line, and gives how many of it are more than warnings.
func (a *app) listErrors(errs lessons.Errors) (failed int) {
	for _, e := range errs {
		fmt.Fprintln(a.out, visible(e.In(a.lang)))
		if !e.Warn {
			failed++
		}
	}
	return failed
}

// bench is a practice server as the self-test of lessons needs it.
type bench struct{ mailbox }

// startBench starts a server that holds the lesson's world.
func startBench(l *lessons.Lesson, v lessons.Vars) (lessons.Server, error) {
	srv, err := startWorld(l, v)
	if err != nil {
		return nil, err
	}
	return bench{mailbox{srv}}, nil
}

// startWorld starts a practice server of a lesson's own, on any free ports.
func startWorld(l *lessons.Lesson, v lessons.Vars) (*practice.Server, error) {
	world, err := practiceWorld(l.World.With(v))
	if err != nil {
		return nil, fmt.Errorf("%s:%d: %w", l.File, l.World.Line, err)
	}
	return practice.Start(practice.Config{POP3: "127.0.0.1:0", SMTP: "127.0.0.1:0", World: world})
}

// Dial connects. A server that falls silent does so for a while only.
func (b bench) Dial(protocol string) (io.ReadWriteCloser, error) {
	addr := b.srv.POP3Addr()
	if protocol == string(session.SMTP) {
		addr = b.srv.SMTPAddr()
	}
	conn, err := net.DialTimeout("tcp", addr.String(), stuck)
	if err != nil {
		return nil, err
	}
	return conn, conn.SetDeadline(time.Now().Add(stuck))
}

// Secure shakes hands with the server, whose authority is its own.
func (b bench) Secure(conn io.ReadWriteCloser) (io.ReadWriteCloser, *session.Mark, error) {
	ca, err := b.srv.CA()
	if err != nil {
		return nil, nil, err
	}
	return wire.TLS{Roots: ca}.Shake(context.Background(), conn.(net.Conn), "localhost", stuck) // Dial gave it
}

// Close ends the server.
func (b bench) Close() error { return b.srv.Close() }

// explainer gives what a learner would be told of each event of one session.
func explainer() func(*session.Event) []annotate.Note {
	a := annotate.New()
	return func(e *session.Event) []annotate.Note { return a.Event(e).Notes }
}

var (
	sayLintShort   = text.T{EN: "look for what is wrong in the text of lessons", ZH: "检查课程文本里的问题"}
	sayTestShort   = text.T{EN: "play lessons against a practice server, rightly and wrongly", ZH: "在练习服务器上测试课程：照做和做错都试"}
	sayCheckPassed = text.T{EN: "ok", ZH: "通过"}
	sayCheckFailed = text.T{EN: "NO", ZH: "失败"}
	sayLinted      = text.T{EN: "Lessons read: %d. Nothing is wrong.", ZH: "已检查 %d 课，没有错误。"}
	sayLintFailed  = text.T{EN: "Lessons with errors: %d of %d.", ZH: "%[2]d 课中有 %[1]d 课有错误。"}
	sayTested      = text.T{EN: "Checks: %d. All passed.", ZH: "共 %d 项检查，全部通过。"}
	sayTestFailed  = text.T{EN: "Checks that failed: %d of %d.", ZH: "%[2]d 项检查中有 %[1]d 项失败。"}
)
