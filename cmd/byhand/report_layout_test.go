package main

import (
	"bytes"
	"encoding/csv"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"byhand/session/render"
	"byhand/session/text"
)

// timedRead is a recording in which the name was typed after so many seconds, and the password four seconds later.
func timedRead(after int) string {
	return fmt.Sprintf(`{"byhand":"transcript","v":1,"start":"2026-03-02T09:00:00.000000+08:00"}
{"t":0.000000,"k":"open","proto":"pop3"}
{"t":0.000000,"k":"S","text":"+OK ready\r\n"}
{"t":%[1]d.000000,"k":"C","text":"USER alice\r\n"}
{"t":%[1]d.000000,"k":"S","text":"+OK\r\n"}
{"t":%[2]d.000000,"k":"C","text":"PASS ********\r\n","hide":[[5,8,"password"]]}
{"t":%[2]d.000000,"k":"S","text":"+OK\r\n"}
{"t":%[2]d.500000,"k":"C","text":"LSIT\r\n"}
{"t":%[2]d.500000,"k":"S","text":"-ERR unknown command\r\n"}
`, after, after+4)
}

// inClass hands in the recordings of four learners.
func inClass(t *testing.T) string {
	t.Helper()
	dir := t.TempDir()
	for name, after := range map[string]int{"amy": 30, "ben": 7, "王小明": 12, "zoë": 200} {
		if err := os.MkdirAll(filepath.Join(dir, name), 0o700); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(filepath.Join(dir, name, "pop3-read.rec.jsonl"), []byte(timedRead(after)), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	return dir
}

// TestReportMedians takes the median of a class's times, the lower of two, and tells the same in each form.
func TestReportMedians(t *testing.T) {
	dir := inClass(t)
	report := func(args ...string) string {
		var out, errOut bytes.Buffer
		if status := run(append([]string{"lesson", "report", dir, "--lang", "en"}, args...), strings.NewReader(""), &out, &errOut); status != 0 {
			t.Errorf("%s: status %d, %s", args, status, errOut.String())
		}
		return out.String()
	}
	want := map[string]float64{"user": 12, "pass": 4, "stat": 0} // of 7, 12, 30 and 200; of 4 four times; of none
	var r classReport
	if err := json.Unmarshal([]byte(report("--format", "json")), &r); err != nil {
		t.Fatal(err)
	}
	for _, s := range r.Steps {
		if m, told := want[s.Step]; told && s.Median != m {
			t.Errorf("%s: median %v, want %v", s.Step, s.Median, m)
		}
	}
	rows, err := csv.NewReader(strings.NewReader(report("--format", "csv"))).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	column := map[string]int{}
	for i, name := range rows[0] {
		column[name] = i
	}
	advised := false
	for _, row := range rows[1:] {
		switch row[0] {
		case "step":
			if m, told := want[row[column["step"]]]; told && row[column["median_seconds"]] != fmt.Sprint(m) {
				t.Errorf("CSV: %v", row)
			}
		case "advice":
			if row[column["advice"]] == "" || len(row[column["text"]]) < 20 {
				t.Errorf("CSV: an advice without its words: %q", row)
			}
			advised = true
		}
	}
	if !advised {
		t.Error("CSV: no advice, though each typed LSIT")
	}
	if table := report(); !strings.Contains(table, "pop3-read / user  12.0 s\n  pop3-read / pass  4.0 s\n") {
		t.Errorf("the slowest steps do not stand in their order:\n%s", table)
	}
}

// TestReportLayout writes a report into a window of 60 columns: no line is wider, and the lessons of a learner stand one after the other
// where the table would not fit.
func TestReportLayout(t *testing.T) {
	r := &classReport{
		Learners: []*learnerReport{
			{"amy", map[string]*lessonRow{"first-connect": {"", 6, 6}, "pop3-read": {"", 3, 12}, "smtp-send": {"", 9, 9}, "pipelining-and-dots": {"", 1, 11}, "bounces-and-received": {"", 2, 9}}},
			{"王小明", map[string]*lessonRow{"first-connect": {"", 6, 6}}},
		},
		Steps:   []*stepReport{{Lesson: "pop3-read", Step: "list", Failed: 3, Median: 12.25, Stuck: []string{"amy", "王小明", "a-very-long-name-of-a-learner", "another-very-long-name"}}},
		Advice:  []*adviceReport{{ID: "spelling", Text: strings.Repeat("There is no command of that name, but there is another. ", 3), Times: 4, Learners: 2}},
		Remarks: []string{"amy/exam.rec.jsonl: the same session as ben/exam.rec.jsonl, to the millisecond"},
		Broken:  []string{"eve/pop3-read.rec.jsonl: this is no transcript that byhand can read"},
	}
	for _, c := range []struct {
		lang text.Lang
		want []string
	}{
		{text.EN, []string{"amy  bounces-and-received 2/9, first-connect done,\n", "\nStuck at:\n  pop3-read / list  amy, 王小明,", "\nSlowest steps", "  pop3-read / list  12.2 s\n", "\nCommonest advice:\n  spelling  4 times, learners: 2. There",
			"\nTo look at:\n  amy/exam.rec.jsonl: the same"}},
		{text.ZH, []string{"王小明  first-connect 完成\n", "\n卡在：\n", "\n最费时的步骤", "12.2 秒\n", "\n给得最多的提示：\n  spelling  4 次，涉及 2 人。", "\n需要留意：\n"}},
	} {
		var out bytes.Buffer
		a := &app{lang: c.lang, columns: 60, out: &out}
		if err := a.reportTable(r); err != nil {
			t.Fatal(err)
		}
		for line := range strings.Lines(out.String()) {
			if w := render.Width(strings.TrimRight(line, "\n")); w > 60 {
				t.Errorf("%v: %d columns: %s", c.lang, w, line)
			}
		}
		for _, want := range c.want {
			if !strings.Contains(out.String(), want) {
				t.Errorf("%v: %q is not in\n%s", c.lang, want, out.String())
			}
		}
		a.columns = 0
		out.Reset()
		if err := a.reportTable(r); err != nil {
			t.Fatal(err)
		}
		if head, _, _ := strings.Cut(out.String(), "\n"); !strings.Contains(head, "bounces-and-received  first-connect  pipelining-and-dots  pop3-read  smtp-send") {
			t.Errorf("%v: in a wide window the head is %s", c.lang, head)
		}
	}
}
