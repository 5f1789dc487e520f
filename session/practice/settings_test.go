package practice

import (
	"strings"
	"testing"
	"time"
)

func TestLimitsSet(t *testing.T) {
	var l Limits
	for _, s := range []string{"connections=50", "per-address=5", "commands=100", "rate=20/s", "recipients=3", "accounts=7", "errors=4", "logins=2", "letter=10MB", "maildrop=64k",
		"memory = 1GiB", "idle=90s"} {
		if err := l.Set(s); err != nil {
			t.Error(err)
		}
	}
	want := Limits{Conns: 50, PerAddress: 5, Commands: 100, Rate: 20, Recipients: 3, Accounts: 7, BadCommands: 4, BadLogins: 2, Letter: 10 << 20, Maildrop: 64 << 10,
		Held: 1 << 30, Idle: 90 * time.Second, Command: 90 * time.Second, Block: 90 * time.Second}
	if l != want {
		t.Errorf("%+v", l)
	}
	for _, s := range []string{"", "letter", "letter=", "letter=-1", "letter=9999999999G", "letter=1TB", "size=1", "connections=many", "connections=0", "idle=5", "idle=-1s"} {
		if err := l.Set(s); err == nil {
			t.Errorf("%q is taken", s)
		}
	}
}

func TestRulesSet(t *testing.T) {
	var r Rules
	for _, name := range strings.Split(RuleNames(true), ", ") {
		if err := r.Set(name, true); err != nil {
			t.Error(err)
		}
	}
	for _, name := range strings.Split(RuleNames(false), ", ") {
		if err := r.Set(name, false); err != nil || r.Set(name, true) == nil {
			t.Errorf("%s: %v", name, err)
		}
	}
	if (r != Rules{RequireAuth: true, BareLF: true, BareAddress: true, StrictColon: true, ShareMaildrop: true}) || r.Set("all", true) == nil {
		t.Errorf("%+v", r)
	}
}

func TestReadUsers(t *testing.T) {
	for name, text := range map[string]string{
		"u.csv":  "\ufeff学号,密码,姓名\r\nzhang, 123456 ,张三\r\n\"li\",\"hua, x\"\r\n# wang,x\r\n",
		"u.txt":  "zhang:123456\nli \"hua\n",
		"u.yaml": "users:\n  zhang: 123456\n  li: '\"hua'\n",
		"u.yml":  "zhang: 123456\nli: '\"hua'\n",
	} {
		got, err := ReadUsers(name, []byte(text))
		if err != nil || len(got) != 2 || got["zhang"] != "123456" || !strings.Contains(got["li"], "hua") {
			t.Errorf("%s: %q, %v", name, got, err)
		}
	}
	for text, want := range map[string]string{
		"":             "u.txt: the file holds nothing",
		"a b\nzhang":   "u.txt:2: zhang has no password",
		"a b\n\na c":   "u.txt:3: a stands here twice",
		"a@b.test x":   `u.txt:1: "a@b.test" is no account name`,
		"a b\n..,x\nc": "u.txt:2: \"..\" is no account name: letters, digits, dots, hyphens, without @\nu.txt:3: c has no password",
	} {
		if _, err := ReadUsers("u.txt", []byte(text)); err == nil || !strings.HasPrefix(err.Error(), want) {
			t.Errorf("%q: %v, want %s", text, err, want)
		}
	}
	if got, err := ReadUsers("u.csv", []byte("li,\"hua, x\",Li")); err != nil || got["li"] != "hua, x" {
		t.Errorf("%q, %v", got, err)
	}
	if _, err := ReadUsers("u.yaml", []byte("a: [b]")); err == nil || err.Error() != "u.yaml:1: a text is wanted here\nu.yaml:1: a has no password" {
		t.Error(err)
	}
}

func FuzzReadUsers(f *testing.F) {
	f.Add("name,password\na,b\n# c\nd:e\n")
	f.Fuzz(func(t *testing.T, text string) {
		users, err := ReadUsers("u", []byte(text))
		w := Default()
		for name, password := range users {
			w.Users[name] = password
		}
		if err == nil && (w.check() != nil || len(users) == 0) {
			t.Errorf("taken, but %v", w.check())
		}
	})
}
