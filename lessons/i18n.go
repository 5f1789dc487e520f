package lessons

import (
	"fmt"
	"hash/fnv"
	"slices"
	"strconv"
	"strings"

	"byhand/session/text"
)

// A translation may say of which text it is one: the line above it holds "# of" and eight hexadecimal digits, the hash
// of the source. When the source changes, the digits no longer fit, and the translation is stale.

var stampForm = lazy(`^\s*# of ([0-9a-f]{8})\s*$`)

// hash gives the digits of a text.
func hash(s string) string {
	h := fnv.New32a()
	_, _ = h.Write([]byte(s)) // writing to a hash never fails
	return fmt.Sprintf("%08x", h.Sum32())
}

// flat gives the text of a node: of a list its entries, of mistakes what is said to them.
func (n *node) flat() string {
	var all []string
	switch n.kind {
	case scalar:
		return strings.TrimRight(n.text, "\n")
	case list:
		for _, item := range n.items {
			all = append(all, item.flat())
		}
	case table:
		for _, row := range n.rows {
			if row.key == "say" {
				all = append(all, row.value.flat())
			}
		}
	}
	return strings.Join(all, "\n")
}

// sources gives the texts of a lesson's file by their places: title, steps.0.say, steps.0.oops.1.say.
func sources(n *node, prefix string, to map[string]string) {
	for _, row := range n.rows {
		to[prefix+row.key] = row.value.flat()
		sources(row.value, prefix+row.key+".", to)
	}
	for i, item := range n.items {
		sources(item, prefix+strconv.Itoa(i)+".", to)
	}
}

// place is where a translation stands, and of what it is one.
type place struct {
	of   string
	line int
}

// beside gives the translations that stand in the lesson's own file, as say.zh does.
func beside(n *node, prefix string) (all []place) {
	for _, row := range n.rows {
		if m := langKey().FindStringSubmatch(row.key); m != nil {
			all = append(all, place{prefix + m[1], row.line})
			continue
		}
		all = append(all, beside(row.value, prefix+row.key+".")...)
	}
	for i, item := range n.items {
		all = append(all, beside(item, prefix+strconv.Itoa(i)+".")...)
	}
	return all
}

// apart gives the translations of a file of their own.
func (l *Lesson) apart(n *node, prefix string) (all []place) {
	for _, row := range n.rows {
		of := prefix + row.key
		if prefix == "steps." {
			if s := l.Step(row.key); s != nil {
				of = prefix + strconv.Itoa(s.Index)
			}
		}
		if row.value.kind == table {
			all = append(all, l.apart(row.value, of+".")...)
		} else if row.key != "translates" && row.key != "lang" {
			all = append(all, place{of, row.line})
		}
	}
	return all
}

// translations reads a file with translations of the lesson in src; the two may be one.
func (l *Lesson) translations(src []byte, file string, side []byte) (of map[string]string, all []place) {
	of = map[string]string{}
	root, _ := parseYAML(l.File, src)
	other, _ := parseYAML(file, side)
	if root == nil || other == nil {
		return nil, nil // told by the reader
	}
	sources(root, "", of)
	if file == l.File {
		return of, beside(root, "")
	}
	return of, l.apart(other, "")
}

// Stale finds the translations whose source has changed since. src is the file of the lesson, side the one that holds
// the translations: a file of their own, or again that of the lesson.
func Stale(l *Lesson, src []byte, file string, side []byte) (errs Errors) {
	of, all := l.translations(src, file, side)
	for _, p := range all {
		m := stampForm().FindStringSubmatch(strings.TrimRight(lineOf(string(side), p.line-1), "\r"))
		if now := hash(of[p.of]); m != nil && m[1] != now {
			errs = append(errs, &Error{File: file, Line: p.line, What: sayStale.With(p.of), Hint: sayStaleStamp.With()})
		}
	}
	return errs.sorted()
}

// Stamp gives side with the hash of its source above each translation, as of now. Translations that share a line with
// others get none.
func Stamp(l *Lesson, src []byte, file string, side []byte) []byte {
	of, all := l.translations(src, file, side)
	lines := strings.Split(string(side), "\n")
	slices.SortFunc(all, func(a, b place) int { return b.line - a.line }) // from below: lines above keep their numbers
	for i, p := range all {
		line := lines[p.line-1]
		bare := strings.TrimLeft(line, " ")
		shared := strings.HasPrefix(bare, "-") || strings.Contains(strings.SplitN(bare, ":", 2)[0], "{") ||
			i > 0 && all[i-1].line == p.line || i+1 < len(all) && all[i+1].line == p.line
		key := p.of[strings.LastIndexByte(p.of, '.')+1:]
		if shared || !strings.HasPrefix(strings.TrimLeft(bare, `"'`), key) {
			continue
		}
		stamp := line[:len(line)-len(bare)] + "# of " + hash(of[p.of])
		if strings.HasSuffix(line, "\r") {
			stamp += "\r"
		}
		if above := p.line - 2; above >= 0 && stampForm().MatchString(strings.TrimRight(lines[above], "\r")) {
			lines[above] = stamp
		} else {
			lines = slices.Insert(lines, p.line-1, stamp)
		}
	}
	return []byte(strings.Join(lines, "\n"))
}

// Untranslated lists the texts that are not there in a language.
func Untranslated(l *Lesson, lang text.Lang) (errs Errors) {
	for _, p := range l.proses() {
		if !p.Empty() && !p.Has(lang) {
			errs = append(errs, &Error{File: l.File, Line: p.Line, What: sayLintMissing.With(p.name, lang)})
		}
	}
	return errs.sorted()
}

