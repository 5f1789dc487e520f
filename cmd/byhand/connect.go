package main

import (
	"context"
	"errors"
	"io"
	"net"
	"os"
	"os/signal"
	"sync"
	"time"

	"byhand/session"
	"byhand/session/annotate"
	"byhand/session/proto"
	"byhand/session/render"
	"byhand/session/shell"
	"byhand/session/text"
	"byhand/session/wire"

	"github.com/spf13/cobra"
)

// connectFlags are the options of the raw shell.
type connectFlags struct {
	protocol string
	keep     keepFlags
	noWait   bool
	eol      string
	escape   string
	timeout  time.Duration
	yesPaste bool
	reach    reachFlags
}

// replyLimit is how long a script waits for a reply: the longest that RFC 5321 §4.5.3.2 lets a client wait, after the final dot.
const replyLimit = 10 * time.Minute

// How long a script waits for a greeting (RFC 5321 §4.5.3.2.1), and after how long it tells that it does.
const (
	greetLimit = 5 * time.Minute
	greetTell  = 5 * time.Second
)

// How long a script waits for a server of which nobody knows the protocol: to speak first, and to say more.
const (
	shyLimit   = 30 * time.Second
	quietLimit = 5 * time.Second
)

// portProtocol gives the protocol of the ports that IANA has given to mail; elsewhere the talk tells.
var portProtocol = map[string]session.Protocol{
	"110": session.POP3, "995": session.POP3, "25": session.SMTP, "587": session.SMTP, "465": session.SMTP,
}

// portTLS are the ports where TLS begins with the first byte (RFC 8314 §3).
var portTLS = map[string]bool{"995": true, "465": true}

// connect is the raw shell: `byhand [connect] HOST PORT`.
func (a *app) connect() *cobra.Command {
	var f connectFlags
	cmd := &cobra.Command{
		Use:   "connect HOST PORT",
		Short: sayConnectShort.In(a.lang),
		Args: func(cmd *cobra.Command, args []string) error {
			if f.reach.mx != "" && len(args) < 2 || f.reach.mx == "" && (len(args) == 2 || len(args) == 0 && !cmd.HasParent()) {
				return nil
			}
			return usage(sayHostPort.With())
		},
		RunE: func(cmd *cobra.Command, args []string) error {
			if len(args) == 0 && f.reach.mx == "" {
				return a.home(cmd.Context())
			}
			host, port, err := f.reach.where(args)
			if err != nil {
				return err
			}
			byPort := !cmd.Flags().Changed("tls") && portTLS[port]
			f.reach.tls = f.reach.tls || byPort
			return a.talk(cmd.Context(), host, port, byPort, f)
		},
	}
	fs := cmd.Flags()
	fs.StringVar(&f.protocol, "protocol", "", sayProtocolFlag.In(a.lang))
	fs.BoolVar(&f.noWait, "no-wait", false, sayNoWaitFlag.In(a.lang))
	fs.StringVar(&f.eol, "eol", "crlf", sayEOLFlag.In(a.lang))
	fs.StringVar(&f.escape, "escape", ":", sayEscapeFlag.In(a.lang))
	fs.DurationVar(&f.timeout, "timeout", 30*time.Second, sayTimeoutFlag.In(a.lang))
	fs.BoolVar(&f.yesPaste, "yes-paste", false, sayYesPasteFlag.In(a.lang))
	f.keep.add(cmd, a.lang)
	f.reach.add(cmd, a.lang)
	return cmd
}

// call is one session of the raw shell with all that hangs on it.
type call struct {
	a      *app
	wire   *wire.Wire
	shell  *shell.Shell
	view   *view
	keep   *keeper
	print  func(string) // lines for a person
	dialTo func(context.Context) error
	trust  wire.TLS
	prefix string // of local commands, "" if there is none
	heard  int64  // the server's bytes on this connection, as far as they were framed
}

