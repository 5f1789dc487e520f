//go:build peers

package main_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// muttClient is mutt in batch: it wants a terminal, which script gives it. It reads the maildrop of alice, and leaves. Its exit code
// tells nothing.
var muttClient = client{name: "mutt", args: []string{"script", "-qec", "mutt -n -F $DIR/rc -f $POP://alice@localhost:$PORT", "/dev/null"},
	file: muttFile + "set pop_pass=wonderland\npush <exit>\n"}

// muttFile keeps mutt from asking anything.
const muttFile = `set pop_authenticators="$MECH" pop_delete=no
set ssl_starttls=$STARTTLS ssl_force_tls=no certificate_file="$CA"
set folder="$DIR" mbox_type=Maildir record="" postponed="" header_cache="" message_cachedir=""
set confirmappend=no confirmcreate=no quit=yes move=no wait_key=no beep=no
`

// TestPeersMutt has mutt copy two letters out of the maildrop, byte for byte below the header, to which it adds fields of its own; and
// then delete them.
func TestPeersMutt(t *testing.T) {
	b := build(t)
	at, ca, _ := b.practiceTLS(t)
	for range 2 {
		senders[0].run(t, at["smtp"], letter)
	}
	at["pop3"].arrived(t, "bob", "builder", 2)
	_, body, _ := strings.Cut(strings.ReplaceAll(letter, "\r\n", "\n"), "\n\n")
	for _, r := range roads {
		t.Run(r.name, func(t *testing.T) {
			dir := r.keys(t, at, ca, `set delete=no`, "<tag-pattern>~A<enter><tag-prefix><copy-message>$DIR/in<enter><exit>")
			files, err := filepath.Glob(filepath.Join(dir, "in", "*", "*"))
			if err != nil || len(files) != 2 {
				t.Fatalf("mutt has read %d letters, %v", len(files), err)
			}
			for _, f := range files {
				got, err := os.ReadFile(f)
				if err != nil {
					t.Fatal(err)
				}
				if _, read, _ := strings.Cut(string(got), "\n\n"); read != body {
					t.Errorf("read back %q, want %q", read, body)
				}
			}
		})
	}
	if rows := at["pop3"].list(t, "bob", "builder"); len(rows) != 2 {
		t.Errorf("after reading, %d letters are there", len(rows))
	}
	roads[1].keys(t, at, ca, `set delete=yes`, "<delete-pattern>~A<enter><quit>")
	if rows := at["pop3"].list(t, "bob", "builder"); len(rows) != 0 {
		t.Errorf("after deleting, %d letters are there", len(rows))
	}
}

// keys presses keys in mutt, as bob.
func (r road) keys(t *testing.T, at doors, ca, set, pressed string) (dir string) {
	t.Helper()
	c := muttClient
	c.file = muttFile + set + "\nset pop_pass=builder\npush \"" + pressed + "\"\n"
	c.args = []string{"script", "-qec", "mutt -n -F $DIR/rc -f $POP://bob@localhost:$PORT", "/dev/null"}
	return r.client(c, "pop3", "scram-sha-256", ca).run(t, at["pop3"+r.door], "")
}
