package transcripts

import (
	"bytes"
	"encoding/binary"
	"fmt"
	"io"
	"strings"
	"testing"

	"byhand/session/annotate"
)

// A tape makes a capture as a network card would have seen it, packet by packet, a millisecond apart.
type tape struct {
	buf  []byte
	ms   uint32
	link uint32
	wrap func(ip []byte) []byte // puts an IP packet onto the link
}

// newTape begins a pcap of raw IP packets.
func newTape() *tape {
	t := &tape{link: linkRaw, wrap: func(ip []byte) []byte { return ip }}
	t.buf = pcapHead(binary.LittleEndian, magicMicro, t.link)
	return t
}

func pcapHead(o binary.AppendByteOrder, magic, link uint32) []byte {
	b := o.AppendUint16(o.AppendUint16(o.AppendUint32(nil, magic), 2), 4)
	return o.AppendUint32(o.AppendUint32(append(b, make([]byte, 8)...), maxPacket), link)
}

// packet adds one packet.
func (t *tape) packet(ip []byte) {
	b := t.wrap(ip)
	t.ms++
	for _, n := range []uint32{1190000000 + t.ms/1000, t.ms % 1000 * 1000, uint32(len(b)), uint32(len(b))} {
		t.buf = binary.LittleEndian.AppendUint32(t.buf, n)
	}
	t.buf = append(t.buf, b...)
}

// A wireEnd is one end of a TCP connection on a tape.
type wireEnd struct {
	port      uint16
	host      byte
	seq, sent uint32 // the next byte, and of the peer's the next to acknowledge
}

// A wireTalk is a TCP connection on a tape: [0] is the client.
type wireTalk struct {
	t    *tape
	ends [2]wireEnd
}

func (t *tape) talk(client, server uint16) *wireTalk {
	return &wireTalk{t, [2]wireEnd{{port: client, host: 1, seq: 0xFFFFFFF0}, {port: server, host: 2, seq: 7000}}}
}

// starts sets the client's first sequence number: ports that come up again begin a new connection by another one.
func (w *wireTalk) starts(seq uint32) *wireTalk {
	w.ends[0].seq = seq
	return w
}

// open adds the three packets of the beginning.
func (w *wireTalk) open() *wireTalk {
	w.send(0, flagSYN, "")
	w.send(1, flagSYN|flagACK, "")
	w.send(0, flagACK, "")
	return w
}

// says adds a segment; who is 'C' or 'S'.
func (w *wireTalk) says(who byte, data string) *wireTalk {
	w.send(side(who), flagPSH|flagACK, data)
	return w
}

func side(who byte) int {
	if who == 'S' {
		return 1
	}
	return 0
}

// lacks moves on as if a segment had been sent that nobody captured.
func (w *wireTalk) lacks(who byte, n int) *wireTalk {
	w.ends[side(who)].seq += uint32(n)
	return w
}

// closes adds the end, which who begins.
func (w *wireTalk) closes(who byte) *wireTalk {
	w.send(side(who), flagFIN|flagACK, "")
	w.send(1-side(who), flagFIN|flagACK, "")
	w.send(side(who), flagACK, "")
	return w
}

func (w *wireTalk) send(from int, flags byte, data string) {
	own, peer := &w.ends[from], &w.ends[1-from]
	if flags&flagACK != 0 {
		own.sent = peer.seq
	}
	w.t.packet(ipv4(own, peer, flags, data))
	own.seq += uint32(len(data))
	if flags&(flagSYN|flagFIN) != 0 {
		own.seq++
	}
}

// ipv4 makes a packet: an IP header and a TCP header, twenty bytes each, without checksums.
func ipv4(from, to *wireEnd, flags byte, data string) []byte {
	o := binary.BigEndian
	b := o.AppendUint16([]byte{0x45, 0}, uint16(40+len(data)))
	b = append(b, 0, 0, 0x40, 0, 64, protoTCP, 0, 0, 192, 0, 2, from.host, 192, 0, 2, to.host)
	b = o.AppendUint16(o.AppendUint16(b, from.port), to.port)
	b = o.AppendUint32(o.AppendUint32(b, from.seq), from.sent)
	return append(append(b, 0x50, flags, 0xFF, 0xFF, 0, 0, 0, 0), data...)
}

// letters makes a capture of at least size bytes: SMTP connections of twenty small letters each.
func letters(size int) []byte {
	t := newTape()
	body := strings.Repeat("the quick brown fox jumps over the lazy dog and runs home again\r\n", 20)
	for n := 0; len(t.buf) < size; {
		w := t.talk(uint16(40000+n%20000), 25).starts(uint32(n)*100003).open().says('S', "220 mx.example.com ESMTP\r\n")
		w.says('C', "EHLO pc.example.com\r\n").says('S', "250-mx.example.com\r\n250-PIPELINING\r\n250 8BITMIME\r\n")
		for range 20 {
			n++
			w.says('C', fmt.Sprintf("MAIL FROM:<student%d@example.com>\r\n", n)).says('S', "250 2.1.0 Ok\r\n")
			w.says('C', "RCPT TO:<teacher@example.com>\r\n").says('S', "250 2.1.5 Ok\r\n")
			w.says('C', "DATA\r\n").says('S', "354 End data with <CR><LF>.<CR><LF>\r\n")
			w.says('C', fmt.Sprintf("From: Student <student%d@example.com>\r\nTo: teacher@example.com\r\nSubject: Letter %d\r\n"+
				"Date: Mon, 17 Sep 2007 10:00:00 +0800\r\n\r\n%s.\r\n", n, n, body)).says('S', "250 2.0.0 Ok: queued\r\n")
		}
		w.says('C', "QUIT\r\n").says('S', "221 2.0.0 Bye\r\n").closes('S')
	}
	return t.buf
}

// BenchmarkCapture explains a capture of many small letters.
func BenchmarkCapture(b *testing.B) {
	all := letters(20 << 20)
	b.SetBytes(int64(len(all)))
	b.ReportAllocs()
	for b.Loop() {
		r, err := Open(bytes.NewReader(all), "letters.pcap")
		if err != nil {
			b.Fatal(err)
		}
		if err := Convert(io.Discard, "annotated", r, Options{Depth: annotate.Full}); err != nil {
			b.Fatal(err)
		}
	}
}
