package lessons_test

import (
	"crypto/tls"
	"crypto/x509"
	"io"
	"maps"
	"net"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"byhand/lessons"
	"byhand/session"
	"byhand/session/annotate"
	"byhand/session/practice"
	"byhand/session/text"
)

// house is a practice server as the self-test sees it.
type house struct{ *practice.Server }

func (h house) Count(box string) (int, bool) { return len(h.Letters(box)), true }

func (h house) Letter(box string, i int) (lessons.Received, bool) {
	all := h.Letters(box)
	if i < 0 || i >= len(all) {
		return lessons.Received{}, false
	}
	return lessons.Received{From: all[i].From, Raw: all[i].Bytes()}, true
}

func (h house) Dial(protocol string) (io.ReadWriteCloser, error) {
	addr := h.SMTPAddr()
	if protocol == "pop3" {
		addr = h.POP3Addr()
	}
	conn, err := net.Dial("tcp", addr.String())
	if err != nil {
		return nil, err
	}
	return conn, conn.SetDeadline(time.Now().Add(20 * time.Second)) // a bug must not hang the tests
}

func (h house) Secure(conn io.ReadWriteCloser) (io.ReadWriteCloser, *session.Mark, error) {
	ca, err := h.CA()
	if err != nil {
		return nil, nil, err
	}
	roots := x509.NewCertPool()
	roots.AppendCertsFromPEM(ca)
	secure := tls.Client(conn.(net.Conn), &tls.Config{RootCAs: roots, ServerName: "localhost"})
	return secure, session.NewMark("tls", "is", "done"), secure.Handshake()
}

// world gives a lesson's world as the practice server takes it.
func world(l *lessons.Lesson, v lessons.Vars) practice.World {
	w, from := practice.Default(), l.World.With(v)
	w.Style, w.Caps = from.Style, from.Caps
	if from.Clock != "" {
		w.Clock, _ = practice.ParseClock(from.Clock) // a lesson with another clock fails in its checks
	}
	maps.Copy(w.Users, from.Users)
	for box, letters := range from.Mail {
		for _, m := range letters {
			w.Mail[box] = append(w.Mail[box], practice.Mail{From: m.From, To: m.To, Subject: m.Subject, Body: m.Body, Date: m.Date, Raw: m.Raw})
		}
	}
	for _, f := range from.Faults {
		delay, _ := time.ParseDuration(f.Delay) // checked by the reader
		w.Faults = append(w.Faults, practice.Fault{When: f.When, Reply: f.Reply, Times: f.Times, Drop: f.Drop, Delay: delay})
	}
	return w
}

// bench tests lessons on the real practice server, with the real annotator.
func bench() *lessons.Bench {
	return &lessons.Bench{
		Start: func(l *lessons.Lesson, v lessons.Vars) (lessons.Server, error) {
			s, err := practice.Start(practice.Config{POP3: "127.0.0.1:0", SMTP: "127.0.0.1:0", World: world(l, v)})
			return house{s}, err
		},
		Explain: func() func(*session.Event) []annotate.Note {
			a := annotate.New()
			return func(e *session.Event) []annotate.Note { return a.Event(e).Notes }
		},
	}
}

// tested runs the self-test of a lesson and fails for each check that does.
func tested(t *testing.T, l *lessons.Lesson) {
	t.Helper()
	for _, f := range failing(t, l) {
		t.Error(f)
	}
}

// failing runs the self-test of a lesson and gives what it says of each check that fails.
func failing(t *testing.T, l *lessons.Lesson) []string {
	t.Helper()
	checks, err := bench().Test(l)
	if err != nil {
		t.Fatal(err)
	}
	if len(checks) == 0 {
		t.Errorf("%s: nothing was checked", l.ID)
	}
	var failed []string
	for _, c := range checks {
		if !c.OK {
			failed = append(failed, c.In(l.File, text.EN))
		}
		if s := c.In(l.File, text.ZH) + c.In(l.File, text.EN); strings.Contains(s, "%!") {
			t.Error(s)
		}
	}
	return failed
}

func TestEmbedded(t *testing.T) {
	for _, id := range lessons.Embedded() {
		t.Run(id, func(t *testing.T) {
			l, err := lessons.Load(id)
			if err != nil {
				t.Fatal(err)
			}
			if l.ID != id {
				t.Errorf("the lesson in %s calls itself %s", l.File, l.ID)
			}
			for _, e := range lessons.Lint(l, lessons.Known()) {
				t.Error(e)
			}
			tested(t, l)
		})
	}
}

// TestGood tests lessons that use what the embedded ones do not: faults, a second connection, a translation file.
func TestGood(t *testing.T) {
	for _, name := range []string{"errors", "first", "reach"} {
		t.Run(name, func(t *testing.T) {
			dir := filepath.Join("testdata", "good")
			file := filepath.Join(dir, name+".yaml")
			src, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			l, errs := lessons.Read(os.DirFS(dir), file, src)
			if len(errs) > 0 {
				t.Fatal(errs)
			}
			tested(t, l)
		})
	}
}
