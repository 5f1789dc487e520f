package transcripts

import (
	"bytes"
	"compress/gzip"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"

	"byhand/session"
	"byhand/session/annotate"
	"byhand/session/proto"
	"byhand/session/text"
)

// More asciicasts: version 1 as asciinema 1 wrote it, once more in one line, and version 3.
const (
	cast1 = "{\n  \"version\": 1, \"width\": 80, \"height\": 24, \"duration\": 1.5, \"title\": \"first\",\n  \"env\": {\"TERM\": \"xterm\"},\n" +
		"  \"stdout\": [\n    [0.25, \"+OK hi\\r\\n\"],\n    [0.5, \"QUIT\\r\\n+OK\"],\n    [0.25, \" bye\\r\\n\"]\n  ]\n}\n"
	cast3 = `{"version": 3, "term": {"cols": 80, "rows": 24}, "timestamp": 1700000000}` + "\n" +
		`[0.25, "o", "+OK hi\r\n"]` + "\n# a comment\n" + `[0.5, "i", "QUIT\r"]` + "\n" + `[0.1, "o", "QUIT\r\n"]` + "\n" + `[0.25, "o", "+OK bye\r\n"]` + "\n" + `[0, "x", "0"]` + "\n"
)

// attacked gives a small file of each form that is read, by name.
func attacked(t testing.TB) map[string][]byte {
	all := map[string][]byte{"v1.cast": []byte(cast1), "line.cast": []byte(strings.ReplaceAll(cast1, "\n", "")), "v3.cast": []byte(cast3)}
	files, err := filepath.Glob("testdata/pairs/*")
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range foreignTexts {
		files = append(files, filepath.Join("testdata/foreign", c.file))
	}
	for _, file := range files {
		b, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		all[filepath.Base(file)] = b[:min(len(b), 3000)]
	}
	tape := newTape()
	captures[0].tape(tape)
	all["a.pcap"], all["a.pcapng"] = tape.buf, pcapng(tape.buf, binary.BigEndian)
	var zipped bytes.Buffer
	z := gzip.NewWriter(&zipped)
	z.Write([]byte(cast3))
	z.Close()
	all["a.gz"] = zipped.Bytes()
	return all
}

// given reads anything through, and gives the bytes that passed and what was remarked. What is wrong must be told with its place, in
// both languages.
func given(t *testing.T, name string, in []byte) (passed int, remarks []Remark) {
	t.Helper()
	r, err := OpenAs(bytes.NewReader(in), name, Import{Form: map[bool]string{true: FormRFC}[strings.HasPrefix(name, "rfc")]})
	if err == nil {
		err = session.Run(t.Context(), r, proto.New(session.Untold), func(events []session.Event) error {
			for _, e := range events {
				passed += len(e.Raw)
			}
			return nil
		})
		remarks = r.Remarks()
	}
	var told *Error
	switch {
	case err == nil || errors.Is(err, io.EOF) && len(in) == 0:
	case !errors.As(err, &told) || told.File != name || told.Line < 1 && told.Offset < 1 || told.In(text.EN) == told.In(text.ZH):
		t.Fatalf("%s, %d bytes %.60q: not told well: %v", name, len(in), in, err)
	}
	return passed, remarks
}

// TestFormsCutAnywhere reads each form cut at every byte: it ends in order, and what stands before the cut is kept.
func TestFormsCutAnywhere(t *testing.T) {
	for name, whole := range attacked(t) {
		t.Run(name, func(t *testing.T) {
			all, remarks := given(t, name, whole)
			if all == 0 || name != "a.gz" && strings.HasSuffix(name, ".cast") && len(remarks) > 0 {
				t.Fatalf("the whole file gives %d bytes, %v", all, remarks)
			}
			kept := 0
			for n := range whole {
				passed, _ := given(t, name, whole[:n])
				kept = max(kept, passed)
			}
			if kept < all/2 {
				t.Errorf("of %d bytes %d were kept at most", all, kept)
			}
		})
	}
}

// TestBytesFlipped reads each form with some of its bytes changed, in a way that is the same each time.
func TestBytesFlipped(t *testing.T) {
	for name, whole := range attacked(t) {
		dice := rand.New(rand.NewPCG(7, 17))
		for range 100 {
			in := bytes.Clone(whole)
			for range 1 + dice.IntN(4) {
				in[dice.IntN(len(in))] = []byte{0, 0xFF, '\n', '"', '9', byte(dice.Uint32())}[dice.IntN(6)]
			}
			given(t, name, in)
		}
	}
}

// endless gives a head, and then the same bytes again and again. It watches what the program holds meanwhile.
type endless struct {
	head, again string
	left        int
	held        uint64 // the most that was held at a time
	rest        []byte
	looked      int
}

func (e *endless) Read(p []byte) (int, error) {
	if len(e.rest) == 0 {
		if e.rest = []byte(e.head); e.left <= 0 {
			return 0, io.EOF
		}
		if e.head = ""; len(e.rest) == 0 {
			e.rest = bytes.Repeat([]byte(e.again), 1+(64<<10)/len(e.again))
		}
	}
	n := copy(p, e.rest)
	e.rest, e.left = e.rest[n:], e.left-n
	if e.looked += n; e.looked > 1<<20 {
		var m runtime.MemStats
		runtime.GC()
		runtime.ReadMemStats(&m)
		e.looked, e.held = 0, max(e.held, m.HeapAlloc)
	}
	return n, nil
}

