package practice

import (
	"errors"
	"io/fs"
	"maps"
	slash "path"
	"slices"
	"strconv"
	"strings"
	"time"

	"gopkg.in/yaml.v3"
)

// ReadWorld reads a world from a YAML file, as the file's text src, and its letters from files in dir. The file holds what
// stands under `world:` in a lesson; a whole lesson is taken as well, and the rest of it is not looked at. The world begins as
// Default does: who is not named is there all the same, and a maildrop that the file writes is as the file writes it.
//
// The error is a FileErrors with all that is wrong.
func ReadWorld(dir fs.FS, file string, src []byte) (World, error) {
	r := &worldReader{fileReader: fileReader{file: file}, dir: dir, w: Default()}
	if top := r.root(src); top != nil {
		r.world(inLesson(top))
	}
	if len(r.errs) == 0 {
		if err := r.w.check(); err != nil { // a rule that this reader does not know
			r.errs = append(r.errs, sayWrong.at(file, 0, strings.TrimPrefix(err.Error(), "world: ")))
		}
	}
	if len(r.errs) > 0 {
		slices.SortStableFunc(r.errs, func(a, b *FileError) int { return a.Line - b.Line })
		return World{}, r.errs
	}
	return r.w, nil
}

// inLesson gives what stands under `world:`, if the file has that.
func inLesson(top *yaml.Node) *yaml.Node {
	if top.Kind == yaml.MappingNode {
		for i := 0; i+1 < len(top.Content); i += 2 {
			if top.Content[i].Value == "world" {
				return plainNode(top.Content[i+1])
			}
		}
	}
	return top
}

type worldReader struct {
	fileReader
	dir fs.FS
	w   World
}

func (r *worldReader) world(n *yaml.Node) {
	r.table(n, "world", map[string]func(*yaml.Node){
		"domain": r.text(&r.w.Domain),
		"seed":   r.text(&r.w.Seed),
		"style":  r.style,
		"voice":  r.style,
		"users":  r.users,
		"mail":   r.mail,
		"caps":   r.caps,
		"clock":  r.clock,
		"faults": r.faults,
	})
	for i := 0; i+1 < len(n.Content); i += 2 { // users may stand below mail
		if n.Content[i].Value == "mail" {
			r.each(n.Content[i+1], "mail", func(key, _ *yaml.Node) {
				if _, ok := r.w.Users[key.Value]; !ok {
					r.fail(key, sayNoOwner, key.Value)
				}
			})
		}
	}
}

func (r *worldReader) style(n *yaml.Node) {
	name := r.words(n)
	if !strings.HasSuffix(name, ".yaml") {
		if _, ok := FindVoice(name); !ok && name != "" {
			r.fail(n, sayNoStyle, name, strings.Join(Voices(), ", "))
		}
		r.w.Style = name
		return
	}
	text, err := fs.ReadFile(r.dir, slash.Clean(name))
	if err != nil {
		r.fail(n, sayNoLetter, name)
		return
	}
	if r.w.Voice, err = ReadVoice(name, text); err != nil {
		r.fail(n, sayWrong, err)
	}
}

func (r *worldReader) clock(n *yaml.Node) {
	t, err := ParseClock(r.words(n))
	if err != nil {
		r.fail(n, sayNoClock, n.Value)
	}
	r.w.Clock = t
}

// users are a table of names and passwords; in place of a password there may be a table of its own.
func (r *worldReader) users(n *yaml.Node) {
	r.each(n, "users", func(key, value *yaml.Node) {
		if !validLocal(key.Value) || strings.Contains(key.Value, "@") {
			r.fail(key, sayNoName, key.Value)
			return
		}
		if value.Kind != yaml.MappingNode {
			r.w.Users[key.Value] = r.words(value)
			return
		}
		has := len(r.errs)
		r.table(value, "users", map[string]func(*yaml.Node){
			"password": func(n *yaml.Node) { r.w.Users[key.Value] = r.words(n) },
			"maildrop": func(n *yaml.Node) { r.stock(key.Value, n) },
			"mail":     func(n *yaml.Node) { r.letters(key.Value, n) },
		})
		if _, ok := r.w.Users[key.Value]; !ok && len(r.errs) == has {
			r.fail(key, sayNoPassword, key.Value)
		}
	})
}

func (r *worldReader) stock(owner string, n *yaml.Node) {
	switch name := r.words(n); name {
	case Tutorial:
		r.w.Stock[owner] = name
	case "empty":
		delete(r.w.Stock, owner)
	default:
		r.fail(n, sayNoStock, name)
	}
}

// mail is a table of maildrops.
func (r *worldReader) mail(n *yaml.Node) {
	r.each(n, "mail", func(key, value *yaml.Node) { r.letters(key.Value, value) })
}

