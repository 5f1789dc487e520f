package transcripts

import "slices"

// maxLate bounds what is held of one direction of a connection while a piece before it is missing.
const maxLate = 4 << 20

// maxWindow is as far ahead of what has come as a segment may be (RFC 7323 §2.3).
const maxWindow = 1 << 30

// A piece is a run of bytes of one direction, or, with lost, of bytes that the capture does not have after them.
type piece struct {
	seq  uint32
	data []byte
	lost int
}

// end gives the sequence number after the piece.
func (p *piece) end() uint32 { return p.seq + uint32(len(p.data)+p.lost) }

// from cuts off what comes before a sequence number; false if nothing is left.
func (p *piece) from(seq uint32) bool {
	n := int(int32(seq - p.seq))
	if n <= 0 {
		return true
	}
	if n >= len(p.data)+p.lost {
		return false
	}
	p.lost -= max(n-len(p.data), 0)
	p.data, p.seq = after(p.data, n), seq
	return true
}

// before gives the part of the piece that comes before a sequence number.
func (p piece) before(seq uint32) piece {
	if room := int(int32(seq - p.seq)); room < len(p.data)+p.lost {
		p.data = p.data[:min(len(p.data), room)]
		p.lost = room - len(p.data)
	}
	return p
}

// A tcpStream is one direction of a TCP connection: it puts segments into their order. Where bytes came twice, the first
// that came count.
type tcpStream struct {
	begun bool
	next  uint32  // sequence number of the byte that is waited for
	late  []piece // what came beyond a hole, in order, copied
	size  int     // bytes in late
	fin   bool
	last  uint32  // the sequence number of the FIN
	owed  uint32  // the peer has taken all before it, as far as an acknowledgement alone tells
	owes  bool    // owed is beyond next
	ready []piece // what can be given, in order; whoever gives it empties it
}

// begin sets where the stream starts.
func (s *tcpStream) begin(seq uint32) { *s = tcpStream{begun: true, next: seq, ready: s.ready[:0]} }

// weight gives what the stream holds in memory; a piece takes some by itself.
func (s *tcpStream) weight() int { return s.size + 64*len(s.late) }

// ended tells whether all up to the FIN has come.
func (s *tcpStream) ended() bool { return s.fin && int32(s.last-s.next) <= 0 }

// take takes a segment's bytes.
func (s *tcpStream) take(p piece) {
	if !s.begun {
		s.begin(p.seq)
	}
	if ahead := int32(p.seq - s.next); ahead > maxWindow || ahead < -maxWindow {
		return
	}
	for p.from(s.next) {
		if p.seq != s.next {
			s.keep(p)
			return
		}
		if len(s.late) == 0 || int32(p.end()-s.late[0].seq) <= 0 {
			s.give(p)
		} else {
			s.give(p.before(s.late[0].seq))
		}
		s.join()
		if int32(p.end()-s.next) <= 0 {
			return
		}
	}
}

func (s *tcpStream) give(p piece) {
	s.ready = append(s.ready, p)
	s.next = p.end()
}

// keep holds a piece beyond a hole; of what is held already nothing is replaced.
func (s *tcpStream) keep(p piece) {
	for i := 0; ; i++ {
		if i == len(s.late) {
			s.insert(i, p)
			break
		}
		if int32(s.late[i].seq-p.seq) > 0 {
			head := p.before(s.late[i].seq)
			s.insert(i, head)
			i++
		}
		if !p.from(s.late[i].end()) {
			break
		}
	}
	for s.size > maxLate || len(s.late) > maxLate>>10 {
		s.lose(s.late[0].seq)
	}
}

func (s *tcpStream) insert(i int, p piece) {
	p.data = slices.Clone(p.data)
	s.late = slices.Insert(s.late, i, p)
	s.size += len(p.data)
}

// join gives the held pieces that have become next.
func (s *tcpStream) join() {
	for len(s.late) > 0 && int32(s.late[0].seq-s.next) <= 0 {
		p := s.late[0]
		s.late = slices.Delete(s.late, 0, 1)
		s.size -= len(p.data)
		if p.from(s.next) {
			s.give(p)
		}
	}
}

// acked tells that the peer has taken all bytes before a sequence number: those that are missing will not come again.
// A capture may hold an acknowledgement before the bytes that it is about; so one that comes alone, with nothing known
// beyond the hole, is believed when the peer says something, or at the end.
func (s *tcpStream) acked(seq uint32, alone bool) {
	if s.fin && int32(seq-s.last) > 0 {
		seq = s.last
	}
	ahead := int32(seq - s.next)
	if !s.begun || ahead <= 0 || ahead > maxWindow || ahead == 1 && len(s.late) == 0 { // the one may be a FIN that was not captured
		return
	}
	if alone && len(s.late) == 0 {
		s.owed, s.owes = seq, true
		return
	}
	s.lose(seq)
}

// flush gives all that is held: nothing more will come.
func (s *tcpStream) flush() {
	if s.owes && int32(s.owed-s.next) > 1 { // the one may be a FIN that was not captured
		s.lose(s.owed)
	}
	if n := len(s.late); n > 0 {
		s.lose(s.late[n-1].end())
	}
}

// lose gives up the holes before a sequence number.
func (s *tcpStream) lose(seq uint32) {
	for int32(seq-s.next) > 0 {
		end := seq
		if len(s.late) > 0 && int32(s.late[0].seq-end) < 0 {
			end = s.late[0].seq
		}
		s.give(piece{seq: s.next, lost: int(end - s.next)})
		s.join()
	}
	s.join()
}
