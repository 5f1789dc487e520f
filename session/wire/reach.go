package wire

import (
	"context"
	"errors"
	"net"
	"net/netip"
	"strconv"
	"strings"
	"time"

	"golang.org/x/net/idna"
)

// ports are the names of mail's ports (IANA's registry; smtps is what people still say for submissions). A system without
// a list of services knows them, too.
var ports = map[string]int{"smtp": 25, "pop3": 110, "smtps": 465, "submissions": 465, "submission": 587, "pop3s": 995}

// Port gives the number of a port, which may be told by its name.
func Port(name string) (string, error) {
	n, known := ports[strings.ToLower(name)]
	if !known {
		var err error
		if n, err = net.LookupPort("tcp", name); err != nil {
			return "", &DialError{Port: name, Cause: BadPort, Err: err}
		}
	}
	if n == 0 {
		return "", &DialError{Port: name, Cause: BadPort, Err: &net.AddrError{Err: "invalid port", Addr: name}}
	}
	return strconv.Itoa(n), nil
}

// ASCII gives a host's name as the DNS knows it: 例子.test is xn--fsqu00a.test (RFC 5891). A name that is ASCII already, or an
// address, is left alone, even where it is no good name: what was typed is asked for.
func ASCII(host string) (string, error) {
	if strings.IndexFunc(host, func(r rune) bool { return r >= 0x80 }) < 0 {
		return host, nil
	}
	return idna.Lookup.ToASCII(host)
}

// A Resolver answers questions of the DNS; *net.Resolver is one.
type Resolver interface {
	LookupNetIP(ctx context.Context, network, host string) ([]netip.Addr, error)
	LookupMX(ctx context.Context, name string) ([]*net.MX, error)
}

// ErrNullMX says that a domain takes no mail: its MX is "." (RFC 7505 §3).
var ErrNullMX = errors.New("the domain takes no mail (null MX)")

// MX gives the hosts that take mail for a domain, the best first. A domain without an MX takes its mail itself (RFC 5321 §5.1).
func MX(ctx context.Context, r Resolver, domain string) ([]*net.MX, error) {
	name, err := ASCII(domain)
	if err != nil {
		return nil, &DialError{Host: domain, Cause: UnknownHost, Err: err}
	}
	all, err := r.LookupMX(ctx, strings.TrimSuffix(name, ".")+".")
	var dns *net.DNSError
	switch {
	case errors.As(err, &dns) && dns.IsNotFound:
		return []*net.MX{{Host: name}}, nil
	case err != nil && len(all) == 0:
		return nil, &DialError{Host: domain, Port: "25", Cause: causeOf(err), Err: err}
	case len(all) == 1 && all[0].Host == ".":
		return nil, &DialError{Host: domain, Port: "25", Cause: NoMail, Err: ErrNullMX}
	}
	for _, mx := range all {
		mx.Host = strings.TrimSuffix(mx.Host, ".")
	}
	return all, nil
}

// way is how one connection is sought.
type way struct {
	to       Target
	resolver Resolver
	dial     func(ctx context.Context, network, addr string) (net.Conn, error)
}

// reach opens a connection to the target: by its proxy, or to each address of its name in the system's order (RFC 6724) until
// one answers. Each that does not is told.
func (to Target) reach(ctx context.Context) (net.Conn, error) {
	host, err := ASCII(to.Host)
	if err != nil {
		return nil, to.failed(UnknownHost, err)
	}
	ctx, cancel := context.WithTimeout(ctx, to.Limit)
	defer cancel()
	if to.Proxy.For(host) {
		return to.byProxy(ctx, host)
	}
	dialer := net.Dialer{}
	if to.Source.IsValid() {
		dialer.LocalAddr = net.TCPAddrFromAddrPort(netip.AddrPortFrom(to.Source, 0))
	}
	w := way{to: to, resolver: net.DefaultResolver, dial: dialer.DialContext}
	return w.direct(ctx, host)
}

// direct tries one address after the other. Each gets its part of the time that is left, so that a first one which does not
// answer does not use it up.
func (w way) direct(ctx context.Context, host string) (net.Conn, error) {
	addrs, err := w.resolver.LookupNetIP(ctx, "ip", host)
	if err != nil {
		return nil, w.to.failed(causeOf(err), err)
	}
	addrs = w.sameFamily(addrs)
	if len(addrs) == 0 {
		return nil, w.to.failed(NoAddress, errors.New("no address of the family of "+w.to.Source.String()))
	}
	var last *DialError
	for i, ip := range addrs {
		conn, err := w.one(ctx, ip.Unmap(), len(addrs)-i)
		if err == nil {
			return conn, nil
		}
		last = w.to.failed(causeOf(err), err)
		if i+1 < len(addrs) && w.to.Missed != nil {
			w.to.Missed(ip.Unmap().String(), last)
		}
		if ctx.Err() != nil {
			break
		}
	}
	return nil, last
}

// one tries one address, within its part of the time.
func (w way) one(ctx context.Context, ip netip.Addr, left int) (net.Conn, error) {
	if end, ok := ctx.Deadline(); ok && left > 1 {
		var cancel context.CancelFunc
		ctx, cancel = context.WithTimeout(ctx, max(time.Until(end)/time.Duration(left), leastTry))
		defer cancel()
	}
	return w.dial(ctx, "tcp", net.JoinHostPort(ip.String(), w.to.Port))
}

// leastTry is what one address gets at least, as long as there is time.
const leastTry = 2 * time.Second

// sameFamily leaves out the addresses that cannot be reached from the source.
func (w way) sameFamily(addrs []netip.Addr) (fit []netip.Addr) {
	for _, a := range addrs {
		if !w.to.Source.IsValid() || a.Unmap().Is4() == w.to.Source.Unmap().Is4() {
			fit = append(fit, a)
		}
	}
	return fit
}

func (to Target) failed(c Cause, err error) *DialError {
	return &DialError{Host: to.Host, Port: to.Port, Cause: c, Err: err}
}
