package transcripts

import (
	"bytes"
	"fmt"
	"net/netip"
	"slices"
	"time"

	"byhand/session"
)

// flowPhase is how far a TCP connection of a capture has come.
type flowPhase uint8

const (
	flowNew     flowPhase = iota // what it speaks is not known yet: what passed is held
	flowMail                     // mail in clear
	flowCipher                   // mail inside TLS: bytes are counted only
	flowForeign                  // no mail: nothing of it is given
	flowOver                     // closed by both sides, or reset
)

// A flow is one TCP connection of a capture.
type flow struct {
	c      *capture
	ends   [2]netip.AddrPort
	sides  [2]tcpStream // what each end sent
	client int          // which end is the client: 0, 1, or -1 while that is not known
	phase  flowPhase

	began    time.Duration
	started  bool   // its first packets were captured
	isn      uint32 // the sequence number of the client's SYN
	held     []heldPiece
	size     int // bytes in held
	weight   int // of what the capture counts as held here
	conn     int
	last     [2]bool // a side has sent its FIN, and all before it was given
	first    int     // the side that did so first
	line     []byte  // the end of what the client sent last, to know STARTTLS by
	ciphered int     // bytes inside TLS
}

// maxLast is how much of what the client sent last is kept: enough for STARTTLS.
const maxLast = 32

// heldPiece is what a side sent while the talk was not known.
type heldPiece struct {
	side int
	data []byte
	lost int
}

// of tells which end sent a segment, or -1 if it belongs to another connection.
func (f *flow) of(s *segment) int {
	switch {
	case s.from == f.ends[0] && s.to == f.ends[1]:
		return 0
	case s.from == f.ends[1] && s.to == f.ends[0]:
		return 1
	}
	return -1
}

// again tells whether a SYN opens a new connection between the same ends, and is not the old one's sent once more.
func (f *flow) again(s *segment) bool {
	if f.started && f.isn == s.seq {
		return false
	}
	return f.phase != flowNew || f.size > 0 || len(f.sides[0].late)+len(f.sides[1].late) > 0
}

// segment lets the connection follow one packet of it.
func (f *flow) segment(s *segment) {
	side := f.of(s)
	if f.phase == flowOver {
		return
	}
	own, peer := &f.sides[side], &f.sides[1-side]
	if s.flags&flagSYN != 0 {
		f.syn(side, s)
		s.seq++
	}
	if s.flags&flagACK != 0 && s.flags&flagRST == 0 {
		peer.acked(s.ack, len(s.data)+s.lost == 0 && s.flags&flagFIN == 0)
		f.give(1 - side)
	}
	if s.flags&flagRST != 0 {
		if own.begun && int32(s.seq-own.next) > maxLate {
			return // not of this connection
		}
		f.reset(side)
		return
	}
	if len(s.data)+s.lost > 0 {
		own.take(piece{seq: s.seq, data: s.data, lost: s.lost})
	}
	if s.flags&flagFIN != 0 && !own.fin {
		end := s.seq + uint32(len(s.data)+s.lost)
		if !own.begun {
			own.begin(end)
		}
		own.fin, own.last = true, end
	}
	f.give(side)
	f.closed()
}

// syn notes who opens the connection: the sender of a SYN is the client, that of a SYN with ACK the server.
func (f *flow) syn(side int, s *segment) {
	own, peer := &f.sides[side], &f.sides[1-side]
	if s.flags&flagACK == 0 {
		f.client, f.started, f.isn = side, true, s.seq
		own.begin(s.seq + 1)
		return
	}
	f.started = true
	if f.client < 0 {
		f.client = 1 - side
	}
	if !own.begun {
		own.begin(s.seq + 1)
	}
	if !peer.begun {
		peer.begin(s.ack)
		f.isn = s.ack - 1
	}
}

// give passes on what one side's stream has put in order.
func (f *flow) give(side int) {
	for _, p := range f.sides[side].ready {
		f.pass(side, p.data, p.lost)
	}
	clear(f.sides[side].ready) // the bytes are given, and need not be held
	f.sides[side].ready = f.sides[side].ready[:0]
}

// pass takes the next bytes of one side.
func (f *flow) pass(side int, data []byte, lost int) {
	switch f.phase {
	case flowNew:
		if len(data) > 0 || len(f.held) > 0 { // a hole before all else tells nothing
			f.held = append(f.held, heldPiece{side, slices.Clone(data), lost})
			f.size += len(data)
			f.decide()
		}
	case flowMail:
		if side == f.client {
			if i := f.hello(data); i >= 0 {
				f.text(side, data[:i], 0)
				f.cipher(len(data) - i + lost)
				return
			}
		}
		f.text(side, data, lost)
	case flowCipher:
		f.ciphered += len(data) + lost
	}
}

