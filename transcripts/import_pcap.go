package transcripts

import (
	"bufio"
	"encoding/binary"
	"errors"
	"io"

	"math/bits"

	"byhand/session/text"
)

// Bounds of a capture file. tcpdump writes no packet over 256 KiB; a longer one is a sign of damage.
const (
	maxPacket = 256 << 10
	maxLinks  = 4 << 10   // interfaces of a section
	frameRoom = 512 << 10 // of the buffer: one packet and its block must fit
)

// A frame is one packet of a capture file, as its link carried it.
type frame struct {
	at   int64 // nanoseconds since 1970
	link uint32
	data []byte // as far as it was captured; valid until the next call
}

// captureFile reads the packets of a capture: pcap (draft-ietf-opsawg-pcap) of either byte order, in micro- or
// nanoseconds, or pcapng (draft-ietf-opsawg-pcapng) with any number of sections and interfaces.
type captureFile struct {
	name   string
	r      *bufio.Reader
	offset int64 // of the next byte in the file
	taken  int   // bytes of the packet last given, still in the buffer
	order  binary.ByteOrder
	ng     bool
	links  []iface // pcap has one
	cut    bool    // the file ends in the middle of a packet
}

// iface is an interface of a pcapng section: its link type and the meaning of its time stamps.
type iface struct {
	link   uint32
	ticks  uint64 // a second
	offset int64  // seconds to add
}

// capturePrefix tells whether a file begins as a capture does.
func capturePrefix(b []byte) bool {
	if len(b) < 4 {
		return false
	}
	switch binary.BigEndian.Uint32(b) {
	case magicMicro, magicNano, magicSection, bits.ReverseBytes32(magicMicro), bits.ReverseBytes32(magicNano):
		return true
	}
	return false
}

// The first four bytes of a pcap with micro- and nanoseconds, and the type of a pcapng section header.
const (
	magicMicro   = 0xA1B2C3D4
	magicNano    = 0xA1B23C4D
	magicSection = 0x0A0D0D0A
)

// newCaptureFile reads the file header of a pcap; that of a pcapng is a block as all others.
func newCaptureFile(r io.Reader, name string) (*captureFile, error) {
	f := &captureFile{name: name, r: bufio.NewReaderSize(r, frameRoom), order: binary.LittleEndian}
	head, err := f.peek(4)
	if err != nil {
		return nil, f.fail(sayShortCapture)
	}
	magic := binary.LittleEndian.Uint32(head)
	if magic == magicSection {
		f.ng = true
		return f, nil
	}
	if magic != magicMicro && magic != magicNano {
		f.order, magic = binary.BigEndian, bits.ReverseBytes32(magic)
	}
	if head, err = f.peek(24); err != nil {
		return nil, f.fail(sayShortCapture)
	}
	one := iface{link: f.order.Uint32(head[20:]) & 0xFFFF, ticks: 1e6} // the upper half tells of a frame check sequence
	if magic == magicNano {
		one.ticks = 1e9
	}
	f.links, f.taken = []iface{one}, 24
	return f, nil
}

// next gives the next packet, or io.EOF. A file that ends in the middle of a packet sets cut.
func (f *captureFile) next() (frame, error) {
	if f.ng {
		return f.block()
	}
	head, err := f.peek(16)
	if err != nil {
		return frame{}, err
	}
	n := f.order.Uint32(head[8:])
	if n > maxPacket {
		return frame{}, f.fail(sayBadPacket)
	}
	at := f.links[0].time(uint64(f.order.Uint32(head))*f.links[0].ticks + uint64(f.order.Uint32(head[4:])))
	all, err := f.peek(16 + int(n))
	if err != nil {
		return frame{}, err
	}
	f.taken = len(all)
	return frame{at, f.links[0].link, all[16:]}, nil
}

// The types of the pcapng blocks that matter here.
const (
	blockInterface = 1
	blockOldPacket = 2
	blockSimple    = 3
	blockPacket    = 6
)

// block gives the packet of the next block that holds one.
func (f *captureFile) block() (frame, error) {
	for {
		head, err := f.peek(12)
		if err != nil {
			return frame{}, err
		}
		if binary.LittleEndian.Uint32(head) == magicSection {
			if !f.section(head[8:]) {
				return frame{}, f.fail(sayBadBlock)
			}
		}
		kind, n := f.order.Uint32(head), f.order.Uint32(head[4:])
		if n < 12 || n%4 != 0 {
			return frame{}, f.fail(sayBadBlock)
		}
		if kind != blockInterface && kind != blockOldPacket && kind != blockSimple && kind != blockPacket {
			if err := f.skip(int64(n)); err != nil {
				return frame{}, err
			}
			continue
		}
		if n > maxPacket+64<<10 {
			return frame{}, f.fail(sayBadPacket)
		}
		all, err := f.peek(int(n))
		if err != nil {
			return frame{}, err
		}
		body := all[8 : n-4]
		if kind == blockInterface {
			if len(body) < 8 || len(f.links) == maxLinks {
				return frame{}, f.fail(sayBadBlock)
			}
			f.links = append(f.links, f.iface(body))
			f.taken = len(all)
			continue
		}
		p, ok := f.packet(kind, body)
		if !ok {
			return frame{}, f.fail(sayBadPacket)
		}
		f.taken = len(all)
		return p, nil
	}
}

