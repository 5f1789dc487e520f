package lessons

import (
	"slices"
	"strings"

	"byhand/session/proto"
)

// deed is one of the author's commands with the lines that belong to it, and what it achieves.
type deed struct {
	goal  goal
	lines []Line
	spent bool // what it achieved is used up or undone by a later command of the same lines
}

// deeds groups the author's lines by their commands, and finds what of them is left at the end: QUIT ends all, a letter
// uses up its envelope (RFC 5321 §4.1.1.4), RSET and HELO undo, TLS forgets what was learnt in clear (RFC 3207 §4.2).
func deeds(lines []Line) []deed {
	var all []deed
	for _, l := range lines {
		if l.In != InCommand && len(all) > 0 {
			last := &all[len(all)-1]
			last.lines = append(last.lines, l)
			if l.Want != nil {
				last.goal.kind, last.goal.line.Want = goalReply, l.Want
			}
			if l.Ends() {
				last.goal.kind = goalEarly
			}
			continue
		}
		all = append(all, deed{goal: goalOf(l), lines: []Line{l}})
	}
	for i := range all {
		undone := undoes(verbOf(all[i].goal.line.Text))
		if all[i].goal.line.Want.refusal() {
			continue
		}
		if all[i].goal.kind == goalTLS {
			all[i].lines = append(greeting(all[:i]), all[i].lines...)
		}
		for k := range all[:i] {
			if undone == nil || slices.Contains(undone, all[k].goal.kind) {
				all[k].spent = true
			}
		}
	}
	return all
}

// greeting gives the lines of the greeting that still counts after these deeds: STARTTLS wants one, and takes it away.
func greeting(before []deed) []Line {
	for _, d := range slices.Backward(before) {
		if d.goal.kind == goalGreeted && !d.spent {
			return slices.Clone(d.lines)
		}
	}
	return nil
}

// undoes lists what a command takes away of what earlier ones achieved; nil means everything.
func undoes(verb string) []goalKind {
	switch verb {
	case "QUIT", ":OPEN":
		return nil
	case "RSET":
		return []goalKind{goalFrom, goalTo, goalMarked}
	case "DATA", "BDAT", "HELO", "EHLO", "MAIL":
		return []goalKind{goalFrom, goalTo}
	case "STARTTLS", "STLS":
		return []goalKind{goalGreeted, goalUser, goalLogin, goalFrom, goalTo, goalMarked}
	}
	return []goalKind{}
}

// lasting lists what the steps before step i leave behind, in the order in which it was achieved: what a mishap can
// lose, and what :catchup types again. DATA and QUIT are never among it.
func (l *Lesson) lasting(i int) []deed {
	var lines []Line
	for _, s := range l.Steps[:min(i, len(l.Steps))] {
		lines = append(lines, s.Do...)
	}
	return slices.DeleteFunc(deeds(lines), func(d deed) bool { return d.spent || !d.goal.lasts() })
}

// connection gives the name of the connection that is open when step i begins.
func (l *Lesson) connection(i int) string {
	name := ""
	if len(l.Connect) > 0 {
		name = l.Connect[0]
	}
	for n, s := range l.Steps[:min(i+1, len(l.Steps))] {
		if s.Via != "" {
			name = s.Via
		}
		if n == i {
			break
		}
		for _, x := range s.Do {
			if arg, ok := strings.CutPrefix(x.Text, ":open "); ok && x.In == InCommand {
				name = strings.TrimSpace(arg)
			}
		}
	}
	return name
}

// verbOf gives the verb of a command in upper case.
func verbOf(line string) string {
	verb, _ := proto.Split([]byte(line))
	return verb
}
