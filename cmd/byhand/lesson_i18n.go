package main

import (
	"bytes"
	"fmt"
	"os"
	"strings"

	"byhand/lessons"
	"byhand/session/text"

	"github.com/spf13/cobra"
)

// lessonI18n tells what of lessons is not translated, or no longer fits its source.
func (a *app) lessonI18n() *cobra.Command {
	var write, stamp bool
	cmd := &cobra.Command{
		Use:   "i18n [FILE|DIR|NAME]...",
		Short: sayI18nShort.In(a.lang),
		Long:  sayI18nLong.In(a.lang),
		RunE: func(_ *cobra.Command, args []string) error {
			files, err := lessonFiles(args)
			if err != nil {
				return err
			}
			if write || stamp {
				if err := onlyFiles(files); err != nil {
					return err
				}
			}
			return a.eachLesson(files, sayTranslated, sayUntranslated, func(l *lessons.Lesson) (int, int, error) {
				failed, err := a.translations(l, write, stamp)
				return 1, min(1, failed), err
			})
		},
	}
	cmd.Flags().BoolVar(&write, "write", false, sayI18nWrite.In(a.lang))
	cmd.Flags().BoolVar(&stamp, "stamp", false, sayI18nStamp.In(a.lang))
	return cmd
}

// onlyFiles refuses names of lessons inside the program: they cannot be written to.
func onlyFiles(names []string) error {
	for _, name := range names {
		if !strings.HasSuffix(name, ".yaml") {
			return usage(sayI18nFiles.With())
		}
	}
	if len(names) == 0 {
		return usage(sayI18nFiles.With())
	}
	return nil
}

// translations looks at one lesson in every language, and gives how much is amiss.
func (a *app) translations(l *lessons.Lesson, write, stamp bool) (failed int, err error) {
	if !strings.HasSuffix(l.File, ".yaml") || !isThere(l.File) { // inside the program: nothing can lie beside it
		for _, lang := range text.Langs() {
			failed += a.listErrors(lessons.Untranslated(l, lang))
		}
		return failed, nil
	}
	src, err := os.ReadFile(l.File)
	if err != nil {
		return 0, err
	}
	sides, err := sidecars(l.File)
	if err != nil {
		return 0, err
	}
	for _, file := range append(sides, l.File) {
		if !stamp {
			break
		}
		if err := a.stampFile(l, src, file); err != nil {
			return 0, err
		}
	}
	failed = a.listErrors(append(stale(l), lessons.OtherValues(l)...))
	for _, lang := range text.Langs() {
		missing := lessons.Untranslated(l, lang)
		failed += a.listErrors(missing)
		if write && len(missing) > 0 {
			if err := a.writeSidecar(l, src, lang); err != nil {
				return 0, err
			}
		}
	}
	return failed, nil
}

// stampFile notes in a file of which sources its translations are.
func (a *app) stampFile(l *lessons.Lesson, src []byte, file string) error {
	side, err := os.ReadFile(file)
	if err != nil {
		return err
	}
	stamped := lessons.Stamp(l, src, file, side)
	if bytes.Equal(stamped, side) {
		return nil
	}
	fmt.Fprintln(a.out, sayStamped.With(file).In(a.lang))
	return replaceFile(file, stamped)
}

// stale finds the translations of a lesson in a file whose source has changed. A file that went away meanwhile has none.
func stale(l *lessons.Lesson) (errs lessons.Errors) {
	src, err := os.ReadFile(l.File)
	if err != nil {
		return nil
	}
	sides, _ := sidecars(l.File)
	for _, file := range append(sides, l.File) {
		if side, err := os.ReadFile(file); err == nil {
			errs = append(errs, lessons.Stale(l, src, file, side)...)
		}
	}
	return errs
}

// writeSidecar writes the skeleton of a translation, unless there is one.
func (a *app) writeSidecar(l *lessons.Lesson, src []byte, lang text.Lang) error {
	side, n := lessons.Sidecar(l, src, lang)
	if n == 0 {
		return nil
	}
	file := strings.TrimSuffix(l.File, ".yaml") + "." + lang.String() + ".yaml"
	if isThere(file) {
		fmt.Fprintln(a.out, sayI18nThere.With(file).In(a.lang))
		return nil
	}
	if err := newFile(file, side); err != nil {
		return err
	}
	fmt.Fprintln(a.out, sayI18nWritten.With(file, n).In(a.lang))
	return nil
}

func isThere(name string) bool {
	_, err := os.Stat(name)
	return err == nil
}

var (
	sayI18nShort = text.T{EN: "what of a lesson is not translated, or no longer fits its source", ZH: "课程里哪些还没翻译，或译文已与原文不符"}
	sayI18nLong  = text.T{
		EN: "Lists the texts that are missing in English or Chinese, the translations that name other ${values} than their source, and those whose source has changed. A change is noticed by a line `# of` with the source's hash, above the translation: --write makes a file with the texts that are missing, hashes in it; --stamp takes all translations for right as they are now.",
		ZH: "列出缺少英文或中文的文字、与原文引用的 ${值} 不同的译文，以及原文已改动的译文。译文上方的 `# of` 行记着原文的校验值，据此发现改动：--write 写出还缺哪些文字的文件（已带校验值），--stamp 表示现有译文全部认可。",
	}
	sayI18nWrite    = text.T{EN: "write ID.zh.yaml (or ID.en.yaml) with what is missing, each text empty below its source", ZH: "写出 ID.zh.yaml（或 ID.en.yaml），列出缺少的文字，原文在上，译文留空"}
	sayI18nStamp    = text.T{EN: "note the hash of its source above each translation", ZH: "在每段译文上方记下原文的校验值"}
	sayI18nFiles    = text.T{EN: "--write and --stamp want the files of lessons, as in `byhand lesson i18n --write mine.yaml`.", ZH: "--write 和 --stamp 需要课程文件，例如 `byhand lesson i18n --write mine.yaml`。"}
	sayI18nThere    = text.T{EN: "%s is there already: write what is missing into it.", ZH: "%s 已经存在：请把缺少的文字写进去。"}
	sayI18nWritten  = text.T{EN: "%s is written, with %d texts to translate.", ZH: "已写出 %s，有 %d 处待翻译。"}
	sayStamped      = text.T{EN: "%s is stamped.", ZH: "已在 %s 里记下校验值。"}
	sayTranslated   = text.T{EN: "Lessons: %d. All is translated.", ZH: "共 %d 课，全部已翻译。"}
	sayUntranslated = text.T{EN: "Lessons with translations to mend: %d of %d.", ZH: "%[2]d 课中有 %[1]d 课的译文要补或要改。"}
)
