package main

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"slices"
	"strconv"
	"strings"
	"time"

	"byhand/session"
	"byhand/session/annotate"
	"byhand/session/render"
	"byhand/session/text"
	"byhand/transcripts"

	"github.com/spf13/cobra"
)

// quizFlags say what is asked, and what becomes of the answers.
type quizFlags struct {
	kinds   string
	choices bool
	score   string
	pass    string
	most    int
}

// quiz asks about a transcript, each time before it shows the line.
func (a *app) quiz() *cobra.Command {
	var f quizFlags
	cmd := &cobra.Command{
		Use:   "quiz FILE",
		Short: sayQuizShort.In(a.lang),
		Long:  sayQuizLong.In(a.lang),
		Args:  words(1, 1, sayQuizArgs),
		RunE:  func(cmd *cobra.Command, args []string) error { return a.examine(cmd.Context(), args[0], &f) },
	}
	cmd.Flags().StringVar(&f.kinds, "quiz", "reply,fault", sayQuizFlag.With(strings.Join(transcripts.QuizKinds(), ", ")).In(a.lang))
	f.add(cmd, a.lang)
	a.foreign.add(cmd, a.lang)
	return cmd
}

// add adds the options that replay --quiz has, too.
func (f *quizFlags) add(cmd *cobra.Command, lang text.Lang) {
	fs := cmd.Flags()
	fs.BoolVar(&f.choices, "choices", false, sayChoicesFlag.In(lang))
	fs.StringVar(&f.score, "score", "", sayScoreFlag.In(lang))
	fs.StringVar(&f.pass, "pass", "", sayPassFlag.In(lang))
	fs.IntVar(&f.most, "most", 20, sayMostFlag.In(lang))
}

// settle reads the options; pass is in percent.
func (f *quizFlags) settle() (q transcripts.Quiz, pass float64, err error) {
	q = transcripts.Quiz{Kinds: strings.Split(f.kinds, ","), Choices: f.choices, Most: f.most}
	for _, kind := range q.Kinds {
		if !slices.Contains(transcripts.QuizKinds(), kind) {
			return q, 0, usage(sayBadQuiz.With(kind, strings.Join(transcripts.QuizKinds(), ", ")))
		}
	}
	if f.pass == "" {
		return q, 0, nil
	}
	pass, err = strconv.ParseFloat(strings.TrimSuffix(f.pass, "%"), 64)
	if err != nil || !(pass >= 0 && pass <= 100) {
		return q, 0, usage(sayBadPass.With(f.pass))
	}
	return q, pass, nil
}

// examine runs a quiz. At a terminal it talks to a person; else the answers are the lines of the input, the talk goes to stderr and
// the result, as JSON, to the output.
func (a *app) examine(ctx context.Context, name string, f *quizFlags) error {
	quiz, pass, err := f.settle()
	if err != nil {
		return err
	}
	if name == "-" {
		return usage(sayQuizArgs.With()) // the input holds the answers
	}
	tape, _, end, err := a.tape(name, false)
	if err != nil {
		return err
	}
	defer end()
	questions, err := quiz.Questions(tape)
	if err != nil {
		return err
	}
	if len(questions) == 0 {
		return &failure{what: sayNoQuestions.With(name), hint: hintNoQuestions.With(strings.Join(transcripts.QuizKinds(), ","))}
	}
	_, typing := tty(a.in)
	_, looking := tty(a.out)
	e := &examiner{a: a, tape: tape, questions: questions, out: a.err, person: typing && looking}
	if e.person {
		e.out = a.out
	}
	e.lines = a.renderer(e.out, a.depth)
	ctx, stop := untilTold(ctx, os.Interrupt)
	defer stop()
	if err := e.run(ctx, listenTo(a.in)); err != nil {
		return err
	}
	if f.score != "" {
		if err := e.keep(f.score); err != nil {
			return err
		}
	}
	return e.result(pass)
}

// listenTo gives the lines of the input.
func listenTo(in io.Reader) <-chan string {
	lines := make(chan string)
	go func() { // ends with the input, or with the program
		defer close(lines)
		for b := bufio.NewScanner(in); b.Scan(); {
			lines <- b.Text()
		}
	}()
	return lines
}

// examiner shows a transcript, asks, and keeps the score.
type examiner struct {
	a         *app
	tape      *transcripts.Tape
	questions []transcripts.Question
	lines     *render.Renderer
	out       io.Writer
	person    bool
	given     []mark
	over      bool // nobody answers any more
}

