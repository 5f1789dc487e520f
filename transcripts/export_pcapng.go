package transcripts

import (
	"context"
	"io"
	"strconv"
	"strings"
	"time"

	"byhand/session"
	"byhand/session/proto"
	"byhand/session/render"
	"byhand/session/text"
)

// writePcapng writes the session as packets that were never sent, for Wireshark and its like: each connection with its
// handshake and its end, each read as one segment or more. Notes, bookmarks and what was hidden become comments of the
// packet above. The payload of a TLS connection is in clear, so that it goes on as a connection of its own.
func writePcapng(dst io.Writer, src *Reader, o Options) error {
	p := &packets{start: src.Header().Start, lang: o.Lang, flows: map[int]*sentFlow{}}
	p.buf = appendSection(p.buf, src.Header().Title)
	err := session.Run(context.Background(), src, proto.New(session.Untold), func(events []session.Event) error {
		p.events(events)
		if len(p.buf) < maxRead {
			return nil
		}
		return p.flush(dst)
	})
	if err != nil {
		return err
	}
	p.release()
	return p.flush(dst)
}

// packets writes packets. One is held back, for what is remarked on it.
type packets struct {
	start time.Time
	lang  text.Lang
	buf   []byte
	flows map[int]*sentFlow // by connection
	count int               // flows so far
	last  time.Time
	at    time.Duration // of the event under way
	tempo tempo

	held     []byte // the packet held back
	heldAt   time.Time
	answer   []byte   // its acknowledgement
	comments []string // on the packet held back
}

// A sentFlow is a TCP connection that is being written.
type sentFlow struct {
	port     uint16 // of the client
	host     byte   // last octet of the server's address
	server   uint16 // its port
	begun    bool
	opened   time.Duration
	seq      [2]uint32 // next sequence number of the client and of the server
	comments []string  // on what came before the first packet
}

// The longest segment, as on an Ethernet (RFC 894, RFC 9293 §3.7.1).
const maxSegment = 1460

// serverPorts are those by which a dissector knows the protocol. What was inside TLS is in clear here, so that the ports
// of TLS do not fit.
var serverPorts = map[session.Protocol]uint16{session.SMTP: 25, session.POP3: 110}

func (p *packets) flush(dst io.Writer) error {
	_, err := dst.Write(p.buf)
	p.buf = p.buf[:0]
	return err
}

// events takes the events of one read, and writes bytes that stand together as one segment where they fit.
func (p *packets) events(events []session.Event) {
	var data []byte
	var hidden []string
	for i := range events {
		e := &events[i]
		p.at = p.tempo.of(e)
		if e.From == session.Nobody {
			p.mark(e)
			continue
		}
		var hide []session.Span
		data, hide = e.Masked(data)
		for _, s := range hide {
			hidden = append(hidden, sayHiddenHere.With(hiddenName(s.Label)).In(p.lang))
		}
		if i+1 < len(events) {
			if n := &events[i+1]; n.Conn == e.Conn && n.From == e.From && n.At == e.At {
				continue
			}
		}
		f := p.flow(e.Conn)
		p.begin(f, e.Proto)
		p.data(f, sender(e.From), data)
		p.comments = append(p.comments, hidden...)
		data, hidden = nil, nil
	}
}

// sender gives the index of a side: 0 is the client.
func sender(s session.Side) int {
	if s == session.Client {
		return 0
	}
	return 1
}

// flow gives the TCP connection under way for a connection of the session.
func (p *packets) flow(conn int) *sentFlow {
	f := p.flows[conn]
	if f == nil {
		n := p.count
		p.count++
		f = &sentFlow{port: uint16(40001 + n%20000), host: byte(2 + n/20000%250), opened: p.at}
		f.seq = [2]uint32{uint32(1000 + 7919*n), uint32(500000 + 104729*n)}
		p.flows[conn] = f
	}
	return f
}

// mark follows a change of the connection, and keeps a remark as a comment.
func (p *packets) mark(e *session.Event) {
	f := p.flows[e.Conn]
	switch e.Mark.Kind {
	case kindEnd:
		return
	case "open":
		if f != nil {
			p.end(f, e.Conn, false)
		}
		f = p.flow(e.Conn)
		f.server = portOf(e.Mark)
		if e.Mark.Text("err") != "" {
			p.refused(f, e)
		}
		return
	case "close":
		if f == nil {
			return
		}
		if e.Mark.Text("err") != "" {
			p.say(f, e.Mark)
		}
		p.end(f, e.Conn, e.Mark.Text("by") == "server")
		return
	case "tls":
		p.say(f, e.Mark)
		if e.Mark.Text("is") == "done" && f != nil && f.begun {
			server := f.server
			p.end(f, e.Conn, false)
			p.flow(e.Conn).server = server
		}
		return
	}
	p.say(f, e.Mark)
}

// portOf gives a server's port of which a dissector knows that mail is spoken there in clear, or 0.
func portOf(open *session.Mark) uint16 {
	addr := open.Text("addr")
	n, _ := strconv.ParseUint(addr[strings.LastIndexByte(addr, ':')+1:], 10, 16)
	switch n {
	case 25, 110, 587:
		return uint16(n)
	}
	return serverPorts[session.Protocol(open.Text("proto"))]
}

// say keeps a remark for the packet above, or for the first one of its connection.
func (p *packets) say(f *sentFlow, m *session.Mark) {
	said := render.Change(m).In(p.lang)
	if m.Kind == "note" {
		said = m.Text("text")
	}
	switch {
	case said == "":
	case len(p.held) > 0 && (f == nil || f.begun):
		p.comments = append(p.comments, said)
	case f != nil:
		f.comments = append(f.comments, said)
	}
}

// begin writes the handshake of a connection, once it is known what is spoken.
func (p *packets) begin(f *sentFlow, spoken session.Protocol) {
	if f.begun {
		return
	}
	f.begun = true
	if f.server == 0 {
		f.server = serverPorts[spoken]
	}
	if f.server == 0 {
		f.server = 9 // what is spoken is not known: no dissector takes it for something else
	}
	at := p.at
	p.at = min(f.opened, at)
	p.packet(f, 0, flagSYN, nil)
	p.comments, f.comments = append(p.comments, f.comments...), nil
	p.packet(f, 1, flagSYN|flagACK, nil)
	p.packet(f, 0, flagACK, nil)
	p.at = at
}

// refused writes the first packet of a connection that could not be opened, and what became of it.
func (p *packets) refused(f *sentFlow, e *session.Event) {
	delete(p.flows, e.Conn)
	p.packet(f, 0, flagSYN, nil)
	p.comments = append(p.comments, render.Change(e.Mark).In(p.lang))
}

// data writes bytes of one side, each segment with its acknowledgement.
func (p *packets) data(f *sentFlow, from int, b []byte) {
	for len(b) > 0 {
		n := min(len(b), maxSegment)
		p.packet(f, from, flagPSH|flagACK, b[:n])
		p.answer = f.datagram(1-from, flagACK, nil)
		b = b[n:]
	}
}

// end writes the end of a connection, which both sides agree on.
func (p *packets) end(f *sentFlow, conn int, server bool) {
	delete(p.flows, conn)
	p.begin(f, session.Untold)
	from := 0
	if server {
		from = 1
	}
	p.packet(f, from, flagFIN|flagACK, nil)
	p.packet(f, 1-from, flagFIN|flagACK, nil)
	p.packet(f, from, flagACK, nil)
}
