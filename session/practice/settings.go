package practice

import (
	"fmt"
	"strconv"
	"strings"
	"time"
)

// limitRows are the limits by the names that people give them.
var limitRows = map[string]func(l *Limits, value string) error{
	"connections": number(func(l *Limits, n int) { l.Conns = n }),
	"per-address": number(func(l *Limits, n int) { l.PerAddress = n }),
	"commands":    number(func(l *Limits, n int) { l.Commands = n }),
	"rate":        number(func(l *Limits, n int) { l.Rate = n }),
	"recipients":  number(func(l *Limits, n int) { l.Recipients = n }),
	"accounts":    number(func(l *Limits, n int) { l.Accounts = n }),
	"errors":      number(func(l *Limits, n int) { l.BadCommands = n }),
	"logins":      number(func(l *Limits, n int) { l.BadLogins = n }),
	"letter":      octets(func(l *Limits, n int64) { l.Letter = n }),
	"maildrop":    octets(func(l *Limits, n int64) { l.Maildrop = n }),
	"memory":      octets(func(l *Limits, n int64) { l.Held = n }),
	"idle":        length(func(l *Limits, d time.Duration) { l.Idle, l.Command, l.Block = d, d, d }),
	"letter-time": length(func(l *Limits, d time.Duration) { l.Whole = d }),
}

// LimitNames gives the names that Limits.Set knows, sorted, with commas between them.
func LimitNames() string { return list(limitRows) }

// Set sets one limit by "name=value": a number, a size such as 10MB, or a time such as 10m.
func (l *Limits) Set(setting string) error {
	name, value, ok := strings.Cut(setting, "=")
	row := limitRows[strings.TrimSpace(name)]
	if !ok || row == nil {
		return fmt.Errorf("%q: there are %s", setting, LimitNames())
	}
	return row(l, strings.TrimSpace(value))
}

func number(set func(*Limits, int)) func(*Limits, string) error {
	return func(l *Limits, value string) error {
		n, err := strconv.Atoi(strings.TrimSuffix(value, "/s"))
		if err != nil || n < 1 {
			return fmt.Errorf("%q is no number from 1 up", value)
		}
		set(l, n)
		return nil
	}
}

func length(set func(*Limits, time.Duration)) func(*Limits, string) error {
	return func(l *Limits, value string) error {
		d, err := time.ParseDuration(value)
		if err != nil || d <= 0 {
			return fmt.Errorf("%q is no length of time, as in 10m", value)
		}
		set(l, d)
		return nil
	}
}

// sizes are powers of 1024, as mail servers count.
var sizes = []struct {
	suffix string
	shift  int
}{{"KIB", 10}, {"MIB", 20}, {"GIB", 30}, {"KB", 10}, {"MB", 20}, {"GB", 30}, {"K", 10}, {"M", 20}, {"G", 30}, {"B", 0}, {"", 0}}

func octets(set func(*Limits, int64)) func(*Limits, string) error {
	return func(l *Limits, value string) error {
		for _, s := range sizes {
			digits, ok := strings.CutSuffix(strings.ToUpper(value), s.suffix)
			if !ok {
				continue
			}
			n, err := strconv.ParseInt(digits, 10, 64)
			if err != nil || n < 1 || n > 1<<60>>s.shift {
				break
			}
			set(l, n<<s.shift)
			return nil
		}
		return fmt.Errorf("%q is no size, as in 10MB", value)
	}
}

// ruleRows are the switches by the names that people give them; lenient tells which way a switch goes.
var ruleRows = map[string]struct {
	lenient bool
	at      func(*Rules) *bool
}{
	"bare-lf":         {true, func(r *Rules) *bool { return &r.BareLF }},
	"bare-address":    {true, func(r *Rules) *bool { return &r.BareAddress }},
	"shared-maildrop": {true, func(r *Rules) *bool { return &r.ShareMaildrop }},
	"colon":           {false, func(r *Rules) *bool { return &r.StrictColon }},
	"auth":            {false, func(r *Rules) *bool { return &r.RequireAuth }},
}

// RuleNames gives the names that Rules.Set knows for leniencies, or for more strictness, sorted, with commas between them.
func RuleNames(lenient bool) string {
	rows := map[string]bool{}
	for name, row := range ruleRows {
		if row.lenient == lenient {
			rows[name] = true
		}
	}
	return list(rows)
}

// Set makes the rules more lenient, or stricter, by one switch.
func (r *Rules) Set(name string, lenient bool) error {
	row, ok := ruleRows[name]
	if !ok || row.lenient != lenient {
		return fmt.Errorf("%q: there are %s", name, RuleNames(lenient))
	}
	*row.at(r) = true
	return nil
}