// mark is what an answer was worth.
type mark struct {
	Kind   string  `json:"kind"`
	Line   int     `json:"line"`
	Ask    string  `json:"ask"`
	Given  string  `json:"given"`
	Right  string  `json:"right"`
	Points float64 `json:"points"`
}

// run goes through the transcript. Nothing is explained before it was asked: an explanation tells what comes next.
func (e *examiner) run(ctx context.Context, answers <-chan string) error {
	bare := e.lines.At(annotate.Off)
	next := 0
	for place := 1; ; place++ {
		for next < len(e.questions) && e.questions[next].Place == place {
			q := &e.questions[next]
			next++
			if err := e.ask(ctx, q, answers); err != nil {
				return err
			}
		}
		lines, err := e.tape.Lines(place)
		if errors.Is(err, io.EOF) || next == len(e.questions) && e.over || e.over && e.person {
			return nil
		}
		if err != nil {
			return err
		}
		var text []byte
		for i := range lines {
			if m := lines[i].Event.Mark; m == nil || m.Kind != "quiz" {
				text = bare.Event(text, &lines[i].Event, lines[i].Said)
			}
		}
		if err := e.write(text); err != nil {
			return err
		}
	}
}

func (e *examiner) write(text []byte) error {
	if len(text) == 0 {
		return nil
	}
	_, err := e.out.Write(text)
	return err
}

func (e *examiner) say(v render.Voice, s text.Said) error { return e.write(e.lines.Say(nil, v, s)) }

// tries is how often one may answer: a person twice; of a file each line is one answer.
func (e *examiner) tries() int {
	if e.person {
		return 2
	}
	return 1
}

// ask asks one question.
func (e *examiner) ask(ctx context.Context, q *transcripts.Question, answers <-chan string) error {
	m := mark{Kind: q.Kind, Line: q.Place, Ask: q.Ask.In(e.a.lang), Right: q.Right}
	if err := e.put(q); err != nil {
		return err
	}
	worth := 1.0
	for try := 0; try < e.tries(); {
		line, ok := e.answer(ctx, answers)
		if !ok {
			break
		}
		if strings.TrimSpace(line) == "?" {
			worth = 0.5
			if err := e.say(render.Hint, q.Hint); err != nil {
				return err
			}
			continue
		}
		try++
		m.Given = line
		g := q.Answer(line)
		points := float64(g.Points) * worth
		if try > 1 && g.Points == transcripts.Full {
			points = worth
		}
		m.Points = max(m.Points, points)
		if err := e.judge(q, g, m.Points, try); err != nil {
			return err
		}
		if g.Points == transcripts.Full {
			break
		}
	}
	e.given = append(e.given, m)
	return nil
}

// put shows a question.
func (e *examiner) put(q *transcripts.Question) error {
	text := e.lines.Say(nil, render.Task, q.Ask)
	for _, line := range q.List {
		text = append(append(append(text, "    "...), visible(line)...), '\n')
	}
	if len(q.Choices) > 0 {
		text = append(text, "   "...)
		for i, c := range q.Choices {
			text = fmt.Appendf(text, " %c) %s ", 'a'+i, c)
		}
		text = append(text, '\n')
	}
	return e.write(text)
}

// answer waits for a line of the input.
func (e *examiner) answer(ctx context.Context, answers <-chan string) (line string, ok bool) {
	if e.over {
		return "", false
	}
	if e.person {
		_ = e.write([]byte("> ")) // an error comes again with the next line
	}
	select {
	case line, ok = <-answers:
	case <-ctx.Done():
	}
	e.over = !ok
	if e.person && !ok {
		_ = e.write([]byte("\n"))
	}
	return line, ok
}

// judge says what an answer was worth.
func (e *examiner) judge(q *transcripts.Question, g transcripts.Grade, points float64, try int) error {
	if g.Points == transcripts.Full {
		return e.say(render.Passed, sayRight.With(points))
	}
	said := sayWrong
	if g.Points > 0 {
		said = sayNear
	}
	text := e.lines.Say(nil, render.Failed, said.With())
	if g.Given != "" && g.At <= len(g.Given) && try < e.tries() {
		shown := visible(g.Given)
		lead := len("    ") + render.Width(visible(g.Given[:g.At]))
		text = fmt.Appendf(text, "    %s\n%s^ %s\n", shown, strings.Repeat(" ", lead), sayDiffers.In(e.a.lang))
	}
	if try == e.tries() {
		text = e.lines.Say(text, render.Remark, sayItIs.With(q.Right))
		text = e.lines.Explain(text, annotate.Explanation{Notes: q.Why})
	}
	return e.write(text)
}

