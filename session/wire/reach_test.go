package wire

import (
	"context"
	"errors"
	"net"
	"net/netip"
	"strings"
	"syscall"
	"testing"
	"time"
)

// book is a DNS of a few lines.
type book struct {
	addrs map[string]string // addresses, by blanks
	mx    []*net.MX
	err   error
}

func (b book) LookupNetIP(_ context.Context, _, host string) (all []netip.Addr, err error) {
	for a := range strings.FieldsSeq(b.addrs[host]) {
		all = append(all, netip.MustParseAddr(a))
	}
	if len(all) == 0 {
		return nil, &net.DNSError{Err: "no such host", Name: host, IsNotFound: true}
	}
	return all, nil
}

func (b book) LookupMX(context.Context, string) ([]*net.MX, error) { return b.mx, b.err }

func TestAddressesAreTriedInOrder(t *testing.T) {
	dns := book{addrs: map[string]string{"two.test": "2001:db8::1 192.0.2.1 192.0.2.2", "six.test": "2001:db8::1"}}
	answers := map[string]error{"[2001:db8::1]:25": syscall.ENETUNREACH, "192.0.2.1:25": syscall.ECONNREFUSED}
	for _, c := range []struct {
		name, host, source, answers string // the address that answers
		tried, missed               string
		cause                       Cause
	}{
		{"the third answers", "two.test", "", "192.0.2.2:25", "[2001:db8::1]:25 192.0.2.1:25 192.0.2.2:25", "2001:db8::1=4 192.0.2.1=1", 0},
		{"none answers", "two.test", "", "", "[2001:db8::1]:25 192.0.2.1:25 192.0.2.2:25", "2001:db8::1=4 192.0.2.1=1", Refused},
		{"the source has one family", "two.test", "192.0.2.9", "192.0.2.2:25", "192.0.2.1:25 192.0.2.2:25", "192.0.2.1=1", 0},
		{"no address of that family", "six.test", "192.0.2.9", "", "", "", NoAddress},
		{"no such name", "none.test", "", "", "", "", UnknownHost},
	} {
		t.Run(c.name, func(t *testing.T) {
			var tried, missed []string
			w := way{resolver: dns, to: Target{Host: c.host, Port: "25", Missed: func(a string, e *DialError) {
				missed = append(missed, a+"="+string('0'+rune(e.Cause)))
			}}}
			if c.source != "" {
				w.to.Source = netip.MustParseAddr(c.source)
			}
			w.dial = func(_ context.Context, _, addr string) (net.Conn, error) {
				tried = append(tried, addr)
				switch err := answers[addr]; {
				case addr == c.answers:
					return &net.TCPConn{}, nil
				case err != nil:
					return nil, err
				}
				return nil, syscall.ECONNREFUSED
			}
			_, err := w.direct(context.Background(), c.host)
			var dial *DialError
			errors.As(err, &dial)
			if (err == nil) != (c.answers != "") || err != nil && dial.Cause != c.cause {
				t.Errorf("ended with %v", err)
			}
			if strings.Join(tried, " ") != c.tried || strings.Join(missed, " ") != c.missed {
				t.Errorf("tried %q, told of %q", tried, missed)
			}
		})
	}
}

func TestEachAddressGetsItsPartOfTheTime(t *testing.T) {
	end := time.Now().Add(time.Hour)
	ctx, cancel := context.WithDeadline(context.Background(), end)
	defer cancel()
	var parts []time.Duration
	w := way{resolver: book{addrs: map[string]string{"x.test": "192.0.2.1 192.0.2.2 192.0.2.3"}}, to: Target{Host: "x.test", Port: "25"}}
	w.dial = func(ctx context.Context, _, _ string) (net.Conn, error) {
		limit, _ := ctx.Deadline()
		parts = append(parts, end.Sub(limit).Round(10*time.Minute)) // what is left for those behind it
		return nil, syscall.ETIMEDOUT
	}
	w.direct(ctx, "x.test")
	if len(parts) != 3 || parts[0] != 40*time.Minute || parts[1] != 30*time.Minute || parts[2] != 0 {
		t.Errorf("left for the others: %v", parts)
	}
}

func TestPortsByName(t *testing.T) {
	for name, want := range map[string]string{"pop3s": "995", "SMTPS": "465", "submission": "587", "25": "25", "no-such-port": "", "0": "", "99999": "", "": ""} {
		got, err := Port(name)
		var dial *DialError
		if got != want || (err == nil) == (want == "") || err != nil && (!errors.As(err, &dial) || dial.Cause != BadPort) {
			t.Errorf("port %q is %q, %v", name, got, err)
		}
	}
}

func TestNamesBecomeASCII(t *testing.T) {
	for name, want := range map[string]string{"mail.example.com": "mail.example.com", "例子.test": "xn--fsqu00a.test", "BÜCHER.test": "xn--bcher-kva.test",
		"::1": "::1", "under_score.test": "under_score.test", "a\u202eb.test": ""} {
		if got, err := ASCII(name); got != want || (err != nil) != (want == "") {
			if want != "" || err == nil {
				t.Errorf("%q is %q, %v; want %q", name, got, err, want)
			}
		}
	}
}

func TestMX(t *testing.T) {
	for _, c := range []struct {
		name  string
		dns   book
		want  string
		cause Cause
	}{
		{"in order", book{mx: []*net.MX{{Host: "a.test.", Pref: 5}, {Host: "b.test.", Pref: 10}}}, "a.test b.test", 0},
		{"none: the domain itself", book{err: &net.DNSError{IsNotFound: true}}, "example.test", 0},
		{"null MX", book{mx: []*net.MX{{Host: "."}}}, "", NoMail},
		{"the DNS does not answer", book{err: &net.DNSError{IsTimeout: true}}, "", TimedOut},
	} {
		all, err := MX(context.Background(), c.dns, "example.test")
		var hosts []string
		for _, mx := range all {
			hosts = append(hosts, mx.Host)
		}
		var dial *DialError
		errors.As(err, &dial)
		if strings.Join(hosts, " ") != c.want || (err != nil) != (c.want == "") || err != nil && dial.Cause != c.cause {
			t.Errorf("%s: %v, %v", c.name, hosts, err)
		}
	}
}
