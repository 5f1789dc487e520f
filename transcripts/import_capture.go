package transcripts

import (
	"context"
	"errors"
	"io"
	"net/netip"
	"time"

	"byhand/session"
	"byhand/session/text"
)

// FormCapture is the form of a file of captured packets: pcap or pcapng. It can be read only.
const FormCapture = "pcap"

// maxFlows bounds how many connections are kept in mind at once; those that are over, or are no mail, make room.
const maxFlows = 1 << 14

// maxHeld bounds what all connections together hold: what came out of order, and what was said before the protocol was known. The
// oldest connections give up their holes first.
const maxHeld = 8 << 20

// A capture reads the mail connections of a capture file as a session.Source. It holds one packet, the connections
// that are open, and what of them came out of order.
type capture struct {
	file  *captureFile
	first int64 // when the first packet was captured, in nanoseconds since 1970
	any   bool  // there was a packet
	last  time.Duration
	flows map[flowKey]*flow
	order []*flow // as they began, for the end of the file
	now   *flow   // of the last packet: the next one is often of the same
	held  int     // bytes that all flows hold
	conns int     // mail connections so far
	queue []session.Chunk
	given int // of queue
	err   error
	bad   *Error // where the file is damaged: it is read up to there

	foreign uint32 // the first link type that cannot be read
	refused int    // packets of such links
}

// flowKey names a TCP connection, whoever sends: a is the lower address.
type flowKey struct{ a, b netip.AddrPort }

func keyOf(s *segment) flowKey {
	if s.from.Compare(s.to) > 0 {
		return flowKey{s.to, s.from}
	}
	return flowKey{s.from, s.to}
}

// openCapture reads the beginning of a capture.
func (r *Reader) openCapture(in io.Reader, name string) error {
	file, err := newCaptureFile(in, name)
	if err != nil {
		return err
	}
	c := &capture{file: file, flows: map[flowKey]*flow{}}
	r.foreign, r.name, r.header = c, FormCapture, Header{V: Version, Redact: "default"}
	if c.advance(); errors.As(c.err, &c.bad) { // the first packet tells when the session began
		return c.err
	}
	r.header.Start = time.Unix(0, c.first).UTC().Truncate(time.Microsecond)
	return nil
}

// Next gives what passed next on a mail connection, with bytes in the order in which the receiver read them.
func (c *capture) Next(ctx context.Context) (session.Chunk, error) {
	for c.given == len(c.queue) {
		if err := ctx.Err(); err != nil {
			return session.Chunk{At: c.last}, err
		}
		if c.err != nil {
			return session.Chunk{At: c.last}, c.err
		}
		c.advance()
	}
	c.given++
	return c.queue[c.given-1], nil
}

// advance takes the next packet of the file; at its end, whatever is still held.
func (c *capture) advance() {
	clear(c.queue)
	c.queue, c.given = c.queue[:0], 0
	p, err := c.file.next()
	if err != nil {
		for _, f := range c.order {
			f.end()
		}
		c.order, c.err = nil, err
		if errors.As(err, &c.bad) && c.any {
			c.err = io.EOF
		}
		return
	}
	if !c.any {
		c.any, c.first = true, p.at
	}
	c.last = min(max(c.last, time.Duration(p.at-c.first).Truncate(time.Microsecond)), maxTime)
	if !knownLink(p.link) {
		if c.refused == 0 {
			c.foreign = p.link
		}
		c.refused++
		return
	}
	if s, ok := dissect(p.link, p.data); ok {
		if f := c.find(&s); f != nil {
			f.segment(&s)
			c.weigh(f)
			c.relieve()
		}
	}
}

// find gives the connection that a segment belongs to. A segment that carries nothing begins none.
func (c *capture) find(s *segment) *flow {
	opening := s.flags&(flagSYN|flagACK) == flagSYN
	f := c.now
	if f == nil || f.of(s) < 0 {
		f = c.flows[keyOf(s)]
	}
	if f != nil && opening && f.again(s) {
		f.end() // the same ports once more
		c.weigh(f)
		f = nil
	}
	if f == nil {
		if s.flags&flagRST != 0 || !opening && s.flags&flagSYN == 0 && len(s.data) == 0 {
			return nil
		}
		f = &flow{c: c, ends: [2]netip.AddrPort{s.from, s.to}, client: -1, began: c.last}
		c.room()
		c.flows[keyOf(s)] = f
		c.order = append(c.order, f)
	}
	c.now = f
	return f
}

// weigh notes what a connection holds.
func (c *capture) weigh(f *flow) {
	weight := f.size + f.sides[0].weight() + f.sides[1].weight()
	c.held, f.weight = c.held+weight-f.weight, weight
}

// relieve lets the oldest connections give what they hold, when all hold too much.
func (c *capture) relieve() {
	if c.held <= maxHeld {
		return
	}
	for _, f := range c.order {
		if c.held <= maxHeld/2 {
			return
		}
		if f.weight > 0 {
			f.flush()
			f.settle()
			c.weigh(f)
		}
	}
}

// room forgets connections that are over or no mail, when there are too many; if few are, the older half as well.
func (c *capture) room() {
	if len(c.order) < maxFlows {
		return
	}
	idle := 0
	for _, f := range c.order {
		if f.phase == flowOver || f.phase == flowForeign {
			idle++
		}
	}
	oldest := 0
	if idle < maxFlows/4 {
		oldest = maxFlows / 2
	}
	kept := c.order[:0]
	for i, f := range c.order {
		if f.phase == flowOver || f.phase == flowForeign || i < oldest {
			f.end()
			c.weigh(f)
			delete(c.flows, flowKey{f.ends[0], f.ends[1]})
			delete(c.flows, flowKey{f.ends[1], f.ends[0]})
			continue
		}
		kept = append(kept, f)
	}
	clear(c.order[len(kept):])
	c.order, c.now = kept, nil
}

// put gives a chunk to whoever reads.
func (c *capture) put(chunk session.Chunk) {
	chunk.At = c.last
	c.queue = append(c.queue, chunk)
}

// remarks gives what was found wrong with the file.
func (c *capture) remarks() (all []Remark) {
	if c.file.cut {
		all = append(all, Remark{Said: sayCutCapture.With()})
	}
	if c.bad != nil {
		all = append(all, Remark{Said: sayDamage.With(c.bad.Offset, c.bad.What)})
	}
	if c.refused > 0 {
		all = append(all, Remark{Said: sayLink.With(c.refused, c.foreign)})
	}
	if c.conns == 0 && errors.Is(c.err, io.EOF) {
		all = append(all, Remark{Said: sayNoMail.With()})
	}
	return all
}

var (
	sayCutCapture = text.T{
		EN: "the capture was cut short: its last packet is not whole",
		ZH: "抓包文件中途断了：最后一个数据包不完整"}
	sayDamage = text.T{
		EN: "the capture was read up to byte %d: %s",
		ZH: "抓包文件只读到第 %d 字节：%s"}
	sayLink = text.T{
		EN: "%d packets were left out: they are of link type %d, which is not read",
		ZH: "跳过了 %d 个数据包：不支持它们的链路类型 %d"}
	sayNoMail = text.T{
		EN: "there is no POP3 or SMTP connection in this capture",
		ZH: "这个抓包文件里没有 POP3 或 SMTP 连接"}
)
