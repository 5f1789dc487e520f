package transcripts

import (
	"encoding/binary"
	"strings"

	"byhand/session/render"
	"byhand/session/text"
)

// What a capture says of itself.
const (
	synthetic   = "synthetic: written from a transcript; these packets were never sent"
	application = "byhand"
)

var sayHiddenHere = text.T{EN: "hidden here: %s", ZH: "此处已隐藏：%s"}

// packet makes one packet, and writes the one that was held back.
func (p *packets) packet(f *sentFlow, from int, flags byte, data []byte) {
	p.release()
	p.held = f.datagram(from, flags, data)
	if p.heldAt = p.start.Add(p.at); p.heldAt.Before(p.last) {
		p.heldAt = p.last
	}
	p.last = p.heldAt
}

// release writes the packet held back with the comments on it, and the acknowledgement that follows it.
func (p *packets) release() {
	if len(p.held) > 0 {
		p.buf = appendPacket(p.buf, p.heldAt.UnixMicro(), p.held, p.comments)
		p.comments = p.comments[:0]
	}
	if len(p.answer) > 0 {
		p.buf = appendPacket(p.buf, p.heldAt.UnixMicro(), p.answer, nil)
	}
	p.held, p.answer = nil, nil
}

// datagram makes an IPv4 packet (RFC 791 §3.1) with a TCP segment (RFC 9293 §3.1), and moves the sender's sequence on.
func (f *sentFlow) datagram(from int, flags byte, data []byte) []byte {
	o := binary.BigEndian
	client, server := [4]byte{127, 0, 0, 1}, [4]byte{127, 0, 0, f.host}
	source, target, ports := client, server, [2]uint16{f.port, f.server}
	if from == 1 {
		source, target, ports = server, client, [2]uint16{f.server, f.port}
	}
	b := o.AppendUint16([]byte{0x45, 0}, uint16(40+len(data)))
	b = append(b, 0, 0, 0x40, 0, 64, protoTCP, 0, 0)
	b = append(append(b, source[:]...), target[:]...)
	o.PutUint16(b[10:], ^sum16(0, b))

	b = o.AppendUint16(o.AppendUint16(b, ports[0]), ports[1])
	acked := f.seq[1-from]
	if flags&flagACK == 0 {
		acked = 0
	}
	b = o.AppendUint32(o.AppendUint32(b, f.seq[from]), acked)
	b = append(b, 0x50, flags, 0xFF, 0xFF, 0, 0, 0, 0)
	b = append(b, data...)
	pseudo := append(append(append([]byte{}, source[:]...), target[:]...), 0, protoTCP)
	pseudo = o.AppendUint16(pseudo, uint16(len(b)-20))
	o.PutUint16(b[36:], ^sum16(sum16(0, pseudo), b[20:]))

	f.seq[from] += uint32(len(data))
	if flags&(flagSYN|flagFIN) != 0 {
		f.seq[from]++
	}
	return b
}

// sum16 adds b to a sum of 16-bit words in one's complement (RFC 1071).
func sum16(sum uint16, b []byte) uint16 {
	n := uint32(sum)
	for ; len(b) > 1; b = b[2:] {
		n += uint32(b[0])<<8 | uint32(b[1])
	}
	if len(b) == 1 {
		n += uint32(b[0]) << 8
	}
	for n > 0xFFFF {
		n = n>>16 + n&0xFFFF
	}
	return uint16(n)
}

// The options of pcapng that are written.
const (
	optComment     = 1
	optApplication = 4
)

// appendSection appends the section header and the one interface (draft-ietf-opsawg-pcapng §4.1, §4.2).
func appendSection(dst []byte, title string) []byte {
	o := binary.LittleEndian
	body := o.AppendUint32(nil, 0x1A2B3C4D)
	body = o.AppendUint16(o.AppendUint16(body, 1), 0)
	body = o.AppendUint64(body, ^uint64(0)) // the length of the section is not told
	body = appendOption(body, optComment, synthetic)
	if title != "" {
		body = appendOption(body, optComment, title)
	}
	body = appendOption(body, optApplication, application)
	dst = appendBlock(dst, magicSection, o.AppendUint32(body, 0))

	body = o.AppendUint16(o.AppendUint16(nil, linkRaw), 0)
	return appendBlock(dst, blockInterface, o.AppendUint32(body, 0)) // no snap length; time stamps in microseconds
}

// appendPacket appends an enhanced packet block (§4.3).
func appendPacket(dst []byte, micros int64, packet []byte, comments []string) []byte {
	o := binary.LittleEndian
	body := o.AppendUint32(make([]byte, 0, len(packet)+32), 0)
	body = o.AppendUint32(o.AppendUint32(body, uint32(uint64(micros)>>32)), uint32(micros))
	body = o.AppendUint32(o.AppendUint32(body, uint32(len(packet))), uint32(len(packet)))
	body = pad4(append(body, packet...))
	for _, c := range comments {
		body = appendOption(body, optComment, c)
	}
	if len(comments) > 0 {
		body = o.AppendUint32(body, 0)
	}
	return appendBlock(dst, blockPacket, body)
}

// maxComment bounds a comment, so that a packet's block stays within what readers take.
const maxComment = 4 << 10

// appendOption appends an option of text; what could act on a screen is made visible.
func appendOption(dst []byte, code uint16, value string) []byte {
	var b []byte
	for i, line := range strings.Split(strings.ToValidUTF8(value[:min(len(value), maxComment)], ""), "\n") {
		if i > 0 {
			b = append(b, '\n')
		}
		b = render.Visible(b, []byte(line))
	}
	o := binary.LittleEndian
	dst = o.AppendUint16(o.AppendUint16(dst, code), uint16(len(b)))
	return pad4(append(dst, b...))
}

// appendBlock appends a block of a length that is a multiple of four.
func appendBlock(dst []byte, kind uint32, body []byte) []byte {
	o := binary.LittleEndian
	n := uint32(len(body) + 12)
	dst = o.AppendUint32(o.AppendUint32(dst, kind), n)
	return o.AppendUint32(append(dst, body...), n)
}

// pad4 fills up to a multiple of four.
func pad4(b []byte) []byte {
	for len(b)%4 != 0 {
		b = append(b, 0)
	}
	return b
}
