package main

import (
	"io"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"byhand/session/practice"

	"github.com/rogpeppe/go-internal/testscript"
	"github.com/spf13/cobra"
)

func TestMain(m *testing.M) {
	if os.Getenv("XDG_STATE_HOME") == "" { // what tests keep is not kept among the sessions of who tests
		os.Setenv("XDG_STATE_HOME", filepath.Join(os.TempDir(), "byhand-tests"))
	}
	testscript.Main(m, map[string]func(){"byhand": main})
}

// TestScripts runs whole conversations with the program, each beside a practice server of its own: $POP3 and $SMTP are its ports.
//
//	mode FILE 0600     the file has these permissions
//	lines FILE N       the file has N lines
//	absent FILE TEXT   TEXT, as it is, is nowhere in the file
func TestScripts(t *testing.T) {
	testscript.Run(t, testscript.Params{
		Dir: "testdata/script",
		Setup: func(env *testscript.Env) error {
			srv, err := practice.Start(practice.Config{POP3: "127.0.0.1:0", SMTP: "127.0.0.1:0"})
			if err != nil {
				return err
			}
			env.Defer(func() { srv.Close() })
			for name, value := range map[string]string{
				"POP3": portOf(srv.POP3Addr().String()), "SMTP": portOf(srv.SMTPAddr().String()),
				"HOME": env.WorkDir, "XDG_STATE_HOME": filepath.Join(env.WorkDir, "state"), "LC_ALL": "C.UTF-8", "NO_COLOR": "1",
			} {
				env.Setenv(name, value)
			}
			return nil
		},
		Cmds: map[string]func(ts *testscript.TestScript, neg bool, args []string){
			"mode": func(ts *testscript.TestScript, neg bool, args []string) {
				info, err := os.Stat(ts.MkAbs(args[0]))
				ts.Check(err)
				if got := "0" + strconv.FormatUint(uint64(info.Mode().Perm()), 8); (got == args[1]) == neg {
					ts.Fatalf("%s has mode %s", args[0], got)
				}
			},
			"lines": func(ts *testscript.TestScript, neg bool, args []string) {
				if got := strconv.Itoa(strings.Count(ts.ReadFile(args[0]), "\n")); (got == args[1]) == neg {
					ts.Fatalf("%s has %s lines", args[0], got)
				}
			},
			"absent": func(ts *testscript.TestScript, neg bool, args []string) {
				if strings.Contains(ts.ReadFile(args[0]), args[1]) != neg {
					ts.Fatalf("%q in %s: %v", args[1], args[0], !neg)
				}
			},
		},
	})
}

func portOf(addr string) string { return addr[strings.LastIndexByte(addr, ':')+1:] }

// TestUsageStandsInTwoLanguages holds every text of the command line against its Chinese.
func TestUsageStandsInTwoLanguages(t *testing.T) {
	for _, locale := range []string{"en_US.UTF-8", "zh_CN.UTF-8"} {
		a := &app{in: strings.NewReader(""), out: io.Discard, err: io.Discard, env: func(name string) string {
			return map[string]string{"LANG": locale}[name]
		}}
		a.lang = a.language("")
		root := a.root(nil)
		for _, cmd := range family(root) {
			manual := a.manual(cmd)
			if english := strings.Contains(manual, "Usage:"); english != (locale[:2] == "en") {
				t.Errorf("%s, %s: the manual begins %.80q", locale, cmd.Name(), manual)
			}
			if strings.Contains(manual, "(default ") && locale[:2] != "en" || strings.Contains(manual, "[flags]") {
				t.Errorf("%s, %s: English words of the library in\n%s", locale, cmd.Name(), manual)
			}
			han := strings.ContainsFunc(cmd.Short, func(r rune) bool { return r >= 0x4e00 && r <= 0x9fff })
			if cmd.Short == "" || han != (locale[:2] == "zh") {
				t.Errorf("%s, %s: %q", locale, cmd.Name(), cmd.Short)
			}
		}
	}
}

// family lists a command and all that hang on it.
func family(cmd *cobra.Command) []*cobra.Command {
	all := []*cobra.Command{cmd}
	for _, c := range cmd.Commands() {
		all = append(all, family(c)...)
	}
	return all
}
