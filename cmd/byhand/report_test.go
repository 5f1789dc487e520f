package main

import (
	"bytes"
	"encoding/csv"
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// handedIn writes the transcripts of a small class and gives their folder.
func handedIn(t *testing.T) string {
	t.Helper()
	dir := t.TempDir()
	for name, talk := range map[string]string{
		"amy/pop3-read.dialog.txt":      halfRead,
		"王小明/pop3-read.dialog.txt":      strings.ReplaceAll(halfRead, "C: STAT\nS: +OK 3 705\n", "C: LIST x\nS: -ERR no such message\nC: LSIT\nS: -ERR unknown command\n"),
		"amy/first-connect.rec.jsonl":   "{\"byhand\":\n",
		"ben/no-such-lesson.dialog.txt": halfRead,
	} {
		file := filepath.Join(dir, filepath.FromSlash(name))
		if err := os.MkdirAll(filepath.Dir(file), 0o700); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(file, []byte(talk), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	return dir
}

// TestReport reads the three forms of a class's report: they tell the same of who came how far, who is stuck where, and what was advised.
func TestReport(t *testing.T) {
	dir := handedIn(t)
	report := func(args ...string) string {
		var out, errOut bytes.Buffer
		if status := run(append([]string{"lesson", "report", dir}, args...), strings.NewReader(""), &out, &errOut); status != 1 {
			t.Errorf("%s: status %d, %s", args, status, errOut.String())
		}
		return out.String()
	}

	table := report("--lang", "en")
	for _, want := range []string{"learner  pop3-read\n", "amy      3/", "王小明   2/", "\nStuck at:\n", "pop3-read / list  amy\n", "pop3-read / stat  王小明\n", "\nCommonest advice:\n", "times, learners: 1.",
		"first-connect.rec.jsonl", "no-such-lesson"} {
		if !strings.Contains(table, want) {
			t.Errorf("%q is not in\n%s", want, table)
		}
	}
	if zh := report("--lang", "zh"); !strings.Contains(zh, "学生") || !strings.Contains(zh, "卡在：") {
		t.Errorf("%s", zh)
	}

	var r classReport
	if err := json.Unmarshal([]byte(report("--format", "json")), &r); err != nil {
		t.Fatal(err)
	}
	if len(r.Learners) != 2 || len(r.Broken) != 2 || len(r.Advice) == 0 || r.Learners[0].Lessons["pop3-read"].Of == 0 {
		t.Errorf("%+v", r)
	}

	rows, err := csv.NewReader(strings.NewReader(report("--format", "csv"))).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	kinds := map[string]int{}
	for _, row := range rows[1:] {
		kinds[row[0]]++
	}
	if kinds["learner"] != 2 || kinds["step"] != len(r.Steps) || kinds["advice"] != len(r.Advice) || kinds["error"] != 2 {
		t.Errorf("%v", kinds)
	}
}

// TestLearnerOf tells whose a transcript is.
func TestLearnerOf(t *testing.T) {
	for name, want := range map[string]string{
		"amy/pop3-read.rec.jsonl": "amy", "a/b/amy/pop3-read.pcap": "amy", "amy.rec.jsonl": "amy", "./amy.v2.rec.jsonl": "amy",
		"../amy.pcap": "amy", "handed-in/amy.rec.jsonl": "amy", "pop3-read.rec.jsonl": "pop3-read", "/pop3-read.pcap": "pop3-read",
	} {
		if got := learnerOf(filepath.FromSlash(name), "pop3-read"); got != want {
			t.Errorf("%s: %s", name, got)
		}
	}
}

// TestMedian takes the middle, the lower of two.
func TestMedian(t *testing.T) {
	for _, c := range []struct {
		seconds []time.Duration
		want    float64
	}{{nil, 0}, {[]time.Duration{7}, 7}, {[]time.Duration{9, 1, 5}, 5}, {[]time.Duration{4, 3, 2, 1}, 2}} {
		var took []time.Duration
		for _, n := range c.seconds {
			took = append(took, n*time.Second)
		}
		if got := median(took); got != c.want {
			t.Errorf("%v: %v", c.seconds, got)
		}
	}
}
