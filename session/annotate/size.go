package annotate

import (
	"strconv"

	"byhand/session/text"
)

// numbers gives the whole numbers of a line, in their order. Digits that are part of a word do not count.
func numbers(line string) []int64 {
	var out []int64
	for i := 0; i < len(line); i++ {
		if line[i] < '0' || line[i] > '9' {
			continue
		}
		from := i
		for i < len(line) && line[i] >= '0' && line[i] <= '9' {
			i++
		}
		if from > 0 && partOfWord(line[from-1]) || i < len(line) && partOfWord(line[i]) {
			continue
		}
		if n, err := strconv.ParseInt(line[from:i], 10, 64); err == nil {
			out = append(out, n)
		}
	}
	return out
}

func partOfWord(c byte) bool {
	return c == '-' || c == '_' || c >= 'A' && c <= 'Z' || c >= 'a' && c <= 'z' || c >= 0x80
}

// sizeOf says a number of octets exactly, and where it is large in units that people use: decimal, and binary as systems count.
func sizeOf(octets int64) text.Said {
	if octets == 1 {
		return sayOctet.With()
	}
	if octets < 1000 {
		return sayOctets.With(octets)
	}
	return sayOctetsUnits.With(octets, decimal(octets), human(octets))
}

// decimal gives a size in kB, MB or GB of 1000 each.
func decimal(octets int64) string {
	f, unit := float64(octets)/1e3, " kB"
	switch {
	case octets >= 1e9:
		f, unit = f/1e6, " GB"
	case octets >= 1e6:
		f, unit = f/1e3, " MB"
	}
	return strconv.FormatFloat(f, 'f', 1, 64) + unit
}

// messagesOf says a number of messages.
func messagesOf(n int64) text.Said {
	if n == 1 {
		return sayMessage.With()
	}
	return sayMessages.With(n)
}

// linesOf says a number of lines.
func linesOf(n int) text.Said {
	if n == 1 {
		return sayOneLine.With()
	}
	return sayLines.With(n)
}

var (
	sayMessage     = text.T{EN: "1 message", ZH: "1 封邮件"}
	sayMessages    = text.T{EN: "%d messages", ZH: "%d 封邮件"}
	sayOneLine     = text.T{EN: "1 line", ZH: "1 行"}
	sayLines       = text.T{EN: "%d lines", ZH: "%d 行"}
	sayOctet       = text.T{EN: "1 octet", ZH: "1 字节"}
	sayOctets      = text.T{EN: "%d octets", ZH: "%d 字节"}
	sayOctetsUnits = text.T{EN: "%d octets (%s, %s)", ZH: "%d 字节（%s，%s）"}
)
