package transcripts

import (
	"bytes"
	"compress/gzip"
	"encoding/binary"
	"errors"
	"math/bits"
	"strings"
	"testing"

	"byhand/session/text"
)

// dialogueOf gives a capture as a dialogue, without its head.
func dialogueOf(t testing.TB, capture []byte) (string, []Remark) {
	t.Helper()
	r, err := Open(bytes.NewReader(capture), "a.pcap")
	if err != nil {
		t.Fatal(err)
	}
	var b strings.Builder
	if err := Convert(&b, FormDialogue, r, Options{}); err != nil {
		t.Fatal(err)
	}
	_, body, _ := strings.Cut(b.String(), "\n@header")
	_, body, _ = strings.Cut(body, "\n")
	return body, r.Remarks()
}

const openMail = "@open proto=smtp addr=192.0.2.2:25\n"

// captures holds what passed on the wire and how it reads.
var captures = []struct {
	name string
	tape func(*tape)
	want string
}{
	{"lines cut anywhere", func(t *tape) {
		t.talk(40000, 25).open().says('S', "22").says('S', "0 hi\r\n").says('C', "HE").says('C', "LO me\r\nQU").says('S', "250 ok\r\n").
			says('C', "IT\r\n").says('S', "221 bye\r\n").closes('S')
	}, openMail + "S: 220 hi\nC: HELO me\nS: 250 ok\nC: QUIT\nS: 221 bye\n@close by=server\n"},

	{"order, repeats and overlaps", func(t *tape) {
		w := t.talk(40000, 25).open().says('S', "220 hi\r\n")
		first, later := *w, *w
		later.lacks('C', 9).says('C', "MAIL FROM:<a@example.com>\r\n") // comes too early
		first.says('C', "HELO me\r\nMAIL from:<x@")                    // and comes again: what came first counts
		first.ends[0].seq = later.ends[0].seq - 2
		first.says('C', "\r\nQUIT\r\n")
	}, openMail + "S: 220 hi\nC: HELO me\nC: MAIL FROM:<a@example.com>\nC: QUIT\n"},

	{"a hole that the peer has acknowledged", func(t *tape) {
		w := t.talk(40000, 25).open().says('S', "220 hi\r\n").says('C', "HELO me\r\n").lacks('S', 8).says('C', "QUIT\r\n")
		w.says('S', "221 bye\r\n")
	}, openMail + "S: 220 hi\nC: HELO me\n@x {\"k\":\"lost\",\"dir\":\"S\",\"bytes\":8}\nC: QUIT\nS: 221 bye\n"},

	{"an acknowledgement before the bytes", func(t *tape) {
		w := t.talk(40000, 25).open().says('S', "220 hi\r\n")
		late := *w
		late.ends[1].sent += 9
		late.send(1, flagACK, "") // captured too early
		w.says('C', "HELO me\r\n").says('S', "250 ok\r\n")
	}, openMail + "S: 220 hi\nC: HELO me\nS: 250 ok\n"},

	{"bytes that only an acknowledgement tells of", func(t *tape) {
		w := t.talk(40000, 25).open().says('S', "220 hi\r\n").lacks('C', 9)
		w.send(1, flagACK, "")
	}, openMail + "S: 220 hi\n@x {\"k\":\"lost\",\"dir\":\"C\",\"bytes\":9}\n"},

	{"a hole at the end of the file", func(t *tape) {
		t.talk(40000, 25).open().says('S', "220 hi\r\n").lacks('S', 5).says('S', "220 again\r\n")
	}, openMail + "S: 220 hi\n@x {\"k\":\"lost\",\"dir\":\"S\",\"bytes\":5}\nS: 220 again\n"},

	{"TLS after STARTTLS", func(t *tape) {
		t.talk(40000, 25).open().says('S', "220 hi\r\n").says('C', "STARTTLS\r\n").says('S', "220 go\r\n").
			says('C', "\x16\x03\x01\x00\x05hello").says('S', "\x16\x03\x03\x00\x02hi").closes('C')
	}, openMail + "S: 220 hi\nC: STARTTLS\nS: 220 go\n@tls is=start\n@x {\"k\":\"note\",\"who\":\"byhand\",\"text\":\"17 bytes of ciphertext / 17 字节密文\"}\n@close by=client\n"},

	{"TLS from the first byte", func(t *tape) {
		t.talk(40000, 995).open().says('C', "\x16\x03\x01\x00\x05hello").says('S', "\x16\x03\x03\x00\x02hi")
	}, "@open proto=pop3 addr=192.0.2.2:995 tls=implicit\n@tls is=start\n@x {\"k\":\"note\",\"who\":\"byhand\",\"text\":\"17 bytes of ciphertext / 17 字节密文\"}\n"},

	{"a login", func(t *tape) {
		t.talk(40000, 110).open().says('S', "+OK hi\r\n").says('C', "USER student\r\n").says('S', "+OK\r\n").says('C', "PASS hunter2hunter2\r\n").says('S', "+OK\r\n")
	}, "@open proto=pop3 addr=192.0.2.2:110\nS: +OK hi\nC: USER student\nS: +OK\n@hide password\nC: PASS ********\nS: +OK\n"},

	{"begun in the middle", func(t *tape) {
		t.talk(40000, 110).says('C', "STAT\r\n").says('S', "+OK 1 300\r\n")
	}, "C: STAT\nS: +OK 1 300\n"},

	{"told by its talk, and by who greets", func(t *tape) {
		t.talk(40000, 40001).says('S', "220 hi ESMTP\r\n").says('C', "EHLO me\r\n").says('S', "250 hi\r\n")
	}, "S: 220 hi ESMTP\nC: EHLO me\nS: 250 hi\n"},

	{"no mail", func(t *tape) {
		t.talk(40000, 21).open().says('S', "220 ready\r\n").says('C', "USER a\r\n").says('S', "331 password\r\n").closes('C')
		t.talk(40001, 80).open().says('C', "GET / HTTP/1.1\r\n\r\n").says('S', "HTTP/1.1 200 OK\r\n\r\n").closes('S')
		t.talk(40002, 6379).open().says('C', "*1\r\n$4\r\nPING\r\n").says('S', "+PONG\r\n").closes('C')
	}, ""},

	{"a proxy", func(t *tape) {
		t.talk(40000, 8240).open().says('C', "CONNECT a.example:25 HTTP/1.0\r\n\r\n").says('S', "HTTP/1.0 200 ok\r\n\r\n").says('S', "220 hi ESMTP\r\n")
	}, "@open addr=192.0.2.2:8240 first=client\nC: CONNECT a.example:25 HTTP/1.0\nC:\nS: HTTP/1.0 200 ok\nS:\nS: 220 hi ESMTP\n"},

	{"two at once, and the same ports again", func(t *tape) {
		a, b := t.talk(40000, 25).open(), t.talk(40001, 25).open()
		b.says('S', "220 b\r\n")
		a.says('S', "220 a\r\n")
		b.closes('S')
		again := t.talk(40001, 25)
		again.ends[0].seq, again.ends[1].seq = 99, 5
		again.open().says('S', "220 c\r\n").send(0, flagRST, "")
	}, openMail + "S: 220 b\n@open2 proto=smtp addr=192.0.2.2:25\nS2: 220 a\n@close by=server\n" +
		"@open3 proto=smtp addr=192.0.2.2:25\nS3: 220 c\n@close3 by=error err=\"connection reset\"\n"},

	{"nothing said", func(t *tape) { t.talk(40000, 25).open().closes('C') },
		"@open addr=192.0.2.2:25\n@close by=client\n"},
}

