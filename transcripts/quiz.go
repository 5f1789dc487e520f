package transcripts

import (
	"errors"
	"io"
	"math/rand/v2"
	"slices"
	"strings"

	"byhand/session"
	"byhand/session/annotate"
	"byhand/session/render"
	"byhand/session/text"
)

// The kinds of questions that are made of a transcript, as the command line names them. Reply and code ask the same. A question
// that an author wrote into the transcript is of the kind QuizAuthor.
const (
	QuizReply   = "reply"
	QuizCode    = "code"
	QuizCommand = "command"
	QuizFill    = "fill"
	QuizOrder   = "order"
	QuizFault   = "fault"
	QuizAuthor  = "author"
)

// QuizKinds lists the kinds that can be asked for.
func QuizKinds() []string {
	return []string{QuizReply, QuizCode, QuizCommand, QuizFill, QuizOrder, QuizFault}
}

// Full is how many points a right answer gets.
const Full = 3

// A Question is asked before the line at its place is shown. Nothing that is hidden in a transcript is ever asked for.
type Question struct {
	Kind    string
	Place   int
	Ask     text.Said
	List    []string // commands to choose among or to put in order, or the line with a gap
	Right   string
	Choices []string // where four were asked for
	Hint    text.Said
	Why     []annotate.Note // what is said of the line, for those who did not know
	also    []string        // answers that are right, too
	accept  []string        // patterns of lines that may stand in the place of the one that is asked for
}

// Quiz says which questions are made.
type Quiz struct {
	Kinds   []string
	Choices bool
	Most    int // so many at most; 0 for no limit
}

// maxQuizzed is how far into a transcript questions are made.
const maxQuizzed = 20000

// Questions makes the questions of a transcript, in the order of their places; for the same transcript they are the same each time.
func (q Quiz) Questions(t *Tape) ([]Question, error) {
	m := maker{quiz: q, dice: rand.New(rand.NewPCG(7, 17)), accept: map[int][]string{}}
	for place := 1; place <= maxQuizzed; place++ {
		lines, err := t.Lines(place)
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			return nil, err
		}
		for i := range lines {
			m.line(&lines[i])
		}
	}
	m.lists()
	slices.SortStableFunc(m.made, func(a, b Question) int { return a.Place - b.Place })
	if q.Most > 0 && len(m.made) > q.Most {
		m.made = m.made[:q.Most]
	}
	return m.made, nil
}

// maker makes questions from one line after the other.
type maker struct {
	quiz     Quiz
	dice     *rand.Rand
	made     []Question
	commands []asked
	goesOn   bool             // the reply has more lines
	accept   map[int][]string // for the next line of each connection's client
}

// asked is a command and how it was answered.
type asked struct {
	n, place int
	line     string
	refused  bool
}

func (m *maker) wants(kinds ...string) bool {
	return slices.ContainsFunc(kinds, func(k string) bool { return slices.Contains(m.quiz.Kinds, k) })
}

func (m *maker) add(q Question, l *Line) {
	q.Place, q.Why = l.Place, slices.Clone(l.Said.Notes)
	m.made = append(m.made, q)
}

func (m *maker) line(l *Line) {
	e := &l.Event
	switch {
	case e.Mark != nil && e.Mark.Kind == "quiz":
		m.author(l)
	case e.Mark != nil && e.Mark.Kind == "accept":
		m.accept[e.Conn] = append(m.accept[e.Conn], e.Mark.Text("glob"))
	case e.Cont:
	case e.From == session.Client:
		accept := m.accept[e.Conn]
		delete(m.accept, e.Conn)
		if e.Role == session.Command {
			m.command(l, accept)
		}
	case e.Role == session.Greeting, e.Role == session.Reply, e.Role == session.Challenge:
		m.reply(l)
	}
}

// author asks what the transcript's author asks: a quiz mark that holds the right answer and none that was given.
func (m *maker) author(l *Line) {
	mark := l.Event.Mark
	ask, right := mark.Text("ask"), mark.Text("right")
	if ask == "" || right == "" || mark.Text("given") != "" {
		return
	}
	said := text.T{EN: ask, ZH: ask}
	for _, part := range tongues(ask) {
		switch part.lang {
		case "en":
			said.EN = part.text
		case "zh":
			said.ZH = part.text
		}
	}
	all := strings.Split(right, "|")
	m.add(Question{Kind: QuizAuthor, Ask: text.T{EN: "%s", ZH: "%s"}.With(said), Right: all[0], also: all[1:],
		Hint: hintStarts.With(first(all[0]))}, l)
}

// reply asks for the code of a reply, before its first line.
func (m *maker) reply(l *Line) {
	e := &l.Event
	begins := !m.goesOn
	m.goesOn = e.More && e.Proto == session.SMTP
	for i := range m.commands {
		if m.commands[i].n == e.Re && e.Re > 0 {
			m.commands[i].refused = verdict(e) == "no"
		}
	}
	if !begins || e.Code == "" || !m.wants(QuizReply, QuizCode) {
		return
	}
	verb := e.Verb
	if e.Role == session.Greeting {
		verb = greets
	}
	q := Question{Kind: QuizReply, Ask: askReply.With(), Right: e.Code, Hint: hintClass.With(className(e.Code))}
	if e.Role == session.Greeting {
		q.Ask = askGreeting.With()
	}
	if m.quiz.Choices {
		q.Choices = choices(e.Proto, verb, e.Code, m.dice)
	}
	m.add(q, l)
}

