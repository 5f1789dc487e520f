package lessons

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"io"
	"maps"
	"math/rand/v2"
	"slices"
	"strconv"
	"strings"

	"byhand/session/text"
)

// Vars are the values of a lesson's ${names}.
type Vars map[string]string

// Builtin gives the values that every lesson has: the learner's account on the practice server, and the line end LF, which stands alone
// in no text of YAML.
func Builtin() Vars {
	return Vars{"user": "alice", "pass": "wonderland", "me": "alice@practice.test", "host": "practice.test", "lf": "\n"}
}

var reference = lazy(`\$\{([^}|]*)(?:\|([^}]*))?\}`)

// filters are what may stand after the bar in ${name|filter}.
var filters = map[string]func(v Vars, value string) string{
	"b64": func(_ Vars, value string) string { return base64.StdEncoding.EncodeToString([]byte(value)) },
	// The answer of AUTH PLAIN: NUL user NUL password (RFC 4616 §2).
	"plain": func(v Vars, value string) string {
		return base64.StdEncoding.EncodeToString([]byte("\x00" + v["user"] + "\x00" + value))
	},
}

// Expand puts values in the place of ${name} and ${name|filter}. What has no value stays as it is written.
func (v Vars) Expand(s string) string {
	if !strings.Contains(s, "${") {
		return s
	}
	return reference().ReplaceAllStringFunc(s, func(ref string) string {
		m := reference().FindStringSubmatch(ref)
		value, ok := v[m[1]]
		if !ok {
			return ref
		}
		if filter := filters[m[2]]; filter != nil {
			if Blank(value) {
				return unfiltered(m[2], v, value)
			}
			return filter(v, value)
		}
		return value
	})
}

// Values gives the values with which a lesson starts. Those that differ from learner to learner are drawn from seed:
// the same seed gives the same values.
func (l *Lesson) Values(seed string) Vars { return l.values(Builtin(), seed) }

func (l *Lesson) values(v Vars, seed string) Vars {
	for _, d := range l.Vars {
		v[d.Name] = d.draw(l.ID, seed)
	}
	for _, d := range l.Vars {
		v[d.Name] = v.Expand(v[d.Name])
	}
	return v
}

// draw gives the variable's value in a lesson. Who knows the values of one lesson can tell neither the seed nor those of another
// (HMAC-SHA256, RFC 2104).
func (d Var) draw(lesson, seed string) string {
	mac := hmac.New(sha256.New, []byte(seed))
	_, _ = io.WriteString(mac, lesson+"/"+d.Name) // writing to a hash never fails
	rnd := rand.New(rand.NewChaCha8([32]byte(mac.Sum(nil))))
	some := func(letters string, n int) string {
		b := make([]byte, n)
		for i := range b {
			b[i] = letters[rnd.IntN(len(letters))]
		}
		return string(b)
	}
	switch {
	case len(d.Pick) > 0:
		return d.Pick[rnd.IntN(len(d.Pick))]
	case d.Digits > 0:
		return some("0123456789", min(d.Digits, 64))
	case d.Word > 0:
		return some("abcdefghijkmnpqrstuvwxyz", min(d.Word, 64))
	}
	return d.Value
}

// checkVars refuses ${names} that nothing gives a value, and filters that do not exist.
func (r *reader) checkVars(l *Lesson) {
	known := map[string]bool{}
	for name := range Builtin() {
		known[name] = true
	}
	for _, d := range l.Vars {
		known[d.Name] = true
	}
	see := func(s string, at int) {
		for _, m := range reference().FindAllStringSubmatch(s, -1) {
			if !known[m[1]] {
				r.fail(at, m[0], sayUnknownVar.With(m[0]), didYouMean(m[1], known))
			}
			if m[2] != "" && filters[m[2]] == nil {
				r.fail(at, m[0], sayUnknownFilter.With(m[2], strings.Join(slices.Sorted(maps.Keys(filters)), ", ")), text.Said{})
			}
		}
	}
	prose := func(p Prose) { see(p.Own+p.T.EN+p.T.ZH, p.Line) }
	for _, s := range l.Steps {
		prose(s.Say)
		for _, h := range s.Hints {
			prose(h)
		}
		for _, x := range s.Do {
			see(x.Text, x.At)
		}
		for _, name := range s.captures() {
			known[name] = true
		}
		prose(s.After)
		if s.Ask != nil {
			prose(s.Ask.Q)
			see(s.Ask.Answer, s.Ask.Line)
		}
	}
}

func didYouMean(word string, known map[string]bool) text.Said {
	for _, k := range slices.Sorted(maps.Keys(known)) {
		if distance(word, k) <= 2 {
			return sayDidYouMean.With("${" + k + "}")
		}
	}
	return text.Said{}
}

func itoa(n int) string { return strconv.Itoa(n) }