// sum gives the points reached, and those that could be.
func (e *examiner) sum() (points, of float64) {
	for _, m := range e.given {
		points += m.Points
	}
	asked := len(e.given)
	if !e.person {
		asked = len(e.questions)
	}
	return points, float64(asked * transcripts.Full)
}

// result tells the score, and fails under pass percent.
func (e *examiner) result(pass float64) error {
	points, of := e.sum()
	percent := 0.0
	if of > 0 {
		percent = 100 * points / of
	}
	switch {
	case e.person:
		if err := e.say(render.Heading, sayScore.With(points, of, percent)); err != nil {
			return err
		}
	default:
		if err := indented(e.a, map[string]any{"points": points, "of": of, "percent": percent, "passed": percent >= pass, "answers": e.given}); err != nil {
			return err
		}
	}
	if percent < pass {
		return &outcome{status: 1}
	}
	return nil
}

// keep writes the answers as quiz events into a file of their own: a recording is never changed by its quiz.
func (e *examiner) keep(path string) error {
	rec, err := transcripts.Create(path, transcripts.Header{V: transcripts.Version, Start: time.Now(), By: "byhand " + version, Lang: e.a.lang.String()}, transcripts.FileOptions{})
	if err != nil {
		return notMade(path, err)
	}
	for _, m := range e.given {
		err = errors.Join(err, rec.Sink([]session.Event{{Role: session.Note, Conn: 1,
			Mark: session.NewMark("quiz", "at", m.Line+1, "ask", m.Ask, "given", m.Given, "right", m.Right, "points", m.Points)}}))
	}
	return errors.Join(err, rec.Close(), rec.Err())
}

var (
	sayQuizShort = text.T{EN: "be asked about a session before you see it", ZH: "看会话之前先答题"}
	sayQuizLong  = text.T{
		EN: "quiz shows a session line by line and asks before it goes on: what will the server answer, which command will be refused.\nA right answer gets 3 points, one of the right class 1, a right answer at the second try 1; ? gives a hint for half the points.\nIn a pipe the answers are the lines of the input, and the result is JSON.",
		ZH: "quiz 逐行显示一段会话，先提问再往下显示：服务器会怎样回答，哪条命令会被拒绝。\n答对得 3 分，类别对了得 1 分，第二次才答对得 1 分；输入 ? 可以看提示，但得分减半。\n在管道里，输入的每一行是一个回答，结果是 JSON。"}
	sayQuizArgs     = text.T{EN: "quiz wants one file or sample, as in `byhand quiz pop3-163`.", ZH: "quiz 需要一个文件或示例，例如 `byhand quiz pop3-163`。"}
	sayQuizFlag     = text.T{EN: "what is asked: %s; several with commas", ZH: "问什么：%s；多个用逗号隔开"}
	sayChoicesFlag  = text.T{EN: "choose a code among four", ZH: "从四个代码里选"}
	sayScoreFlag    = text.T{EN: "write the answers to FILE (.rec.jsonl)", ZH: "把回答写入 FILE（.rec.jsonl）"}
	sayPassFlag     = text.T{EN: "exit status 1 under so many percent, as in 80%", ZH: "低于这个百分比时退出状态为 1，例如 80%"}
	sayMostFlag     = text.T{EN: "so many questions at most; 0 for all", ZH: "最多提几个问题；0 表示全部"}
	sayBadQuiz      = text.T{EN: "--quiz %[1]s: it is one of %[2]s, or several with commas.", ZH: "--quiz %[1]s：只能是 %[2]s，多个之间用逗号隔开。"}
	sayBadPass      = text.T{EN: "--pass %s: it is a part of a hundred, as in 80%%.", ZH: "--pass %s：应是百分比，例如 80%%。"}
	sayNoQuestions  = text.T{EN: "There is nothing to ask about %s.", ZH: "%s 里没有可问的。"}
	hintNoQuestions = text.T{EN: "Try other kinds: --quiz %s", ZH: "请试试别的种类：--quiz %s"}
	sayRight        = text.T{EN: "Right. Points: %g", ZH: "答对了。得分：%g"}
	sayNear         = text.T{EN: "Near, but not the same.", ZH: "接近了，但还不对。"}
	sayWrong        = text.T{EN: "No.", ZH: "不对。"}
	sayDiffers      = text.T{EN: "from here on it differs", ZH: "从这里开始不同"}
	sayItIs         = text.T{EN: "The answer is: %s", ZH: "答案是：%s"}
	sayScore        = text.T{EN: "%g of %g points: %.0f %%", ZH: "%g 分，满分 %g 分：%.0f %%"}
)
