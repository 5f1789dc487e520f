package annotate

import (
	"strings"
	"testing"

	"byhand/session"
	"byhand/session/proto"
	"byhand/session/text"
)

// about gives the notes on chunks that pass, as one text.
func about(l text.Lang, chunks ...session.Chunk) string {
	f, a := proto.New(session.SMTP), New()
	var b strings.Builder
	for _, c := range append(chunks, session.Chunk{Flush: true}) {
		for _, e := range f.Feed(c) {
			for _, n := range a.Event(&e).Notes {
				b.WriteString(n.Text.In(l) + "\n")
			}
		}
	}
	return b.String()
}

func TestCertificateInWords(t *testing.T) {
	many := strings.Repeat("a.test ", 9)
	for _, c := range []struct {
		name   string
		fields []any
		want   []string
		not    string
	}{
		{"in order", []any{"verify", "ok", "sni", "mx.test", "subject", "CN=mx.test", "issuer", "CN=Example CA,O=Example", "names", "mx.test www.mx.test", "until", "2031-02-03"},
			[]string{"for: mx.test, www.mx.test", "until 2031-02-03", "Example CA signed it", "name asked for (mx.test)"}, "own key"},
		{"self-signed", []any{"verify", "x509: certificate signed by unknown authority", "subject", "CN=mx.test", "issuer", "CN=mx.test", "names", "mx.test"},
			[]string{"not in order: x509", "own key"}, "name asked for"},
		{"no names", []any{"verify", "ok", "subject", "CN=old box,O=Here", "issuer", "O=Example"}, []string{"names no host", "old box", "Example signed it"}, "is for:"},
		{"many names", []any{"verify", "ok", "names", many, "issuer", "CN=x"}, []string{"a.test, ..."}, strings.Repeat("a.test, ", 7)},
		{"a short key", []any{"verify", "ok", "sni", "mx.test", "names", "mx.test", "issuer", "CN=x", "key", "RSA 1024"}, []string{"1024 bits", "name asked for"}, "own key"},
		{"a key as they should be", []any{"verify", "ok", "names", "mx.test", "issuer", "CN=x", "key", "RSA 2048"}, []string{"for: mx.test"}, " bits"},
		{"an old version", []any{"version", "TLSv1.1", "names", "mx.test", "issuer", "CN=x", "key", "ECDSA 256"}, []string{"TLSv1.1 was given up in 2021"}, " bits"},
		{"an old recording", []any{"version", "TLSv1.2"}, []string{"TLSv1.2"}, "ertificate"},
	} {
		for _, l := range text.Langs() {
			got := about(l, session.Chunk{Conn: 1, Mark: session.NewMark("open", "addr", "mx.test:465")},
				session.Chunk{Conn: 1, Mark: session.NewMark("tls", append([]any{"is", "done"}, c.fields...)...)})
			if l == text.ZH {
				if strings.Contains(got, " signed it") || strings.Contains(got, "valid until") {
					t.Errorf("%s: English in the Chinese:\n%s", c.name, got)
				}
				continue
			}
			for _, want := range c.want {
				if !strings.Contains(got, want) {
					t.Errorf("%s: %q is not in\n%s", c.name, want, got)
				}
			}
			if c.not != "" && strings.Contains(got, c.not) {
				t.Errorf("%s: %q is in\n%s", c.name, c.not, got)
			}
		}
	}
}

func TestTLSServerBehindAPlainPort(t *testing.T) {
	open := session.Chunk{Conn: 1, Mark: session.NewMark("open", "addr", "mx.test:2525")}
	typed := session.Chunk{Conn: 1, From: session.Client, Data: []byte("EHLO me\r\n")}
	for bytes, want := range map[string]bool{"\x15\x03\x01\x00\x02\x02\x46": true, "\x15\x03\x03\x00\x02\x02\x0a": true, "\x15x\x01\r\n": false, "220 mx.test\r\n": false} {
		got := about(text.EN, open, typed, session.Chunk{Conn: 1, From: session.Server, Data: []byte(bytes)})
		if strings.Contains(got, "TLS alert") != want {
			t.Errorf("%q: told %v\n%s", bytes, !want, got)
		}
	}
}