// text gives bytes in clear, and tells of those that are missing after them.
func (f *flow) text(side int, data []byte, lost int) {
	from, dir := session.Server, kindServer
	if side == f.client {
		from, dir = session.Client, kindClient
		end := after(data, len(data)-maxLast)
		f.line = append(f.line[:copy(f.line, after(f.line, len(f.line)+len(end)-maxLast))], end...)
	}
	if len(data) > 0 {
		f.c.put(session.Chunk{Conn: f.conn, From: from, Data: data})
	}
	if lost > 0 {
		f.mark("lost", "dir", dir, "bytes", lost)
		f.line = f.line[:0]
	}
}

// mark tells of a change of the connection.
func (f *flow) mark(kind string, pairs ...any) {
	f.c.put(session.Chunk{Conn: f.conn, Mark: session.NewMark(kind, pairs...)})
}

// hello gives where in the client's bytes a TLS handshake begins: after STARTTLS or STLS. -1 if none does.
func (f *flow) hello(data []byte) int {
	if f.upgrades(f.line) && handshake(data) {
		return 0
	}
	if bytes.IndexByte(data, 0x16) < 0 {
		return -1
	}
	if i := bytes.Index(data, []byte("\n\x16\x03")); i >= 0 && f.upgrades(data[:i+1]) {
		return i + 1
	}
	return -1
}

// upgrades tells whether the last line of b is STARTTLS or STLS.
func (f *flow) upgrades(b []byte) bool {
	if len(b) == 0 || b[len(b)-1] != '\n' {
		return false
	}
	line := bytes.TrimSpace(b)
	line = line[bytes.LastIndexByte(line, '\n')+1:]
	return bytes.EqualFold(line, []byte("STARTTLS")) || bytes.EqualFold(line, []byte("STLS"))
}

// handshake tells whether bytes begin as a TLS ClientHello does (RFC 8446 §5.1), or that of SSL 2 (RFC 5246 §E.2).
func handshake(b []byte) bool {
	return len(b) >= 3 && (b[0] == 0x16 && b[1] == 3 && b[2] <= 4 || b[0]&0x80 != 0 && b[2] == 1 && (len(b) < 4 || b[3] <= 3))
}

// cipher goes on after the first bytes of a handshake: what follows cannot be read.
func (f *flow) cipher(n int) {
	f.phase, f.ciphered = flowCipher, n
	f.mark("tls", "is", "start")
}

// closed tells that the connection ended, once both sides have said so and all was given.
func (f *flow) closed() {
	for side := range f.sides {
		if !f.last[side] && f.sides[side].ended() {
			if f.last[side] = true; !f.last[1-side] {
				f.first = side
			}
		}
	}
	if f.last[0] && f.last[1] {
		f.over(f.first, "")
	}
}

// reset ends the connection at a RST.
func (f *flow) reset(side int) {
	f.flush()
	switch {
	case f.last[0] || f.last[1]:
		f.over(f.first, "")
	default:
		f.over(-1, "connection reset")
	}
}

// over closes the connection; first is the side that closed it, or -1.
func (f *flow) over(first int, fault string) {
	f.settle()
	if f.phase == flowMail || f.phase == flowCipher {
		f.sealed()
		by := "server"
		switch first {
		case -1:
			by = "error"
		case f.client:
			by = "client"
		}
		f.mark("close", "by", by, "err", fault)
	}
	f.phase, f.held, f.line = flowOver, nil, nil
	f.sides = [2]tcpStream{}
}

// end gives what is still held when the capture ends, or the connection is forgotten.
func (f *flow) end() {
	if f.phase == flowOver {
		return
	}
	f.flush()
	f.settle()
	f.sealed()
	f.phase = flowOver
}

// flush gives what came out of order, and gives up what is missing before it.
func (f *flow) flush() {
	for i := range f.sides {
		f.sides[i].flush()
		f.give(i)
	}
}

// sealed tells how much could not be read, once.
func (f *flow) sealed() {
	if f.phase == flowCipher {
		f.mark("note", "who", "byhand", "text", fmt.Sprintf("%d bytes of ciphertext / %[1]d 字节密文", f.ciphered))
		f.phase = flowMail
	}
}
