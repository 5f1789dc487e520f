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
	fs := cmd.Flags()
	fs.StringVar(&f.from, "from", "", sayFromFlag.With(strings.Join(transcripts.Imports(), ", ")).In(lang))
	fs.StringVar(&f.timing, "timing", "", sayTimingFlag.In(lang))
	fs.StringVar(&f.typed, "typed", "", sayTypedFlag.In(lang))
}

// reader reads a transcript of any form.
func (a *app) reader(in io.Reader, name string) (*transcripts.Reader, func(), error) {
	f := a.foreign
	if f.from != "" && !slices.Contains(transcripts.Imports(), f.from) {
		return nil, func() {}, usage(sayBadFrom.With(f.from, strings.Join(transcripts.Imports(), ", ")))
	}
	how := transcripts.Import{Form: f.from}
	var open []*os.File
	end := func() {
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
			return nil, func() {}, err
		}
		*log.to, open = file, append(open, file)
	}
	rd, err := transcripts.OpenAs(in, name, how)
	return rd, end, err
}

var (
	sayFromFlag   = text.T{EN: "what the input is, where its content does not tell: %s", ZH: "输入是什么（内容本身看不出来时）：%s"}
	sayTimingFlag = text.T{EN: "FILE with the timing of a typescript (script -T)", ZH: "script -T 写的时间文件 FILE"}
	sayTypedFlag  = text.T{EN: "FILE with what was typed in it (script -I)", ZH: "script -I 写的键入记录 FILE"}
	sayBadFrom    = text.T{EN: "--from %[1]s: it is one of %[2]s.", ZH: "--from %[1]s：只能是 %[2]s 之一。"}
)
