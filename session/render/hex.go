package render

import "strconv"

// hexFull is the columns that sixteen bytes a row take; a narrower screen has eight.
const hexFull = 2 + 8 + 2 + 16*3 + 1 + 18

// Hex appends raw as rows of offset, bytes in hexadecimal and the same bytes as ASCII, a dot for each that is no printable
// character. It masks nothing: give it what Event.Masked gives.
func (r *Renderer) Hex(dst, raw []byte) []byte {
	per := 16
	if w := r.columns(); w < hexFull {
		per = 8
	}
	for off := 0; off < len(raw); off += per {
		dst = r.hexRow(dst, raw[off:min(off+per, len(raw))], off, per)
	}
	return dst
}

func (r *Renderer) hexRow(dst, row []byte, off, per int) []byte {
	const digits = "0123456789abcdef"
	dst = append(dst, "  "...)
	number := strconv.FormatInt(int64(off), 16)
	const zeros = "0000"
	dst = r.style.aside.paint(dst, zeros[min(len(number), len(zeros)):]+number)
	dst = append(dst, "  "...)
	for i := range per {
		switch {
		case i >= len(row):
			dst = append(dst, "   "...)
		default:
			dst = append(dst, digits[row[i]>>4], digits[row[i]&15], ' ')
		}
	}
	dst = append(dst, " |"...)
	for _, b := range row {
		if b < ' ' || b > '~' {
			b = '.'
		}
		dst = append(dst, b)
	}
	return append(dst, "|\n"...)
}
