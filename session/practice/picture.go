package practice

import (
	"encoding/base64"
	"encoding/binary"
	"io"
)

// A picture is a landscape made by rule: sky, sun and three ranges of hills. It is a BMP file of 24 bits a pixel, the
// plainest format there is, so that it can be made row by row (BITMAPFILEHEADER, BITMAPINFOHEADER).
type picture struct{ width, height, number int }

const bmpHeader = 54

func (p picture) rowSize() int { return (p.width*3 + 3) &^ 3 }
func (p picture) size() int64  { return bmpHeader + int64(p.rowSize())*int64(p.height) }

// open gives the octets of the file.
func (p picture) open() io.Reader {
	r := &pictureReader{picture: p, row: make([]byte, p.rowSize())}
	for i := range r.hills {
		r.hills[i] = make([]int, p.width)
		for x := range p.width {
			r.hills[i][x] = p.hill(i, x)
		}
	}
	r.rest = p.header()
	return r
}

func (p picture) header() []byte {
	b := make([]byte, 0, bmpHeader)
	b = append(b, "BM"...)
	b = binary.LittleEndian.AppendUint32(b, uint32(p.size()))
	b = binary.LittleEndian.AppendUint32(b, 0)
	b = binary.LittleEndian.AppendUint32(b, bmpHeader)
	b = binary.LittleEndian.AppendUint32(b, 40) // size of the second header
	b = binary.LittleEndian.AppendUint32(b, uint32(p.width))
	b = binary.LittleEndian.AppendUint32(b, uint32(p.height))
	b = binary.LittleEndian.AppendUint16(b, 1)  // planes
	b = binary.LittleEndian.AppendUint16(b, 24) // bits a pixel
	b = binary.LittleEndian.AppendUint32(b, 0)  // not compressed
	b = binary.LittleEndian.AppendUint32(b, uint32(p.size()-bmpHeader))
	b = binary.LittleEndian.AppendUint32(b, 2835) // pixels a metre
	b = binary.LittleEndian.AppendUint32(b, 2835)
	return append(b, make([]byte, 8)...) // no palette
}

// hill gives the height of a range of hills at x: two triangle waves on each other.
func (p picture) hill(i, x int) int {
	base := p.height * (5 - i) / 12
	long, short := p.width*(3+i)/5+p.number*7, p.width/(7+2*i)+p.number*3
	return base + wave(x+p.number*61*(i+1), long, p.height/6) + wave(x*(i+1), short, p.height/24)
}

// wave is a triangle of the given length and height.
func wave(x, length, height int) int {
	x %= length
	return height * min(x, length-x) * 2 / length
}

// A pictureReader makes the rows of a picture from the lowest up, which is how a BMP file has them.
type pictureReader struct {
	picture
	hills [3][]int
	row   []byte
	rest  []byte // made and not yet read
	y     int    // rows made
}

// Read gives the next octets of the file.
func (r *pictureReader) Read(p []byte) (int, error) {
	total := 0
	for total < len(p) {
		if len(r.rest) == 0 {
			if r.y == r.height {
				break
			}
			r.paint()
			r.rest, r.y = r.row, r.y+1
		}
		n := copy(p[total:], r.rest)
		r.rest, total = r.rest[n:], total+n
	}
	if total == 0 && len(p) > 0 {
		return 0, io.EOF
	}
	return total, nil
}

// paint makes one row: sky and sun first, then the hills from the farthest to the nearest.
func (r *pictureReader) paint() {
	sky := [3]byte{byte(130 + r.y*110/r.height), byte(150 + r.y*20/r.height), byte(250 - r.y*(110+r.number*5)/r.height)} // blue, green, red
	for x := 0; x < r.width*3; x += 3 {
		r.row[x], r.row[x+1], r.row[x+2] = sky[0], sky[1], sky[2]
	}
	r.paintSun()
	for i, heights := range r.hills {
		shade := byte(110 - 35*i)
		for x, h := range heights {
			if r.y < h {
				r.row[3*x], r.row[3*x+1], r.row[3*x+2] = shade*3/4, shade, shade/2
			}
		}
	}
}

func (r *pictureReader) paintSun() {
	radius := r.height / 12
	cx, dy := r.width*(2+r.number%7)/10, r.y-r.height*(60+r.number)/100
	for x := cx - radius; x <= cx+radius; x++ {
		if (x-cx)*(x-cx)+dy*dy <= radius*radius {
			r.row[3*x], r.row[3*x+1], r.row[3*x+2] = 120, 220, 255
		}
	}
}

// base64Line is the length of a line of Base64, base64Octets what it holds (RFC 2045 §6.8).
const (
	base64Line   = 76
	base64Octets = base64Line / 4 * 3
	base64Lines  = 64 // lines made at once
)

// base64Piece is size octets of open, written as Base64.
func base64Piece(size int64, open func() io.Reader) piece {
	lines := (size + base64Octets - 1) / base64Octets
	encoded := (size+2)/3*4 + lines*2
	return piece{encoded, func() io.Reader { return &base64Reader{src: open()} }}
}

// A base64Reader writes what it reads as lines of Base64.
type base64Reader struct {
	src  io.Reader
	raw  [base64Octets * base64Lines]byte
	text [(base64Line + 2) * base64Lines]byte
	rest []byte // made and not yet read
}

// Read gives the next octets of the text.
func (r *base64Reader) Read(p []byte) (int, error) {
	if len(r.rest) == 0 {
		n, err := io.ReadFull(r.src, r.raw[:])
		if n == 0 {
			return 0, err
		}
		r.encode(r.raw[:n])
	}
	n := copy(p, r.rest)
	r.rest = r.rest[n:]
	return n, nil
}

func (r *base64Reader) encode(raw []byte) {
	n := 0
	for len(raw) > 0 {
		line := raw[:min(len(raw), base64Octets)]
		raw = raw[len(line):]
		base64.StdEncoding.Encode(r.text[n:], line)
		n += base64.StdEncoding.EncodedLen(len(line))
		n += copy(r.text[n:], "\r\n")
	}
	r.rest = r.text[:n]
}