// TestHostileFilesAreNotHeld reads files that are one endless something: what is held does not grow with them.
func TestHostileFilesAreNotHeld(t *testing.T) {
	const size, most = 9 << 20, 8 << 20
	rec := `{"byhand":"transcript","v":1,"start":"2024-01-01T00:00:00Z"}` + "\n"
	v2 := `{"version": 2, "width": 80, "height": 24}` + "\n" + `[0,"o","220 hi\r\n"]` + "\n"
	x := strings.Repeat("x", 50)
	for name, c := range map[string]struct{ head, again, form string }{
		"a line of a recording":       {head: rec, again: "x"},
		"a line of NUL":               {head: rec, again: "\x00"},
		"a line of a dialogue":        {head: "@byhand 1\nC: ", again: "x"},
		"a note":                      {head: "@byhand 1\nC: x\n", again: "> " + x + "\n"},
		"unanswered commands":         {head: rec, again: `{"t":0.000000,"k":"C","text":"NOOP\r\n"}` + "\n"},
		"a line in pieces":            {head: rec, again: `{"t":0.000000,"k":"S","text":"` + strings.Repeat(x, 40) + `"}` + "\n"},
		"what is accepted":            {head: rec, again: `{"t":0.000000,"k":"accept","glob":"*` + strings.Repeat(x, 10) + `"}` + "\n"},
		"version 1 in one line":       {head: `{"version": 1, "width": 80, "stdout": [[0,"220 hi\r\n"]`, again: `,[0,"NOOP ` + strings.Repeat(x, 20) + `\r\n250 ok\r\n"]`},
		"an event of version 1":       {head: `{"version": 1, "width": 80, "stdout": [[0,"`, again: "x"},
		"version 1 without events":    {head: `{"version": 1, "width": 80, "env": `, again: " "},
		"what was typed":              {head: v2, again: `[0,"i","` + x + `"]` + "\n"},
		"typed lines, not shown":      {head: v2, again: `[0,"i","` + strings.Repeat(x, 400) + `\r"]` + "\n"},
		"what was shown":              {head: v2, again: `[0,"o","` + x + `"]` + "\n"},
		"a line of an asciicast":      {head: v2, again: "x"},
		"a line of a typescript":      {head: "Script started on \n220 hi\r\n", again: "x"},
		"a typescript of NUL":         {head: "Script started on \n220 hi\r\n", again: "\x00"},
		"connections of telnet":       {again: "Connected to " + strings.Repeat(x, 10) + ".\n"},
		"a line of swaks":             {head: "=== Trying localhost:25...\n -> ", again: "x"},
		"a ticket of s_client":        {head: "CONNECTED(00000003)\n---\nVerify return code: 0 (ok)\n---\n---\nPost-Handshake New Session Ticket", again: x + "\n"},
		"a folded line of an RFC":     {head: "  C: RETR 1\n", again: "          " + x + "\n", form: FormRFC},
		"interfaces of a pcapng":      {head: string(pcapng(pcapHead(binary.LittleEndian, magicMicro, linkRaw), binary.LittleEndian)), again: "\x01\x00\x00\x00\x14\x00\x00\x00\x65\x00\x00\x00\x00\x00\x00\x00\x14\x00\x00\x00"},
		"a block of a pcapng":         {head: string(pcapng(pcapHead(binary.LittleEndian, magicMicro, linkRaw), binary.LittleEndian)) + "\x4d\x00\x00\x00\xfc\xff\xff\xff", again: "x"},
		"a packet that cannot be":     {head: string(pcapHead(binary.LittleEndian, magicMicro, linkRaw)) + "\x00\x00\x00\x00\x00\x00\x00\x00\xff\xff\xff\x7f\xff\xff\xff\x7f", again: "x"},
		"packets of nothing":          {head: string(pcapHead(binary.LittleEndian, magicMicro, linkRaw)), again: "\x00"},
		"a gzip that is none":         {head: "\x1f\x8b\x08\x08\x00\x00\x00\x00\x00\x03", again: "x"},
		"JSON that is no transcript":  {head: `{"a":"`, again: "x"},
		"a text that nobody can read": {again: "\xff\xfe"},
	} {
		t.Run(name, func(t *testing.T) {
			in := &endless{head: c.head, again: c.again, left: size}
			var before runtime.MemStats
			runtime.GC()
			runtime.ReadMemStats(&before)
			r, err := OpenAs(in, "hostile", Import{Form: c.form})
			if err == nil {
				a := annotate.New()
				err = session.Run(t.Context(), r, proto.New(session.Untold), func(events []session.Event) error {
					for i := range events {
						a.Event(&events[i])
					}
					return nil
				})
			}
			var told *Error
			if err != nil && !errors.As(err, &told) {
				t.Errorf("not told well: %v", err)
			}

			if in.held > before.HeapAlloc+most {
				t.Errorf("%d bytes are held", in.held-before.HeapAlloc)
			}
		})
	}
}

