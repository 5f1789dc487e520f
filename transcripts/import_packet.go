package transcripts

import (
	"encoding/binary"
	"net/netip"
)

// A segment is what one packet says of a TCP connection.
type segment struct {
	from, to netip.AddrPort
	seq, ack uint32
	flags    byte
	data     []byte
	lost     int // bytes at its end that the capture left out (its "snap length")
}

// The flags of a TCP header (RFC 9293 §3.1).
const (
	flagFIN = 1 << iota
	flagSYN
	flagRST
	flagPSH
	flagACK
)

// The link types that are read (draft-ietf-opsawg-pcaplinktype).
const (
	linkNull   = 0
	linkEther  = 1
	linkPPP    = 9
	linkRaw12  = 12
	linkRaw14  = 14
	linkSerial = 50
	linkRaw    = 101
	linkHDLC   = 104
	linkLoop   = 108
	linkCooked = 113
	linkIPv4   = 228
	linkIPv6   = 229
	linkCook2  = 276
)

// known tells whether packets of a link type can be read.
func knownLink(link uint32) bool {
	switch link {
	case linkNull, linkEther, linkPPP, linkRaw12, linkRaw14, linkSerial, linkRaw, linkHDLC, linkLoop, linkCooked, linkIPv4, linkIPv6, linkCook2:
		return true
	}
	return false
}

// dissect finds the TCP segment in a packet; ok is false where it holds none that can be read.
func dissect(link uint32, b []byte) (s segment, ok bool) {
	switch link {
	case linkRaw, linkRaw12, linkRaw14, linkIPv4, linkIPv6:
		return internet(b)
	case linkNull, linkLoop:
		return internet(after(b, 4)) // the address family; the version of IP tells as much
	case linkEther:
		if len(b) < 14 {
			return s, false
		}
		return ethernet(binary.BigEndian.Uint16(b[12:]), b[14:])
	case linkCooked:
		if len(b) < 16 {
			return s, false
		}
		return ethernet(binary.BigEndian.Uint16(b[14:]), b[16:])
	case linkCook2:
		if len(b) < 20 {
			return s, false
		}
		return ethernet(binary.BigEndian.Uint16(b), b[20:])
	case linkHDLC:
		if len(b) < 4 {
			return s, false
		}
		return ethernet(binary.BigEndian.Uint16(b[2:]), b[4:])
	case linkPPP, linkSerial:
		if len(b) > 2 && b[0] == 0xFF && b[1] == 0x03 {
			b = b[2:]
		}
		return internet(after(b, 2))
	}
	return s, false
}

// after gives what follows the first n bytes.
func after(b []byte, n int) []byte { return b[max(min(n, len(b)), 0):] }

// ethernet reads on by the type of an Ethernet frame; tags and tunnels of the link are passed over.
func ethernet(kind uint16, b []byte) (s segment, ok bool) {
	for range 4 {
		switch kind {
		case 0x0800, 0x86DD:
			return internet(b)
		case 0x8100, 0x88A8, 0x9100: // VLAN tags (IEEE 802.1Q)
			if len(b) < 4 {
				return s, false
			}
			kind, b = binary.BigEndian.Uint16(b[2:]), b[4:]
		case 0x8864: // PPPoE (RFC 2516 §4)
			return internet(after(b, 8))
		case 0x8847: // MPLS (RFC 3032 §2.1): labels up to the bottom of the stack
			for len(b) >= 4 && b[2]&1 == 0 {
				b = b[4:]
			}
			return internet(after(b, 4))
		default:
			return s, false
		}
	}
	return s, false
}

// The protocols within IP that are read on.
const (
	protoIPv4 = 4
	protoTCP  = 6
	protoIPv6 = 41
	protoGRE  = 47
)

// maxNesting bounds packets within packets.
const maxNesting = 4

// internet reads an IP packet of either version (RFC 791 §3.1, RFC 8200 §3).
func internet(b []byte) (s segment, ok bool) { return nested(b, maxNesting) }

