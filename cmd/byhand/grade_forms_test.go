package main

import (
	"bytes"
	"encoding/csv"
	"encoding/json"
	"encoding/xml"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

// halfRead is a session that leaves out a good part of the lesson pop3-read.
const halfRead = "@byhand 1\n@open proto=pop3\nS: +OK\nC: USER alice\nS: +OK\nC: PASS ********\nS: +OK\nC: STAT\nS: +OK 3 705\nC: QUIT\nS: +OK\n"

// TestGradeForms reads each form as the programs do that want it: all agree on what passed, and name the step that is missing.
func TestGradeForms(t *testing.T) {
	dir := t.TempDir()
	file := filepath.Join(dir, "amy.dialog.txt")
	if err := os.WriteFile(file, []byte(halfRead), 0o600); err != nil {
		t.Fatal(err)
	}
	grade := func(form string, files ...string) string {
		var out, errOut bytes.Buffer
		status := run(append([]string{"lesson", "grade", "--lang", "en", "--format", form, "pop3-read"}, files...), strings.NewReader(""), &out, &errOut)
		if status != 1 {
			t.Errorf("%s: status %d, %s", form, status, errOut.String())
		}
		return out.String()
	}

	table := grade("table", file)
	for _, want := range []string{`(?m)^ +passed +stat\b`, `(?m)^ +failed +list\b`, `(?m)^ +unknown +dot\b`} {
		if !regexp.MustCompile(want).MatchString(table) {
			t.Errorf("%s is not in\n%s", want, table)
		}
	}

	var doc junitSuites
	if err := xml.Unmarshal([]byte(grade("junit", file)), &doc); err != nil || len(doc.Suites) != 1 {
		t.Fatalf("%v, %d suites", err, len(doc.Suites))
	}
	failed := map[string]bool{}
	for _, c := range doc.Suites[0].Cases {
		failed[c.Name] = c.Failure != nil
	}
	if s := doc.Suites[0]; s.Tests != len(s.Cases) || !failed["list"] || failed["stat"] || s.Failures != strings.Count(table, "\n  failed ") {
		t.Errorf("%+v", s)
	}

	tap := strings.Split(strings.TrimSpace(grade("tap", file)), "\n")
	line := regexp.MustCompile(`^(not )?ok \d+ - .+|^TAP version 13$|^1\.\.\d+$|^  .*`)
	for _, l := range tap {
		if !line.MatchString(l) {
			t.Errorf("TAP: %q", l)
		}
	}

	rows, err := csv.NewReader(strings.NewReader(grade("csv", file))).ReadAll()
	if err != nil || len(rows) != len(doc.Suites[0].Cases)+1 {
		t.Errorf("%v, %d rows", err, len(rows))
	}
	for _, form := range []string{"json", "github-classroom"} {
		var any any
		if err := json.Unmarshal([]byte(grade(form, file)), &any); err != nil {
			t.Errorf("%s: %v", form, err)
		}
	}
	if rows[1][1] != "amy" {
		t.Errorf("CSV: the learner is %q", rows[1][1])
	}

	broken := filepath.Join(dir, "ben.rec.jsonl")
	if err := os.WriteFile(broken, []byte("{\"byhand\":\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	if both := grade("table", broken, file); !strings.Contains(both, "failed   list") || !strings.Contains(both, "ben.rec.jsonl") {
		t.Errorf("a broken transcript hides the other:\n%s", both)
	}
}
