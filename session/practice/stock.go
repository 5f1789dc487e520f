package practice

import (
	"bytes"
	"embed"
	"fmt"
	"io"
	"strconv"
	"strings"
	"sync"
)

// Tutorial is the name of the maildrop of the tutorial, for World.Stock: 60 letters of 72208371 octets in all. The
// letters are the files letters/NN.eml; what makes up the bulk of them, pictures and a log, is made by rule as it is
// read, and is never in memory.
const Tutorial = "tutorial"

const (
	tutorialLetters = 60
	tutorialOctets  = 72208371
)

//go:embed letters/*.eml
var letterFiles embed.FS

// tutorial is read once, when the first server with this maildrop starts.
var tutorial = sync.OnceValues(readTutorial)

// stocked gives the letters of a ready-made maildrop. The slice is shared: it must not be changed.
func stocked(name string) ([]Letter, error) {
	if name != Tutorial {
		return nil, fmt.Errorf("world: no ready-made maildrop %q", name)
	}
	return tutorial()
}

// A piece is a run of a letter's octets: text of the file, or something made by rule.
type piece struct {
	size int64
	open func() io.Reader
}

func textPiece(text []byte) piece {
	return piece{int64(len(text)), func() io.Reader { return bytes.NewReader(text) }}
}

// readTutorial reads the letters. The log is given as many octets as are missing from the sum.
func readTutorial() ([]Letter, error) {
	letters := make([]Letter, 0, tutorialLetters)
	var waiting []piece // the letter with the log
	var place, at int
	missing := int64(tutorialOctets)
	for n := 1; n <= tutorialLetters; n++ {
		name := fmt.Sprintf("letters/%02d.eml", n)
		file, err := letterFiles.ReadFile(name)
		if err != nil {
			return nil, err
		}
		pieces, log, err := cutLetter(file)
		if err != nil {
			return nil, fmt.Errorf("%s: %w", name, err)
		}
		if log >= 0 {
			waiting, place, at = pieces, n-1, log
		}
		letters = append(letters, stockLetter(n, file, pieces))
		missing -= letters[n-1].Size
	}
	if waiting == nil || missing <= 0 {
		return nil, fmt.Errorf("letters: no log to fill %d octets", missing)
	}
	waiting[at] = logPiece(missing)
	letters[place] = letters[place].with(waiting)
	return letters, nil
}

func stockLetter(n int, file []byte, pieces []piece) Letter {
	l := Letter{UID: uniqueID("tutorial", strconv.Itoa(n)), From: returnPath(file), Arrived: when("")}
	return l.with(pieces)
}

// with gives the letter made of pieces.
func (l Letter) with(pieces []piece) Letter {
	l.Size = 0
	for _, p := range pieces {
		l.Size += p.size
	}
	l.open = func() (io.ReadCloser, error) {
		readers := make([]io.Reader, len(pieces))
		for i, p := range pieces {
			readers[i] = p.open()
		}
		return io.NopCloser(io.MultiReader(readers...)), nil
	}
	return l
}

// cutLetter takes a file apart at the lines that stand for something made by rule: "@picture WIDTH HEIGHT NUMBER" and
// "@log". log is the index of the log's piece, which has no size yet, or -1.
func cutLetter(file []byte) (pieces []piece, log int, err error) {
	log = -1
	for {
		head, rest, found := bytes.Cut(file, []byte("\r\n@"))
		if !found {
			return append(pieces, textPiece(file)), log, nil
		}
		line, tail, _ := bytes.Cut(rest, []byte("\r\n"))
		pieces = append(pieces, textPiece(file[:len(head)+2]))
		if string(line) == "log" {
			log = len(pieces)
			pieces = append(pieces, piece{})
		} else {
			var p picture
			if _, err := fmt.Sscanf(string(line), "picture %d %d %d", &p.width, &p.height, &p.number); err != nil {
				return nil, -1, fmt.Errorf("%q: %w", line, err)
			}
			pieces = append(pieces, base64Piece(p.size(), p.open))
		}
		file = tail
	}
}

// returnPath reads the reverse-path that stands in the first line of a stored letter.
func returnPath(file []byte) string {
	line, _, _ := strings.Cut(string(file[:min(len(file), maxPath+20)]), "\r\n")
	path, _ := strings.CutPrefix(line, "Return-Path: ")
	return strings.Trim(path, "<>")
}

// logLine is the length of a line of the log, line end included.
const logLine = 78

// logPiece makes a mail server's log of exactly size octets. The last line takes what is left over.
func logPiece(size int64) piece {
	return piece{size, func() io.Reader { return &logReader{left: size} }}
}

type logReader struct {
	left int64  // octets not yet made
	n    int    // lines made
	line []byte // made and not yet read
}

// Read gives the next octets of the log.
func (r *logReader) Read(p []byte) (int, error) {
	if len(r.line) == 0 {
		if r.left == 0 {
			return 0, io.EOF
		}
		r.next()
	}
	n := copy(p, r.line)
	r.line = r.line[n:]
	return n, nil
}

var logTexts = [...]string{
	"connect from client%04d.example.com",
	"helo client%04d.example.com: 250",
	"mail from user%04d@example.com: 250",
	"rcpt to student, session %04d: 250",
	"letter %04d accepted, queued",
	"disconnect, client%04d said quit",
}

func (r *logReader) next() {
	n := r.n
	r.n++
	second := n * 5
	line := fmt.Appendf(r.line[:0], "Oct %2d %02d:%02d:%02d mx smtpd[%05d]: ", 1+second/86400, second/3600%24, second/60%60, second%60, 1000+n/6*7%60000)
	line = fmt.Appendf(line, logTexts[n%len(logTexts)], n/6%10000)
	want := logLine - 2
	if r.left < 2*logLine { // the last line
		want = int(r.left) - 2
		line = append(line[:0], "End of the log"...)
	}
	line = line[:min(len(line), want)]
	for len(line) < want {
		line = append(line, '.')
	}
	r.line = append(line, '\r', '\n')
	r.left -= int64(len(r.line))
}