func nested(b []byte, depth int) (s segment, ok bool) {
	if len(b) < 20 || depth == 0 {
		return s, false
	}
	var from, to netip.Addr
	var proto byte
	var total int
	switch b[0] >> 4 {
	case 4:
		head := int(b[0]&15) * 4
		total = int(binary.BigEndian.Uint16(b[2:]))
		if head < 20 || head > len(b) || binary.BigEndian.Uint16(b[6:])&0x1FFF != 0 {
			return s, false // a later fragment has no TCP header; its bytes are missed as a hole
		}
		from, to, proto = netip.AddrFrom4([4]byte(b[12:])), netip.AddrFrom4([4]byte(b[16:])), b[9]
		if total == 0 {
			total = len(b) // left to the network card to fill in
		}
		b, total = b[head:], total-head
	case 6:
		if len(b) < 40 {
			return s, false
		}
		from, to = netip.AddrFrom16([16]byte(b[8:])), netip.AddrFrom16([16]byte(b[24:]))
		total = int(binary.BigEndian.Uint16(b[4:]))
		if total == 0 {
			total = len(b) - 40
		}
		all := len(b) - 40
		if proto, b, ok = extensions(b[6], b[40:]); !ok {
			return s, false
		}
		total -= all - len(b)
	default:
		return s, false
	}
	b = b[:max(min(len(b), total), 0)] // what follows pads the frame
	switch proto {
	case protoTCP:
		s.from, s.to = netip.AddrPortFrom(from, 0), netip.AddrPortFrom(to, 0)
		return s, s.tcp(b, total)
	case protoIPv4, protoIPv6:
		return nested(b, depth-1)
	case protoGRE:
		return nested(gre(b), depth-1)
	}
	return s, false
}

// extensions passes over the extension headers of IPv6 (RFC 8200 §4).
func extensions(next byte, b []byte) (proto byte, rest []byte, ok bool) {
	for range 8 {
		n := 0
		switch next {
		case 0, 43, 60, 135:
			if len(b) >= 2 {
				n = (int(b[1]) + 1) * 8
			}
		case 51: // authentication header (RFC 4302 §2.2)
			if len(b) >= 2 {
				n = (int(b[1]) + 2) * 4
			}
		case 44:
			n = 8
			if len(b) >= 8 && binary.BigEndian.Uint16(b[2:])&^7 != 0 {
				return 0, nil, false
			}
		default:
			return next, b, true
		}
		if n == 0 || n > len(b) {
			return 0, nil, false
		}
		next, b = b[0], b[n:]
	}
	return 0, nil, false
}

// gre gives the packet within a GRE header (RFC 2784 §2.1, RFC 2890 §2), if it is one of IP.
func gre(b []byte) []byte {
	if len(b) < 4 {
		return nil
	}
	if kind := binary.BigEndian.Uint16(b[2:]); kind != 0x0800 && kind != 0x86DD {
		return nil
	}
	n := 4
	for _, bit := range []byte{0x80, 0x20, 0x10} { // checksum, key, sequence number
		if b[0]&bit != 0 {
			n += 4
		}
	}
	return after(b, n)
}

// tcp reads a TCP header (RFC 9293 §3.1); total is how long the segment was on the wire.
func (s *segment) tcp(b []byte, total int) bool {
	if len(b) < 20 {
		return false
	}
	head := int(b[12]>>4) * 4
	if head < 20 || head > total {
		return false
	}
	s.from = netip.AddrPortFrom(s.from.Addr(), binary.BigEndian.Uint16(b))
	s.to = netip.AddrPortFrom(s.to.Addr(), binary.BigEndian.Uint16(b[2:]))
	s.seq, s.ack, s.flags = binary.BigEndian.Uint32(b[4:]), binary.BigEndian.Uint32(b[8:]), b[13]
	s.data = after(b, head)
	s.lost = total - head - len(s.data)
	return true
}
