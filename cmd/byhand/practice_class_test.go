package main

import (
	"bytes"
	"context"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"byhand/session/practice"
)

// settled gives the configuration that flags come to.
func settled(t *testing.T, f practiceFlags) practice.Config {
	t.Helper()
	cfg := practice.Config{POP3: "127.0.0.1:0", SMTP: "127.0.0.1:0"}
	if err := f.settle(&cfg); err != nil {
		t.Fatal(err)
	}
	return cfg
}

func TestPracticePeople(t *testing.T) {
	dir := t.TempDir()
	world, users := filepath.Join(dir, "w.yaml"), filepath.Join(dir, "u.csv")
	for file, text := range map[string]string{world: "users: {wang: x}\nmail: {wang: [a.eml]}\n", users: "name,password\nzhang,1\n", filepath.Join(dir, "a.eml"): "A: b\n\nc\n"} {
		if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	cfg := settled(t, practiceFlags{world: world, users: users, like: "wang", listen: "127.0.0.2", limits: []string{"letter=1k"}, lenient: []string{"bare-lf"}})
	if w := cfg.World; w.Users["zhang"] != "1" || len(w.Mail["zhang"]) != 1 || !cfg.Rules.BareLF || cfg.Limits.Letter != 1024 || cfg.Names[0] != "127.0.0.2" || cfg.Class.Like != "wang" {
		t.Errorf("%+v", cfg)
	}
}

// TestPracticeStatus asks a running server by its beacon and by its metrics, and resets a maildrop.
func TestPracticeStatus(t *testing.T) {
	srv, err := practice.Start(settled(t, practiceFlags{}))
	if err != nil {
		t.Fatal(err)
	}
	defer srv.Close()
	dir := t.TempDir()
	var out bytes.Buffer
	a := &app{out: &out, err: &out, env: func(name string) string { return map[string]string{"XDG_STATE_HOME": dir}[name] }}
	dark := a.light(srv)
	f, err := openFront(srv, "127.0.0.1:0", "")
	if err != nil {
		t.Fatal(err)
	}
	defer f.close()
	at := f.listener.Addr().String()
	do := func(want string, args ...string) {
		t.Helper()
		out.Reset()
		cmd := a.practiceStatus()
		if args[0] == "reset" {
			cmd, args = a.practiceReset(), args[1:]
		}
		cmd.SetArgs(args)
		cmd.SetOut(&out)
		cmd.SetErr(&out)
		err := cmd.ExecuteContext(context.Background())
		if got := out.String(); err != nil && !strings.Contains(err.Error(), want) || err == nil && !strings.Contains(got, want) {
			t.Errorf("%q: %v, %q", args, err, got)
		}
	}
	do("accounts      3", "--metrics="+at)
	do("accounts      3", "--json=false")
	do("student: as at the start", "reset", "student")
	do("No running server has an account nobody", "reset", "nobody")
	body, err := askFront(context.Background(), at, "/metrics")
	if err != nil || !strings.Contains(string(body), "\nbyhand_practice_accounts 3\n") {
		t.Errorf("%q, %v", body, err)
	}
	if _, err := askFront(context.Background(), at, "/x/reset/student"); err == nil {
		t.Error("a front without a secret resets")
	}
	dark()
	do("No practice server of yours runs", "--json=false")
}

func TestPracticeTellsOfFiles(t *testing.T) {
	file := filepath.Join(t.TempDir(), "w.yaml")
	if err := os.WriteFile(file, []byte("users:\n  a: b\n  a: c\nfoo: 1\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	for lang, want := range map[string]string{"en": "w.yaml:3: a stands here twice\n", "zh": "w.yaml:3: a 重复出现\n"} {
		var out, errs bytes.Buffer
		rc := run([]string{"practice", "--lang", lang, "--world", file}, nil, &out, &errs)
		if got := errs.String(); rc != 1 || !strings.Contains(got, want) || !strings.Contains(got, "w.yaml:4: world ") {
			t.Errorf("%s: status %d, %q", lang, rc, got)
		}
	}
}