// talk connects and hands the dialogue to whoever types. byPort tells that TLS is used because of the port.
func (a *app) talk(ctx context.Context, host, port string, byPort bool, f connectFlags) error {
	ctx, stop := untilTold(ctx)
	defer stop()
	p, eol, err := f.settle()
	if err != nil {
		return err
	}
	to, err := f.reach.settle(a.env)
	if err != nil {
		return err
	}
	log, err := keyLog(a.env)
	if err != nil {
		return err
	}
	keys, terminal := tty(a.in)
	out, _ := tty(a.out)
	terminal = terminal && out != nil
	c := &call{a: a, wire: wire.New()}
	if c.keep, err = a.keeper(f.keep, c.wire.Start()); err != nil {
		return err
	}
	named := p
	if named == session.Untold {
		named = portProtocol[port]
	}
	c.print = func(s string) { io.WriteString(a.err, s) }
	c.setUp(p, eol, terminal, f)
	if log != nil {
		defer log.Close()
		to.TLS.KeyLog = log
		c.say(sayKeyLog.With())
	}
	if byPort {
		c.say(sayTLSByPort.With(port))
	}
	hosts, err := c.hosts(ctx, host, &f.reach)
	if err != nil {
		return c.keep.end(err)
	}
	to.Port, to.Proto, to.Limit, c.trust = port, named, f.timeout, to.TLS
	c.dialTo = func(ctx context.Context) error { return c.dialFirst(ctx, hosts, to) }
	if terminal {
		return c.interactive(ctx, keys, out)
	}
	return c.scripted(ctx)
}

// settle reads the options whose values are words.
func (f *connectFlags) settle() (p session.Protocol, eol string, err error) {
	switch p = session.Protocol(f.protocol); p {
	case session.Untold, session.POP3, session.SMTP, session.Raw:
	default:
		return "", "", usage(sayBadProto.With(f.protocol))
	}
	eol, ok := map[string]string{"crlf": "\r\n", "lf": "\n"}[f.eol]
	if !ok {
		return "", "", usage(sayBadEOL.With(f.eol))
	}
	return p, eol, nil
}

// setUp makes the shell and the view of a call, which is typed at a terminal or not.
func (c *call) setUp(p session.Protocol, eol string, terminal bool, f connectFlags) {
	framer := proto.New(p)
	c.view = &view{screen: c.a.renderer(c.a.err, c.a.depth)}
	if c.a.depth != annotate.Off {
		c.view.notes = annotate.New()
	} else if c.keep.rec == nil && !terminal {
		framer.Runs() // nobody looks at single lines
	}
	prefix := f.escape
	if prefix == "off" {
		prefix = ""
	}
	c.prefix = prefix
	c.shell = shell.New(shell.Config{
		Link: c.wire, Framer: framer, Redial: c.redial, Say: c.say, Told: c.a.inWords, Echo: func(string) {},
		Prefix: prefix, NoPref: prefix == "", EOL: eol, YesPaste: f.yesPaste, Wait: !f.noWait, Limit: replyLimit, Shy: shyLimit, Quiet: quietLimit,
		Greet: greetLimit, Tell: greetTell,
		Commands: c.local(),
	})
}

// handOver is the sink that changes to TLS where the server has agreed to STARTTLS or STLS typed by hand.
func (c *call) handOver(events []session.Event) error {
	for i := range events {
		e := &events[i]
		switch {
		case e.Role == session.Open:
			c.heard = 0
		case e.From == session.Server:
			c.heard += int64(len(e.Raw))
		}
		upgrade := e.Verb == "STARTTLS" && e.Code == "220" || e.Verb == "STLS" && e.Code == "+OK"
		if e.Role == session.Reply && !e.More && upgrade {
			c.wire.StartTLS(c.trust, shakeLimit, c.heard)
		}
	}
	return nil
}

// shakeLimit is how long a handshake may take.
const shakeLimit = 30 * time.Second