// letters are the letters of one maildrop: tables, or names of files.
func (r *worldReader) letters(owner string, n *yaml.Node) {
	if len(r.w.Mail[owner]) == 0 {
		delete(r.w.Stock, owner)
	}
	for _, item := range r.items(n) {
		if item.Kind == yaml.ScalarNode {
			r.w.Mail[owner] = append(r.w.Mail[owner], r.files(item)...)
			continue
		}
		var m Mail
		var files []Mail
		r.table(item, "letter", map[string]func(*yaml.Node){
			"from": r.text(&m.From), "to": r.text(&m.To), "subject": r.text(&m.Subject), "body": r.text(&m.Body),
			"date": r.text(&m.Date), "raw": r.text(&m.Raw), "file": func(n *yaml.Node) { files = r.files(n) },
		})
		switch {
		case m.Date != "" && !dated(m.Date):
			r.fail(item, sayNoDate, m.Date)
		case files != nil && m.Raw != "":
			r.fail(item, sayRawAndFile)
		case files == nil:
			r.w.Mail[owner] = append(r.w.Mail[owner], m)
			continue
		}
		for _, f := range files {
			f.From = or(m.From, f.From)
			r.w.Mail[owner] = append(r.w.Mail[owner], f)
		}
	}
}

func dated(text string) bool {
	_, err := time.Parse(time.RFC1123Z, text)
	return err == nil
}

// files reads letters from files that lie beside the world's, byte for byte. * stands for any part of a name.
func (r *worldReader) files(n *yaml.Node) []Mail {
	pattern := r.words(n)
	if pattern == "" {
		return nil
	}
	names := []string{slash.Clean(pattern)}
	if strings.ContainsAny(pattern, "*?[") {
		names, _ = fs.Glob(r.dir, slash.Clean(pattern)) // of a malformed pattern there is none
	}
	var out []Mail
	for _, name := range names {
		raw, err := fs.ReadFile(r.dir, name)
		if err != nil {
			r.fail(n, sayNoLetter, name)
			continue
		}
		out = append(out, Mail{Raw: string(raw), From: returnPath(raw)})
	}
	if len(names) == 0 {
		r.fail(n, sayNoLetter, pattern)
	}
	return out
}

// caps are a list of features, or a table of names and values.
func (r *worldReader) caps(n *yaml.Node) {
	if n.Kind != yaml.MappingNode {
		for _, item := range r.items(n) {
			r.feature(item, r.words(item))
		}
		return
	}
	r.each(n, "caps", func(key, value *yaml.Node) {
		words := []string{key.Value}
		for _, item := range r.items(value) {
			words = append(words, r.words(item))
		}
		r.feature(key, strings.Join(words, " "))
	})
}

func (r *worldReader) feature(n *yaml.Node, feature string) {
	if _, err := Coremail().With(feature); err != nil {
		r.fail(n, sayNoFeature, feature)
		return
	}
	r.w.Caps = append(r.w.Caps, feature)
}

func (r *worldReader) faults(n *yaml.Node) {
	for _, item := range r.items(n) {
		var f Fault
		before := len(r.errs)
		r.table(item, "faults", map[string]func(*yaml.Node){
			"when": r.text(&f.When), "reply": r.text(&f.Reply), "tls": r.text(&f.TLS),
			"times": r.count(&f.Times), "after": r.count(&f.After), "chance": r.share(&f.Chance),
			"delay": r.wait(&f.Delay), "drip": r.wait(&f.Drip), "drop": func(n *yaml.Node) { r.drop(n, &f) },
		})
		f.Reply = strings.TrimRight(f.Reply, "\n")
		if len(r.errs) > before {
			continue
		}
		switch _, err := f.pattern(); {
		case f.When == "":
			r.fail(item, sayNoWhen)
		case !f.does():
			r.fail(item, sayNoEffect, f.When)
		case err != nil:
			r.fail(item, sayNoPattern, f.When, or(errors.Unwrap(err), err))
		case f.TLS != "" && (f.When != whenTLS || !slices.Contains(TLSFaults(), f.TLS)):
			r.fail(item, sayNoTLSFault, strings.Join(TLSFaults(), ", "))
		default:
			r.w.Faults = append(r.w.Faults, f)
		}
	}
}

func (r *worldReader) count(to *int) func(*yaml.Node) {
	return func(n *yaml.Node) {
		i, err := strconv.Atoi(n.Value)
		if err != nil || i < 0 {
			r.fail(n, sayNoNumber, n.Value)
		}
		*to = i
	}
}

// share reads a probability: 0.25 or 25%.
func (r *worldReader) share(to *float64) func(*yaml.Node) {
	return func(n *yaml.Node) {
		number, percent := strings.CutSuffix(n.Value, "%")
		x, err := strconv.ParseFloat(number, 64)
		if percent {
			x /= 100
		}
		if err != nil || !(x > 0 && x <= 1) {
			r.fail(n, sayNoShare, n.Value)
		}
		*to = x
	}
}

func (r *worldReader) wait(to *time.Duration) func(*yaml.Node) {
	return func(n *yaml.Node) {
		d, err := time.ParseDuration(n.Value)
		if err != nil || d < 0 {
			r.fail(n, sayNoDelay, n.Value)
		}
		*to = d
	}
}

// drop is yes, or the place in the reply: a number of octets, or half.
func (r *worldReader) drop(n *yaml.Node, f *Fault) {
	switch octets, err := strconv.Atoi(n.Value); {
	case err == nil && octets > 0:
		f.Cut = octets
	case n.Value == "half":
		f.Cut = CutHalf
	case n.Tag == "!!bool" || n.Value == "yes" || n.Value == "no":
		f.Drop = n.Value == "yes" || strings.EqualFold(n.Value, "true")
	default:
		r.fail(n, sayNoDrop, n.Value)
	}
}

func list[V any](rows map[string]V) string {
	return strings.Join(slices.Sorted(maps.Keys(rows)), ", ")
}
