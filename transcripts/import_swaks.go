package transcripts

import (
	"bytes"
	"encoding/hex"
	"strings"
	"time"

	"byhand/session"
)

// swaks reads what swaks prints (swaks 20201014, "TRANSACTION HINTS" of its manual): four characters tell whose the
// line is. The line ends are gone, so CRLF is assumed; with --show-raw-text the exact bytes stand in dumps.
type swaks struct {
	*feed
	raw bool // the text has dumps: what else it shows of the bytes is shown twice
}

// swaksSides tells who sent a line: sent or received, in clear or inside TLS, and with * when the server refused it.
var swaksSides = map[string]session.Side{
	" -> ": session.Client, " ~> ": session.Client, "**> ": session.Client, "*~> ": session.Client,
	"<-  ": session.Server, "<~  ": session.Server, "<** ": session.Server, "<~* ": session.Server,
}

func (s *swaks) end() {}

func (s *swaks) line(line []byte) {
	line = bytes.TrimRight(line, "\r")
	if len(line) < 4 {
		return
	}
	head, rest := string(line[:4]), line[4:]
	if from, data, ok := swaksDump(line); ok {
		s.raw = true
		s.bytes(from, data)
		return
	}
	switch from := swaksSides[head]; {
	case from == session.Nobody:
		if head == "=== " || head == "*** " {
			s.remark(string(rest))
		}
	case s.raw:
	case from == session.Client && swaksCounted(rest) > 0: // --hide-data and the like
		s.mark("lost", "dir", kindClient, "lines", swaksCounted(rest))
	default:
		s.says(from, rest)
	}
}

// swaksCounted reads "11 lines sent", which stands for a letter; 0 if it is none.
func swaksCounted(line []byte) int {
	word, rest, _ := bytes.Cut(line, []byte(" "))
	if string(rest) != "lines sent" {
		return 0
	}
	return connOf(word)
}

// swaksDump reads a line of a dump: "<   0016: 74 20 41 6E  74 2D …", four bytes a group and four groups a line.
func swaksDump(line []byte) (from session.Side, data []byte, ok bool) {
	if len(line) < 12 || line[8] != ':' || strings.Trim(string(line[4:8]), "0123456789") != "" {
		return 0, nil, false
	}
	switch {
	case line[0] == '<':
		from = session.Server
	case line[2] == '>':
		from = session.Client
	default:
		return 0, nil, false
	}
	area := line[9:min(len(line), 60)]
	digits := strings.ReplaceAll(string(area), " ", "")
	data, err := hex.DecodeString(digits)
	return from, data, err == nil && len(data) > 0
}

// remark reads what swaks says by itself.
func (s *swaks) remark(said string) {
	word, rest, _ := strings.Cut(said, " ")
	switch {
	case word == "Trying":
		s.open(strings.TrimSuffix(rest, "..."))
	case strings.HasPrefix(said, "Connected to "):
	case strings.HasPrefix(said, "response in "):
		if d, err := time.ParseDuration(strings.TrimPrefix(said, "response in ")); err == nil {
			s.wait(d)
		}
	case strings.HasPrefix(said, "TLS started with cipher "):
		version, cipher, _ := strings.Cut(strings.TrimPrefix(said, "TLS started with cipher "), ":")
		cipher, _, _ = strings.Cut(cipher, ":")
		s.mark("tls", "is", "done", "version", version, "cipher", cipher)
	case strings.HasPrefix(said, "TLS startup failed"):
		s.mark("tls", "is", "fail", "err", visible(said))
	case strings.HasPrefix(said, "Connection closed"):
		s.mark("close", "by", "server")
	case strings.HasPrefix(said, "Remote host closed"):
		s.mark("close", "by", "server")
	default:
		s.note(said)
	}
}
