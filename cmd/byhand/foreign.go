package main

import (
	"io"
	"os"
	"slices"
	"strings"

	"byhand/session/text"
	"byhand/transcripts"

	"github.com/spf13/cobra"
)

// foreignFlags say how a text of another program is read, where its content does not tell.
type foreignFlags struct {
	from, timing, typed string
}

func (f *foreignFlags) add(cmd *cobra.Command, lang text.Lang) {
	cmd.Flags().StringVar(&f.from, "from", "", sayFromFlag.With(strings.Join(transcripts.Imports(), ", ")).In(lang))
	f.addLogs(cmd, lang)
}

// addLogs adds the files beside a typescript alone.
func (f *foreignFlags) addLogs(cmd *cobra.Command, lang text.Lang) {
	fs := cmd.Flags()
	fs.StringVar(&f.timing, "timing", "", sayTimingFlag.In(lang))
	fs.StringVar(&f.typed, "typed", "", sayTypedFlag.In(lang))
}

// reader reads a transcript of any form.
func (a *app) reader(in io.Reader, name string) (*transcripts.Reader, func(), error) {
	how, end, err := a.how()
	if err != nil {
		return nil, end, err
	}
	rd, err := transcripts.OpenAs(in, name, how)
	return rd, end, err
}

// how gives what the options say of the input; end closes the files that they name.
func (a *app) how() (_ transcripts.Import, end func(), err error) {
	f := a.foreign
	if f.from != "" && !slices.Contains(transcripts.Imports(), f.from) {
		return transcripts.Import{}, func() {}, usage(sayBadFrom.With(f.from, strings.Join(transcripts.Imports(), ", ")))
	}
	how := transcripts.Import{Form: f.from}
	var open []*os.File
	end = func() {
		for _, file := range open {
			file.Close()
		}
	}
	for _, log := range []struct {
		path string
		to   *io.Reader
	}{{f.timing, &how.Timing}, {f.typed, &how.Typed}} {
		if log.path == "" {
			continue
		}
		file, err := os.Open(log.path)
		if err != nil {
			end()
			return transcripts.Import{}, func() {}, err
		}
		*log.to, open = file, append(open, file)
	}
	return how, end, nil
}

var (
	sayFromFlag   = text.T{EN: "what the input is, where its content does not tell: %s", ZH: "输入是什么（内容本身看不出来时）：%s"}
	sayTimingFlag = text.T{EN: "FILE with the timing of a typescript (script -T)", ZH: "script -T 写的时间文件 FILE"}
	sayTypedFlag  = text.T{EN: "FILE with what was typed in it (script -I)", ZH: "script -I 写的键入记录 FILE"}
	sayBadFrom    = text.T{EN: "--from %[1]s: it is one of %[2]s.", ZH: "--from %[1]s：只能是 %[2]s 之一。"}
)
