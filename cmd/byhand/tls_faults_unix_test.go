//go:build unix

package main

import (
	"crypto"
	"crypto/tls"
	"crypto/x509"
	"strings"
	"testing"
	"time"
)

// A tlsFault is a server whose TLS is not in order.
type tlsFault struct {
	name   string
	server *tls.Config
	args   []string
	strict [2]string // what is read in English and Chinese when the session stops; "" when it goes on
	lax    [2]string // what is read with --insecure when it goes on all the same; "" when it stops in spite of it
	todo   [2]string // what can be done
}

// risk is what --insecure would mean.
var risk = [2]string{"anybody on the way can pose as the server", "途中任何人都能冒充"}

// faults gives the table. Certificates are for mx.test, by an authority that ca names, but for what the row says.
func faults(t *testing.T) []tlsFault {
	authority, ca := newIssuer(t, "Test Authority")
	stranger, _ := newIssuer(t, "Strange Authority")
	key := ecKey(t)
	with := func(is issuer, name string, key crypto.Signer, change func(*x509.Certificate)) *tls.Config {
		return &tls.Config{Certificates: []tls.Certificate{is.sign(t, name, key, change)}}
	}
	day := func(from, until int) func(*x509.Certificate) {
		return func(c *x509.Certificate) {
			c.NotBefore, c.NotAfter = time.Date(from, 1, 2, 0, 0, 0, 0, time.UTC), time.Date(until, 1, 2, 0, 0, 0, 0, time.UTC)
		}
	}
	old := with(authority, "mx.test", key, nil)
	old.MinVersion, old.MaxVersion = tls.VersionTLS10, tls.VersionTLS10
	trust := []string{"--ca", ca, "--servername", "mx.test"}
	return []tlsFault{
		{"in order", with(authority, "mx.test", key, nil), trust, [2]string{}, [2]string{}, [2]string{}},
		{"expired", with(authority, "mx.test", key, day(2020, 2021)), trust,
			[2]string{"the server's certificate expired on 2021-01-02", "服务器的证书已于 2021-01-02 过期"}, [2]string{"in spite of this: the server's certificate expired on 2021-01-02", "照样继续，尽管服务器的证书已于 2021-01-02 过期"},
			[2]string{"has to renew it", "更新证书"}},
		{"not yet valid", with(authority, "mx.test", key, day(2090, 2091)), trust,
			[2]string{"valid from 2090-01-02 on", "要到 2090-01-02 才生效"}, [2]string{"in spite of this: the server's certificate is valid from 2090-01-02", "尽管服务器的证书要到 2090-01-02"}, [2]string{"clock of this machine", "本机的时钟"}},
		{"self-signed", with(issuer{}, "mx.test", key, nil), trust,
			[2]string{"is self-signed", "是自签名的"}, [2]string{"in spite of this: the server's certificate is self-signed", "尽管服务器的证书是自签名的"}, [2]string{"--ca FILE", "--ca 文件"}},
		{"wrong name", with(authority, "other.test", key, nil), trust,
			[2]string{"is for other.test and not for mx.test", "写给 other.test，而不是 mx.test"}, [2]string{"in spite of this: the server's certificate is for other.test", "尽管服务器的证书写给 other.test"}, [2]string{"--servername NAME", "--servername 名字"}},
		{"no name at all", with(authority, "mx.test", key, func(c *x509.Certificate) { c.DNSNames = nil }), trust,
			[2]string{"names no host that could be compared with mx.test", "没有可以与 mx.test 核对的主机名"}, [2]string{"in spite of this: the server's certificate names no host", "尽管服务器的证书里没有"}, [2]string{"subjectAltName", "subjectAltName"}},
		{"unknown authority", with(stranger, "mx.test", key, nil), trust,
			[2]string{"signed by Strange Authority, which is not trusted here", "由 Strange Authority 签发，本机不信任"}, [2]string{"in spite of this: the server's certificate is signed by Strange", "尽管服务器的证书由 Strange"}, [2]string{"--ca FILE", "--ca 文件"}},
		{"TLS 1.0 only", old, trust,
			[2]string{"share no version of TLS", "没有共同的 TLS 版本"}, [2]string{}, [2]string{"--tls-min 1.0", "--tls-min 1.0"}},
		{"TLS 1.0 only, allowed", old, append([]string{"--tls-min", "1.0"}, trust...), [2]string{}, [2]string{"TLSv1.0 was given up", "TLSv1.0 在 2021 年已被废弃"}, [2]string{}},
		{"1024 bits", with(authority, "mx.test", rsaKey(t, 1024), nil), trust, [2]string{}, [2]string{"RSA key has 1024 bits", "RSA 密钥只有 1024 位"}, [2]string{}},
		{"clear on a TLS port", nil, trust, [2]string{"went on in clear", "却接着用明文说"}, [2]string{}, [2]string{"no password", "不要在这条路上输入密码"}},
	}
}

// clearFirst are the words of the row "clear on a TLS port" where nothing was said in clear before.
var clearFirst = tlsFault{strict: [2]string{"does not begin with TLS", "不是一连上就用 TLS"}, todo: [2]string{"type STARTTLS", "再输入 STARTTLS"}}