// TestManyConnectionsAreNotHeld reads a capture of connections that stay open, each with bytes beyond a hole.
func TestManyConnectionsAreNotHeld(t *testing.T) {
	tape := newTape()
	for port := range 1000 {
		tape.talk(uint16(10000+port), 25).open().says('S', "220 hi\r\n").lacks('S', 100).says('S', strings.Repeat("x", 20000))
	}
	r, err := Open(bytes.NewReader(tape.buf), "a.pcap")
	if err != nil {
		t.Fatal(err)
	}
	c := r.foreign.(*capture)
	lost := 0
	err = session.Run(t.Context(), r, proto.New(session.Untold), func(events []session.Event) error {
		for _, e := range events {
			if e.Mark != nil && e.Mark.Kind == "lost" {
				lost += e.Mark.Int("bytes")
			}
		}
		sum := 0
		for _, f := range c.order {
			sum += f.size + f.sides[0].weight() + f.sides[1].weight()
		}
		if sum > maxHeld || c.err == nil && sum != c.held {
			return fmt.Errorf("%d bytes are held, and %d counted", sum, c.held)
		}
		return nil
	})
	if err != nil || lost != 1000*100 {
		t.Errorf("%d bytes were told as lost, %v", lost, err)
	}
}

// TestConnectionsMakeRoom reads a capture of more connections than are kept in mind: those that are over, or no mail, go first.
func TestConnectionsMakeRoom(t *testing.T) {
	tape := newTape()
	kept := tape.talk(9, 25).open()
	kept.says('S', "220 hi\r\n")
	for i := range maxFlows + 100 {
		w := tape.talk(uint16(10+i), 80).open()
		w.says('C', "GET / HTTP/1.1\r\n\r\n")
	}
	kept.says('C', "QUIT\r\n").says('S', "221 bye\r\n")
	if got, _ := dialogueOf(t, tape.buf); got != openMail+"S: 220 hi\nC: QUIT\nS: 221 bye\n" {
		t.Errorf("read as\n%.300s", got)
	}
}

// TestWhatIsLeftOutIsTold reads files that are damaged in one place: the remark tells the line and its text, and the rest is read.
func TestWhatIsLeftOutIsTold(t *testing.T) {
	long := strings.Repeat("x", maxText+1)
	for _, c := range []struct{ name, in, want string }{
		{"v3.cast", strings.Replace(cast3, "# a comment", "[0.1, \"o\"", 1), `line 3 cannot be read and was left out: [0.1, "o"`},
		{"v3.cast", strings.Replace(cast3, "# a comment", "[-1, \"o\", \"x\"]\nx", 1), `2 lines cannot be read and were left out; the first of them is line 3: [-1, "o", "x"]`},
		{"v1.cast", strings.Replace(cast1, "[0.5,", "[0.5;", 1), "the file could be read up to byte 148; there it is damaged or cut short: "},
		{"v1.cast", cast1[:170], "the file could be read up to byte 148; there it is damaged or cut short: "},
		{"a.script", "220 hi\r\n" + long + "\r\nQUIT\r\n", "line 2 was left out: it is longer than 1048576 bytes"},
		{"a.script", "220 hi\r\n" + long + "\r\n" + long + "\nQUIT\r\n", "2 lines were left out: they are longer than 1048576 bytes; the first of them is line 2"},
	} {
		passed, remarks := given(t, c.name, []byte(c.in))
		if len(remarks) != 1 || !strings.HasPrefix(remarks[0].Said.In(text.EN), c.want) || passed < len("220 hi\r\n") {
			t.Errorf("%s: %d bytes, remarks %v, want %q", c.name, passed, remarks, c.want)
		}
	}
	for _, cut := range []int{1, 12, 40} {
		var zipped bytes.Buffer
		z := gzip.NewWriter(&zipped)
		z.Write([]byte(cast3))
		z.Flush()
		z.Write(bytes.Repeat([]byte("# more\n"), 100))
		z.Close()
		if passed, remarks := given(t, "a.gz", zipped.Bytes()[:zipped.Len()-cut]); passed == 0 && cut < 30 || len(remarks) == 0 {
			t.Errorf("cut by %d: %d bytes, %v", cut, passed, remarks)
		}
	}
}

// TestACastOfAnotherVersionIsToldSo refuses what is not known in words.
func TestACastOfAnotherVersionIsToldSo(t *testing.T) {
	for _, in := range []string{`{"version": 4, "width": 80}` + "\n", `{"version": 2, "width": 80` + "\n" + `[0,"o","x"]`, `{"version": "2", "width": 80}` + "\n"} {
		_, err := Open(strings.NewReader(in), "a.cast")
		var told *Error
		if !errors.As(err, &told) || told.File != "a.cast" || !strings.Contains(told.In(text.EN), "asciicast") || !strings.Contains(told.In(text.ZH), "asciicast") {
			t.Errorf("%s: %v", in, err)
		}
	}
}