// section begins a new section: it has a byte order and interfaces of its own.
func (f *captureFile) section(mark []byte) bool {
	switch binary.LittleEndian.Uint32(mark) {
	case 0x1A2B3C4D:
		f.order = binary.LittleEndian
	case 0x4D3C2B1A:
		f.order = binary.BigEndian
	default:
		return false
	}
	f.links = f.links[:0]
	return true
}

// iface reads an interface description: link type, and of its options those about time.
func (f *captureFile) iface(body []byte) iface {
	one := iface{link: uint32(f.order.Uint16(body)), ticks: 1e6}
	for opt := body[8:]; len(opt) >= 4; {
		code, n := f.order.Uint16(opt), int(f.order.Uint16(opt[2:]))
		if code == 0 || 4+n > len(opt) {
			break
		}
		value := opt[4 : 4+n]
		switch {
		case code == 9 && n == 1:
			one.ticks = resolution(value[0])
		case code == 14 && n == 8:
			one.offset = int64(f.order.Uint64(value))
		}
		opt = opt[min(len(opt), 4+(n+3)&^3):]
	}
	return one
}

// resolution gives the ticks a second of if_tsresol: a power of ten, or with the highest bit of two.
func resolution(b byte) uint64 {
	if b&0x80 != 0 {
		return 1 << min(b&0x7F, 63)
	}
	n := uint64(1)
	for range min(b, 19) {
		n *= 10
	}
	return n
}

// time gives the nanoseconds since 1970 of a time stamp.
func (i iface) time(stamp uint64) int64 {
	sec, frac := stamp/i.ticks, stamp%i.ticks
	if sec > 1<<32 {
		return 0
	}
	hi, lo := bits.Mul64(frac, 1e9)
	nano, _ := bits.Div64(hi, lo, i.ticks)
	return int64(sec)*1e9 + int64(nano) + min(max(i.offset, -1<<32), 1<<32)*1e9
}

// packet reads a block that holds a packet.
func (f *captureFile) packet(kind uint32, body []byte) (frame, bool) {
	head := 20
	if kind == blockSimple {
		head = 4
	}
	if len(body) < head {
		return frame{}, false
	}
	var which, size uint32
	var stamp uint64
	switch kind {
	case blockSimple:
		size = min(f.order.Uint32(body), uint32(len(body)-head))
	case blockOldPacket:
		which = uint32(f.order.Uint16(body))
		fallthrough
	default:
		if kind == blockPacket {
			which = f.order.Uint32(body)
		}
		stamp = uint64(f.order.Uint32(body[4:]))<<32 | uint64(f.order.Uint32(body[8:]))
		size = f.order.Uint32(body[12:])
	}
	if int(which) >= len(f.links) || int64(size) > int64(len(body)-head) {
		return frame{}, false
	}
	i := f.links[which]
	return frame{i.time(stamp), i.link, body[head : head+int(size)]}, true
}

// peek gives the next n bytes after those taken, without taking them.
func (f *captureFile) peek(n int) ([]byte, error) {
	if f.taken > 0 {
		f.r.Discard(f.taken)
		f.offset += int64(f.taken)
		f.taken = 0
	}
	b, err := f.r.Peek(n)
	return b, f.ended(err, len(b))
}

// skip passes over a block.
func (f *captureFile) skip(n int64) error {
	done, err := io.CopyN(io.Discard, f.r, n)
	f.offset += done
	return f.ended(err, int(min(done, 1)))
}

// ended notes whether the file ends where a packet is not whole.
func (f *captureFile) ended(err error, rest int) error {
	if errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) {
		f.cut = f.cut || rest > 0
		return io.EOF
	}
	return err
}

// fail tells what is wrong where the file is being read.
func (f *captureFile) fail(what text.T) error {
	return &Error{File: f.name, Offset: f.offset + 1, What: what.With(), Hint: hintCapture.With()}
}

// What is wrong with a capture, and what to do.
var (
	sayShortCapture = text.T{
		EN: "the capture ends before its first packet",
		ZH: "抓包文件在第一个数据包之前就结束了"}
	sayBadPacket = text.T{
		EN: "the length of this packet cannot be right: the capture is damaged here",
		ZH: "这个数据包的长度不可能是对的：抓包文件在这里损坏了"}
	sayBadBlock = text.T{
		EN: "this is no block of a pcapng file: the capture is damaged here",
		ZH: "这不是 pcapng 的数据块：抓包文件在这里损坏了"}
	hintCapture = text.T{
		EN: "capture again, or copy the file once more in binary mode",
		ZH: "请重新抓包，或以二进制方式重新拷贝文件"}
)