// OtherValues warns of translations that speak of other values than their source: ${count} is a number that one learner
// of two would not see.
func OtherValues(l *Lesson) (errs Errors) {
	for _, p := range l.proses() {
		for _, lang := range text.Langs() {
			if own := refs(p.Own); p.Own != "" && p.Has(lang) && !slices.Equal(own, refs(p.In(lang))) {
				errs = append(errs, &Error{File: l.File, Line: p.Line, What: sayOtherValues.With(p.name, lang, strings.Join(own, " ")), Warn: true})
			}
		}
	}
	return errs.sorted()
}

// refs lists the ${names} in a text, each once.
func refs(s string) []string {
	found := reference().FindAllString(s, -1)
	slices.Sort(found)
	return slices.Compact(found)
}

// Sidecar gives the skeleton of a file that translates into lang what is not translated yet: each text empty, with its
// source above it. n is how many there are.
func Sidecar(l *Lesson, src []byte, lang text.Lang) (side []byte, n int) {
	w := sidecar{lang: lang, of: map[string]string{}}
	if root, _ := parseYAML(l.File, src); root != nil {
		sources(root, "", w.of)
	}
	fmt.Fprintf(&w.b, "# %s\ntranslates: %s\nlang: %s\n", saySidecar.In(lang), l.ID, lang)
	w.texts("", "title", "title", l.Title)
	w.texts("", "goal", "goal", l.Goal)
	w.texts("", "end", "end", l.End)
	w.head("steps:\n")
	for i, s := range l.Steps {
		w.head("  " + s.Name() + ":\n")
		at := "steps." + strconv.Itoa(i) + "."
		w.texts("    ", at+"say", "say", s.Say)
		w.texts("    ", at+"after", "after", s.After)
		w.texts("    ", at+"hints", "hints", s.Hints...)
		w.texts("    ", at+"oops", "oops", advices(s.Oops)...)
		if s.Ask != nil {
			w.head("    ask:\n")
			w.texts("      ", at+"ask.q", "q", s.Ask.Q)
			w.texts("      ", at+"ask.choices", "choices", s.Ask.Choices...)
			w.texts("      ", at+"ask.wrong", "wrong", s.Ask.Wrong)
		}
	}
	return []byte(w.b.String()), w.n
}

// advices gives the advice on mistakes.
func advices(all []*Oops) (p []Prose) {
	for _, o := range all {
		p = append(p, o.Say)
	}
	return p
}

// sidecar is a file with translations while it is written.
type sidecar struct {
	b     strings.Builder
	lang  text.Lang
	of    map[string]string
	heads []string // keys of tables in which nothing stands yet
	n     int
}

// head begins a table; it is written when something is in it. A table as deep, or deeper, has ended then.
func (w *sidecar) head(line string) {
	deep := func(s string) int { return len(s) - len(strings.TrimLeft(s, " ")) }
	w.heads = append(slices.DeleteFunc(w.heads, func(h string) bool { return deep(h) >= deep(line) }), line)
}

// texts writes one key for texts that are missing; of several, all are to be written anew.
func (w *sidecar) texts(indent, of, key string, all ...Prose) {
	lists := key == "hints" || key == "oops" || key == "choices"
	missing := slices.ContainsFunc(all, func(p Prose) bool { return !p.Empty() && !p.Has(w.lang) })
	if !missing {
		return
	}
	for i, h := range w.heads {
		deep := len(h) - len(strings.TrimLeft(h, " "))
		if deep < len(indent) && h != "" {
			w.b.WriteString(h)
			w.heads[i] = strings.Repeat(" ", deep) // written; it still counts as open
		}
	}
	w.heads = slices.DeleteFunc(w.heads, func(h string) bool { return strings.TrimSpace(h) == "" })
	var values []string
	for _, p := range all {
		for line := range strings.SplitSeq(p.In(text.EN), "\n") {
			fmt.Fprintf(&w.b, "%s# %s\n", indent, line)
		}
		value := ""
		if p.Has(w.lang) {
			value = p.In(w.lang)
		}
		values = append(values, `"`+escapes.Replace(value)+`"`)
	}
	fmt.Fprintf(&w.b, "%s# of %s\n%s%s: ", indent, hash(w.of[of]), indent, key)
	if lists {
		fmt.Fprintf(&w.b, "[%s]\n", strings.Join(values, ", "))
	} else {
		fmt.Fprintln(&w.b, values[0])
	}
	w.n++
}

// escapes writes a text between double quotes (YAML 1.2 §7.3.1).
var escapes = strings.NewReplacer(`\`, `\\`, `"`, `\"`, "\n", `\n`)

var (
	sayStale       = text.T{EN: "%s has changed since it was translated", ZH: "%s 的原文在翻译之后改过"}
	sayStaleStamp  = text.T{EN: "mend the translation, then `byhand lesson i18n --stamp` takes note of it", ZH: "请修改译文，再用 `byhand lesson i18n --stamp` 记下"}
	sayOtherValues = text.T{EN: "%s in %s does not name the same values as its source: %s", ZH: "%[2]s 的 %[1]s 与原文引用的值不同：%[3]s"}
	saySidecar     = text.T{EN: "Texts only. Above each stands its source, and `# of` with its hash, by which a change is noticed.",
		ZH: "只有文字。每段上面是原文，以及带校验值的 `# of`，原文改动时据此发现。"}
)
