package transcripts

import (
	"slices"
	"strings"
	"testing"

	"byhand/session/text"
)

func questionsOf(t *testing.T, talk string, q Quiz) []Question {
	t.Helper()
	all, err := q.Questions(tapeOf(t, talk))
	if err != nil {
		t.Fatal(err)
	}
	return all
}

// TestQuestionsOfSamples asks all that can be asked of every sample: each question in two languages, its right answer worth all
// points, nothing hidden in it.
func TestQuestionsOfSamples(t *testing.T) {
	kinds := map[string]int{}
	for _, name := range Samples() {
		talk, _ := Sample(name)
		for _, choices := range []bool{false, true} {
			for _, kind := range QuizKinds() {
				for _, q := range questionsOf(t, string(talk), Quiz{Kinds: []string{kind}, Choices: choices}) {
					kinds[q.Kind]++
					holdQuestion(t, name, &q, choices)
				}
			}
		}
	}
	for _, kind := range []string{QuizReply, QuizCommand, QuizFill, QuizOrder, QuizFault} {
		if kinds[kind] == 0 {
			t.Errorf("no sample gives a question of the kind %s", kind)
		}
	}
}

func holdQuestion(t *testing.T, name string, q *Question, choices bool) {
	t.Helper()
	en, zh := q.Ask.In(text.EN), q.Ask.In(text.ZH)
	if en == "" || zh == "" || en == zh || q.Hint.In(text.EN) == q.Hint.In(text.ZH) {
		t.Errorf("%s, line %d: %q, %q", name, q.Place, en, zh)
	}
	if g := q.Answer(q.Right); g.Points != Full {
		t.Errorf("%s, line %d: the right answer %q to %q gets %d", name, q.Place, q.Right, en, g.Points)
	}
	if g := q.Answer(""); g.Points != 0 {
		t.Errorf("%s, line %d: no answer gets %d", name, q.Place, g.Points)
	}
	if strings.Contains(q.Right+strings.Join(q.List, ""), "****") {
		t.Errorf("%s, line %d: what is hidden is asked: %q %q", name, q.Place, q.Right, q.List)
	}
	if choices && q.Kind == QuizReply {
		sorted := slices.Sorted(slices.Values(q.Choices))
		if len(slices.Compact(sorted)) != len(q.Choices) || !slices.Contains(q.Choices, q.Right) || len(q.Choices) < 2 {
			t.Errorf("%s, line %d: choices %q for %s", name, q.Place, q.Choices, q.Right)
		}
	}
}

func TestAnswers(t *testing.T) {
	for _, c := range []struct {
		kind, right, given string
		want               int
	}{
		{QuizReply, "250", "250", Full},
		{QuizReply, "250", " 250 ok ", Full},
		{QuizReply, "250", "250-mail", Full},
		{QuizReply, "250", "221", 1},
		{QuizReply, "250", "2", 1},
		{QuizReply, "250", "550", 0},
		{QuizReply, "+OK", "+ok", Full},
		{QuizReply, "+OK", "ok", Full},
		{QuizReply, "+OK", "-ERR", 0},
		{QuizReply, "-ERR", "err", Full},
		{QuizReply, "-ERR", "-ERR no such message", Full},
		{QuizReply, "+", "+", Full},
		{QuizReply, "+", "+OK", 0},
		{QuizCommand, "MAIL FROM:<a@Example.com>", "mail from: <a@example.com>", Full},
		{QuizCommand, "MAIL FROM:<a@example.com>", "MAIL FROM:<A@example.com>", 1},
		{QuizCommand, "MAIL FROM:<a@example.com> SIZE=5", "MAIL FROM:<a@example.com>", 1},
		{QuizCommand, "RCPT TO:<a@example.com>", "MAIL FROM:<a@example.com>", 0},
		{QuizCommand, "EHLO pc.example.com", "ehlo me", Full},
		{QuizCommand, "EHLO pc.example.com", "HELO pc.example.com", 0},
		{QuizCommand, "RETR 1", "retr  1 ", Full},
		{QuizCommand, "RETR 1", "RETR 2", 1},
		{QuizFill, "RCPT", "rcpt", Full},
		{QuizFill, "RCPT", "RCP", 0},
		{QuizOrder, "CABED", "c a b e d", Full},
		{QuizOrder, "CABED", "CABDE", 1},
		{QuizOrder, "CABED", "ABCDE", 0},
		{QuizFault, "3", "3", Full},
		{QuizFault, "3", "4", 0},
	} {
		q := Question{Kind: c.kind, Right: c.right}
		if g := q.Answer(c.given); g.Points != c.want {
			t.Errorf("%s %q: %q gets %d, want %d", c.kind, c.right, c.given, g.Points, c.want)
		}
	}
	q := Question{Kind: QuizReply, Right: "354", Choices: []string{"250", "354", "550", "221"}}
	if q.Answer("b").Points != Full || q.Answer("a").Points != 0 {
		t.Error("a letter does not stand for its choice")
	}
	q = Question{Kind: QuizCommand, Right: "MAIL FROM:<a@example.com>"}
	if g := q.Answer("MAIL FROM:<a@exampel.com>"); g.Given[:g.At] != "MAIL FROM:<a@examp" {
		t.Errorf("differs after %q", g.Given[:g.At])
	}
}