// TestTLSFaultsAreToldInWords meets each server by each way, with and without --insecure, in each language: the session stops with a
// reason and what to do, or goes on with a warning.
func TestTLSFaultsAreToldInWords(t *testing.T) {
	for _, f := range faults(t) {
		for _, w := range ways {
			t.Run(f.name+" "+w.name, func(t *testing.T) {
				t.Parallel()
				f := f // each way changes its own
				if f.server == nil && w.agrees == "" {
					f.strict, f.todo = clearFirst.strict, clearFirst.todo
				}
				port := w.secured(t, f.server)
				for i, lang := range []string{"en", "zh"} {
					args := append([]string{"--lang", lang}, f.args...)
					said, told, err := w.talk(t, port, args...)
					f.stops(t, w, i, f.strict[i] != "", said, told, err)
					said, told, err = w.talk(t, port, append(args, "--insecure")...)
					f.stops(t, w, i, f.strict[i] != "" && f.lax[i] == "", said, told, err)
					if f.lax[i] != "" && !strings.Contains(told, f.lax[i]) {
						t.Errorf("%s --insecure: %q is not in\n%s", lang, f.lax[i], told)
					}
				}
			})
		}
	}
}

// stops looks whether a session stopped as it should, and was told so; or went on.
func (f *tlsFault) stops(t *testing.T, w way, lang int, want bool, said, told string, err error) {
	t.Helper()
	whole := w.whole(said, err)
	switch {
	case !want && whole != nil:
		t.Errorf("%v\n%s", whole, told)
	case want && err == nil:
		t.Errorf("it went on: %q\n%s", said, told)
	case want:
		words := []string{f.strict[lang], f.todo[lang]}
		if f.lax[lang] != "" {
			words = append(words, risk[lang])
		}
		for _, word := range words {
			if !strings.Contains(unbroken(told), word) {
				t.Errorf("%q is not in\n%s", word, told)
			}
		}
		if lang == 1 && strings.Contains(told, "x509:") {
			t.Errorf("English in the Chinese:\n%s", told)
		}
	}
}

// unbroken undoes the breaking of lines.
func unbroken(s string) string { return strings.Join(strings.Fields(s), " ") }

// TestTLSServerOnAPlainPort types to a server that wants TLS from the first byte: its alert is told, and --insecure is no way around.
func TestTLSServerOnAPlainPort(t *testing.T) {
	for lang, want := range map[string]string{"en": "connect with --tls", "zh": "请加 --tls"} {
		for _, more := range [][]string{{"--lang", lang}, {"--lang", lang, "--insecure"}} {
			s := listen(t, "")
			w := window(t, 200, 60, t.TempDir(), append(append(s.addr[:], "--protocol", "smtp"), more...)...)
			w.WaitText("smtp>")
			c := <-s.conn
			w.Type("EHLO me\r")
			<-s.lines
			c.Write([]byte("\x15\x03\x01\x00\x02\x02\x46"))
			c.Close()
			w.WaitText(want)
		}
	}
}

// TestClientCertificateByHand meets servers that demand a certificate of ours, after STARTTLS and STLS typed by hand and with TLS from
// the first byte: with it the talk goes on; without it, or with that of a stranger, the learner reads what was demanded.
func TestClientCertificateByHand(t *testing.T) {
	authority, ca := newIssuer(t, "Test Authority")
	stranger, _ := newIssuer(t, "Strange Authority")
	pool := x509.NewCertPool()
	pool.AddCert(authority.cert)
	files := func(is issuer) []string {
		mine := is.sign(t, "student.test", ecKey(t), nil)
		key, err := x509.MarshalPKCS8PrivateKey(mine.PrivateKey)
		if err != nil {
			t.Fatal(err)
		}
		return []string{"--cert", pemFile(t, "CERTIFICATE", mine.Certificate[0]), "--key", pemFile(t, "PRIVATE KEY", key)}
	}
	for _, c := range []struct {
		name  string
		auth  tls.ClientAuthType
		args  []string
		stops bool
		words [2][]string
	}{
		{"demanded and given", tls.RequireAndVerifyClientCert, files(authority), false, [2][]string{{"got the certificate of --cert"}, {"已把 --cert 的证书给了它"}}},
		{"demanded, none given", tls.RequireAndVerifyClientCert, nil, true,
			[2][]string{{"demands a certificate of yours", "--cert FILE --key FILE", "accepts: CN=Test Authority"}, {"要求你出示证书", "--cert 文件 --key 文件", "认可的签发机构：CN=Test Authority"}}},
		{"demanded, that of a stranger given", tls.RequireAndVerifyClientCert, files(stranger), true,
			[2][]string{{"does not accept your certificate", "an authority that the server knows"}, {"不接受你的证书", "签发它的机构服务器是否认识"}}},
		{"asked for, none given", tls.RequestClientCert, nil, false, [2][]string{{"Some servers ask everybody and go on"}, {"对谁都问一声"}}},
		{"not asked for", tls.NoClientCert, files(authority), false, [2][]string{{"did not ask for a certificate"}, {"服务器没有要求证书"}}},
	} {
		for _, version := range []uint16{tls.VersionTLS12, tls.VersionTLS13} {
			for _, w := range ways {
				t.Run(c.name+" "+w.name+" "+tls.VersionName(version), func(t *testing.T) {
					t.Parallel()
					port := w.secured(t, &tls.Config{Certificates: []tls.Certificate{authority.sign(t, "mx.test", ecKey(t), nil)},
						MaxVersion: version, ClientAuth: c.auth, ClientCAs: pool})
					for i, lang := range []string{"en", "zh"} {
						said, told, err := w.talk(t, port, append([]string{"--lang", lang, "--ca", ca, "--servername", "mx.test"}, c.args...)...)
						if whole := w.whole(said, err); (whole != nil) != c.stops {
							t.Errorf("it ended with %v\n%s", whole, told)
						}
						for _, word := range c.words[i] {
							if !strings.Contains(unbroken(told), word) {
								t.Errorf("%q is not in\n%s", word, told)
							}
						}
					}
				})
			}
		}
	}
}