func TestCapturesRead(t *testing.T) {
	for _, c := range captures {
		t.Run(c.name, func(t *testing.T) {
			tape := newTape()
			c.tape(tape)
			if got, _ := dialogueOf(t, tape.buf); got != c.want {
				t.Errorf("read as\n%s\nwant\n%s", got, c.want)
			}
		})
	}
}

// hello is a short session, and how it reads.
func hello(t *tape) []byte {
	t.talk(40000, 25).open().says('S', "220 hi\r\n").says('C', "QUIT\r\n").says('S', "221 bye\r\n").closes('S')
	return t.buf
}

const helloRead = openMail + "S: 220 hi\nC: QUIT\nS: 221 bye\n@close by=server\n"

func TestLinksAreUnwrapped(t *testing.T) {
	ether := func(tags ...byte) func([]byte) []byte {
		return func(ip []byte) []byte { return append(append(make([]byte, 12), tags...), append(ip, 0, 0, 0)...) }
	}
	in := func(head ...byte) func([]byte) []byte {
		return func(ip []byte) []byte { return append(head[:len(head):len(head)], ip...) }
	}
	inIPv4 := func(proto byte, head ...byte) func([]byte) []byte {
		return func(ip []byte) []byte {
			outer := append([]byte{0x45, 0, 0, 0, 0, 0, 0, 0, 64, proto, 0, 0}, make([]byte, 8)...)
			return append(append(outer, head...), ip...)
		}
	}
	for _, c := range []struct {
		name string
		link uint32
		wrap func([]byte) []byte
	}{
		{"ethernet", linkEther, ether(8, 0)},
		{"vlan", linkEther, ether(0x81, 0, 0, 7, 8, 0)},
		{"two vlans", linkEther, ether(0x88, 0xA8, 0, 7, 0x81, 0, 0, 7, 8, 0)},
		{"mpls", linkEther, ether(0x88, 0x47, 0, 0, 0x10, 64, 0, 0, 0x11, 64)},
		{"pppoe", linkEther, ether(0x88, 0x64, 0x11, 0, 0, 1, 0, 99, 0, 0x21)},
		{"null", linkNull, in(2, 0, 0, 0)},
		{"cooked", linkCooked, in(0, 0, 0, 1, 0, 6, 0, 0, 0, 0, 0, 0, 0, 0, 8, 0)},
		{"cooked 2", linkCook2, in(8, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0)},
		{"ppp", linkPPP, in(0xFF, 3, 0, 0x21)},
		{"hdlc", linkHDLC, in(0x0F, 0, 8, 0)},
		{"ip in ip", linkRaw, inIPv4(protoIPv4)},
		{"gre with a key", linkRaw, inIPv4(protoGRE, 0x20, 0, 8, 0, 0, 0, 0, 1)},
	} {
		tape := newTape()
		tape.buf, tape.wrap = pcapHead(binary.LittleEndian, magicMicro, c.link), c.wrap
		if got, _ := dialogueOf(t, hello(tape)); got != helloRead {
			t.Errorf("%s: read as\n%s", c.name, got)
		}
	}
}

