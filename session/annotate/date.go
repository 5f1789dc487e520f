package annotate

import (
	"strconv"
	"strings"
	"time"

	"byhand/session/text"
)

// date is a date-time of a letter (RFC 5322 §3.3).
type date struct {
	at      time.Time
	zone    string // as written
	weekday string // as written, three letters, or ""
	short   bool   // the year had two digits
}

var (
	monthWords   = []string{"jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"}
	weekdayWords = []string{"sun", "mon", "tue", "wed", "thu", "fri", "sat"}
)

// oldZones are the zones with names that RFC 5322 §4.3 still lets a reader meet, in minutes.
var oldZones = map[string]int{
	"UT": 0, "UTC": 0, "GMT": 0, "Z": 0, "EST": -300, "EDT": -240, "CST": -360, "CDT": -300, "MST": -420, "MDT": -360, "PST": -480, "PDT": -420,
}

// parseDate reads a date-time; comments in brackets and doubled blanks are skipped.
func parseDate(s string) (d date, ok bool) {
	s, _, _ = strings.Cut(s, "(")
	if len(s) > 100 {
		return d, false
	}
	var words [6]string
	n := fill(words[:], s)
	word := words[:n]
	if n > 0 && len(word[0]) >= 3 && index(weekdayWords, word[0]) >= 0 {
		d.weekday, word = word[0][:3], word[1:]
	}
	if len(word) < 4 {
		return d, false
	}
	day, errDay := strconv.Atoi(word[0])
	month := index(monthWords, word[1])
	year, errYear := strconv.Atoi(word[2])
	clock, clockOK := parseClock(word[3])
	if errDay != nil || errYear != nil || year < 0 || month < 0 || !clockOK {
		return d, false
	}
	if d.short = year < 100; d.short { // RFC 5322 §4.3
		year += 1900
		if year < 1950 {
			year += 100
		}
	}
	minutes := 0
	if len(word) > 4 {
		d.zone = word[4]
		if minutes, ok = zoneMinutes(d.zone); !ok {
			return d, false
		}
	}
	d.at = time.Date(year, time.Month(month+1), day, 0, 0, clock, 0, time.FixedZone("", minutes*60))
	return d, d.at.Day() == day && year >= 1900 && year < 10000
}

// fill parts s at blanks and commas into words and gives how many there are; more than fit are left out.
func fill(words []string, s string) int {
	n := 0
	for n < len(words) {
		s = strings.TrimLeft(s, " ,\t\r\n")
		if s == "" {
			break
		}
		end := strings.IndexAny(s, " ,\t\r\n")
		if end < 0 {
			end = len(s)
		}
		words[n], s = s[:end], s[end:]
		n++
	}
	return n
}

// parseClock reads 09:00 or 09:00:00 as seconds of the day.
func parseClock(s string) (seconds int, ok bool) {
	units := 0
	for rest, more := s, true; more; units++ {
		var part string
		part, rest, more = strings.Cut(rest, ":")
		n, err := strconv.Atoi(part)
		if err != nil || units > 2 || n < 0 || n > 60 {
			return 0, false
		}
		seconds = seconds*60 + n
	}
	if units == 2 {
		seconds *= 60
	}
	return seconds, units >= 2 && seconds < 86400
}

// index finds a word in a list by its first three letters.
func index(list []string, word string) int {
	if len(word) < 3 {
		return -1
	}
	for i, w := range list {
		if strings.EqualFold(w, word[:3]) {
			return i
		}
	}
	return -1
}

// zoneMinutes reads +0800 or the name of an old zone.
func zoneMinutes(zone string) (int, bool) {
	if m, ok := oldZones[strings.ToUpper(zone)]; ok {
		return m, true
	}
	if len(zone) != 5 || zone[0] != '+' && zone[0] != '-' {
		return 0, false
	}
	n, err := strconv.Atoi(zone[1:])
	if err != nil || n < 0 || n%100 > 59 {
		return 0, false
	}
	n = n/100*60 + n%100
	if zone[0] == '-' {
		n = -n
	}
	return n, true
}

// said gives the date in words, with its zone.
func (d date) said() text.Said {
	t := d.at
	return sayDate.With(weekdays[t.Weekday()], t.Day(), months[t.Month()-1], t.Year(), int(t.Month()), t.Format("15:04:05"), d.zoneSaid())
}

// zoneSaid gives the zone in words.
func (d date) zoneSaid() text.Said {
	_, offset := d.at.Zone()
	utc := d.at.UTC().Format("15:04:05")
	clock := strconv.Itoa(abs(offset) / 3600)
	if m := abs(offset) / 60 % 60; m != 0 {
		clock += ":" + strconv.Itoa(m)
	}
	place, known := zonePlaces[offset/60]
	switch {
	case d.zone == "":
		return sayNoZone.With()
	case d.zone == "-0000":
		return sayUTCUnknown.With()
	case offset == 0:
		return sayUTC.With()
	case offset > 0 && known:
		return sayAheadAs.With(clock, place, utc)
	case offset > 0:
		return sayAhead.With(clock, utc)
	case known:
		return sayBehindAs.With(clock, place, utc)
	}
	return sayBehind.With(clock, utc)
}

func abs(n int) int { return max(n, -n) }

