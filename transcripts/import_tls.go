package transcripts

import (
	"bytes"
	"strings"

	"byhand/session"
)

// sClient reads what openssl s_client prints (OpenSSL 1.1 to 3): how the handshake went, then the server's lines. What
// is typed is not in it. The blocks about session tickets hold a secret and are dropped.
type sClient struct {
	*feed
	phase sPhase
	told  tlsTold
}

// sPhase is how far s_client has come.
type sPhase uint8

const (
	sShaking sPhase = iota // up to the first --- after the verify return code
	sTalking               // the server's bytes
	sTicket                // a block about a ticket, up to the next ---
	sPerhaps               // a --- that may begin such a block
)

// tlsTold is what s_client tells of a handshake.
type tlsTold struct {
	version, cipher, verify string
	verified                bool // the return code was told: the next --- ends the block
}

// read takes a line of the handshake; done tells that it was the last.
func (t *tlsTold) read(line []byte) (done bool) {
	s := strings.TrimSpace(string(line))
	switch {
	case strings.HasPrefix(s, "New, ") || strings.HasPrefix(s, "Reused, "):
		_, rest, _ := strings.Cut(s, ", ")
		t.version, t.cipher, _ = strings.Cut(rest, ", Cipher is ")
	case strings.HasPrefix(s, "Protocol  : "), strings.HasPrefix(s, "Protocol: "):
		_, t.version, _ = strings.Cut(s, ": ")
	case strings.HasPrefix(s, "Verify return code: "):
		t.verify = strings.TrimPrefix(s, "Verify return code: ")
		t.verified = true
	case s == "---":
		return t.verified
	}
	return false
}

// mark tells of the handshake.
func (t *tlsTold) mark(f *feed) {
	if f.conn == 0 {
		f.open("")
	}
	f.mark("tls", "is", "done", "version", t.version, "cipher", t.cipher, "verify", t.verify)
	*t = tlsTold{}
}

// sOwn are lines that s_client says by itself between those of the server.
var sOwn = map[string]bool{"DONE": true, "closed": true, "read R BLOCK": true, "RENEGOTIATING": true, "KEYUPDATE": true}

func (s *sClient) end() {}

func (s *sClient) line(line []byte) {
	trimmed := string(bytes.TrimRight(line, "\r"))
	if strings.HasPrefix(trimmed, "CONNECTED(0") {
		s.open("")
		s.phase = sShaking
		return
	}
	switch s.phase {
	case sShaking:
		if s.told.read(line) {
			s.told.mark(s.feed)
			s.phase = sTalking
		}
	case sTicket:
		if trimmed == "---" {
			s.phase = sTalking
		}
	case sPerhaps:
		s.phase = sTalking
		if strings.HasPrefix(trimmed, "Post-Handshake New Session Ticket") {
			s.phase = sTicket
			return
		}
		s.says(session.Server, []byte("---"))
		s.line(line)
	case sTalking:
		s.talk(line, trimmed)
	}
}

func (s *sClient) talk(line []byte, trimmed string) {
	switch {
	case string(line) == "---": // of s_client's own: the server's lines end with CRLF
		s.phase = sPerhaps
	case sOwn[trimmed]:
	case strings.HasPrefix(trimmed, "read:errno="):
		s.mark("close", "by", "server")
	case strings.HasSuffix(trimmed, ":SSL3 alert write") || strings.Contains(trimmed, ":error:"):
		s.note(trimmed)
	default:
		s.says(session.Server, []byte(trimmed))
	}
}