// again writes the packets of a pcap anew.
func again(all, head []byte, packet func(dst []byte, sec, micro uint32, data []byte) []byte) []byte {
	for b := all[24:]; len(b) > 0; {
		n := binary.LittleEndian.Uint32(b[8:])
		head = packet(head, binary.LittleEndian.Uint32(b), binary.LittleEndian.Uint32(b[4:]), b[16:16+n])
		b = b[16+n:]
	}
	return head
}

// block appends a pcapng block.
func block(dst []byte, o binary.AppendByteOrder, kind uint32, body []byte) []byte {
	body = append(body, make([]byte, -len(body)&3)...)
	n := uint32(len(body) + 12)
	return o.AppendUint32(append(o.AppendUint32(o.AppendUint32(dst, kind), n), body...), n)
}

func pcapng(all []byte, o binary.AppendByteOrder) []byte {
	head := block(nil, o, magicSection, o.AppendUint32(o.AppendUint32(o.AppendUint32(o.AppendUint32(nil, 0x1A2B3C4D), 1), 0), 0))
	nano := append(o.AppendUint32(o.AppendUint16(o.AppendUint16(nil, linkRaw), 0), 0), o.AppendUint16(o.AppendUint16(nil, 9), 1)...)
	head = block(head, o, blockInterface, append(nano, 9, 0, 0, 0))
	head = block(head, o, 0xBAD, []byte("unknown"))
	return again(all, head, func(dst []byte, sec, micro uint32, data []byte) []byte {
		at := uint64(sec)*1e9 + uint64(micro)*1e3
		body := o.AppendUint32(o.AppendUint32(o.AppendUint32(nil, 0), uint32(at>>32)), uint32(at))
		return block(dst, o, blockPacket, append(o.AppendUint32(o.AppendUint32(body, uint32(len(data))), uint32(len(data))), data...))
	})
}

func TestFormsOfCapturesReadTheSame(t *testing.T) {
	micro := hello(newTape())
	big := again(micro, pcapHead(binary.BigEndian, magicMicro, linkRaw), func(dst []byte, sec, micro uint32, data []byte) []byte {
		for _, n := range []uint32{sec, micro, uint32(len(data)), uint32(len(data))} {
			dst = binary.BigEndian.AppendUint32(dst, n)
		}
		return append(dst, data...)
	})
	nano := bytes.Clone(micro)
	binary.LittleEndian.PutUint32(nano, magicNano)
	var zipped bytes.Buffer
	z := gzip.NewWriter(&zipped)
	z.Write(micro)
	z.Close()
	for name, all := range map[string][]byte{
		"microseconds": micro, "big-endian": big, "nanoseconds": nano, "gzip": zipped.Bytes(),
		"pcapng": pcapng(micro, binary.LittleEndian), "pcapng, big-endian": pcapng(micro, binary.BigEndian),
	} {
		if got, remarks := dialogueOf(t, all); got != helloRead || len(remarks) > 0 {
			t.Errorf("%s: read as\n%s%v", name, got, remarks)
		}
	}
	if bits.ReverseBytes32(magicSection) != magicSection {
		t.Error("the type of a section header is no palindrome")
	}
}

func TestTimesAreThoseOfThePackets(t *testing.T) {
	for _, all := range [][]byte{hello(newTape()), pcapng(hello(newTape()), binary.BigEndian)} {
		r, err := Open(bytes.NewReader(all), "a.pcap")
		if err != nil {
			t.Fatal(err)
		}
		if got := r.Header().Start.UnixMilli(); got != 1190000000001 {
			t.Errorf("it began at %d", got)
		}
		for i, want := range []int64{3000, 3000, 4000, 5000} { // the open mark waits for the talk
			c, err := r.Next(t.Context())
			if err != nil || c.At.Microseconds() != want {
				t.Errorf("chunk %d is at %s, %v", i, c.At, err)
			}
		}
	}
}

