package main

import (
	"bytes"
	"encoding/json"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"
)

// answeredRead is a recording of a part of pop3-read, in which the question was answered wrong and then right.
const answeredRead = `{"byhand":"transcript","v":1,"start":"2026-03-02T09:00:00.000000+08:00"}
{"t":0.000000,"k":"open","proto":"pop3"}
{"t":0.010000,"k":"S","text":"+OK ready\r\n"}
{"t":5.000000,"k":"C","text":"USER alice\r\n"}
{"t":5.010000,"k":"S","text":"+OK\r\n"}
{"t":9.250000,"k":"C","text":"PASS ********\r\n","hide":[[5,8,"password"]]}
{"t":9.260000,"k":"S","text":"+OK\r\n"}
{"t":12.000000,"k":"step","id":"pop3-read/dot","is":"answer","right":"false"}
{"t":14.000000,"k":"step","id":"pop3-read/dot","is":"answer","right":"true"}
{"t":15.000000,"k":"step","id":"errors/dot","is":"answer","right":"true"}
{"t":16.000000,"k":"C","text":"QUIT\r\n"}
{"t":16.020000,"k":"S","text":"+OK\r\n"}
`

// xapiOf grades a file and reads what comes as JSON.
func xapiOf(t *testing.T, name, content string, more ...string) (all []map[string]any) {
	t.Helper()
	file := filepath.Join(t.TempDir(), name)
	if err := os.WriteFile(file, []byte(content), 0o600); err != nil {
		t.Fatal(err)
	}
	var out, errOut bytes.Buffer
	run(append([]string{"lesson", "grade", "pop3-read", file, "--format", "xapi", "--lang", "en"}, more...), strings.NewReader(""), &out, &errOut)
	if err := json.Unmarshal(out.Bytes(), &all); err != nil {
		t.Fatalf("%v: %s%s", err, out.String(), errOut.String())
	}
	return all
}

// at gives what stands at a path in JSON; nil if nothing does.
func at(v any, path ...string) any {
	for _, name := range path {
		m, ok := v.(map[string]any)
		if !ok {
			return nil
		}
		v = m[name]
	}
	return v
}

// TestXAPI reads the statements as a store of them does: the properties that the specification requires are there and in its forms, and
// they tell what happened.
func TestXAPI(t *testing.T) {
	all := xapiOf(t, "amy.rec.jsonl", answeredRead)
	uuid, iso := regexp.MustCompile(`^[0-9a-f]{8}-[0-9a-f]{4}-5[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$`), regexp.MustCompile(`^PT\d+(\.\d{1,2})?S$`)
	said, ids := map[string]map[string]any{}, map[string]bool{}
	for _, s := range all {
		id, _ := s["id"].(string)
		if !uuid.MatchString(id) || ids[id] {
			t.Errorf("id %q", id)
		}
		ids[id] = true
		verb, _ := at(s, "verb", "id").(string)
		object, _ := at(s, "object", "id").(string)
		said[strings.TrimPrefix(verb, adlVerbs)+" "+strings.TrimPrefix(object, "urn:byhand:")] = s
		if at(s, "actor", "account", "name") != "amy" || at(s, "actor", "objectType") != "Agent" || at(s, "version") != "1.0.3" || at(s, "object", "objectType") != "Activity" {
			t.Errorf("%v", s)
		}
		for _, lang := range []string{"en", "zh"} {
			if at(s, "verb", "display", lang) == nil || at(s, "object", "definition", "name", lang) == nil {
				t.Errorf("%s: nothing in %s", verb, lang)
			}
		}
		if r, _ := at(s, "context", "registration").(string); !uuid.MatchString(r) {
			t.Errorf("registration %q", r)
		}
		stamp, _ := s["timestamp"].(string)
		if _, err := time.Parse(time.RFC3339, stamp); err != nil {
			t.Error(err)
		}
		if d, given := at(s, "result", "duration").(string); given && !iso.MatchString(d) {
			t.Errorf("duration %q", d)
		}
		if score := at(s, "result", "score"); score != nil {
			scaled, _ := at(score, "scaled").(float64)
			raw, _ := at(score, "raw").(float64)
			least, _ := at(score, "min").(float64)
			most, ok := at(score, "max").(float64)
			if !ok || least >= most || raw < least || raw > most || scaled < 0 || scaled > 1 {
				t.Errorf("%s: score %v", object, score)
			}
		}
	}
	for _, c := range []struct {
		what string
		path []string
		want any
	}{
		{"attempted pop3-read", []string{"timestamp"}, "2026-03-02T09:00:00.000+08:00"},
		{"attempted pop3-read", []string{"object", "definition", "type"}, adlActivities + "lesson"},
		{"passed pop3-read:pass", []string{"timestamp"}, "2026-03-02T09:00:09.260+08:00"},
		{"passed pop3-read:pass", []string{"result", "duration"}, "PT4.25S"},
		{"passed pop3-read:pass", []string{"result", "success"}, true},
		{"failed pop3-read:list", []string{"result", "success"}, false},
		{"answered pop3-read:dot", []string{"result", "success"}, true},
		{"answered pop3-read:dot", []string{"timestamp"}, "2026-03-02T09:00:14.000+08:00"},
		{"failed pop3-read", []string{"result", "completion"}, false},
		{"failed pop3-read", []string{"result", "duration"}, "PT16.02S"},
	} {
		if got := at(said[c.what], c.path...); got != c.want {
			t.Errorf("%s: %v is %v, want %v", c.what, c.path, got, c.want)
		}
	}
	if parent, _ := at(said["passed pop3-read:pass"], "context", "contextActivities", "parent").([]any); len(parent) != 1 || at(parent[0], "id") != "urn:byhand:pop3-read" {
		t.Errorf("the parent of a step is %v", parent)
	}
	if said["completed pop3-read"] != nil || said["passed pop3-read:dot"] != nil {
		t.Error("what was not completed is said to be")
	}

	again := xapiOf(t, "amy.rec.jsonl", answeredRead)
	other := xapiOf(t, "ben.rec.jsonl", answeredRead)
	if again[0]["id"] != all[0]["id"] || other[0]["id"] == all[0]["id"] {
		t.Error("ids are not stable, or not the learner's own")
	}
	if classed := xapiOf(t, "amy.rec.jsonl", answeredRead, "--class", "spring 26"); at(classed[0], "actor", "account", "homePage") != "http://practice.test/spring%2026" {
		t.Errorf("amy of a class is %v", classed[0]["actor"])
	}
	for _, s := range xapiOf(t, "amy.dialog.txt", halfRead) {
		if s["timestamp"] != nil || at(s, "result", "duration") != nil {
			t.Errorf("a dialogue without times has %v", s)
		}
	}
}
