package render

import "byhand/session/text"

// A Voice tells as what a text of byhand's own speaks.
type Voice uint8

// The voices.
const (
	Remark  Voice = iota // what byhand has to tell: a connection, a file written
	Heading              // the title of a lesson or a step
	Lesson               // what a lesson says
	Task                 // what the learner is asked to do or to answer
	Advice               // a mistake was noticed; what helps
	Hint                 // a hint that was asked for
	Passed               // a step is done
	Failed               // a step is not done, an answer is not right
	Fault                // something did not work
	voices  = iota
)

func voiceLooks(s *styles) [voices]look {
	return [voices]look{
		Remark:  {sign: "--", plain: "--", mark: &s.aside},
		Heading: {sign: "==", plain: "==", mark: &s.head, body: &s.head},
		Lesson:  {sign: "|", mark: &s.aside, bar: true},
		Task:    {sign: "|", word: text.T{EN: "task: ", ZH: "任务："}, mark: &s.guide, bar: true},
		Advice:  {sign: "*", plain: "*", word: text.T{EN: "tip: ", ZH: "提示："}, mark: &s.guide},
		Hint:    {sign: "*", plain: "*", word: text.T{EN: "hint: ", ZH: "线索："}, mark: &s.guide},
		Passed:  {sign: "✓", plain: "*", word: text.T{EN: "done: ", ZH: "完成："}, mark: &s.good},
		Failed:  {sign: "✗", plain: "*", word: text.T{EN: "not yet: ", ZH: "还差一点："}, mark: &s.bad},
		Fault:   {sign: "!", plain: "!", word: text.T{EN: "error: ", ZH: "出错："}, mark: &s.bad},
	}
}

// Say appends a text of byhand's own. A text that exists in one language only can be said as text.T{EN: s, ZH: s}.
func (r *Renderer) Say(dst []byte, v Voice, s text.Said) []byte {
	if v >= voices {
		v = Remark
	}
	l := &r.voices[v]
	if l.bar {
		return r.barred(dst, l, s.In(r.opt.Lang))
	}
	return r.block(dst, l, r.sign(l), Width(r.sign(l))-Width(l.word.In(r.opt.Lang)), s.In(r.opt.Lang), "")
}

// barred appends a text each line of which has the sign before it; without symbols, none has.
func (r *Renderer) barred(dst []byte, l *look, body string) []byte {
	bar, word, width := l.sign, l.word.In(r.opt.Lang), r.columns()
	if r.opt.Plain {
		bar = ""
	} else {
		width -= Width(bar) + 1
	}
	for i, line := range Wrap(word+visible(body), width, 0) {
		dst = r.style.aside.paint(dst, bar)
		if bar != "" && line != "" {
			dst = append(dst, ' ')
		}
		if rest, ok := cutWord(line, word); i == 0 && ok {
			dst, line = l.mark.paint(dst, line[:len(line)-len(rest)]), rest
		}
		dst = append(append(dst, line...), '\n')
	}
	return dst
}