func TestWhatACaptureLeftOutIsLost(t *testing.T) {
	tape := newTape()
	w := tape.talk(40000, 25).open()
	start := len(tape.buf)
	w.says('S', "220 hi\r\n250 cut off here\r\n")
	tape.buf = tape.buf[:len(tape.buf)-18] // a snap length
	binary.LittleEndian.PutUint32(tape.buf[start+8:], uint32(len(tape.buf)-start-16))
	w.says('C', "QUIT\r\n")
	if got, _ := dialogueOf(t, tape.buf); got != openMail+"S: 220 hi\n@x {\"k\":\"lost\",\"dir\":\"S\",\"bytes\":18}\nC: QUIT\n" {
		t.Errorf("read as\n%s", got)
	}
}

func TestABrokenCaptureSaysWhere(t *testing.T) {
	whole := hello(newTape())
	wild := bytes.Clone(whole)
	binary.LittleEndian.PutUint32(wild[24+8:], 1<<31)
	for _, c := range []struct {
		all    []byte
		en, zh string
	}{
		{whole[:10], "a.pcap: byte 1: the capture ends", "a.pcap：第 1 字节：抓包文件"},
		{wild, "a.pcap: byte 25: the length", "a.pcap：第 25 字节：这个数据包"},
		{[]byte("\x0a\x0d\x0d\x0a\x1c\x00\x00\x00nonsense"), "a.pcap: byte 1: this is no block", "a.pcap：第 1 字节：这不是"},
	} {
		_, err := Open(bytes.NewReader(c.all), "a.pcap")
		var bad *Error
		if !errors.As(err, &bad) || !strings.HasPrefix(bad.In(text.EN), c.en) || !strings.HasPrefix(bad.In(text.ZH), c.zh) {
			t.Errorf("want %q, got %v", c.en, err)
		}
	}
}

func TestWhatCanBeReadOfABrokenCaptureIs(t *testing.T) {
	whole := hello(newTape())
	late := append(bytes.Clone(whole), bytes.Repeat([]byte{0xFF}, 40)...)
	link := append(pcapHead(binary.LittleEndian, magicMicro, 147), whole[24:]...)
	for _, c := range []struct {
		all            []byte
		body, en, name string
	}{
		{whole[:len(whole)-7], strings.TrimSuffix(helloRead, "@close by=server\n") + "@close by=server\n", "cut short", "cut"},
		{late, helloRead, "read up to byte", "damaged"},
		{link, "", "link type 147", "link"},
		{whole[:24], "", "no POP3 or SMTP", "empty"},
	} {
		got, remarks := dialogueOf(t, c.all)
		if got != c.body || len(remarks) == 0 || !strings.Contains(remarks[0].Said.In(text.EN), c.en) {
			t.Errorf("%s: read as\n%s%v", c.name, got, remarks)
		}
	}
}

func TestWhatIsHeldOutOfOrderIsBounded(t *testing.T) {
	s := tcpStream{begun: true}
	data := bytes.Repeat([]byte("x"), 1400)
	given := 0
	for seq := uint32(100); seq < 12<<20; seq += uint32(len(data)) {
		s.take(piece{seq: seq, data: data})
		for _, p := range s.ready {
			given += len(p.data) + p.lost
		}
		s.ready = s.ready[:0]
		if s.size > maxLate {
			t.Fatalf("%d bytes are held", s.size)
		}
	}
	if given < 4<<20 {
		t.Errorf("%d bytes were given", given)
	}
}

// FuzzPcap reads anything as a capture: it ends, times do not decrease, and no chunk is empty.
func FuzzPcap(f *testing.F) {
	for _, c := range captures {
		tape := newTape()
		c.tape(tape)
		f.Add(tape.buf)
		f.Add(pcapng(tape.buf, binary.LittleEndian))
	}
	f.Fuzz(func(t *testing.T, all []byte) {
		if !capturePrefix(all) {
			return
		}
		r, err := Open(bytes.NewReader(all), "a.pcap")
		if err != nil {
			return
		}
		last, sum := int64(0), 0
		for {
			c, err := r.Next(t.Context())
			if err != nil {
				break
			}
			if c.Mark == nil && len(c.Data) == 0 || c.At.Nanoseconds() < last || c.Conn < 1 {
				t.Fatalf("chunk %+v after %d", c, last)
			}
			last = c.At.Nanoseconds()
			sum += len(c.Data)
		}
		if sum > len(all) {
			t.Fatalf("%d bytes of %d", sum, len(all))
		}
	})
}