// command asks for a command whole, or for a word of it. The patterns of accept may stand in its place.
func (m *maker) command(l *Line, accept []string) {
	e := &l.Event
	if len(e.Secret) > 0 {
		return
	}
	line := string(render.Visible(nil, e.Line()))
	m.commands = append(m.commands, asked{n: e.N, place: l.Place, line: line})
	whole := m.wants(QuizCommand) && (!m.wants(QuizFill) || m.dice.IntN(2) == 0) // one would tell the other
	if whole {
		m.add(Question{Kind: QuizCommand, Ask: askCommand.With(), Right: line, Hint: hintStarts.With(first(line)), accept: accept}, l)
	}
	if gap, word := blank(line, m.dice); word != "" && !whole && m.wants(QuizFill) {
		m.add(Question{Kind: QuizFill, Ask: askFill.With(), List: []string{gap}, Right: word, Hint: hintStarts.With(first(word)), accept: accept}, l)
	}
}

// first gives the first character of an answer.
func first(s string) string {
	c, _ := render.Cluster(s)
	return c
}

// gapMark stands in the place of a word that is asked for.
const gapMark = "____"

// blank takes a word out of a line: a verb, TO or FROM, what stands behind it.
func blank(line string, dice *rand.Rand) (gap, word string) {
	words := strings.FieldsFunc(line, func(r rune) bool { return strings.ContainsRune(" :<>=", r) })
	if len(words) == 0 {
		return "", ""
	}
	word = words[dice.IntN(len(words))]
	at := strings.Index(line, word)
	return line[:at] + gapMark + line[at+len(word):], word
}

// listed is how many commands a list has.
const listed = 5

// lists makes the questions about several commands: which comes when, and which of them is refused.
func (m *maker) lists() {
	for i := 0; i+listed <= len(m.commands); i += listed {
		run := m.commands[i : i+listed]
		if m.wants(QuizOrder) && distinct(run) {
			m.order(run)
		}
		refused := slices.IndexFunc(run, func(c asked) bool { return c.refused })
		if m.wants(QuizFault) && refused >= 0 && !slices.ContainsFunc(run[refused+1:], func(c asked) bool { return c.refused }) {
			m.made = append(m.made, Question{Kind: QuizFault, Place: run[0].place, Ask: askFault.With(), List: numbered(run),
				Right: string('1' + rune(refused)), Hint: hintFault.With()})
		}
	}
	if rest := len(m.commands) % listed; m.wants(QuizFault) && rest > 0 {
		m.faultIn(m.commands[len(m.commands)-rest:])
	}
}

// faultIn asks for the refused command of a shorter list.
func (m *maker) faultIn(run []asked) {
	at := slices.IndexFunc(run, func(c asked) bool { return c.refused })
	if at < 0 || len(run) < 2 || slices.ContainsFunc(run[at+1:], func(c asked) bool { return c.refused }) {
		return
	}
	m.made = append(m.made, Question{Kind: QuizFault, Place: run[0].place, Ask: askFault.With(), List: numbered(run),
		Right: string('1' + rune(at)), Hint: hintFault.With()})
}

func numbered(run []asked) (list []string) {
	for i, c := range run {
		list = append(list, string('1'+rune(i))+"  "+c.line)
	}
	return list
}

func distinct(run []asked) bool {
	seen := map[string]bool{}
	for _, c := range run {
		seen[c.line] = true
	}
	return len(seen) == len(run)
}

// order asks in which order commands come that are shown shuffled.
func (m *maker) order(run []asked) {
	perm := m.dice.Perm(len(run))
	list, right := make([]string, len(run)), make([]byte, len(run))
	for shown, was := range perm {
		list[shown] = string('A'+rune(shown)) + "  " + run[was].line
		right[was] = byte('A' + shown)
	}
	m.made = append(m.made, Question{Kind: QuizOrder, Place: run[0].place, Ask: askOrder.With(), List: list, Right: string(right),
		Hint: hintStarts.With(string(right[:1]))})
}

var (
	askReply    = text.T{EN: "What will the server answer? Type the code.", ZH: "服务器会怎样回答？请输入代码。"}
	askGreeting = text.T{EN: "The server speaks first. With which code?", ZH: "服务器先开口。它的代码是什么？"}
	askCommand  = text.T{EN: "What does the client type next?", ZH: "客户端接下来输入什么？"}
	askFill     = text.T{EN: "Which word is missing?", ZH: "缺的是哪个词？"}
	askOrder    = text.T{EN: "In which order do these commands come? Type the letters, as in CABED.", ZH: "这些命令的先后顺序是什么？请输入字母，例如 CABED。"}
	askFault    = text.T{EN: "The server will refuse one of these commands. Which? Type its number.", ZH: "服务器会拒绝其中一条命令。是哪一条？请输入编号。"}
	hintStarts  = text.T{EN: "It begins with %s.", ZH: "以 %s 开头。"}
	hintClass   = text.T{EN: "It says: %s.", ZH: "意思是：%s。"}
	hintFault   = text.T{EN: "Look at what must come before each of them, and at addresses and numbers.", ZH: "看看每条命令之前必须先有什么，再看地址和编号。"}
)

// className says what the class of a code means (RFC 5321 §4.2.1, RFC 1939 §3, RFC 5034 §4).
func className(code string) text.T {
	switch code[0] {
	case '2':
		return text.T{EN: "done", ZH: "成功"}
	case '3':
		return text.T{EN: "go on", ZH: "请继续"}
	case '4':
		return text.T{EN: "not now", ZH: "暂时不行"}
	case '5', '-':
		return text.T{EN: "no", ZH: "不行"}
	}
	if code == "+" {
		return text.T{EN: "go on", ZH: "请继续"}
	}
	return text.T{EN: "yes", ZH: "可以"}
}