// TestAuthorAsks reads questions that stand in a transcript, in two languages, with several right answers.
func TestAuthorAsks(t *testing.T) {
	all := questionsOf(t, `@open proto=pop3
S: +OK hi
@x {"k":"quiz","ask":"Which state is this?\n这是什么状态？","right":"AUTHORIZATION|authorisation"}
@x {"k":"quiz","ask":"answered before","given":"x","right":"y"}
C: QUIT
S: +OK
`, Quiz{})
	if len(all) != 1 || all[0].Kind != QuizAuthor || all[0].Place != 3 {
		t.Fatalf("%+v", all)
	}
	q := &all[0]
	if q.Ask.In(text.EN) != "Which state is this?" || q.Ask.In(text.ZH) != "这是什么状态？" {
		t.Errorf("asks %q and %q", q.Ask.In(text.EN), q.Ask.In(text.ZH))
	}
	for given, want := range map[string]int{"authorization": Full, "Authorisation": Full, "update": 0} {
		if g := q.Answer(given); g.Points != want {
			t.Errorf("%q gets %d, want %d", given, g.Points, want)
		}
	}
}

// TestQuizTakesWhatTheAuthorAccepts answers with lines that @accept allows: they are as right as the recorded one, for that line alone.
func TestQuizTakesWhatTheAuthorAccepts(t *testing.T) {
	of := func(kind, right string) *Question {
		for _, talk := range played {
			for _, q := range questionsOf(t, talk, Quiz{Kinds: []string{kind}}) {
				if strings.Join(append(q.List, q.Right), " ") == right {
					return &q
				}
			}
		}
		t.Fatalf("%s does not ask for %s", kind, right)
		return nil
	}
	rcpt, mail, dele := of(QuizCommand, "RCPT TO:<bob@example.com>"), of(QuizCommand, "MAIL FROM:<Alice@Example.com> BODY=8BITMIME"), of(QuizCommand, "DELE 1")
	for _, c := range []struct {
		q     *Question
		given string
		want  int
	}{
		{rcpt, "RCPT TO:<bob@example.com>", Full},
		{rcpt, "rcpt  to:<anyone@Practice.test>", Full},
		{rcpt, "RCPT TO:<bXb>", Full},
		{rcpt, "RCPT TO:<bXXb>", 1},
		{rcpt, "DELE 7", 0},
		{mail, "RCPT TO:<anyone@practice.test>", 0},
		{dele, "dele 7", Full},
		{dele, "DELE", 1},
		{&Question{Kind: QuizFill, List: []string{"RCPT TO:<____>"}, Right: "bob@example.com", accept: rcpt.accept}, "eve@practice.test", Full},
		{&Question{Kind: QuizFill, List: []string{"RCPT TO:<____>"}, Right: "bob@example.com", accept: rcpt.accept}, "eve@example.com", 0},
		{&Question{Kind: QuizFill, List: []string{"RCPT TO:<____>"}, Right: "bob@example.com"}, "eve@practice.test", 0},
	} {
		if g := c.q.Answer(c.given); g.Points != c.want {
			t.Errorf("%s for %s: %d points, want %d", c.given, c.q.Right, g.Points, c.want)
		}
	}
}

// FuzzAnswer grades any answer to any question: the points are among those that there are, and what differs lies in what was given.
func FuzzAnswer(f *testing.F) {
	f.Add(QuizReply, "250", "2-")
	f.Add(QuizCommand, "MAIL FROM:<a@b>", "mail from:")
	f.Add(QuizOrder, "ABCDE", "學")
	f.Fuzz(func(t *testing.T, kind, right, given string) {
		q := Question{Kind: kind, Right: right}
		if g := q.Answer(given); g.Points < 0 || g.Points > Full || g.At < 0 || g.At > len(g.Given) {
			t.Errorf("%+v", g)
		}
	})
}
