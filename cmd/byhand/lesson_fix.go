package main

import (
	"fmt"
	"os"
	"strings"

	"byhand/lessons"
	"byhand/session/text"
)

// fixLessons mends the files of lessons and of their translations, and shows each line as it was and as it is. With dry
// nothing is written.
func (a *app) fixLessons(names []string, dry bool) error {
	if len(names) == 0 {
		return usage(sayFixArgs.With())
	}
	changed := 0
	for _, name := range names {
		if !strings.HasSuffix(name, ".yaml") {
			return usage(sayFixArgs.With())
		}
		sides, err := sidecars(name)
		if err != nil {
			return err
		}
		for i, file := range append([]string{name}, sides...) {
			n, err := a.fixFile(file, i > 0, dry)
			if err != nil {
				return err
			}
			changed += n
		}
	}
	say := sayFixed
	if dry {
		say = sayWouldFix
	}
	fmt.Fprintln(a.out, say.With(changed).In(a.lang))
	return nil
}

// fixFile mends one file and gives how many of its lines changed.
func (a *app) fixFile(name string, translation, dry bool) (int, error) {
	src, err := os.ReadFile(name)
	if err != nil {
		return 0, err
	}
	fixed, changes := lessons.Fix(name, src, translation)
	for _, c := range changes {
		fmt.Fprintf(a.out, "%s:%d:\n", visible(name), c.Line)
		a.diffLines("- ", c.Before)
		a.diffLines("+ ", c.After)
	}
	if dry || len(changes) == 0 {
		return len(changes), nil
	}
	return len(changes), replaceFile(name, fixed)
}

func (a *app) diffLines(sign, lines string) {
	for line := range strings.SplitSeq(lines, "\n") {
		fmt.Fprintf(a.out, "%s%s\n", sign, visible(line))
	}
}

var (
	sayFixFlag    = text.T{EN: "mend what YAML would read otherwise than it is meant: quotes, comments, misspelt keys", ZH: "修正 YAML 会误读的地方：引号、注释、写错的键"}
	sayFixDryFlag = text.T{EN: "with --fix: show what would change, and write nothing", ZH: "与 --fix 合用：只显示要改的地方，不写文件"}
	sayFixArgs    = text.T{EN: "--fix wants the files of lessons, as in `byhand lesson lint --fix mine.yaml`.", ZH: "--fix 需要课程文件，例如 `byhand lesson lint --fix mine.yaml`。"}
	sayDryAlone   = text.T{EN: "--dry-run goes with --fix.", ZH: "--dry-run 要和 --fix 一起用。"}
	sayFixed      = text.T{EN: "Lines mended: %d.", ZH: "修正了 %d 行。"}
	sayWouldFix   = text.T{EN: "Lines that would be mended: %d.", ZH: "可以修正 %d 行。"}
)