// say prints a remark of byhand's own.
func (c *call) say(s text.Said) { c.print(string(c.view.screen.Say(nil, render.Remark, s))) }

// redial connects again; why it could not is said, and the shell stays.
func (c *call) redial(ctx context.Context) error {
	err := c.dialTo(ctx)
	var dial *wire.DialError
	switch {
	case errors.As(err, &dial) && !met(dial): // a server that was met has its marks
		c.wire.Mark(session.NewMark("open", "addr", net.JoinHostPort(dial.Host, dial.Port), "err", c.a.why(dial)))
		_, hint := c.a.told(err)
		c.print(hint + "\n")
	case err != nil:
		what, hint := c.a.told(err)
		c.print(what + "\n" + hint + "\n")
	}
	return nil
}

// scripted is the dialogue in a pipe: stdout has the server's bytes and nothing else, explanations go to stderr.
func (c *call) scripted(ctx context.Context) error {
	c.view.raw = c.a.out
	if f, ok := c.a.out.(*os.File); ok {
		shell.Widen(f)
	}
	c.view.show = func(lines []byte) error { _, err := c.a.err.Write(lines); return err }
	stop := context.AfterFunc(ctx, c.wire.Close) // whoever waits for the wire waits no longer
	defer stop()
	if err := c.dialTo(ctx); err != nil {
		return c.keep.end(err)
	}
	ctx, wait := flow(ctx, c.wire, c.shell.Framer(), c.keep.sink, c.view.sink, c.handOver, c.shell.Sink)
	err := c.shell.Script(ctx, c.a.in)
	c.wire.Close()
	if flowed := wait(); err == nil {
		err = flowed
	}
	return c.keep.end(err)
}

// interactive is the dialogue on a terminal.
func (c *call) interactive(ctx context.Context, in, out *os.File) error {
	c.view.screen = c.a.renderer(c.a.out, c.a.depth)
	if err := c.dialTo(ctx); err != nil {
		return c.keep.end(err)
	}
	keys, closeKeys, err := c.keyboard(in, out)
	if err != nil {
		return c.keep.end(err)
	}
	defer closeKeys()
	stop := context.AfterFunc(ctx, func() { c.wire.Close(); closeKeys() })
	defer stop()
	c.print = keys.Print
	c.view.show = func(lines []byte) error { keys.Print(string(lines)); return nil }
	c.say(sayWelcome.With(c.prefix))
	look := newLookout(c.say, c.shell.State)
	defer look.end()
	ctx, wait := flow(ctx, c.wire, c.shell.Framer(), c.keep.sink, c.view.sink, c.handOver, look.sink, c.shell.Sink)
	err = c.shell.Run(ctx, keys)
	c.view.left.Store(true)
	c.wire.Close()
	if flowed := wait(); err == nil && ctx.Err() == nil {
		err = flowed
	}
	closeKeys()
	return c.keep.end(err)
}

// keyboard opens the terminal. Between two lines Ctrl-C is a signal: it ends what the shell waits for, and not the program.
func (c *call) keyboard(in, out *os.File) (*shell.Terminal, func(), error) {
	tty, err := shell.OpenTTY(in, out)
	if err != nil {
		return nil, nil, err
	}
	o := tty.Options()
	o.Out = screen(out)
	o.Lang, o.Erase, o.Suspend = c.a.lang, true, tty.Suspend
	o.Complete, o.Secret = c.shell.Complete, c.shell.Hidden
	keys, err := shell.NewTerminal(o)
	if err != nil {
		return nil, nil, err
	}
	stop := tty.OnResize(keys.Redraw)
	signals := make(chan os.Signal, 1)
	signal.Notify(signals, os.Interrupt)
	go func() { // ends when the keyboard is closed
		for range signals {
			c.shell.Break()
		}
	}()
	return keys, sync.OnceFunc(func() { keys.Close(); stop(); signal.Stop(signals); close(signals) }), nil
}
