package transcripts

import (
	"compress/flate"
	"compress/gzip"
	"errors"
	"io"

	"byhand/session/text"
)

// unzip reads a gzipped file. Where it is damaged or cut short it ends: what came before is good.
type unzip struct {
	r   *gzip.Reader
	n   int64 // bytes that came out
	bad bool
}

// newUnzip reads the header of a gzipped file; name is for messages.
func newUnzip(r io.Reader, name string) (*unzip, error) {
	z, err := gzip.NewReader(r)
	if damage(err) {
		return nil, &Error{File: name, Offset: 1, What: sayBadZip.With(), Hint: hintBadZip.With()}
	}
	return &unzip{r: z}, err
}

// damage tells whether an error is about the compressed bytes, and not about reading them.
func damage(err error) bool {
	var corrupt flate.CorruptInputError
	return errors.Is(err, gzip.ErrHeader) || errors.Is(err, gzip.ErrChecksum) || errors.Is(err, io.ErrUnexpectedEOF) || errors.As(err, &corrupt)
}

func (z *unzip) Read(p []byte) (int, error) {
	if z.bad {
		return 0, io.EOF
	}
	n, err := z.r.Read(p)
	z.n += int64(n)
	if z.bad = damage(err); z.bad {
		err = io.EOF
	}
	return n, err
}

func (z *unzip) remarks() []Remark {
	if z == nil || !z.bad {
		return nil
	}
	return []Remark{{Said: sayCutZip.With(z.n)}}
}

var (
	sayBadZip = text.T{
		EN: "the header of the gzip file is damaged or cut short",
		ZH: "gzip 文件头损坏或被截断"}
	hintBadZip = text.T{
		EN: "copy the file once more in binary mode",
		ZH: "请以二进制方式重新拷贝文件"}
	sayCutZip = text.T{
		EN: "the gzip file is damaged or cut short: the first %d bytes of what is in it could be read",
		ZH: "gzip 文件损坏或被截断：只能读出其中的前 %d 字节"}
)