// wrong says what is wrong with the form of the date, or nothing.
func (d date) wrong() text.Said {
	_, named := oldZones[strings.ToUpper(d.zone)]
	switch {
	case d.weekday != "" && index(weekdayWords, d.weekday) != int(d.at.Weekday()):
		return sayWeekday.With(d.weekday, weekdays[d.at.Weekday()])
	case d.short:
		return sayShortYear.With(d.at.Year())
	case d.zone == "":
		return sayZoneMissing.With()
	case named && d.zone != "GMT" && d.zone != "UT":
		return sayZoneName.With(d.zone)
	}
	return text.Said{}
}

var months = [...]text.T{{EN: "January"}, {EN: "February"}, {EN: "March"}, {EN: "April"}, {EN: "May"}, {EN: "June"}, {EN: "July"}, {EN: "August"},
	{EN: "September"}, {EN: "October"}, {EN: "November"}, {EN: "December"}} // Chinese counts its months

var weekdays = [...]text.T{{EN: "Sunday", ZH: "星期日"}, {EN: "Monday", ZH: "星期一"}, {EN: "Tuesday", ZH: "星期二"}, {EN: "Wednesday", ZH: "星期三"},
	{EN: "Thursday", ZH: "星期四"}, {EN: "Friday", ZH: "星期五"}, {EN: "Saturday", ZH: "星期六"}}

// zonePlaces names a well-known place for an offset in minutes.
var zonePlaces = map[int]text.T{
	480: {EN: "China", ZH: "中国"}, 540: {EN: "Japan and Korea", ZH: "日本、韩国"}, 330: {EN: "India", ZH: "印度"}, 60: {EN: "Central Europe in winter", ZH: "中欧冬季"},
	120: {EN: "Central Europe in summer", ZH: "中欧夏季"}, 180: {EN: "Moscow", ZH: "莫斯科"}, 600: {EN: "Sydney in winter", ZH: "悉尼冬季"},
	-300: {EN: "New York in winter", ZH: "纽约冬季"}, -240: {EN: "New York in summer", ZH: "纽约夏季"}, -480: {EN: "California in winter", ZH: "加州冬季"},
	-420: {EN: "California in summer", ZH: "加州夏季"},
}

var (
	sayDate        = text.T{EN: "%[1]s, %[2]d %[3]s %[4]d, %[6]s, %[7]s", ZH: "%[4]d年%[5]d月%[2]d日 %[1]s %[6]s，%[7]s"}
	sayAheadAs     = text.T{EN: "%s hours ahead of UTC as in %s (%s UTC)", ZH: "时区 UTC+%s，与%s相同（UTC 时间 %s）"}
	sayAhead       = text.T{EN: "%s hours ahead of UTC (%s UTC)", ZH: "时区 UTC+%s（UTC 时间 %s）"}
	sayBehindAs    = text.T{EN: "%s hours behind UTC as in %s (%s UTC)", ZH: "时区 UTC-%s，与%s相同（UTC 时间 %s）"}
	sayBehind      = text.T{EN: "%s hours behind UTC (%s UTC)", ZH: "时区 UTC-%s（UTC 时间 %s）"}
	sayUTC         = text.T{EN: "UTC, the world's time", ZH: "UTC（世界协调时）"}
	sayUTCUnknown  = text.T{EN: "UTC; -0000 says that the writer's own zone is not told", ZH: "UTC；-0000 表示没有说明写信人所在的时区"}
	sayNoZone      = text.T{EN: "zone not told", ZH: "没有写明时区"}
	sayWeekday     = text.T{EN: "The date says %s, but that day was a %s.", ZH: "日期写的是 %s，但那一天是%s。"}
	sayShortYear   = text.T{EN: "The year has two digits; it is read as %d. Write four.", ZH: "年份只有两位，读作 %d 年。应写四位。"}
	sayZoneMissing = text.T{EN: "The zone is missing: add +0800 or the like.", ZH: "缺了时区，应在末尾写上 +0800 之类。"}
	sayZoneName    = text.T{EN: "Zone names such as %s are old and read differently by different programs; write the offset, +0800 or the like.", ZH: "%s 这样的时区名是旧写法，各程序理解不一；应写成 +0800 这样的数字。"}
	sayBadDate     = text.T{EN: "This is no date that mail programs understand. The form is: Mon, 4 Jun 2007 09:00:00 +0800", ZH: "邮件程序读不懂这个日期。格式应为：Mon, 4 Jun 2007 09:00:00 +0800"}
)

// dateLine reads a field that is a date; the date may be folded.
func (l *letter) dateLine(notes []Note) []Note {
	f := &l.field
	if f.done {
		return notes
	}
	d, ok := parseDate(string(f.value))
	if !ok || d.zone == "" && f.line == 1 && len(f.value) < 12 {
		if f.line == 1 && len(strings.TrimSpace(string(f.value))) > 0 {
			notes = append(notes, Note{Tone: l.blame(), Depth: Brief, Text: sayBadDate.With(), Ref: "RFC 5322 §3.3", ID: "date"})
		}
		return notes
	}
	f.done = true
	notes = append(notes, Note{Tone: Decoded, Depth: Brief, Text: d.said(), Ref: "RFC 5322 §3.3"})
	if wrong := d.wrong(); !wrong.Empty() {
		notes = append(notes, Note{Tone: l.blame(), Depth: Brief, Text: wrong, Ref: "RFC 5322 §3.3", ID: "date"})
	}
	return notes
}

// blame is the tone for a fault: an advice to who types the letter, a fact to who reads it.
func (l *letter) blame() Tone {
	if l.client {
		return Tip
	}
	return Info
}
